//! The data folder: what survives, who may read it, and that one program at a time uses it.

use std::fs;
use std::path::{Path, PathBuf};

use samtale_client::{Client, StartError};
use samtale_engine::{Change, Command, ConnectionState, Outcome, StorageState};
use samtale_model::{MessageId, OpId};

use crate::connection::{say, until_sent, until_state};
use crate::scripted::{CHAT, Scripted, config, start, within};

/// The address of no server: port 9 of this machine is nobody's.
const NOWHERE: &str = "http://127.0.0.1:9";

async fn until_kept(changes: &mut samtale_client::Changes, id: MessageId) {
    let kept = async {
        loop {
            let batch = changes.recv().await.expect("the client runs");
            let kept = |change: &Change| matches!(change, Change::Op { op, outcome: Outcome::Kept, .. } if *op == OpId(id.0));
            if batch.iter().any(kept) {
                return;
            }
        }
    };
    within("the journal", kept).await;
}

async fn until_loaded(client: &Client) {
    let loaded = client.until(|engine| (engine.storage() == StorageState::Ready).then_some(()));
    within("the store", loaded).await.expect("the client runs");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Copies a folder as a process that is killed now would leave it: each file as it was at one moment.
fn as_if_killed(from: &Path, to: &Path) {
    for file in files(from) {
        let copy = to.join(file.strip_prefix(from).expect("below"));
        fs::create_dir_all(copy.parent().expect("a folder")).expect("made");
        loop {
            let bytes = fs::read(&file).expect("read");
            if bytes == fs::read(&file).expect("read") {
                fs::write(&copy, bytes).expect("written");
                break;
            }
        }
    }
}

#[tokio::test]
async fn unsent_messages_of_a_client_that_was_killed_are_sent_once_in_order() {
    let (before, after) = (
        tempfile::tempdir().expect("made"),
        tempfile::tempdir().expect("made"),
    );
    let server = Scripted::start().await;
    // The killed one never reached the server; its folder is of the same server's address.
    let client = start(config(&server.url()).with_data(before.path())).await;
    until_loaded(&client).await;
    let mut changes = client.changes();
    let words: Vec<String> = (0..20).map(|n| format!("nr {n}")).collect();
    let ids: Vec<MessageId> = words.iter().map(|word| say(&client, word)).collect();
    until_kept(&mut changes, ids[19]).await;
    as_if_killed(before.path(), after.path());

    let again = start(config(&server.url()).with_data(after.path())).await;
    until_loaded(&again).await;
    let shown = again.view(|engine| {
        engine
            .timeline(CHAT)
            .entries()
            .map(|entry| entry.id())
            .collect::<Vec<_>>()
    });
    assert_eq!(shown, ids, "shown before there is a connection");
    again.command(Command::Connect).expect("taken");
    until_sent(&again, ids[19]).await;
    assert_eq!(server.said(), words);
    assert_eq!(server.notes().repeats, 0);
    again.shutdown().await;

    // What was sent is not sent again.
    let third = start(config(&server.url()).with_data(after.path())).await;
    until_loaded(&third).await;
    assert!(third.view(|engine| engine.outbox().items.is_empty()));
}

#[tokio::test]
async fn a_message_is_on_disk_before_it_leaves() {
    let (before, after) = (
        tempfile::tempdir().expect("made"),
        tempfile::tempdir().expect("made"),
    );
    let server = Scripted::start().await;
    let client = start(config(&server.url()).with_data(before.path())).await;
    client.command(Command::Connect).expect("taken");
    client
        .command(Command::OpenChat { chat: CHAT })
        .expect("taken");
    let id = say(&client, "hei");
    server
        .until("the message", |notes| notes.messages.len() == 1)
        .await;
    // Whatever the server has, the disk had first: as an unsent message or as an acknowledged one.
    as_if_killed(before.path(), after.path());
    let again = start(config(&server.url()).with_data(after.path())).await;
    again
        .command(Command::OpenChat { chat: CHAT })
        .expect("taken");
    let id_there = again.until(|engine| engine.timeline(CHAT).get(id).map(|entry| entry.id()));
    assert_eq!(within("the message", id_there).await, Some(id));
    again.command(Command::Connect).expect("taken");
    until_sent(&again, id).await;
    assert_eq!(server.said(), ["hei"]);
}

#[tokio::test]
async fn a_second_program_on_the_same_folder_is_told_so() {
    let data = tempfile::tempdir().expect("made");
    let first = start(config(NOWHERE).with_data(data.path())).await;
    let second = Client::start(config(NOWHERE).with_data(data.path())).await;
    assert!(matches!(second, Err(StartError::InUse(_))), "{second:?}");
    // Another server's folder is another.
    let other = start(config("http://127.0.0.1:10").with_data(data.path())).await;
    first.shutdown().await;
    start(config(NOWHERE).with_data(data.path())).await;
    other.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let outer = tempfile::tempdir().expect("made");
    let data = outer.path().join("made/by/client");
    let _client = start(config(NOWHERE).with_data(&data)).await;
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let files = files(&data);
    assert!(!files.is_empty());
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        assert_eq!(mode(file.parent().expect("a folder")), 0o700);
    }
    assert_eq!(mode(&data), 0o700);
}

#[tokio::test]
async fn a_device_stays_the_same() {
    let data = tempfile::tempdir().expect("made");
    let server = Scripted::start().await;
    for _ in 0..2 {
        let client = start(config(&server.url()).with_data(data.path())).await;
        client.command(Command::Connect).expect("taken");
        until_state(&client, ConnectionState::Connected).await;
        client.shutdown().await;
    }
    let devices = server.notes().devices.clone();
    let [first, second] = &devices[..] else {
        panic!("{devices:?}")
    };
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_damaged_folder_is_an_error_that_names_it() {
    let data = tempfile::tempdir().expect("made");
    start(config(NOWHERE).with_data(data.path()))
        .await
        .shutdown()
        .await;
    let file = files(data.path()).pop().expect("a file");
    fs::write(&file, b"not a database").expect("written");
    let refused = Client::start(config(NOWHERE).with_data(data.path())).await;
    let Err(StartError::Storage { path, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(path, file);
    assert_eq!(
        fs::read(&file).expect("there"),
        b"not a database",
        "it is left as it was"
    );
}

#[tokio::test]
async fn signing_out_with_a_wipe_leaves_nothing() {
    let data = tempfile::tempdir().expect("made");
    let client = start(config(NOWHERE).with_data(data.path())).await;
    until_loaded(&client).await;
    let mut changes = client.changes();
    let id = say(&client, "hemmelig");
    until_kept(&mut changes, id).await;
    client
        .command(Command::SignOut { wipe: true })
        .expect("taken");
    client.shutdown().await;
    let again = start(config(NOWHERE).with_data(data.path())).await;
    until_loaded(&again).await;
    assert!(again.view(|engine| engine.outbox().items.is_empty()));
}
