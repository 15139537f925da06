//! The keys: 32 secret bytes each, with ids and sub-keys derived from them. They are wiped when dropped and never shown.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

use super::{Fill, OpenError, Place, SealError, Sealed};

const KEY_LEN: usize = 32;

/// 32 secret bytes, boxed so that moving a key leaves no copy behind on the stack.
#[derive(Clone)]
pub(super) struct Secret(Box<[u8; KEY_LEN]>);

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Secret {}

impl Secret {
    fn generate(fill: Fill<'_>) -> Self {
        let mut secret = Self(Box::new([0; KEY_LEN]));
        fill(secret.0.as_mut_slice());
        secret
    }

    fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self(Box::new([0; KEY_LEN]));
        if bytes.len() != KEY_LEN {
            return None;
        }
        secret.0.copy_from_slice(bytes);
        Some(secret)
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// Derives a sub-key: HMAC-SHA256 of a label under this key (the expand step of HKDF, RFC 5869, for one block).
    /// Every label in use stands in [`label`]; two uses never share one.
    fn derive(&self, label: &[u8]) -> Self {
        let mut mac = keyed(self.bytes());
        mac.update(label);
        mac.update(&[1]);
        let mut output = mac.finalize().into_bytes();
        let mut derived = Self(Box::new([0; KEY_LEN]));
        derived.0.copy_from_slice(&output);
        output.as_mut_slice().zeroize();
        derived
    }

    fn id(&self, label: &[u8]) -> KeyId {
        let derived = self.derive(label);
        let (id, _) = derived
            .bytes()
            .split_first_chunk()
            .expect("32 bytes hold a key id of 8");
        KeyId(*id)
    }
}

mod label {
    pub(super) const MASTER_ID: &[u8] = b"samtale v1 master key id";
    pub(super) const MASTER_WRAP: &[u8] = b"samtale v1 master key wraps data keys";
    pub(super) const CHAT_ID: &[u8] = b"samtale v1 chat key id";
    pub(super) const CHAT_SEAL: &[u8] = b"samtale v1 chat key seals content";
    pub(super) const CHAT_SEARCH: &[u8] = b"samtale v1 chat key hashes search terms";
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// The public name of a key, derived from it; it reveals nothing of the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; Self::LEN]);

impl KeyId {
    /// Its length in bytes.
    pub const LEN: usize = 8;

    /// Returns its bytes, for storage.
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// Takes an id back from storage.
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A key that wraps the data keys of chats; held in a [`super::Keyring`].
#[derive(Clone)]
pub struct MasterKey {
    secret: Secret,
    wrap: Secret,
    id: KeyId,
}

impl MasterKey {
    /// Makes a new key.
    pub fn generate(fill: Fill<'_>) -> Self {
        Self::new(Secret::generate(fill))
    }

    /// Takes a key from its 32 bytes; `None` when there are more or fewer.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Secret::from_slice(bytes).map(Self::new)
    }

    fn new(secret: Secret) -> Self {
        Self {
            wrap: secret.derive(label::MASTER_WRAP),
            id: secret.id(label::MASTER_ID),
            secret,
        }
    }

    /// Returns the key's id.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Writes the key as 64 hexadecimal digits, the form of the key file.
    pub(super) fn to_hex(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 * KEY_LEN));
        for byte in self.secret.bytes() {
            for nibble in [byte >> 4, byte & 0xf] {
                text.push(
                    char::from_digit(u32::from(nibble), 16)
                        .expect("a nibble is a hexadecimal digit"),
                );
            }
        }
        text
    }

    pub(super) fn wrap(
        &self,
        key: &ChatKey,
        place: &Place,
        fill: Fill<'_>,
    ) -> Result<Sealed, SealError> {
        Sealed::seal(self.id, &self.wrap, key.data.bytes(), place, fill)
    }

    pub(super) fn unwrap(&self, wrapped: &Sealed, place: &Place) -> Result<ChatKey, OpenError> {
        let data = Zeroizing::new(wrapped.open(self.id, &self.wrap, place)?);
        Secret::from_slice(&data)
            .map(ChatKey::new)
            .ok_or(OpenError::Corrupted)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The data key of one chat, unwrapped: seals and opens the chat's content and hashes its search terms.
pub struct ChatKey {
    data: Secret,
    seal: Secret,
    search: SearchKey,
    id: KeyId,
}

impl ChatKey {
    /// Makes the data key of a new chat.
    pub fn generate(fill: Fill<'_>) -> Self {
        Self::new(Secret::generate(fill))
    }

    fn new(data: Secret) -> Self {
        Self {
            seal: data.derive(label::CHAT_SEAL),
            search: SearchKey(data.derive(label::CHAT_SEARCH)),
            id: data.id(label::CHAT_ID),
            data,
        }
    }

    /// Returns the key's id, which everything that it seals carries.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Seals content for one place under a fresh nonce.
    ///
    /// # Errors
    /// When the content is longer than the cipher allows (256 GiB).
    pub fn seal(
        &self,
        plaintext: &[u8],
        place: &Place,
        fill: Fill<'_>,
    ) -> Result<Sealed, SealError> {
        Sealed::seal(self.id, &self.seal, plaintext, place, fill)
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`OpenError::WrongKey`] when it was sealed under another chat's key, [`OpenError::Corrupted`] when it was altered
    /// or sealed for another place.
    pub fn open(&self, sealed: &Sealed, place: &Place) -> Result<Vec<u8>, OpenError> {
        sealed.open(self.id, &self.seal, place)
    }

    /// Returns the key that hashes the chat's search terms.
    pub fn search_key(&self) -> &SearchKey {
        &self.search
    }
}

impl fmt::Debug for ChatKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The key of a chat's search index, derived from the chat's data key.
pub struct SearchKey(Secret);

impl SearchKey {
    /// Starts HMAC-SHA256 under this key; clone it for each term.
    pub(crate) fn mac(&self) -> Hmac<Sha256> {
        keyed(self.0.bytes())
    }
}

impl fmt::Debug for SearchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SearchKey(..)")
    }
}
