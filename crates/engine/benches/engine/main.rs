//! What the engine costs, as a host drives it: one row in chats of many lengths, whole histories,
//! and what it stores and takes up again. The figures must not grow with a chat's length.
//!
//! `cargo bench -p samtale-engine` first prints what one row makes, then the times. Time is
//! counted from an input until its outputs are drained, what changed is read, and the storage has
//! answered. To count instructions, which noise does not touch, run the program that cargo names
//! without `--bench`: it does each bench once.
//!
//! ```text
//! LD_BIND_NOW=1 valgrind --tool=callgrind --toggle-collect='*Host::take' <program> 'row/message/1000$'
//! ```

#![expect(clippy::print_stdout, reason = "sizes are printed beside the times")]

mod host;
mod room;

use std::collections::BTreeMap;
use std::time::Duration;

use criterion::measurement::{Measurement, WallTime};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use samtale_engine::{Command, Entry, Input, Record};
use samtale_protocol::chat::OpsRequest;

use crate::host::{Host, Made, config, decode, reply};
use crate::room::{CHAT, Room};

/// The lengths of a chat, in messages.
const LENGTHS: [u64; 3] = [1_000, 10_000, 100_000];
/// How many messages of a chat are stored where nothing else is said.
const CACHED: usize = 500;
/// After so many rows a person has read them. It is a tenth of the shortest chat.
const READ_EVERY: u64 = 100;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    // Cargo says so; without it each bench is only tried.
    if std::env::args().any(|argument| argument == "--bench") {
        print_sizes();
    }
    rows(&mut criterion);
    sends(&mut criterion);
    histories(&mut criterion);
    storage(&mut criterion);
    criterion.final_summary();
}

/// One row, as it comes live.
#[derive(Clone, Copy)]
enum Row {
    Message,
    Edit,
    Reaction,
    Receipt,
}

impl Row {
    const ALL: [Self; 4] = [Self::Message, Self::Edit, Self::Reaction, Self::Receipt];

    const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Edit => "edit",
            Self::Reaction => "reaction",
            Self::Receipt => "receipt",
        }
    }

    /// Makes the frame of the n-th. What changes an older message begins in the middle of the chat.
    fn frame(self, room: &mut Room, n: u64) -> String {
        let old = room.count / 2 + n;
        match self {
            Self::Message => room.say(),
            Self::Edit => room.edit(old),
            Self::Reaction => room.react(old),
            Self::Receipt => room.read(old),
        }
    }
}

/// An open chat, made anew before it has grown by more than a tenth.
struct Open {
    length: u64,
    host: Option<Host>,
    rows: u64,
}

impl Open {
    const fn new(length: u64) -> Self {
        Self {
            length,
            host: None,
            rows: 0,
        }
    }

    /// Returns the chat with room for so many rows, and how many there have been.
    fn room_for(&mut self, rows: u64) -> (&mut Host, u64) {
        if self.rows + rows > self.length / 10 {
            self.host = None;
        }
        let host = self.host.get_or_insert_with(|| {
            self.rows = 0;
            Host::new(Room::new(self.length), config(CACHED)).open()
        });
        host.command(Command::MarkRead { chat: CHAT });
        let before = self.rows;
        self.rows += rows;
        (host, before)
    }
}

/// Calls for up to [`READ_EVERY`] at a time until there were so many, and adds up what it took.
fn in_turns(iterations: u64, mut turn: impl FnMut(u64) -> Duration) -> Duration {
    let mut took = Duration::ZERO;
    let mut left = iterations;
    while left > 0 {
        let rows = left.min(READ_EVERY);
        took += turn(rows);
        left -= rows;
    }
    took
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = WallTime.start();
    let made = work();
    (made, WallTime.end(start))
}

fn rows(criterion: &mut Criterion) {
    for row in Row::ALL {
        let mut group = criterion.benchmark_group(format!("row/{}", row.name()));
        for length in LENGTHS {
            let mut open = Open::new(length);
            group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
                bencher.iter_custom(|iterations| {
                    in_turns(iterations, |rows| {
                        let (host, before) = open.room_for(rows);
                        let frame = |n| row.frame(&mut host.room, before + n);
                        let frames = (0..rows).map(frame).collect();
                        timed(|| host.take(frames)).1
                    })
                });
            });
        }
        group.finish();
    }
}

/// A message of one's own: shown, stored, sent, and acknowledged by its row and the answer.
fn sends(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("send");
    for length in LENGTHS {
        let mut open = Open::new(length);
        group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
            bencher.iter_custom(|iterations| {
                in_turns(iterations, |rows| {
                    let (host, _) = open.room_for(rows);
                    (0..rows).map(|_| send(host)).sum()
                })
            });
        });
    }
    group.finish();
}

fn send(host: &mut Host) -> Duration {
    let words = "Ja, jeg kommer rett etter siste time, så møtes vi ved inngangen!";
    let command = Command::send(CHAT, words.to_owned());
    let ((), shown) = timed(|| host.command(command));
    let asked = host.asked();
    let frame = decode(&asked);
    let request: OpsRequest = frame.parse().expect("engines ask well");
    let (told, answer) = host.room.take(&request.ops[0]);
    let frames = vec![told, reply(&frame, answer)];
    let ((), acknowledged) = timed(|| host.take(frames));
    shown + acknowledged
}

/// A hundred thousand messages, page by page backwards, from the newest fifty.
fn histories(criterion: &mut Criterion) {
    let length = 100_000;
    let mut group = criterion.benchmark_group("history");
    group.sample_size(10);
    group.measurement_time(Duration::from_secs(4));
    group.throughput(Throughput::Elements(length));
    group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
        bencher.iter_custom(|iterations| {
            let mut took = Duration::ZERO;
            for _ in 0..iterations {
                let mut host = Host::new(Room::new(length), config(CACHED));
                host.newest = 50;
                host = host.open();
                while let Some(page) = host.page(200) {
                    took += timed(|| host.take(vec![page])).1;
                }
                let held = host.engine.timeline(CHAT).len();
                assert_eq!(u64::try_from(held).ok(), Some(length));
            }
            took
        });
    });
    group.finish();
}

/// All that is stored of a chat, made anew; and a cold start with it, until the view has a page.
/// The bound on what is stored of a chat is raised to its length.
fn storage(criterion: &mut Criterion) {
    let lengths = [1_000, 10_000];
    let unstored = |length: u64| {
        let bound = usize::try_from(length).expect("small");
        Host::new(Room::new(length), config(bound))
    };
    let mut group = criterion.benchmark_group("snapshot");
    for length in lengths {
        let mut host = None;
        group.throughput(Throughput::Elements(length));
        group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
            let host = host.get_or_insert_with(|| unstored(length).open());
            bencher.iter(|| host.input(Input::StorageTaken));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("restore");
    group.sample_size(10);
    for length in lengths {
        let mut stored = None;
        group.throughput(Throughput::Elements(length));
        group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
            let stored = stored.get_or_insert_with(|| {
                let mut host = unstored(length);
                host.store = Some(BTreeMap::new());
                host.open()
                    .store
                    .into_iter()
                    .flatten()
                    .map(record)
                    .collect()
            });
            let cold = || {
                let mut host = unstored(length);
                host.earlier = Vec::clone(stored);
                host
            };
            bencher.iter_batched(cold, start_offline, BatchSize::LargeInput);
        });
    }
    group.finish();
}

fn start_offline(mut host: Host) -> (Host, Vec<Entry>) {
    host.command(Command::OpenChat { chat: CHAT });
    let page = host.engine.timeline(CHAT).newest(50);
    assert_eq!(page.len(), 50);
    (host, page)
}

fn record((key, value): (String, Vec<u8>)) -> Record {
    Record { key, value }
}

/// Prints what one row makes. It is the same whatever a chat's length, or this panics.
fn print_sizes() {
    println!("one row applied    length  changes  patches  bytes of JSON  writes  bytes stored");
    let mut first: [Option<Made>; Row::ALL.len()] = [None; Row::ALL.len()];
    for length in LENGTHS {
        let mut open = Open::new(length);
        for (row, first) in Row::ALL.into_iter().zip(&mut first) {
            let (host, before) = open.room_for(1);
            let frame = row.frame(&mut host.room, before);
            host.made = Some(Made::default());
            host.take(vec![frame]);
            let made = host.made.take().expect("just put there");
            println!(
                "{:<15}{length:>10}{:>9}{:>9}{:>15}{:>8}{:>14}",
                row.name(),
                made.changes,
                made.patches,
                made.json,
                made.writes,
                made.stored
            );
            assert_eq!(*first.get_or_insert(made), made, "it grew");
        }
    }
    println!();
}
