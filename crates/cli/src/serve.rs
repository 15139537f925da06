//! `samtale serve`: the server, from flags and variables to its drain.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use samtale_model::UnixMillis;
use samtale_server::config::{JwtConfig, Network, Origins, Secret};
use samtale_server::dev::{self, Backdated};
use samtale_server::{Config, Server, StartError, WebApp};
use samtale_store::{Env, Store, SystemEnv};
use tokio::net::TcpListener;

use crate::data::{self, DataArgs, DataFolder};
use crate::failure::{Failure, Outcome, chain};
use crate::log::LogArgs;
use crate::{out, time};

mod address;
mod limits;
mod settings;
mod signals;

use limits::LimitArgs;

/// The variable of the secret of HS256 tokens; never a flag, which other users could read.
pub(crate) const JWT_SECRET: &str = "SAMTALE_JWT_SECRET";
/// What Supabase's own deployments call it.
const SUPABASE_JWT_SECRET: &str = "SUPABASE_JWT_SECRET";
/// The variables of a text that is taken as an app's anon key.
const ANON_KEYS: [&str; 2] = ["SUPABASE_ANON_KEY", "NEXT_PUBLIC_SUPABASE_ANON_KEY"];
/// The variable of a text that is taken as the service role key.
const SERVICE_KEY: &str = "SUPABASE_SERVICE_ROLE_KEY";
/// The variable of what a reader of `/metrics` presents.
const METRICS_TOKEN: &str = "SAMTALE_METRICS_TOKEN";
/// What RFC 7518 asks of a secret of HS256, section 3.2.
const SECRET_BYTES: usize = 32;

/// What stands below the flags in `--help`.
pub(crate) const HELP: &str = "\
Secrets come from the environment alone:
  SAMTALE_JWT_SECRET      the secret of HS256 tokens, at least 32 bytes
  SAMTALE_MASTER_KEY      the key that seals messages: 64 hexadecimal digits or base64 of 32 bytes,
                          the newest first where there are several;
                          without it one is made and kept in the data folder
  SUPABASE_JWT_SECRET     the same secret, where an app's deployment calls it so
  SUPABASE_ANON_KEY, NEXT_PUBLIC_SUPABASE_ANON_KEY
                          a text that Supabase's clients are made with, beside the anon keys
                          that the secret has signed (samtale keys makes them)
  SUPABASE_SERVICE_ROLE_KEY
                          a text that opens every channel and sees every row, likewise
  SAMTALE_METRICS_TOKEN   what a reader of /metrics presents as a bearer token; without it, nothing

Examples:
  Try it out, with demo users:
    samtale serve --dev
  Serve everyone:
    SAMTALE_JWT_SECRET=… samtale serve --listen 0.0.0.0:4000 --data /var/lib/samtale";

/// What `samtale serve` is started with.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes any free one
    #[arg(
        long,
        env = "SAMTALE_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:4000"
    )]
    listen: SocketAddr,

    #[command(flatten)]
    data: DataArgs,

    /// Seed demo users and hand out tokens to anyone; on this machine only
    #[arg(long, env = "SAMTALE_DEV", value_parser = BoolishValueParser::new())]
    dev: bool,

    /// Let --dev listen beyond this machine
    #[arg(long, env = "SAMTALE_DEV_ANYWHERE", value_parser = BoolishValueParser::new())]
    dev_anywhere: bool,

    /// Start the demo's clock at this time (RFC 3339), from where it goes on
    #[arg(
        long,
        env = "SAMTALE_DEV_NOW",
        value_name = "TIME",
        value_parser = time::parse_moment,
        help_heading = "Demo"
    )]
    dev_now: Option<UnixMillis>,

    /// Seed one more demo chat, of this many messages
    #[arg(
        long,
        env = "SAMTALE_DEV_LONG_CHAT",
        value_name = "COUNT",
        value_parser = clap::value_parser!(u32).range(1..=dev::LONG_CHAT_MAX.into()),
        help_heading = "Demo"
    )]
    dev_long_chat: Option<u32>,

    /// How long a demo user's token holds [default: 12h]
    #[arg(
        long,
        env = "SAMTALE_DEV_TOKEN_LIFE",
        value_name = "TIME",
        value_parser = time::parse_some,
        help_heading = "Demo"
    )]
    dev_token_life: Option<Duration>,

    /// Serve the web app of this folder in place of the program's own
    #[arg(
        long,
        env = "SAMTALE_APP",
        value_name = "DIR",
        conflicts_with = "no_app",
        help_heading = "Web app"
    )]
    app: Option<PathBuf>,

    /// Serve no web app
    #[arg(long, env = "SAMTALE_NO_APP", value_parser = BoolishValueParser::new(), help_heading = "Web app")]
    no_app: bool,

    /// What the web app calls itself
    #[arg(
        long,
        env = "SAMTALE_NAME",
        value_name = "NAME",
        default_value = "Samtale",
        help_heading = "Web app"
    )]
    name: String,

    /// Where people sign in to your product; the web app leads there
    #[arg(
        long,
        env = "SAMTALE_SIGN_IN_URL",
        value_name = "URL",
        value_parser = address::page,
        help_heading = "Web app"
    )]
    sign_in_url: Option<String>,

    /// The path of this origin where your product renews a token: GET, with its cookies, answers {"token": "…"}
    #[arg(
        long,
        env = "SAMTALE_TOKEN_URL",
        value_name = "PATH",
        value_parser = address::path,
        help_heading = "Web app"
    )]
    token_url: Option<String>,

    /// Settings that the web app starts its engine with: a JSON object of numbers and booleans, e.g. {"idleTimeoutMs": 60000}
    #[arg(
        long,
        env = "SAMTALE_APP_SETTINGS",
        value_name = "JSON",
        value_parser = settings::parse,
        help_heading = "Web app"
    )]
    app_settings: Option<settings::Settings>,

    /// Where the public keys of RS256 and ES256 tokens are fetched from
    #[arg(
        long,
        env = "SAMTALE_JWKS_URL",
        value_name = "URL",
        help_heading = "Tokens"
    )]
    jwks_url: Option<String>,

    /// A file with such keys
    #[arg(
        long,
        env = "SAMTALE_JWKS_FILE",
        value_name = "FILE",
        help_heading = "Tokens"
    )]
    jwks_file: Option<PathBuf>,

    /// The audiences (aud) that are taken, separated by commas; any where none is named
    #[arg(
        long,
        env = "SAMTALE_JWT_AUDIENCE",
        value_name = "AUD",
        value_delimiter = ',',
        help_heading = "Tokens"
    )]
    jwt_audience: Vec<String>,

    /// The issuers (iss) that are taken, separated by commas; any where none is named
    #[arg(
        long,
        env = "SAMTALE_JWT_ISSUER",
        value_name = "ISS",
        value_delimiter = ',',
        help_heading = "Tokens"
    )]
    jwt_issuer: Vec<String>,

    /// How far the issuer's clock may be off
    #[arg(long, env = "SAMTALE_JWT_LEEWAY", value_name = "TIME", value_parser = time::parse, default_value = "30s", help_heading = "Tokens")]
    jwt_leeway: Duration,

    /// Which web pages may use this server: origins separated by commas, or *; its own alone where none is named
    #[arg(
        long,
        env = "SAMTALE_ORIGINS",
        value_name = "ORIGINS",
        default_value = "",
        hide_default_value = true,
        help_heading = "Network"
    )]
    origins: Origins,

    /// The proxies whose X-Forwarded-For is believed: addresses or ranges separated by commas
    #[arg(
        long,
        env = "SAMTALE_TRUSTED_PROXIES",
        value_name = "RANGES",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    trusted_proxies: Vec<Network>,

    /// How long a stopping server waits for its clients to go
    #[arg(long, env = "SAMTALE_DRAIN", value_name = "TIME", value_parser = time::parse, default_value = "10s", help_heading = "Times")]
    drain: Duration,

    /// How often a client is asked to send a heartbeat
    #[arg(long, env = "SAMTALE_HEARTBEAT", value_name = "TIME", value_parser = time::parse_some, default_value = "25s", help_heading = "Times")]
    heartbeat: Duration,

    /// After how long without any frame a connection is closed
    #[arg(long, env = "SAMTALE_IDLE", value_name = "TIME", value_parser = time::parse_some, default_value = "75s", help_heading = "Times")]
    idle: Duration,

    /// How often a silent connection is pinged
    #[arg(long, env = "SAMTALE_PING", value_name = "TIME", value_parser = time::parse_some, default_value = "30s", help_heading = "Times")]
    ping: Duration,

    /// How long presence that came over HTTP holds
    #[arg(long, env = "SAMTALE_LEASE", value_name = "TIME", value_parser = time::parse_some, default_value = "60s", help_heading = "Times")]
    lease: Duration,

    /// The longest that a long poll waits, 30 seconds at the most
    #[arg(long, env = "SAMTALE_LONG_POLL", value_name = "TIME", value_parser = time::parse, default_value = "30s", help_heading = "Times")]
    long_poll: Duration,

    /// The longest that any other HTTP request may take
    #[arg(long, env = "SAMTALE_REQUEST", value_name = "TIME", value_parser = time::parse_some, default_value = "30s", help_heading = "Times")]
    request: Duration,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    log: LogArgs,
}

impl ServeArgs {
    /// Refuses what belongs to the demo where there is none: a real server's clock is never set.
    fn refuse_demo_flags(&self) -> Result<(), Failure> {
        let given = [
            ("--dev-now (SAMTALE_DEV_NOW)", self.dev_now.is_some()),
            (
                "--dev-long-chat (SAMTALE_DEV_LONG_CHAT)",
                self.dev_long_chat.is_some(),
            ),
            (
                "--dev-token-life (SAMTALE_DEV_TOKEN_LIFE)",
                self.dev_token_life.is_some(),
            ),
        ];
        match given.iter().find(|(_, given)| *given && !self.dev) {
            Some((flag, _)) => Err(Failure::usage(format!("{flag}: only with --dev"))),
            None => Ok(()),
        }
    }
}

/// Serves until told to stop.
pub(crate) async fn run(args: ServeArgs) -> Outcome {
    limits::refuse_unknown_variables()?;
    let secret = jwt_secret()?;
    let keys = app_keys()?;
    let metrics_token = data::variable(METRICS_TOKEN)?.map(Secret::new);
    let keyless = secret.is_none() && args.jwks_url.is_none() && args.jwks_file.is_none();
    if keyless && !args.dev {
        return Err(Failure::usage(format!("{JWT_SECRET}: needed and missing"))
            .hint("or name keys with --jwks-url or --jwks-file, or try it out with --dev"));
    }
    if args.dev && !args.dev_anywhere && !args.listen.ip().is_loopback() {
        let message = format!(
            "--listen (SAMTALE_LISTEN): {} is open to others, and --dev lets anyone in",
            args.listen
        );
        return Err(Failure::usage(message).hint("listen on 127.0.0.1, or say --dev-anywhere"));
    }
    args.refuse_demo_flags()?;
    args.log.start()?;
    if secret
        .as_ref()
        .is_some_and(|secret| secret.expose().len() < SECRET_BYTES)
    {
        tracing::warn!("{JWT_SECRET} is shorter than {SECRET_BYTES} bytes: it can be guessed");
    }
    allow_many_connections();

    let machine = Arc::new(SystemEnv::new());
    let env: Arc<dyn Env> = match args.dev_now {
        Some(moment) => Arc::new(Backdated::starting(Arc::clone(&machine) as _, moment)),
        None => Arc::clone(&machine) as _,
    };
    let long_chat = args.dev_long_chat;
    let folder = args.data.made()?;
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        Failure::failed(format!(
            "--listen (SAMTALE_LISTEN): {}: {error}",
            args.listen
        ))
    })?;
    let address = listener.local_addr()?;
    let config = configure(args, secret, keys, metrics_token, &folder, &machine)?;
    tracing::info!(config = %config.summary(), "starting");
    let store = open(&folder, Arc::clone(&env), config.dev, long_chat).await?;
    let started = Server::start(config, Arc::clone(&store), env).await;
    let server = match started {
        Ok(server) => server,
        Err(error) => {
            store.close().await;
            return Err(explain(&error));
        }
    };
    // The handlers stand before anyone is told that there is a server to stop.
    let stop = signals::stop()?;
    out::line(format_args!("Samtale is listening on http://{address}"))?;
    server.serve(listener, stop).await?;
    Ok(())
}

/// Reads the secret of tokens, under our name for it or Supabase's.
pub(crate) fn jwt_secret() -> Result<Option<Secret>, Failure> {
    let secret = match data::variable(JWT_SECRET)? {
        None => data::variable(SUPABASE_JWT_SECRET)?,
        secret => secret,
    };
    Ok(secret.map(Secret::new))
}

/// Reads the texts that are taken as keys: the anon one, and the service role's.
fn app_keys() -> Result<(Option<Secret>, Option<Secret>), Failure> {
    let mut anon = None;
    for name in ANON_KEYS {
        anon = anon.or(data::variable(name)?);
    }
    let service = data::variable(SERVICE_KEY)?;
    if service.is_some() && service == anon {
        let message = format!("{SERVICE_KEY}: the same as the anon key, which everyone may know");
        return Err(Failure::usage(message));
    }
    Ok((anon.map(Secret::new), service.map(Secret::new)))
}

fn configure(
    args: ServeArgs,
    secret: Option<Secret>,
    (anon_key, service_key): (Option<Secret>, Option<Secret>),
    metrics_token: Option<Secret>,
    folder: &DataFolder,
    env: &SystemEnv,
) -> Result<Config, Failure> {
    let secret = match secret {
        // Demo tokens are signed, so they need a secret even beside a JWKS.
        None if args.dev => Some(folder.dev_secret(env)?),
        secret => secret,
    };
    Ok(Config {
        listen: args.listen,
        jwt: JwtConfig {
            secret,
            anon_key,
            service_key,
            jwks_url: args.jwks_url,
            jwks_file: args.jwks_file,
            audience: args.jwt_audience,
            issuer: args.jwt_issuer,
            leeway: args.jwt_leeway,
        },
        origins: args.origins,
        limits: args.limits.0,
        trusted_proxies: args.trusted_proxies,
        drain: args.drain,
        heartbeat: args.heartbeat,
        idle: args.idle,
        ping: args.ping,
        lease: args.lease,
        long_poll: args.long_poll,
        request: args.request,
        metrics_token,
        app: match args.app {
            Some(folder) => WebApp::Folder(folder),
            None if args.no_app => WebApp::None,
            None => WebApp::Built,
        },
        name: args.name,
        sign_in_url: args.sign_in_url,
        token_url: args.token_url,
        app_settings: args.app_settings.unwrap_or_default().0,
        dev: args.dev,
        dev_token: args.dev_token_life.unwrap_or(Config::default().dev_token),
    })
}

/// Opens the store; for development with the demo in it, whose messages are older than the store.
async fn open(
    folder: &DataFolder,
    env: Arc<dyn Env>,
    demo: bool,
    long_chat: Option<u32>,
) -> Result<Arc<dyn Store>, Failure> {
    if !demo {
        return Ok(Arc::new(folder.open(env)?));
    }
    let clock = Arc::new(Backdated::new(env));
    let store: Arc<dyn Store> = Arc::new(folder.open(Arc::clone(&clock) as Arc<dyn Env>)?);
    let seeded = async {
        dev::seed(&store, &clock).await?;
        let count = long_chat.unwrap_or_default();
        dev::seed_long_chat(&store, &clock, count).await
    };
    if let Err(error) = seeded.await {
        store.close().await;
        let message = chain(&error);
        return Err(Failure::failed(format!(
            "the demo can't be made: {message}"
        )));
    }
    Ok(store)
}

fn explain(error: &StartError) -> Failure {
    let message = chain(error);
    match error {
        StartError::Auth(_) => Failure::usage(format!(
            "{JWT_SECRET}, --jwks-url (SAMTALE_JWKS_URL), --jwks-file (SAMTALE_JWKS_FILE): {message}"
        )),
    }
}

/// Raises the number of files that the process may open to what the system allows it: each
/// connection is one, and the usual bound of 1,024 is soon reached.
fn allow_many_connections() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "the number of open files stays bounded as it was");
        }
    }
}
