//! What is stored, what comes back, and what happens when it can't be.

use samtale_engine::{Change, Command, ConnectionState, Entry, StorageState};
use samtale_protocol::ErrorCode;

use crate::world::{Disk, World, chat, user};

#[test]
fn a_cold_start_shows_the_last_state_offline() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    for n in 0..5 {
        world.other_says(&format!("nr {n}"));
    }
    world.pass(1_000);
    let again = world.restart(0);
    world.pass(10);
    assert_eq!(world.state(again), ConnectionState::Idle);
    let item = world.engine(again).chats().remove(0);
    assert_eq!(item.last.expect("listed").message.content.as_str(), "nr 4");
    assert_eq!(item.unread, 5);
    world.run(again, Command::OpenChat { chat: chat(1) });
    world.pass(10);
    assert_eq!(world.words(again), world.truth());
}

#[test]
fn a_warm_start_asks_only_for_what_changed() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("før");
    world.pass(1_000);
    let again = world.restart(0);
    world.other_says("etter");
    world.run(again, Command::Connect);
    world.pass(2_000);
    assert_eq!(world.words(again), world.truth());
    assert_eq!(world.engine(again).metrics().connection.resets, 0);
}

#[test]
fn after_a_reset_the_store_has_none_of_the_old() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("skjult");
    world.pass(1_000);
    world
        .server
        .rooms
        .get_mut(&chat(1))
        .expect("a room")
        .messages
        .clear();
    world.server.bump(chat(1));
    world.deliver();
    world.other_says("synlig");
    world.pass(1_000);
    let again = world.restart(0);
    world.run(again, Command::OpenChat { chat: chat(1) });
    world.pass(10);
    assert_eq!(world.words(again), ["synlig"]);
}

#[test]
fn a_damaged_cache_is_dropped_and_fetched_again() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("hei");
    world.pass(1_000);
    world
        .server
        .refuse
        .insert("usendt".into(), (ErrorCode::Forbidden, 1));
    world.say(0, "usendt");
    world.pass(1_000);
    for (key, value) in &mut world.clients[0].store {
        if !key.starts_with("outbox/") {
            value.truncate(value.len() / 2);
        }
    }
    let again = world.restart(0);
    world.pass(10);
    assert_eq!(world.words(again), ["usendt"]);
    world.run(again, Command::Connect);
    world.pass(2_000);
    assert_eq!(world.words(again), ["hei", "usendt"]);
    let third = world.restart(again);
    world.run(third, Command::OpenChat { chat: chat(1) });
    world.pass(10);
    assert_eq!(world.words(third), ["hei", "usendt"], "stored whole again");
}

#[test]
fn an_outbox_record_of_a_newer_build_is_left_alone() {
    let mut world = World::new(&["kari"]);
    let newer = b"\x09\x00{}".to_vec();
    world.clients[0]
        .store
        .insert("outbox/x".into(), newer.clone());
    let again = world.restart(0);
    world.pass(1_000);
    assert_eq!(world.clients[again].store.get("outbox/x"), Some(&newer));
}

#[test]
fn a_full_disk_costs_the_cache_and_is_shown() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    assert_eq!(world.engine(0).storage(), StorageState::Ready);
    world.clients[0].disk = Disk::Full;
    world.other_says("hei");
    world.pass(500);
    assert_eq!(world.engine(0).storage(), StorageState::Memory);
    world.say(0, "likevel");
    world.pass(1_000);
    assert_eq!(world.truth(), ["hei", "likevel"], "sending goes on");
    world.clients[0].disk = Disk::Works;
    world.say(0, "igjen");
    world.pass(300_000);
    assert_eq!(world.engine(0).storage(), StorageState::Ready);
    let again = world.restart(0);
    world.run(again, Command::OpenChat { chat: chat(1) });
    world.pass(10);
    assert_eq!(world.words(again), world.truth());
}

#[test]
fn what_could_not_be_stored_is_stored_with_what_is_done_next() {
    let mut world = World::new(&["kari"]);
    world.run(0, Command::OpenChat { chat: chat(1) });
    world.pass(10);
    world.clients[0].disk = Disk::Full;
    world.say(0, "først");
    world.pass(10);
    world.clients[0].disk = Disk::Works;
    // The host takes everything up to this batch out of its journal.
    world.say(0, "så");
    world.pass(10);
    let again = world.restart(0);
    world.run(again, Command::OpenChat { chat: chat(1) });
    world.pass(10);
    assert_eq!(world.words(again), ["først", "så"]);
}

#[test]
fn what_could_not_be_read_at_the_start_is_sent_once_the_storage_is_back() {
    let mut world = World::new(&["kari"]);
    world.say(0, "uleselig");
    world.pass(10);
    world.clients[0].disk = Disk::Hangs;
    let again = world.restart(0);
    world.run(again, Command::Connect);
    world.pass(60_000);
    assert_eq!(world.engine(again).storage(), StorageState::Memory);
    assert!(world.truth().is_empty());
    world.clients[again].disk = Disk::Works;
    let id = world.say(again, "siden");
    world.pass(5);
    let stored = world.clients[again].store.clone();
    world.pass(100);
    assert_eq!(world.truth(), ["siden"]);
    // As if it could not be deleted.
    let own = format!("outbox/{id}");
    let record = stored.get(&own).expect("it was stored").clone();
    world.clients[again].store.insert(own, record);
    world.pass(300_000);
    assert_eq!(world.engine(again).storage(), StorageState::Ready);
    assert_eq!(world.truth(), ["siden", "uleselig"]);
    let outcomes = world.outcomes(again, id);
    assert_eq!(outcomes.len(), 2, "kept and done: {outcomes:?}");
    assert!(world.engine(again).outbox().items.is_empty());
}

#[test]
fn the_cache_is_whole_however_often_the_storage_is_asked_again() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("først");
    world.pass(1_000);
    world.clients[0].disk = Disk::Unread;
    let again = world.restart(0);
    world.run(again, Command::Connect);
    world.run(again, Command::OpenChat { chat: chat(1) });
    world.pass(100_000);
    assert_eq!(world.engine(again).storage(), StorageState::Ready);
    world.clients[again].disk = Disk::Works;
    world.pass(300_000);
    world.other_says("så");
    world.pass(1_000);
    let third = world.restart(again);
    world.run(third, Command::OpenChat { chat: chat(1) });
    world.pass(10);
    assert_eq!(world.words(third), ["først", "så"]);
    assert_eq!(world.engine(third).chats()[0].participants.len(), 2);
}

fn left_by(world: &World, client: usize) -> Vec<samtale_engine::Record> {
    let records = world.clients[client].store.iter();
    let record = |(key, value): (&String, &Vec<u8>)| samtale_engine::Record {
        key: key.clone(),
        value: value.clone(),
    };
    records.map(record).collect()
}

#[test]
fn newer_words_stay_the_last_where_a_closed_tab_left_older_ones() {
    let mut world = World::new(&["kari", "kari"]);
    world.connect_all();
    let message = world.say(0, "først");
    world.pass(1_000);
    for (client, words) in [(0, "eldre"), (1, "nyere")] {
        world.clients[client].sockets = false;
        world.clients[client].http = false;
        world.cut(client);
        let edit = Command::Edit {
            chat: chat(1),
            message,
            content: words.into(),
        };
        world.run(client, edit);
        world.pass(1_000);
    }
    let records = left_by(&world, 0);
    world.input(1, samtale_engine::Input::Loaded { load: 999, records });
    assert_eq!(world.words(1), ["nyere"]);
    world.clients[1].sockets = true;
    world.run(1, Command::Reconnect);
    world.pass(10_000);
    assert_eq!(world.truth(), ["nyere"]);
}

#[test]
fn what_a_closed_tab_left_unsent_is_adopted() {
    let mut world = World::new(&["kari", "kari"]);
    world.say(0, "etterlatt");
    world.pass(10);
    let left = left_by(&world, 0);
    world.run(1, Command::Connect);
    world.pass(1_000);
    let load = 999;
    world.input(
        1,
        samtale_engine::Input::Loaded {
            load,
            records: left,
        },
    );
    world.pass(1_000);
    assert_eq!(world.truth(), ["etterlatt"]);
    assert!(world.engine(1).outbox().items.is_empty());
}

#[test]
fn the_log_tells_what_happened_without_words() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let code = ErrorCode::Forbidden;
    world.server.refuse.insert("hemmelig".into(), (code, 1));
    world.say(0, "hemmelig");
    world.pass(1_000);
    let events: Vec<&str> = world.engine(0).log().map(|entry| entry.event).collect();
    assert!(events.contains(&"live"), "{events:?}");
    let last = world
        .engine(0)
        .log()
        .next_back()
        .expect("something happened");
    assert_eq!((last.event, last.code), ("op refused", Some(code)));
    let all = format!("{:?}", world.clients[0].engine);
    assert!(!all.contains("hemmelig"), "no words in Debug");
}

#[test]
fn long_messages_are_stored_compressed() {
    let mut world = World::new(&["kari"]);
    world.say(0, &"lang ".repeat(1_500));
    world.pass(10);
    let mut stored = world.clients[0].store.iter();
    let (_, value) = stored
        .find(|(key, _)| key.starts_with("outbox/"))
        .expect("stored");
    assert!(value.len() < 1_000);
    let again = world.restart(0);
    world.connect_all();
    assert_eq!(world.truth().len(), 1);
    assert!(world.engine(again).outbox().items.is_empty());
}

#[test]
fn the_cache_of_a_closed_chat_is_bounded() {
    let mut world = World::with(&["kari"], |config| config.cache_messages = 20);
    world.connect_all();
    for n in 0..100 {
        world.other_says(&format!("nr {n}"));
    }
    world.pass(1_000);
    assert_eq!(world.words(0).len(), 100, "whole while it is open");
    world.run(0, Command::CloseChat { chat: chat(1) });
    world.pass(10);
    assert_eq!(world.words(0).len(), 20);
    let rows = world.clients[0]
        .store
        .keys()
        .filter(|key| key.contains("/m/"))
        .count();
    assert_eq!(rows, 20);
    world.run(0, Command::OpenChat { chat: chat(1) });
    world.run(
        0,
        Command::LoadOlder {
            chat: chat(1),
            limit: None,
        },
    );
    world.pass(1_000);
    assert_eq!(world.words(0).len(), 70);
}

#[test]
fn a_view_is_told_that_a_closed_chat_is_forgotten() {
    let mut world = World::with(&["kari"], |config| config.cache_chats = 0);
    world.connect_all();
    world.other_says("hei");
    world.say(0, "hallo");
    world.pass(1_000);
    world.clients[0].sockets = false;
    world.cut(0);
    world.pass(30);
    assert_eq!(world.words(0), world.truth(), "held while it is open");
    world.clients[0].changes.clear();
    world.run(0, Command::CloseChat { chat: chat(1) });
    assert!(world.words(0).is_empty(), "beyond the bound on memory");
    assert!(world.clients[0].view.entries().is_empty());
    assert!(world.engine(0).receipts(chat(1)).is_empty());
    for told in [
        Change::Chat { chat: chat(1) },
        Change::Receipts { chat: chat(1) },
    ] {
        assert!(world.clients[0].changes.contains(&told), "{told:?}");
    }
    world.run(0, Command::OpenChat { chat: chat(1) });
    world.say(0, "igjen");
    world.pass(10);
    let read: Vec<Entry> = world.engine(0).timeline(chat(1)).entries().collect();
    assert_eq!(world.words(0), ["hei", "hallo", "igjen"]);
    assert_eq!(world.clients[0].view.entries(), read);
}

#[test]
fn a_chat_is_made_offline_and_its_messages_follow_it() {
    let mut world = World::new(&["kari", "ola"]);
    world.run(1, Command::Connect);
    world.pass(1_000);
    let participants = vec![samtale_protocol::http::NewParticipant {
        user_id: user("ola"),
        role: samtale_model::Role::Student,
    }];
    let create = Command::CreateChat {
        id: None,
        title: None,
        history: samtale_model::HistoryRule::All,
        participants,
    };
    let samtale_engine::Made::Chat(made) = world.run(0, create) else {
        panic!("it makes a chat");
    };
    assert!(world.engine(0).chat(made).expect("listed").making);
    let send = Command::Send {
        chat: made,
        content: "velkommen".into(),
        reply_to: None,
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    world.run(0, send);
    let again = {
        world.pass(10);
        world.restart(0)
    };
    world.run(again, Command::Connect);
    world.pass(5_000);
    assert_eq!(world.server.rooms[&made].messages.len(), 1);
    let listed = world.engine(1).chat(made).expect("ola hears of it");
    assert_eq!(
        listed.last.expect("a message").message.content.as_str(),
        "velkommen"
    );
}
