//! What every request passes on its way in and out.
//!
//! In: an id, the address behind proxies that are believed, the origin, the address' rate limit, a
//! deadline. Out: the id, security headers, a count and a log line. The log names the route's
//! pattern, never the path or the query: those may carry ids and tokens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::future::{Either, select};
use samtale_protocol::{ErrorCode, WireError};

use super::extract::ClientAddress;
use super::problem::{Failure, Refused};
use super::web;
use crate::app::App;
use crate::config::Config;
use crate::gateway;

/// Names a request, in the answer and in the log.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The most addresses of `X-Forwarded-For` that are looked at.
const MAX_HOPS: usize = 32;
/// How long a client waits before it repeats a request that ran out of time, in milliseconds.
const RETRY_DEADLINE_MS: u64 = 1_000;
/// What a page of this server may load where its handler names nothing: nothing.
const CSP: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");

/// Finds the address of whoever is on the other side: the peer's, or behind proxies that the
/// configuration trusts the last one in `X-Forwarded-For` that is none of them.
pub(crate) fn client_address(config: &Config, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    let trusted = |address: IpAddr| {
        config
            .trusted_proxies
            .iter()
            .any(|network| network.contains(address))
    };
    let mut client = peer.ip().to_canonical();
    if !trusted(client) {
        return client;
    }
    let lines = headers.get_all(FORWARDED_FOR).into_iter();
    let hops: Vec<&str> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    for hop in hops.into_iter().rev().take(MAX_HOPS) {
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
        if !trusted(client) {
            break;
        }
    }
    client
}

/// Leads a request through.
pub(super) async fn pass(
    State(app): State<Arc<App>>,
    matched: Option<MatchedPath>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = app.env.monotonic();
    let id = request_id(&app);
    let method = known(request.method());
    let route = matched
        .as_ref()
        .map_or("unknown", MatchedPath::as_str)
        .to_owned();
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), |peer| peer.0);
    let address = client_address(&app.config, peer, request.headers());
    request.extensions_mut().insert(ClientAddress(address));

    let mut response = match admit(&app, &route, address, request.headers()) {
        Err(error) => Failure::from(error).into_response(),
        Ok(()) => {
            let answer = std::pin::pin!(next.run(request));
            match select(answer, app.env.sleep(deadline(&app.config, &route))).await {
                Either::Left((response, _)) => response,
                Either::Right(_) => Failure::from(too_slow()).into_response(),
            }
        }
    };

    let took = app.env.monotonic().saturating_sub(begun);
    let status = response.status();
    let refused = response.extensions().get::<Refused>().map(|code| code.0);
    app.metrics.http(method, &route, status.as_u16(), took);
    if refused == Some(ErrorCode::RateLimited) {
        app.metrics.rate_limited("http");
    }
    log(&id, method, &route, status, refused, took);
    dress(&app, &id, response.headers_mut());
    response
}

/// Lets a request in, or says why not. Probes are let in always: an operator must see a flood.
/// The gateway does its own checks, and refuses in the form that its clients read.
fn admit(app: &App, route: &str, address: IpAddr, headers: &HeaderMap) -> Result<(), WireError> {
    let own = [gateway::PATH, gateway::PHOENIX_PATH];
    if matches!(route, "/healthz" | "/readyz" | "/metrics") || own.contains(&route) {
        return Ok(());
    }
    let text = |name| {
        headers
            .get(name)
            .map(|value: &HeaderValue| value.to_str().unwrap_or(""))
    };
    if !app
        .config
        .origins
        .allows(text(header::ORIGIN), text(header::HOST))
    {
        let message = "pages of this origin may not use this server";
        return Err(WireError::new(ErrorCode::Forbidden, message));
    }
    if web::is_own(route) {
        return Ok(());
    }
    app.limits.http_address(address)
}

fn deadline(config: &Config, route: &str) -> Duration {
    if route == super::chats::CHANGES {
        config.request + config.long_poll_max()
    } else {
        config.request
    }
}

fn too_slow() -> WireError {
    WireError::new(ErrorCode::Unavailable, "this took too long").retry_after(RETRY_DEADLINE_MS)
}

fn request_id(app: &App) -> String {
    let mut random = [0; 8];
    app.env.fill_random(&mut random);
    format!("{:016x}", u64::from_be_bytes(random))
}

/// Returns the method's name; a made-up method is no label.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn log(
    id: &str,
    method: &'static str,
    route: &str,
    status: StatusCode,
    refused: Option<ErrorCode>,
    took: Duration,
) {
    let status = status.as_u16();
    let code = refused.map_or("", ErrorCode::as_str);
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(request = id, method, route, status, code, ms, "answered");
    } else {
        tracing::debug!(request = id, method, route, status, code, ms, "answered");
    }
}

/// Puts on what every answer wears; what a handler chose itself stays.
fn dress(app: &App, id: &str, headers: &mut HeaderMap) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(CSP);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if app.is_draining() && !headers.contains_key(header::UPGRADE) {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_counts_only_from_proxies_that_are_trusted() {
        let config = Config {
            trusted_proxies: vec!["10.0.0.0/8".parse().expect("a range")],
            ..Config::default()
        };
        let cases = [
            ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
            ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
            (
                "10.0.0.1",
                "198.51.100.1, 203.0.113.9, 10.0.0.2",
                "203.0.113.9",
            ),
            ("10.0.0.1", "198.51.100.1, nonsense, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ];
        for (peer, forwarded, expected) in cases {
            let peer: IpAddr = peer.parse().expect("an address");
            let headers =
                HeaderMap::from_iter([(FORWARDED_FOR, forwarded.parse().expect("a header value"))]);
            let address = client_address(&config, SocketAddr::from((peer, 1)), &headers);
            assert_eq!(address.to_string(), expected, "{peer} {forwarded}");
        }
    }
}
