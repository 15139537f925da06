//! The chats one is in: the list, new ones, and those one is no longer in.

use std::collections::BTreeSet;

use samtale_model::flat::{Map, Set};
use samtale_model::presence::PresenceState;
use samtale_model::typing::Typing;
use samtale_model::{ChatId, ChatSummary, Envelope, Message, Seq, UnixMillis, UserId};
use samtale_protocol::http::CreateChat;
use samtale_protocol::user::{HeadEvent, JoinReply};
use samtale_protocol::{ErrorCode, RetryKind, WireError, event};

use super::Engine;
use super::wire::Push;
use crate::replica::Replica;
use crate::timers::Timer;
use crate::{Change, Monotonic};

/// A topic on the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Channel {
    /// Not joined.
    #[default]
    Closed,
    /// Asked to be joined, by the push of this reference.
    Joining(u64),
    /// Joined.
    Joined(u64),
}

impl Channel {
    /// Returns whether an event with this `join_ref` is of the channel as it is now.
    pub(super) fn accepts(self, join_ref: Option<&str>) -> bool {
        match self {
            Self::Closed => false,
            Self::Joining(own) | Self::Joined(own) => {
                join_ref.is_none_or(|given| given.parse() == Ok(own))
            }
        }
    }

    pub(super) const fn is_joined(self) -> bool {
        matches!(self, Self::Joined(_))
    }
}

/// Whether what was stored of a chat is in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Loaded {
    /// It is not.
    #[default]
    No,
    /// It was asked for.
    Loading,
    /// It is.
    Yes,
}

/// A page of older messages that is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct WantedPage {
    /// The place before which it lies.
    pub(super) before: Seq,
    pub(super) limit: u32,
    /// How often it came too old.
    pub(super) stale: u32,
}

/// One chat.
#[derive(Debug)]
pub(super) struct ChatState {
    pub(super) summary: Option<ChatSummary>,
    pub(super) replica: Replica,
    pub(super) loaded: Loaded,
    pub(super) channel: Channel,
    /// Where the outbox stood when it was last asked to be joined: its refusal is of what was there before.
    pub(super) asked: u64,
    /// How many screens it is open on.
    pub(super) open: u32,
    /// When it was last used, as a count of uses.
    pub(super) used: u64,
    /// Envelopes beyond a gap.
    pub(super) ahead: Map<Seq, Envelope>,
    /// Whether a sync is under way.
    pub(super) syncing: bool,
    /// The page of older messages that is being asked for.
    pub(super) history: Option<WantedPage>,
    pub(super) typing: Typing,
    pub(super) presence: PresenceState,
    pub(super) receipt: super::social::ReceiptState,
    /// How often in a row it could not be joined.
    pub(super) refusals: u32,
    pub(super) error: Option<ErrorCode>,
    /// The entries that the view has.
    pub(super) shown: BTreeSet<samtale_model::MessageId>,
    /// Whether the store has what the replica has, but for what is touched.
    pub(super) stored: bool,
    /// As of which commit the list is to say anew what is unread; zero: what is known suffices.
    recount: Seq,
}

impl ChatState {
    fn new(me: UserId) -> Self {
        Self {
            summary: None,
            replica: Replica::new(me),
            loaded: Loaded::No,
            channel: Channel::Closed,
            asked: 0,
            open: 0,
            used: 0,
            ahead: Map::new(),
            syncing: false,
            history: None,
            typing: Typing::default(),
            presence: PresenceState::new(),
            receipt: super::social::ReceiptState::default(),
            refusals: 0,
            error: None,
            shown: BTreeSet::new(),
            stored: true,
            recount: Seq::ZERO,
        }
    }

    /// Returns the newest message that is known, confirmed.
    pub(super) fn last_message(&self) -> Option<&Message> {
        let held = self.replica.messages.values().next_back();
        let listed = self.summary.as_ref().and_then(|s| s.last_message.as_ref());
        match (held, listed) {
            (Some(held), Some(listed)) if listed.created_seq > held.created_seq => Some(listed),
            (Some(held), Some(listed)) if listed.id == held.id && listed.seq > held.seq => {
                Some(listed)
            }
            (Some(held), _) => Some(held),
            (None, listed) => listed,
        }
    }

    /// Returns when something was last said, or the chat was made.
    pub(super) fn active_at(&self) -> UnixMillis {
        let said = self.last_message().map(|m| m.created_at);
        let listed = self.summary.as_ref().map(|s| s.active_at);
        let made = self.replica.chat.as_ref().map(|c| c.created_at);
        said.max(listed).or(made).unwrap_or_default()
    }

    /// Returns one's own read mark.
    pub(super) fn read(&self) -> Seq {
        let listed = self.summary.as_ref().map_or(Seq::ZERO, |s| s.read);
        listed.max(self.replica_read())
    }

    /// Returns whether the rows are of another past than the list: in it, other messages stood at the same places.
    pub(super) fn is_of_another_past(&self) -> bool {
        matches!((&self.summary, &self.replica.cursor), (Some(listed), Some(cursor))
            if listed.epoch.lineage != cursor.epoch.lineage)
    }

    /// Returns the read mark that came with the rows, unless that is of another past.
    fn replica_read(&self) -> Seq {
        if self.is_of_another_past() {
            return Seq::ZERO;
        }
        self.replica.read()
    }

    /// Returns whether everything unread that is known of is held: then it is counted.
    fn holds_unread(&self) -> bool {
        let head = self.summary.as_ref().map_or(Seq::ZERO, |s| s.head);
        let cursor = self.replica.cursor.as_ref();
        cursor.is_some_and(|cursor| cursor.seq >= head)
            && self.replica.floor.0 <= self.read().0.saturating_add(1)
    }

    /// Counts what one has not read: over the range held, or what the list said and came since.
    pub(super) fn unread(&self) -> u32 {
        let read = self.read();
        let max = ChatSummary::MAX_UNREAD;
        match &self.summary {
            Some(listed) if self.is_of_another_past() => listed.unread,
            Some(listed) if !self.holds_unread() => {
                let base = if read > listed.read && listed.head <= read {
                    0
                } else {
                    listed.unread
                };
                let since = listed.head.max(read);
                base.saturating_add(self.replica.count_unread(since, max))
                    .min(max)
            }
            _ => self.replica.count_unread(read, max),
        }
    }

    /// Brings the list's count of what is unread up to the rows, and notes where they don't tell it: where what was deleted
    /// may have been counted, and where more came than is held.
    pub(super) fn count_unread(&mut self) {
        if self.is_of_another_past() {
            return;
        }
        let (holds, unread) = (self.holds_unread(), self.unread());
        let Self {
            summary: Some(listed),
            replica,
            recount,
            ..
        } = self
        else {
            return;
        };
        let Some(cursor) = replica.cursor.as_ref().map(|cursor| cursor.seq) else {
            return;
        };
        if holds {
            listed.unread = unread;
            listed.head = listed.head.max(cursor);
            *recount = Seq::ZERO;
            return;
        }
        if replica.touched.deleted > listed.head {
            *recount = (*recount).max(replica.touched.deleted);
        }
        if replica.floor.0 > listed.head.0.saturating_add(1) {
            *recount = (*recount).max(cursor);
        }
    }

    /// Raises the list's read mark to the one that was heard of: what of its count lay before that is not known.
    pub(super) fn raise_read(&mut self) {
        self.raise_listed(self.replica_read());
    }

    /// Raises the list's read mark, likewise.
    pub(super) fn raise_listed(&mut self, read: Seq) {
        if let Some(listed) = &mut self.summary
            && listed.read < read
        {
            listed.read = read;
            if listed.head <= read {
                listed.unread = 0;
            } else {
                self.recount = self.recount.max(listed.head);
            }
        }
    }

    /// Drops the oldest messages beyond `keep`; the list's count takes over what was counted.
    pub(super) fn trim(&mut self, keep: usize) {
        let unread = self.unread();
        let other_past = self.is_of_another_past();
        let cursor = self.replica.cursor.as_ref().map(|cursor| cursor.seq);
        if let (Some(listed), Some(cursor)) = (&mut self.summary, cursor)
            && cursor >= listed.head
            && !other_past
        {
            listed.unread = unread;
            listed.head = cursor;
        }
        self.replica.trim(keep);
    }
}

impl Engine {
    /// Returns a chat's state, made where there is none, and marks the chat as changed.
    pub(super) fn chat_mut(&mut self, chat: ChatId) -> &mut ChatState {
        self.dirty.chats.insert(chat);
        let me = &self.cfg.user_id;
        let dirty = &mut self.dirty;
        self.chats.or_insert_with(chat, || {
            dirty.list = true;
            Box::new(ChatState::new(me.clone()))
        })
    }

    pub(super) fn touch_use(&mut self, chat: ChatId) {
        let used = self.chats.values().map(|state| state.used).max();
        self.chat_mut(chat).used = used.unwrap_or(0).saturating_add(1);
    }

    pub(super) fn on_join_reply(&mut self, reply: JoinReply) {
        let listed: Set<ChatId> = reply.chats.iter().map(|s| s.chat.id).collect();
        for summary in reply.chats {
            self.take_summary(summary);
        }
        self.on_private(reply.private);
        if !reply.more_chats {
            let gone: Vec<ChatId> = self
                .chats
                .iter()
                .filter(|(id, state)| {
                    state.summary.is_some()
                        && !listed.contains(id)
                        && !self.creates.contains_key(id)
                })
                .map(|(id, _)| *id)
                .collect();
            for chat in gone {
                self.drop_chat(chat);
            }
        }
        self.set_more_chats(reply.more_chats);
        self.asked_chats.clear();
        self.unfetched_chats.clear();
        self.dirty.list = true;
        self.on_live();
    }

    /// One's own topic is joined: everything that waited for it goes.
    fn on_live(&mut self) {
        self.tell_presence();
        let creates: Vec<ChatId> = self.creates.keys().copied().collect();
        for chat in creates {
            self.push_create(chat);
        }
        self.push_all_private();
        self.resume_search();
        self.join_more();
    }

    pub(super) fn set_more_chats(&mut self, more: bool) {
        self.dirty.list |= self.more_chats != more;
        self.more_chats = more;
    }

    /// Takes what the list says of a chat.
    pub(super) fn take_summary(&mut self, summary: ChatSummary) {
        let chat = summary.chat.id;
        self.asked_chats.remove(&chat);
        let was = self.chats.get(&chat).map(|state| state.active_at());
        let refused = self.chats.get(&chat).is_some_and(|s| s.error.is_some());
        if refused {
            self.timers.clear(&Timer::Rejoin(chat));
        }
        let state = self.chat_mut(chat);
        state.error = None;
        state.refusals = 0;
        let other_lineage = state
            .replica
            .cursor
            .as_ref()
            .is_some_and(|cursor| cursor.epoch.lineage != summary.epoch.lineage);
        let older = state
            .summary
            .as_ref()
            .is_some_and(|held| held.epoch == summary.epoch && held.head > summary.head);
        if !other_lineage {
            state.replica.raise_own(Seq::ZERO, summary.read);
        }
        let listed = state.summary.as_ref().map(|held| &held.epoch.lineage);
        if other_lineage || listed.is_some_and(|held| *held != summary.epoch.lineage) {
            // Marks of a past that is gone are not for the server.
            state.receipt = super::social::ReceiptState::default();
        }
        let held_read = state
            .summary
            .as_ref()
            .filter(|held| held.epoch.lineage == summary.epoch.lineage)
            .map_or(Seq::ZERO, |held| held.read);
        if held_read > summary.read {
            // Read here while there was no connection: the server is told.
            state.receipt.read = state.receipt.read.max(held_read);
        }
        if !older {
            if other_lineage || summary.head >= state.recount {
                state.recount = Seq::ZERO;
            }
            // Its count is as of the older mark.
            let behind = held_read > summary.read;
            let all_read = behind && summary.head <= held_read;
            if behind && !all_read {
                state.recount = state.recount.max(summary.head);
            }
            state.summary = Some(ChatSummary {
                read: summary.read.max(held_read),
                unread: if all_read { 0 } else { summary.unread },
                ..summary
            });
        }
        if was != self.chats.get(&chat).map(|state| state.active_at()) {
            self.dirty.list = true;
        }
        self.dirty.listed.insert(chat);
        self.want_receipt(chat);
        self.ask_unread(chat);
    }

    /// Asks what is unread in a chat where that can't be known from its rows.
    pub(super) fn ask_unread(&mut self, chat: ChatId) {
        let unsure = self.chats.get(&chat).is_some_and(|state| {
            state.recount > Seq::ZERO && state.channel.is_joined() && !state.holds_unread()
        });
        // Before the server knows how far was read it has no other count.
        if unsure && self.due_marks(chat).is_none() {
            self.ask_chats(&[chat]);
        }
    }

    /// Drops a chat one is no longer in; what was unsent there stays, to be refused or retried.
    pub(super) fn drop_chat(&mut self, chat: ChatId) {
        self.forget_presence_in(chat);
        self.cancel_poll(chat);
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        state.summary = None;
        let waits = self.outbox.queue(chat).next().is_some();
        let unsent = waits || self.outbox.unsent(chat).next().is_some();
        let open = state.open;
        state.channel = Channel::Closed;
        self.clear_chat_timers(chat);
        self.dirty.list = true;
        self.dirty.listed.insert(chat);
        self.dirty.forgotten.insert(chat);
        self.storage.left.insert(chat);
        if open > 0 || unsent {
            let me = self.cfg.user_id.clone();
            let state = self.chat_mut(chat);
            state.replica = Replica::new(me);
            state.replica.touched.all = true;
            state.replica.touched.chat = true;
            state.ahead.clear();
            // Who comes back begins with the commit that brings them, which may be of another past.
            state.receipt = super::social::ReceiptState::default();
            state.loaded = Loaded::Yes;
            state.stored = true;
            state.error = Some(ErrorCode::NotParticipant);
        } else {
            self.chats.remove(&chat);
        }
    }

    fn clear_chat_timers(&mut self, chat: ChatId) {
        for timer in [
            Timer::Rejoin(chat),
            Timer::Sync(chat),
            Timer::Poll(chat),
            Timer::Outbox(chat),
            Timer::Receipt(chat),
            Timer::Typing(chat),
            Timer::TypingStart(chat),
            Timer::TypingStop(chat),
        ] {
            self.timers.clear(&timer);
        }
    }

    /// One is out of a chat. What is on its way is answered yet, for it may have taken effect before, or be the very leaving
    /// that this tells of. What waits is refused by the chat itself, unless one is in it again by then.
    pub(super) fn on_removed(&mut self, chat: ChatId) {
        let flight = self.outbox.flights.remove(&chat);
        self.close_channel(chat);
        if let Some(flight) = flight.filter(|flight| flight.sent.is_some()) {
            self.outbox.flights.insert(chat, flight);
        }
        self.drop_chat(chat);
        if !self.waits(chat) {
            self.ask_refusing_later(chat);
        }
        // Its place among the joined is another's now.
        self.timers.set_earliest(Timer::JoinPace, self.now.mono);
    }

    pub(super) fn on_head(&mut self, head: HeadEvent) {
        let chat = head.chat_id;
        let known = self.chats.get(&chat).is_some_and(|s| s.summary.is_some());
        if !known {
            self.ask_chats(&[chat]);
            return;
        }
        let me = self.cfg.user_id.clone();
        let state = self.chat_mut(chat);
        if state.channel.is_joined() {
            return;
        }
        if let Some(summary) = &mut state.summary {
            if head.message.is_none() || !head.head.follows(summary.head) {
                // Something was deleted, perhaps, or heads were lost.
                state.recount = state.recount.max(head.head);
            }
            summary.head = summary.head.max(head.head);
            if let Some(message) = head.message {
                let newer = summary
                    .last_message
                    .as_ref()
                    .is_none_or(|last| message.created_seq > last.created_seq);
                if newer {
                    if message.sender_id != me {
                        summary.unread = (summary.unread + 1).min(ChatSummary::MAX_UNREAD);
                        state.receipt.head = state.receipt.head.max(message.created_seq);
                    }
                    summary.active_at = summary.active_at.max(message.created_at);
                    summary.last_message = Some(message);
                }
            }
        }
        self.dirty.list = true;
        self.dirty.listed.insert(chat);
        self.want_receipt(chat);
    }

    /// Asks for a chat to be made, if the connection is there; otherwise it waits.
    pub(super) fn push_create(&mut self, chat: ChatId) {
        let Some(creation) = self.creates.get(&chat) else {
            return;
        };
        let create: CreateChat = creation.create.clone();
        if self.link.is_live() {
            self.push_user(event::CREATE_CHAT, create, Push::Create(chat));
        } else if self.http.is_on() {
            self.create_over_http(chat, &create);
        }
    }

    pub(super) fn on_create_reply(&mut self, chat: ChatId, reply: Result<ChatSummary, WireError>) {
        if !self.creates.contains_key(&chat) {
            return;
        }
        let error = match reply {
            Ok(summary) if summary.chat.id == chat => {
                self.creates.remove(&chat);
                self.take_summary(summary);
                None
            }
            Ok(_) => return,
            Err(error) if error.retry_kind() == RetryKind::Never => {
                self.creates.remove(&chat);
                self.outbox.flights.remove(&chat);
                self.fail_queue(chat, error.code, |_| true);
                self.drop_chat(chat);
                Some(error.code)
            }
            Err(error) => {
                let pause = self.backoff(3).max(error.retry_after_ms.unwrap_or(1_000));
                let at: Monotonic = self.now.mono.plus(pause);
                self.timers.set(Timer::Create(chat), at);
                return;
            }
        };
        self.dirty.creates.insert(chat);
        self.dirty.list = true;
        self.dirty.event(Change::ChatMade { chat, error });
        self.join_more();
        self.pump(chat);
    }
}
