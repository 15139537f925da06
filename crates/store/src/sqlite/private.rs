//! Private state: rows that only their user sees, under a counter of their own. Values are sealed.
//!
//! A removed row stays, without a value, so that a late reader learns of it. When a user has too many of them the oldest
//! go for good, and readers from before that start over.

use std::sync::Arc;

use rusqlite::{OptionalExtension as _, params};
use samtale_model::{Cursor, Private, PrivateKey, PrivateRow, Seq, UserId};
use serde_json::Value;
use uuid::Uuid;

use super::db::{Db, seq_at, sql};
use super::error::corrupt;
use super::tx::Tx;
use super::vault::op_bytes;
use crate::api::limits::{MAX_PRIVATE_ROWS, MAX_REMOVED_PRIVATE_ROWS};
use crate::api::{
    Commit, PrivateCommit, PrivateWrite, ReadError, Refusal, StoreError, WriteError, check_private,
};

pub(super) mod key_bytes;

/// Writes a private row as its user asks.
pub(super) fn put(
    tx: &mut Tx<'_>,
    actor: &UserId,
    write: PrivateWrite,
) -> Result<PrivateRow, WriteError> {
    check_private(&write.key, &write.value)?;
    let user = tx.user(actor)?.ok_or(Refusal::NotFound)?;
    let fingerprint = tx
        .vault
        .fingerprint(Uuid::nil(), &(&write.key, &write.value));
    let mut statement =
        tx.prepare("SELECT fingerprint FROM private_op_ids WHERE user = ?1 AND id = ?2")?;
    let before: Option<Vec<u8>> = statement
        .query_row(params![user, op_bytes(write.op_id)], |row| row.get(0))
        .optional()?;
    if let Some(before) = before {
        if before != fingerprint {
            return Err(Refusal::IdConflict.into());
        }
        return Ok(tx.private_row(user, write.key)?);
    }
    let present = tx.private_row(user, write.key.clone())?;
    if !write.value.is_null()
        && present.value.is_null()
        && tx.private_rows_with_value(user)? >= MAX_PRIVATE_ROWS
    {
        return Err(Refusal::TooMany("private rows").into());
    }
    tx.execute(
        "INSERT INTO private_op_ids (user, id, at, fingerprint) VALUES (?1, ?2, ?3, ?4)",
        params![user, op_bytes(write.op_id), tx.now.0, fingerprint],
    )?;
    if present.value == write.value {
        return Ok(present);
    }
    Ok(tx.write_private(user, actor, write.key, write.value)?)
}

/// Reads what changed in a user's private state since a cursor.
pub(super) fn read(
    db: Db<'_>,
    viewer: &UserId,
    cursor: Option<Cursor>,
) -> Result<Private, ReadError> {
    let epoch = db.epoch_of(0);
    let mut statement =
        db.prepare("SELECT id, private_seq, private_floor FROM users WHERE sub = ?1")?;
    let found = statement
        .query_row([viewer.as_str()], |row| {
            Ok((row.get::<_, i64>(0)?, seq_at(row, 1)?, seq_at(row, 2)?))
        })
        .optional()?;
    let Some((user, head, floor)) = found else {
        return Ok(Private {
            epoch,
            up_to: Seq::ZERO,
            reset: true,
            rows: Vec::new(),
        });
    };
    let since =
        cursor.filter(|cursor| cursor.epoch == epoch && (floor..=head).contains(&cursor.seq));
    let rows = match &since {
        Some(cursor) => db.private_rows(
            "r.user = ?1 AND r.seq > ?2 ORDER BY r.seq",
            user,
            sql(cursor.seq),
        ),
        None => db.private_rows(
            "r.user = ?1 AND r.seq > ?2 AND r.value IS NOT NULL ORDER BY r.seq",
            user,
            0,
        ),
    }?;
    Ok(Private {
        epoch,
        up_to: head,
        reset: since.is_none(),
        rows,
    })
}

/// Reads one private row.
pub(super) fn read_row(
    db: Db<'_>,
    viewer: &UserId,
    key: PrivateKey,
) -> Result<PrivateRow, ReadError> {
    match db.user(viewer)? {
        Some(user) => Ok(db.private_row(user, key)?),
        None => Ok(PrivateRow {
            key,
            seq: Seq::ZERO,
            value: Value::Null,
        }),
    }
}

impl Db<'_> {
    /// Returns a private row; null where there is none.
    fn private_row(&self, user: i64, key: PrivateKey) -> Result<PrivateRow, StoreError> {
        let missing = |key| PrivateRow {
            key,
            seq: Seq::ZERO,
            value: Value::Null,
        };
        let Some(bytes) = key_bytes::encode(self, &key)? else {
            return Ok(missing(key));
        };
        let mut statement =
            self.prepare("SELECT seq, value FROM private_rows WHERE user = ?1 AND key = ?2")?;
        let found = statement
            .query_row(params![user, bytes], |row| {
                Ok((seq_at(row, 0)?, row.get::<_, Option<Vec<u8>>>(1)?))
            })
            .optional()?;
        match found {
            None => Ok(missing(key)),
            Some((seq, value)) => Ok(PrivateRow {
                key,
                seq,
                value: self.open_value(user, &bytes, value.as_deref())?,
            }),
        }
    }

    fn private_rows(
        &self,
        condition: &str,
        user: i64,
        since: i64,
    ) -> Result<Vec<PrivateRow>, StoreError> {
        let mut statement = self.prepare(&format!(
            "SELECT r.key, r.seq, r.value FROM private_rows r WHERE {condition}"
        ))?;
        let mut rows = statement.query([user, since])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(0)?;
            let value: Option<Vec<u8>> = row.get(2)?;
            found.push(PrivateRow {
                key: key_bytes::decode(self, &bytes)?,
                seq: seq_at(row, 1)?,
                value: self.open_value(user, &bytes, value.as_deref())?,
            });
        }
        Ok(found)
    }

    fn open_value(
        &self,
        user: i64,
        key: &[u8],
        sealed: Option<&[u8]>,
    ) -> Result<Value, StoreError> {
        let Some(sealed) = sealed else {
            return Ok(Value::Null);
        };
        let json = self.vault.open_private(user, key, sealed)?;
        serde_json::from_slice(&json).map_err(|_| corrupt("private value"))
    }

    fn private_rows_with_value(&self, user: i64) -> Result<usize, StoreError> {
        let mut statement = self.prepare(
            "SELECT count(*) FROM private_rows WHERE user = ?1 AND key >= ?2 AND value IS NOT NULL",
        )?;
        let count: i64 =
            statement.query_row(params![user, key_bytes::FIRST_WRITABLE], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

impl Tx<'_> {
    /// Writes a private row, takes the user's next private seq and leaves the commit.
    pub(super) fn write_private(
        &mut self,
        user: i64,
        id: &UserId,
        key: PrivateKey,
        value: Value,
    ) -> Result<PrivateRow, StoreError> {
        if let PrivateKey::Block(blocked) = &key {
            self.ensure_user(blocked)?;
        }
        let bytes = key_bytes::encode(self, &key)?.ok_or_else(|| corrupt("private key"))?;
        let sealed = match &value {
            Value::Null => None,
            value => Some(self.vault.seal_private(user, &bytes, &value.to_string())?),
        };
        let seq = self.advance_private(user)?;
        self.execute(
            "INSERT INTO private_rows (user, key, seq, value) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (user, key) DO UPDATE SET seq = excluded.seq, value = excluded.value",
            params![user, bytes, sql(seq), sealed],
        )?;
        if value.is_null() {
            self.forget_removed(user)?;
        }
        let row = PrivateRow { key, seq, value };
        self.tell(Commit::Private(Arc::new(PrivateCommit {
            user: id.clone(),
            seq,
            rows: vec![row.clone()],
        })));
        Ok(row)
    }

    /// Lets go of the older half of a user's removed rows when there are too many, and has readers from before start over.
    fn forget_removed(&self, user: i64) -> Result<(), StoreError> {
        let mut statement = self.prepare(
            "SELECT seq FROM private_rows WHERE user = ?1 AND value IS NULL ORDER BY seq",
        )?;
        let removed: Vec<Seq> = statement
            .query_map([user], |row| seq_at(row, 0))?
            .collect::<rusqlite::Result<_>>()?;
        if removed.len() <= MAX_REMOVED_PRIVATE_ROWS {
            return Ok(());
        }
        let floor = removed[removed.len() / 2];
        self.execute(
            "DELETE FROM private_rows WHERE user = ?1 AND value IS NULL AND seq <= ?2",
            [user, sql(floor)],
        )?;
        self.execute(
            "UPDATE users SET private_floor = ?2 WHERE id = ?1",
            [user, sql(floor)],
        )
        .map(drop)
    }
}
