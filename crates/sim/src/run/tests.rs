//! A fake player in the place of the world: a play ends as the plan's seed says.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::pool::{self, Go, Hung, News, Work};
use super::*;

fn good(plan: &Plan, trace: &Trace) -> Outcome {
    let mut outcome = Outcome::default();
    for timed in &plan.steps {
        trace.note(timed.at, format_args!("{}", timed.step));
        outcome.counts.operations.add(timed.step.kind(), 1);
        outcome.counts.steps += 1;
    }
    outcome
}

fn broken(at: u64, rule: &'static str) -> Outcome {
    Outcome::broken(Failure {
        at,
        rule,
        detail: "seen".to_owned(),
    })
}

fn failure(played: &Played) -> &Failure {
    played.outcome.failure.as_ref().expect("fails")
}

#[test]
fn the_same_play_twice_is_no_failure() {
    let plan = Plan::draw(1);
    let played = twice(&plan, Trace::new(4), &good);
    assert_eq!(played.outcome.failure, None);
    assert_eq!(played.outcome.counts.steps, plan.steps.len() as u64);
    assert_eq!(played.trace.lines().len(), 4);
}

#[test]
fn plays_that_part_are_told_with_the_line_where_they_do() {
    let turn = Cell::new(0);
    let fickle = |_: &Plan, trace: &Trace| {
        turn.set(turn.get() + 1);
        trace.note(1, format_args!("as always"));
        trace.note(2, format_args!("turn {}", turn.get() % 2));
        broken(2, "order")
    };
    let played = twice(&Plan::draw(1), Trace::new(4), &fickle);
    let failure = failure(&played);
    assert_eq!((failure.at, failure.rule), (2, REPLAY));
    assert_eq!(
        failure.detail,
        "two plays part after 1 lines:\n        0.002 turn 1\n        0.002 turn 0\n\
         the first play broke order: seen"
    );
}

#[test]
fn counts_that_part_are_a_failure_too() {
    let turn = Cell::new(0);
    let fickle = |_: &Plan, _: &Trace| {
        turn.set(turn.get() + 1);
        let mut outcome = Outcome::default();
        outcome.coverage.add("state", turn.get());
        outcome
    };
    let played = twice(&Plan::draw(1), Trace::new(4), &fickle);
    assert_eq!(failure(&played).rule, REPLAY);
}

#[test]
fn a_panic_is_a_failure_that_keeps_its_trace() {
    let panics = |_: &Plan, trace: &Trace| -> Outcome {
        trace.note(7, format_args!("the last thing"));
        panic!("an invariant")
    };
    let played = twice(&Plan::draw(1), Trace::new(4), &panics);
    let failure = failure(&played);
    assert_eq!((failure.at, failure.rule), (7, PANIC));
    assert!(failure.detail.starts_with("an invariant ("));
    assert_eq!(played.trace.lines(), ["      0.007 the last thing"]);
}

fn work(seeds: u64, jobs: usize) -> Work {
    Work {
        from: 10,
        seeds,
        jobs,
        profile: None,
        patience: Duration::from_secs(60),
    }
}

#[test]
fn every_seed_is_played_once_however_many_threads_there_are() {
    for jobs in [1, 3] {
        let mut seeds = Vec::new();
        let end = pool::seeds(&work(20, jobs), &Arc::new(good), |news| {
            if let News::Played(report) = news {
                assert_eq!(report.outcome.failure, None);
                assert!(report.trace.is_empty());
                seeds.push(report.seed);
            }
            Go::On
        });
        assert_eq!(end, Ok(()));
        seeds.sort_unstable();
        assert_eq!(seeds, (10..30).collect::<Vec<_>>());
    }
}

#[test]
fn the_lowest_seed_that_fails_is_the_same_on_any_number_of_threads() {
    let play = |plan: &Plan, trace: &Trace| {
        if plan.seed >= 14 && plan.seed.is_multiple_of(2) {
            trace.note(1, format_args!("no"));
            return broken(1, "order");
        }
        good(plan, trace)
    };
    for jobs in [1, 2, 5] {
        let (mut lowest, mut played) = (u64::MAX, 0);
        pool::seeds(&work(1_000, jobs), &Arc::new(play), |news| {
            let News::Played(report) = news else {
                return Go::On;
            };
            played += 1;
            if report.outcome.failure.is_none() {
                return Go::On;
            }
            assert_eq!(report.trace.len(), 1);
            lowest = lowest.min(report.seed);
            Go::Stop
        })
        .expect("nothing hangs");
        assert_eq!(lowest, 14);
        assert!(played < 1_000, "{played} seeds were played after a failure");
    }
}

#[test]
fn a_play_that_hangs_is_told_of() {
    let release = Arc::new(AtomicU64::new(0));
    let hangs = {
        let release = Arc::clone(&release);
        move |plan: &Plan, trace: &Trace| {
            while plan.seed == 11 && release.load(Ordering::Relaxed) == 0 {
                std::thread::yield_now();
            }
            good(plan, trace)
        }
    };
    let mut work = work(5, 2);
    work.patience = Duration::from_millis(1_500);
    let end = pool::seeds(&work, &Arc::new(hangs), |_| Go::On);
    release.store(1, Ordering::Relaxed);
    assert_eq!(end, Err(Hung { seed: 11 }));
}
