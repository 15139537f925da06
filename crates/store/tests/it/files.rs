//! What lies on the disk: what survives, what is noticed, and what never stands there in plain.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use samtale_model::{Body, ChatId, Op, Role, Seq};
use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::{
    Driver, Location, OpenError, PrivateWrite, SearchQuery, SqliteConfig, SqliteStore, Store,
    StoreError, SystemEnv, WriteError,
};
use serde_json::json;

use crate::people::{People, user};

fn keyring(byte: u8) -> Keyring {
    Keyring::new(MasterKey::from_slice(&[byte; 32]).expect("32 bytes"))
}

fn config(path: &Path) -> SqliteConfig {
    SqliteConfig::file(path, keyring(7), Arc::new(SystemEnv::new()))
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(config(path)).expect("a store")
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chats.db");
    (folder, path)
}

/// Copies a database as a crash leaves it: the file and its log, whatever is in which.
fn crash(path: &Path, to: &Path) {
    fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
    for suffix in ["", "-wal", ".opened"] {
        let name = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        if name(path).exists() {
            fs::copy(name(path), name(to)).expect("a copy");
        }
    }
}

async fn words(store: &SqliteStore, name: &str, chat: ChatId) -> Vec<String> {
    let page = store
        .page(&user(name), chat, None, 200)
        .await
        .expect("a member reads");
    page.messages
        .iter()
        .map(|message| message.content.as_str().to_owned())
        .collect()
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_crash() {
    let (folder, path) = folder();
    let people = People::new(open(&path));
    let chat = people.chat("kari", &[("ola", Role::Student)]).await;
    let mut said = Vec::new();
    for round in 0..5 {
        for number in 0..20 {
            said.push(format!("melding {round} {number}"));
            people
                .send("ola", chat, said.last().expect("just said"))
                .await;
        }
        let copy = folder.path().join(format!("crash{round}/chats.db"));
        crash(&path, &copy);
        let restarted = open(&copy);
        assert_eq!(words(&restarted, "kari", chat).await, said);
        let hits = SearchQuery {
            words: format!("melding {round} 19"),
            chat: None,
            after: None,
            limit: 5,
        };
        assert_eq!(
            restarted
                .search(&user("kari"), hits)
                .await
                .expect("a search")
                .hits
                .len(),
            1
        );
        assert_eq!(
            restarted.lineage(),
            people.store.lineage(),
            "a crash is no restored backup"
        );
    }
}

#[tokio::test]
async fn a_store_that_is_opened_again_goes_on() {
    let (_folder, path) = folder();
    let people = People::new(open(&path));
    let chat = people.chat("kari", &[]).await;
    let op = people.sending("én gang");
    people.apply("kari", chat, op.clone()).await;
    let lineage = people.store.lineage().clone();
    people.store.close().await;
    let people = People::new(open(&path));
    assert_eq!(people.store.lineage(), &lineage);
    assert!(
        people.apply("kari", chat, op).await.repeat,
        "ids are remembered"
    );
    assert_eq!(people.send("kari", chat, "to").await, Seq(3));
}

#[tokio::test]
async fn a_database_that_was_put_back_starts_a_new_lineage() {
    let (folder, path) = folder();
    let mut seen = Vec::new();
    let copy = folder.path().join("copy/chats.db");
    let backup = folder.path().join("backup.db");
    let restore = |from: &Path| {
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{suffix}", path.display()));
        }
        fs::copy(from, &path).expect("a restored database");
    };

    let store = open(&path);
    seen.push(store.lineage().clone());
    SqliteStore::backup(&path, &backup).expect("a backup");
    store.close().await;
    crash(&path, &copy);

    // The backup of the opening before, put back at once.
    restore(&backup);
    let store = open(&path);
    seen.push(store.lineage().clone());
    store.close().await;

    // A copy of the file of an earlier opening.
    restore(&copy);
    let store = open(&path);
    seen.push(store.lineage().clone());
    store.close().await;

    // A lost marker.
    fs::remove_file(format!("{}.opened", path.display())).expect("the marker");
    let store = open(&path);
    seen.push(store.lineage().clone());
    store.close().await;

    // An operator who says so.
    SqliteStore::start_new_lineage(&path).expect("the marker goes");
    let store = open(&path);
    seen.push(store.lineage().clone());
    store.close().await;

    let mut different = seen.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), seen.len(), "{seen:?}");
    let store = open(&path);
    assert_eq!(
        store.lineage(),
        seen.last().expect("the last one"),
        "an ordinary opening keeps it"
    );
}

#[tokio::test]
async fn a_backup_is_whole_while_the_store_is_written() {
    let (folder, path) = folder();
    let people = People::new(open(&path));
    let chat = people.chat("kari", &[]).await;
    people.send("kari", chat, "før").await;
    let backup = folder.path().join("elsewhere.db");
    SqliteStore::backup(&path, &backup).expect("a backup");
    people.send("kari", chat, "etter").await;
    assert!(
        SqliteStore::backup(&path, &backup).is_err(),
        "it overwrites nothing"
    );
    let copy = open(&backup);
    assert_eq!(words(&copy, "kari", chat).await, ["før"]);
    assert_ne!(copy.lineage(), people.store.lineage());
}

#[tokio::test]
async fn another_master_key_opens_nothing_and_a_rotated_one_everything() {
    let (_folder, path) = folder();
    let people = People::new(open(&path));
    let chat = people.chat("kari", &[]).await;
    people.send("kari", chat, "hei").await;
    people.store.close().await;

    let wrong = SqliteConfig {
        keyring: keyring(8),
        ..config(&path)
    };
    assert!(matches!(
        SqliteStore::open(wrong),
        Err(OpenError::WrongKey(_))
    ));

    let key = |byte| MasterKey::from_slice(&[byte; 32]).expect("32 bytes");
    let rotated = SqliteConfig {
        keyring: keyring(7).rotated(key(8)),
        ..config(&path)
    };
    let store = SqliteStore::open(rotated).expect("the older key is there");
    assert_eq!(words(&store, "kari", chat).await, ["hei"]);
    assert_eq!(store.rewrap_keys().await.expect("keys are wrapped anew"), 1);
    assert_eq!(store.rewrap_keys().await.expect("nothing to wrap"), 0);
    store.close().await;

    let store = SqliteStore::open(SqliteConfig {
        keyring: keyring(8),
        ..config(&path)
    })
    .expect("the new key alone");
    assert_eq!(words(&store, "kari", chat).await, ["hei"]);
}

#[tokio::test]
async fn a_damaged_body_is_an_error_and_not_a_message() {
    let (_folder, path) = folder();
    let people = People::new(open(&path));
    let chat = people.chat("kari", &[]).await;
    people.send("kari", chat, "hei").await;
    people.store.close().await;
    let conn = rusqlite::Connection::open(&path).expect("the database");
    let mut body: Vec<u8> = conn
        .query_row("SELECT body FROM messages", [], |row| row.get(0))
        .expect("a body");
    *body.last_mut().expect("not empty") ^= 1;
    conn.execute("UPDATE messages SET body = ?1", [body])
        .expect("damage");
    conn.close().expect("closed");
    let store = open(&path);
    let read = store.page(&user("kari"), chat, None, 10).await;
    assert!(
        matches!(
            read,
            Err(samtale_store::ReadError::Store(StoreError::Corrupt(_)))
        ),
        "{read:?}"
    );
    let other = People::new(store);
    let chat = other.chat("kari", &[]).await;
    assert_eq!(
        other.send("kari", chat, "andre går det bra med").await,
        Seq(2)
    );
}

#[tokio::test]
async fn a_database_is_open_once() {
    let (_folder, path) = folder();
    let store = open(&path);
    assert!(matches!(
        SqliteStore::open(config(&path)),
        Err(OpenError::InUse(_))
    ));
    store.close().await;
    drop(open(&path));
    let threads = SqliteConfig {
        location: Location::Memory,
        ..config(&path)
    };
    assert!(matches!(
        SqliteStore::open(threads),
        Err(OpenError::ThreadsWithoutFile)
    ));
    let nowhere = path.join("no/such/folder/chats.db");
    assert!(matches!(
        SqliteStore::open(config(&nowhere)),
        Err(OpenError::Io { .. })
    ));
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_loses_nothing() {
    for driver in [Driver::Threads { readers: 1 }, Driver::Inline] {
        let (_folder, path) = folder();
        let small = SqliteConfig {
            max_pages: Some(120),
            ..config(&path)
        }
        .driver(driver);
        let people = People::new(SqliteStore::open(small).expect("a store"));
        let chat = people.chat("kari", &[]).await;
        let mut said = Vec::new();
        let full = loop {
            let text = format!("{} {}", said.len(), "fyll ".repeat(500));
            match people
                .store
                .apply(&user("kari"), chat, vec![people.sending(&text)])
                .await
            {
                Ok(_) => said.push(text),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(full, WriteError::Store(StoreError::Full)),
            "{full:?}"
        );
        assert!(said.len() > 10);
        let refused = people
            .store
            .apply(
                &user("kari"),
                chat,
                vec![people.sending(&"fyll ".repeat(1_000))],
            )
            .await;
        assert!(matches!(refused, Err(WriteError::Store(StoreError::Full))));
        assert_eq!(
            words(&people.store, "kari", chat).await,
            said,
            "reads go on"
        );
        people.store.close().await;
        let people = People::new(open(&path));
        assert_eq!(words(&people.store, "kari", chat).await, said);
        assert_eq!(
            people.send("kari", chat, "nå er det plass").await,
            Seq(u64::try_from(said.len()).unwrap() + 2)
        );
    }
}

#[tokio::test]
async fn nothing_that_was_said_lies_on_the_disk_in_plain() {
    let (folder, path) = folder();
    let people = People::new(open(&path));
    let chat = people.chat("kari", &[("ola", Role::Student)]).await;
    let op = people.sending("sjokoladefondue");
    let message_id = samtale_model::MessageId(op.id().0);
    people.apply("ola", chat, op).await;
    let edit = Op::Edit {
        op_id: people.op_id(),
        message_id,
        content: Body::new("trollmannslue").expect("content"),
    };
    people.apply("ola", chat, edit).await;
    let key = format!("draft:{chat}").parse().expect("a key");
    let draft = PrivateWrite {
        op_id: people.op_id(),
        key,
        value: json!("regnbueørret"),
    };
    people
        .store
        .put_private(&user("ola"), draft)
        .await
        .expect("a draft");
    people.store.index_all().await.expect("the index");
    let look = |when: &str| {
        let secrets = [
            "sjokoladefondue",
            "trollmannslue",
            "regnbueørret",
            "sjokolade",
            "trollmann",
            "lue",
            "fondue",
        ];
        let mut files = 0;
        for entry in fs::read_dir(folder.path()).expect("the folder") {
            let entry = entry.expect("a file").path();
            let bytes = fs::read(&entry).expect("its bytes");
            files += 1;
            for secret in secrets {
                let found = bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes());
                // Three letters may stand there by chance.
                assert!(
                    !found || secret.len() < 5,
                    "{secret} stands in {} {when}",
                    entry.display()
                );
            }
        }
        assert!(files >= 3, "the database, its lock and its marker at least");
    };
    look("while it is open");
    people.store.close().await;
    look("once it is closed");
}
