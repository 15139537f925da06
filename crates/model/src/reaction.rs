//! Reactions: one row per message and user, holding that user's emoji.

use serde::{Deserialize, Serialize};

use crate::{MessageId, Seq, UserId};

/// One emoji: 1 to 64 bytes without white space, control characters or ASCII letters and marks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct Emoji(String);

impl Emoji {
    /// The greatest length, in bytes: a family with skin tones has about forty.
    pub const MAX_BYTES: usize = 64;

    /// Returns the emoji as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no emoji.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reaction is one emoji")]
pub struct EmojiError;

impl TryFrom<String> for Emoji {
    type Error = EmojiError;

    fn try_from(text: String) -> Result<Self, EmojiError> {
        // Keycaps are a digit, `#` or `*` followed by U+20E3; nothing else in ASCII starts an emoji.
        let keycap = text.ends_with('\u{20e3}');
        let fits = (1..=Self::MAX_BYTES).contains(&text.len())
            && !text
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || c.is_alphabetic())
            && (keycap || !text.starts_with(|c: char| c.is_ascii()));
        fits.then_some(Self(text)).ok_or(EmojiError)
    }
}

impl From<Emoji> for String {
    fn from(emoji: Emoji) -> Self {
        emoji.0
    }
}

/// How many have reacted with one emoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReactionCount {
    /// The emoji.
    pub emoji: Emoji,
    /// How many people.
    pub count: u32,
}

/// One user's reactions to one message, with the counts of all as of the same commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// The message.
    pub message_id: MessageId,
    /// Who reacted.
    pub user_id: UserId,
    /// The commit that last changed this row.
    pub seq: Seq,
    /// This user's emoji, in the order they were set; empty once all are taken back.
    pub emoji: Vec<Emoji>,
    /// What everyone has set, the most frequent first (ties by emoji), as of `countsSeq`.
    pub counts: Vec<ReactionCount>,
    /// The commit the counts were taken at; the greater wins.
    pub counts_seq: Seq,
}

impl Reaction {
    /// The most emoji one user may set on one message.
    pub const MAX_PER_USER: usize = 6;
    /// The most rows that a page carries for one message; beyond it the counts and one's own row.
    pub const MAX_LISTED: usize = 50;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_an_emoji() {
        for good in ["👍", "❤️", "👨‍👩‍👧‍👦", "🇳🇴", "5️⃣"] {
            assert!(Emoji::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "a", "hei", "👍 👍", "\n", "5", "<b>", &"👍".repeat(17)] {
            assert!(Emoji::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
