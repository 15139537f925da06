//! Playing plans: each twice, since the same plan must give the same trace; many of them, on several
//! threads, each world wholly on one.
//!
//! What plays a plan is handed in, so that none of this knows the world.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`outcome`] | how a play ended |
//! | `panics` | a panic, caught and told |
//! | [`pool`] | many seeds on several threads |
//! | [`progress`] | what a person sees meanwhile |

use crate::plan::Plan;
use crate::trace::Trace;

pub mod outcome;
mod panics;
pub mod pool;
pub mod progress;

pub use outcome::{Counts, Failure, Fuel, Outcome, Tally};

/// The rule that a plan breaks whose two plays went different ways.
pub const REPLAY: &str = "not-deterministic";
/// The rule that a world breaks which panics.
pub const PANIC: &str = "panic";

/// Plays a plan, and notes what happens.
pub trait Play: Fn(&Plan, &Trace) -> Outcome {}

impl<F: Fn(&Plan, &Trace) -> Outcome> Play for F {}

/// A play that is over.
#[derive(Clone, Debug)]
pub struct Played {
    /// How it ended.
    pub outcome: Outcome,
    /// What happened.
    pub trace: Trace,
}

/// Plays a plan once. A panic is a failure like any other.
pub fn once(plan: &Plan, trace: Trace, play: &impl Play) -> Played {
    let outcome = panics::catch(|| play(plan, &trace)).unwrap_or_else(|said| {
        Outcome::broken(Failure {
            at: trace.at(),
            rule: PANIC,
            detail: said,
        })
    });
    Played { outcome, trace }
}

/// Plays a plan twice. Where the two plays differ, that is the failure; the first play's is told with it.
pub fn twice(plan: &Plan, trace: Trace, play: &impl Play) -> Played {
    let first = once(plan, trace, play);
    let second = once(plan, Trace::new(Trace::SHORT), play);
    if alike(&first, &second) {
        return first;
    }
    let detail = difference(plan, play);
    let also = first
        .outcome
        .failure
        .as_ref()
        .map_or_else(String::new, |failure| {
            format!(
                "\nthe first play broke {}: {}",
                failure.rule, failure.detail
            )
        });
    Played {
        outcome: Outcome {
            failure: Some(Failure {
                at: first.trace.at(),
                rule: REPLAY,
                detail: detail + &also,
            }),
            ..first.outcome
        },
        trace: first.trace,
    }
}

fn alike(first: &Played, second: &Played) -> bool {
    first.trace.hash() == second.trace.hash() && first.outcome == second.outcome
}

/// Plays a plan twice more with whole traces, and says where they part.
fn difference(plan: &Plan, play: &impl Play) -> String {
    let first = once(plan, Trace::whole(), play);
    let second = once(plan, Trace::whole(), play);
    let (one, two) = (first.trace.lines(), second.trace.lines());
    let same = one
        .iter()
        .zip(&two)
        .take_while(|(one, two)| one == two)
        .count();
    let line = |lines: &[String]| {
        lines
            .get(same)
            .cloned()
            .unwrap_or_else(|| "the end".to_owned())
    };
    if same < one.len().max(two.len()) {
        let (one, two) = (line(&one), line(&two));
        return format!("two plays part after {same} lines:\n  {one}\n  {two}");
    }
    if first.outcome != second.outcome {
        return "two plays have the same trace, but not the same end or the same counts".to_owned();
    }
    "two plays differed; two more did not".to_owned()
}

#[cfg(test)]
mod tests;
