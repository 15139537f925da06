//! Typing, presence and receipts.

use samtale_engine::{Command, ConnectionState, EntryState, Input, Record, Settings};
use samtale_model::Status;
use samtale_protocol::ErrorCode;
use serde_json::json;

use crate::world::{Disk, World, chat, user};

fn typing(on: bool) -> Command {
    Command::Typing { chat: chat(1), on }
}

#[test]
fn typing_is_told_seldom_and_ends_by_itself() {
    let mut world = World::new(&["kari", "ola"]);
    world.connect_all();
    for _ in 0..40 {
        world.run(0, typing(true));
        world.pass(200);
    }
    assert_eq!(world.engine(1).typing(chat(1)), [user("kari")]);
    assert!(world.engine(0).typing(chat(1)).is_empty(), "not oneself");
    let told = world.asked("typing");
    assert!((2..=3).contains(&told), "{told} in eight seconds");
    world.pass(6_000);
    assert!(world.engine(1).typing(chat(1)).is_empty());
    assert_eq!(world.asked("typing"), told + 1, "and that it has stopped");
}

#[test]
fn typing_ends_with_the_message_and_runs_out_when_the_end_is_lost() {
    let mut world = World::new(&["kari", "ola"]);
    world.connect_all();
    world.run(0, typing(true));
    world.pass(1_500);
    assert_eq!(world.engine(1).typing(chat(1)), [user("kari")]);
    world.say(0, "hei");
    world.pass(100);
    assert!(world.engine(1).typing(chat(1)).is_empty());
    world.run(0, typing(true));
    world.pass(1_500);
    world.cut(0);
    world.pass(8_000);
    assert!(world.engine(1).typing(chat(1)).is_empty());
}

#[test]
fn ones_own_status_follows_activity_unless_it_is_set() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let told = |world: &World| world.server.presence[&user("kari")]["status"].clone();
    assert_eq!(told(&world), "online");
    world.pass(400_000);
    assert_eq!(world.engine(0).my_status(), Status::Away);
    assert_eq!(told(&world), "away");
    world.input(0, Input::Activity);
    world.pass(100);
    assert_eq!(told(&world), "online");
    let status = Some(Status::Busy);
    world.run(0, Command::SetStatus { status });
    world.pass(400_000);
    assert_eq!(told(&world), "busy", "set by hand, it stays");
}

#[test]
fn a_status_that_is_set_while_the_server_is_being_told_another_is_told_too() {
    let mut world = World::new(&["kari"]);
    world.run(0, Command::Connect);
    world.pass(50);
    assert_eq!(world.state(0), ConnectionState::Connecting);
    let joining = world.clients[0].frames.len();
    assert_eq!(joining, 1, "it is on its way");
    let status = Some(Status::Offline);
    world.run(0, Command::SetStatus { status });
    world.pass(1_000);
    assert_eq!(world.server.presence[&user("kari")]["status"], "offline");
    assert_eq!(world.asked("presence"), 1);
}

#[test]
fn who_ceases_to_share_while_the_connection_comes_up_is_not_to_be_seen() {
    let mut world = World::new(&["kari"]);
    world.run(0, Command::Connect);
    world.pass(50);
    let settings = Settings {
        share_presence: Some(false),
        ..Settings::default()
    };
    world.run(0, Command::Configure { settings });
    world.pass(1_000);
    assert_eq!(world.server.presence[&user("kari")]["status"], "offline");
}

#[test]
fn a_chat_that_is_joined_no_longer_tells_nobodys_presence() {
    for away in [false, true] {
        let mut world = World::with(&["kari"], |config| config.max_joined_chats = 1);
        let (kari, ola) = (user("kari"), user("ola"));
        world.server.add_room(chat(2), &[&kari, &ola]);
        world.connect_all();
        let metas = json!({"ola": {"metas": [{"phx_ref": "1", "status": "busy", "lastSeen": 7}]}});
        world.server.tell_chat(chat(1), "presence_state", &metas);
        world.deliver();
        world.pass(100);
        let shown = |world: &World| world.engine(0).presence(&ola).map(|p| p.status);
        assert_eq!(shown(&world), Some(Status::Busy));
        if away {
            world.cut(0);
            world.pass(50);
            assert_eq!(shown(&world), Some(Status::Busy), "for a while");
        }
        world.run(0, Command::CloseChat { chat: chat(1) });
        world.run(0, Command::OpenChat { chat: chat(2) });
        world.pass(10_000);
        assert!(!world.engine(0).chat(chat(1)).expect("listed").live);
        assert_eq!(shown(&world), None, "away: {away}");
    }
}

#[test]
fn others_presence_is_known_while_connected() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let ola = user("ola");
    assert_eq!(world.engine(0).presence(&ola), None, "unknown is none");
    let meta = |status: &str| json!({"ola": {"metas": [{"phx_ref": "1", "status": status, "lastSeen": 7}]}});
    world
        .server
        .tell_chat(chat(1), "presence_state", &meta("busy"));
    world.deliver();
    world.pass(100);
    assert_eq!(
        world.engine(0).presence(&ola).map(|p| p.status),
        Some(Status::Busy)
    );
    let diff = json!({"joins": {}, "leaves": meta("busy")});
    world.server.tell_chat(chat(1), "presence_diff", &diff);
    world.deliver();
    world.pass(100);
    let gone = world.engine(0).presence(&ola).expect("known");
    assert_eq!(gone.status, Status::Offline);
    assert_eq!(gone.last_seen.map(|at| at.0), Some(7));
    world.run(0, Command::Disconnect);
    assert_eq!(world.engine(0).presence(&ola), None);
}

#[test]
fn a_chat_that_is_left_tells_nothing_of_who_is_there() {
    let mut world = World::with(&["kari"], |config| config.max_joined_chats = 1);
    world.server.add_room(chat(2), &[&user("kari")]);
    world.connect_all();
    let ola = json!({"ola": {"metas": [{"phx_ref": "1", "status": "online", "lastSeen": 7}]}});
    world.server.tell_chat(chat(1), "presence_state", &ola);
    world.deliver();
    world.pass(100);
    assert!(world.engine(0).presence(&user("ola")).is_some());
    world.run(0, Command::CloseChat { chat: chat(1) });
    world.run(0, Command::OpenChat { chat: chat(2) });
    world.pass(1_000);
    assert!(!world.engine(0).chat(chat(1)).expect("listed").live);
    assert_eq!(world.engine(0).presence(&user("ola")), None);
}

#[test]
fn ticks_follow_receipts() {
    let mut world = World::new(&["kari", "ola"]);
    world.run(0, Command::Connect);
    world.run(0, Command::OpenChat { chat: chat(1) });
    world.pass(1_000);
    let id = world.say(0, "hei");
    let state = |world: &World| {
        world
            .engine(0)
            .timeline(chat(1))
            .get(id)
            .expect("shown")
            .state
    };
    world.pass(1_000);
    assert_eq!(state(&world), EntryState::Sent);
    world.run(1, Command::Connect);
    world.pass(3_000);
    assert_eq!(state(&world), EntryState::Delivered);
    assert_eq!(world.engine(1).chat(chat(1)).expect("listed").unread, 1);
    world.run(1, Command::MarkRead { chat: chat(1) });
    world.pass(3_000);
    assert_eq!(
        state(&world),
        EntryState::Delivered,
        "not open, so not read"
    );
    world.run(1, Command::OpenChat { chat: chat(1) });
    world.input(1, Input::Visible { visible: false });
    world.run(1, Command::MarkRead { chat: chat(1) });
    world.pass(3_000);
    assert_eq!(
        state(&world),
        EntryState::Delivered,
        "not seen, so not read"
    );
    world.input(1, Input::Visible { visible: true });
    world.run(1, Command::MarkRead { chat: chat(1) });
    assert_eq!(world.engine(1).chat(chat(1)).expect("listed").unread, 0);
    world.pass(3_000);
    assert_eq!(state(&world), EntryState::Read);
    assert_eq!(world.engine(0).metrics().messages.delivered, 1);
}

#[test]
fn receipts_are_coalesced() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let before = world.asked("receipt");
    for n in 0..30 {
        world.other_says(&format!("nr {n}"));
        world.pass(100);
    }
    let sent = world.asked("receipt") - before;
    assert!((3..=5).contains(&sent), "{sent} in three seconds");
}

#[test]
fn what_was_read_offline_is_told_later() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("hei");
    world.pass(3_000);
    world.cut(0);
    world.run(0, Command::MarkRead { chat: chat(1) });
    world.pass(10_000);
    let receipt = &world.server.rooms[&chat(1)].receipts[&user("kari")];
    assert_eq!(receipt.read.0, 2);
}

#[test]
fn what_was_read_before_a_restart_is_told_though_the_list_comes_before_the_store() {
    for damaged in [false, true] {
        let mut world = World::new(&["kari"]);
        world.connect_all();
        world.other_says("hei");
        world.pass(3_000);
        world.run(0, Command::MarkRead { chat: chat(1) });
        world.clients[0].disk = Disk::Hangs;
        let again = world.restart(0);
        world.run(again, Command::Connect);
        world.pass(1_000);
        let listed = world.engine(again).chat(chat(1)).expect("listed");
        assert_eq!(listed.unread, 1, "the server was not told");
        world.clients[again].disk = Disk::Works;
        let held = world.clients[again].store.iter();
        let records = held
            .filter(|(key, _)| key.starts_with("list/") && !damaged)
            .map(|(key, value)| Record {
                key: key.clone(),
                value: value.clone(),
            })
            .collect();
        world.input(again, Input::Loaded { load: 1, records });
        if damaged {
            world.run(again, Command::OpenChat { chat: chat(1) });
        }
        world.pass(5_000);
        let listed = world.engine(again).chat(chat(1)).expect("listed");
        assert_eq!(listed.unread, 0);
        let receipt = &world.server.rooms[&chat(1)].receipts[&user("kari")];
        assert_eq!(receipt.read.0, 2);
    }
}

#[test]
fn what_was_read_is_told_again_where_the_server_could_not_take_it() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.other_says("hei");
    world.pass(3_000);
    let refusal = (ErrorCode::Unavailable, 3);
    world.server.refuse.insert("receipt".into(), refusal);
    world.run(0, Command::MarkRead { chat: chat(1) });
    world.pass(60_000);
    let receipt = &world.server.rooms[&chat(1)].receipts[&user("kari")];
    assert_eq!(receipt.read.0, 2);
}

#[test]
fn drafts_and_mutes_reach_ones_other_devices() {
    let mut world = World::new(&["kari", "kari"]);
    world.connect_all();
    let draft = |text: &str| Command::SetDraft {
        chat: chat(1),
        text: text.into(),
    };
    for text in ["h", "he", "hei"] {
        world.run(0, draft(text));
        world.pass(100);
    }
    assert_eq!(world.engine(0).draft(chat(1)), Some("hei"));
    world.pass(3_000);
    assert_eq!(world.engine(1).draft(chat(1)), Some("hei"));
    assert_eq!(world.asked("private"), 1, "once, after the last key");
    let mute = samtale_engine::Mute::On;
    world.run(
        1,
        Command::Mute {
            chat: chat(1),
            mute,
        },
    );
    world.pass(1_000);
    assert!(
        world
            .engine(0)
            .chat(chat(1))
            .expect("listed")
            .muted
            .is_some()
    );
    world.run(1, draft(""));
    world.pass(3_000);
    assert_eq!(world.engine(0).draft(chat(1)), None);
}
