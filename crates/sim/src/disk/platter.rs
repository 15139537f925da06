//! What lies on a disk, and what only seems to.
//!
//! Each file is held twice: as it is seen, and as it is durable; between the two are the changes since its last sync, in
//! order. The rules are those of a disk that keeps its word and nothing beyond it: a sync that succeeds makes one file
//! durable (and the names in its folder, as the journals of file systems do); without it, any of the changes may be on the
//! disk, whole or in part, in any order, file by file. Bytes beside a write are never touched (SQLite's "powersafe
//! overwrite", which it assumes of every disk).

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};

use sqlite_vfs::LockKind;

use super::DiskCounts;
use crate::rng::Rng;
use file::{Body, Change, Fate};

mod file;

/// The files of a disk.
#[derive(Debug)]
pub(super) struct Platter {
    files: BTreeMap<String, Body>,
    /// Deleted files whose deletion is not durable.
    ghosts: BTreeMap<String, Vec<u8>>,
    marker: Option<String>,
    life: u64,
    full: bool,
    failing_syncs: bool,
    /// Operations until the power goes.
    fuse: Option<u64>,
    crashed: bool,
    rng: Rng,
    pub(super) counts: DiskCounts,
}

impl Platter {
    pub(super) fn new(rng: Rng) -> Self {
        Self {
            files: BTreeMap::new(),
            ghosts: BTreeMap::new(),
            marker: None,
            life: 0,
            full: false,
            failing_syncs: false,
            fuse: None,
            crashed: false,
            rng,
            counts: DiskCounts::default(),
        }
    }

    pub(super) fn life(&self) -> u64 {
        self.life
    }

    pub(super) fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    pub(super) fn fail_syncs(&mut self, on: bool) {
        self.failing_syncs = on;
    }

    pub(super) fn crash_after(&mut self, operations: Option<u64>) {
        self.fuse = operations.map(|number| number.max(1));
    }

    pub(super) fn crashed(&self) -> bool {
        self.crashed
    }

    pub(super) fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.seen.len() as u64).sum()
    }

    /// Cuts the power and gives it back.
    pub(super) fn power_cut(&mut self) {
        self.counts.power_cuts += 1;
        let names: Vec<String> = self.files.keys().cloned().collect();
        for name in names {
            let fate = self.draw_fate();
            let file = self.files.get_mut(&name).expect("just listed");
            if !file.named && matches!(fate, Fate::Nothing) {
                self.files.remove(&name);
                continue;
            }
            file.settle(fate, &mut self.rng, &mut self.counts);
        }
        for (name, bytes) in std::mem::take(&mut self.ghosts) {
            if self.rng.chance(500) {
                self.files
                    .entry(name)
                    .or_insert_with(|| Body::durable(bytes));
            }
        }
        self.fuse = None;
        self.begin_life();
    }

    /// Kills the process that has files open.
    pub(super) fn kill(&mut self) {
        self.counts.kills += 1;
        if self.crashed {
            return self.power_cut();
        }
        self.files.values_mut().for_each(Body::forget);
        self.begin_life();
    }

    /// Puts one file in the place of all, durably.
    pub(super) fn restore(&mut self, name: &str, bytes: &[u8]) {
        self.counts.restores += 1;
        self.ghosts.clear();
        self.files.clear();
        self.put(name, bytes);
        self.begin_life();
    }

    /// Puts a file there, durably.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) {
        let file = Body::durable(bytes.to_vec());
        self.files.insert(name.to_owned(), file);
    }

    /// Returns a disk of its own with the files as they are seen.
    pub(super) fn copy(&self) -> Self {
        let mut copy = Self::new(self.rng.clone());
        copy.crashed = self.crashed;
        copy.files = self
            .files
            .iter()
            .map(|(name, file)| (name.clone(), Body::durable(file.seen.clone())))
            .collect();
        copy
    }

    /// Takes a file away and returns what is in it.
    pub(super) fn take(&mut self, name: &str) -> Option<Vec<u8>> {
        self.files.remove(name).map(|file| file.seen)
    }

    pub(super) fn read_marker(&self, life: u64) -> io::Result<Option<String>> {
        self.alive(life)?;
        Ok(self.marker.clone())
    }

    /// Replaces the marker: durable when it succeeds, the one or the other when the power goes.
    pub(super) fn write_marker(&mut self, life: u64, text: &str) -> io::Result<()> {
        let done = self.operation(life)?;
        if done.is_ok() && self.full {
            self.counts.refused += 1;
            return Err(no_room());
        }
        if done.is_ok() && self.failing_syncs {
            self.counts.failed_syncs += 1;
            return Err(io::Error::other("the sync failed"));
        }
        if done.is_ok() || self.rng.chance(500) {
            self.marker = Some(text.to_owned());
        }
        done
    }

    /// Makes a file where there is none and `create` says so.
    pub(super) fn open(&mut self, life: u64, name: &str, create: bool) -> io::Result<()> {
        self.alive(life)?;
        if !self.files.contains_key(name) {
            if !create {
                return Err(ErrorKind::NotFound.into());
            }
            self.files.insert(name.to_owned(), Body::default());
        }
        Ok(())
    }

    /// Tells whether there is a file with something in it: so SQLite asks.
    pub(super) fn exists(&self, life: u64, name: &str) -> io::Result<bool> {
        self.alive(life)?;
        Ok(self
            .files
            .get(name)
            .is_some_and(|file| !file.seen.is_empty()))
    }

    pub(super) fn delete(&mut self, life: u64, name: &str) -> io::Result<()> {
        self.alive(life)?;
        if !self.files.contains_key(name) {
            return Err(ErrorKind::NotFound.into());
        }
        let done = self.operation(life)?;
        let file = self.files.remove(name).expect("it is there");
        if file.named {
            self.ghosts.insert(name.to_owned(), file.durable);
        }
        done
    }

    pub(super) fn size(&self, life: u64, name: &str) -> io::Result<u64> {
        Ok(self.file(life, name)?.seen.len() as u64)
    }

    /// Reads; what lies past the end is zeros, and an error of its own kind.
    pub(super) fn read(&self, life: u64, name: &str, buffer: &mut [u8], at: u64) -> io::Result<()> {
        let seen = &self.file(life, name)?.seen;
        let at = place(at)?.min(seen.len());
        let there = buffer.len().min(seen.len() - at);
        buffer[..there].copy_from_slice(&seen[at..at + there]);
        if there < buffer.len() {
            buffer[there..].fill(0);
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    pub(super) fn write(&mut self, life: u64, name: &str, bytes: &[u8], at: u64) -> io::Result<()> {
        let at = place(at)?;
        let done = self.operation(life)?;
        let full = self.full;
        let file = self.file_mut(life, name)?;
        let room = file.seen.len().saturating_sub(at);
        let fits = if full {
            bytes.len().min(room)
        } else {
            bytes.len()
        };
        if fits > 0 {
            file.change(Change::Write {
                at,
                bytes: bytes[..fits].to_vec(),
            });
        }
        done?;
        if fits < bytes.len() {
            self.counts.refused += 1;
            return Err(no_room());
        }
        self.counts.writes += 1;
        Ok(())
    }

    pub(super) fn set_len(&mut self, life: u64, name: &str, len: u64) -> io::Result<()> {
        let len = place(len)?;
        let held = self.file(life, name)?.seen.len();
        if held == len {
            return Ok(());
        }
        let done = self.operation(life)?;
        if len > held && self.full {
            self.counts.refused += 1;
            return Err(no_room());
        }
        self.file_mut(life, name)?.change(Change::Length(len));
        done
    }

    pub(super) fn sync(&mut self, life: u64, name: &str) -> io::Result<()> {
        let done = self.operation(life)?;
        // Where the power goes, it goes before the sync did anything for sure.
        done?;
        if self.failing_syncs {
            self.counts.failed_syncs += 1;
            let mut rng = self.rng.clone();
            self.file_mut(life, name)?.fail(&mut rng);
            self.rng = rng;
            return Err(io::Error::other("the sync failed"));
        }
        self.counts.syncs += 1;
        self.file_mut(life, name)?.sync();
        self.files.values_mut().for_each(|file| file.named = true);
        self.ghosts.clear();
        Ok(())
    }

    /// Takes or gives back a lock; false where another handle's is in the way.
    pub(super) fn lock(
        &mut self,
        life: u64,
        name: &str,
        handle: u64,
        lock: LockKind,
    ) -> io::Result<bool> {
        let locks = &mut self.file_mut(life, name)?.locks;
        let highest_other = match lock {
            LockKind::None => None,
            LockKind::Shared => Some(LockKind::Reserved),
            LockKind::Reserved | LockKind::Pending => Some(LockKind::Shared),
            LockKind::Exclusive => Some(LockKind::None),
        };
        let held = locks.get(&handle).copied().unwrap_or(LockKind::None);
        let rises = lock > held;
        let mut others = locks.iter().filter(|(other, _)| **other != handle);
        if let Some(highest) = highest_other
            && rises
            && others.any(|(_, other)| *other > highest)
        {
            return Ok(false);
        }
        locks.insert(handle, lock);
        Ok(true)
    }

    /// Returns the highest lock on a file.
    pub(super) fn locked(&self, life: u64, name: &str) -> io::Result<LockKind> {
        let locks = self.file(life, name)?.locks.values();
        Ok(locks.fold(LockKind::None, |highest, lock| {
            if *lock > highest { *lock } else { highest }
        }))
    }

    /// Forgets a handle that was closed.
    pub(super) fn close(&mut self, life: u64, name: &str, handle: u64) {
        if let Ok(file) = self.file_mut(life, name) {
            file.locks.remove(&handle);
        }
    }

    fn begin_life(&mut self) {
        self.life += 1;
        self.crashed = false;
        for file in self.files.values_mut() {
            file.locks.clear();
        }
    }

    fn draw_fate(&mut self) -> Fate {
        *self.rng.weighted(&[
            (2, Fate::Nothing),
            (2, Fate::Everything),
            (3, Fate::Beginning),
            (3, Fate::Some),
        ])
    }

    /// Fails for a life that is over, and where the power is gone.
    fn alive(&self, life: u64) -> io::Result<()> {
        if self.crashed || life != self.life {
            return Err(power());
        }
        Ok(())
    }

    /// Counts an operation. The inner error says that the power goes in the midst of it: it may have been done in part.
    fn operation(&mut self, life: u64) -> io::Result<io::Result<()>> {
        self.alive(life)?;
        match &mut self.fuse {
            Some(1) => {
                self.fuse = None;
                self.crashed = true;
                self.counts.crashes += 1;
                Ok(Err(power()))
            }
            Some(left) => {
                *left -= 1;
                Ok(Ok(()))
            }
            None => Ok(Ok(())),
        }
    }

    fn file(&self, life: u64, name: &str) -> io::Result<&Body> {
        self.alive(life)?;
        self.files
            .get(name)
            .ok_or_else(|| ErrorKind::NotFound.into())
    }

    /// Returns a file to be changed, also in the operation in the midst of which the power went.
    fn file_mut(&mut self, life: u64, name: &str) -> io::Result<&mut Body> {
        if life != self.life {
            return Err(power());
        }
        self.files
            .get_mut(name)
            .ok_or_else(|| ErrorKind::NotFound.into())
    }
}

fn place(at: u64) -> io::Result<usize> {
    usize::try_from(at).map_err(|_| ErrorKind::InvalidInput.into())
}

fn power() -> io::Error {
    io::Error::other("the power is gone")
}

/// `sqlite-vfs` makes SQLITE_FULL of this kind.
fn no_room() -> io::Error {
    ErrorKind::WriteZero.into()
}
