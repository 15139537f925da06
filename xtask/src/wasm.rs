//! `cargo xtask wasm`: the engine as a module that browsers and Node load.
//!
//! Cargo builds `crates/wasm`, wasm-bindgen writes the JavaScript and the types around it, and
//! binaryen's `wasm-opt` makes it small. The result lies in `web/packages/client/src/wasm/`, which
//! is not committed. What is current is left alone, so that this is cheap to run before anything
//! that needs it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasm_bindgen_cli_support::Bindgen;

use crate::shell::{self, Cmd};
use crate::web;

mod compiler;

use compiler::Compiler;

const PACKAGE: &str = "samtale-wasm";
/// The profile of the root's `Cargo.toml`: small before fast.
const PROFILE: &str = "wasm";
/// Where the web packages read it.
const OUT: &str = "web/packages/client/src/wasm";
const WASM: &str = "samtale.wasm";
const FILES: [&str; 3] = ["samtale.js", "samtale.d.ts", WASM];
/// Says of which build the files are.
const STAMP: &str = ".stamp";
/// Binaryen's, of the web workspace.
const OPTIMISER: &str = "web/node_modules/.bin/wasm-opt";
const OPTIMISE: [&str; 3] = ["-Oz", "--strip-debug", "--strip-producers"];
/// What the module should weigh at the most, gzipped.
const BUDGET: usize = 200 * 1024;

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Only check that it compiles
    #[arg(long)]
    check: bool,
}

/// Builds the module, or only checks that it compiles.
///
/// # Errors
/// Fails when it doesn't compile, or when the machine has no compiler for it and none can be had.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut compiler = compiler::find()?;
    if args.check {
        return cargo(compiler.quick(), &["check"]);
    }
    let build = ["build", "--profile", PROFILE];
    if let Err(error) = cargo(compiler, &build) {
        if compiler == compiler.quick() {
            return Err(error);
        }
        shell::say(&format!(
            "{error:#}\nNow with the standard library that is ready: larger, but it needs no network."
        ));
        compiler = compiler.quick();
        cargo(compiler, &build)?;
    }
    let built = compiler.built(PROFILE).join("samtale_wasm.wasm");
    let built = std::fs::read(&built).with_context(|| format!("reading {}", built.display()))?;
    let out = shell::root().join(OUT);
    let stamp = stamp(&built);
    if is_current(&out, &stamp) {
        shell::say(&format!("{OUT} is current"));
    } else {
        bind(built, &out)?;
        std::fs::write(out.join(STAMP), stamp).context("writing the stamp")?;
    }
    weigh(&out.join(WASM))
}

/// Has a compiler's cargo work on the package.
fn cargo(compiler: Compiler, work: &[&str]) -> Result<()> {
    compiler
        .cargo()
        .args(work)
        .args(["--target", compiler::TARGET, "--package", PACKAGE])
        .args(compiler.flags())
        .run()
}

/// Names a build by all that goes into the files.
fn stamp(built: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    built.hash(&mut hasher);
    OPTIMISE.hash(&mut hasher);
    format!("{:016x}\n", hasher.finish())
}

fn is_current(out: &Path, stamp: &str) -> bool {
    FILES.iter().all(|file| out.join(file).is_file())
        && std::fs::read_to_string(out.join(STAMP)).is_ok_and(|held| held == stamp)
}

/// Writes the JavaScript and the types around a module, and the module itself made small.
fn bind(built: Vec<u8>, out: &Path) -> Result<()> {
    shell::say("wasm-bindgen: writing the JavaScript around the module");
    let mut bound = Bindgen::new()
        .input_bytes("samtale", built)
        .web(true)?
        .typescript(true)
        // The one place that names the module's file is the client's: a bundler would copy it twice.
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .generate_output()
        .context("binding the module to JavaScript")?;
    ensure!(
        bound.snippets().values().all(Vec::is_empty) && bound.local_modules().is_empty(),
        "the module brings JavaScript of its own, which nothing here copies"
    );
    let types = bound.ts().context("there are types")?.to_owned();
    let script = bound.js().to_owned();
    std::fs::create_dir_all(out).with_context(|| format!("making {OUT}"))?;
    let scratch = compiler::target_dir().join("wasm-bound.wasm");
    std::fs::write(&scratch, bound.wasm_mut().emit_wasm())
        .with_context(|| format!("writing {}", scratch.display()))?;
    let small = scratch.with_file_name("wasm-small.wasm");
    web::install()?;
    Cmd::new(shell::root().join(OPTIMISER))
        .args(OPTIMISE)
        .args([&scratch, Path::new("-o"), &small])
        .run()?;
    let small = std::fs::read(&small).with_context(|| format!("reading {}", small.display()))?;
    // Together, for the script and the module fit only each other.
    write_changed(&out.join("samtale.js"), script.as_bytes())?;
    write_changed(&out.join("samtale.d.ts"), types.as_bytes())?;
    write_changed(&out.join(WASM), &small)
}

/// Writes a file unless it says the same already: a watching dev server need not start over.
fn write_changed(path: &Path, contents: &[u8]) -> Result<()> {
    if std::fs::read(path).is_ok_and(|held| held == contents) {
        return Ok(());
    }
    std::fs::write(path, contents).with_context(|| format!("writing {}", path.display()))
}

/// Says what the module weighs.
fn weigh(path: &Path) -> Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let gzipped = gzipped(&bytes)?;
    shell::say(&format!(
        "{OUT}/{WASM}: {} KB, {} KB gzipped",
        bytes.len().div_ceil(1024),
        gzipped.div_ceil(1024)
    ));
    if gzipped > BUDGET {
        shell::say(&format!(
            "That is {} KB above the budget of {} KB.",
            (gzipped - BUDGET).div_ceil(1024),
            BUDGET / 1024
        ));
    }
    Ok(())
}

/// Returns how many bytes there are after gzip's best compression.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_tells_builds_apart() {
        assert_eq!(stamp(b"one"), stamp(b"one"));
        assert_ne!(stamp(b"one"), stamp(b"two"));
    }

    #[test]
    fn files_are_current_only_all_together() {
        let out = compiler::target_dir().join("xtask-wasm-test");
        let _ = std::fs::remove_dir_all(&out);
        std::fs::create_dir_all(&out).unwrap();
        for file in FILES.iter().chain(&[STAMP]) {
            assert!(!is_current(&out, "1"), "without {file}");
            write_changed(&out.join(file), b"1").unwrap();
        }
        assert!(is_current(&out, "1"));
        assert!(!is_current(&out, "2"));
        std::fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn repetition_weighs_little() {
        let weight = gzipped(&[7; 10_000]).unwrap();
        assert!(weight < 100, "{weight}");
    }
}
