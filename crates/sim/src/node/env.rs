//! The machine as a simulated server sees it: the world's clock with a skew, a generator, the executor's tasks.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use samtale_model::UnixMillis;
use samtale_store::Env;

use super::exec::{Shared, lock};
use crate::clock::{Clock, Millis};
use crate::rng::Rng;

/// The `Env` of one run of a server.
pub(super) struct SimEnv {
    clock: Clock,
    /// When this run began: the monotonic clock counts from here.
    began: Millis,
    /// How far the wall clock is ahead, in milliseconds.
    skew: Arc<AtomicI64>,
    rng: Mutex<Rng>,
    tasks: Arc<Shared>,
}

impl SimEnv {
    /// Begins a run.
    pub(super) fn new(clock: Clock, skew: Arc<AtomicI64>, rng: Rng, tasks: Arc<Shared>) -> Self {
        Self {
            began: clock.now(),
            clock,
            skew,
            rng: Mutex::new(rng),
            tasks,
        }
    }
}

impl Env for SimEnv {
    fn unix(&self) -> UnixMillis {
        let UnixMillis(right) = self.clock.wall();
        UnixMillis(right + self.skew.load(Ordering::Relaxed))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.clock.now() - self.began)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        lock(&self.rng).fill(bytes);
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.tasks.spawn(task);
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        if time.is_zero() {
            return Box::pin(give_way());
        }
        // Rounded up: whoever waits wakes when at least so much time has passed.
        let millis = u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        let due = self.clock.now().saturating_add(millis).min(FOREVER);
        Box::pin(self.tasks.wait_until(due))
    }

    fn spawn_thread(&self, name: &str, _work: Box<dyn FnOnce() + Send>) {
        panic!("a simulated server has no threads, and {name} wants one");
    }
}

/// A moment that no world reaches.
const FOREVER: Millis = u64::MAX / 2;

/// Lets the other tasks run that are ready.
async fn give_way() {
    let mut gave_way = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut gave_way, true) {
            std::task::Poll::Ready(())
        } else {
            cx.waker().wake_by_ref();
            std::task::Poll::Pending
        }
    })
    .await;
}
