//! What goes into a store and what comes out, where the model has no word for it.

use samtale_model::{
    ChatId, ChatSummary, Epoch, HistoryRule, OpId, Participant, PrivateKey, Role, Rows, Seq, Sync,
    Title, UnixMillis, UserId,
};

use super::{Refusal, Visibility};

/// What a token says of its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The host product's `sub`.
    pub user: UserId,
    /// The name to show, where the token has one.
    pub name: Option<String>,
    /// The picture to show, where the token has one.
    pub avatar_url: Option<String>,
    /// The language, where the token has one.
    pub locale: Option<String>,
    /// When the token was issued, where it says so; compared with the user's erasure.
    pub issued_at: Option<UnixMillis>,
}

/// Who a user is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The id.
    pub user: UserId,
    /// The name to show; never empty: the id where none is known.
    pub name: String,
    /// The picture to show.
    pub avatar_url: Option<String>,
    /// The language.
    pub locale: Option<String>,
    /// When they were last seen.
    pub last_seen: Option<UnixMillis>,
}

/// The answer to ops.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The chat's epoch for the actor, after the ops.
    pub epoch: Epoch,
    /// A result for each op that was tried, in order; only the last can be a refusal.
    pub results: Vec<Result<Done<Rows>, Refusal>>,
}

/// Something that took effect, now or when it was first asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// The commit it took effect in.
    pub seq: Seq,
    /// Whether it was asked before.
    pub repeat: bool,
    /// What it changed, in its present state.
    pub value: T,
}

/// A chat to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChat {
    /// The id, made by the caller.
    pub id: ChatId,
    /// The title.
    pub title: Option<Title>,
    /// How far back people who are added later see.
    pub history: HistoryRule,
    /// Who is in it; the actor is added as owner where not named.
    pub participants: Vec<NewParticipant>,
}

/// Someone who is in a chat from its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewParticipant {
    /// Who. A user that is not known yet exists from here on.
    pub user: UserId,
    /// As what.
    pub role: Role,
}

/// A private row to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct PrivateWrite {
    /// The op's id: a repeat changes nothing.
    pub op_id: OpId,
    /// The row.
    pub key: PrivateKey,
    /// The value; null removes it.
    pub value: serde_json::Value,
}

/// The answer to a sync: what the reader gets, and what live commits are to be filtered by from then on.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What the reader gets.
    pub sync: Sync,
    /// What the reader may see.
    pub visibility: Visibility,
}

/// Which chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatsQuery {
    /// These; those that are not the viewer's are left out.
    Ids(Vec<ChatId>),
    /// The list, from its top or after a chat in it.
    List {
        /// The chat that the page follows.
        after: Option<ChatId>,
        /// How many.
        limit: usize,
    },
}

/// A page of the list of chats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatList {
    /// The chats.
    pub chats: Vec<ChatSummary>,
    /// Whether the list goes on.
    pub more: bool,
}

/// A page of participants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParticipantsPage {
    /// The participants.
    pub participants: Vec<Participant>,
    /// Where the next page starts.
    pub next: Option<UserId>,
}

/// What to search for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// The words.
    pub words: String,
    /// Only in this chat.
    pub chat: Option<ChatId>,
    /// Where the page starts, as the page before named it.
    pub after: Option<String>,
    /// How many hits.
    pub limit: usize,
}

/// What a store has done since it was opened, for operators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// How many transactions were committed, each with everything that waited for it.
    pub commits: u64,
    /// How many writes were in them.
    pub writes: u64,
    /// About how many messages wait to be in the search index.
    pub unindexed: u64,
}
