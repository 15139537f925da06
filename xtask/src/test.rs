//! `cargo xtask test`: everything that must hold before a change goes in, in one command.
//!
//! Each step runs even when one before it failed, so that one run tells the whole story; the table
//! at the end says which failed and what each cost.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::shell::{self, Cmd};
use crate::{tidy, wasm};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run this step alone; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
}

/// The steps, in the order they run: what answers soonest goes first.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// rustfmt finds nothing to change
    Fmt,
    /// The tree keeps its own rules
    Tidy,
    /// Clippy finds nothing, tests and benches included
    Clippy,
    /// Every test of the workspace passes
    Test,
    /// Every link in the documentation of the code leads somewhere
    Doc,
    /// The pure crates compile for the browser
    Wasm,
}

impl Step {
    fn run(self, counts: &mut Counts) -> Result<()> {
        match self {
            Self::Fmt => Cmd::cargo().args(["fmt", "--all", "--check"]).run(),
            Self::Tidy => tidy::run(),
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
            Self::Test => tests(counts),
            Self::Doc => Cmd::cargo()
                .env("RUSTDOCFLAGS", "-D warnings")
                .args([
                    "doc",
                    "--workspace",
                    "--no-deps",
                    "--document-private-items",
                ])
                .run(),
            Self::Wasm => wasm::run(&wasm::Args::default()),
        }
    }

    /// Says what to do when the step failed.
    fn hint(self) -> &'static str {
        match self {
            Self::Fmt => "run `cargo fmt --all`",
            Self::Tidy => "each line above names a file and what to change in it",
            Self::Clippy => "see the lints above; an exception is an `expect` with its reason",
            Self::Test => "run one again with `cargo test -p <crate> <name>`",
            Self::Doc => "see the links above; an item is named by its path in brackets",
            Self::Wasm => "the pure crates must compile without an operating system",
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

    let mut counts = Counts::default();
    let mut outcomes = Vec::new();
    for (at, step) in chosen.iter().enumerate() {
        shell::say(&format!(
            "\n== {} ({} of {})",
            step.name(),
            at + 1,
            chosen.len()
        ));
        let started = Instant::now();
        let result = step.run(&mut counts);
        if let Err(error) = &result {
            shell::say(&format!("{} failed: {error:#}", step.name()));
        }
        outcomes.push(Outcome {
            step: *step,
            ok: result.is_ok(),
            time: started.elapsed(),
        });
    }

    shell::say(&summary(
        &outcomes,
        chosen.contains(&Step::Test).then_some(&counts),
    ));
    let failed = outcomes.iter().filter(|outcome| !outcome.ok).count();
    if failed > 0 {
        bail!("{failed} of {} steps failed", outcomes.len());
    }
    Ok(())
}

struct Outcome {
    step: Step,
    ok: bool,
    time: Duration,
}

fn summary(outcomes: &[Outcome], counts: Option<&Counts>) -> String {
    let mut text = String::from("\nstep     result        time\n");
    for Outcome { step, ok, time } in outcomes {
        let result = if *ok { "ok" } else { "FAILED" };
        let hint = if *ok {
            String::new()
        } else {
            format!("   {}", step.hint())
        };
        text += &format!(
            "{:<8} {result:<6} {:>12}{hint}\n",
            step.name(),
            shell::human(*time)
        );
    }
    let good = outcomes.iter().filter(|outcome| outcome.ok).count();
    let total = outcomes.iter().map(|outcome| outcome.time).sum();
    text += &format!(
        "{good} of {} steps ok in {}",
        outcomes.len(),
        shell::human(total)
    );
    if let Some(Counts {
        passed,
        failed,
        ignored,
    }) = counts
    {
        text += &format!("; tests: {passed} passed, {failed} failed, {ignored} ignored");
    }
    text
}

fn tests(counts: &mut Counts) -> Result<()> {
    // Doctests come with it, which nextest would leave out.
    Cmd::cargo()
        .args(["test", "--workspace", "--no-fail-fast"])
        .watch(|line| counts.add(line))?;
    if counts.passed == 0 {
        bail!("no test ran");
    }
    Ok(())
}

/// How many tests ended how, read from the lines of the test harness.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Counts {
    fn add(&mut self, line: &str) {
        // test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …
        let Some((_, rest)) = line.split_once("test result: ") else {
            return;
        };
        for part in rest.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(what)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_over_test_binaries() {
        let mut counts = Counts::default();
        counts.add("running 13 tests");
        counts.add("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        counts
            .add("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        assert_eq!(
            counts,
            Counts {
                passed: 15,
                failed: 2,
                ignored: 1
            }
        );
    }

    #[test]
    fn the_summary_closes_with_the_counts_and_says_what_to_do() {
        let outcomes = [
            Outcome {
                step: Step::Fmt,
                ok: false,
                time: Duration::from_millis(1_200),
            },
            Outcome {
                step: Step::Test,
                ok: true,
                time: Duration::from_secs(61),
            },
        ];
        let text = summary(
            &outcomes,
            Some(&Counts {
                passed: 7,
                failed: 0,
                ignored: 0,
            }),
        );
        assert_eq!(
            text,
            "\n\
             step     result        time\n\
             fmt      FAILED        1.2 s   run `cargo fmt --all`\n\
             test     ok       1 min 01 s\n\
             1 of 2 steps ok in 1 min 02 s; tests: 7 passed, 0 failed, 0 ignored"
        );
    }
}
