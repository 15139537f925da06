//! The task that does what the engine wants done.
//!
//! It pops outputs in order and starts each; sockets, requests and the store run beside it and
//! report straight into the engine, which wakes it for what follows.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use samtale_engine::{Input, Output};
use tokio::task::{AbortHandle, JoinSet};

use crate::address::Address;
use crate::core::Shared;
use crate::storage::{Job, Storage};
use crate::{ClientConfig, StartError, TokenSource, tls};

mod request;
mod socket;

/// How long a client that shuts down waits for its sockets' farewell.
const FAREWELL: Duration = Duration::from_secs(2);

/// Opens everything and spawns the driver.
pub(crate) async fn start(config: ClientConfig) -> Result<Arc<Shared>, StartError> {
    let address = Address::parse(&config.url)?;
    let tls = tls::config()?;
    let http = tls::http(&tls)?;
    let mut engine = config.engine;
    engine.persist = config.data.is_some();
    let opened = match config.data {
        None => None,
        Some(data) => {
            let user = engine.user_id.clone();
            let fresh = engine.device_id.clone();
            let (address, place) = (address.clone(), data.clone());
            let open = move || crate::storage::open(&data, &address, &user, fresh);
            let opened = tokio::task::spawn_blocking(open).await;
            let (store, device) = opened.map_err(|error| StartError::Storage {
                path: place,
                reason: error.to_string(),
            })??;
            engine.device_id = device;
            Some(store)
        }
    };
    let shared = Arc::new(Shared::new(engine));
    let reports = Arc::clone(&shared);
    let storage = opened.map(|store| Storage::start(store, move |input| reports.input(input)));
    let driver = Driver {
        shared: Arc::clone(&shared),
        address,
        tls,
        http,
        token: config.token,
        storage,
        sockets: HashMap::new(),
        requests: HashMap::new(),
        open_sockets: JoinSet::new(),
        tasks: JoinSet::new(),
    };
    tokio::spawn(driver.run());
    Ok(shared)
}

struct Driver {
    shared: Arc<Shared>,
    address: Address,
    tls: Arc<rustls::ClientConfig>,
    http: reqwest::Client,
    token: Arc<dyn TokenSource>,
    storage: Option<Storage>,
    sockets: HashMap<u64, socket::Handle>,
    requests: HashMap<u64, AbortHandle>,
    /// The tasks of the sockets, those included that say farewell.
    open_sockets: JoinSet<()>,
    /// The tasks of requests and tokens.
    tasks: JoinSet<()>,
}

impl Driver {
    async fn run(mut self) {
        // However this ends, nobody waits for it in vain.
        let _closing = CloseOnDrop(Arc::clone(&self.shared));
        while !self.shared.is_stopping() {
            self.perform();
            let due = self.shared.timeout();
            let timeout = async {
                match due {
                    Some(due) => tokio::time::sleep_until(due.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.shared.wake.notified() => {}
                () = timeout => self.shared.input(Input::Timeout),
                Some(_) = self.tasks.join_next() => {}
                Some(_) = self.open_sockets.join_next() => {}
            }
        }
        self.stop().await;
    }

    /// Says farewell on the sockets, and stores what is left.
    async fn stop(mut self) {
        self.perform();
        self.tasks.shutdown().await;
        // A handle that is dropped closes its socket.
        self.sockets.clear();
        let farewell = async { while self.open_sockets.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
            tracing::debug!("a socket took too long to close");
        }
        self.open_sockets.shutdown().await;
        if let Some(storage) = &self.storage {
            storage.flush().await;
        }
        // What was stored may have led to more to store; sockets and requests are gone.
        self.perform();
        if let Some(storage) = self.storage.take() {
            storage.close().await;
        }
    }

    fn perform(&mut self) {
        while let Some(output) = self.shared.next_output() {
            self.start_output(output);
        }
    }

    fn start_output(&mut self, output: Output) {
        let stopping = self.shared.is_stopping();
        match output {
            Output::OpenSocket { .. } | Output::Http { .. } | Output::FetchToken { .. }
                if stopping => {}
            Output::OpenSocket {
                generation,
                path,
                token,
            } => {
                self.sockets.retain(|_, socket| !socket.is_gone());
                let target = socket::Target {
                    url: self.address.socket(path),
                    token,
                    tls: Arc::clone(&self.tls),
                };
                let shared = Arc::clone(&self.shared);
                let (handle, task) = socket::open(target, generation, shared);
                self.sockets.insert(generation, handle);
                self.open_sockets.spawn(task);
            }
            Output::Send { generation, text } => {
                if let Some(socket) = self.sockets.get(&generation) {
                    socket.send(text.0);
                }
            }
            Output::CloseSocket { generation, code } => {
                if let Some(socket) = self.sockets.remove(&generation) {
                    socket.close(code);
                }
            }
            Output::Http {
                request,
                method,
                path,
                token,
                body,
            } => {
                self.requests.retain(|_, task| !task.is_finished());
                let built =
                    request::build(&self.http, method, self.address.http(&path), &token, body);
                let task = request::run(built, request, Arc::clone(&self.shared));
                self.requests.insert(request, self.tasks.spawn(task));
            }
            Output::CancelHttp { request } => {
                if let Some(task) = self.requests.remove(&request) {
                    task.abort();
                }
            }
            Output::FetchToken { request, fresh } => {
                let source = Arc::clone(&self.token);
                let shared = Arc::clone(&self.shared);
                self.tasks.spawn(async move {
                    shared.input(match source.token(fresh).await {
                        Ok(token) => Input::Token { request, token },
                        Err(why) => Input::TokenFailed { request, why },
                    });
                });
            }
            Output::Load { load, prefixes } => self.store(Job::Load { load, prefixes }),
            Output::Persist { batch, writes, .. } => self.store(Job::Persist { batch, writes }),
            Output::Wipe => self.store(Job::Wipe),
            Output::Changed(_) => {
                unreachable!("changes go to their audience when they are drained")
            }
        }
    }

    fn store(&self, job: Job) {
        match &self.storage {
            Some(storage) => storage.give(job),
            // Without `persist` the engine asks for no storage.
            None => tracing::debug!("storage was asked for, and there is none"),
        }
    }
}

/// Ends the client when the driver does, by a panic too.
struct CloseOnDrop(Arc<Shared>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}
