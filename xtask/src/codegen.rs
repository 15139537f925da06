//! `cargo xtask codegen`: the TypeScript types of the wire and of the engine, written from the Rust
//! ones.
//!
//! The files are committed, so that the web packages build without Rust; a test here fails when one
//! no longer says what the Rust types say.

use anyhow::{Context, Result};

use crate::shell;

/// Each generated file with what it should hold.
fn files() -> [(&'static str, String); 2] {
    [
        (
            "web/packages/client/src/wire.ts",
            samtale_protocol::ts::declarations(),
        ),
        (
            "web/packages/client/src/engine.ts",
            samtale_engine::ts::declarations("./wire"),
        ),
    ]
}

/// Writes the types to where the web packages read them.
///
/// # Errors
/// Fails when a file can't be written.
pub(crate) fn run() -> Result<()> {
    for (file, wanted) in files() {
        let path = shell::root().join(file);
        if std::fs::read_to_string(&path).is_ok_and(|written| written == wanted) {
            shell::say(&format!("{file} is current"));
            continue;
        }
        let folder = path.parent().expect("the file lies in a folder");
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder of {file}"))?;
        std::fs::write(&path, wanted).with_context(|| format!("writing {file}"))?;
        shell::say(&format!(
            "wrote {file}; commit it with the change to the Rust types"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_types_are_current() {
        for (file, wanted) in files() {
            let written = std::fs::read_to_string(shell::root().join(file)).unwrap_or_default();
            assert!(
                written.replace("\r\n", "\n") == wanted,
                "{file} is out of date: run `cargo xtask codegen` and commit it"
            );
        }
    }
}
