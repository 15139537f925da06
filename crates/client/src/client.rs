//! The client: a handle on the engine and on the task that drives it.

use std::fmt;
use std::sync::Arc;

use samtale_engine::{Command, CommandError, Engine, Input, Made, Network};

use crate::core::Shared;
use crate::{Changes, ClientConfig, StartError, driver};

/// A running client; clones are cheap and all speak of the same one.
///
/// When the last is dropped the client shuts down by itself.
#[derive(Clone)]
pub struct Client {
    handle: Arc<Handle>,
}

struct Handle {
    shared: Arc<Shared>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.ask_to_stop();
    }
}

impl Client {
    /// Opens the data folder and starts the task that drives the engine. Nothing is sent before
    /// [`Command::Connect`].
    ///
    /// # Errors
    /// When the address, TLS or the data folder is of no use; an unreachable server is none.
    pub async fn start(config: ClientConfig) -> Result<Self, StartError> {
        let shared = driver::start(config).await?;
        Ok(Self {
            handle: Arc::new(Handle { shared }),
        })
    }

    /// Reads the engine's state, under a short lock: return quickly, and call no method of the
    /// client inside.
    pub fn view<R>(&self, read: impl FnOnce(&Engine) -> R) -> R {
        read(&self.handle.shared.lock().engine)
    }

    /// Carries out a command; its effect shows when this returns.
    ///
    /// # Errors
    /// As [`Engine::command`]; [`CommandError::SignedOut`] also once the client has shut down.
    pub fn command(&self, command: Command) -> Result<Made, CommandError> {
        self.handle.shared.command(command)
    }

    /// Subscribes to the changes from now on.
    pub fn changes(&self) -> Changes {
        self.handle.shared.lock().audience.subscribe()
    }

    /// Waits until `read` finds what it seeks, looking again whenever something has changed; none
    /// when the client shuts down before.
    pub async fn until<R>(&self, mut read: impl FnMut(&Engine) -> Option<R>) -> Option<R> {
        let mut changes = self.changes();
        loop {
            if let Some(found) = self.view(&mut read) {
                return Some(found);
            }
            changes.recv().await?;
        }
    }

    /// Says how the network is. Without it, failing sockets tell.
    pub fn network(&self, network: Network) {
        self.handle.shared.input(Input::Network { network });
    }

    /// Says that a person did something. May be called as often as keys are pressed.
    pub fn activity(&self) {
        self.handle.shared.input(Input::Activity);
    }

    /// Says whether the program is seen: without it nothing counts as read.
    pub fn visibility(&self, visible: bool) {
        self.handle.shared.input(Input::Visible { visible });
    }

    /// Lets the connection go, stores what is left and closes the data folder. Unsent messages go
    /// when a client is next started on it.
    pub async fn shutdown(&self) {
        self.handle.shared.ask_to_stop();
        self.handle.shared.stopped().await;
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
