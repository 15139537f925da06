//! Erasing a user: what they said and kept goes, and what names them.
//!
//! In every chat that lists them there is one purge commit: their messages become tombstones, their reactions and
//! receipts go, and they leave. The user's row stays under a name that says nothing, `erased:` and random digits, so that
//! tombstones still have a sender. Because ids change and reactions vanish, everyone in those chats starts over; the
//! commit's envelope has the newest tombstones, the reset brings the rest. The host product's id is remembered as a keyed
//! hash alone, with the time: tokens issued until then are refused, and one issued later begins as somebody new.

use samtale_model::{Body, Message, Role, Rows, UserId};

use super::db::{ChatRow, Member, sql};
use super::tx::{Told, Tx};
use crate::api::limits::MAX_LIMIT;
use crate::api::{Commit, MembershipChange, StoreError};

/// Forgets a user. Asking again, or for somebody unknown, raises the time before which tokens are refused.
pub(super) fn erase_user(tx: &mut Tx<'_>, user: &UserId) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO erasures (sub_hash, at) VALUES (?1, ?2) ON CONFLICT (sub_hash) DO UPDATE SET at = max(at, excluded.at)",
        rusqlite::params![tx.vault.sub_hash(user), tx.now.0],
    )?;
    if let Some(row) = tx.user(user)? {
        let nobody = nameless(tx)?;
        tx.execute(
            "UPDATE users SET sub = ?2, name = NULL, avatar_url = NULL, locale = NULL, last_seen = NULL WHERE id = ?1",
            rusqlite::params![row, nobody.as_str()],
        )?;
        for chat in tx.chats_of(row)? {
            let mut chat = tx.chat_of_row(chat)?;
            purge(tx, &mut chat, row, user)?;
        }
        for statement in [
            "DELETE FROM private_rows WHERE user = ?1",
            "DELETE FROM private_op_ids WHERE user = ?1",
            "UPDATE op_ids SET fingerprint = x'' WHERE actor = ?1",
        ] {
            tx.execute(statement, [row])?;
        }
    }
    tx.tell(Commit::Erased(user.clone()));
    Ok(())
}

/// Makes an id that says nothing.
fn nameless(tx: &Tx<'_>) -> Result<UserId, StoreError> {
    let mut random = [0; 8];
    tx.env.fill_random(&mut random);
    UserId::new(format!("erased:{:016x}", u64::from_be_bytes(random)))
        .map_err(|_| super::error::corrupt("user id"))
}

/// Takes a user out of a chat, with everything of theirs.
fn purge(tx: &mut Tx<'_>, chat: &mut ChatRow, user: i64, id: &UserId) -> Result<(), StoreError> {
    let seq = tx.advance(chat)?;
    let mut messages = Vec::new();
    for held in tx.messages(
        chat,
        "m.sender = ?2 AND m.deleted_at IS NULL ORDER BY m.created_seq DESC",
        [chat.row, user],
    )? {
        if held.message.created_seq <= chat.indexed {
            tx.unindex(chat.row, held.message.created_seq)?;
            tx.index_later(chat);
        }
        tx.entomb(chat.row, &held, seq)?;
        if messages.len() < MAX_LIMIT {
            let content = Body::default();
            messages.push(Message {
                seq,
                content,
                deleted_at: Some(tx.now),
                ..held.message
            });
        }
    }
    messages.reverse();
    tx.execute(
        "UPDATE messages SET fingerprint = x'' WHERE chat = ?1 AND sender = ?2",
        [chat.row, user],
    )?;
    forget_reactions(tx, chat.row, user)?;
    tx.execute(
        "DELETE FROM watermarks WHERE chat = ?1 AND user = ?2",
        [chat.row, user],
    )?;

    let member = tx
        .member(chat.row, user)?
        .ok_or_else(|| super::error::corrupt("participant"))?;
    let (mut membership, mut changed) = (Vec::new(), vec![user]);
    if member.active {
        let heir = leave(tx, chat, user, id, &member, &mut membership)?;
        changed.extend(heir);
    } else {
        tx.execute(
            "UPDATE chat_participants SET seq = ?3 WHERE chat = ?1 AND user = ?2",
            [chat.row, user, sql(seq)],
        )?;
    }
    membership.extend(tx.reset_members(chat)?);
    let participants = changed
        .into_iter()
        .map(|user| tx.participant(chat.row, user))
        .collect::<Result<Vec<_>, _>>()?;
    tx.commit(
        chat,
        Rows {
            messages,
            participants,
            ..Rows::default()
        },
        Told {
            membership,
            ..Told::default()
        },
    );
    Ok(())
}

/// Ends a membership, and answers who becomes owner by that.
fn leave(
    tx: &mut Tx<'_>,
    chat: &mut ChatRow,
    user: i64,
    id: &UserId,
    member: &Member,
    membership: &mut Vec<MembershipChange>,
) -> Result<Option<i64>, StoreError> {
    chat.members = chat.members.saturating_sub(1);
    let (heir, changes) = tx.exit(chat, user, id, member, true)?;
    membership.extend(changes);
    let Some((row, id)) = heir else {
        return Ok(None);
    };
    tx.tell_chat_row(chat, row, &id, Role::Owner, true)?;
    Ok(Some(row))
}

/// Takes back a user's reactions, with their part in the counts.
fn forget_reactions(tx: &Tx<'_>, chat: i64, user: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE reaction_counts SET count = count - 1 WHERE chat = ?1 AND EXISTS (
             SELECT 1 FROM reactions r, json_each(r.emoji) e WHERE r.chat = ?1 AND r.user = ?2
             AND r.message = reaction_counts.message AND e.value = reaction_counts.emoji)",
        [chat, user],
    )?;
    tx.execute(
        "DELETE FROM reaction_counts WHERE chat = ?1 AND count <= 0",
        [chat],
    )?;
    tx.execute(
        "DELETE FROM reactions WHERE chat = ?1 AND user = ?2",
        [chat, user],
    )
    .map(drop)
}
