//! The outbox: what a person did and the server does not have yet.
//!
//! - Each chat has a queue, in the order things were done. One request is in flight per chat, so a
//!   wedged head holds up its own chat and no other.
//! - An op is *attempted* from the moment it is chosen for a request; that is stored before the
//!   frame leaves. An unattempted op can still be changed: an edit folds into an unsent message, a
//!   deletion swallows it, a reaction taken back leaves nothing. An attempted one may have reached
//!   the server, so it is sent again as it was, under the same id, until it is answered.
//! - A refusal that nothing will change takes the op out of the queue. Sends, edits and deletions
//!   are *parked*, to be retried (at the tail, under the same id) or given up; others are dropped.
//! - What has waited longer than a day is parked as *expired* rather than sent unasked.
//!
//! This module is the book-keeping; `engine/sending.rs` sends.

use serde::{Deserialize, Serialize};

use samtale_model::flat::{Map, Set};
use samtale_model::{Body, ChatId, Message, MessageId, Op, OpId, Seq, UnixMillis, UserId};
use samtale_protocol::ErrorCode;

use crate::order::sorted;
use crate::{CommandError, Monotonic};

/// Where an op stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Stage {
    /// In its chat's queue.
    #[default]
    Queued,
    /// Parked: refused for good.
    Failed(ErrorCode),
    /// Parked: it waited too long.
    Expired,
}

/// An op and its history; this is what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Queued {
    pub(crate) chat: ChatId,
    pub(crate) op: Op,
    /// Its place among all ops: the greater, the later.
    pub(crate) order: u64,
    /// When the person did it.
    pub(crate) queued_at: UnixMillis,
    /// Since when it waits: a retry by hand begins anew.
    pub(crate) waits_since: UnixMillis,
    /// Whether it may have reached the server.
    pub(crate) attempted: bool,
    pub(crate) stage: Stage,
    /// Its own bound on refusals, in the place of the configured one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_retries: Option<u32>,
    /// Whether it is never stored, and goes without.
    #[serde(skip)]
    pub(crate) volatile: bool,
    /// How often it was sent.
    #[serde(skip)]
    pub(crate) attempts: u32,
    /// How often the server could not take it.
    #[serde(skip)]
    pub(crate) refusals: u32,
    /// Its size in the bound on bytes.
    #[serde(skip)]
    pub(crate) bytes: usize,
    /// Whether it was told that it survives a closed program.
    #[serde(skip)]
    pub(crate) kept: bool,
}

/// The ops of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flight {
    /// Its number: an answer is to this request, and never to one that came after it.
    pub(crate) number: u64,
    pub(crate) ops: Vec<OpId>,
    /// The batch of writes that must be kept before the frame leaves; none once it has left.
    pub(crate) keeping: Option<u64>,
    /// When it left.
    pub(crate) sent: Option<Monotonic>,
}

/// What is special about an op.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Terms {
    /// Its own bound on refusals.
    pub(crate) max_retries: Option<u32>,
    /// Whether it is never stored.
    pub(crate) volatile: bool,
}

/// What became of a new op.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folded {
    /// It stands in the queue under this id.
    Queued(OpId),
    /// It changed the op of this id.
    Into(OpId),
    /// It and the unsent message, or the opposite reaction, are gone.
    Gone,
}

/// The bounds of an outbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) ops: usize,
    pub(crate) bytes: usize,
}

/// The outbox.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) ops: Map<OpId, Queued>,
    queues: Map<ChatId, Map<u64, OpId>>,
    parked: Map<u64, OpId>,
    by_message: Map<MessageId, Map<u64, OpId>>,
    sends: Map<ChatId, Map<u64, MessageId>>,
    pub(crate) flights: Map<ChatId, Flight>,
    /// How many requests there have been.
    pub(crate) flown: u64,
    /// Chats whose last request was refused as a whole: one op at a time finds out which spoils it.
    pub(crate) single: Set<ChatId>,
    pub(crate) bytes: usize,
    next_order: u64,
    /// Ops to be stored or, where gone, deleted.
    pub(crate) touched: Set<OpId>,
    /// Messages shown differently, by chat.
    pub(crate) shown: Map<ChatId, Set<MessageId>>,
    /// Ops that are gone without an answer.
    pub(crate) cancelled: Vec<(ChatId, OpId)>,
}

/// Returns the message that an op is about.
pub(crate) const fn subject(op: &Op) -> Option<MessageId> {
    match op {
        Op::Send { id, .. } => Some(*id),
        Op::Edit { message_id, .. }
        | Op::Delete { message_id, .. }
        | Op::React { message_id, .. } => Some(*message_id),
        _ => None,
    }
}

fn size(op: &Op) -> usize {
    // The frame's JSON, near enough: ids and names, and the text.
    200 + match op {
        Op::Send { content, .. } | Op::Edit { content, .. } => content.as_str().len(),
        _ => 0,
    }
}

impl Outbox {
    /// Makes an outbox whose ops are numbered by the time they are made at. So what is done before the last run's are read
    /// has its place behind them already, even when it is stored and the program ends before that; and what another tab
    /// left finds its place among this one's.
    pub(crate) fn new(now: UnixMillis) -> Self {
        Self {
            next_order: u64::try_from(now.0).unwrap_or(0),
            ..Self::default()
        }
    }

    /// Puts an op at the tail of its chat's queue.
    fn push(&mut self, chat: ChatId, op: Op, at: UnixMillis, terms: Terms) -> OpId {
        let id = op.id();
        let order = self.next_order.max(u64::try_from(at.0).unwrap_or(0));
        let queued = Queued {
            chat,
            order,
            queued_at: at,
            waits_since: at,
            attempted: false,
            stage: Stage::Queued,
            max_retries: terms.max_retries,
            volatile: terms.volatile,
            attempts: 0,
            refusals: 0,
            bytes: size(&op),
            kept: false,
            op,
        };
        self.next_order = order.saturating_add(1);
        self.insert(queued);
        self.touch(id);
        id
    }

    /// Has an op stored, if it ever is.
    pub(crate) fn touch(&mut self, id: OpId) {
        if self.ops.get(&id).is_none_or(|queued| !queued.volatile) {
            self.touched.insert(id);
        }
    }

    fn insert(&mut self, queued: Queued) {
        let (id, order, chat) = (queued.op.id(), queued.order, queued.chat);
        self.bytes += queued.bytes;
        if queued.stage == Stage::Queued {
            self.queues.or_default(chat).insert(order, id);
        } else {
            self.parked.insert(order, id);
        }
        if let Some(message) = subject(&queued.op) {
            self.by_message.or_default(message).insert(order, id);
            self.shown.or_default(chat).insert(message);
        }
        if let Op::Send { id: message, .. } = queued.op {
            self.sends.or_default(chat).insert(order, message);
        }
        self.ops.insert(id, queued);
    }

    /// Takes an op out, wherever it stands.
    pub(crate) fn remove(&mut self, id: OpId) -> Option<Queued> {
        let queued = self.ops.remove(&id)?;
        self.bytes = self.bytes.saturating_sub(queued.bytes);
        take(&mut self.queues, &queued.chat, queued.order);
        self.parked.remove(&queued.order);
        if let Some(message) = subject(&queued.op) {
            take(&mut self.by_message, &message, queued.order);
            self.shown.or_default(queued.chat).insert(message);
        }
        if matches!(queued.op, Op::Send { .. }) {
            take(&mut self.sends, &queued.chat, queued.order);
        }
        if !queued.volatile {
            self.touched.insert(id);
        }
        Some(queued)
    }

    /// Changes an op in its place.
    fn change(&mut self, id: OpId, change: impl FnOnce(&mut Queued)) {
        if let Some(mut queued) = self.remove(id) {
            change(&mut queued);
            queued.bytes = size(&queued.op);
            self.insert(queued);
        }
    }

    /// Returns whether an op has left and is not answered yet.
    pub(crate) fn flies(&self, chat: ChatId, op: OpId) -> bool {
        let flight = self.flights.get(&chat);
        flight.is_some_and(|flight| flight.sent.is_some() && flight.ops.contains(&op))
    }

    /// Gives up an op, and with a send everything that was to happen to its message.
    pub(crate) fn cancel(&mut self, id: OpId) -> usize {
        let Some(queued) = self.remove(id) else {
            return 0;
        };
        self.cancelled.push((queued.chat, id));
        let mut gone = 1;
        if let Op::Send { id: message, .. } = queued.op {
            let rest: Vec<OpId> = self.about(message).map(|q| q.op.id()).collect();
            for id in rest {
                gone += self.cancel(id);
            }
        }
        gone
    }

    /// Returns the ops about a message, in order.
    pub(crate) fn about(&self, message: MessageId) -> impl Iterator<Item = &Queued> {
        self.by_message
            .get(&message)
            .into_iter()
            .flat_map(|ops| ops.values())
            .filter_map(|id| self.ops.get(id))
    }

    /// Returns a chat's unsent messages, in order.
    pub(crate) fn unsent(&self, chat: ChatId) -> impl DoubleEndedIterator<Item = MessageId> + '_ {
        self.sends
            .get(&chat)
            .into_iter()
            .flat_map(|sends| sends.values().copied())
    }

    /// Returns the op that sends a message.
    pub(crate) fn send_of(&self, message: MessageId) -> Option<&Queued> {
        self.ops.get(&OpId(message.0))
    }

    fn is_open_for_change(&self, queued: &Queued) -> bool {
        let refused = matches!(queued.stage, Stage::Failed(_));
        (!queued.attempted || refused) && !self.in_flight(queued.chat, queued.op.id())
    }

    /// Returns whether an op is part of a request now.
    pub(crate) fn in_flight(&self, chat: ChatId, id: OpId) -> bool {
        self.flights
            .get(&chat)
            .is_some_and(|flight| flight.ops.contains(&id))
    }

    /// Returns the place that the next op gets.
    pub(crate) const fn next_order(&self) -> u64 {
        self.next_order
    }

    /// Returns a chat's queue, in order.
    pub(crate) fn queue(&self, chat: ChatId) -> impl Iterator<Item = &Queued> {
        self.queues
            .get(&chat)
            .into_iter()
            .flat_map(|queue| queue.values())
            .filter_map(|id| self.ops.get(id))
    }

    /// Returns the parked ops, in order.
    pub(crate) fn parked(&self) -> impl Iterator<Item = &Queued> {
        self.parked.values().filter_map(|id| self.ops.get(id))
    }

    /// Returns the chats that have a queue.
    pub(crate) fn chats(&self) -> impl Iterator<Item = ChatId> + '_ {
        self.queues.keys().copied()
    }

    /// Takes a new op in: folded into an unattempted one where that can be, else at the tail.
    pub(crate) fn add(
        &mut self,
        chat: ChatId,
        op: Op,
        at: UnixMillis,
        bounds: Bounds,
        terms: Terms,
    ) -> Result<Folded, CommandError> {
        if let Some(folded) = self.fold(&op) {
            return Ok(folded);
        }
        if self.ops.len() >= bounds.ops || self.bytes.saturating_add(size(&op)) > bounds.bytes {
            return Err(CommandError::QueueFull);
        }
        Ok(Folded::Queued(self.push(chat, op, at, terms)))
    }

    fn fold(&mut self, op: &Op) -> Option<Folded> {
        let message = subject(op)?;
        let open: Vec<&Queued> = self
            .about(message)
            .filter(|queued| self.is_open_for_change(queued))
            .collect();
        match op {
            Op::Edit { content, .. } => {
                let target = open.iter().rev().find(|queued| {
                    matches!(queued.op, Op::Send { .. })
                        || (matches!(queued.op, Op::Edit { .. }) && queued.stage == Stage::Queued)
                })?;
                let id = target.op.id();
                let words = content.clone();
                self.change(id, |queued| match &mut queued.op {
                    Op::Send { content, .. } | Op::Edit { content, .. } => *content = words,
                    _ => {}
                });
                Some(Folded::Into(id))
            }
            Op::Delete { .. } => {
                if let Some(send) = open.iter().find(|q| matches!(q.op, Op::Send { .. })) {
                    let id = send.op.id();
                    self.cancel(id);
                    return Some(Folded::Gone);
                }
                let repeat = open
                    .iter()
                    .find(|q| matches!(q.op, Op::Delete { .. }) && q.stage == Stage::Queued);
                if let Some(repeat) = repeat {
                    return Some(Folded::Into(repeat.op.id()));
                }
                let moot: Vec<OpId> = open.iter().map(|queued| queued.op.id()).collect();
                for id in moot {
                    self.cancel(id);
                }
                None
            }
            Op::React { emoji, on, .. } => {
                let last = open.iter().rev().find_map(|queued| match &queued.op {
                    Op::React {
                        emoji: held, on, ..
                    } if held == emoji => Some((queued.op.id(), *on)),
                    _ => None,
                });
                let (id, held) = last?;
                if held == *on {
                    return Some(Folded::Into(id));
                }
                self.cancel(id);
                Some(Folded::Gone)
            }
            _ => None,
        }
    }

    /// Parks an op that was refused for good, or drops it; what depended on a send goes with it.
    pub(crate) fn fail(&mut self, id: OpId, stage: Stage) -> Option<Queued> {
        let queued = self.remove(id)?;
        if let Op::Send { id: message, .. } = queued.op {
            let rest: Vec<OpId> = self.about(message).map(|q| q.op.id()).collect();
            for id in rest {
                self.cancel(id);
            }
        }
        if matches!(
            queued.op,
            Op::Send { .. } | Op::Edit { .. } | Op::Delete { .. }
        ) {
            self.insert(Queued {
                stage,
                ..queued.clone()
            });
        }
        Some(queued)
    }

    /// Puts a parked op at the tail of its chat's queue, under the same id.
    pub(crate) fn retry(&mut self, id: OpId, at: UnixMillis) -> Option<ChatId> {
        if self.ops.get(&id)?.stage == Stage::Queued {
            return None;
        }
        let queued = self.remove(id)?;
        let chat = queued.chat;
        self.insert(Queued {
            order: self.next_order,
            waits_since: at,
            stage: Stage::Queued,
            refusals: 0,
            ..queued
        });
        self.next_order = self.next_order.saturating_add(1);
        Some(chat)
    }

    /// Takes stored ops in, in their order; known ones are passed over. Those of the `first` load come before what was
    /// done since the start; adopted ones by when they were done, so that newer words about the same message stay the last.
    pub(crate) fn restore(&mut self, stored: Vec<Queued>, first: bool) {
        let held: Vec<(u64, OpId)> = if first {
            self.ops.values().map(|q| (q.order, q.op.id())).collect()
        } else {
            Vec::new()
        };
        // Each may move by one for each other: two runs may have given the same numbers.
        let last = stored.iter().map(|queued| queued.order).max();
        let end = last.unwrap_or(0).saturating_add(stored.len() as u64);
        // Only a clock that was set back puts them behind what was done since.
        let before = first
            && end
                < held
                    .iter()
                    .map(|(order, _)| *order)
                    .min()
                    .unwrap_or(u64::MAX);
        let taken: Set<u64> = if first {
            Set::new()
        } else {
            self.ops.values().map(|queued| queued.order).collect()
        };
        let mut next = if before || !first { 0 } else { self.next_order };
        for queued in sorted(stored, |queued| (queued.order, queued.op.id())) {
            let id = queued.op.id();
            if self.ops.contains_key(&id) {
                continue;
            }
            let mut order = queued.order.max(next);
            while taken.contains(&order) {
                order = order.saturating_add(1);
            }
            next = order.saturating_add(1);
            // What is adopted is stored as this engine's own.
            if !first || queued.order != order {
                self.touched.insert(id);
            }
            self.insert(Queued {
                order,
                bytes: size(&queued.op),
                kept: true,
                ..queued
            });
        }
        self.next_order = self.next_order.max(next);
        if before {
            return;
        }
        for (_, id) in sorted(held, |place| *place) {
            if let Some(queued) = self.remove(id) {
                self.insert(Queued {
                    order: self.next_order,
                    ..queued
                });
                self.next_order = self.next_order.saturating_add(1);
            }
        }
    }

    /// Builds the message that an unsent send will become.
    pub(crate) fn message_of(queued: &Queued, me: &UserId) -> Option<Message> {
        let Op::Send {
            id,
            content,
            reply_to,
            thread_root,
        } = &queued.op
        else {
            return None;
        };
        Some(Message {
            id: *id,
            chat_id: queued.chat,
            seq: Seq::ZERO,
            created_seq: Seq::ZERO,
            sender_id: me.clone(),
            kind: samtale_model::MessageKind::Text,
            content: content.clone(),
            reply_to: *reply_to,
            thread_root: *thread_root,
            thread_count: 0,
            created_at: queued.queued_at,
            edited_at: None,
            deleted_at: None,
        })
    }
}

/// Takes an entry out of a map of maps, and the inner map with it once it is empty.
fn take<K: Ord, V>(maps: &mut Map<K, Map<u64, V>>, key: &K, order: u64) {
    if let Some(map) = maps.get_mut(key) {
        map.remove(&order);
        if map.is_empty() {
            maps.remove(key);
        }
    }
}

/// Parses the content of a message, as a command's error.
pub(crate) fn body(content: String) -> Result<Body, CommandError> {
    Body::new(content).map_err(|error| match error {
        samtale_model::ContentError::Empty => CommandError::ContentEmpty,
        samtale_model::ContentError::TooLong => CommandError::ContentTooLong,
    })
}

#[cfg(test)]
mod tests;
