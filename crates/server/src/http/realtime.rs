//! Being there without a socket: connection management, typing, read receipts, a chat's status.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use samtale_model::{ChatId, Presence, Status};
use samtale_protocol::chat::ReceiptPush;
use samtale_protocol::http::{
    ChatStatus, Connect, ConnectAction, Connected, SetReceipts, SetTyping,
};
use samtale_protocol::{ErrorCode, PROTO, Topic};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Asked, Caller, Input};
use super::problem::Failure;
use crate::app::App;
use crate::gateway;

/// The answer to what has no other answer: an empty object, as on the socket.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Done {}

pub(super) type Result<T> = std::result::Result<Json<T>, Failure>;

/// Says that one is there, gone, or present otherwise, and where the socket is.
#[utoipa::path(post, path = "/api/chat/realtime", tag = "realtime", request_body = Connect,
    responses((status = 200, description = "Where the socket is.", body = Connected)))]
pub(super) async fn connect(
    State(app): State<Arc<App>>,
    caller: Caller,
    Input(request): Input<Connect>,
) -> Result<Connected> {
    let mut topics = vec![Topic::User(caller.user.clone()).to_string()];
    if let Some(chat) = request.chat_id {
        app.chat(&caller.user, chat).await?;
        topics.push(Topic::Chat(chat).to_string());
    }
    match request.action {
        ConnectAction::Connect | ConnectAction::Presence => {
            let online = || Presence {
                status: Status::Online,
                ..Presence::default()
            };
            app.lease_presence(&caller.user, request.presence.unwrap_or_else(online))?;
        }
        ConnectAction::Disconnect => app.end_lease(&caller.user),
    }
    let millis = |time: std::time::Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
    Ok(Json(Connected {
        socket: gateway::PATH.into(),
        topics,
        proto: PROTO,
        heartbeat_interval_ms: millis(app.config.heartbeat),
        lease_ms: millis(app.config.lease),
    }))
}

/// Says that one writes, or has stopped.
#[utoipa::path(put, path = "/api/chat/realtime", tag = "realtime", request_body = SetTyping,
    responses((status = 200, description = "The others were told.", body = Done)))]
pub(super) async fn set_typing(
    State(app): State<Arc<App>>,
    caller: Caller,
    Input(request): Input<SetTyping>,
) -> Result<Done> {
    app.typing(&caller.user, request.chat_id, request.is_typing)
        .await?;
    Ok(Json(Done {}))
}

/// Says that one writes, or has stopped: the same as `PUT /api/chat/realtime`.
#[utoipa::path(post, path = "/api/messages/typing", tag = "realtime", request_body = SetTyping,
    responses((status = 200, description = "The others were told.", body = Done)))]
pub(super) async fn post_typing(
    state: State<Arc<App>>,
    caller: Caller,
    input: Input<SetTyping>,
) -> Result<Done> {
    set_typing(state, caller, input).await
}

/// Which chat.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct OfChat {
    /// The chat.
    chat_id: ChatId,
}

/// How a chat stands: who writes, who is there, what is unread.
#[utoipa::path(get, path = "/api/chat/realtime", tag = "realtime", params(OfChat),
    responses((status = 200, description = "How the chat stands.", body = ChatStatus)))]
pub(super) async fn status(
    State(app): State<Arc<App>>,
    caller: Caller,
    Asked(asked): Asked<OfChat>,
) -> Result<ChatStatus> {
    let status = app.chat_status(&caller.user, asked.chat_id).await?;
    Ok(Json(status))
}

/// Raises one's own watermarks: everything up to here has arrived, or has been read.
#[utoipa::path(post, path = "/api/messages/read-receipts", tag = "realtime", request_body = SetReceipts,
    responses((status = 200, description = "The watermarks are at least there.", body = Done)))]
pub(super) async fn read_receipts(
    State(app): State<Arc<App>>,
    caller: Caller,
    Input(request): Input<SetReceipts>,
) -> Result<Done> {
    let mut push = ReceiptPush {
        delivered: request.delivered,
        read: request.read,
    };
    if let Some(id) = request.message_id {
        let message = app.message(&caller.user, id).await?;
        if message.chat_id != request.chat_id {
            return Err(Failure::new(
                ErrorCode::NotFound,
                "the message is not of this chat",
            ));
        }
        push.read = push.read.max(Some(message.created_seq));
    }
    if push.delivered.is_none() && push.read.is_none() {
        let message = "delivered, read or messageId says how far";
        return Err(Failure::new(ErrorCode::BadRequest, message));
    }
    app.receipt(&caller.user, request.chat_id, push).await?;
    Ok(Json(Done {}))
}
