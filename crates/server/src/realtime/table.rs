//! Rows as records of Postgres: the four tables of the customer, with the columns that this server changes.

use jiff::Timestamp;
use samtale_model::{Chat, ChatId, Message, Participant, Seq, UnixMillis, UserId};
use samtale_protocol::realtime::ChangeKind;
use samtale_store::{ChatCommit, MembershipChange, Profile, UserCommit};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::frames::{Body, raw};

/// The schema of all tables.
pub(super) const SCHEMA: &str = "public";

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Messages,
    Chats,
    ChatParticipants,
    Users,
}

/// A column: its name, and its type in Postgres.
type Column = (&'static str, &'static str);

impl Table {
    pub(super) const ALL: [Self; 4] = [
        Self::Messages,
        Self::Chats,
        Self::ChatParticipants,
        Self::Users,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Chats => "chats",
            Self::ChatParticipants => "chat_participants",
            Self::Users => "users",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    pub(super) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Messages => &[
                ("id", "uuid"),
                ("chat_id", "uuid"),
                ("sender_id", "text"),
                ("kind", "text"),
                ("content", "text"),
                ("reply_to", "uuid"),
                ("thread_root", "uuid"),
                ("thread_count", "int4"),
                ("created_at", "timestamptz"),
                ("edited_at", "timestamptz"),
                ("deleted_at", "timestamptz"),
                ("created_seq", "int8"),
                ("seq", "int8"),
            ],
            Self::Chats => &[
                ("id", "uuid"),
                ("title", "text"),
                ("history", "text"),
                ("created_by", "text"),
                ("created_at", "timestamptz"),
                ("seq", "int8"),
            ],
            Self::ChatParticipants => &[
                ("chat_id", "uuid"),
                ("user_id", "text"),
                ("role", "text"),
                ("active", "bool"),
                ("joined_at", "timestamptz"),
                ("left_at", "timestamptz"),
                ("seq", "int8"),
            ],
            Self::Users => &[
                ("id", "text"),
                ("name", "text"),
                ("avatar_url", "text"),
                ("locale", "text"),
            ],
        }
    }

    pub(super) fn has(self, column: &str) -> bool {
        self.columns().iter().any(|(name, _)| *name == column)
    }

    /// The columns that an old record has: the primary key's, as Postgres tells it without `REPLICA IDENTITY FULL`.
    const fn key(self) -> &'static [&'static str] {
        match self {
            Self::ChatParticipants => &["chat_id", "user_id"],
            Self::Messages | Self::Chats | Self::Users => &["id"],
        }
    }
}

/// A changed row.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(super) table: Table,
    pub(super) kind: ChangeKind,
    /// The row as it is, or was where it is gone.
    pub(super) record: Map<String, Value>,
    /// When it was committed, or a moment later.
    at: UnixMillis,
    /// The commit that created it, where it is a message.
    pub(super) created: Option<Seq>,
    /// Who left with it, where it is a participant.
    pub(super) left: Option<UserId>,
}

impl Change {
    /// Returns the changed rows of a commit.
    pub(super) fn of_commit(commit: &ChatCommit, at: UnixMillis) -> Vec<Self> {
        let envelope = &commit.envelope;
        let (chat, seq, rows) = (envelope.chat, envelope.seq, &envelope.rows);
        let kind = |is_new| {
            if is_new {
                ChangeKind::Insert
            } else {
                ChangeKind::Update
            }
        };
        let change = |table, kind, record| Self {
            table,
            kind,
            record,
            at,
            created: None,
            left: None,
        };
        let chats = rows
            .chat
            .iter()
            .map(|row| change(Table::Chats, kind(seq == Seq(1)), chat_record(row)));
        let participants = rows.participants.iter().map(|row| {
            let joined = |c: &MembershipChange| matches!(c, MembershipChange::Joined(user) if *user == row.user_id);
            let left = |c: &MembershipChange| matches!(c, MembershipChange::Left { user, .. } if *user == row.user_id);
            let is_new = commit.membership.iter().any(joined);
            Self {
                left: commit.membership.iter().any(left).then(|| row.user_id.clone()),
                ..change(Table::ChatParticipants, kind(is_new), participant_record(chat, row))
            }
        });
        let messages = rows.messages.iter().map(|row| Self {
            created: Some(row.created_seq),
            ..change(
                Table::Messages,
                kind(row.created_seq == seq),
                message_record(row),
            )
        });
        chats.chain(participants).chain(messages).collect()
    }

    /// Returns the changed row of a message that is told again.
    pub(crate) fn of_message(message: &Message) -> Self {
        Self {
            table: Table::Messages,
            kind: ChangeKind::Insert,
            record: message_record(message),
            at: message.created_at,
            created: Some(message.created_seq),
            left: None,
        }
    }

    /// Returns the changed row of a user's new profile.
    pub(super) fn of_user(commit: &UserCommit, at: UnixMillis) -> Self {
        let kind = if commit.new {
            ChangeKind::Insert
        } else {
            ChangeKind::Update
        };
        Self {
            table: Table::Users,
            kind,
            record: user_record(&commit.profile),
            at,
            created: None,
            left: None,
        }
    }

    /// Returns the row of an erased user.
    pub(super) fn of_erased(user: &UserId, at: UnixMillis) -> Self {
        Self {
            table: Table::Users,
            kind: ChangeKind::Delete,
            record: object(json!({ "id": user })),
            at,
            created: None,
            left: None,
        }
    }

    fn old(&self) -> Map<String, Value> {
        only(&self.record, |column| self.table.key().contains(&column))
    }

    /// Returns the payload's `data`, with all columns or with those of a selection.
    pub(super) fn data(&self, select: Option<&[String]>) -> impl Serialize + use<> {
        let selected =
            |column: &str| select.is_none_or(|select| select.iter().any(|s| s == column));
        let columns = self.table.columns().iter();
        let columns: Vec<Value> = columns
            .filter(|(name, _)| selected(name))
            .map(|(name, kind)| json!({ "name": name, "type": kind }))
            .collect();
        let mut data = object(json!({
            "schema": SCHEMA,
            "table": self.table.name(),
            "commit_timestamp": written(self.at, "%Y-%m-%dT%H:%M:%S%.3fZ"),
            "type": self.kind,
            "columns": columns,
            "errors": null,
        }));
        if self.kind != ChangeKind::Delete {
            data.insert("record".into(), only(&self.record, selected).into());
        }
        if self.kind != ChangeKind::Insert {
            data.insert("old_record".into(), self.old().into());
        }
        data
    }

    /// Returns an id of the change that is the same whenever it is told.
    pub(crate) fn id(&self) -> String {
        let text = |column: &str| {
            self.record
                .get(column)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        match self.kind {
            ChangeKind::Insert => text("id").to_owned(),
            ChangeKind::Update | ChangeKind::Delete => {
                format!(
                    "{}:{}",
                    text("id"),
                    self.record.get("seq").unwrap_or(&Value::Null)
                )
            }
        }
    }

    /// Returns the broadcast that Postgres' `realtime.broadcast_changes` makes of it.
    pub(crate) fn broadcast(&self) -> Body {
        let operation = self.kind.as_str();
        let payload = json!({
            "id": self.id(),
            "schema": SCHEMA,
            "table": self.table.name(),
            "operation": operation,
            "record": self.record,
            "old_record": (self.kind != ChangeKind::Insert).then(|| self.old()),
        });
        Body::json(operation, Some(raw(&payload)))
    }
}

fn only(record: &Map<String, Value>, keeps: impl Fn(&str) -> bool) -> Map<String, Value> {
    let kept = record.iter().filter(|(column, _)| keeps(column));
    kept.map(|(column, value)| (column.clone(), value.clone()))
        .collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// Writes a moment as Postgres writes a `timestamptz` in JSON.
fn iso(at: UnixMillis) -> String {
    written(at, "%Y-%m-%dT%H:%M:%S%.3f+00:00")
}

fn written(at: UnixMillis, form: &str) -> String {
    let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.strftime(form).to_string()
}

fn message_record(row: &Message) -> Map<String, Value> {
    object(json!({
        "id": row.id,
        "chat_id": row.chat_id,
        "sender_id": row.sender_id,
        "kind": row.kind,
        "content": row.content,
        "reply_to": row.reply_to,
        "thread_root": row.thread_root,
        "thread_count": row.thread_count,
        "created_at": iso(row.created_at),
        "edited_at": row.edited_at.map(iso),
        "deleted_at": row.deleted_at.map(iso),
        "created_seq": row.created_seq,
        "seq": row.seq,
    }))
}

fn chat_record(row: &Chat) -> Map<String, Value> {
    object(json!({
        "id": row.id,
        "title": row.title,
        "history": row.history,
        "created_by": row.created_by,
        "created_at": iso(row.created_at),
        "seq": row.seq,
    }))
}

fn participant_record(chat: ChatId, row: &Participant) -> Map<String, Value> {
    object(json!({
        "chat_id": chat,
        "user_id": row.user_id,
        "role": row.role,
        "active": row.active,
        "joined_at": iso(row.joined_at),
        "left_at": row.left_at.map(iso),
        "seq": row.seq,
    }))
}

fn user_record(profile: &Profile) -> Map<String, Value> {
    object(json!({
        "id": profile.user,
        "name": profile.name,
        "avatar_url": profile.avatar_url,
        "locale": profile.locale,
    }))
}

#[cfg(test)]
mod tests {
    use samtale_model::{HistoryRule, MessageId, Role};

    use super::*;

    fn user(id: &str) -> UserId {
        UserId::new(id).expect("a valid id")
    }

    #[test]
    fn every_record_has_the_columns_of_its_table() {
        let chat = ChatId::from_bytes([1; 16]);
        let message: Message = serde_json::from_value(json!({
            "id": MessageId::from_bytes([2; 16]), "chatId": chat, "seq": 3, "createdSeq": 2, "senderId": "kari",
            "content": "hei", "createdAt": 1_000
        }))
        .expect("a message");
        let chat_row = Chat {
            id: chat,
            seq: Seq(1),
            title: None,
            history: HistoryRule::All,
            created_by: user("kari"),
            created_at: UnixMillis(0),
        };
        let participant = Participant {
            user_id: user("kari"),
            seq: Seq(1),
            name: "Kari".into(),
            avatar_url: None,
            role: Role::Owner,
            active: true,
            joined_at: UnixMillis(0),
            left_at: None,
        };
        let profile = Profile {
            user: user("kari"),
            name: "Kari".into(),
            avatar_url: None,
            locale: None,
            last_seen: None,
        };
        let records = [
            (Table::Messages, message_record(&message)),
            (Table::Chats, chat_record(&chat_row)),
            (
                Table::ChatParticipants,
                participant_record(chat, &participant),
            ),
            (Table::Users, user_record(&profile)),
        ];
        for (table, record) in records {
            let columns: std::collections::BTreeSet<&str> =
                table.columns().iter().map(|(name, _)| *name).collect();
            let of_record = record.keys().map(String::as_str).collect();
            assert_eq!(columns, of_record, "{table:?}");
            assert!(table.key().iter().all(|column| table.has(column)));
            assert_eq!(Table::parse(table.name()), Some(table));
        }
        let change = Change::of_message(&message);
        assert_eq!(change.record["created_at"], "1970-01-01T00:00:01.000+00:00");
        let data = serde_json::to_value(change.data(Some(&["content".to_owned()]))).expect("JSON");
        assert_eq!(data["record"], json!({ "content": "hei" }));
        assert_eq!(
            data["columns"],
            json!([{ "name": "content", "type": "text" }])
        );
        assert_eq!(data.get("old_record"), None);
    }
}
