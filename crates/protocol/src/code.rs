//! Error codes: stable, few, and each with what a client should do about it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a client does about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryKind {
    /// Nothing will help but other contents: tell the person.
    Never,
    /// The same again later, after `retryAfterMs` where given.
    Later,
    /// The same again with a fresh token.
    WithFreshToken,
    /// The same again after joining the topic.
    AfterJoin,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $retry:ident;)*) => {
        /// Why something was refused. Codes never change their meaning; docs/protocol.md lists them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
            /// A code of a newer version.
            #[serde(other)]
            Unknown,
        }

        impl ErrorCode {
            /// Every code that this version sends.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the code's text on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Unknown => "unknown",
                }
            }

            /// Returns the HTTP status that goes with the code.
            pub const fn http_status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                    Self::Unknown => 500,
                }
            }

            /// Returns what a client does about the refusal.
            pub const fn retry_kind(self) -> RetryKind {
                match self {
                    $(Self::$name => RetryKind::$retry,)*
                    Self::Unknown => RetryKind::Never,
                }
            }
        }
    };
}

codes! {
    /// The request can't be read: not JSON, a missing field, a wrong type.
    BadRequest = "bad_request", 400, Never;
    /// The frame can't be read.
    BadFrame = "bad_frame", 400, Never;
    /// The request, frame or list is larger than allowed.
    TooLarge = "too_large", 413, Never;
    /// There is no token, or it is not valid.
    Unauthorized = "unauthorized", 401, WithFreshToken;
    /// The token has run out.
    TokenExpired = "token_expired", 401, WithFreshToken;
    /// The role does not allow it.
    Forbidden = "forbidden", 403, Never;
    /// The chat does not exist or is not this user's: the two are not told apart.
    NotParticipant = "not_participant", 403, Never;
    /// There is no such thing here, or this user may not see it.
    NotFound = "not_found", 404, Never;
    /// The id was used before, with other contents or by someone else.
    IdConflict = "id_conflict", 409, Never;
    /// The message has no content.
    ContentEmpty = "content_empty", 422, Never;
    /// The message has more than 10,000 characters.
    ContentTooLong = "content_too_long", 422, Never;
    /// The content is ill-formed: not Unicode text.
    ContentInvalid = "content_invalid", 422, Never;
    /// Too many requests; `retryAfterMs` says how long to wait.
    RateLimited = "rate_limited", 429, Later;
    /// A bound is reached: participants, private rows, reactions, chats joined on one connection.
    TooMany = "too_many", 422, Never;
    /// One has been blocked by someone who would be added.
    Blocked = "blocked", 403, Never;
    /// The push is for a topic that this connection has not joined.
    NotJoined = "not_joined", 409, AfterJoin;
    /// The topic or the event is not known.
    UnmatchedTopic = "unmatched_topic", 404, Never;
    /// The client's version is not spoken here.
    UnsupportedVersion = "unsupported_version", 426, Never;
    /// Something the server needs is not there now, the store above all.
    Unavailable = "unavailable", 503, Later;
    /// The server is going away; connect again.
    Draining = "draining", 503, Later;
    /// A fault of the server; its log has the details under the request's id.
    Internal = "internal", 500, Later;
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refusal as it stands in a reply: a code for programs, a text for developers.
///
/// Texts for people are made at the edge, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[error("{code}: {message}")]
pub struct WireError {
    /// The stable code.
    pub code: ErrorCode,
    /// What was wrong, in English.
    pub message: String,
    /// How long to wait before the same again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub retry_after_ms: Option<u64>,
}

impl WireError {
    /// Makes a refusal.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: None,
        }
    }

    /// Says how long to wait.
    #[must_use]
    pub fn retry_after(mut self, millis: u64) -> Self {
        self.retry_after_ms = Some(millis);
        self
    }

    /// Returns what a client does about it.
    pub const fn retry_kind(&self) -> RetryKind {
        self.code.retry_kind()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_in_json_and_in_text() {
        for code in ErrorCode::ALL {
            let json = serde_json::to_string(code).expect("serialises");
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(
                serde_json::from_str::<ErrorCode>(&json).expect("parses"),
                *code
            );
        }
    }

    #[test]
    fn a_code_of_a_newer_version_is_read_as_unknown() {
        let error: WireError =
            serde_json::from_str(r#"{"code":"from_the_future","message":""}"#).expect("parses");
        assert_eq!(
            (error.code, error.retry_kind()),
            (ErrorCode::Unknown, RetryKind::Never)
        );
    }
}
