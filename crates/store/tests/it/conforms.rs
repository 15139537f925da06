//! The embedded store conforms, with its threads and without.

use std::sync::Arc;

use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::{Env, SqliteConfig, SqliteStore, Store};

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

mod a_file_with_threads {
    use super::in_a_file;

    samtale_store::conformance!(in_a_file);
}

mod memory_inline {
    use super::in_memory;

    samtale_store::conformance!(in_memory);
}
