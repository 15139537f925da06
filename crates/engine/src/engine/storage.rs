//! What is stored and loaded. Storage is I/O like any other: asked for, answered, or failing.
//!
//! The writes of one input are one batch, so a cursor is never stored without its rows. Where the
//! storage fails, the cache gives way first; unsent ops are tried again, and the view is told.

use serde::{Deserialize, Serialize};

use samtale_model::flat::{Map, Set};
use samtale_model::{ChatId, OpId, UnixMillis};

use super::Engine;
use super::NewChat;
use super::chats::Loaded;
use super::flush::Unsent;
use crate::order::sorted;
use crate::replica::Replica;
use crate::timers::Timer;
use crate::view::StorageState;
use crate::{Change, Monotonic, Outcome, Output, Record, StorageError};

/// The prefixes of what is unsent.
const UNSENT: [&str; 3] = ["outbox/", "create/", "pending/"];
/// The pause before a failed storage is tried again.
const RETRY_MS: u64 = 60_000;

/// A chat that is still to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Creation {
    pub(super) create: NewChat,
    pub(super) queued_at: UnixMillis,
}

/// A batch that the host was asked to store.
#[derive(Debug)]
struct Batch {
    /// Ops that survive a closed program once it is kept.
    ops: Vec<OpId>,
    /// What it has of the unsent.
    unsent: Unsent,
    deadline: Monotonic,
}

/// The storage, as far as the engine knows it.
#[derive(Debug)]
pub(super) struct Storage {
    enabled: bool,
    pub(super) state: StorageState,
    base: Option<(u64, Monotonic)>,
    loads: Map<u64, (ChatId, Monotonic)>,
    batches: Map<u64, Batch>,
    /// What batches had that failed: the next one has it too, for a journal ends where a later batch is stored.
    pub(super) owed: Unsent,
    /// Where what an earlier run left unsent could not be read at the start: what this one has stored of the unsent since.
    pub(super) missed: Option<Unsent>,
    /// The load that asks for it again.
    reread: Option<(u64, Monotonic)>,
    /// The loads that ask for the unsent and may be answered yet, however late.
    unsent_loads: Set<u64>,
    next_load: u64,
    next_batch: u64,
    /// Whether the cache is stored; the outbox always is.
    pub(super) cache: bool,
    /// Prefixes to be deleted with the next batch.
    pub(super) evict: Vec<String>,
    /// Chats whose cache was deleted, in case another tab stored it.
    pub(super) left: Set<ChatId>,
}

impl Storage {
    pub(super) const fn new(enabled: bool) -> Self {
        Self {
            enabled,
            state: if enabled {
                StorageState::Loading
            } else {
                StorageState::Memory
            },
            base: None,
            loads: Map::new(),
            batches: Map::new(),
            owed: Unsent::new(),
            missed: None,
            reread: None,
            unsent_loads: Set::new(),
            next_load: 0,
            next_batch: 1,
            cache: true,
            evict: Vec::new(),
            left: Set::new(),
        }
    }

    /// Returns whether anything is stored at all.
    pub(super) const fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Returns whether a frame waits until what it needs is kept.
    pub(super) fn keeps(&self) -> bool {
        self.enabled && self.state != StorageState::Memory
    }

    /// Returns whether the outbox of the last run is still to come.
    pub(super) const fn is_loading_base(&self) -> bool {
        self.base.is_some()
    }

    /// Returns the number of the batch that this input's writes will have.
    pub(super) const fn next_batch(&self) -> u64 {
        self.next_batch
    }

    /// Takes the next batch's number.
    pub(super) fn begin_batch(
        &mut self,
        ops: Vec<OpId>,
        unsent: Unsent,
        deadline: Monotonic,
    ) -> u64 {
        let number = self.next_batch;
        self.next_batch += 1;
        let batch = Batch {
            ops,
            unsent,
            deadline,
        };
        self.batches.insert(number, batch);
        number
    }
}

impl Engine {
    /// Returns how the storage stands.
    pub const fn storage(&self) -> StorageState {
        self.storage.state
    }

    pub(super) fn load_base(&mut self) {
        if !self.storage.enabled {
            return;
        }
        let prefixes = ["outbox/", "create/", "pending/", "list/", "private/"];
        let load = self.ask_load(prefixes.map(str::to_owned).into());
        let deadline = self.now.mono.plus(self.cfg.storage_timeout_ms);
        self.storage.base = Some((load, deadline));
        self.storage.unsent_loads.insert(load);
        self.timers.set_earliest(Timer::Storage, deadline);
    }

    fn ask_load(&mut self, prefixes: Vec<String>) -> u64 {
        self.storage.next_load += 1;
        let load = self.storage.next_load;
        self.out.push_back(Output::Load { load, prefixes });
        load
    }

    /// Loads what was stored of a chat; without storage there is nothing to wait for.
    pub(super) fn load_chat(&mut self, chat: ChatId) {
        let enabled = self.storage.enabled;
        let state = self.chat_mut(chat);
        if state.loaded != Loaded::No {
            return;
        }
        if !enabled {
            state.loaded = Loaded::Yes;
            self.timers.set_earliest(Timer::JoinPace, self.now.mono);
            return;
        }
        state.loaded = Loaded::Loading;
        let load = self.ask_load(vec![format!("chat/{chat}/")]);
        let deadline = self.now.mono.plus(self.cfg.storage_timeout_ms);
        self.storage.loads.insert(load, (chat, deadline));
        self.timers.set_earliest(Timer::Storage, deadline);
    }

    pub(super) fn on_loaded(&mut self, load: u64, mut records: Vec<Record>) {
        let is = |asked: Option<(u64, Monotonic)>| asked.is_some_and(|(asked, _)| asked == load);
        if is(self.storage.base) {
            self.storage.base = None;
            self.set_storage(StorageState::Ready);
            self.restore_base(records, true);
            self.after_base();
        } else if let Some((chat, _)) = self.storage.loads.remove(&load) {
            self.restore_chat(chat, records);
        } else {
            if is(self.storage.reread) {
                self.storage.reread = None;
                self.plan_storage_timer();
            }
            if self.storage.unsent_loads.remove(&load) {
                let Some(own) = self.storage.missed.take() else {
                    return;
                };
                // What this run stored since may be done by now.
                records.retain(|record| !own.names(&record.key));
            }
            self.adopt(records);
        }
    }

    /// Takes over what a closed tab, or an earlier run whose records could not be read, left unsent. It is stored anew, with this input's batch.
    fn adopt(&mut self, mut records: Vec<Record>) {
        let unsent = |key: &str| UNSENT.iter().any(|prefix| key.starts_with(prefix));
        records.retain(|record| unsent(&record.key));
        if records.is_empty() {
            return;
        }
        self.restore_base(records, false);
        let chats: Vec<ChatId> = self.outbox.chats().collect();
        for chat in chats {
            // What the closed tab did not hear the answer to may have come since.
            self.settle_seen(chat);
        }
        if !self.storage.is_loading_base() {
            self.go_on();
        }
    }

    pub(super) fn on_load_failed(&mut self, load: u64) {
        if self.storage.base.is_some_and(|(base, _)| base == load) {
            self.storage.base = None;
            self.storage.missed = Some(Unsent::new());
            self.storage.cache = false;
            self.set_storage(StorageState::Memory);
            self.set_storage_retry();
            self.after_base();
        } else if self
            .storage
            .reread
            .is_some_and(|(reread, _)| reread == load)
        {
            self.storage.reread = None;
            self.set_storage_retry();
        } else if let Some((chat, _)) = self.storage.loads.remove(&load) {
            self.restore_chat(chat, Vec::new());
        }
    }

    /// What waited for the outbox of the last run goes on.
    fn after_base(&mut self) {
        self.dirty.list = true;
        let open: Vec<ChatId> = self
            .chats
            .iter()
            .filter(|(_, state)| state.open > 0)
            .map(|(chat, _)| *chat)
            .collect();
        for chat in open {
            self.load_chat(chat);
        }
        self.go_on();
    }

    /// Sends what was restored, if there is a way.
    fn go_on(&mut self) {
        let creates: Vec<ChatId> = self.creates.keys().copied().collect();
        for chat in creates {
            self.push_create(chat);
        }
        self.push_all_private();
        self.join_more();
        self.pump_all();
    }

    pub(super) fn on_kept(&mut self, batch: u64) {
        let Some(kept) = self.storage.batches.get_mut(&batch) else {
            return;
        };
        let ops = std::mem::take(&mut kept.ops);
        for op in ops {
            if let Some(queued) = self.outbox.ops.get_mut(&op)
                && !std::mem::replace(&mut queued.kept, true)
            {
                let chat = queued.chat;
                self.dirty.event(Change::Op {
                    op,
                    chat,
                    outcome: Outcome::Kept,
                });
            }
        }
        self.depart_kept(batch);
    }

    pub(super) fn on_persisted(&mut self, batch: u64) {
        self.on_kept(batch);
        if self.storage.batches.remove(&batch).is_none() {
            return;
        }
        match self.storage.state {
            StorageState::Loading => {}
            _ if self.storage.cache => self.set_storage(StorageState::Ready),
            StorageState::Memory => self.set_storage(StorageState::Tight),
            _ => {}
        }
        self.plan_storage_timer();
    }

    pub(super) fn on_persist_failed(&mut self, batch: u64, why: StorageError) {
        let Some(failed) = self.storage.batches.remove(&batch) else {
            return;
        };
        self.storage.owed.extend(failed.unsent);
        // Those that were given before this was heard fail too.
        for given in self.storage.batches.values() {
            self.storage.owed.extend(given.unsent.clone());
        }
        self.storage_failed(why);
        self.depart_kept(batch);
        self.plan_storage_timer();
    }

    /// The cache gives way; if that was not enough, or not the matter, memory has to do.
    fn storage_failed(&mut self, why: StorageError) {
        for state in self.chats.values_mut() {
            state.stored = false;
        }
        self.storage.cache = false;
        if why == StorageError::Quota && self.storage.state == StorageState::Ready {
            self.set_storage(StorageState::Tight);
            // What was stored may lack rows of the failed batch: none of it counts.
            self.storage.evict.extend(["chat/".into(), "list/".into()]);
            self.store_unsent();
        } else {
            self.set_storage(StorageState::Memory);
        }
        self.set_storage_retry();
    }

    /// Marks everything unsent to be stored again.
    fn store_unsent(&mut self) {
        let ops: Vec<OpId> = self.outbox.ops.keys().copied().collect();
        for op in ops {
            self.outbox.touch(op);
        }
        self.dirty.creates.extend(self.creates.keys().copied());
        let pending = self.private.pending.keys().cloned();
        self.private.touched_pending.extend(pending);
    }

    fn set_storage_retry(&mut self) {
        let at = self.now.mono.plus(RETRY_MS);
        self.timers.set(Timer::StorageRetry, at);
    }

    /// Tries to store everything again, unless that has been done; what becomes of that batch says how the storage stands.
    /// What an earlier run left unsent is read now if it could not be at the start.
    pub(super) fn on_storage_retry(&mut self) {
        if self.storage.missed.is_some() && self.storage.reread.is_none() {
            let load = self.ask_load(UNSENT.map(str::to_owned).into());
            let deadline = self.now.mono.plus(self.cfg.storage_timeout_ms);
            self.storage.reread = Some((load, deadline));
            self.storage.unsent_loads.insert(load);
            self.timers.set_earliest(Timer::Storage, deadline);
        }
        if self.storage.cache {
            return;
        }
        self.storage.cache = true;
        let evict = &mut self.storage.evict;
        evict.extend(["chat/", "list/", "private/"].map(str::to_owned));
        for state in self.chats.values_mut() {
            state.stored = false;
        }
        self.store_all();
    }

    /// Another tab has stored the cache until now: what this one holds is stored in its place. Of a
    /// chat that is not in memory, what the other stored still counts.
    pub(super) fn on_storage_taken(&mut self) {
        if !self.storage.enabled || self.storage.is_loading_base() {
            // Nothing is known yet that the store does not have.
            return;
        }
        self.storage.cache = true;
        let evict = &mut self.storage.evict;
        evict.extend(["list/".into(), "private/".into()]);
        let left = std::mem::take(&mut self.storage.left);
        evict.extend(left.into_iter().map(|chat| format!("chat/{chat}/")));
        for state in self.chats.values_mut() {
            state.stored &= state.loaded == Loaded::No;
        }
        self.store_all();
    }

    /// Marks everything that is held to be stored.
    fn store_all(&mut self) {
        self.store_unsent();
        let chats: Vec<ChatId> = self.chats.keys().copied().collect();
        self.dirty.listed.extend(chats.iter().copied());
        self.dirty.chats.extend(chats);
        self.private
            .touched
            .extend(self.private.rows.keys().cloned());
        self.private.cursor_moved = true;
    }

    fn set_storage(&mut self, state: StorageState) {
        if self.storage.state != state {
            self.storage.state = state;
            self.dirty.storage = true;
            let event = match state {
                StorageState::Loading => "storage loading",
                StorageState::Ready => "storage ready",
                StorageState::Tight => "storage tight",
                StorageState::Memory => "storage gone",
            };
            self.note(event, None, None);
        }
    }

    /// The host does not answer: the engine goes on without.
    pub(super) fn on_storage_timeout(&mut self) {
        let now = self.now.mono;
        if let Some((load, deadline)) = self.storage.base
            && deadline <= now
        {
            self.on_load_failed(load);
        }
        if let Some((load, deadline)) = self.storage.reread
            && deadline <= now
        {
            self.on_load_failed(load);
        }
        let loads = self.storage.loads.iter();
        let late: Vec<u64> = loads
            .filter(|(_, (_, deadline))| *deadline <= now)
            .map(|(load, _)| *load)
            .collect();
        for load in late {
            self.on_load_failed(load);
        }
        let batches = self.storage.batches.iter();
        let late: Vec<u64> = batches
            .filter(|(_, batch)| batch.deadline <= now)
            .map(|(batch, _)| *batch)
            .collect();
        for batch in late {
            self.on_persist_failed(batch, StorageError::Failed);
        }
        self.plan_storage_timer();
    }

    fn plan_storage_timer(&mut self) {
        let storage = &self.storage;
        let base = storage.base.map(|(_, deadline)| deadline);
        let reread = storage.reread.map(|(_, deadline)| deadline);
        let loads = storage.loads.values().map(|(_, deadline)| *deadline);
        let batches = storage.batches.values().map(|batch| batch.deadline);
        match base
            .into_iter()
            .chain(reread)
            .chain(loads)
            .chain(batches)
            .min()
        {
            Some(at) => self.timers.set(Timer::Storage, at),
            None => self.timers.clear(&Timer::Storage),
        }
    }

    pub(super) fn wipe(&mut self) {
        self.outbox = crate::outbox::Outbox::new(self.unix());
        self.chats.clear();
        self.creates.clear();
        self.private = super::private::PrivateState::default();
        self.dirty = super::flush::Dirty::default();
        self.search = None;
        self.dirty.list = true;
        self.dirty.outbox = true;
        if self.storage.enabled {
            self.out.push_back(Output::Wipe);
        }
    }

    /// Forgets the least used chats beyond the bound on memory; the store still has them. A view is told, for it may follow
    /// a timeline from before to the next opening.
    pub(super) fn forget_surplus(&mut self) {
        let loaded = self.chats.values().filter(|s| s.loaded == Loaded::Yes);
        let mut surplus = loaded.count().saturating_sub(self.cfg.cache_chats);
        if surplus == 0 {
            return;
        }
        let idle: Vec<(u64, ChatId)> = self
            .chats
            .iter()
            .filter(|(chat, state)| {
                state.loaded == Loaded::Yes
                    && state.open == 0
                    && state.channel == super::chats::Channel::Closed
                    && state.summary.is_some()
                    && self.outbox.unsent(**chat).next().is_none()
            })
            .map(|(chat, state)| (state.used, *chat))
            .collect();
        for (_, chat) in sorted(idle, |used| *used) {
            if surplus == 0 {
                break;
            }
            surplus -= 1;
            self.cancel_poll(chat);
            let me = self.cfg.user_id.clone();
            let state = self.chat_mut(chat);
            state.replica = Replica::new(me);
            let touched = &mut state.replica.touched;
            (touched.all, touched.chat, touched.receipts) = (true, true, true);
            state.loaded = Loaded::No;
        }
    }
}
