//! The platters as SQLite sees them: a VFS for each thread, which knows the disks that are in use there.
//!
//! A VFS is registered for good and its state is not made for several threads, so every thread has its own and keeps it.
//! It holds the disks weakly: a world's disk is freed with the world, and its number is then given to the next one, so that
//! a world that is played twice finds the same names. A name says the disk, its life and the file.

use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread::{self, ThreadId};
use std::time::Duration;

use sqlite_vfs::{DatabaseHandle, LockKind, OpenAccess, OpenOptions, Vfs, WalDisabled, register};

use super::locked;
use super::platter::Platter;

/// Disks by number.
type Slots = Arc<Mutex<Vec<Weak<Mutex<Platter>>>>>;

/// The disks of a thread.
struct Shelf {
    name: String,
    slots: Slots,
}

thread_local! {
    static SHELF: Shelf = Shelf::new();
}

/// Takes a disk into use on this thread and returns its number.
pub(super) fn mount(platter: &Arc<Mutex<Platter>>) -> usize {
    SHELF.with(|shelf| {
        let mut slots = locked(&shelf.slots);
        let disk = Arc::downgrade(platter);
        match slots.iter().position(|slot| slot.strong_count() == 0) {
            Some(free) => {
                slots[free] = disk;
                free
            }
            None => {
                slots.push(disk);
                slots.len() - 1
            }
        }
    })
}

/// Returns the name of this thread's VFS.
pub(super) fn name() -> String {
    SHELF.with(|shelf| shelf.name.clone())
}

/// Returns the name of a file.
pub(super) fn path(slot: usize, life: u64, file: &str) -> String {
    format!("{slot}/{life}/{file}")
}

impl Shelf {
    fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("samtale-sim-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let slots = Slots::default();
        let disks = Disks {
            slots: Arc::clone(&slots),
            thread: thread::current().id(),
            handles: AtomicU64::new(0),
        };
        register(&name, disks, false).expect("SQLite takes a VFS of a new name");
        Self { name, slots }
    }
}

/// The VFS of a thread.
struct Disks {
    slots: Slots,
    thread: ThreadId,
    handles: AtomicU64,
}

/// A name, taken apart.
struct Place<'a> {
    platter: Arc<Mutex<Platter>>,
    life: u64,
    file: &'a str,
}

impl Disks {
    fn find<'a>(&self, path: &'a str) -> io::Result<Place<'a>> {
        if thread::current().id() != self.thread {
            return Err(io::Error::other("a disk of another thread"));
        }
        let mut parts = path.splitn(3, '/');
        let mut number = || parts.next()?.parse::<u64>().ok();
        let (slot, life) = (number(), number());
        let (Some(slot), Some(life), Some(file)) = (slot, life, parts.next()) else {
            return Err(ErrorKind::InvalidInput.into());
        };
        let slots = locked(&self.slots);
        let slot = usize::try_from(slot).ok().and_then(|slot| slots.get(slot));
        let platter = slot.and_then(Weak::upgrade);
        platter
            .map(|platter| Place {
                platter,
                life,
                file,
            })
            .ok_or_else(|| ErrorKind::NotFound.into())
    }
}

impl Vfs for Disks {
    type Handle = Handle;

    fn open(&self, path: &str, options: OpenOptions) -> io::Result<Handle> {
        let place = self.find(path)?;
        let create = matches!(options.access, OpenAccess::Create | OpenAccess::CreateNew);
        locked(&place.platter).open(place.life, place.file, create)?;
        Ok(Handle {
            life: place.life,
            file: place.file.to_owned(),
            number: self.handles.fetch_add(1, Ordering::Relaxed),
            lock: LockKind::None,
            platter: place.platter,
        })
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        let place = self.find(path)?;
        locked(&place.platter).delete(place.life, place.file)
    }

    fn exists(&self, path: &str) -> io::Result<bool> {
        let place = self.find(path)?;
        locked(&place.platter).exists(place.life, place.file)
    }

    /// The store keeps what is temporary in memory; this is a name that opens nothing.
    fn temporary_name(&self) -> String {
        String::new()
    }

    fn random(&self, buffer: &mut [i8]) {
        buffer.fill(0);
    }

    /// Time stands still while SQLite waits: nobody else would let go of a lock.
    fn sleep(&self, time: Duration) -> Duration {
        time
    }
}

/// An open file, in one life of its disk.
#[derive(Debug)]
pub(super) struct Handle {
    platter: Arc<Mutex<Platter>>,
    life: u64,
    file: String,
    number: u64,
    lock: LockKind,
}

impl DatabaseHandle for Handle {
    type WalIndex = WalDisabled;

    fn size(&self) -> io::Result<u64> {
        locked(&self.platter).size(self.life, &self.file)
    }

    fn read_exact_at(&mut self, buffer: &mut [u8], at: u64) -> io::Result<()> {
        locked(&self.platter).read(self.life, &self.file, buffer, at)
    }

    fn write_all_at(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
        locked(&self.platter).write(self.life, &self.file, bytes, at)
    }

    fn sync(&mut self, _data_only: bool) -> io::Result<()> {
        locked(&self.platter).sync(self.life, &self.file)
    }

    fn set_len(&mut self, size: u64) -> io::Result<()> {
        locked(&self.platter).set_len(self.life, &self.file, size)
    }

    fn lock(&mut self, lock: LockKind) -> io::Result<bool> {
        let taken = locked(&self.platter).lock(self.life, &self.file, self.number, lock)?;
        if taken {
            self.lock = lock;
        }
        Ok(taken)
    }

    fn reserved(&mut self) -> io::Result<bool> {
        let highest = locked(&self.platter).locked(self.life, &self.file)?;
        Ok(highest > LockKind::Shared)
    }

    fn current_lock(&self) -> io::Result<LockKind> {
        Ok(self.lock)
    }

    fn wal_index(&self, _readonly: bool) -> io::Result<WalDisabled> {
        Ok(WalDisabled)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        locked(&self.platter).close(self.life, &self.file, self.number);
    }
}
