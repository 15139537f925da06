//! An op that a person asked for, and how it stands as far as they were told.

use samtale_engine::{Command, Made};
use samtale_model::{ChatId, Emoji, MessageId, UserId};
use samtale_protocol::ErrorCode;

use crate::clock::Millis;

/// A kind of op.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sends a message; whether it answers another or goes into a thread.
    Send {
        /// Whether it refers to another message.
        refers: bool,
    },
    /// Edits one.
    Edit,
    /// Deletes one.
    Delete,
    /// Sets or takes back an emoji.
    React(Emoji, bool),
    /// Adds someone.
    Add(UserId),
    /// Removes someone.
    Remove(UserId),
    /// Gives someone a role.
    Rank(UserId),
    /// Changes title or rule.
    Update,
}

/// How an op stands, as far as its person was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Under way.
    Pending,
    /// The server has it.
    Done,
    /// Refused for good.
    Failed(ErrorCode),
    /// It asks before it goes.
    Expired,
    /// Given up, or swallowed.
    Cancelled,
}

/// An op that a person asked for.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Where.
    pub chat: ChatId,
    /// What.
    pub kind: Kind,
    /// The message it is about.
    pub message: Option<MessageId>,
    /// The markers of its words: the first, and those of edits folded into it.
    pub words: Vec<u64>,
    /// Its place among all of the device's ops.
    pub order: u64,
    /// When.
    pub at: Millis,
    /// Since when it waits: a retry by hand begins anew.
    pub waits: Millis,
    /// How it stands.
    pub told: Told,
    /// Whether its person was told that it survives a closed program.
    pub kept: bool,
    /// Whether it is never stored.
    pub volatile: bool,
    /// Whether it was ever parked: retried by hand, it joins the tail.
    pub parked: bool,
    /// In which life of the device it was last changed by a person.
    pub life: u32,
    /// In which life it was first asked for.
    pub born: u32,
    /// In which life its words were last given.
    pub worded: u32,
    /// In which life it was last seen in the outbox.
    pub seen: u32,
    /// Whether it may be lost without a word: the device was killed, or wiped, before it said that the op was kept.
    pub excused: bool,
}

impl Issued {
    /// Returns whether a device that lives its `life`-th life is bound to have it: it was asked for or seen in that life.
    pub const fn is_of(&self, life: u32) -> bool {
        self.seen == life
    }

    /// Returns whether it is parked: refused or expired, and of a kind that is kept to be retried. What else is refused is
    /// dropped.
    pub const fn is_parked(&self) -> bool {
        matches!(self.told, Told::Failed(_) | Told::Expired)
            && matches!(self.kind, Kind::Send { .. } | Kind::Edit | Kind::Delete)
    }

    /// Returns whether it has come to an end.
    pub const fn is_over(&self) -> bool {
        matches!(self.told, Told::Done | Told::Cancelled)
    }
}

/// Returns what a command that made an op is about: the chat, the kind, the message.
pub fn what(
    command: &Command,
    made: Made,
    me: &UserId,
) -> Option<(ChatId, Kind, Option<MessageId>)> {
    Some(match command {
        Command::Send {
            chat,
            reply_to,
            thread_root,
            ..
        } => {
            let Made::Message(id) = made else { return None };
            let refers = reply_to.is_some() || thread_root.is_some();
            (*chat, Kind::Send { refers }, Some(id))
        }
        Command::Edit { chat, message, .. } => (*chat, Kind::Edit, Some(*message)),
        Command::Delete { chat, message } => (*chat, Kind::Delete, Some(*message)),
        Command::React {
            chat,
            message,
            emoji,
            on,
        } => (*chat, Kind::React(emoji.clone(), *on), Some(*message)),
        Command::AddParticipant { chat, user, .. } => (*chat, Kind::Add(user.clone()), None),
        Command::RemoveParticipant { chat, user } => (*chat, Kind::Remove(user.clone()), None),
        Command::Leave { chat } => (*chat, Kind::Remove(me.clone()), None),
        Command::SetRole { chat, user, .. } => (*chat, Kind::Rank(user.clone()), None),
        Command::UpdateChat { chat, .. } => (*chat, Kind::Update, None),
        _ => return None,
    })
}
