//! Memberships: participants' rows, the intervals that say what they see, generations, and the succession of owners.

use rusqlite::{OptionalExtension as _, params};
use samtale_model::{PrivateKey, Receipt, Role, Seq, UserId};
use serde_json::json;

use super::db::{ChatRow, Member, seq_at, sql, user_at};
use super::private::key_bytes;
use super::tx::Tx;
use crate::api::limits::MAX_CHATS;
use crate::api::{Commit, MembershipChange, Refusal, StoreError, WriteError};

/// Someone who comes into a chat, with the row they left behind where they were in before.
pub(super) struct Entry {
    pub(super) user: i64,
    pub(super) role: Role,
    pub(super) before: Option<Member>,
}

impl Tx<'_> {
    /// Brings someone in with the commit of the chat's head. What they see begins here, and so do their receipts: what was
    /// said before waits for nobody.
    pub(super) fn enter(&self, chat: &ChatRow, entry: &Entry) -> Result<(), WriteError> {
        let mut statement =
            self.prepare("SELECT count(*) FROM (SELECT 1 FROM chat_participants WHERE user = ?1 AND active = 1 LIMIT ?2)")?;
        let chats: u32 = statement.query_row(params![entry.user, MAX_CHATS], |row| row.get(0))?;
        if chats >= MAX_CHATS {
            return Err(Refusal::TooMany("chats of one person").into());
        }
        let generation = entry.before.map_or(1, |member| member.generation + 1);
        self.execute(
            "INSERT INTO chat_participants (chat, user, seq, role, active, generation, joined_at) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)
             ON CONFLICT (chat, user) DO UPDATE SET seq = excluded.seq, role = excluded.role, active = 1,
                 generation = excluded.generation, joined_at = excluded.joined_at, left_at = NULL",
            params![chat.row, entry.user, sql(chat.head), entry.role.as_str(), generation.cast_signed(), self.now.0],
        )?;
        self.execute(
            "INSERT INTO memberships (chat, user, from_seq) VALUES (?1, ?2, ?3)",
            [chat.row, entry.user, sql(chat.head)],
        )?;
        Ok(())
    }

    /// Raises the receipts of someone who came in to the commit that they came with.
    pub(super) fn catch_up_receipt(
        &mut self,
        chat: &ChatRow,
        user: i64,
        id: &UserId,
        role: Role,
        tell: bool,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO watermarks (chat, user, delivered, read) VALUES (?1, ?2, ?3, ?3)
             ON CONFLICT (chat, user) DO UPDATE SET delivered = excluded.delivered, read = excluded.read",
            [chat.row, user, sql(chat.head)],
        )?;
        if tell {
            let receipt = Receipt::new(id.clone(), chat.head, chat.head);
            self.tell(Commit::Receipt {
                chat: chat.id,
                receipt,
                counts: role.counts_for_ticks(),
            });
        }
        Ok(())
    }

    /// Takes someone out with the commit of the chat's head, whose count of members is the one without them. Answers who
    /// succeeds them as owner, and what changed for whom.
    #[expect(clippy::type_complexity, reason = "the pair is taken apart at once")]
    pub(super) fn exit(
        &self,
        chat: &ChatRow,
        user: i64,
        id: &UserId,
        member: &Member,
        by_themselves: bool,
    ) -> Result<(Option<(i64, UserId)>, Vec<MembershipChange>), StoreError> {
        self.execute(
            "UPDATE chat_participants SET seq = ?3, active = 0, generation = generation + 1, left_at = ?4
             WHERE chat = ?1 AND user = ?2",
            [chat.row, user, sql(chat.head), self.now.0],
        )?;
        self.execute(
            "UPDATE memberships SET to_seq = ?3 WHERE chat = ?1 AND user = ?2 AND to_seq IS NULL",
            [chat.row, user, sql(chat.head)],
        )?;
        self.count_members(chat)?;
        let mut membership = vec![MembershipChange::Left {
            user: id.clone(),
            by_themselves,
        }];
        let mut heir = None;
        if member.role == Role::Owner && !self.has_other_owner(chat.row, user)? {
            heir = self.heir(chat.row)?;
        }
        if let Some((row, heir)) = &heir {
            self.assign(chat, *row, Role::Owner)?;
            membership.push(MembershipChange::Role(heir.clone()));
        }
        Ok((heir, membership))
    }

    /// Returns whether someone else in the chat is an owner.
    pub(super) fn has_other_owner(&self, chat: i64, user: i64) -> Result<bool, StoreError> {
        let mut statement = self.prepare(
            "SELECT 1 FROM chat_participants WHERE chat = ?1 AND user <> ?2 AND active = 1 AND role = 'owner' LIMIT 1",
        )?;
        Ok(statement.exists([chat, user])?)
    }

    /// Returns who becomes owner when the last one is gone: the longest-standing tutor, else participant, and one who only
    /// reads when there is nobody else.
    fn heir(&self, chat: i64) -> Result<Option<(i64, UserId)>, StoreError> {
        let mut statement = self.prepare(
            "SELECT p.user, (SELECT sub FROM users WHERE id = p.user) FROM chat_participants p
             JOIN memberships m ON m.chat = p.chat AND m.user = p.user AND m.to_seq IS NULL
             WHERE p.chat = ?1 AND p.active = 1
             ORDER BY CASE p.role WHEN 'tutor' THEN 0 WHEN 'observer' THEN 2 ELSE 1 END, m.from_seq, p.user LIMIT 1",
        )?;
        let found = statement
            .query_row([chat], |row| {
                Ok(user_at(row, 1).and_then(|id| Ok((row.get(0)?, id))))
            })
            .optional()?;
        found.transpose()
    }

    /// Gives an active participant a role with the commit of the chat's head.
    pub(super) fn assign(&self, chat: &ChatRow, user: i64, role: Role) -> Result<(), StoreError> {
        self.execute(
            "UPDATE chat_participants SET seq = ?3, role = ?4 WHERE chat = ?1 AND user = ?2",
            params![chat.row, user, sql(chat.head), role.as_str()],
        )
        .map(drop)
    }

    /// Writes how many are in a chat.
    pub(super) fn count_members(&self, chat: &ChatRow) -> Result<(), StoreError> {
        self.execute(
            "UPDATE chats SET members = ?2 WHERE id = ?1",
            params![chat.row, chat.members],
        )
        .map(drop)
    }

    /// Raises the generation of everyone in a chat, and answers who is to start over.
    pub(super) fn reset_members(
        &self,
        chat: &ChatRow,
    ) -> Result<Vec<MembershipChange>, StoreError> {
        self.execute(
            "UPDATE chat_participants SET generation = generation + 1 WHERE chat = ?1 AND active = 1",
            [chat.row],
        )?;
        let mut statement = self.prepare(
            "SELECT u.sub FROM chat_participants p CROSS JOIN users u ON u.id = p.user WHERE p.chat = ?1 AND p.active = 1",
        )?;
        let mut rows = statement.query([chat.row])?;
        let mut resets = Vec::new();
        while let Some(row) = rows.next()? {
            resets.push(MembershipChange::Reset(user_at(row, 0)?));
        }
        Ok(resets)
    }

    /// Writes a member's private row of the chat.
    pub(super) fn tell_chat_row(
        &mut self,
        chat: &ChatRow,
        user: i64,
        id: &UserId,
        role: Role,
        active: bool,
    ) -> Result<(), StoreError> {
        let value = json!({ "role": role, "active": active });
        self.write_private(user, id, PrivateKey::Chat(chat.id), value)
            .map(drop)
    }

    /// Returns whether a user has blocked another.
    pub(super) fn has_blocked(&self, user: i64, other: i64) -> Result<bool, StoreError> {
        let mut statement = self.prepare(
            "SELECT 1 FROM private_rows WHERE user = ?1 AND key = ?2 AND value IS NOT NULL",
        )?;
        Ok(statement.exists(params![user, key_bytes::block(other)])?)
    }

    /// Returns the seq of a private counter, raised by one.
    pub(super) fn advance_private(&self, user: i64) -> Result<Seq, StoreError> {
        let mut statement = self.prepare(
            "UPDATE users SET private_seq = private_seq + 1 WHERE id = ?1 RETURNING private_seq",
        )?;
        Ok(statement.query_row([user], |row| seq_at(row, 0))?)
    }
}
