//! How a SQLite store is opened, and why it may not be.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::disk::Disk;
use crate::api::StoreError;
use crate::env::Env;
use crate::seal::Keyring;

/// How a store is opened.
#[derive(Clone)]
pub struct SqliteConfig {
    /// Where the database is.
    pub location: Location,
    /// The master keys; the newest wraps.
    pub keyring: Keyring,
    /// Clocks, randomness, tasks and threads.
    pub env: Arc<dyn Env>,
    /// Who does the work.
    pub driver: Driver,
    /// The most writes that are committed together.
    pub group_limit: usize,
    /// The most writes that wait; one more is refused with [`StoreError::Busy`].
    pub write_queue: usize,
    /// The most reads that wait; one more is refused with [`StoreError::Busy`].
    pub read_queue: usize,
    /// How many changed rows the log gathers before it is copied into the database.
    pub checkpoint_rows: u64,
    /// The most pages of 4 KiB that the database may take; none: as many as the disk has.
    pub max_pages: Option<u32>,
    /// What ends the process when a commit can't be made sure. It is told why, and is not expected to return.
    pub on_fatal: Fatal,
}

/// Where a database is.
#[derive(Clone, Debug)]
pub enum Location {
    /// In a file, made where there is none, with a few more beside it.
    File(PathBuf),
    /// In memory, gone with the store. It has one connection, so it does not go with [`Driver::Threads`].
    Memory,
    /// On a disk that the host provides. It has one connection, so it does not go with [`Driver::Threads`].
    Disk(Arc<dyn Disk>),
}

/// Who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// One thread writes, others read.
    Threads {
        /// How many read.
        readers: usize,
    },
    /// The caller's thread does everything, in the order of the calls.
    Inline,
    /// Tasks that the environment runs write and read, over one connection and without waiting on any thread: for
    /// simulation. A group commit, a read or a pass of the index is one step of a task.
    Tasks,
}

/// Ends the process, or in a test notes that it would.
pub type Fatal = Arc<dyn Fn(&str) + Send + Sync>;

impl SqliteConfig {
    /// Opens a file, with a writer thread and four readers.
    pub fn file(path: impl Into<PathBuf>, keyring: Keyring, env: Arc<dyn Env>) -> Self {
        Self {
            location: Location::File(path.into()),
            keyring,
            env,
            driver: Driver::Threads { readers: 4 },
            group_limit: 512,
            write_queue: 16_384,
            read_queue: 16_384,
            checkpoint_rows: 8_000,
            max_pages: None,
            on_fatal: Arc::new(|_| std::process::abort()),
        }
    }

    /// Opens a database in memory, driven by its callers.
    pub fn memory(keyring: Keyring, env: Arc<dyn Env>) -> Self {
        Self {
            location: Location::Memory,
            driver: Driver::Inline,
            ..Self::file("", keyring, env)
        }
    }

    /// Opens a database on a disk that the host provides, driven by tasks.
    pub fn disk(disk: Arc<dyn Disk>, keyring: Keyring, env: Arc<dyn Env>) -> Self {
        Self {
            location: Location::Disk(disk),
            driver: Driver::Tasks,
            ..Self::file("", keyring, env)
        }
    }

    /// Chooses who does the work.
    #[must_use]
    pub fn driver(self, driver: Driver) -> Self {
        Self { driver, ..self }
    }
}

impl fmt::Debug for SqliteConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteConfig")
            .field("location", &self.location)
            .field("driver", &self.driver)
            .field("group_limit", &self.group_limit)
            .finish_non_exhaustive()
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A database that is no file has one connection: it can't be shared by threads.
    #[error("only a database in a file has threads of its own")]
    ThreadsWithoutFile,
    /// Another process, or another store of this one, has the database open.
    #[error("the database {} is open elsewhere", .0.display())]
    InUse(PathBuf),
    /// The file or its folder can't be used.
    #[error("the database {} can't be opened: {source}", path.display())]
    Io {
        /// The database.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The schema could not be brought up to date.
    #[error("the database can't be migrated: {0}")]
    Migration(String),
    /// The master keys are not those of this database.
    #[error("the master key does not fit this database: {0}")]
    WrongKey(crate::seal::OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
