//! Search: by the server when it is there, over the cache when not, and then marked as such.

use std::cmp::Reverse;

use samtale_model::{ChatId, Message, SearchHit, SearchPage};
use samtale_protocol::user::SearchRequest;
use samtale_protocol::{ErrorCode, WireError, event};

use super::Engine;
use super::wire::Push;
use crate::Text;
use crate::order::sorted;
use crate::view::{SearchState, SearchView};

/// How many hits a page has.
const PAGE: u32 = 20;
/// How many hits the cache gives at most.
const MAX_OFFLINE: usize = 50;

/// The search that the person made last.
#[derive(Debug)]
pub(super) struct Search {
    number: u64,
    query: Text,
    chat: Option<ChatId>,
    state: SearchState,
    offline: bool,
    hits: Vec<SearchHit>,
    next: Option<String>,
}

impl Engine {
    /// Returns the search that was made last and what it has found; none before the first.
    pub fn search(&self) -> Option<SearchView> {
        self.search.as_ref().map(|search| SearchView {
            query: search.query.0.clone(),
            chat: search.chat,
            state: search.state,
            offline: search.offline,
            hits: search.hits.clone(),
            has_more: search.next.is_some(),
        })
    }

    pub(super) fn begin_search(&mut self, query: String, chat: Option<ChatId>) {
        self.dirty.search = true;
        if query.trim().is_empty() {
            self.search = None;
            return;
        }
        let number = self.search.as_ref().map_or(1, |search| search.number + 1);
        self.search = Some(Search {
            number,
            query: query.into(),
            chat,
            state: SearchState::Searching,
            offline: false,
            hits: Vec::new(),
            next: None,
        });
        self.run_search(None);
    }

    pub(super) fn search_more(&mut self) {
        let ready = |search: &&Search| search.state == SearchState::Done;
        let next = self
            .search
            .as_ref()
            .filter(ready)
            .and_then(|s| s.next.clone());
        if next.is_some() && (self.link.is_live() || self.http.is_on()) {
            self.run_search(next);
        }
    }

    fn run_search(&mut self, after: Option<String>) {
        let (live, over_http) = (self.link.is_live(), self.http.is_on());
        self.dirty.search = true;
        let Some(search) = &mut self.search else {
            return;
        };
        if live || over_http {
            search.state = SearchState::Searching;
            let request = SearchRequest {
                q: search.query.0.clone(),
                chat_id: search.chat,
                after,
                limit: Some(PAGE),
            };
            let number = search.number;
            if live {
                self.push_user(event::SEARCH, request, Push::Search(number));
            } else {
                self.search_over_http(&request, number);
            }
        } else {
            self.search_offline();
        }
    }

    fn search_offline(&mut self) {
        self.dirty.search = true;
        let Some(search) = &self.search else {
            return;
        };
        let (query, chat) = (search.query.clone(), search.chat);
        let hits = self.search_cache(&query.0, chat);
        if let Some(search) = &mut self.search {
            search.hits = hits;
            search.offline = true;
            search.next = None;
            search.state = SearchState::Done;
        }
    }

    /// The connection is gone: a search that was under way is made over the cache.
    pub(super) fn search_lost(&mut self) {
        let waiting = |search: &Search| search.state == SearchState::Searching;
        if self.search.as_ref().is_some_and(waiting) {
            self.search_offline();
        }
    }

    /// The connection is back: hits of the cache are replaced by the server's.
    pub(super) fn resume_search(&mut self) {
        if self.search.as_ref().is_some_and(|search| search.offline) {
            self.run_search(None);
        }
    }

    pub(super) fn on_search_reply(&mut self, number: u64, reply: Result<SearchPage, WireError>) {
        let Some(search) = self.search.as_mut().filter(|s| s.number == number) else {
            return;
        };
        self.dirty.search = true;
        match reply {
            Ok(page) => {
                if std::mem::take(&mut search.offline) {
                    search.hits.clear();
                }
                search.hits.extend(page.hits);
                search.next = page.next;
                search.state = SearchState::Done;
            }
            Err(error) if error.code == ErrorCode::Unavailable => self.search_offline(),
            Err(error) => search.state = SearchState::Failed { code: error.code },
        }
    }

    /// Finds messages in the cache that have every word, the newest first.
    fn search_cache(&self, query: &str, chat: Option<ChatId>) -> Vec<SearchHit> {
        let words: Vec<Vec<char>> = query.split_whitespace().map(folded).collect();
        let hits: Vec<SearchHit> = self
            .chats
            .iter()
            .filter(|(id, _)| chat.is_none_or(|only| only == **id))
            .flat_map(|(_, state)| state.replica.messages.values())
            .filter(|message| message.deleted_at.is_none())
            .filter_map(|message| hit(message, &words))
            .collect();
        let newest = |hit: &SearchHit| Reverse((hit.message.created_at, hit.message.id));
        let mut hits = sorted(hits, newest);
        hits.truncate(MAX_OFFLINE);
        hits
    }
}

/// Folds case letter by letter, so that places stay comparable.
fn folded(text: &str) -> Vec<char> {
    text.chars().map(fold).collect()
}

fn fold(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Returns the hit of a message that has every word, with their first places in UTF-16 units.
fn hit(message: &Message, words: &[Vec<char>]) -> Option<SearchHit> {
    let original: Vec<char> = message.content.as_str().chars().collect();
    let text: Vec<char> = original.iter().copied().map(fold).collect();
    let mut highlights = Vec::with_capacity(words.len());
    for word in words {
        let start = text.windows(word.len().max(1)).position(|w| w == *word)?;
        let units = |chars: &[char]| {
            let units: usize = chars.iter().map(|c| c.len_utf16()).sum();
            u32::try_from(units).unwrap_or(u32::MAX)
        };
        let from = units(&original[..start]);
        highlights.push((from, from + units(&original[start..start + word.len()])));
    }
    Some(SearchHit {
        message: message.clone(),
        highlights: sorted(highlights, |place| *place),
    })
}
