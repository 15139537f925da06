//! The clock of a simulated world: it stands still until the world moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use samtale_model::UnixMillis;

/// Milliseconds of virtual time since a world began.
pub type Millis = u64;

/// What the wall clock shows when a world begins: 1 January 2026, 08:00 UTC.
const BEGINNING: i64 = 1_767_254_400_000;

/// The time, shared by everything in one world.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    /// Returns the time since the world began.
    pub fn now(&self) -> Millis {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns what a wall clock shows that goes right.
    pub fn wall(&self) -> UnixMillis {
        let since = i64::try_from(self.now()).expect("a world ends before the calendar");
        UnixMillis(BEGINNING + since)
    }

    /// Moves on to a later moment. An earlier one changes nothing.
    pub fn advance_to(&self, moment: Millis) {
        self.0.fetch_max(moment, Ordering::Relaxed);
    }
}
