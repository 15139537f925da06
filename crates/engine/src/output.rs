//! What the engine wants done, and what it tells the view.

use std::fmt;

use serde::Serialize;

use samtale_model::{ChatId, MessageId, OpId, PrivateKey, Seq, UserId};
use samtale_protocol::ErrorCode;

use crate::view::Entry;
use crate::{CommandError, Text, Token};

/// Something for the host to do. None waits for another: the host starts it and goes on draining.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Opens a WebSocket. The host puts the token where it is not logged: natively the
    /// `Authorization: Bearer` header, in browsers the subprotocol
    /// `base64url.bearer.phx.<base64url of the token>` beside `phoenix`.
    OpenSocket {
        /// Names the socket in every event about it.
        generation: u64,
        /// The path and query, below the server's address.
        path: &'static str,
        /// The session's token.
        token: Token,
    },
    /// Sends a text frame.
    Send {
        /// On which socket.
        generation: u64,
        /// The frame.
        text: Text,
    },
    /// Closes a socket. Events of it that come later are passed over.
    CloseSocket {
        /// Which.
        generation: u64,
        /// The close frame's code.
        code: u16,
    },
    /// Makes an HTTP request; answered by `HttpReply` or `HttpFailed`.
    Http {
        /// Names the request.
        request: u64,
        /// `GET` or `POST`.
        method: Method,
        /// The path and query, below the server's address.
        path: String,
        /// For the header `Authorization: Bearer`.
        token: Token,
        /// A JSON body.
        body: Option<Text>,
    },
    /// Gives up an HTTP request; no answer is wanted.
    CancelHttp {
        /// Which.
        request: u64,
    },
    /// Asks the host product for a token; answered by `Token` or `TokenFailed`.
    FetchToken {
        /// Names the request.
        request: u64,
        /// Whether the last one was refused or had run out: no cache will do.
        fresh: bool,
    },
    /// Loads the records whose key has one of the prefixes; answered by `Loaded` or `LoadFailed`.
    Load {
        /// Names the request.
        load: u64,
        /// The prefixes.
        prefixes: Vec<String>,
    },
    /// Stores a batch, all or nothing and after the batches before it; answered by `Persisted` or
    /// `PersistFailed`. When one has failed, those that were given before the engine heard of it
    /// must fail too: the cursor of a later batch counts on the rows of the earlier ones.
    ///
    /// With `journal` the batch has something of the outbox. A host whose durable store is slow to
    /// commit puts it into a synchronous journal at once and says `Journalled`; it takes it out
    /// when the store has it, and gives what is left to the next engine as records of the store.
    /// Frames that need the batch leave at the first of `Journalled` and `Persisted`.
    Persist {
        /// Names the batch.
        batch: u64,
        /// The writes, in order.
        writes: Vec<Write>,
        /// Whether it is worth journalling.
        journal: bool,
    },
    /// Deletes everything stored for this user. Unanswered.
    Wipe,
    /// Tells the view what to read again.
    Changed(Change),
}

/// The method of an HTTP request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Writes.
    Post,
}

impl Method {
    /// Returns the method's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// One change to the store.
#[derive(Clone, PartialEq, Eq)]
pub enum Write {
    /// Puts a record, in the place of an earlier one.
    Put {
        /// The key.
        key: String,
        /// The bytes, opaque to the host.
        value: Vec<u8>,
    },
    /// Deletes a record, if it is there.
    Delete {
        /// The key.
        key: String,
    },
    /// Deletes every record whose key has the prefix.
    DeletePrefix {
        /// The prefix.
        prefix: String,
    },
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put { key, value } => write!(f, "Put({key}, {} bytes)", value.len()),
            Self::Delete { key } => write!(f, "Delete({key})"),
            Self::DeletePrefix { prefix } => write!(f, "DeletePrefix({prefix})"),
        }
    }
}

/// What changed in the view. All changes of one input come together, each at most once, after the
/// state is whole again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(
    tag = "changed",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Change {
    /// [`crate::Engine::connection`].
    Connection,
    /// [`crate::Engine::storage`].
    Storage,
    /// Which chats there are, or their order: [`crate::Engine::chats`].
    Chats,
    /// One chat's item, participants or state: [`crate::Engine::chat`].
    Chat {
        /// Which.
        chat: ChatId,
    },
    /// A chat's timeline, entry by entry.
    Timeline {
        /// Which.
        chat: ChatId,
        /// The patches, to be applied in order.
        patches: Vec<TimelinePatch>,
    },
    /// Who has received and read how much: [`crate::Engine::receipts`].
    Receipts {
        /// Where.
        chat: ChatId,
    },
    /// Who is writing: [`crate::Engine::typing`].
    Typing {
        /// Where.
        chat: ChatId,
    },
    /// How someone is present: [`crate::Engine::presence`].
    Presence {
        /// Who.
        user: UserId,
    },
    /// One's own status: [`crate::Engine::my_status`].
    MyStatus,
    /// A private row: [`crate::Engine::private`].
    Private {
        /// Which.
        key: PrivateKey,
    },
    /// [`crate::Engine::outbox`].
    Outbox,
    /// [`crate::Engine::search`].
    Search,
    /// What became of an op.
    Op {
        /// The op; a message's id for a send.
        op: OpId,
        /// The chat.
        chat: ChatId,
        /// What became of it.
        outcome: Outcome,
    },
    /// What became of a chat that was to be made.
    ChatMade {
        /// The chat.
        chat: ChatId,
        /// The refusal, if it was refused.
        error: Option<ErrorCode>,
    },
    /// A command given as an input was refused at once.
    Refused {
        /// Why.
        error: CommandError,
    },
}

/// What became of an op.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(
    tag = "outcome",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Outcome {
    /// It survives a closed program, and goes when it can.
    Kept,
    /// The server has it.
    Done {
        /// The commit it took effect in.
        seq: Seq,
    },
    /// It was refused for good; a send, an edit or a deletion can be retried by hand.
    Failed {
        /// Why.
        code: ErrorCode,
    },
    /// It waited too long and asks before it goes.
    Expired,
    /// It was given up, or swallowed by a later one.
    Cancelled,
}

/// A change of one entry of a timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(
    tag = "patch",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TimelinePatch {
    /// An entry that was not there; its place is given by `position`.
    Insert {
        /// The entry.
        entry: Box<Entry>,
    },
    /// An entry that was there, perhaps at another position.
    Update {
        /// The entry.
        entry: Box<Entry>,
    },
    /// An entry that is no longer there.
    Remove {
        /// Its message's id.
        id: MessageId,
    },
    /// Too much changed to tell: [`crate::Engine::timeline`] is to be read again.
    Reset,
}
