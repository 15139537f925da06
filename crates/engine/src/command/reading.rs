//! Commands as they are read: flat, as [`samtale_model::missing`] explains.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use samtale_model::missing::{Missing, need};
use samtale_model::reaction::Emoji;
use samtale_model::{
    ChatId, HistoryRule, MessageId, OpId, PrivateKey, Role, Status, Title, UserId,
};
use samtale_protocol::http::NewParticipant;

use super::{Command, Mute};
use crate::Settings;

/// The kinds of commands.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Connect,
    Disconnect,
    Reconnect,
    OpenChat,
    CloseChat,
    Send,
    Edit,
    Delete,
    React,
    Retry,
    RetryAll,
    Cancel,
    LoadOlder,
    LoadMoreChats,
    MarkRead,
    Typing,
    SetStatus,
    SetLocation,
    SetDraft,
    Mute,
    SetPrivate,
    Search,
    SearchMore,
    CreateChat,
    AddParticipant,
    RemoveParticipant,
    Leave,
    SetRole,
    UpdateChat,
    Configure,
    SignOut,
}

/// Every field that a command may have.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flat {
    command: Kind,
    /// A message's, or a chat's.
    id: Option<OpId>,
    chat: Option<ChatId>,
    message: Option<MessageId>,
    op: Option<OpId>,
    user: Option<UserId>,
    content: Option<String>,
    reply_to: Option<MessageId>,
    thread_root: Option<MessageId>,
    max_retries: Option<u32>,
    persist: Option<bool>,
    emoji: Option<Emoji>,
    on: Option<bool>,
    limit: Option<u32>,
    status: Option<Status>,
    at: Option<String>,
    text: Option<String>,
    query: Option<String>,
    mute: Option<Mute>,
    key: Option<PrivateKey>,
    /// Null is a value here.
    #[serde(default, deserialize_with = "present")]
    value: Option<Value>,
    title: Option<Title>,
    history: Option<HistoryRule>,
    participants: Option<Vec<NewParticipant>>,
    role: Option<Role>,
    settings: Option<Settings>,
    wipe: Option<bool>,
}

fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

impl TryFrom<Flat> for Command {
    type Error = Missing;

    fn try_from(flat: Flat) -> Result<Self, Missing> {
        let chat = need(flat.chat, "chat");
        let message = need(flat.message, "message");
        let op = need(flat.op, "op");
        let user = need(flat.user, "user");
        let content = need(flat.content, "content");
        let on = need(flat.on, "on");
        let role = need(flat.role, "role");
        Ok(match flat.command {
            Kind::Connect => Self::Connect,
            Kind::Disconnect => Self::Disconnect,
            Kind::Reconnect => Self::Reconnect,
            Kind::OpenChat => Self::OpenChat { chat: chat? },
            Kind::CloseChat => Self::CloseChat { chat: chat? },
            Kind::Send => Self::Send {
                chat: chat?,
                content: content?,
                reply_to: flat.reply_to,
                thread_root: flat.thread_root,
                id: flat.id.map(|id| MessageId(id.0)),
                max_retries: flat.max_retries,
                persist: flat.persist.unwrap_or(true),
            },
            Kind::Edit => Self::Edit {
                chat: chat?,
                message: message?,
                content: content?,
            },
            Kind::Delete => Self::Delete {
                chat: chat?,
                message: message?,
            },
            Kind::React => Self::React {
                chat: chat?,
                message: message?,
                emoji: need(flat.emoji, "emoji")?,
                on: on?,
            },
            Kind::Retry => Self::Retry { op: op? },
            Kind::RetryAll => Self::RetryAll,
            Kind::Cancel => Self::Cancel { op: op? },
            Kind::LoadOlder => Self::LoadOlder {
                chat: chat?,
                limit: flat.limit,
            },
            Kind::LoadMoreChats => Self::LoadMoreChats,
            Kind::MarkRead => Self::MarkRead { chat: chat? },
            Kind::Typing => Self::Typing {
                chat: chat?,
                on: on?,
            },
            Kind::SetStatus => Self::SetStatus {
                status: flat.status,
            },
            Kind::SetLocation => Self::SetLocation { at: flat.at },
            Kind::SetDraft => Self::SetDraft {
                chat: chat?,
                text: need(flat.text, "text")?,
            },
            Kind::Mute => Self::Mute {
                chat: chat?,
                mute: need(flat.mute, "mute")?,
            },
            Kind::SetPrivate => Self::SetPrivate {
                key: need(flat.key, "key")?,
                value: need(flat.value, "value")?,
            },
            Kind::Search => Self::Search {
                query: need(flat.query, "query")?,
                chat: flat.chat,
            },
            Kind::SearchMore => Self::SearchMore,
            Kind::CreateChat => Self::CreateChat {
                id: flat.id.map(|id| ChatId(id.0)),
                title: flat.title,
                history: flat.history.unwrap_or_default(),
                participants: need(flat.participants, "participants")?,
            },
            Kind::AddParticipant => Self::AddParticipant {
                chat: chat?,
                user: user?,
                role: role?,
            },
            Kind::RemoveParticipant => Self::RemoveParticipant {
                chat: chat?,
                user: user?,
            },
            Kind::Leave => Self::Leave { chat: chat? },
            Kind::SetRole => Self::SetRole {
                chat: chat?,
                user: user?,
                role: role?,
            },
            Kind::UpdateChat => Self::UpdateChat {
                chat: chat?,
                title: flat.title,
                history: flat.history,
            },
            Kind::Configure => Self::Configure {
                settings: need(flat.settings, "settings")?,
            },
            Kind::SignOut => Self::SignOut {
                wipe: need(flat.wipe, "wipe")?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: &str = r#""chat":"00000000-0000-7000-8000-000000000001""#;
    const ID: &str = r#""00000000-0000-7000-8000-000000000002""#;

    /// One of each command, with every field that it may have.
    fn all() -> Vec<String> {
        let fields = [
            r#""connect""#.to_owned(),
            r#""disconnect""#.to_owned(),
            r#""reconnect""#.to_owned(),
            format!(r#""openChat",{CHAT}"#),
            format!(r#""closeChat",{CHAT}"#),
            format!(
                r#""send",{CHAT},"content":"Hei!","replyTo":{ID},"threadRoot":{ID},"id":{ID},"maxRetries":3,"persist":false"#
            ),
            format!(r#""edit",{CHAT},"message":{ID},"content":"Hei!""#),
            format!(r#""delete",{CHAT},"message":{ID}"#),
            format!(r#""react",{CHAT},"message":{ID},"emoji":"👍","on":true"#),
            format!(r#""retry","op":{ID}"#),
            r#""retryAll""#.to_owned(),
            format!(r#""cancel","op":{ID}"#),
            format!(r#""loadOlder",{CHAT},"limit":7"#),
            r#""loadMoreChats""#.to_owned(),
            format!(r#""markRead",{CHAT}"#),
            format!(r#""typing",{CHAT},"on":false"#),
            r#""setStatus","status":"busy""#.to_owned(),
            r#""setLocation","at":"lesson""#.to_owned(),
            format!(r#""setDraft",{CHAT},"text":"Hei""#),
            format!(r#""mute",{CHAT},"mute":"on""#),
            r#""setPrivate","key":"setting:sound","value":null"#.to_owned(),
            format!(r#""search","query":"hei",{CHAT}"#),
            r#""searchMore""#.to_owned(),
            format!(
                r#""createChat","id":{ID},"title":"Matte","history":"all","participants":[{{"userId":"ola","role":"student"}}]"#
            ),
            format!(r#""addParticipant",{CHAT},"user":"ola","role":"tutor""#),
            format!(r#""removeParticipant",{CHAT},"user":"ola""#),
            format!(r#""leave",{CHAT}"#),
            format!(r#""setRole",{CHAT},"user":"ola","role":"observer""#),
            format!(r#""updateChat",{CHAT},"title":"Matte","history":"all""#),
            r#""configure","settings":{"maxRetries":1}"#.to_owned(),
            r#""signOut","wipe":true"#.to_owned(),
        ];
        fields
            .into_iter()
            .map(|fields| format!(r#"{{"command":{fields}}}"#))
            .collect()
    }

    #[test]
    fn every_command_is_read_as_it_is_written() {
        for json in all() {
            let command: Command = serde_json::from_str(&json).expect(&json);
            let given: Value = serde_json::from_str(&json).expect("is JSON");
            let written = serde_json::to_value(&command).expect("serialises");
            assert_eq!(written["command"], command.name());
            for (field, value) in given.as_object().expect("is an object") {
                if field != "settings" {
                    assert_eq!(&written[field], value, "{field} of {json}");
                }
            }
            let again = serde_json::from_value::<Command>(written);
            assert!(again.is_ok_and(|again| again == command), "{json}");
        }
    }

    #[test]
    fn what_lacks_a_field_is_told_which() {
        let optional = [
            "replyTo",
            "threadRoot",
            "id",
            "maxRetries",
            "persist",
            "limit",
            "status",
            "at",
            "title",
            "history",
        ];
        for json in all() {
            let whole: Value = serde_json::from_str(&json).expect("is JSON");
            for field in whole.as_object().expect("is an object").keys() {
                let mut less = whole.clone();
                less.as_object_mut().expect("is an object").remove(field);
                let anywhere = field == "chat" && whole["command"] == "search";
                match serde_json::from_value::<Command>(less) {
                    Ok(_) => assert!(anywhere || optional.contains(&field.as_str()), "{field}"),
                    Err(error) => {
                        let expected = format!("missing field `{field}`");
                        assert_eq!(error.to_string(), expected, "of {json}");
                    }
                }
            }
        }
    }
}
