//! The engine's event log, for troubleshooting: what happened lately, without content.

use std::collections::VecDeque;

use serde::Serialize;

use samtale_model::{ChatId, UnixMillis};
use samtale_protocol::ErrorCode;

/// How many entries are kept.
const KEPT: usize = 256;

/// Something that happened. It holds no words and no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// When.
    pub at: UnixMillis,
    /// What, by a stable name.
    pub event: &'static str,
    /// Where, if it is about a chat.
    pub chat: Option<ChatId>,
    /// The refusal, if it is one.
    pub code: Option<ErrorCode>,
}

/// The newest entries.
#[derive(Debug, Default)]
pub(crate) struct Log(VecDeque<LogEntry>);

impl Log {
    /// Adds an entry; the oldest goes where there are too many.
    pub(crate) fn add(&mut self, entry: LogEntry) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(entry);
    }

    /// Returns the entries, the oldest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &LogEntry> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entries_go_first() {
        let mut log = Log::default();
        for at in 0..300 {
            log.add(LogEntry {
                at: UnixMillis(at),
                event: "live",
                chat: None,
                code: None,
            });
        }
        let times: Vec<i64> = log.entries().map(|entry| entry.at.0).collect();
        assert_eq!(times, (44..300).collect::<Vec<_>>());
    }
}
