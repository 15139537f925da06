//! A device's clocks: the monotonic one begins anew with each life and may stand in sleep, the wall clock may be wrong.

use samtale_engine::{Monotonic, Now};
use samtale_model::UnixMillis;

use crate::clock::{Clock, Millis};
use crate::rng::Rng;

/// Where a monotonic clock begins at most: no host promises zero.
const BEGINS_BELOW: u64 = 1 << 40;

/// Both clocks of a device.
#[derive(Clone, Debug)]
pub(super) struct Clocks {
    clock: Clock,
    /// How far the wall clock is ahead.
    skew: i64,
    /// What the monotonic clock showed when it began.
    began_with: u64,
    began_at: Millis,
    /// How long it has stood since then.
    stood: Millis,
    asleep: Option<Sleep>,
}

#[derive(Clone, Copy, Debug)]
struct Sleep {
    since: Millis,
    stands: bool,
}

impl Clocks {
    pub(super) const fn new(clock: Clock) -> Self {
        Self {
            clock,
            skew: 0,
            began_with: 0,
            began_at: 0,
            stood: 0,
            asleep: None,
        }
    }

    /// Begins a life.
    pub(super) fn begin(&mut self, rng: &mut Rng) {
        self.began_with = rng.below(BEGINS_BELOW);
        self.began_at = self.clock.now();
        self.stood = 0;
        self.asleep = None;
    }

    /// Returns the world's time.
    pub(super) fn time(&self) -> Millis {
        self.clock.now()
    }

    /// Returns the right wall clock's time.
    pub(super) fn true_wall(&self) -> UnixMillis {
        self.clock.wall()
    }

    /// Returns what both clocks show.
    pub(super) fn now(&self) -> Now {
        let went = self.time() - self.began_at - self.stood;
        Now::new(
            self.began_with + went,
            self.clock.wall().0.saturating_add(self.skew),
        )
    }

    /// Returns when, in the world's time, the monotonic clock shows a moment if it goes on.
    pub(super) const fn when(&self, moment: Monotonic) -> Millis {
        let from_begin = moment.0.saturating_sub(self.began_with);
        from_begin
            .saturating_add(self.began_at)
            .saturating_add(self.stood)
    }

    pub(super) const fn set_skew(&mut self, ms: i64) {
        self.skew = ms;
    }

    pub(super) fn sleep(&mut self, stands: bool) {
        let since = self.time();
        self.asleep = Some(Sleep { since, stands });
    }

    pub(super) fn wake(&mut self) {
        if let Some(sleep) = self.asleep.take()
            && sleep.stands
        {
            self.stood += self.time() - sleep.since;
        }
    }

    pub(super) const fn is_asleep(&self) -> bool {
        self.asleep.is_some()
    }
}
