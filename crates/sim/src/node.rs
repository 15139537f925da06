//! The server in a simulated world: the real library over the real store, without a socket, a thread or a clock of its
//! own. The world brings what arrives, lets it [run](Node::run), and carries away what it says.
//!
//! | room | what lives there |
//! | --- | --- |
//! | `exec`, `env` | its tasks and timers, and the machine that it believes to run on |
//! | `pipe`, `events` | its WebSockets, and all that it says |
//! | `tap` | the world's ear on its store |

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use samtale_model::{UnixMillis, UserId};
use samtale_server::auth::{self, Claims};
use samtale_server::config::Secret;
use samtale_server::{Config, Handshake, Limits, Server};
use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::{Driver, Env, Identity, NewChat, SqliteConfig, SqliteStore, Store};
use tower::ServiceExt;

use crate::clock::{Clock, Millis};
use crate::disk::Disk;
use crate::net::{Hello, HttpRequest, LinkId};
use crate::rng::Rng;

mod env;
mod events;
mod exec;
mod pipe;
mod tap;
#[cfg(test)]
mod tests;

pub use events::NodeEvent;
pub use tap::Tap;

use env::SimEnv;
use events::Events;
use exec::{Executor, TaskId};
use pipe::{Pipe, Socket};
use tap::Tapped;

/// The master key of every simulated server: what is sealed under it stays readable after a restart.
const MASTER_KEY: [u8; 32] = [7; 32];
/// After so many steps without rest, tasks wake each other in a circle.
const MAX_STEPS: usize = 1_000_000;
/// How often a stopping server looks whether its requests are answered.
const LOOK: Duration = Duration::from_millis(50);

/// What a server is started with.
#[derive(Clone)]
pub struct NodeConfig {
    /// The world's clock.
    pub clock: Clock,
    /// The randomness of this one run: a server that starts again must get another, or it would make the same ids and
    /// keys once more.
    pub rng: Rng,
    /// What it keeps its database on.
    pub disk: Disk,
    /// The secret of its tokens.
    pub secret: String,
    /// How much it lets users do.
    pub limits: Limits,
    /// How far its wall clock is ahead, in milliseconds.
    pub skew: Arc<AtomicI64>,
    /// Who hears its commits.
    pub tap: Arc<dyn Tap>,
}

enum Link {
    Socket(Arc<Pipe>),
    Request(TaskId),
}

/// A running server.
pub struct Node {
    // Dropped first, and every task with it.
    tasks: Executor,
    clock: Clock,
    disk: Disk,
    /// In which of the disk's lives this process runs.
    life: u64,
    secret: String,
    frame_bytes: usize,
    server: Arc<Server>,
    store: Arc<dyn Store>,
    router: Router,
    events: Arc<Events>,
    links: BTreeMap<LinkId, Link>,
    env: Arc<SimEnv>,
    /// How many requests are being worked on.
    requests: Arc<AtomicUsize>,
    draining: bool,
    stopped: Arc<AtomicBool>,
}

impl Node {
    /// Opens the store and starts the server.
    ///
    /// # Errors
    /// When the store can't be opened, or the server not be started.
    pub fn boot(config: NodeConfig) -> Result<Self, String> {
        let NodeConfig {
            clock,
            rng,
            disk,
            secret,
            limits,
            skew,
            tap,
        } = config;
        let mut tasks = Executor::new(rng.fork("turns"));
        let events = Arc::new(Events::new(tasks.shared(), &disk));
        let env = Arc::new(SimEnv::new(
            clock.clone(),
            skew,
            rng.fork("machine"),
            Arc::clone(tasks.shared()),
        ));
        let machine = Arc::clone(&env) as Arc<dyn Env>;
        let location = disk.location();
        let opening = SqliteConfig {
            driver: Driver::Tasks,
            location,
            on_fatal: {
                let events = Arc::clone(&events);
                Arc::new(move |why| events.end(why))
            },
            ..SqliteConfig::memory(keyring(), Arc::clone(&machine))
        };
        let opened = SqliteStore::open(opening).map_err(|error| error.to_string())?;
        let store: Arc<dyn Store> = Arc::new(Tapped::new(Arc::new(opened), tap));
        let mut settings = Config {
            limits,
            ..Config::default()
        };
        settings.jwt.secret = Some(Secret::new(secret.clone()));
        let frame_bytes = settings.limits.frame_bytes;
        let starting = Server::start(settings, Arc::clone(&store), machine);
        let server = drive(&mut tasks, &events, starting)
            .ok_or("the start waits for something that does not come")?
            .map_err(|error| error.to_string())?;
        Ok(Self {
            tasks,
            clock,
            life: disk.life(),
            disk,
            secret,
            frame_bytes,
            router: server.router(),
            server: Arc::new(server),
            store,
            events,
            links: BTreeMap::new(),
            env,
            requests: Arc::default(),
            draining: false,
            stopped: Arc::default(),
        })
    }

    /// Runs what is ready until nothing is; tells whether anything ran.
    pub fn run(&mut self) -> bool {
        !self.is_stopped() && run(&mut self.tasks, &self.events)
    }

    /// Returns when the next timer is due.
    pub fn next_timer(&self) -> Option<Millis> {
        self.tasks.next_timer()
    }

    /// Wakes what is due by now.
    pub fn fire(&mut self) {
        self.tasks.fire(self.clock.now());
    }

    /// Takes the next thing that the server said.
    pub fn poll(&mut self) -> Option<NodeEvent> {
        let event = self.events.pop()?;
        if let NodeEvent::Refused { link, .. } | NodeEvent::Answer { link, .. } = &event {
            self.links.remove(link);
        }
        Some(event)
    }

    /// Brings a WebSocket handshake.
    pub fn open(&mut self, link: LinkId, hello: Hello) {
        let Hello { peer, path, token } = hello;
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
            None => (path, None),
        };
        let handshake = Handshake {
            peer: address(peer),
            query,
            headers: headers(&token),
        };
        let pipe = Arc::new(Pipe::default());
        let (server, events) = (Arc::clone(&self.server), Arc::clone(&self.events));
        let (other_end, frame_bytes) = (Arc::clone(&pipe), self.frame_bytes);
        let known = [samtale_server::PATH, samtale_server::PHOENIX_PATH].contains(&path.as_str());
        self.tasks.shared().spawn(Box::pin(async move {
            let status = if known {
                match server.connect(&handshake).await {
                    // Who has gone in the meantime is told nothing.
                    _ if other_end.is_gone() => return,
                    Ok(admitted) => {
                        events.push(NodeEvent::Opened { link });
                        let socket = Socket::new(link, other_end, events, frame_bytes);
                        return admitted.run(socket).await;
                    }
                    Err(error) => error.code.http_status(),
                }
            } else {
                StatusCode::NOT_FOUND.as_u16()
            };
            events.push(NodeEvent::Refused { link, status });
        }));
        self.links.insert(link, Link::Socket(pipe));
    }

    /// Brings a text frame.
    pub fn frame(&mut self, link: LinkId, text: String) {
        if let Some(pipe) = self.pipe(link) {
            pipe.bring(text);
        }
    }

    /// Brings the peer's close, or the news that the link is broken.
    pub fn close(&mut self, link: LinkId) {
        if let Some(Link::Socket(pipe)) = self.links.remove(&link) {
            pipe.end();
        }
    }

    /// Says whether the network takes nothing on a link: then the server's writes wait.
    pub fn pause(&mut self, link: LinkId, paused: bool) {
        if let Some(pipe) = self.pipe(link) {
            pipe.pause(paused);
        }
    }

    /// Says whether nothing of a peer arrives any more, dead or behind a half-open link: then the server's pings are not
    /// answered.
    pub fn deaf(&mut self, link: LinkId, deaf: bool) {
        if let Some(pipe) = self.pipe(link) {
            pipe.deafen(deaf);
        }
    }

    /// Brings an HTTP request.
    pub fn request(&mut self, link: LinkId, request: HttpRequest) {
        let HttpRequest {
            peer,
            method,
            path,
            token,
            body,
        } = request;
        let mut headers = headers(&token);
        if body.is_some() {
            let json = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, json);
        }
        let made = Request::builder()
            .method(method)
            .uri(path)
            .extension(ConnectInfo(address(peer)))
            .body(Body::from(body.unwrap_or_default()));
        let (router, events) = (self.router.clone(), Arc::clone(&self.events));
        let counted = Counted::new(&self.requests);
        let task = self.tasks.shared().spawn(Box::pin(async move {
            let _counted = counted;
            let (status, body) = match made {
                Ok(mut request) => {
                    *request.headers_mut() = headers;
                    answer(router, request).await
                }
                Err(_) => (StatusCode::BAD_REQUEST.as_u16(), String::new()),
            };
            events.push(NodeEvent::Answer { link, status, body });
        }));
        self.links.insert(link, Link::Request(task));
    }

    /// Brings the news that whoever asked does not wait for the answer. What was begun in the store goes on.
    pub fn cancel(&mut self, link: LinkId) {
        if let Some(Link::Request(task)) = self.links.remove(&link) {
            self.tasks.cancel(task);
        }
    }

    /// Tells the server to go away, as a signal does: it closes its connections, answers what was asked, closes its
    /// store and [stops](Self::is_stopped).
    pub fn drain(&mut self) {
        if std::mem::replace(&mut self.draining, true) {
            return;
        }
        let (server, env) = (Arc::clone(&self.server), Arc::clone(&self.env));
        let (requests, stopped) = (Arc::clone(&self.requests), Arc::clone(&self.stopped));
        self.tasks.shared().spawn(Box::pin(async move {
            server.drain().await;
            let limit = env.monotonic() + samtale_server::HTTP_LIMIT;
            while requests.load(Ordering::Relaxed) > 0 && env.monotonic() < limit {
                env.sleep(LOOK).await;
            }
            server.stop().await;
            stopped.store(true, Ordering::Relaxed);
        }));
    }

    /// Returns whether the server has gone away. It is to be killed then, which loses nothing.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Returns whether the server has ended itself.
    pub fn is_dead(&self) -> bool {
        self.tasks.shared().is_dead()
    }

    /// Ends the process where it stands: nothing runs on, and nothing more is written.
    pub fn kill(self) {
        drop(self);
    }

    /// Returns the store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Returns how many WebSockets are open.
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// Runs what is ready until a future is done, without moving time. What the server says meanwhile stays to be taken.
    ///
    /// # Panics
    /// When the future waits for something that does not come.
    pub fn block_on<T>(&mut self, future: impl Future<Output = T>) -> T {
        self.try_block_on(future)
            .expect("what is waited for needs no time and a living server")
    }

    /// The same; none where the server ends before the future is done.
    pub fn try_block_on<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        drive(&mut self.tasks, &self.events, future)
    }

    /// Makes users and chats through the store; each chat by its first participant's side: its maker.
    ///
    /// # Errors
    /// When the store refuses or fails, or ended the process.
    pub fn seed(&mut self, users: &[UserId], chats: Vec<(UserId, NewChat)>) -> Result<(), String> {
        let (store, users) = (Arc::clone(&self.store), users.to_vec());
        let issued = self.env.unix();
        let seeding = async move {
            for user in users {
                let identity = Identity {
                    name: Some(user.as_str().to_owned()),
                    user,
                    avatar_url: None,
                    locale: None,
                    issued_at: Some(issued),
                };
                let signed_in = store.sign_in(identity).await;
                signed_in.map_err(|error| error.to_string())?;
            }
            for (maker, chat) in chats {
                let made = store.create_chat(&maker, chat).await;
                made.map_err(|error| error.to_string())?;
            }
            Ok(())
        };
        drive(&mut self.tasks, &self.events, seeding).ok_or("the process has ended")?
    }

    /// Signs a token that this server takes.
    pub fn mint(&self, user: &UserId, issued: UnixMillis, ttl_ms: u64) -> String {
        mint(&self.secret, user, issued, ttl_ms)
    }

    fn pipe(&self, link: LinkId) -> Option<&Pipe> {
        match self.links.get(&link)? {
            Link::Socket(pipe) => Some(pipe),
            Link::Request(_) => None,
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Before anything else: what is dropped now would close files in an orderly way, which no killed process does.
        // A disk that has died since the boot is another process' by now.
        if self.disk.life() == self.life {
            self.disk.kill();
        }
    }
}

/// Counts a request for as long as it is worked on.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Signs a token of HS256. Its times are whole seconds, as tokens' are.
pub fn mint(secret: &str, user: &UserId, issued: UnixMillis, ttl_ms: u64) -> String {
    let mut claims = Claims::new(user.clone(), issued.plus(ttl_ms));
    claims.iat = Some(issued);
    claims.name = Some(user.as_str().to_owned());
    auth::mint(&Secret::new(secret), &claims)
}

fn keyring() -> Keyring {
    Keyring::new(MasterKey::from_slice(&MASTER_KEY).expect("32 bytes"))
}

fn address(peer: IpAddr) -> SocketAddr {
    SocketAddr::from((peer, 1))
}

fn headers(token: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_static("samtale.test"));
    if let Ok(value) = HeaderValue::from_str(&format!("Bearer {token}"))
        && !token.is_empty()
    {
        headers.insert(header::AUTHORIZATION, value);
    }
    headers
}

async fn answer(router: Router, request: Request<Body>) -> (u16, String) {
    let Ok(response) = router.oneshot(request).await;
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await;
    let body = body.expect("the server's bodies are whole in memory");
    let text = String::from_utf8(body.into()).expect("the API speaks text");
    (status, text)
}

/// Runs tasks until none is ready, and no longer than the machine has power; tells whether any ran.
fn run(tasks: &mut Executor, events: &Events) -> bool {
    for step in 0..MAX_STEPS {
        if !tasks.step() {
            return step > 0;
        }
        events.look_at_disk();
    }
    panic!("the server's tasks wake each other and never rest");
}

/// Runs tasks until a future is done; none where it waits for something that does not come.
fn drive<T>(tasks: &mut Executor, events: &Events, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    loop {
        let polled = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(done) = polled {
            return Some(done);
        }
        if !run(tasks, events) {
            return None;
        }
    }
}
