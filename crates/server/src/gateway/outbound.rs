//! What waits to be written to one socket: bounded, and honest when it overflows.
//!
//! Where nothing is being written, what waits goes by the transport's shortcut at once, and the connection's task sleeps
//! on.
//!
//! Replies are never dropped: a connection that does not take its replies is closed. Events are:
//! when too many wait, each chat's collapse to one "you are behind, the head is N", and the client
//! asks for what it missed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use samtale_model::{ChatId, Seq};
use smallvec::SmallVec;
use tokio::sync::Notify;

use super::transport::{Data, Shortcut};
use crate::sync::lock;

/// How many events may wait.
const MAX_EVENTS: usize = 256;
/// How many broadcasts and changed rows may wait, on channels of Supabase's kind.
const MAX_BROADCASTS: usize = 4096;
/// How many bytes of replies may wait.
const MAX_REPLY_BYTES: usize = 8 * 1024 * 1024;

/// Why the server closes a connection, by WebSocket close code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Close {
    /// The peer closed, or the transport ended.
    Normal,
    /// The server goes away: connect again.
    Draining,
    /// Frames that can't be read, again and again.
    BadFrames,
    /// The token has run out: connect again with a fresh one.
    TokenExpired,
    /// The user was erased.
    Erased,
    /// Nothing was heard for too long.
    Idle,
    /// The connection does not take its replies.
    Slow,
}

impl Close {
    /// Returns the close code: RFC 6455's, or one of 4400 to 4499 that docs/protocol.md lists.
    pub(crate) const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::Draining => 1012,
            Self::BadFrames => 4400,
            Self::TokenExpired => 4401,
            Self::Erased => 4403,
            Self::Idle => 4408,
            Self::Slow => 4413,
        }
    }

    /// Returns the close reason.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Normal => "",
            Self::Draining => "draining",
            Self::BadFrames => "bad_frame",
            Self::TokenExpired => "token_expired",
            Self::Erased => "unauthorized",
            Self::Idle => "idle",
            Self::Slow => "too_slow",
        }
    }
}

/// What is to be written next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A frame.
    Frame(Data),
    /// The chat's events were dropped; its head is at least here.
    Behind(ChatId, Seq),
}

#[derive(Debug)]
enum Waiting {
    Reply(Data),
    Event {
        chat: Option<ChatId>,
        seq: Option<Seq>,
        frame: Data,
    },
    Broadcast(Data),
    Behind(ChatId),
}

/// The queue of one connection.
pub(crate) struct Outbound {
    queue: Mutex<Queue>,
    wake: Notify,
    /// How many bytes of events may wait.
    max_event_bytes: usize,
}

#[derive(Default)]
struct Queue {
    /// Mostly none or one, which then needs no memory of its own.
    items: SmallVec<[Waiting; 1]>,
    /// The way past the connection's task.
    shortcut: Option<Arc<dyn Shortcut>>,
    /// The task has taken what waited, and is writing it.
    writing: bool,
    /// What went by the shortcut is to be flushed.
    unflushed: bool,
    /// A reply will come soon, and can take along what was added before it.
    answering: bool,
    /// Events of the user's own topic, while it is being joined.
    held: Option<Vec<Bytes>>,
    /// The chats for which a `Behind` waits, with their heads.
    behind: BTreeMap<ChatId, Seq>,
    /// The chats whose events were dropped since that was last asked: presence too, which no sync brings.
    dropped: BTreeSet<ChatId>,
    events: usize,
    event_bytes: usize,
    broadcasts: usize,
    broadcast_bytes: usize,
    reply_bytes: usize,
    close: Option<Close>,
}

impl Outbound {
    /// Makes an empty queue in which so many bytes of events may wait.
    pub(crate) fn new(max_event_bytes: usize) -> Self {
        Self {
            queue: Mutex::default(),
            wake: Notify::new(),
            max_event_bytes,
        }
    }

    /// Opens the way past the task, or closes it.
    pub(crate) fn set_shortcut(&self, shortcut: Option<Arc<dyn Shortcut>>) {
        lock(&self.queue).shortcut = shortcut;
    }

    /// Sends what waits, as far as it goes by the shortcut, and wakes the task for the rest.
    pub(crate) fn go(&self) {
        let mut queue = lock(&self.queue);
        queue.send();
        let is_left = queue.has_left();
        drop(queue);
        if is_left {
            self.wake.notify_one();
        }
    }

    /// Adds a reply or another frame that must not be lost.
    pub(crate) fn push_reply(&self, frame: Bytes) {
        let mut queue = lock(&self.queue);
        queue.answering = false;
        queue.reply_bytes += frame.len();
        if queue.reply_bytes > MAX_REPLY_BYTES {
            queue.close.get_or_insert(Close::Slow);
        } else {
            queue.items.push(Waiting::Reply(Data::Text(frame)));
        }
        drop(queue);
        self.go();
    }

    /// Says that a reply will be pushed in any case, so that what was added just before goes with it in one write.
    pub(crate) fn expect_reply(&self) {
        lock(&self.queue).answering = true;
    }

    /// Holds the events of the user's own topic back: they are to follow the reply to its joining.
    pub(crate) fn hold(&self) {
        lock(&self.queue).held.get_or_insert_default();
    }

    /// Lets the events go that were held back.
    pub(crate) fn release(&self) {
        let held = lock(&self.queue).held.take();
        for frame in held.into_iter().flatten() {
            self.push_event(None, frame);
        }
    }

    /// Adds an event of a chat, or of the user's own topic, and sends it.
    pub(crate) fn push_event(&self, chat: Option<ChatId>, frame: Bytes) {
        let mut queue = lock(&self.queue);
        match (chat, &mut queue.held) {
            (None, Some(held)) => {
                held.push(frame);
                if held.len() > MAX_EVENTS {
                    queue.close.get_or_insert(Close::Slow);
                }
            }
            _ => queue.add_event(chat, None, Data::Text(frame), self.max_event_bytes),
        }
        drop(queue);
        self.go();
    }

    /// Adds what a commit of a chat says, and sends it at once where nothing is before it. Where an
    /// [expected reply](Self::expect_reply) is to take it along, it waits for that.
    pub(crate) fn push_commit(
        &self,
        chat: ChatId,
        seq: Seq,
        frames: &[Data],
        is_own: impl FnOnce() -> bool,
    ) {
        let mut queue = lock(&self.queue);
        let with_reply = queue.answering && is_own();
        let sent = if with_reply || !queue.items.is_empty() {
            0
        } else {
            queue.send_past(frames)
        };
        for frame in &frames[sent..] {
            queue.add_event(Some(chat), Some(seq), frame.clone(), self.max_event_bytes);
        }
        let is_left = queue.has_left();
        drop(queue);
        if is_left && !with_reply {
            self.wake.notify_one();
        }
    }

    /// Adds the same for whoever has more to add, and lets all of it [`go`](Self::go) then.
    pub(crate) fn add_commit(&self, chat: ChatId, seq: Seq, frames: &[Data]) {
        let mut queue = lock(&self.queue);
        for frame in frames {
            queue.add_event(Some(chat), Some(seq), frame.clone(), self.max_event_bytes);
        }
    }

    /// Adds what a channel of Supabase's kind is told. Nothing there can be asked for again, so a connection that does
    /// not take it is closed: its client joins anew, and has what is replayed and who is present.
    pub(crate) fn push_broadcast(&self, frame: Data) {
        let mut queue = lock(&self.queue);
        queue.broadcasts += 1;
        queue.broadcast_bytes += frame.len();
        let too_large = queue.broadcasts > 1 && queue.broadcast_bytes > self.max_event_bytes;
        if queue.broadcasts > MAX_BROADCASTS || too_large {
            queue.close.get_or_insert(Close::Slow);
        } else {
            queue.items.push(Waiting::Broadcast(frame));
        }
        drop(queue);
        self.go();
    }

    /// Returns whether events of a chat were dropped since this was last asked.
    pub(crate) fn take_dropped(&self, chat: ChatId) -> bool {
        lock(&self.queue).dropped.remove(&chat)
    }

    /// Tells the connection that it misses events of a chat.
    pub(crate) fn push_behind(&self, chat: ChatId, head: Seq) {
        let mut queue = lock(&self.queue);
        if let Some(known) = queue.behind.get_mut(&chat) {
            *known = (*known).max(head);
            return;
        }
        queue.behind.insert(chat, head);
        queue.items.push(Waiting::Behind(chat));
        drop(queue);
        self.wake.notify_one();
    }

    /// Closes the connection once what waits is written; the first reason counts.
    pub(crate) fn close(&self, why: Close) {
        lock(&self.queue).close.get_or_insert(why);
        self.wake.notify_one();
    }

    /// Waits for something to write, and takes all of it; the reason to close comes with the last. Until it is
    /// [`written`](Self::written), what else comes waits.
    pub(crate) async fn take(&self) -> (Vec<Item>, Option<Close>) {
        loop {
            if let Some(taken) = self.try_take() {
                return taken;
            }
            self.wake.notified().await;
        }
    }

    /// Notes that what was taken is written.
    pub(crate) fn written(&self) {
        lock(&self.queue).writing = false;
    }

    fn try_take(&self) -> Option<(Vec<Item>, Option<Close>)> {
        let mut queue = lock(&self.queue);
        if queue.items.is_empty() && queue.close.is_none() && !queue.unflushed {
            return None;
        }
        (queue.writing, queue.unflushed) = (true, false);
        let mut behind = std::mem::take(&mut queue.behind);
        (queue.events, queue.event_bytes, queue.reply_bytes) = (0, 0, 0);
        (queue.broadcasts, queue.broadcast_bytes) = (0, 0);
        // An idle connection keeps no buffer.
        let items = std::mem::take(&mut queue.items)
            .into_iter()
            .map(|item| match item {
                Waiting::Reply(frame)
                | Waiting::Event { frame, .. }
                | Waiting::Broadcast(frame) => Item::Frame(frame),
                Waiting::Behind(chat) => {
                    Item::Behind(chat, behind.remove(&chat).unwrap_or_default())
                }
            });
        let items: Vec<Item> = items.collect();
        crate::metrics::fanned_out(items.len());
        Some((items, queue.close))
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("waiting", &lock(&self.queue).items.len())
            .finish_non_exhaustive()
    }
}

impl Waiting {
    /// Returns the frame, where it is one already.
    const fn frame(&self) -> Option<&Data> {
        match self {
            Self::Reply(frame) | Self::Event { frame, .. } | Self::Broadcast(frame) => Some(frame),
            Self::Behind(_) => None,
        }
    }
}

impl Queue {
    /// Adds an event, and drops those of its chat where they are too many.
    fn add_event(
        &mut self,
        chat: Option<ChatId>,
        seq: Option<Seq>,
        frame: Data,
        max_event_bytes: usize,
    ) {
        if let Some(chat) = chat
            && let Some(head) = self.behind.get_mut(&chat)
        {
            *head = (*head).max(seq.unwrap_or_default());
            self.dropped.insert(chat);
            return;
        }
        self.events += 1;
        self.event_bytes += frame.len();
        self.items.push(Waiting::Event { chat, seq, frame });
        if self.events > MAX_EVENTS || self.event_bytes > max_event_bytes {
            self.collapse(max_event_bytes);
        }
    }

    /// Returns whether there is something for the task to do.
    fn has_left(&self) -> bool {
        !self.items.is_empty() || self.unflushed || self.close.is_some()
    }

    /// Sends what waits by the shortcut, as far as it goes.
    fn send(&mut self) {
        while !self.items.is_empty() {
            let items = std::mem::take(&mut self.items);
            let sent = self.send_past(items.iter().map_while(Waiting::frame));
            self.items = items;
            if sent == 0 {
                break;
            }
            self.drop_first(sent);
        }
    }

    /// Sends frames by the shortcut, where the task writes nothing, and returns how many went.
    fn send_past<'a>(&mut self, frames: impl IntoIterator<Item = &'a Data>) -> usize {
        let Some(shortcut) = &self.shortcut else {
            return 0;
        };
        if self.writing || self.unflushed || self.close.is_some() {
            return 0;
        }
        let sent = shortcut.try_send(&mut frames.into_iter());
        self.unflushed = sent.unfinished;
        if sent.frames > 0 {
            crate::metrics::fanned_out(sent.frames);
        }
        sent.frames
    }

    /// Takes out the first, which are on their way.
    fn drop_first(&mut self, count: usize) {
        for item in self.items.drain(..count) {
            match item {
                Waiting::Reply(frame) => self.reply_bytes -= frame.len(),
                Waiting::Event { frame, .. } => {
                    self.events -= 1;
                    self.event_bytes -= frame.len();
                }
                Waiting::Broadcast(frame) => {
                    self.broadcasts -= 1;
                    self.broadcast_bytes -= frame.len();
                }
                Waiting::Behind(_) => {}
            }
        }
        if self.items.is_empty() && self.items.spilled() {
            // A connection at rest keeps no buffer.
            self.items = SmallVec::new();
        }
    }

    /// Drops the waiting events of chats, and puts one "behind" in the place of each chat's first.
    fn collapse(&mut self, max_event_bytes: usize) {
        let mut behind = std::mem::take(&mut self.behind);
        let items = std::mem::take(&mut self.items);
        let (mut events, mut event_bytes, mut dropped) = (0, 0, 0_u64);
        self.items = items
            .into_iter()
            .filter_map(|item| match item {
                Waiting::Event {
                    chat: Some(chat),
                    seq,
                    ..
                } => {
                    dropped += 1;
                    self.dropped.insert(chat);
                    let first = !behind.contains_key(&chat);
                    let head = behind.entry(chat).or_default();
                    *head = (*head).max(seq.unwrap_or_default());
                    first.then_some(Waiting::Behind(chat))
                }
                Waiting::Event {
                    chat: None,
                    seq,
                    frame,
                } => {
                    events += 1;
                    event_bytes += frame.len();
                    Some(Waiting::Event {
                        chat: None,
                        seq,
                        frame,
                    })
                }
                kept => Some(kept),
            })
            .collect();
        (self.behind, self.events, self.event_bytes) = (behind, events, event_bytes);
        if events > MAX_EVENTS || event_bytes > max_event_bytes {
            // What is left belongs to no chat, and nothing can be asked for again.
            self.close.get_or_insert(Close::Slow);
        }
        metrics::counter!(crate::metrics::DROPPED).increment(dropped);
        metrics::counter!(crate::metrics::BEHIND).increment(1);
    }
}

#[cfg(test)]
mod tests;
