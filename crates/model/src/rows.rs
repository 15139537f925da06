//! The rows of one commit, and the one rule by which rows merge: the greater seq wins.

use serde::{Deserialize, Serialize};

use crate::{Chat, ChatId, Lineage, Message, Participant, Reaction, Seq};

/// Shared rows of a chat in their new state, each stamped with the commit that changed it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Rows {
    /// The chat itself, where it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub chat: Option<Chat>,
    /// Changed participants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<Participant>>"))]
    pub participants: Vec<Participant>,
    /// Changed messages, by `createdSeq`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<Message>>"))]
    pub messages: Vec<Message>,
    /// Changed reactions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<Reaction>>"))]
    pub reactions: Vec<Reaction>,
    /// Messages that others here answer, in their present state: context, not a part of any range.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<Message>>"))]
    pub quoted: Vec<Message>,
}

impl Rows {
    /// Returns whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.chat.is_none()
            && self.participants.is_empty()
            && self.messages.is_empty()
            && self.reactions.is_empty()
            && self.quoted.is_empty()
    }

    /// Keeps only the messages, reactions and quotes whose message `visible` accepts, by its `createdSeq`.
    ///
    /// A reaction follows its message, which `created_seq_of` looks up where it is not among these rows.
    #[must_use]
    pub fn visible_by(
        mut self,
        visible: impl Fn(Seq) -> bool,
        created_seq_of: impl Fn(crate::MessageId) -> Option<Seq>,
    ) -> Self {
        self.reactions.retain(|reaction| {
            let listed = self
                .messages
                .iter()
                .find(|m| m.id == reaction.message_id)
                .map(|m| m.created_seq);
            listed
                .or_else(|| created_seq_of(reaction.message_id))
                .is_some_and(&visible)
        });
        self.messages.retain(|message| visible(message.created_seq));
        self.quoted.retain(|message| visible(message.created_seq));
        self
    }
}

/// One atomic commit in a chat: what every live reader gets, and applies if it follows their cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Envelope {
    /// The chat.
    pub chat: ChatId,
    /// The store's lineage: the part of the epoch that all readers share.
    pub epoch: Lineage,
    /// The commit's place.
    pub seq: Seq,
    /// What changed.
    pub rows: Rows,
}

/// A row that carries the seq of its last change.
pub trait Stamped {
    /// Returns the commit that last changed the row.
    fn seq(&self) -> Seq;
}

macro_rules! stamped {
    ($($row:ty),*) => {
        $(impl Stamped for $row {
            fn seq(&self) -> Seq {
                self.seq
            }
        })*
    };
}

stamped!(Chat, Message, Participant, Reaction, crate::PrivateRow);

/// Puts `incoming` in the place of `held` if it is newer, and tells whether it did.
pub fn merge<R: Stamped>(held: &mut R, incoming: R) -> bool {
    let newer = incoming.seq() > held.seq();
    if newer {
        *held = incoming;
    }
    newer
}
