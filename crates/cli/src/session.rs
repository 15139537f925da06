//! Whose session a client subcommand is, and with which server.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use directories::ProjectDirs;
use samtale_client::{ClientConfig, DevTokens, FixedToken};
use samtale_engine::Token;
use samtale_model::UserId;
use serde::Deserialize;

/// Which server, and as whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "Session")]
pub(crate) struct SessionArgs {
    /// The server's address
    #[arg(long, env = "SAMTALE_URL", value_name = "URL", default_value = "http://127.0.0.1:4000")]
    pub(crate) url: String,

    /// A token of the user, as `samtale token` prints it
    #[arg(
        long,
        env = "SAMTALE_TOKEN",
        value_name = "JWT",
        hide_env_values = true,
        value_parser = parse_token
    )]
    pub(crate) token: Option<Token>,

    /// A demo user of a server that runs with --dev, such as kari
    #[arg(
        long,
        env = "SAMTALE_DEV_USER",
        value_name = "USER",
        conflicts_with = "token",
        required_unless_present = "token"
    )]
    pub(crate) dev_user: Option<UserId>,
}

/// The one claim that a client must know of its token.
#[derive(Deserialize)]
struct Subject {
    sub: UserId,
}

impl SessionArgs {
    /// Makes a client's configuration: in memory, until a data folder is named.
    pub(crate) fn config(&self) -> anyhow::Result<ClientConfig> {
        if let Some(token) = &self.token {
            let user = subject(token).context("--token (SAMTALE_TOKEN) is no JWT with a sub")?;
            let tokens = Arc::new(FixedToken::new(token.clone()));
            return Ok(ClientConfig::new(&self.url, user, tokens));
        }
        let user = self
            .dev_user
            .clone()
            .context("--token (SAMTALE_TOKEN) or --dev-user (SAMTALE_DEV_USER) says who you are")?;
        let tokens = Arc::new(DevTokens::new(&self.url, user.clone())?);
        Ok(ClientConfig::new(&self.url, user, tokens))
    }
}

/// Returns the data folder of clients: the one named, or the user's own.
pub(crate) fn data_folder(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    match named {
        Some(folder) => Ok(folder),
        None => ProjectDirs::from("", "", "samtale")
            .map(|dirs| dirs.data_local_dir().join("client"))
            .context("there is no home folder: name a data folder with --data"),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "clap's value parsers return a result")]
fn parse_token(text: &str) -> Result<Token, std::convert::Infallible> {
    Ok(Token::new(text.trim()))
}

/// Reads whose token it is. The server checks the rest.
fn subject(token: &Token) -> Option<UserId> {
    let payload = token.expose().split('.').nth(1)?;
    let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let subject: Subject = serde_json::from_slice(&json).ok()?;
    Some(subject.sub)
}
