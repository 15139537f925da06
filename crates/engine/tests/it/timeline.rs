//! What a view sees: patches that lead to the same list as reading it anew.

use samtale_engine::{Change, Command, Entry, Position, TimelinePatch};
use samtale_model::Op;

use crate::world::{World, chat, user};

#[test]
fn patches_lead_to_what_reading_anew_gives() {
    let mut world = World::new(&["kari", "ola"]);
    world.connect_all();
    let mut ids = Vec::new();
    for step in 0..60_u64 {
        let message = ids.get(step as usize / 3).copied();
        match (step % 9, message) {
            (0 | 3, _) => ids.push(world.say(0, &format!("kari {step}"))),
            (1, _) => ids.push(world.other_says(&format!("ola {step}"))),
            (2, Some(message)) => {
                let emoji = "👍".to_owned().try_into().expect("an emoji");
                world.run(
                    0,
                    Command::React {
                        chat: chat(1),
                        message,
                        emoji,
                        on: true,
                    },
                );
            }
            (4, Some(reply_to)) => {
                let command = Command::Send {
                    chat: chat(1),
                    content: format!("svar {step}"),
                    reply_to: Some(reply_to),
                    thread_root: None,
                    id: None,
                    max_retries: None,
                    persist: true,
                };
                world.run(0, command);
            }
            (5, _) => {
                let message = ids[0];
                let content = format!("rettet {step}");
                world.run(
                    0,
                    Command::Edit {
                        chat: chat(1),
                        message,
                        content,
                    },
                );
            }
            (6, _) => {
                world.run(1, Command::MarkRead { chat: chat(1) });
            }
            (7, _) => world.cut(0),
            _ => world.pass(3_000),
        }
        world.pass(step * 7);
        let read: Vec<Entry> = world.engine(0).timeline(chat(1)).entries().collect();
        assert_eq!(world.clients[0].view.entries(), read, "step {step}");
    }
}

#[test]
fn unsent_messages_stand_after_all_that_were_sent() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.cut(0);
    world.pass(50);
    world.say(0, "usendt");
    world.pass(1);
    world.other_says("sendt");
    world.pass(10_000);
    assert_eq!(world.words(0), ["sendt", "usendt"]);
}

#[test]
fn older_pages_come_before_what_is_held() {
    let mut world = World::new(&["kari"]);
    for n in 0..120 {
        world.other_says(&format!("nr {n}"));
    }
    world.connect_all();
    assert_eq!(world.words(0).len(), 50);
    let timeline = world.engine(0).timeline(chat(1));
    assert!(timeline.has_older());
    let load = Command::LoadOlder {
        chat: chat(1),
        limit: None,
    };
    world.run(0, load.clone());
    assert!(world.engine(0).timeline(chat(1)).loading_older());
    world.run(0, load.clone());
    world.pass(1_000);
    assert_eq!(world.words(0).len(), 100, "one page, asked for twice");
    world.run(0, load);
    world.pass(1_000);
    assert_eq!(world.words(0), world.truth());
    let timeline = world.engine(0).timeline(chat(1));
    assert!(!timeline.has_older());
    let newest = timeline.newest(2);
    assert_eq!(newest[1].message.content.as_str(), "nr 119");
    let before = timeline.before(newest[0].position, 3);
    let words: Vec<&str> = before.iter().map(|e| e.message.content.as_str()).collect();
    assert_eq!(words, ["nr 115", "nr 116", "nr 117"]);
    assert!(matches!(newest[0].position, Position::Sent(_)));
}

#[test]
fn a_quoted_message_shows_as_it_is_now() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let first = world.say(0, "før");
    let command = Command::Send {
        chat: chat(1),
        content: "svar".into(),
        reply_to: Some(first),
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    world.run(0, command);
    world.pass(1_000);
    let content = "etter".to_owned();
    world.run(
        0,
        Command::Edit {
            chat: chat(1),
            message: first,
            content,
        },
    );
    let quoted = |world: &World| {
        let last = world.engine(0).timeline(chat(1)).newest(1).remove(0);
        last.quoted.expect("quoted").content.as_str().to_owned()
    };
    assert_eq!(quoted(&world), "etter", "while the edit is under way");
    world.pass(1_000);
    assert_eq!(quoted(&world), "etter");
}

#[test]
fn what_quotes_a_message_is_patched_when_an_op_on_it_is_made_and_when_it_is_done() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let first = world.say(0, "først");
    let reply = Command::Send {
        chat: chat(1),
        content: "svar".into(),
        reply_to: Some(first),
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    world.run(0, reply);
    world.pass(1_000);
    let delete = Command::Delete {
        chat: chat(1),
        message: first,
    };
    world.run(0, delete);
    for step in 0..100 {
        let read: Vec<Entry> = world.engine(0).timeline(chat(1)).entries().collect();
        assert_eq!(world.clients[0].view.entries(), read, "step {step}");
        world.pass(5);
    }
}

#[test]
fn what_is_deleted_is_not_unread_whether_it_is_held_or_not() {
    let mut world = World::with(&["kari"], |config| config.page_size = 3);
    let ids: Vec<_> = (0..6)
        .map(|n| world.other_says(&format!("nr {n}")))
        .collect();
    world.connect_all();
    let unread = |world: &World| world.engine(0).chat(chat(1)).expect("listed").unread;
    assert_eq!((world.words(0).len(), unread(&world)), (3, 6));
    for (message_id, are) in [(ids[5], 5), (ids[0], 4)] {
        let op_id = world.op_id();
        world.server_op(&user("ola"), Op::Delete { op_id, message_id });
        world.pass(1_000);
        assert_eq!(unread(&world), are);
    }
    world.other_says("ny");
    world.pass(1_000);
    assert_eq!(unread(&world), 5);
}

#[test]
fn what_the_cache_has_no_room_for_is_unread_all_the_same() {
    let mut world = World::with(&["kari"], |config| config.cache_messages = 3);
    world.run(0, Command::Connect);
    world.pass(2_000);
    world.cut(0);
    for n in 0..10 {
        world.other_says(&format!("nr {n}"));
    }
    world.pass(10_000);
    let unread = |world: &World| world.engine(0).chat(chat(1)).expect("listed").unread;
    assert_eq!((world.words(0).len(), unread(&world)), (3, 10));
}

#[test]
fn search_asks_the_server_and_falls_back_to_the_cache() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("Brøkregning i morgen");
    world.other_says("noe annet");
    world.pass(1_000);
    let search = |query: &str| Command::Search {
        query: query.into(),
        chat: None,
    };
    world.run(0, search("morgen"));
    world.pass(1_000);
    let found = world.engine(0).search().expect("searched");
    assert_eq!((found.hits.len(), found.offline), (1, false));
    world.run(0, Command::Disconnect);
    world.run(0, search("BRØK morgen"));
    let found = world.engine(0).search().expect("searched");
    assert_eq!((found.hits.len(), found.offline), (1, true));
    assert_eq!(found.hits[0].highlights, [(0, 4), (14, 20)]);
    world.run(0, search(" "));
    assert_eq!(world.engine(0).search(), None);
}

#[test]
fn one_who_is_removed_no_longer_sees_the_chat() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("hemmelig");
    world.pass(1_000);
    world.run(0, Command::CloseChat { chat: chat(1) });
    world
        .server
        .rooms
        .get_mut(&chat(1))
        .expect("a room")
        .people
        .remove(&user("kari"));
    world.server.tell_chat(
        chat(1),
        "removed",
        &serde_json::json!({"reason": "removed"}),
    );
    world.deliver();
    world.pass(1_000);
    assert!(world.engine(0).chats().is_empty());
    assert!(world.words(0).is_empty());
    assert!(
        !world.clients[0]
            .store
            .keys()
            .any(|key| key.starts_with("chat/"))
    );
}

#[test]
fn what_took_effect_before_one_was_removed_is_told_as_done() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let id = world.say(0, "på vei ut");
    world.pass(10);
    // It overtakes the answer, which comes on the same connection.
    world
        .server
        .tell_chat(chat(1), "removed", &serde_json::json!({"reason": "left"}));
    world.deliver();
    world.run(0, Command::CloseChat { chat: chat(1) });
    world.pass(1_000);
    assert_eq!(world.truth(), ["på vei ut"]);
    let outcomes = world.outcomes(0, id);
    assert!(
        matches!(outcomes.last(), Some(samtale_engine::Outcome::Done { .. })),
        "{outcomes:?}"
    );
    assert!(world.words(0).is_empty());
    assert!(world.engine(0).outbox().items.is_empty());
    assert!(world.engine(0).chats().is_empty());
}

#[test]
fn the_place_of_a_chat_one_is_removed_from_is_given_to_another() {
    let mut world = World::with(&["kari"], |config| config.max_joined_chats = 1);
    let other = chat(2);
    world.server.add_room(other, &[&user("kari")]);
    world.connect_all();
    assert!(!world.engine(0).chat(other).expect("listed").live);
    let room = world.server.rooms.get_mut(&chat(1)).expect("a room");
    room.people.remove(&user("kari"));
    let removed = serde_json::json!({"reason": "removed"});
    world.server.tell_chat(chat(1), "removed", &removed);
    world.deliver();
    world.pass(1_000);
    assert!(world.engine(0).chat(other).expect("listed").live);
    assert!(!world.engine(0).chat(chat(1)).expect("open").live);
    let joins = |world: &World| {
        let topic = format!("\"chat:{}\",\"phx_join\"", chat(1));
        let frames = world.clients[0].frames.iter();
        frames.filter(|frame| frame.contains(&topic)).count()
    };
    assert_eq!(joins(&world), 1, "the answer is known");
    world
        .server
        .add_room(chat(1), &[&user("kari"), &user("ola")]);
    world.deliver();
    world.pass(1_000);
    assert!(world.engine(0).chat(chat(1)).expect("back in it").live);
}

#[test]
fn a_hundred_thousand_messages_are_held_and_patched_one_by_one() {
    let mut world = World::with(&["kari"], |config| config.page_size = 100_000);
    world.server.fill(chat(1), 100_000);
    world.connect_all();
    assert_eq!(world.engine(0).timeline(chat(1)).len(), 100_000);
    world.clients[0].changes.clear();
    let id = world.other_says("sist");
    world.pass(100);
    let patches = world.clients[0]
        .changes
        .iter()
        .find_map(|change| match change {
            Change::Timeline { patches, .. } => Some(patches.clone()),
            _ => None,
        });
    let patches = patches.expect("patched");
    assert!(
        matches!(patches.as_slice(), [TimelinePatch::Insert { entry }] if entry.id() == id),
        "{patches:?}"
    );
}
