//! The session's token: a JWT whose expiry and subject the engine reads and never checks.
//!
//! Checking the signature is the server's part; the engine only avoids what can't work: a token
//! that has run out, was refused before, or is somebody else's.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// A bearer token; never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// Takes the token's text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text, for the one header or field that it goes into.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Reads the claims without checking the signature; none where the text is no JWT.
    pub(crate) fn claims(&self) -> Option<Claims> {
        let mut parts = self.0.split('.');
        let (Some(_), Some(payload), Some(_), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        samtale_protocol::json::from_str(str::from_utf8(&bytes).ok()?).ok()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// The claims that the engine looks at.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Claims {
    /// Whose token it is.
    pub(crate) sub: String,
    /// When it runs out, in Unix seconds; RFC 7519 allows fractions.
    #[serde(default)]
    exp: Option<f64>,
    /// When it was issued, in Unix seconds.
    #[serde(default)]
    iat: Option<f64>,
}

impl Claims {
    /// Returns when the token runs out, in Unix milliseconds.
    pub(crate) fn expires_at_ms(&self) -> Option<i64> {
        self.exp.map(millis)
    }

    /// Returns for how long the token was issued, in milliseconds.
    pub(crate) fn life_ms(&self) -> Option<u64> {
        let life = millis(self.exp?).saturating_sub(millis(self.iat?));
        u64::try_from(life).ok().filter(|life| *life > 0)
    }
}

/// A float cast saturates, so that no claim can overflow.
fn millis(seconds: f64) -> i64 {
    (seconds * 1_000.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> Token {
        Token::new(format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(payload)))
    }

    #[test]
    fn subject_and_expiry_are_read() {
        let claims = token(r#"{"sub":"kari","iat":100,"exp":160.5}"#)
            .claims()
            .expect("a JWT");
        assert_eq!(claims.sub, "kari");
        assert_eq!(claims.expires_at_ms(), Some(160_500));
        assert_eq!(claims.life_ms(), Some(60_500));
    }

    #[test]
    fn what_is_no_jwt_has_no_claims() {
        for text in ["", "a.b", "a.b.c", "a.!!.c", "a.e30.c", "a.b.c.d"] {
            assert_eq!(Token::new(text).claims(), None, "{text}");
        }
        let huge = token(r#"{"sub":"kari","exp":1e300}"#)
            .claims()
            .expect("a JWT");
        assert_eq!(huge.expires_at_ms(), Some(i64::MAX));
    }

    #[test]
    fn debug_never_shows_the_token() {
        assert_eq!(format!("{:?}", Token::new("hemmelig")), "Token(..)");
    }
}
