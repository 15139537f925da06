//! Sockets and tokens: what leaves, what comes back, and what happens when it breaks.

use std::sync::Arc;

use samtale_client::{Client, StartError};
use samtale_engine::{Change, Command, CommandError, ConnectionState, EntryState, Failure, Made};
use samtale_model::MessageId;

use crate::scripted::{CHAT, Numbered, Scripted, config, config_with, numbered, start, within};

pub(crate) fn say(client: &Client, content: &str) -> MessageId {
    let send = Command::Send {
        chat: CHAT,
        content: content.into(),
        reply_to: None,
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    match client.command(send).expect("taken") {
        Made::Message(id) => id,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn until_state(client: &Client, state: ConnectionState) {
    let reached = client.until(|engine| (engine.connection().state == state).then_some(()));
    within(&format!("{state:?}"), reached)
        .await
        .expect("the client runs");
}

pub(crate) async fn until_sent(client: &Client, id: MessageId) {
    let sent = client.until(|engine| {
        let entry = engine.timeline(CHAT).get(id)?;
        matches!(entry.state, EntryState::Sent | EntryState::Delivered).then_some(())
    });
    within("the acknowledgement", sent)
        .await
        .expect("the client runs");
}

#[tokio::test]
async fn the_token_travels_in_its_header_and_never_in_the_address() {
    let server = Scripted::start().await;
    let client = start(config(&server.url())).await;
    client.command(Command::Connect).expect("taken");
    until_state(&client, ConnectionState::Connected).await;
    let handshakes = server.notes().handshakes.clone();
    let [(path, bearer)] = &handshakes[..] else {
        panic!("{handshakes:?}")
    };
    assert_eq!(path, "/realtime/v1/websocket?vsn=2.0.0");
    assert_eq!(*bearer, format!("Bearer {}", numbered(1)));
}

#[tokio::test]
async fn a_message_shows_at_once_and_is_sent() {
    let server = Scripted::start().await;
    let client = start(config(&server.url())).await;
    client
        .command(Command::OpenChat { chat: CHAT })
        .expect("taken");
    let id = say(&client, "hei");
    let shown = client.view(|engine| engine.timeline(CHAT).get(id).map(|entry| entry.state));
    assert_eq!(shown, Some(EntryState::Sending));
    client.command(Command::Connect).expect("taken");
    until_sent(&client, id).await;
    assert_eq!(server.said(), ["hei"]);
}

#[tokio::test]
async fn a_cut_connection_comes_back_and_loses_and_doubles_nothing() {
    let server = Scripted::start().await;
    let client = start(config(&server.url())).await;
    client
        .command(Command::OpenChat { chat: CHAT })
        .expect("taken");
    client.command(Command::Connect).expect("taken");
    let mut words = Vec::new();
    for n in 0..30 {
        let word = format!("nr {n}");
        let id = say(&client, &word);
        words.push(word);
        if n % 3 == 0 {
            server.cut();
        }
        if n % 5 == 0 {
            until_sent(&client, id).await;
        }
    }
    let last = say(&client, "til slutt");
    words.push("til slutt".into());
    until_sent(&client, last).await;
    assert_eq!(server.said(), words);
    assert!(server.notes().handshakes.len() > 1, "it was cut");
}

#[tokio::test]
async fn a_refused_token_is_replaced_by_a_fresh_one() {
    let server = Scripted::start().await;
    server.notes().refusals.push_back(401);
    let tokens = Arc::new(Numbered::default());
    let client = start(config_with(&server.url(), Arc::clone(&tokens) as _)).await;
    client.command(Command::Connect).expect("taken");
    until_state(&client, ConnectionState::Connected).await;
    assert_eq!(*tokens.asked.lock().expect("not poisoned"), [false, true]);
    let bearers: Vec<String> = server
        .notes()
        .handshakes
        .iter()
        .map(|(_, bearer)| bearer.clone())
        .collect();
    assert_eq!(
        bearers,
        [1, 2].map(|number| format!("Bearer {}", numbered(number)))
    );
}

#[tokio::test]
async fn a_user_that_is_refused_is_told_so() {
    let server = Scripted::start().await;
    server.notes().refusals.push_back(403);
    let client = start(config(&server.url())).await;
    client.command(Command::Connect).expect("taken");
    until_state(&client, ConnectionState::Failed).await;
    assert_eq!(
        client.view(|engine| engine.connection().failure),
        Some(Failure::Forbidden)
    );

    let denied = Numbered::default();
    *denied.denied.lock().expect("not poisoned") = true;
    let client = start(config_with(&server.url(), Arc::new(denied))).await;
    client.command(Command::Connect).expect("taken");
    until_state(&client, ConnectionState::Failed).await;
    assert_eq!(
        client.view(|engine| engine.connection().failure),
        Some(Failure::SignedOut)
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_waited_for() {
    let server = Scripted::start().await;
    let url = server.url();
    let address = url
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    drop(server);
    let client = start(config(&url)).await;
    client
        .command(Command::OpenChat { chat: CHAT })
        .expect("taken");
    client.command(Command::Connect).expect("taken");
    let id = say(&client, "hei");
    let failed_once = client.until(|engine| (engine.connection().attempt > 1).then_some(()));
    within("a failed attempt", failed_once)
        .await
        .expect("the client runs");
    let server = Scripted::start_at(address).await;
    until_sent(&client, id).await;
    assert_eq!(server.said(), ["hei"]);
}

#[tokio::test]
async fn shutting_down_says_farewell_and_takes_no_more() {
    let server = Scripted::start().await;
    let client = start(config(&server.url())).await;
    let mut changes = client.changes();
    client.command(Command::Connect).expect("taken");
    until_state(&client, ConnectionState::Connected).await;
    client.shutdown().await;
    server
        .until("a close frame", |notes| notes.closes.len() == 1)
        .await;
    while let Some(batch) = changes.recv().await {
        assert!(!batch.is_empty());
    }
    let send = Command::Send {
        chat: CHAT,
        content: "hei".into(),
        reply_to: None,
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    assert_eq!(client.command(send), Err(CommandError::SignedOut));
    client.shutdown().await;
}

#[tokio::test]
async fn the_last_handle_dropped_shuts_down() {
    let server = Scripted::start().await;
    let client = start(config(&server.url())).await;
    client.command(Command::Connect).expect("taken");
    until_state(&client, ConnectionState::Connected).await;
    let mut changes = client.changes();
    drop(client);
    let ended = async { while changes.recv().await.is_some() {} };
    within("the end", ended).await;
    server
        .until("a close frame", |notes| notes.closes.len() == 1)
        .await;
}

#[tokio::test]
async fn every_consumer_hears_of_changes() {
    let server = Scripted::start().await;
    let client = start(config(&server.url())).await;
    let mut consumers = [client.changes(), client.changes()];
    client.command(Command::Connect).expect("taken");
    for changes in &mut consumers {
        let heard = within("a change", changes.recv())
            .await
            .expect("the client runs");
        assert!(heard.contains(&Change::Connection), "{heard:?}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    let refused = Client::start(config("chat.example.no")).await;
    assert!(matches!(refused, Err(StartError::Url(_))));
}
