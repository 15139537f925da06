//! Ops: authorised, remembered by their ids, each a commit of its own.
//!
//! An op that is asked again gets its first seq with the rows as they are now. A send is remembered by its message for
//! ever, the others in `op_ids` until [`purge_op_ids`]. A request is compared by a keyed fingerprint, so that no contents
//! have to be kept for it.

use rusqlite::{OptionalExtension as _, params};
use samtale_model::{ChatId, Op, OpId, Permission, Rows, Seq, UserId};

use super::db::{Member, Standing, seq_at, sql};
use super::error::corrupt;
use super::tx::{Tx, message_rows};
use super::vault::{Fingerprint, op_bytes};
use crate::api::limits::OP_RETENTION_MS;
use crate::api::{Applied, Done, Refusal, StoreError, WriteError};

mod change;
mod people;
mod react;
mod send;
mod title;

/// What an op came to.
type Answer = Result<Done<Rows>, WriteError>;

/// An op that is being applied: its id, what it is known by, and what it touched.
struct Known {
    id: OpId,
    fingerprint: Fingerprint,
}

/// What is remembered of an op.
struct Remembered {
    seq: Seq,
    message: Option<Seq>,
    subject: Option<i64>,
}

/// Applies ops in order, stopping at the first refusal.
///
/// When the store itself fails, the ops before stay in effect; they are known by their ids when they are asked again.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    actor: &UserId,
    chat: ChatId,
    ops: &[Op],
) -> Result<Applied, WriteError> {
    let mut at = tx.standing(actor, chat)?.ok_or(Refusal::NotParticipant)?;
    let mut results = Vec::with_capacity(ops.len());
    if ops.is_empty() && !at.member.active {
        return Err(Refusal::NotParticipant.into());
    }
    for op in ops {
        let before = at.clone();
        match tx.savepoint(|tx| one(tx, &mut at, op)) {
            Ok(done) => results.push(Ok(done)),
            Err(WriteError::Refused(Refusal::NotParticipant)) if results.is_empty() => {
                return Err(Refusal::NotParticipant.into());
            }
            Err(WriteError::Refused(refusal)) => {
                at = before;
                results.push(Err(refusal));
                break;
            }
            Err(WriteError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(Applied {
        epoch: tx.epoch(&at),
        results,
    })
}

fn one(tx: &mut Tx<'_>, at: &mut Standing, op: &Op) -> Answer {
    if let Op::Send {
        id,
        content,
        reply_to,
        thread_root,
    } = op
    {
        return send::send(
            tx,
            at,
            &send::Draft {
                id: *id,
                content,
                reply_to: *reply_to,
                thread_root: *thread_root,
            },
        );
    }
    let known = Known {
        id: op.id(),
        fingerprint: tx.vault.fingerprint(at.chat.id.0, op),
    };
    if let Some(remembered) = recall(tx, at, &known)? {
        let value = present(tx, at, op, &remembered)?;
        return Ok(Done {
            seq: remembered.seq,
            repeat: true,
            value,
        });
    }
    if !at.member.active {
        return Err(Refusal::NotParticipant.into());
    }
    match op {
        Op::Send { .. } => unreachable!("a send was answered above"),
        Op::Edit {
            message_id,
            content,
            ..
        } => change::edit(tx, at, &known, *message_id, content),
        Op::Delete { message_id, .. } => change::delete(tx, at, &known, *message_id),
        Op::React {
            message_id,
            emoji,
            on,
            ..
        } => react::react(tx, at, &known, *message_id, emoji, *on),
        Op::AddParticipant { user_id, role, .. } => people::add(tx, at, &known, user_id, *role),
        Op::SetRole { user_id, role, .. } => people::set_role(tx, at, &known, user_id, *role),
        Op::RemoveParticipant { user_id, .. } => people::remove(tx, at, &known, user_id),
        Op::UpdateChat { title, history, .. } => {
            title::update(tx, at, &known, title.as_ref(), *history)
        }
    }
}

/// Looks for what an op came to when it was first asked.
fn recall(tx: &Tx<'_>, at: &Standing, known: &Known) -> Result<Option<Remembered>, WriteError> {
    let mut statement = tx.prepare(
        "SELECT actor, chat, fingerprint, seq, message, subject FROM op_ids WHERE id = ?1",
    )?;
    let found = statement
        .query_row([op_bytes(known.id)], |row| {
            let same = row.get::<_, i64>(0)? == at.user
                && row.get::<_, i64>(1)? == at.chat.row
                && row.get_ref(2)?.as_blob()? == known.fingerprint;
            let message: Option<i64> = row.get(4)?;
            let remembered = Remembered {
                seq: seq_at(row, 3)?,
                message: message.map(|seq| Seq(seq.cast_unsigned())),
                subject: row.get(5)?,
            };
            Ok((same, remembered))
        })
        .optional()?;
    match found {
        None => Ok(None),
        Some((true, remembered)) => Ok(Some(remembered)),
        Some((false, _)) => Err(Refusal::IdConflict.into()),
    }
}

/// Remembers what an op came to.
fn remember(
    tx: &Tx<'_>,
    at: &Standing,
    known: &Known,
    what: &Remembered,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO op_ids (id, actor, chat, seq, message, subject, at, fingerprint) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            op_bytes(known.id),
            at.user,
            at.chat.row,
            sql(what.seq),
            what.message.map(sql),
            what.subject,
            tx.now.0,
            known.fingerprint
        ],
    )
    .map(drop)
}

/// Returns the rows of a remembered op as they are now. Who is no longer in the chat learns of their own leaving only.
fn present(tx: &Tx<'_>, at: &Standing, op: &Op, what: &Remembered) -> Result<Rows, StoreError> {
    let mut rows = Rows::default();
    match (op, what.message, what.subject) {
        (
            Op::AddParticipant { .. } | Op::SetRole { .. } | Op::RemoveParticipant { .. },
            _,
            Some(subject),
        ) if at.member.active || subject == at.user => {
            rows.participants
                .push(tx.participant(at.chat.row, subject)?);
        }
        _ if !at.member.active => {}
        (Op::React { .. }, Some(place), _) => {
            let held = tx
                .message_at(&at.chat, place)?
                .ok_or_else(|| corrupt("op's message"))?;
            if held.message.deleted_at.is_none() {
                rows.reactions
                    .push(tx.reaction_row(&at.chat, &held, at.user, at.id.clone())?);
            } else {
                rows.messages.push(held.message);
            }
        }
        (_, Some(place), _) => {
            let held = tx
                .message_at(&at.chat, place)?
                .ok_or_else(|| corrupt("op's message"))?;
            rows = message_rows(vec![held.message]);
        }
        (Op::UpdateChat { .. }, ..) => rows.chat = Some(at.chat.shared()),
        _ => {}
    }
    Ok(rows)
}

/// Refuses what the actor's role does not allow.
fn allow(member: &Member, permission: Permission) -> Result<(), Refusal> {
    if member.role.may(permission) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// Forgets the ids of ops that are older than any outbox, and returns how many. Sends are remembered by their messages.
pub(super) fn purge_op_ids(tx: &Tx<'_>) -> Result<usize, StoreError> {
    let before = tx.now.0.saturating_sub_unsigned(OP_RETENTION_MS);
    let shared = tx.execute("DELETE FROM op_ids WHERE at < ?1", [before])?;
    let private = tx.execute("DELETE FROM private_op_ids WHERE at < ?1", [before])?;
    Ok(shared + private)
}
