//! What a hostile or broken server says: bodies made of arbitrary parts, some of them well-formed.

use arbitrary::Arbitrary;
use samtale_model::{ChatId, MessageId};
use serde_json::{Value, json};

#[derive(Arbitrary, Debug)]
pub(crate) enum Body {
    Empty,
    Sync {
        chat: u8,
        epoch: u8,
        up_to: u8,
        head: u8,
        reset: bool,
        older: bool,
        messages: Vec<Row>,
    },
    Page {
        chat: u8,
        epoch: u8,
        as_of: u8,
        messages: Vec<Row>,
        more: bool,
    },
    Join {
        chats: Vec<u8>,
        up_to: u8,
    },
    Results {
        seqs: Vec<Option<u8>>,
    },
    Error(u8),
    Any(String),
}

#[derive(Arbitrary, Debug)]
pub(crate) struct Row {
    pub(crate) id: u8,
    pub(crate) seq: u8,
    pub(crate) created: u8,
    pub(crate) own: bool,
    pub(crate) deleted: bool,
}

pub(crate) fn chat(n: u8) -> ChatId {
    ChatId::from_bytes([n % 4; 16])
}

pub(crate) fn message(n: u8) -> MessageId {
    MessageId::from_bytes([n % 16; 16])
}

pub(crate) fn row(chat_id: ChatId, row: &Row) -> Value {
    json!({
        "id": message(row.id), "chatId": chat_id, "seq": row.seq, "createdSeq": row.created.min(row.seq),
        "senderId": if row.own { "kari" } else { "ola" }, "kind": "text", "content": "Hei",
        "createdAt": 1_700_000_000_000_i64 + i64::from(row.created),
        "deletedAt": row.deleted.then_some(1_700_000_000_000_i64),
    })
}

pub(crate) fn epoch(n: u8) -> String {
    format!("abc.{}.1", n % 2)
}

pub(crate) const CODES: [&str; 8] = [
    "rate_limited",
    "id_conflict",
    "forbidden",
    "not_participant",
    "token_expired",
    "not_joined",
    "unavailable",
    "new",
];

pub(crate) fn body(body: &Body) -> Value {
    match body {
        Body::Empty => json!({}),
        Body::Sync {
            chat: n,
            epoch: e,
            up_to,
            head,
            reset,
            older,
            messages,
        } => json!({
            "chatId": chat(*n), "epoch": epoch(*e), "upTo": up_to, "head": head, "reset": reset, "hasOlder": older,
            "messages": messages.iter().map(|m| row(chat(*n), m)).collect::<Vec<_>>(),
            "receipts": {"listed": []}, "members": 2, "role": "student",
        }),
        Body::Page {
            chat: n,
            epoch: e,
            as_of,
            messages,
            more,
        } => json!({
            "chatId": chat(*n), "epoch": epoch(*e), "asOf": as_of, "hasMore": more, "reactions": [], "quoted": [],
            "messages": messages.iter().map(|m| row(chat(*n), m)).collect::<Vec<_>>(),
        }),
        Body::Join { chats, up_to } => json!({
            "proto": 1, "me": {"userId": "kari", "name": "Kari"}, "moreChats": false,
            "private": {"epoch": epoch(0), "upTo": up_to, "reset": true, "rows": []},
            "chats": chats.iter().map(|n| json!({
                "id": chat(*n), "seq": 1, "history": "all", "createdBy": "ola", "createdAt": 0,
                "epoch": epoch(0), "head": 1, "role": "student", "participants": [], "members": 2, "read": 0,
                "unread": 0, "activeAt": 0,
            })).collect::<Vec<_>>(),
        }),
        Body::Results { seqs } => json!({
            "epoch": epoch(0),
            "results": seqs.iter().map(|seq| match seq {
                Some(seq) => json!({"status": "ok", "seq": seq, "rows": {}}),
                None => json!({"status": "error", "code": "forbidden", "message": ""}),
            }).collect::<Vec<_>>(),
        }),
        Body::Error(n) => {
            json!({"code": CODES[usize::from(*n) % CODES.len()], "message": "", "retryAfterMs": n})
        }
        Body::Any(text) => serde_json::from_str(text).unwrap_or(Value::Null),
    }
}
