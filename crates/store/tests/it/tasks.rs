//! The store driven by tasks: what comes together is committed together, and an end is heard.

use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use samtale_model::{Role, Seq};
use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::{
    Commit, CommitSink, Driver, SqliteConfig, SqliteStore, Store, StoreError, SystemEnv, WriteError,
};

use crate::people::{People, user};

fn config() -> SqliteConfig {
    let keyring = Keyring::new(MasterKey::from_slice(&[7; 32]).expect("32 bytes"));
    SqliteConfig::memory(keyring, Arc::new(SystemEnv::new())).driver(Driver::Tasks)
}

/// What happened, in order.
#[derive(Debug, PartialEq)]
enum Event {
    Told(Seq),
    Answered(Seq),
}

#[derive(Default)]
struct Log(Mutex<Vec<Event>>);

impl Log {
    fn note(&self, event: Event) {
        self.0.lock().expect("no panic before").push(event);
    }
}

impl CommitSink for Log {
    fn committed(&self, commit: Commit) {
        if let Commit::Chat(commit) = commit {
            self.note(Event::Told(commit.envelope.seq));
        }
    }
}

/// Sends ten messages at once and returns what happened.
async fn ten_at_once(group_limit: usize) -> Vec<Event> {
    let config = SqliteConfig {
        group_limit,
        ..config()
    };
    let people = People::new(SqliteStore::open(config).expect("a store"));
    let chat = people.chat("kari", &[("ola", Role::Student)]).await;
    let log = Arc::new(Log::default());
    people
        .store
        .set_sink(Arc::clone(&log) as Arc<dyn CommitSink>);
    join_all((0..10).map(|number| {
        let (people, log) = (&people, &log);
        async move {
            let seq = people.send("ola", chat, &number.to_string()).await;
            log.note(Event::Answered(seq));
        }
    }))
    .await;
    people.store.close().await;
    std::mem::take(&mut log.0.lock().expect("no panic before"))
}

#[tokio::test]
async fn writes_that_come_together_are_one_group() {
    let events = ten_at_once(512).await;
    let told = (2..12).map(|seq| Event::Told(Seq(seq)));
    let answered = (2..12).map(|seq| Event::Answered(Seq(seq)));
    assert_eq!(events, told.chain(answered).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_group_has_its_limit() {
    let events = ten_at_once(1).await;
    let answer = events
        .iter()
        .position(|event| matches!(event, Event::Answered(_)))
        .expect("there are answers");
    assert!(answer < 10, "the first is answered before the last is told");
    assert_eq!(events.len(), 20);
}

#[tokio::test]
async fn too_many_waiting_calls_are_refused_and_a_close_finishes_the_others() {
    let people = People::new(
        SqliteStore::open(SqliteConfig {
            write_queue: 4,
            ..config()
        })
        .unwrap(),
    );
    let chat = people.chat("kari", &[]).await;
    let sends = join_all((0..6).map(|number| {
        let op = people.sending(&number.to_string());
        let store = &people.store;
        async move { store.apply(&user("kari"), chat, vec![op]).await }
    }));
    let (answers, ()) = tokio::join!(sends, people.store.close());
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(done, 4);
    let busy =
        |answer: &Result<_, WriteError>| matches!(answer, Err(WriteError::Store(StoreError::Busy)));
    assert_eq!(answers.iter().filter(|answer| busy(answer)).count(), 2);
    let after = people
        .store
        .apply(&user("kari"), chat, vec![people.sending("etter")])
        .await;
    assert!(matches!(after, Err(WriteError::Store(StoreError::Closed))));
}

#[test]
fn who_waits_for_tasks_that_were_dropped_is_told() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime")
    };
    let host = runtime();
    let store = host.block_on(async { SqliteStore::open(config()).expect("a store") });
    // The host drops its tasks, as one that is killed does.
    drop(host);
    runtime().block_on(async {
        let written = store.note_seen(Vec::new()).await;
        assert!(matches!(written, Err(StoreError::Closed)), "{written:?}");
        let read = store.profiles(&[]).await;
        assert!(matches!(read, Err(StoreError::Closed)), "{read:?}");
        store.close().await;
    });
}
