//! Where a compiler for `wasm32-unknown-unknown` comes from.
//!
//! One of two places, and what is already on the machine goes before what would have to be fetched:
//! rustup's target, or Debian's own Rust with the sources of its standard library.
//!
//! Where those sources are, which rustup has too as its component `rust-src`, the build makes its
//! own standard library, for size and without the words of panics, which nobody hears in a
//! browser: the module is a tenth smaller. Cargo calls that unstable, hence `RUSTC_BOOTSTRAP`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::debian;
use crate::shell::{self, Cmd};

pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's Rust for the web, with what building the standard library takes.
const DEBIAN: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-19",
];

/// Without a network rustup may wait long for an answer.
const RUSTUP_LIMIT: Duration = Duration::from_secs(90);

/// What cargo is told to build the standard library as well.
const BUILD_STD: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];
/// What the compiler is told then: a panic traps at once.
const TRAP: &str = "-Zunstable-options -Cpanic=immediate-abort";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compiler {
    /// The compiler of the workspace, which has the target and its standard library.
    Rustup,
    /// The same, which builds the library from its sources.
    RustupSources,
    /// Debian's compiler, which builds it too.
    Debian,
}

impl Compiler {
    /// Returns the same compiler, with the library that is there ready, if it is.
    pub(super) const fn quick(self) -> Self {
        match self {
            Self::RustupSources => Self::Rustup,
            other => other,
        }
    }

    /// Returns the cargo that builds with it.
    pub(super) fn cargo(self) -> Cmd {
        match self {
            Self::Rustup => Cmd::cargo(),
            Self::RustupSources => Cmd::cargo()
                .env("RUSTFLAGS", TRAP)
                .env("RUSTC_BOOTSTRAP", "1"),
            Self::Debian => {
                let cmd = Cmd::new("/usr/bin/cargo")
                    .env("RUSTFLAGS", format!("-C linker=wasm-ld-19 {TRAP}"))
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("RUSTC", "/usr/bin/rustc");
                // What rustup and the cargo that runs us have set speaks of another toolchain.
                [
                    "CARGO",
                    "RUSTDOC",
                    "RUSTC_WRAPPER",
                    "RUSTUP_TOOLCHAIN",
                    "LD_LIBRARY_PATH",
                ]
                .into_iter()
                .fold(cmd, Cmd::env_remove)
            }
        }
    }

    /// Returns what its cargo is told beside the work.
    pub(super) fn flags(self) -> Vec<String> {
        match self {
            Self::Rustup => Vec::new(),
            Self::RustupSources | Self::Debian => {
                let dir = ["--target-dir".to_owned(), self.dir().display().to_string()];
                BUILD_STD
                    .map(str::to_owned)
                    .into_iter()
                    .chain(dir)
                    .collect()
            }
        }
    }

    /// Returns its own folder for what it builds: two in one would rebuild each other's work.
    fn dir(self) -> PathBuf {
        match self {
            Self::Rustup => target_dir(),
            Self::RustupSources => target_dir().join("wasm-std"),
            Self::Debian => target_dir().join("wasm"),
        }
    }

    /// Returns the folder of what it builds in a profile.
    pub(super) fn built(self, profile: &str) -> PathBuf {
        self.dir().join(TARGET).join(profile)
    }
}

/// Finds a compiler, or gets one.
///
/// # Errors
/// Fails when there is none and none can be had.
pub(super) fn find() -> Result<Compiler> {
    if rustup_has_target() {
        return Ok(rustup());
    }
    if debian_is_ready() {
        return Ok(Compiler::Debian);
    }
    shell::say(&format!(
        "No compiler for {TARGET} here yet: trying to get one."
    ));
    let added = Cmd::new("rustup")
        .args(["target", "add", TARGET])
        .limit(RUSTUP_LIMIT)
        .run();
    match added {
        Ok(()) if rustup_has_target() => return Ok(rustup()),
        Ok(()) => shell::say("rustup added it to another toolchain than the one in use."),
        Err(error) => shell::say(&format!("{error:#}")),
    }
    if let Err(error) = debian::install(&DEBIAN) {
        shell::say(&format!("{error:#}"));
    } else if debian_is_ready() {
        return Ok(Compiler::Debian);
    }
    bail!(
        "install a compiler for {TARGET}: `rustup target add {TARGET}`, or on Debian, as root, \
         `apt-get install --no-install-recommends {}`",
        DEBIAN.join(" ")
    )
}

/// Returns the workspace's compiler, which has the target: with the library's sources where it can.
fn rustup() -> Compiler {
    let sources = Cmd::new(rustc()).args(["--print", "sysroot"]).read();
    let sources = sources.is_ok_and(|sysroot| {
        Path::new(sysroot.trim())
            .join("lib/rustlib/src/rust/library/Cargo.lock")
            .is_file()
    });
    if sources {
        Compiler::RustupSources
    } else {
        shell::say("`rustup component add rust-src` would make the module a tenth smaller.");
        Compiler::Rustup
    }
}

fn rustc() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// Tells whether the compiler in use carries a standard library for the target, rustup or not.
fn rustup_has_target() -> bool {
    let asked = Cmd::new(rustc())
        .args(["--print", "target-libdir", "--target", TARGET])
        .read();
    asked.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

fn debian_is_ready() -> bool {
    let asked = Cmd::new("dpkg-query")
        .args(["--show", "--showformat=${Status}\n"])
        .args(DEBIAN);
    asked.read().is_ok_and(|states| all_installed(&states))
}

fn all_installed(states: &str) -> bool {
    states
        .lines()
        .filter(|state| *state == "install ok installed")
        .count()
        == DEBIAN.len()
}

/// Returns cargo's folder for what it builds.
pub(super) fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || shell::root().join("target"),
        |dir| shell::root().join(dir),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_is_ready_only_with_every_package() {
        let good = "install ok installed\n".repeat(DEBIAN.len());
        assert!(all_installed(&good));
        assert!(!all_installed(&good.replacen(
            "install ok installed",
            "unknown ok not-installed",
            1
        )));
        assert!(!all_installed(""));
    }
}
