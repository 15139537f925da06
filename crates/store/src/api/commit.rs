//! What the store tells of its commits, in commit order, before it answers the writers.

use std::sync::Arc;

use samtale_model::{ChatId, Envelope, MessageId, PrivateRow, Receipt, Rows, Seq, UserId};

use super::{Profile, Visibility};

/// Something that is on disk now.
#[derive(Clone, Debug)]
pub enum Commit {
    /// A chat took its next seq.
    Chat(Arc<ChatCommit>),
    /// A user's private state took its next seq.
    Private(Arc<PrivateCommit>),
    /// A receipt moved; it takes no seq.
    Receipt {
        /// The chat.
        chat: ChatId,
        /// The new watermarks.
        receipt: Receipt,
        /// Whether the person counts for ticks.
        counts: bool,
    },
    /// Someone came for the first time, or looks otherwise now.
    User(Arc<UserCommit>),
    /// A user was erased: their connections close.
    Erased(UserId),
}

/// A user's profile as a token brought it.
#[derive(Clone, Debug)]
pub struct UserCommit {
    /// The profile as it is now.
    pub profile: Profile,
    /// Whether they were unknown before.
    pub new: bool,
    /// The chats that list them.
    pub chats: Vec<ChatId>,
}

/// One commit of a chat, with what rooms need to route it.
#[derive(Clone, Debug)]
pub struct ChatCommit {
    /// What every reader who sees all of it gets.
    pub envelope: Envelope,
    /// Who did it; none where it was the system.
    pub actor: Option<UserId>,
    /// When messages were created to which the envelope's reactions belong, where they are not in it.
    pub created: Vec<(MessageId, Seq)>,
    /// Who came, left or sees otherwise from this commit on. Applied before the envelope is forwarded.
    pub membership: Vec<MembershipChange>,
    /// How many are in the chat after this commit.
    pub members: u32,
}

impl ChatCommit {
    /// Returns when the oldest message was created that the envelope tells of; none where it tells of no message.
    pub fn oldest(&self) -> Option<Seq> {
        let rows = &self.envelope.rows;
        let messages = rows
            .messages
            .iter()
            .chain(&rows.quoted)
            .map(|message| message.created_seq);
        messages
            .chain(self.created.iter().map(|(_, seq)| *seq))
            .min()
    }

    /// Returns the rows that someone of that visibility may see.
    pub fn rows_for(&self, visibility: &Visibility) -> Rows {
        let created = |id: MessageId| {
            self.created
                .iter()
                .find(|(message, _)| *message == id)
                .map(|(_, seq)| *seq)
        };
        self.envelope
            .rows
            .clone()
            .visible_by(|seq| visibility.sees(seq), created)
    }
}

/// A change of who is in a chat, or of what they see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MembershipChange {
    /// Someone was added or came back.
    Joined(UserId),
    /// Someone is out.
    Left {
        /// Who.
        user: UserId,
        /// Whether they went by themselves.
        by_themselves: bool,
    },
    /// Someone's generation was bumped: what they hold is to be reset.
    Reset(UserId),
    /// Someone's role changed.
    Role(UserId),
}

/// One commit of a user's private state.
#[derive(Clone, Debug)]
pub struct PrivateCommit {
    /// Whose.
    pub user: UserId,
    /// The commit's place in the user's own counter.
    pub seq: Seq,
    /// The changed rows.
    pub rows: Vec<PrivateRow>,
}

/// Where commits go. It is called on the writer's thread: it hands over and returns.
pub trait CommitSink: Send + Sync {
    /// Takes a commit, in commit order.
    fn committed(&self, commit: Commit);
}
