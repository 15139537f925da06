//! The HTTP API, its description, and the operator's pages.
//!
//! The customer's eight endpoints stand under their own paths; the rest completes them, so that a
//! client without a socket can do everything. Every failure is a problem of RFC 9457 with a stable
//! code. Nothing here decides: handlers read the request, call the one operation behind it, and
//! write the answer.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`edge`] | what every request passes: id, origin, limits, deadline, headers, log line |
//! | [`extract`] | who calls, and what they say, with refusals as problems |
//! | [`problem`] | refusals as responses |
//! | [`realtime`], [`messages`], [`chats`], [`participants`], [`me`] | the endpoints |
//! | [`broadcast`] | broadcasts on channels of Supabase's kind |
//! | [`health`] | `/healthz`, `/readyz`, `/metrics` |
//! | [`docs`] | the OpenAPI document and its page |
//! | [`front`] | the front page, and demo tokens where there are any |
//! | [`web`] | the web app's files, and what it is told first |

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, Method, header};
use axum::middleware;
use axum::routing::{get, post};
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::config::Origins;
use crate::gateway;

mod broadcast;
mod chats;
mod docs;
mod edge;
mod extract;
mod front;
mod health;
mod me;
mod messages;
mod participants;
mod problem;
mod realtime;
mod web;

pub(crate) use edge::client_address;

/// How long a browser may remember what a preflight answered.
const PREFLIGHT_AGE: std::time::Duration = std::time::Duration::from_secs(600);

/// Returns everything that the server answers.
pub(crate) fn router(app: Arc<App>) -> Router {
    routes(app.config.dev)
        .layer(DefaultBodyLimit::max(app.config.limits.body_bytes))
        .layer(cors(&app.config.origins))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), edge::pass))
        .with_state(app)
}

/// Returns the routes without what differs between servers. They are made once in a process, for describing the API takes
/// milliseconds, and a simulation starts servers by the thousand.
fn routes(dev: bool) -> Router<Arc<App>> {
    static USUAL: LazyLock<Router<Arc<App>>> = LazyLock::new(|| describe(api()));
    static DEV: LazyLock<Router<Arc<App>>> = LazyLock::new(|| {
        describe(
            api()
                .routes(routes!(front::demo_users))
                .routes(routes!(front::demo_token)),
        )
    });
    Router::clone(if dev { &DEV } else { &USUAL })
}

/// Puts the API's description and everything else beside it.
fn describe(api: OpenApiRouter<Arc<App>>) -> Router<Arc<App>> {
    let (routes, description) = api.split_for_parts();
    routes
        .merge(docs::router(description))
        .merge(web::router())
        .route(gateway::PATH, get(gateway::upgrade))
        .route(gateway::PHOENIX_PATH, get(gateway::upgrade))
        .route("/api/broadcast", post(broadcast::batch))
        .route(
            "/api/broadcast/{topic}/events/{event}",
            post(broadcast::single),
        )
        .fallback(problem::no_such_route)
        .method_not_allowed_fallback(problem::wrong_method)
}

/// Every endpoint that the OpenAPI document describes.
fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(docs::base())
        .routes(routes!(
            realtime::connect,
            realtime::set_typing,
            realtime::status
        ))
        .routes(routes!(messages::send))
        .routes(routes!(messages::search))
        .routes(routes!(realtime::post_typing))
        .routes(routes!(realtime::read_receipts))
        .routes(routes!(messages::read, messages::edit, messages::delete))
        .routes(routes!(messages::edits))
        .routes(routes!(messages::thread))
        .routes(routes!(messages::react, messages::unreact))
        .routes(routes!(chats::list, chats::create))
        .routes(routes!(chats::read, chats::update))
        .routes(routes!(chats::history))
        .routes(routes!(chats::changes))
        .routes(routes!(chats::ops))
        .routes(routes!(participants::list, participants::add))
        .routes(routes!(participants::set_role, participants::remove))
        .routes(routes!(me::profile))
        .routes(routes!(me::private))
        .routes(routes!(me::put_private))
        .routes(routes!(me::presence))
        .routes(routes!(broadcast::batch))
        .routes(routes!(broadcast::single))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(web::config))
}

/// Lets the pages of allowed origins read answers. Tokens come in a header, so no cookies are asked for.
fn cors(origins: &Origins) -> CorsLayer {
    let allowed = match origins {
        Origins::Any => AllowOrigin::any(),
        origins => {
            let origins = origins.clone();
            AllowOrigin::predicate(move |origin, parts| {
                let host = parts.headers.get(header::HOST);
                origins.allows(
                    origin.to_str().ok().or(Some("")),
                    host.and_then(|host| host.to_str().ok()),
                )
            })
        }
    };
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            broadcast::API_KEY,
            // What Supabase's clients say of themselves.
            HeaderName::from_static("x-client-info"),
        ])
        .expose_headers([edge::REQUEST_ID, header::RETRY_AFTER])
        .max_age(PREFLIGHT_AGE)
}
