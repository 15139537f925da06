//! The master keys that are in force: the newest wraps, the older ones still unwrap, so that a key can be rotated.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use samtale_model::ChatId;
use zeroize::Zeroizing;

use super::{ChatKey, Fill, KeyId, MasterKey, OpenError, Place, SealError, Sealed};

/// One or more master keys, the newest first.
#[derive(Debug, Clone)]
pub struct Keyring {
    newest: MasterKey,
    older: Vec<MasterKey>,
}

impl Keyring {
    /// Holds a single key.
    pub fn new(key: MasterKey) -> Self {
        Self {
            newest: key,
            older: Vec::new(),
        }
    }

    /// Reads keys from text: each 32 bytes as hexadecimal or base64 (standard or URL alphabet, padded or not), the newest
    /// first, separated by commas or white space; a line that begins with `#` is a comment.
    ///
    /// # Errors
    /// When there is no key, a key is malformed, or a key stands twice. The error names the key by its position only.
    pub fn parse(text: &str) -> Result<Self, KeyTextError> {
        let mut keys: Vec<MasterKey> = Vec::new();
        let words = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .flat_map(|line| line.split(|c: char| c == ',' || c.is_whitespace()))
            .filter(|word| !word.is_empty());
        for (index, word) in words.enumerate() {
            let key = parse_key(word).ok_or(KeyTextError::Malformed {
                position: index + 1,
            })?;
            if keys.iter().any(|known| known.id() == key.id()) {
                return Err(KeyTextError::Repeated {
                    position: index + 1,
                });
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or(KeyTextError::Empty)?;
        Ok(Self {
            newest,
            older: keys.collect(),
        })
    }

    /// Makes `key` the newest; the keys held so far still unwrap.
    #[must_use]
    pub fn rotated(self, key: MasterKey) -> Self {
        let mut older = self.older;
        older.insert(0, self.newest);
        older.retain(|old| old.id() != key.id());
        Self { newest: key, older }
    }

    /// Returns the id of the key that wraps.
    pub fn newest_id(&self) -> KeyId {
        self.newest.id()
    }

    /// Lists the keys, the newest first.
    pub fn keys(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    /// Wraps a chat's data key under the newest master key, bound to the chat.
    ///
    /// # Errors
    /// None in practice: a key is far shorter than the cipher's limit.
    pub fn wrap(&self, key: &ChatKey, chat: ChatId, fill: Fill<'_>) -> Result<Sealed, SealError> {
        self.newest.wrap(key, &Place::DataKey { chat }, fill)
    }

    /// Unwraps a chat's data key with whichever key wrapped it.
    ///
    /// # Errors
    /// [`OpenError::UnknownKey`] when that key is not held, [`OpenError::Corrupted`] when the wrapped key was altered or
    /// belongs to another chat.
    pub fn unwrap(&self, wrapped: &Sealed, chat: ChatId) -> Result<ChatKey, OpenError> {
        let id = wrapped.key_id();
        let key = self
            .keys()
            .find(|key| key.id() == id)
            .ok_or(OpenError::UnknownKey(id))?;
        key.unwrap(wrapped, &Place::DataKey { chat })
    }

    /// Wraps a data key anew when an older master key wrapped it; `None` when it is up to date. After every chat's key
    /// went through this, the older master keys can go.
    ///
    /// # Errors
    /// As [`Self::unwrap`].
    pub fn rewrap(
        &self,
        wrapped: &Sealed,
        chat: ChatId,
        fill: Fill<'_>,
    ) -> Result<Option<Sealed>, OpenError> {
        if wrapped.key_id() == self.newest_id() {
            return Ok(None);
        }
        let key = self.unwrap(wrapped, chat)?;
        Ok(Some(self.wrap(&key, chat, fill).expect(
            "a data key is 32 bytes, below the cipher's limit",
        )))
    }
}

/// Why text holds no keyring. Never carries the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// There is no key.
    #[error("there is no master key")]
    Empty,
    /// A key is neither 64 hexadecimal digits nor base64 of 32 bytes.
    #[error("master key {position} is neither 64 hexadecimal digits nor base64 of 32 bytes")]
    Malformed {
        /// Which key, counted from 1.
        position: usize,
    },
    /// A key stands there twice.
    #[error("master key {position} repeats an earlier one")]
    Repeated {
        /// Which key, counted from 1.
        position: usize,
    },
}

fn parse_key(word: &str) -> Option<MasterKey> {
    let bytes = Zeroizing::new(if word.len() == 64 {
        hex(word)?
    } else {
        base64(word)?
    });
    MasterKey::from_slice(&bytes)
}

fn hex(word: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    word.as_bytes()
        .chunks(2)
        .map(|pair| Some((digit(*pair.first()?)? << 4) | digit(*pair.get(1)?)?))
        .collect()
}

fn base64(word: &str) -> Option<Vec<u8>> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if word.contains(['-', '_']) {
        &alphabet::URL_SAFE
    } else {
        &alphabet::STANDARD
    };
    GeneralPurpose::new(alphabet, config).decode(word).ok()
}
