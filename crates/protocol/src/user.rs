//! Payloads on a user's topic.

use serde::{Deserialize, Serialize};

use samtale_model::{
    ChatId, ChatSummary, DeviceId, Epoch, Lineage, Message, OpId, Presence, Private, PrivateKey,
    PrivateRow, Seq, UserId,
};

/// `phx_join`, from the client. The reply is a [`JoinReply`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Join {
    /// The version of the native events that the client speaks; this build's where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub proto: Option<u16>,
    /// The device; several connections may share one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub device_id: Option<DeviceId>,
    /// The private cursor's epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub epoch: Option<Epoch>,
    /// The private cursor's seq.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub since: Option<Seq>,
    /// How the user is present on this connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub presence: Option<Presence>,
}

/// Who a user is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The id.
    pub user_id: UserId,
    /// The name to show; never empty.
    pub name: String,
    /// The picture to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub avatar_url: Option<String>,
    /// The language of texts for people: `nb`, `nn` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub locale: Option<String>,
}

/// The reply to a join of one's own topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct JoinReply {
    /// The version of the native events that the server speaks on this connection.
    pub proto: u16,
    /// Who one is.
    pub me: Profile,
    /// What changed in the private state.
    pub private: Private,
    /// The newest chats, the most recently active first.
    pub chats: Vec<ChatSummary>,
    /// Whether there are more chats than these.
    pub more_chats: bool,
}

/// `chats`, from the client: some chats by id, or the next page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct ChatsRequest {
    /// Which; at most 100. Those that are not one's own are left out of the reply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<ChatId>>"))]
    pub ids: Vec<ChatId>,
    /// Without `ids`: the chats that follow this one in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub after: Option<ChatId>,
}

/// The reply to `chats`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ChatsReply {
    /// The chats, the most recently active first.
    pub chats: Vec<ChatSummary>,
    /// Whether the list goes on.
    pub more_chats: bool,
}

/// `private`, from the client: writes a private row. The reply is the [`PrivateRow`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PrivatePush {
    /// The op's id.
    pub op_id: OpId,
    /// The row.
    pub key: PrivateKey,
    /// The new value; null removes it.
    #[cfg_attr(feature = "ts", ts(type = "unknown"))]
    pub value: serde_json::Value,
}

/// `envelope` on a user's topic: one commit of their private state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrivateEnvelope {
    /// The store's lineage.
    pub epoch: Lineage,
    /// The commit's place in the user's own counter.
    pub seq: Seq,
    /// The changed rows.
    pub rows: Vec<PrivateRow>,
}

/// `head`: something happened in a chat that this connection has not joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HeadEvent {
    /// The chat.
    pub chat_id: ChatId,
    /// Its newest commit.
    pub head: Seq,
    /// The message that was sent, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub message: Option<Message>,
}

/// `receipt` on a user's topic: raises one's own watermarks in a chat that is not joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ReceiptPush {
    /// The chat.
    pub chat_id: ChatId,
    /// The watermarks.
    #[serde(flatten)]
    pub receipt: crate::chat::ReceiptPush,
}

/// `search`, from the client. The reply is a [`samtale_model::SearchPage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct SearchRequest {
    /// The words; every one must be found.
    pub q: String,
    /// Only in this chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub chat_id: Option<ChatId>,
    /// Where the page starts: `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub after: Option<String>,
    /// How many hits; 20 where absent, 50 at the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub limit: Option<u32>,
}
