//! Where a host keeps what is unsent, and how the next life comes by it.
//!
//! A program has one store, and its next life loads what the last one left. A browser shares its store among tabs:
//! what is unsent lies under the tab's name (`tab/<life>/…`) with the tab's journal beside it, and the next tab adopts
//! it, as `web/packages/client/src/tabstore.ts` does. A page that is loaded again under its old name finds its own.

use std::collections::BTreeSet;

use samtale_engine::Write;

use crate::rng::Rng;

/// The records that belong to one tab.
const OWN: [&str; 3] = ["outbox/", "create/", "pending/"];

/// What kind of host a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// A program with a database of its own, and no journal.
    Program,
    /// A page that keeps its name when it is loaded again: a journal, and the old records as its own.
    Page,
    /// A tab that finds a closed tab's work: a journal, and records to adopt.
    Tab,
}

impl HostKind {
    /// Draws the kind of a host that sees how a handshake was refused, or does not.
    pub(super) fn draw(tells_refusals: bool, rng: &mut Rng) -> Self {
        let tab = rng.chance(600);
        match (tells_refusals, tab) {
            (true, _) => Self::Program,
            (false, true) => Self::Tab,
            (false, false) => Self::Page,
        }
    }

    /// Returns whether it has a synchronous journal.
    pub(super) const fn has_journal(self) -> bool {
        !matches!(self, Self::Program)
    }
}

/// The names of one life's records.
#[derive(Clone, Debug)]
pub(super) struct Home(String);

impl Home {
    /// Makes the names of a life.
    pub(super) fn new(kind: HostKind, life: u64) -> Self {
        match kind {
            HostKind::Tab => Self(format!("tab/{life}/")),
            HostKind::Program | HostKind::Page => Self(String::new()),
        }
    }

    /// Returns the prefix of everything that is this life's own.
    pub(super) fn prefix(&self) -> &str {
        &self.0
    }

    /// Returns a key, or a prefix, as it is stored.
    pub(super) fn stored(&self, key: &str) -> String {
        if is_own_key(key) {
            format!("{}{key}", self.0)
        } else {
            key.to_owned()
        }
    }

    /// Returns a stored key as the engine knows it.
    pub(super) fn known<'a>(&self, key: &'a str) -> &'a str {
        key.strip_prefix(&self.0).unwrap_or(key)
    }

    /// Returns a write as it is carried out.
    pub(super) fn moved(&self, write: Write) -> Write {
        match write {
            Write::Put { key, value } => Write::Put {
                key: self.stored(&key),
                value,
            },
            Write::Delete { key } => Write::Delete {
                key: self.stored(&key),
            },
            Write::DeletePrefix { prefix } => Write::DeletePrefix {
                prefix: self.stored(&prefix),
            },
        }
    }
}

/// What is being taken over from a life that is over, until it is stored anew.
#[derive(Clone, Debug)]
pub(super) struct Adoption {
    pub(super) home: Home,
    pub(super) keys: BTreeSet<String>,
}

/// Returns the life that a stored key belongs to, where it belongs to one.
pub(super) fn life_of(key: &str) -> Option<u64> {
    key.strip_prefix("tab/")?.split('/').next()?.parse().ok()
}

/// Returns a stored key without the tab it lies under.
pub(super) fn bare(key: &str) -> &str {
    let inside = key
        .strip_prefix("tab/")
        .and_then(|rest| rest.split_once('/'));
    inside.map_or(key, |(_, name)| name)
}

/// Returns whether a write is of what one life has not sent.
pub(super) fn is_own(write: &Write) -> bool {
    is_own_key(name(write))
}

/// Returns what a write names.
pub(super) fn name(write: &Write) -> &str {
    match write {
        Write::Put { key, .. } | Write::Delete { key } => key,
        Write::DeletePrefix { prefix } => prefix,
    }
}

fn is_own_key(key: &str) -> bool {
    OWN.iter().any(|own| key.starts_with(own))
}
