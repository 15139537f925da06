//! What frames cost: read as the server reads a client's, written as it writes them to everybody,
//! and read as a client reads them, payload and all. A message has 200 bytes of text.
//!
//! `cargo bench -p samtale-protocol` prints times. To count instructions, which noise does not
//! touch, run the program that cargo names without `--bench`: it does each bench once, within
//! `once`.
//!
//! ```text
//! LD_BIND_NOW=1 valgrind --tool=callgrind --toggle-collect='codec::once*' <program> 'read an envelope'
//! ```

use std::hint::black_box;
use std::time::Duration;

use criterion::{Bencher, BenchmarkId, Criterion, Throughput};
use samtale_model::{
    Body, Chat, ChatId, Envelope, Epoch, HistoryRule, Lineage, Message, MessageId, MessageKind, Op,
    Participant, Receipt, Receipts, Role, Rows, Seq, Sync, UnixMillis, UserId,
};
use samtale_protocol::binary::BinaryFrame;
use samtale_protocol::chat::{Join, OpsRequest};
use samtale_protocol::frame::{Outgoing, Reply, ReplyStatus};
use samtale_protocol::{Frame, Topic, Version, event, json};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

const START: UnixMillis = UnixMillis(1_800_000_000_000);
const CHAT: ChatId = ChatId::from_bytes([7; 16]);
const VERSIONS: [(&str, Version); 2] = [("v1", Version::V1), ("v2", Version::V2)];
/// How many messages the answer to a sync has.
const PAGE: u64 = 50;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    server_reads(&mut criterion);
    server_writes(&mut criterion);
    client_reads(&mut criterion);
    binary(&mut criterion);
    criterion.final_summary();
}

/// What is measured, under one name.
#[inline(never)]
fn once<T>(work: impl FnOnce() -> T) -> T {
    work()
}

fn measure<T>(bencher: &mut Bencher<'_>, mut work: impl FnMut() -> T) {
    // What only the first time costs is not counted.
    drop(work());
    bencher.iter(|| once(&mut work));
}

/// Reads a frame whole, as whoever gets it does.
fn read<T: for<'de> Deserialize<'de>>(version: Version, text: &str) -> (Topic, T) {
    let frame = Frame::decode(version, black_box(text)).expect("a frame");
    let topic = frame.topic.parse().expect("a topic");
    (topic, frame.parse().expect("its payload"))
}

fn server_reads(criterion: &mut Criterion) {
    let join = Join {
        proto: Some(samtale_protocol::PROTO),
        epoch: Some(epoch()),
        since: Some(Seq(123_456)),
        limit: Some(50),
        ..Join::default()
    };
    let send = OpsRequest {
        ops: vec![Op::Send {
            id: id(1),
            content: words(),
            reply_to: None,
            thread_root: None,
        }],
    };
    let mut group = criterion.benchmark_group("read a join");
    for (name, version) in VERSIONS {
        let text = push(event::JOIN, &join).encode_client(version);
        group.throughput(Throughput::Bytes(length(&text)));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            measure(bencher, || read::<Join>(version, &text));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("read a send");
    for (name, version) in VERSIONS {
        let text = push(event::OPS, &send).encode_client(version);
        group.throughput(Throughput::Bytes(length(&text)));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            measure(bencher, || read::<OpsRequest>(version, &text));
        });
    }
    group.finish();
}

fn server_writes(criterion: &mut Criterion) {
    let envelope = envelope();
    let topic = Topic::Chat(CHAT).to_string();
    let frame = Outgoing {
        join_ref: None,
        reference: None,
        topic: &topic,
        event: event::ENVELOPE,
        payload: &envelope,
    };
    let mut group = criterion.benchmark_group("write an envelope");
    for (name, version) in VERSIONS {
        group.throughput(Throughput::Bytes(length(&frame.encode(version))));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            measure(bencher, || black_box(&frame).encode(version));
        });
    }
    group.finish();
}

/// Clients of ours speak version 2.
fn client_reads(criterion: &mut Criterion) {
    let text = push(event::ENVELOPE, envelope()).encode(Version::V2);
    let mut group = criterion.benchmark_group("read an envelope");
    group.throughput(Throughput::Bytes(length(&text)));
    group.bench_function("v2", |bencher| {
        measure(bencher, || read::<Envelope>(Version::V2, &text));
    });
    group.finish();
    let reply = Reply {
        status: ReplyStatus::Ok,
        response: sync(),
    };
    let text = push(event::REPLY, reply).encode(Version::V2);
    let mut group = criterion.benchmark_group(format!("read a sync of {PAGE}"));
    group.throughput(Throughput::Bytes(length(&text)));
    group.bench_function("v2", |bencher| {
        measure(bencher, || {
            let frame = Frame::decode(Version::V2, black_box(&text)).expect("a frame");
            let reply: Reply<&RawValue> = frame.parse().expect("a reply");
            json::from_str::<Sync>(reply.response.get()).expect("a sync")
        });
    });
    group.finish();
}

fn binary(criterion: &mut Criterion) {
    let words = words();
    let frame = BinaryFrame::Broadcast {
        topic: "realtime:klasse-7b",
        event: "cursor",
        payload: words.as_str().as_bytes(),
    };
    let bytes = frame.encode().expect("the names are short");
    let mut group = criterion.benchmark_group("binary broadcast");
    group.throughput(Throughput::Bytes(
        u64::try_from(bytes.len()).expect("small"),
    ));
    group.bench_function("read", |bencher| {
        measure(bencher, || BinaryFrame::decode(black_box(&bytes)).is_ok());
    });
    group.bench_function("write", |bencher| {
        measure(bencher, || black_box(&frame).encode());
    });
    group.finish();
}

// ----- what is spoken -----

fn push<P: Serialize>(event: &str, payload: P) -> Outgoing<'_, P> {
    Outgoing {
        join_ref: Some("3"),
        reference: Some("17"),
        topic: "chat:07070707-0707-0707-0707-070707070707",
        event,
        payload,
    }
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).expect("small")
}

fn user() -> UserId {
    UserId::new("ola").expect("a name is an id")
}

fn id(n: u64) -> MessageId {
    let second = i64::try_from(n).expect("small");
    MessageId::v7(UnixMillis(START.0 + 1_000 * second), [5; 10])
}

/// Two hundred bytes, some of them quoted in JSON.
fn words() -> Body {
    let sentence = "Hun sa \"vi ses\", og så gikk hun hjem igjen uten å si noe mer.\n";
    let mut words = sentence.repeat(3);
    words.extend(std::iter::repeat_n('.', 200 - words.len()));
    Body::new(words).expect("neither empty nor long")
}

fn epoch() -> Epoch {
    Epoch {
        lineage: Lineage::from_random([1; 8]),
        generation: 3,
        version: 1,
    }
}

fn message(n: u64) -> Message {
    Message {
        id: id(n),
        chat_id: CHAT,
        seq: Seq(123_000 + n),
        created_seq: Seq(123_000 + n),
        sender_id: user(),
        kind: MessageKind::Text,
        content: words(),
        reply_to: None,
        thread_root: None,
        thread_count: 0,
        created_at: START,
        edited_at: None,
        deleted_at: None,
    }
}

fn envelope() -> Envelope {
    Envelope {
        chat: CHAT,
        epoch: epoch().lineage,
        seq: Seq(123_001),
        rows: Rows {
            messages: vec![message(1)],
            ..Rows::default()
        },
    }
}

fn sync() -> Sync {
    let person = Participant {
        user_id: user(),
        seq: Seq(1),
        name: "Ola Nordmann".to_owned(),
        avatar_url: None,
        role: Role::Student,
        active: true,
        joined_at: START,
        left_at: None,
    };
    Sync {
        chat_id: CHAT,
        epoch: epoch(),
        up_to: Seq(123_000 + PAGE),
        head: Seq(123_000 + PAGE),
        reset: true,
        has_older: true,
        rows: Rows {
            chat: Some(Chat {
                id: CHAT,
                seq: Seq(1),
                title: None,
                history: HistoryRule::All,
                created_by: user(),
                created_at: START,
            }),
            participants: vec![person],
            messages: (0..PAGE).map(message).collect(),
            ..Rows::default()
        },
        receipts: Receipts {
            listed: vec![Receipt::new(user(), Seq(123_000), Seq(123_000))],
            summary: None,
        },
        members: 2,
        role: Role::Student,
    }
}
