//! A bounded cache of unwrapped chat keys, so that reading a page does not unwrap a key per message.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use samtale_model::ChatId;

use super::ChatKey;

/// Unwrapped chat keys by chat; the least recently used go first. Shared between threads.
#[derive(Debug)]
pub struct KeyCache {
    capacity: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    entries: BTreeMap<ChatId, Entry>,
    /// The chats by the tick of their last use. Ticks are unique, so this mirrors `entries`.
    by_use: BTreeMap<u64, ChatId>,
    tick: u64,
    /// The chats forgotten last. A reader whose snapshot is older than the erasure can still unwrap such a key, but
    /// must not bring it back into the cache.
    forgotten: VecDeque<ChatId>,
}

#[derive(Debug)]
struct Entry {
    key: Arc<ChatKey>,
    used: u64,
}

impl KeyCache {
    /// Makes a cache of at most `capacity` keys (about 250 bytes each).
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self {
            capacity: capacity.get(),
            held: Mutex::default(),
        }
    }

    /// Returns a chat's key, unwrapping and keeping it when it is not held. `unwrap` runs without the lock, so two
    /// threads may unwrap the same key at once; both get the same one back.
    ///
    /// # Errors
    /// What `unwrap` answers; nothing is kept then.
    pub fn get_or_unwrap<E>(
        &self,
        chat: ChatId,
        unwrap: impl FnOnce() -> Result<ChatKey, E>,
    ) -> Result<Arc<ChatKey>, E> {
        if let Some(key) = self.lock().touch(chat) {
            return Ok(key);
        }
        let key = Arc::new(unwrap()?);
        let mut held = self.lock();
        if let Some(first) = held.touch(chat) {
            return Ok(first);
        }
        if !held.forgotten.contains(&chat) {
            held.insert(chat, Arc::clone(&key), self.capacity);
        }
        Ok(key)
    }

    /// Drops a chat's key and does not take it again. Call it when the erasure has been committed: chat ids are never
    /// used twice.
    pub fn forget(&self, chat: ChatId) {
        let mut held = self.lock();
        if let Some(entry) = held.entries.remove(&chat) {
            held.by_use.remove(&entry.used);
        }
        if held.forgotten.contains(&chat) {
            return;
        }
        if held.forgotten.len() == self.capacity {
            held.forgotten.pop_front();
        }
        held.forgotten.push_back(chat);
    }

    /// Counts the keys held.
    pub fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// Tells whether no key is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every update below leaves the maps whole or panics before it touches them, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn next_tick(&mut self) -> u64 {
        self.tick += 1;
        self.tick
    }

    fn touch(&mut self, chat: ChatId) -> Option<Arc<ChatKey>> {
        let tick = self.next_tick();
        let entry = self.entries.get_mut(&chat)?;
        self.by_use.remove(&entry.used);
        self.by_use.insert(tick, chat);
        entry.used = tick;
        Some(Arc::clone(&entry.key))
    }

    fn insert(&mut self, chat: ChatId, key: Arc<ChatKey>, capacity: usize) {
        while self.entries.len() >= capacity {
            let Some((_, oldest)) = self.by_use.pop_first() else {
                break;
            };
            self.entries.remove(&oldest);
        }
        let used = self.next_tick();
        self.by_use.insert(used, chat);
        self.entries.insert(chat, Entry { key, used });
    }
}
