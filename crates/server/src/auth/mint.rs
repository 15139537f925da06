//! Makes tokens: for `samtale token`, for demo users and for tests.

use jsonwebtoken::{EncodingKey, Header, encode};

use super::Claims;
use crate::config::Secret;

/// Signs claims with HS256.
pub fn mint(secret: &Secret, claims: &Claims) -> String {
    let key = EncodingKey::from_secret(secret.expose());
    encode(&Header::default(), &claims.to_json(), &key)
        .expect("claims are an object of texts and numbers, and any secret signs")
}
