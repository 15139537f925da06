//! Group commit: what is committed together, what happens when a commit fails, and when too much waits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use samtale_model::{Op, OpId, Role, Seq};
use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::{
    Commit, CommitSink, Refusal, SqliteConfig, SqliteStore, Store, StoreError, SystemEnv,
    WriteError,
};

use crate::people::{People, user};

fn config(folder: &tempfile::TempDir) -> SqliteConfig {
    let keyring = Keyring::new(MasterKey::from_slice(&[7; 32]).expect("32 bytes"));
    SqliteConfig::file(
        folder.path().join("chats.db"),
        keyring,
        Arc::new(SystemEnv::new()),
    )
}

/// A sink that waits at its first commit until it is let go.
struct Gate {
    held: Mutex<std::sync::mpsc::Receiver<()>>,
    seqs: Mutex<Vec<Seq>>,
}

impl CommitSink for Gate {
    fn committed(&self, commit: Commit) {
        if let Commit::Chat(commit) = commit {
            let mut seqs = self.seqs.lock().expect("no panic before");
            if commit.envelope.seq == Seq(2) {
                self.held
                    .lock()
                    .expect("no panic before")
                    .recv()
                    .expect("the test lets go");
            }
            seqs.push(commit.envelope.seq);
        }
    }
}

#[tokio::test]
async fn a_refusal_in_a_group_spoils_no_neighbour() {
    let folder = tempfile::tempdir().unwrap();
    let people = People::new(SqliteStore::open(config(&folder)).unwrap());
    let (let_go, held) = std::sync::mpsc::channel();
    let gate = Arc::new(Gate {
        held: Mutex::new(held),
        seqs: Mutex::default(),
    });
    people
        .store
        .set_sink(Arc::clone(&gate) as Arc<dyn CommitSink>);
    let chat = people.chat("kari", &[("per", Role::Observer)]).await;
    // The first send is on disk and holds the writer at the sink; the others wait and become one group.
    let sends: Vec<_> = (0..21)
        .map(|number| {
            let actor = if number % 3 == 1 { "per" } else { "kari" };
            (actor, people.sending(&number.to_string()))
        })
        .collect();
    let results = {
        let calls = sends.iter().map(|(actor, op)| {
            let store = &people.store;
            async move {
                store
                    .apply(&user(actor), chat, vec![op.clone()])
                    .await
                    .unwrap()
                    .results
                    .remove(0)
            }
        });
        let all = futures_util::future::join_all(calls);
        let (results, ()) = tokio::join!(all, async { let_go.send(()).unwrap() });
        results
    };
    let seqs: Vec<_> = results.iter().flatten().map(|done| done.seq).collect();
    assert_eq!(seqs, (2..16).map(Seq).collect::<Vec<_>>());
    assert_eq!(
        results
            .iter()
            .filter(|result| **result == Err(Refusal::Forbidden))
            .count(),
        7
    );
    assert_eq!(
        *gate.seqs.lock().unwrap(),
        (1..16).map(Seq).collect::<Vec<_>>(),
        "told in commit order"
    );
}

#[tokio::test]
async fn too_many_waiting_writes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let people = People::new(
        SqliteStore::open(SqliteConfig {
            write_queue: 4,
            ..config(&folder)
        })
        .unwrap(),
    );
    let (let_go, held) = std::sync::mpsc::channel();
    people.store.set_sink(Arc::new(Gate {
        held: Mutex::new(held),
        seqs: Mutex::default(),
    }));
    let chat = people.chat("kari", &[]).await;
    let ops: Vec<Op> = (0..40)
        .map(|number| people.sending(&number.to_string()))
        .collect();
    let busy = AtomicUsize::new(0);
    let calls = ops.iter().map(|op| async {
        match people
            .store
            .apply(&user("kari"), chat, vec![op.clone()])
            .await
        {
            Ok(_) => {}
            Err(WriteError::Store(StoreError::Busy)) => _ = busy.fetch_add(1, Ordering::Relaxed),
            Err(error) => panic!("{error}"),
        }
    });
    let all = futures_util::future::join_all(calls);
    tokio::join!(all, async { let_go.send(()).unwrap() });
    assert!(
        busy.load(Ordering::Relaxed) >= 40 - 4 - 4,
        "the writer holds one group, the queue four more"
    );
    let again: Vec<Op> = ops.clone();
    for op in again {
        people.apply("kari", chat, op).await;
    }
    assert_eq!(
        people
            .store
            .page(&user("kari"), chat, None, 200)
            .await
            .unwrap()
            .messages
            .len(),
        40
    );
}

#[tokio::test]
async fn a_commit_that_fails_ends_the_process_and_acknowledges_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chats.db");
    let ends = Arc::new(AtomicUsize::new(0));
    let on_fatal = {
        let ends = Arc::clone(&ends);
        Arc::new(move |_: &str| _ = ends.fetch_add(1, Ordering::SeqCst))
    };
    let people = People::new(
        SqliteStore::open(SqliteConfig {
            on_fatal,
            ..config(&folder)
        })
        .unwrap(),
    );
    let chat = people.chat("kari", &[]).await;
    people.send("kari", chat, "før").await;
    // A deferred constraint that only the commit checks stands for a disk that fails it.
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch(
        "CREATE TABLE doom (id INTEGER REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER doom AFTER INSERT ON messages BEGIN INSERT INTO doom VALUES (-1); END;",
    )
    .unwrap();
    let failed = people
        .store
        .apply(&user("kari"), chat, vec![people.sending("under")])
        .await;
    assert!(
        matches!(failed, Err(WriteError::Store(StoreError::Backend(_)))),
        "{failed:?}"
    );
    assert_eq!(ends.load(Ordering::SeqCst), 1);
    let after = people
        .store
        .apply(&user("kari"), chat, vec![people.sending("etter")])
        .await;
    assert!(
        matches!(after, Err(WriteError::Store(StoreError::Closed))),
        "nothing is written after that"
    );
    conn.execute_batch("DROP TRIGGER doom; DROP TABLE doom")
        .unwrap();
    drop(conn);
    people.store.close().await;
    let people = People::new(SqliteStore::open(config(&folder)).unwrap());
    let page = people
        .store
        .page(&user("kari"), chat, None, 10)
        .await
        .unwrap();
    assert_eq!(page.messages.len(), 1);
}

#[tokio::test]
async fn the_ids_of_ops_are_kept_for_90_days_and_those_of_sends_for_ever() {
    let env = Arc::new(samtale_store::conformance::TestEnv::default());
    let keyring = Keyring::new(MasterKey::from_slice(&[7; 32]).expect("32 bytes"));
    let people =
        People::new(SqliteStore::open(SqliteConfig::memory(keyring, env.clone())).unwrap());
    let chat = people.chat("kari", &[]).await;
    let send = people.sending("hei");
    people.apply("kari", chat, send.clone()).await;
    let message_id = samtale_model::MessageId(send.id().0);
    let op_id: OpId = people.op_id();
    let edit = Op::Edit {
        op_id,
        message_id,
        content: samtale_model::Body::new("hei igjen").unwrap(),
    };
    people.apply("kari", chat, edit.clone()).await;
    let day = 24 * 60 * 60 * 1_000;
    env.pass(90 * day);
    assert_eq!(people.store.purge_op_ids().await.unwrap(), 0);
    assert!(people.apply("kari", chat, edit.clone()).await.repeat);
    env.pass(1);
    assert_eq!(people.store.purge_op_ids().await.unwrap(), 1);
    assert!(!people.apply("kari", chat, edit).await.repeat);
    assert!(people.apply("kari", chat, send).await.repeat);
}
