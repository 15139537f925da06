//! Topics: whom a frame is for.

use std::fmt;
use std::str::FromStr;

use samtale_model::{ChatId, UserId};

/// A parsed topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// `phoenix`: the connection itself; heartbeats.
    Phoenix,
    /// `user:<id>`: a user's private state and list of chats.
    User(UserId),
    /// `chat:<id>`: a chat.
    Chat(ChatId),
    /// `realtime:<name>`: a channel of the Supabase-compatible kind.
    Realtime(String),
}

/// The text is no topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such topic")]
pub struct TopicError;

impl FromStr for Topic {
    type Err = TopicError;

    fn from_str(text: &str) -> Result<Self, TopicError> {
        if text == "phoenix" {
            return Ok(Self::Phoenix);
        }
        match text.split_once(':') {
            Some(("user", id)) => UserId::new(id).map(Self::User).map_err(|_| TopicError),
            Some(("chat", id)) => id.parse().map(Self::Chat).map_err(|_| TopicError),
            Some(("realtime", name)) if !name.is_empty() => Ok(Self::Realtime(name.into())),
            _ => Err(TopicError),
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phoenix => f.write_str("phoenix"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Chat(id) => write!(f, "chat:{id}"),
            Self::Realtime(name) => write!(f, "realtime:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_survive_their_text() {
        for text in [
            "phoenix",
            "user:a:b",
            "chat:00000000-0000-7000-8000-000000000001",
            "realtime:room:1",
        ] {
            assert_eq!(
                text.parse::<Topic>()
                    .map(|topic| topic.to_string())
                    .as_deref(),
                Ok(text)
            );
        }
        for text in [
            "",
            "chat",
            "chat:",
            "chat:1",
            "user:",
            "realtime:",
            "room:1",
        ] {
            assert_eq!(text.parse::<Topic>(), Err(TopicError), "{text}");
        }
    }
}
