//! What a write runs in: one savepoint of the group's transaction, and the commits it leaves for the sink.

use std::ops::Deref;
use std::sync::Arc;

use rusqlite::params;
use samtale_model::{Envelope, Message, MessageId, Rows, Seq, UnixMillis, UserId};

use super::db::{ChatRow, Db, sql};
use super::error::Failure;
use crate::api::{ChatCommit, Commit, MembershipChange, StoreError};
use crate::env::Env;

/// The group's transaction, as one write sees it.
pub(super) struct Tx<'a> {
    db: Db<'a>,
    /// The machine.
    pub(super) env: &'a dyn Env,
    /// When the write began.
    pub(super) now: UnixMillis,
    /// What was committed, in order; handed to the sink once it is on disk.
    commits: &'a mut Vec<Commit>,
    /// The chats that have something to be indexed, and how much.
    unindexed: &'a mut Vec<i64>,
}

impl<'a> Deref for Tx<'a> {
    type Target = Db<'a>;

    fn deref(&self) -> &Self::Target {
        &self.db
    }
}

/// What a commit of a chat says besides its rows.
#[derive(Default)]
pub(super) struct Told {
    pub(super) actor: Option<UserId>,
    pub(super) created: Vec<(MessageId, Seq)>,
    pub(super) membership: Vec<MembershipChange>,
}

impl Told {
    pub(super) fn by(actor: &UserId) -> Self {
        Self {
            actor: Some(actor.clone()),
            ..Self::default()
        }
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(
        db: Db<'a>,
        env: &'a dyn Env,
        commits: &'a mut Vec<Commit>,
        unindexed: &'a mut Vec<i64>,
    ) -> Self {
        Self {
            db,
            env,
            now: env.unix(),
            commits,
            unindexed,
        }
    }

    /// Runs work in a savepoint: what it did is undone when it fails.
    pub(super) fn savepoint<T, E: Failure>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run("SAVEPOINT work")?;
        let (commits, unindexed) = (self.commits.len(), self.unindexed.len());
        let result = work(self);
        if result.is_ok() {
            self.run("RELEASE work")?;
        } else {
            self.commits.truncate(commits);
            self.unindexed.truncate(unindexed);
            // Some failures end the whole transaction; then there is nothing left to undo.
            if !self.conn.is_autocommit() {
                self.run("ROLLBACK TO work")?;
                self.run("RELEASE work")?;
            }
        }
        result
    }

    /// Runs a statement.
    pub(super) fn run(&self, text: &str) -> Result<(), StoreError> {
        self.execute(text, []).map(drop)
    }

    /// Runs a statement with values and returns how many rows it changed.
    pub(super) fn execute(
        &self,
        text: &str,
        values: impl rusqlite::Params,
    ) -> Result<usize, StoreError> {
        Ok(self.prepare(text)?.execute(values)?)
    }

    /// Takes the chat's next seq.
    pub(super) fn advance(&self, chat: &mut ChatRow) -> Result<Seq, StoreError> {
        chat.head = chat.head.next();
        self.execute(
            "UPDATE chats SET head = ?2, active_at = ?3 WHERE id = ?1",
            params![chat.row, sql(chat.head), chat.active_at.0],
        )?;
        Ok(chat.head)
    }

    /// Leaves the commit of the chat's present head for the sink.
    pub(super) fn commit(&mut self, chat: &ChatRow, rows: Rows, told: Told) {
        let envelope = Envelope {
            chat: chat.id,
            epoch: self.lineage.clone(),
            seq: chat.head,
            rows,
        };
        self.commits.push(Commit::Chat(Arc::new(ChatCommit {
            envelope,
            actor: told.actor,
            created: told.created,
            membership: told.membership,
            members: chat.members,
        })));
    }

    /// Leaves another commit for the sink.
    pub(super) fn tell(&mut self, commit: Commit) {
        self.commits.push(commit);
    }

    /// Notes that a chat has something to be indexed.
    pub(super) fn index_later(&mut self, chat: &ChatRow) {
        self.unindexed.push(chat.row);
    }

    /// Makes a user's row where there is none, and returns its id.
    pub(super) fn ensure_user(&self, user: &UserId) -> Result<i64, StoreError> {
        if let Some(row) = self.user(user)? {
            return Ok(row);
        }
        self.execute("INSERT INTO users (sub) VALUES (?1)", [user.as_str()])?;
        Ok(self.conn.last_insert_rowid())
    }
}

/// Rows with nothing but messages.
pub(super) fn message_rows(messages: Vec<Message>) -> Rows {
    Rows {
        messages,
        ..Rows::default()
    }
}
