//! Engines, their hosts, the server and the network between them, on one virtual clock.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use samtale_engine::{
    Change, Command, Config, ConnectionState, Engine, Input, Made, Method, Now, Outcome, Output,
    Record, StorageError, Token, TokenError, Write,
};
use samtale_model::{ChatId, DeviceId, MessageId, Op, OpId, Seq, UserId};
use samtale_protocol::chat::{HistoryRequest, OpsRequest};
use serde_json::json;

use crate::server::Server;

/// The Unix time at which every test begins, in milliseconds.
pub(crate) const START: i64 = 1_800_000_000_000;

mod view;

use view::View;

pub(crate) fn user(name: &str) -> UserId {
    UserId::new(name).expect("a valid id")
}

pub(crate) fn chat(n: u8) -> ChatId {
    ChatId::from_bytes([n; 16])
}

/// A token of a user that lives so long from a moment, in milliseconds.
pub(crate) fn token(sub: &str, issued: i64, life: i64, salt: u64) -> Token {
    let claims =
        json!({"sub": sub, "iat": issued / 1_000, "exp": (issued + life) / 1_000, "jti": salt});
    Token::new(format!(
        "e30.{}.sig",
        URL_SAFE_NO_PAD.encode(claims.to_string())
    ))
}

/// What a host's storage does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disk {
    Works,
    Full,
    Hangs,
    /// It stores, and answers no load.
    Unread,
}

/// One host with its engine.
pub(crate) struct Client {
    pub(crate) engine: Engine,
    pub(crate) name: UserId,
    pub(crate) store: BTreeMap<String, Vec<u8>>,
    pub(crate) disk: Disk,
    pub(crate) changes: Vec<Change>,
    pub(crate) view: View,
    pub(crate) outputs: u64,
    /// Whether sockets can be opened.
    pub(crate) sockets: bool,
    /// Whether anything reaches the server.
    pub(crate) http: bool,
    pub(crate) token_life: i64,
    pub(crate) token_sub: Option<String>,
    pub(crate) no_token: Option<TokenError>,
    /// The one token that the host ever has.
    pub(crate) only_token: Option<Token>,
    /// Every frame that was sent.
    pub(crate) frames: Vec<String>,
    pub(crate) tokens_fetched: u64,
    pub(crate) opened: Vec<Token>,
    socket: Option<u64>,
    alive: bool,
}

enum Event {
    ToServer {
        client: usize,
        generation: u64,
        text: String,
    },
    ToClient {
        client: usize,
        input: Input,
    },
}

/// Everything.
pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) server: Server,
    pub(crate) clients: Vec<Client>,
    queue: BTreeMap<(u64, u64), Event>,
    count: u64,
    pub(crate) latency: u64,
    /// Drops every n-th unasked frame of the server; zero: none.
    pub(crate) lose_every: u64,
    /// Repeats every frame of the server.
    pub(crate) repeat: bool,
    unasked: u64,
}

impl World {
    /// Makes a world with a chat of kari and ola, and a client for each name.
    pub(crate) fn new(names: &[&str]) -> Self {
        Self::with(names, |_| {})
    }

    pub(crate) fn with(names: &[&str], change: impl Fn(&mut Config)) -> Self {
        let mut world = Self {
            now: 0,
            server: Server::new(),
            clients: Vec::new(),
            queue: BTreeMap::new(),
            count: 0,
            latency: 20,
            lose_every: 0,
            repeat: false,
            unasked: 0,
        };
        world
            .server
            .add_room(chat(1), &[&user("kari"), &user("ola")]);
        for name in names {
            world.add(name, BTreeMap::new(), Disk::Works, &change);
        }
        world
    }

    fn add(
        &mut self,
        name: &str,
        store: BTreeMap<String, Vec<u8>>,
        disk: Disk,
        change: &impl Fn(&mut Config),
    ) {
        let mut config = Config::new(user(name), DeviceId::new(name).expect("a valid id"));
        change(&mut config);
        let seed = [self.clients.len() as u8 + 1; 32];
        self.clients.push(Client {
            engine: Engine::new(config, seed, self.clocks()),
            name: user(name),
            store,
            disk,
            changes: Vec::new(),
            view: View::default(),
            outputs: 0,
            sockets: true,
            http: true,
            token_life: 3_600_000,
            token_sub: None,
            no_token: None,
            only_token: None,
            frames: Vec::new(),
            tokens_fetched: 0,
            opened: Vec::new(),
            socket: None,
            alive: true,
        });
        self.drain(self.clients.len() - 1);
    }

    /// Ends a client as a crash does, and starts another over what it had stored.
    pub(crate) fn restart(&mut self, client: usize) -> usize {
        self.cut(client);
        let host = &mut self.clients[client];
        host.alive = false;
        let (name, store, disk) = (host.name.clone(), host.store.clone(), host.disk);
        self.add(name.as_str(), store, disk, &|_| {});
        self.clients.len() - 1
    }

    pub(crate) fn clocks(&self) -> Now {
        Now::new(self.now, START + self.now as i64)
    }

    pub(crate) fn engine(&self, client: usize) -> &Engine {
        &self.clients[client].engine
    }

    pub(crate) fn input(&mut self, client: usize, input: Input) {
        let now = self.clocks();
        self.clients[client].engine.handle_input(now, input);
        self.drain(client);
    }

    pub(crate) fn run(&mut self, client: usize, command: Command) -> Made {
        let now = self.clocks();
        let made = self.clients[client]
            .engine
            .command(now, command)
            .expect("accepted");
        self.drain(client);
        made
    }

    pub(crate) fn say(&mut self, client: usize, words: &str) -> MessageId {
        let command = Command::Send {
            chat: chat(1),
            content: words.into(),
            reply_to: None,
            thread_root: None,
            id: None,
            max_retries: None,
            persist: true,
        };
        match self.run(client, command) {
            Made::Op(op) => MessageId(op.0),
            Made::Message(id) => id,
            other => panic!("a send makes a message, not {other:?}"),
        }
    }

    /// Connects clients, opens the chat on each, and lets everything settle.
    pub(crate) fn connect_all(&mut self) {
        for client in 0..self.clients.len() {
            self.run(client, Command::Connect);
            self.run(client, Command::OpenChat { chat: chat(1) });
        }
        self.pass(2_000);
    }

    /// Someone else says something, straight at the server.
    pub(crate) fn other_says(&mut self, words: &str) -> MessageId {
        let id = MessageId::from_bytes(
            *uuid::Uuid::from_u128(u128::from(self.count) + (1 << 100)).as_bytes(),
        );
        self.count += 1;
        let content = samtale_model::Body::new(words).expect("words");
        let op = Op::Send {
            id,
            content,
            reply_to: None,
            thread_root: None,
        };
        self.server_op(&user("ola"), op);
        id
    }

    pub(crate) fn server_op(&mut self, by: &UserId, op: Op) {
        self.server.now = self.clocks().unix;
        self.server.ops(by, chat(1), OpsRequest { ops: vec![op] });
        self.deliver();
    }

    pub(crate) fn op_id(&mut self) -> OpId {
        self.count += 1;
        OpId(uuid::Uuid::from_u128(u128::from(self.count) + (1 << 101)))
    }

    /// Cuts a client's socket without a word.
    pub(crate) fn cut(&mut self, client: usize) {
        self.close(client, None);
    }

    /// Closes a client's socket with a code.
    pub(crate) fn close(&mut self, client: usize, code: Option<u16>) {
        if let Some(generation) = self.clients[client].socket.take() {
            self.server.conns.remove(&(client, generation));
            self.later(
                client,
                self.latency,
                Input::SocketClosed { generation, code },
            );
        }
    }

    fn later(&mut self, client: usize, pause: u64, input: Input) {
        self.schedule(pause, Event::ToClient { client, input });
    }

    fn schedule(&mut self, pause: u64, event: Event) {
        self.count += 1;
        self.queue.insert((self.now + pause, self.count), event);
    }

    /// Lets time pass, with all that happens in it.
    pub(crate) fn pass(&mut self, millis: u64) {
        let end = self.now + millis;
        for _ in 0..200_000 {
            let timeout = self
                .clients
                .iter()
                .enumerate()
                .filter(|(_, client)| client.alive)
                .filter_map(|(i, client)| Some((client.engine.poll_timeout()?.0, i)))
                .min();
            let event = self.queue.keys().next().copied();
            match (event, timeout) {
                (Some((at, _)), timer) if at <= end && timer.is_none_or(|(due, _)| at <= due) => {
                    self.now = self.now.max(at);
                    let (_, event) = self.queue.pop_first().expect("just seen");
                    self.happen(event);
                }
                (_, Some((due, client))) if due <= end => {
                    self.now = self.now.max(due);
                    self.input(client, Input::Timeout);
                }
                _ => {
                    self.now = end;
                    return;
                }
            }
        }
        panic!("the world does not come to rest");
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::ToClient { client, input } => {
                let fenced = match &input {
                    Input::SocketText { generation, .. } => {
                        self.clients[client].socket != Some(*generation)
                    }
                    _ => false,
                };
                if self.clients[client].alive && !fenced {
                    self.input(client, input);
                }
            }
            Event::ToServer {
                client,
                generation,
                text,
            } => {
                if self.clients[client].socket == Some(generation) {
                    self.server.now = self.clocks().unix;
                    self.server.on_text((client, generation), &text);
                    self.deliver();
                }
            }
        }
    }

    /// Sends out what the server has to say; unasked frames may be lost or repeated.
    pub(crate) fn deliver(&mut self) {
        for ((client, generation), text) in self.server.take_out() {
            let unasked = !text.contains("\"phx_reply\"");
            self.unasked += u64::from(unasked);
            if unasked && self.lose_every > 0 && self.unasked.is_multiple_of(self.lose_every) {
                continue;
            }
            let input = Input::SocketText {
                generation,
                text: text.into(),
            };
            if self.repeat {
                self.later(client, self.latency, input.clone());
            }
            self.later(client, self.latency, input);
        }
    }

    fn drain(&mut self, client: usize) {
        while let Some(output) = self.clients[client].engine.poll_output() {
            self.clients[client].outputs += 1;
            self.host(client, output);
        }
    }

    fn host(&mut self, client: usize, output: Output) {
        let latency = self.latency;
        let host = &mut self.clients[client];
        match output {
            Output::OpenSocket {
                generation,
                token,
                path,
            } => {
                assert!(!path.contains("token"), "tokens never stand in a path");
                host.opened.push(token);
                if host.sockets {
                    host.socket = Some(generation);
                    let name = host.name.clone();
                    self.server.open((client, generation), name);
                    self.later(client, latency, Input::SocketOpened { generation });
                } else {
                    self.later(
                        client,
                        latency,
                        Input::SocketClosed {
                            generation,
                            code: None,
                        },
                    );
                }
            }
            Output::Send { generation, text } => {
                host.frames.push(text.0.clone());
                self.schedule(
                    latency,
                    Event::ToServer {
                        client,
                        generation,
                        text: text.0,
                    },
                );
            }
            Output::CloseSocket { generation, .. } => {
                if host.socket == Some(generation) {
                    host.socket = None;
                    self.server.conns.remove(&(client, generation));
                }
            }
            Output::FetchToken { request, .. } => {
                host.tokens_fetched += 1;
                let input = match host.no_token {
                    Some(why) => Input::TokenFailed { request, why },
                    None => {
                        let sub = host
                            .token_sub
                            .clone()
                            .unwrap_or_else(|| host.name.to_string());
                        let issued = START + self.now as i64;
                        let salt = host.tokens_fetched;
                        let fresh = token(&sub, issued, host.token_life, salt);
                        let token = host.only_token.clone().unwrap_or(fresh);
                        Input::Token { request, token }
                    }
                };
                self.later(client, latency, input);
            }
            Output::Load { .. } if matches!(host.disk, Disk::Hangs | Disk::Unread) => {}
            Output::Load { load, prefixes } => {
                let held = host.store.iter();
                let records = held
                    .filter(|(key, _)| prefixes.iter().any(|prefix| key.starts_with(prefix)))
                    .map(|(key, value)| Record {
                        key: key.clone(),
                        value: value.clone(),
                    })
                    .collect();
                self.later(client, 1, Input::Loaded { load, records });
            }
            Output::Persist { batch, writes, .. } => match host.disk {
                Disk::Works | Disk::Unread => {
                    for write in writes {
                        match write {
                            Write::Put { key, value } => {
                                host.store.insert(key, value);
                            }
                            Write::Delete { key } => {
                                host.store.remove(&key);
                            }
                            Write::DeletePrefix { prefix } => {
                                host.store.retain(|key, _| !key.starts_with(&prefix));
                            }
                        }
                    }
                    self.later(client, 1, Input::Persisted { batch });
                }
                Disk::Full => {
                    let why = StorageError::Quota;
                    self.later(client, 1, Input::PersistFailed { batch, why });
                }
                Disk::Hangs => {}
            },
            Output::Http {
                request,
                method,
                path,
                body,
                ..
            } => {
                let input = if host.http {
                    let name = host.name.clone();
                    let body = body.map(|body| body.0).unwrap_or_default();
                    let reply = self.http(&name, method, &path, &body);
                    Input::HttpReply {
                        request,
                        status: 200,
                        body: reply.into(),
                    }
                } else {
                    Input::HttpFailed { request }
                };
                self.deliver();
                self.later(client, 2 * latency, input);
            }
            Output::Wipe => host.store.clear(),
            Output::CancelHttp { .. } => {}
            Output::Changed(change) => {
                host.view.follow(&host.engine, &change);
                host.changes.push(change);
            }
        }
    }

    fn http(&mut self, name: &UserId, method: Method, path: &str, body: &str) -> String {
        self.server.now = self.clocks().unix;
        let query: BTreeMap<&str, &str> = path
            .split_once('?')
            .map(|(_, query)| {
                query
                    .split('&')
                    .filter_map(|pair| pair.split_once('='))
                    .collect()
            })
            .unwrap_or_default();
        let number = |key: &str| query.get(key).and_then(|n| n.parse().ok()).map(Seq);
        let path = path.split('?').next().expect("a path");
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        *self
            .server
            .asked
            .entry(format!(
                "{} {}",
                method.as_str(),
                parts.last().expect("a name")
            ))
            .or_default() += 1;
        match (method, parts.as_slice()) {
            (Method::Get, ["api", "chats"]) => {
                serde_json::to_string(&self.server.list(name)).expect("serialises")
            }
            (Method::Get, ["api", "chats", id, "changes"]) => {
                let request = json!({"epoch": query.get("epoch"), "since": number("since")});
                let id = id.parse().expect("an id");
                self.server
                    .sync(name, id, &request)
                    .expect("a member")
                    .to_string()
            }
            (Method::Get, ["api", "chats", id, "messages"]) => {
                let request = HistoryRequest {
                    before: number("before"),
                    limit: Some(50),
                };
                self.server
                    .history(id.parse().expect("an id"), &request)
                    .to_string()
            }
            (Method::Post, ["api", "chats", id, "ops"]) => {
                let request = serde_json::from_str(body).expect("ops");
                let reply = self.server.ops(name, id.parse().expect("an id"), request);
                serde_json::to_string(&reply).expect("serialises")
            }
            (Method::Post, ["api", "messages", _]) => "{}".into(),
            _ => panic!("no such path: {path}"),
        }
    }

    // ----- what tests ask -----

    pub(crate) fn state(&self, client: usize) -> ConnectionState {
        self.engine(client).connection().state
    }

    /// The words a client shows in the chat, in order.
    pub(crate) fn words(&self, client: usize) -> Vec<String> {
        let timeline = self.engine(client).timeline(chat(1));
        timeline
            .entries()
            .map(|entry| entry.message.content.as_str().to_owned())
            .collect()
    }

    /// The words the server has in the chat, in order.
    pub(crate) fn truth(&self) -> Vec<String> {
        let room = &self.server.rooms[&chat(1)];
        room.messages
            .values()
            .map(|message| message.content.as_str().to_owned())
            .collect()
    }

    pub(crate) fn outcomes(&self, client: usize, id: MessageId) -> Vec<Outcome> {
        let changes = self.clients[client].changes.iter();
        changes
            .filter_map(|change| match change {
                Change::Op { op, outcome, .. } if op.0 == id.0 => Some(*outcome),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn asked(&self, event: &str) -> u32 {
        self.server.asked.get(event).copied().unwrap_or(0)
    }
}
