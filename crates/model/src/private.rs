//! What only one user sees, under `user:<id>`: which chats they are in, drafts, mutes, blocks,
//! settings. It has a seq law of its own, one counter per user; messages don't stamp it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{ChatId, Seq, UserId};

/// The key of a private row, `kind:name` on the wire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub enum PrivateKey {
    /// `chat:<id>`: membership; written by the server alone. Value: `{role, active}`.
    Chat(ChatId),
    /// `draft:<chat id>`: the unsent text of the composer. Value: a string.
    Draft(ChatId),
    /// `mute:<chat id>`: no notifications. Value: `true`, or the Unix milliseconds it ends at.
    Mute(ChatId),
    /// `block:<user id>`: someone who can't start a chat with this user. Value: `true`.
    Block(UserId),
    /// `setting:<name>`: a setting of the app. Value: any JSON of at most 4 KiB.
    Setting(String),
}

/// The text is no key of a private row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a private row")]
pub struct PrivateKeyError;

impl PrivateKey {
    /// The greatest length of a setting's name, in bytes: lower-case letters, digits, `-`, `_` and `.`.
    pub const MAX_NAME_BYTES: usize = 64;
    /// The greatest size of a value's JSON text, in bytes; a draft is a message of 10,000 characters.
    pub const MAX_VALUE_BYTES: usize = 64 * 1024;

    /// Returns whether the user may write the row; the others the server writes.
    pub const fn is_writable(&self) -> bool {
        !matches!(self, Self::Chat(_))
    }
}

impl fmt::Display for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chat(id) => write!(f, "chat:{id}"),
            Self::Draft(id) => write!(f, "draft:{id}"),
            Self::Mute(id) => write!(f, "mute:{id}"),
            Self::Block(user) => write!(f, "block:{user}"),
            Self::Setting(name) => write!(f, "setting:{name}"),
        }
    }
}

impl FromStr for PrivateKey {
    type Err = PrivateKeyError;

    fn from_str(text: &str) -> Result<Self, PrivateKeyError> {
        let (kind, name) = text.split_once(':').ok_or(PrivateKeyError)?;
        let chat = || name.parse().map_err(|_| PrivateKeyError);
        match kind {
            "chat" => chat().map(Self::Chat),
            "draft" => chat().map(Self::Draft),
            "mute" => chat().map(Self::Mute),
            "block" => UserId::new(name)
                .map(Self::Block)
                .map_err(|_| PrivateKeyError),
            "setting" => {
                let fits = (1..=Self::MAX_NAME_BYTES).contains(&name.len())
                    && name.bytes().all(|b| {
                        b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b)
                    });
                fits.then(|| Self::Setting(name.into()))
                    .ok_or(PrivateKeyError)
            }
            _ => Err(PrivateKeyError),
        }
    }
}

impl TryFrom<String> for PrivateKey {
    type Error = PrivateKeyError;

    fn try_from(text: String) -> Result<Self, PrivateKeyError> {
        text.parse()
    }
}

impl From<PrivateKey> for String {
    fn from(key: PrivateKey) -> Self {
        key.to_string()
    }
}

/// A private row in its present state.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrivateRow {
    /// The key.
    pub key: PrivateKey,
    /// The user's commit that last changed it.
    pub seq: Seq,
    /// The value; null once removed.
    #[cfg_attr(feature = "ts", ts(type = "unknown"))]
    pub value: serde_json::Value,
}

impl fmt::Debug for PrivateRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateRow")
            .field("key", &self.key)
            .field("seq", &self.seq)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_text() {
        for text in [
            "chat:00000000-0000-7000-8000-000000000001",
            "draft:00000000-0000-7000-8000-000000000001",
            "mute:00000000-0000-7000-8000-000000000001",
            "block:tutor:42",
            "setting:privacy.last-seen",
        ] {
            assert_eq!(
                text.parse::<PrivateKey>()
                    .map(|key| key.to_string())
                    .as_deref(),
                Ok(text)
            );
        }
        for text in [
            "",
            "draft",
            "draft:x",
            "setting:",
            "setting:A",
            "block:",
            "other:x",
        ] {
            assert_eq!(text.parse::<PrivateKey>(), Err(PrivateKeyError), "{text}");
        }
    }
}
