//! Who someone is: tokens are checked here, and nowhere else.
//!
//! A token is a JWT: HS256 under the configured secret, or RS256/ES256 under a public key from a
//! JWKS. The key decides the algorithm, never the token: a token that names another one than its
//! key's is refused. `sub` and `exp` are required, `nbf` is kept, `aud` and `iss` are checked where
//! the configuration names any. Time is `Env`'s.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use samtale_model::UnixMillis;
use samtale_protocol::{ErrorCode, WireError};
use samtale_store::Env;
use serde_json::{Map, Value};

use crate::config::{JwtConfig, Secret};

mod bearer;
mod claims;
mod jwks;
mod mint;
mod token;

pub use bearer::{AppKey, Bearer, KeyKind};
pub use claims::Claims;
use jwks::Jwks;
pub use jwks::JwksError;
pub use mint::{mint, mint_key};
pub use token::{Token, from_bearer, from_handshake};

/// The longest token that is looked at, in bytes.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Checks tokens.
pub struct Auth {
    keys: bearer::Texts,
    secret: Option<(Secret, DecodingKey)>,
    jwks: Jwks,
    audience: Vec<String>,
    issuer: Vec<String>,
    leeway: Duration,
    env: Arc<dyn Env>,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// There is none.
    #[error("a token is needed")]
    Missing,
    /// It is not a JWT, or lacks a claim, or a claim has the wrong type.
    #[error("the token can't be read")]
    Malformed,
    /// No key here fits it.
    #[error("the token is signed by an unknown key")]
    UnknownKey,
    /// The signature is not the key's.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// Its time is over.
    #[error("the token has run out")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYet,
    /// It is meant for someone else.
    #[error("the token is for another audience")]
    WrongAudience,
    /// It comes from someone else.
    #[error("the token is from another issuer")]
    WrongIssuer,
    /// It is an app's key, where a person's token is needed.
    #[error("this is an app's key: a person's token is needed")]
    NoPerson,
    /// Its `sub` is not 1 to 128 bytes without control characters.
    #[error("the token's sub is not a user id")]
    BadSubject,
}

impl AuthError {
    /// Returns the code for clients.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Expired => ErrorCode::TokenExpired,
            _ => ErrorCode::Unauthorized,
        }
    }

    /// Returns the reason's name, for counters.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::UnknownKey => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::Expired => "expired",
            Self::NotYet => "not_yet",
            Self::WrongAudience => "wrong_audience",
            Self::WrongIssuer => "wrong_issuer",
            Self::NoPerson => "no_person",
            Self::BadSubject => "bad_subject",
        }
    }
}

impl From<AuthError> for WireError {
    fn from(error: AuthError) -> Self {
        metrics::counter!(crate::metrics::AUTH_FAILURES, "reason" => error.reason()).increment(1);
        Self::new(error.code(), error.to_string())
    }
}

/// The keys can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthConfigError {
    /// There is neither a secret nor a JWKS.
    #[error("tokens need a secret or a JWKS")]
    NoKeys,
    /// The secret is empty.
    #[error("the secret is empty")]
    EmptySecret,
    /// The JWKS can't be used.
    #[error(transparent)]
    Jwks(#[from] JwksError),
}

impl Auth {
    /// Takes the secret and the keys of a file. Keys behind a URL come by [`Self::start`].
    pub fn new(config: &JwtConfig, env: Arc<dyn Env>) -> Result<Self, AuthConfigError> {
        if config.secret.is_none() && config.jwks_url.is_none() && config.jwks_file.is_none() {
            return Err(AuthConfigError::NoKeys);
        }
        let secret = config.secret.clone();
        if secret
            .as_ref()
            .is_some_and(|secret| secret.expose().is_empty())
        {
            return Err(AuthConfigError::EmptySecret);
        }
        Ok(Self {
            keys: bearer::Texts {
                anon: config.anon_key.clone(),
                service: config.service_key.clone(),
            },
            secret: secret.map(|secret| {
                let key = DecodingKey::from_secret(secret.expose());
                (secret, key)
            }),
            jwks: Jwks::new(config, Arc::clone(&env))?,
            audience: config.audience.clone(),
            issuer: config.issuer.clone(),
            leeway: config.leeway,
            env,
        })
    }

    /// Fetches the keys behind a URL, where there is one. When it fails, the server may still serve:
    /// the next token signed by an unknown key tries again.
    pub async fn start(&self) -> Result<(), JwksError> {
        self.jwks.refresh().await
    }

    /// Checks a person's token.
    pub async fn verify(&self, token: &str) -> Result<Claims, AuthError> {
        match self.bearer(token).await? {
            Bearer::Person(claims) => Ok(claims),
            Bearer::Key(_) => Err(AuthError::NoPerson),
        }
    }

    /// Checks a token, a person's or an app's.
    pub async fn bearer(&self, token: &str) -> Result<Bearer, AuthError> {
        if token.is_empty() {
            return Err(AuthError::Missing);
        }
        if token.len() > MAX_TOKEN_BYTES {
            return Err(AuthError::Malformed);
        }
        if let Some(key) = self.keys.find(token) {
            return Ok(Bearer::Key(key));
        }
        let header = decode_header(token).map_err(|_| AuthError::Malformed)?;
        let claims = match header.alg {
            Algorithm::HS256 => {
                let (_, key) = self.secret.as_ref().ok_or(AuthError::UnknownKey)?;
                let claims = signed(token, key, Algorithm::HS256)?;
                if let Some(kind) = KeyKind::of(&claims) {
                    return self.check_key(kind, &claims).map(Bearer::Key);
                }
                claims
            }
            algorithm @ (Algorithm::RS256 | Algorithm::ES256) => {
                let keys = self.jwks.keys_for(algorithm, header.kid.as_deref()).await;
                let mut result = Err(AuthError::UnknownKey);
                for key in keys {
                    result = signed(token, &key.decoding, key.algorithm);
                    if result.is_ok() {
                        break;
                    }
                }
                result?
            }
            _ => return Err(AuthError::UnknownKey),
        };
        self.check(&claims).map(Bearer::Person)
    }

    /// Checks a key's time. Whom it is from and for says its signature: Supabase's keys name no audience.
    fn check_key(&self, kind: KeyKind, raw: &Map<String, Value>) -> Result<AppKey, AuthError> {
        let key = AppKey::from_json(kind, raw)?;
        if key.exp.is_some_and(|exp| self.is_expired(exp)) {
            return Err(AuthError::Expired);
        }
        Ok(key)
    }

    /// Returns whether claims that were valid have run out, the leeway included.
    pub fn is_expired(&self, exp: UnixMillis) -> bool {
        self.env.unix() >= self.ends_at(exp)
    }

    /// Returns when claims with that `exp` stop being taken: the leeway later.
    pub fn ends_at(&self, exp: UnixMillis) -> UnixMillis {
        exp.plus(u64::try_from(self.leeway.as_millis()).unwrap_or(u64::MAX))
    }

    /// Signs claims with the configured secret; none where there is no secret.
    pub fn mint(&self, claims: &Claims) -> Option<String> {
        let (secret, _) = self.secret.as_ref()?;
        Some(mint(secret, claims))
    }

    fn check(&self, raw: &Map<String, Value>) -> Result<Claims, AuthError> {
        let claims = Claims::from_json(raw)?;
        if self.is_expired(claims.exp) {
            return Err(AuthError::Expired);
        }
        if let Some(from) = claims::time(raw, "nbf")? {
            let now = self.env.unix();
            if from > self.ends_at(now) {
                return Err(AuthError::NotYet);
            }
        }
        let named = |claim: &str, allowed: &[String]| {
            allowed.is_empty()
                || claims::texts(raw, claim).any(|text| allowed.iter().any(|a| a == text))
        };
        if !named("aud", &self.audience) {
            return Err(AuthError::WrongAudience);
        }
        if !named("iss", &self.issuer) {
            return Err(AuthError::WrongIssuer);
        }
        Ok(claims)
    }
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth")
            .field("hs256", &self.secret.is_some())
            .field("jwks", &self.jwks)
            .finish_non_exhaustive()
    }
}

/// Checks the signature alone: what the claims say is checked by [`Auth::check`], by our clock.
fn signed(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
) -> Result<Map<String, Value>, AuthError> {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    match decode::<Map<String, Value>>(token, key, &validation) {
        Ok(data) => Ok(data.claims),
        Err(error) => Err(match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => AuthError::BadSignature,
            _ => AuthError::Malformed,
        }),
    }
}

#[cfg(test)]
mod tests;
