//! `cargo xtask test`: everything that must hold before a change goes in, in one command.
//!
//! Each step runs even when one before it failed, so that one run tells the whole story, unless it
//! stands on what the failed one makes; the table at the end says which failed and what each cost.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::shell::{self, Cmd};
use crate::{debian, tidy, wasm, web};

mod counts;

use counts::{Counts, Harness};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run this step alone; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
}

/// The steps, in the order they run: what answers soonest goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// rustfmt finds nothing to change
    Fmt,
    /// The tree keeps its own rules
    Tidy,
    /// The engine compiles for the browser, and stays small
    Wasm,
    /// Biome and the TypeScript compiler find nothing in the web packages
    WebCheck,
    /// Every test of the web packages passes
    WebTest,
    /// The libraries and the app build
    WebBuild,
    /// Clippy finds nothing, tests and benches included
    Clippy,
    /// Every test of the workspace passes
    Test,
    /// Nothing is lost in any of some hundreds of simulated histories
    Sim,
    /// Every link in the documentation of the code leads somewhere
    Doc,
    /// The packed packages work in Vite, Next and plain Node
    Packages,
    /// Supabase's and Phoenix's own clients work against the real server
    Clients,
    /// What a person does works in a real Chromium against the real server
    E2e,
}

impl Step {
    fn run(self, counts: &mut Counts) -> Result<()> {
        match self {
            Self::Fmt => Cmd::cargo().args(["fmt", "--all", "--check"]).run(),
            Self::Tidy => tidy::run(),
            Self::Wasm => wasm::run(&wasm::Args::default()),
            Self::WebCheck => {
                web::install()?;
                web::npm().args(["run", "check"]).run()
            }
            Self::WebTest => {
                web::install()?;
                let vitest = web::npx().args(["vitest", "run"]);
                counted(vitest, Harness::Vitest, counts)
            }
            Self::WebBuild => {
                web::install()?;
                web::npm().args(["run", "build"]).run()
            }
            Self::Clippy => Cmd::cargo()
                .args([
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ])
                .run(),
            // Doctests come with it, which nextest would leave out.
            Self::Test => {
                let test = Cmd::cargo().args(["test", "--workspace", "--no-fail-fast"]);
                counted(test, Harness::Cargo, counts)
            }
            Self::Sim => simulated(counts),
            Self::Doc => Cmd::cargo()
                .env("RUSTDOCFLAGS", "-D warnings")
                .args([
                    "doc",
                    "--workspace",
                    "--no-deps",
                    "--document-private-items",
                ])
                .run(),
            Self::Packages => {
                in_browser(&["run", "packages", "--workspace", "@samtale/e2e"], counts)
            }
            Self::Clients => {
                web::install()?;
                against_server(
                    &["run", "clients", "--workspace", "@samtale/e2e"],
                    &[],
                    counts,
                )
            }
            Self::E2e => in_browser(&["test", "--workspace", "@samtale/e2e"], counts),
        }
    }

    /// Names the steps that make what this one stands on.
    const fn needs(self) -> &'static [Self] {
        match self {
            Self::WebCheck | Self::WebTest | Self::WebBuild => &[Self::Wasm],
            Self::Packages | Self::E2e => &[Self::Wasm, Self::WebBuild],
            _ => &[],
        }
    }

    /// Says what to do when the step failed.
    const fn hint(self) -> &'static str {
        match self {
            Self::Fmt => "run `cargo fmt --all`",
            Self::Tidy => "each line above names a file and what to change in it",
            Self::Wasm => "the engine must compile without an operating system",
            Self::WebCheck => "run `npm run fix` in web/; see the rest above",
            Self::WebTest => "run one again in web/ with `npx vitest run <file>`",
            Self::WebBuild => "run `npm run build` in web/",
            Self::Clippy => "see the lints above; an exception is an `expect` with its reason",
            Self::Test => "run one again with `cargo test -p <crate> <name>`",
            Self::Sim => "play the saved plan again, with `--trace`: see docs/testing.md",
            Self::Doc => "see the links above; an item is named by its path in brackets",
            Self::Packages => "run `npm run packages -w @samtale/e2e` in web/",
            Self::Clients => "run `npm run clients -w @samtale/e2e` in web/",
            Self::E2e => "run one again in web/e2e with `npx playwright test <file>`",
        }
    }

    fn name(self) -> String {
        self.to_possible_value()
            .expect("no step is hidden")
            .get_name()
            .to_owned()
    }
}

/// Runs the steps and prints what each did.
///
/// # Errors
/// Fails when any step failed.
pub(crate) fn run(args: &Args) -> Result<()> {
    let chosen: Vec<Step> = Step::value_variants()
        .iter()
        .copied()
        .filter(|step| args.only.is_empty() || args.only.contains(step))
        .collect();

    let mut outcomes: Vec<Outcome> = Vec::new();
    for (at, step) in chosen.iter().enumerate() {
        let (name, place, of) = (step.name(), at + 1, chosen.len());
        shell::say(&format!("\n== {name} ({place} of {of})"));
        let started = Instant::now();
        let mut counts = Counts::default();
        let end = if let Some(missing) = missing(*step, &outcomes) {
            shell::say(&format!("{name} was left out: it needs {}", missing.name()));
            End::LeftOut(missing)
        } else if let Err(error) = step.run(&mut counts) {
            shell::say(&format!("{name} failed: {error:#}"));
            End::Failed
        } else {
            End::Ok
        };
        outcomes.push(Outcome {
            step: *step,
            end,
            time: started.elapsed(),
            counts,
        });
    }

    shell::say(&summary(&outcomes));
    let bad = outcomes.iter().filter(|outcome| outcome.end != End::Ok);
    match bad.count() {
        0 => Ok(()),
        bad => bail!("{bad} of {} steps failed", outcomes.len()),
    }
}

/// Returns a step that this one needs, and that did not come to a good end.
fn missing(step: Step, before: &[Outcome]) -> Option<Step> {
    let bad = before.iter().filter(|outcome| outcome.end != End::Ok);
    let mut bad = bad.map(|outcome| outcome.step);
    bad.find(|step_before| step.needs().contains(step_before))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Ok,
    Failed,
    /// What it needs is not there, for this step failed.
    LeftOut(Step),
}

struct Outcome {
    step: Step,
    end: End,
    time: Duration,
    counts: Counts,
}

fn summary(outcomes: &[Outcome]) -> String {
    let mut text = String::from("\nstep       result          time\n");
    let mut all = Counts::default();
    for outcome in outcomes {
        let (result, said) = match outcome.end {
            End::Ok => ("ok", String::new()),
            End::Failed => ("FAILED", outcome.step.hint().to_owned()),
            End::LeftOut(missing) => ("LEFT OUT", format!("needs {}", missing.name())),
        };
        let counts = if outcome.counts == Counts::default() {
            String::new()
        } else {
            outcome.counts.to_string()
        };
        let after = [counts, said].join("   ");
        let line = format!(
            "{:<10} {result:<8} {:>11}   {after}",
            outcome.step.name(),
            shell::human(outcome.time),
        );
        text += line.trim_end();
        text.push('\n');
        all += outcome.counts;
    }
    let good = outcomes.iter().filter(|outcome| outcome.end == End::Ok);
    let total = outcomes.iter().map(|outcome| outcome.time).sum();
    text += &format!(
        "{} of {} steps ok in {}",
        good.count(),
        outcomes.len(),
        shell::human(total)
    );
    if all != Counts::default() {
        text += &format!("; tests: {all}");
    }
    text
}

/// Runs tests and counts them; that there are none is a failure too.
fn counted(cmd: Cmd, harness: Harness, counts: &mut Counts) -> Result<()> {
    // Colours would stand between the numbers and us.
    cmd.env_remove("FORCE_COLOR")
        .env("NO_COLOR", "1")
        .watch(|line| counts.read(harness, line))?;
    if !counts.any() {
        bail!("no test ran");
    }
    Ok(())
}

/// How many seeds are simulated: with the plans that are kept, about two minutes on two processors.
const SEEDS: &str = "300";

/// Plays the plans that once failed, and some hundreds of seeds.
fn simulated(counts: &mut Counts) -> Result<()> {
    // With the whole workspace's features, so that what the tests were built from serves here too.
    let build = ["build", "--workspace", "--bin", "samtale-sim"];
    Cmd::cargo().args(build).run()?;
    let plays = Cmd::new(built("samtale-sim")).args([
        "--plan",
        "crates/sim/regressions",
        "--seeds",
        SEEDS,
        "--save",
        "target/sim",
    ]);
    counted(plays, Harness::Simulation, counts)
}

/// Runs tests in the browser against the server, which is built first where it isn't.
fn in_browser(npm: &[&str], counts: &mut Counts) -> Result<()> {
    web::install()?;
    let browser = chromium()?;
    against_server(npm, &[("CHROMIUM", browser.as_ref())], counts)
}

/// Runs a suite of npm against the server as it is.
fn against_server(npm: &[&str], env: &[(&str, &OsStr)], counts: &mut Counts) -> Result<()> {
    Cmd::cargo()
        .args(["build", "--package", "samtale-cli", "--bin", "samtale"])
        .run()?;
    let mut tests = web::npm().args(npm).env("SAMTALE_BIN", built("samtale"));
    for (name, value) in env {
        tests = tests.env(name, value);
    }
    counted(tests, Harness::Playwright, counts)
}

/// Returns where cargo puts a program that it builds for tests.
fn built(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    shell::root().join(target).join("debug").join(name)
}

/// The browser's names, where it is installed for everyone.
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Finds a Chromium: the one that `CHROMIUM` names, or one on the machine, or Debian's.
fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        if named.is_file() {
            return Ok(named);
        }
        bail!("CHROMIUM names {}, which is not there", named.display());
    }
    if let Some(found) = installed_browser() {
        return Ok(found);
    }
    shell::say("No Chromium here yet: trying to get Debian's.");
    if let Err(error) = debian::install(&["chromium"]) {
        shell::say(&format!("{error:#}"));
    }
    installed_browser().ok_or_else(|| {
        anyhow::anyhow!(
            "install Chromium (on Debian, as root, `apt-get install chromium`), or name it in CHROMIUM"
        )
    })
}

fn installed_browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let all = folders.iter().map(PathBuf::as_path);
    let mut places = all
        .chain([Path::new("/usr/bin")])
        .flat_map(|folder| BROWSERS.map(|name| folder.join(name)));
    places.find(|place| place.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(step: Step, end: End, seconds: u64, passed: u64) -> Outcome {
        Outcome {
            step,
            end,
            time: Duration::from_secs(seconds),
            counts: Counts {
                passed,
                ..Counts::default()
            },
        }
    }

    #[test]
    fn the_summary_closes_with_the_counts_and_says_what_to_do() {
        let outcomes = [
            outcome(Step::Fmt, End::Failed, 1, 0),
            outcome(Step::WebTest, End::LeftOut(Step::Wasm), 0, 0),
            outcome(Step::Test, End::Ok, 61, 7),
        ];
        assert_eq!(
            summary(&outcomes),
            "\n\
             step       result          time\n\
             fmt        FAILED         1.0 s      run `cargo fmt --all`\n\
             web-test   LEFT OUT       0.0 s      needs wasm\n\
             test       ok        1 min 01 s   7 passed, 0 failed, 0 skipped\n\
             1 of 3 steps ok in 1 min 02 s; tests: 7 passed, 0 failed, 0 skipped"
        );
    }

    #[test]
    fn a_step_is_left_out_when_what_it_needs_did_not_come_to_be() {
        let outcomes = [
            outcome(Step::Tidy, End::Failed, 1, 0),
            outcome(Step::WebBuild, End::LeftOut(Step::Wasm), 1, 0),
        ];
        assert_eq!(missing(Step::E2e, &outcomes), Some(Step::WebBuild));
        assert_eq!(missing(Step::WebCheck, &outcomes), None);
        assert_eq!(missing(Step::E2e, &[]), None);
    }

    #[test]
    fn what_a_step_needs_runs_before_it() {
        let steps = Step::value_variants();
        let place = |step: &Step| steps.iter().position(|other| other == step);
        for step in steps {
            for needed in step.needs() {
                assert!(place(needed) < place(step), "{needed:?} before {step:?}");
            }
        }
    }
}
