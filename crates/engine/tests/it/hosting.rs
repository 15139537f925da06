//! What hosts with several tabs and changing settings need of an engine.

use samtale_engine::{
    Command, CommandError, Config, Engine, Input, Made, Outcome, Output, Record, Settings, Write,
};
use samtale_model::{ChatId, DeviceId, HistoryRule, MessageId, Seq, Status};
use samtale_protocol::ErrorCode;

use crate::world::{World, chat, user};

fn send(id: Option<MessageId>, words: &str, max_retries: Option<u32>, persist: bool) -> Command {
    Command::Send {
        chat: chat(1),
        content: words.into(),
        reply_to: None,
        thread_root: None,
        id,
        max_retries,
        persist,
    }
}

#[test]
fn what_a_closed_tab_left_unsent_is_adopted_and_stored() {
    let mut world = World::new(&["kari"]);
    let words = world.say(0, "usendt");
    let text = "utkast".to_owned();
    world.run(
        0,
        Command::SetDraft {
            chat: chat(1),
            text,
        },
    );
    let made = ChatId::from_bytes([9; 16]);
    let create = Command::CreateChat {
        id: Some(made),
        title: None,
        history: HistoryRule::All,
        participants: vec![],
    };
    assert_eq!(world.run(0, create), Made::Chat(made));
    world.pass(100);

    let device = DeviceId::new("laptop").unwrap();
    let mut tab = Engine::new(Config::new(user("kari"), device), [5; 32], world.clocks());
    let Some(Output::Load { load, .. }) = tab.poll_output() else {
        panic!("it loads first");
    };
    let records = vec![];
    tab.handle_input(world.clocks(), Input::Loaded { load, records });
    while tab.poll_output().is_some() {}
    let left = world.clients[0].store.clone().into_iter();
    let records = left.map(|(key, value)| Record { key, value }).collect();
    tab.handle_input(world.clocks(), Input::Loaded { load: 0, records });
    let mut stored = Vec::new();
    while let Some(output) = tab.poll_output() {
        if let Output::Persist {
            writes, journal, ..
        } = output
        {
            assert!(journal);
            stored.extend(writes.into_iter().map(|write| match write {
                Write::Put { key, .. } => key,
                other => panic!("nothing is to be deleted: {other:?}"),
            }));
        }
    }
    let expected = [
        format!("outbox/{words}"),
        format!("create/{made}"),
        format!("pending/draft:{}", chat(1)),
    ];
    assert_eq!(stored, expected);
    assert!(tab.timeline(chat(1)).get(words).is_some());
    assert_eq!(tab.draft(chat(1)), Some("utkast"));
    assert!(tab.chat(made).is_some_and(|item| item.making));
}

#[test]
fn an_engine_that_takes_the_store_over_stores_all_it_has() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    for n in 0..5 {
        world.other_says(&format!("nr {n}"));
    }
    let text = "utkast".to_owned();
    world.run(
        0,
        Command::SetDraft {
            chat: chat(1),
            text,
        },
    );
    world.pass(3_000);
    let store = &mut world.clients[0].store;
    store.clear();
    store.insert("list/gone".into(), b"\x01\x00{}".to_vec());
    world.input(0, Input::StorageTaken);
    world.pass(100);
    assert!(!world.clients[0].store.contains_key("list/gone"));
    let (words, draft) = (
        world.words(0),
        world.engine(0).draft(chat(1)).map(str::to_owned),
    );
    let again = world.restart(0);
    world.run(again, Command::OpenChat { chat: chat(1) });
    world.pass(10);
    assert_eq!(world.words(again), words);
    assert_eq!(world.engine(again).draft(chat(1)).map(str::to_owned), draft);
    assert_eq!(
        world.engine(again).chats().len(),
        world.engine(0).chats().len()
    );
}

#[test]
fn a_send_that_is_not_to_be_kept_is_never_stored() {
    let mut world = World::new(&["kari"]);
    world.run(0, send(None, "flyktig", None, false));
    world.say(0, "varig");
    world.pass(100);
    let kept = world.clients[0].store.keys();
    assert_eq!(kept.filter(|key| key.starts_with("outbox/")).count(), 1);
    world.connect_all();
    assert_eq!(world.truth(), ["flyktig", "varig"]);
}

#[test]
fn a_host_may_make_the_ids_and_no_id_serves_twice() {
    let mut world = World::new(&["kari"]);
    let id = MessageId::from_bytes([7; 16]);
    assert_eq!(
        world.run(0, send(Some(id), "hei", None, true)),
        Made::Message(id)
    );
    let now = world.clocks();
    let again = world.clients[0]
        .engine
        .command(now, send(Some(id), "hopp", None, true));
    assert_eq!(again, Err(CommandError::IdTaken));
    world.connect_all();
    let seq = world.outcomes(0, id);
    assert!(matches!(seq.last(), Some(Outcome::Done { seq }) if *seq > Seq::ZERO));
}

#[test]
fn a_send_may_have_its_own_bound_on_refusals() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let refusal = (ErrorCode::Unavailable, 1);
    world.server.refuse.insert("en gang".into(), refusal);
    let Made::Message(id) = world.run(0, send(None, "en gang", Some(0), true)) else {
        panic!("a send makes a message");
    };
    world.pass(5_000);
    let code = ErrorCode::Unavailable;
    assert!(world.outcomes(0, id).contains(&Outcome::Failed { code }));
}

#[test]
fn settings_take_effect_at_once() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let configure = |settings| Command::Configure { settings };
    let beats = world.engine(0).metrics().connection.heartbeats;
    world.run(
        0,
        configure(Settings {
            heartbeat_interval_ms: Some(1_000),
            idle_timeout_ms: Some(2_000),
            ..Settings::default()
        }),
    );
    world.pass(5_000);
    assert!(world.engine(0).metrics().connection.heartbeats >= beats + 3);
    assert_eq!(world.engine(0).my_status(), Status::Away);
    world.run(
        0,
        configure(Settings {
            idle_timeout_ms: Some(60_000),
            ..Settings::default()
        }),
    );
    assert_eq!(world.engine(0).my_status(), Status::Online);
}

#[test]
fn a_setting_out_of_bounds_changes_nothing() {
    let mut world = World::new(&["kari"]);
    let settings = Settings {
        share_typing: Some(false),
        batch_size: Some(0),
        ..Settings::default()
    };
    let now = world.clocks();
    let engine = &mut world.clients[0].engine;
    let refused = engine.command(now, Command::Configure { settings });
    assert_eq!(refused, Err(CommandError::BadSetting("batchSize")));
    assert_eq!(CommandError::BadSetting("batchSize").code(), "bad_setting");
    let json = serde_json::to_string(&CommandError::BadSetting("batchSize")).unwrap();
    assert_eq!(json, "\"bad_setting\"");
}

#[test]
fn typing_that_is_no_longer_shared_is_taken_back() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.run(
        0,
        Command::Typing {
            chat: chat(1),
            on: true,
        },
    );
    world.pass(2_000);
    let told = world.asked("typing");
    let settings = Settings {
        share_typing: Some(false),
        ..Settings::default()
    };
    world.run(0, Command::Configure { settings });
    world.pass(100);
    assert_eq!(world.asked("typing"), told + 1);
    world.run(
        0,
        Command::Typing {
            chat: chat(1),
            on: true,
        },
    );
    world.pass(2_000);
    assert_eq!(world.asked("typing"), told + 1, "and nothing more is told");
}
