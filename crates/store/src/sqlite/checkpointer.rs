//! Copies the log into the database beside the writer: a checkpoint that goes on for some tens of milliseconds, with syncs
//! of its own, would keep every send waiting that comes meanwhile.
//!
//! It has a thread and a connection to itself. SQLite lets the writer go on appending to the log while it is copied; only
//! to begin the log anew is left to the writer, when it has grown long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::Connection;

use super::config::Fatal;
use crate::api::StoreError;
use crate::env::Env;

/// How many pages of log are too many: then the writer waits for the readers, so that the log starts over.
pub(super) const LONG_LOG_PAGES: i64 = 32_768;

/// The writer's end.
pub(super) struct Checkpointer {
    wishes: SyncSender<()>,
    /// Ends when the thread does.
    ended: Receiver<()>,
    long: Arc<AtomicBool>,
}

impl Checkpointer {
    /// Starts the thread on a connection of its own.
    pub(super) fn start(env: &dyn Env, conn: Connection, on_fatal: Fatal) -> Self {
        // One wish waits while another is fulfilled; a third would ask for the same.
        let (wishes, wished) = sync_channel(1);
        let (end, ended) = sync_channel(1);
        let long = Arc::new(AtomicBool::new(false));
        let found = Arc::clone(&long);
        let work = move || {
            while let Ok(()) = wished.recv() {
                match copy_log(&conn, "PASSIVE") {
                    Ok(pages) => found.store(pages > LONG_LOG_PAGES, Ordering::Relaxed),
                    Err(StoreError::Busy) => {}
                    Err(StoreError::Full) => {
                        tracing::warn!("no room to copy the log into the database");
                    }
                    Err(error) => {
                        tracing::error!(%error, "the log could not be copied: the process ends");
                        on_fatal(&error.to_string());
                        break;
                    }
                }
            }
            drop(conn);
            // The writer may be gone already.
            let _ = end.send(());
        };
        env.spawn_thread("samtale-log", Box::new(work));
        Self {
            wishes,
            ended,
            long,
        }
    }

    /// Asks for a checkpoint, and tells whether the last one found the log long.
    pub(super) fn ask(&self) -> bool {
        let _ = self.wishes.try_send(());
        self.long.swap(false, Ordering::Relaxed)
    }

    /// Waits for the end of the thread.
    pub(super) fn finish(self) {
        drop(self.wishes);
        let _ = self.ended.recv();
    }
}

/// Copies the log and returns how many pages it has.
pub(super) fn copy_log(conn: &Connection, mode: &str) -> Result<i64, StoreError> {
    let text = format!("PRAGMA wal_checkpoint({mode})");
    Ok(conn.query_row(&text, [], |row| row.get(1))?)
}
