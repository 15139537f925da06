//! Whatever comes in: no panic, bounded outputs, and the same again for the same.

use proptest::prelude::*;
use samtale_engine::{
    Command, Config, Engine, Input, Network, Now, Output, Record, StorageError, TokenError,
};
use samtale_model::{ChatId, DeviceId, MessageId, OpId, UserId};
use serde_json::json;

use crate::world::{START, World, token, user};

fn engine() -> Engine {
    let device = DeviceId::new("d").expect("a valid id");
    Engine::new(
        Config::new(user("kari"), device),
        [9; 32],
        Now::new(0, START),
    )
}

fn command() -> impl Strategy<Value = Command> {
    let chat = (1..4_u8).prop_map(|n| ChatId::from_bytes([n; 16]));
    let message = (0..4_u8).prop_map(|n| MessageId::from_bytes([n; 16]));
    prop_oneof![
        Just(Command::Connect),
        Just(Command::Disconnect),
        Just(Command::Reconnect),
        Just(Command::RetryAll),
        Just(Command::LoadMoreChats),
        chat.clone().prop_map(|chat| Command::OpenChat { chat }),
        chat.clone().prop_map(|chat| Command::CloseChat { chat }),
        chat.clone()
            .prop_map(|chat| Command::LoadOlder { chat, limit: None }),
        chat.clone().prop_map(|chat| Command::MarkRead { chat }),
        (chat.clone(), any::<bool>()).prop_map(|(chat, on)| Command::Typing { chat, on }),
        (chat.clone(), message.clone(), ".{0,8}").prop_map(|(chat, message, content)| {
            Command::Edit {
                chat,
                message,
                content,
            }
        }),
        (chat.clone(), message.clone())
            .prop_map(|(chat, message)| Command::Delete { chat, message }),
        (chat.clone(), ".{1,8}").prop_map(|(chat, content)| Command::send(chat, content)),
        message.prop_map(|id| Command::Cancel { op: OpId(id.0) }),
        (chat, ".{0,4}").prop_map(|(chat, text)| Command::SetDraft { chat, text }),
        ".{0,4}".prop_map(|query| Command::Search { query, chat: None }),
    ]
}

/// Frames that look like the server's, with numbers at every edge.
fn frame() -> impl Strategy<Value = String> {
    let topic = prop_oneof![
        Just("user:kari".to_owned()),
        (1..4_u8).prop_map(|n| format!("chat:{}", ChatId::from_bytes([n; 16]))),
        Just("phoenix".to_owned()),
    ];
    let event = prop::sample::select(vec![
        "envelope",
        "receipts",
        "typing",
        "presence_state",
        "presence_diff",
        "reset",
        "removed",
        "behind",
        "head",
        "phx_close",
        "phx_error",
        "system",
    ]);
    let seq = prop_oneof![0..6_u64, Just(u64::MAX), Just(u64::MAX - 1)];
    let payload = (1..4_u8, seq.clone(), seq, any::<bool>()).prop_map(|(n, seq, created, private)| {
        let chat = ChatId::from_bytes([n; 16]);
        let message = json!({
            "id": MessageId::from_bytes([n; 16]), "chatId": chat, "seq": seq, "createdSeq": created,
            "senderId": "ola", "content": "hei", "createdAt": 1, "replyTo": MessageId::from_bytes([1; 16]),
        });
        let rows = if private {
            json!([{"key": format!("chat:{chat}"), "seq": seq, "value": {"active": n == 1}}])
        } else {
            json!({"messages": [message]})
        };
        let page = json!({
            "chat": chat, "chatId": chat, "epoch": "a", "seq": seq, "rows": rows, "head": seq, "upTo": created,
            "asOf": seq, "messages": [message], "reactions": [], "quoted": [], "hasMore": private, "reset": private,
            "hasOlder": private, "receipts": {"listed": [{"userId": "ola", "delivered": seq, "read": created}]},
            "members": n, "role": "owner", "userId": "ola", "ttlMs": seq, "reason": "left", "joins": {}, "leaves": {},
            "code": "draining", "message": "x",
        });
        page
    });
    let reply = (0..40_u32, payload.clone(), any::<bool>(), 0..3_u8).prop_map(|(reference, payload, ok, kind)| {
        let mut response = payload;
        if kind == 0 {
            let private = json!({"epoch": "a.0.1", "upTo": 1, "reset": true, "rows": []});
            response = json!({"proto": 1, "me": {"userId": "kari", "name": "K"}, "private": private, "chats": [], "moreChats": false});
        }
        if kind == 1 {
            response["epoch"] = json!("a.0.1");
        }
        if !ok {
            response["code"] = json!("internal");
        }
        let status = if ok { "ok" } else { "error" };
        json!([null, reference.to_string(), "phoenix", "phx_reply", {"status": status, "response": response}]).to_string()
    });
    prop_oneof![
        (topic, event, payload)
            .prop_map(
                |(topic, event, payload)| json!([null, null, topic, event, payload]).to_string()
            ),
        reply,
        ".{0,20}",
    ]
}

fn input() -> impl Strategy<Value = Input> {
    let small = 0..6_u64;
    prop_oneof![
        4 => command().prop_map(Input::Command),
        4 => (small.clone(), frame()).prop_map(|(generation, text)| Input::SocketText { generation, text: text.into() }),
        2 => small.clone().prop_map(|generation| Input::SocketOpened { generation }),
        2 => (small.clone(), 1..6_i64).prop_map(|(request, hours)| Input::Token {
            request,
            token: token("kari", START, hours * 3_600_000, request)
        }),
        1 => (small.clone(), prop::option::of(prop::sample::select(vec![1000, 1012, 4401, 4403, 4429])))
            .prop_map(|(generation, code)| Input::SocketClosed { generation, code }),
        1 => (small.clone(), 100..600_u16, ".{0,8}")
            .prop_map(|(request, status, body)| Input::HttpReply { request, status, body: body.into() }),
        1 => small.clone().prop_map(|request| Input::TokenFailed { request, why: TokenError::Unavailable }),
        2 => (small, ".{0,12}", prop::collection::vec(any::<u8>(), 0..12))
            .prop_map(|(load, key, value)| Input::Loaded { load, records: vec![Record { key: format!("outbox/{key}"), value }] }),
        2 => (0..20_u64).prop_map(|batch| Input::Persisted { batch }),
        1 => (0..20_u64).prop_map(|batch| Input::PersistFailed { batch, why: StorageError::Quota }),
        1 => Just(Input::Network { network: Network::Offline }),
        1 => Just(Input::Network { network: Network::Online }),
        1 => any::<bool>().prop_map(|visible| Input::Visible { visible }),
        1 => Just(Input::Activity),
        3 => Just(Input::Timeout),
    ]
}

/// Feeds inputs, and returns everything that came out.
fn feed(inputs: &[(u64, Input)]) -> Vec<Output> {
    let mut engine = engine();
    let mut outputs = Vec::new();
    let mut mono = 0_u64;
    for (step, input) in inputs {
        mono = mono.saturating_add(*step);
        let now = Now::new(mono, START.saturating_add_unsigned(mono));
        engine.handle_input(now, input.clone());
        let before = outputs.len();
        while let Some(output) = engine.poll_output() {
            outputs.push(output);
        }
        let made = outputs.len() - before;
        assert!(made < 200, "one input made {made} outputs");
        let _ = (
            engine.chats(),
            engine.outbox(),
            engine.metrics(),
            engine.poll_timeout(),
        );
        for chat in 1..4 {
            let timeline = engine.timeline(ChatId::from_bytes([chat; 16]));
            let entries: Vec<_> = timeline.entries().map(|entry| entry.position).collect();
            assert!(entries.is_sorted(), "a timeline has one order");
        }
    }
    outputs
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_in_there_is_no_panic_and_the_same_again_for_the_same(
        inputs in prop::collection::vec((0..40_000_u64, input()), 0..60),
    ) {
        prop_assert_eq!(feed(&inputs), feed(&inputs));
    }

    #[test]
    fn an_input_survives_its_json(input in input()) {
        let json = serde_json::to_string(&input).expect("serialises");
        let again: Input = serde_json::from_str(&json).expect("parses");
        prop_assert_eq!(again, input);
    }

    #[test]
    fn whatever_the_network_does_nothing_is_lost_doubled_or_out_of_order(
        latency in 1..400_u64,
        lose_every in 0..5_u64,
        repeat in any::<bool>(),
        steps in prop::collection::vec((0..9_u8, 1..3_000_u64), 1..40),
    ) {
        let mut world = World::new(&["kari", "ola"]);
        (world.latency, world.lose_every, world.repeat) = (latency, lose_every, repeat);
        world.connect_all();
        // Which engine is each person's now, and how much they have said.
        let mut engines = [0, 1];
        let mut said = [0, 0];
        for (step, pause) in steps {
            let person = usize::from(step % 2);
            match step {
                0 | 1 => {
                    let words = format!("{person}:{}", said[person]);
                    said[person] += 1;
                    world.say(engines[person], &words);
                }
                2 | 3 => world.cut(engines[person]),
                4 | 5 => {
                    let again = world.restart(engines[person]);
                    world.run(again, Command::Connect);
                    let chat = ChatId::from_bytes([1; 16]);
                    world.run(again, Command::OpenChat { chat });
                    engines[person] = again;
                }
                _ => {}
            }
            world.pass(pause);
        }
        world.lose_every = 0;
        // What is lost last shows as a gap before what comes next.
        world.other_says("sist");
        world.pass(120_000);
        let truth = world.truth();
        for (person, count) in said.iter().enumerate() {
            prop_assert_eq!(world.words(engines[person]), truth.clone());
            let own = format!("{person}:");
            let mine: Vec<&String> = truth.iter().filter(|words| words.starts_with(&own)).collect();
            let all: Vec<String> = (0..*count).map(|n| format!("{own}{n}")).collect();
            prop_assert_eq!(mine, all.iter().collect::<Vec<_>>());
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_ids_and_another_makes_others() {
    let ids = |seed: u8| {
        let device = DeviceId::new("d").expect("a valid id");
        let me: UserId = user("kari");
        let mut engine = Engine::new(Config::new(me, device), [seed; 32], Now::new(0, START));
        let send = Command::Send {
            chat: ChatId::from_bytes([1; 16]),
            content: "hei".into(),
            reply_to: None,
            thread_root: None,
            id: None,
            max_retries: None,
            persist: true,
        };
        engine.command(Now::new(1, START), send)
    };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
}
