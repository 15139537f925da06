//! `samtale token`: a token for a user, signed as the host product signs them.

use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use samtale_model::UserId;
use samtale_server::auth::{Claims, mint};
use samtale_server::config::Secret;
use samtale_store::{Env as _, SystemEnv};

use crate::data::DataArgs;
use crate::failure::{Failure, Outcome};
use crate::serve::{self, JWT_SECRET};
use crate::{out, time};

/// What stands below the flags in `--help`.
pub(crate) const HELP: &str = "\
The secret is SAMTALE_JWT_SECRET, or with --dev the one in the server's data folder.

Examples:
  SAMTALE_JWT_SECRET=… samtale token --sub kari --name 'Kari Nordmann' --role tutor --ttl 1h
  samtale chat --token \"$(samtale token --dev --sub kari)\"";

/// What `samtale token` is started with.
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    /// Whose token: the host product's user id
    #[arg(long, value_name = "ID")]
    sub: UserId,

    /// The name that others see
    #[arg(long)]
    name: Option<String>,

    /// The host product's role: owner, tutor, student, guardian, observer
    #[arg(long)]
    role: Option<String>,

    /// The picture that others see: an http or https address
    #[arg(long, value_name = "URL")]
    avatar_url: Option<String>,

    /// The language: nb, nn or en
    #[arg(long)]
    locale: Option<String>,

    /// How long the token holds
    #[arg(long, value_name = "TIME", value_parser = time::parse_some, default_value = "1h")]
    ttl: Duration,

    /// Sign with the secret of a server that runs with --dev
    #[arg(long, env = "SAMTALE_DEV", value_parser = BoolishValueParser::new())]
    dev: bool,

    #[command(flatten)]
    data: DataArgs,
}

/// Prints a token.
pub(crate) fn run(args: TokenArgs) -> Outcome {
    let env = SystemEnv::new();
    let secret = secret(args.dev, &args.data, &env)?;
    let now = env.unix();
    let ttl = u64::try_from(args.ttl.as_millis()).unwrap_or(u64::MAX);
    let claims = Claims {
        role: args.role,
        iat: Some(now),
        name: args.name,
        avatar_url: args.avatar_url,
        locale: args.locale,
        ..Claims::new(args.sub, now.plus(ttl))
    };
    Ok(out::line(mint(&secret, &claims))?)
}

/// Finds the secret that tokens are signed with.
pub(crate) fn secret(dev: bool, data: &DataArgs, env: &SystemEnv) -> Result<Secret, Failure> {
    match serve::jwt_secret()? {
        Some(secret) => Ok(secret),
        None if dev => data.existing()?.dev_secret(env),
        None => Err(Failure::usage(format!("{JWT_SECRET}: needed and missing"))
            .hint("or --dev for the secret in the server's data folder")),
    }
}
