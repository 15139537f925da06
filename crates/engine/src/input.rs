//! What happens to the engine: the host says it, each time with what both clocks show.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Command, Token};

/// Something that happened.
///
/// Every kind can be read from JSON, so that a trace can be saved and replayed, and a fuzzer can
/// make one up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(
    tag = "input",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Input {
    /// The moment of [`crate::Engine::poll_timeout`] has come. Earlier or later is harmless.
    Timeout,
    /// A person wants something. A refusal comes as [`crate::Change::Refused`];
    /// [`crate::Engine::command`] returns it instead.
    Command(Command),
    /// The socket of [`crate::Output::OpenSocket`] is open.
    SocketOpened {
        /// Of which socket.
        generation: u64,
    },
    /// A text frame came.
    SocketText {
        /// On which socket.
        generation: u64,
        /// The frame.
        #[cfg_attr(feature = "ts", ts(type = "string"))]
        text: Text,
    },
    /// The socket is closed, or could not be opened.
    SocketClosed {
        /// Which socket.
        generation: u64,
        /// The close frame's code; none where there was no close frame. A host that sees how the
        /// server refused the handshake says 4401 for status 401, 4403 for 403, 4429 for 429.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        code: Option<u16>,
    },
    /// An HTTP request was answered, with whatever status.
    HttpReply {
        /// Which request.
        request: u64,
        /// The status.
        status: u16,
        /// The body, as text.
        #[cfg_attr(feature = "ts", ts(type = "string"))]
        body: Text,
    },
    /// An HTTP request came to nothing: no connection, a timeout.
    HttpFailed {
        /// Which request.
        request: u64,
    },
    /// The host has a token.
    Token {
        /// Which request of [`crate::Output::FetchToken`] it answers.
        request: u64,
        /// The token.
        #[cfg_attr(feature = "ts", ts(type = "string"))]
        token: Token,
    },
    /// The host has none.
    TokenFailed {
        /// Which request it answers.
        request: u64,
        /// Why.
        why: TokenError,
    },
    /// Stored records, for [`crate::Output::Load`]. With a number that was not asked for, they
    /// are those of a closed tab: what is unsent (ops, chats to be made, private rows) is adopted
    /// and stored as this engine's own, and anything else is passed over.
    Loaded {
        /// Which request it answers.
        load: u64,
        /// The records whose key has one of the prefixes, in any order.
        records: Vec<Record>,
    },
    /// Nothing could be loaded.
    LoadFailed {
        /// Which request it answers.
        load: u64,
    },
    /// A batch of [`crate::Output::Persist`] is in the host's synchronous journal: it survives a
    /// closed tab, though it is not yet in the durable store. Optional.
    Journalled {
        /// Which batch.
        batch: u64,
    },
    /// A batch is in the durable store.
    Persisted {
        /// Which batch.
        batch: u64,
    },
    /// A batch could not be stored; nothing of it was.
    PersistFailed {
        /// Which batch.
        batch: u64,
        /// Why.
        why: StorageError,
    },
    /// The network changed.
    Network {
        /// To what.
        network: Network,
    },
    /// The program came to the foreground or went out of it.
    Visible {
        /// Whether it is seen now.
        visible: bool,
    },
    /// The host has not let this engine's cache be stored until now, since another tab's was, and
    /// does so from now on: everything is stored anew.
    StorageTaken,
    /// A person moved, typed or touched. Hosts may thin these out to one a second.
    Activity,
}

/// A text from the network; `Debug` tells its length alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub String);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// A stored record: opaque bytes under a key. `Debug` tells their number alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "RecordJson"))]
pub struct Record {
    /// The key.
    pub key: String,
    /// The bytes, as they were in [`crate::Write::Put`].
    pub value: Vec<u8>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({}, {} bytes)", self.key, self.value.len())
    }
}

/// Why the host has no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TokenError {
    /// It could not be asked for now: tried again later.
    Unavailable,
    /// The person is not signed in: the connection fails until `Reconnect`.
    Denied,
}

/// Why a batch could not be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StorageError {
    /// There is no room: the cache is evicted, the outbox kept.
    Quota,
    /// Anything else.
    Failed,
}

/// What the device says of its network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// There is one.
    #[default]
    Online,
    /// There is one, and it is slow: everything may take longer.
    Slow,
    /// There is none.
    Offline,
}
