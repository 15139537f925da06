//! The gateway: from a WebSocket handshake to a connection that runs until it closes.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`connection`] | the loop of one connection: read a frame, work on it, write what waits |
//! | [`session`] | what a connection may do: its token, its topics, an answer for every push |
//! | [`answer`] | the frames of an answer |
//! | [`outbound`] | the bounded queue of what waits to be written |
//! | [`transport`] | what a connection runs over |
//! | [`socket`] | the WebSocket library as a transport |
//! | [`wire`] | the TCP connection under it, to which a room may write at once |

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Extension, RawQuery, State};
use axum::http::header::{HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use samtale_model::UserId;
use samtale_protocol::{ErrorCode, Version, WireError};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::app::App;
use crate::auth::{AuthError, from_handshake};
use crate::http::client_address;
use crate::limits::Slot;
use crate::service::Who;
use transport::Transport;
use wire::Wire;

mod answer;
pub(crate) mod connection;
pub(crate) mod outbound;
pub(crate) mod session;
mod socket;
pub(crate) mod transport;
pub(crate) mod wire;

/// Where the socket is.
pub const PATH: &str = "/realtime/v1/websocket";
/// The same, where Phoenix's own clients look for it.
pub const PHOENIX_PATH: &str = "/socket/websocket";
/// The subprotocol of Phoenix's clients.
const SUBPROTOCOL: &str = "phoenix";

/// What a client says when it connects.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// Who is on the other side of the wire.
    pub peer: SocketAddr,
    /// The query of the address, without its question mark.
    pub query: Option<String>,
    /// The headers.
    pub headers: HeaderMap,
}

/// A client that may come in: everything about its handshake was checked. It counts as connected until this is dropped.
pub struct Admitted {
    app: Arc<App>,
    version: Version,
    who: Who,
    address: IpAddr,
    held: (Slot<IpAddr>, Option<Slot<UserId>>, TaskTrackerToken),
}

impl Admitted {
    /// Checks a handshake: version, origin, limits and token.
    pub(crate) async fn check(app: &Arc<App>, hello: &Handshake) -> Result<Self, WireError> {
        app.refuse_while_draining()?;
        let Handshake {
            peer,
            query,
            headers,
        } = hello;
        let query = query.as_deref();
        let version = Version::parse(parameter(query, "vsn")).ok_or_else(|| {
            WireError::new(ErrorCode::UnsupportedVersion, "vsn is 1.0.0 or 2.0.0")
        })?;
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
        let address = client_address(&app.config, *peer, headers);
        let address_slot = app.limits.connect(address)?;
        let token = from_handshake(headers, query).ok_or(AuthError::Missing)?;
        let who = match app.identify(token.expose()).await {
            Ok(who) => who,
            Err(error) => {
                app.limits.failed_sign_in(address)?;
                return Err(error);
            }
        };
        let user_slot = match who.user() {
            Some(user) => Some(app.limits.connect_user(user)?),
            None => None,
        };
        Ok(Self {
            held: (address_slot, user_slot, app.track_connection()),
            app: Arc::clone(app),
            version,
            who,
            address,
        })
    }

    /// Runs the connection until it closes.
    pub fn run(self, transport: impl Transport) -> impl Future<Output = ()> + Send {
        let Self {
            app,
            version,
            who,
            address,
            held,
        } = self;
        connection::run(app, transport, version, who, address, held)
    }
}

impl fmt::Debug for Admitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admitted")
            .field("user", &self.who.user())
            .finish_non_exhaustive()
    }
}

/// Answers a handshake over HTTP: checks it, then upgrades.
pub(crate) async fn upgrade(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    wire: Option<Extension<Arc<Wire>>>,
    upgrade: Result<yawc::IncomingUpgrade, StatusCode>,
) -> Response {
    let hello = Handshake {
        peer,
        query,
        headers,
    };
    match open(&app, &hello, wire.map(|Extension(wire)| wire), upgrade).await {
        Ok(response) => response,
        Err(error) => refuse(&error),
    }
}

async fn open(
    app: &Arc<App>,
    hello: &Handshake,
    wire: Option<Arc<Wire>>,
    upgrade: Result<yawc::IncomingUpgrade, StatusCode>,
) -> Result<Response, WireError> {
    app.refuse_while_draining()?;
    let no_handshake = || WireError::new(ErrorCode::BadRequest, "not a WebSocket handshake");
    let upgrade = upgrade.map_err(|_| no_handshake())?;
    let admitted = Admitted::check(app, hello).await?;
    let (mut response, upgraded) =
        socket::accept(upgrade, app.config.limits.frame_bytes, &app.deflate, wire)
            .map_err(|_| no_handshake())?;
    let offered = hello
        .headers
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
    let env = Arc::clone(&app.env);
    app.env.spawn(Box::pin(async move {
        if let Ok(socket) = upgraded.await {
            // A task of its own, with no room for what came before.
            env.spawn(Box::pin(admitted.run(socket)));
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
