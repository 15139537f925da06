//! What an operator's machinery asks: is it alive, may it be sent work, what has it counted.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use samtale_protocol::ErrorCode;
use subtle::ConstantTimeEq;

use super::problem::Failure;
use crate::app::App;
use crate::auth::from_bearer;
use crate::error;

/// Says that the process lives.
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()),
    responses((status = 200, description = "The process lives.", body = String, content_type = "text/plain")))]
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Says whether the server may be sent work: the store answers, and it is not going away.
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()),
    responses((status = 200, description = "The server takes work.", body = String, content_type = "text/plain")))]
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, Failure> {
    app.refuse_while_draining()?;
    if let Err(failed) = app.store.check().await {
        let error = error::store(&failed);
        return Err(Failure::new(ErrorCode::Unavailable, error.message));
    }
    Ok("ready\n")
}

/// Everything counted, in Prometheus' text form; guarded by a bearer token where one is configured.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, description = "The counts.", body = String, content_type = "text/plain")))]
pub(super) async fn metrics(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(secret) = &app.config.metrics_token {
        let token = from_bearer(&headers);
        let same = token
            .as_ref()
            .is_some_and(|token| bool::from(token.expose().as_bytes().ct_eq(secret.expose())));
        if !same {
            return Err(Failure::new(
                ErrorCode::Unauthorized,
                "the token for metrics is needed",
            ));
        }
    }
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    app.metrics.store(app.store.stats());
    Ok((kind, app.metrics.render()).into_response())
}
