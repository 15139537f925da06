//! A client that holds what it was given: a contiguous range of messages and a cursor.

use std::collections::{BTreeMap, BTreeSet};

use samtale_model::rows::merge;
use samtale_model::{
    Chat, Cursor, Emoji, Message, MessageId, Participant, Reaction, ReactionCount, Receipt,
    Receipts, Rows, Seq, UserId,
};

use crate::api::{ChatCommit, MembershipChange, Snapshot, Visibility};

#[derive(Default)]
pub(super) struct Client {
    pub(super) cursor: Option<Cursor>,
    /// Whether the last sync said that there is more.
    pub(super) behind: bool,
    /// Watermarks that were seen, whatever was reset meanwhile.
    pub(super) receipts: BTreeMap<UserId, Receipt>,
    visibility: Visibility,
    /// Messages created from here on are held.
    from: Seq,
    chat: Option<Chat>,
    participants: BTreeMap<UserId, Participant>,
    messages: BTreeMap<MessageId, Message>,
    reactions: BTreeMap<(MessageId, UserId), Reaction>,
    counts: BTreeMap<MessageId, (Seq, Vec<ReactionCount>)>,
}

impl Client {
    /// Takes the answer to a sync.
    pub(super) fn take(&mut self, snapshot: Snapshot) -> Result<(), String> {
        let Snapshot { sync, visibility } = snapshot;
        if sync.up_to > sync.head {
            return Err(format!("up to {} of {}", sync.up_to, sync.head));
        }
        self.see(&sync.receipts)?;
        if sync.reset {
            self.drop_rows();
            let oldest = sync
                .rows
                .messages
                .first()
                .map(|message| message.created_seq);
            self.from = oldest.filter(|_| sync.has_older).unwrap_or(Seq::ZERO);
        }
        for message in sync.rows.messages.iter().chain(&sync.rows.quoted) {
            if !visibility.sees(message.created_seq) {
                return Err(format!(
                    "{} came to somebody who may not see it",
                    message.created_seq
                ));
            }
        }
        self.visibility = visibility;
        self.behind = sync.up_to < sync.head;
        self.merge(sync.rows);
        self.cursor = Some(Cursor {
            epoch: sync.epoch,
            seq: sync.up_to,
        });
        Ok(())
    }

    /// Drops what it holds, but the cursor.
    pub(super) fn drop_rows(&mut self) {
        let (cursor, receipts) = (self.cursor.take(), std::mem::take(&mut self.receipts));
        *self = Self {
            cursor,
            receipts,
            ..Self::default()
        };
    }

    /// Applies an envelope if it is the next one; false when this client has to read again.
    pub(super) fn apply(&mut self, me: &UserId, commit: &ChatCommit) -> Result<bool, String> {
        let Some(cursor) = &mut self.cursor else {
            return Ok(!commit
                .membership
                .contains(&MembershipChange::Joined(me.clone())));
        };
        let seq = commit.envelope.seq;
        if seq <= cursor.seq {
            return Ok(true);
        }
        if !seq.follows(cursor.seq) {
            return Err(format!("{seq} was told after {}", cursor.seq));
        }
        let moved = commit.membership.iter().any(|change| match change {
            MembershipChange::Joined(user)
            | MembershipChange::Left { user, .. }
            | MembershipChange::Reset(user) => user == me,
            MembershipChange::Role(_) => false,
        });
        if moved {
            return Ok(false);
        }
        cursor.seq = seq;
        let rows = commit.rows_for(&self.visibility);
        self.merge(rows);
        Ok(true)
    }

    fn merge(&mut self, rows: Rows) {
        if let Some(chat) = rows.chat {
            merge(self.chat.get_or_insert_with(|| chat.clone()), chat);
        }
        for row in rows.participants {
            merge(
                self.participants
                    .entry(row.user_id.clone())
                    .or_insert_with(|| row.clone()),
                row,
            );
        }
        for row in rows
            .messages
            .into_iter()
            .filter(|message| message.created_seq >= self.from)
        {
            if row.deleted_at.is_some() {
                self.reactions.retain(|(message, _), _| *message != row.id);
                self.counts.remove(&row.id);
            }
            merge(
                self.messages.entry(row.id).or_insert_with(|| row.clone()),
                row,
            );
        }
        for row in rows.reactions {
            let newest = self.counts.entry(row.message_id).or_default();
            if row.counts_seq >= newest.0 {
                *newest = (row.counts_seq, row.counts.clone());
            }
            let key = (row.message_id, row.user_id.clone());
            merge(
                self.reactions.entry(key).or_insert_with(|| row.clone()),
                row,
            );
        }
    }

    /// Takes receipts, none of which may be lower than it was.
    fn see(&mut self, receipts: &Receipts) -> Result<(), String> {
        for receipt in &receipts.listed {
            let before = self
                .receipts
                .insert(receipt.user_id.clone(), receipt.clone());
            if before.is_some_and(|before| {
                before.delivered > receipt.delivered || before.read > receipt.read
            }) {
                return Err(format!("a receipt went back to {receipt:?}"));
            }
        }
        Ok(())
    }

    /// Compares with a fresh read, over the range that is held here.
    pub(super) fn must_hold(&self, fresh: &Self) -> Result<(), String> {
        same("the cursor", &self.cursor, &fresh.cursor)?;
        same("the chat", &self.chat, &fresh.chat)?;
        same("the participants", &self.participants, &fresh.participants)?;
        let from = self.from.max(fresh.from);
        same(
            "the messages",
            &self.messages_from(from),
            &fresh.messages_from(from),
        )?;
        let held: BTreeSet<MessageId> = self
            .messages_from(from)
            .iter()
            .map(|message| message.id)
            .collect();
        same(
            "the reactions",
            &self.reactions_to(&held),
            &fresh.reactions_to(&held),
        )?;
        same(
            "the counts",
            &self.counts_of(&held),
            &fresh.counts_of(&held),
        )
    }

    fn messages_from(&self, from: Seq) -> Vec<&Message> {
        let mut messages: Vec<_> = self
            .messages
            .values()
            .filter(|message| message.created_seq >= from)
            .collect();
        messages.sort_unstable_by_key(|message| message.created_seq);
        messages
    }

    fn reactions_to(
        &self,
        held: &BTreeSet<MessageId>,
    ) -> Vec<(&MessageId, &UserId, Seq, &[Emoji])> {
        self.reactions
            .iter()
            .filter(|((message, _), row)| held.contains(message) && !row.emoji.is_empty())
            .map(|((message, user), row)| (message, user, row.seq, row.emoji.as_slice()))
            .collect()
    }

    fn counts_of(&self, held: &BTreeSet<MessageId>) -> Vec<(&MessageId, &[ReactionCount])> {
        self.counts
            .iter()
            .filter(|(message, (_, counts))| held.contains(message) && !counts.is_empty())
            .map(|(message, (_, counts))| (message, counts.as_slice()))
            .collect()
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, held: &T, fresh: &T) -> Result<(), String> {
    if held == fresh {
        Ok(())
    } else {
        Err(format!("{what}: held {held:#?}, fresh {fresh:#?}"))
    }
}
