//! Building the simulator in the copy, and letting it hunt for what is broken there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::copy::Copy;
use super::definition::Mutant;
use crate::shell::{self, Cmd};

const SIMULATOR: &str = "samtale-sim";
/// How long one hunt may take: beyond it the simulator hangs, which shows nothing.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// The profile that simulations are meant to be played in.
const PROFILE: &str = "sim";

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The simulator saw it.
    Caught {
        /// The seed it was seen with.
        seed: u64,
        /// How many seeds had been played.
        after: u64,
        /// The rule that was broken.
        rule: String,
    },
    /// No seed showed it.
    Survived,
    /// It could not be put to the test.
    Failed(String),
}

/// Checks that a mutant compiles.
///
/// # Errors
/// Fails where it does not.
pub(super) fn check(copy: &Copy, mutant: &Mutant) -> Result<()> {
    copy.restore()?;
    mutant.plant(&copy.root())?;
    cargo(copy, &["check"], &mutant.packages())
}

/// Builds the simulator of the tree as it is, and keeps it to be asked about seeds.
///
/// # Errors
/// Fails where it does not build.
pub(super) fn build_unbroken(copy: &Copy) -> Result<PathBuf> {
    copy.restore()?;
    build(copy, "unbroken")
}

/// Plants a mutant, builds the simulator with it, and lets it play.
///
/// # Errors
/// Fails where the definition does not fit, or a program can't be started: then no other mutant would do better.
pub(super) fn hunt(copy: &Copy, mutant: &Mutant, unbroken: &Path, seeds: u64) -> Result<Fate> {
    copy.restore()?;
    mutant.plant(&copy.root())?;
    let built = match build(copy, "broken") {
        Ok(built) => built,
        Err(error) => return Ok(Fate::Failed(format!("it does not compile: {error:#}"))),
    };
    let seeds = seeds.to_string();
    play(
        copy,
        &mutant.name,
        &built,
        &["--seeds", &seeds, "--until-failure"],
    )?;
    let log = copy.log_path(&mutant.name);
    let fate = judge(&String::from_utf8_lossy(&fs::read(&log)?));
    let Some(fate) = fate else {
        let why = format!("the simulator came to no end, see {}", log.display());
        return Ok(Fate::Failed(why));
    };
    if let Fate::Caught { seed, rule, .. } = &fate {
        let number = seed.to_string();
        let status = play(copy, "unbroken", unbroken, &["--seed", &number])?;
        if !status.is_some_and(|status| status.success()) {
            return Ok(Fate::Failed(format!(
                "seed {seed} fails without it too (there: {rule}): mend the tree first"
            )));
        }
    }
    Ok(fate)
}

/// Reads how a hunt ended.
fn judge(said: &str) -> Option<Fate> {
    said.lines().rev().find_map(|line| {
        let mut words = line.split_whitespace();
        match words.next()? {
            "none" => words
                .all(|word| word.starts_with("after="))
                .then_some(Fate::Survived),
            "caught" => {
                let mut value = |name: &str| words.next()?.strip_prefix(name)?.strip_prefix('=');
                Some(Fate::Caught {
                    seed: value("seed")?.parse().ok()?,
                    after: value("after")?.parse().ok()?,
                    rule: value("rule")?.to_owned(),
                })
            }
            _ => None,
        }
    })
}

/// Runs a simulator, what it says in the log of that name; none where it had to be stopped.
fn play(copy: &Copy, log: &str, program: &Path, args: &[&str]) -> Result<Option<ExitStatus>> {
    let out = copy.log(log)?;
    let mut child = Command::new(program)
        .args(args)
        // Where it writes a failing plan, that is not the tree.
        .current_dir(copy.root())
        .stdin(Stdio::null())
        .stderr(out.try_clone()?)
        .stdout(out)
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() >= PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Builds the simulator, and takes it away under a name: in its place it would be taken for the tree's own.
fn build(copy: &Copy, keep_as: &str) -> Result<PathBuf> {
    cargo(copy, &["build"], &[SIMULATOR.to_owned()])?;
    let name = format!("{SIMULATOR}{}", std::env::consts::EXE_SUFFIX);
    let built = copy.build().join(PROFILE).join(name);
    if !built.is_file() {
        bail!("{SIMULATOR} has no program of its name");
    }
    let kept = copy.kept(keep_as);
    fs::rename(&built, &kept).with_context(|| format!("moving {}", built.display()))?;
    Ok(kept)
}

fn cargo(copy: &Copy, command: &[&str], packages: &[String]) -> Result<()> {
    let mut cargo = Cmd::cargo()
        .args(command)
        .args(["--quiet", "--profile", PROFILE, "--manifest-path"])
        .args([copy.root().join("Cargo.toml")]);
    for package in packages {
        cargo = cargo.args(["--package", package]);
    }
    let started = Instant::now();
    let done = cargo
        // Each mutant changes a few lines: build anew only what hangs on them.
        .env("CARGO_PROFILE_SIM_INCREMENTAL", "true")
        .env("CARGO_TARGET_DIR", copy.build())
        .read();
    let (did, took) = (command.join(" "), shell::human(started.elapsed()));
    shell::say(&format!("  {did}: {took}"));
    done.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_hunt_is_read_from_one_line() {
        let said = "12 seeds\ncaught seed=11 after=12 rule=sent-order\ntrace: …\n";
        let caught = Fate::Caught {
            seed: 11,
            after: 12,
            rule: "sent-order".into(),
        };
        assert_eq!(judge(said), Some(caught));
        assert_eq!(
            judge("40 seeds\nnone after=40\nnone of it\n"),
            Some(Fate::Survived)
        );
        assert_eq!(judge("caught seed=x after=1 rule=a\n"), None);
        assert_eq!(judge("thread 'main' has overflowed its stack\n"), None);
    }
}
