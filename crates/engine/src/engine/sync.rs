//! The sync law at work: envelopes in order, one sync for a gap, pages that are new enough.

use samtale_model::flat::Map;
use samtale_model::{ChatId, Cursor, Envelope, Page, Receipts, Seq, Sync};
use samtale_protocol::chat::{HistoryRequest, SyncRequest};
use samtale_protocol::{WireError, event};

use super::Engine;
use super::chats::{Loaded, WantedPage};
use super::wire::Push;
use crate::replica::{Applied, Paged};
use crate::timers::Timer;

/// The pause before asking again where the last answer brought nothing.
const PAUSE_MS: u64 = 1_000;
/// How often a page that is older than the cursor is asked for again at once.
const MAX_STALE_PAGES: u32 = 3;
/// The most messages that the server gives at once.
const MAX_PAGE: u32 = 200;

impl Engine {
    pub(super) fn on_envelope(&mut self, envelope: Envelope) {
        let chat = envelope.chat;
        let max_ahead = self.cfg.max_ahead;
        let state = self.chat_mut(chat);
        if !state.channel.is_joined() {
            // Before the join's reply: kept aside, the reply says what of it is news.
            keep_aside(&mut state.ahead, envelope, max_ahead);
            return;
        }
        let senders: Vec<_> = envelope
            .rows
            .messages
            .iter()
            .map(|message| message.sender_id.clone())
            .collect();
        match state.replica.apply(envelope.clone()) {
            Applied::Next => {
                self.drain_ahead(chat);
                for sender in senders {
                    self.on_typing(chat, &sender, 0);
                }
                self.after_rows(chat);
            }
            Applied::Known => {}
            Applied::Gap => {
                keep_aside(&mut state.ahead, envelope, max_ahead);
                if !state.syncing {
                    self.metrics.connection.gaps += 1;
                    self.note("gap", Some(chat), None);
                }
                self.request_sync(chat);
            }
            Applied::Foreign => self.request_sync(chat),
        }
    }

    /// Applies what was kept aside, as far as it follows.
    fn drain_ahead(&mut self, chat: ChatId) {
        let state = self.chat_mut(chat);
        while let Some((seq, envelope)) = state.ahead.pop_first() {
            if state.replica.apply(envelope.clone()) == Applied::Gap {
                state.ahead.insert(seq, envelope);
                break;
            }
        }
    }

    /// Asks what changed in a chat, unless that is being asked already.
    pub(super) fn request_sync(&mut self, chat: ChatId) {
        let limit = self.cfg.page_size;
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        if !state.channel.is_joined() || state.syncing {
            return;
        }
        state.syncing = true;
        let cursor = state.replica.cursor.clone();
        let request = SyncRequest {
            epoch: cursor.as_ref().map(|cursor| cursor.epoch.clone()),
            since: cursor.map(|cursor| cursor.seq),
            limit: Some(limit),
        };
        self.push_chat(chat, event::SYNC, request, Push::Sync(chat));
    }

    pub(super) fn on_sync_reply(&mut self, chat: ChatId, reply: Result<Sync, WireError>) {
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        state.syncing = false;
        match reply {
            Ok(sync) if sync.chat_id == chat => self.on_sync(chat, sync),
            Ok(_) => self.sync_later(chat, PAUSE_MS),
            Err(error) => {
                self.sync_later(chat, error.retry_after_ms.unwrap_or(PAUSE_MS).max(PAUSE_MS));
            }
        }
    }

    fn sync_later(&mut self, chat: ChatId, pause: u64) {
        self.timers
            .set(Timer::Sync(chat), self.now.mono.plus(pause));
    }

    /// Takes a sync in, from a reply, a join or a poll; asks on where it did not reach the head.
    pub(super) fn on_sync(&mut self, chat: ChatId, sync: Sync) {
        let (up_to, head, reset) = (sync.up_to, sync.head, sync.reset);
        let held = self
            .chats
            .get(&chat)
            .and_then(|s| s.replica.cursor.as_ref());
        if !reset && held.is_none_or(|cursor| cursor.epoch != sync.epoch) {
            // It goes on from what is no longer held.
            self.request_sync(chat);
            return;
        }
        self.metrics.connection.resets += u64::from(reset);
        if reset {
            self.note("reset", Some(chat), None);
        }
        let state = self.chat_mut(chat);
        let before = state.replica.cursor.clone();
        state.replica.sync(sync);
        state.loaded = Loaded::Yes;
        let epoch = |cursor: &Option<Cursor>| cursor.as_ref().map(|cursor| cursor.epoch.clone());
        if reset || epoch(&before) != epoch(&state.replica.cursor) {
            state.stored = false;
            state.history = None;
        }
        let moved = state.replica.cursor != before;
        self.drain_ahead(chat);
        self.after_rows(chat);
        let state = self.chat_mut(chat);
        let at = state.replica.cursor.as_ref().map_or(up_to, |c| c.seq);
        let behind = at < head || !state.ahead.is_empty();
        if behind && moved {
            self.request_sync(chat);
        } else if behind {
            self.sync_later(chat, PAUSE_MS);
        }
    }

    /// What new rows of a chat entail: the list, receipts, answered sends, the bound on the cache.
    pub(super) fn after_rows(&mut self, chat: ChatId) {
        let keep = self.cfg.cache_messages;
        let state = self.chat_mut(chat);
        let past = state.is_of_another_past();
        let replica = &state.replica;
        let last = replica.messages.values().next_back().cloned();
        let mut said = false;
        if let Some(summary) = &mut state.summary
            && replica.cursor.is_some()
        {
            if let Some(row) = &replica.chat
                && row.seq > summary.chat.seq
            {
                summary.chat = row.clone();
            }
            let gone = summary
                .last_message
                .as_ref()
                .is_some_and(|listed| !past && replica.lacks(listed));
            if gone {
                // One may no longer see it: the history rule has changed since the list was read.
                summary.active_at = last
                    .as_ref()
                    .map_or(summary.chat.created_at, |last| last.created_at);
                summary.last_message.clone_from(&last);
                said = true;
            } else if let Some(last) = last {
                let newer = summary.last_message.as_ref().is_none_or(|listed| {
                    (last.created_seq, last.seq) > (listed.created_seq, listed.seq)
                });
                if newer {
                    summary.active_at = summary.active_at.max(last.created_at);
                    summary.last_message = Some(last);
                    said = true;
                }
            }
        }
        state.raise_read();
        state.count_unread();
        if state.open == 0 && state.history.is_none() && state.replica.messages.len() > 2 * keep {
            state.trim(keep);
        }
        self.dirty.list |= said;
        self.dirty.listed.insert(chat);
        self.settle_seen(chat);
        self.want_receipt(chat);
        self.ask_unread(chat);
    }

    pub(super) fn on_reset(&mut self, chat: ChatId) {
        let state = self.chat_mut(chat);
        // The rows stay on the screen until the new ones are there; the cursor no longer counts.
        state.replica.cursor = None;
        state.ahead.clear();
        self.request_sync(chat);
    }

    pub(super) fn on_behind(&mut self, chat: ChatId, head: Seq) {
        let state = self.chat_mut(chat);
        let known = state.replica.cursor.as_ref().is_some_and(|c| c.seq >= head);
        if !known {
            self.request_sync(chat);
        }
    }

    pub(super) fn on_receipts(&mut self, chat: ChatId, receipts: &Receipts) {
        let state = self.chat_mut(chat);
        state.replica.merge_receipts(receipts);
        state.raise_read();
        self.dirty.listed.insert(chat);
        self.ask_unread(chat);
    }

    /// Asks for the page before what is held.
    pub(super) fn load_older(&mut self, chat: ChatId, limit: Option<u32>) {
        let limit = limit.unwrap_or(self.cfg.page_size).clamp(1, MAX_PAGE);
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        if state.history.is_some() || !state.replica.has_older() {
            return;
        }
        state.history = Some(WantedPage {
            before: state.replica.floor,
            limit,
            stale: 0,
        });
        self.dirty.chats.insert(chat);
        self.resume_history(chat);
    }

    /// Sends the request for a page, if one is wanted and there is a way.
    pub(super) fn resume_history(&mut self, chat: ChatId) {
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        let Some(WantedPage { before, limit, .. }) = state.history else {
            return;
        };
        if state.channel.is_joined() {
            let request = HistoryRequest {
                before: Some(before),
                limit: Some(limit),
            };
            self.push_chat(chat, event::HISTORY, request, Push::History(chat, before));
        } else if self.http.is_on() {
            self.page_over_http(chat, before, limit);
        } else if !self.link.is_live() {
            // Offline there is nothing to wait for: the person asks again.
            state.history = None;
        }
    }

    pub(super) fn on_page(&mut self, chat: ChatId, before: Seq, reply: Result<Page, WireError>) {
        let keep = self.cfg.cache_messages;
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        self.dirty.chats.insert(chat);
        let Some(wanted) = state.history.filter(|wanted| wanted.before == before) else {
            return;
        };
        state.history = None;
        if let Ok(page) = reply
            && page.chat_id == chat
            && state.replica.page(before, page, keep) == Paged::Stale
            && wanted.stale < MAX_STALE_PAGES
        {
            state.history = Some(WantedPage {
                stale: wanted.stale + 1,
                ..wanted
            });
            self.resume_history(chat);
        }
    }
}

/// Keeps an envelope for later, the lowest first; what has no room comes by sync.
fn keep_aside(ahead: &mut Map<Seq, Envelope>, envelope: Envelope, max: usize) {
    ahead.insert(envelope.seq, envelope);
    while ahead.len() > max {
        ahead.pop_last();
    }
}
