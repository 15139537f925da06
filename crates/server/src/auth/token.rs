//! Where a request carries its token. A token is never logged, and never shows in `Debug`.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// How Phoenix's clients announce a token among the WebSocket's subprotocols.
const SUBPROTOCOL_PREFIX: &str = "base64url.bearer.phx.";

/// A token as it came, unchecked.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Returns the token's text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Finds the token of an HTTP request: `Authorization: Bearer`, and nowhere else.
pub fn from_bearer(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Token(token.to_owned()))
}

/// Finds the token of a WebSocket handshake, where browsers can't set headers: `Authorization`,
/// then a subprotocol of Phoenix, then `token` and `apikey` in the query.
pub fn from_handshake(headers: &HeaderMap, query: Option<&str>) -> Option<Token> {
    from_bearer(headers)
        .or_else(|| from_subprotocol(headers))
        .or_else(|| from_query(query?, "token"))
        .or_else(|| from_query(query?, "apikey"))
}

fn from_subprotocol(headers: &HeaderMap) -> Option<Token> {
    let lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).into_iter();
    let mut protocols = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim);
    let encoded = protocols.find_map(|protocol| protocol.strip_prefix(SUBPROTOCOL_PREFIX))?;
    // phoenix.js writes `btoa` without padding, so both alphabets are in use.
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = if encoded.contains(['+', '/']) {
        GeneralPurpose::new(&alphabet::STANDARD, config)
    } else {
        GeneralPurpose::new(&alphabet::URL_SAFE, config)
    };
    let token = String::from_utf8(engine.decode(encoded).ok()?).ok()?;
    (!token.is_empty()).then_some(Token(token))
}

/// A token has no character that a URL must escape, so the text counts as it stands.
fn from_query(query: &str, name: &str) -> Option<Token> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, token) = pairs
        .into_iter()
        .find(|(key, value)| *key == name && !value.is_empty())?;
    Some(Token(token.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJrYXJpIn0.c2ln";

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, value.parse().expect("a header value"))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn a_token_is_found_wherever_clients_put_it() {
        let protocol = "phoenix, base64url.bearer.phx.ZXlKaGJHY2lPaUpJVXpJMU5pSjkuZXlKemRXSWlPaUpyWVhKcEluMC5jMmxu";
        let bearer = format!("Bearer {JWT}");
        let odd = format!("bEARER   {JWT} ");
        let apikey = format!("apikey={JWT}&vsn=2.0.0");
        let both = format!("apikey=other&token={JWT}");
        type Case<'a> = (Vec<(&'static str, &'a str)>, Option<&'a str>);
        let found: Vec<Case<'_>> = vec![
            (vec![("authorization", &bearer)], None),
            (vec![("authorization", &odd)], None),
            (vec![("sec-websocket-protocol", protocol)], None),
            (vec![], Some(&apikey)),
            (vec![], Some(&both)),
            (vec![("authorization", &bearer)], Some("apikey=other")),
        ];
        for (pairs, query) in found {
            let token = from_handshake(&headers(&pairs), query);
            assert_eq!(
                token.as_ref().map(Token::expose),
                Some(JWT),
                "{pairs:?} {query:?}"
            );
        }
        let missing: Vec<Case<'_>> = vec![
            (vec![], None),
            (vec![], Some("apikey=&vsn=2.0.0&token")),
            (vec![("authorization", "Basic a2FyaTprYXJp")], None),
            (vec![("authorization", "Bearer ")], None),
            (
                vec![("sec-websocket-protocol", "phoenix, base64url.bearer.phx.%")],
                None,
            ),
        ];
        for (pairs, query) in missing {
            assert_eq!(
                from_handshake(&headers(&pairs), query),
                None,
                "{pairs:?} {query:?}"
            );
        }
    }

    #[test]
    fn an_http_request_carries_its_token_in_no_other_header() {
        let protocol = "phoenix, base64url.bearer.phx.YQ";
        assert_eq!(
            from_bearer(&headers(&[("sec-websocket-protocol", protocol)])),
            None
        );
    }

    #[test]
    fn a_token_never_shows() {
        let token =
            from_bearer(&headers(&[("authorization", "Bearer hemmelig")])).expect("a token");
        assert!(!format!("{token:?}").contains("hemmelig"));
    }
}
