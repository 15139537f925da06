//! Where the store and the server take clocks, randomness and tasks from, so that a simulation can
//! own them. Nothing else in the two crates may ask the machine (clippy's `disallowed-methods`).

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use samtale_model::UnixMillis;

/// The machine, as the store and the server see it.
pub trait Env: Send + Sync + 'static {
    /// Returns the wall-clock time.
    fn unix(&self) -> UnixMillis;

    /// Returns the time since some fixed moment; it never goes back.
    fn monotonic(&self) -> Duration;

    /// Fills `bytes` with randomness fit for keys and ids.
    fn fill_random(&self, bytes: &mut [u8]);

    /// Runs a task beside the others.
    fn spawn(&self, task: BoxFuture<'static, ()>);

    /// Waits.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;

    /// Runs blocking work on a thread of its own, which ends when the work does.
    fn spawn_thread(&self, name: &str, work: Box<dyn FnOnce() + Send>);
}

/// The real machine: the system's clocks and randomness, tokio's tasks and timers.
#[derive(Clone, Copy, Debug)]
pub struct SystemEnv {
    start: Instant,
}

impl SystemEnv {
    /// Starts counting monotonic time.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the machine"
    )]
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for SystemEnv {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that asks the machine"
)]
impl Env for SystemEnv {
    fn unix(&self) -> UnixMillis {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system has randomness");
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }

    fn spawn_thread(&self, name: &str, work: Box<dyn FnOnce() + Send>) {
        std::thread::Builder::new()
            .name(name.into())
            .spawn(work)
            .expect("the system has room for a thread");
    }
}
