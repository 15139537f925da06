//! What a reader gets from a store: a sync, a page, the list of chats, search hits. Everything
//! here has passed the one visibility predicate.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    Body, Chat, ChatId, Epoch, HistoryRule, Message, Participant, PrivateRow, Reaction, Receipts,
    Role, Rows, Seq, Title, UnixMillis, UserId,
};

/// The answer to "what changed since": rows, and the place they lead up to.
///
/// The law: an old snapshot with these rows merged is a fresh snapshot at `upTo`, over the ranges
/// held. With `reset` the reader drops what it holds of the chat and starts from these rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Sync {
    /// The chat.
    pub chat_id: ChatId,
    /// What `upTo` is comparable within.
    pub epoch: Epoch,
    /// Everything up to here is told; the reader's next cursor.
    pub up_to: Seq,
    /// The chat's head when this was read; greater than `upTo` where more is to be fetched.
    pub head: Seq,
    /// Whether the reader starts over: these rows are the newest page and all there is to keep.
    pub reset: bool,
    /// With `reset`: whether older messages than these exist for this reader.
    #[serde(default)]
    pub has_older: bool,
    /// The changed rows.
    #[serde(flatten)]
    pub rows: Rows,
    /// All receipts, whole.
    pub receipts: Receipts,
    /// How many are in the chat now.
    pub members: u32,
    /// What the reader is here.
    pub role: Role,
}

/// A page of history, and the moment it was read at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The chat.
    pub chat_id: ChatId,
    /// What the seqs are comparable within.
    pub epoch: Epoch,
    /// The chat's head when the page was read: a page older than the cursor is read again.
    pub as_of: Seq,
    /// The messages, oldest first; every visible one from the first of them up to the asked place.
    pub messages: Vec<Message>,
    /// Their reactions.
    pub reactions: Vec<Reaction>,
    /// What they answer, where it is not among them.
    pub quoted: Vec<Message>,
    /// Whether older messages exist for this reader.
    pub has_more: bool,
}

/// A chat as its list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChatSummary {
    /// The chat; its fields stand among these.
    #[serde(flatten)]
    pub chat: Chat,
    /// What the seqs are comparable within, for this reader.
    pub epoch: Epoch,
    /// The chat's newest commit.
    pub head: Seq,
    /// What the reader is here.
    pub role: Role,
    /// Up to [`Self::MAX_PARTICIPANTS`] active participants, the reader included.
    pub participants: Vec<Participant>,
    /// How many are in the chat now.
    pub members: u32,
    /// The newest message that the reader may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub last_message: Option<Message>,
    /// How far the reader has read.
    pub read: Seq,
    /// Visible messages of others beyond that, deleted ones passed over; counted up to [`Self::MAX_UNREAD`].
    pub unread: u32,
    /// When something was last said, or the chat was made.
    pub active_at: UnixMillis,
}

// What is flattened is read field by field below: serde's own way, which first keeps the fields aside,
// has every row's reader once more, and makes a browser's engine a fifth larger.

impl<'de> Deserialize<'de> for Sync {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Flat {
            chat_id: ChatId,
            epoch: Epoch,
            up_to: Seq,
            head: Seq,
            reset: bool,
            #[serde(default)]
            has_older: bool,
            chat: Option<Chat>,
            #[serde(default)]
            participants: Vec<Participant>,
            #[serde(default)]
            messages: Vec<Message>,
            #[serde(default)]
            reactions: Vec<Reaction>,
            #[serde(default)]
            quoted: Vec<Message>,
            receipts: Receipts,
            members: u32,
            role: Role,
        }
        let flat = Flat::deserialize(from)?;
        Ok(Self {
            chat_id: flat.chat_id,
            epoch: flat.epoch,
            up_to: flat.up_to,
            head: flat.head,
            reset: flat.reset,
            has_older: flat.has_older,
            rows: Rows {
                chat: flat.chat,
                participants: flat.participants,
                messages: flat.messages,
                reactions: flat.reactions,
                quoted: flat.quoted,
            },
            receipts: flat.receipts,
            members: flat.members,
            role: flat.role,
        })
    }
}

impl<'de> Deserialize<'de> for ChatSummary {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Flat {
            id: ChatId,
            seq: Seq,
            title: Option<Title>,
            history: HistoryRule,
            created_by: UserId,
            created_at: UnixMillis,
            epoch: Epoch,
            head: Seq,
            role: Role,
            participants: Vec<Participant>,
            members: u32,
            last_message: Option<Message>,
            read: Seq,
            unread: u32,
            active_at: UnixMillis,
        }
        let flat = Flat::deserialize(from)?;
        Ok(Self {
            chat: Chat {
                id: flat.id,
                seq: flat.seq,
                title: flat.title,
                history: flat.history,
                created_by: flat.created_by,
                created_at: flat.created_at,
            },
            epoch: flat.epoch,
            head: flat.head,
            role: flat.role,
            participants: flat.participants,
            members: flat.members,
            last_message: flat.last_message,
            read: flat.read,
            unread: flat.unread,
            active_at: flat.active_at,
        })
    }
}

impl ChatSummary {
    /// The most participants that a summary lists.
    pub const MAX_PARTICIPANTS: usize = 8;
    /// Where counting unread messages stops.
    pub const MAX_UNREAD: u32 = 100;
}

/// The answer to "what changed in my private state since".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Private {
    /// What `upTo` is comparable within.
    pub epoch: Epoch,
    /// Everything up to here is told.
    pub up_to: Seq,
    /// Whether these rows are all there are.
    pub reset: bool,
    /// The changed rows.
    pub rows: Vec<PrivateRow>,
}

/// An earlier wording of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// The words.
    pub content: Body,
    /// Since when the message had them.
    pub at: UnixMillis,
}

/// A message that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// The message.
    pub message: Message,
    /// Where the found words stand in `content`: `[start, end)` in UTF-16 code units.
    pub highlights: Vec<(u32, u32)>,
}

/// Search hits, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    /// The hits.
    pub hits: Vec<SearchHit>,
    /// Where the next page starts; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub next: Option<String>,
}
