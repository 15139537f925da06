//! Who listens to what on this node, and the way of a commit from the store to them.
//!
//! The store hands its commits over in commit order. Each chat's and each user's commits are
//! forwarded by one of a few dispatchers, always the same, so that their order is kept and the
//! store's writer never waits for a socket. What may gather (presence, receipts, last seen) is told
//! by a ticker, which rests while there is nothing to tell.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use samtale_model::{ChatId, Presence, Seq, UserId};
use samtale_protocol::event;
use samtale_protocol::user::PrivateEnvelope;
use samtale_store::{ChatCommit, Commit, CommitSink, Env, MembershipChange, PrivateCommit, Store};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::gateway::connection::Handle;
use crate::gateway::outbound::Close;
use crate::presence::{Presences, Source};
use crate::realtime::Channels;
use crate::room::{Room, Told, event_frame};
use crate::sync::lock;

/// How many dispatchers forward commits.
const DISPATCHERS: usize = 4;
/// How many commits are forwarded before what they say goes out.
const TOGETHER: usize = 64;
/// How often gathered changes are told.
const TICK: Duration = Duration::from_millis(250);
/// How often it is noted who is here, for "last seen".
const SEEN_EVERY: Duration = Duration::from_secs(15);

/// The rooms and the users of this node.
pub(crate) struct Hub {
    env: Arc<dyn Env>,
    lineage: samtale_model::Lineage,
    rooms: Mutex<HashMap<ChatId, Arc<Room>>>,
    users: Mutex<HashMap<UserId, Vec<Arc<Handle>>>>,
    presences: Presences,
    /// The channels of Supabase's kind.
    channels: Channels,
    /// The rooms that have something to tell at the next tick.
    dirty: Mutex<BTreeSet<ChatId>>,
    /// Wakes the ticker.
    marked: Arc<Notify>,
    dispatchers: Vec<mpsc::UnboundedSender<Commit>>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub")
            .field("rooms", &lock(&self.rooms).len())
            .finish_non_exhaustive()
    }
}

impl Hub {
    /// Makes the hub of a store, takes its commits from now on, and begins to forward them.
    pub(crate) fn start(
        env: &Arc<dyn Env>,
        store: &Arc<dyn Store>,
        lease: Duration,
        stop: &CancellationToken,
    ) -> Arc<Self> {
        let (dispatchers, queues): (Vec<_>, Vec<_>) =
            (0..DISPATCHERS).map(|_| mpsc::unbounded_channel()).unzip();
        let hub = Arc::new(Self {
            env: Arc::clone(env),
            lineage: store.lineage().clone(),
            rooms: Mutex::default(),
            users: Mutex::default(),
            presences: Presences::new(lease),
            channels: Channels::new(env, store),
            dirty: Mutex::default(),
            marked: Arc::default(),
            dispatchers,
        });
        for mut queue in queues {
            let hub = Arc::downgrade(&hub);
            env.spawn(Box::pin(async move {
                let mut commits = Vec::new();
                while queue.recv_many(&mut commits, TOGETHER).await > 0 {
                    let Some(hub) = Weak::upgrade(&hub) else {
                        return;
                    };
                    hub.dispatch_all(commits.drain(..));
                }
            }));
        }
        env.spawn(Box::pin(tick(
            Arc::downgrade(&hub),
            Arc::clone(&hub.marked),
            Arc::clone(store),
            Arc::clone(env),
            stop.clone(),
        )));
        store.set_sink(Arc::clone(&hub) as Arc<dyn CommitSink>);
        hub
    }

    /// Returns the channels of Supabase's kind.
    pub(crate) const fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Returns a chat's room, where anyone on this node needs it.
    pub(crate) fn live_room(&self, chat: ChatId) -> Option<Arc<Room>> {
        lock(&self.rooms).get(&chat).cloned()
    }

    /// Calls `act` on a chat's room while it can't be dropped for being empty.
    fn with_room<T>(&self, chat: ChatId, act: impl FnOnce(&Arc<Room>) -> T) -> T {
        let mut rooms = lock(&self.rooms);
        act(rooms
            .entry(chat)
            .or_insert_with(|| Arc::new(Room::new(chat))))
    }

    fn drop_if_empty(&self, chat: ChatId) {
        let mut rooms = lock(&self.rooms);
        if rooms.get(&chat).is_some_and(|room| room.is_empty()) {
            rooms.remove(&chat);
        }
    }

    /// Subscribes a connection to a chat; commits wait until the room releases them.
    pub(crate) fn subscribe(
        &self,
        chat: ChatId,
        handle: &Arc<Handle>,
        form: samtale_protocol::chat::EventForm,
    ) -> Arc<Room> {
        let room = self.with_room(chat, |room| {
            room.subscribe(Arc::clone(handle), form);
            Arc::clone(room)
        });
        self.presences.enter(&handle.user, chat);
        room
    }

    /// Unsubscribes a connection from a chat.
    pub(crate) fn unsubscribe(&self, chat: ChatId, handle: &Handle) {
        let Some(room) = self.live_room(chat) else {
            return;
        };
        if room.unsubscribe(handle.id, self.env.monotonic()) {
            self.presences.exit(&handle.user, chat);
            self.mark(chat);
        }
        self.drop_if_empty(chat);
    }

    /// Makes a joined channel live; see [`Room::release`].
    pub(crate) fn release(
        &self,
        room: &Room,
        chat: ChatId,
        handle: &Handle,
        seat: crate::room::Seat,
        reply: bytes::Bytes,
    ) -> bool {
        let out = room.release(handle.id, seat, reply, &self.presences);
        self.note_released(chat, handle, out);
        out
    }

    /// Takes back a channel's waiting for its snapshot; see [`Room::fail`].
    pub(crate) fn fail(&self, room: &Room, chat: ChatId, handle: &Handle) {
        let out = room.fail(handle.id);
        self.note_released(chat, handle, out);
    }

    fn note_released(&self, chat: ChatId, handle: &Handle, out: bool) {
        if out {
            self.presences.exit(&handle.user, chat);
        }
        self.mark(chat);
    }

    /// Adds a connection to its user's topic: from here on it gets private commits.
    pub(crate) fn attach_user(&self, handle: &Arc<Handle>) {
        let mut users = lock(&self.users);
        let handles = users.entry(handle.user.clone()).or_default();
        if !handles.iter().any(|known| known.id == handle.id) {
            handles.push(Arc::clone(handle));
        }
    }

    /// Drops a connection from its user's topic and from the chats it listens to.
    pub(crate) fn leave_user(&self, handle: &Handle) {
        let mut users = lock(&self.users);
        if let Some(handles) = users.get_mut(&handle.user) {
            handles.retain(|known| known.id != handle.id);
            if handles.is_empty() {
                users.remove(&handle.user);
            }
        }
        drop(users);
        for chat in handle.take_listening() {
            self.unlisten(chat, handle);
        }
    }

    /// Makes a connection get a chat's heads, from after a commit at which its user was a member.
    pub(crate) fn listen_heads(&self, chat: ChatId, handle: &Arc<Handle>, since: Seq) {
        handle.note_listening(chat);
        if !self.with_room(chat, |room| room.listen(handle, since)) {
            self.drop_if_empty(chat);
        }
    }

    /// Lets those listen to a chat's heads who come into it, and notes who leaves it. It goes before the room, which may
    /// be made by it; in the chat's own order, so that who comes hears nothing that was said before.
    fn note_membership(&self, commit: &ChatCommit) {
        let (chat, seq) = (commit.envelope.chat, commit.envelope.seq);
        if commit.membership.is_empty() {
            return;
        }
        // Held on to, so that a connection which leaves its user's topic meanwhile stops listening after this.
        let users = lock(&self.users);
        for change in &commit.membership {
            match change {
                MembershipChange::Joined(user) => {
                    for handle in users.get(user).into_iter().flatten() {
                        self.listen_heads(chat, handle, seq);
                    }
                }
                MembershipChange::Left { user, .. } => {
                    for handle in users.get(user).into_iter().flatten() {
                        handle.note_left(chat, seq);
                    }
                }
                MembershipChange::Role(_) | MembershipChange::Reset(_) => {}
            }
        }
    }

    fn unlisten(&self, chat: ChatId, handle: &Handle) {
        if let Some(room) = self.live_room(chat) {
            room.unlisten(handle.id);
            self.drop_if_empty(chat);
        }
    }

    /// Begins to listen for a change of a chat.
    pub(crate) fn listen(self: &Arc<Self>, chat: ChatId) -> Listening {
        let room = self.with_room(chat, |room| {
            room.begin_wait();
            Arc::clone(room)
        });
        let seen = room.changes();
        Listening {
            hub: Arc::clone(self),
            room,
            chat,
            seen,
        }
    }

    /// Takes how a user is present, by one source.
    pub(crate) fn set_presence(&self, user: &UserId, source: Source, presence: Presence) {
        self.mark_all(
            self.presences
                .set(user, source, presence, self.env.monotonic()),
        );
    }

    /// Ends a source of a user's presence.
    pub(crate) fn end_presence(&self, user: &UserId, source: Source) {
        self.mark_all(self.presences.end(user, source));
    }

    /// Returns how a user is present on this node.
    pub(crate) fn presence(&self, user: &UserId) -> Option<Presence> {
        self.presences.get(user)
    }

    /// Says that someone writes in a chat, or has stopped. It shows to who is there and to who asks.
    pub(crate) fn typing(&self, chat: ChatId, user: &UserId, on: bool, members: u32) {
        let now = self.env.monotonic();
        self.with_room(chat, |room| {
            room.note_members(members);
            room.typing(user, on, now);
        });
        self.mark(chat);
    }

    /// Returns who writes in a chat.
    pub(crate) fn typing_in(&self, chat: ChatId) -> Vec<UserId> {
        self.live_room(chat)
            .map(|room| room.typing_users(self.env.monotonic()))
            .unwrap_or_default()
    }

    /// Has a room ticked.
    pub(crate) fn mark(&self, chat: ChatId) {
        lock(&self.dirty).insert(chat);
        self.marked.notify_one();
    }

    fn mark_all(&self, chats: Vec<ChatId>) {
        if !chats.is_empty() {
            lock(&self.dirty).extend(chats);
            self.marked.notify_one();
        }
    }

    /// Forwards commits. No room is held while sockets are written to, and what several commits of a chat say to one
    /// connection goes in one write.
    fn dispatch_all(&self, commits: impl Iterator<Item = Commit>) {
        let mut told = Told::new();
        let mut last = None;
        for commit in commits {
            // What is told in other ways must not overtake what was committed before it.
            let chat = match &commit {
                Commit::Chat(commit) if commit.membership.is_empty() => Some(commit.envelope.chat),
                _ => None,
            };
            if chat.is_none() || chat != last {
                tell(&mut told);
            }
            last = chat;
            self.dispatch(commit, &mut told);
        }
        tell(&mut told);
    }

    fn dispatch(&self, commit: Commit, told: &mut Told) {
        match commit {
            Commit::Chat(commit) => {
                let chat = commit.envelope.chat;
                self.note_membership(&commit);
                self.channels.commit(&commit);
                let Some(room) = self.live_room(chat) else {
                    return;
                };
                for handle in room.commit(&commit, told) {
                    self.presences.exit(&handle.user, chat);
                }
                if !commit.membership.is_empty() {
                    self.mark(chat);
                }
            }
            Commit::Private(commit) => self.dispatch_private(&commit),
            Commit::Receipt {
                chat,
                receipt,
                counts,
            } => {
                if let Some(room) = self.live_room(chat) {
                    room.receipt(receipt, counts);
                    self.mark(chat);
                }
            }
            Commit::User(commit) => self.channels.user(&commit),
            Commit::Erased(user) => {
                self.channels.erase(&user);
                let handles = lock(&self.users).get(&user).cloned();
                for handle in handles.into_iter().flatten() {
                    handle.outbound.close(Close::Erased);
                }
            }
        }
    }

    fn dispatch_private(&self, commit: &PrivateCommit) {
        let handles = lock(&self.users)
            .get(&commit.user)
            .cloned()
            .unwrap_or_default();
        let topic = format!("user:{}", commit.user);
        for handle in handles {
            let payload = PrivateEnvelope {
                epoch: self.lineage.clone(),
                seq: commit.seq,
                rows: commit.rows.clone(),
            };
            let frame = event_frame(&topic, event::ENVELOPE, &payload, handle.version);
            handle.outbound.push_event(None, frame);
        }
    }

    /// Ticks the rooms that have something to tell.
    fn tick_rooms(&self) -> Ticked {
        let now = self.env.monotonic();
        let rooms = lock(&self.rooms).len();
        metrics::gauge!(crate::metrics::ROOMS).set(u32::try_from(rooms).unwrap_or(u32::MAX));
        let leases = self.presences.expire_leases(now);
        self.mark_all(leases.expired_in);
        let mut summaries = Vec::new();
        let dirty = std::mem::take(&mut *lock(&self.dirty));
        for chat in dirty {
            let Some(room) = self.live_room(chat) else {
                continue;
            };
            let tick = room.tick(now, &self.presences);
            if tick.again {
                self.mark(chat);
            }
            if let Some(user) = tick.summary_for {
                summaries.push((Arc::clone(&room), chat, user));
            }
            drop(room);
            self.drop_if_empty(chat);
        }
        Ticked {
            summaries,
            again: leases.left || !lock(&self.dirty).is_empty(),
        }
    }
}

/// Tells connections of the commits of one chat.
fn tell(told: &mut Told) {
    let (Some((_, first)), Some((_, last))) = (told.first(), told.last()) else {
        return;
    };
    if first.seq == last.seq {
        for (peer, news) in told.drain(..) {
            peer.tell(&news);
        }
    } else {
        for (peer, news) in &*told {
            peer.add(news);
        }
        for (peer, _) in told.drain(..) {
            peer.outbound.go();
        }
    }
}

/// What a tick leaves to be done.
struct Ticked {
    /// The rooms whose receipts are to be summed up, with someone in whose name they can be read.
    summaries: Vec<(Arc<Room>, ChatId, UserId)>,
    /// Whether the next tick is wanted at its time.
    again: bool,
}

impl CommitSink for Hub {
    fn committed(&self, commit: Commit) {
        let key = match &commit {
            Commit::Chat(commit) => shard(commit.envelope.chat.as_bytes()),
            Commit::Receipt { chat, .. } => shard(chat.as_bytes()),
            Commit::Private(commit) => shard(commit.user.as_str().as_bytes()),
            Commit::User(commit) => shard(commit.profile.user.as_str().as_bytes()),
            Commit::Erased(user) => shard(user.as_str().as_bytes()),
        };
        // The dispatchers live as long as the hub; without them there is nobody to tell.
        let _ = self.dispatchers[key].send(commit);
    }
}

/// Chooses the dispatcher of a chat or user: FNV-1a (RFC 9923), so that the choice is the same in every run.
fn shard(bytes: &[u8]) -> usize {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    usize::try_from(hash % DISPATCHERS as u64).unwrap_or(0)
}

async fn tick(
    hub: Weak<Hub>,
    marked: Arc<Notify>,
    store: Arc<dyn Store>,
    env: Arc<dyn Env>,
    stop: CancellationToken,
) {
    let mut seen_at = env.monotonic();
    let mut resting = true;
    loop {
        if resting {
            let rest = (seen_at + SEEN_EVERY).saturating_sub(env.monotonic());
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = marked.notified() => {}
                () = env.sleep(rest) => {}
            }
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = env.sleep(TICK) => {}
        }
        let Some(hub) = hub.upgrade() else { return };
        let ticked = hub.tick_rooms();
        resting = !ticked.again;
        for (room, chat, user) in ticked.summaries {
            match store.receipts(&user, chat).await {
                Ok(receipts) => room.tell_summary(receipts.summary.unwrap_or_default()),
                Err(error) => tracing::warn!(%error, "receipts could not be read"),
            }
        }
        if env.monotonic() >= seen_at + SEEN_EVERY {
            seen_at = env.monotonic();
            let seen = hub.presences.last_seen(env.unix());
            if !seen.is_empty()
                && let Err(error) = store.note_seen(seen).await
            {
                tracing::warn!(%error, "last seen could not be kept");
            }
        }
    }
}

/// A wait for a change of a chat, from before the chat is read.
pub(crate) struct Listening {
    hub: Arc<Hub>,
    room: Arc<Room>,
    chat: ChatId,
    seen: u64,
}

impl Listening {
    /// Waits until something was committed since the listening began.
    pub(crate) async fn wait(&self) {
        self.room.changed_since(self.seen).await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.room.end_wait();
        self.hub.drop_if_empty(self.chat);
    }
}
