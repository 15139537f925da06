//! What happened in a world, line by line: a hash of all of it, and the last lines to read.
//!
//! Two plays of a plan must have the same hash. A trace is a handle; the player of a world keeps
//! one, so that the last lines are there even when the world panicked.

use std::collections::VecDeque;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Millis;

/// A trace, shared by everything in one world.
#[derive(Clone)]
pub struct Trace(Arc<Mutex<Inner>>);

struct Inner {
    hash: u64,
    noted: u64,
    at: Millis,
    keep: usize,
    kept: VecDeque<String>,
    /// Where a line is written before it is hashed, so that lines that are not kept cost no memory.
    line: String,
}

impl Trace {
    /// How many lines are kept when nobody says otherwise.
    pub const SHORT: usize = 40;

    /// Makes an empty trace that keeps its last lines, so many of them.
    pub fn new(keep: usize) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            hash: 0xcbf2_9ce4_8422_2325,
            noted: 0,
            at: 0,
            keep,
            kept: VecDeque::new(),
            line: String::new(),
        })))
    }

    /// Makes an empty trace that keeps every line.
    pub fn whole() -> Self {
        Self::new(usize::MAX)
    }

    /// Adds a line: `trace.note(now, format_args!("…"))`.
    pub fn note(&self, at: Millis, what: fmt::Arguments<'_>) {
        self.inner().note(at, what);
    }

    /// Returns the hash of every line so far.
    pub fn hash(&self) -> u64 {
        self.inner().hash
    }

    /// Returns how many lines there were.
    pub fn noted(&self) -> u64 {
        self.inner().noted
    }

    /// Returns the moment of the last line.
    pub fn at(&self) -> Millis {
        self.inner().at
    }

    /// Returns the lines that are kept, the oldest first.
    pub fn lines(&self) -> Vec<String> {
        self.inner().kept.iter().cloned().collect()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A panic while a line was written leaves at worst a line cut short.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn note(&mut self, at: Millis, what: fmt::Arguments<'_>) {
        self.line.clear();
        // Writing to a string can't fail; a `Display` that does leaves a shorter line.
        let _ = write!(self.line, "{:>7}.{:03} {what}", at / 1_000, at % 1_000);
        // FNV-1a (RFC 9923) with a line's end, so that it is the same in every build.
        self.hash = self
            .line
            .bytes()
            .chain([b'\n'])
            .fold(self.hash, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        self.noted += 1;
        self.at = at;
        if self.keep == 0 {
            return;
        }
        // The oldest line gives its memory to the newest.
        let mut place = if self.kept.len() < self.keep {
            String::new()
        } else {
            self.kept.pop_front().unwrap_or_default()
        };
        place.clone_from(&self.line);
        self.kept.push_back(place);
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner();
        write!(f, "Trace({:016x}, {} lines)", inner.hash, inner.noted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_tells_traces_apart_however_many_lines_are_kept() {
        let (short, whole, other) = (Trace::new(2), Trace::whole(), Trace::new(2));
        for at in 0..5 {
            short.note(at, format_args!("step {at}"));
            whole.note(at, format_args!("step {at}"));
            other.note(at, format_args!("step {}", at / 2));
        }
        assert_eq!(short.hash(), whole.hash());
        assert_ne!(short.hash(), other.hash());
        assert_eq!((short.noted(), short.at()), (5, 4));
        assert_eq!(short.lines(), ["      0.003 step 3", "      0.004 step 4"]);
        assert_eq!(whole.lines().len(), 5);
    }
}
