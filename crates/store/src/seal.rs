//! Sealing: no message body, edit or draft lies in the database as plaintext.
//!
//! ```text
//! master key (configuration or key file) ──wraps──▶ a data key per chat ──derives──▶ sealing key, search key
//! ```
//!
//! - Everything is XChaCha20-Poly1305 with random 24-byte nonces. What is sealed is bound to its [`Place`] (chat, message
//!   and kind) as associated data, so that a ciphertext moved to another row does not open.
//! - A chat's data key is kept only wrapped, by the newest master key of the [`Keyring`]. Forgetting the wrapped key is
//!   erasure, backups included: nothing else opens that chat.
//! - A [`KeyId`] is derived from its key. That tells a wrong key ([`OpenError::WrongKey`]) from altered data
//!   ([`OpenError::Corrupted`]), and no counter has to be kept.
//! - Randomness comes in as a [`Fill`], so that whoever drives the store owns it.
//!
//! What this does not hide: the length of a body, who wrote when, and which version of a row is the newest.

mod cache;
mod key;
mod keyfile;
mod keyring;
mod place;
mod sealed;

pub use cache::KeyCache;
pub use key::{ChatKey, KeyId, MasterKey, SearchKey};
pub use keyfile::KeyFileError;
pub use keyring::{KeyTextError, Keyring};
pub use place::Place;
pub use sealed::{DecodeError, OpenError, SealError, Sealed};

/// Fills a buffer with bytes from a cryptographic source of randomness.
pub type Fill<'a> = &'a mut dyn FnMut(&mut [u8]);

#[cfg(test)]
mod tests;
