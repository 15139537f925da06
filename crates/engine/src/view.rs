//! What a view reads: plain values, serialisable, without references into the engine.

use std::fmt;

use serde::{Deserialize, Serialize};

use samtale_model::reaction::Emoji;
use samtale_model::{
    Chat, ChatId, Message, MessageId, OpId, Participant, Role, SearchHit, UnixMillis, UserId,
};
use samtale_protocol::ErrorCode;

use crate::{Monotonic, Network};

/// How the connection stands, in the words of the specification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// Not asked to connect.
    #[default]
    Idle,
    /// Seeking the first connection.
    Connecting,
    /// Live.
    Connected,
    /// Was live, and seeks to be again.
    Reconnecting,
    /// Without a socket, over HTTP: everything works, more slowly.
    Degraded,
    /// The device has no network.
    Offline,
    /// Given up; [`Connection::failure`] says why.
    Failed,
}

impl ConnectionState {
    /// Returns whether messages come and go.
    pub const fn is_connected(self) -> bool {
        matches!(self, Self::Connected | Self::Degraded)
    }
}

/// Why the connection was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// Too many attempts in a row came to nothing. Coming online, becoming visible, a send or
    /// `Reconnect` begins again.
    RetriesExhausted,
    /// The host says that nobody is signed in.
    SignedOut,
    /// The token is another user's, or no JWT.
    WrongToken,
    /// The server refuses this user.
    Forbidden,
    /// The server no longer speaks this version.
    Unsupported,
}

/// The connection, in detail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// How it stands.
    pub state: ConnectionState,
    /// What the device says of its network.
    pub network: Network,
    /// How many attempts have failed in a row.
    pub attempt: u32,
    /// When the next attempt begins.
    pub retry_at: Option<Monotonic>,
    /// How long the last heartbeat took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// Why it was given up.
    pub failure: Option<Failure>,
}

/// How the storage stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StorageState {
    /// What was stored is being loaded.
    #[default]
    Loading,
    /// Everything is stored.
    Ready,
    /// There is little room: unsent messages are stored, the cache is not.
    Tight,
    /// Nothing is stored: unsent messages live as long as the program.
    Memory,
}

/// A chat, as a list shows it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatItem {
    /// The chat's id.
    pub id: ChatId,
    /// The chat; none while it is being made or is known by its id alone.
    pub chat: Option<Chat>,
    /// What one is here; none while unknown.
    pub role: Option<Role>,
    /// The active participants that are known: all in a chat that was opened, some otherwise.
    pub participants: Vec<Participant>,
    /// How many are in the chat.
    pub members: u32,
    /// The newest message, unsent ones included.
    pub last: Option<Box<Entry>>,
    /// Messages of others that one has not read, counted up to 100.
    pub unread: u32,
    /// What stands in the composer.
    pub draft: Option<String>,
    /// Whether it is muted now, and until when where that is bounded.
    pub muted: Option<Muted>,
    /// When something was last said, or the chat was made.
    pub active_at: UnixMillis,
    /// Whether its events come live.
    pub live: bool,
    /// True until the first content is there: from the store, the network, or an error. A chat
    /// beyond `max_joined_chats` is fetched once it is opened.
    pub loading: bool,
    /// Whether it is still to be made.
    pub making: bool,
    /// Why it could not be joined.
    pub error: Option<ErrorCode>,
}

/// Without the draft: what a person wrote stays out of logs.
impl fmt::Debug for ChatItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatItem")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("members", &self.members)
            .field("last", &self.last)
            .field("unread", &self.unread)
            .field("live", &self.live)
            .field("loading", &self.loading)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// How a chat is muted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Muted {
    /// Until when; none: for good.
    pub until: Option<UnixMillis>,
}

/// The place of an entry in its timeline. Positions are ordered; no two entries share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "of", content = "at", rename_all = "snake_case", from = "Place")]
pub enum Position {
    /// A message the server has, by its `createdSeq`.
    Sent(u64),
    /// One it has not, after all those it has, by the order they were queued in.
    Unsent(u64),
}

/// A [`Position`] as it is read: flat, as [`samtale_model::missing`] explains.
#[derive(Deserialize)]
struct Place {
    of: Of,
    at: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Of {
    Sent,
    Unsent,
}

impl From<Place> for Position {
    fn from(place: Place) -> Self {
        match place.of {
            Of::Sent => Self::Sent(place.at),
            Of::Unsent => Self::Unsent(place.at),
        }
    }
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum EntryState {
    /// On its way, or waiting for the connection.
    Sending,
    /// On the server's disk.
    Sent,
    /// On a device of everyone else. Always so for messages of others: they are here.
    Delivered,
    /// Seen by everyone else.
    Read,
    /// Refused for good; it can be retried or cancelled.
    Failed {
        /// Why.
        code: ErrorCode,
    },
    /// It waited too long to go unasked; `Retry` sends it, `Cancel` gives it up.
    Expired,
}

/// What is being changed about a message that the server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PendingChange {
    /// The op, for `Retry` and `Cancel`.
    pub op: OpId,
    /// What.
    pub kind: ChangeKind,
    /// How it stands.
    pub state: ChangeState,
}

/// How a change of a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ChangeState {
    /// Under way, and shown as if done.
    Sending,
    /// Refused, and rolled back.
    Failed {
        /// Why.
        code: ErrorCode,
    },
    /// It waited too long to go unasked, and is not shown.
    Expired,
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Its words.
    Edit,
    /// Its deletion.
    Delete,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ReactionGroup {
    /// The emoji.
    pub emoji: Emoji,
    /// How many have set it.
    pub count: u32,
    /// Whether oneself has.
    pub mine: bool,
    /// Those who are known to have set it, by id; fewer than `count` where there are many.
    pub users: Vec<UserId>,
}

/// A message in a timeline, as it is to be shown: with what is under way already applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its place.
    pub position: Position,
    /// The message. An unsent one has seqs of zero and the time it was queued.
    pub message: Message,
    /// Whether it is one's own.
    pub own: bool,
    /// How far it has come.
    pub state: EntryState,
    /// What is being changed about it.
    pub pending: Option<PendingChange>,
    /// The reactions, the most frequent first.
    pub reactions: Vec<ReactionGroup>,
    /// The message it answers, where it is known.
    pub quoted: Option<Box<Message>>,
}

impl Entry {
    /// Returns the message's id, which is the entry's for ever.
    pub const fn id(&self) -> MessageId {
        self.message.id
    }
}

/// How an op stands in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum OutboxState {
    /// It waits for the connection, or for those before it.
    Waiting,
    /// It is under way.
    Sending,
    /// The server could not take it; it goes again at a moment.
    Delayed {
        /// When.
        until: Monotonic,
    },
    /// It was refused for good.
    Failed {
        /// Why.
        code: ErrorCode,
    },
    /// It waited too long to go unasked.
    Expired,
}

/// An op in the outbox, for a viewer of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OutboxItem {
    /// The op; a message's id for a send.
    pub op: OpId,
    /// The chat.
    pub chat: ChatId,
    /// The op's name on the wire.
    pub kind: &'static str,
    /// The message it is about.
    pub message: Option<MessageId>,
    /// When it was queued.
    pub queued_at: UnixMillis,
    /// How it stands.
    pub state: OutboxState,
    /// How often it has been sent.
    pub attempts: u32,
    /// Its size, in bytes of JSON.
    pub bytes: usize,
}

/// The outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OutboxView {
    /// The ops, chat by chat, in order; those that failed after those that wait.
    pub items: Vec<OutboxItem>,
    /// Their size together, in bytes.
    pub bytes: usize,
    /// How many ops there may be.
    pub max_items: usize,
    /// How many bytes they may have together.
    pub max_bytes: usize,
}

/// How a search stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum SearchState {
    /// The server was asked.
    Searching,
    /// The hits are there.
    Done,
    /// The server refused.
    Failed {
        /// Why.
        code: ErrorCode,
    },
}

/// A search and what it has found.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchView {
    /// The words.
    pub query: String,
    /// The chat it is restricted to.
    pub chat: Option<ChatId>,
    /// How it stands.
    pub state: SearchState,
    /// Whether these are hits of the cache alone, found without the server.
    pub offline: bool,
    /// The hits, the newest first.
    pub hits: Vec<SearchHit>,
    /// Whether there are more.
    pub has_more: bool,
}

/// Without the words: what a person wrote stays out of logs.
impl fmt::Debug for SearchView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchView")
            .field("state", &self.state)
            .field("offline", &self.offline)
            .field("hits", &self.hits)
            .finish_non_exhaustive()
    }
}
