//! What was stored, taken up again: the unsent, the list, what a user keeps for themselves, and chats.

use samtale_model::{
    ChatId, ChatSummary, Cursor, Lineage, Message, MessageId, Participant, PrivateKey, PrivateRow,
    Rows, Seq,
};

use super::Engine;
use super::chats::{ChatState, Loaded};
use super::private::PendingRow;
use super::storage::Creation;
use crate::Record;
use crate::outbox::Queued;
use crate::record::{RecordError, decode};
use crate::replica::{Meta, Reactions};

impl Engine {
    /// Takes up what is not a chat's. What is not the `first` that is read was another tab's, or comes late: it is stored
    /// anew, and what of it can't be read is left alone.
    pub(super) fn restore_base(&mut self, records: Vec<Record>, first: bool) {
        let mut queued: Vec<Queued> = Vec::new();
        let mut rows: Vec<PrivateRow> = Vec::new();
        let mut cursor: Option<Cursor> = None;
        let mut whole = true;
        let whole_list = self.link.is_live() && !self.more_chats;
        for Record { key, value } in records {
            let Some((kind, name)) = key.split_once('/') else {
                continue;
            };
            let read = match kind {
                "outbox" => decode::<Queued>(&value).map(|op| queued.push(op)),
                "create" => decode::<Creation>(&value).map(|creation| {
                    if let Ok(chat) = name.parse::<ChatId>() {
                        self.creates.or_insert_with(chat, || creation);
                        self.chat_mut(chat);
                        self.dirty.list = true;
                        if !first {
                            self.dirty.creates.insert(chat);
                        }
                    }
                }),
                "pending" => decode::<PendingRow>(&value).map(|pending| {
                    if let Ok(key) = name.parse::<PrivateKey>() {
                        self.private.pending.or_insert_with(key.clone(), || pending);
                        if let PrivateKey::Draft(chat) | PrivateKey::Mute(chat) = key {
                            self.dirty.items.insert(chat);
                        }
                        if !first {
                            self.private.touched_pending.insert(key.clone());
                        }
                        self.dirty.private.insert(key);
                    }
                }),
                "list" => decode::<ChatSummary>(&value).map(|summary| {
                    let chat = summary.chat.id;
                    let listed = self.chats.get(&chat).is_some_and(|s| s.summary.is_some());
                    if whole_list && !listed {
                        // The server's came first, and one is no longer in that chat.
                        self.dirty.listed.insert(chat);
                        self.dirty.forgotten.insert(chat);
                        return;
                    }
                    let state = self.chat_mut(chat);
                    if state.summary.is_none() {
                        state.summary = Some(summary);
                    } else if state.restore_read(&summary.epoch.lineage, summary.read) {
                        // The server's came first.
                        self.dirty.listed.insert(chat);
                        self.want_receipt(chat);
                    }
                }),
                "private" if name == "cursor" => {
                    decode::<Cursor>(&value).map(|held| cursor = Some(held))
                }
                "private" => decode::<PrivateRow>(&value).map(|row| rows.push(row)),
                _ => continue,
            };
            match read {
                Ok(()) => {}
                Err(RecordError::Newer(_)) if kind == "outbox" || kind == "create" => {
                    // A newer build's, to be sent by it.
                }
                // Not this engine's to delete.
                Err(_) if !first => {}
                Err(_) => {
                    whole &= kind != "private";
                    self.storage.evict.push(key);
                }
            }
        }
        if whole && self.private.cursor.is_none() {
            self.private.cursor = cursor;
            for row in rows {
                self.dirty.private.insert(row.key.clone());
                self.private.rows.insert(row.key.clone(), row);
            }
        }
        let chats: Vec<ChatId> = queued.iter().map(|queued| queued.chat).collect();
        self.outbox.restore(queued, first);
        for chat in chats {
            self.chat_mut(chat);
        }
        self.dirty.outbox = true;
    }

    /// Takes up what was stored of a chat.
    pub(super) fn restore_chat(&mut self, chat: ChatId, records: Vec<Record>) {
        let keep = self.cfg.cache_messages;
        let prefix = format!("chat/{chat}/");
        let restored = read_chat(&prefix, records);
        let state = self.chat_mut(chat);
        if state.loaded != Loaded::Loading {
            return;
        }
        state.loaded = Loaded::Yes;
        let taken = match restored {
            Ok(Some((meta, rows, reactions))) => state.replica.restore(meta, rows, reactions),
            Ok(None) => true,
            Err(()) => false,
        };
        let mut untold = false;
        if taken {
            let held = state.replica.cursor.as_ref();
            if let Some(epoch) = held.map(|cursor| cursor.epoch.clone()) {
                untold = state.restore_read(&epoch.lineage, state.replica.read());
            }
            state.trim(keep);
        } else {
            // It can't be read, or is of a past that the server no longer has.
            state.stored = false;
            self.storage.evict.push(prefix);
        }
        self.dirty.items.insert(chat);
        if untold {
            self.dirty.listed.insert(chat);
            self.want_receipt(chat);
        }
        self.settle_seen(chat);
        self.join_more();
        if self.http.is_on() {
            self.poll_chat(chat);
        }
    }
}

impl ChatState {
    /// Takes up the read mark of an earlier run. The server may not have been told of it: if it is ahead of the list's, it is
    /// to be told, and this says so.
    pub(super) fn restore_read(&mut self, lineage: &Lineage, read: Seq) -> bool {
        let behind = self
            .summary
            .as_ref()
            .is_some_and(|listed| listed.epoch.lineage == *lineage && listed.read < read);
        if behind {
            self.receipt.read = self.receipt.read.max(read);
            self.raise_listed(read);
        }
        behind
    }
}

/// A stored chat.
type Stored = (Meta, Rows, Vec<(MessageId, Reactions)>);

/// Reads a chat's records; an error where any of them can't be read: then none counts.
fn read_chat(prefix: &str, records: Vec<Record>) -> Result<Option<Stored>, ()> {
    let mut meta: Option<Meta> = None;
    let mut rows = Rows::default();
    let mut reactions = Vec::new();
    let mut any = false;
    for Record { key, value } in records {
        let Some(name) = key.strip_prefix(prefix) else {
            continue;
        };
        any = true;
        let read = match name.split_once('/') {
            None if name == "meta" => decode::<Meta>(&value).map(|held| meta = Some(held)),
            Some(("m", _)) => decode::<Message>(&value).map(|row| rows.messages.push(row)),
            Some(("q", _)) => decode::<Message>(&value).map(|row| rows.quoted.push(row)),
            Some(("p", _)) => decode::<Participant>(&value).map(|row| rows.participants.push(row)),
            Some(("r", id)) => decode::<Reactions>(&value).and_then(|held| {
                let id = id.parse().map_err(|_| RecordError::Damaged)?;
                reactions.push((id, held));
                Ok(())
            }),
            _ => Err(RecordError::Damaged),
        };
        read.map_err(|_| ())?;
    }
    match meta {
        Some(meta) => Ok(Some((meta, rows, reactions))),
        None if any => Err(()),
        None => Ok(None),
    }
}
