//! A user interface that follows a timeline by its patches alone.

use std::collections::BTreeMap;

use samtale_engine::{Change, Engine, Entry, TimelinePatch};
use samtale_model::MessageId;

use super::chat;

/// What a user interface makes of a timeline's patches.
#[derive(Default)]
pub(crate) struct View(BTreeMap<MessageId, Entry>);

impl View {
    pub(crate) fn follow(&mut self, engine: &Engine, change: &Change) {
        let Change::Timeline { patches, chat: at } = change else {
            return;
        };
        for patch in patches.iter().filter(|_| *at == chat(1)) {
            match patch.clone() {
                TimelinePatch::Insert { entry } => {
                    let was = self.0.insert(entry.id(), *entry);
                    assert!(was.is_none(), "an insert is of something new");
                }
                TimelinePatch::Update { entry } => {
                    let was = self.0.insert(entry.id(), *entry);
                    assert!(was.is_some(), "an update is of something there");
                }
                TimelinePatch::Remove { id } => {
                    assert!(self.0.remove(&id).is_some(), "a removal too");
                }
                TimelinePatch::Reset => {
                    let now = engine.timeline(*at);
                    self.0 = now.entries().map(|entry| (entry.id(), entry)).collect();
                }
            }
        }
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self.0.values().cloned().collect();
        entries.sort_by_key(|entry| entry.position);
        entries
    }
}
