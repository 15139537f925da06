//! Private keys as the database holds them: a byte for the kind, then the name. A block names its user by row id, so
//! that a host product's id stands in `users` alone.

use samtale_model::{ChatId, PrivateKey};

use super::super::db::Db;
use super::super::error::corrupt;
use crate::api::StoreError;

const CHAT: u8 = 1;
const DRAFT: u8 = 2;
const MUTE: u8 = 3;
const BLOCK: u8 = 4;
const SETTING: u8 = 5;

/// Every key that users write sorts from here on.
pub(super) const FIRST_WRITABLE: [u8; 1] = [DRAFT];

/// Encodes a key; none where it names a user that does not exist.
pub(super) fn encode(db: &Db<'_>, key: &PrivateKey) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(Some(match key {
        PrivateKey::Chat(id) => tagged(CHAT, id.as_bytes()),
        PrivateKey::Draft(id) => tagged(DRAFT, id.as_bytes()),
        PrivateKey::Mute(id) => tagged(MUTE, id.as_bytes()),
        PrivateKey::Block(user) => match db.user(user)? {
            Some(row) => block(row),
            None => return Ok(None),
        },
        PrivateKey::Setting(name) => tagged(SETTING, name.as_bytes()),
    }))
}

/// Encodes the key of a block.
pub(in super::super) fn block(user: i64) -> Vec<u8> {
    tagged(BLOCK, &user.to_be_bytes())
}

/// Reads a key back.
pub(super) fn decode(db: &Db<'_>, bytes: &[u8]) -> Result<PrivateKey, StoreError> {
    let ill_formed = || corrupt("private key");
    let (kind, name) = bytes.split_first().ok_or_else(ill_formed)?;
    let chat = || {
        <[u8; 16]>::try_from(name)
            .map(ChatId::from_bytes)
            .map_err(|_| ill_formed())
    };
    match *kind {
        CHAT => chat().map(PrivateKey::Chat),
        DRAFT => chat().map(PrivateKey::Draft),
        MUTE => chat().map(PrivateKey::Mute),
        BLOCK => {
            let row = <[u8; 8]>::try_from(name).map_err(|_| ill_formed())?;
            db.user_id(i64::from_be_bytes(row)).map(PrivateKey::Block)
        }
        SETTING => String::from_utf8(name.to_vec())
            .map(PrivateKey::Setting)
            .map_err(|_| ill_formed()),
        _ => Err(ill_formed()),
    }
}

fn tagged(kind: u8, name: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1 + name.len());
    bytes.push(kind);
    bytes.extend_from_slice(name);
    bytes
}
