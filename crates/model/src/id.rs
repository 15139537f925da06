//! The names of things. Each id is a newtype: a chat's id never stands where a message's should.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is not a UUID.
    #[error("not a UUID")]
    NotAUuid,
    /// The text is empty.
    #[error("empty")]
    Empty,
    /// The text is longer than the limit, in bytes.
    #[error("longer than {0} bytes")]
    TooLong(usize),
    /// The text has a control character.
    #[error("has a control character")]
    Control,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
                #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Makes the id from its 16 bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Makes a UUIDv7 (RFC 9562, 5.7) from a Unix time in milliseconds and 10 random bytes.
            pub fn v7(at: crate::UnixMillis, random: [u8; 10]) -> Self {
                let millis = u64::try_from(at.0).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// Returns the id's 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError::NotAUuid)
            }
        }
    };
}

uuid_id! {
    /// Names a chat.
    ChatId
}
uuid_id! {
    /// Names a message: made by its sender before the message is shown, and kept for ever.
    MessageId
}
uuid_id! {
    /// Names a mutation other than a send, so that a repeat gets the first answer.
    OpId
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
                #[serde(try_from = "String", into = "String")]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The greatest length, in UTF-8 bytes.
            pub const MAX_BYTES: usize = $max;

            /// Parses the id: 1 to [`Self::MAX_BYTES`] bytes without control characters.
            pub fn new(text: impl AsRef<str>) -> Result<Self, IdError> {
                let text = text.as_ref();
                if text.is_empty() {
                    return Err(IdError::Empty);
                }
                if text.len() > Self::MAX_BYTES {
                    return Err(IdError::TooLong(Self::MAX_BYTES));
                }
                if text.chars().any(char::is_control) {
                    return Err(IdError::Control);
                }
                Ok(Self(text.into()))
            }

            /// Returns the id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().into()
            }
        }
    };
}

text_id! {
    /// Names a user: the host product's `sub`, opaque to us.
    UserId, 128
}
text_id! {
    /// Names a device or browser profile; several connections may share one.
    DeviceId, 64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMillis;

    #[test]
    fn a_user_id_is_any_text_of_one_to_128_bytes() {
        assert!(UserId::new("tutor:42@example.no").is_ok());
        assert_eq!(UserId::new(""), Err(IdError::Empty));
        assert!(UserId::new("ø".repeat(64)).is_ok());
        assert_eq!(UserId::new("ø".repeat(65)), Err(IdError::TooLong(128)));
        assert_eq!(UserId::new("a\nb"), Err(IdError::Control));
    }

    #[test]
    fn v7_ids_sort_by_time() {
        let early = MessageId::v7(UnixMillis(1_000), [255; 10]);
        let late = MessageId::v7(UnixMillis(1_001), [0; 10]);
        assert!(early < late);
        assert_eq!(early.0.get_version_num(), 7);
    }

    #[test]
    fn ids_are_plain_strings_in_json() {
        let id: UserId = serde_json::from_str("\"kari\"").expect("a valid id");
        assert_eq!(serde_json::to_string(&id).expect("serialises"), "\"kari\"");
        assert!(serde_json::from_str::<UserId>("\"\"").is_err());
    }
}
