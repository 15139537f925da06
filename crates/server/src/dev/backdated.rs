//! A machine whose calendar can be set back, so that the demo looks as if it had been lived.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use samtale_model::UnixMillis;
use samtale_store::Env;

/// Another machine, its wall clock set back while the demo is seeded; everything else passes through.
pub struct Backdated {
    inner: Arc<dyn Env>,
    /// How many milliseconds the wall clock is behind.
    behind: AtomicI64,
}

impl Backdated {
    /// Wraps a machine. Its clock is right until the demo is seeded, and again from then on.
    pub fn new(inner: Arc<dyn Env>) -> Self {
        Self {
            inner,
            behind: AtomicI64::new(0),
        }
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
        let behind = self.0.inner.unix().0.saturating_sub(moment.0);
        self.0.behind.store(behind, Ordering::SeqCst);
    }
}

impl Drop for Travel<'_> {
    fn drop(&mut self) {
        self.0.behind.store(0, Ordering::SeqCst);
    }
}
