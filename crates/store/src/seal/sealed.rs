//! A ciphertext with what is needed to open it, and its layout in a BLOB column.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use super::key::Secret;
use super::{Fill, KeyId, Place};

const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;
const HEADER_LEN: usize = 1 + KeyId::LEN + NONCE_LEN;

/// A sealed value: the id of the key that opens it, the nonce, and the ciphertext with its tag.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    key_id: KeyId,
    nonce: [u8; NONCE_LEN],
    bytes: Vec<u8>,
}

impl Sealed {
    /// Returns the id of the key that it was sealed under.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Encodes it for storage: version (1 byte), key id (8), nonce (24), ciphertext and tag (plaintext + 16).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut blob = Vec::with_capacity(HEADER_LEN + self.bytes.len());
        blob.push(VERSION);
        blob.extend_from_slice(self.key_id.as_bytes());
        blob.extend_from_slice(&self.nonce);
        blob.extend_from_slice(&self.bytes);
        blob
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the blob is cut short, or of a version that this build does not know.
    pub fn from_bytes(blob: &[u8]) -> Result<Self, DecodeError> {
        let (&version, rest) = blob.split_first().ok_or(DecodeError::Short { len: 0 })?;
        if version != VERSION {
            return Err(DecodeError::Version(version));
        }
        let short = DecodeError::Short { len: blob.len() };
        let (key_id, rest) = rest.split_first_chunk().ok_or(short)?;
        let (nonce, bytes) = rest.split_first_chunk().ok_or(short)?;
        if bytes.len() < TAG_LEN {
            return Err(short);
        }
        Ok(Self {
            key_id: KeyId::from_bytes(*key_id),
            nonce: *nonce,
            bytes: bytes.to_vec(),
        })
    }

    pub(super) fn seal(
        id: KeyId,
        key: &Secret,
        plaintext: &[u8],
        place: &Place,
        fill: Fill<'_>,
    ) -> Result<Self, SealError> {
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce);
        let bytes = XChaCha20Poly1305::new(key.bytes().into())
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plaintext,
                    aad: &place.aad(),
                },
            )
            .map_err(|_| SealError::TooLong)?;
        Ok(Self {
            key_id: id,
            nonce,
            bytes,
        })
    }

    pub(super) fn open(
        &self,
        id: KeyId,
        key: &Secret,
        place: &Place,
    ) -> Result<Vec<u8>, OpenError> {
        if self.key_id != id {
            return Err(OpenError::WrongKey {
                needed: self.key_id,
                given: id,
            });
        }
        XChaCha20Poly1305::new(key.bytes().into())
            .decrypt(
                &XNonce::from(self.nonce),
                Payload {
                    msg: &self.bytes,
                    aad: &place.aad(),
                },
            )
            .map_err(|_| OpenError::Corrupted)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("key_id", &self.key_id)
            .field("len", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Why something could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The plaintext is longer than the cipher allows (256 GiB).
    #[error("the content is too long to seal")]
    TooLong,
}

/// Why a stored blob is no sealed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The blob ends before it can.
    #[error("a sealed value of {len} bytes is cut short")]
    Short {
        /// Its length in bytes.
        len: usize,
    },
    /// The blob is of a version that this build does not know.
    #[error("a sealed value has the unknown version {0}")]
    Version(u8),
}

/// Why something sealed did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It was sealed under another key than the one given.
    #[error("sealed under key {needed}, not under key {given}")]
    WrongKey {
        /// The key that it was sealed under.
        needed: KeyId,
        /// The key that was tried.
        given: KeyId,
    },
    /// No key of the keyring has the id that it was sealed under.
    #[error("sealed under key {0}, which the keyring does not hold")]
    UnknownKey(KeyId),
    /// The key is right, but the ciphertext was altered, or it was sealed for another place.
    #[error("the sealed content was altered, or does not belong here")]
    Corrupted,
    /// The stored bytes are no sealed value.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}
