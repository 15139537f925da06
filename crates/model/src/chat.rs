//! The chat itself: its title and who sees how far back.

use serde::{Deserialize, Serialize};

use crate::{ChatId, Seq, UnixMillis, UserId};

/// How far back someone who was added later sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HistoryRule {
    /// From when they were added; what was said while they were away stays hidden.
    #[default]
    SinceJoining,
    /// Everything.
    All,
}

/// A chat's title: 1 to 200 characters without control characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

impl Title {
    /// The greatest length, in characters.
    pub const MAX_CHARS: usize = 200;

    /// Returns the title as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a title has 1 to {} characters, without control characters",
    Title::MAX_CHARS
)]
pub struct TitleError;

impl TryFrom<String> for Title {
    type Error = TitleError;

    fn try_from(text: String) -> Result<Self, TitleError> {
        let fits = !text.trim().is_empty()
            && text.chars().count() <= Self::MAX_CHARS
            && !text.chars().any(char::is_control);
        fits.then_some(Self(text)).ok_or(TitleError)
    }
}

impl From<Title> for String {
    fn from(title: Title) -> Self {
        title.0
    }
}

/// A chat, as its participants see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    /// The chat's id.
    pub id: ChatId,
    /// The commit that last changed this row.
    pub seq: Seq,
    /// The title; a chat without one is named by its participants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub title: Option<Title>,
    /// How far back people who are added later see.
    pub history: HistoryRule,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: UnixMillis,
}
