//! What a dying process committed and could not tell: taken in from what the store shows afterwards.

use std::collections::BTreeMap;

use samtale_model::{Rows, Seq};

use super::marker;
use super::store_view::ChatView;
use super::truth::{ChatTruth, Spoken};
use crate::clock::Millis;

impl ChatTruth {
    /// Takes in the rows beyond the known head, as the chat's members read them together. Tells whether there were any.
    ///
    /// A row that changed twice in the untold commits shows its last state alone. The commits whose rows were all
    /// overwritten are kept as `silent`. All of it counts as of `now`.
    pub fn adopt(&mut self, views: &[&ChatView], now: Millis) -> bool {
        let known = self.head;
        let Some(head) = views.iter().map(|view| view.fresh.head).max() else {
            return false;
        };
        if head <= known {
            return false;
        }
        let mut commits: BTreeMap<Seq, Rows> = BTreeMap::new();
        for view in views {
            let fresh = &view.fresh.rows;
            if let Some(chat) = fresh.chat.as_ref().filter(|chat| chat.seq > known) {
                commits.entry(chat.seq).or_default().chat = Some(chat.clone());
            }
            for row in fresh.participants.iter().filter(|row| row.seq > known) {
                let rows = &mut commits.entry(row.seq).or_default().participants;
                if !rows.contains(row) {
                    rows.push(row.clone());
                }
            }
            for row in view.messages.iter().filter(|row| row.seq > known) {
                let rows = &mut commits.entry(row.seq).or_default().messages;
                if !rows.contains(row) {
                    rows.push(row.clone());
                }
            }
            for row in view.reactions.iter().filter(|row| row.seq > known) {
                let rows = &mut commits.entry(row.seq).or_default().reactions;
                if !rows.iter().any(|held| held.user_id == row.user_id) {
                    rows.push(row.clone());
                }
            }
        }
        for seq in (known.0 + 1..=head.0).map(Seq) {
            let Some(rows) = commits.remove(&seq) else {
                self.silent.insert(seq);
                continue;
            };
            // A rule that changed lets everyone start over, whom a participant's row of the same group may follow.
            self.people_and_chat(&rows, seq, now, &mut Vec::new());
            for row in rows.messages {
                if let Some(words) = marker(row.content.as_str()) {
                    self.words.insert(words, (seq, row.id));
                }
                if row.created_seq > known && row.created_seq < seq {
                    self.silent.insert(row.created_seq);
                }
                self.places.insert(row.created_seq, row.id);
                let spoken = self.messages.entry(row.id).or_insert_with(|| Spoken {
                    created: row.created_seq,
                    at: now,
                    deleted: None,
                    versions: BTreeMap::new(),
                });
                if row.deleted_at.is_some() {
                    spoken.deleted = spoken.deleted.or(Some(now));
                }
                spoken.versions.insert(seq, row);
            }
            for row in rows.reactions {
                let key = (row.message_id, row.user_id);
                self.reactions
                    .entry(key)
                    .or_default()
                    .insert(seq, row.emoji);
            }
        }
        self.head = head;
        true
    }
}
