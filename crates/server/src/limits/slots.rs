//! Counts of what each key has open at a time.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

type Open<K> = Arc<Mutex<HashMap<K, u32>>>;

/// What each key has open; keys with nothing open are not remembered.
pub(super) struct Slots<K> {
    most: Option<NonZeroU32>,
    open: Open<K>,
}

impl<K: Hash + Eq + Clone> Slots<K> {
    pub(super) fn new(most: Option<NonZeroU32>) -> Self {
        Self {
            most,
            open: Open::default(),
        }
    }

    /// Opens one more for the key, unless it has as many as it may.
    pub(super) fn open(&self, key: &K) -> Option<Slot<K>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(key.clone()).or_insert(0);
        if self.most.is_some_and(|most| *count >= most.get()) {
            return None;
        }
        *count += 1;
        Some(Slot {
            key: key.clone(),
            open: Arc::clone(&self.open),
        })
    }
}

impl<K> fmt::Debug for Slots<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slots(of {:?})", self.most)
    }
}

/// Something that is open; dropping it closes it.
#[must_use = "dropping the slot closes it"]
pub struct Slot<K: Hash + Eq> {
    key: K,
    open: Open<K>,
}

impl<K: Hash + Eq> Drop for Slot<K> {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.key);
            }
        }
    }
}

impl<K: Hash + Eq> fmt::Debug for Slot<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slot")
    }
}
