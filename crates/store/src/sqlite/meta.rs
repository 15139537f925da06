//! `store_meta`: the few values that belong to the store as a whole.

use rusqlite::{Connection, OptionalExtension as _, params};

/// Reads a value.
pub(super) fn get(conn: &Connection, key: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    conn.prepare_cached("SELECT value FROM store_meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

/// Writes a value.
pub(super) fn set(conn: &Connection, key: &str, value: &[u8]) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO store_meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value")?
        .execute(params![key, value])
        .map(drop)
}

/// Forgets a value.
pub(super) fn remove(conn: &Connection, key: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM store_meta WHERE key = ?1")?
        .execute([key])
        .map(drop)
}
