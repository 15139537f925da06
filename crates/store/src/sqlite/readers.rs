//! The readers: a pool of threads, each with a connection of its own. A read is one transaction, so it sees one snapshot.

use std::sync::Arc;

use rusqlite::Connection;
use samtale_model::Lineage;

use super::db::Db;
use super::queue::Queue;
use super::served::Read;
use super::vault::Vault;
use crate::api::StoreError;

/// A connection that reads.
pub(super) struct Reader {
    conn: Connection,
    vault: Vault,
    lineage: Lineage,
}

impl Reader {
    pub(super) fn new(conn: Connection, vault: Vault, lineage: Lineage) -> Self {
        Self {
            conn,
            vault,
            lineage,
        }
    }

    /// Serves a queue until it is closed and empty.
    pub(super) fn serve(self, queue: &Arc<Queue<Read>>) {
        let mut reads = Vec::with_capacity(1);
        while queue.take(1, &mut reads) {
            reads.drain(..).for_each(|read| read(self.db()));
        }
    }

    fn db(&self) -> Db<'_> {
        Db {
            conn: &self.conn,
            vault: &self.vault,
            lineage: &self.lineage,
        }
    }
}

/// Reads in one snapshot.
pub(super) fn in_snapshot<T, E: From<StoreError>>(
    db: Db<'_>,
    work: impl FnOnce(Db<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let snapshot = db.conn.unchecked_transaction().map_err(StoreError::from)?;
    let result = work(db);
    snapshot.rollback().map_err(StoreError::from)?;
    result
}
