//! What one input changed: stored in one batch, and told to the view once.

use std::collections::BTreeSet;

use serde::Serialize;

use samtale_model::flat::Set;
use samtale_model::{ChatId, MessageId, OpId, PrivateKey, UserId};

use super::Engine;
use super::chats::{ChatState, Loaded};
use crate::record::encode;
use crate::replica::Touched;
use crate::{Change, Output, TimelinePatch, Write};

/// Past so many patches a timeline is better read again.
const MAX_PATCHES: usize = 200;

/// What changed since the last flush.
#[derive(Debug, Default)]
pub(super) struct Dirty {
    pub(super) connection: bool,
    pub(super) storage: bool,
    pub(super) my_status: bool,
    pub(super) list: bool,
    pub(super) outbox: bool,
    pub(super) search: bool,
    /// Chats whose replica may have changed.
    pub(super) chats: Set<ChatId>,
    /// Chats whose item has changed.
    pub(super) items: Set<ChatId>,
    /// Chats whose stored list entry may have changed.
    pub(super) listed: Set<ChatId>,
    /// Chats whose cache is to be deleted.
    pub(super) forgotten: Set<ChatId>,
    /// Chats to be made, to be stored or deleted.
    pub(super) creates: Set<ChatId>,
    pub(super) typing: Set<ChatId>,
    pub(super) presence: Set<UserId>,
    pub(super) private: Set<PrivateKey>,
    events: Vec<Change>,
}

impl Dirty {
    /// Tells an event, in order.
    pub(super) fn event(&mut self, change: Change) {
        self.events.push(change);
    }
}

/// What is unsent, by the names of its records: to be put, or deleted where it is gone.
#[derive(Clone, Debug)]
pub(super) struct Unsent {
    pub(super) ops: Set<OpId>,
    pub(super) creates: Set<ChatId>,
    pub(super) pending: Set<PrivateKey>,
}

impl Unsent {
    pub(super) const fn new() -> Self {
        Self {
            ops: Set::new(),
            creates: Set::new(),
            pending: Set::new(),
        }
    }

    /// Returns whether a record is one of these.
    pub(super) fn names(&self, record: &str) -> bool {
        match record.split_once('/') {
            Some(("outbox", op)) => op.parse().is_ok_and(|op| self.ops.contains(&op)),
            Some(("create", chat)) => chat.parse().is_ok_and(|chat| self.creates.contains(&chat)),
            Some(("pending", key)) => key.parse().is_ok_and(|key| self.pending.contains(&key)),
            _ => false,
        }
    }

    /// Adds another's.
    pub(super) fn extend(&mut self, other: Self) {
        self.ops.extend(other.ops);
        self.creates.extend(other.creates);
        self.pending.extend(other.pending);
    }
}

/// The writes of one batch.
struct Batch {
    writes: Vec<Write>,
    compress_over: usize,
    journal: bool,
}

impl Batch {
    fn put<T: Serialize>(&mut self, key: String, value: &T) {
        let value = encode(value, self.compress_over);
        self.writes.push(Write::Put { key, value });
    }

    fn delete(&mut self, key: String) {
        self.writes.push(Write::Delete { key });
    }

    fn delete_prefix(&mut self, prefix: String) {
        self.writes.push(Write::DeletePrefix { prefix });
    }

    fn put_or_delete<T: Serialize>(&mut self, key: String, value: Option<&T>) {
        match value {
            Some(value) => self.put(key, value),
            None => self.delete(key),
        }
    }
}

impl Engine {
    /// Stores and tells what this input changed.
    pub(super) fn flush(&mut self) {
        for (chat, op) in std::mem::take(&mut self.outbox.cancelled) {
            self.metrics.messages.cancelled += 1;
            self.dirty.outbox = true;
            self.dirty.event(Change::Op {
                op,
                chat,
                outcome: crate::Outcome::Cancelled,
            });
        }
        self.forget_surplus();
        for chat in self.outbox.shown.keys() {
            self.dirty.chats.insert(*chat);
            self.dirty.items.insert(*chat);
        }
        let mut dirty = std::mem::take(&mut self.dirty);
        let touched = self.take_touched(&mut dirty);
        self.store(&dirty, &touched);
        self.tell(dirty, touched);
    }

    fn take_touched(&mut self, dirty: &mut Dirty) -> Vec<(ChatId, Touched)> {
        let mut all = Vec::new();
        for chat in &dirty.chats {
            let Some(state) = self.chats.get_mut(chat) else {
                continue;
            };
            let touched = std::mem::take(&mut state.replica.touched);
            state.stored &= self.storage.cache;
            self.metrics.messages.received += touched.received;
            self.metrics.messages.delivered += touched.delivered;
            if touched.chat || touched.all || !touched.messages.is_empty() {
                dirty.items.insert(*chat);
            }
            all.push((*chat, touched));
        }
        all
    }

    fn store(&mut self, dirty: &Dirty, touched: &[(ChatId, Touched)]) {
        let rows = std::mem::take(&mut self.private.touched);
        let mut unsent = Unsent {
            ops: std::mem::take(&mut self.outbox.touched),
            creates: dirty.creates.clone(),
            pending: std::mem::take(&mut self.private.touched_pending),
        };
        let cursor_moved = std::mem::take(&mut self.private.cursor_moved);
        let evict = std::mem::take(&mut self.storage.evict);
        if !self.storage.is_enabled() || self.signed_out {
            return;
        }
        let mut batch = Batch {
            writes: Vec::new(),
            compress_over: self.cfg.compress_over_bytes,
            journal: false,
        };
        for prefix in evict {
            batch.delete_prefix(prefix);
        }
        self.store_unsent_of(&mut batch, &unsent);
        if self.storage.cache {
            for key in &rows {
                batch.put_or_delete(format!("private/row/{key}"), self.private.rows.get(key));
            }
            if cursor_moved && let Some(cursor) = &self.private.cursor {
                batch.put("private/cursor".into(), cursor);
            }
            for chat in &dirty.forgotten {
                batch.delete_prefix(format!("chat/{chat}/"));
            }
            for chat in &dirty.listed {
                let summary = self.chats.get(chat).and_then(|s| s.summary.as_ref());
                batch.put_or_delete(format!("list/{chat}"), summary);
            }
            for (chat, touched) in touched {
                if let Some(state) = self.chats.get_mut(chat) {
                    store_chat(&mut batch, *chat, state, touched);
                }
            }
        }
        if batch.writes.is_empty() {
            return;
        }
        let owed = std::mem::replace(&mut self.storage.owed, Unsent::new());
        self.store_unsent_of(&mut batch, &owed);
        unsent.extend(owed);
        if let Some(since) = &mut self.storage.missed {
            since.extend(unsent.clone());
        }
        let Batch {
            writes, journal, ..
        } = batch;
        let ops = unsent.ops.iter().copied();
        let kept = ops.filter(|op| self.outbox.ops.get(op).is_some_and(|queued| !queued.kept));
        let kept: Vec<OpId> = kept.collect();
        let deadline = self.now.mono.plus(self.cfg.storage_timeout_ms);
        let batch = self.storage.begin_batch(kept, unsent, deadline);
        self.timers
            .set_earliest(crate::timers::Timer::Storage, deadline);
        self.out.push_back(Output::Persist {
            batch,
            writes,
            journal,
        });
    }

    fn store_unsent_of(&self, batch: &mut Batch, unsent: &Unsent) {
        for op in &unsent.ops {
            let queued = self.outbox.ops.get(op);
            batch.put_or_delete(format!("outbox/{op}"), queued);
            batch.journal = true;
        }
        for chat in &unsent.creates {
            batch.put_or_delete(format!("create/{chat}"), self.creates.get(chat));
            batch.journal = true;
        }
        for key in &unsent.pending {
            batch.put_or_delete(format!("pending/{key}"), self.private.pending.get(key));
            batch.journal = true;
        }
    }

    fn tell(&mut self, dirty: Dirty, touched: Vec<(ChatId, Touched)>) {
        let mut tell = |change| self.out.push_back(Output::Changed(change));
        if dirty.connection {
            tell(Change::Connection);
        }
        if dirty.storage {
            tell(Change::Storage);
        }
        if dirty.my_status {
            tell(Change::MyStatus);
        }
        if dirty.list {
            tell(Change::Chats);
        }
        let mut items = dirty.items;
        items.extend(&dirty.listed);
        for chat in items {
            tell(Change::Chat { chat });
        }
        let mut shown = std::mem::take(&mut self.outbox.shown);
        for (chat, touched) in touched {
            let mut ids = touched.messages;
            for id in shown.remove(&chat).unwrap_or_default() {
                // What is under way shows in quotes too.
                let state = self.chats.get(&chat);
                let quotes = state.and_then(|state| state.replica.quoted_by.get(&id));
                ids.extend(quotes.into_iter().flatten());
                ids.insert(id);
            }
            let patches = self.patches(chat, touched.all, ids);
            if !patches.is_empty() {
                self.out
                    .push_back(Output::Changed(Change::Timeline { chat, patches }));
            }
            if touched.receipts {
                self.out
                    .push_back(Output::Changed(Change::Receipts { chat }));
            }
        }
        let rest = dirty
            .typing
            .into_iter()
            .map(|chat| Change::Typing { chat })
            .chain(
                dirty
                    .presence
                    .into_iter()
                    .map(|user| Change::Presence { user }),
            )
            .chain(dirty.private.into_iter().map(|key| Change::Private { key }))
            .chain(dirty.outbox.then_some(Change::Outbox))
            .chain(dirty.search.then_some(Change::Search))
            .chain(dirty.events);
        self.out.extend(rest.map(Output::Changed));
    }

    /// Derives what the view of a timeline must change.
    fn patches(
        &mut self,
        chat: ChatId,
        all: bool,
        mut ids: BTreeSet<MessageId>,
    ) -> Vec<TimelinePatch> {
        let Some(mut shown) = self
            .chats
            .get_mut(&chat)
            .map(|state| std::mem::take(&mut state.shown))
        else {
            return Vec::new();
        };
        let view = self.timeline(chat);
        let mut patches = Vec::new();
        if all {
            shown = view.ids().collect();
            patches.push(TimelinePatch::Reset);
        } else {
            if !ids.is_empty() {
                ids.extend(view.unsent_quoting(&ids));
            }
            let many = ids.len() > MAX_PATCHES;
            for id in ids {
                let there = view.contains(id);
                let was = if there {
                    !shown.insert(id)
                } else {
                    shown.remove(&id)
                };
                if many {
                    continue;
                }
                match (was, there.then(|| view.get(id)).flatten().map(Box::new)) {
                    (false, Some(entry)) => patches.push(TimelinePatch::Insert { entry }),
                    (true, Some(entry)) => patches.push(TimelinePatch::Update { entry }),
                    (true, None) => patches.push(TimelinePatch::Remove { id }),
                    (false, None) => {}
                }
            }
            if many {
                patches.push(TimelinePatch::Reset);
            }
        }
        if let Some(state) = self.chats.get_mut(&chat) {
            state.shown = shown;
        }
        patches
    }
}

/// Stores what changed of a chat, or all of it where the store does not have what was before.
fn store_chat(batch: &mut Batch, chat: ChatId, state: &mut ChatState, touched: &Touched) {
    if state.loaded != Loaded::Yes {
        return;
    }
    let replica = &state.replica;
    let Some(meta) = replica.meta() else {
        return;
    };
    let key = |kind: &str, name: &dyn std::fmt::Display| format!("chat/{chat}/{kind}/{name}");
    if !std::mem::replace(&mut state.stored, true) {
        batch.delete_prefix(format!("chat/{chat}/"));
        batch.put(format!("chat/{chat}/meta"), &meta);
        for message in replica
            .messages
            .range(replica.stored_floor..)
            .map(|(_, m)| m)
        {
            batch.put(key("m", &message.id), message);
            if let Some(reactions) = replica.reactions.get(&message.id) {
                batch.put(key("r", &message.id), reactions);
            }
        }
        for (id, message) in &replica.quoted {
            batch.put(key("q", id), message);
        }
        for (user, participant) in &replica.participants {
            batch.put(key("p", user), participant);
        }
        return;
    }
    for id in &touched.rows {
        if replica.is_stored(*id) {
            batch.put_or_delete(key("m", id), replica.message(*id));
        } else {
            batch.delete(key("m", id));
            batch.delete(key("r", id));
        }
    }
    for id in &touched.reactions {
        if replica.is_stored(*id) {
            batch.put_or_delete(key("r", id), replica.reactions.get(id));
        }
    }
    for id in &touched.quoted {
        batch.put_or_delete(key("q", id), replica.quoted.get(id));
    }
    for user in &touched.participants {
        batch.put_or_delete(key("p", user), replica.participants.get(user));
    }
    if touched.cursor || touched.receipts || touched.chat {
        batch.put(format!("chat/{chat}/meta"), &meta);
    }
}
