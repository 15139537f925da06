//! Messages and their reactions, read from their rows.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Row, params};
use samtale_model::{
    Body, Emoji, Message, MessageId, MessageKind, Reaction, ReactionCount, Seq, UnixMillis, UserId,
};

use super::db::{ChatRow, Db, Standing, seq_at, sql, user_at};
use super::error::corrupt;
use super::vault::{body_place, open_words};
use crate::api::{StoreError, Visibility};
use crate::seal::ChatKey;

/// A message with what only the database says of it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) message: Message,
    pub(super) sender: i64,
    pub(super) reply_to: Option<Seq>,
}

/// The columns of [`Held`]; `m` is the message.
const COLUMNS: &str = "m.created_seq, m.seq, m.sender, \
     (SELECT sub FROM users WHERE id = m.sender), m.uuid, m.kind, m.reply_to, \
     (SELECT uuid FROM messages WHERE chat = m.chat AND created_seq = m.reply_to), \
     (SELECT uuid FROM messages WHERE chat = m.chat AND created_seq = m.thread_root), \
     m.thread_count, m.created_at, m.edited_at, m.deleted_at, m.body";

impl Held {
    fn read(row: &Row<'_>, chat: &ChatRow, key: &ChatKey) -> Result<Self, StoreError> {
        let id = MessageId::from_bytes(row.get(4)?);
        let uuid = |index| {
            row.get::<_, Option<[u8; 16]>>(index)
                .map(|bytes| bytes.map(MessageId::from_bytes))
        };
        let time = |index| {
            row.get::<_, Option<i64>>(index)
                .map(|millis| millis.map(UnixMillis))
        };
        let body = row
            .get_ref(13)?
            .as_blob_or_null()
            .map_err(|_| corrupt("body"))?;
        let kind: Option<String> = row.get(5)?;
        Ok(Self {
            sender: row.get(2)?,
            reply_to: row
                .get::<_, Option<i64>>(6)?
                .map(|seq| Seq(seq.cast_unsigned())),
            message: Message {
                id,
                chat_id: chat.id,
                created_seq: seq_at(row, 0)?,
                seq: seq_at(row, 1)?,
                sender_id: user_at(row, 3)?,
                kind: kind.map_or_else(MessageKind::default, MessageKind::from),
                content: body.map_or_else(
                    || Ok(Body::default()),
                    |sealed| open_words(key, sealed, &body_place(chat.id, id)),
                )?,
                reply_to: uuid(7)?,
                thread_root: uuid(8)?,
                thread_count: row.get(9)?,
                created_at: UnixMillis(row.get(10)?),
                edited_at: time(11)?,
                deleted_at: time(12)?,
            },
        })
    }
}

impl Db<'_> {
    /// Returns the messages of a chat that the condition, on `m`, picks; its first value is the chat's row.
    pub(super) fn messages(
        &self,
        chat: &ChatRow,
        condition: &str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<Held>, StoreError> {
        self.select(chat, "messages m", condition, values)
    }

    fn select(
        &self,
        chat: &ChatRow,
        source: &str,
        condition: &str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<Held>, StoreError> {
        let mut statement = self.prepare(&format!(
            "SELECT {COLUMNS} FROM {source} WHERE m.chat = ?1 AND {condition}"
        ))?;
        let mut rows = statement.query(values)?;
        let mut found = Vec::new();
        let mut key = None;
        while let Some(row) = rows.next()? {
            let key = match &key {
                Some(key) => key,
                None => key.insert(self.chat_key(chat)?),
            };
            found.push(Held::read(row, chat, key)?);
        }
        Ok(found)
    }

    /// Returns the message at a place.
    pub(super) fn message_at(
        &self,
        chat: &ChatRow,
        place: Seq,
    ) -> Result<Option<Held>, StoreError> {
        Ok(self
            .messages(chat, "m.created_seq = ?2", [chat.row, sql(place)])?
            .pop())
    }

    /// Returns a message of a chat, where the predicate lets it be seen.
    pub(super) fn visible_message(
        &self,
        chat: &ChatRow,
        visibility: &Visibility,
        message: MessageId,
    ) -> Result<Option<Held>, StoreError> {
        match self.locate(message)? {
            Some((row, place)) if row == chat.row && visibility.sees(place) => {
                self.message_at(chat, place)
            }
            _ => Ok(None),
        }
    }

    /// Returns the `limit` newest visible messages created before `before`, the newest first.
    pub(super) fn newest(
        &self,
        chat: &ChatRow,
        visibility: &Visibility,
        thread: Option<Seq>,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<Held>, StoreError> {
        let last = before.map_or(i64::MAX, |before| sql(before).saturating_sub(1));
        let mut found = Vec::new();
        for (from, to) in latest_first(visibility) {
            let to = to.map_or(last, |to| sql(to).min(last));
            let left = i64::try_from(limit - found.len()).unwrap_or(i64::MAX);
            if left == 0 {
                break;
            }
            found.extend(match thread {
                None => self.messages(
                    chat,
                    "m.created_seq BETWEEN ?2 AND ?3 ORDER BY m.created_seq DESC LIMIT ?4",
                    [chat.row, sql(from), to, left],
                ),
                // Left to itself SQLite would walk the chat.
                Some(root) => self.select(
                    chat,
                    "messages m INDEXED BY messages_by_thread",
                    "m.thread_root = ?5 AND m.created_seq BETWEEN ?2 AND ?3 ORDER BY m.created_seq DESC LIMIT ?4",
                    [chat.row, sql(from), to, left, sql(root)],
                ),
            }?);
        }
        Ok(found)
    }

    /// Returns the messages that others here answer and that are not among them, where they may be seen.
    pub(super) fn quoted(
        &self,
        chat: &ChatRow,
        visibility: &Visibility,
        messages: &[Held],
    ) -> Result<Vec<Message>, StoreError> {
        let mut places: Vec<Seq> = messages.iter().filter_map(|held| held.reply_to).collect();
        places.sort_unstable();
        places.dedup();
        places.retain(|place| {
            visibility.sees(*place)
                && !messages
                    .iter()
                    .any(|held| held.message.created_seq == *place)
        });
        let mut quoted = Vec::with_capacity(places.len());
        for place in places {
            quoted.extend(self.message_at(chat, place)?.map(|held| held.message));
        }
        Ok(quoted)
    }

    /// Returns the reactions to messages as a fresh reader gets them: of each message the rows that have emoji, or, where
    /// there are more than are listed, the reader's own with the counts.
    pub(super) fn reactions_to(
        &self,
        at: &Standing,
        messages: &[Held],
    ) -> Result<Vec<Reaction>, StoreError> {
        let mut found = Vec::new();
        for held in messages {
            let place = held.message.created_seq;
            let limit = i64::try_from(Reaction::MAX_LISTED + 1).unwrap_or(i64::MAX);
            let mut statement = self.prepare(
                "SELECT r.user, (SELECT sub FROM users WHERE id = r.user), r.seq, r.emoji FROM reactions r
                 WHERE r.chat = ?1 AND r.message = ?2 AND r.emoji <> '[]' LIMIT ?3",
            )?;
            let mut rows = statement.query(params![at.chat.row, sql(place), limit])?;
            let mut listed = Vec::new();
            while let Some(row) = rows.next()? {
                listed.push((user_at(row, 1)?, seq_at(row, 2)?, emoji_at(row, 3)?));
            }
            if listed.is_empty() {
                continue;
            }
            let counts = self.reaction_counts(at.chat.row, place)?;
            if listed.len() > Reaction::MAX_LISTED {
                let (seq, emoji) = self
                    .reaction(at.chat.row, place, at.user)?
                    .unwrap_or((place, Vec::new()));
                listed = vec![(at.id.clone(), seq, emoji)];
            }
            found.extend(listed.into_iter().map(|(user_id, seq, emoji)| Reaction {
                message_id: held.message.id,
                user_id,
                seq,
                emoji,
                counts: counts.clone(),
                counts_seq: at.chat.head,
            }));
        }
        Ok(found)
    }

    /// Returns the reactions that changed after `since`, up to `up_to`, with the place of the message of each.
    pub(super) fn changed_reactions(
        &self,
        chat: &ChatRow,
        since: Seq,
        up_to: Seq,
    ) -> Result<Vec<(Seq, Reaction)>, StoreError> {
        let mut statement = self.prepare(
            "SELECT r.message, (SELECT uuid FROM messages WHERE chat = r.chat AND created_seq = r.message),
                 (SELECT sub FROM users WHERE id = r.user), r.seq, r.emoji
             FROM reactions r WHERE r.chat = ?1 AND r.seq > ?2 AND r.seq <= ?3 ORDER BY r.seq",
        )?;
        let mut rows = statement.query([chat.row, sql(since), sql(up_to)])?;
        let mut found = Vec::new();
        let mut counted: BTreeMap<Seq, Vec<ReactionCount>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let place = seq_at(row, 0)?;
            let counts = match counted.get(&place) {
                Some(counts) => counts.clone(),
                None => counted
                    .entry(place)
                    .or_insert(self.reaction_counts(chat.row, place)?)
                    .clone(),
            };
            let reaction = Reaction {
                message_id: MessageId::from_bytes(row.get(1)?),
                user_id: user_at(row, 2)?,
                seq: seq_at(row, 3)?,
                emoji: emoji_at(row, 4)?,
                counts,
                counts_seq: chat.head,
            };
            found.push((place, reaction));
        }
        Ok(found)
    }

    /// Returns what everyone has set on a message, the most frequent first.
    pub(super) fn reaction_counts(
        &self,
        chat: i64,
        place: Seq,
    ) -> Result<Vec<ReactionCount>, StoreError> {
        let mut statement = self.prepare(
            "SELECT emoji, count FROM reaction_counts WHERE chat = ?1 AND message = ?2 ORDER BY count DESC, emoji",
        )?;
        let mut rows = statement.query([chat, sql(place)])?;
        let mut counts = Vec::new();
        while let Some(row) = rows.next()? {
            let emoji = Emoji::try_from(row.get::<_, String>(0)?).map_err(|_| corrupt("emoji"))?;
            counts.push(ReactionCount {
                emoji,
                count: row.get(1)?,
            });
        }
        Ok(counts)
    }

    /// Returns one user's reaction to a message: the seq of its row and the emoji.
    pub(super) fn reaction(
        &self,
        chat: i64,
        place: Seq,
        user: i64,
    ) -> Result<Option<(Seq, Vec<Emoji>)>, StoreError> {
        let mut statement = self.prepare(
            "SELECT seq, emoji FROM reactions WHERE chat = ?1 AND message = ?2 AND user = ?3",
        )?;
        let found = statement
            .query_row([chat, sql(place), user], |row| {
                Ok((seq_at(row, 0)?, emoji_at(row, 1)))
            })
            .optional()?;
        found.map(|(seq, emoji)| Ok((seq, emoji?))).transpose()
    }

    /// Returns one user's reaction in its present state; empty where there is none.
    pub(super) fn reaction_row(
        &self,
        chat: &ChatRow,
        held: &Held,
        user: i64,
        user_id: UserId,
    ) -> Result<Reaction, StoreError> {
        let place = held.message.created_seq;
        let (seq, emoji) = self
            .reaction(chat.row, place, user)?
            .unwrap_or((place, Vec::new()));
        Ok(Reaction {
            message_id: held.message.id,
            user_id,
            seq,
            emoji,
            counts: self.reaction_counts(chat.row, place)?,
            counts_seq: chat.head,
        })
    }
}

/// Returns the intervals of a visibility, the latest first.
pub(super) fn latest_first(visibility: &Visibility) -> Vec<(Seq, Option<Seq>)> {
    let mut intervals: Vec<_> = visibility.intervals().collect();
    intervals.reverse();
    intervals
}

/// Reads the emoji of a reaction.
fn emoji_at(row: &Row<'_>, index: usize) -> Result<Vec<Emoji>, StoreError> {
    let json = row.get_ref(index)?;
    serde_json::from_str(json.as_str().map_err(|_| corrupt("reaction"))?)
        .map_err(|_| corrupt("reaction"))
}
