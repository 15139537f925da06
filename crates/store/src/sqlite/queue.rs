//! A bounded queue between callers and those who serve them, threads or tasks: putting never waits, taking does.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// A queue of at most `capacity` items.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    /// Tells a thread of an item, or all of the end.
    ready: Condvar,
    /// Tells a task.
    arrival: Notify,
    capacity: usize,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

/// Why an item was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PushError {
    /// As many are waiting as are allowed to.
    Full,
    /// The queue was closed.
    Closed,
}

impl<T> Queue<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                closed: false,
            }),
            ready: Condvar::new(),
            arrival: Notify::new(),
            capacity,
        }
    }

    /// Puts an item at the end.
    pub(super) fn push(&self, item: T) -> Result<(), PushError> {
        let mut state = self.lock();
        if state.closed {
            return Err(PushError::Closed);
        }
        if state.items.len() >= self.capacity {
            return Err(PushError::Full);
        }
        state.items.push_back(item);
        drop(state);
        self.ready.notify_one();
        self.arrival.notify_one();
        Ok(())
    }

    /// Waits for items and moves up to `limit` of them into `taken`; false once the queue is closed and empty.
    pub(super) fn take(&self, limit: usize, taken: &mut Vec<T>) -> bool {
        let mut state = self.lock();
        while state.items.is_empty() {
            if state.closed {
                return false;
            }
            state = self
                .ready
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let count = limit.min(state.items.len());
        taken.extend(state.items.drain(..count));
        true
    }

    /// The same, waiting so long at the most: then nothing is taken.
    pub(super) fn take_within(&self, wait: Duration, limit: usize, taken: &mut Vec<T>) -> bool {
        let state = self.lock();
        let waiting = |state: &mut State<T>| state.items.is_empty() && !state.closed;
        let (state, _) = self
            .ready
            .wait_timeout_while(state, wait, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        drop(state);
        self.try_take(limit, taken)
    }

    /// Waits, as a task, until there is something to take or the queue is closed.
    pub(super) async fn ready(&self) {
        loop {
            // Made before the look, so that what comes right after it is heard.
            let arrival = self.arrival.notified();
            if self.has_something() {
                return;
            }
            arrival.await;
        }
    }

    fn has_something(&self) -> bool {
        let state = self.lock();
        state.closed || !state.items.is_empty()
    }

    /// Moves up to `limit` items into `taken` without waiting; false once the queue is closed and empty.
    pub(super) fn try_take(&self, limit: usize, taken: &mut Vec<T>) -> bool {
        let mut state = self.lock();
        if state.items.is_empty() {
            return !state.closed;
        }
        let count = limit.min(state.items.len());
        taken.extend(state.items.drain(..count));
        true
    }

    /// Closes the queue: nothing comes in any more, what is in it is still taken.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_all();
        self.arrival.notify_waiters();
    }

    /// Closes the queue and drops what is in it: nobody is left to take it.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.closed = true;
        let left = std::mem::take(&mut state.items);
        drop(state);
        drop(left);
        self.ready.notify_all();
        self.arrival.notify_waiters();
    }

    /// No update of the state can panic halfway, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_taken_in_order_up_to_a_limit() {
        let queue = Queue::new(3);
        for item in 0..3 {
            assert_eq!(queue.push(item), Ok(()));
        }
        assert_eq!(queue.push(3), Err(PushError::Full));
        let mut taken = Vec::new();
        assert!(queue.take(2, &mut taken));
        assert_eq!(taken, [0, 1]);
    }

    #[test]
    fn a_wait_ends_with_an_item_or_with_nothing() {
        let queue = Queue::new(3);
        let mut taken = Vec::new();
        assert!(queue.take_within(Duration::from_millis(1), 3, &mut taken));
        assert!(taken.is_empty());
        assert_eq!(queue.push(1), Ok(()));
        assert!(queue.take_within(Duration::MAX, 3, &mut taken));
        assert_eq!(taken, [1]);
        queue.close();
        assert!(!queue.take_within(Duration::MAX, 3, &mut taken));
    }

    #[test]
    fn a_closed_queue_gives_what_it_holds_and_then_ends() {
        let queue = Queue::new(3);
        assert_eq!(queue.push(1), Ok(()));
        queue.close();
        assert_eq!(queue.push(2), Err(PushError::Closed));
        let mut taken = Vec::new();
        assert!(queue.take(9, &mut taken));
        assert!(!queue.take(9, &mut taken));
        assert!(!queue.try_take(9, &mut taken));
        assert_eq!(taken, [1]);
    }

    #[test]
    fn an_abandoned_queue_drops_what_it_holds() {
        let queue = Queue::new(3);
        assert_eq!(queue.push(1), Ok(()));
        queue.abandon();
        assert!(!queue.take(9, &mut Vec::new()));
    }
}
