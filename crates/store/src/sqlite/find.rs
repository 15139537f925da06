//! Searching: the newest hits first, over one chat or all of the viewer's, with work bounded by steps.
//!
//! Hits are ordered by [`Place`]: time, chat, seq. Within a chat time never goes back (see the send), so each chat yields
//! its candidates in that order, from seeks in the index, and a heap merges the chats. A chat is touched only when nothing
//! newer is left in the others: its last activity bounds it until then.

use std::collections::BinaryHeap;

use rusqlite::OptionalExtension as _;
use samtale_model::{ChatId, SearchHit, SearchPage, Seq, UnixMillis, UserId};

use super::db::{Db, Standing, seq_at, sql};
use crate::api::limits::{MAX_LIMIT, MAX_SEARCH_STEPS};
use crate::api::{ReadError, SearchQuery, StoreError};
use crate::search::Query;

mod candidates;
mod place;

use candidates::{Candidates, Next};
use place::Place;

/// What stands at a place of the merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    /// A chat that was not looked into yet; its place is its last activity.
    Untouched,
    /// A chat that was looked into down to here, by its index among the open ones.
    Unfinished(usize),
    /// A message that the index offers, to be checked on its words.
    Candidate(usize),
}

/// Searches the visible messages, the newest first.
pub(super) fn search(
    db: Db<'_>,
    viewer: &UserId,
    asked: &SearchQuery,
) -> Result<SearchPage, ReadError> {
    let query =
        Query::parse(&asked.words).map_err(|error| ReadError::BadQuery(error.to_string()))?;
    let start = match &asked.after {
        Some(text) => Some(
            Place::parse(text)
                .ok_or_else(|| ReadError::BadQuery("no such page of a search".into()))?,
        ),
        None => None,
    };
    let limit = asked.limit.clamp(1, MAX_LIMIT);
    let mut front: BinaryHeap<(Place, Entry)> = chats(db, viewer, asked.chat)?
        .into_iter()
        .map(|(at, chat)| {
            (
                Place {
                    at,
                    chat,
                    seq: Seq(u64::MAX),
                },
                Entry::Untouched,
            )
        })
        .collect();
    let mut open: Vec<Candidates<'_>> = Vec::new();
    let mut steps = 0;
    let mut page = SearchPage::default();
    while let Some((place, entry)) = front.pop() {
        if steps > MAX_SEARCH_STEPS {
            page.next = Some(start.map_or(place, |start| start.min(place)).to_text());
            break;
        }
        let (index, below) = match entry {
            Entry::Untouched => {
                let Some(at) = db
                    .standing(viewer, place.chat)?
                    .filter(|at| at.member.active)
                else {
                    continue;
                };
                let from = match start {
                    Some(start) => bound(db, &at, start)?,
                    None => place.seq,
                };
                open.push(Candidates::new(db, at, &query)?);
                (open.len() - 1, from)
            }
            Entry::Unfinished(index) => (index, place.seq),
            Entry::Candidate(index) => {
                if let Some(hit) = verify(db, &open[index], &query, place.seq)? {
                    if page.hits.len() == limit {
                        page.next = Some(place.to_text());
                        break;
                    }
                    page.hits.push(hit);
                }
                (index, Seq(place.seq.0.saturating_sub(1)))
            }
        };
        let (seq, entry) = match open[index].next(below, &mut steps)? {
            Next::End => continue,
            Next::Candidate(seq) => (seq, Entry::Candidate(index)),
            Next::Unfinished(seq) => (seq, Entry::Unfinished(index)),
        };
        let chat = &open[index].at.chat;
        front.push((
            Place {
                at: created_at(db, chat.row, seq)?,
                chat: chat.id,
                seq,
            },
            entry,
        ));
    }
    Ok(page)
}

/// Returns the chats that are searched, with when something was last said in each.
fn chats(
    db: Db<'_>,
    viewer: &UserId,
    chat: Option<ChatId>,
) -> Result<Vec<(UnixMillis, ChatId)>, ReadError> {
    if let Some(chat) = chat {
        let at = db.active(viewer, chat)?;
        return Ok(vec![(at.chat.active_at, at.chat.id)]);
    }
    let mut statement = db.prepare(
        "SELECT c.active_at, c.uuid FROM users u CROSS JOIN chat_participants p ON p.user = u.id
         CROSS JOIN chats c ON c.id = p.chat WHERE u.sub = ?1 AND p.active = 1",
    )?;
    let rows = statement.query_map([viewer.as_str()], |row| {
        Ok((UnixMillis(row.get(0)?), ChatId::from_bytes(row.get(1)?)))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Returns the last seq of a chat that belongs to a page which starts at `start`.
fn bound(db: Db<'_>, at: &Standing, start: Place) -> Result<Seq, StoreError> {
    if at.chat.id == start.chat {
        return Ok(start.seq);
    }
    // Of several messages in one millisecond those of the greater chat id come first.
    let last = if at.chat.id < start.chat {
        start.at
    } else {
        UnixMillis(start.at.0 - 1)
    };
    if at.chat.active_at <= last {
        return Ok(at.chat.head);
    }
    // Time does not go back within a chat, so what is not later than `last` ends at one place: halve down to it.
    let (mut low, mut high) = (0, at.chat.head.0);
    let mut statement = db.prepare(
        "SELECT created_at FROM messages WHERE chat = ?1 AND created_seq <= ?2 ORDER BY created_seq DESC LIMIT 1",
    )?;
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let time: Option<i64> = statement
            .query_row([at.chat.row, sql(Seq(middle))], |row| row.get(0))
            .optional()?;
        if time.is_none_or(|time| time <= last.0) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(Seq(low))
}

fn created_at(db: Db<'_>, chat: i64, seq: Seq) -> Result<UnixMillis, StoreError> {
    let mut statement = db.prepare(
        "SELECT created_at FROM messages WHERE chat = ?1 AND created_seq <= ?2 ORDER BY created_seq DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row([chat, sql(seq)], |row| row.get(0))
        .optional()?
        .map_or(UnixMillis(0), UnixMillis))
}

/// Checks a candidate on its words.
fn verify(
    db: Db<'_>,
    candidates: &Candidates<'_>,
    query: &Query,
    place: Seq,
) -> Result<Option<SearchHit>, StoreError> {
    let Some(held) = db.message_at(&candidates.at.chat, place)? else {
        return Ok(None);
    };
    let text = held.message.content.as_str();
    let Some(ranges) = query
        .matches(text)
        .filter(|_| held.message.deleted_at.is_none())
    else {
        return Ok(None);
    };
    let mut units = Utf16::new(text);
    let highlights = ranges
        .into_iter()
        .map(|range| (units.at(range.start), units.at(range.end)))
        .collect();
    Ok(Some(SearchHit {
        message: held.message,
        highlights,
    }))
}

/// Counts UTF-16 code units up to byte offsets that only grow.
struct Utf16<'a> {
    text: &'a str,
    bytes: usize,
    units: u32,
}

impl<'a> Utf16<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: 0,
            units: 0,
        }
    }

    fn at(&mut self, byte: usize) -> u32 {
        let between = self.text.get(self.bytes..byte).unwrap_or_default();
        self.units += u32::try_from(between.encode_utf16().count()).unwrap_or(u32::MAX);
        self.bytes = byte.max(self.bytes);
        self.units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highlights_count_in_utf16_code_units() {
        let text = "😀 bøker";
        let mut units = Utf16::new(text);
        let start = text.find("bøker").expect("the word is there");
        assert_eq!((units.at(start), units.at(text.len())), (3, 8));
    }
}
