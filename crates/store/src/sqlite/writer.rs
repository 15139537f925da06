//! The one writer: whatever waits is committed together, then told, then answered.
//!
//! A group is one `BEGIN IMMEDIATE` … `COMMIT`, each write in it a savepoint, so that a refusal spoils no neighbour. Only
//! the commit makes a group durable (`synchronous = FULL`: the log is synced), and only after it do the commits go to the
//! sink, in order, and then the answers out. A commit that fails for want of room is undone and refused. Any other failure
//! of a commit leaves open what is on disk, so the process ends rather than pretend.
//!
//! Between groups the writer indexes for the search, some messages of a chat at a time and without syncing: lost index work
//! is done again, and a later commit syncs the log it stands in. It waits a moment for more to index together: the terms of
//! one message and of twenty touch about the same pages.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rusqlite::Connection;
use samtale_model::Lineage;
use tokio::sync::oneshot;

use super::checkpointer::{Checkpointer, LONG_LOG_PAGES, copy_log};
use super::config::Fatal;
use super::db::Db;
use super::error::Failure;
use super::index::{self, Backlog, Passed};
use super::open::BUSY_TIMEOUT;
use super::queue::Queue;
use super::tx::Tx;
use super::vault::Vault;
use crate::api::{Commit, CommitSink, Stats, StoreError};
use crate::env::Env;

/// How long a checkpoint waits for readers.
const RESTART_PATIENCE: Duration = Duration::from_millis(50);
/// How long what was said waits for more to be indexed with it.
const INDEX_DELAY: Duration = Duration::from_secs(5);
/// How many writes are so few that the index gets its turn after them.
const FEW_WRITES: usize = 16;
/// How many messages may wait for the index before it gets its turn after every group.
const INDEX_BACKLOG: usize = 20_000;
/// The same where the caller's thread does everything, so that there is no idle time to index in.
const INLINE_INDEX_BACKLOG: usize = 64;

/// A write that waits for its group.
pub(super) trait Job: Send {
    /// Writes. An error that it returns is the store's own.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError>;

    /// Answers, once the group is on disk or is not going to be.
    fn settle(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// What the writer is asked.
pub(super) enum Request {
    /// To write.
    Write(Box<dyn Job>),
    /// To answer when everything is indexed.
    Drain(oneshot::Sender<()>),
}

/// What is undone of a write that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    /// All of it: it has a savepoint.
    All,
    /// What it sees to itself: its parts have savepoints of their own, and it writes nothing besides.
    Parts,
}

/// A write as a function, with the place for its answer.
struct Call<F, T, E> {
    work: Option<F>,
    undo: Undo,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

/// Makes a write of a function; the answer comes by the receiver.
pub(super) fn call<F, T, E>(undo: Undo, work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: Failure,
{
    let (reply, answer) = oneshot::channel();
    (
        Box::new(Call {
            work: Some(work),
            undo,
            result: None,
            reply,
        }),
        answer,
    )
}

impl<F, T, E> Job for Call<F, T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: Failure,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let work = self.work.take().expect("a job runs once");
        let result = match self.undo {
            Undo::All => tx.savepoint(work),
            Undo::Parts => work(tx),
        };
        let failure = result
            .as_ref()
            .err()
            .and_then(|error| error.store().cloned());
        self.result = Some(result);
        failure.map_or(Ok(()), Err)
    }

    fn settle(self: Box<Self>, outcome: Result<(), StoreError>) {
        let result = match (outcome, self.result) {
            (Err(error), _) => Err(error.into()),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::Closed.into()),
        };
        // Who asked may be gone; what was written stays.
        let _ = self.reply.send(result);
    }
}

/// What the writer has done, for whoever asks meanwhile.
#[derive(Default)]
pub(super) struct Counts {
    commits: AtomicU64,
    writes: AtomicU64,
    unindexed: AtomicU64,
}

impl Counts {
    pub(super) fn read(&self) -> Stats {
        Stats {
            commits: self.commits.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
            unindexed: self.unindexed.load(Ordering::Relaxed),
        }
    }

    fn committed(&self, writes: usize) {
        let writes = u64::try_from(writes).unwrap_or(u64::MAX);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.writes.fetch_add(writes, Ordering::Relaxed);
    }

    fn unindexed(&self, waiting: usize) {
        let waiting = u64::try_from(waiting).unwrap_or(u64::MAX);
        self.unindexed.store(waiting, Ordering::Relaxed);
    }
}

/// What a writer works with.
pub(super) struct Parts {
    pub(super) env: Arc<dyn Env>,
    pub(super) lineage: Lineage,
    pub(super) sink: Arc<OnceLock<Arc<dyn CommitSink>>>,
    pub(super) on_fatal: Fatal,
    /// How many changed rows a checkpoint waits for.
    pub(super) checkpoint_rows: u64,
    pub(super) counts: Arc<Counts>,
    /// Who copies the log into the database; none: the writer itself.
    pub(super) checkpointer: Option<Checkpointer>,
}

/// The connection that writes.
pub(super) struct Writer {
    conn: Connection,
    vault: Vault,
    parts: Parts,
    backlog: Backlog,
    /// When what waits for the index is due.
    index_due: Duration,
    /// Rows that had been changed at the last checkpoint.
    checkpointed: u64,
    /// Whether a commit failed in a way that leaves open what is on disk.
    broken: bool,
    drains: Vec<oneshot::Sender<()>>,
}

impl Writer {
    pub(super) fn new(conn: Connection, vault: Vault, parts: Parts) -> Result<Self, StoreError> {
        let backlog = Backlog::load(&conn)?;
        let checkpointed = conn.total_changes();
        Ok(Self {
            conn,
            vault,
            parts,
            backlog,
            index_due: Duration::ZERO,
            checkpointed,
            broken: false,
            drains: Vec::new(),
        })
    }

    /// Serves a queue until it is closed and empty, or a commit fails for good.
    pub(super) fn serve(mut self, queue: &Queue<Request>, group_limit: usize) {
        let mut requests = Vec::new();
        while !self.broken {
            let open = match self.index_wait() {
                None => queue.take(group_limit, &mut requests),
                Some(Duration::ZERO) => queue.try_take(group_limit, &mut requests),
                Some(wait) => queue.take_within(wait, group_limit, &mut requests),
            };
            if !self.turn(&mut requests, open) {
                break;
            }
        }
        self.finish();
    }

    /// Returns how long the index can wait for its turn; none where there is nothing for it to do.
    fn index_wait(&self) -> Option<Duration> {
        self.backlog.first()?;
        if self.drains.is_empty() {
            let now = self.parts.env.monotonic();
            Some(self.index_due.saturating_sub(now))
        } else {
            Some(Duration::ZERO)
        }
    }

    /// Tells whether messages wait to be indexed.
    pub(super) fn is_behind_with_the_index(&self) -> bool {
        self.backlog.first().is_some()
    }

    /// Commits what was taken from the queue, or indexes where that is nothing; false where no turn follows: the queue was
    /// closed and is empty, or a commit failed for good.
    pub(super) fn turn(&mut self, requests: &mut Vec<Request>, open: bool) -> bool {
        if requests.is_empty() {
            if open {
                self.index_some();
            }
            return open && !self.broken;
        }
        let mut jobs = Vec::with_capacity(requests.len());
        for request in requests.drain(..) {
            match request {
                Request::Write(job) => jobs.push(job),
                Request::Drain(done) => self.drains.push(done),
            }
        }
        let few = jobs.len() <= FEW_WRITES;
        if !jobs.is_empty() {
            self.commit(jobs);
        }
        let due = few && self.index_wait() == Some(Duration::ZERO);
        if due || self.backlog.waiting() > INDEX_BACKLOG {
            self.index_some();
        }
        self.answer_drains();
        !self.broken
    }

    /// Tells whether a commit failed in a way that leaves open what is on disk.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Commits one write on the caller's thread.
    pub(super) fn write_inline(&mut self, job: Box<dyn Job>) {
        self.commit(vec![job]);
        if self.backlog.waiting() > INLINE_INDEX_BACKLOG {
            self.index_some();
        }
    }

    /// Indexes everything that waits.
    pub(super) fn index_all(&mut self) {
        while self.backlog.first().is_some() && !self.broken {
            self.index_some();
        }
    }

    /// Returns the connection, for reading between the groups.
    pub(super) fn db(&self) -> Db<'_> {
        Db {
            conn: &self.conn,
            vault: &self.vault,
            lineage: &self.parts.lineage,
        }
    }

    /// Commits a group: makes it durable, tells the sink, answers.
    fn commit(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        if self.broken {
            return jobs
                .into_iter()
                .for_each(|job| job.settle(Err(StoreError::Closed)));
        }
        let mut commits = Vec::new();
        let mut unindexed = Vec::new();
        match self.write_group(&mut jobs, &mut commits, &mut unindexed) {
            Ok(()) => {
                self.parts.counts.committed(jobs.len());
                if self.backlog.first().is_none() {
                    self.index_due = self.parts.env.monotonic() + INDEX_DELAY;
                }
                self.backlog.add(unindexed);
                self.parts.counts.unindexed(self.backlog.waiting());
                if let Some(sink) = self.parts.sink.get() {
                    commits
                        .into_iter()
                        .for_each(|commit| sink.committed(commit));
                }
                jobs.into_iter().for_each(|job| job.settle(Ok(())));
                self.checkpoint_when_due();
            }
            Err(error) => {
                // A chat that was made in this group may have left its key in the cache.
                self.vault.reset();
                jobs.into_iter()
                    .for_each(|job| job.settle(Err(error.clone())));
            }
        }
    }

    fn write_group(
        &mut self,
        jobs: &mut [Box<dyn Job>],
        commits: &mut Vec<Commit>,
        unindexed: &mut Vec<i64>,
    ) -> Result<(), StoreError> {
        self.run("BEGIN IMMEDIATE")?;
        for job in jobs {
            let db = Db {
                conn: &self.conn,
                vault: &self.vault,
                lineage: &self.parts.lineage,
            };
            let mut tx = Tx::new(db, &*self.parts.env, commits, unindexed);
            let result = job.run(&mut tx);
            if let Err(error) = result
                && (matches!(error, StoreError::Full) || self.conn.is_autocommit())
            {
                // The group can't go on: nothing of it was answered, so all of it is undone and refused.
                self.roll_back();
                return Err(error);
            }
        }
        let committed = self.run("COMMIT");
        committed.inspect_err(|error| {
            self.roll_back();
            if !matches!(error, StoreError::Full | StoreError::Busy) {
                self.fail(error);
            }
        })
    }

    fn roll_back(&self) {
        if !self.conn.is_autocommit()
            && let Err(error) = self.run("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    /// Ends the process: it can't be told what is on disk.
    fn fail(&mut self, error: &StoreError) {
        tracing::error!(%error, "a commit could not be made sure: the process ends");
        self.broken = true;
        (self.parts.on_fatal)(&error.to_string());
    }

    fn run(&self, text: &str) -> Result<(), StoreError> {
        Ok(self.conn.prepare_cached(text)?.execute([]).map(drop)?)
    }

    /// Indexes some messages of one chat, in a transaction of their own.
    fn index_some(&mut self) {
        let Some(chat) = self.backlog.first() else {
            return;
        };
        let passed = self.index_chat(chat).unwrap_or_else(|error| {
            // Searches look at what is not indexed directly; the next opening tries again.
            tracing::warn!(%error, "messages could not be indexed");
            self.roll_back();
            Passed {
                messages: 0,
                more: false,
            }
        });
        self.backlog.passed(chat, &passed);
        self.parts.counts.unindexed(self.backlog.waiting());
        self.checkpoint_when_due();
        self.answer_drains();
    }

    fn index_chat(&self, chat: i64) -> Result<Passed, StoreError> {
        self.conn.execute_batch("PRAGMA synchronous = NORMAL")?;
        let indexed = self.run("BEGIN IMMEDIATE").and_then(|()| {
            let passed = index::pass(self.db(), chat)?;
            self.run("COMMIT").map(|()| passed)
        });
        if indexed.is_err() {
            self.roll_back();
        }
        self.conn.execute_batch("PRAGMA synchronous = FULL")?;
        indexed
    }

    fn answer_drains(&mut self) {
        if self.backlog.first().is_none() {
            for done in self.drains.drain(..) {
                let _ = done.send(());
            }
        }
    }

    /// Copies the log into the database when it has grown.
    fn checkpoint_when_due(&mut self) {
        let rows = self.conn.total_changes().wrapping_sub(self.checkpointed);
        if rows < self.parts.checkpoint_rows {
            return;
        }
        match &self.parts.checkpointer {
            None => self.checkpoint("PASSIVE"),
            Some(checkpointer) => {
                self.checkpointed = self.conn.total_changes();
                if checkpointer.ask() {
                    self.restart_log();
                }
            }
        }
    }

    fn checkpoint(&mut self, mode: &str) {
        self.checkpointed = self.conn.total_changes();
        match copy_log(&self.conn, mode) {
            Ok(pages) if pages > LONG_LOG_PAGES => self.restart_log(),
            Ok(_) | Err(StoreError::Busy) => {}
            Err(StoreError::Full) => tracing::warn!("no room to copy the log into the database"),
            Err(error) => self.fail(&error),
        }
    }

    /// Waits a moment for the readers of an old snapshot, so that the log starts over. A long read, such as a backup, is
    /// not waited for: the next checkpoint tries again.
    fn restart_log(&mut self) {
        let restarted = self
            .conn
            .busy_timeout(RESTART_PATIENCE)
            .map_err(StoreError::from)
            .and_then(|()| copy_log(&self.conn, "RESTART"));
        let settled = self
            .conn
            .busy_timeout(BUSY_TIMEOUT)
            .map_err(StoreError::from);
        match restarted.and(settled.map(|()| 0)) {
            Ok(_) | Err(StoreError::Busy | StoreError::Full) => {}
            Err(error) => self.fail(&error),
        }
    }

    /// Leaves the database tidy.
    pub(super) fn finish(mut self) {
        if let Some(checkpointer) = self.parts.checkpointer.take() {
            checkpointer.finish();
        }
        if !self.broken {
            self.checkpoint("TRUNCATE");
        }
    }
}
