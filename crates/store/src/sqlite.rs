//! The embedded backend.

/// The embedded store.
#[derive(Debug)]
pub struct SqliteStore;
