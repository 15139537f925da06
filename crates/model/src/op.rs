//! What a person can ask of a chat. An op is sent until it is answered, and takes effect once.

use serde::{Deserialize, Serialize};

use crate::missing::{Missing, need};
use crate::reaction::Emoji;
use crate::{Body, HistoryRule, MessageId, OpId, Role, Title, UserId};

/// A mutation of one chat, as it stands in the outbox and on the wire.
///
/// A send is known by its message id, every other op by its `opId`; both are made by the sender,
/// before anything is shown. The same id with other contents is refused with `id_conflict`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(
    tag = "op",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    try_from = "Flat"
)]
pub enum Op {
    /// Sends a message.
    Send {
        /// The message's id, a UUIDv7 by preference.
        id: MessageId,
        /// The words.
        content: Body,
        /// The message it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        reply_to: Option<MessageId>,
        /// The message whose thread it goes into.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        thread_root: Option<MessageId>,
    },
    /// Replaces the words of one's own message; the earlier ones stay in its history.
    Edit {
        /// The op's id.
        op_id: OpId,
        /// The message.
        message_id: MessageId,
        /// The new words.
        content: Body,
    },
    /// Deletes a message: a tombstone stays.
    Delete {
        /// The op's id.
        op_id: OpId,
        /// The message.
        message_id: MessageId,
    },
    /// Sets or takes back one's own reaction.
    React {
        /// The op's id.
        op_id: OpId,
        /// The message.
        message_id: MessageId,
        /// The emoji.
        emoji: Emoji,
        /// True to set it, false to take it back.
        on: bool,
    },
    /// Adds someone, or brings back someone who left.
    AddParticipant {
        /// The op's id.
        op_id: OpId,
        /// Whom.
        user_id: UserId,
        /// As what.
        role: Role,
    },
    /// Gives a participant another role.
    SetRole {
        /// The op's id.
        op_id: OpId,
        /// Whom.
        user_id: UserId,
        /// The new role.
        role: Role,
    },
    /// Removes a participant; removing oneself is leaving.
    ///
    /// When the last owner leaves, the longest-standing tutor, else participant, becomes owner.
    RemoveParticipant {
        /// The op's id.
        op_id: OpId,
        /// Whom.
        user_id: UserId,
    },
    /// Changes the title or the history rule; what is absent stays.
    UpdateChat {
        /// The op's id.
        op_id: OpId,
        /// The new title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        title: Option<Title>,
        /// The new history rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        history: Option<HistoryRule>,
    },
}

/// The kinds of ops.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Send,
    Edit,
    Delete,
    React,
    AddParticipant,
    SetRole,
    RemoveParticipant,
    UpdateChat,
}

/// Every field that an op may have.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Flat {
    op: Kind,
    id: Option<MessageId>,
    op_id: Option<OpId>,
    message_id: Option<MessageId>,
    user_id: Option<UserId>,
    content: Option<Body>,
    reply_to: Option<MessageId>,
    thread_root: Option<MessageId>,
    emoji: Option<Emoji>,
    on: Option<bool>,
    role: Option<Role>,
    title: Option<Title>,
    history: Option<HistoryRule>,
}

impl TryFrom<Flat> for Op {
    type Error = Missing;

    fn try_from(flat: Flat) -> Result<Self, Missing> {
        let op_id = need(flat.op_id, "opId");
        let message_id = need(flat.message_id, "messageId");
        let user_id = need(flat.user_id, "userId");
        let content = need(flat.content, "content");
        let role = need(flat.role, "role");
        Ok(match flat.op {
            Kind::Send => Self::Send {
                id: need(flat.id, "id")?,
                content: content?,
                reply_to: flat.reply_to,
                thread_root: flat.thread_root,
            },
            Kind::Edit => Self::Edit {
                op_id: op_id?,
                message_id: message_id?,
                content: content?,
            },
            Kind::Delete => Self::Delete {
                op_id: op_id?,
                message_id: message_id?,
            },
            Kind::React => Self::React {
                op_id: op_id?,
                message_id: message_id?,
                emoji: need(flat.emoji, "emoji")?,
                on: need(flat.on, "on")?,
            },
            Kind::AddParticipant => Self::AddParticipant {
                op_id: op_id?,
                user_id: user_id?,
                role: role?,
            },
            Kind::SetRole => Self::SetRole {
                op_id: op_id?,
                user_id: user_id?,
                role: role?,
            },
            Kind::RemoveParticipant => Self::RemoveParticipant {
                op_id: op_id?,
                user_id: user_id?,
            },
            Kind::UpdateChat => Self::UpdateChat {
                op_id: op_id?,
                title: flat.title,
                history: flat.history,
            },
        })
    }
}

impl Op {
    /// Returns the id by which a repeat of this op is known.
    pub fn id(&self) -> OpId {
        match self {
            Self::Send { id, .. } => OpId(id.0),
            Self::Edit { op_id, .. }
            | Self::Delete { op_id, .. }
            | Self::React { op_id, .. }
            | Self::AddParticipant { op_id, .. }
            | Self::SetRole { op_id, .. }
            | Self::RemoveParticipant { op_id, .. }
            | Self::UpdateChat { op_id, .. } => *op_id,
        }
    }

    /// Returns the op's name on the wire, for logs and counters.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Send { .. } => "send",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::React { .. } => "react",
            Self::AddParticipant { .. } => "addParticipant",
            Self::SetRole { .. } => "setRole",
            Self::RemoveParticipant { .. } => "removeParticipant",
            Self::UpdateChat { .. } => "updateChat",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_op_names_itself_in_json() {
        let json = r#"{"op":"react","opId":"00000000-0000-7000-8000-000000000001","messageId":"00000000-0000-7000-8000-000000000002","emoji":"👍","on":true}"#;
        let op: Op = serde_json::from_str(json).expect("a valid op");
        assert_eq!(op.name(), "react");
        assert_eq!(serde_json::to_string(&op).expect("serialises"), json);
    }

    #[test]
    fn every_op_is_read_as_it_was_written() {
        let op_id = OpId::from_bytes([1; 16]);
        let message_id = MessageId::from_bytes([2; 16]);
        let content = Body::new("Hei!").expect("has content");
        let user_id = UserId::new("kari").expect("a valid id");
        let ops = [
            Op::Send {
                id: message_id,
                content: content.clone(),
                reply_to: Some(message_id),
                thread_root: None,
            },
            Op::Edit {
                op_id,
                message_id,
                content,
            },
            Op::Delete { op_id, message_id },
            Op::React {
                op_id,
                message_id,
                emoji: Emoji::try_from("👍".to_owned()).expect("an emoji"),
                on: false,
            },
            Op::AddParticipant {
                op_id,
                user_id: user_id.clone(),
                role: Role::Guardian,
            },
            Op::SetRole {
                op_id,
                user_id: user_id.clone(),
                role: Role::Tutor,
            },
            Op::RemoveParticipant { op_id, user_id },
            Op::UpdateChat {
                op_id,
                title: None,
                history: Some(HistoryRule::All),
            },
        ];
        for op in ops {
            let json = serde_json::to_value(&op).expect("serialises");
            assert_eq!(json["op"], op.name());
            assert_eq!(serde_json::from_value::<Op>(json.clone()).ok(), Some(op));
            // Each needs all its fields but those that may be absent.
            for field in json.as_object().expect("is an object").keys() {
                let optional = ["replyTo", "history"].contains(&field.as_str());
                let mut less = json.clone();
                less.as_object_mut().expect("is an object").remove(field);
                let read = serde_json::from_value::<Op>(less);
                assert_eq!(read.is_ok(), optional, "without {field}");
            }
        }
    }
}
