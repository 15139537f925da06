//! Payloads on a chat's topic.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use samtale_model::{ChatId, Epoch, Op, Receipt, ReceiptSummary, Rows, Seq, UserId};

use crate::{ErrorCode, WireError};

/// In which form a channel gets a commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EventForm {
    /// As one `envelope`.
    #[default]
    Envelopes,
    /// Row by row, as `message`, `reaction`, `participant` and `chat`: for plain Phoenix clients.
    Rows,
}

/// `phx_join`, from the client. The reply is a [`samtale_model::Sync`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Join {
    /// The version of the native events that the client speaks; this build's where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub proto: Option<u16>,
    /// The cursor's epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub epoch: Option<Epoch>,
    /// The cursor's seq.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub since: Option<Seq>,
    /// How many messages a reset brings; 50 where absent, 200 at the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub limit: Option<u32>,
    /// In which form commits come.
    pub events: EventForm,
}

/// `sync`, from the client. The reply is a [`samtale_model::Sync`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct SyncRequest {
    /// The cursor's epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub epoch: Option<Epoch>,
    /// The cursor's seq.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub since: Option<Seq>,
    /// How many messages a reset brings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub limit: Option<u32>,
}

/// `history`, from the client. The reply is a [`samtale_model::Page`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct HistoryRequest {
    /// Messages created before this commit; the newest page where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub before: Option<Seq>,
    /// How many; 50 where absent, 200 at the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub limit: Option<u32>,
}

/// `ops`, from the client: applied in order, stopping at the first that is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpsRequest {
    /// The ops, 1 to [`Self::MAX_OPS`].
    pub ops: Vec<Op>,
}

impl OpsRequest {
    /// The most ops in one request.
    pub const MAX_OPS: usize = 100;
}

/// What became of one op.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum OpResult {
    /// It is on disk.
    Ok(OpOk),
    /// It was refused; the ops after it were not tried.
    Error(WireError),
}

/// Read flat: serde's own way, which first keeps the fields aside, has every row's reader once more.
impl<'de> Deserialize<'de> for OpResult {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Status {
            Ok,
            Error,
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Flat {
            status: Status,
            seq: Option<Seq>,
            #[serde(default)]
            repeat: bool,
            rows: Option<Rows>,
            code: Option<ErrorCode>,
            message: Option<String>,
            retry_after_ms: Option<u64>,
        }
        let flat = Flat::deserialize(from)?;
        Ok(match flat.status {
            Status::Ok => Self::Ok(OpOk {
                seq: flat.seq.ok_or_else(|| D::Error::missing_field("seq"))?,
                repeat: flat.repeat,
                rows: flat.rows.ok_or_else(|| D::Error::missing_field("rows"))?,
            }),
            Status::Error => Self::Error(WireError {
                code: flat.code.ok_or_else(|| D::Error::missing_field("code"))?,
                message: flat
                    .message
                    .ok_or_else(|| D::Error::missing_field("message"))?,
                retry_after_ms: flat.retry_after_ms,
            }),
        })
    }
}

/// An op that took effect, now or when it was first sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OpOk {
    /// The commit it took effect in.
    pub seq: Seq,
    /// Whether it had been sent before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
    pub repeat: bool,
    /// The rows it changed, in their present state.
    pub rows: Rows,
}

/// The reply to `ops`: one result for each op that was tried, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OpsReply {
    /// The chat's epoch for this user.
    pub epoch: Epoch,
    /// The results.
    pub results: Vec<OpResult>,
}

/// `receipt`, from the client: raises one's own watermarks. Answered with an empty object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct ReceiptPush {
    /// Everything up to here has arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub delivered: Option<Seq>,
    /// Everything up to here has been seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub read: Option<Seq>,
}

/// `receipts`, from the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct ReceiptsEvent {
    /// The receipts that moved.
    pub receipts: Vec<Receipt>,
    /// In a large chat: of all together.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub summary: Option<ReceiptSummary>,
}

/// `typing`, from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TypingPush {
    /// True while writing, false once stopped.
    pub on: bool,
}

/// `typing`, from the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TypingEvent {
    /// Who.
    pub user_id: UserId,
    /// For how long, in milliseconds, on the receiver's clock; 0 once stopped.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub ttl_ms: u64,
}

/// Why someone is no longer in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RemovedReason {
    /// They left, perhaps on another device.
    Left,
    /// Someone removed them.
    Removed,
}

/// `removed`, from the server; `phx_close` follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RemovedEvent {
    /// Why.
    pub reason: RemovedReason,
}

/// `reset`, from the server: the reader's epoch has changed. They sync without a cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ResetEvent {
    /// The chat.
    pub chat: ChatId,
}

/// `behind`, from the server: events were dropped because the connection did not take them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BehindEvent {
    /// The chat's head; the client syncs up to it.
    pub head: Seq,
}
