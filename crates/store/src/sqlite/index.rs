//! The search index, kept behind the commits: never in the transaction of a send.
//!
//! `chats.indexed` says how far a chat is covered. What was edited or deleted below that waits in `search_pending`, with
//! the words that the index still has, sealed. A search looks at both directly, so it is exact at any time; every hit is
//! checked on the opened text, so a stale term can only cost time.

use std::collections::BTreeMap;

use rusqlite::Connection;
use samtale_model::Seq;

use super::db::{ChatRow, Db, seq_at, sql};
use super::error::corrupt;
use super::meta;
use super::vault::{body_place, open_words};
use crate::api::StoreError;
use crate::seal::ChatKey;
use crate::search::{INDEX_VERSION, TermHash, index_hashes};

/// How many messages one pass indexes: some milliseconds of work, which a send may have to wait for.
const PASS: usize = 32;

/// The chats that have something to be indexed.
#[derive(Default)]
pub(super) struct Backlog {
    /// About how many messages wait, of each.
    chats: BTreeMap<i64, usize>,
    /// And of all.
    waiting: usize,
}

/// What a pass over a chat came to.
pub(super) struct Passed {
    /// How many messages it looked at.
    pub(super) messages: usize,
    /// Whether it left some.
    pub(super) more: bool,
}

impl Backlog {
    /// Finds what was left when the store was last closed. An index of other rules is started over.
    pub(super) fn load(conn: &Connection) -> Result<Self, StoreError> {
        const KEY: &str = "index_version";
        let version = INDEX_VERSION.to_be_bytes();
        if meta::get(conn, KEY)?.as_deref() != Some(&version) {
            clear(conn)?;
            meta::set(conn, KEY, &version)?;
        }
        let mut backlog = Self::default();
        let mut statement = conn.prepare(
            "SELECT id, head - indexed FROM chats WHERE indexed < head UNION ALL SELECT chat, 1 FROM search_pending",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let waiting = usize::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
            backlog.wait(row.get(0)?, waiting);
        }
        Ok(backlog)
    }

    /// Notes chats that have one more message to be indexed, each as often as they have.
    pub(super) fn add(&mut self, chats: impl IntoIterator<Item = i64>) {
        for chat in chats {
            self.wait(chat, 1);
        }
    }

    fn wait(&mut self, chat: i64, messages: usize) {
        *self.chats.entry(chat).or_default() += messages;
        self.waiting += messages;
    }

    /// Returns about how many messages wait.
    pub(super) const fn waiting(&self) -> usize {
        self.waiting
    }

    /// Returns the chat that is indexed next.
    pub(super) fn first(&self) -> Option<i64> {
        self.chats.first_key_value().map(|(chat, _)| *chat)
    }

    /// Notes a pass over a chat.
    pub(super) fn passed(&mut self, chat: i64, passed: &Passed) {
        let Some(waiting) = self.chats.get_mut(&chat) else {
            return;
        };
        let done = if passed.more {
            passed.messages.min(*waiting)
        } else {
            *waiting
        };
        *waiting -= done;
        self.waiting -= done;
        if !passed.more {
            self.chats.remove(&chat);
        }
    }
}

/// Empties the index, so that every message is indexed anew.
pub(super) fn clear(conn: &Connection) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM search_terms",
        "DELETE FROM search_pending",
        "UPDATE chats SET indexed = 0 WHERE indexed > 0",
    ] {
        conn.prepare_cached(statement)?.execute([])?;
    }
    Ok(())
}

/// Indexes some messages of a chat, within a transaction.
pub(super) fn pass(db: Db<'_>, chat: i64) -> Result<Passed, StoreError> {
    let chat = db.chat_of_row(chat)?;
    let key = db.chat_key(&chat)?;
    let (changed, created) = (reword(db, &chat, &key)?, extend(db, &chat, &key)?);
    Ok(Passed {
        messages: changed + created,
        more: changed == PASS || created == PASS,
    })
}

/// Indexes messages of which the index has earlier words, and returns how many.
fn reword(db: Db<'_>, chat: &ChatRow, key: &ChatKey) -> Result<usize, StoreError> {
    let mut statement = db.prepare(
        "SELECT message, body FROM search_pending WHERE chat = ?1 ORDER BY message LIMIT ?2",
    )?;
    let found = statement
        .query_map([chat.row, i64::try_from(PASS).unwrap_or(i64::MAX)], |row| {
            Ok((seq_at(row, 0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
    let waiting: Vec<(Seq, Vec<u8>)> = found.collect::<rusqlite::Result<_>>()?;
    for (place, indexed) in &waiting {
        let held = db
            .message_at(chat, *place)?
            .ok_or_else(|| corrupt("indexed message"))?
            .message;
        let words = open_words(key, indexed, &body_place(chat.id, held.id))?;
        let mut statement =
            db.prepare("DELETE FROM search_terms WHERE chat = ?1 AND term = ?2 AND message = ?3")?;
        for TermHash(term) in index_hashes(words.as_str(), key.search_key()) {
            statement.execute([chat.row, term, sql(*place)])?;
        }
        if held.deleted_at.is_none() {
            let hashes = index_hashes(held.content.as_str(), key.search_key());
            let terms = hashes.into_iter().map(|TermHash(term)| (term, sql(*place)));
            insert(db, chat, terms.collect())?;
        }
        db.prepare("DELETE FROM search_pending WHERE chat = ?1 AND message = ?2")?
            .execute([chat.row, sql(*place)])?;
    }
    Ok(waiting.len())
}

/// Indexes the messages that come next in a chat, and returns how many.
fn extend(db: Db<'_>, chat: &ChatRow, key: &ChatKey) -> Result<usize, StoreError> {
    let most = i64::try_from(PASS).unwrap_or(i64::MAX);
    let found = db.messages(
        chat,
        "m.created_seq > ?2 ORDER BY m.created_seq LIMIT ?3",
        [chat.row, sql(chat.indexed), most],
    )?;
    let mut terms: Vec<(i64, i64)> = Vec::new();
    for held in &found {
        let message = &held.message;
        if message.deleted_at.is_none() {
            let place = sql(message.created_seq);
            let hashes = index_hashes(message.content.as_str(), key.search_key());
            terms.extend(hashes.into_iter().map(|TermHash(term)| (term, place)));
        }
    }
    insert(db, chat, terms)?;
    let more = found.len() == PASS;
    let indexed = found
        .last()
        .filter(|_| more)
        .map_or(chat.head, |held| held.message.created_seq);
    db.prepare("UPDATE chats SET indexed = ?2 WHERE id = ?1")?
        .execute([chat.row, sql(indexed)])?;
    Ok(found.len())
}

/// Writes terms with the places of their messages, in the order of the table, so that neighbours go into one page.
fn insert(db: Db<'_>, chat: &ChatRow, mut terms: Vec<(i64, i64)>) -> Result<(), StoreError> {
    terms.sort_unstable();
    let mut statement =
        db.prepare("INSERT OR IGNORE INTO search_terms (chat, term, message) VALUES (?1, ?2, ?3)")?;
    for (term, place) in terms {
        statement.execute([chat.row, term, place])?;
    }
    Ok(())
}
