//! The data folder: one embedded database for each server and user, and the thread that writes it.
//!
//! [redb] keeps what a commit answered for through a crash or a power cut, tears nothing, and locks
//! its file against a second program. Batches that wait are committed together, each whole: so one
//! `fsync` does for many.
//!
//! [redb]: https://docs.rs/redb

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::mpsc;

use redb::backends::FileBackend;
use redb::{Database, DatabaseError, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use samtale_engine::{Input, Record, StorageError, Write};
use samtale_model::{DeviceId, UserId};
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;

use crate::StartError;
use crate::address::Address;

/// The engine's records.
const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
/// What the driver itself keeps.
const META: TableDefinition<'_, &str, &str> = TableDefinition::new("meta");
/// In `META`: the device's id.
const DEVICE: &str = "device";
/// How much memory the database may use for its cache.
const CACHE_BYTES: usize = 8 * 1024 * 1024;
/// How many batches one commit may hold.
const MAX_GROUP: usize = 256;

/// An open database.
#[derive(Debug)]
pub(crate) struct Store(Database);

/// Opens the database of a server and user, and tells the device's id: the one it keeps, or `fresh`,
/// kept from now on.
pub(crate) fn open(
    data: &Path,
    address: &Address,
    user: &UserId,
    fresh: DeviceId,
) -> Result<(Store, DeviceId), StartError> {
    let folder = data.join(folder_name(address, user));
    let path = folder.join("client.redb");
    let refuse = |reason: String| StartError::Storage {
        path: path.clone(),
        reason,
    };
    let file = make_private(data, &folder, &path).map_err(|error| refuse(error.to_string()))?;
    let create = |file| {
        let backend = FileBackend::new(file)?;
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE_BYTES);
        builder.create_with_backend(backend)
    };
    let database = create(file).map_err(|error| match error {
        DatabaseError::DatabaseAlreadyOpen => StartError::InUse(folder.clone()),
        error => refuse(error.to_string()),
    })?;
    let device = prepare(&database, fresh).map_err(|error| refuse(error.to_string()))?;
    Ok((Store(database), device))
}

/// Names a folder so that a person recognises it and no two meet: `chat.example.no-kari-1f0c…`.
fn folder_name(address: &Address, user: &UserId) -> String {
    let digest = Sha256::new()
        .chain_update(address.as_str())
        .chain_update("\n")
        .chain_update(user.as_str())
        .finalize();
    let hex: String = digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '_'
        }
    };
    let readable = format!("{}_{user}", address.host());
    let readable: String = readable.chars().map(plain).take(60).collect();
    format!("{readable}-{hex}")
}

/// Makes folder and file, for their owner alone, and the names durable.
fn make_private(data: &Path, folder: &Path, path: &Path) -> io::Result<File> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
        File::open(data)?.sync_all()?;
    }
    Ok(file)
}

/// Makes the tables, and keeps the device's id.
fn prepare(database: &Database, fresh: DeviceId) -> Result<DeviceId, redb::Error> {
    let write = database.begin_write()?;
    let device = {
        write.open_table(RECORDS)?;
        let mut meta = write.open_table(META)?;
        let known = meta
            .get(DEVICE)?
            .and_then(|id| DeviceId::new(id.value()).ok());
        match known {
            Some(known) => known,
            None => {
                meta.insert(DEVICE, fresh.as_str())?;
                fresh
            }
        }
    };
    write.commit()?;
    Ok(device)
}

/// Something for the store to do.
#[derive(Debug)]
pub(crate) enum Job {
    /// Answers [`samtale_engine::Output::Load`].
    Load { load: u64, prefixes: Vec<String> },
    /// Answers [`samtale_engine::Output::Persist`].
    Persist { batch: u64, writes: Vec<Write> },
    /// Deletes every record.
    Wipe,
    /// Says when everything before it is done.
    Flush(oneshot::Sender<()>),
}

/// The thread that owns the database, from outside.
#[derive(Debug)]
pub(crate) struct Storage {
    jobs: mpsc::Sender<Job>,
    thread: std::thread::JoinHandle<()>,
}

impl Storage {
    /// Starts the thread, which reports what it did.
    pub(crate) fn start(store: Store, report: impl Fn(Input) + Send + 'static) -> Self {
        let (jobs, queue) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("samtale-storage".into())
            .spawn(move || run(&store, &queue, report))
            .expect("the system has room for a thread");
        Self { jobs, thread }
    }

    /// Queues a job. A thread that is gone (it panicked) answers none: the engine then goes on
    /// without a store.
    pub(crate) fn give(&self, job: Job) {
        let _ = self.jobs.send(job);
    }

    /// Waits until everything that was given is done and reported.
    pub(crate) async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        self.give(Job::Flush(done));
        let _ = flushed.await;
    }

    /// Finishes what was given, and closes the database.
    pub(crate) async fn close(self) {
        let Self { jobs, thread } = self;
        drop(jobs);
        let joined = tokio::task::spawn_blocking(move || thread.join().is_ok()).await;
        if !joined.unwrap_or(false) {
            tracing::error!("the storage thread ended by a panic");
        }
    }
}

fn run(store: &Store, queue: &mpsc::Receiver<Job>, report: impl Fn(Input)) {
    let mut next = None;
    while let Some(job) = next.take().or_else(|| queue.recv().ok()) {
        match job {
            Job::Load { load, prefixes } => report(match store.load(&prefixes) {
                Ok(records) => Input::Loaded { load, records },
                Err(error) => {
                    tracing::error!(%error, "the data folder can't be read");
                    Input::LoadFailed { load }
                }
            }),
            Job::Persist { batch, writes } => {
                let mut group = vec![(batch, writes)];
                while group.len() < MAX_GROUP && next.is_none() {
                    match queue.try_recv() {
                        Ok(Job::Persist { batch, writes }) => group.push((batch, writes)),
                        Ok(other) => next = Some(other),
                        Err(_) => break,
                    }
                }
                let outcome = store.persist(group.iter().flat_map(|(_, writes)| writes));
                for (batch, _) in group {
                    report(match &outcome {
                        Ok(()) => Input::Persisted { batch },
                        Err(error) => Input::PersistFailed {
                            batch,
                            why: why(error),
                        },
                    });
                }
            }
            Job::Wipe => {
                let everything = Write::DeletePrefix {
                    prefix: String::new(),
                };
                if let Err(error) = store.persist([&everything]) {
                    tracing::error!(%error, "the data folder can't be emptied");
                }
            }
            Job::Flush(done) => {
                let _ = done.send(());
            }
        }
    }
}

fn why(error: &redb::Error) -> StorageError {
    tracing::error!(%error, "the data folder can't be written");
    match error {
        redb::Error::Io(error)
            if matches!(
                error.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
            ) =>
        {
            StorageError::Quota
        }
        _ => StorageError::Failed,
    }
}

impl Store {
    fn load(&self, prefixes: &[String]) -> Result<Vec<Record>, redb::Error> {
        let read = self.0.begin_read()?;
        let table = read.open_table(RECORDS)?;
        let mut records = Vec::new();
        for prefix in prefixes {
            for entry in table.range(prefix.as_str()..)? {
                let (key, value) = entry?;
                if !key.value().starts_with(prefix.as_str()) {
                    break;
                }
                records.push(Record {
                    key: key.value().to_owned(),
                    value: value.value().to_vec(),
                });
            }
        }
        Ok(records)
    }

    /// Writes all or nothing, and returns when it is on disk: redb's durability unless told otherwise.
    fn persist<'a>(&self, writes: impl IntoIterator<Item = &'a Write>) -> Result<(), redb::Error> {
        let transaction = self.0.begin_write()?;
        {
            let mut table = transaction.open_table(RECORDS)?;
            for write in writes {
                match write {
                    Write::Put { key, value } => {
                        table.insert(key.as_str(), value.as_slice())?;
                    }
                    Write::Delete { key } => {
                        table.remove(key.as_str())?;
                    }
                    Write::DeletePrefix { prefix } => {
                        let mut keys = Vec::new();
                        for entry in table.range(prefix.as_str()..)? {
                            let (key, _) = entry?;
                            if !key.value().starts_with(prefix.as_str()) {
                                break;
                            }
                            keys.push(key.value().to_owned());
                        }
                        for key in keys {
                            table.remove(key.as_str())?;
                        }
                    }
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(key: &str) -> Write {
        Write::Put {
            key: key.into(),
            value: key.as_bytes().to_vec(),
        }
    }

    fn open_in(data: &Path) -> Store {
        let address = Address::parse("http://example.no").expect("an address");
        let user = UserId::new("kari").expect("a valid id");
        let fresh = DeviceId::new("laptop").expect("a valid id");
        open(data, &address, &user, fresh).expect("opens").0
    }

    fn keys(store: &Store, prefixes: &[&str]) -> Vec<String> {
        let prefixes: Vec<String> = prefixes.iter().map(ToString::to_string).collect();
        let records = store.load(&prefixes).expect("loads");
        assert!(
            records
                .iter()
                .all(|record| record.value == record.key.as_bytes())
        );
        records.into_iter().map(|record| record.key).collect()
    }

    #[test]
    fn records_are_found_and_deleted_by_key_and_by_prefix() {
        let data = tempfile::tempdir().expect("made");
        let store = open_in(data.path());
        let all = ["chat/a/1", "chat/a/2", "chat/ab/1", "chat/å/1", "outbox/1"].map(put);
        store.persist(&all).expect("written");
        assert_eq!(keys(&store, &["chat/a/"]), ["chat/a/1", "chat/a/2"]);
        assert_eq!(
            keys(&store, &["outbox/", "chat/ab", "none/"]),
            ["outbox/1", "chat/ab/1"]
        );
        let writes = [
            Write::DeletePrefix {
                prefix: "chat/a/".into(),
            },
            Write::Delete {
                key: "outbox/1".into(),
            },
            Write::Delete { key: "none".into() },
            put("chat/a/3"),
        ];
        store.persist(&writes).expect("written");
        assert_eq!(keys(&store, &[""]), ["chat/a/3", "chat/ab/1", "chat/å/1"]);
    }

    #[test]
    fn what_was_written_is_there_when_opened_again() {
        let data = tempfile::tempdir().expect("made");
        let store = open_in(data.path());
        store.persist(&[put("outbox/1")]).expect("written");
        drop(store);
        assert_eq!(keys(&open_in(data.path()), &["outbox/"]), ["outbox/1"]);
    }

    #[test]
    fn batches_are_answered_in_order_and_before_a_flush() {
        let data = tempfile::tempdir().expect("made");
        let (report, reports) = mpsc::channel();
        let storage = Storage::start(open_in(data.path()), move |input| {
            report.send(input).expect("the test listens");
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("runs");
        for batch in 0..50 {
            storage.give(Job::Persist {
                batch,
                writes: vec![put(&batch.to_string())],
            });
        }
        storage.give(Job::Load {
            load: 1,
            prefixes: vec!["49".into()],
        });
        runtime.block_on(storage.flush());
        let told: Vec<Input> = reports.try_iter().collect();
        let records = vec![Record {
            key: "49".into(),
            value: b"49".to_vec(),
        }];
        let mut expected: Vec<Input> = (0..50).map(|batch| Input::Persisted { batch }).collect();
        expected.push(Input::Loaded { load: 1, records });
        assert_eq!(told, expected);
        runtime.block_on(storage.close());
    }
}
