//! Every moment the engine waits for, each under one name.

use std::collections::{BTreeMap, BTreeSet};

use samtale_model::{ChatId, PrivateKey};

use crate::Monotonic;

/// Something that is due at a moment. Setting it again moves it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// The next attempt to connect.
    Retry,
    /// The socket was not opened and joined in time.
    Connect,
    /// The connection has held for a healthy spell.
    Healthy,
    /// The next heartbeat.
    Heartbeat,
    /// A heartbeat was not answered in time.
    HeartbeatTimeout,
    /// The token should be renewed.
    TokenRenew,
    /// The token has run out.
    TokenExpiry,
    /// The server is going away: time to leave it.
    Drain,
    /// The oldest unanswered push may be overdue.
    Pushes,
    /// The next batch of chats can be joined.
    JoinPace,
    /// The oldest unanswered batch of writes is overdue.
    Storage,
    /// The cache may be stored again after the storage was full.
    StorageRetry,
    /// The list of chats should be read over HTTP.
    HttpPoll,
    /// The oldest unanswered HTTP request may be overdue.
    HttpTimeout,
    /// The person has been idle long enough to be away.
    Idle,
    /// Others' presence is no longer to be believed.
    PresenceStale,
    /// A chat that could not be joined can be tried again.
    Rejoin(ChatId),
    /// A chat can be synced again.
    Sync(ChatId),
    /// A chat's changes can be polled again.
    Poll(ChatId),
    /// A chat's next ops can be sent.
    Outbox(ChatId),
    /// A receipt is due in a chat.
    Receipt(ChatId),
    /// Someone's typing runs out in a chat.
    Typing(ChatId),
    /// One's own typing in a chat begins to count.
    TypingStart(ChatId),
    /// One's own typing in a chat ends.
    TypingStop(ChatId),
    /// A private row is sent.
    Private(PrivateKey),
    /// A chat can be made again.
    Create(ChatId),
}

/// The timers that are set.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    by_name: BTreeMap<Timer, Monotonic>,
    by_time: BTreeSet<(Monotonic, Timer)>,
}

impl Timers {
    /// Sets a timer, or moves it.
    pub(crate) fn set(&mut self, timer: Timer, at: Monotonic) {
        self.clear(&timer);
        self.by_time.insert((at, timer.clone()));
        self.by_name.insert(timer, at);
    }

    /// Sets a timer unless it is due earlier already.
    pub(crate) fn set_earliest(&mut self, timer: Timer, at: Monotonic) {
        if self.by_name.get(&timer).is_none_or(|set| *set > at) {
            self.set(timer, at);
        }
    }

    /// Takes a timer back.
    pub(crate) fn clear(&mut self, timer: &Timer) {
        if let Some(at) = self.by_name.remove(timer) {
            self.by_time.remove(&(at, timer.clone()));
        }
    }

    /// Returns when a timer is due.
    pub(crate) fn get(&self, timer: &Timer) -> Option<Monotonic> {
        self.by_name.get(timer).copied()
    }

    /// Returns when the next timer is due.
    pub(crate) fn next(&self) -> Option<Monotonic> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes the timers that are due now, the earliest first.
    pub(crate) fn take_due(&mut self, now: Monotonic) -> Vec<Timer> {
        let mut due = Vec::new();
        while let Some((at, _)) = self.by_time.first()
            && *at <= now
        {
            if let Some((_, timer)) = self.by_time.pop_first() {
                self.by_name.remove(&timer);
                due.push(timer);
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_come_due_in_order_and_once() {
        let mut timers = Timers::default();
        timers.set(Timer::Retry, Monotonic(5));
        timers.set(Timer::Heartbeat, Monotonic(3));
        timers.set(Timer::Retry, Monotonic(4));
        timers.set_earliest(Timer::Heartbeat, Monotonic(9));
        assert_eq!(timers.next(), Some(Monotonic(3)));
        assert_eq!(
            timers.take_due(Monotonic(4)),
            [Timer::Heartbeat, Timer::Retry]
        );
        assert_eq!(timers.take_due(Monotonic(9)), []);
        assert_eq!(timers.next(), None);
    }
}
