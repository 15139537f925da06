//! Sending a message: the store's hottest path, so it touches as few rows as it can.

use rusqlite::params;
use samtale_model::{Body, ContentError, Message, MessageId, MessageKind, Permission, Rows, Seq};

use super::super::db::{Standing, sql};
use super::super::messages::Held;
use super::super::tx::{Told, Tx, message_rows};
use super::super::vault::{Fingerprint, body_place};
use super::{Answer, allow};
use crate::api::{Done, Refusal, StoreError, WriteError};

/// A message to be sent.
pub(super) struct Draft<'a> {
    pub(super) id: MessageId,
    pub(super) content: &'a Body,
    pub(super) reply_to: Option<MessageId>,
    pub(super) thread_root: Option<MessageId>,
}

/// Sends a message.
pub(super) fn send(tx: &mut Tx<'_>, at: &mut Standing, draft: &Draft<'_>) -> Answer {
    let fingerprint =
        tx.vault
            .send_fingerprint(at.chat.id, draft.content, draft.reply_to, draft.thread_root);
    if let Some(done) = repeat(tx, at, draft, fingerprint)? {
        return Ok(done);
    }
    if !at.member.active {
        return Err(Refusal::NotParticipant.into());
    }
    allow(&at.member, Permission::Write)?;
    check_content(draft.content)?;
    let (answered, root) = context(tx, at, draft)?;

    let key = tx.chat_key(&at.chat)?;
    let body = tx
        .vault
        .seal(&key, draft.content, &body_place(at.chat.id, draft.id))?;
    // Within a chat the clock never goes back, whatever the machine's does: search pages rely on it.
    at.chat.active_at = tx.now.max(at.chat.active_at);
    let seq = tx.advance(&mut at.chat)?;
    let answered_at = answered.as_ref().map(|held| sql(held.message.created_seq));
    let root_at = root.as_ref().map(|held| held.message.created_seq);
    tx.execute(
        "INSERT INTO messages (chat, created_seq, seq, sender, uuid, reply_to, thread_root, created_at, fingerprint, body)
         VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            at.chat.row,
            sql(seq),
            at.user,
            draft.id.as_bytes(),
            answered_at,
            root_at.map(sql),
            at.chat.active_at.0,
            fingerprint,
            body
        ],
    )?;
    tx.index_later(&at.chat);

    let mut rows = Rows::default();
    rows.quoted.extend(answered.map(|held| held.message));
    let thread_root = root.as_ref().map(|held| held.message.id);
    if let Some(root) = root {
        rows.quoted.retain(|quoted| quoted.id != root.message.id);
        rows.messages.push(counted(tx, at, seq, root)?);
    }
    rows.messages.push(Message {
        id: draft.id,
        chat_id: at.chat.id,
        seq,
        created_seq: seq,
        sender_id: at.id.clone(),
        kind: MessageKind::Text,
        content: draft.content.clone(),
        reply_to: draft.reply_to,
        thread_root,
        thread_count: 0,
        created_at: at.chat.active_at,
        edited_at: None,
        deleted_at: None,
    });
    tx.commit(&at.chat, rows.clone(), Told::by(&at.id));
    Ok(Done {
        seq,
        repeat: false,
        value: rows,
    })
}

/// Answers a send that was taken before.
fn repeat(
    tx: &Tx<'_>,
    at: &Standing,
    draft: &Draft<'_>,
    fingerprint: Fingerprint,
) -> Result<Option<Done<Rows>>, WriteError> {
    let Some((chat, place)) = tx.locate(draft.id)? else {
        return Ok(None);
    };
    let mut statement = tx
        .prepare("SELECT sender, fingerprint FROM messages WHERE chat = ?1 AND created_seq = ?2")?;
    let same = statement.query_row([chat, sql(place)], |row| {
        Ok(row.get::<_, i64>(0)? == at.user && row.get_ref(1)?.as_blob()? == fingerprint)
    })?;
    if chat != at.chat.row || !same {
        return Err(Refusal::IdConflict.into());
    }
    let message = if at.member.active {
        tx.message_at(&at.chat, place)?
    } else {
        None
    };
    let value = message_rows(message.into_iter().map(|held| held.message).collect());
    Ok(Some(Done {
        seq: place,
        repeat: true,
        value,
    }))
}

/// Finds the message that is answered and the root of the thread, both visible to the sender. A message of a thread can't
/// be a root itself: its root takes its place.
fn context(
    tx: &Tx<'_>,
    at: &Standing,
    draft: &Draft<'_>,
) -> Result<(Option<Held>, Option<Held>), WriteError> {
    if draft.reply_to.is_none() && draft.thread_root.is_none() {
        return Ok((None, None));
    }
    let visibility = tx.visibility(at)?;
    let find = |id: Option<MessageId>| -> Result<Option<Held>, WriteError> {
        let Some(id) = id else {
            return Ok(None);
        };
        Ok(Some(
            tx.visible_message(&at.chat, &visibility, id)?
                .ok_or(Refusal::NotFound)?,
        ))
    };
    let answered = find(draft.reply_to)?;
    let mut root = find(draft.thread_root)?;
    if let Some(above) = root.as_ref().and_then(|held| held.message.thread_root) {
        root = find(Some(above))?;
    }
    Ok((answered, root))
}

/// Counts a message in on the root of its thread, which is changed by the same commit.
fn counted(tx: &Tx<'_>, at: &Standing, seq: Seq, root: Held) -> Result<Message, StoreError> {
    tx.execute(
        "UPDATE messages SET thread_count = thread_count + 1, seq = ?3 WHERE chat = ?1 AND created_seq = ?2",
        [at.chat.row, sql(root.message.created_seq), sql(seq)],
    )?;
    let thread_count = root.message.thread_count + 1;
    Ok(Message {
        seq,
        thread_count,
        ..root.message
    })
}

/// Refuses content that is no content.
pub(super) fn check_content(content: &Body) -> Result<(), Refusal> {
    content.check().map_err(|error| match error {
        ContentError::Empty => Refusal::ContentEmpty,
        ContentError::TooLong => Refusal::ContentTooLong,
    })
}
