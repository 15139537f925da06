//! A device's storage: batches in order, all or nothing, and everything that goes wrong with storage.
//!
//! A batch is durable when its turn has come, not when it was given. When one fails, those that were given before the
//! engine heard of it fail with it, for the cursor of a later batch counts on the rows of the earlier ones.
//! A kill leaves what is durable, the journal, and of what was given and not durable a prefix.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use samtale_engine::{Input, Record, StorageError, Write};
use serde::{Deserialize, Serialize};

use super::DeviceCounts;
use super::home::{Adoption, Home, HostKind, bare, is_own, life_of, name};
use crate::clock::Millis;
use crate::rng::Rng;

/// How long anything takes when all is well.
const USUAL_MS: u64 = 5;
/// After how long another tab's work is found free to be adopted: soon, or when somebody lets go of it.
const FREE_AFTER_MS: [(u64, u64); 2] = [(4, 200), (1, 5_000)];

/// When a tab tries again to take over what could not be read, or written as its own.
const ADOPT_AGAIN_MS: u64 = 60_000;

/// How a device's storage works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageMood {
    /// As it should.
    #[default]
    Good,
    /// As it should, after so long.
    Slow {
        /// How long at most, in milliseconds.
        ms: u64,
    },
    /// It answers nothing until its mood is another.
    Hung,
    /// There is no more room than is taken, in the journal neither.
    Full,
    /// Nothing can be written.
    Failing,
    /// Reads and writes fail now and then.
    Flaky {
        /// How often, in a thousand.
        permille: u16,
    },
    /// Nothing can be read or written: the store could not be opened.
    Unreadable,
    /// It works, and the journal does not.
    NoJournal,
}

/// What became of a batch at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Took {
    /// It waits for its turn.
    Queued,
    /// It waits for its turn, and is in the journal.
    Journalled,
}

#[derive(Clone, Debug)]
struct Job {
    at: Millis,
    work: Work,
}

#[derive(Clone, Debug)]
enum Work {
    Load {
        load: u64,
        prefixes: Vec<String>,
    },
    Persist {
        batch: u64,
        writes: Vec<Write>,
        era: u64,
    },
    Adopt {
        life: u64,
    },
    Wipe,
}

/// The storage of a device. It outlives every life.
#[derive(Clone, Debug)]
pub(super) struct Storage {
    kind: HostKind,
    rng: Rng,
    mood: StorageMood,
    /// How many bytes there is room for, in the mood that knows a bound.
    room: usize,
    durable: BTreeMap<String, Vec<u8>>,
    bytes: usize,
    /// What is unsent, by life and batch, until the store has it.
    journal: BTreeMap<(u64, u64), Vec<Write>>,
    jobs: VecDeque<Job>,
    /// Counts failures: a batch of an earlier era fails too.
    era: u64,
    life: u64,
    home: Home,
    /// Lives whose work is still to be adopted, and from when.
    orphans: VecDeque<u64>,
    free_at: Option<Millis>,
    adopting: bool,
    adoption: Option<Adoption>,
}

impl Storage {
    pub(super) fn new(kind: HostKind, rng: Rng) -> Self {
        Self {
            kind,
            rng,
            mood: StorageMood::Good,
            room: 0,
            durable: BTreeMap::new(),
            bytes: 0,
            journal: BTreeMap::new(),
            jobs: VecDeque::new(),
            era: 0,
            life: 0,
            home: Home::new(kind, 0),
            orphans: VecDeque::new(),
            free_at: None,
            adopting: false,
            adoption: None,
        }
    }

    pub(super) const fn kind(&self) -> HostKind {
        self.kind
    }

    pub(super) fn set_mood(&mut self, mood: StorageMood, now: Millis) {
        self.mood = mood;
        self.room = self.bytes;
        if mood != StorageMood::Hung {
            for job in self.jobs.iter_mut().filter(|job| job.at == Millis::MAX) {
                job.at = now;
            }
        }
    }

    /// Begins a life: what earlier ones have left is made ready for it, and for it alone.
    pub(super) fn open(&mut self, life: u64, now: Millis, counts: &mut DeviceCounts) {
        self.life = life;
        self.home = Home::new(self.kind, life);
        self.era = 0;
        if self.kind == HostKind::Tab {
            let stored = self.durable.keys().filter_map(|key| life_of(key));
            let journalled = self.journal.keys().map(|(life, _)| *life);
            let left: BTreeSet<u64> = stored.chain(journalled).collect();
            self.orphans = left.into_iter().collect();
            let after = *self.rng.weighted(&FREE_AFTER_MS);
            self.free_at = Some(now + self.rng.below(after));
        } else if self.mood != StorageMood::Unreadable {
            self.take_in_earlier(counts);
        }
    }

    /// The program is gone: a part of what was given may still become durable, in order.
    pub(super) fn kill(&mut self, counts: &mut DeviceCounts) {
        let given = self.jobs.len() as u64;
        let shapes = [(3, given), (3, 0), (4, self.rng.below(given + 1))];
        let done = *self.rng.weighted(&shapes);
        for _ in 0..done {
            self.work(counts);
        }
        let lost = self.jobs.drain(..);
        let batches = lost.filter(|job| matches!(job.work, Work::Persist { .. }));
        counts.lost_batches += batches.count() as u64;
        self.adoption = None;
        self.adopting = false;
        self.orphans.clear();
        self.free_at = None;
    }

    pub(super) fn load(&mut self, now: Millis, load: u64, prefixes: Vec<String>) {
        self.give(now, Work::Load { load, prefixes });
    }

    /// Takes a batch; what of it is unsent goes into the journal at once.
    pub(super) fn persist(
        &mut self,
        now: Millis,
        batch: u64,
        writes: Vec<Write>,
        journal: bool,
    ) -> Took {
        let adopted = self.adoption.take_if(|_| writes.iter().any(is_own));
        let mut taken_over = Vec::new();
        if let Some(Adoption { home, keys }) = adopted {
            let again = writes.iter().map(name).filter(|name| keys.contains(*name));
            taken_over.extend(again.map(|key| Write::Delete {
                key: home.stored(key),
            }));
        }
        let journals = self.kind.has_journal()
            && !matches!(
                self.mood,
                StorageMood::NoJournal | StorageMood::Full | StorageMood::Unreadable
            );
        let took = if journal && journals {
            let own = writes.iter().filter(|write| is_own(write)).cloned();
            let own = own.map(|write| self.home.moved(write)).collect();
            self.journal.insert((self.life, batch), own);
            Took::Journalled
        } else {
            Took::Queued
        };
        let mut writes: Vec<Write> = writes
            .into_iter()
            .map(|write| self.home.moved(write))
            .collect();
        writes.extend(taken_over);
        let era = self.era;
        self.give(now, Work::Persist { batch, writes, era });
        took
    }

    pub(super) fn wipe(&mut self, now: Millis) {
        self.journal.clear();
        self.give(now, Work::Wipe);
    }

    pub(super) fn next(&self) -> Option<Millis> {
        let first = self.jobs.front().map(|job| job.at);
        let first = first.filter(|at| *at != Millis::MAX);
        let free = self.free_at.filter(|_| !self.orphans.is_empty());
        first.into_iter().chain(free).min()
    }

    /// Finishes what is next by now, and returns what the engine is told.
    pub(super) fn work_at(&mut self, now: Millis, counts: &mut DeviceCounts) -> Option<Input> {
        if self.free_at.is_some_and(|free| free <= now) {
            self.free_at = None;
            self.adopt_next(now);
        }
        let first = self.jobs.front()?.at;
        (first <= now).then(|| self.work(counts)).flatten()
    }

    /// Finishes the next job, and returns what the engine is told.
    fn work(&mut self, counts: &mut DeviceCounts) -> Option<Input> {
        let Job { at, work } = self.jobs.pop_front()?;
        match work {
            Work::Load { load, prefixes } => {
                if self.mood == StorageMood::Unreadable || self.stumbles() {
                    counts.failed_loads += 1;
                    return Some(Input::LoadFailed { load });
                }
                if self.kind != HostKind::Tab {
                    // They may not have been readable when this life began.
                    self.take_in_earlier(counts);
                }
                let records = self.read(&prefixes);
                Some(Input::Loaded { load, records })
            }
            Work::Persist { batch, writes, era } => Some(match self.store(&writes, era) {
                Ok(()) => {
                    counts.batches += 1;
                    let life = self.life;
                    self.journal
                        .retain(|(of, earlier), _| *of != life || *earlier > batch);
                    Input::Persisted { batch }
                }
                Err(why) => {
                    self.era = era + 1;
                    counts.failed_batches += 1;
                    counts.over_quota += u64::from(why == StorageError::Quota);
                    Input::PersistFailed { batch, why }
                }
            }),
            Work::Adopt { life } => self.adopt(life, at, counts),
            Work::Wipe => {
                if self.can_write() {
                    self.durable.clear();
                    self.bytes = 0;
                }
                None
            }
        }
    }

    /// The engine has heard of what was adopted; the next closed tab's work follows when that is stored.
    pub(super) fn adopted(&mut self, now: Millis) {
        self.adoption = None;
        if std::mem::take(&mut self.adopting) {
            self.adopt_next(now);
        }
    }

    /// Returns the records that a next life would come by, under the engine's names.
    pub(super) fn survives(&self) -> BTreeMap<String, Vec<u8>> {
        let mut left = self.clone();
        for write in left.journal.clone().into_values().flatten() {
            left.apply(&write, &mut Vec::new());
        }
        let records = left.durable.into_iter();
        records
            .map(|(key, value)| (bare(&key).to_owned(), value))
            .collect()
    }

    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn records(&self) -> usize {
        self.durable.len()
    }

    pub(super) fn journalled(&self) -> usize {
        self.journal.len()
    }

    pub(super) fn jobs(&self) -> usize {
        self.jobs.len()
    }

    fn give(&mut self, now: Millis, work: Work) {
        let takes = match self.mood {
            StorageMood::Slow { ms } => self.rng.within(ms / 2..=ms),
            _ => self.rng.below(USUAL_MS),
        };
        let before = self.jobs.back().map_or(0, |job| job.at);
        let at = match self.mood {
            StorageMood::Hung => Millis::MAX,
            _ => before.max(now + takes),
        };
        self.jobs.push_back(Job { at, work });
    }

    const fn can_write(&self) -> bool {
        !matches!(self.mood, StorageMood::Failing | StorageMood::Unreadable)
    }

    fn stumbles(&mut self) -> bool {
        match self.mood {
            StorageMood::Flaky { permille } => self.rng.chance(u64::from(permille)),
            _ => false,
        }
    }

    fn read(&self, prefixes: &[String]) -> Vec<Record> {
        let stored = prefixes.iter().map(|prefix| self.home.stored(prefix));
        stored
            .flat_map(|prefix| {
                let from = self.durable.range(prefix.clone()..);
                from.take_while(move |(key, _)| key.starts_with(&prefix))
            })
            .map(|(key, value)| Record {
                key: self.home.known(key).to_owned(),
                value: value.clone(),
            })
            .collect()
    }

    /// Stores a batch, or nothing of it.
    fn store(&mut self, writes: &[Write], era: u64) -> Result<(), StorageError> {
        if era != self.era || !self.can_write() || self.stumbles() {
            return Err(StorageError::Failed);
        }
        let before = self.bytes;
        let mut undo = Vec::new();
        for write in writes {
            self.apply(write, &mut undo);
        }
        let room = self.room.max(before);
        if self.mood == StorageMood::Full && self.bytes > room {
            while let Some((key, value)) = undo.pop() {
                self.put(key, value);
            }
            return Err(StorageError::Quota);
        }
        Ok(())
    }

    /// Carries out one write, and notes how it is undone.
    fn apply(&mut self, write: &Write, undo: &mut Vec<(String, Option<Vec<u8>>)>) {
        match write {
            Write::Put { key, value } => {
                let old = self.put(key.clone(), Some(value.clone()));
                undo.push((key.clone(), old));
            }
            Write::Delete { key } => {
                let old = self.put(key.clone(), None);
                undo.push((key.clone(), old));
            }
            Write::DeletePrefix { prefix } => {
                let from = self.durable.range(prefix.clone()..);
                let within = from.take_while(|(key, _)| key.starts_with(prefix));
                let keys: Vec<String> = within.map(|(key, _)| key.clone()).collect();
                for key in keys {
                    let old = self.put(key.clone(), None);
                    undo.push((key, old));
                }
            }
        }
    }

    /// Puts a record or takes it away, and returns the old one.
    fn put(&mut self, key: String, value: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let name = key.len();
        let old = match value {
            Some(value) => {
                self.bytes += name + value.len();
                self.durable.insert(key, value)
            }
            None => self.durable.remove(&key),
        };
        self.bytes -= old.as_ref().map_or(0, |old| name + old.len());
        old
    }

    fn adopt_next(&mut self, now: Millis) {
        if let Some(life) = self.orphans.pop_front() {
            self.give(now, Work::Adopt { life });
        }
    }

    /// Hands a closed tab's records to the engine, its journal's included.
    fn adopt(&mut self, life: u64, at: Millis, counts: &mut DeviceCounts) -> Option<Input> {
        let home = Home::new(self.kind, life);
        let journalled = self.journal.keys().any(|(of, _)| *of == life);
        if self.mood == StorageMood::Unreadable || (journalled && !self.can_write()) {
            self.orphans.push_back(life);
            self.free_at = Some(at + ADOPT_AGAIN_MS);
            return None;
        }
        self.adopting = true;
        if journalled {
            self.take_in_journal(counts, |of| of == life);
        }
        let from = self.durable.range(home.prefix().to_owned()..);
        let within = from.take_while(|(key, _)| key.starts_with(home.prefix()));
        let records: Vec<Record> = within
            .map(|(key, value)| Record {
                key: home.known(key).to_owned(),
                value: value.clone(),
            })
            .collect();
        counts.adopted += records.len() as u64;
        let keys = records.iter().map(|record| record.key.clone()).collect();
        self.adoption = Some(Adoption { home, keys });
        // A number that was never asked for says that they are another's.
        Some(Input::Loaded { load: 0, records })
    }

    /// Writes what earlier lives have left in the journal as records of the store, though the store may not take them.
    fn take_in_earlier(&mut self, counts: &mut DeviceCounts) {
        let own = self.life;
        self.take_in_journal(counts, |life| life != own);
    }

    /// Writes what these lives have left in the journal into the store.
    fn take_in_journal(&mut self, counts: &mut DeviceCounts, of: impl Fn(u64) -> bool) {
        let mut left = Vec::new();
        self.journal.retain(|(life, _), writes| {
            let taken = of(*life);
            if taken {
                left.push(std::mem::take(writes));
            }
            !taken
        });
        counts.batches += left.len() as u64;
        for write in left.iter().flatten() {
            self.apply(write, &mut Vec::new());
        }
    }
}
