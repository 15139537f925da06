//! What is held of a chat, bare: for whoever checks it against the truth.

use samtale_model::{
    Chat, ChatId, Cursor, Message, MessageId, Participant, Reaction, ReactionCount, Seq,
};

use super::Engine;
use crate::replica::Replica;

/// What is held of a chat on the server, as it was told: nothing optimistic is in it.
///
/// For whoever checks the law: these rows are what a fresh reader would get, over the range from
/// [`Self::floor`] to [`Self::cursor`].
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    replica: &'a Replica,
    cursor: &'a Cursor,
}

impl<'a> Held<'a> {
    /// Returns up to where the rows are known.
    pub const fn cursor(&self) -> &'a Cursor {
        self.cursor
    }

    /// Returns from where on messages are held; zero: from the first.
    pub const fn floor(&self) -> Seq {
        self.replica.floor
    }

    /// Returns the chat's own row.
    pub const fn chat(&self) -> Option<&'a Chat> {
        self.replica.chat.as_ref()
    }

    /// Returns those who are or were in the chat, by user id.
    pub fn participants(&self) -> impl Iterator<Item = &'a Participant> + use<'a> {
        self.replica.participants.values()
    }

    /// Returns the messages, the oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &'a Message> + use<'a> {
        self.replica.messages.values()
    }

    /// Returns the known reactions to a message, by user id, and the counts of all.
    pub fn reactions(
        &self,
        message: MessageId,
    ) -> Option<(
        impl Iterator<Item = &'a Reaction> + use<'a>,
        &'a [ReactionCount],
    )> {
        let reactions = self.replica.reactions.get(&message)?;
        Some((reactions.rows.values(), reactions.counts.as_slice()))
    }
}

impl Engine {
    /// Returns what is held of a chat on the server; none before the server was heard of it.
    pub fn held(&self, chat: ChatId) -> Option<Held<'_>> {
        let replica = &self.chats.get(&chat)?.replica;
        let cursor = replica.cursor.as_ref()?;
        Some(Held { replica, cursor })
    }
}
