//! The gateway: from a WebSocket handshake to a connection that runs until it closes.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`connection`] | the loop of one connection: read a frame, work on it, write what waits |
//! | [`session`] | what a connection may do: its token, its topics, an answer for every push |
//! | [`outbound`] | the bounded queue of what waits to be written |
//! | [`socket`] | the WebSocket library, behind a small surface of ours |

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::header::{HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use samtale_protocol::{ErrorCode, Version, WireError};

use crate::app::App;
use crate::auth::{AuthError, from_handshake};
use crate::http::client_address;

pub(crate) mod connection;
pub(crate) mod outbound;
pub(crate) mod session;
mod socket;

/// Where the socket is.
pub(crate) const PATH: &str = "/realtime/v1/websocket";
/// The same, where Phoenix's own clients look for it.
pub(crate) const PHOENIX_PATH: &str = "/socket/websocket";
/// The subprotocol of Phoenix's clients.
const SUBPROTOCOL: &str = "phoenix";

/// Answers a handshake: checks version, origin, limits and token, then upgrades.
pub(crate) async fn upgrade(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: Result<yawc::IncomingUpgrade, StatusCode>,
) -> Response {
    match open(&app, peer, query.as_deref(), &headers, upgrade).await {
        Ok(response) => response,
        Err(error) => refuse(&error),
    }
}

async fn open(
    app: &Arc<App>,
    peer: SocketAddr,
    query: Option<&str>,
    headers: &HeaderMap,
    upgrade: Result<yawc::IncomingUpgrade, StatusCode>,
) -> Result<Response, WireError> {
    app.refuse_while_draining()?;
    let upgrade =
        upgrade.map_err(|_| WireError::new(ErrorCode::BadRequest, "not a WebSocket handshake"))?;
    let version = Version::parse(parameter(query, "vsn"))
        .ok_or_else(|| WireError::new(ErrorCode::UnsupportedVersion, "vsn is 1.0.0 or 2.0.0"))?;
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    if !app.config.origins.allows(text(ORIGIN), text(HOST)) {
        return Err(WireError::new(
            ErrorCode::Forbidden,
            "this origin may not connect",
        ));
    }
    let address = client_address(&app.config, peer, headers);
    let address_slot = app.limits.connect(address)?;
    let token = from_handshake(headers, query).ok_or(AuthError::Missing)?;
    let signed_in = app.sign_in(token.expose()).await;
    let (claims, profile) = match signed_in {
        Ok(signed_in) => signed_in,
        Err(error) => {
            app.limits.failed_sign_in(address)?;
            return Err(error);
        }
    };
    let user_slot = app.limits.connect_user(&claims.user)?;
    let (mut response, upgraded) =
        socket::accept(upgrade, app.config.limits.frame_bytes, &app.deflate)
            .map_err(|_| WireError::new(ErrorCode::BadRequest, "not a WebSocket handshake"))?;
    let offered = headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok());
    if offered
        .flat_map(|line| line.split(','))
        .any(|name| name.trim() == SUBPROTOCOL)
    {
        response.headers_mut().insert(
            SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static(SUBPROTOCOL),
        );
    }
    let tracked = app.track_connection();
    let app = Arc::clone(app);
    let env = Arc::clone(&app.env);
    env.spawn(Box::pin(async move {
        let _held = (address_slot, user_slot, tracked);
        if let Ok(socket) = upgraded.await {
            connection::run(&app, socket, version, claims, profile).await;
        }
    }));
    Ok(response)
}

/// Answers a refused handshake in the form that Supabase's clients read, with our code beside it.
fn refuse(error: &WireError) -> Response {
    let status =
        StatusCode::from_u16(error.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::json!({
        "error": error.message,
        "code": error.code,
        "retryAfterMs": error.retry_after_ms,
    });
    (status, axum::Json(body)).into_response()
}

/// Finds a parameter of a query whose value needs no decoding.
fn parameter<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .into_iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
