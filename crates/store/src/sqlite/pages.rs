//! Pages of history, threads, single messages and their edits, participants.

use samtale_model::{ChatId, Edit, Message, MessageId, Page, Participant, Seq, UnixMillis, UserId};

use super::db::{Db, Standing, seq_at, sql};
use super::error::corrupt;
use super::messages::Held;
use super::sync::in_order;
use super::vault::{edit_place, open_words};
use crate::api::limits::MAX_LIMIT;
use crate::api::{ParticipantsPage, ReadError, StoreError, Visibility};

/// Reads a page of history.
pub(super) fn page(
    db: Db<'_>,
    viewer: &UserId,
    chat: ChatId,
    before: Option<Seq>,
    limit: usize,
) -> Result<Page, ReadError> {
    let at = db.active(viewer, chat)?;
    let visibility = db.visibility(&at)?;
    Ok(page_of(db, &at, &visibility, None, before, limit)?)
}

/// Reads a page of a thread, with its root among what is quoted.
pub(super) fn thread(
    db: Db<'_>,
    viewer: &UserId,
    root: MessageId,
    before: Option<Seq>,
    limit: usize,
) -> Result<Page, ReadError> {
    let (at, visibility, root) = find(db, viewer, root)?;
    let mut page = page_of(
        db,
        &at,
        &visibility,
        Some(root.message.created_seq),
        before,
        limit,
    )?;
    page.quoted.retain(|quoted| quoted.id != root.message.id);
    page.quoted.insert(0, root.message);
    Ok(page)
}

/// Reads one message.
pub(super) fn message(
    db: Db<'_>,
    viewer: &UserId,
    message: MessageId,
) -> Result<Message, ReadError> {
    find(db, viewer, message).map(|(_, _, held)| held.message)
}

/// Reads the earlier wordings of a message, oldest first.
pub(super) fn edits(
    db: Db<'_>,
    viewer: &UserId,
    message: MessageId,
) -> Result<Vec<Edit>, ReadError> {
    let (at, _, held) = find(db, viewer, message)?;
    let key = db.chat_key(&at.chat)?;
    let mut statement = db
        .prepare("SELECT seq, at, body FROM edits WHERE chat = ?1 AND message = ?2 ORDER BY seq")?;
    let mut rows = statement.query([at.chat.row, sql(held.message.created_seq)])?;
    let mut edits = Vec::new();
    while let Some(row) = rows.next()? {
        let place = edit_place(at.chat.id, message, seq_at(row, 0)?);
        let sealed = row.get_ref(2)?.as_blob().map_err(|_| corrupt("edit"))?;
        edits.push(Edit {
            content: open_words(&key, sealed, &place)?,
            at: UnixMillis(row.get(1)?),
        });
    }
    Ok(edits)
}

/// Reads a page of a chat's active participants, by user id.
pub(super) fn participants(
    db: Db<'_>,
    viewer: &UserId,
    chat: ChatId,
    after: Option<&UserId>,
    limit: usize,
) -> Result<ParticipantsPage, ReadError> {
    let at = db.active(viewer, chat)?;
    let limit = limit.clamp(1, MAX_LIMIT);
    let mut participants = db.participants(
        "p.chat = ?1 AND p.active = 1 AND u.sub > ?2 ORDER BY u.sub LIMIT ?3",
        rusqlite::params![
            at.chat.row,
            after.map_or("", UserId::as_str),
            i64::try_from(limit + 1).unwrap_or(i64::MAX)
        ],
    )?;
    let more = participants.len() > limit;
    participants.truncate(limit);
    let next = participants
        .last()
        .filter(|_| more)
        .map(|last| last.user_id.clone());
    Ok(ParticipantsPage { participants, next })
}

/// Reads the active participants of a chat without authorisation.
pub(super) fn members(db: Db<'_>, chat: ChatId) -> Result<Vec<Participant>, StoreError> {
    match db.chat(chat)? {
        Some(chat) => db.participants("p.chat = ?1 AND p.active = 1 ORDER BY p.user", [chat.row]),
        None => Ok(Vec::new()),
    }
}

/// Finds a message that the viewer may see. In a chat that is not theirs there is no such message.
fn find(
    db: Db<'_>,
    viewer: &UserId,
    message: MessageId,
) -> Result<(Standing, Visibility, Held), ReadError> {
    let (chat, place) = db.locate(message)?.ok_or(ReadError::NotFound)?;
    let chat = db.chat_of_row(chat)?;
    let at = db
        .standing(viewer, chat.id)?
        .filter(|at| at.member.active)
        .ok_or(ReadError::NotFound)?;
    let visibility = db.visibility(&at)?;
    if !visibility.sees(place) {
        return Err(ReadError::NotFound);
    }
    let held = db.message_at(&at.chat, place)?.ok_or(ReadError::NotFound)?;
    Ok((at, visibility, held))
}

fn page_of(
    db: Db<'_>,
    at: &Standing,
    visibility: &Visibility,
    thread: Option<Seq>,
    before: Option<Seq>,
    limit: usize,
) -> Result<Page, StoreError> {
    let limit = limit.clamp(1, MAX_LIMIT);
    let mut held = db.newest(&at.chat, visibility, thread, before, limit + 1)?;
    let has_more = held.len() > limit;
    held.truncate(limit);
    let quoted = db.quoted(&at.chat, visibility, &held)?;
    let reactions = db.reactions_to(at, &held)?;
    Ok(Page {
        chat_id: at.chat.id,
        epoch: db.epoch(at),
        as_of: at.chat.head,
        messages: in_order(held),
        reactions,
        quoted,
        has_more,
    })
}
