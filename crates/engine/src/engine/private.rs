//! Private state: drafts, mutes, blocks, settings, and which chats one is in.
//!
//! Rows are written optimistically: the newest value of a key waits until the server has it, and
//! the greater seq wins. The server's rows have a counter of their own; a gap in it is filled by
//! joining one's own topic anew.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use samtale_model::flat::{Map, Set};
use samtale_model::rows::merge;
use samtale_model::{ChatId, Cursor, OpId, Private, PrivateKey, PrivateRow, UnixMillis};
use samtale_protocol::user::{PrivateEnvelope, PrivatePush};
use samtale_protocol::{RetryKind, WireError, event};

use super::Engine;
use super::wire::Push;
use crate::CommandError;
use crate::timers::Timer;
use crate::view::Muted;

/// A value that the server does not have yet.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PendingRow {
    pub(super) op: OpId,
    pub(super) value: Value,
    #[serde(skip)]
    sent: bool,
}

impl std::fmt::Debug for PendingRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PendingRow({}, sent: {})", self.op, self.sent)
    }
}

/// One's private state.
#[derive(Debug, Default)]
pub(super) struct PrivateState {
    pub(super) cursor: Option<Cursor>,
    pub(super) rows: Map<PrivateKey, PrivateRow>,
    pub(super) pending: Map<PrivateKey, PendingRow>,
    /// Rows to be stored.
    pub(super) touched: Set<PrivateKey>,
    /// Pending rows to be stored or deleted.
    pub(super) touched_pending: Set<PrivateKey>,
    pub(super) cursor_moved: bool,
}

impl PrivateState {
    /// Returns the value of a key, one's newest; none where it is not set.
    pub(super) fn get(&self, key: &PrivateKey) -> Option<&Value> {
        let value = match self.pending.get(key) {
            Some(pending) => &pending.value,
            None => &self.rows.get(key)?.value,
        };
        (!value.is_null()).then_some(value)
    }

    pub(super) fn draft(&self, chat: ChatId) -> Option<&str> {
        self.get(&PrivateKey::Draft(chat))?.as_str()
    }

    pub(super) fn muted(&self, chat: ChatId, now: UnixMillis) -> Option<Muted> {
        match self.get(&PrivateKey::Mute(chat))? {
            Value::Bool(true) => Some(Muted { until: None }),
            Value::Number(until) => {
                until
                    .as_i64()
                    .filter(|until| *until > now.0)
                    .map(|until| Muted {
                        until: Some(UnixMillis(until)),
                    })
            }
            _ => None,
        }
    }
}

impl Engine {
    pub(super) fn on_private(&mut self, private: Private) {
        let same = self
            .private
            .cursor
            .as_ref()
            .is_some_and(|cursor| cursor.epoch == private.epoch);
        if private.reset || !same {
            let gone: Vec<PrivateKey> = self.private.rows.keys().cloned().collect();
            self.private.rows.clear();
            // What is stored may not even have been read yet.
            self.storage.evict.push("private/".into());
            for key in gone {
                self.touch_private(key);
            }
        }
        self.private.cursor = Some(Cursor {
            epoch: private.epoch,
            seq: private.up_to,
        });
        self.private.cursor_moved = true;
        // Whole, the state names every chat, those far down the list too: pages bring them.
        self.take_rows(private.rows, same && !private.reset);
    }

    pub(super) fn on_private_envelope(&mut self, envelope: PrivateEnvelope) {
        let Some(cursor) = &mut self.private.cursor else {
            return;
        };
        if cursor.epoch.lineage == envelope.epoch && envelope.seq <= cursor.seq {
            return;
        }
        let next = cursor.epoch.lineage == envelope.epoch && envelope.seq.follows(cursor.seq);
        if next {
            cursor.seq = envelope.seq;
            self.private.cursor_moved = true;
            self.take_rows(envelope.rows, true);
        } else if self.link.user.is_joined() {
            self.join_user();
        }
    }

    fn take_rows(&mut self, rows: Vec<PrivateRow>, news: bool) {
        for row in rows {
            let key = row.key.clone();
            let changed = match self.private.rows.get_mut(&key) {
                Some(held) => merge(held, row),
                None => {
                    self.private.rows.insert(key.clone(), row);
                    true
                }
            };
            if changed {
                self.touch_private(key.clone());
                if let PrivateKey::Chat(chat) = key {
                    self.on_membership(chat, news);
                }
            }
        }
    }

    /// One's membership of a chat changed: a new one is fetched, an ended one left.
    fn on_membership(&mut self, chat: ChatId, news: bool) {
        let value = self.private.get(&PrivateKey::Chat(chat));
        let active = value
            .and_then(|value| value.get("active"))
            .and_then(Value::as_bool)
            .unwrap_or(false);
        let known = self.chats.get(&chat).is_some_and(|s| s.summary.is_some());
        if active && !known && news {
            self.ask_chats(&[chat]);
        } else if !active && known {
            self.on_removed(chat);
        }
    }

    /// Writes a private row: here at once, at the server when it can be.
    pub(super) fn set_private(
        &mut self,
        key: PrivateKey,
        value: Value,
        pause_ms: u64,
    ) -> Result<(), CommandError> {
        if !key.is_writable() {
            return Err(CommandError::NotYours);
        }
        let json = serde_json::to_string(&value);
        if json.is_ok_and(|json| json.len() > PrivateKey::MAX_VALUE_BYTES) {
            return Err(CommandError::TooLarge);
        }
        if self.private.get(&key).unwrap_or(&Value::Null) == &value {
            return Ok(());
        }
        let op = self.random.op_id(self.unix());
        self.private.pending.insert(
            key.clone(),
            PendingRow {
                op,
                value,
                sent: false,
            },
        );
        self.private.touched_pending.insert(key.clone());
        self.touch_private(key.clone());
        // The pause runs from the last change, but no other write is held up by it.
        self.timers
            .set(Timer::Private(key), self.now.mono.plus(pause_ms.max(1)));
        Ok(())
    }

    fn touch_private(&mut self, key: PrivateKey) {
        if let PrivateKey::Draft(chat) | PrivateKey::Mute(chat) = key {
            self.dirty.items.insert(chat);
        }
        self.dirty.private.insert(key.clone());
        self.private.touched.insert(key);
    }

    pub(super) fn push_all_private(&mut self) {
        let keys: Vec<PrivateKey> = self.private.pending.keys().cloned().collect();
        for key in keys {
            if let Some(pending) = self.private.pending.get_mut(&key) {
                pending.sent = false;
            }
            if self.timers.get(&Timer::Private(key.clone())).is_none() {
                self.push_private(&key);
            }
        }
    }

    pub(super) fn push_private(&mut self, key: &PrivateKey) {
        if !self.link.is_live() {
            return;
        }
        let Some(pending) = self.private.pending.get_mut(key) else {
            return;
        };
        if pending.sent {
            return;
        }
        pending.sent = true;
        let push = PrivatePush {
            op_id: pending.op,
            key: key.clone(),
            value: pending.value.clone(),
        };
        let answer = Push::Private(key.clone(), push.op_id);
        self.push_user(event::PRIVATE, push, answer);
    }

    pub(super) fn on_private_reply(
        &mut self,
        key: &PrivateKey,
        op: OpId,
        reply: Result<PrivateRow, WireError>,
    ) {
        let newest = self.private.pending.get(key).is_some_and(|p| p.op == op);
        match reply {
            Ok(row) => {
                if row.key == *key {
                    self.take_rows(vec![row], true);
                }
                if newest {
                    self.private.pending.remove(key);
                    self.private.touched_pending.insert(key.clone());
                    self.touch_private(key.clone());
                }
            }
            Err(error) if newest && error.retry_kind() == RetryKind::Never => {
                // Rolled back: the server's value shows again.
                self.private.pending.remove(key);
                self.private.touched_pending.insert(key.clone());
                self.touch_private(key.clone());
            }
            Err(error) if newest => {
                if let Some(pending) = self.private.pending.get_mut(key) {
                    pending.sent = false;
                }
                let pause = self.backoff(3).max(error.retry_after_ms.unwrap_or(1_000));
                self.timers
                    .set(Timer::Private(key.clone()), self.now.mono.plus(pause));
            }
            Err(_) => {}
        }
    }
}
