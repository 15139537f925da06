//! How a play ended: what the world says of it, and what a run sums up.

use std::collections::BTreeMap;

use crate::clock::Millis;

/// How a play of a plan ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What was broken, if anything was.
    pub failure: Option<Failure>,
    /// What was done.
    pub counts: Counts,
    /// Which states were seen, and how often.
    pub coverage: Tally,
}

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub at: Millis,
    /// The promise, by its stable short name.
    pub rule: &'static str,
    /// What was seen, for a person.
    pub detail: String,
}

/// What was done in one play or several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many steps were done.
    pub steps: u64,
    /// How many steps could not be done, and were passed over.
    pub passed_over: u64,
    /// What people did, by kind.
    pub operations: Tally,
    /// What went wrong for them, by kind.
    pub faults: Tally,
    /// How much virtual time went by.
    pub virtual_ms: Millis,
    /// How often the world's loop turned.
    pub turns: u64,
}

/// How many of each kind; always in the order of the kinds' names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<&'static str, u64>);

impl Tally {
    /// Counts some of a kind. None of it leaves no mark.
    pub fn add(&mut self, kind: &'static str, count: u64) {
        if count > 0 {
            *self.0.entry(kind).or_default() += count;
        }
    }

    /// Returns the kinds and how many there were of each.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(kind, count)| (*kind, *count))
    }

    /// Returns how many there were of a kind.
    pub fn get(&self, kind: &str) -> u64 {
        self.0.get(kind).copied().unwrap_or(0)
    }

    /// Returns how many there were of all kinds.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: &Self) {
        for (kind, count) in other.iter() {
            self.add(kind, count);
        }
    }
}

impl Counts {
    /// Adds another play's.
    pub fn merge(&mut self, other: &Self) {
        self.steps += other.steps;
        self.passed_over += other.passed_over;
        self.operations.merge(&other.operations);
        self.faults.merge(&other.faults);
        self.virtual_ms += other.virtual_ms;
        self.turns += other.turns;
    }
}

impl Outcome {
    /// Makes the outcome of a play that broke off, and of which nothing more is known.
    pub fn broken(failure: Failure) -> Self {
        Self {
            failure: Some(failure),
            ..Self::default()
        }
    }
}

/// How often a world's loop may turn: a world that does not come to rest is a failure, and no wait.
#[derive(Clone, Debug)]
pub struct Fuel {
    left: u64,
    at: Millis,
    standing: u64,
}

impl Fuel {
    /// The rule that a world breaks which does not come to rest.
    pub const RULE: &'static str = "stuck";
    /// How many turns may pass at one moment.
    pub const STANDING: u64 = 200_000;

    /// Makes fuel for so many turns.
    pub const fn new(turns: u64) -> Self {
        Self {
            left: turns,
            at: 0,
            standing: 0,
        }
    }

    /// Counts a turn of the loop.
    ///
    /// # Errors
    /// Where it was one too many, in all or at this moment.
    pub fn turn(&mut self, at: Millis) -> Result<(), Failure> {
        let stuck = |detail: String| Failure {
            at,
            rule: Self::RULE,
            detail,
        };
        self.standing = if at == self.at { self.standing + 1 } else { 1 };
        self.at = at;
        if self.standing > Self::STANDING {
            let turns = Self::STANDING;
            return Err(stuck(format!("{turns} turns, and time stands still")));
        }
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| stuck("the world does not come to rest".to_owned()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_adds_up_and_forgets_nothing_of_another() {
        let (mut one, mut two) = (Tally::default(), Tally::default());
        one.add("send", 2);
        two.add("send", 3);
        two.add("edit", 1);
        two.add("none", 0);
        one.merge(&two);
        assert_eq!(one.iter().collect::<Vec<_>>(), [("edit", 1), ("send", 5)]);
        assert_eq!((one.get("send"), one.get("none"), one.total()), (5, 0, 6));
    }

    #[test]
    fn a_world_that_stands_still_or_never_rests_is_stuck() {
        let mut moving = Fuel::new(3);
        for at in 0..3 {
            moving.turn(at).expect("has fuel");
        }
        assert_eq!(moving.turn(3).expect_err("has none").rule, "stuck");

        let mut standing = Fuel::new(u64::MAX);
        for _ in 0..Fuel::STANDING {
            standing.turn(9).expect("may stand for a while");
        }
        let failure = standing.turn(9).expect_err("stands");
        assert_eq!((failure.at, failure.rule), (9, "stuck"));
        standing.turn(10).expect("moves again");
    }
}
