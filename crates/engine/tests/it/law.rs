//! The sync law: whatever is lost, repeated or late, the client ends up where the server is.

use samtale_engine::Command;
use samtale_model::{Op, Seq};
use serde_json::json;

use crate::world::{World, chat, user};

#[test]
fn a_gap_is_filled_by_one_sync() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.lose_every = 2;
    for n in 0..6 {
        world.other_says(&format!("nr {n}"));
    }
    world.lose_every = 0;
    world.other_says("sist");
    world.pass(5_000);
    assert_eq!(world.words(0), world.truth());
    assert_eq!(world.asked("sync"), 1);
    assert_eq!(world.engine(0).metrics().connection.gaps, 1);
}

#[test]
fn envelopes_that_come_twice_change_nothing() {
    let mut world = World::new(&["kari", "ola"]);
    world.repeat = true;
    world.connect_all();
    for n in 0..5 {
        world.say(n % 2, &format!("nr {n}"));
        world.pass(200);
    }
    assert_eq!(world.words(0), world.truth());
    assert_eq!(world.words(1), world.truth());
    assert_eq!(world.asked("sync"), 0);
}

#[test]
fn a_reset_drops_the_cache_and_keeps_what_is_unsent() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("gammelt");
    world.pass(100);
    world
        .server
        .refuse
        .insert("usendt".into(), (samtale_protocol::ErrorCode::Forbidden, 1));
    world.say(0, "usendt");
    world.pass(1_000);
    world.server.bump(chat(1));
    world
        .server
        .rooms
        .get_mut(&chat(1))
        .expect("a room")
        .messages
        .clear();
    world.deliver();
    world.pass(1_000);
    assert_eq!(world.words(0), ["usendt"]);
    assert!(world.engine(0).metrics().connection.resets >= 1);
}

#[test]
fn behind_means_to_sync() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.lose_every = 1;
    for n in 0..9 {
        world.other_says(&format!("nr {n}"));
    }
    world.lose_every = 0;
    world
        .server
        .tell_chat(chat(1), "behind", &json!({"head": 10}));
    world.deliver();
    world.pass(1_000);
    assert_eq!(world.words(0), world.truth());
}

#[test]
fn a_sync_that_does_not_reach_the_head_is_asked_on() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("først");
    world.pass(100);
    world.cut(0);
    world.server.sync_limit = 3;
    for n in 0..20 {
        world.other_says(&format!("nr {n}"));
    }
    world.pass(10_000);
    assert_eq!(world.words(0), world.truth());
    assert!(world.asked("sync") >= 6);
}

#[test]
fn an_old_snapshot_with_the_changes_since_is_a_fresh_one() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let mut ids = Vec::new();
    for n in 0..30 {
        ids.push(world.other_says(&format!("nr {n}")));
    }
    world.pass(1_000);
    world.cut(0);
    for (n, id) in ids.iter().enumerate() {
        let op_id = world.op_id();
        let message_id = *id;
        let op = match n % 3 {
            0 => Op::Delete { op_id, message_id },
            1 => {
                let content = samtale_model::Body::new(format!("rettet {n}")).expect("words");
                Op::Edit {
                    op_id,
                    message_id,
                    content,
                }
            }
            _ => {
                let emoji = "🎉".to_owned().try_into().expect("an emoji");
                Op::React {
                    op_id,
                    message_id,
                    emoji,
                    on: true,
                }
            }
        };
        world.server_op(&user("ola"), op);
    }
    world.pass(10_000);
    // The same, from nothing.
    let fresh = {
        world.clients[0].store.clear();
        world.restart(0)
    };
    world.run(fresh, samtale_engine::Command::Connect);
    world.run(fresh, samtale_engine::Command::OpenChat { chat: chat(1) });
    world.pass(2_000);
    let entries =
        |client: usize| -> Vec<_> { world.engine(client).timeline(chat(1)).entries().collect() };
    assert_eq!(entries(0), entries(fresh));
    assert_eq!(entries(0).len(), 30);
}

#[test]
fn a_restored_backup_starts_over() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("tapt");
    world.pass(100);
    world.cut(0);
    world.server.lineage = samtale_model::Lineage::from_random([2; 8]);
    let room = world.server.rooms.get_mut(&chat(1)).expect("a room");
    room.messages.clear();
    room.head = Seq(1);
    world.other_says("ny");
    world.pass(10_000);
    assert_eq!(world.words(0), ["ny"]);
}

#[test]
fn what_was_read_in_a_past_that_is_gone_is_not_read_in_the_restored_one() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("tapt");
    world.other_says("tapt");
    world.run(0, Command::MarkRead { chat: chat(1) });
    world.pass(5_000);
    world.cut(0);
    world.server.lineage = samtale_model::Lineage::from_random([2; 8]);
    let room = world.server.rooms.get_mut(&chat(1)).expect("a room");
    room.messages.clear();
    room.receipts.clear();
    room.head = Seq(1);
    world.other_says("ny");
    world.pass(10_000);
    let unread = world.engine(0).chat(chat(1)).expect("listed").unread;
    let told = world.server.rooms[&chat(1)].receipts.get(&user("kari"));
    assert_eq!((unread, told.map(|mark| mark.read)), (1, Some(Seq(0))));
}

#[test]
fn what_is_stored_of_a_past_that_is_gone_counts_for_nothing_in_the_list() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("tapt");
    world.other_says("tapt");
    world.pass(1_000);
    world.server.lineage = samtale_model::Lineage::from_random([2; 8]);
    let room = world.server.rooms.get_mut(&chat(1)).expect("a room");
    room.messages.clear();
    room.head = Seq(1);
    // The list comes first, then what is stored of the chat, then its rows.
    let again = world.restart(0);
    world.run(again, Command::Connect);
    world.pass(5_000);
    let item = world.engine(again).chat(chat(1)).expect("listed");
    assert!(item.live);
    assert_eq!(item.unread, 0);
}

#[test]
fn what_is_held_is_the_servers_rows_without_what_is_under_way() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let said = world.other_says("deres");
    world.pass(100);
    world.cut(0);
    world.say(0, "usendt");
    let held = world.engine(0).held(chat(1)).expect("was joined");
    let ids: Vec<_> = held.messages().map(|message| message.id).collect();
    assert_eq!(ids, [said]);
    let newest = held.messages().map(|message| message.seq).max();
    assert_eq!((held.floor(), Some(held.cursor().seq)), (Seq(0), newest));
    assert!(world.engine(0).held(chat(9)).is_none());
}
