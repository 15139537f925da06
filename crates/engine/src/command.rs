//! What a person asks of the engine, and how it answers at once.

use std::fmt;

use serde::{Deserialize, Serialize};

use samtale_model::reaction::Emoji;
use samtale_model::{
    ChatId, HistoryRule, MessageId, OpId, PrivateKey, Role, Status, Title, UserId,
};
use samtale_protocol::http::NewParticipant;

use crate::Settings;

mod reading;

use reading::Flat;

/// Something a person, or the program for them, wants done.
///
/// Every command takes effect in the view at once; what needs the server is kept until it is there.
/// [`crate::Engine::command`] tells the id of what a command made.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(
    tag = "command",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    try_from = "Flat"
)]
pub enum Command {
    /// Seeks the connection, and keeps it.
    Connect,
    /// Lets the connection go, until the next [`Command::Connect`].
    Disconnect,
    /// Drops the connection if there is one and seeks it anew, forgetting earlier failures.
    Reconnect,
    /// Says that a chat is on a screen: it is joined first, kept whole, and its messages can be read.
    OpenChat {
        /// The chat.
        chat: ChatId,
    },
    /// Takes back one [`Command::OpenChat`].
    CloseChat {
        /// The chat.
        chat: ChatId,
    },
    /// Sends a message.
    Send {
        /// The chat.
        chat: ChatId,
        /// The words: not blank, at most 10,000 characters.
        content: String,
        /// The message it answers, sent or not yet.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        reply_to: Option<MessageId>,
        /// The message whose thread it goes into.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        thread_root: Option<MessageId>,
        /// Its id, where the host made one already: a UUIDv7 of fresh randomness.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        id: Option<MessageId>,
        /// How often it is tried again after the server could not take it, before it fails; none:
        /// as configured.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        max_retries: Option<u32>,
        /// Whether it is stored until the server has it, as it is by default. False: it lives as
        /// long as the program, and leaves without waiting for the storage.
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
        persist: bool,
    },
    /// Replaces the words of one's own message.
    Edit {
        /// The chat.
        chat: ChatId,
        /// The message.
        message: MessageId,
        /// The new words.
        content: String,
    },
    /// Deletes a message. One that never left is simply gone.
    Delete {
        /// The chat.
        chat: ChatId,
        /// The message.
        message: MessageId,
    },
    /// Sets or takes back one's own reaction.
    React {
        /// The chat.
        chat: ChatId,
        /// The message.
        message: MessageId,
        /// The emoji.
        emoji: Emoji,
        /// True to set it, false to take it back.
        on: bool,
    },
    /// Puts a failed op, or one that waited too long, at the tail of its chat's queue.
    Retry {
        /// The op; a message's id for a send.
        op: OpId,
    },
    /// Does so with all of them, in the order they were made.
    RetryAll,
    /// Gives up an op that has not been attempted, or has failed, or waited too long.
    Cancel {
        /// The op; a message's id for a send.
        op: OpId,
    },
    /// Asks for an older page of a chat's messages.
    LoadOlder {
        /// The chat.
        chat: ChatId,
        /// How many, up to the most that the server gives at once; none: a page as configured.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        limit: Option<u32>,
    },
    /// Asks for the next page of the list of chats.
    LoadMoreChats,
    /// Says that the newest messages of an open chat are on the screen. Without effect while hidden.
    MarkRead {
        /// The chat.
        chat: ChatId,
    },
    /// Says that a key was pressed in a composer, or that the composer was left.
    Typing {
        /// The chat.
        chat: ChatId,
        /// True for a key, false once stopped.
        on: bool,
    },
    /// Sets one's own status; none lets activity decide between online and away.
    SetStatus {
        /// The status.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        status: Option<Status>,
    },
    /// Says which page one is at; told only where the configuration shares it.
    SetLocation {
        /// A page's name, at most 64 bytes.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        at: Option<String>,
    },
    /// Keeps what stands in a composer; empty removes it.
    SetDraft {
        /// The chat.
        chat: ChatId,
        /// The text.
        text: String,
    },
    /// Mutes a chat.
    Mute {
        /// The chat.
        chat: ChatId,
        /// Whether, and until when.
        mute: Mute,
    },
    /// Writes any other private row: a block or a setting. Null removes it.
    SetPrivate {
        /// The row.
        key: PrivateKey,
        /// The value.
        #[cfg_attr(feature = "ts", ts(type = "unknown"))]
        value: serde_json::Value,
    },
    /// Searches messages; [`crate::Engine::search`] has the result.
    Search {
        /// The words; blank ends the search.
        query: String,
        /// Only in this chat.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        chat: Option<ChatId>,
    },
    /// Asks for the next page of the search.
    SearchMore,
    /// Makes a chat.
    CreateChat {
        /// Its id, where the host made one already: a UUIDv7 of fresh randomness.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        id: Option<ChatId>,
        /// The title.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        title: Option<Title>,
        /// How far back people who are added later see.
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<HistoryRule>"))]
        history: HistoryRule,
        /// Who else is in it.
        participants: Vec<NewParticipant>,
    },
    /// Adds someone.
    AddParticipant {
        /// The chat.
        chat: ChatId,
        /// Whom.
        user: UserId,
        /// As what.
        role: Role,
    },
    /// Removes someone.
    RemoveParticipant {
        /// The chat.
        chat: ChatId,
        /// Whom.
        user: UserId,
    },
    /// Leaves a chat.
    Leave {
        /// The chat.
        chat: ChatId,
    },
    /// Gives a participant another role.
    SetRole {
        /// The chat.
        chat: ChatId,
        /// Whom.
        user: UserId,
        /// The new role.
        role: Role,
    },
    /// Changes a chat's title or history rule; what is absent stays.
    UpdateChat {
        /// The chat.
        chat: ChatId,
        /// The new title.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        title: Option<Title>,
        /// The new history rule.
        #[cfg_attr(feature = "ts", ts(optional = nullable))]
        history: Option<HistoryRule>,
    },
    /// Changes what may be changed while the engine runs; it takes effect at once.
    Configure {
        /// What changes.
        settings: Settings,
    },
    /// Ends the session. The engine is then inert: make a new one for the next.
    SignOut {
        /// Whether everything stored is deleted, unsent messages included.
        wipe: bool,
    },
}

impl Command {
    /// Makes the command that sends a message, with nothing out of the ordinary.
    pub const fn send(chat: ChatId, content: String) -> Self {
        Self::Send {
            chat,
            content,
            reply_to: None,
            thread_root: None,
            id: None,
            max_retries: None,
            persist: true,
        }
    }

    /// Returns the command's name, as it stands in its JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::Reconnect => "reconnect",
            Self::OpenChat { .. } => "openChat",
            Self::CloseChat { .. } => "closeChat",
            Self::Send { .. } => "send",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::React { .. } => "react",
            Self::Retry { .. } => "retry",
            Self::RetryAll => "retryAll",
            Self::Cancel { .. } => "cancel",
            Self::LoadOlder { .. } => "loadOlder",
            Self::LoadMoreChats => "loadMoreChats",
            Self::MarkRead { .. } => "markRead",
            Self::Typing { .. } => "typing",
            Self::SetStatus { .. } => "setStatus",
            Self::SetLocation { .. } => "setLocation",
            Self::SetDraft { .. } => "setDraft",
            Self::Mute { .. } => "mute",
            Self::SetPrivate { .. } => "setPrivate",
            Self::Search { .. } => "search",
            Self::SearchMore => "searchMore",
            Self::CreateChat { .. } => "createChat",
            Self::AddParticipant { .. } => "addParticipant",
            Self::RemoveParticipant { .. } => "removeParticipant",
            Self::Leave { .. } => "leave",
            Self::SetRole { .. } => "setRole",
            Self::UpdateChat { .. } => "updateChat",
            Self::Configure { .. } => "configure",
            Self::SignOut { .. } => "signOut",
        }
    }
}

impl CommandError {
    /// Returns the error's stable name, as it stands in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ContentEmpty => "content_empty",
            Self::ContentTooLong => "content_too_long",
            Self::QueueFull => "queue_full",
            Self::UnknownMessage => "unknown_message",
            Self::UnknownOp => "unknown_op",
            Self::UnknownChat => "unknown_chat",
            Self::NotYours => "not_yours",
            Self::IdTaken => "id_taken",
            Self::BadSetting(_) => "bad_setting",
            Self::TooLarge => "too_large",
            Self::SignedOut => "signed_out",
        }
    }
}

/// Only the name: what a person wrote stays out of logs.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({})", self.name())
    }
}

/// Whether a chat is muted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Mute {
    /// It is not.
    Off,
    /// It is.
    On,
    /// Until a moment.
    Until(samtale_model::UnixMillis),
}

/// What a command made, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "made", content = "id", rename_all = "snake_case")]
pub enum Made {
    /// Nothing that has an id.
    Nothing,
    /// A message.
    Message(MessageId),
    /// An op; [`crate::Change::Op`] tells what becomes of it.
    Op(OpId),
    /// A chat.
    Chat(ChatId),
}

/// Why a command was refused at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CommandError {
    /// The message has no content.
    #[error("a message can't be empty")]
    ContentEmpty,
    /// The message is too long.
    #[error("a message has at most 10,000 characters")]
    ContentTooLong,
    /// Too many or too large ops are unsent.
    #[error("too much is waiting to be sent")]
    QueueFull,
    /// There is no such message here.
    #[error("no such message")]
    UnknownMessage,
    /// There is no such op, or it can't be given up or retried now.
    #[error("no such op, or not in a state for this")]
    UnknownOp,
    /// There is no such chat here.
    #[error("no such chat")]
    UnknownChat,
    /// The message is somebody else's, or the row is written by the server alone.
    #[error("not yours to change")]
    NotYours,
    /// The id that the host gave is in use.
    #[error("the id is taken")]
    IdTaken,
    /// A setting is out of its bounds.
    #[error("{0} is out of bounds")]
    BadSetting(
        /// Its name, as it stands in JSON.
        #[serde(skip)]
        &'static str,
    ),
    /// The value is larger than allowed.
    #[error("the value is too large")]
    TooLarge,
    /// The session was ended.
    #[error("signed out")]
    SignedOut,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_names_a_command_and_keeps_its_words() {
        let command = Command::Search {
            query: "hemmelig".into(),
            chat: None,
        };
        assert_eq!(format!("{command:?}"), "Command(search)");
        let json = serde_json::to_value(&command).expect("serialises");
        assert_eq!(json["command"], command.name());
    }
}
