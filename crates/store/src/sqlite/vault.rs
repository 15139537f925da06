//! The keys as the backend uses them: the store's own key for private rows and fingerprints, and the chats' keys for
//! what is said in them.
//!
//! The store's key is a data key like a chat's, wrapped by the master key and kept in `store_meta`. It seals private
//! values, tells repeats from conflicts (fingerprints are keyed, so that the database can't confirm a guess), and proves
//! at the opening that the master key is the right one.

use std::num::NonZeroUsize;
use std::sync::Arc;

use hmac::Mac as _;
use rusqlite::{Connection, OptionalExtension as _};
use samtale_model::{Body, ChatId, MessageId, OpId, Seq, UserId};
use serde::Serialize;
use uuid::Uuid;

use super::config::OpenError;
use super::error::corrupt;
use super::meta;
use crate::api::StoreError;
use crate::env::Env;
use crate::seal::{ChatKey, KeyCache, Keyring, Place, Sealed};

/// How many chats' keys are held unwrapped, on each connection.
const CACHED_KEYS: NonZeroUsize = NonZeroUsize::new(4_096).expect("not zero");

/// Where the store's own key belongs: no chat has this id.
const NOBODY: ChatId = ChatId(Uuid::nil());

/// What stands for a request: the first 16 bytes of an HMAC-SHA256 under the store's key.
pub(super) type Fingerprint = [u8; 16];

/// The keys that all connections share.
pub(super) struct Keys {
    keyring: Keyring,
    own: ChatKey,
    env: Arc<dyn Env>,
}

/// The keys, with a connection's own cache of the chats'.
///
/// Each connection has its own, so that a key made by a commit that was rolled back is known to nobody else.
pub(super) struct Vault {
    keys: Arc<Keys>,
    chats: KeyCache,
}

impl Keys {
    /// Unwraps the store's own key, or makes it for a new database.
    pub(super) fn open(
        conn: &Connection,
        keyring: Keyring,
        env: Arc<dyn Env>,
    ) -> Result<Self, OpenError> {
        const KEY: &str = "own_key";
        let own = match meta::get(conn, KEY)? {
            Some(wrapped) => {
                let wrapped = Sealed::from_bytes(&wrapped).map_err(StoreError::from)?;
                let own = keyring
                    .unwrap(&wrapped, NOBODY)
                    .map_err(OpenError::WrongKey)?;
                if let Some(anew) = keyring
                    .rewrap(&wrapped, NOBODY, &mut |bytes| env.fill_random(bytes))
                    .map_err(OpenError::WrongKey)?
                {
                    meta::set(conn, KEY, &anew.to_bytes())?;
                }
                own
            }
            None => {
                let own = ChatKey::generate(&mut |bytes| env.fill_random(bytes));
                let wrapped = keyring
                    .wrap(&own, NOBODY, &mut |bytes| env.fill_random(bytes))
                    .map_err(StoreError::from)?;
                meta::set(conn, KEY, &wrapped.to_bytes())?;
                own
            }
        };
        Ok(Self { keyring, own, env })
    }
}

impl Vault {
    pub(super) fn new(keys: Arc<Keys>) -> Self {
        Self {
            keys,
            chats: KeyCache::new(CACHED_KEYS),
        }
    }

    /// Forgets the chats' keys: one of them may be of a chat whose making was rolled back.
    pub(super) fn reset(&mut self) {
        self.chats = KeyCache::new(CACHED_KEYS);
    }

    /// Makes the data key of a new chat, wrapped for storage.
    pub(super) fn new_chat_key(&self, chat: ChatId) -> Result<Vec<u8>, StoreError> {
        let key = ChatKey::generate(&mut |bytes| self.fill(bytes));
        Ok(self
            .keys
            .keyring
            .wrap(&key, chat, &mut |bytes| self.fill(bytes))?
            .to_bytes())
    }

    /// Returns the data key of a chat, by its row.
    pub(super) fn chat_key(
        &self,
        conn: &Connection,
        row: i64,
        chat: ChatId,
    ) -> Result<Arc<ChatKey>, StoreError> {
        self.chats.get_or_unwrap(chat, || {
            let wrapped: Option<Vec<u8>> = conn
                .prepare_cached("SELECT data_key FROM chats WHERE id = ?1")?
                .query_row([row], |row| row.get(0))
                .optional()?;
            let wrapped = Sealed::from_bytes(&wrapped.ok_or_else(|| corrupt("chat key"))?)?;
            Ok(self.keys.keyring.unwrap(&wrapped, chat)?)
        })
    }

    /// Wraps a chat's key anew where an older master key wrapped it.
    pub(super) fn rewrap(
        &self,
        wrapped: &[u8],
        chat: ChatId,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let wrapped = Sealed::from_bytes(wrapped)?;
        let anew = self
            .keys
            .keyring
            .rewrap(&wrapped, chat, &mut |bytes| self.fill(bytes))?;
        Ok(anew.map(|sealed| sealed.to_bytes()))
    }

    /// Seals words for their place in a chat.
    pub(super) fn seal(
        &self,
        key: &ChatKey,
        words: &Body,
        place: &Place,
    ) -> Result<Vec<u8>, StoreError> {
        Ok(key
            .seal(words.as_str().as_bytes(), place, &mut |bytes| {
                self.fill(bytes);
            })?
            .to_bytes())
    }

    /// Seals a private value of a user under the store's own key.
    pub(super) fn seal_private(
        &self,
        user: i64,
        key: &[u8],
        json: &str,
    ) -> Result<Vec<u8>, StoreError> {
        let place = self.private_place(user, key);
        Ok(self
            .keys
            .own
            .seal(json.as_bytes(), &place, &mut |bytes| self.fill(bytes))?
            .to_bytes())
    }

    /// Opens a private value of a user.
    pub(super) fn open_private(
        &self,
        user: i64,
        key: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        Ok(self
            .keys
            .own
            .open(&Sealed::from_bytes(sealed)?, &self.private_place(user, key))?)
    }

    /// A private row is named by its user and by a keyed hash of its key, so that no value opens in another's place.
    fn private_place(&self, user: i64, key: &[u8]) -> Place {
        Place::Draft {
            chat: ChatId::from_bytes(self.hash(b"private key", &[key])),
            user,
        }
    }

    /// Returns what stands for a send.
    pub(super) fn send_fingerprint(
        &self,
        chat: ChatId,
        content: &Body,
        reply_to: Option<MessageId>,
        thread_root: Option<MessageId>,
    ) -> Fingerprint {
        let id = |id: Option<MessageId>| id.map_or([0; 16], |id| *id.as_bytes());
        self.hash(
            b"send",
            &[
                chat.as_bytes(),
                &id(reply_to),
                &id(thread_root),
                content.as_str().as_bytes(),
            ],
        )
    }

    /// Returns what stands for a request that is no send: its JSON, with the chat it is for.
    pub(super) fn fingerprint(&self, chat: Uuid, request: &impl Serialize) -> Fingerprint {
        let json = serde_json::to_vec(request).expect("what came as JSON goes back to it");
        self.hash(b"request", &[chat.as_bytes(), &json])
    }

    /// Returns what an erased user is remembered by.
    pub(super) fn sub_hash(&self, user: &UserId) -> Fingerprint {
        self.hash(b"erased", &[user.as_str().as_bytes()])
    }

    /// Hashes fields under the store's own key. The label begins with a zero byte, which no search term has.
    fn hash(&self, label: &[u8], fields: &[&[u8]]) -> Fingerprint {
        let mut mac = self.keys.own.search_key().mac();
        mac.update(b"\0samtale v1 ");
        mac.update(label);
        for field in fields {
            mac.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(field);
        }
        let output = mac.finalize().into_bytes();
        let (first, _) = output.split_first_chunk().expect("32 bytes hold 16");
        *first
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.keys.env.fill_random(bytes);
    }
}

/// Opens words that were sealed for a place.
pub(super) fn open_words(key: &ChatKey, sealed: &[u8], place: &Place) -> Result<Body, StoreError> {
    let bytes = key.open(&Sealed::from_bytes(sealed)?, place)?;
    String::from_utf8(bytes)
        .map(Body::from_stored)
        .map_err(|_| corrupt("body"))
}

/// Returns the place of a message's present words.
pub(super) fn body_place(chat: ChatId, message: MessageId) -> Place {
    Place::Body { chat, message }
}

/// Returns the place of words that a message had from a commit on.
pub(super) fn edit_place(chat: ChatId, message: MessageId, seq: Seq) -> Place {
    Place::Edit { chat, message, seq }
}

/// Returns an id's bytes as the database holds them.
pub(super) fn op_bytes(id: OpId) -> [u8; 16] {
    *id.as_bytes()
}
