//! Which chats are joined on the connection, and when.
//!
//! Chats with unsent ops have a place first, then open ones, then the most recently active, up to a
//! bound; what is open has a place beyond it too, for someone looks at it. The others tell of
//! themselves by `head` on one's own topic. Of those that have a place, the open ones are joined
//! first, in paced batches. A chat is joined with its stored cursor, so what was stored is loaded
//! first. One that refused its reader is asked again while it is open, or holds unsent ops.

use std::cmp::Reverse;

use samtale_model::{ChatId, Sync, UnixMillis};
use samtale_protocol::chat::{EventForm, Join};
use samtale_protocol::{ErrorCode, PROTO, RetryKind, WireError, event};

use super::Engine;
use super::chats::{Channel, ChatState, Loaded};
use super::wire::Push;
use crate::order::sorted;
use crate::timers::Timer;

impl Engine {
    /// Chooses the chats to be joined and joins the next batch of them.
    pub(super) fn join_more(&mut self) {
        if !self.link.is_live() || self.storage.is_loading_base() {
            return;
        }
        let now = self.now.mono;
        let mut wanted: Vec<(u8, Reverse<u64>, Reverse<UnixMillis>, ChatId)> = Vec::new();
        for (chat, state) in &self.chats {
            let unsent = self.outbox.queue(*chat).next().is_some();
            let refused = state.error.is_some() && state.open == 0 && !unsent;
            let held_back = self
                .timers
                .get(&Timer::Rejoin(*chat))
                .is_some_and(|at| at > now);
            // One that must wait takes nobody's place.
            if refused || held_back || self.creates.contains_key(chat) {
                continue;
            }
            let rank = match (unsent, state.open > 0, state.summary.is_some()) {
                (true, ..) => 0,
                (_, true, _) => 1,
                (_, _, true) => 2,
                _ => continue,
            };
            let (used, active) = (Reverse(state.used), Reverse(state.active_at()));
            wanted.push((rank, used, active, *chat));
        }
        let chosen: Vec<ChatId> = sorted(wanted, |rank| *rank)
            .into_iter()
            .map(|(.., chat)| chat)
            .enumerate()
            .filter(|(place, chat)| *place < self.cfg.max_joined_chats || self.chats[chat].open > 0)
            .map(|(_, chat)| chat)
            .collect();
        let chosen = sorted(chosen, |chat| self.chats[chat].open == 0);
        self.leave_others(&chosen);
        self.forget_untold_presence(&chosen);
        let mut room = self.cfg.join_batch.max(1);
        let mut more = false;
        for chat in chosen {
            let state = &self.chats[&chat];
            if state.channel != Channel::Closed {
                continue;
            }
            if room == 0 {
                more = true;
                break;
            }
            match state.loaded {
                Loaded::Yes => {
                    self.join_chat(chat);
                    room -= 1;
                }
                Loaded::No => {
                    self.load_chat(chat);
                    room -= 1;
                }
                Loaded::Loading => {}
            }
        }
        if more {
            self.timers
                .set_earliest(Timer::JoinPace, now.plus(self.cfg.join_pace_ms.max(1)));
        }
    }

    /// Leaves the joined chats that are not among the chosen, once there are too many.
    fn leave_others(&mut self, chosen: &[ChatId]) {
        let joined = |state: &ChatState| state.channel != Channel::Closed;
        let count = self.chats.values().filter(|state| joined(state)).count();
        let waiting = chosen.iter().filter(|id| !joined(&self.chats[id])).count();
        let mut surplus = (count + waiting).saturating_sub(self.cfg.max_joined_chats);
        let others: Vec<ChatId> = self
            .chats
            .iter()
            .filter(|(id, state)| joined(state) && !chosen.contains(id))
            .map(|(id, _)| *id)
            .collect();
        for chat in others {
            if surplus == 0 {
                break;
            }
            surplus -= 1;
            self.push_chat(chat, event::LEAVE, serde_json::Map::new(), Push::Quiet);
            self.close_channel(chat);
            self.forget_presence_in(chat);
        }
    }

    /// Forgets who is present in the chats that are not joined and not about to be, whatever an earlier connection told.
    fn forget_untold_presence(&mut self, chosen: &[ChatId]) {
        let untold: Vec<ChatId> = self
            .chats
            .iter()
            .filter(|(id, state)| {
                state.channel == Channel::Closed
                    && !state.presence.is_empty()
                    && !chosen.contains(id)
            })
            .map(|(id, _)| *id)
            .collect();
        for chat in untold {
            self.forget_presence_in(chat);
        }
    }

    fn join_chat(&mut self, chat: ChatId) {
        let cursor = self.chats.get(&chat).and_then(|s| s.replica.cursor.clone());
        let join = Join {
            proto: Some(PROTO),
            epoch: cursor.as_ref().map(|cursor| cursor.epoch.clone()),
            since: cursor.map(|cursor| cursor.seq),
            limit: Some(self.cfg.page_size),
            events: EventForm::Envelopes,
        };
        let reference = self.push_chat(chat, event::JOIN, join, Push::JoinChat(chat));
        let asked = self.outbox.next_order();
        let state = self.chat_mut(chat);
        state.channel = Channel::Joining(reference);
        state.asked = asked;
        state.ahead.clear();
    }

    pub(super) fn on_chat_joined(
        &mut self,
        chat: ChatId,
        reference: u64,
        reply: Result<Sync, WireError>,
    ) {
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        if state.channel != Channel::Joining(reference) {
            return;
        }
        match reply {
            Ok(sync) if sync.chat_id == chat => {
                state.channel = Channel::Joined(reference);
                state.error = None;
                state.refusals = 0;
                self.dirty.items.insert(chat);
                self.on_sync(chat, sync);
                self.pump(chat);
                self.want_receipt(chat);
                self.resume_history(chat);
            }
            Ok(_) => self.on_join_refused(
                chat,
                &WireError::new(ErrorCode::Internal, "the reply is of another chat"),
            ),
            Err(error) => self.on_join_refused(chat, &error),
        }
        if self.timers.get(&Timer::JoinPace).is_none() {
            self.join_more();
        }
    }

    fn on_join_refused(&mut self, chat: ChatId, error: &WireError) {
        self.dirty.items.insert(chat);
        self.note("join refused", Some(chat), Some(error.code));
        let state = self.chat_mut(chat);
        state.channel = Channel::Closed;
        state.refusals = state.refusals.saturating_add(1);
        let (refusals, asked) = (state.refusals, state.asked);
        match error.retry_kind() {
            RetryKind::Never => {
                state.error = Some(error.code);
                self.fail_queue(chat, error.code, |op| op.order < asked);
                if matches!(error.code, ErrorCode::NotParticipant | ErrorCode::NotFound) {
                    self.drop_chat(chat);
                }
                // What came since was not refused, and has the chat asked again: it may have been made meanwhile.
                if self.waits(chat) {
                    self.chat_mut(chat);
                    return;
                }
                self.ask_refusing_later(chat);
            }
            _ => {
                let pause = self
                    .backoff(refusals)
                    .max(error.retry_after_ms.unwrap_or(0));
                self.timers
                    .set(Timer::Rejoin(chat), self.now.mono.plus(pause));
            }
        }
    }

    /// Returns whether a chat's channel is joined.
    pub(super) fn is_joined(&self, chat: ChatId) -> bool {
        let state = self.chats.get(&chat);
        state.is_some_and(|state| state.channel.is_joined())
    }

    /// Something new is to be sent in a chat: if it refused its reader, it is asked again at once.
    pub(super) fn ask_refusing(&mut self, chat: ChatId) {
        let refused = self.chats.get(&chat).is_some_and(|s| s.error.is_some());
        if refused {
            self.timers.clear(&Timer::Rejoin(chat));
        }
    }

    /// A chat refuses its reader: an open one stays, with its error, and is asked again after a while. Opening it anew, or being
    /// listed in it again, asks at once.
    pub(super) fn ask_refusing_later(&mut self, chat: ChatId) {
        if self.chats.contains_key(&chat) {
            let later = self.now.mono.plus(self.cfg.retry_cap_ms);
            self.timers.set(Timer::Rejoin(chat), later);
        }
    }

    /// The server ended a channel: joined again after a pause.
    pub(super) fn on_chat_closed(&mut self, chat: ChatId) {
        self.close_channel(chat);
        let state = self.chat_mut(chat);
        state.refusals = state.refusals.saturating_add(1);
        let refusals = state.refusals;
        let pause = self.backoff(refusals);
        self.timers
            .set(Timer::Rejoin(chat), self.now.mono.plus(pause));
    }

    /// Forgets what hangs on a chat's channel.
    pub(super) fn close_channel(&mut self, chat: ChatId) {
        self.abort_flight(chat);
        self.dirty.items.insert(chat);
        let state = self.chat_mut(chat);
        state.channel = Channel::Closed;
        state.syncing = false;
        state.history = None;
        state.ahead.clear();
        if state.typing.clear() {
            self.dirty.typing.insert(chat);
        }
        self.timers.clear(&Timer::Typing(chat));
        self.timers.clear(&Timer::Sync(chat));
    }

    /// Forgets what hangs on the connection, in every chat.
    pub(super) fn close_channels(&mut self) {
        let chats: Vec<ChatId> = self.chats.keys().copied().collect();
        for chat in chats {
            if self.chats[&chat].channel != Channel::Closed {
                self.close_channel(chat);
            }
        }
        self.abort_socket_flights();
        self.end_own_typing();
        self.forget_sent_receipts();
        self.search_lost();
    }
}
