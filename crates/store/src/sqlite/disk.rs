//! A disk that the host provides beneath SQLite: a simulation takes its power away and looks at what is left.
//!
//! Everything above the disk is what a file has: the log, the syncs, the checkpoints, the marker of the opening. Only two
//! things differ. The VFS of such a disk has no memory to share, so the database has one connection, which holds it
//! exclusively; and that hold stands in for the lock file.

use std::fmt;
use std::io;
use std::time::Duration;

/// A disk under a VFS that is registered with SQLite.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Returns the name of the VFS.
    fn vfs(&self) -> String;

    /// Returns the name of the database there.
    fn path(&self) -> String;

    /// Reads the marker of the last opening, where there is one.
    ///
    /// # Errors
    /// When the disk fails.
    fn read_marker(&self) -> io::Result<Option<String>>;

    /// Replaces the marker as a whole. It is durable when this returns.
    ///
    /// # Errors
    /// When the disk fails or has no room.
    fn write_marker(&self, text: &str) -> io::Result<()>;

    /// Tells how long the disk takes before it can do the next commit. What is asked for meanwhile joins that commit.
    fn latency(&self) -> Duration {
        Duration::ZERO
    }
}
