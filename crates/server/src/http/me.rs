//! What only the caller sees: who they are, their private rows, how they are present.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use samtale_model::{Epoch, OpId, Presence, Private, PrivateKey, PrivateRow, Seq};
use samtale_protocol::user::{PrivatePush, Profile};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::extract::{Asked, Caller, Input, Named};
use super::realtime::{Done, Result};
use crate::app::App;
use crate::service;

/// Says who one is.
#[utoipa::path(get, path = "/api/me", tag = "me",
    responses((status = 200, description = "Who one is.", body = Profile)))]
pub(super) async fn profile(caller: Caller) -> Json<Profile> {
    Json(caller.profile)
}

/// Where the reader stands.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PrivateSince {
    /// The cursor's epoch.
    epoch: Option<Epoch>,
    /// The cursor's seq.
    since: Option<Seq>,
}

/// Reads what changed in one's private state since a cursor; all of it without one.
#[utoipa::path(get, path = "/api/me/private", tag = "me", params(PrivateSince),
    responses((status = 200, description = "The changed rows.", body = Private)))]
pub(super) async fn private(
    State(app): State<Arc<App>>,
    caller: Caller,
    Asked(asked): Asked<PrivateSince>,
) -> Result<Private> {
    let cursor = service::cursor(asked.epoch, asked.since);
    Ok(Json(app.private(&caller.user, cursor).await?))
}

/// The new value of a private row.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutPrivate {
    /// The op's id; made by the server where absent.
    op_id: Option<OpId>,
    /// The value; null removes the row.
    value: Value,
}

/// Writes a private row: a draft, a mute, a block, a setting.
#[utoipa::path(put, path = "/api/me/private/{key}", tag = "me", request_body = PutPrivate,
    params(("key" = PrivateKey, Path, description = "The row.")),
    responses((status = 200, description = "The row.", body = PrivateRow)))]
pub(super) async fn put_private(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(key): Named<PrivateKey>,
    Input(request): Input<PutPrivate>,
) -> Result<PrivateRow> {
    let push = PrivatePush {
        op_id: request.op_id.unwrap_or_else(|| app.new_id(OpId::v7)),
        key,
        value: request.value,
    };
    Ok(Json(app.put_private(&caller.user, push).await?))
}

/// Says how one is present; it holds for the length of a lease.
#[utoipa::path(put, path = "/api/me/presence", tag = "me", request_body = Presence,
    responses((status = 200, description = "The others are told.", body = Done)))]
pub(super) async fn presence(
    State(app): State<Arc<App>>,
    caller: Caller,
    Input(presence): Input<Presence>,
) -> Result<Done> {
    app.lease_presence(&caller.user, presence)?;
    Ok(Json(Done {}))
}
