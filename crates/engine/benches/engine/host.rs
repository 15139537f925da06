//! A host around an engine: it drains the outputs, answers them, and reads what changes.
//!
//! What the network and a disk would cost is not here: frames are made before the clock is started,
//! and what is to be stored is dropped, or kept for a cold start.

use std::collections::BTreeMap;
use std::hint::black_box;

use samtale_engine::{
    Change, Command, Config, Engine, Input, Now, Output, Record, TimelinePatch, Token, Write,
};
use samtale_model::{DeviceId, UserId};
use samtale_protocol::chat::HistoryRequest;
use samtale_protocol::frame::{Frame, Outgoing, Reply, ReplyStatus};
use samtale_protocol::{Topic, Version, event};
use serde::Serialize;
use serde_json::Map;

use crate::room::{CHAT, PEOPLE, Room, START};

/// A JWT of kari's that does not run out; nobody checks the signature here.
const TOKEN: &str = "e30.eyJzdWIiOiJrYXJpIn0.sig";

/// What the inputs since the last look have made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) changes: usize,
    pub(crate) patches: usize,
    /// The changes as JSON, in bytes.
    pub(crate) json: usize,
    pub(crate) writes: usize,
    /// The keys and values of the writes, in bytes.
    pub(crate) stored: usize,
}

/// An engine, its host, and the server behind it.
pub(crate) struct Host {
    pub(crate) engine: Engine,
    pub(crate) room: Room,
    /// How many messages the answer to a join brings.
    pub(crate) newest: u64,
    now: u64,
    /// Counts what is made, where it is wanted.
    pub(crate) made: Option<Made>,
    /// What was stored, where it is kept.
    pub(crate) store: Option<BTreeMap<String, Vec<u8>>>,
    /// What an earlier run has stored, to be loaded once.
    pub(crate) earlier: Vec<Record>,
    /// The frames that a bench answers itself.
    asked: Vec<String>,
}

/// The defaults, but that so many messages of a chat are stored.
pub(crate) fn config(cache_messages: usize) -> Config {
    let user = UserId::new(PEOPLE[0]).expect("a name is an id");
    let device = DeviceId::new("laptop").expect("a name is an id");
    Config {
        cache_messages,
        ..Config::new(user, device)
    }
}

impl Host {
    /// Makes an engine that knows nothing yet.
    pub(crate) fn new(room: Room, config: Config) -> Self {
        Self {
            engine: Engine::new(config, [7; 32], Now::new(0, START)),
            newest: room.count,
            room,
            now: 0,
            made: None,
            store: None,
            earlier: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// Opens the chat, which from then on is kept whole, and connects.
    pub(crate) fn open(mut self) -> Self {
        self.drain();
        self.command(Command::OpenChat { chat: CHAT });
        self.command(Command::Connect);
        self.command(Command::MarkRead { chat: CHAT });
        assert!(self.engine.chat(CHAT).is_some_and(|chat| chat.live));
        let held = self.engine.timeline(CHAT).len();
        assert_eq!(u64::try_from(held).ok(), Some(self.newest));
        self
    }

    /// Hands in an input a millisecond after the last, and does all that follows.
    pub(crate) fn input(&mut self, input: Input) {
        self.now += 1;
        self.engine.handle_input(self.clocks(), input);
        self.drain();
    }

    /// Does what a person asks, likewise.
    pub(crate) fn command(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    /// Hands in frames, one by one. This is what is measured, and has a name of its own so that
    /// instructions can be counted within it alone.
    #[inline(never)]
    pub(crate) fn take(&mut self, frames: Vec<String>) {
        for frame in frames {
            self.input(Input::SocketText {
                generation: 1,
                text: frame.into(),
            });
        }
    }

    /// Returns the one frame that was sent and waits for its answer.
    pub(crate) fn asked(&mut self) -> String {
        assert_eq!(self.asked.len(), 1, "one request at a time");
        self.asked.pop().expect("just counted")
    }

    /// Asks for a page before what is held, and returns the answer.
    pub(crate) fn page(&mut self, limit: u32) -> Option<String> {
        let limit = Some(limit);
        self.command(Command::LoadOlder { chat: CHAT, limit });
        let asked = self.asked.pop()?;
        let frame = decode(&asked);
        let request: HistoryRequest = frame.parse().expect("engines ask well");
        Some(reply(&frame, self.room.page(&request)))
    }

    const fn clocks(&self) -> Now {
        Now::new(self.now, START + self.now.cast_signed())
    }

    fn drain(&mut self) {
        let mut answers = Vec::new();
        loop {
            while let Some(output) = self.engine.poll_output() {
                self.answer(output, &mut answers);
            }
            let Some(answer) = answers.pop() else {
                return;
            };
            self.engine.handle_input(self.clocks(), answer);
        }
    }

    fn answer(&mut self, output: Output, answers: &mut Vec<Input>) {
        match output {
            Output::Load { load, prefixes } => answers.push(Input::Loaded {
                load,
                records: self.load(&prefixes),
            }),
            Output::Persist { batch, writes, .. } => {
                self.persist(writes);
                answers.push(Input::Persisted { batch });
            }
            Output::FetchToken { request, .. } => answers.push(Input::Token {
                request,
                token: Token::new(TOKEN),
            }),
            Output::OpenSocket { generation, .. } => {
                answers.push(Input::SocketOpened { generation });
            }
            Output::Send { generation, text } => {
                let Some(text) = self.reply(text.0) else {
                    return;
                };
                answers.push(Input::SocketText {
                    generation,
                    text: text.into(),
                });
            }
            Output::Changed(change) => self.read(change),
            output => unreachable!("nothing goes wrong here: {output:?}"),
        }
    }

    fn load(&mut self, prefixes: &[String]) -> Vec<Record> {
        let wanted = |key: &str| prefixes.iter().any(|prefix| key.starts_with(prefix));
        let records = self.earlier.extract_if(.., |record| wanted(&record.key));
        records.collect()
    }

    fn persist(&mut self, writes: Vec<Write>) {
        if let Some(made) = &mut self.made {
            made.writes += writes.len();
            made.stored += writes.iter().map(size).sum::<usize>();
        }
        let Some(store) = &mut self.store else {
            black_box(writes);
            return;
        };
        for write in writes {
            match write {
                Write::Put { key, value } => {
                    store.insert(key, value);
                }
                Write::Delete { key } => {
                    store.remove(&key);
                }
                Write::DeletePrefix { prefix } => store.retain(|key, _| !key.starts_with(&prefix)),
            }
        }
    }

    /// Answers a frame at once, or keeps it for the bench.
    fn reply(&mut self, text: String) -> Option<String> {
        let frame = decode(&text);
        let topic = frame.topic.parse().expect("engines know topics");
        Some(match (&topic, &*frame.event) {
            (Topic::User(_), event::JOIN) => reply(&frame, self.room.list()),
            (Topic::Chat(_), event::JOIN) => reply(&frame, self.room.sync(self.newest)),
            (Topic::Chat(_), event::OPS | event::HISTORY) => {
                drop(frame);
                self.asked.push(text);
                return None;
            }
            _ => reply(&frame, Map::new()),
        })
    }

    /// Reads what a change names, as a view does.
    fn read(&mut self, change: Change) {
        if let Some(made) = &mut self.made {
            made.changes += 1;
            made.json += serde_json::to_string(&change).expect("serialises").len();
            if let Change::Timeline { patches, .. } = &change {
                made.patches += patches.len();
            }
        }
        match change {
            Change::Connection => drop(black_box(self.engine.connection())),
            Change::Chats => drop(black_box(self.engine.chats())),
            Change::Chat { chat } => drop(black_box(self.engine.chat(chat))),
            Change::Receipts { chat } => drop(black_box(self.engine.receipts(chat))),
            Change::Outbox => drop(black_box(self.engine.outbox())),
            Change::Timeline { chat, patches } => {
                if patches.contains(&TimelinePatch::Reset) {
                    black_box(self.engine.timeline(chat).newest(50));
                }
                black_box(patches);
            }
            change => drop(black_box(change)),
        }
    }
}

fn size(write: &Write) -> usize {
    match write {
        Write::Put { key, value } => key.len() + value.len(),
        Write::Delete { key } => key.len(),
        Write::DeletePrefix { prefix } => prefix.len(),
    }
}

/// Reads a frame of the engine's.
pub(crate) fn decode(text: &str) -> Frame<'_> {
    Frame::decode(Version::V2, text).expect("engines send frames")
}

/// Encodes the answer to a frame.
pub(crate) fn reply<R: Serialize>(frame: &Frame<'_>, response: R) -> String {
    let answer = Outgoing {
        join_ref: frame.join_ref.as_deref(),
        reference: frame.reference.as_deref(),
        topic: &frame.topic,
        event: event::REPLY,
        payload: Reply {
            status: ReplyStatus::Ok,
            response,
        },
    };
    answer.encode(Version::V2)
}
