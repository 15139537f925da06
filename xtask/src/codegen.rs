//! `cargo xtask codegen`: the TypeScript types of the wire, written from the Rust ones.
//!
//! The file is committed, so that the web packages build without Rust; a test here fails when it
//! no longer says what the Rust types say.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::shell;

const FILE: &str = "web/packages/client/src/wire.ts";

/// Writes the types to where the web packages read them.
///
/// # Errors
/// Fails when the file can't be written.
pub(crate) fn run() -> Result<()> {
    let path = path();
    let wanted = samtale_protocol::ts::declarations();
    if std::fs::read_to_string(&path).is_ok_and(|written| written == wanted) {
        shell::say(&format!("{FILE} is current"));
        return Ok(());
    }
    let folder = path.parent().expect("the file lies in a folder");
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder of {FILE}"))?;
    std::fs::write(&path, wanted).with_context(|| format!("writing {FILE}"))?;
    shell::say(&format!(
        "wrote {FILE}; commit it with the change to the Rust types"
    ));
    Ok(())
}

fn path() -> PathBuf {
    shell::root().join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_types_are_current() {
        let written = std::fs::read_to_string(path()).unwrap_or_default();
        let current = written.replace("\r\n", "\n") == samtale_protocol::ts::declarations();
        assert!(
            current,
            "{FILE} is out of date: run `cargo xtask codegen` and commit it"
        );
    }
}
