//! Opening: connections and their settings, migrations, the lock, the keys.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use samtale_model::Lineage;

use super::config::{Driver, Location, OpenError, SqliteConfig};
use super::disk::Disk;
use super::lineage::{self, Marker};
use super::vault::Keys;

mod migrations {
    refinery::embed_migrations!("../../migrations/sqlite");
}

/// How many statements a connection keeps prepared.
const CACHED_STATEMENTS: usize = 256;
/// How every connection is opened. Each is used by one thread at a time.
const OPEN: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);
/// How much of the database the writer keeps in memory, in KiB: the pages that the chats of a busy hour are written to.
const WRITER_CACHE_KIB: u32 = 32 * 1024;
/// How much of the file readers see through the system's own cache instead of copies of theirs, in bytes; SQLite maps no
/// more.
const READ_MAPPED: u64 = 2 * 1024 * 1024 * 1024;
/// How long the log's file is from the start, in bytes; a longer log makes it longer.
const LOG_BYTES: u64 = 8 * 1024 * 1024;
/// How long a connection waits for a lock of another.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An opened database.
pub(super) struct Opened {
    /// The connection that writes.
    pub(super) conn: Connection,
    pub(super) keys: Arc<Keys>,
    pub(super) lineage: Lineage,
    /// Held for as long as the store is open.
    pub(super) lock: Option<File>,
}

/// Opens the database for writing and brings it up to date.
pub(super) fn open(config: &SqliteConfig) -> Result<Opened, OpenError> {
    let lock = match (&config.location, config.driver) {
        (Location::File(path), _) => Some(lock(path)?),
        (_, Driver::Threads { .. }) => return Err(OpenError::ThreadsWithoutFile),
        _ => None,
    };
    let mut conn = match &config.location {
        Location::File(path) => {
            Connection::open_with_flags(path, OPEN | OpenFlags::SQLITE_OPEN_CREATE)?
        }
        Location::Memory => Connection::open_in_memory()?,
        Location::Disk(disk) => connect(&**disk)?,
    };
    prepare(&conn)?;
    if let Some(pages) = config.max_pages {
        conn.execute_batch(&format!("PRAGMA max_page_count = {pages}"))?;
    }
    migrate(&mut conn)?;
    if let Location::File(path) = &config.location
        && let Err(error) = lay_out_log(path)
    {
        tracing::warn!(%error, "the log's file could not be laid out: it grows as it is written");
    }
    let keys = Keys::open(&conn, config.keyring.clone(), Arc::clone(&config.env))?;
    let lineage = match &config.location {
        Location::File(path) => lineage::of_disk(&conn, &*config.env, &Marker::Beside(path))?,
        Location::Memory => lineage::of_memory(&conn, &*config.env)?,
        Location::Disk(disk) => lineage::of_disk(&conn, &*config.env, &Marker::On(&**disk))?,
    };
    Ok(Opened {
        conn,
        keys: Arc::new(keys),
        lineage,
        lock,
    })
}

/// Makes the schema on a disk that the host provides, as an opening does first.
pub(super) fn format(disk: &dyn Disk) -> Result<(), OpenError> {
    let mut conn = connect(disk)?;
    prepare(&conn)?;
    migrate(&mut conn)?;
    conn.close().map_err(|(_, error)| error.into())
}

/// Sets what the connection that writes has.
fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    settle(conn)?;
    // Checkpoints are ours (see the writer), so that one that fails does not pass unnoticed.
    conn.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = FAST; \
         PRAGMA cache_size = -{WRITER_CACHE_KIB};"
    ))
}

/// Brings the schema up to date, in one transaction with the note that it is: a crash between the two would leave a
/// database that no later opening could bring up to date.
fn migrate(conn: &mut Connection) -> Result<(), OpenError> {
    migrations::migrations::runner()
        .set_grouped(true)
        .run(conn)
        .map(drop)
        .map_err(|error| OpenError::Migration(error.to_string()))
}

/// Fills the log's file up with zeros, which SQLite takes for the end of the log. What is appended later overwrites them, so
/// that a sync writes just that, and no new length or place of the file.
fn lay_out_log(path: &Path) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push("-wal");
    let mut log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path.with_file_name(name))?;
    let missing = LOG_BYTES.saturating_sub(log.metadata()?.len());
    io::copy(&mut io::repeat(0).take(missing), &mut log)?;
    log.sync_all()
}

/// Opens another connection to the database, for reading.
pub(super) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let conn = open_again(path)?;
    conn.execute_batch(&format!(
        "PRAGMA query_only = ON; PRAGMA mmap_size = {READ_MAPPED};"
    ))?;
    Ok(conn)
}

/// Opens another connection to the database.
pub(super) fn open_again(path: &Path) -> Result<Connection, OpenError> {
    let conn = Connection::open_with_flags(path, OPEN)?;
    settle(&conn)?;
    Ok(conn)
}

/// Opens the only connection to the database on a disk that the host provides.
pub(super) fn connect(disk: &dyn Disk) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags_and_vfs(
        disk.path(),
        OPEN | OpenFlags::SQLITE_OPEN_CREATE,
        disk.vfs().as_str(),
    )?;
    // Before the log is first used: its index is then in this connection's memory, not in shared memory.
    conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    Ok(conn)
}

/// Sets what every connection has.
pub(super) fn settle(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // A plan may not depend on the bound values: else a statement is prepared anew at each use.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )
}

/// Takes the database for this store alone: two would not know of each other's commits.
fn lock(path: &Path) -> Result<File, OpenError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let failed = |source| OpenError::Io {
        path: path.to_owned(),
        source,
    };
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path.with_file_name(name))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}
