//! A small model of the server: one lineage, chats, ops, syncs, receipts, private rows.

use std::collections::{BTreeMap, BTreeSet};

use samtale_model::{
    Chat, ChatId, ChatSummary, Epoch, HistoryRule, Lineage, Message, MessageId, Op, OpId, Page,
    Participant, Private, PrivateKey, PrivateRow, Reaction, Receipt, Receipts, Role, Rows,
    SearchHit, SearchPage, Seq, Sync, UnixMillis, UserId,
};
use samtale_protocol::chat::{HistoryRequest, ReceiptPush, SyncRequest, TypingPush};
use samtale_protocol::frame::{Frame, Outgoing};
use samtale_protocol::http::CreateChat;
use samtale_protocol::user::{
    ChatsReply, ChatsRequest, JoinReply, PrivateEnvelope, PrivatePush, Profile, SearchRequest,
};
use samtale_protocol::{ErrorCode, Topic, Version, WireError, event};
use serde::Serialize;
use serde_json::{Value, json};

mod ops;

/// One chat at the server.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) chat: Chat,
    pub(crate) head: Seq,
    pub(crate) generation: u64,
    pub(crate) messages: BTreeMap<Seq, Message>,
    pub(crate) people: BTreeMap<UserId, Participant>,
    pub(crate) reactions: BTreeMap<(MessageId, UserId), Reaction>,
    pub(crate) receipts: BTreeMap<UserId, Receipt>,
    done: BTreeMap<OpId, (Op, Seq)>,
}

/// A socket at the server.
#[derive(Debug)]
pub(crate) struct Conn {
    user: UserId,
    joined: BTreeMap<Topic, String>,
}

/// Names a socket: the client and its generation.
pub(crate) type ConnId = (usize, u64);

/// The server.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) lineage: Lineage,
    pub(crate) rooms: BTreeMap<ChatId, Room>,
    pub(crate) conns: BTreeMap<ConnId, Conn>,
    private: BTreeMap<UserId, BTreeMap<PrivateKey, PrivateRow>>,
    pub(crate) now: UnixMillis,
    /// Refuse ops with these words, so many times.
    pub(crate) refuse: BTreeMap<String, (ErrorCode, u32)>,
    /// What was asked, by event, across all sockets.
    pub(crate) asked: BTreeMap<String, u32>,
    /// How many messages one sync carries at most.
    pub(crate) sync_limit: usize,
    /// The presence that was last told, by user.
    pub(crate) presence: BTreeMap<UserId, Value>,
    pub(crate) tokens: Vec<String>,
    out: Vec<(ConnId, String)>,
}

type Reply = Result<Value, WireError>;

fn value<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("serialises")
}

fn refused(code: ErrorCode) -> WireError {
    WireError::new(code, "refused by the model")
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            lineage: Lineage::from_random([1; 8]),
            rooms: BTreeMap::new(),
            conns: BTreeMap::new(),
            private: BTreeMap::new(),
            now: UnixMillis(0),
            refuse: BTreeMap::new(),
            asked: BTreeMap::new(),
            sync_limit: 200,
            presence: BTreeMap::new(),
            tokens: Vec::new(),
            out: Vec::new(),
        }
    }

    pub(crate) fn take_out(&mut self) -> Vec<(ConnId, String)> {
        std::mem::take(&mut self.out)
    }

    pub(crate) fn open(&mut self, conn: ConnId, user: UserId) {
        let joined = BTreeMap::new();
        self.conns.insert(conn, Conn { user, joined });
    }

    pub(crate) fn add_room(&mut self, chat: ChatId, people: &[&UserId]) {
        let seq = Seq(1);
        let people = people.iter().map(|user| {
            let person = Participant {
                user_id: (*user).clone(),
                seq,
                name: user.to_string(),
                avatar_url: None,
                role: Role::Owner,
                active: true,
                joined_at: self.now,
                left_at: None,
            };
            ((*user).clone(), person)
        });
        let people: BTreeMap<UserId, Participant> = people.collect();
        let first = people.keys().next().expect("somebody").clone();
        for user in people.keys() {
            let rows = self.private.entry(user.clone()).or_default();
            let seq = Seq(rows.len() as u64 + 1);
            let key = PrivateKey::Chat(chat);
            let row = PrivateRow {
                key: key.clone(),
                seq,
                value: json!({"role": "owner", "active": true}),
            };
            rows.insert(key, row.clone());
            let envelope = PrivateEnvelope {
                epoch: self.lineage.clone(),
                seq,
                rows: vec![row],
            };
            self.tell_user(&user.clone(), event::ENVELOPE, &envelope);
        }
        self.rooms.insert(
            chat,
            Room {
                chat: Chat {
                    id: chat,
                    seq,
                    title: None,
                    history: HistoryRule::All,
                    created_by: first,
                    created_at: self.now,
                },
                head: seq,
                generation: 0,
                messages: BTreeMap::new(),
                people,
                reactions: BTreeMap::new(),
                receipts: BTreeMap::new(),
                done: BTreeMap::new(),
            },
        );
    }

    pub(crate) fn epoch(&self, chat: ChatId) -> Epoch {
        Epoch {
            lineage: self.lineage.clone(),
            generation: self.rooms[&chat].generation,
            version: 1,
        }
    }

    fn send<P: Serialize>(
        &mut self,
        conn: ConnId,
        join_ref: Option<&str>,
        reference: Option<&str>,
        topic: &Topic,
        event: &str,
        payload: &P,
    ) {
        let text = Outgoing {
            join_ref,
            reference,
            topic: &topic.to_string(),
            event,
            payload,
        }
        .encode(Version::V2);
        self.out.push((conn, text));
    }

    fn tell_user<P: Serialize>(&mut self, user: &UserId, event: &str, payload: &P) {
        let topic = Topic::User(user.clone());
        let conns: Vec<ConnId> = self.joined(&topic);
        for conn in conns {
            self.send(conn, None, None, &topic, event, payload);
        }
    }

    fn joined(&self, topic: &Topic) -> Vec<ConnId> {
        let joined = |(_, conn): &(&ConnId, &Conn)| conn.joined.contains_key(topic);
        self.conns
            .iter()
            .filter(joined)
            .map(|(id, _)| *id)
            .collect()
    }

    pub(crate) fn tell_chat<P: Serialize>(&mut self, chat: ChatId, event: &str, payload: &P) {
        let topic = Topic::Chat(chat);
        for conn in self.joined(&topic) {
            self.send(conn, None, None, &topic, event, payload);
        }
    }

    /// Says that the server is going away, on every socket's own topic.
    pub(crate) fn drain(&mut self) {
        let users: Vec<UserId> = self.conns.values().map(|conn| conn.user.clone()).collect();
        for user in users {
            let payload = json!({"extension": "system", "status": "error", "code": "draining", "message": "going"});
            self.tell_user(&user, event::SYSTEM, &payload);
        }
    }

    /// Takes a frame of a client.
    pub(crate) fn on_text(&mut self, conn: ConnId, text: &str) {
        let frame = Frame::decode(Version::V2, text).expect("clients send frames");
        let Some(user) = self.conns.get(&conn).map(|conn| conn.user.clone()) else {
            return;
        };
        let topic: Topic = frame.topic.parse().expect("clients know topics");
        *self.asked.entry(frame.event.to_string()).or_default() += 1;
        let reply = self.answer(conn, &user, &topic, &frame);
        let (status, response) = match reply {
            Ok(response) => ("ok", response),
            Err(error) => ("error", value(&error)),
        };
        let payload = json!({"status": status, "response": response});
        let join_ref = frame.join_ref.as_deref();
        let at = self.out.len();
        self.send(
            conn,
            join_ref,
            frame.reference.as_deref(),
            &topic,
            event::REPLY,
            &payload,
        );
        // A reply to a join comes before what the room tells next, an op's after its envelope.
        if frame.event == event::JOIN {
            let reply = self.out.remove(at);
            self.out.insert(at, reply);
        }
    }

    fn answer(&mut self, conn: ConnId, user: &UserId, topic: &Topic, frame: &Frame<'_>) -> Reply {
        let payload: Value = frame.parse().expect("JSON");
        if frame.event == event::JOIN {
            let join_ref = frame.reference.as_deref().unwrap_or("").to_owned();
            let joined = &mut self.conns.get_mut(&conn).expect("open").joined;
            joined.insert(topic.clone(), join_ref);
            return match topic {
                Topic::User(_) => Ok(self.join_user(user, &payload)),
                Topic::Chat(chat) => self.sync(user, *chat, &payload),
                _ => Err(refused(ErrorCode::UnmatchedTopic)),
            };
        }
        let joined = self.conns[&conn].joined.contains_key(topic);
        if *topic != Topic::Phoenix && !joined {
            return Err(refused(ErrorCode::NotJoined));
        }
        match (topic, &*frame.event) {
            (_, event::HEARTBEAT) => Ok(json!({})),
            (Topic::User(_), event::ACCESS_TOKEN) => {
                let token = payload["access_token"].as_str().expect("a token");
                self.tokens.push(token.to_owned());
                Ok(json!({}))
            }
            (Topic::User(_), event::PRIVATE) => Ok(self.set_private(user, payload)),
            (Topic::User(_), event::PRESENCE) => {
                self.presence.insert(user.clone(), payload);
                Ok(json!({}))
            }
            (Topic::User(_), event::CHATS) => {
                let request: ChatsRequest = parse(payload);
                let mut reply = self.list(user);
                reply.chats.retain(|c| request.ids.contains(&c.chat.id));
                Ok(value(&reply))
            }
            (Topic::User(_), event::SEARCH) => Ok(self.search(&parse(payload))),
            (Topic::User(_), event::CREATE_CHAT) => Ok(self.create(user, &parse(payload))),
            (Topic::Chat(chat), event::OPS) => Ok(value(&self.ops(user, *chat, parse(payload)))),
            (Topic::Chat(chat), event::SYNC) => self.sync(user, *chat, &payload),
            (Topic::Chat(chat), event::HISTORY) => Ok(self.history(*chat, &parse(payload))),
            (Topic::Chat(chat), event::RECEIPT) => {
                if let Some((code, times)) = self.refuse.get_mut(event::RECEIPT)
                    && *times > 0
                {
                    *times -= 1;
                    return Err(refused(*code));
                }
                self.receipt(user, *chat, parse(payload));
                Ok(json!({}))
            }
            (Topic::Chat(chat), event::TYPING) => {
                let typing: TypingPush = parse(payload);
                let ttl = if typing.on { 6_000 } else { 0 };
                self.tell_chat(*chat, event::TYPING, &json!({"userId": user, "ttlMs": ttl}));
                Ok(json!({}))
            }
            (Topic::User(_), event::RECEIPT) => {
                let push: samtale_protocol::user::ReceiptPush = parse(payload);
                self.receipt(user, push.chat_id, push.receipt);
                Ok(json!({}))
            }
            (_, event::LEAVE) => Ok(json!({})),
            _ => Err(refused(ErrorCode::UnmatchedTopic)),
        }
    }

    fn join_user(&mut self, user: &UserId, payload: &Value) -> Value {
        if let Some(presence) = payload.get("presence") {
            self.presence.insert(user.clone(), presence.clone());
        }
        let rows = self.private.entry(user.clone()).or_default().clone();
        let list = self.list(user);
        value(&JoinReply {
            proto: 1,
            me: Profile {
                user_id: user.clone(),
                name: user.to_string(),
                avatar_url: None,
                locale: None,
            },
            private: Private {
                epoch: Epoch {
                    lineage: self.lineage.clone(),
                    generation: 0,
                    version: 1,
                },
                up_to: rows.values().map(|row| row.seq).max().unwrap_or_default(),
                reset: payload.get("since").is_none(),
                rows: rows.into_values().collect(),
            },
            chats: list.chats,
            more_chats: false,
        })
    }

    pub(crate) fn list(&self, user: &UserId) -> ChatsReply {
        let mine = self
            .rooms
            .values()
            .filter(|room| room.people.contains_key(user));
        ChatsReply {
            chats: mine.map(|room| self.summary(user, room)).collect(),
            more_chats: false,
        }
    }

    fn summary(&self, user: &UserId, room: &Room) -> ChatSummary {
        let last = room.messages.values().next_back().cloned();
        let read = room
            .receipts
            .get(user)
            .map_or(Seq::ZERO, |receipt| receipt.read);
        let unread = room
            .messages
            .values()
            .filter(|m| m.created_seq > read && m.sender_id != *user && m.deleted_at.is_none());
        ChatSummary {
            chat: room.chat.clone(),
            epoch: self.epoch(room.chat.id),
            head: room.head,
            role: Role::Owner,
            participants: room.people.values().cloned().collect(),
            members: room.people.len() as u32,
            read,
            unread: unread.count() as u32,
            active_at: last.as_ref().map_or(room.chat.created_at, |m| m.created_at),
            last_message: last,
        }
    }

    /// Answers what changed in a chat.
    pub(crate) fn sync(&mut self, user: &UserId, chat: ChatId, payload: &Value) -> Reply {
        let request: SyncRequest = serde_json::from_value(payload.clone()).expect("a request");
        let Some(room) = self
            .rooms
            .get(&chat)
            .filter(|r| r.people.contains_key(user))
        else {
            return Err(refused(ErrorCode::NotParticipant));
        };
        let epoch = self.epoch(chat);
        let since = request
            .since
            .filter(|s| request.epoch.as_ref() == Some(&epoch) && *s <= room.head);
        let reset = since.is_none();
        let (messages, up_to): (Vec<Message>, Seq) = match since {
            None => {
                let limit = request.limit.unwrap_or(50) as usize;
                let newest = room.messages.values().rev().take(limit).cloned();
                (newest.collect(), room.head)
            }
            Some(since) => {
                let mut changed: Vec<Message> = room
                    .messages
                    .values()
                    .filter(|m| m.seq > since)
                    .cloned()
                    .collect();
                changed.sort_by_key(|m| m.seq);
                let more = changed.len() > self.sync_limit;
                changed.truncate(self.sync_limit);
                let up_to = if more {
                    changed.last().expect("some").seq
                } else {
                    room.head
                };
                (changed, up_to)
            }
        };
        let since = since.unwrap_or_default();
        let held: BTreeSet<MessageId> = messages.iter().map(|m| m.id).collect();
        let has_older = reset && messages.len() < room.messages.len();
        Ok(value(&Sync {
            chat_id: chat,
            epoch,
            up_to,
            head: room.head,
            reset,
            has_older,
            rows: Rows {
                chat: (room.chat.seq > since || reset).then(|| room.chat.clone()),
                participants: room
                    .people
                    .values()
                    .filter(|p| p.seq > since || reset)
                    .cloned()
                    .collect(),
                reactions: room
                    .reactions
                    .values()
                    .filter(|r| {
                        if reset {
                            held.contains(&r.message_id)
                        } else {
                            r.seq > since && r.seq <= up_to
                        }
                    })
                    .cloned()
                    .collect(),
                messages,
                quoted: Vec::new(),
            },
            receipts: Receipts {
                listed: room.receipts.values().cloned().collect(),
                summary: None,
            },
            members: room.people.len() as u32,
            role: Role::Owner,
        }))
    }

    pub(crate) fn history(&self, chat: ChatId, request: &HistoryRequest) -> Value {
        let room = &self.rooms[&chat];
        let before = request.before.unwrap_or(Seq(u64::MAX));
        let limit = request.limit.unwrap_or(50) as usize;
        let mut messages: Vec<Message> = room
            .messages
            .range(..before)
            .rev()
            .take(limit)
            .map(|(_, m)| m.clone())
            .collect();
        messages.reverse();
        let first = messages.first().map_or(before, |m| m.created_seq);
        let held: BTreeSet<MessageId> = messages.iter().map(|m| m.id).collect();
        value(&Page {
            chat_id: chat,
            epoch: self.epoch(chat),
            as_of: room.head,
            has_more: room.messages.range(..first).next().is_some(),
            reactions: room
                .reactions
                .values()
                .filter(|r| held.contains(&r.message_id))
                .cloned()
                .collect(),
            messages,
            quoted: Vec::new(),
        })
    }

    pub(crate) fn receipt(&mut self, user: &UserId, chat: ChatId, push: ReceiptPush) {
        let room = self.rooms.get_mut(&chat).expect("a room");
        let receipt = room
            .receipts
            .entry(user.clone())
            .or_insert_with(|| Receipt::new(user.clone(), Seq::ZERO, Seq::ZERO));
        receipt.raise(
            push.delivered.unwrap_or_default(),
            push.read.unwrap_or_default(),
        );
        let payload = json!({"receipts": [receipt.clone()]});
        self.tell_chat(chat, event::RECEIPTS, &payload);
    }

    fn set_private(&mut self, user: &UserId, payload: Value) -> Value {
        let push: PrivatePush = parse(payload);
        let rows = self.private.entry(user.clone()).or_default();
        let head = rows.values().map(|row| row.seq.0).max().unwrap_or(0);
        let row = PrivateRow {
            key: push.key.clone(),
            seq: Seq(head + 1),
            value: push.value,
        };
        rows.insert(push.key, row.clone());
        let envelope = PrivateEnvelope {
            epoch: self.lineage.clone(),
            seq: row.seq,
            rows: vec![row.clone()],
        };
        self.tell_user(user, event::ENVELOPE, &envelope);
        value(&row)
    }

    fn create(&mut self, user: &UserId, create: &CreateChat) -> Value {
        let chat = create.id.expect("the engine makes ids");
        if !self.rooms.contains_key(&chat) {
            let others: Vec<&UserId> = create.participants.iter().map(|p| &p.user_id).collect();
            let people: Vec<&UserId> = std::iter::once(user).chain(others).collect();
            self.add_room(chat, &people);
        }
        value(&self.summary(user, &self.rooms[&chat]))
    }

    fn search(&self, request: &SearchRequest) -> Value {
        let messages = self.rooms.values().flat_map(|room| room.messages.values());
        let found = messages.filter(|m| m.content.as_str().contains(&request.q));
        value(&SearchPage {
            hits: found
                .map(|message| SearchHit {
                    message: message.clone(),
                    highlights: Vec::new(),
                })
                .collect(),
            next: None,
        })
    }

    /// Changes who sees what: a new epoch for everyone in the chat.
    pub(crate) fn bump(&mut self, chat: ChatId) {
        self.rooms.get_mut(&chat).expect("a room").generation += 1;
        self.tell_chat(chat, event::RESET, &json!({"chat": chat}));
    }

    /// Puts so many messages of ola's into a chat.
    pub(crate) fn fill(&mut self, chat: ChatId, count: u64) {
        let now = self.now;
        let room = self.rooms.get_mut(&chat).expect("a room");
        for n in 0..count {
            let seq = Seq(room.head.0 + 1);
            room.head = seq;
            let message = Message {
                id: MessageId(uuid::Uuid::from_u128(u128::from(n) + (1 << 99))),
                chat_id: chat,
                seq,
                created_seq: seq,
                sender_id: UserId::new("ola").expect("a valid id"),
                kind: samtale_model::MessageKind::Text,
                content: samtale_model::Body::new(format!("nr {n}")).expect("words"),
                reply_to: None,
                thread_root: None,
                thread_count: 0,
                created_at: now,
                edited_at: None,
                deleted_at: None,
            };
            room.messages.insert(seq, message);
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(payload: Value) -> T {
    serde_json::from_value(payload).expect("the engine sends well-formed payloads")
}
