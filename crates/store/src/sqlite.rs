//! The embedded backend: SQLite in one file, one writer with group commit, a pool of readers.
//!
//! | room | what lives there |
//! | --- | --- |
//! | `config`, `open`, `lineage` | how a store is opened; what tells a restored backup |
//! | `served`, `queue`, `writer`, `readers`, `checkpointer` | who does the work: threads, tasks, or the caller |
//! | `disk` | a disk that the host provides |
//! | `db`, `tx`, `vault` | a connection in a transaction, reading and writing, with its keys |
//! | `ops`, `members`, `create`, `users`, `receipts`, `private`, `erase` | what is written |
//! | `sync`, `pages`, `chats`, `messages` | what is read |
//! | `index`, `find` | the search, written behind the commits |
//!
//! The schema is `migrations/sqlite/`. Every query of messages goes by an index; a test holds them to it.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::{Connection, OpenFlags};
use samtale_model::Lineage;
use tokio::sync::oneshot;

use crate::api::{CommitSink, StoreError};

mod backend;
mod chats;
mod checkpointer;
mod config;
mod create;
mod db;
mod disk;
mod erase;
mod error;
mod find;
mod index;
mod lineage;
mod members;
mod messages;
mod meta;
mod open;
mod ops;
mod pages;
#[cfg(test)]
mod plans;
mod private;
mod queue;
mod readers;
mod receipts;
mod served;
mod sync;
mod tombs;
mod tx;
mod users;
mod vault;
mod writer;

pub use config::{Driver, Fatal, Location, OpenError, SqliteConfig};
pub use disk::Disk;

use checkpointer::Checkpointer;
use db::Db;
use error::Failure;
use queue::PushError;
use readers::{Reader, in_snapshot};
use served::{Read, Served};
use tx::Tx;
use vault::Vault;
use writer::{Counts, Parts, Request, Undo, Writer};

/// The embedded store.
pub struct SqliteStore {
    lineage: Lineage,
    location: Location,
    sink: Arc<OnceLock<Arc<dyn CommitSink>>>,
    counts: Arc<Counts>,
    engine: Engine,
}

/// Who does the work.
enum Engine {
    /// Threads or tasks.
    Served(Served),
    /// The caller; none once closed.
    Inline(Mutex<Option<Box<Inline>>>),
}

/// What the callers' threads share.
struct Inline {
    writer: Writer,
    /// The lock on the database, where it is a file.
    lock: Option<File>,
}

impl SqliteStore {
    /// Opens a store, brings its schema up to date and starts its threads or tasks.
    ///
    /// # Errors
    /// When the database can't be opened or migrated, is open elsewhere, or is not of these keys.
    pub fn open(config: SqliteConfig) -> Result<Self, OpenError> {
        let opened = open::open(&config)?;
        let sink = Arc::new(OnceLock::new());
        let counts = Arc::new(Counts::default());
        let parts = Parts {
            env: Arc::clone(&config.env),
            lineage: opened.lineage.clone(),
            sink: Arc::clone(&sink),
            on_fatal: Arc::clone(&config.on_fatal),
            checkpoint_rows: config.checkpoint_rows,
            counts: Arc::clone(&counts),
            checkpointer: match (config.driver, &config.location) {
                (Driver::Threads { .. }, Location::File(path)) => Some(Checkpointer::start(
                    &*config.env,
                    open::open_again(path)?,
                    Arc::clone(&config.on_fatal),
                )),
                _ => None,
            },
        };
        let writer = Writer::new(opened.conn, Vault::new(Arc::clone(&opened.keys)), parts)?;
        let engine = match (config.driver, &config.location) {
            (Driver::Threads { readers }, Location::File(path)) => {
                let readers = (0..readers.max(1)).map(|_| {
                    let vault = Vault::new(Arc::clone(&opened.keys));
                    let conn = open::open_reader(path)?;
                    Ok(Reader::new(conn, vault, opened.lineage.clone()))
                });
                let readers = readers.collect::<Result<_, OpenError>>()?;
                Engine::Served(Served::by_threads(&config, writer, readers, opened.lock))
            }
            (Driver::Tasks, _) => Engine::Served(Served::by_tasks(&config, writer, opened.lock)),
            _ => Engine::Inline(Mutex::new(Some(Box::new(Inline {
                writer,
                lock: opened.lock,
            })))),
        };
        Ok(Self {
            lineage: opened.lineage,
            location: config.location,
            sink,
            counts,
            engine,
        })
    }

    /// Makes a database that is not open start a new lineage when it is opened next: clients then start over.
    ///
    /// For operators who put back a whole folder, marker included. A database file alone that was put back is noticed
    /// without this.
    ///
    /// # Errors
    /// When the marker beside the database can't be removed.
    pub fn start_new_lineage(path: &Path) -> Result<(), OpenError> {
        lineage::forget_marker(path).map_err(|source| OpenError::Io {
            path: path.to_owned(),
            source,
        })
    }

    /// Writes a consistent copy of a database to a new file, also while a server has it open. The master key is not in
    /// it. It blocks for as long as the copy takes.
    ///
    /// # Errors
    /// When there is no database, or the new file exists or can't be written.
    pub fn backup(database: &Path, to: &Path) -> Result<(), StoreError> {
        let conn =
            open::open_again(database).map_err(|error| StoreError::Backend(error.to_string()))?;
        backend::copy(&conn, to)
    }

    /// Makes the schema on an empty disk, as the first opening would do. A host that opens many new stores keeps what is
    /// on the disk then, and begins with that.
    ///
    /// # Errors
    /// When the disk fails or has no room.
    pub fn format(disk: &dyn Disk) -> Result<(), OpenError> {
        open::format(disk)
    }

    /// Writes a consistent copy of a database that is not open to a new file of the given name on the same disk.
    ///
    /// # Errors
    /// When the database is open, or the disk fails or has no room.
    pub fn backup_on(disk: &dyn Disk, to: &str) -> Result<(), StoreError> {
        let conn = open::connect(disk)?;
        open::settle(&conn)?;
        backend::copy_and_mark(&conn, to, || {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags_and_vfs(to, flags, disk.vfs().as_str())
        })
    }

    /// Builds the search index anew and returns when it is whole. Searches stay exact meanwhile, and slower.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rebuild_search(&self) -> Result<(), StoreError> {
        self.write(|tx| {
            index::clear(tx.conn)?;
            backend::index_every_chat(tx)
        })
        .await?;
        self.index_all().await
    }

    /// Wraps every chat's key by the newest master key, so that older ones can go, and returns how many it wrapped.
    ///
    /// # Errors
    /// When the store fails, or a key was wrapped by a master key that is not held.
    pub async fn rewrap_keys(&self) -> Result<usize, StoreError> {
        self.write(|tx| backend::rewrap(tx)).await
    }

    /// Waits until everything that was said is in the search index.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn index_all(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Served(served) => {
                let (done, answer) = oneshot::channel();
                served.writes.push(Request::Drain(done)).map_err(refused)?;
                answer.await.map_err(|_| StoreError::Closed)
            }
            Engine::Inline(inline) => {
                locked(inline)
                    .as_mut()
                    .ok_or(StoreError::Closed)?
                    .writer
                    .index_all();
                Ok(())
            }
        }
    }

    /// Runs a write in the next group; nothing of it stays when it fails.
    async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        self.write_with(Undo::All, work).await
    }

    async fn write_with<T, E, F>(&self, undo: Undo, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let (job, answer) = writer::call(undo, work);
        match &self.engine {
            Engine::Served(served) => {
                served.writes.push(Request::Write(job)).map_err(refused)?;
            }
            Engine::Inline(inline) => match locked(inline).as_mut() {
                Some(inline) => inline.writer.write_inline(job),
                None => return Err(StoreError::Closed.into()),
            },
        }
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// Runs a read in one snapshot.
    async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(Db<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.engine {
            Engine::Served(served) => {
                let (reply, answer) = oneshot::channel();
                let read: Read = Box::new(move |db| {
                    let _ = reply.send(in_snapshot(db, work));
                });
                served.reads.push(read).map_err(refused)?;
                answer
                    .await
                    .unwrap_or_else(|_| Err(StoreError::Closed.into()))
            }
            Engine::Inline(inline) => match locked(inline).as_ref() {
                Some(inline) => in_snapshot(inline.writer.db(), work),
                None => Err(StoreError::Closed.into()),
            },
        }
    }

    /// Finishes what was begun and ends the threads or tasks.
    async fn shut(&self) {
        match &self.engine {
            Engine::Served(served) => served.shut().await,
            Engine::Inline(inline) => {
                if let Some(inline) = locked(inline).take() {
                    inline.writer.finish();
                    drop(inline.lock);
                }
            }
        }
    }

    /// Returns the path of the database, where it is a file.
    pub fn path(&self) -> Option<&PathBuf> {
        match &self.location {
            Location::File(path) => Some(path),
            Location::Memory | Location::Disk(_) => None,
        }
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("location", &self.location)
            .field("lineage", &self.lineage)
            .finish_non_exhaustive()
    }
}

/// A panic on a caller's thread leaves at most an open transaction, which the next group's `BEGIN` reports.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refused(error: PushError) -> StoreError {
    match error {
        PushError::Full => StoreError::Busy,
        PushError::Closed => StoreError::Closed,
    }
}
