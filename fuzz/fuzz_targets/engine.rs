//! A hostile or broken server, host and person drive an engine: it never panics, it says a bounded
//! amount after each input, and the same inputs give the same outputs.

#![no_main]

use arbitrary::Arbitrary;
use base64::Engine as _;
use libfuzzer_sys::fuzz_target;
use samtale_engine::{
    Command, Config, Engine, Input, Network, Now, Output, StorageError, TokenError,
};
use samtale_model::reaction::Emoji;
use samtale_model::{ChatId, DeviceId, Status, UserId};
use serde_json::{Value, json};

#[path = "engine/server.rs"]
mod server;

use server::{Body, Row, body, chat, message, row};

/// More outputs than this after one input is a loop.
const MAX_OUTPUTS: usize = 20_000;

#[derive(Arbitrary, Debug)]
enum Step {
    Wait { ms: u16, times: u8 },
    Sleep { hours: u8 },
    ClockJumps { seconds: i16 },
    Person(Person),
    Socket(Socket),
    Host(Host),
    Network(u8),
    Visible(bool),
    Activity,
    Raw(String),
}

#[derive(Arbitrary, Debug)]
enum Person {
    Connect,
    Disconnect,
    Reconnect,
    Open(u8),
    Close(u8),
    Send {
        chat: u8,
        text: String,
        reply: Option<u8>,
    },
    Edit {
        chat: u8,
        message: u8,
        text: String,
    },
    Delete {
        chat: u8,
        message: u8,
    },
    React {
        chat: u8,
        message: u8,
        on: bool,
    },
    RetryAll,
    LoadOlder(u8),
    MarkRead(u8),
    Typing {
        chat: u8,
        on: bool,
    },
    Status(u8),
    Draft {
        chat: u8,
        text: String,
    },
    Search {
        query: String,
    },
    Leave(u8),
}

#[derive(Arbitrary, Debug)]
enum Socket {
    Opened {
        stale: bool,
    },
    Closed {
        stale: bool,
        code: Option<u16>,
    },
    /// A reply to the oldest push that waits for one.
    Reply {
        ok: bool,
        body: Body,
    },
    Envelope {
        chat: u8,
        epoch: u8,
        seq: u8,
        messages: Vec<Row>,
        reactions: Vec<Row>,
        left: bool,
    },
    Receipts {
        chat: u8,
        delivered: u8,
        read: u8,
    },
    Typing {
        chat: u8,
        ttl: u16,
    },
    Presence {
        chat: u8,
        status: u8,
        leave: bool,
    },
    Behind {
        chat: u8,
        head: u8,
    },
    Reset(u8),
    Removed(u8),
    Head {
        chat: u8,
        head: u8,
        row: Option<Row>,
    },
    Private {
        seq: u8,
        chat: u8,
        active: bool,
    },
}

#[derive(Arbitrary, Debug)]
enum Host {
    Loaded,
    LoadFailed,
    Persisted,
    Quota,
    Journalled,
    Token,
    TokenDenied,
    HttpReply { status: u16, body: Body },
    HttpFailed,
}

/// The engine's surroundings: what it asked for and has not got.
#[derive(Default)]
struct World {
    generation: u64,
    pushes: Vec<(Value, Value, Value)>,
    loads: Vec<u64>,
    batches: Vec<u64>,
    tokens: Vec<u64>,
    requests: Vec<u64>,
}

impl World {
    fn note(&mut self, output: &Output) {
        match output {
            Output::OpenSocket { generation, .. } => {
                self.generation = *generation;
                self.pushes.clear();
            }
            Output::Send { text, .. } => {
                let frame: Value = serde_json::from_str(&text.0).expect("the engine sends JSON");
                self.pushes
                    .push((frame[0].clone(), frame[1].clone(), frame[2].clone()));
            }
            Output::Load { load, .. } => self.loads.push(*load),
            Output::Persist { batch, .. } => self.batches.push(*batch),
            Output::FetchToken { request, .. } => self.tokens.push(*request),
            Output::Http { request, .. } => self.requests.push(*request),
            _ => {}
        }
    }

    fn text(&self, frame: &Value) -> Option<Input> {
        Some(Input::SocketText {
            generation: self.generation,
            text: frame.to_string().into(),
        })
    }

    fn event(&self, topic: &str, event: &str, payload: &Value) -> Option<Input> {
        self.text(&json!([null, null, topic, event, payload]))
    }

    fn socket(&mut self, step: &Socket) -> Option<Input> {
        let stale = |stale: bool| self.generation.saturating_sub(u64::from(stale));
        let topic = |n: u8| format!("chat:{}", chat(n));
        match step {
            Socket::Opened { stale: s } => Some(Input::SocketOpened {
                generation: stale(*s),
            }),
            Socket::Closed { stale: s, code } => Some(Input::SocketClosed {
                generation: stale(*s),
                code: *code,
            }),
            Socket::Reply { ok, body: b } => {
                if self.pushes.is_empty() {
                    return None;
                }
                let (join_ref, reference, topic) = self.pushes.remove(0);
                let status = if *ok { "ok" } else { "error" };
                self.text(&json!([join_ref, reference, topic, "phx_reply", {"status": status, "response": body(b)}]))
            }
            Socket::Envelope {
                chat: n,
                epoch,
                seq,
                messages,
                reactions,
                left,
            } => {
                let participant = json!({
                    "userId": "ola", "seq": seq, "name": "Ola", "role": "tutor", "active": false, "joinedAt": 0,
                });
                let rows = json!({
                    "messages": messages.iter().map(|m| row(chat(*n), m)).collect::<Vec<_>>(),
                    "reactions": reactions.iter().map(|r| json!({
                        "messageId": message(r.id), "userId": if r.own { "kari" } else { "ola" }, "seq": r.seq,
                        "emoji": if r.deleted { vec![] } else { vec!["👍"] }, "counts": [], "countsSeq": r.seq,
                    })).collect::<Vec<_>>(),
                    "participants": if *left { vec![participant] } else { vec![] },
                });
                let lineage = if epoch % 2 == 0 { "abc" } else { "xyz" };
                let payload = json!({"chat": chat(*n), "epoch": lineage, "seq": seq, "rows": rows});
                self.event(&topic(*n), "envelope", &payload)
            }
            Socket::Receipts {
                chat: n,
                delivered,
                read,
            } => {
                let receipt = json!({"userId": "ola", "delivered": delivered, "read": read});
                self.event(&topic(*n), "receipts", &json!({"receipts": [receipt]}))
            }
            Socket::Typing { chat: n, ttl } => self.event(
                &topic(*n),
                "typing",
                &json!({"userId": "ola", "ttlMs": ttl}),
            ),
            Socket::Presence {
                chat: n,
                status,
                leave,
            } => {
                let status = ["online", "busy", "away", "offline"][usize::from(status % 4)];
                let metas = json!({"ola": {"metas": [{"phx_ref": "ola", "status": status}]}});
                let diff = if *leave {
                    json!({"joins": {}, "leaves": metas})
                } else {
                    json!({"joins": metas, "leaves": {}})
                };
                self.event(&topic(*n), "presence_diff", &diff)
            }
            Socket::Behind { chat: n, head } => {
                self.event(&topic(*n), "behind", &json!({"head": head}))
            }
            Socket::Reset(n) => self.event(&topic(*n), "reset", &json!({"chat": chat(*n)})),
            Socket::Removed(n) => self.event(&topic(*n), "removed", &json!({"reason": "removed"})),
            Socket::Head {
                chat: n,
                head,
                row: sent,
            } => {
                let message = sent.as_ref().map(|sent| row(chat(*n), sent));
                self.event(
                    "user:kari",
                    "head",
                    &json!({"chatId": chat(*n), "head": head, "message": message}),
                )
            }
            Socket::Private {
                seq,
                chat: n,
                active,
            } => {
                let row = json!({"key": topic(*n), "seq": seq, "value": {"role": "student", "active": active}});
                self.event(
                    "user:kari",
                    "envelope",
                    &json!({"epoch": "abc", "seq": seq, "rows": [row]}),
                )
            }
        }
    }

    fn host(&mut self, step: &Host) -> Option<Input> {
        fn take(list: &mut Vec<u64>) -> Option<u64> {
            (!list.is_empty()).then(|| list.remove(0))
        }
        Some(match step {
            Host::Loaded => Input::Loaded {
                load: take(&mut self.loads)?,
                records: vec![],
            },
            Host::LoadFailed => Input::LoadFailed {
                load: take(&mut self.loads)?,
            },
            Host::Persisted => Input::Persisted {
                batch: take(&mut self.batches)?,
            },
            Host::Quota => Input::PersistFailed {
                batch: take(&mut self.batches)?,
                why: StorageError::Quota,
            },
            Host::Journalled => Input::Journalled {
                batch: *self.batches.first()?,
            },
            Host::Token => {
                let claims = json!({"sub": "kari", "exp": 1_700_003_600});
                let claims =
                    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims.to_string());
                let token = serde_json::from_value(json!(format!("e30.{claims}.c2ln")))
                    .expect("a token is a string");
                Input::Token {
                    request: take(&mut self.tokens)?,
                    token,
                }
            }
            Host::TokenDenied => Input::TokenFailed {
                request: take(&mut self.tokens)?,
                why: TokenError::Denied,
            },
            Host::HttpReply { status, body: b } => Input::HttpReply {
                request: take(&mut self.requests)?,
                status: *status,
                body: body(b).to_string().into(),
            },
            Host::HttpFailed => Input::HttpFailed {
                request: take(&mut self.requests)?,
            },
        })
    }
}

fn person(engine: &Engine, step: &Person) -> Option<Command> {
    // A message that is shown, or one that is not there.
    let shown = |chat: ChatId, n: u8| {
        let timeline = engine.timeline(chat);
        let length = timeline.len();
        let at = (length > 0).then(|| usize::from(n) % length);
        at.and_then(|at| timeline.entries().nth(at))
            .map_or(message(n), |entry| entry.id())
    };
    Some(match step {
        Person::Connect => Command::Connect,
        Person::Disconnect => Command::Disconnect,
        Person::Reconnect => Command::Reconnect,
        Person::Open(n) => Command::OpenChat { chat: chat(*n) },
        Person::Close(n) => Command::CloseChat { chat: chat(*n) },
        Person::Send {
            chat: n,
            text,
            reply,
        } => Command::Send {
            chat: chat(*n),
            content: text.clone(),
            reply_to: reply.map(|reply| shown(chat(*n), reply)),
            thread_root: None,
            id: None,
            max_retries: None,
            persist: true,
        },
        Person::Edit {
            chat: n,
            message,
            text,
        } => Command::Edit {
            chat: chat(*n),
            message: shown(chat(*n), *message),
            content: text.clone(),
        },
        Person::Delete { chat: n, message } => Command::Delete {
            chat: chat(*n),
            message: shown(chat(*n), *message),
        },
        Person::React {
            chat: n,
            message,
            on,
        } => Command::React {
            chat: chat(*n),
            message: shown(chat(*n), *message),
            emoji: Emoji::try_from("👍".to_owned()).ok()?,
            on: *on,
        },
        Person::RetryAll => Command::RetryAll,
        Person::LoadOlder(n) => Command::LoadOlder {
            chat: chat(*n),
            limit: None,
        },
        Person::MarkRead(n) => Command::MarkRead { chat: chat(*n) },
        Person::Typing { chat: n, on } => Command::Typing {
            chat: chat(*n),
            on: *on,
        },
        Person::Status(n) => {
            let all = [Status::Online, Status::Busy, Status::Away, Status::Offline];
            Command::SetStatus {
                status: all.get(usize::from(*n % 5)).copied(),
            }
        }
        Person::Draft { chat: n, text } => Command::SetDraft {
            chat: chat(*n),
            text: text.clone(),
        },
        Person::Search { query } => Command::Search {
            query: query.clone(),
            chat: None,
        },
        Person::Leave(n) => Command::Leave { chat: chat(*n) },
    })
}

/// Runs the steps, and returns everything the engine said.
fn run(steps: &[Step]) -> Vec<Output> {
    let user = UserId::new("kari").expect("a valid id");
    let device = DeviceId::new("fuzz").expect("a valid id");
    let (mut mono, mut unix) = (0_u64, 1_700_000_000_000_i64);
    let mut engine = Engine::new(Config::new(user, device), [7; 32], Now::new(mono, unix));
    let mut world = World::default();
    let mut said = Vec::new();
    let mut drain = |engine: &mut Engine, world: &mut World| {
        let before = said.len();
        while let Some(output) = engine.poll_output() {
            world.note(&output);
            said.push(output);
            assert!(
                said.len() - before < MAX_OUTPUTS,
                "the engine does not come to rest"
            );
        }
    };
    drain(&mut engine, &mut world);
    for step in steps {
        let input = match step {
            Step::Wait { ms, times } => {
                for _ in 0..=*times % 16 {
                    mono += u64::from(*ms);
                    unix += i64::from(*ms);
                    engine.handle_input(Now::new(mono, unix), Input::Timeout);
                    drain(&mut engine, &mut world);
                }
                continue;
            }
            Step::Sleep { hours } => {
                // A laptop sleeps: the monotonic clock may stand still.
                unix += i64::from(*hours) * 3_600_000;
                Some(Input::Timeout)
            }
            Step::ClockJumps { seconds } => {
                unix += i64::from(*seconds) * 1_000;
                Some(Input::Timeout)
            }
            Step::Person(step) => person(&engine, step).map(Input::Command),
            Step::Socket(step) => world.socket(step),
            Step::Host(step) => world.host(step),
            Step::Network(n) => {
                let network =
                    [Network::Online, Network::Slow, Network::Offline][usize::from(*n % 3)];
                Some(Input::Network { network })
            }
            Step::Visible(visible) => Some(Input::Visible { visible: *visible }),
            Step::Activity => Some(Input::Activity),
            Step::Raw(text) => Some(Input::SocketText {
                generation: world.generation,
                text: text.clone().into(),
            }),
        };
        if let Some(input) = input {
            mono += 1;
            unix += 1;
            engine.handle_input(Now::new(mono, unix), input);
            drain(&mut engine, &mut world);
        }
        if let Some(timeout) = engine.poll_timeout() {
            // A timeout that has come is dealt with, or the host would spin.
            if timeout.0 <= mono {
                engine.handle_input(Now::new(mono, unix), Input::Timeout);
                drain(&mut engine, &mut world);
                assert!(
                    engine.poll_timeout().is_none_or(|next| next.0 > mono),
                    "a timeout stays in the past"
                );
            }
        }
    }
    said
}

fuzz_target!(|steps: Vec<Step>| {
    assert_eq!(
        run(&steps),
        run(&steps),
        "the same inputs give the same outputs"
    );
});
