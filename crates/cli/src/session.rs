//! Whose session a client subcommand is, and with which server.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use directories::ProjectDirs;
use samtale_client::{Client, ClientConfig, DevTokens, FixedToken};
use samtale_engine::{self as engine, ChatItem, Connection, Token};
use samtale_model::{ChatId, UserId};
use serde::Deserialize;

use crate::failure::Failure;

/// Which server, and as whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "Session")]
pub(crate) struct SessionArgs {
    /// The server's address
    #[arg(
        long,
        env = "SAMTALE_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:4000"
    )]
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

    /// A demo user of a server that runs with --dev, such as ingrid
    #[arg(
        long,
        env = "SAMTALE_DEV_USER",
        value_name = "USER",
        conflicts_with = "token"
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
    pub(crate) fn config(&self) -> Result<ClientConfig, Failure> {
        if let Some(token) = &self.token {
            let user = subject(token)
                .ok_or_else(|| Failure::usage("--token (SAMTALE_TOKEN): not a JWT with a sub"))?;
            let tokens = Arc::new(FixedToken::new(token.clone()));
            return Ok(ClientConfig::new(&self.url, user, tokens));
        }
        let user = self.dev_user.clone().ok_or_else(|| {
            let message =
                "--token (SAMTALE_TOKEN) or --dev-user (SAMTALE_DEV_USER): needed and missing";
            Failure::usage(message)
                .hint("a server that runs with --dev knows ingrid and jonas, among others")
        })?;
        let tokens = Arc::new(DevTokens::new(&self.url, user.clone())?);
        Ok(ClientConfig::new(&self.url, user, tokens))
    }

    /// Makes the configuration of a program: nobody sees it come and go, and it never gives up.
    pub(crate) fn quiet_config(&self) -> Result<ClientConfig, Failure> {
        let mut config = self.config()?;
        config.engine.share_presence = false;
        config.engine.share_typing = false;
        config.engine.max_retries = u32::MAX;
        Ok(config)
    }
}

/// Finds a chat by its title, or by the name of the one other person in it.
pub(crate) async fn find_chat(client: &Client, title: &str) -> Result<ChatId, Failure> {
    let found = client.until(|engine| {
        if let Some(failure) = refusal(engine.connection()) {
            return Some(Err(failure));
        }
        if !engine.connection().state.is_connected() || engine.chats_loading() {
            return None;
        }
        let items = engine.chats();
        let fitting: Vec<ChatId> = items
            .iter()
            .filter(|item| is_called(item, engine.user_id(), title))
            .map(|item| item.id)
            .collect();
        match fitting[..] {
            [chat] => Some(Ok(chat)),
            [] if engine.has_more_chats() => Some(Err(Failure::usage(format!(
                "--chat: no chat called {title:?} among the {} most recent",
                items.len()
            ))
            .hint("name it by its id"))),
            [] => Some(Err(Failure::usage(format!(
                "--chat: no chat called {title:?}"
            )))),
            _ => {
                let ids: Vec<String> = fitting.iter().map(ToString::to_string).collect();
                let message = format!("--chat: several chats are called {title:?}");
                Some(Err(Failure::usage(message).hint(ids.join(", "))))
            }
        }
    });
    found
        .await
        .unwrap_or_else(|| Err(Failure::failed("the client ended")))
}

fn is_called(item: &ChatItem, me: &UserId, title: &str) -> bool {
    let same = |text: &str| text.to_lowercase() == title.to_lowercase();
    if let Some(title) = item.chat.as_ref().and_then(|chat| chat.title.as_ref()) {
        return same(title.as_str());
    }
    let mut others = item
        .participants
        .iter()
        .filter(|person| person.user_id != *me);
    match (others.next(), others.next()) {
        (Some(other), None) => same(other.user_id.as_str()) || same(&other.name),
        _ => false,
    }
}

/// Returns why the connection was given up, where it was.
pub(crate) fn refusal(connection: Connection) -> Option<Failure> {
    Some(match connection.failure? {
        engine::Failure::RetriesExhausted => Failure::unreachable("the server can't be reached"),
        engine::Failure::SignedOut => Failure::failed("refused: unauthorized")
            .hint("the token is not taken or has run out, or there is no such demo user"),
        engine::Failure::WrongToken => Failure::failed("refused: unauthorized")
            .hint("the token is another user's, or has run out"),
        engine::Failure::Forbidden => Failure::failed("refused: forbidden"),
        engine::Failure::Unsupported => {
            Failure::failed("refused: unsupported_version").hint("the server is of another version")
        }
    })
}

/// Returns the data folder of clients: the one named, or the user's own.
pub(crate) fn data_folder(named: Option<PathBuf>) -> Result<PathBuf, Failure> {
    match named {
        Some(folder) => Ok(folder),
        None => ProjectDirs::from("", "", "samtale")
            .map(|dirs| dirs.data_local_dir().join("client"))
            .ok_or_else(|| {
                Failure::usage("--data: there is no home folder to keep data in, so name one")
            }),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "clap's value parsers return a result"
)]
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
