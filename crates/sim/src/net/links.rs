//! All links, and what arrives first on any of them: asked for at every turn, sought anew only after something was stirred.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use super::link::Link;
use super::{Direction, LinkId};
use crate::clock::Millis;

/// What arrives: when, its rank among what arrives with it, on which link, and which way.
pub(super) type Arrival = (Millis, u64, LinkId, Direction);

/// The links by name. Whoever gets at them to change them makes it forget what comes first.
#[derive(Clone, Debug)]
pub(super) struct Links {
    all: BTreeMap<LinkId, Link>,
    first: Cell<Option<Option<Arrival>>>,
}

impl Links {
    pub(super) const fn new() -> Self {
        Self {
            all: BTreeMap::new(),
            first: Cell::new(None),
        }
    }

    /// Returns what arrives first, which `seek` finds where it is not known.
    pub(super) fn earliest(&self, seek: impl FnOnce() -> Option<Arrival>) -> Option<Arrival> {
        self.first.get().unwrap_or_else(|| {
            let first = seek();
            self.first.set(Some(first));
            first
        })
    }

    /// What comes first may be something else now.
    pub(super) fn stirred(&mut self) {
        self.first.set(None);
    }
}

impl Deref for Links {
    type Target = BTreeMap<LinkId, Link>;

    fn deref(&self) -> &Self::Target {
        &self.all
    }
}

impl DerefMut for Links {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.stirred();
        &mut self.all
    }
}
