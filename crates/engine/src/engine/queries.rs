//! What a view reads of chats, receipts, private state and the outbox.

use std::cmp::Reverse;

use serde_json::Value;

use samtale_model::{ChatId, Participant, PrivateKey, Receipt, ReceiptSummary, UserId};

use super::Engine;
use super::chats::{ChatState, Loaded};
use crate::order::sorted;
use crate::outbox::{Queued, Stage, subject};
use crate::timers::Timer;
use crate::view::{ChatItem, OutboxItem, OutboxState, OutboxView};

impl Engine {
    /// Returns whose engine this is.
    pub const fn user_id(&self) -> &UserId {
        &self.cfg.user_id
    }

    /// Returns the list of chats, the most recently active first.
    pub fn chats(&self) -> Vec<ChatItem> {
        let items: Vec<ChatItem> = self
            .chats
            .iter()
            .filter(|(chat, state)| state.summary.is_some() || self.creates.contains_key(chat))
            .map(|(chat, state)| self.item(*chat, state))
            .collect();
        sorted(items, |item| Reverse((item.active_at, item.id)))
    }

    /// Returns whether the list of chats goes on at the server.
    pub const fn has_more_chats(&self) -> bool {
        self.more_chats
    }

    /// Returns whether the list of chats is still to come: nothing stored, nothing heard.
    pub fn chats_loading(&self) -> bool {
        let nothing = self.chats.values().all(|state| state.summary.is_none());
        let heard = self.private.cursor.is_some() || self.http.is_on();
        let hopeless = self.connection().failure.is_some();
        nothing && !heard && !hopeless
    }

    /// Returns a chat, as the list shows it; none where it is not known.
    pub fn chat(&self, chat: ChatId) -> Option<ChatItem> {
        self.chats.get(&chat).map(|state| self.item(chat, state))
    }

    fn item(&self, chat: ChatId, state: &ChatState) -> ChatItem {
        let replica = &state.replica;
        let listed = state.summary.as_ref();
        let held = replica.chat.as_ref();
        let row = match (held, listed) {
            (Some(held), Some(listed)) if listed.chat.seq > held.seq => Some(&listed.chat),
            (Some(held), _) => Some(held),
            (None, listed) => listed.map(|summary| &summary.chat),
        };
        let making = self.creates.get(&chat);
        let last = self.timeline(chat).newest(1).pop().or_else(|| {
            let last = state.last_message()?;
            Some(self.timeline(chat).of_message(state, last))
        });
        let unsent_at = last.as_ref().map(|entry| entry.message.created_at);
        let members = if replica.cursor.is_some() {
            replica.members
        } else {
            listed.map_or(0, |summary| summary.members)
        };
        ChatItem {
            id: chat,
            chat: row.cloned(),
            role: replica.role.or(listed.map(|summary| summary.role)),
            participants: self.participants(chat),
            members,
            unread: state.unread(),
            draft: self.private.draft(chat).map(str::to_owned),
            muted: self.private.muted(chat, self.unix()),
            active_at: state
                .active_at()
                .max(unsent_at.unwrap_or_default())
                .max(making.map(|making| making.queued_at).unwrap_or_default()),
            last: last.map(Box::new),
            live: state.channel.is_joined(),
            loading: replica.cursor.is_none()
                && replica.messages.is_empty()
                && state.error.is_none()
                && making.is_none()
                && (state.loaded != Loaded::Yes || self.connection().failure.is_none()),
            making: making.is_some(),
            error: state.error,
        }
    }

    /// Returns the active participants of a chat that are known, by user id.
    pub fn participants(&self, chat: ChatId) -> Vec<Participant> {
        let Some(state) = self.chats.get(&chat) else {
            return Vec::new();
        };
        if state.replica.participants.is_empty() {
            let listed = state.summary.as_ref();
            return listed.map_or_else(Vec::new, |summary| summary.participants.clone());
        }
        let known = state.replica.participants.values();
        known.filter(|person| person.active).cloned().collect()
    }

    /// Returns what is known of someone who is or was in a chat: the name of a message's sender.
    pub fn participant(&self, chat: ChatId, user: &UserId) -> Option<&Participant> {
        let state = self.chats.get(&chat)?;
        state.replica.participants.get(user).or_else(|| {
            let listed = state.summary.as_ref()?.participants.iter();
            listed.into_iter().find(|person| person.user_id == *user)
        })
    }

    /// Returns who has received and read how much of a chat, by user id; in a large chat oneself.
    pub fn receipts(&self, chat: ChatId) -> Vec<Receipt> {
        let state = self.chats.get(&chat);
        let marks = state.map(|state| state.replica.marks.iter().cloned());
        marks.into_iter().flatten().collect()
    }

    /// Returns the receipts of a chat too large to list them.
    pub fn receipt_summary(&self, chat: ChatId) -> Option<&ReceiptSummary> {
        self.chats.get(&chat)?.replica.summary.as_ref()
    }

    /// Returns the value of a private row, one's newest; none where it is not set.
    pub fn private(&self, key: &PrivateKey) -> Option<&Value> {
        self.private.get(key)
    }

    /// Returns what stands in a chat's composer.
    pub fn draft(&self, chat: ChatId) -> Option<&str> {
        self.private.draft(chat)
    }

    /// Returns the outbox, for a viewer of the queue.
    pub fn outbox(&self) -> OutboxView {
        let queued = self.outbox.chats().flat_map(|chat| self.outbox.queue(chat));
        OutboxView {
            items: queued
                .chain(self.outbox.parked())
                .map(|queued| self.outbox_item(queued))
                .collect(),
            bytes: self.outbox.bytes,
            max_items: self.cfg.max_outbox_ops,
            max_bytes: self.cfg.max_outbox_bytes,
        }
    }

    fn outbox_item(&self, queued: &Queued) -> OutboxItem {
        let op = queued.op.id();
        let until = self.timers.get(&Timer::Outbox(queued.chat));
        let state = match queued.stage {
            Stage::Failed(code) => OutboxState::Failed { code },
            Stage::Expired => OutboxState::Expired,
            Stage::Queued if self.outbox.in_flight(queued.chat, op) => OutboxState::Sending,
            Stage::Queued => match until {
                Some(until) => OutboxState::Delayed { until },
                None => OutboxState::Waiting,
            },
        };
        OutboxItem {
            op,
            chat: queued.chat,
            kind: queued.op.name(),
            message: subject(&queued.op),
            queued_at: queued.queued_at,
            state,
            attempts: queued.attempts,
            bytes: queued.bytes,
        }
    }
}
