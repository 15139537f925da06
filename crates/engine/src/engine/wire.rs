//! Pushes and their replies: what was asked on the socket, and frames by topic.

use serde::Serialize;
use serde::de::DeserializeOwned;

use samtale_model::flat::Map;
use samtale_model::{ChatId, Envelope, OpId, PrivateKey, Receipts, Seq};
use samtale_protocol::chat::{BehindEvent, ReceiptsEvent, RemovedEvent, TypingEvent};
use samtale_protocol::frame::{Frame, Outgoing, Reply, ReplyStatus};
use samtale_protocol::presence::{DiffEvent, StateEvent};
use samtale_protocol::user::{HeadEvent, PrivateEnvelope};
use samtale_protocol::{ErrorCode, Topic, Version, WireError, event, json};
use serde_json::value::RawValue;

use super::Engine;
use super::chats::Channel;
use crate::timers::Timer;
use crate::{Monotonic, Output};

/// What a reply will answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Push {
    /// The join of one's own topic.
    JoinUser,
    /// The join of a chat.
    JoinChat(ChatId),
    /// A heartbeat.
    Heartbeat,
    /// A renewed token.
    Renewal,
    /// The head of a chat's queue.
    Ops(ChatId, u64),
    /// What changed in a chat.
    Sync(ChatId),
    /// The page before a place.
    History(ChatId, Seq),
    /// Chats by id.
    ChatsById(Vec<ChatId>),
    /// The next page of the list.
    MoreChats,
    /// A private row.
    Private(PrivateKey, OpId),
    /// A page of a search, by the search's number.
    Search(u64),
    /// A new chat.
    Create(ChatId),
    /// One's own marks in a chat.
    Receipt(ChatId),
    /// Something whose answer changes nothing.
    Quiet,
}

#[derive(Clone, Debug)]
struct Pending {
    push: Push,
    sent: Monotonic,
    deadline: Monotonic,
}

/// What is under way on the socket.
#[derive(Debug, Default)]
pub(super) struct Wire {
    next_ref: u64,
    pending: Map<u64, Pending>,
}

/// How a push ended.
pub(super) type Answer<'a> = Result<&'a RawValue, WireError>;

/// Reads an answer's payload; one that can't be read is a fault of the server.
pub(super) fn read<T: DeserializeOwned>(answer: Answer<'_>) -> Result<T, WireError> {
    json::from_str(answer?.get())
        .map_err(|_| WireError::new(ErrorCode::Internal, "the answer can't be read"))
}

impl Engine {
    /// Sends a push, and remembers what its reply answers. Without a socket it goes nowhere.
    pub(super) fn push<P: Serialize>(
        &mut self,
        topic: &Topic,
        channel: Channel,
        event: &str,
        payload: P,
        push: Push,
    ) -> u64 {
        self.wire.next_ref += 1;
        let reference = self.wire.next_ref;
        let join_ref = match channel {
            _ if event == event::JOIN => Some(reference),
            Channel::Joined(join) | Channel::Joining(join) => Some(join),
            Channel::Closed => None,
        };
        let text = Outgoing {
            join_ref: join_ref.map(|join| join.to_string()).as_deref(),
            reference: Some(&reference.to_string()),
            topic: &topic.to_string(),
            event,
            payload,
        }
        .encode_client(Version::V2);
        if !self.link.socket_is_up() {
            return reference;
        }
        self.out.push_back(Output::Send {
            generation: self.link.generation,
            text: text.into(),
        });
        let deadline = self.patience(self.cfg.push_timeout_ms);
        self.wire.pending.insert(
            reference,
            Pending {
                push,
                sent: self.now.mono,
                deadline,
            },
        );
        self.timers.set_earliest(Timer::Pushes, deadline);
        reference
    }

    /// Sends a push on one's own topic.
    pub(super) fn push_user<P: Serialize>(&mut self, event: &str, payload: P, push: Push) -> u64 {
        let topic = Topic::User(self.cfg.user_id.clone());
        self.push(&topic, self.link.user, event, payload, push)
    }

    /// Sends a push on a chat's topic.
    pub(super) fn push_chat<P: Serialize>(
        &mut self,
        chat: ChatId,
        event: &str,
        payload: P,
        push: Push,
    ) -> u64 {
        let channel = self
            .chats
            .get(&chat)
            .map_or(Channel::Closed, |state| state.channel);
        self.push(&Topic::Chat(chat), channel, event, payload, push)
    }

    /// Forgets what is under way: the socket is gone.
    pub(super) fn drop_pushes(&mut self) {
        self.wire.pending.clear();
        self.timers.clear(&Timer::Pushes);
    }

    /// Ends the pushes that were not answered in time.
    pub(super) fn on_push_timeout(&mut self) {
        let now = self.now.mono;
        let overdue: Vec<u64> = self
            .wire
            .pending
            .iter()
            .filter(|(_, pending)| pending.deadline <= now)
            .map(|(reference, _)| *reference)
            .collect();
        for reference in overdue {
            if let Some(pending) = self.wire.pending.remove(&reference) {
                *self.metrics.messages.causes.or_default("timeout") +=
                    u64::from(matches!(pending.push, Push::Ops(..)));
                let silence = WireError::new(ErrorCode::Unavailable, "no answer in time");
                self.on_answer(reference, pending.push, Err(silence));
            }
        }
        if let Some(next) = self.wire.pending.values().map(|p| p.deadline).min() {
            self.timers.set(Timer::Pushes, next);
        }
    }

    /// Takes a text frame in. What can't be read is passed over: the seq law repairs what it held.
    pub(super) fn on_text(&mut self, generation: u64, text: &str) {
        if generation != self.link.generation || !self.link.socket_is_up() {
            return;
        }
        let Ok(frame) = Frame::decode(Version::V2, text) else {
            return;
        };
        let Ok(topic) = frame.topic.parse::<Topic>() else {
            return;
        };
        if frame.event == event::REPLY {
            self.on_reply(&frame);
            return;
        }
        let join_ref = frame.join_ref.as_deref();
        match topic {
            Topic::User(user) if user == self.cfg.user_id => {
                if self.link.user.accepts(join_ref) {
                    self.on_user_event(&frame);
                }
            }
            Topic::Chat(chat) => {
                let channel = self.chats.get(&chat).map(|state| state.channel);
                if channel.is_some_and(|channel| channel.accepts(join_ref)) {
                    self.on_chat_event(chat, &frame);
                }
            }
            _ => {
                if frame.event == event::SYSTEM {
                    self.on_system(&frame);
                }
            }
        }
    }

    fn on_reply(&mut self, frame: &Frame<'_>) {
        let reference = frame.reference.as_deref().and_then(|r| r.parse().ok());
        let Some((reference, pending)) =
            reference.and_then(|r| Some((r, self.wire.pending.remove(&r)?)))
        else {
            return;
        };
        let took = self.now.mono.since(pending.sent);
        if pending.push != Push::Heartbeat {
            self.metrics.connection.replies += 1;
            self.metrics.connection.reply_sum_ms += took;
        }
        let reply = frame.parse::<Reply<&RawValue>>();
        let answer = match &reply {
            Ok(reply) if reply.status == ReplyStatus::Ok => Ok(reply.response),
            Ok(reply) => Err(json::from_str(reply.response.get()).unwrap_or_else(|_| {
                // Phoenix's own refusals have a reason and no code.
                WireError::new(ErrorCode::UnmatchedTopic, "refused without a code")
            })),
            Err(_) => Err(WireError::new(
                ErrorCode::Internal,
                "the reply can't be read",
            )),
        };
        if pending.push == Push::Heartbeat {
            self.on_heartbeat_reply(took);
        }
        self.on_answer(reference, pending.push, answer);
    }

    fn on_answer(&mut self, reference: u64, push: Push, answer: Answer<'_>) {
        if let Err(error) = &answer
            && matches!(
                error.code,
                ErrorCode::Unauthorized | ErrorCode::TokenExpired
            )
        {
            self.on_token_refused();
            return;
        }
        match push {
            Push::JoinUser => self.on_user_joined(reference, read(answer)),
            Push::JoinChat(chat) => self.on_chat_joined(chat, reference, read(answer)),
            Push::Ops(chat, number) => self.on_ops_reply(chat, number, read(answer)),
            Push::Sync(chat) => self.on_sync_reply(chat, read(answer)),
            Push::History(chat, before) => self.on_page(chat, before, read(answer)),
            Push::ChatsById(ids) => self.on_chats_by_id(&ids, read(answer)),
            Push::MoreChats => self.on_more_chats(read(answer)),
            Push::Private(key, op) => self.on_private_reply(&key, op, read(answer)),
            Push::Search(search) => self.on_search_reply(search, read(answer)),
            Push::Create(chat) => self.on_create_reply(chat, read(answer)),
            Push::Receipt(chat) => self.on_receipt_reply(chat, answer.err()),
            Push::Heartbeat | Push::Renewal | Push::Quiet => {}
        }
    }

    fn on_user_event(&mut self, frame: &Frame<'_>) {
        match &*frame.event {
            event::ENVELOPE => {
                if let Ok(envelope) = frame.parse::<PrivateEnvelope>() {
                    self.on_private_envelope(envelope);
                }
            }
            event::HEAD => {
                if let Ok(head) = frame.parse::<HeadEvent>() {
                    self.on_head(head);
                }
            }
            event::PRESENCE_STATE => {
                if let Ok(state) = frame.parse::<StateEvent>() {
                    self.on_presence_state(None, &state.into());
                }
            }
            event::PRESENCE_DIFF => {
                if let Ok(diff) = frame.parse::<DiffEvent>() {
                    self.on_presence_diff(None, diff.into());
                }
            }
            event::SYSTEM => self.on_system(frame),
            event::RESET | event::BEHIND => self.join_user(),
            event::CLOSE | event::ERROR => self.on_user_closed(),
            _ => {}
        }
    }

    fn on_chat_event(&mut self, chat: ChatId, frame: &Frame<'_>) {
        match &*frame.event {
            event::ENVELOPE => {
                if let Ok(envelope) = frame.parse::<Envelope>()
                    && envelope.chat == chat
                {
                    self.on_envelope(envelope);
                }
            }
            // Before the answer to the join, which has them all, it may be of another past than what is held.
            event::RECEIPTS if self.is_joined(chat) => {
                if let Ok(moved) = frame.parse::<ReceiptsEvent>() {
                    self.on_receipts(
                        chat,
                        &Receipts {
                            listed: moved.receipts,
                            summary: moved.summary,
                        },
                    );
                }
            }
            event::TYPING => {
                if let Ok(typing) = frame.parse::<TypingEvent>() {
                    self.on_typing(chat, &typing.user_id, typing.ttl_ms);
                }
            }
            event::PRESENCE_STATE => {
                if let Ok(state) = frame.parse::<StateEvent>() {
                    self.on_presence_state(Some(chat), &state.into());
                }
            }
            event::PRESENCE_DIFF => {
                if let Ok(diff) = frame.parse::<DiffEvent>() {
                    self.on_presence_diff(Some(chat), diff.into());
                }
            }
            event::RESET => self.on_reset(chat),
            event::BEHIND => {
                if let Ok(behind) = frame.parse::<BehindEvent>() {
                    self.on_behind(chat, behind.head);
                }
            }
            event::REMOVED if frame.parse::<RemovedEvent>().is_ok() => self.on_removed(chat),
            event::CLOSE | event::ERROR => self.on_chat_closed(chat),
            event::SYSTEM => self.on_system(frame),
            _ => {}
        }
    }

    fn on_system(&mut self, frame: &Frame<'_>) {
        if let Ok(error) = frame.parse::<WireError>() {
            // Of what else it tells, a close code says what to do.
            if error.code == ErrorCode::Draining {
                self.begin_drain();
            }
        }
    }
}
