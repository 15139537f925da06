//! One chat's candidates, the newest first: what the index offers, and what it does not cover yet.

use rusqlite::{CachedStatement, OptionalExtension as _};
use samtale_model::Seq;

use super::super::db::{Db, Standing, sql};
use super::super::messages::latest_first;
use super::seq_at;
use crate::api::{StoreError, Visibility};
use crate::search::{Query, TermHash};

/// How many seeks are made in one chat before the others get their turn.
const TURN: usize = 512;

/// A chat that is being searched.
pub(super) struct Candidates<'a> {
    pub(super) at: Standing,
    visibility: Visibility,
    /// For each word of the query, the terms of which a hit has at least one.
    words: Vec<Vec<TermHash>>,
    term: CachedStatement<'a>,
    pending: CachedStatement<'a>,
    tail: CachedStatement<'a>,
}

/// What comes next in a chat.
pub(super) enum Next {
    /// A message that may be a hit.
    Candidate(Seq),
    /// Nothing above this place; below it was not looked yet.
    Unfinished(Seq),
    /// Nothing more.
    End,
}

/// Finds the last message with a term up to a place.
pub(in super::super) const TERM: &str = "SELECT message FROM search_terms WHERE chat = ?1 AND term = ?2 AND message <= ?3 ORDER BY message DESC LIMIT 1";
/// Finds the last message up to a place whose words the index has wrong.
pub(in super::super) const PENDING: &str = "SELECT message FROM search_pending WHERE chat = ?1 AND message <= ?2 ORDER BY message DESC LIMIT 1";
/// Finds the last message up to a place.
pub(in super::super) const TAIL: &str = "SELECT created_seq FROM messages WHERE chat = ?1 AND created_seq <= ?2 ORDER BY created_seq DESC LIMIT 1";

impl<'a> Candidates<'a> {
    pub(super) fn new(db: Db<'a>, at: Standing, query: &Query) -> Result<Self, StoreError> {
        let key = db.chat_key(&at.chat)?;
        Ok(Self {
            visibility: db.visibility(&at)?,
            words: query.hashes(key.search_key()),
            term: db.prepare(TERM)?,
            pending: db.prepare(PENDING)?,
            tail: db.prepare(TAIL)?,
            at,
        })
    }

    /// Returns the newest candidate up to `bound`, counting seeks.
    pub(super) fn next(&mut self, bound: Seq, steps: &mut usize) -> Result<Next, StoreError> {
        let end = *steps + TURN;
        let mut bound = bound;
        loop {
            let Some(visible) = self.last_visible(bound) else {
                return Ok(Next::End);
            };
            bound = visible;
            if *steps > end {
                return Ok(Next::Unfinished(bound));
            }
            *steps += 1;
            let found = if bound > self.at.chat.indexed {
                let found = seek(&mut self.tail, [self.at.chat.row, sql(bound)])?;
                match found.filter(|seq| *seq > self.at.chat.indexed) {
                    Some(seq) => Some(seq),
                    None => {
                        bound = self.at.chat.indexed;
                        continue;
                    }
                }
            } else {
                let pending = seek(&mut self.pending, [self.at.chat.row, sql(bound)])?;
                let indexed = self.leap(bound, end, steps)?;
                match indexed {
                    Leap::Found(seq) => Some(pending.map_or(seq, |pending| pending.max(seq))),
                    Leap::Unfinished(seq) if pending.is_none_or(|pending| pending < seq) => {
                        return Ok(Next::Unfinished(seq));
                    }
                    Leap::Unfinished(_) | Leap::End => pending,
                }
            };
            match found {
                Some(seq) if self.visibility.sees(seq) => return Ok(Next::Candidate(seq)),
                Some(seq) => bound = seq,
                None => return Ok(Next::End),
            }
        }
    }

    /// Returns the last message up to `bound` that the index has under every word: each word pulls the place down to its
    /// own last message, until all agree.
    fn leap(&mut self, bound: Seq, end: usize, steps: &mut usize) -> Result<Leap, StoreError> {
        let mut place = bound;
        loop {
            let mut moved = false;
            for word in &self.words {
                let mut last = None;
                for TermHash(term) in word {
                    *steps += 1;
                    last = last.max(seek(&mut self.term, [self.at.chat.row, *term, sql(place)])?);
                    if last == Some(place) {
                        break;
                    }
                }
                match last {
                    None => return Ok(Leap::End),
                    Some(last) => {
                        moved |= last != place;
                        place = last;
                    }
                }
            }
            if !moved || self.words.len() == 1 {
                return Ok(Leap::Found(place));
            }
            if *steps > end {
                return Ok(Leap::Unfinished(place));
            }
        }
    }

    /// Returns the last place up to `bound` that the viewer's intervals cover.
    fn last_visible(&self, bound: Seq) -> Option<Seq> {
        if bound == Seq::ZERO {
            return None;
        }
        latest_first(&self.visibility)
            .into_iter()
            .filter(|(from, _)| *from <= bound)
            .map(|(_, to)| to.map_or(bound, |to| to.min(bound)))
            .max()
    }
}

/// How far the words of a query came together.
enum Leap {
    Found(Seq),
    Unfinished(Seq),
    End,
}

fn seek(
    statement: &mut CachedStatement<'_>,
    values: impl rusqlite::Params,
) -> Result<Option<Seq>, StoreError> {
    Ok(statement
        .query_row(values, |row| seq_at(row, 0))
        .optional()?)
}
