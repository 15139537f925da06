//! The server's disk, in memory under SQLite: what was written is seen, what was synced is kept, and the rest is lost as
//! the seed has it when the power goes.
//!
//! The real store opens its database there, through a VFS, with the settings that it has for a file. A [`Disk`] lives on
//! through the deaths of the processes that use it; each death begins a new *life*, and what was opened in an earlier one
//! is dead: it reads, writes and deletes nothing any more, so that a process that is gone can do nothing on its way out.
//!
//! | room | what lives there |
//! | --- | --- |
//! | `platter` | the files: what is seen, what is durable, and what a power cut makes of the difference |
//! | `vfs` | the platters as SQLite sees them |
//!
//! What is *not* of the seed: SQLite draws the salts in the log's header from its own generator, and the migrations note
//! when they ran. Both are bytes on the disk that nothing else depends on: fates are drawn by place, never by content.

use std::io;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use samtale_store::sqlite::{self, Location};
use samtale_store::{SqliteStore, StoreError};

use crate::rng::Rng;
use platter::Platter;

mod platter;
#[cfg(test)]
mod tests;
mod vfs;

/// The database's name.
const DATABASE: &str = "chats.db";
/// The name of a copy while it is made.
const BACKUP: &str = "backup.db";

/// A disk. Clones are handles on the same one.
#[derive(Clone, Debug)]
pub struct Disk {
    slot: usize,
    platter: Arc<Mutex<Platter>>,
    pace: Arc<Mutex<Pace>>,
}

/// How long commits take.
#[derive(Debug)]
struct Pace {
    millis: RangeInclusive<u64>,
    rng: Rng,
}

/// What happened to a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskCounts {
    /// Writes that were done.
    pub writes: u64,
    /// Syncs that were done.
    pub syncs: u64,
    /// Syncs that failed.
    pub failed_syncs: u64,
    /// Writes refused for want of room.
    pub refused: u64,
    /// Operations at which the power went.
    pub crashes: u64,
    /// Times the power went, in the midst of an operation or not.
    pub power_cuts: u64,
    /// Times a process was killed.
    pub kills: u64,
    /// Unsynced sectors that a power cut took.
    pub lost_sectors: u64,
    /// Unsynced sectors that a power cut left.
    pub kept_sectors: u64,
    /// Sectors that a power cut left half written.
    pub torn_sectors: u64,
    /// Times a backup was put back.
    pub restores: u64,
}

/// A backup of the database, as the store makes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Image(Vec<u8>);

impl Disk {
    /// Makes a disk with the schema on it, which takes most of the time of a first opening: it is made once and copied.
    /// The disk is used on this thread only.
    ///
    /// # Panics
    /// When the store makes no schema.
    pub fn new(rng: Rng) -> Self {
        static SCHEMA: OnceLock<Vec<u8>> = OnceLock::new();
        let schema = SCHEMA.get_or_init(|| {
            let disk = Self::empty(Rng::new(0));
            SqliteStore::format(&disk.opening()).expect("an empty disk takes the schema");
            disk.held().take(DATABASE).expect("the database is there")
        });
        let disk = Self::empty(rng);
        disk.held().put(DATABASE, schema);
        disk
    }

    /// Makes a disk with nothing on it. It is used on this thread only.
    ///
    /// # Panics
    /// When SQLite takes no VFS, which it always does.
    pub fn empty(rng: Rng) -> Self {
        let pace = Pace {
            millis: 0..=0,
            rng: rng.fork("pace"),
        };
        let platter = Arc::new(Mutex::new(Platter::new(rng)));
        Self {
            slot: vfs::mount(&platter),
            platter,
            pace: Arc::new(Mutex::new(pace)),
        }
    }

    /// Returns where the store opens its database, in the disk's present life: it is asked anew at every start.
    pub fn location(&self) -> Location {
        Location::Disk(Arc::new(self.opening()))
    }

    /// Sets how many milliseconds the disk takes before a commit; each draws from the range.
    pub fn set_latency(&self, millis: RangeInclusive<u64>) {
        locked(&self.pace).millis = millis;
    }

    /// Takes the room away, or gives it back: nothing that is on the disk grows.
    pub fn set_full(&self, full: bool) {
        self.held().set_full(full);
    }

    /// Makes syncs fail, or lets them go again. What a sync that failed was to make durable is partly gone, and no later
    /// one brings it back: so do the disks of machines.
    pub fn fail_syncs(&self, on: bool) {
        self.held().fail_syncs(on);
    }

    /// Lets the power go at the n-th write, sync, truncation, deletion or marker from now: that one and everything after
    /// it fails, until [`Disk::power_cut`].
    pub fn crash_after(&self, operations: Option<u64>) {
        self.held().crash_after(operations);
    }

    /// Tells whether the power went in the midst of an operation.
    pub fn crashed(&self) -> bool {
        self.held().crashed()
    }

    /// Returns which of its lives the disk is in: each death begins another.
    pub fn life(&self) -> u64 {
        self.held().life()
    }

    /// Cuts the power and gives it back. What was not synced survives as the seed has it: nothing, all of it, what was
    /// written first, or any of its sectors. A new opening finds that; old ones stay dead.
    pub fn power_cut(&self) {
        self.held().power_cut();
    }

    /// Kills the process: all that was written is there for the next one. Old openings stay dead. Where the power went
    /// before, it is a power cut.
    pub fn kill(&self) {
        self.held().kill();
    }

    /// Makes a backup of the database as it is seen, whether it is open or not, by the store's own way.
    ///
    /// # Errors
    /// When the power is gone, or there is no database yet.
    pub fn snapshot(&self) -> Result<Image, StoreError> {
        let copy = Arc::new(Mutex::new(self.held().copy()));
        let disk = Self {
            slot: vfs::mount(&copy),
            platter: copy,
            pace: Arc::clone(&self.pace),
        };
        let opening = disk.opening();
        SqliteStore::backup_on(&opening, &opening.path_of(BACKUP))?;
        let bytes = disk.held().take(BACKUP);
        bytes
            .map(Image)
            .ok_or_else(|| StoreError::Backend("the copy is not there".into()))
    }

    /// Puts a backup back in the place of the database, as an operator does who has stopped the server: the log goes, the
    /// marker of the last opening stays. Old openings stay dead.
    pub fn restore(&self, image: &Image) {
        self.held().restore(DATABASE, &image.0);
    }

    /// Returns how many bytes its files have.
    pub fn bytes(&self) -> u64 {
        self.held().bytes()
    }

    /// Returns what happened so far.
    pub fn counts(&self) -> DiskCounts {
        self.held().counts
    }

    fn opening(&self) -> Opening {
        Opening {
            disk: self.clone(),
            life: self.held().life(),
        }
    }

    fn held(&self) -> MutexGuard<'_, Platter> {
        locked(&self.platter)
    }
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Image({} bytes)", self.0.len())
    }
}

/// A disk in one of its lives, as the store knows it.
#[derive(Debug)]
struct Opening {
    disk: Disk,
    life: u64,
}

impl Opening {
    fn path_of(&self, name: &str) -> String {
        vfs::path(self.disk.slot, self.life, name)
    }
}

impl sqlite::Disk for Opening {
    fn vfs(&self) -> String {
        vfs::name()
    }

    fn path(&self) -> String {
        self.path_of(DATABASE)
    }

    fn read_marker(&self) -> io::Result<Option<String>> {
        self.disk.held().read_marker(self.life)
    }

    fn write_marker(&self, text: &str) -> io::Result<()> {
        self.disk.held().write_marker(self.life, text)
    }

    fn latency(&self) -> Duration {
        let Pace { millis, rng } = &mut *locked(&self.disk.pace);
        Duration::from_millis(rng.within(millis.clone()))
    }
}

/// Nothing here panics halfway through a change.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
