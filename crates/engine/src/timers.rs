//! Every moment the engine waits for, each under one name.

use samtale_model::flat::Map;
use samtale_model::{ChatId, PrivateKey};

use crate::Monotonic;
use crate::order::sorted;

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
    /// Chats that could not be read can be asked for again.
    Chats,
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

/// The timers that are set, and when each is due. They are few: the next is looked for.
#[derive(Debug, Default)]
pub(crate) struct Timers(Map<Timer, Monotonic>);

impl Timers {
    /// Sets a timer, or moves it.
    pub(crate) fn set(&mut self, timer: Timer, at: Monotonic) {
        self.0.insert(timer, at);
    }

    /// Sets a timer unless it is due earlier already.
    pub(crate) fn set_earliest(&mut self, timer: Timer, at: Monotonic) {
        let due = self.0.or_insert_with(timer, || at);
        *due = at.min(*due);
    }

    /// Takes a timer back.
    pub(crate) fn clear(&mut self, timer: &Timer) {
        self.0.remove(timer);
    }

    /// Returns when a timer is due.
    pub(crate) fn get(&self, timer: &Timer) -> Option<Monotonic> {
        self.0.get(timer).copied()
    }

    /// Returns when the next timer is due.
    pub(crate) fn next(&self) -> Option<Monotonic> {
        self.0.values().min().copied()
    }

    /// Takes the timers that are due now, the earliest first.
    pub(crate) fn take_due(&mut self, now: Monotonic) -> Vec<Timer> {
        let due = self.0.iter().filter(|(_, at)| **at <= now);
        let due = due.map(|(timer, at)| (timer.clone(), *at)).collect();
        let due = sorted(due, |(_, at)| *at);
        for (timer, _) in &due {
            self.0.remove(timer);
        }
        due.into_iter().map(|(timer, _)| timer).collect()
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
