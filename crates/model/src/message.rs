//! What is said: a message, its body and the rules a body follows.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ChatId, MessageId, Seq, UnixMillis, UserId};

/// What a message is; a client shows a kind that it does not know by its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "'text' | (string & {})"))]
#[serde(from = "String", into = "String")]
pub enum MessageKind {
    /// Words.
    #[default]
    Text,
    /// A kind of a newer version: `file`, `voice`, `appointment`, `system` are reserved.
    Other(String),
}

impl MessageKind {
    /// Returns the kind's name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text => "text",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for MessageKind {
    fn from(name: String) -> Self {
        if name == "text" {
            Self::Text
        } else {
            Self::Other(name)
        }
    }
}

impl From<MessageKind> for String {
    fn from(kind: MessageKind) -> Self {
        kind.as_str().into()
    }
}

/// The words of a message, kept byte for byte; never shown by `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
#[serde(transparent)]
pub struct Body(String);

/// Why a text can't be the content of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// It has nothing but white space.
    #[error("a message can't be empty")]
    Empty,
    /// It has more than [`Body::MAX_CHARS`] characters.
    #[error("a message has at most {} characters", Body::MAX_CHARS)]
    TooLong,
}

impl Body {
    /// The greatest length, in characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 10_000;

    /// Parses the content of a message: not blank, at most [`Self::MAX_CHARS`] characters.
    pub fn new(text: impl Into<String>) -> Result<Self, ContentError> {
        let body = Self(text.into());
        body.check().map(|()| body)
    }

    /// Takes text that was checked when it was written, or that is a tombstone's empty body.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Checks the rules of [`Self::new`] on a body that came by deserialisation.
    pub fn check(&self) -> Result<(), ContentError> {
        // A character has at most four bytes, so most texts need no count.
        if self.0.len() > Self::MAX_CHARS && self.0.chars().count() > Self::MAX_CHARS {
            return Err(ContentError::TooLong);
        }
        if self.0.trim().is_empty() {
            return Err(ContentError::Empty);
        }
        Ok(())
    }

    /// Returns the words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

/// A message in its present state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The id, made by the sender.
    pub id: MessageId,
    /// The chat it belongs to.
    pub chat_id: ChatId,
    /// The commit that last changed this row.
    pub seq: Seq,
    /// The commit that created it: its place in the timeline.
    pub created_seq: Seq,
    /// Who sent it.
    pub sender_id: UserId,
    /// What it is.
    #[serde(default)]
    pub kind: MessageKind,
    /// The words; empty once deleted.
    pub content: Body,
    /// The message that it answers, quoted above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub reply_to: Option<MessageId>,
    /// The message whose thread it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub thread_root: Option<MessageId>,
    /// How many messages its thread has, where it is a root.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<u32>"))]
    pub thread_count: u32,
    /// When the server took it.
    pub created_at: UnixMillis,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub edited_at: Option<UnixMillis>,
    /// When it was deleted: what remains is a tombstone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub deleted_at: Option<UnixMillis>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if passes a reference"
)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_one_to_ten_thousand_characters() {
        assert_eq!(Body::new(""), Err(ContentError::Empty));
        assert_eq!(Body::new(" \n\t\u{a0}"), Err(ContentError::Empty));
        assert!(Body::new("😀".repeat(10_000)).is_ok());
        assert_eq!(Body::new("a".repeat(10_001)), Err(ContentError::TooLong));
    }

    #[test]
    fn content_is_kept_byte_for_byte() {
        let text = " e\u{301}\r\n\0 \u{202e}abc ";
        assert_eq!(Body::new(text).expect("valid").as_str(), text);
    }

    #[test]
    fn debug_never_shows_the_words() {
        let body = Body::new("hemmelig").expect("valid");
        assert!(!format!("{body:?}").contains("hemmelig"));
    }
}
