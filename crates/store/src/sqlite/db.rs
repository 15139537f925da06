//! A connection within a transaction, with its keys: how rows become the model's words. Reads and writes share it.

use std::sync::Arc;

use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Row, params};
use samtale_model::{
    Chat, ChatId, DATA_VERSION, Epoch, HistoryRule, Lineage, MessageId, Participant, Role, Seq,
    Title, UnixMillis, UserId,
};

use super::error::corrupt;
use super::vault::Vault;
use crate::api::{StoreError, Visibility};
use crate::seal::ChatKey;

/// A connection within a transaction, with the keys to what it holds.
#[derive(Clone, Copy)]
pub(super) struct Db<'a> {
    pub(super) conn: &'a Connection,
    pub(super) vault: &'a Vault,
    pub(super) lineage: &'a Lineage,
}

/// A chat's row.
#[derive(Clone, Debug)]
pub(super) struct ChatRow {
    pub(super) row: i64,
    pub(super) id: ChatId,
    pub(super) head: Seq,
    pub(super) seq: Seq,
    pub(super) members: u32,
    pub(super) active_at: UnixMillis,
    /// The search index covers what was created up to here.
    pub(super) indexed: Seq,
    pub(super) history: HistoryRule,
    pub(super) created_by: UserId,
    pub(super) created_at: UnixMillis,
    pub(super) title: Option<Title>,
}

/// A participant's row, without the profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) seq: Seq,
    pub(super) role: Role,
    pub(super) active: bool,
    pub(super) generation: u64,
}

/// A user in a chat of theirs, now or formerly.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) user: i64,
    pub(super) id: UserId,
    pub(super) chat: ChatRow,
    pub(super) member: Member,
}

const CHAT_COLUMNS: &str = "c.id, c.uuid, c.head, c.seq, c.members, c.active_at, c.indexed, c.history, \
     (SELECT sub FROM users WHERE id = c.created_by), c.created_at, c.title";
const MEMBER_COLUMNS: &str = "p.seq, p.role, p.active, p.generation";
const PARTICIPANT_COLUMNS: &str =
    "u.sub, p.seq, u.name, u.avatar_url, p.role, p.active, p.joined_at, p.left_at";

/// Returns a seq as SQLite holds it; what no chat reaches becomes the greatest there is.
pub(super) fn sql(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// Reads a seq.
pub(super) fn seq_at(row: &Row<'_>, index: usize) -> rusqlite::Result<Seq> {
    row.get::<_, i64>(index)
        .map(|value| Seq(value.cast_unsigned()))
}

/// Reads a user's id.
pub(super) fn user_at(row: &Row<'_>, index: usize) -> Result<UserId, StoreError> {
    UserId::new(
        row.get_ref(index)?
            .as_str()
            .map_err(|_| corrupt("user id"))?,
    )
    .map_err(|_| corrupt("user id"))
}

/// Reads a role.
pub(super) fn role_at(row: &Row<'_>, index: usize) -> Result<Role, StoreError> {
    let name = row.get_ref(index)?;
    name.as_str()
        .ok()
        .and_then(Role::from_name)
        .ok_or_else(|| corrupt("role"))
}

/// Returns a history rule's name in the database.
pub(super) const fn history_name(rule: HistoryRule) -> &'static str {
    match rule {
        HistoryRule::SinceJoining => "since_joining",
        HistoryRule::All => "all",
    }
}

impl ChatRow {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let history = match row.get_ref(7)?.as_str() {
            Ok("since_joining") => HistoryRule::SinceJoining,
            Ok("all") => HistoryRule::All,
            _ => return Err(corrupt("history rule")),
        };
        let title: Option<String> = row.get(10)?;
        Ok(Self {
            row: row.get(0)?,
            id: ChatId::from_bytes(row.get(1)?),
            head: seq_at(row, 2)?,
            seq: seq_at(row, 3)?,
            members: row.get(4)?,
            active_at: UnixMillis(row.get(5)?),
            indexed: seq_at(row, 6)?,
            history,
            created_by: user_at(row, 8)?,
            created_at: UnixMillis(row.get(9)?),
            title: title
                .map(Title::try_from)
                .transpose()
                .map_err(|_| corrupt("title"))?,
        })
    }

    /// Returns the shared row.
    pub(super) fn shared(&self) -> Chat {
        Chat {
            id: self.id,
            seq: self.seq,
            title: self.title.clone(),
            history: self.history,
            created_by: self.created_by.clone(),
            created_at: self.created_at,
        }
    }
}

impl Member {
    fn read(row: &Row<'_>, at: usize) -> Result<Self, StoreError> {
        Ok(Self {
            seq: seq_at(row, at)?,
            role: role_at(row, at + 1)?,
            active: row.get(at + 2)?,
            generation: row.get::<_, i64>(at + 3)?.cast_unsigned(),
        })
    }
}

impl<'a> Db<'a> {
    /// Prepares a statement, once for each connection.
    pub(super) fn prepare(&self, text: &str) -> Result<CachedStatement<'a>, StoreError> {
        #[cfg(test)]
        super::plans::note(text);
        Ok(self.conn.prepare_cached(text)?)
    }

    /// Returns a user's row id.
    pub(super) fn user(&self, user: &UserId) -> Result<Option<i64>, StoreError> {
        let mut statement = self.prepare("SELECT id FROM users WHERE sub = ?1")?;
        Ok(statement
            .query_row([user.as_str()], |row| row.get(0))
            .optional()?)
    }

    /// Returns the id of a user's row.
    pub(super) fn user_id(&self, row: i64) -> Result<UserId, StoreError> {
        let mut statement = self.prepare("SELECT sub FROM users WHERE id = ?1")?;
        statement.query_row([row], |row| Ok(user_at(row, 0)))?
    }

    /// Returns a chat.
    pub(super) fn chat(&self, chat: ChatId) -> Result<Option<ChatRow>, StoreError> {
        let mut statement = self.prepare(&format!(
            "SELECT {CHAT_COLUMNS} FROM chats c WHERE c.uuid = ?1"
        ))?;
        statement
            .query_row([chat.as_bytes()], |row| Ok(ChatRow::read(row)))
            .optional()?
            .transpose()
    }

    /// Returns a chat by its row.
    pub(super) fn chat_of_row(&self, chat: i64) -> Result<ChatRow, StoreError> {
        let mut statement = self.prepare(&format!(
            "SELECT {CHAT_COLUMNS} FROM chats c WHERE c.id = ?1"
        ))?;
        statement.query_row([chat], |row| Ok(ChatRow::read(row)))?
    }

    /// Returns a participant's row without the profile.
    pub(super) fn member(&self, chat: i64, user: i64) -> Result<Option<Member>, StoreError> {
        let mut statement = self.prepare(&format!(
            "SELECT {MEMBER_COLUMNS} FROM chat_participants p WHERE p.chat = ?1 AND p.user = ?2"
        ))?;
        statement
            .query_row([chat, user], |row| Ok(Member::read(row, 0)))
            .optional()?
            .transpose()
    }

    /// Returns someone in a chat that they are in or were in.
    pub(super) fn standing(
        &self,
        user: &UserId,
        chat: ChatId,
    ) -> Result<Option<Standing>, StoreError> {
        let Some(row) = self.user(user)? else {
            return Ok(None);
        };
        let mut statement = self.prepare(&format!(
            "SELECT {CHAT_COLUMNS}, {MEMBER_COLUMNS} FROM chats c JOIN chat_participants p ON p.chat = c.id
             WHERE c.uuid = ?1 AND p.user = ?2"
        ))?;
        statement
            .query_row(params![chat.as_bytes(), row], |found| {
                Ok(ChatRow::read(found).and_then(|chat| {
                    let member = Member::read(found, 11)?;
                    Ok(Standing {
                        user: row,
                        id: user.clone(),
                        chat,
                        member,
                    })
                }))
            })
            .optional()?
            .transpose()
    }

    /// Returns a chat's data key.
    pub(super) fn chat_key(&self, chat: &ChatRow) -> Result<Arc<ChatKey>, StoreError> {
        self.vault.chat_key(self.conn, chat.row, chat.id)
    }

    /// Returns what an active member may see: the one predicate of all reads.
    pub(super) fn visibility(&self, at: &Standing) -> Result<Visibility, StoreError> {
        if !at.member.active {
            return Ok(Visibility::default());
        }
        if at.chat.history == HistoryRule::All {
            return Ok(Visibility::all());
        }
        let mut statement = self
            .prepare("SELECT from_seq, to_seq FROM memberships WHERE chat = ?1 AND user = ?2 ORDER BY from_seq")?;
        let intervals = statement.query_map([at.chat.row, at.user], |row| {
            let to: Option<i64> = row.get(1)?;
            Ok((seq_at(row, 0)?, to.map(|to| Seq(to.cast_unsigned()))))
        })?;
        Ok(Visibility::of(
            intervals.collect::<rusqlite::Result<Vec<_>>>()?,
        ))
    }

    /// Returns what seqs of the chat are comparable within, for this member.
    pub(super) fn epoch(&self, at: &Standing) -> Epoch {
        self.epoch_of(at.member.generation)
    }

    /// Returns the epoch of a generation.
    pub(super) fn epoch_of(&self, generation: u64) -> Epoch {
        Epoch {
            lineage: self.lineage.clone(),
            generation,
            version: DATA_VERSION,
        }
    }

    /// Returns participants: those of `chat` that the condition, on `p` and `u`, picks.
    pub(super) fn participants(
        &self,
        condition: &str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<Participant>, StoreError> {
        let mut statement = self.prepare(&format!(
            "SELECT {PARTICIPANT_COLUMNS} FROM chat_participants p CROSS JOIN users u ON u.id = p.user WHERE {condition}"
        ))?;
        let mut rows = statement.query(values)?;
        let mut participants = Vec::new();
        while let Some(row) = rows.next()? {
            let user_id = user_at(row, 0)?;
            let name: Option<String> = row.get(2)?;
            participants.push(Participant {
                seq: seq_at(row, 1)?,
                name: name.unwrap_or_else(|| user_id.as_str().to_owned()),
                user_id,
                avatar_url: row.get(3)?,
                role: role_at(row, 4)?,
                active: row.get(5)?,
                joined_at: UnixMillis(row.get(6)?),
                left_at: row.get::<_, Option<i64>>(7)?.map(UnixMillis),
            });
        }
        Ok(participants)
    }

    /// Returns one participant's shared row.
    pub(super) fn participant(&self, chat: i64, user: i64) -> Result<Participant, StoreError> {
        let mut found = self.participants("p.chat = ?1 AND p.user = ?2", [chat, user])?;
        found.pop().ok_or_else(|| corrupt("participant"))
    }

    /// Returns where a message is: its chat's row and its place there.
    pub(super) fn locate(&self, message: MessageId) -> Result<Option<(i64, Seq)>, StoreError> {
        let mut statement =
            self.prepare("SELECT chat, created_seq FROM messages WHERE uuid = ?1")?;
        Ok(statement
            .query_row([message.as_bytes()], |row| {
                Ok((row.get(0)?, seq_at(row, 1)?))
            })
            .optional()?)
    }
}
