//! Sentences chosen by what goes on: who is typing, what went wrong, who someone is.

use crate::Catalog;

const MS_PER_SECOND: u64 = 1_000;
const SECONDS_PER_MINUTE: u64 = 60;
const MINUTES_PER_HOUR: u64 = 60;

impl Catalog {
    /// Returns who is typing, or an empty text when nobody is.
    ///
    /// Takes one entry for each person, `None` or blank where the name isn't known. One or two
    /// people are named when all of them can be; otherwise they are counted.
    #[must_use]
    pub fn typing_text(&self, names: &[Option<&str>]) -> String {
        let known = |name: Option<&str>| name.is_some_and(|name| !name.trim().is_empty());
        match *names {
            [] => String::new(),
            [Some(name)] if known(Some(name)) => {
                self.text_with("typing-one", &[("name", name.into())])
            }
            [_] => self.text("typing-unnamed"),
            [Some(first), Some(second)] if known(Some(first)) && known(Some(second)) => self
                .text_with(
                    "typing-two",
                    &[("first", first.into()), ("second", second.into())],
                ),
            _ => self.text_with("typing-many", &[("count", names.len().into())]),
        }
    }

    /// Returns the name of a presence status: `online`, `away`, `busy` or `offline`.
    ///
    /// A status that isn't known reads as offline.
    #[must_use]
    pub fn status(&self, status: &str) -> String {
        self.named("status", status, "status-offline")
    }

    /// Returns the sentence of a connection state: `idle`, `connecting`, `connected`,
    /// `reconnecting`, `degraded`, `offline` or `failed`.
    ///
    /// A state that isn't known reads as idle.
    #[must_use]
    pub fn connection(&self, state: &str) -> String {
        self.named("connection", state, "connection-idle")
    }

    /// Returns the name of an own message's state: `sending`, `sent`, `delivered`, `read` or
    /// `failed`.
    ///
    /// A state that isn't known reads as sending, the one that promises least.
    #[must_use]
    pub fn delivery(&self, state: &str) -> String {
        self.named("delivery", state, "delivery-sending")
    }

    /// Returns the name of a participant's role: `owner`, `tutor`, `student`, `guardian` or
    /// `observer`.
    ///
    /// A role that isn't known reads as a participant.
    #[must_use]
    pub fn role(&self, role: &str) -> String {
        self.named("role", role, "role-unknown")
    }

    /// Returns what an error's code means, and how long to wait where that is known.
    ///
    /// The wait, in milliseconds, is rounded up and said in seconds, minutes or hours; a wait of
    /// nothing is not mentioned. A code that isn't known has a general sentence.
    #[must_use]
    pub fn error_text(&self, code: &str, retry_after_ms: Option<u64>) -> String {
        let error = self.named("error", code, "error-unknown");
        let Some(wait_ms) = retry_after_ms.filter(|&ms| ms > 0) else {
            return error;
        };
        let seconds = wait_ms.div_ceil(MS_PER_SECOND);
        let minutes = seconds.div_ceil(SECONDS_PER_MINUTE);
        let hours = minutes.div_ceil(MINUTES_PER_HOUR);
        let with_wait = |key, count: u64| {
            self.text_with(key, &[("error", (&error).into()), ("count", count.into())])
        };
        if seconds < SECONDS_PER_MINUTE {
            with_wait("retry-in-seconds", seconds)
        } else if minutes < MINUTES_PER_HOUR {
            with_wait("retry-in-minutes", minutes)
        } else {
            with_wait("retry-in-hours", hours)
        }
    }
}
