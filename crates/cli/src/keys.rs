//! `samtale keys`: the keys that an app of Supabase's clients is configured with, in the form of its `.env`.

use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use samtale_server::auth::{AppKey, KeyKind, mint_key};
use samtale_store::{Env as _, SystemEnv};

use crate::data::DataArgs;
use crate::failure::Outcome;
use crate::{out, time, token};

/// What stands below the flags in `--help`.
pub(crate) const HELP: &str = "\
The anon key may be known to everyone; the service role key opens every channel and sees every row: it belongs on
your own servers alone. Both hold as long as the secret does, or until --ttl is over.

Examples:
  SAMTALE_JWT_SECRET=… samtale keys --url https://chat.example.no >> .env.local
  samtale keys --dev";

/// What `samtale keys` is started with.
#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    /// Where the app finds the server
    #[arg(
        long,
        env = "SAMTALE_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:4000"
    )]
    url: String,

    /// How long the keys hold
    #[arg(long, value_name = "TIME", value_parser = time::parse_some, default_value = "87600h")]
    ttl: Duration,

    /// Sign with the secret of a server that runs with --dev
    #[arg(long, env = "SAMTALE_DEV", value_parser = BoolishValueParser::new())]
    dev: bool,

    #[command(flatten)]
    data: DataArgs,
}

/// Prints the keys.
pub(crate) fn run(args: &KeysArgs) -> Outcome {
    let env = SystemEnv::new();
    let secret = token::secret(args.dev, &args.data, &env)?;
    let now = env.unix();
    let ttl = u64::try_from(args.ttl.as_millis()).unwrap_or(u64::MAX);
    let key = |kind| {
        let exp = Some(now.plus(ttl));
        mint_key(&secret, AppKey { kind, exp }, now)
    };
    let (anon, service) = (key(KeyKind::Anon), key(KeyKind::Service));
    out::line(format_args!("NEXT_PUBLIC_SUPABASE_URL={}", args.url))?;
    out::line(format_args!("NEXT_PUBLIC_SUPABASE_ANON_KEY={anon}"))?;
    Ok(out::line(format_args!(
        "SUPABASE_SERVICE_ROLE_KEY={service}"
    ))?)
}
