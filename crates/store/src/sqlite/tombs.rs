//! What an edit, a delete and an erasure do to a message's row and to what hangs on it.

use samtale_model::Seq;

use super::db::{seq_at, sql};
use super::messages::Held;
use super::tx::Tx;
use crate::api::StoreError;

impl Tx<'_> {
    /// Counts the earlier wordings of a message.
    pub(super) fn edits_of(&self, chat: i64, place: Seq) -> Result<usize, StoreError> {
        let mut statement =
            self.prepare("SELECT count(*) FROM edits WHERE chat = ?1 AND message = ?2")?;
        let count: i64 = statement.query_row([chat, sql(place)], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Returns the commit that a message's present words came with.
    pub(super) fn worded_at(&self, chat: i64, held: &Held) -> Result<Seq, StoreError> {
        let mut statement =
            self.prepare("SELECT worded_seq FROM messages WHERE chat = ?1 AND created_seq = ?2")?;
        let place = held.message.created_seq;
        let worded: Option<Seq> = statement.query_row([chat, sql(place)], |row| {
            Ok(if row.get_ref(0)? == rusqlite::types::ValueRef::Null {
                None
            } else {
                Some(seq_at(row, 0)?)
            })
        })?;
        Ok(worded.unwrap_or(place))
    }

    /// Leaves the words that the index has of a message for it to drop. Words that wait there already are the ones it has.
    pub(super) fn unindex(&self, chat: i64, place: Seq) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR IGNORE INTO search_pending (chat, message, body)
             SELECT chat, created_seq, body FROM messages WHERE chat = ?1 AND created_seq = ?2 AND body IS NOT NULL",
            [chat, sql(place)],
        )
        .map(drop)
    }

    /// Turns a message into a tombstone: words, history and reactions go.
    pub(super) fn entomb(&self, chat: i64, held: &Held, seq: Seq) -> Result<(), StoreError> {
        let place = sql(held.message.created_seq);
        self.execute(
            "UPDATE messages SET seq = ?3, deleted_at = ?4, body = NULL WHERE chat = ?1 AND created_seq = ?2",
            [chat, place, sql(seq), self.now.0],
        )?;
        for statement in [
            "DELETE FROM edits WHERE chat = ?1 AND message = ?2",
            "DELETE FROM reactions WHERE chat = ?1 AND message = ?2",
            "DELETE FROM reaction_counts WHERE chat = ?1 AND message = ?2",
        ] {
            self.execute(statement, [chat, place])?;
        }
        Ok(())
    }
}
