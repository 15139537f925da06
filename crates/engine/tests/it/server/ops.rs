//! What ops do to the model server's chats.

use std::collections::BTreeMap;

use samtale_model::{
    ChatId, Envelope, Message, MessageId, Op, Reaction, ReactionCount, Rows, Seq, UserId,
};
use samtale_protocol::chat::{OpOk, OpResult, OpsReply, OpsRequest};
use samtale_protocol::user::HeadEvent;
use samtale_protocol::{ErrorCode, Topic, event};

use super::{Room, Server, refused};

impl Server {
    /// Applies ops as the real server does: in order, once each, stopping at the first refusal.
    pub(crate) fn ops(&mut self, user: &UserId, chat: ChatId, request: OpsRequest) -> OpsReply {
        let mut results = Vec::new();
        for op in request.ops {
            let result = self.op(user, chat, &op);
            let stop = matches!(result, OpResult::Error(_));
            results.push(result);
            if stop {
                break;
            }
        }
        OpsReply {
            epoch: self.epoch(chat),
            results,
        }
    }

    fn op(&mut self, user: &UserId, chat: ChatId, op: &Op) -> OpResult {
        let words = match op {
            Op::Send { content, .. } | Op::Edit { content, .. } => content.as_str(),
            _ => "",
        };
        if let Some((code, times)) = self.refuse.get_mut(words)
            && *times > 0
        {
            *times -= 1;
            return OpResult::Error(refused(*code));
        }
        let now = self.now;
        let room = self.rooms.get_mut(&chat).expect("a room");
        if let Some((first, seq)) = room.done.get(&op.id()) {
            if first != op {
                return OpResult::Error(refused(ErrorCode::IdConflict));
            }
            let rows = room.rows_at(op);
            return OpResult::Ok(OpOk {
                seq: *seq,
                repeat: true,
                rows,
            });
        }
        let seq = Seq(room.head.0 + 1);
        match op {
            Op::Send {
                id,
                content,
                reply_to,
                thread_root,
            } => {
                let message = Message {
                    id: *id,
                    chat_id: chat,
                    seq,
                    created_seq: seq,
                    sender_id: user.clone(),
                    kind: samtale_model::MessageKind::Text,
                    content: content.clone(),
                    reply_to: *reply_to,
                    thread_root: *thread_root,
                    thread_count: 0,
                    created_at: now,
                    edited_at: None,
                    deleted_at: None,
                };
                room.messages.insert(seq, message);
            }
            Op::Edit {
                message_id,
                content,
                ..
            } => {
                let Some(message) = room.messages.values_mut().find(|m| m.id == *message_id) else {
                    return OpResult::Error(refused(ErrorCode::NotFound));
                };
                message.content = content.clone();
                (message.seq, message.edited_at) = (seq, Some(now));
            }
            Op::Delete { message_id, .. } => {
                let Some(message) = room.messages.values_mut().find(|m| m.id == *message_id) else {
                    return OpResult::Error(refused(ErrorCode::NotFound));
                };
                message.content = samtale_model::Body::default();
                (message.seq, message.deleted_at) = (seq, Some(now));
            }
            Op::React {
                message_id,
                emoji,
                on,
                ..
            } => {
                let row = room
                    .reactions
                    .entry((*message_id, user.clone()))
                    .or_insert_with(|| Reaction {
                        message_id: *message_id,
                        user_id: user.clone(),
                        seq,
                        emoji: Vec::new(),
                        counts: Vec::new(),
                        counts_seq: seq,
                    });
                row.emoji.retain(|held| held != emoji);
                if *on {
                    row.emoji.push(emoji.clone());
                }
                row.seq = seq;
                room.recount(*message_id, seq);
            }
            _ => return OpResult::Error(refused(ErrorCode::Forbidden)),
        }
        room.head = seq;
        room.done.insert(op.id(), (op.clone(), seq));
        let rows = room.rows_at(op);
        let envelope = Envelope {
            chat,
            epoch: self.lineage.clone(),
            seq,
            rows: rows.clone(),
        };
        self.tell_chat(chat, event::ENVELOPE, &envelope);
        self.tell_heads(chat, &rows);
        OpResult::Ok(OpOk {
            seq,
            repeat: false,
            rows,
        })
    }

    fn tell_heads(&mut self, chat: ChatId, rows: &Rows) {
        let room = &self.rooms[&chat];
        let head = HeadEvent {
            chat_id: chat,
            head: room.head,
            message: rows
                .messages
                .first()
                .filter(|m| m.seq == m.created_seq)
                .cloned(),
        };
        let people: Vec<UserId> = room.people.keys().cloned().collect();
        let in_room = self.joined(&Topic::Chat(chat));
        for user in people {
            let topic = Topic::User(user);
            for conn in self.joined(&topic) {
                if !in_room.contains(&conn) {
                    self.send(conn, None, None, &topic, event::HEAD, &head);
                }
            }
        }
    }
}

impl Room {
    /// Returns the rows that an op changed, in their present state.
    fn rows_at(&self, op: &Op) -> Rows {
        let message = |id: &MessageId| {
            self.messages
                .values()
                .filter(|m| m.id == *id)
                .cloned()
                .collect()
        };
        match op {
            Op::Send { id, .. } => Rows {
                messages: message(id),
                ..Rows::default()
            },
            Op::Edit { message_id, .. } | Op::Delete { message_id, .. } => Rows {
                messages: message(message_id),
                ..Rows::default()
            },
            Op::React { message_id, .. } => Rows {
                reactions: self
                    .reactions
                    .values()
                    .filter(|r| r.message_id == *message_id)
                    .cloned()
                    .collect(),
                ..Rows::default()
            },
            _ => Rows::default(),
        }
    }

    fn recount(&mut self, message: MessageId, seq: Seq) {
        let mut counts: BTreeMap<_, u32> = BTreeMap::new();
        for row in self.reactions.values().filter(|r| r.message_id == message) {
            for emoji in &row.emoji {
                *counts.entry(emoji.clone()).or_default() += 1;
            }
        }
        let mut counts: Vec<ReactionCount> = counts
            .into_iter()
            .map(|(emoji, count)| ReactionCount { emoji, count })
            .collect();
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.emoji.cmp(&b.emoji)));
        for row in self
            .reactions
            .values_mut()
            .filter(|r| r.message_id == message)
        {
            row.counts = counts.clone();
            row.counts_seq = seq;
        }
    }
}
