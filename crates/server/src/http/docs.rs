//! The OpenAPI document at `/api/openapi.json`, and a page at `/api/docs/` to read and try it.
//!
//! Paths and schemas come from the handlers and the types of the wire. What holds for all of them,
//! the token and the form of refusals, is added here once.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use samtale_protocol::ErrorCode;
use samtale_protocol::http::Problem;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::Config;

use super::problem::{Failure, nothing_here};
use crate::app::App;

/// Where the document is.
const DOCUMENT: &str = "/api/openapi.json";
/// Where the page is.
const PAGE: &str = "/api/docs/";
/// What the page may load: itself, with the inline styles and pictures that it is made of.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Samtale",
        description = "Real-time messaging over HTTP: everything that a client without a socket needs. \
                       Refusals are problems of RFC 9457 with a stable `code`; every answer names its \
                       request in `X-Request-Id`."
    ),
    components(schemas(Problem)),
    modifiers(&Token),
    security(("token" = [])),
    tags(
        (name = "realtime", description = "Being there without a socket"),
        (name = "messages", description = "Messages"),
        (name = "chats", description = "Chats, their history and their changes"),
        (name = "participants", description = "Who is in a chat"),
        (name = "me", description = "What only oneself sees"),
        (name = "operation", description = "For operators"),
    )
)]
struct Base;

/// Every endpoint takes a token unless it says otherwise.
struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".into());
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// Returns the document without paths.
pub(super) fn base() -> utoipa::openapi::OpenApi {
    Base::openapi()
}

/// Serves the finished document and its page.
pub(super) fn router(mut openapi: utoipa::openapi::OpenApi) -> Router<Arc<App>> {
    for item in openapi.paths.paths.values_mut() {
        for operation in operations(item) {
            refusable(operation);
        }
    }
    let document = serde_json::to_vec(&openapi).expect("the document is made of texts and lists");
    let document = Bytes::from(document);
    let config = Arc::new(Config::from(DOCUMENT));
    let page = move |uri: Uri| {
        let path = uri.path().strip_prefix(PAGE).unwrap_or_default();
        std::future::ready(file(path, Arc::clone(&config)))
    };
    let json = [(header::CONTENT_TYPE, "application/json")];
    Router::new()
        .route(DOCUMENT, get(async move || (json, document.clone())))
        .route("/api/docs", get(async || Redirect::permanent(PAGE)))
        .route(PAGE, get(page.clone()))
        .route("/api/docs/{*file}", get(page))
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all = [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.patch,
        &mut item.delete,
    ];
    all.into_iter().flatten()
}

/// Says that anything else is a problem.
fn refusable(operation: &mut Operation) {
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    let response = ResponseBuilder::new()
        .description("A refusal: `code` says why.")
        .content("application/problem+json", problem)
        .build();
    let responses = &mut operation.responses.responses;
    responses.insert("default".into(), RefOr::T(response));
}

fn file(path: &str, config: Arc<Config<'static>>) -> Response {
    match utoipa_swagger_ui::serve(path, config) {
        Ok(Some(file)) => {
            let mut response = Bytes::from(file.bytes.into_owned()).into_response();
            let headers = response.headers_mut();
            if let Ok(kind) = file.content_type.parse() {
                headers.insert(header::CONTENT_TYPE, kind);
            }
            if file.gzpipped {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            headers.insert(header::CONTENT_SECURITY_POLICY, CSP);
            response
        }
        Ok(None) => nothing_here().into_response(),
        Err(error) => {
            tracing::error!(%error, "the API's page can't be made");
            Failure::new(ErrorCode::Internal, "the server failed").into_response()
        }
    }
}
