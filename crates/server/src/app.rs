//! What every connection and every request shares.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use samtale_protocol::{ErrorCode, WireError};
use samtale_store::{Env, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use yawc::DeflatePool;

use crate::auth::Auth;
use crate::config::Config;
use crate::hub::Hub;
use crate::limits::Limiter;
use crate::metrics::Metrics;
use crate::webapp::Files;

/// The server without its sockets: configuration, store, who may come in, and who is here.
pub struct App {
    pub(crate) config: Config,
    pub(crate) env: Arc<dyn Env>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) auth: Auth,
    pub(crate) limits: Limiter,
    pub(crate) metrics: Metrics,
    pub(crate) hub: Arc<Hub>,
    /// The web app.
    pub(crate) files: Files,
    /// What compresses large frames, shared by all connections.
    pub(crate) deflate: DeflatePool,
    /// Cancelled when the server begins to go away: connections are told and close.
    pub(crate) draining: CancellationToken,
    /// Counts the connections that are not closed yet.
    pub(crate) connections: TaskTracker,
    /// The number of the newest connection.
    pub(crate) newest: AtomicU64,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("config", &self.config)
            .field("hub", &self.hub)
            .finish_non_exhaustive()
    }
}

impl App {
    /// Returns whether the server is going away.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Refuses work that comes while the server is going away.
    pub(crate) fn refuse_while_draining(&self) -> Result<(), WireError> {
        if self.is_draining() {
            Err(WireError::new(
                ErrorCode::Draining,
                "the server is going away; connect again",
            )
            .retry_after(1_000))
        } else {
            Ok(())
        }
    }

    /// Counts a connection until the token is dropped.
    pub(crate) fn track_connection(&self) -> TaskTrackerToken {
        self.connections.token()
    }

    /// Returns a number that no other connection of this node has.
    pub(crate) fn next_connection(&self) -> u64 {
        self.newest.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Tells the connections to close, and waits until they have, `limit` at the most.
    ///
    /// Requests that are being worked on are finished and answered first.
    pub(crate) async fn drain(&self, limit: Duration) {
        self.draining.cancel();
        self.connections.close();
        tokio::select! {
            biased;
            () = self.connections.wait() => {}
            () = self.env.sleep(limit) => tracing::warn!(left = self.connections.len(), "connections did not close in time"),
        }
    }
}
