//! The embedded store conforms, with its threads, with tasks and without either.

use std::sync::Arc;

use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::{Driver, Env, SqliteConfig, SqliteStore, Store};

fn keyring() -> Keyring {
    Keyring::new(MasterKey::from_slice(&[7; 32]).expect("32 bytes"))
}

/// A file database with a writer thread and readers; the folder goes when the test's thread ends.
fn in_a_file(env: Arc<dyn Env>) -> Arc<dyn Store> {
    thread_local! {
        static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a folder");
    }
    let path = FOLDER.with(|folder| folder.path().join("chats.db"));
    Arc::new(
        SqliteStore::open(SqliteConfig::file(path, keyring(), env)).expect("a store in a file"),
    )
}

/// A database in memory, driven by its callers.
fn in_memory(env: Arc<dyn Env>) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(SqliteConfig::memory(keyring(), env)).expect("a store in memory"))
}

/// A database in memory, driven by tasks.
fn by_tasks(env: Arc<dyn Env>) -> Arc<dyn Store> {
    let config = SqliteConfig::memory(keyring(), env).driver(Driver::Tasks);
    Arc::new(SqliteStore::open(config).expect("a store driven by tasks"))
}

mod a_file_with_threads {
    use super::in_a_file;

    samtale_store::conformance!(in_a_file);
}

mod memory_inline {
    use super::in_memory;

    samtale_store::conformance!(in_memory);
}

mod memory_with_tasks {
    use super::by_tasks;

    samtale_store::conformance!(by_tasks);
}
