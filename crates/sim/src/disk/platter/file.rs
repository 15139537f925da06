//! One file: as it is seen, as it is durable, and the changes between.

use std::collections::BTreeMap;

use sqlite_vfs::LockKind;

use crate::disk::DiskCounts;
use crate::rng::Rng;

/// What a disk writes at once, in bytes.
const SECTOR: usize = 512;

/// A file.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub(super) seen: Vec<u8>,
    pub(super) durable: Vec<u8>,
    /// What happened since the last sync.
    pending: Vec<Change>,
    /// Whether its name is durable.
    pub(super) named: bool,
    /// Whether a failed sync took something out of `pending` that is still seen.
    forgetful: bool,
    /// Locks by handle.
    pub(super) locks: BTreeMap<u64, LockKind>,
}

/// A change of a file.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

/// What becomes of a file's pending changes when the power goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    Nothing,
    Everything,
    /// What came first, the last sector of it torn.
    Beginning,
    /// Any sectors.
    Some,
}

impl Body {
    pub(super) fn durable(bytes: Vec<u8>) -> Self {
        Self {
            durable: bytes.clone(),
            seen: bytes,
            named: true,
            ..Self::default()
        }
    }

    pub(super) fn change(&mut self, change: Change) {
        change.apply(&mut self.seen);
        self.pending.push(change);
    }

    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            change.apply(&mut self.durable);
        }
    }

    /// Loses some changes for good, while they are still seen.
    pub(super) fn fail(&mut self, rng: &mut Rng) {
        let before = self.pending.len();
        self.pending.retain(|_| rng.chance(500));
        self.forgetful |= self.pending.len() < before;
    }

    /// Lets go of what is seen and can't become durable any more.
    pub(super) fn forget(&mut self) {
        if std::mem::take(&mut self.forgetful) {
            self.seen.clone_from(&self.durable);
            for change in &self.pending {
                change.apply(&mut self.seen);
            }
        }
    }

    /// Becomes what a power cut leaves of it.
    pub(super) fn settle(&mut self, fate: Fate, rng: &mut Rng, counts: &mut DiskCounts) {
        let pending = std::mem::take(&mut self.pending);
        let all: u64 = pending.iter().map(Change::sectors).sum();
        let mut cut = match fate {
            Fate::Nothing => 0,
            Fate::Everything | Fate::Some => all,
            Fate::Beginning => rng.within(0..=all),
        };
        for change in pending {
            for part in change.split() {
                if cut == 0 {
                    counts.lost_sectors += 1;
                    continue;
                }
                cut -= 1;
                if matches!(fate, Fate::Some) && rng.chance(500) {
                    counts.lost_sectors += 1;
                    continue;
                }
                let torn = match fate {
                    Fate::Beginning => cut == 0,
                    Fate::Some => rng.chance(100),
                    Fate::Nothing | Fate::Everything => false,
                };
                if torn {
                    counts.torn_sectors += 1;
                    part.torn(rng).apply(&mut self.durable);
                } else {
                    counts.kept_sectors += 1;
                    part.apply(&mut self.durable);
                }
            }
        }
        self.seen.clone_from(&self.durable);
        self.named = true;
        self.forgetful = false;
    }
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => {
                let end = at + bytes.len();
                if to.len() < end {
                    to.resize(end, 0);
                }
                to[*at..end].copy_from_slice(bytes);
            }
            Self::Length(len) => to.resize(*len, 0),
        }
    }

    fn sectors(&self) -> u64 {
        match self {
            Self::Write { at, bytes } => ((at + bytes.len()).div_ceil(SECTOR) - at / SECTOR) as u64,
            Self::Length(_) => 1,
        }
    }

    /// Returns it sector by sector.
    fn split(self) -> Vec<Self> {
        let Self::Write { mut at, bytes } = self else {
            return vec![self];
        };
        let mut parts = Vec::new();
        let mut left = &bytes[..];
        while !left.is_empty() {
            let (sector, rest) = left.split_at(left.len().min(SECTOR - at % SECTOR));
            parts.push(Self::Write {
                at,
                bytes: sector.to_vec(),
            });
            at += sector.len();
            left = rest;
        }
        parts
    }

    /// Returns what the power's end left of it: its first bytes. A length is set or not.
    fn torn(self, rng: &mut Rng) -> Self {
        match self {
            Self::Write { at, mut bytes } => {
                bytes.truncate(rng.index(bytes.len()));
                Self::Write { at, bytes }
            }
            Self::Length(_) => self,
        }
    }
}
