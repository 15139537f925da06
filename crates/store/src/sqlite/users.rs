//! Users: who signs in, how they are shown, when they were last seen.

use std::sync::Arc;

use rusqlite::{OptionalExtension as _, params};
use samtale_model::{Rows, UnixMillis, UserId};

use super::db::{Db, sql};
use super::tx::{Told, Tx};
use crate::api::{Commit, Identity, Profile, SignInError, StoreError, UserCommit};

/// Takes what a token says of its bearer. What it leaves out stays as it was.
///
/// A changed name or picture is a commit in every chat that lists the user, the ones they left included: there the name
/// still stands beside what they said.
pub(super) fn sign_in(tx: &mut Tx<'_>, identity: &Identity) -> Result<Profile, SignInError> {
    if let Some(erased) = tx.erased_at(&identity.user)?
        && identity.issued_at.is_none_or(|issued| issued <= erased)
    {
        return Err(SignInError::Erased);
    }
    let new = tx.user(&identity.user)?.is_none();
    let row = tx.ensure_user(&identity.user)?;
    let before = tx
        .profile(&identity.user)?
        .ok_or_else(|| super::error::corrupt("user"))?;
    let name = identity
        .name
        .as_ref()
        .filter(|name| !name.trim().is_empty());
    let after = Profile {
        name: name.unwrap_or(&before.name).clone(),
        avatar_url: identity
            .avatar_url
            .clone()
            .or_else(|| before.avatar_url.clone()),
        locale: identity.locale.clone().or_else(|| before.locale.clone()),
        ..before.clone()
    };
    if after == before {
        if new {
            tell(tx, row, &after, new)?;
        }
        return Ok(after);
    }
    tx.execute(
        "UPDATE users SET name = coalesce(?2, name), avatar_url = ?3, locale = ?4 WHERE id = ?1",
        params![row, name, after.avatar_url, after.locale],
    )?;
    if (&after.name, &after.avatar_url) != (&before.name, &before.avatar_url) {
        restamp(tx, row, &identity.user)?;
    }
    tell(tx, row, &after, new)?;
    Ok(after)
}

/// Tells of a profile that is new or another.
fn tell(tx: &mut Tx<'_>, row: i64, profile: &Profile, new: bool) -> Result<(), StoreError> {
    let rows = tx.chats_of(row)?.into_iter();
    let chats: Result<_, StoreError> = rows.map(|chat| Ok(tx.chat_of_row(chat)?.id)).collect();
    let commit = UserCommit {
        profile: profile.clone(),
        new,
        chats: chats?,
    };
    tx.tell(Commit::User(Arc::new(commit)));
    Ok(())
}

/// Commits a user's new looks in each of their chats.
fn restamp(tx: &mut Tx<'_>, user: i64, id: &UserId) -> Result<(), StoreError> {
    for chat in tx.chats_of(user)? {
        let mut chat = tx.chat_of_row(chat)?;
        let seq = tx.advance(&mut chat)?;
        tx.execute(
            "UPDATE chat_participants SET seq = ?3 WHERE chat = ?1 AND user = ?2",
            [chat.row, user, sql(seq)],
        )?;
        let rows = Rows {
            participants: vec![tx.participant(chat.row, user)?],
            ..Rows::default()
        };
        tx.commit(&chat, rows, Told::by(id));
    }
    Ok(())
}

/// Notes when users were last seen. A note that is late changes nothing, nor does one of somebody unknown.
pub(super) fn note_seen(tx: &Tx<'_>, seen: &[(UserId, UnixMillis)]) -> Result<(), StoreError> {
    for (user, at) in seen {
        tx.execute(
            "UPDATE users SET last_seen = ?2 WHERE sub = ?1 AND (last_seen IS NULL OR last_seen < ?2)",
            params![user.as_str(), at.0],
        )?;
    }
    Ok(())
}

/// Reads the profiles of the users that are known.
pub(super) fn profiles(db: Db<'_>, users: &[UserId]) -> Result<Vec<Profile>, StoreError> {
    users
        .iter()
        .filter_map(|user| db.profile(user).transpose())
        .collect()
}

impl Db<'_> {
    /// Returns a user's profile.
    pub(super) fn profile(&self, user: &UserId) -> Result<Option<Profile>, StoreError> {
        let mut statement =
            self.prepare("SELECT name, avatar_url, locale, last_seen FROM users WHERE sub = ?1")?;
        let found = statement.query_row([user.as_str()], |row| {
            let name: Option<String> = row.get(0)?;
            Ok(Profile {
                user: user.clone(),
                name: name.unwrap_or_else(|| user.as_str().to_owned()),
                avatar_url: row.get(1)?,
                locale: row.get(2)?,
                last_seen: row.get::<_, Option<i64>>(3)?.map(UnixMillis),
            })
        });
        Ok(found.optional()?)
    }

    /// Returns the chats that list a user, by row.
    pub(super) fn chats_of(&self, user: i64) -> Result<Vec<i64>, StoreError> {
        let mut statement =
            self.prepare("SELECT chat FROM chat_participants WHERE user = ?1 ORDER BY chat")?;
        let chats = statement.query_map([user], |row| row.get(0))?;
        Ok(chats.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns when a user was erased.
    pub(super) fn erased_at(&self, user: &UserId) -> Result<Option<UnixMillis>, StoreError> {
        let mut statement = self.prepare("SELECT at FROM erasures WHERE sub_hash = ?1")?;
        let at = statement
            .query_row([self.vault.sub_hash(user)], |row| {
                row.get(0).map(UnixMillis)
            })
            .optional()?;
        Ok(at)
    }
}
