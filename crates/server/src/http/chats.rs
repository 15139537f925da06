//! Chats: the list, making and changing one, its history, its changes, and ops on it.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use samtale_model::{ChatId, ChatSummary, Epoch, HistoryRule, Op, OpId, Page, Seq, Sync, Title};
use samtale_protocol::ErrorCode;
use samtale_protocol::chat::{OpsReply, OpsRequest};
use samtale_protocol::http::CreateChat;
use samtale_protocol::user::{ChatsReply, ChatsRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Asked, Caller, Input, Named};
use super::problem::Failure;
use super::realtime::Result;
use crate::app::App;
use crate::service;

/// The route that may answer late.
pub(super) const CHANGES: &str = "/api/chats/{id}/changes";

/// Which chats.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// The chats that follow this one in the list.
    after: Option<ChatId>,
    /// These chats, separated by commas; those that are not one's own are left out.
    ids: Option<String>,
}

/// Lists one's chats, the most recently active first.
#[utoipa::path(get, path = "/api/chats", tag = "chats", params(Which),
    responses((status = 200, description = "A page of the list.", body = ChatsReply)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<ChatsReply> {
    let ids = which.ids.as_deref().unwrap_or_default().split(',');
    let ids: std::result::Result<Vec<ChatId>, _> =
        ids.filter(|id| !id.is_empty()).map(str::parse).collect();
    let ids = ids.map_err(|error| Failure::new(ErrorCode::BadRequest, format!("ids: {error}")))?;
    let after = which.after;
    Ok(Json(
        app.chats(&caller.user, ChatsRequest { ids, after }).await?,
    ))
}

/// Makes a chat. A repeat with the same id and contents gets the same chat, with status 200.
#[utoipa::path(post, path = "/api/chats", tag = "chats", request_body = CreateChat,
    responses(
        (status = 201, description = "The chat.", body = ChatSummary),
        (status = 200, description = "The same chat: it was made before.", body = ChatSummary),
    ))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Input(request): Input<CreateChat>,
) -> std::result::Result<(StatusCode, Json<ChatSummary>), Failure> {
    let done = app.create_chat(&caller.user, request).await?;
    let status = if done.repeat {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(done.value)))
}

/// Reads one chat.
#[utoipa::path(get, path = "/api/chats/{id}", tag = "chats",
    params(("id" = ChatId, Path, description = "The chat.")),
    responses((status = 200, description = "The chat.", body = ChatSummary)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<ChatId>,
) -> Result<ChatSummary> {
    Ok(Json(app.chat(&caller.user, id).await?))
}

/// What to change of a chat; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateChat {
    /// The op's id; made by the server where absent.
    op_id: Option<OpId>,
    /// The new title.
    title: Option<Title>,
    /// How far back people who are added later see.
    history: Option<HistoryRule>,
}

/// Changes a chat's title or history rule.
#[utoipa::path(patch, path = "/api/chats/{id}", tag = "chats", request_body = UpdateChat,
    params(("id" = ChatId, Path, description = "The chat.")),
    responses((status = 200, description = "The chat as it is now.", body = ChatSummary)))]
pub(super) async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<ChatId>,
    Input(request): Input<UpdateChat>,
) -> Result<ChatSummary> {
    let op = Op::UpdateChat {
        op_id: request.op_id.unwrap_or_else(|| app.new_id(OpId::v7)),
        title: request.title,
        history: request.history,
    };
    app.op(&caller.user, id, op).await?;
    Ok(Json(app.chat(&caller.user, id).await?))
}

/// Which page of a timeline.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Before {
    /// Messages created before this commit; the newest where absent.
    pub(super) before: Option<Seq>,
    /// How many; 50 where absent, 200 at the most.
    pub(super) limit: Option<u32>,
}

/// Reads a page of a chat's history.
#[utoipa::path(get, path = "/api/chats/{id}/messages", tag = "chats",
    params(("id" = ChatId, Path, description = "The chat."), Before),
    responses((status = 200, description = "A page, oldest first.", body = Page)))]
pub(super) async fn history(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<ChatId>,
    Asked(asked): Asked<Before>,
) -> Result<Page> {
    let page = app
        .history(&caller.user, id, asked.before, asked.limit)
        .await?;
    Ok(Json(page))
}

/// Where the reader stands, and how long they wait.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Since {
    /// The cursor's epoch.
    epoch: Option<Epoch>,
    /// The cursor's seq.
    since: Option<Seq>,
    /// How many rows at a time, or messages with a reset; 50 where absent, 200 at the most.
    limit: Option<u32>,
    /// How long to wait for a change where there is none, in seconds; 0 where absent, 30 at the most.
    wait: Option<u32>,
}

/// A sync in which every list is there, an empty one too.
#[derive(Debug, Serialize)]
pub(super) struct Changes {
    #[serde(flatten)]
    sync: Sync,
    #[serde(skip_serializing_if = "Option::is_none")]
    participants: Empty,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Empty,
    #[serde(skip_serializing_if = "Option::is_none")]
    reactions: Empty,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted: Empty,
}

/// An empty list, where the sync leaves its own out.
type Empty = Option<[(); 0]>;

impl From<Sync> for Changes {
    fn from(sync: Sync) -> Self {
        let rows = &sync.rows;
        Self {
            participants: rows.participants.is_empty().then_some([]),
            messages: rows.messages.is_empty().then_some([]),
            reactions: rows.reactions.is_empty().then_some([]),
            quoted: rows.quoted.is_empty().then_some([]),
            sync,
        }
    }
}

/// Reads what changed in a chat since a cursor, and waits for a change where asked to.
///
/// Without a cursor, or with one that no longer counts, the answer is a reset: the newest page.
#[utoipa::path(get, path = "/api/chats/{id}/changes", tag = "chats",
    params(("id" = ChatId, Path, description = "The chat."), Since),
    responses((status = 200, description = "What changed, and up to where.", body = Sync)))]
pub(super) async fn changes(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<ChatId>,
    Asked(asked): Asked<Since>,
) -> Result<Changes> {
    let cursor = service::cursor(asked.epoch, asked.since);
    let wait = Duration::from_secs(asked.wait.unwrap_or(0).into());
    let _slot = if wait.is_zero() {
        None
    } else {
        Some(app.limits.poll(&caller.user)?)
    };
    let sync = app
        .changes(&caller.user, id, cursor, asked.limit, wait)
        .await?;
    Ok(Json(sync.into()))
}

/// Applies ops to a chat in order, stopping at the first that is refused.
#[utoipa::path(post, path = "/api/chats/{id}/ops", tag = "chats", request_body = OpsRequest,
    params(("id" = ChatId, Path, description = "The chat.")),
    responses((status = 200, description = "A result for each op that was tried.", body = OpsReply)))]
pub(super) async fn ops(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<ChatId>,
    Input(request): Input<OpsRequest>,
) -> Result<OpsReply> {
    Ok(Json(app.ops(&caller.user, id, request.ops).await?))
}
