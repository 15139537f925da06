//! Chats that the list did not bring: asked for by id, or page by page.

use samtale_model::ChatId;
use samtale_protocol::user::{ChatsReply, ChatsRequest};
use samtale_protocol::{RetryKind, WireError, event};

use super::Engine;
use super::wire::Push;
use crate::timers::Timer;

/// The most ids in one `chats` request.
const MAX_IDS: usize = 100;

impl Engine {
    /// Asks for chats by id, once each.
    pub(super) fn ask_chats(&mut self, chats: &[ChatId]) {
        if !self.link.is_live() {
            return;
        }
        let ids: Vec<ChatId> = chats
            .iter()
            .copied()
            .filter(|chat| self.asked_chats.insert(*chat))
            .collect();
        for ids in ids.chunks(MAX_IDS) {
            let request = ChatsRequest {
                ids: ids.to_vec(),
                after: None,
            };
            self.push_user(event::CHATS, request, Push::ChatsById(ids.to_vec()));
        }
    }

    pub(super) fn on_chats_by_id(&mut self, ids: &[ChatId], reply: Result<ChatsReply, WireError>) {
        for id in ids {
            self.asked_chats.remove(id);
        }
        match reply {
            Ok(reply) => {
                for summary in reply.chats {
                    self.take_summary(summary);
                }
                self.join_more();
            }
            Err(error) if error.retry_kind() == RetryKind::Never => {}
            Err(error) => {
                self.unfetched_chats.extend(ids.iter().copied());
                let pause = self.backoff(3).max(error.retry_after_ms.unwrap_or(1_000));
                self.timers.set(Timer::Chats, self.now.mono.plus(pause));
            }
        }
    }

    /// Asks again for the chats that could not be read.
    pub(super) fn ask_unfetched_chats(&mut self) {
        let chats: Vec<ChatId> = std::mem::take(&mut self.unfetched_chats)
            .iter()
            .copied()
            .collect();
        self.ask_chats(&chats);
    }

    pub(super) fn load_more_chats(&mut self) {
        let last = self
            .chats
            .iter()
            .filter(|(_, state)| state.summary.is_some())
            .min_by_key(|(id, state)| (state.active_at(), **id))
            .map(|(id, _)| *id);
        if self.link.is_live() && self.more_chats {
            let request = ChatsRequest {
                ids: Vec::new(),
                after: last,
            };
            self.push_user(event::CHATS, request, Push::MoreChats);
        }
    }

    pub(super) fn on_more_chats(&mut self, reply: Result<ChatsReply, WireError>) {
        if let Ok(reply) = reply {
            for summary in reply.chats {
                self.take_summary(summary);
            }
            self.set_more_chats(reply.more_chats);
            self.dirty.list = true;
            self.join_more();
        }
    }
}
