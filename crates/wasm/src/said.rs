//! Inputs as JSON. Read flat and by hand: [`Input`] itself can be read too, but what serde keeps
//! aside to tell its kinds apart would be a tenth of the module.

use serde::Deserialize;

use samtale_engine::{Input, Network, StorageError, Token, TokenError};

/// Every field that an input may have.
#[derive(Deserialize)]
pub(crate) struct Said {
    input: Kind,
    generation: Option<u64>,
    request: Option<u64>,
    load: Option<u64>,
    batch: Option<u64>,
    code: Option<u16>,
    status: Option<u16>,
    text: Option<String>,
    body: Option<String>,
    token: Option<String>,
    why: Option<Why>,
    network: Option<Network>,
    visible: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Timeout,
    SocketOpened,
    SocketText,
    SocketClosed,
    HttpReply,
    HttpFailed,
    Token,
    TokenFailed,
    LoadFailed,
    Journalled,
    Persisted,
    PersistFailed,
    Network,
    Visible,
    StorageTaken,
    Activity,
}

/// The reasons of failures, of tokens and of storage.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Unavailable,
    Denied,
    Quota,
    Failed,
}

impl Said {
    /// Returns the input; none where it lacks a field.
    pub(crate) fn input(self) -> Option<Input> {
        Some(match self.input {
            Kind::Timeout => Input::Timeout,
            Kind::SocketOpened => Input::SocketOpened {
                generation: self.generation?,
            },
            Kind::SocketText => Input::SocketText {
                generation: self.generation?,
                text: self.text?.into(),
            },
            Kind::SocketClosed => Input::SocketClosed {
                generation: self.generation?,
                code: self.code,
            },
            Kind::HttpReply => Input::HttpReply {
                request: self.request?,
                status: self.status?,
                body: self.body?.into(),
            },
            Kind::HttpFailed => Input::HttpFailed {
                request: self.request?,
            },
            Kind::Token => Input::Token {
                request: self.request?,
                token: Token::new(self.token?),
            },
            Kind::TokenFailed => Input::TokenFailed {
                request: self.request?,
                why: match self.why? {
                    Why::Denied => TokenError::Denied,
                    _ => TokenError::Unavailable,
                },
            },
            Kind::LoadFailed => Input::LoadFailed { load: self.load? },
            Kind::Journalled => Input::Journalled { batch: self.batch? },
            Kind::Persisted => Input::Persisted { batch: self.batch? },
            Kind::PersistFailed => Input::PersistFailed {
                batch: self.batch?,
                why: match self.why? {
                    Why::Quota => StorageError::Quota,
                    _ => StorageError::Failed,
                },
            },
            Kind::Network => Input::Network {
                network: self.network?,
            },
            Kind::Visible => Input::Visible {
                visible: self.visible?,
            },
            Kind::StorageTaken => Input::StorageTaken,
            Kind::Activity => Input::Activity,
        })
    }
}
