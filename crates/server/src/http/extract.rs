//! What handlers take out of a request: who calls, and what they say. Each refusal is a problem.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use samtale_model::UserId;
use samtale_protocol::user::Profile;
use samtale_protocol::{ErrorCode, WireError};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::problem::Failure;
use crate::app::App;
use crate::auth::{AuthError, from_bearer};

/// The longest text about what is wrong with a request, in characters.
const MAX_DETAIL_CHARS: usize = 300;

/// The address of whoever is on the other side, proxies that are believed taken off.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientAddress(pub(super) IpAddr);

/// Whoever presents a valid token.
pub(super) struct Caller {
    pub(super) user: UserId,
    pub(super) profile: Profile,
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let Some(token) = from_bearer(&parts.headers) else {
            return Err(Failure::tokenless(AuthError::Missing.into()));
        };
        let (claims, profile) = match app.sign_in(token.expose()).await {
            Ok(signed_in) => signed_in,
            Err(error) => {
                let address = parts.extensions.get::<ClientAddress>();
                if let (ErrorCode::Unauthorized, Some(ClientAddress(address))) =
                    (error.code, address)
                {
                    app.limits.failed_sign_in(*address)?;
                }
                return Err(error.into());
            }
        };
        app.limits.http_user(&claims.user)?;
        Ok(Self {
            user: claims.user,
            profile,
        })
    }
}

/// The JSON body.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Input<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        let body = match Bytes::from_request(request, app).await {
            Ok(body) => body,
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                let most = app.config.limits.body_bytes;
                let message = format!("a body has at most {most} bytes");
                return Err(Failure::new(ErrorCode::TooLarge, message));
            }
            Err(_) => {
                return Err(Failure::new(
                    ErrorCode::BadRequest,
                    "the body did not arrive",
                ));
            }
        };
        parse(&body).map(Self).map_err(Failure::from)
    }
}

/// Reads JSON; text that is no Unicode has a code of its own, whatever it stands in.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, WireError> {
    serde_json::from_slice(body).map_err(|error| {
        // Passing over a value checks its form and not its texts.
        let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
        if is_json && !error.is_data() && has_ill_formed_text(body) {
            WireError::new(
                ErrorCode::ContentInvalid,
                "the body has text that is not Unicode",
            )
        } else {
            let text = error.to_string();
            let detail: String = text.chars().take(MAX_DETAIL_CHARS).collect();
            WireError::new(ErrorCode::BadRequest, detail)
        }
    })
}

/// Tells whether JSON has bytes that are not UTF-8, or an escaped surrogate without its other half.
fn has_ill_formed_text(body: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return true;
    };
    let mut high_before = false;
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (between, escape) = rest.split_at(at);
        if high_before && !between.is_empty() {
            return true;
        }
        let unit = escape
            .strip_prefix("\\u")
            .and_then(|hex| u16::from_str_radix(hex.get(..4)?, 16).ok());
        let is_low = unit.is_some_and(|unit| (0xdc00..0xe000).contains(&unit));
        if high_before != is_low {
            return true;
        }
        high_before = unit.is_some_and(|unit| (0xd800..0xdc00).contains(&unit));
        let length = if unit.is_some() { 6 } else { 2 };
        rest = escape.get(length..).unwrap_or_default();
    }
    high_before
}

/// The names in the path.
pub(super) struct Named<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Named<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        match Path::from_request_parts(parts, app).await {
            Ok(Path(names)) => Ok(Self(names)),
            // An id that is none names nothing.
            Err(rejection) => Err(Failure::new(
                ErrorCode::BadRequest,
                format!("the address: {}", rejection.body_text()),
            )),
        }
    }
}

/// The parameters of the query.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        match Query::from_request_parts(parts, app).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => Err(Failure::new(
                ErrorCode::BadRequest,
                format!("the query: {}", rejection.body_text()),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use samtale_protocol::http::EditMessage;

    use super::*;

    fn code(body: &[u8]) -> Option<ErrorCode> {
        parse::<EditMessage>(body).err().map(|error| error.code)
    }

    #[test]
    fn a_body_is_read_or_refused_for_its_reason() {
        let deep = format!(
            r#"{{"content":"hei","x":{}1{}}}"#,
            "[".repeat(200),
            "]".repeat(200)
        );
        let cases: [(&[u8], Option<ErrorCode>); 15] = [
            (br#"{"content":"hei"}"#, None),
            (br#"{"content":"\ud83d\ude00 \\ud83d \"\u00e5"}"#, None),
            (br#"{"content":"\ud83d"}"#, Some(ErrorCode::ContentInvalid)),
            (br#"{"content":"\ude00"}"#, Some(ErrorCode::ContentInvalid)),
            (br#"{"content":"\ud83dx"}"#, Some(ErrorCode::ContentInvalid)),
            (
                br#"{"content":"\ud83d x\ude00"}"#,
                Some(ErrorCode::ContentInvalid),
            ),
            (
                br#"{"content":"\ud83d\n"}"#,
                Some(ErrorCode::ContentInvalid),
            ),
            (
                br#"{"content":"\ud83d\ud83d"}"#,
                Some(ErrorCode::ContentInvalid),
            ),
            (
                b"{\"content\":\"\xff\xfe\"}",
                Some(ErrorCode::ContentInvalid),
            ),
            (b"", Some(ErrorCode::BadRequest)),
            (br#"{"content":"hei""#, Some(ErrorCode::BadRequest)),
            (br#"{"content":7}"#, Some(ErrorCode::BadRequest)),
            (br"{}", Some(ErrorCode::BadRequest)),
            (br#"{"content":"\ud83d","#, Some(ErrorCode::BadRequest)),
            (deep.as_bytes(), None),
        ];
        for (body, expected) in cases {
            assert_eq!(code(body), expected, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_refusal_is_short_however_long_the_body() {
        let body = format!(r#"{{"opId":"{}"}}"#, "x".repeat(100_000));
        let error = parse::<EditMessage>(body.as_bytes()).expect_err("no UUID");
        assert!(error.message.len() <= MAX_DETAIL_CHARS);
    }
}
