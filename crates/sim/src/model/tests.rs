//! Small hand-made histories: right ones pass, and every rule catches a wrong one.

mod commits;
mod holdings;
mod people;
mod reads;

use std::collections::BTreeMap;
use std::sync::Arc;

use samtale_engine::{Command, Config, Made};
use samtale_model::{
    Body, Chat, ChatId, DeviceId, HistoryRule, Lineage, Message, MessageId, MessageKind, OpId,
    Participant, Reaction, Receipt, Role, Rows, Seq, UnixMillis, UserId,
};
use samtale_store::{ChatCommit, Commit, MembershipChange};

use super::{Facts, Model, Violation};
use crate::clock::Clock;

/// The one chat.
fn chat() -> ChatId {
    ChatId::from_bytes([9; 16])
}

fn user(n: usize) -> UserId {
    UserId::new(format!("u{n}")).expect("an id")
}

fn id(n: u8) -> MessageId {
    MessageId::from_bytes([n; 16])
}

fn op(n: u8) -> OpId {
    OpId::from_bytes([n; 16])
}

fn lineage() -> Lineage {
    Lineage::from_random([1; 8])
}

fn rule(result: Result<(), Violation>) -> Option<&'static str> {
    result.err().map(|violation| violation.rule)
}

/// Writes a history as a right store would, so that a test can bend one line of it.
struct Book {
    clock: Clock,
    model: Model,
    head: u64,
    members: u32,
    messages: BTreeMap<MessageId, Message>,
    people: BTreeMap<UserId, Participant>,
    row: Option<Chat>,
}

impl Book {
    /// Begins with a chat of `u0` (owner), `u1` and `u2` (students), each with one device of the same number; `u3` has a
    /// device and is not in the chat.
    fn new() -> Self {
        let clock = Clock::default();
        let config = |n| {
            let device = DeviceId::new(format!("d{n}")).expect("an id");
            (n, Config::new(user(n), device))
        };
        let facts = Facts {
            users: (0..4).map(user).collect(),
            devices: (0..4).map(config).collect(),
        };
        let mut book = Self {
            model: Model::new(facts, clock.clone()),
            clock,
            head: 0,
            members: 0,
            messages: BTreeMap::new(),
            people: BTreeMap::new(),
            row: None,
        };
        (0..4).for_each(|device| book.model.device_booted(device));
        let made = book.made();
        assert_eq!(book.tell(&made), Ok(()));
        book.model.begin();
        book
    }

    fn tell(&mut self, commit: &ChatCommit) -> Result<(), Violation> {
        self.model
            .committed(&Commit::Chat(Arc::new(commit.clone())))
    }

    fn later(&self, millis: u64) {
        self.clock.advance_to(self.clock.now() + millis);
    }

    fn commit(&mut self, actor: usize, rows: Rows) -> ChatCommit {
        ChatCommit {
            envelope: samtale_model::Envelope {
                chat: chat(),
                epoch: lineage(),
                seq: Seq(self.head),
                rows,
            },
            actor: Some(user(actor)),
            created: Vec::new(),
            membership: Vec::new(),
            members: self.members,
        }
    }

    fn next(&mut self) -> Seq {
        self.later(10);
        self.head += 1;
        Seq(self.head)
    }

    fn made(&mut self) -> ChatCommit {
        let seq = self.next();
        let row = Chat {
            id: chat(),
            seq,
            title: None,
            history: HistoryRule::SinceJoining,
            created_by: user(0),
            created_at: UnixMillis(0),
        };
        self.row = Some(row.clone());
        self.members = 3;
        let roles = [Role::Owner, Role::Student, Role::Student];
        let participants: Vec<Participant> = roles
            .into_iter()
            .enumerate()
            .map(|(n, role)| self.person(n, role, true, seq))
            .collect();
        let mut commit = self.commit(
            0,
            Rows {
                chat: Some(row),
                participants,
                ..Rows::default()
            },
        );
        commit.membership = (0..3).map(|n| MembershipChange::Joined(user(n))).collect();
        commit
    }

    fn person(&mut self, n: usize, role: Role, active: bool, seq: Seq) -> Participant {
        let person = Participant {
            user_id: user(n),
            seq,
            name: format!("u{n}"),
            avatar_url: None,
            role,
            active,
            joined_at: UnixMillis(0),
            left_at: (!active).then_some(UnixMillis(1)),
        };
        self.people.insert(user(n), person.clone());
        person
    }

    /// Someone comes in, as `u0` asked.
    fn joins(&mut self, n: usize) -> ChatCommit {
        let command = Command::AddParticipant {
            chat: chat(),
            user: user(n),
            role: Role::Student,
        };
        let made = Made::Op(op(100 + u8::try_from(self.head).expect("short")));
        self.model.issued(0, &made, &command, None);
        let seq = self.next();
        self.members += 1;
        let person = self.person(n, Role::Student, true, seq);
        let mut commit = self.people_commit(0, person);
        commit.membership = vec![MembershipChange::Joined(user(n))];
        commit
    }

    /// Someone leaves by themselves.
    fn leaves(&mut self, n: usize) -> ChatCommit {
        let made = Made::Op(op(100 + u8::try_from(self.head).expect("short")));
        let command = Command::Leave { chat: chat() };
        self.model.issued(n, &made, &command, None);
        let seq = self.next();
        self.members -= 1;
        let person = self.person(n, Role::Student, false, seq);
        let mut commit = self.people_commit(n, person);
        commit.membership = vec![MembershipChange::Left {
            user: user(n),
            by_themselves: true,
        }];
        commit
    }

    fn people_commit(&mut self, actor: usize, person: Participant) -> ChatCommit {
        self.commit(
            actor,
            Rows {
                participants: vec![person],
                ..Rows::default()
            },
        )
    }

    /// The history rule changes, as `u0` asked.
    fn rule(&mut self, history: HistoryRule) -> ChatCommit {
        let command = Command::UpdateChat {
            chat: chat(),
            title: None,
            history: Some(history),
        };
        self.model.issued(0, &Made::Op(op(99)), &command, None);
        let seq = self.next();
        let row = Chat {
            seq,
            history,
            ..self.row.clone().expect("made")
        };
        self.row = Some(row.clone());
        let active = self.people.values().filter(|person| person.active);
        let resets = active.map(|person| MembershipChange::Reset(person.user_id.clone()));
        let membership = resets.collect();
        let rows = Rows {
            chat: Some(row),
            ..Rows::default()
        };
        ChatCommit {
            membership,
            ..self.commit(0, rows)
        }
    }

    fn asks_send(&mut self, device: usize, n: u8) {
        let command = Command::send(chat(), format!("m{n} words"));
        let words = Some(u64::from(n));
        self.model
            .issued(device, &Made::Message(id(n)), &command, words);
    }

    fn send_row(&mut self, sender: usize, n: u8) -> Message {
        let seq = self.next();
        let message = Message {
            id: id(n),
            chat_id: chat(),
            seq,
            created_seq: seq,
            sender_id: user(sender),
            kind: MessageKind::Text,
            content: Body::from_stored(format!("m{n} words")),
            reply_to: None,
            thread_root: None,
            thread_count: 0,
            created_at: UnixMillis(i64::try_from(self.clock.now()).expect("early")),
            edited_at: None,
            deleted_at: None,
        };
        self.messages.insert(id(n), message.clone());
        message
    }

    fn message_commit(&mut self, actor: usize, message: Message) -> ChatCommit {
        self.commit(
            actor,
            Rows {
                messages: vec![message],
                ..Rows::default()
            },
        )
    }

    /// Someone sends, and the store takes it.
    fn sent(&mut self, n: usize, message: u8) -> Message {
        self.asks_send(n, message);
        let row = self.send_row(n, message);
        let commit = self.message_commit(n, row.clone());
        assert_eq!(self.tell(&commit), Ok(()));
        row
    }

    fn asks_edit(&mut self, device: usize, n: u8, by: u8, words: u64) {
        let command = Command::Edit {
            chat: chat(),
            message: id(n),
            content: format!("m{words} words"),
        };
        self.model
            .issued(device, &Made::Op(op(by)), &command, Some(words));
    }

    fn edit_row(&mut self, n: u8, words: u64) -> Message {
        let seq = self.next();
        let message = Message {
            seq,
            content: Body::from_stored(format!("m{words} words")),
            edited_at: Some(UnixMillis(i64::try_from(self.clock.now()).expect("early"))),
            ..self.messages[&id(n)].clone()
        };
        self.messages.insert(id(n), message.clone());
        message
    }

    fn delete_row(&mut self, n: u8) -> Message {
        let seq = self.next();
        let message = Message {
            seq,
            content: Body::default(),
            deleted_at: Some(UnixMillis(i64::try_from(self.clock.now()).expect("early"))),
            ..self.messages[&id(n)].clone()
        };
        self.messages.insert(id(n), message.clone());
        message
    }

    /// Someone asks to delete a message, and the store does.
    fn deleted(&mut self, n: usize, message: u8) -> Message {
        let command = Command::Delete {
            chat: chat(),
            message: id(message),
        };
        let made = Made::Op(op(200 + message));
        self.model.issued(n, &made, &command, None);
        let row = self.delete_row(message);
        let commit = self.message_commit(n, row.clone());
        assert_eq!(self.tell(&commit), Ok(()));
        row
    }

    fn asks_react(&mut self, device: usize, n: u8, by: u8, on: bool) {
        let command = Command::React {
            chat: chat(),
            message: id(n),
            emoji: heart(),
            on,
        };
        self.model.issued(device, &Made::Op(op(by)), &command, None);
    }

    fn react_commit(&mut self, actor: usize, n: u8, on: bool, count: u32) -> ChatCommit {
        let seq = self.next();
        let counts = samtale_model::ReactionCount {
            emoji: heart(),
            count,
        };
        let reaction = Reaction {
            message_id: id(n),
            user_id: user(actor),
            seq,
            emoji: if on { vec![heart()] } else { Vec::new() },
            counts: if count > 0 { vec![counts] } else { Vec::new() },
            counts_seq: seq,
        };
        self.commit(
            actor,
            Rows {
                reactions: vec![reaction],
                ..Rows::default()
            },
        )
    }

    fn receipt(&mut self, n: usize, delivered: u64, read: u64) -> Result<(), Violation> {
        self.model.committed(&Commit::Receipt {
            chat: chat(),
            receipt: Receipt {
                user_id: user(n),
                delivered: Seq(delivered),
                read: Seq(read),
            },
            counts: true,
        })
    }
}

fn heart() -> samtale_model::Emoji {
    samtale_model::Emoji::try_from("❤".to_owned()).expect("an emoji")
}
