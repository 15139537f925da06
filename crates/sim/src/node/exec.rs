//! The executor of a simulated server: it runs one task after the other on the caller's thread, draws by lot which of
//! those that are ready comes next, and wakes timers when the world says that their time has come.
//!
//! It owns its tasks: none outlives it, whatever still holds its waker, so that a killed server runs nothing on.

use std::collections::BTreeMap;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::future::BoxFuture;

use crate::clock::Millis;
use crate::rng::Rng;

/// Names a task for as long as its executor lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TaskId(u64);

/// Runs tasks.
pub(super) struct Executor {
    shared: Arc<Shared>,
    lot: Rng,
}

/// What tasks reach of their executor.
#[derive(Default)]
pub(super) struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    tasks: BTreeMap<TaskId, Task>,
    newest_task: u64,
    timers: BTreeMap<TimerId, Waker>,
    newest_timer: u64,
    ready: Arc<Ready>,
    dead: bool,
}

struct Task {
    future: BoxFuture<'static, ()>,
    wakes: Arc<Wakes>,
}

/// The tasks that want to run.
type Ready = Mutex<Vec<TaskId>>;

/// Makes a task ready, once until it runs.
struct Wakes {
    id: TaskId,
    waiting: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.waiting.swap(true, Ordering::Relaxed) {
            lock(&self.ready).push(self.id);
        }
    }
}

/// A timer: when it is due, and its number.
type TimerId = (Millis, u64);

impl Executor {
    /// Makes an executor without tasks that draws from `lot`.
    pub(super) fn new(lot: Rng) -> Self {
        Self {
            shared: Arc::default(),
            lot,
        }
    }

    /// Returns what tasks need to start others and to wait.
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Runs one of the tasks that are ready; tells whether there was any. A dead executor has none.
    pub(super) fn step(&mut self) -> bool {
        let task = loop {
            let mut state = self.shared.lock();
            if state.dead {
                return false;
            }
            let mut ready = lock(&state.ready);
            if ready.is_empty() {
                return false;
            }
            let at = self.lot.index(ready.len());
            let id = ready.swap_remove(at);
            drop(ready);
            // A task that was cancelled may still be called.
            if let Some(task) = state.tasks.remove(&id) {
                break task;
            }
        };
        let Task { mut future, wakes } = task;
        wakes.waiting.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&wakes));
        if future
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
        {
            let mut state = self.shared.lock();
            if !state.dead {
                state.tasks.insert(wakes.id, Task { future, wakes });
            }
        }
        true
    }

    /// Returns when the next timer is due.
    pub(super) fn next_timer(&self) -> Option<Millis> {
        let state = self.shared.lock();
        state.timers.first_key_value().map(|((due, _), _)| *due)
    }

    /// Wakes what is due, the earliest first.
    pub(super) fn fire(&self, now: Millis) {
        let mut state = self.shared.lock();
        let later = state.timers.split_off(&(now + 1, 0));
        let due = mem::replace(&mut state.timers, later);
        drop(state);
        due.into_values().for_each(Waker::wake);
    }

    /// Drops a task, wherever it is.
    pub(super) fn cancel(&self, id: TaskId) {
        let task = self.shared.lock().tasks.remove(&id);
        drop(task);
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.shared.die();
        // What a task does when it is dropped may start others; they are dropped as they come.
        let tasks = mem::take(&mut self.shared.lock().tasks);
        drop(tasks);
        let timers = mem::take(&mut self.shared.lock().timers);
        drop(timers);
    }
}

impl Shared {
    /// Starts a task, and returns its name. It runs when its turn comes.
    pub(super) fn spawn(&self, future: BoxFuture<'static, ()>) -> TaskId {
        let mut state = self.lock();
        state.newest_task += 1;
        let id = TaskId(state.newest_task);
        if state.dead {
            drop(state);
            drop(future);
            return id;
        }
        let wakes = Arc::new(Wakes {
            id,
            waiting: AtomicBool::new(true),
            ready: Arc::clone(&state.ready),
        });
        lock(&state.ready).push(id);
        state.tasks.insert(id, Task { future, wakes });
        id
    }

    /// Waits until the world has fired what is due then.
    pub(super) fn wait_until(self: &Arc<Self>, due: Millis) -> Sleep {
        let mut state = self.lock();
        state.newest_timer += 1;
        Sleep {
            id: (due, state.newest_timer),
            begun: false,
            shared: Arc::clone(self),
        }
    }

    /// Runs nothing any more: the process is gone.
    pub(super) fn die(&self) {
        self.lock().dead = true;
    }

    /// Returns whether the process is gone.
    pub(super) fn is_dead(&self) -> bool {
        self.lock().dead
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

/// A wait for a moment.
pub(super) struct Sleep {
    id: TimerId,
    begun: bool,
    shared: Arc<Shared>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let shared = Arc::clone(&self.shared);
        let mut state = shared.lock();
        // A timer that began and is not kept any more was fired.
        if self.begun && !state.timers.contains_key(&self.id) {
            return Poll::Ready(());
        }
        self.begun = true;
        let replaced = state.timers.insert(self.id, cx.waker().clone());
        drop(state);
        drop(replaced);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let waker = self.shared.lock().timers.remove(&self.id);
        drop(waker);
    }
}

/// Locks, also after a holder has panicked.
pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
