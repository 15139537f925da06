//! Where a session's tokens come from.

use async_trait::async_trait;
use reqwest::Url;
use samtale_engine::{Token, TokenError};
use samtale_model::UserId;
use serde::Deserialize;

use crate::StartError;
use crate::tls;

/// Where a session's tokens come from: the host product, most often.
#[async_trait]
pub trait TokenSource: Send + Sync + 'static {
    /// Returns a token of the client's user. `fresh`: the last one was refused or has run out, so
    /// one from a cache will not do.
    ///
    /// # Errors
    /// [`TokenError::Unavailable`] is tried again later; [`TokenError::Denied`] ends the connection
    /// until [`samtale_engine::Command::Reconnect`].
    async fn token(&self, fresh: bool) -> Result<Token, TokenError>;
}

/// One token for as long as it lasts.
#[derive(Clone, Debug)]
pub struct FixedToken(Token);

impl FixedToken {
    /// Takes the token.
    pub const fn new(token: Token) -> Self {
        Self(token)
    }
}

#[async_trait]
impl TokenSource for FixedToken {
    /// Returns the token; when a fresh one is wanted there is none, and the user counts as signed out.
    async fn token(&self, fresh: bool) -> Result<Token, TokenError> {
        if fresh {
            Err(TokenError::Denied)
        } else {
            Ok(self.0.clone())
        }
    }
}

/// Tokens that a server in development mode hands out to anyone: `POST /dev/token`.
#[derive(Clone, Debug)]
pub struct DevTokens {
    http: reqwest::Client,
    url: Url,
    user: UserId,
}

/// The answer of `POST /dev/token`.
#[derive(Deserialize)]
struct DevToken {
    token: String,
}

impl DevTokens {
    /// Asks the server at `url` for tokens of `user`.
    ///
    /// # Errors
    /// When the address is none, or TLS can't be set up.
    pub fn new(url: &str, user: UserId) -> Result<Self, StartError> {
        let address = crate::address::Address::parse(url)?;
        Ok(Self {
            http: tls::http(&tls::config()?)?,
            url: address.http("/dev/token"),
            user,
        })
    }
}

#[async_trait]
impl TokenSource for DevTokens {
    async fn token(&self, _fresh: bool) -> Result<Token, TokenError> {
        let body = serde_json::json!({ "user": self.user });
        let answer = self.http.post(self.url.clone()).json(&body).send().await;
        let answer = answer.map_err(|_| TokenError::Unavailable)?;
        if answer.status().is_client_error() && answer.status().as_u16() != 429 {
            return Err(TokenError::Denied);
        }
        let token: DevToken = answer.json().await.map_err(|_| TokenError::Unavailable)?;
        Ok(Token::new(token.token))
    }
}
