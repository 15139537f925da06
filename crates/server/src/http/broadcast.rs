//! Broadcasts on channels of Supabase's kind, over HTTP: for backends, and for clients that have no socket.
//!
//! The same stands under the address of a hosted project and of a self-hosted server, for Supabase's client makes it from
//! its socket's. Of several broadcasts either all are told or none.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use samtale_protocol::frame::MAX_NAME_BYTES;
use samtale_protocol::realtime::{BroadcastBatch, BroadcastMessage};
use samtale_protocol::{ErrorCode, WireError};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Asked, ClientAddress, Input, Named};
use super::problem::Failure;
use crate::app::App;
use crate::auth::{AuthError, from_bearer};
use crate::limits::Payer;
use crate::realtime::access::refusal;
use crate::realtime::frames;
use crate::realtime::{Name, Said};
use crate::service::Who;

/// Where Supabase's clients put the key that an app is made with.
pub(super) const API_KEY: HeaderName = HeaderName::from_static("apikey");

/// Whoever presents a token: a person's, or an app's key.
pub(super) struct Sender {
    who: Who,
    payer: Option<Payer>,
}

impl FromRequestParts<Arc<App>> for Sender {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let address = parts
            .extensions
            .get::<ClientAddress>()
            .map(|address| address.0);
        let tokens = tokens(&parts.headers);
        if tokens.is_empty() {
            return Err(Failure::tokenless(AuthError::Missing.into()).into());
        }
        let mut refused = None;
        for token in tokens {
            match app.identify(&token).await {
                Ok(who) => {
                    let payer = match who.user() {
                        _ if who.is_service() => None,
                        Some(user) => Some(Payer::User(user.clone())),
                        None => address.map(Payer::Address),
                    };
                    return Ok(Self { who, payer });
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        let error = refused.unwrap_or_else(|| AuthError::Missing.into());
        if let (ErrorCode::Unauthorized, Some(address)) = (error.code, address) {
            app.limits.failed_sign_in(address)?;
        }
        Err(error.into())
    }
}

/// Returns the tokens to try: the person's, and where that is but a publishable key again, the app's own.
fn tokens(headers: &HeaderMap) -> Vec<String> {
    let bearer = from_bearer(headers).map(|token| token.expose().to_owned());
    let key = headers.get(API_KEY).and_then(|key| key.to_str().ok());
    let key = key.filter(|key| !key.is_empty()).map(str::to_owned);
    match bearer {
        Some(bearer) if bearer.starts_with("sb_") => std::iter::once(bearer).chain(key).collect(),
        Some(bearer) => vec![bearer],
        None => key.into_iter().collect(),
    }
}

/// A refusal in the form that Supabase's clients read: `error` is what they show.
pub(super) struct Refusal(Failure);

impl<E: Into<Failure>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "error": self.0.error().message,
            "message": self.0.error().message,
            "code": self.0.error().code,
        });
        let mut response = self.0.into_response();
        let headers = response.headers_mut();
        headers.remove(CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *response.body_mut() = Body::from(body.to_string());
        response
    }
}

/// A broadcast that is ready to be told.
struct Ready {
    name: Name,
    body: frames::Body,
}

async fn tell(app: &App, sender: &Sender, all: Vec<Ready>) -> Result<StatusCode, Refusal> {
    for ready in &all {
        if let Some(payer) = &sender.payer {
            app.limits.broadcasts(payer)?;
        }
        let name = &ready.name;
        let access = app
            .channel_access(&sender.who, &name.text, name.private)
            .await;
        let write = || forbidden(refusal("write to", &name.text));
        match access {
            Ok(access) if access.write => {}
            Ok(_) => return Err(write()),
            Err(error) if error.code == ErrorCode::Unauthorized => return Err(write()),
            Err(error) => return Err(error.into()),
        }
    }
    for Ready { name, body } in all {
        let said = Said {
            from: None,
            echo: true,
            user: sender.who.user().cloned(),
            body,
        };
        app.hub.channels().broadcast(&name, said);
    }
    Ok(StatusCode::ACCEPTED)
}

/// The token is good, and does not open the channel.
fn forbidden(error: WireError) -> Refusal {
    WireError::new(ErrorCode::Forbidden, error.message).into()
}

fn refused(message: impl Into<String>) -> Refusal {
    WireError::new(ErrorCode::BadRequest, message).into()
}

fn name(topic: &str, event: &str, private: bool) -> Result<Name, Refusal> {
    let topic = topic.strip_prefix("realtime:").unwrap_or(topic);
    let fits = |text: &str| (1..=MAX_NAME_BYTES - "realtime:".len()).contains(&text.len());
    if fits(topic) && fits(event) {
        Ok(Name::new(topic, private))
    } else {
        let message = "a topic and an event have 1 to 246 bytes";
        Err(refused(message))
    }
}

/// Broadcasts on channels, several at once.
#[utoipa::path(post, path = "/realtime/v1/api/broadcast", tag = "channels", request_body = BroadcastBatch,
    responses((status = 202, description = "Everyone there was told.")))]
pub(super) async fn batch(
    State(app): State<Arc<App>>,
    sender: Sender,
    request: Result<Input<BroadcastBatch>, Failure>,
) -> Result<StatusCode, Refusal> {
    let Input(request) = request?;
    if !(1..=BroadcastBatch::MAX).contains(&request.messages.len()) {
        let message = format!("messages has 1 to {} broadcasts", BroadcastBatch::MAX);
        return Err(refused(message));
    }
    let ready = |message: BroadcastMessage| {
        Ok(Ready {
            name: name(&message.topic, &message.event, message.private)?,
            body: frames::Body::json(&message.event, Some(message.payload)),
        })
    };
    let all: Result<_, Refusal> = request.messages.into_iter().map(ready).collect();
    tell(&app, &sender, all?).await
}

/// Which channel, and what the broadcast is called.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Event {
    /// The channel's name, without `realtime:`.
    topic: String,
    /// The sender's own name for the broadcast.
    event: String,
}

/// Whether the channel is the private one of that name.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Privacy {
    /// Whether it is.
    #[serde(default)]
    private: bool,
}

/// Broadcasts on a channel: JSON, or bytes as they are.
#[utoipa::path(post, path = "/realtime/v1/api/broadcast/{topic}/events/{event}", tag = "channels",
    params(Event, Privacy), request_body(content((Object = "application/json"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 202, description = "Everyone there was told.")))]
pub(super) async fn single(
    State(app): State<Arc<App>>,
    sender: Sender,
    Named(at): Named<Event>,
    Asked(privacy): Asked<Privacy>,
    headers: HeaderMap,
    payload: Bytes,
) -> Result<StatusCode, Refusal> {
    let raw = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/octet-stream"));
    let body = if raw {
        frames::Body::Raw {
            event: at.event.clone(),
            payload,
        }
    } else {
        let payload =
            serde_json::from_slice(&payload).map_err(|_| refused("the body is not JSON"))?;
        frames::Body::json(&at.event, Some(payload))
    };
    let name = name(&at.topic, &at.event, privacy.private)?;
    tell(&app, &sender, vec![Ready { name, body }]).await
}
