//! Who presents a token: a person, or an app by its key.
//!
//! A key is what Supabase's clients are made with before anyone has signed in: a JWT under the configured secret
//! without `sub`, whose `role` is `anon` or `service_role`; or a text that the operator has configured as one. It opens
//! channels of Supabase's kind and nothing else.

use samtale_model::UnixMillis;
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq;

use super::{AuthError, Claims, claims};
use crate::config::Secret;

/// Who presents a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A person.
    Person(Claims),
    /// An app.
    Key(AppKey),
}

/// An app's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppKey {
    /// What it may do.
    pub kind: KeyKind,
    /// When it runs out; never where that is not said.
    pub exp: Option<UnixMillis>,
}

/// What an app's key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Known to everyone who opens the app: it opens public channels, and sees no row.
    Anon,
    /// The operator's own backend: it opens every channel, and sees every row.
    Service,
}

impl KeyKind {
    /// Reads the `role` of a token without `sub`.
    pub(super) fn of(raw: &Map<String, Value>) -> Option<Self> {
        if raw.contains_key("sub") {
            return None;
        }
        match raw.get("role")?.as_str()? {
            "anon" => Some(Self::Anon),
            "service_role" => Some(Self::Service),
            _ => None,
        }
    }
}

impl AppKey {
    /// Reads a key's claims.
    pub(super) fn from_json(kind: KeyKind, raw: &Map<String, Value>) -> Result<Self, AuthError> {
        let exp = claims::time(raw, "exp")?;
        Ok(Self { kind, exp })
    }

    pub(super) fn to_json(self, now: UnixMillis) -> Value {
        let role = match self.kind {
            KeyKind::Anon => "anon",
            KeyKind::Service => "service_role",
        };
        let seconds = |at: UnixMillis| at.0.div_euclid(1000);
        let mut claims = json!({ "role": role, "iss": "supabase", "iat": seconds(now) });
        if let Some(exp) = self.exp {
            claims["exp"] = seconds(exp).into();
        }
        claims
    }
}

/// The keys that are configured as texts.
pub(super) struct Texts {
    pub(super) anon: Option<Secret>,
    pub(super) service: Option<Secret>,
}

impl Texts {
    /// Finds a key by its text, in a time that tells nothing of it.
    pub(super) fn find(&self, text: &str) -> Option<AppKey> {
        let is = |key: &Option<Secret>| {
            key.as_ref()
                .is_some_and(|key| bool::from(key.expose().ct_eq(text.as_bytes())))
        };
        let kind = if is(&self.service) {
            KeyKind::Service
        } else if is(&self.anon) {
            KeyKind::Anon
        } else {
            return None;
        };
        Some(AppKey { kind, exp: None })
    }
}
