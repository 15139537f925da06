//! What a room tells that is no commit: presence, receipts, typing.

use std::collections::BTreeMap;
use std::time::Duration;

use samtale_model::presence::PresenceState;
use samtale_model::{ChatId, Receipt, UserId};
use samtale_protocol::chat::{ReceiptsEvent, TypingEvent};
use samtale_protocol::event;

use super::{LEAVE_DELAY, Phase, Room, State, encode, millis};
use crate::presence::{Presences, seen_from};

impl State {
    /// Returns who is to be shown as present.
    pub(super) fn target(&self, chat: ChatId, presences: &Presences) -> PresenceState {
        let mut target = PresenceState::new();
        for subscriber in &self.subscribers {
            let user = &subscriber.handle.user;
            if matches!(subscriber.phase, Phase::Buffering { .. }) || target.contains_key(user) {
                continue;
            }
            if let Some(presence) = presences.get(user) {
                target.insert(user.clone(), seen_from(chat, presence));
            }
        }
        target
    }

    pub(super) fn tell_presence(&mut self, room: &Room, now: Duration, presences: &Presences) {
        let mut target = self.target(room.chat, presences);
        self.leaving
            .retain(|user, since| !target.contains_key(user) && now < *since + LEAVE_DELAY);
        for user in self.leaving.keys() {
            // They may be back in a moment: until then they are shown as they were.
            if let Some(shown) = self.shown.get(user)
                && !presences.is_hidden(user)
            {
                target.insert(user.clone(), shown.clone());
            }
        }
        let mut diff = samtale_model::presence::diff(&self.shown, &target);
        for (user, ahead) in std::mem::take(&mut self.ahead) {
            match target.get(&user) {
                Some(now) if *now == ahead => {}
                Some(now) => {
                    diff.joins.insert(user, now.clone());
                }
                None => {
                    diff.leaves.insert(user, ahead);
                }
            }
        }
        if diff.joins.is_empty() && diff.leaves.is_empty() {
            return;
        }
        let event = encode::diff_event(&diff);
        let mut by_version = encode::ByVersion::default();
        for subscriber in &self.subscribers {
            if !matches!(subscriber.phase, Phase::Buffering { .. }) {
                let frame = by_version.get(subscriber.handle.version, |version| {
                    encode::event(&room.topic, event::PRESENCE_DIFF, &event, version)
                });
                subscriber
                    .handle
                    .outbound
                    .push_event(Some(room.chat), frame);
            }
        }
        self.shown = target;
    }

    pub(super) fn tell_receipts(&mut self, room: &Room) {
        let receipts = std::mem::take(&mut self.receipts).into_values().collect();
        self.broadcast(
            room,
            event::RECEIPTS,
            &ReceiptsEvent {
                receipts,
                summary: None,
            },
            None,
        );
    }

    /// In a large chat, and of one who reads along, a receipt goes to its own user's connections alone.
    pub(super) fn tell_receipts_to_their_own(
        &self,
        room: &Room,
        receipts: BTreeMap<UserId, Receipt>,
    ) {
        for (user, receipt) in receipts {
            let event = ReceiptsEvent {
                receipts: vec![receipt],
                summary: None,
            };
            for subscriber in self.subscribers.iter().filter(|s| s.handle.user == user) {
                let frame = encode::event(
                    &room.topic,
                    event::RECEIPTS,
                    &event,
                    subscriber.handle.version,
                );
                subscriber
                    .handle
                    .outbound
                    .push_event(Some(room.chat), frame);
            }
        }
    }

    pub(super) fn broadcast_typing(&self, room: &Room, user: &UserId, ttl: Duration) {
        let event = TypingEvent {
            user_id: user.clone(),
            ttl_ms: millis(ttl),
        };
        self.broadcast(room, event::TYPING, &event, Some(user));
    }

    /// Sends an event to every live subscriber, but for the connections of one user.
    pub(super) fn broadcast(
        &self,
        room: &Room,
        name: &str,
        payload: &impl serde::Serialize,
        except: Option<&UserId>,
    ) {
        let mut by_version = encode::ByVersion::default();
        for subscriber in &self.subscribers {
            let live = matches!(subscriber.phase, Phase::Live);
            if live && except != Some(&subscriber.handle.user) {
                let frame = by_version.get(subscriber.handle.version, |version| {
                    encode::event(&room.topic, name, payload, version)
                });
                subscriber
                    .handle
                    .outbound
                    .push_event(Some(room.chat), frame);
            }
        }
    }
}
