//! What a client is started with, and why it can't be.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use samtale_model::{DeviceId, UserId};

use crate::TokenSource;

/// What a client is started with.
#[derive(Clone)]
pub struct ClientConfig {
    /// The server's address: `https://chat.example.no`, perhaps with a path below which it lives.
    /// `ws` and `wss` mean the same as `http` and `https`.
    pub url: String,
    /// Where the session's tokens come from.
    pub token: Arc<dyn TokenSource>,
    /// The folder that keeps unsent messages and the cache; without one both live in memory.
    ///
    /// In it each server and user has a folder of its own, which one program at a time may use.
    pub data: Option<PathBuf>,
    /// How the engine behaves, whose it is included. The device's id gives way to the one that the
    /// data folder keeps, and `persist` to whether there is a data folder.
    pub engine: samtale_engine::Config,
}

impl ClientConfig {
    /// Makes the default configuration of a user: in memory, as a new device.
    pub fn new(url: impl Into<String>, user: UserId, token: Arc<dyn TokenSource>) -> Self {
        let mut engine = samtale_engine::Config::new(user, new_device_id());
        engine.tells_refusals = true;
        Self {
            url: url.into(),
            token,
            data: None,
            engine,
        }
    }

    /// Keeps unsent messages and the cache in a folder, which is made where it is missing.
    #[must_use]
    pub fn with_data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = Some(folder.into());
        self
    }

    /// Returns whose client it will be.
    pub const fn user(&self) -> &UserId {
        &self.engine.user_id
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("url", &self.url)
            .field("data", &self.data)
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

/// Why a client can't be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is none of a server.
    #[error("{0:?} is not an address like https://chat.example.no")]
    Url(String),
    /// TLS can't be set up.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
    /// Another program uses the data folder of this server and user.
    #[error("another program uses the data folder {}", .0.display())]
    InUse(PathBuf),
    /// The data folder can't be used.
    #[error("the data folder {} can't be used: {reason}", path.display())]
    Storage {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// Makes the id of a device that was not known before.
pub(crate) fn new_device_id() -> DeviceId {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    let text = format!("{:032x}", u128::from_be_bytes(bytes));
    DeviceId::new(text).expect("32 hexadecimal digits are a device's id")
}
