//! Which states a world has been in, so that a summary tells whether the checks had something to check.

use std::collections::BTreeMap;

use samtale_engine::{
    Change, ConnectionState, Engine, EntryState, Outcome, StorageState, TimelinePatch,
};

use super::truth::Deed;

/// States and how often they were seen, by stable names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage(BTreeMap<&'static str, u64>);

impl Coverage {
    /// Counts a state.
    pub fn note(&mut self, state: &'static str) {
        self.add(state, 1);
    }

    /// Counts a state several times.
    pub fn add(&mut self, state: &'static str, times: u64) {
        *self.0.entry(state).or_default() += times;
    }

    /// Keeps the greatest value of a measure.
    pub fn most(&mut self, measure: &'static str, value: u64) {
        let most = self.0.entry(measure).or_default();
        *most = (*most).max(value);
    }

    /// Returns all states that were seen, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(state, times)| (*state, *times))
    }

    /// Returns how often a state was seen.
    pub fn of(&self, state: &str) -> u64 {
        self.0.get(state).copied().unwrap_or(0)
    }

    /// Adds what another world saw. Names that begin with `most-` keep the greatest value.
    pub fn merge(&mut self, other: &Self) {
        for (state, times) in other.iter() {
            if state.starts_with("most-") {
                self.most(state, times);
            } else {
                self.add(state, times);
            }
        }
    }

    /// Counts what a commit did.
    pub fn deed(&mut self, deed: &Deed) {
        self.note(match deed {
            Deed::Made => "commit-chat",
            Deed::Sent(_) => "commit-send",
            Deed::Edited(..) => "commit-edit",
            Deed::Deleted(_) => "commit-delete",
            Deed::Reacted(_, _, _, true) => "commit-reaction",
            Deed::Reacted(_, _, _, false) => "commit-reaction-taken",
            Deed::Entered(_) => "commit-join",
            Deed::Left(_) => "commit-leave",
            Deed::Ranked(_) => "commit-role",
            Deed::Changed => "commit-chat-changed",
        });
    }

    /// Counts what a device told.
    pub fn change(&mut self, change: &Change) {
        match change {
            Change::Op { outcome, .. } => self.note(match outcome {
                Outcome::Kept => "told-kept",
                Outcome::Done { .. } => "told-done",
                Outcome::Failed { .. } => "told-failed",
                Outcome::Expired => "told-expired",
                Outcome::Cancelled => "told-cancelled",
            }),
            Change::Timeline { patches, .. } => {
                for patch in patches {
                    self.note(match patch {
                        TimelinePatch::Insert { entry } if entry.state == EntryState::Sending => {
                            "shown-optimistic"
                        }
                        TimelinePatch::Insert { .. } => "shown-insert",
                        TimelinePatch::Update { entry } if entry.state == EntryState::Read => {
                            "shown-read"
                        }
                        TimelinePatch::Update { .. } => "shown-update",
                        TimelinePatch::Remove { .. } => "shown-remove",
                        TimelinePatch::Reset => "shown-reset",
                    });
                }
            }
            Change::Typing { .. } => self.note("shown-typing"),
            Change::Presence { .. } => self.note("shown-presence"),
            Change::Receipts { .. } => self.note("shown-receipts"),
            Change::ChatMade { error: Some(_), .. } => self.note("chat-refused"),
            _ => {}
        }
    }

    /// Counts how a device stands.
    pub fn state(&mut self, engine: &Engine) {
        self.note(match engine.connection().state {
            ConnectionState::Idle => "connection-idle",
            ConnectionState::Connecting => "connection-connecting",
            ConnectionState::Connected => "connection-connected",
            ConnectionState::Reconnecting => "connection-reconnecting",
            ConnectionState::Degraded => "connection-degraded",
            ConnectionState::Offline => "connection-offline",
            ConnectionState::Failed => "connection-failed",
        });
        self.note(match engine.storage() {
            StorageState::Loading => "storage-loading",
            StorageState::Ready => "storage-ready",
            StorageState::Tight => "storage-tight",
            StorageState::Memory => "storage-memory",
        });
    }
}
