//! `samtale-sim`: plays plans, and tells what broke.

#![expect(
    clippy::disallowed_methods,
    reason = "a person is told by the real clock"
)]

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{ArgGroup, Parser};

use samtale_sim::plan::{Plan, Profile, kept, shrink};
use samtale_sim::report::{self, Summary, Told};
use samtale_sim::run::pool::{self, Go, Hung, News, Work};
use samtale_sim::run::progress::Progress;
use samtale_sim::run::{self, Failure, Played};
use samtale_sim::trace::Trace;
use samtale_sim::world;

/// A world makes and drops much that is small.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many plans are tried while a failing one is made smaller.
const TRIES: usize = 600;
/// How many seeds are played until one fails, where nobody says how many.
const MANY: u64 = 1_000_000;

/// Plays real engines and the real server in an emulated world, and checks what must hold.
///
/// Each plan is played twice, and both plays must be the same. The exit code is 1 where anything was broken.
#[derive(Parser)]
#[command(group(ArgGroup::new("what").required(true).multiple(true).args(["seed", "seeds", "plan", "until_failure"])))]
struct Args {
    /// Play this seed alone, and print its plan and the end of its trace
    #[arg(long, value_name = "N", conflicts_with_all = ["seeds", "plan", "until_failure"])]
    seed: Option<u64>,
    /// Play so many seeds
    #[arg(long, value_name = "N")]
    seeds: Option<u64>,
    /// The first of the seeds
    #[arg(long, value_name = "M", default_value_t = 1)]
    from: u64,
    /// Threads; each plays worlds of its own [default: as many as there are processors]
    #[arg(long, value_name = "J")]
    jobs: Option<usize>,
    /// Play the plan in this file, or those in this folder, before any seeds
    #[arg(long, value_name = "PATH")]
    plan: Option<PathBuf>,
    /// Draw every plan with this profile
    #[arg(long, value_name = "NAME")]
    profile: Option<Profile>,
    /// Make a plan that fails smaller (as is done for `--seeds` anyway)
    #[arg(long)]
    shrink: bool,
    /// Print the whole trace
    #[arg(long)]
    trace: bool,
    /// Where plans that fail are saved
    #[arg(long, value_name = "DIR", default_value = ".")]
    save: PathBuf,
    /// Go on after a failure, and sum up which rules were broken
    #[arg(long)]
    keep_going: bool,
    /// Stop at the first failure and print one line, `caught seed=… after=… rule=…` or `none …`, with no shrinking
    #[arg(long, conflicts_with_all = ["keep_going", "shrink", "plan"])]
    until_failure: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Does what was asked for; true where nothing was broken.
fn run(args: &Args) -> Result<bool> {
    let mut good = true;
    if let Some(path) = &args.plan {
        good &= play_kept(args, path)?;
    }
    if let Some(seed) = args.seed {
        let plan = match args.profile {
            Some(profile) => Plan::draw_as(profile, seed),
            None => Plan::draw(seed),
        };
        good &= play_shown(args, &plan)?;
    }
    if args.seeds.is_some() || args.until_failure {
        good &= play_many(args)?;
    }
    Ok(good)
}

/// Plays the plans of a file or a folder. One alone is shown as a seed is.
fn play_kept(args: &Args, path: &Path) -> Result<bool> {
    let plans = kept::read(path)?;
    if let ([(_, plan)], true) = (plans.as_slice(), path.is_file()) {
        return play_shown(args, plan);
    }
    let mut failed = 0;
    for (file, plan) in &plans {
        let played = run::twice(plan, Trace::new(Trace::SHORT), &world::play);
        if let Some(failure) = &played.outcome.failure {
            failed += 1;
            let told = Told {
                plan,
                failure,
                trace: &played.trace.lines(),
            };
            say(&format!("{} fails\n{told}", file.display()))?;
        }
    }
    verdict("plans", plans.len() as u64 - failed, failed)?;
    Ok(failed == 0)
}

/// Plays a plan and shows it.
fn play_shown(args: &Args, plan: &Plan) -> Result<bool> {
    say(&plan.to_string())?;
    let trace = if args.trace {
        Trace::whole()
    } else {
        Trace::new(Trace::SHORT)
    };
    let began = Instant::now();
    let played = run::twice(plan, trace, &world::play);
    let took = began.elapsed();
    let title = if args.trace {
        "its trace:"
    } else {
        "the end of its trace:"
    };
    say(title)?;
    for line in played.trace.lines() {
        say(&format!("  {line}"))?;
    }
    let counts = &played.outcome.counts;
    say(&format!(
        "\n{} steps done, {} passed over, {} s of virtual time, {} turns, {} lines of trace (hash {:016x}), \
         played twice in {} ms",
        counts.steps,
        counts.passed_over,
        counts.virtual_ms / 1_000,
        counts.turns,
        played.trace.noted(),
        played.trace.hash(),
        took.as_millis(),
    ))?;
    let Some(failure) = &played.outcome.failure else {
        say("nothing was broken")?;
        return Ok(true);
    };
    say(&format!("\n{}", report::broken(failure)))?;
    if args.shrink {
        keep(args, plan, failure)?;
    }
    Ok(false)
}

/// Makes a failing plan smaller, tells of it, and saves it.
fn keep(args: &Args, plan: &Plan, failure: &Failure) -> Result<()> {
    say("\nmaking its plan smaller …")?;
    let play = |plan: &Plan| -> Played {
        let trace = Trace::new(Trace::SHORT);
        if failure.rule == run::REPLAY {
            run::twice(plan, trace, &world::play)
        } else {
            run::once(plan, trace, &world::play)
        }
    };
    let breaks = |played: &Played| {
        let broken = played.outcome.failure.as_ref();
        broken.is_some_and(|broken| broken.rule == failure.rule)
    };
    let shrunk = shrink(plan, TRIES, |plan| breaks(&play(plan)));
    let (left, all, tries) = (shrunk.plan.steps.len(), plan.steps.len(), shrunk.tries);
    say(&format!(
        "{left} of {all} steps are left after {tries} tries"
    ))?;

    let played = play(&shrunk.plan);
    let mut plan = shrunk.plan;
    let failure = played.outcome.failure.as_ref().unwrap_or(failure);
    plan.about = format!("{}: {}", failure.rule, failure.detail);
    let told = Told {
        plan: &plan,
        failure,
        trace: &played.trace.lines(),
    };
    say(&told.to_string())?;
    let file = plan.save(&args.save, failure.rule)?;
    let file = file.display();
    say(&format!(
        "saved as {file}\nplay it again: cargo run -p samtale-sim -- --plan {file}\n\
         keep it, once mended: mv {file} crates/sim/regressions/ (named after what it showed)"
    ))
}

/// Plays many seeds on several threads.
fn play_many(args: &Args) -> Result<bool> {
    let jobs = args
        .jobs
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let work = Work {
        from: args.from,
        seeds: args.seeds.unwrap_or(MANY),
        jobs,
        profile: args.profile,
        patience: Duration::from_secs(300),
    };
    let began = Instant::now();
    let mut progress = Progress::new(work.seeds);
    let mut summary = Summary::default();
    let end = pool::seeds(&work, &Arc::new(world::play), |news| {
        match news {
            News::Played(report) => {
                if let Some(Failure { rule, detail, .. }) = &report.outcome.failure {
                    progress.say(&format!("seed {} breaks {rule}: {detail}", report.seed));
                }
                summary.add(*report);
                progress.advance(summary.failures.len());
            }
            News::Tick => progress.tick(),
        }
        if summary.failures.is_empty() || args.keep_going {
            Go::On
        } else {
            Go::Stop
        }
    });
    progress.finish();
    let took = began.elapsed();

    let first = summary.failures.first_key_value().map(|(_, report)| report);
    if args.until_failure {
        let line = match end {
            // It outlasts all patience, whatever came of higher seeds.
            Err(Hung { seed }) if first.is_none_or(|report| report.seed > seed) => {
                let after = seed.wrapping_sub(args.from) + 1;
                format!("caught seed={seed} after={after} rule=hung")
            }
            _ => report::caught(args.from, first, summary.seeds()),
        };
        say(&line)?;
        return Ok(line.starts_with("none"));
    }
    say(&summary.text(took))?;
    if let Err(Hung { seed }) = end {
        bail!(
            "seed {seed} hangs in the midst of a turn: play it alone with `--seed {seed}` under a debugger"
        );
    }
    // One of each rule is made smaller; the others are most often the same bug.
    let mut told = BTreeSet::new();
    for (seed, report) in &summary.failures {
        let Some(failure) = &report.outcome.failure else {
            continue;
        };
        if told.insert(failure.rule) {
            say(&format!("seed {seed} failed\n{}", report::broken(failure)))?;
            keep(args, &work.plan(*seed), failure)?;
        }
    }
    say(summary.rules().trim_end())?;
    let failed = summary.failures.len() as u64;
    verdict("seeds", summary.seeds() - failed, failed)?;
    Ok(failed == 0)
}

/// Prints the line that `cargo xtask test` counts.
fn verdict(what: &str, passed: u64, failed: u64) -> Result<()> {
    say(&format!(
        "simulated {what}: {passed} passed; {failed} failed"
    ))
}

fn say(text: &str) -> Result<()> {
    writeln!(io::stdout().lock(), "{text}").context("nobody reads what is said")
}
