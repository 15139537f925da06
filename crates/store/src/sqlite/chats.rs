//! The list of chats: heads, unread counts, last messages. One's chats are bounded in number, so the list is sorted from
//! their rows; what is read of each chat's messages is bounded by indexes.

use samtale_model::{ChatId, ChatSummary, UnixMillis, UserId};

use super::db::{Db, Standing, sql};
use super::messages::latest_first;
use crate::api::limits::{MAX_LIMIT, MAX_UNREAD_WALK};
use crate::api::{ChatList, ChatsQuery, ReadError, StoreError, Visibility};

/// Reads the viewer's chats.
pub(super) fn chats(
    db: Db<'_>,
    viewer: &UserId,
    query: &ChatsQuery,
) -> Result<ChatList, ReadError> {
    let (ids, more) = match query {
        ChatsQuery::Ids(ids) => (ids.iter().copied().take(MAX_LIMIT).collect(), false),
        ChatsQuery::List { after, limit } => {
            list(db, viewer, *after, (*limit).clamp(1, MAX_LIMIT))?
        }
    };
    let mut chats = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(at) = db.standing(viewer, id)?.filter(|at| at.member.active) {
            chats.push(summary(&db, &at)?);
        }
    }
    Ok(ChatList { chats, more })
}

/// Reads what the viewer sees of each of their chats.
pub(super) fn views(db: Db<'_>, viewer: &UserId) -> Result<Vec<(ChatId, Visibility)>, StoreError> {
    let Some(user) = db.user(viewer)? else {
        return Ok(Vec::new());
    };
    let mut views = Vec::new();
    for row in db.chats_of(user)? {
        let chat = db.chat_of_row(row)?.id;
        if let Some(at) = db.standing(viewer, chat)?.filter(|at| at.member.active) {
            views.push((chat, db.visibility(&at)?));
        }
    }
    Ok(views)
}

/// Returns a page of the ids of the viewer's chats, the most recently active first, and whether there are more.
fn list(
    db: Db<'_>,
    viewer: &UserId,
    after: Option<ChatId>,
    limit: usize,
) -> Result<(Vec<ChatId>, bool), ReadError> {
    let Some(user) = db.user(viewer)? else {
        return Ok((Vec::new(), false));
    };
    let mut statement = db.prepare(
        "SELECT c.active_at, c.uuid FROM chat_participants p CROSS JOIN chats c ON c.id = p.chat
         WHERE p.user = ?1 AND p.active = 1 ORDER BY c.active_at DESC, c.uuid DESC",
    )?;
    let rows = statement.query_map([user], |row| {
        Ok((UnixMillis(row.get(0)?), ChatId::from_bytes(row.get(1)?)))
    })?;
    let mut chats: Vec<(UnixMillis, ChatId)> = rows.collect::<rusqlite::Result<_>>()?;
    if let Some(after) = after {
        let place = db
            .standing(viewer, after)?
            .map(|at| (at.chat.active_at, at.chat.id));
        let place = place.ok_or_else(|| {
            ReadError::BadQuery("the chat that the page follows is not yours".into())
        })?;
        chats.retain(|chat| *chat < place);
    }
    let more = chats.len() > limit;
    Ok((
        chats.into_iter().take(limit).map(|(_, id)| id).collect(),
        more,
    ))
}

/// Returns a chat as its list shows it to an active member.
pub(super) fn summary(db: &Db<'_>, at: &Standing) -> Result<ChatSummary, StoreError> {
    let visibility = db.visibility(at)?;
    let read = db.receipt(at)?.read;
    let most = i64::try_from(ChatSummary::MAX_PARTICIPANTS).unwrap_or(i64::MAX);
    let mut participants = db.participants(
        "p.chat = ?1 AND p.active = 1 AND p.user <> ?2 ORDER BY p.user LIMIT ?3",
        [at.chat.row, at.user, most - 1],
    )?;
    participants.insert(0, db.participant(at.chat.row, at.user)?);
    Ok(ChatSummary {
        chat: at.chat.shared(),
        epoch: db.epoch(at),
        head: at.chat.head,
        role: at.member.role,
        participants,
        members: at.chat.members,
        last_message: db
            .newest(&at.chat, &visibility, None, None, 1)?
            .pop()
            .map(|held| held.message),
        read,
        unread: unread(db, at, &visibility, sql(read))?,
        active_at: at.chat.active_at,
    })
}

/// Counts others' visible messages beyond a place, deleted ones passed over. It stops at what a summary shows, and looks at
/// no more than the newest messages, so that a long silence of one's own costs nothing.
fn unread(
    db: &Db<'_>,
    at: &Standing,
    visibility: &Visibility,
    read: i64,
) -> Result<u32, StoreError> {
    let mut count = 0;
    for (from, to) in latest_first(visibility) {
        let mut statement = db.prepare(UNREAD)?;
        let found: u32 = statement.query_row(
            rusqlite::params![
                at.chat.row,
                sql(from).max(read.saturating_add(1)),
                to.map_or(i64::MAX, sql),
                at.user,
                i64::try_from(MAX_UNREAD_WALK).unwrap_or(i64::MAX),
                ChatSummary::MAX_UNREAD
            ],
            |row| row.get(0),
        )?;
        count += found;
        if count >= ChatSummary::MAX_UNREAD {
            return Ok(ChatSummary::MAX_UNREAD);
        }
    }
    Ok(count)
}

/// Counts the messages of others between two places, the newest first.
pub(super) const UNREAD: &str = "SELECT count(*) FROM (
     SELECT 1 FROM (
         SELECT sender, deleted_at FROM messages WHERE chat = ?1 AND created_seq BETWEEN ?2 AND ?3
         ORDER BY created_seq DESC LIMIT ?5)
     WHERE sender <> ?4 AND deleted_at IS NULL LIMIT ?6)";
