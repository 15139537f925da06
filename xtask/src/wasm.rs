//! `cargo xtask wasm`: the engine and what it stands on compile for the browser.
//!
//! A compiler for `wasm32-unknown-unknown` comes from one of two places, and what is already on the
//! machine goes before what would have to be fetched: rustup's target, or Debian's own Rust with
//! the sources of its standard library (which the check then builds itself).

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::shell::{self, Cmd};

const TARGET: &str = "wasm32-unknown-unknown";

/// The crates that must compile there; `samtale-engine` stands on the other two.
const CRATES: [&str; 3] = ["samtale-model", "samtale-protocol", "samtale-engine"];

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
const APT_LIMIT: Duration = Duration::from_secs(600);

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Build with optimisations instead of checking
    #[arg(long)]
    release: bool,
}

/// Checks (or builds) the pure crates for the browser.
///
/// # Errors
/// Fails when they don't compile, or when the machine has no compiler for it and none can be had.
pub(crate) fn run(args: &Args) -> Result<()> {
    let work: &[&str] = if args.release {
        &["build", "--release"]
    } else {
        &["check"]
    };
    let compiler = find_compiler()?;
    compiler
        .cargo()
        .args(work)
        .args(["--target", TARGET])
        .args(CRATES.iter().flat_map(|name| ["--package", name]))
        .args(compiler.flags())
        .run()
}

#[derive(Clone, Copy)]
enum Compiler {
    /// The compiler of the workspace, which has the target.
    Rustup,
    /// Debian's compiler, which has it once its standard library is built.
    Debian,
}

impl Compiler {
    fn cargo(self) -> Cmd {
        match self {
            Self::Rustup => Cmd::cargo(),
            Self::Debian => {
                let cmd = Cmd::new("/usr/bin/cargo")
                    .env("RUSTFLAGS", "-C linker=wasm-ld-19")
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

    fn flags(self) -> Vec<String> {
        match self {
            Self::Rustup => Vec::new(),
            // A folder of its own: two compilers in one would rebuild each other's work.
            Self::Debian => vec![
                "-Zbuild-std=std,panic_abort".to_owned(),
                "--target-dir".to_owned(),
                target_dir().join("wasm").display().to_string(),
            ],
        }
    }
}

fn find_compiler() -> Result<Compiler> {
    if rustup_has_target() {
        return Ok(Compiler::Rustup);
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
        Ok(()) if rustup_has_target() => return Ok(Compiler::Rustup),
        Ok(()) => shell::say("rustup added it to another toolchain than the one in use."),
        Err(error) => shell::say(&format!("{error:#}")),
    }
    if let Err(error) = install_from_debian() {
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

/// Tells whether the compiler in use carries a standard library for the target, rustup or not.
fn rustup_has_target() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let asked = Cmd::new(rustc)
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

fn install_from_debian() -> Result<()> {
    if Cmd::new("id").args(["-u"]).read()?.trim() != "0" {
        bail!("only root may install Debian's packages");
    }
    let apt = || {
        Cmd::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .limit(APT_LIMIT)
    };
    apt().args(["update", "-q"]).run()?;
    apt()
        .args(["install", "-q", "-y", "--no-install-recommends"])
        .args(DEBIAN)
        .run()
}

fn target_dir() -> PathBuf {
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
