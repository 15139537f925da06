//! Every plan that once failed is played again, forever.

use std::path::PathBuf;

use samtale_sim::plan::{Plan, kept};
use samtale_sim::run::{self, Played};
use samtale_sim::trace::Trace;
use samtale_sim::world;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("regressions")
}

fn play(plan: &Plan) -> Played {
    run::twice(plan, Trace::new(Trace::SHORT), &world::play)
}

/// Says what a plan broke, with the end of its trace.
fn broken(name: &str, played: &Played) -> Option<String> {
    let failure = played.outcome.failure.as_ref()?;
    let (rule, detail) = (failure.rule, &failure.detail);
    let trace = played.trace.lines().join("\n  ");
    Some(format!("{name} breaks {rule}: {detail}\n  {trace}"))
}

#[test]
fn every_file_is_a_plan_that_says_what_it_once_showed() {
    for (file, plan) in kept::read(&folder()).expect("every file is a plan") {
        assert!(
            !plan.about.is_empty(),
            "{} says nothing of itself",
            file.display()
        );
    }
}

#[test]
fn no_plan_that_once_failed_fails_again() {
    let plans = kept::read(&folder()).expect("every file is a plan");
    let broken: Vec<String> = plans
        .iter()
        .filter_map(|(file, plan)| broken(&file.display().to_string(), &play(plan)))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
}

#[test]
fn a_few_seeds_break_nothing() {
    for seed in 1..=3 {
        let played = play(&Plan::draw(seed));
        if let Some(broken) = broken(&format!("seed {seed}"), &played) {
            panic!("{broken}");
        }
        assert!(
            played.outcome.counts.operations.total() > 0,
            "seed {seed} does nothing"
        );
    }
}
