//! Killing things: a server in the middle of a stream of sends, a client with unsent messages. What
//! was acknowledged is there once, in one order, on every client; what was not arrives once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use samtale_client::{Client, ClientConfig, FixedToken};
use samtale_engine::{Change, Command, EntryState, Made, Outcome, Token};
use samtale_model::{ChatId, MessageId, UserId};
use tempfile::TempDir;

use crate::served::{PATIENCE, Served, wait_for_line, within};

/// How often the server is killed.
const ROUNDS: u64 = 12;
/// What a child process is told, to play a client that is killed.
const CHILD: &str = "SAMTALE_TEST_CHILD";

/// Someone with a client, and what they have sent.
struct Person {
    name: &'static str,
    client: Client,
    chat: ChatId,
    sent: Arc<Mutex<Vec<MessageId>>>,
    acknowledged: Arc<Mutex<BTreeSet<MessageId>>>,
}

async fn start(server: &Served, name: &str, data: Option<&Path>) -> Client {
    let user = UserId::new(name).expect("a valid id");
    let token = Arc::new(FixedToken::new(Token::new(server.token(name))));
    let mut config = ClientConfig::new(server.url(), user, token);
    config.data = data.map(Path::to_path_buf);
    config.engine.retry_base_ms = 50;
    config.engine.retry_cap_ms = 400;
    config.engine.max_retries = u32::MAX;
    config.engine.http_after_failures = None;
    let client = Client::start(config).await.expect("the client starts");
    client.command(Command::Connect).expect("allowed");
    client
}

impl Person {
    async fn new(server: &Served, name: &'static str, chat: ChatId, data: &Path) -> Self {
        let client = start(server, name, Some(data)).await;
        client.command(Command::OpenChat { chat }).expect("allowed");
        let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
        let (noted, mut changes) = (Arc::clone(&acknowledged), client.changes());
        tokio::spawn(async move {
            while let Some(batch) = changes.recv().await {
                for change in batch {
                    if let Change::Op {
                        op,
                        outcome: Outcome::Done { .. },
                        ..
                    } = change
                    {
                        noted.lock().expect("not poisoned").insert(MessageId(op.0));
                    }
                }
            }
        });
        Self {
            name,
            client,
            chat,
            sent: Arc::default(),
            acknowledged,
        }
    }

    /// Sends numbered messages without pause until told to stop.
    fn stream(&self, stop: &Arc<AtomicBool>) -> tokio::task::JoinHandle<()> {
        let (client, chat, name) = (self.client.clone(), self.chat, self.name);
        let (sent, stop) = (Arc::clone(&self.sent), Arc::clone(stop));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let number = sent.lock().expect("not poisoned").len();
                let content = format!("{name} {number}");
                let send = Command::Send {
                    chat,
                    content,
                    reply_to: None,
                    thread_root: None,
                    id: None,
                    max_retries: None,
                    persist: true,
                };
                // A full outbox refuses: the person waits.
                if let Ok(Made::Message(id)) = client.command(send) {
                    sent.lock().expect("not poisoned").push(id);
                }
                tokio::time::sleep(Duration::from_millis(4)).await;
            }
        })
    }

    /// Waits until nothing is unsent, then loads the whole timeline.
    async fn settle(&self) -> Vec<MessageId> {
        let empties = self
            .client
            .until(|engine| engine.outbox().items.is_empty().then_some(()));
        if tokio::time::timeout(PATIENCE, empties).await.is_err() {
            let (connection, left) = self
                .client
                .view(|engine| (engine.connection(), engine.outbox().items));
            let head: Vec<_> = left
                .iter()
                .take(3)
                .map(|item| (item.kind, item.state, item.attempts))
                .collect();
            panic!(
                "{} of {} are unsent, {head:?}; {connection:?}",
                left.len(),
                self.name
            );
        }
        within("the timeline loads", async {
            loop {
                let (older, loading) = self.client.view(|engine| {
                    let timeline = engine.timeline(self.chat);
                    (timeline.has_older(), timeline.loading_older())
                });
                if !older {
                    return Some(());
                }
                if !loading {
                    let _ = self.client.command(Command::LoadOlder {
                        chat: self.chat,
                        limit: None,
                    });
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        self.shown()
    }

    fn shown(&self) -> Vec<MessageId> {
        self.client.view(|engine| {
            engine
                .timeline(self.chat)
                .entries()
                .map(|entry| entry.id())
                .collect()
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_again_and_again_loses_and_doubles_nothing() {
    let data = TempDir::new().expect("a folder");
    let mut server = Served::start(data.path()).await;
    let lessons = server.create_chat("kari", &["ola"]).await;
    let exams = server.create_chat("kari", &["per", "mia"]).await;

    let mut people = Vec::new();
    for (number, (name, chat)) in [
        ("kari", lessons),
        ("kari", exams),
        ("ola", lessons),
        ("per", exams),
        ("mia", exams),
    ]
    .into_iter()
    .enumerate()
    {
        people.push(
            Person::new(
                &server,
                name,
                chat,
                &data.path().join(format!("client-{number}")),
            )
            .await,
        );
    }

    for round in 0..ROUNDS {
        let stop = Arc::new(AtomicBool::new(false));
        let streams: Vec<_> = people.iter().map(|person| person.stream(&stop)).collect();
        // The moment of the kill wanders over a commit, a broadcast, a reconnect.
        tokio::time::sleep(Duration::from_millis(150 + 37 * round % 211)).await;
        server.kill().await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        server.restart().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.store(true, Ordering::Relaxed);
        for stream in streams {
            stream.await.expect("the stream ends");
        }
    }

    for chat in [lessons, exams] {
        let stored = server.history("kari", chat).await;
        let ids: Vec<MessageId> = stored.iter().map(|message| message.id).collect();
        let mut shown = BTreeMap::new();
        for (number, person) in people
            .iter()
            .enumerate()
            .filter(|(_, person)| person.chat == chat)
        {
            shown.insert(number, person.settle().await);
        }
        // Some were still on their way when the store was first read.
        let stored_now = server.history("kari", chat).await;
        assert!(stored_now.len() >= stored.len());
        assert!(
            stored_now
                .iter()
                .map(|message| message.id)
                .take(ids.len())
                .eq(ids.iter().copied()),
            "order is kept"
        );
        let ids: Vec<MessageId> = stored_now.iter().map(|message| message.id).collect();
        let unique: BTreeSet<MessageId> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "nothing is doubled");

        let mut expected = 0;
        for person in people.iter().filter(|person| person.chat == chat) {
            let sent = person.sent.lock().expect("not poisoned").clone();
            assert!(!sent.is_empty());
            expected += sent.len();
            let arrived: Vec<MessageId> =
                ids.iter().copied().filter(|id| sent.contains(id)).collect();
            assert_eq!(
                arrived, sent,
                "everything that {} sent arrived once, in order",
                person.name
            );
            let acknowledged = person.acknowledged.lock().expect("not poisoned").clone();
            assert!(
                acknowledged.is_subset(&unique),
                "everything acknowledged is there"
            );
        }
        assert_eq!(ids.len(), expected, "and nothing else is");

        for (number, _) in shown {
            let person = &people[number];
            within("every client shows the same", async {
                person
                    .client
                    .until(|engine| {
                        let timeline = engine.timeline(chat);
                        (timeline
                            .entries()
                            .map(|entry| entry.id())
                            .eq(ids.iter().copied()))
                        .then_some(())
                    })
                    .await
            })
            .await;
        }
    }
}

/// Plays a client in a process of its own, when the environment says so: it queues messages while
/// the server is away, says so once they are kept, and waits to be killed.
#[tokio::test]
async fn child() {
    let Ok(told) = std::env::var(CHILD) else {
        return;
    };
    let mut told = told.split('|');
    let mut next = || told.next().expect("the parent tells all").to_owned();
    let (url, token, chat, data) = (next(), next(), next(), next());
    let user = UserId::new("kari").expect("a valid id");
    let config =
        ClientConfig::new(url, user, Arc::new(FixedToken::new(Token::new(token)))).with_data(data);
    let client = Client::start(config).await.expect("the client starts");
    let mut changes = client.changes();
    client.command(Command::Connect).expect("allowed");
    let chat: ChatId = chat.parse().expect("a chat's id");
    for number in 0..10 {
        let send = Command::send(chat, format!("unsent {number}"));
        client.command(send).expect("queued");
    }
    let mut kept = 0;
    while kept < 10 {
        let batch = changes.recv().await.expect("the client runs");
        kept += batch
            .iter()
            .filter(|change| {
                matches!(
                    change,
                    Change::Op {
                        outcome: Outcome::Kept,
                        ..
                    }
                )
            })
            .count();
    }
    println!("kept");
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_killed_with_unsent_messages_sends_them_when_started_again() {
    let data = TempDir::new().expect("a folder");
    let mut server = Served::start(data.path()).await;
    let chat = server.create_chat("kari", &["ola"]).await;
    server.kill().await;

    let own = data.path().join("kari");
    let told = [
        server.url(),
        server.token("kari"),
        chat.to_string(),
        own.display().to_string(),
    ]
    .join("|");
    let mut child =
        tokio::process::Command::new(std::env::current_exe().expect("this test's program"))
            .args(["--exact", "crash::child", "--nocapture"])
            .env(CHILD, told)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the child starts");
    wait_for_line(&mut child, "kept").await;
    child.kill().await.expect("killed");

    server.restart().await;
    let client = start(&server, "kari", Some(&own)).await;
    client.command(Command::OpenChat { chat }).expect("allowed");
    within("they are shown as sent", async {
        client
            .until(|engine| {
                let timeline = engine.timeline(chat);
                let mut sent = timeline
                    .entries()
                    .filter(|entry| entry.state == EntryState::Sent);
                (sent.by_ref().count() == 10).then_some(())
            })
            .await
    })
    .await;
    let texts: Vec<String> = server
        .history("ola", chat)
        .await
        .iter()
        .map(|message| message.content.as_str().to_owned())
        .collect();
    let expected: Vec<String> = (0..10).map(|number| format!("unsent {number}")).collect();
    assert_eq!(texts, expected, "once each, in order");
    client.shutdown().await;
}
