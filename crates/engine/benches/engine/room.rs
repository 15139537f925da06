//! The server that a bench plays: one chat of two people, and the frames that it tells.
//!
//! Every second message is one's own, every tenth answers an earlier one, and every tenth has a
//! reaction. Ids and times follow from the number of a message alone. The counter begins at a
//! million, so that numbers have as many digits in a short chat as in a long one.

use samtale_model::reaction::Emoji;
use samtale_model::{
    Body, Chat, ChatId, ChatSummary, Envelope, Epoch, HistoryRule, Lineage, Message, MessageId,
    MessageKind, Op, Page, Participant, Private, Reaction, ReactionCount, Receipt, Receipts, Role,
    Rows, Seq, Sync, UnixMillis, UserId,
};
use samtale_protocol::chat::{HistoryRequest, OpOk, OpResult, OpsReply, ReceiptsEvent};
use samtale_protocol::frame::Outgoing;
use samtale_protocol::user::{JoinReply, Profile};
use samtale_protocol::{Topic, Version, event};
use serde::Serialize;

/// The Unix time at which every bench begins, in milliseconds.
pub(crate) const START: i64 = 1_800_000_000_000;
/// The place of the first message.
const FIRST: u64 = 1_000_000;
/// The one chat.
pub(crate) const CHAT: ChatId = ChatId::from_bytes([7; 16]);
/// The person whose engine it is, and the other one.
pub(crate) const PEOPLE: [&str; 2] = ["kari", "ola"];

/// The chat as the server has it.
pub(crate) struct Room {
    /// How many messages there are.
    pub(crate) count: u64,
    head: u64,
    epoch: Epoch,
    people: [UserId; 2],
}

impl Room {
    pub(crate) fn new(count: u64) -> Self {
        Self {
            count,
            head: FIRST + count,
            epoch: Epoch {
                lineage: Lineage::from_random([1; 8]),
                generation: 0,
                version: 1,
            },
            people: PEOPLE.map(|name| UserId::new(name).expect("a name is an id")),
        }
    }

    // ----- what it tells unasked -----

    /// Tells of a new message of the other person.
    pub(crate) fn say(&mut self) -> String {
        let message = Message {
            sender_id: self.people[1].clone(),
            reply_to: None,
            ..self.message(self.count)
        };
        self.append(message)
    }

    /// Tells of a message that was edited again.
    pub(crate) fn edit(&mut self, n: u64) -> String {
        self.head += 1;
        let message = Message {
            seq: Seq(self.head),
            content: words(self.head),
            edited_at: Some(UnixMillis(START)),
            ..self.message(n)
        };
        self.envelope(Rows {
            messages: vec![message],
            ..Rows::default()
        })
    }

    /// Tells that the other person has set another emoji under a message.
    pub(crate) fn react(&mut self, n: u64) -> String {
        self.head += 1;
        let row = self.reaction(n, self.head);
        self.envelope(Rows {
            reactions: vec![row],
            ..Rows::default()
        })
    }

    /// Tells that the other person has read up to a message.
    pub(crate) fn read(&self, n: u64) -> String {
        let place = Seq(FIRST + n);
        let receipt = Receipt::new(self.people[1].clone(), place, place);
        let moved = ReceiptsEvent {
            receipts: vec![receipt],
            summary: None,
        };
        unasked(event::RECEIPTS, moved)
    }

    /// Takes a send; tells of the message, and the answer's rows.
    pub(crate) fn take(&mut self, op: &Op) -> (String, OpsReply) {
        let Op::Send { id, content, .. } = op else {
            unreachable!("a bench sends, and does nothing else");
        };
        let message = Message {
            id: *id,
            sender_id: self.people[0].clone(),
            content: content.clone(),
            reply_to: None,
            ..self.message(self.count)
        };
        let told = self.append(message.clone());
        let ok = OpOk {
            seq: Seq(self.head),
            repeat: false,
            rows: Rows {
                messages: vec![message],
                ..Rows::default()
            },
        };
        let reply = OpsReply {
            epoch: self.epoch.clone(),
            results: vec![OpResult::Ok(ok)],
        };
        (told, reply)
    }

    fn append(&mut self, message: Message) -> String {
        self.head += 1;
        self.count += 1;
        self.envelope(Rows {
            messages: vec![Message {
                seq: Seq(self.head),
                created_seq: Seq(self.head),
                ..message
            }],
            ..Rows::default()
        })
    }

    fn envelope(&self, rows: Rows) -> String {
        let envelope = Envelope {
            chat: CHAT,
            epoch: self.epoch.lineage.clone(),
            seq: Seq(self.head),
            rows,
        };
        unasked(event::ENVELOPE, envelope)
    }

    // ----- what it answers -----

    /// Answers the join of one's own topic.
    pub(crate) fn list(&self) -> JoinReply {
        let [me, _] = &self.people;
        let summary = ChatSummary {
            chat: self.chat(),
            epoch: self.epoch.clone(),
            head: Seq(self.head),
            role: Role::Owner,
            participants: self.participants(),
            members: 2,
            last_message: Some(self.message(self.count - 1)),
            read: Seq(self.head),
            unread: 0,
            active_at: UnixMillis(START),
        };
        JoinReply {
            proto: samtale_protocol::PROTO,
            me: Profile {
                user_id: me.clone(),
                name: me.to_string(),
                avatar_url: None,
                locale: None,
            },
            private: Private {
                epoch: self.epoch.clone(),
                up_to: Seq::ZERO,
                reset: true,
                rows: Vec::new(),
            },
            chats: vec![summary],
            more_chats: false,
        }
    }

    /// Answers the join of the chat with its newest messages.
    pub(crate) fn sync(&self, newest: u64) -> Sync {
        let from = self.count.saturating_sub(newest);
        let receipt = |user: &UserId| {
            let half = Seq(FIRST + self.count / 2);
            Receipt::new(user.clone(), half, half)
        };
        Sync {
            chat_id: CHAT,
            epoch: self.epoch.clone(),
            up_to: Seq(self.head),
            head: Seq(self.head),
            reset: true,
            has_older: from > 0,
            rows: Rows {
                chat: Some(self.chat()),
                participants: self.participants(),
                messages: (from..self.count).map(|n| self.message(n)).collect(),
                reactions: self.reactions(from..self.count),
                quoted: Vec::new(),
            },
            receipts: Receipts {
                listed: self.people.iter().map(receipt).collect(),
                summary: None,
            },
            members: 2,
            role: Role::Owner,
        }
    }

    /// Answers with a page of history.
    pub(crate) fn page(&self, request: &HistoryRequest) -> Page {
        let before = request.before.map_or(self.count, |place| place.0 - FIRST);
        let from = before.saturating_sub(request.limit.unwrap_or(50).into());
        Page {
            chat_id: CHAT,
            epoch: self.epoch.clone(),
            as_of: Seq(self.head),
            messages: (from..before).map(|n| self.message(n)).collect(),
            reactions: self.reactions(from..before),
            quoted: Vec::new(),
            has_more: from > 0,
        }
    }

    // ----- rows -----

    fn chat(&self) -> Chat {
        Chat {
            id: CHAT,
            seq: Seq(1),
            title: None,
            history: HistoryRule::All,
            created_by: self.people[0].clone(),
            created_at: UnixMillis(START),
        }
    }

    fn participants(&self) -> Vec<Participant> {
        let person = |user: &UserId| Participant {
            user_id: user.clone(),
            seq: Seq(1),
            name: user.to_string(),
            avatar_url: None,
            role: Role::Owner,
            active: true,
            joined_at: UnixMillis(START),
            left_at: None,
        };
        self.people.iter().map(person).collect()
    }

    fn message(&self, n: u64) -> Message {
        Message {
            id: id(n),
            chat_id: CHAT,
            seq: Seq(FIRST + n),
            created_seq: Seq(FIRST + n),
            sender_id: self.people[usize::from(n % 2 == 1)].clone(),
            kind: MessageKind::Text,
            content: words(n),
            reply_to: (n % 10 == 9).then(|| id(n - 4)),
            thread_root: None,
            thread_count: 0,
            created_at: UnixMillis(START),
            edited_at: None,
            deleted_at: None,
        }
    }

    fn reactions(&self, of: std::ops::Range<u64>) -> Vec<Reaction> {
        of.filter(|n| n % 10 == 3)
            .map(|n| self.reaction(n, FIRST + n))
            .collect()
    }

    /// The other person's reaction, one emoji or the other by the commit.
    fn reaction(&self, n: u64, seq: u64) -> Reaction {
        let emoji = if seq.is_multiple_of(2) {
            "👍"
        } else {
            "🎉"
        };
        let emoji = Emoji::try_from(emoji.to_owned()).expect("it is one");
        Reaction {
            message_id: id(n),
            user_id: self.people[1].clone(),
            seq: Seq(seq),
            emoji: vec![emoji.clone()],
            counts: vec![ReactionCount { emoji, count: 1 }],
            counts_seq: Seq(seq),
        }
    }
}

/// The id of a message: it tells the time, a second after the one before.
fn id(n: u64) -> MessageId {
    let second = i64::try_from(n).expect("messages are counted in thousands");
    MessageId::v7(
        UnixMillis(START / 2 + 1_000 * second),
        [n.to_le_bytes()[0]; 10],
    )
}

/// Some eighty bytes of text, always as many.
fn words(n: u64) -> Body {
    let words = format!("Nr. {n:07}: skal vi møtes på biblioteket etter skolen og øve til prøven?");
    Body::new(words).expect("neither empty nor long")
}

/// Encodes an event on the chat's topic.
fn unasked<P: Serialize>(event: &str, payload: P) -> String {
    let frame = Outgoing {
        join_ref: None,
        reference: None,
        topic: &Topic::Chat(CHAT).to_string(),
        event,
        payload,
    };
    frame.encode(Version::V2)
}
