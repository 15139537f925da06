//! What changed, for one consumer: in batches, lossless, and bounded however slow the consumer is.
//!
//! A change that says "read this again" is kept once; patches of one timeline are put together, and
//! become a reset when there are too many. What happened to an op is never dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use samtale_engine::{Change, TimelinePatch};
use samtale_model::{ChatId, PrivateKey, UserId};
use tokio::sync::Notify;

/// Past so many patches of one timeline that nobody has taken, it is to be read again instead.
const MAX_PATCHES: usize = 1_000;

/// The changes since the last look, for one consumer.
#[derive(Debug)]
pub struct Changes {
    inbox: Arc<Inbox>,
}

impl Changes {
    /// Waits for changes and returns all there are; none once the client has shut down.
    ///
    /// The state they speak of may already have moved on: patches belong to a copy that the
    /// consumer keeps, everything else is read from the engine. A cancelled call loses nothing.
    pub async fn recv(&mut self) -> Option<Vec<Change>> {
        loop {
            {
                let mut pending = self.inbox.lock();
                if !pending.changes.is_empty() {
                    return Some(pending.take());
                }
                if pending.closed {
                    return None;
                }
            }
            self.inbox.ready.notified().await;
        }
    }

    /// Returns the changes there are, without waiting.
    pub fn take(&mut self) -> Vec<Change> {
        self.inbox.lock().take()
    }
}

/// Everyone who wants to hear of changes.
#[derive(Debug, Default)]
pub(crate) struct Audience {
    inboxes: Vec<Weak<Inbox>>,
    closed: bool,
}

impl Audience {
    pub(crate) fn subscribe(&mut self) -> Changes {
        let inbox = Arc::new(Inbox::default());
        inbox.lock().closed = self.closed;
        self.inboxes.retain(|inbox| inbox.strong_count() > 0);
        self.inboxes.push(Arc::downgrade(&inbox));
        Changes { inbox }
    }

    pub(crate) fn tell(&mut self, change: &Change) {
        self.inboxes.retain(|inbox| {
            let Some(inbox) = inbox.upgrade() else {
                return false;
            };
            inbox.lock().push(change.clone());
            inbox.ready.notify_one();
            true
        });
    }

    /// Lets every consumer take what is left, and then end.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        for inbox in self.inboxes.drain(..).filter_map(|inbox| inbox.upgrade()) {
            inbox.lock().closed = true;
            inbox.ready.notify_one();
        }
    }
}

#[derive(Debug, Default)]
struct Inbox {
    pending: Mutex<Pending>,
    ready: Notify,
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Pending {
    changes: Vec<Change>,
    /// Where in `changes` a change stands that is kept once.
    places: HashMap<Subject, usize>,
    closed: bool,
}

impl Pending {
    fn take(&mut self) -> Vec<Change> {
        self.places.clear();
        std::mem::take(&mut self.changes)
    }

    fn push(&mut self, change: Change) {
        let Some(subject) = Subject::of(&change) else {
            self.changes.push(change);
            return;
        };
        match self.places.get(&subject) {
            None => {
                self.places.insert(subject, self.changes.len());
                self.changes.push(change);
            }
            Some(place) => merge(&mut self.changes[*place], change),
        }
    }
}

/// Adds a change to an earlier one of the same subject.
fn merge(earlier: &mut Change, later: Change) {
    let Change::Timeline { patches, .. } = earlier else {
        return;
    };
    let Change::Timeline { patches: more, .. } = later else {
        return;
    };
    let reset = |patches: &[TimelinePatch]| patches.contains(&TimelinePatch::Reset);
    if reset(patches) || reset(&more) || patches.len() + more.len() > MAX_PATCHES {
        *patches = vec![TimelinePatch::Reset];
    } else {
        patches.extend(more);
    }
}

/// What a change is about, where a second of the same adds nothing or can be added to the first.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Subject {
    Connection,
    Storage,
    Chats,
    Chat(ChatId),
    Timeline(ChatId),
    Receipts(ChatId),
    Typing(ChatId),
    Presence(UserId),
    MyStatus,
    Private(PrivateKey),
    Outbox,
    Search,
}

impl Subject {
    fn of(change: &Change) -> Option<Self> {
        Some(match change {
            Change::Connection => Self::Connection,
            Change::Storage => Self::Storage,
            Change::Chats => Self::Chats,
            Change::Chat { chat } => Self::Chat(*chat),
            Change::Timeline { chat, .. } => Self::Timeline(*chat),
            Change::Receipts { chat } => Self::Receipts(*chat),
            Change::Typing { chat } => Self::Typing(*chat),
            Change::Presence { user } => Self::Presence(user.clone()),
            Change::MyStatus => Self::MyStatus,
            Change::Private { key } => Self::Private(key.clone()),
            Change::Outbox => Self::Outbox,
            Change::Search => Self::Search,
            Change::Op { .. } | Change::ChatMade { .. } | Change::Refused { .. } => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use samtale_engine::Outcome;
    use samtale_model::{MessageId, OpId};

    const CHAT: ChatId = ChatId::from_bytes([1; 16]);

    fn removal(n: u8) -> TimelinePatch {
        TimelinePatch::Remove {
            id: MessageId::from_bytes([n; 16]),
        }
    }

    fn timeline(patches: Vec<TimelinePatch>) -> Change {
        Change::Timeline {
            chat: CHAT,
            patches,
        }
    }

    #[tokio::test]
    async fn a_slow_consumer_gets_each_subject_once_and_every_patch_in_order() {
        let mut audience = Audience::default();
        let mut changes = audience.subscribe();
        for change in [
            Change::Connection,
            timeline(vec![removal(1)]),
            Change::Connection,
            timeline(vec![removal(2), removal(3)]),
        ] {
            audience.tell(&change);
        }
        let expected = vec![
            Change::Connection,
            timeline(vec![removal(1), removal(2), removal(3)]),
        ];
        assert_eq!(changes.recv().await, Some(expected));
        audience.tell(&Change::Connection);
        assert_eq!(changes.recv().await, Some(vec![Change::Connection]));
    }

    #[tokio::test]
    async fn too_many_patches_become_a_reset_and_what_became_of_an_op_stays() {
        let mut audience = Audience::default();
        let mut changes = audience.subscribe();
        let op = Change::Op {
            op: OpId::from_bytes([1; 16]),
            chat: CHAT,
            outcome: Outcome::Kept,
        };
        for _ in 0..MAX_PATCHES {
            audience.tell(&timeline(vec![removal(1)]));
            audience.tell(&op);
        }
        audience.tell(&timeline(vec![removal(2)]));
        audience.tell(&timeline(vec![removal(3)]));
        let batch = changes.recv().await.expect("changes");
        assert_eq!(batch[0], timeline(vec![TimelinePatch::Reset]));
        assert_eq!(batch.len(), 1 + MAX_PATCHES);
    }

    #[tokio::test]
    async fn the_end_comes_after_what_was_left() {
        let mut audience = Audience::default();
        let mut changes = audience.subscribe();
        audience.tell(&Change::Chats);
        audience.close();
        assert_eq!(changes.recv().await, Some(vec![Change::Chats]));
        assert_eq!(changes.recv().await, None);
        assert_eq!(audience.subscribe().recv().await, None);
    }
}
