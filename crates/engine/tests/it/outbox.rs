//! Sending: at once, once, in order, and what happens when it can't be.

use samtale_engine::{Command, CommandError, EntryState, Made, OutboxState, Outcome};
use samtale_model::reaction::Emoji;
use samtale_model::{OpId, Seq};
use samtale_protocol::ErrorCode;

use crate::world::{Disk, World, chat, user};

fn thumb() -> Emoji {
    Emoji::try_from("👍".to_owned()).expect("an emoji")
}

#[test]
fn a_send_shows_at_once_and_is_acknowledged() {
    let mut world = World::new(&["kari", "ola"]);
    world.connect_all();
    let id = world.say(0, "hei");
    let entry = world.engine(0).timeline(chat(1)).get(id).expect("shown");
    assert_eq!(entry.state, EntryState::Sending);
    world.pass(1_000);
    let entry = world.engine(0).timeline(chat(1)).get(id).expect("shown");
    assert_ne!(entry.state, EntryState::Sending);
    assert_eq!(world.words(1), ["hei"]);
    let seq = Seq(2);
    assert_eq!(
        world.outcomes(0, id),
        [Outcome::Kept, Outcome::Done { seq }]
    );
    assert!(world.engine(0).outbox().items.is_empty());
}

#[test]
fn what_was_written_offline_goes_in_order_in_batches() {
    let mut world = World::new(&["kari"]);
    let words: Vec<String> = (0..12).map(|n| format!("nr {n}")).collect();
    for word in &words {
        world.say(0, word);
    }
    world.connect_all();
    assert_eq!(world.truth(), words);
    assert_eq!(world.words(0), words);
    assert_eq!(world.asked("ops"), 3, "five to a request");
}

#[test]
fn an_answer_that_is_lost_costs_nothing() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    for n in 0..20 {
        world.say(0, &format!("nr {n}"));
        // Cut while the request, or its answer, is on its way.
        world.pass(10 + n * 3);
        world.cut(0);
        world.pass(10_000);
    }
    let words: Vec<String> = (0..20).map(|n| format!("nr {n}")).collect();
    assert_eq!(world.truth(), words);
    assert_eq!(world.words(0), words);
}

#[test]
fn a_message_that_came_back_another_way_is_not_sent_again() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let id = world.say(0, "hei");
    // The server has it; its answer is on the way when the connection goes.
    world.pass(25);
    assert_eq!(world.truth(), ["hei"]);
    world.cut(0);
    world.pass(10_000);
    assert_eq!(world.asked("ops"), 1);
    let seq = Seq(2);
    assert_eq!(
        world.outcomes(0, id),
        [Outcome::Kept, Outcome::Done { seq }]
    );
}

#[test]
fn what_was_unsent_at_a_restart_is_sent_once() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.say(0, "answered");
    world.pass(1_000);
    world.say(0, "on its way");
    world.pass(25);
    let again = world.restart(0);
    world.pass(10);
    assert_eq!(
        world.words(again),
        ["on its way"],
        "shown before any connection"
    );
    world.run(again, Command::OpenChat { chat: chat(1) });
    world.pass(10);
    assert_eq!(
        world.words(again),
        ["answered", "on its way"],
        "from the store"
    );
    world.run(again, Command::Connect);
    world.pass(2_000);
    assert_eq!(world.truth(), ["answered", "on its way"]);
    assert_eq!(world.words(again), world.truth());
    assert!(world.engine(again).outbox().items.is_empty());
}

#[test]
fn nothing_leaves_before_it_is_stored() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.clients[0].disk = Disk::Hangs;
    world.say(0, "hei");
    world.pass(1_000);
    assert_eq!(world.asked("ops"), 0);
    // A storage that never answers is not waited for for ever.
    world.pass(10_000);
    assert_eq!(world.truth(), ["hei"]);
}

#[test]
fn a_refused_send_fails_and_can_be_retried_under_the_same_id() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let code = ErrorCode::Forbidden;
    world.server.refuse.insert("nei".into(), (code, 1));
    let id = world.say(0, "nei");
    world.say(0, "ja");
    world.pass(1_000);
    let entry = world.engine(0).timeline(chat(1)).get(id).expect("shown");
    assert_eq!(entry.state, EntryState::Failed { code });
    assert_eq!(world.truth(), ["ja"], "the next one goes");
    assert_eq!(world.words(0), ["ja", "nei"]);
    world.run(0, Command::Retry { op: OpId(id.0) });
    world.pass(1_000);
    assert_eq!(world.truth(), ["ja", "nei"]);
    let sent = world.server.rooms[&chat(1)]
        .messages
        .values()
        .last()
        .expect("sent")
        .id;
    assert_eq!(sent, id);
}

#[test]
fn a_failed_send_can_be_cancelled_and_survives_a_restart_till_then() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let code = ErrorCode::Blocked;
    world.server.refuse.insert("nei".into(), (code, 9));
    let id = world.say(0, "nei");
    world.pass(1_000);
    let again = world.restart(0);
    world.pass(100);
    let item = world.engine(again).outbox().items.remove(0);
    assert_eq!(item.state, OutboxState::Failed { code });
    world.run(again, Command::Cancel { op: OpId(id.0) });
    assert!(world.words(again).is_empty());
    assert!(
        !world.clients[again]
            .store
            .keys()
            .any(|key| key.starts_with("outbox/"))
    );
}

#[test]
fn what_the_server_can_not_take_now_goes_later() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world
        .server
        .refuse
        .insert("en".into(), (ErrorCode::Unavailable, 3));
    world.say(0, "en");
    world.say(0, "to");
    world.pass(60_000);
    assert_eq!(world.truth(), ["en", "to"], "and nothing overtakes it");
    let metrics = world.engine(0).metrics().messages;
    assert_eq!(metrics.causes.get(&"unavailable"), Some(&3));
    assert_eq!(metrics.success_rate(), Some(1.0));
}

#[test]
fn what_it_never_takes_fails_in_the_end() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let code = ErrorCode::Internal;
    world.server.refuse.insert("en".into(), (code, 1_000));
    let id = world.say(0, "en");
    world.pass(600_000);
    assert_eq!(
        world.outcomes(0, id),
        [Outcome::Kept, Outcome::Failed { code }]
    );
}

#[test]
fn changes_fold_into_what_was_not_attempted() {
    let mut world = World::new(&["kari"]);
    let id = world.say(0, "hie");
    let gone = world.say(0, "angret");
    let edit = |words: &str| Command::Edit {
        chat: chat(1),
        message: id,
        content: words.into(),
    };
    world.run(0, edit("hei"));
    world.run(0, edit("hei!"));
    world.run(
        0,
        Command::Delete {
            chat: chat(1),
            message: gone,
        },
    );
    for on in [true, false, true] {
        let (chat, message, emoji) = (chat(1), id, thumb());
        world.run(
            0,
            Command::React {
                chat,
                message,
                emoji,
                on,
            },
        );
    }
    let kinds: Vec<&str> = world
        .engine(0)
        .outbox()
        .items
        .iter()
        .map(|i| i.kind)
        .collect();
    assert_eq!(kinds, ["send", "react"]);
    assert_eq!(world.outcomes(0, gone), [Outcome::Cancelled]);
    world.connect_all();
    assert_eq!(world.truth(), ["hei!"]);
    assert_eq!(
        world.server.rooms[&chat(1)].head,
        Seq(3),
        "a send and a reaction"
    );
}

#[test]
fn what_was_attempted_is_sent_again_as_it_was() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let id = world.say(0, "hie");
    world.pass(30);
    world.cut(0);
    let content = "hei".into();
    world.run(
        0,
        Command::Edit {
            chat: chat(1),
            message: id,
            content,
        },
    );
    let kinds: Vec<&str> = world
        .engine(0)
        .outbox()
        .items
        .iter()
        .map(|i| i.kind)
        .collect();
    assert_eq!(kinds, ["send", "edit"]);
    assert_eq!(world.words(0), ["hei"], "shown as it will be");
    world.pass(10_000);
    assert_eq!(world.truth(), ["hei"]);
}

#[test]
fn an_edit_shows_at_once_and_is_rolled_back_when_refused() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let id = world.say(0, "før");
    world.pass(1_000);
    world
        .server
        .refuse
        .insert("etter".into(), (ErrorCode::Forbidden, 1));
    let content = "etter".into();
    world.run(
        0,
        Command::Edit {
            chat: chat(1),
            message: id,
            content,
        },
    );
    assert_eq!(world.words(0), ["etter"]);
    world.pass(1_000);
    assert_eq!(world.words(0), ["før"]);
    let entry = world.engine(0).timeline(chat(1)).get(id).expect("shown");
    let pending = entry.pending.expect("to be retried or given up");
    world.run(0, Command::Retry { op: pending.op });
    world.pass(1_000);
    assert_eq!(world.truth(), ["etter"]);
    let entry = world.engine(0).timeline(chat(1)).get(id).expect("shown");
    assert_eq!(entry.pending, None);
}

#[test]
fn an_answer_to_an_unsent_message_waits_for_it() {
    let mut world = World::new(&["kari"]);
    let first = world.say(0, "spørsmål");
    let command = Command::Send {
        chat: chat(1),
        content: "svar".into(),
        reply_to: Some(first),
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    let Made::Message(answer) = world.run(0, command) else {
        panic!("a send makes a message");
    };
    let entry = world
        .engine(0)
        .timeline(chat(1))
        .get(answer)
        .expect("shown");
    let quoted = entry.quoted.expect("quoted before it is sent");
    assert_eq!(quoted.content.as_str(), "spørsmål");
    world.connect_all();
    let sent = world.server.rooms[&chat(1)]
        .messages
        .values()
        .last()
        .expect("sent");
    assert_eq!((sent.id, sent.reply_to), (answer, Some(first)));
}

#[test]
fn what_waited_for_a_day_asks_first() {
    let mut world = World::new(&["kari"]);
    let old = world.say(0, "gammel");
    world.pass(25 * 60 * 60 * 1_000);
    let new = world.say(0, "ny");
    world.connect_all();
    assert_eq!(world.truth(), ["ny"]);
    assert_eq!(world.outcomes(0, old), [Outcome::Kept, Outcome::Expired]);
    let entry = world.engine(0).timeline(chat(1)).get(old).expect("shown");
    assert_eq!(entry.state, EntryState::Expired);
    world.run(0, Command::RetryAll);
    world.pass(1_000);
    assert_eq!(world.truth(), ["ny", "gammel"]);
    assert!(world.outcomes(0, new).len() == 2);
}

#[test]
fn the_queue_is_bounded() {
    let mut world = World::with(&["kari"], |config| config.max_outbox_ops = 2);
    world.say(0, "en");
    world.say(0, "to");
    let now = world.clocks();
    let third = Command::Send {
        chat: chat(1),
        content: "tre".into(),
        reply_to: None,
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    let refused = world.clients[0].engine.command(now, third);
    assert_eq!(refused, Err(CommandError::QueueFull));
}

#[test]
fn a_wedged_chat_holds_up_no_other() {
    let mut world = World::new(&["kari"]);
    let (kari, ola) = (crate::world::user("kari"), crate::world::user("ola"));
    world.server.add_room(chat(2), &[&kari, &ola]);
    world.connect_all();
    world
        .server
        .refuse
        .insert("fast".into(), (ErrorCode::Unavailable, 3));
    world.say(0, "fast");
    let other = Command::Send {
        chat: chat(2),
        content: "fri".into(),
        reply_to: None,
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    world.run(0, other);
    world.pass(500);
    assert_eq!(world.server.rooms[&chat(2)].messages.len(), 1);
    assert!(world.truth().is_empty());
}

#[test]
fn a_batch_that_one_op_spoils_is_sent_one_by_one() {
    let mut world = World::new(&["kari"]);
    world
        .server
        .refuse
        .insert("to".into(), (ErrorCode::ContentInvalid, 1));
    for word in ["en", "to", "tre"] {
        world.say(0, word);
    }
    world.connect_all();
    assert_eq!(world.truth(), ["en", "tre"]);
    assert_eq!(world.words(0), ["en", "tre", "to"]);
}

#[test]
fn a_chat_that_refuses_its_reader_keeps_no_other_from_sending() {
    let mut world = World::with(&["kari"], |config| config.max_joined_chats = 1);
    let refusing = chat(7);
    world.run(0, Command::OpenChat { chat: refusing });
    world.run(0, Command::Connect);
    world.pass(5_000);
    assert!(
        world
            .engine(0)
            .chat(refusing)
            .expect("is open")
            .error
            .is_some()
    );
    world.say(0, "likevel");
    world.pass(5_000);
    assert_eq!(world.truth(), ["likevel"]);
}

#[test]
fn what_is_unsent_leaves_though_other_chats_are_open() {
    let mut world = World::with(&["kari"], |config| config.max_joined_chats = 1);
    let open = chat(2);
    world.server.add_room(open, &[&user("kari")]);
    world.run(0, Command::OpenChat { chat: open });
    world.run(0, Command::Connect);
    world.pass(5_000);
    world.say(0, "herfra");
    world.pass(5_000);
    assert_eq!(world.truth(), ["herfra"]);
    world.pass(5_000);
    assert!(world.engine(0).chat(open).expect("is open").live);
}

#[test]
fn what_is_retried_in_a_chat_one_is_not_in_is_refused_again() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let content = "hei".to_owned();
    world.run(0, Command::send(chat(7), content));
    let refused = OutboxState::Failed {
        code: ErrorCode::NotParticipant,
    };
    let state = |world: &World| world.engine(0).outbox().items[0].state;
    world.pass(5_000);
    assert_eq!(state(&world), refused);
    for _ in 0..2 {
        world.run(0, Command::RetryAll);
        assert_eq!(state(&world), OutboxState::Waiting);
        world.pass(5_000);
        assert_eq!(state(&world), refused);
    }
}

#[test]
fn all_that_is_open_is_joined_whatever_the_bound() {
    let mut world = World::with(&["kari"], |config| config.max_joined_chats = 1);
    for n in [2, 3] {
        world.server.add_room(chat(n), &[&user("kari")]);
        world.run(0, Command::OpenChat { chat: chat(n) });
    }
    world.run(0, Command::Connect);
    world.pass(5_000);
    for n in [2, 3] {
        let item = world.engine(0).chat(chat(n)).expect("is open");
        assert!(item.live && !item.loading, "{item:?}");
    }
    assert!(!world.engine(0).chat(chat(1)).expect("is listed").live);
}

#[test]
fn an_open_chat_that_has_sent_all_makes_room_for_what_waits_in_others() {
    let mut world = World::with(&["kari"], |config| config.max_joined_chats = 1);
    let other = chat(2);
    world.server.add_room(other, &[&user("kari")]);
    world.run(0, Command::OpenChat { chat: chat(1) });
    world.run(0, Command::Connect);
    world.pass(5_000);
    world.say(0, "her");
    world.run(0, Command::send(other, "der".to_owned()));
    world.pass(5_000);
    assert_eq!(world.engine(0).outbox().items.len(), 0);
    assert!(world.engine(0).chat(chat(1)).expect("is open").live);
}

#[test]
fn what_waits_in_another_chat_leaves_though_one_was_removed_while_sending() {
    let mut world = World::with(&["kari"], |config| config.max_joined_chats = 1);
    for n in [2, 3] {
        world.server.add_room(chat(n), &[&user("kari")]);
    }
    world.run(0, Command::OpenChat { chat: chat(2) });
    world.say(0, "på vei ut");
    world.run(0, Command::send(chat(3), "der".to_owned()));
    world.run(0, Command::Connect);
    let sent = |world: &World| world.clients[0].frames.iter().any(|f| f.contains("vei ut"));
    while !sent(&world) {
        world.pass(1);
    }
    // It overtakes the answer.
    let removed = serde_json::json!({"reason": "left"});
    world.server.tell_chat(chat(1), "removed", &removed);
    world.deliver();
    world.pass(10_000);
    assert_eq!(world.server.rooms[&chat(3)].messages.len(), 1);
    assert!(world.engine(0).outbox().items.is_empty());
}

#[test]
fn what_waits_in_a_chat_that_is_gone_is_refused() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let message = world.say(0, "hei");
    world.pass(1_000);
    world.run(0, Command::CloseChat { chat: chat(1) });
    world.cut(0);
    world.pass(30);
    let emoji = thumb();
    let react = Command::React {
        chat: chat(1),
        message,
        emoji,
        on: true,
    };
    world.run(0, react);
    world.server.rooms.remove(&chat(1));
    world.pass(60_000);
    assert!(world.engine(0).outbox().items.is_empty());
    assert!(world.engine(0).chats().is_empty());
}

#[test]
fn a_refused_join_fails_only_what_waited_when_it_was_asked() {
    let mut world = World::with(&["kari"], |config| config.max_retries = 99);
    world.connect_all();
    let later = chat(7);
    world.run(0, Command::OpenChat { chat: later });
    world.pass(world.latency + 5);
    // The answer is still under way when the chat is made, and something is said there.
    world.server.add_room(later, &[&user("kari")]);
    let say = Command::send(later, "rett etterpå".to_owned());
    world.run(0, say);
    world.pass(40_000);
    let said = world.server.rooms[&later].messages.values();
    let said: Vec<&str> = said.map(|m| m.content.as_str()).collect();
    assert_eq!(said, ["rett etterpå"]);
}
