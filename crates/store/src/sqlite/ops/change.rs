//! Editing and deleting messages. An edit keeps the earlier words in the history; a delete leaves a tombstone and nothing
//! of what was said: words, history and reactions are gone at once, search terms with the next pass of the index.

use rusqlite::params;
use samtale_model::{Body, Message, MessageId, Permission};

use super::super::db::{Standing, sql};
use super::super::messages::Held;
use super::super::tx::{Told, Tx, message_rows};
use super::super::vault::{body_place, edit_place};
use super::send::check_content;
use super::{Answer, Known, Remembered, allow, remember};
use crate::api::limits::MAX_EDITS;
use crate::api::{Done, Refusal, StoreError, WriteError};

/// Replaces the words of one's own message.
pub(super) fn edit(
    tx: &mut Tx<'_>,
    at: &mut Standing,
    known: &Known,
    id: MessageId,
    content: &Body,
) -> Answer {
    let held = living(tx, at, id)?;
    allow(&at.member, Permission::Write)?;
    if held.sender != at.user {
        return Err(Refusal::Forbidden.into());
    }
    check_content(content)?;
    let place = held.message.created_seq;
    if tx.edits_of(at.chat.row, place)? >= MAX_EDITS {
        return Err(Refusal::TooMany("edits of one message").into());
    }

    let since = tx.worded_at(at.chat.row, &held)?;
    let key = tx.chat_key(&at.chat)?;
    let earlier = tx.vault.seal(
        &key,
        &held.message.content,
        &edit_place(at.chat.id, id, since),
    )?;
    let body = tx.vault.seal(&key, content, &body_place(at.chat.id, id))?;
    tx.execute(
        "INSERT INTO edits (chat, message, seq, at, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            at.chat.row,
            sql(place),
            sql(since),
            held.message.edited_at.unwrap_or(held.message.created_at).0,
            earlier
        ],
    )?;
    reindex(tx, at, &held)?;
    let seq = tx.advance(&mut at.chat)?;
    tx.execute(
        "UPDATE messages SET seq = ?3, edited_at = ?4, worded_seq = ?3, body = ?5 WHERE chat = ?1 AND created_seq = ?2",
        params![at.chat.row, sql(place), sql(seq), tx.now.0, body],
    )?;
    let message = Message {
        seq,
        content: content.clone(),
        edited_at: Some(tx.now),
        ..held.message.clone()
    };
    settle(tx, at, known, &held, message)
}

/// Deletes a message, one's own or, for those who may moderate, anyone's.
pub(super) fn delete(tx: &mut Tx<'_>, at: &mut Standing, known: &Known, id: MessageId) -> Answer {
    let held = living(tx, at, id)?;
    if held.sender != at.user {
        allow(&at.member, Permission::Moderate)?;
    }
    reindex(tx, at, &held)?;
    let seq = tx.advance(&mut at.chat)?;
    tx.entomb(at.chat.row, &held, seq)?;
    let message = Message {
        seq,
        content: Body::default(),
        deleted_at: Some(tx.now),
        ..held.message.clone()
    };
    settle(tx, at, known, &held, message)
}

/// Returns a message that the actor sees and that was not deleted.
pub(super) fn living(tx: &Tx<'_>, at: &Standing, id: MessageId) -> Result<Held, WriteError> {
    let visibility = tx.visibility(at)?;
    let held = tx
        .visible_message(&at.chat, &visibility, id)?
        .ok_or(Refusal::NotFound)?;
    if held.message.deleted_at.is_some() {
        return Err(Refusal::Deleted.into());
    }
    Ok(held)
}

/// Commits a changed message, with what it answers.
fn settle(tx: &mut Tx<'_>, at: &Standing, known: &Known, held: &Held, message: Message) -> Answer {
    let seq = message.seq;
    remember(
        tx,
        at,
        known,
        &Remembered {
            seq,
            message: Some(message.created_seq),
            subject: None,
        },
    )?;
    let mut rows = message_rows(vec![message]);
    if let Some(place) = held.reply_to {
        rows.quoted
            .extend(tx.message_at(&at.chat, place)?.map(|held| held.message));
    }
    tx.commit(&at.chat, rows.clone(), Told::by(&at.id));
    // The actor gets no more than they see.
    let visibility = tx.visibility(at)?;
    rows.quoted
        .retain(|quoted| visibility.sees(quoted.created_seq));
    Ok(Done {
        seq,
        repeat: false,
        value: rows,
    })
}

/// Notes that the words the index has of a message are going: they are kept, sealed, until the index dropped them.
fn reindex(tx: &mut Tx<'_>, at: &Standing, held: &Held) -> Result<(), StoreError> {
    if held.message.created_seq <= at.chat.indexed {
        tx.unindex(at.chat.row, held.message.created_seq)?;
        tx.index_later(&at.chat);
    }
    Ok(())
}
