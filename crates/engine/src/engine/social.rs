//! Typing, presence and receipts: what one tells of oneself, and what the others tell.

use samtale_model::flat::{Map, Set};
use samtale_model::presence::{PresenceState, apply_diff};
use samtale_model::{ChatId, Presence, PresenceDiff, Seq, Status, UserId};
use samtale_protocol::chat::{ReceiptPush, TypingPush};
use samtale_protocol::{RetryKind, WireError, event, user};

use super::Engine;
use super::wire::Push;
use crate::timers::Timer;
use crate::{Monotonic, Now};

/// The longest name of a page that presence tells, in bytes.
const MAX_PLACE_BYTES: usize = 64;

/// One's own writing in a chat.
#[derive(Clone, Copy, Debug, Default)]
struct Writing {
    /// When a key was last pressed.
    key: Monotonic,
    /// When the others were last told.
    told: Option<Monotonic>,
}

/// One's own marks in a chat, as far as they were sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ReceiptState {
    /// What was last sent: (delivered, read).
    sent: (Seq, Seq),
    /// The read mark to be sent.
    pub(super) read: Seq,
    /// The newest message that came by `head`.
    pub(super) head: Seq,
    /// When they were last sent; ahead of now by what is left of a pause after a refusal.
    last: Option<Monotonic>,
    /// How often they were refused one after another.
    refusals: u32,
}

/// What is social and not of one chat.
#[derive(Debug)]
pub(super) struct Social {
    status: Option<Status>,
    at: Option<String>,
    active: Now,
    idle: bool,
    /// How one was present when that was last reckoned.
    reckoned: Option<Presence>,
    /// How the server knows it, on this connection; none where nothing was told.
    told: Option<Presence>,
    users: Map<UserId, Presence>,
    on_user: PresenceState,
    writing: Map<ChatId, Writing>,
}

impl Social {
    pub(super) const fn new(now: Now) -> Self {
        Self {
            status: None,
            at: None,
            active: now,
            idle: false,
            reckoned: None,
            told: None,
            users: Map::new(),
            on_user: PresenceState::new(),
            writing: Map::new(),
        }
    }
}

impl Engine {
    // ----- presence -----

    /// Returns how someone is present; none where that is not known.
    pub fn presence(&self, user: &UserId) -> Option<&Presence> {
        self.social.users.get(user)
    }

    /// Returns how everyone is present of whom it is known, by user id.
    pub fn presences(&self) -> impl Iterator<Item = (&UserId, &Presence)> {
        self.social.users.iter()
    }

    /// Returns one's own status: the one that was set, or what activity says.
    pub fn my_status(&self) -> Status {
        match self.social.status {
            None | Some(Status::Online) if self.social.idle => Status::Away,
            None => Status::Online,
            Some(status) => status,
        }
    }

    fn my_presence(&mut self) -> Presence {
        let place = self.social.at.clone().or_else(|| {
            let open = self.chats.iter().filter(|(_, state)| state.open > 0);
            let newest = open.max_by_key(|(_, state)| state.used);
            newest.map(|(chat, _)| format!("chat:{chat}"))
        });
        let presence = Presence {
            status: self.my_status(),
            device: self.cfg.device,
            at: place.filter(|_| self.cfg.share_location),
            last_seen: None,
        };
        self.social.reckoned = Some(presence.clone());
        presence
    }

    /// Returns how one is present, for the server to be told as one's own topic is joined; none where it is not shared.
    pub(super) fn presence_to_join(&mut self) -> Option<Presence> {
        let presence = self.cfg.share_presence.then(|| self.my_presence());
        self.social.told.clone_from(&presence);
        presence
    }

    /// Tells how one is present, if the server knows it otherwise; or, where it is shared no longer, that one is not to be
    /// seen.
    pub(super) fn tell_presence(&mut self) {
        let was = self.social.reckoned.take().map(|was| was.status);
        let presence = self.my_presence();
        if was != Some(presence.status) {
            self.metrics.behaviour.status_changes += u64::from(was.is_some());
            self.dirty.my_status = true;
        }
        let share = self.cfg.share_presence;
        if !self.link.is_live() || !(share || self.social.told.is_some()) {
            return;
        }
        let presence = if share {
            presence
        } else {
            Presence {
                device: self.cfg.device,
                ..Presence::default()
            }
        };
        if self.social.told.as_ref() != Some(&presence) {
            self.social.told = Some(presence.clone());
            self.push_user(event::PRESENCE, presence, Push::Quiet);
        }
    }

    pub(super) fn set_status(&mut self, status: Option<Status>) {
        self.social.status = status;
        self.tell_presence();
    }

    pub(super) fn set_location(&mut self, at: Option<String>) {
        self.social.at = at.filter(|at| at.len() <= MAX_PLACE_BYTES);
        self.tell_presence();
    }

    pub(super) fn on_activity(&mut self) {
        self.social.active = self.now;
        self.set_idle_timer();
        if std::mem::take(&mut self.social.idle) {
            self.tell_presence();
        }
    }

    pub(super) fn set_idle_timer(&mut self) {
        let at = self
            .social
            .active
            .mono
            .plus(self.cfg.idle_timeout_ms.max(1));
        self.timers.set(Timer::Idle, at);
    }

    /// Reckons anew whether one is idle.
    pub(super) fn idle_as_configured(&mut self) {
        let idle_for = self.now.mono.since(self.social.active.mono);
        if idle_for < self.cfg.idle_timeout_ms {
            self.set_idle_timer();
            if std::mem::take(&mut self.social.idle) {
                self.tell_presence();
            }
        } else if !self.social.idle {
            self.timers.clear(&Timer::Idle);
            self.on_idle();
        }
    }

    pub(super) fn on_idle(&mut self) {
        self.social.idle = true;
        self.tell_presence();
    }

    pub(super) fn on_presence_state(&mut self, chat: Option<ChatId>, state: &PresenceState) {
        let held = self.presence_of(chat);
        let was = std::mem::replace(held, state.clone());
        let users: Set<UserId> = was.keys().chain(state.keys()).cloned().collect();
        self.fold_presence(&users, &was);
    }

    pub(super) fn on_presence_diff(&mut self, chat: Option<ChatId>, diff: PresenceDiff) {
        let users: Set<UserId> = diff
            .joins
            .keys()
            .chain(diff.leaves.keys())
            .cloned()
            .collect();
        let left = diff.leaves.clone();
        apply_diff(self.presence_of(chat), diff);
        self.fold_presence(&users, &left);
    }

    fn presence_of(&mut self, chat: Option<ChatId>) -> &mut PresenceState {
        match chat {
            Some(chat) => &mut self.chat_mut(chat).presence,
            None => &mut self.social.on_user,
        }
    }

    /// Finds how some users are present now: a user is one wherever they are seen, and who is seen
    /// nowhere any more is offline since they were last.
    fn fold_presence(&mut self, users: &Set<UserId>, left: &PresenceState) {
        for user in users {
            let now = self.seen(user).unwrap_or_else(|| {
                let last = left.get(user).cloned().unwrap_or_default();
                Presence {
                    status: Status::Offline,
                    at: None,
                    last_seen: last.last_seen.or(Some(self.now.unix)),
                    ..last
                }
            });
            if self.social.users.get(user) != Some(&now) {
                self.social.users.insert(user.clone(), now);
                self.dirty.presence.insert(user.clone());
            }
        }
    }

    /// Returns how a user is seen, wherever that is best.
    fn seen(&self, user: &UserId) -> Option<Presence> {
        self.chats
            .values()
            .filter_map(|state| state.presence.get(user))
            .chain(self.social.on_user.get(user))
            .max_by_key(|presence| (presence.last_seen, std::cmp::Reverse(presence.status)))
            .cloned()
    }

    /// A chat no longer tells who is there: of who is seen nowhere else it is not known.
    pub(super) fn forget_presence_in(&mut self, chat: ChatId) {
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        for (user, _) in std::mem::take(&mut state.presence) {
            let now = self.seen(&user);
            if self.social.users.get(&user) == now.as_ref() {
                continue;
            }
            match now {
                Some(now) => {
                    self.social.users.insert(user.clone(), now);
                }
                None => {
                    self.social.users.remove(&user);
                }
            }
            self.dirty.presence.insert(user);
        }
    }

    /// The connection is gone for a while: nobody's presence is known.
    pub(super) fn forget_presence(&mut self) {
        self.timers.clear(&Timer::PresenceStale);
        for state in self.chats.values_mut() {
            state.presence.clear();
        }
        self.social.on_user.clear();
        for (user, _) in std::mem::take(&mut self.social.users) {
            self.dirty.presence.insert(user);
        }
    }

    // ----- typing -----

    /// Returns who is writing in a chat, oneself not among them.
    pub fn typing(&self, chat: ChatId) -> Vec<UserId> {
        let users = self.chats.get(&chat).map(|state| state.typing.users());
        users
            .into_iter()
            .flatten()
            .filter(|user| **user != self.cfg.user_id)
            .cloned()
            .collect()
    }

    pub(super) fn on_typing(&mut self, chat: ChatId, user: &UserId, ttl_ms: u64) {
        let now = self.now.mono.0;
        let state = self.chat_mut(chat);
        if state.typing.on_indication(now, user, ttl_ms) {
            self.dirty.typing.insert(chat);
        }
        self.set_typing_timer(chat);
    }

    fn set_typing_timer(&mut self, chat: ChatId) {
        let next = self.chats.get(&chat).and_then(|s| s.typing.next_expiry());
        match next {
            Some(at) => self.timers.set(Timer::Typing(chat), Monotonic(at)),
            None => self.timers.clear(&Timer::Typing(chat)),
        }
    }

    pub(super) fn on_typing_expiry(&mut self, chat: ChatId) {
        let now = self.now.mono.0;
        if self.chat_mut(chat).typing.expire(now) {
            self.dirty.typing.insert(chat);
        }
        self.set_typing_timer(chat);
    }

    /// A key was pressed in a composer.
    pub(super) fn key_pressed(&mut self, chat: ChatId) {
        let now = self.now.mono;
        self.on_activity();
        if !self.cfg.share_typing {
            return;
        }
        let began = !self.social.writing.contains_key(&chat);
        let writing = self.social.writing.or_default(chat);
        writing.key = now;
        let told = writing.told;
        self.timers.set(
            Timer::TypingStop(chat),
            now.plus(self.cfg.typing_stop_ms.max(1)),
        );
        if began {
            self.metrics.behaviour.typing_spells += 1;
            if self.cfg.typing_debounce_ms == 0 {
                self.tell_typing(chat, true);
            } else {
                self.timers.set(
                    Timer::TypingStart(chat),
                    now.plus(self.cfg.typing_debounce_ms),
                );
            }
        } else if told.is_some_and(|told| now.since(told) >= self.cfg.typing_throttle_ms) {
            self.tell_typing(chat, true);
        }
    }

    /// Returns the chats that one is writing in.
    pub(super) fn writing_in(&self) -> Vec<ChatId> {
        self.social.writing.keys().copied().collect()
    }

    pub(super) fn on_typing_start(&mut self, chat: ChatId) {
        if self.social.writing.contains_key(&chat) {
            self.tell_typing(chat, true);
        }
    }

    /// One's own writing has ended: by a pause, a send, or leaving the composer.
    pub(super) fn stop_typing(&mut self, chat: ChatId) {
        self.timers.clear(&Timer::TypingStart(chat));
        self.timers.clear(&Timer::TypingStop(chat));
        if let Some(writing) = self.social.writing.remove(&chat)
            && writing.told.is_some()
        {
            self.tell_typing(chat, false);
        }
    }

    fn tell_typing(&mut self, chat: ChatId, on: bool) {
        let now = self.now.mono;
        if let Some(writing) = self.social.writing.get_mut(&chat) {
            writing.told = Some(now);
        }
        if self.is_joined(chat) {
            self.push_chat(chat, event::TYPING, TypingPush { on }, Push::Quiet);
        } else if self.http.is_on() {
            self.typing_over_http(chat, on);
        }
    }

    /// The connection is gone: nobody was told anything that must be taken back.
    pub(super) fn end_own_typing(&mut self) {
        for (chat, _) in std::mem::take(&mut self.social.writing) {
            self.timers.clear(&Timer::TypingStart(chat));
            self.timers.clear(&Timer::TypingStop(chat));
        }
    }

    // ----- receipts -----

    /// Marks an open, visible chat as read up to its newest message.
    pub(super) fn mark_read(&mut self, chat: ChatId) {
        let visible = self.link.visible;
        let Some(state) = self.chats.get(&chat) else {
            return;
        };
        if state.open == 0 || !visible {
            return;
        }
        let past = state.is_of_another_past();
        let listed = state.summary.as_ref().and_then(|s| s.last_message.as_ref());
        let newest = if past { listed } else { state.last_message() };
        let Some(newest) = newest.map(|m| m.created_seq) else {
            return;
        };
        if state.read() >= newest {
            return;
        }
        let state = self.chat_mut(chat);
        state.receipt.read = state.receipt.read.max(newest);
        if !past {
            state.replica.raise_own(newest, newest);
        }
        if let Some(summary) = &mut state.summary {
            summary.read = summary.read.max(newest);
            if summary
                .last_message
                .as_ref()
                .is_none_or(|last| last.created_seq <= newest)
            {
                summary.unread = 0;
            }
        }
        self.dirty.listed.insert(chat);
        self.want_receipt(chat);
    }

    /// Returns the marks a chat should have at the server: (delivered, read).
    pub(super) fn due_marks(&self, chat: ChatId) -> Option<(Seq, Seq)> {
        let state = self.chats.get(&chat)?;
        let cursor = state.replica.cursor.as_ref().map_or(Seq::ZERO, |c| c.seq);
        let held = if state.is_of_another_past() {
            Seq::ZERO
        } else {
            state.replica.newest_other.min(cursor)
        };
        let delivered = held.max(state.receipt.head);
        let read = state.receipt.read;
        let sent = state.receipt.sent;
        let known = state.replica.delivered();
        // The own mark was raised here when the chat was read; the server may not have it yet.
        let known = if read > sent.1 { sent.0 } else { known };
        let news = delivered > sent.0.max(known) || read > sent.1;
        news.then_some((delivered.max(read), read))
    }

    /// Plans a receipt, if there is anything to tell.
    pub(super) fn want_receipt(&mut self, chat: ChatId) {
        if self.due_marks(chat).is_none() || !(self.link.is_live() || self.http.is_on()) {
            return;
        }
        let last = self.chats.get(&chat).and_then(|state| state.receipt.last);
        let at = last.map_or(self.now.mono.plus(1), |last| {
            last.plus(self.cfg.receipt_interval_ms)
                .max(self.now.mono.plus(1))
        });
        self.timers.set_earliest(Timer::Receipt(chat), at);
    }

    pub(super) fn send_receipt(&mut self, chat: ChatId) {
        let Some((delivered, read)) = self.due_marks(chat) else {
            return;
        };
        let (live, over_http) = (self.link.is_live(), self.http.is_on());
        if !live && !over_http {
            return;
        }
        let now = self.now.mono;
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        let receipt = ReceiptPush {
            delivered: Some(delivered),
            read: (read > state.receipt.sent.1).then_some(read),
        };
        state.receipt.sent = (delivered, read.max(state.receipt.sent.1));
        state.receipt.last = Some(now);
        let joined = state.channel.is_joined();
        if joined {
            self.push_chat(chat, event::RECEIPT, receipt, Push::Receipt(chat));
        } else if live {
            let push = user::ReceiptPush {
                chat_id: chat,
                receipt,
            };
            self.push_user(event::RECEIPT, push, Push::Receipt(chat));
        } else {
            self.receipt_over_http(chat, receipt);
        }
    }

    /// Tells the marks again later where the server could not take them.
    pub(super) fn on_receipt_reply(&mut self, chat: ChatId, refused: Option<WireError>) {
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        let Some(error) = refused.filter(|error| error.retry_kind() != RetryKind::Never) else {
            state.receipt.refusals = 0;
            self.ask_unread(chat);
            return;
        };
        state.receipt.sent = (Seq::ZERO, Seq::ZERO);
        state.receipt.refusals = state.receipt.refusals.saturating_add(1);
        let refusals = state.receipt.refusals;
        let pause = self
            .backoff(refusals)
            .max(error.retry_after_ms.unwrap_or(0));
        let beyond = pause.saturating_sub(self.cfg.receipt_interval_ms);
        let last = self.now.mono.plus(beyond);
        if let Some(state) = self.chats.get_mut(&chat) {
            state.receipt.last = Some(last);
        }
        self.want_receipt(chat);
    }

    /// The connection is gone: what was sent last may not have arrived.
    pub(super) fn forget_sent_receipts(&mut self) {
        for state in self.chats.values_mut() {
            state.receipt.sent = (Seq::ZERO, Seq::ZERO);
        }
    }
}
