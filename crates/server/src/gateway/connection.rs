//! One connection: a task with small buffers that reads a frame, works on it, and meanwhile writes
//! what waits. One frame is worked on at a time, so answers come in the order of the questions; a
//! client that asks faster than it is answered waits in its own socket.

use std::net::IpAddr;
use std::ops::Deref;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use samtale_model::flat::{Map, Set};
use samtale_model::{ChatId, Seq, UserId};
use samtale_protocol::Version;

use super::outbound::{Close, Item, Outbound};
use super::session::Session;
use super::transport::{Data, Ended, Received, Transport};
use crate::app::App;
use crate::room::{News, behind};
use crate::service::Who;
use crate::sync::lock;

/// How long a write may make no progress before the connection is given up.
const WRITE_LIMIT: Duration = Duration::from_secs(30);
/// How long a closing connection waits for its peer to close as well.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);
/// Over how long a draining server spreads the closing of its connections, so that they do not all come back at once.
const DRAIN_SPREAD: Duration = Duration::from_secs(2);

/// A connection, as whoever tells it something knows it.
#[derive(Debug)]
pub(crate) struct Peer {
    /// The connection's number on this node.
    pub(crate) id: u64,
    /// The serializer it speaks.
    pub(crate) version: Version,
    /// Whose it is; none where it is an app's.
    user: Option<UserId>,
    /// What waits to be written.
    pub(crate) outbound: Outbound,
}

impl Peer {
    /// Makes the peer of a new connection.
    pub(crate) fn new(
        id: u64,
        version: Version,
        user: Option<UserId>,
        max_event_bytes: usize,
    ) -> Self {
        Self {
            id,
            version,
            user,
            outbound: Outbound::new(max_event_bytes),
        }
    }

    /// Tells the connection of a commit; whoever made it hears of it with the answer, in one write.
    pub(crate) fn tell(&self, news: &News) {
        let is_own = || news.actor.is_some() && news.actor == self.user;
        self.outbound
            .push_commit(news.chat, news.seq, &news.frames, is_own);
    }

    /// Adds a commit to what waits, to [go](Outbound::go) with more.
    pub(crate) fn add(&self, news: &News) {
        self.outbound.add_commit(news.chat, news.seq, &news.frames);
    }
}

/// What rooms and the hub know of a person's connection.
#[derive(Debug)]
pub(crate) struct Handle {
    peer: Arc<Peer>,
    /// Whose it is.
    pub(crate) user: UserId,
    /// The chats whose heads it gets without having joined them.
    listening: Mutex<Set<ChatId>>,
    /// The chats that its user left while it was here, and with which commits.
    left: Mutex<Map<ChatId, Seq>>,
}

impl Handle {
    /// Makes the handle of a new connection.
    pub(crate) fn new(peer: Arc<Peer>, user: UserId) -> Self {
        Self {
            peer,
            user,
            listening: Mutex::default(),
            left: Mutex::default(),
        }
    }

    /// Returns the connection itself.
    pub(crate) const fn peer(&self) -> &Arc<Peer> {
        &self.peer
    }

    /// Notes that the connection gets a chat's heads.
    pub(crate) fn note_listening(&self, chat: ChatId) {
        lock(&self.listening).insert(chat);
    }

    /// Notes that the connection's user has left a chat.
    pub(crate) fn note_left(&self, chat: ChatId, seq: Seq) {
        lock(&self.left).insert(chat, seq);
    }

    /// Returns the commit with which the connection's user last left a chat, as far as that was while it was here.
    pub(crate) fn left(&self, chat: ChatId) -> Option<Seq> {
        lock(&self.left).get(&chat).copied()
    }

    /// Returns and forgets the chats whose heads it gets.
    pub(crate) fn take_listening(&self) -> Set<ChatId> {
        std::mem::take(&mut lock(&self.listening))
    }
}

impl Deref for Handle {
    type Target = Peer;

    fn deref(&self) -> &Peer {
        &self.peer
    }
}

/// Runs a connection until it closes; what is `held` is let go then.
///
/// What it holds for as long as it is open stands in its future once: an `async fn` would keep its arguments beside what
/// they were moved to.
pub(crate) fn run(
    app: Arc<App>,
    mut transport: impl Transport,
    version: Version,
    who: Who,
    address: IpAddr,
    held: impl Send,
) -> impl Future<Output = ()> + Send {
    let peer = Arc::new(Peer::new(
        app.next_connection(),
        version,
        who.user().cloned(),
        app.config.limits.queue_bytes,
    ));
    let mut session = Session::new(Arc::clone(&app), Arc::clone(&peer), who, address);
    async move {
        app.metrics.connected();
        tracing::debug!(connection = peer.id, "connected");
        peer.outbound.set_shortcut(transport.shortcut());
        let why = serve(&app, &mut transport, &mut session, &peer).await;
        peer.outbound.set_shortcut(None);
        session.end();
        if why != Close::Normal {
            let closing = async {
                transport.close(why.code(), why.reason()).await;
                while !matches!(transport.receive().await, Received::Closed) {}
            };
            tokio::select! {
                biased;
                () = closing => {}
                () = app.env.sleep(CLOSE_LIMIT) => {}
            }
        }
        app.metrics.disconnected(why.reason());
        tracing::debug!(connection = peer.id, why = why.reason(), "disconnected");
        drop(held);
    }
}

async fn serve(
    app: &App,
    transport: &mut impl Transport,
    session: &mut Session,
    peer: &Peer,
) -> Close {
    let ping = app.config.ping;
    let mut heard = app.env.monotonic();
    let mut wait = ping.min(session.time_left());
    let mut due = heard + wait;
    let mut timer = app.env.sleep(wait);
    loop {
        tokio::select! {
            biased;
            (items, close) = peer.outbound.take() => {
                // Boxed, as all that a resting connection has no use for.
                if let Err(why) = Box::pin(write(app, transport, peer, items)).await {
                    return why;
                }
                if let Some(why) = close {
                    return why;
                }
            }
            () = app.draining.cancelled(), if !session.is_draining() => {
                session.drain();
                timer = app.env.sleep(spread(app));
            }
            received = transport.receive() => {
                heard = app.env.monotonic();
                let frame = match received {
                    Received::Closed => return Close::Normal,
                    Received::Alive => continue,
                    frame => frame,
                };
                if let Err(why) = Box::pin(work(app, transport, session, peer, frame)).await {
                    return why;
                }
                // A channel may have come with a token that runs out before anything else is due.
                let now = app.env.monotonic();
                let left = session.time_left();
                if !session.is_draining() && now + left.min(ping) < due {
                    (wait, due) = (left, now + left);
                    timer = app.env.sleep(wait);
                }
            }
            () = &mut timer => {
                if session.is_draining() {
                    return Close::Draining;
                }
                if session.time_left().is_zero() {
                    session.expire();
                } else if app.env.monotonic() >= heard + app.config.idle {
                    return Close::Idle;
                } else if app.env.monotonic() >= heard + ping
                    && let Err(why) = limited(app, transport.ping()).await
                {
                    return why;
                }
                wait = ping.min(session.time_left()).max(Duration::from_millis(10));
                due = app.env.monotonic() + wait;
                timer = app.env.sleep(wait);
            }
        }
    }
}

/// Works on a frame, and writes what waits meanwhile.
async fn work(
    app: &App,
    transport: &mut impl Transport,
    session: &mut Session,
    peer: &Peer,
    frame: Received,
) -> Result<(), Close> {
    let mut working = pin!(session.receive(frame));
    loop {
        tokio::select! {
            biased;
            done = &mut working => return done,
            (items, close) = peer.outbound.take() => {
                write(app, transport, peer, items).await?;
                if let Some(why) = close {
                    return Err(why);
                }
            }
        }
    }
}

async fn write(
    app: &App,
    transport: &mut impl Transport,
    peer: &Peer,
    items: Vec<Item>,
) -> Result<(), Close> {
    let writing = async {
        for item in items {
            let frame = match item {
                Item::Frame(frame) => frame,
                Item::Behind(chat, head) => {
                    Data::Text(behind(&format!("chat:{chat}"), head, peer.version))
                }
            };
            transport.feed(frame).await?;
        }
        transport.flush().await
    };
    limited(app, writing).await?;
    peer.outbound.written();
    Ok(())
}

/// Gives a write its time: a peer that takes nothing must not hold the connection.
async fn limited(app: &App, writing: impl Future<Output = Result<(), Ended>>) -> Result<(), Close> {
    tokio::select! {
        biased;
        written = writing => written.map_err(|Ended| Close::Normal),
        // Begun only where the write has to wait.
        () = async { app.env.sleep(WRITE_LIMIT).await } => Err(Close::Slow),
    }
}

/// Chooses when a connection of a draining server closes.
fn spread(app: &App) -> Duration {
    let mut random = [0; 2];
    app.env.fill_random(&mut random);
    DRAIN_SPREAD
        .min(app.config.drain / 2)
        .mul_f64(f64::from(u16::from_be_bytes(random)) / 65_536.0)
}
