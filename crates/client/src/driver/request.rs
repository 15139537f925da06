//! One HTTP request of the engine.

use std::sync::Arc;

use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use samtale_engine::{Input, Method, Text, Token};

use crate::core::Shared;

/// The largest body that is taken in: well above the largest page of messages.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Prepares a request. The token goes into its header alone, marked as sensitive.
pub(super) fn build(
    http: &reqwest::Client,
    method: Method,
    url: Url,
    token: &Token,
    body: Option<Text>,
) -> reqwest::RequestBuilder {
    let method = match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    };
    let request = http.request(method, url).bearer_auth(token.expose());
    match body {
        Some(body) => request
            .header(CONTENT_TYPE, "application/json")
            .body(body.0),
        None => request,
    }
}

/// Makes the request and reports its answer.
pub(super) async fn run(built: reqwest::RequestBuilder, request: u64, shared: Arc<Shared>) {
    shared.input(match answer(built).await {
        Some((status, body)) => Input::HttpReply {
            request,
            status,
            body: Text(body),
        },
        None => Input::HttpFailed { request },
    });
}

/// Returns status and body; none where there was no answer, or one that is no text of a fair size.
async fn answer(request: reqwest::RequestBuilder) -> Option<(u16, String)> {
    let mut response = request.send().await.ok()?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > MAX_BODY {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some((response.status().as_u16(), String::from_utf8(body).ok()?))
}
