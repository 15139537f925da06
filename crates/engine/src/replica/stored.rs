//! What of a replica is stored, and how it is taken up again.
//!
//! An op may be acknowledged before its chat was read from the store: over HTTP, or where a chat has no place among the
//! joined. Such rows stand alone until then, and know of which past they are.

use samtale_model::{Chat, Cursor, MessageId, Receipt, ReceiptSummary, Receipts, Role, Rows, Seq};
use serde::{Deserialize, Serialize};

use super::{Reactions, Replica, Touched};

/// The part of a replica that is stored in one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meta {
    cursor: Cursor,
    chat: Option<Chat>,
    floor: Seq,
    members: u32,
    role: Option<Role>,
    receipts: Vec<Receipt>,
    summary: Option<ReceiptSummary>,
}

impl Replica {
    /// Returns whether a message belongs in the store.
    pub(crate) fn is_stored(&self, id: MessageId) -> bool {
        self.by_id
            .get(&id)
            .is_some_and(|seq| *seq >= self.stored_floor)
    }

    /// Returns what is stored beside the rows; none before the first sync.
    pub(crate) fn meta(&self) -> Option<Meta> {
        Some(Meta {
            cursor: self.cursor.clone()?,
            chat: self.chat.clone(),
            floor: self.stored_floor,
            members: self.members,
            role: self.role,
            receipts: self.marks.iter().cloned().collect(),
            summary: self.summary.clone(),
        })
    }

    /// Takes what was stored. Rows that came earlier, by an acknowledgement, stay, and are yet to be stored; what is of
    /// another past than they are is not taken, which is told.
    pub(crate) fn restore(
        &mut self,
        meta: Meta,
        rows: Rows,
        reactions: Vec<(MessageId, Reactions)>,
    ) -> bool {
        let lineage = &meta.cursor.epoch.lineage;
        if self.early.as_ref().is_some_and(|early| early != lineage) {
            return false;
        }
        let early = self.take_rows();
        self.cursor = Some(meta.cursor);
        self.floor = meta.floor;
        self.stored_floor = meta.floor;
        self.members = meta.members;
        self.role = meta.role;
        if let Some(chat) = meta.chat {
            self.chat = Some(chat);
        }
        self.merge_rows(rows);
        for (id, restored) in reactions {
            if self.by_id.contains_key(&id) {
                self.reactions.entry(id).or_insert(restored);
            }
        }
        self.merge_receipts(&Receipts {
            listed: meta.receipts,
            summary: meta.summary,
        });
        self.settle_ticks();
        // What was stored needs no storing, and what is old is not news.
        self.touched = Touched {
            all: true,
            chat: true,
            receipts: true,
            ..Touched::default()
        };
        self.merge_rows(early);
        self.touched.received = 0;
        true
    }

    /// Takes out all rows.
    fn take_rows(&mut self) -> Rows {
        self.by_id.clear();
        self.quoted_by.clear();
        let reactions = std::mem::take(&mut self.reactions);
        let of_one = reactions.values().flat_map(|held| held.rows.values());
        Rows {
            chat: self.chat.take(),
            participants: std::mem::take(&mut self.participants)
                .values()
                .cloned()
                .collect(),
            messages: std::mem::take(&mut self.messages).into_values().collect(),
            reactions: of_one.cloned().collect(),
            quoted: std::mem::take(&mut self.quoted).values().cloned().collect(),
        }
    }
}
