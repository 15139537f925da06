//! The front page, and with `--dev` the demo users and their tokens.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use samtale_protocol::ErrorCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::Input;
use super::problem::Failure;
use super::realtime::Result;
use crate::app::App;
use crate::dev::{self, DemoUser};
use crate::webapp::INDEX;

const PAGE: &str = include_str!("front.html");
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
);
const STYLE: &str = include_str!("front.css");
const APP_LINK: &str = "<li><a href=\"/\">The chat app</a>\n";
const APP_ADVICE: &str = "<p>This server comes without the chat app. In the repository, \
     <code>cargo xtask run</code> builds the app and serves it here.\n";

/// Answers `/about`, and `/` where there is no web app: what this is, and where to go on.
pub(super) async fn page(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let people = if app.config.dev {
        demo(&host(&app, &headers))
    } else {
        String::new()
    };
    let (link, advice) = if app.files.find(INDEX).is_some() {
        (APP_LINK, "")
    } else {
        ("", APP_ADVICE)
    };
    let page = PAGE
        .replace("{link}", link)
        .replace("{advice}", advice)
        .replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("{people}", &people);
    ([(header::CONTENT_SECURITY_POLICY, CSP)], Html(page)).into_response()
}

/// Answers `/front.css`.
pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// Lists the demo users. Their names are ours and have nothing to escape.
fn demo(host: &str) -> String {
    let mut rows = String::new();
    for user in dev::USERS {
        let (id, name, about) = (user.id, user.name, user.about);
        let _ = writeln!(rows, "<tr><td><code>{id}</code><td>{name}<td>{about}");
    }
    include_str!("front_dev.html")
        .replace("{host}", host)
        .replace("{rows}", &rows)
}

/// Returns where the reader found this page; a name with anything to escape is passed over.
fn host(app: &App, headers: &HeaderMap) -> String {
    let plain = |host: &&str| {
        host.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b))
    };
    let named = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    named
        .filter(plain)
        .map_or_else(|| app.config.listen.to_string(), str::to_owned)
}

/// A demo user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Demo {
    /// The user's id.
    user: &'static str,
    /// Their name.
    name: &'static str,
    /// The host product's role of theirs.
    role: &'static str,
    /// Their language.
    locale: &'static str,
    /// Who they are, in a sentence.
    about: &'static str,
}

/// The demo users.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Demos {
    /// All of them.
    users: Vec<Demo>,
}

/// Lists the demo users; only with `--dev`.
#[utoipa::path(get, path = "/dev/users", tag = "development", security(()),
    responses((status = 200, description = "The demo users.", body = Demos)))]
pub(super) async fn demo_users() -> Json<Demos> {
    let demo = |user: &DemoUser| Demo {
        user: user.id,
        name: user.name,
        role: user.role,
        locale: user.locale,
        about: user.about,
    };
    Json(Demos {
        users: dev::USERS.iter().map(demo).collect(),
    })
}

/// Whose token.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TokenRequest {
    /// The id of a demo user.
    user: String,
}

/// A token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenReply {
    /// The token.
    token: String,
    /// When it runs out, in Unix milliseconds.
    expires_at: i64,
}

/// Hands out the token of a demo user; only with `--dev`.
#[utoipa::path(post, path = "/dev/token", tag = "development", security(()), request_body = TokenRequest,
    responses((status = 200, description = "The token.", body = TokenReply)))]
pub(super) async fn demo_token(
    State(app): State<Arc<App>>,
    Input(request): Input<TokenRequest>,
) -> Result<TokenReply> {
    let user = dev::user(&request.user)
        .ok_or_else(|| Failure::new(ErrorCode::NotFound, "there is no such demo user"))?;
    let claims = user.claims(app.env.unix(), app.config.dev_token);
    let token = app.auth.mint(&claims).ok_or_else(|| {
        Failure::new(
            ErrorCode::Unavailable,
            "demo tokens need a secret; this server has none",
        )
    })?;
    Ok(Json(TokenReply {
        token,
        expires_at: claims.exp.0,
    }))
}
