//! A machine whose calendar can be set back, so that the demo looks as if it had been lived.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use samtale_model::UnixMillis;
use samtale_store::Env;

/// Another machine, its wall clock set to another time: for good, or back while the demo is seeded.
/// Everything else passes through.
pub struct Backdated {
    inner: Arc<dyn Env>,
    /// How many milliseconds the wall clock is behind.
    behind: AtomicI64,
    /// The times that it shows next, one for each look at it.
    next: Mutex<VecDeque<UnixMillis>>,
}

impl Backdated {
    /// Wraps a machine. Its clock is right until the demo is seeded, and again from then on.
    pub fn new(inner: Arc<dyn Env>) -> Self {
        Self {
            inner,
            behind: AtomicI64::new(0),
            next: Mutex::default(),
        }
    }

    /// Wraps a machine whose calendar is set to `moment`, from where it goes on: for a demo or a
    /// picture that looks the same on any day.
    pub fn starting(inner: Arc<dyn Env>, moment: UnixMillis) -> Self {
        let set = Self::new(inner);
        set.travel_to(moment);
        set
    }

    fn travel_to(&self, moment: UnixMillis) {
        let behind = self.inner.unix().0.saturating_sub(moment.0);
        self.behind.store(behind, Ordering::SeqCst);
    }

    /// A queue of times can't be left half changed, so a poisoned lock is still good.
    fn shown_next(&self) -> Option<UnixMillis> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        next.pop_front()
    }

    /// Lets the clock be set back for as long as the guard lives.
    pub(super) fn travel(&self) -> Travel<'_> {
        Travel(self)
    }
}

impl fmt::Debug for Backdated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backdated")
            .field("behind", &self.behind)
            .finish_non_exhaustive()
    }
}

impl Env for Backdated {
    fn unix(&self) -> UnixMillis {
        if let Some(moment) = self.shown_next() {
            return moment;
        }
        let behind = self.behind.load(Ordering::SeqCst);
        UnixMillis(self.inner.unix().0.saturating_sub(behind))
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.inner.fill_random(bytes);
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.inner.spawn(task);
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.inner.sleep(time)
    }

    fn spawn_thread(&self, name: &str, work: Box<dyn FnOnce() + Send>) {
        self.inner.spawn_thread(name, work);
    }
}

/// Sets the clock; dropping it makes the clock right again, however the seeding ends.
pub(super) struct Travel<'a>(&'a Backdated);

impl Travel<'_> {
    /// Makes it `moment`, from where the clock goes on.
    pub(super) fn to(&self, moment: UnixMillis) {
        self.0.travel_to(moment);
    }

    /// Makes it each of the moments in turn, the next one at each look at the clock; the store looks
    /// once for each write.
    pub(super) fn through(&self, moments: &[UnixMillis]) {
        let mut next = self.0.next.lock().unwrap_or_else(PoisonError::into_inner);
        next.clear();
        next.extend(moments);
    }
}

impl Drop for Travel<'_> {
    fn drop(&mut self) {
        self.through(&[]);
        self.0.behind.store(0, Ordering::SeqCst);
    }
}
