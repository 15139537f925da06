//! Catching up: what changed in a chat since a cursor, or the newest page where that can't be told.
//!
//! A row's present stamp decides in which answer it comes: rows with `since < seq <= upTo`. One that changes again
//! meanwhile comes in a later answer, so an old snapshot with all the answers merged is a fresh one.

use std::collections::BTreeSet;

use samtale_model::{ChatId, Cursor, Reaction, Rows, Seq, Sync, UserId};

use super::db::{Db, Standing, seq_at, sql};
use super::messages::Held;
use crate::api::limits::{MAX_CHANGES, MAX_LIMIT, MAX_LISTED_PARTICIPANTS};
use crate::api::{ReadError, Snapshot, StoreError, Visibility};

/// Reads what changed in a chat since a cursor.
pub(super) fn sync(
    db: Db<'_>,
    viewer: &UserId,
    chat: ChatId,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Snapshot, ReadError> {
    let at = db.active(viewer, chat)?;
    let visibility = db.visibility(&at)?;
    let limit = limit.clamp(1, MAX_LIMIT);
    let epoch = db.epoch(&at);
    let since = cursor
        .filter(|cursor| cursor.epoch == epoch && cursor.seq <= at.chat.head)
        .map(|cursor| cursor.seq);
    let (reset, up_to, rows, has_older) = match since {
        Some(since) => match stamps(db, &at, since)? {
            Some(stamps) => {
                let up_to = if stamps.len() <= limit {
                    at.chat.head
                } else {
                    stamps[limit - 1]
                };
                (
                    false,
                    up_to,
                    changes(db, &at, &visibility, since, up_to)?,
                    false,
                )
            }
            None => fresh(db, &at, &visibility, limit)?,
        },
        None => fresh(db, &at, &visibility, limit)?,
    };
    let sync = Sync {
        chat_id: chat,
        epoch,
        up_to,
        head: at.chat.head,
        reset,
        has_older,
        rows,
        receipts: db.receipts(&at)?,
        members: at.chat.members,
        role: at.member.role,
    };
    Ok(Snapshot { sync, visibility })
}

/// Returns the stamps of the rows that changed after `since`, in order; none where they are too many. Rows that this reader
/// may not see count too: what is read must be bounded.
fn stamps(db: Db<'_>, at: &Standing, since: Seq) -> Result<Option<Vec<Seq>>, StoreError> {
    let most = i64::try_from(MAX_CHANGES + 1).unwrap_or(i64::MAX);
    let mut stamps = Vec::new();
    if at.chat.seq > since {
        stamps.push(at.chat.seq);
    }
    for query in STAMPS {
        let mut statement = db.prepare(query)?;
        let found = statement.query_map([at.chat.row, sql(since), most], |row| seq_at(row, 0))?;
        for seq in found {
            stamps.push(seq?);
        }
        if stamps.len() > MAX_CHANGES {
            return Ok(None);
        }
    }
    stamps.sort_unstable();
    Ok(Some(stamps))
}

/// Where changed rows are found: messages created since, those changed since that are older, participants, reactions.
pub(super) const STAMPS: [&str; 4] = [
    "SELECT seq FROM messages WHERE chat = ?1 AND created_seq > ?2 LIMIT ?3",
    "SELECT seq FROM messages INDEXED BY messages_by_change
     WHERE chat = ?1 AND seq > ?2 AND seq <> created_seq AND created_seq <= ?2 LIMIT ?3",
    "SELECT seq FROM chat_participants INDEXED BY chat_participants_by_change WHERE chat = ?1 AND seq > ?2 LIMIT ?3",
    "SELECT seq FROM reactions WHERE chat = ?1 AND seq > ?2 LIMIT ?3",
];

/// Returns what changed between two seqs. An older message that was changed comes with its reactions.
fn changes(
    db: Db<'_>,
    at: &Standing,
    visibility: &Visibility,
    since: Seq,
    up_to: Seq,
) -> Result<Rows, StoreError> {
    let (chat, after, until) = (at.chat.row, sql(since), sql(up_to));
    let mut held = db.messages(&at.chat, CHANGED, [chat, after, until])?;
    held.retain(|held| visibility.sees(held.message.created_seq));
    // An earlier page may have left one out for its later change, and with it what was reacted before that.
    let known = db.reactions_to(at, &held)?;
    held.extend(db.messages(&at.chat, CREATED, [chat, after, until])?);
    held.retain(|held| visibility.sees(held.message.created_seq));
    let quoted = db.quoted(&at.chat, visibility, &held)?;
    let mut reactions = db.changed_reactions(&at.chat, since, up_to)?;
    reactions.retain(|(place, _)| visibility.sees(*place));
    let mut reactions: Vec<Reaction> = reactions.into_iter().map(|(_, row)| row).collect();
    let of = |row: &Reaction| (row.message_id, row.user_id.clone());
    let told: BTreeSet<_> = reactions.iter().map(of).collect();
    reactions.extend(known.into_iter().filter(|row| !told.contains(&of(row))));
    Ok(Rows {
        chat: (at.chat.seq > since && at.chat.seq <= up_to).then(|| at.chat.shared()),
        participants: db.participants(
            "p.chat = ?1 AND p.seq > ?2 AND p.seq <= ?3 ORDER BY p.seq, u.sub",
            [chat, after, until],
        )?,
        messages: in_order(held),
        reactions,
        quoted,
    })
}

/// Messages created after a seq whose last change is not beyond another.
pub(super) const CREATED: &str =
    "m.created_seq > ?2 AND m.created_seq <= ?3 AND m.seq <= ?3 ORDER BY m.created_seq";
/// Older messages that were changed between two seqs.
pub(super) const CHANGED: &str =
    "m.seq > ?2 AND m.seq <= ?3 AND m.seq <> m.created_seq AND m.created_seq <= ?2 ORDER BY m.seq";

/// Returns what a reader starts over with.
fn fresh(
    db: Db<'_>,
    at: &Standing,
    visibility: &Visibility,
    limit: usize,
) -> Result<(bool, Seq, Rows, bool), StoreError> {
    let mut held = db.newest(&at.chat, visibility, None, None, limit + 1)?;
    let has_older = held.len() > limit;
    held.truncate(limit);
    let quoted = db.quoted(&at.chat, visibility, &held)?;
    let reactions = db.reactions_to(at, &held)?;
    let rows = Rows {
        chat: Some(at.chat.shared()),
        participants: people(db, at, &held)?,
        messages: in_order(held),
        reactions,
        quoted,
    };
    Ok((true, at.chat.head, rows, has_older))
}

/// Returns everyone who is or was in a small chat; in a large one the reader and those whose messages are shown.
fn people(
    db: Db<'_>,
    at: &Standing,
    held: &[Held],
) -> Result<Vec<samtale_model::Participant>, StoreError> {
    let most = i64::try_from(MAX_LISTED_PARTICIPANTS + 1).unwrap_or(i64::MAX);
    let all = db.participants("p.chat = ?1 ORDER BY p.user LIMIT ?2", [at.chat.row, most])?;
    if all.len() <= MAX_LISTED_PARTICIPANTS {
        return Ok(all);
    }
    let mut users: Vec<i64> = held.iter().map(|held| held.sender).collect();
    users.push(at.user);
    users.sort_unstable();
    users.dedup();
    users
        .into_iter()
        .map(|user| db.participant(at.chat.row, user))
        .collect()
}

/// Returns messages in the order of the timeline.
pub(super) fn in_order(held: Vec<Held>) -> Vec<samtale_model::Message> {
    let mut messages: Vec<_> = held.into_iter().map(|held| held.message).collect();
    messages.sort_unstable_by_key(|message| message.created_seq);
    messages
}

impl Db<'_> {
    /// Returns someone who is in a chat now. Nobody else learns whether there is such a chat.
    pub(super) fn active(&self, viewer: &UserId, chat: ChatId) -> Result<Standing, ReadError> {
        self.standing(viewer, chat)?
            .filter(|at| at.member.active)
            .ok_or(ReadError::NotParticipant)
    }
}
