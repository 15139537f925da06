//! Bodies of the HTTP API. Paths and the customer's names stand in docs/protocol.md.

use serde::{Deserialize, Serialize};

use samtale_model::{
    Body, ChatId, Edit, Epoch, HistoryRule, MessageId, OpId, Participant, Presence, Role, Seq,
    Title, UserId,
};

use crate::WireError;

/// `POST /api/chats`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CreateChat {
    /// The chat's id, where the client makes it: a repeat gets the same chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub id: Option<ChatId>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub title: Option<Title>,
    /// How far back people who are added later see.
    pub history: HistoryRule,
    /// Who else is in it; the caller is, as owner unless named here with another role.
    pub participants: Vec<NewParticipant>,
}

/// Someone to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewParticipant {
    /// Whom.
    pub user_id: UserId,
    /// As what; student where absent.
    #[serde(default = "student")]
    pub role: Role,
}

const fn student() -> Role {
    Role::Student
}

/// `POST /api/messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendMessage {
    /// The message's id, made by the sender; by the server where absent, and then a repeat is a second message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub id: Option<MessageId>,
    /// Where.
    pub chat_id: ChatId,
    /// The words.
    pub content: Body,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub reply_to: Option<MessageId>,
    /// The message whose thread it goes into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub thread_root: Option<MessageId>,
}

/// `PUT /api/messages/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EditMessage {
    /// The op's id; without one a repeat is a second edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub op_id: Option<OpId>,
    /// The new words.
    pub content: Body,
}

/// `POST /api/messages/typing` and `PUT /api/chat/realtime`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetTyping {
    /// Where.
    pub chat_id: ChatId,
    /// True while writing.
    pub is_typing: bool,
}

/// `POST /api/messages/read-receipts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetReceipts {
    /// Where.
    pub chat_id: ChatId,
    /// Everything up to here has arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub delivered: Option<Seq>,
    /// Everything up to here has been seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub read: Option<Seq>,
    /// Everything up to this message has been seen: for callers that know messages, not seqs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub message_id: Option<MessageId>,
}

/// `POST /api/chat/realtime`: what a client does with its connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Connect {
    /// Which chat it is about; the user as a whole where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub chat_id: Option<ChatId>,
    /// What to do.
    pub action: ConnectAction,
    /// With `presence`: how the user is present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub presence: Option<Presence>,
}

/// What a client does with its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConnectAction {
    /// Is there, for the length of a lease of 60 s: presence over HTTP.
    Connect,
    /// Is gone.
    Disconnect,
    /// Changes how it is present.
    Presence,
}

/// The answer to `POST /api/chat/realtime`: where the socket is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Connected {
    /// The WebSocket's path.
    pub socket: String,
    /// The topics to join: the user's own, and the chat's where one was named.
    pub topics: Vec<String>,
    /// The version of the native events.
    pub proto: u16,
    /// How often to send a heartbeat, in milliseconds.
    pub heartbeat_interval_ms: u32,
    /// How long presence over HTTP holds, in milliseconds.
    pub lease_ms: u32,
}

/// The answer to `GET /api/chat/realtime?chatId=`: how a chat stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChatStatus {
    /// The chat.
    pub chat_id: ChatId,
    /// What `head` is comparable within.
    pub epoch: Epoch,
    /// Its newest commit.
    pub head: Seq,
    /// How many are in it.
    pub members: u32,
    /// Who is writing now.
    pub typing: Vec<UserId>,
    /// Who is present now.
    pub presence: Vec<UserPresence>,
    /// How far the caller has read.
    pub read: Seq,
    /// How many messages the caller has not read, counted up to 100.
    pub unread: u32,
}

/// How one user is present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserPresence {
    /// Who.
    pub user_id: UserId,
    /// How.
    #[serde(flatten)]
    pub presence: Presence,
}

/// The answer to `GET /api/messages/{id}/edits`: the earlier wordings, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Edits {
    /// The earlier wordings.
    pub edits: Vec<Edit>,
}

/// The answer to `GET /api/chats/{id}/participants`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParticipantsPage {
    /// The participants, by user id.
    pub participants: Vec<Participant>,
    /// Where the next page starts; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub next: Option<UserId>,
}

/// An error in the form of RFC 9457, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `about:blank`: the code says which problem it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status' reason phrase.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The code and what was wrong.
    #[serde(flatten)]
    pub error: WireError,
    /// What was wrong, in English: `message` under its name of RFC 9457.
    pub detail: String,
}

impl Problem {
    /// Makes the problem of a refusal; `title` is the status' reason phrase.
    pub fn new(error: WireError, title: &str) -> Self {
        let status = error.code.http_status();
        let detail = error.message.clone();
        Self {
            kind: "about:blank".into(),
            title: title.into(),
            status,
            error,
            detail,
        }
    }
}
