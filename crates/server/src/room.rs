//! A room: a chat with live subscribers on this node.
//!
//! It follows the seq law itself: commits are forwarded contiguously, changes of membership take
//! effect before the commit that made them is forwarded, and a subscriber that missed something is
//! told so. A channel joins by subscribing first, then reading rows and head in one snapshot, then
//! releasing what was buffered.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use samtale_model::presence::{PresenceDiff, PresenceState};
use samtale_model::typing::Typing;
use samtale_model::{ChatId, Receipt, ReceiptSummary, Receipts, Role, Seq, UserId};
use samtale_protocol::chat::{EventForm, ReceiptsEvent, RemovedReason};
use samtale_protocol::event;
use samtale_store::{ChatCommit, MembershipChange, Visibility};
use tokio::sync::Notify;

use crate::gateway::connection::{Handle, Peer};
use crate::presence::{Presences, seen_from};
use crate::sync::lock;

mod encode;
mod heads;
mod subscriber;
mod tell;
#[cfg(test)]
mod tests;

use subscriber::{Phase, Subscriber};

pub(crate) use encode::{News, behind, event as event_frame, presence_state};

/// Above so many members presence and typing are not broadcast.
pub(crate) const MAX_LIVELY: u32 = 200;
/// How long someone who left may come back before the others are told.
const LEAVE_DELAY: Duration = Duration::from_secs(5);
/// How long an indication of typing lives.
const TYPING_TTL: Duration = Duration::from_millis(6_000);
/// How often receipts are told, at the most.
const RECEIPTS_EVERY: Duration = Duration::from_secs(1);
/// How many commits a joining channel buffers.
const MAX_BUFFERED: usize = 256;

/// Connections, each with what it is to be told.
pub(crate) type Told = Vec<(Arc<Peer>, Arc<News>)>;

/// A chat with live subscribers on this node.
#[derive(Debug)]
pub(crate) struct Room {
    chat: ChatId,
    topic: String,
    state: Mutex<State>,
    /// How many commits the room has seen.
    changes: AtomicU64,
    /// Wakes who waits for a change, in the order in which they came (a `watch` wakes in a random one).
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    head: Option<Seq>,
    members: u32,
    subscribers: Vec<Subscriber>,
    /// Connections of members that have not joined the chat: they get its heads on their user's topic.
    listeners: Vec<heads::Listener>,
    /// How many requests wait for a change.
    waiting: usize,
    typing: Typing,
    /// Receipts to be told, and when they last were.
    receipts: BTreeMap<UserId, Receipt>,
    /// The same of those who read along: to be told to their own devices alone.
    own_receipts: BTreeMap<UserId, Receipt>,
    receipts_told: Option<Duration>,
    /// Who is shown as present, as last told.
    shown: PresenceState,
    /// Who was shown otherwise, or first, to one who joined since the others were told.
    ahead: PresenceState,
    /// Who has no channel any more, and since when.
    leaving: BTreeMap<UserId, Duration>,
}

/// What a snapshot tells a room of its subscriber.
pub(crate) struct Seat {
    /// What the subscriber may see.
    pub(crate) visibility: Visibility,
    /// What they are here.
    pub(crate) role: Role,
    /// The head of the snapshot.
    pub(crate) head: Seq,
    /// How many are in the chat.
    pub(crate) members: u32,
}

impl Room {
    pub(crate) fn new(chat: ChatId) -> Self {
        Self {
            chat,
            topic: format!("chat:{chat}"),
            state: Mutex::default(),
            changes: AtomicU64::new(0),
            changed: Notify::new(),
        }
    }

    /// Subscribes a connection; its commits wait until [`Self::release`].
    pub(crate) fn subscribe(&self, handle: Arc<Handle>, form: EventForm) {
        let mut state = lock(&self.state);
        state.listeners.retain(|l| l.handle.id != handle.id);
        state
            .subscribers
            .retain(|subscriber| subscriber.handle.id != handle.id);
        state.subscribers.push(Subscriber {
            peer: Arc::clone(handle.peer()),
            handle,
            form,
            // The least, until the snapshot says.
            role: Role::Observer,
            visibility: Visibility::default(),
            since: Seq::ZERO,
            phase: Phase::buffering(),
        });
    }

    /// Lets a subscriber's commits wait again while it syncs after a reset; tells whether it is subscribed.
    pub(crate) fn rebuffer(&self, connection: u64) -> bool {
        let mut state = lock(&self.state);
        let Some(subscriber) = state
            .subscribers
            .iter_mut()
            .find(|s| s.handle.id == connection)
        else {
            return false;
        };
        if matches!(subscriber.phase, Phase::Stale) {
            subscriber.phase = Phase::buffering();
        }
        true
    }

    /// Sends the snapshot's reply, then what was committed after it, and makes the subscriber live. One whose user has
    /// left since the snapshot is told so and taken out, which is returned.
    pub(crate) fn release(
        &self,
        connection: u64,
        seat: Seat,
        reply: Bytes,
        presences: &Presences,
    ) -> bool {
        let mut state = lock(&self.state);
        if state.head.is_none_or(|head| seat.head >= head) {
            state.members = seat.members;
        }
        let here = (state.members <= MAX_LIVELY).then(|| {
            let mut here = state.shown.clone();
            here.extend(state.target(self.chat, presences));
            here
        });
        let head = state.head.unwrap_or_default().max(seat.head);
        let Some(at) = state.place_of(connection) else {
            return false;
        };
        let subscriber = &mut state.subscribers[at];
        subscriber.visibility = seat.visibility;
        subscriber.role = seat.role;
        subscriber.since = seat.head;
        subscriber.handle.outbound.push_reply(reply);
        if let Some((left, reason)) = subscriber.left()
            && left > seat.head
        {
            state.subscribers.remove(at).put_out(self, reason);
            return true;
        }
        if matches!(
            subscriber.phase,
            Phase::Stale | Phase::Buffering { reset: true, .. }
        ) {
            subscriber.make_stale(self);
            return false;
        }
        let mut told = PresenceState::new();
        let was = std::mem::replace(&mut subscriber.phase, Phase::Live);
        // A sync brings what was dropped of the commits, but not who is here.
        let dropped = subscriber.handle.outbound.take_dropped(self.chat);
        let here = here.filter(|_| dropped || matches!(was, Phase::Buffering { .. }));
        if let Phase::Buffering {
            commits,
            overflowed,
            ..
        } = was
        {
            if overflowed {
                subscriber.handle.outbound.push_behind(self.chat, head);
            } else {
                for commit in commits
                    .iter()
                    .filter(|commit| commit.envelope.seq > seat.head)
                {
                    subscriber.note_role(commit);
                    let mut cache = encode::Cache::new(self, commit);
                    subscriber
                        .peer
                        .tell(&subscriber.news(self, commit, &mut cache));
                }
            }
        }
        if let Some(mut here) = here {
            let me = &subscriber.handle.user;
            if let Some(presence) = presences.get(me) {
                here.insert(me.clone(), seen_from(self.chat, presence));
            }
            let frame = presence_state(&self.topic, &here, subscriber.handle.version);
            subscriber
                .handle
                .outbound
                .push_event(Some(self.chat), frame);
            told = here;
        }
        for (user, presence) in told {
            if state.shown.get(&user) != Some(&presence) {
                state.ahead.insert(user, presence);
            }
        }
        false
    }

    /// Ends the waiting of a subscriber whose snapshot could not be read after a reset: it is still to sync, unless its
    /// user has left meanwhile: then it is told so and taken out, which is returned.
    pub(crate) fn fail(&self, connection: u64) -> bool {
        let mut state = lock(&self.state);
        let Some(at) = state.place_of(connection) else {
            return false;
        };
        if let Some((left, reason)) = state.subscribers[at].left()
            && left > state.subscribers[at].since
        {
            state.subscribers.remove(at).put_out(self, reason);
            return true;
        }
        if matches!(state.subscribers[at].phase, Phase::Buffering { .. }) {
            state.subscribers[at].phase = Phase::Stale;
        }
        false
    }

    /// Tells a connection when those were last seen who are not here.
    pub(crate) fn tell_absent(&self, handle: &Handle, absent: PresenceState) {
        if !absent.is_empty() {
            let diff = encode::diff_event(&PresenceDiff {
                joins: PresenceState::new(),
                leaves: absent,
            });
            let frame = encode::event(&self.topic, event::PRESENCE_DIFF, &diff, handle.version);
            handle.outbound.push_event(Some(self.chat), frame);
        }
    }

    /// Unsubscribes a connection, and returns whether it was subscribed.
    pub(crate) fn unsubscribe(&self, connection: u64, now: Duration) -> bool {
        let mut state = lock(&self.state);
        let Some(at) = state.place_of(connection) else {
            return false;
        };
        let gone = state.subscribers.remove(at);
        let user = &gone.handle.user;
        if !state.subscribers.iter().any(|s| s.handle.user == *user) {
            if state.shown.contains_key(user) {
                state.leaving.insert(user.clone(), now);
            }
            if state.typing.stop(user) {
                state.broadcast_typing(self, user, Duration::ZERO);
            }
        }
        true
    }

    /// Returns a subscriber's role, where the connection is subscribed and has its snapshot.
    pub(crate) fn role_of(&self, connection: u64) -> Option<Role> {
        let state = lock(&self.state);
        let subscriber = state
            .subscribers
            .iter()
            .find(|s| s.handle.id == connection)?;
        (!matches!(subscriber.phase, Phase::Buffering { .. })).then_some(subscriber.role)
    }

    /// Counts a request that waits for a change.
    pub(crate) fn begin_wait(&self) {
        lock(&self.state).waiting += 1;
    }

    /// Returns how many commits the room has seen.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Waits until the room has seen more commits than `seen`.
    pub(crate) async fn changed_since(&self, seen: u64) {
        loop {
            // It hears of every change from here on, also before it is waited for.
            let changed = self.changed.notified();
            if self.changes() > seen {
                return;
            }
            changed.await;
        }
    }

    /// Ends such a wait.
    pub(crate) fn end_wait(&self) {
        lock(&self.state).waiting -= 1;
    }

    /// Returns whether nobody needs the room.
    pub(crate) fn is_empty(&self) -> bool {
        let state = lock(&self.state);
        state.subscribers.is_empty()
            && state.listeners.is_empty()
            && state.waiting == 0
            && state.leaving.is_empty()
            && state.typing.users().len() == 0
    }

    /// Decides who is told of a commit, and returns the connections whose user is out. The caller tells those that are added
    /// to `told`, once the room is no longer held.
    pub(crate) fn commit(&self, commit: &Arc<ChatCommit>, told: &mut Told) -> Vec<Arc<Handle>> {
        let mut state = lock(&self.state);
        let seq = commit.envelope.seq;
        if state.head.is_some_and(|head| seq <= head) {
            return Vec::new();
        }
        let gap = state.head.is_some_and(|head| !seq.follows(head));
        state.head = Some(seq);
        state.members = commit.members;
        let removed = state.apply_membership(self, commit);
        if !commit.envelope.rows.participants.is_empty() {
            for subscriber in &mut state.subscribers {
                subscriber.note_role(commit);
            }
        }
        if let Some(actor) = &commit.actor
            && commit
                .envelope
                .rows
                .messages
                .iter()
                .any(|m| m.created_seq == seq)
        {
            state.typing.stop(actor);
        }
        let mut cache = encode::Cache::new(self, commit);
        for subscriber in &mut state.subscribers {
            match &mut subscriber.phase {
                Phase::Live if gap => subscriber.handle.outbound.push_behind(self.chat, seq),
                Phase::Live => {
                    let news = subscriber.news(self, commit, &mut cache);
                    told.push((Arc::clone(&subscriber.peer), news));
                }
                Phase::Buffering {
                    commits,
                    overflowed,
                    ..
                } if commits.len() == MAX_BUFFERED => {
                    commits.clear();
                    *overflowed = true;
                }
                Phase::Buffering { commits, .. } => commits.push(Arc::clone(commit)),
                Phase::Stale => {}
            }
        }
        state.tell_heads(&cache, seq);
        drop(state);
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.changed.notify_waiters();
        removed
    }

    /// Takes a receipt, to be told with others within a second: to all, if it counts, else to its own user.
    pub(crate) fn receipt(&self, receipt: Receipt, counts: bool) {
        let mut state = lock(&self.state);
        let to_be_told = if counts {
            &mut state.receipts
        } else {
            &mut state.own_receipts
        };
        to_be_told.insert(receipt.user_id.clone(), receipt);
    }

    /// Takes an indication of typing, and tells the others.
    pub(crate) fn typing(&self, user: &UserId, on: bool, now: Duration) {
        let mut state = lock(&self.state);
        if state.members > MAX_LIVELY {
            return;
        }
        let ttl = if on { TYPING_TTL } else { Duration::ZERO };
        let changed = state.typing.on_indication(millis(now), user, millis(ttl));
        if on || changed {
            state.broadcast_typing(self, user, ttl);
        }
    }

    /// Learns how many are in the chat, from a caller without a channel.
    pub(crate) fn note_members(&self, members: u32) {
        lock(&self.state).members = members;
    }

    /// Returns who writes now.
    pub(crate) fn typing_users(&self, now: Duration) -> Vec<UserId> {
        let mut state = lock(&self.state);
        state.typing.expire(millis(now));
        state.typing.users().cloned().collect()
    }

    /// Tells what has gathered: presence, receipts, ended typing.
    pub(crate) fn tick(&self, now: Duration, presences: &Presences) -> Tick {
        let mut state = lock(&self.state);
        state.typing.expire(millis(now));
        if state.members <= MAX_LIVELY {
            state.tell_presence(self, now, presences);
        } else {
            state.leaving.clear();
        }
        let mut summary_for = None;
        let due = state
            .receipts_told
            .is_none_or(|told| now >= told + RECEIPTS_EVERY);
        if due && !state.own_receipts.is_empty() {
            state.receipts_told = Some(now);
            let own = std::mem::take(&mut state.own_receipts);
            state.tell_receipts_to_their_own(self, own);
        }
        if due && !state.receipts.is_empty() {
            state.receipts_told = Some(now);
            if usize::try_from(state.members).is_ok_and(|members| members > Receipts::MAX_LISTED) {
                summary_for = state.subscribers.first().map(|s| s.handle.user.clone());
                let all = std::mem::take(&mut state.receipts);
                state.tell_receipts_to_their_own(self, all);
            } else {
                state.tell_receipts(self);
            }
        }
        let again = !state.leaving.is_empty()
            || !state.receipts.is_empty()
            || !state.own_receipts.is_empty()
            || state.typing.users().len() > 0;
        Tick { again, summary_for }
    }

    /// Tells how far all have come, in a chat too large to list everyone's receipts.
    pub(crate) fn tell_summary(&self, summary: ReceiptSummary) {
        let event = ReceiptsEvent {
            receipts: Vec::new(),
            summary: Some(summary),
        };
        lock(&self.state).broadcast(self, event::RECEIPTS, &event, None);
    }
}

/// What a tick leaves to be done.
pub(crate) struct Tick {
    /// Whether the room wants another tick.
    pub(crate) again: bool,
    /// Someone in whose name the receipts of a large chat can be read, where they moved.
    pub(crate) summary_for: Option<UserId>,
}

impl State {
    /// Returns where a connection stands among the subscribers.
    fn place_of(&self, connection: u64) -> Option<usize> {
        self.subscribers
            .iter()
            .position(|s| s.handle.id == connection)
    }

    /// Takes out who left, and resets who sees otherwise, before the commit is forwarded.
    fn apply_membership(&mut self, room: &Room, commit: &ChatCommit) -> Vec<Arc<Handle>> {
        let mut removed = Vec::new();
        for change in &commit.membership {
            match change {
                MembershipChange::Left {
                    user,
                    by_themselves,
                } => {
                    let reason = if *by_themselves {
                        RemovedReason::Left
                    } else {
                        RemovedReason::Removed
                    };
                    let seq = commit.envelope.seq;
                    let theirs = |s: &mut Subscriber| s.handle.user == *user;
                    for gone in self
                        .subscribers
                        .extract_if(.., |s| theirs(s) && s.leaves(seq, reason))
                    {
                        removed.push(gone.put_out(room, reason));
                    }
                    self.drop_listeners(user, seq);
                    self.typing.stop(user);
                    self.receipts.remove(user);
                    self.own_receipts.remove(user);
                    self.leaving.insert(user.clone(), Duration::ZERO);
                }
                MembershipChange::Reset(user) => {
                    for subscriber in self
                        .subscribers
                        .iter_mut()
                        .filter(|s| s.handle.user == *user)
                    {
                        match &mut subscriber.phase {
                            Phase::Buffering { reset, .. } => *reset = true,
                            Phase::Live | Phase::Stale => subscriber.make_stale(room),
                        }
                    }
                }
                MembershipChange::Joined(_) | MembershipChange::Role(_) => {}
            }
        }
        removed
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
