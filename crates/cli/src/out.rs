//! What the program says: results on standard output, notices on standard error.

use std::io::{self, Write as _};

/// Writes one line, at once. A reader that has gone away is an error like any other: it ends the
/// program.
pub(crate) fn line(text: impl std::fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes one line beside the results, for people.
pub(crate) fn notice(text: impl std::fmt::Display) -> io::Result<()> {
    writeln!(io::stderr().lock(), "samtale: {text}")
}
