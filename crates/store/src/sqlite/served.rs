//! Queues of writes and reads, and who serves them: threads, or tasks of the host.
//!
//! Threads have a connection each. Tasks share one, and do their work in steps: a group commit, a pass of the index or a
//! read is one step, and between two of them others run. Queues, groups and limits are the same.

use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::config::{Location, SqliteConfig};
use super::db::Db;
use super::locked;
use super::queue::Queue;
use super::readers::Reader;
use super::writer::{Request, Writer};
use crate::env::Env;

/// How many tasks read.
const READING_TASKS: usize = 4;

/// A read that waits for its turn.
pub(super) type Read = Box<dyn FnOnce(Db<'_>) + Send>;

/// What callers put their work into.
pub(super) struct Served {
    pub(super) writes: Arc<Queue<Request>>,
    pub(super) reads: Arc<Queue<Read>>,
    /// Answered when those who serve have ended: the readers, then the writer.
    ends: Mutex<Ends>,
}

#[derive(Default)]
struct Ends {
    readers: Vec<oneshot::Receiver<()>>,
    writer: Option<oneshot::Receiver<()>>,
}

impl Served {
    fn new(config: &SqliteConfig) -> Self {
        Self {
            writes: Arc::new(Queue::new(config.write_queue)),
            reads: Arc::new(Queue::new(config.read_queue)),
            ends: Mutex::default(),
        }
    }

    /// Starts a thread for the writer and one for each reader.
    pub(super) fn by_threads(
        config: &SqliteConfig,
        writer: Writer,
        readers: Vec<Reader>,
        lock: Option<File>,
    ) -> Self {
        let served = Self::new(config);
        for reader in readers {
            let ended = served.reader_end();
            let queue = Arc::clone(&served.reads);
            let work = move || {
                reader.serve(&queue);
                let _ = ended.send(());
            };
            config.env.spawn_thread("samtale-reader", Box::new(work));
        }
        let ended = served.writer_end();
        let queue = Abandon(Arc::clone(&served.writes));
        let group_limit = config.group_limit.max(1);
        let work = move || {
            writer.serve(&queue.0, group_limit);
            drop(lock);
            let _ = ended.send(());
        };
        config.env.spawn_thread("samtale-writer", Box::new(work));
        served
    }

    /// Starts a task for the writer and some for reading.
    pub(super) fn by_tasks(config: &SqliteConfig, writer: Writer, lock: Option<File>) -> Self {
        let served = Self::new(config);
        let shared: Shared = Arc::new(Mutex::new(Some(writer)));
        for _ in 0..READING_TASKS {
            let ended = served.reader_end();
            let queue = Abandon(Arc::clone(&served.reads));
            let shared = Arc::clone(&shared);
            config.env.spawn(Box::pin(async move {
                read(&queue.0, &shared).await;
                let _ = ended.send(());
            }));
        }
        let ended = served.writer_end();
        let queue = Abandon(Arc::clone(&served.writes));
        let pace = Pace {
            env: Arc::clone(&config.env),
            location: config.location.clone(),
            group_limit: config.group_limit.max(1),
        };
        config.env.spawn(Box::pin(async move {
            write(&queue.0, &shared, &pace).await;
            drop(lock);
            let _ = ended.send(());
        }));
        served
    }

    /// Takes nothing more in, waits until what was taken in is done, and for the end of those who serve.
    pub(super) async fn shut(&self) {
        let ends = std::mem::take(&mut *self.ends());
        self.reads.close();
        for reader in ends.readers {
            let _ = reader.await;
        }
        self.writes.close();
        if let Some(writer) = ends.writer {
            let _ = writer.await;
        }
    }

    fn reader_end(&self) -> oneshot::Sender<()> {
        let (ended, end) = oneshot::channel();
        self.ends().readers.push(end);
        ended
    }

    fn writer_end(&self) -> oneshot::Sender<()> {
        let (ended, end) = oneshot::channel();
        self.ends().writer = Some(end);
        ended
    }

    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.reads.close();
        self.writes.close();
    }
}

/// Ends the queue with its server, however that ends: who waits is told instead of waiting for ever.
struct Abandon<T>(Arc<Queue<T>>);

impl<T> Drop for Abandon<T> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// The one connection of the tasks; none once it was closed.
type Shared = Arc<Mutex<Option<Writer>>>;

/// How the task that writes goes.
struct Pace {
    env: Arc<dyn Env>,
    location: Location,
    group_limit: usize,
}

impl Pace {
    /// Lets others run before a commit, for as long as the disk takes: their writes join the group.
    async fn gather(&self) {
        let latency = match &self.location {
            Location::Disk(disk) => disk.latency(),
            Location::File(_) | Location::Memory => Duration::ZERO,
        };
        if latency.is_zero() {
            yield_now().await;
        } else {
            self.env.sleep(latency).await;
        }
    }
}

/// Serves the writes until their queue is closed and empty, or a commit fails for good.
async fn write(queue: &Queue<Request>, shared: &Shared, pace: &Pace) {
    let mut requests = Vec::new();
    loop {
        let behind = locked(shared)
            .as_ref()
            .is_some_and(Writer::is_behind_with_the_index);
        if behind {
            yield_now().await;
        } else {
            queue.ready().await;
            pace.gather().await;
        }
        let open = queue.try_take(pace.group_limit, &mut requests);
        let mut held = locked(shared);
        let Some(writer) = held.as_mut() else { break };
        if !writer.turn(&mut requests, open) {
            break;
        }
    }
    // Where a commit failed for good the connection stays, so that reads go on as long as the host does.
    let done = locked(shared).take_if(|writer| !writer.is_broken());
    if let Some(writer) = done {
        writer.finish();
    }
}

/// Serves the reads until their queue is closed and empty.
async fn read(queue: &Queue<Read>, shared: &Shared) {
    let mut reads = Vec::with_capacity(1);
    loop {
        queue.ready().await;
        yield_now().await;
        if !queue.try_take(1, &mut reads) {
            break;
        }
        if let Some(writer) = locked(shared).as_ref() {
            reads.drain(..).for_each(|read| read(writer.db()));
        }
        // Where there is no connection any more, who asked is told by the read's end.
        reads.clear();
    }
}
