//! The web app, and what it asks first: `/config.json`.
//!
//! The app's own addresses (`/c/<chat>` and the like) all answer its one page. Files whose names
//! change with their contents are kept by browsers for good; everything else is asked for again, and
//! costs nothing where it is the same. Its files don't count against an address' limit: opening the
//! app loads some twenty of them, a class opens it at the same time, and a file costs the server no
//! more than a refusal.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Json, Router};
use bytes::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use super::{front, problem};
use crate::app::App;
use crate::webapp::{File, INDEX};

/// The addresses that the app makes a page of.
const PAGES: &[&str] = &["/", "/sign-in", "/c/{chat}", "/c/{chat}/{message}"];
/// The places of its files.
const FILES: &[&str] = &[
    "/{file}",
    "/assets/{*file}",
    "/emoji/{*file}",
    "/icons/{*file}",
];
/// The files below this have names of their contents.
const HASHED: &str = "assets/";

/// What the app may load: itself, pictures of people from anywhere safe, and code only as files of
/// this server. `'self'` covers the WebSocket as well (CSP level 3, section 6.7.2.8), in all browsers
/// that know `'wasm-unsafe-eval'`.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob: https:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
     worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
);
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// What of the machine the app may use: nothing that a person would be asked for.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
     microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=(), \
     xr-spatial-tracking=()",
);
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Serves the app, and the front page where there is none.
pub(super) fn router() -> Router<Arc<App>> {
    let file = || -> MethodRouter<Arc<App>> { get(file).fallback(problem::no_such_route) };
    let pages = PAGES.iter().fold(Router::new(), |router, path| {
        router.route(path, get(page).fallback(problem::no_such_route))
    });
    let all = FILES
        .iter()
        .fold(pages, |router, path| router.route(path, file()));
    all.route("/about", get(front::page))
        .route("/front.css", get(front::style))
}

/// Tells whether a route answers the app's own files.
pub(super) fn is_own(route: &str) -> bool {
    PAGES.contains(&route) || FILES.contains(&route) || route == "/config.json"
}

/// Answers the app's page, at whichever of its addresses.
async fn page(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Response {
    match app.files.find(INDEX) {
        Some(file) => answer(INDEX, &file, &headers),
        None if uri.path() == "/" => front::page(State(app), headers).await,
        None => problem::nothing_here().into_response(),
    }
}

/// Answers a file of the app.
async fn file(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Response {
    let name = uri.path().trim_start_matches('/');
    match app.files.find(name) {
        Some(file) => answer(name, &file, &headers),
        None => problem::nothing_here().into_response(),
    }
}

fn answer(name: &str, file: &File, request: &HeaderMap) -> Response {
    let (body, encoding) = choose(file, request);
    let tag = match encoding {
        Some(encoding) => format!("\"{}-{encoding}\"", file.tag),
        None => format!("\"{}\"", file.tag),
    };
    let mut response = if has_already(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, file.kind)];
        let mut whole = (kind, body.clone()).into_response();
        if let Some(encoding) = encoding {
            let encoding = HeaderValue::from_static(encoding);
            whole
                .headers_mut()
                .insert(header::CONTENT_ENCODING, encoding);
        }
        whole
    };
    let headers = response.headers_mut();
    let kept = if name.starts_with(HASHED) {
        FOREVER
    } else {
        ASK_AGAIN
    };
    headers.insert(header::CACHE_CONTROL, kept);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CONTENT_SECURITY_POLICY, CSP);
    headers.insert(PERMISSIONS_POLICY, PERMISSIONS);
    let tag = HeaderValue::from_str(&tag).expect("hexadecimal digits in quotes");
    headers.insert(header::ETAG, tag);
    response
}

/// Chooses the smallest form that the browser takes, and says how it is compressed.
fn choose<'a>(file: &'a File, request: &HeaderMap) -> (&'a Bytes, Option<&'static str>) {
    let forms = [("br", &file.brotli), ("gzip", &file.gzip)];
    let taken = forms.into_iter().find_map(|(name, form)| {
        let form = form.as_ref().filter(|_| accepts(request, name))?;
        Some((form, Some(name)))
    });
    taken.unwrap_or((&file.plain, None))
}

/// Tells whether `Accept-Encoding` names an encoding and does not give it the weight zero.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    let mut named = items(request, &header::ACCEPT_ENCODING).filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next()?;
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let zero = weight.is_some_and(|weight| weight.parse() == Ok(0.0_f32));
        name.eq_ignore_ascii_case(encoding).then_some(!zero)
    });
    named.next().unwrap_or(false)
}

/// Tells whether `If-None-Match` names what would be answered (RFC 9110, section 13.1.2).
fn has_already(request: &HeaderMap, tag: &str) -> bool {
    items(request, &header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// Walks the items of a header that is a list; tags and encodings hold no commas.
fn items<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
}

/// What the app is told before anyone has signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AppConfig {
    /// Whether there are demo users to sign in as.
    dev: bool,
    /// The server's version.
    version: &'static str,
    /// What the operator calls it.
    name: String,
    /// Where people sign in to the host product; absent where they come with a token.
    sign_in_url: Option<String>,
    /// Where the host product renews a token for whoever is signed in there.
    token_url: Option<String>,
    /// Settings of the engine that the app starts with.
    #[schema(value_type = Object)]
    settings: serde_json::Map<String, serde_json::Value>,
}

/// Tells the app what it needs to know before anyone signs in; nothing of it is secret.
#[utoipa::path(get, path = "/config.json", tag = "operation", security(()),
    responses((status = 200, description = "What the app needs to know.", body = AppConfig)))]
pub(super) async fn config(State(app): State<Arc<App>>) -> Json<AppConfig> {
    let config = &app.config;
    Json(AppConfig {
        dev: config.dev,
        version: env!("CARGO_PKG_VERSION"),
        name: config.name.clone(),
        sign_in_url: config.sign_in_url.clone(),
        token_url: config.token_url.clone(),
        settings: config.app_settings.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_form_that_is_taken_is_chosen() {
        let file = File {
            kind: "text/css",
            tag: "1".into(),
            plain: Bytes::from("plain"),
            brotli: Some(Bytes::from("br")),
            gzip: Some(Bytes::from("gz")),
        };
        let cases = [
            (None, None),
            (Some(""), None),
            (Some("identity"), None),
            (Some("gzip, deflate, br, zstd"), Some("br")),
            (Some("gzip;q=1.0, br;q=0"), Some("gzip")),
            (Some("GZIP"), Some("gzip")),
            (Some("br;q=0.0, gzip;q=0.000"), None),
            (Some("brotli"), None),
        ];
        for (accepted, expected) in cases {
            let value =
                accepted.map(|text| (header::ACCEPT_ENCODING, text.parse().expect("a value")));
            let headers = HeaderMap::from_iter(value);
            assert_eq!(choose(&file, &headers).1, expected, "{accepted:?}");
        }
    }

    #[test]
    fn what_a_browser_has_is_told_by_its_tag() {
        for (known, has) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
        ] {
            let headers =
                HeaderMap::from_iter([(header::IF_NONE_MATCH, known.parse().expect("a value"))]);
            assert_eq!(has_already(&headers, "\"a\""), has, "{known}");
        }
    }
}
