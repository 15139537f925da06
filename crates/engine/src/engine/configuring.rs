//! What a host may change of the configuration while the engine runs, and how it takes effect.

use samtale_model::ChatId;

use super::Engine;
use crate::timers::Timer;
use crate::{CommandError, Monotonic, Settings};

impl Engine {
    /// Changes the configuration, all of it or, where a value makes no sense, none.
    pub(super) fn configure(&mut self, settings: Settings) -> Result<(), CommandError> {
        settings.check()?;
        let was = self.cfg.settings();
        settings.apply(&mut self.cfg);
        let now = self.cfg.settings();
        if (was.enable_retry, was.max_retries) != (now.enable_retry, now.max_retries)
            || was.http_after_failures != now.http_after_failures
        {
            self.retry_as_configured();
        }
        let intervals = (was.heartbeat_interval_ms, now.heartbeat_interval_ms);
        self.move_timer(&Timer::Heartbeat, intervals);
        for chat in self.writing_in() {
            if !self.cfg.share_typing {
                self.stop_typing(chat);
            }
            let pauses = (was.typing_debounce_ms, now.typing_debounce_ms);
            self.move_timer(&Timer::TypingStart(chat), pauses);
            let pauses = (was.typing_stop_ms, now.typing_stop_ms);
            self.move_timer(&Timer::TypingStop(chat), pauses);
        }
        if was.idle_timeout_ms != now.idle_timeout_ms {
            self.idle_as_configured();
        }
        // How and where one is may be told now, or no longer.
        self.tell_presence();
        if was.cache_messages != now.cache_messages {
            self.trim_chats();
        }
        Ok(())
    }

    /// Moves a timer that is set to where it would be, had the pause always been the new one.
    fn move_timer(&mut self, timer: &Timer, (was, now): (Option<u64>, Option<u64>)) {
        let (was, now) = (was.unwrap_or_default(), now.unwrap_or_default());
        if was != now
            && let Some(at) = self.timers.get(timer)
        {
            let began = Monotonic(at.0.saturating_sub(was));
            self.timers.set(timer.clone(), began.plus(now.max(1)));
        }
    }

    /// Holds fewer messages of the chats that are on no screen.
    fn trim_chats(&mut self) {
        let keep = self.cfg.cache_messages;
        let idle: Vec<ChatId> = self
            .chats
            .iter()
            .filter(|(_, state)| state.open == 0 && state.history.is_none())
            .map(|(chat, _)| *chat)
            .collect();
        for chat in idle {
            self.chat_mut(chat).trim(keep);
        }
    }
}
