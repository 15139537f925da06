//! The two clocks of a client, as two types that can't be mixed up.
//!
//! Timers run on the monotonic clock; what is shown to people and compared with a token's expiry
//! is Unix time. The engine asks neither: the host hands both in with every input.

use serde::{Deserialize, Serialize};

use samtale_model::UnixMillis;

/// A moment of the host's monotonic clock, in milliseconds since a start of the host's choosing.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct Monotonic(pub u64);

impl Monotonic {
    /// Returns the moment `millis` later.
    #[must_use]
    pub const fn plus(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Returns the milliseconds from `earlier` to this moment, zero when `earlier` is later.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// What both clocks showed when something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// The clock that timers run on; it never goes back.
    pub mono: Monotonic,
    /// The wall clock; it may jump.
    pub unix: UnixMillis,
}

impl Now {
    /// Makes a moment from both clocks, in milliseconds.
    pub const fn new(mono_ms: u64, unix_ms: i64) -> Self {
        Self {
            mono: Monotonic(mono_ms),
            unix: UnixMillis(unix_ms),
        }
    }
}
