//! Who is in a chat.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use samtale_model::{ChatId, Op, OpId, Participant, Role, UserId};
use samtale_protocol::http::{NewParticipant, ParticipantsPage};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::extract::{Asked, Caller, Input, Named};
use super::messages::{WithOp, no_row};
use super::problem::Failure;
use super::realtime::Result;
use crate::app::App;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// The user that the page follows: `next` of the page before.
    after: Option<UserId>,
    /// How many; 100 where absent, 200 at the most.
    limit: Option<u32>,
}

/// Lists who is in a chat, by user id.
#[utoipa::path(get, path = "/api/chats/{id}/participants", tag = "participants",
    params(("id" = ChatId, Path, description = "The chat."), After),
    responses((status = 200, description = "A page of the participants.", body = ParticipantsPage)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<ChatId>,
    Asked(asked): Asked<After>,
) -> Result<ParticipantsPage> {
    let page = app
        .participants(&caller.user, id, asked.after, asked.limit)
        .await?;
    Ok(Json(page))
}

/// Adds someone, or brings back someone who left.
#[utoipa::path(post, path = "/api/chats/{id}/participants", tag = "participants",
    request_body = NewParticipant,
    params(("id" = ChatId, Path, description = "The chat."), WithOp),
    responses(
        (status = 201, description = "The participant.", body = Participant),
        (status = 200, description = "The same: this was asked before.", body = Participant),
    ))]
pub(super) async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<ChatId>,
    Asked(with): Asked<WithOp>,
    Input(request): Input<NewParticipant>,
) -> std::result::Result<(StatusCode, Json<Participant>), Failure> {
    let user = request.user_id.clone();
    let op = Op::AddParticipant {
        op_id: with.id(&app),
        user_id: request.user_id,
        role: request.role,
    };
    let done = app.op(&caller.user, id, op).await?;
    let status = if done.repeat {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((
        status,
        Json(the_participant(&user, done.rows.participants)?),
    ))
}

/// A new role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetRole {
    /// The op's id; made by the server where absent.
    op_id: Option<OpId>,
    /// The role.
    role: Role,
}

/// Gives a participant another role.
#[utoipa::path(patch, path = "/api/chats/{id}/participants/{userId}", tag = "participants",
    request_body = SetRole,
    params(("id" = ChatId, Path, description = "The chat."),
        ("userId" = UserId, Path, description = "Whom.")),
    responses((status = 200, description = "The participant.", body = Participant)))]
pub(super) async fn set_role(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named((id, user)): Named<(ChatId, UserId)>,
    Input(request): Input<SetRole>,
) -> Result<Participant> {
    let op = Op::SetRole {
        op_id: request.op_id.unwrap_or_else(|| app.new_id(OpId::v7)),
        user_id: user.clone(),
        role: request.role,
    };
    let done = app.op(&caller.user, id, op).await?;
    Ok(Json(the_participant(&user, done.rows.participants)?))
}

/// Removes a participant; removing oneself is leaving.
#[utoipa::path(delete, path = "/api/chats/{id}/participants/{userId}", tag = "participants",
    params(("id" = ChatId, Path, description = "The chat."),
        ("userId" = UserId, Path, description = "Whom."), WithOp),
    responses((status = 200, description = "The participant, no longer active.", body = Participant)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named((id, user)): Named<(ChatId, UserId)>,
    Asked(with): Asked<WithOp>,
) -> Result<Participant> {
    let op = Op::RemoveParticipant {
        op_id: with.id(&app),
        user_id: user.clone(),
    };
    let done = app.op(&caller.user, id, op).await?;
    Ok(Json(the_participant(&user, done.rows.participants)?))
}

fn the_participant(
    user: &UserId,
    rows: Vec<Participant>,
) -> std::result::Result<Participant, Failure> {
    rows.into_iter()
        .find(|row| row.user_id == *user)
        .ok_or_else(no_row)
}
