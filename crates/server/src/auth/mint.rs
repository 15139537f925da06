//! Makes tokens: for `samtale token`, for demo users and for tests.

use jsonwebtoken::{EncodingKey, Header, encode};

use samtale_model::UnixMillis;
use serde_json::Value;

use super::{AppKey, Claims};
use crate::config::Secret;

/// Signs claims with HS256.
pub fn mint(secret: &Secret, claims: &Claims) -> String {
    sign(secret, &claims.to_json())
}

/// Makes an app's key, signed with HS256.
pub fn mint_key(secret: &Secret, key: AppKey, now: UnixMillis) -> String {
    sign(secret, &key.to_json(now))
}

fn sign(secret: &Secret, claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret.expose());
    encode(&Header::default(), claims, &key)
        .expect("claims are an object of texts and numbers, and any secret signs")
}
