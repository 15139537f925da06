//! The server: sockets, rooms and the HTTP API over a store.
//!
//! [`Server::start`] takes a [`Config`], a store and an [`Env`];
//! [`Server::serve`] runs it on a listener until it is told to stop, and then drains: clients are
//! told, what is being worked on is answered, and the store is closed last.
//!
//! A host with a listener, a network or a runtime of its own takes the parts: [`Server::router`] answers requests,
//! [`Server::connect`] checks a handshake and [`Admitted::run`] runs the connection over any [`Transport`];
//! [`Server::drain`] and [`Server::stop`] end it. Nothing in them needs a thread or a runtime besides what the
//! [`Env`] gives.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`config`], [`auth`], [`limits`], [`metrics`] | what an operator decides, who may come in, how much, and what is counted |
//! | `service` | every operation of a signed-in user, behind sockets and HTTP alike |
//! | `gateway` | the WebSocket side: handshakes, connections, topics |
//! | `hub`, `room`, `presence` | who listens to what, and the way of a commit to them |
//! | `realtime` | channels of Supabase's kind: broadcasts, presence and changed rows |
//! | `http` | the HTTP API, its description and the operator's pages |
//! | `webapp` | the files of the web app, which `http` serves |
//! | [`dev`] | demo users and chats, which a host seeds before it starts a server with `config.dev` |

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::map_request;
use samtale_protocol::WireError;
use samtale_store::{Env, Store};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yawc::DeflatePool;

pub mod auth;
pub mod config;
pub mod dev;
pub mod limits;
pub mod metrics;

mod app;
mod error;
mod gateway;
mod http;
mod hub;
mod presence;
mod realtime;
mod room;
mod service;
mod sync;
mod webapp;

pub use app::App;
pub use config::{Config, Limits};
pub use gateway::transport::{Data, Ended, Received, Sent, Shortcut, Transport};
pub use gateway::{Admitted, Handshake, PATH, PHOENIX_PATH};
pub use webapp::WebApp;

use crate::auth::{Auth, AuthConfigError};
use crate::gateway::wire::{Caller, Wires};

/// How often the limiter forgets who has rested, and histograms are folded.
const UPKEEP_EVERY: Duration = Duration::from_secs(60);
/// How often the store forgets old op ids.
const PURGE_EVERY: Duration = Duration::from_secs(3600);
/// How long a stopping server waits for plain HTTP requests after its sockets are closed.
pub const HTTP_LIMIT: Duration = Duration::from_secs(2);
/// How many compressors are kept for large frames.
const DEFLATERS: usize = 4;

/// A server that is ready to be served.
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    stop: CancellationToken,
}

/// A server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration of tokens is unusable.
    #[error(transparent)]
    Auth(#[from] AuthConfigError),
}

impl Server {
    /// Makes a server over a store. `config.dev` opens the demo's endpoints; its users and chats are
    /// those that [`dev::seed`] has written before.
    pub async fn start(
        config: Config,
        store: Arc<dyn Store>,
        env: Arc<dyn Env>,
    ) -> Result<Self, StartError> {
        let auth = Auth::new(&config.jwt, Arc::clone(&env))?;
        if let Err(error) = auth.start().await {
            tracing::warn!(%error, "tokens signed by public keys are refused until the keys come");
        }
        let stop = CancellationToken::new();
        let hub = hub::Hub::start(&env, &store, config.lease, &stop);
        let app = Arc::new(App {
            limits: limits::Limiter::new(&config.limits, &env),
            metrics: metrics::Metrics::install(),
            draining: CancellationToken::new(),
            connections: TaskTracker::new(),
            newest: AtomicU64::new(0),
            deflate: DeflatePool::new(DEFLATERS),
            files: webapp::Files::open(&config.app),
            config,
            env,
            store,
            auth,
            hub,
        });
        app.env
            .spawn(Box::pin(upkeep(Arc::clone(&app), stop.clone())));
        Ok(Self { app, stop })
    }

    /// Returns everything that the server answers over HTTP, the WebSocket's address included. Each request needs an
    /// extension [`ConnectInfo`] of the peer's [`SocketAddr`](std::net::SocketAddr).
    pub fn router(&self) -> Router {
        http::router(Arc::clone(&self.app))
    }

    /// Checks the handshake of a connection: version, origin, limits, token.
    pub async fn connect(&self, hello: &Handshake) -> Result<Admitted, WireError> {
        Admitted::check(&self.app, hello).await
    }

    /// Returns how many connections are open.
    pub fn connections(&self) -> usize {
        self.app.connections.len()
    }

    /// Tells the clients to go and refuses new ones; returns when the connections have closed, or after `config.drain`.
    pub async fn drain(&self) {
        tracing::info!(connections = self.connections(), "draining");
        self.app.drain(self.app.config.drain).await;
    }

    /// Ends the server's own tasks and closes the store. Nothing can be answered any more.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.app.store.close().await;
        tracing::info!("stopped");
    }

    /// Serves on a listener until `shutdown` resolves, then drains and closes the store.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let router = self
            .router()
            .layer(map_request(known_caller))
            .into_make_service_with_connect_info::<Caller>();
        let closed = CancellationToken::new();
        let graceful = closed.clone().cancelled_owned();
        let serving = axum::serve(Wires(listener), router)
            .with_graceful_shutdown(graceful)
            .into_future();
        tokio::pin!(serving);
        let draining = async {
            shutdown.await;
            self.drain().await;
            closed.cancel();
            self.app.env.sleep(HTTP_LIMIT).await;
        };
        let served = tokio::select! {
            biased;
            served = &mut serving => served,
            () = draining => Ok(()),
        };
        self.stop().await;
        served
    }
}

/// Tells a request's handlers of its peer, and of the wire it came by.
async fn known_caller(ConnectInfo(caller): ConnectInfo<Caller>, mut request: Request) -> Request {
    let extensions = request.extensions_mut();
    extensions.insert(ConnectInfo(caller.peer));
    extensions.insert(caller.wire);
    request
}

async fn upkeep(app: Arc<App>, stop: CancellationToken) {
    let mut purged_at = app.env.monotonic();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = app.env.sleep(UPKEEP_EVERY) => {}
        }
        app.limits.purge();
        if app.env.monotonic() >= purged_at + PURGE_EVERY {
            purged_at = app.env.monotonic();
            if let Err(error) = app.store.purge_op_ids().await {
                tracing::warn!(%error, "old op ids could not be forgotten");
            }
        }
        app.metrics.upkeep();
    }
}
