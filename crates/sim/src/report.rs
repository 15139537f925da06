//! What a person reads after a run: a summary of many seeds, and all there is to say of a failure.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::time::Duration;

use crate::clock::Millis;
use crate::plan::{Plan, Profile};
use crate::run::pool::Report;
use crate::run::{Counts, Failure, Tally};

/// How wide the tables are.
const WIDTH: usize = 110;

/// What came of many seeds.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// How many seeds were played, by kind of history.
    pub profiles: BTreeMap<Profile, u64>,
    /// What was done in all of them.
    pub counts: Counts,
    /// Which states were seen.
    pub coverage: Tally,
    /// Which seeds failed, by their number.
    pub failures: BTreeMap<u64, Report>,
}

impl Summary {
    /// Adds a seed that was played.
    pub fn add(&mut self, report: Report) {
        *self.profiles.entry(report.profile).or_default() += 1;
        self.counts.merge(&report.outcome.counts);
        self.coverage.merge(&report.outcome.coverage);
        if report.outcome.failure.is_some() {
            self.failures.insert(report.seed, report);
        }
    }

    /// Returns how many seeds were played.
    pub fn seeds(&self) -> u64 {
        self.profiles.values().sum()
    }

    /// Writes the tables, with how fast it went.
    pub fn text(&self, took: Duration) -> String {
        let seconds = took.as_secs_f64().max(0.001);
        let counts = &self.counts;
        let (seeds, failed) = (self.seeds(), self.failures.len());
        let head = [
            (
                "seeds",
                format!(
                    "{seeds}, each played twice, {failed} failed; {:.1} a second",
                    whole(seeds) / seconds
                ),
            ),
            (
                "steps",
                format!("{} done, {} passed over", counts.steps, counts.passed_over),
            ),
            ("virtual time", virtual_time(counts.virtual_ms, seconds)),
            ("turns", counts.turns.to_string()),
        ];
        let mut text = String::new();
        for (name, value) in head {
            text += &format!("{name:<13} {value}\n");
        }
        let profiles = self.profiles.iter();
        let profiles = profiles.map(|(profile, seeds)| (profile.name(), *seeds));
        table(&mut text, "profiles", profiles);
        table(&mut text, "operations", counts.operations.iter());
        table(&mut text, "faults", counts.faults.iter());
        table(&mut text, "coverage", self.coverage.iter());
        text
    }

    /// Writes which rules were broken, how often, and by which seed first.
    pub fn rules(&self) -> String {
        let mut rules: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for (seed, report) in &self.failures {
            if let Some(failure) = &report.outcome.failure {
                rules.entry(failure.rule).or_default().push(*seed);
            }
        }
        let mut text = String::new();
        for (rule, seeds) in rules {
            let shown: Vec<String> = seeds.iter().take(8).map(u64::to_string).collect();
            let more = if seeds.len() > shown.len() {
                " …"
            } else {
                ""
            };
            let (many, shown) = (seeds.len(), shown.join(" "));
            text += &format!("broken {many} times: {rule} (seeds {shown}{more})\n");
        }
        text
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate for a person, not a sum")]
fn whole(number: u64) -> f64 {
    number as f64
}

fn virtual_time(ms: Millis, seconds: f64) -> String {
    let hours = ms / 3_600_000;
    let minutes = ms / 60_000 % 60;
    // Each seed's time went by twice.
    let times = whole(ms) * 2.0 / 1_000.0 / seconds;
    format!("{hours} h {minutes:02} min, {times:.0} times as fast as it would pass")
}

/// Writes a table of kinds and numbers, as many beside each other as fit.
fn table(text: &mut String, name: &str, rows: impl Iterator<Item = (&'static str, u64)>) {
    let cells: Vec<(&str, String)> = rows
        .map(|(kind, count)| (kind, count.to_string()))
        .collect();
    if cells.is_empty() {
        return;
    }
    let kinds = cells.iter().map(|(kind, _)| kind.chars().count()).max();
    let numbers = cells.iter().map(|(_, number)| number.len()).max();
    let (kinds, numbers) = (kinds.unwrap_or(0), numbers.unwrap_or(0));
    let columns = ((WIDTH - 14) / (kinds + numbers + 3)).max(1);
    let rows = cells.len().div_ceil(columns);
    for row in 0..rows {
        // Down each column, as words are read that are in the order of the alphabet.
        let line: Vec<String> = (0..columns)
            .filter_map(|column| cells.get(column * rows + row))
            .map(|(kind, number)| format!("{kind:<kinds$} {number:>numbers$}"))
            .collect();
        let name = if row == 0 { name } else { "" };
        *text += format!("{name:<13} {}", line.join("  ")).trim_end();
        text.push('\n');
    }
}

/// All there is to say of a plan that failed.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The plan, made as small as it could be.
    pub plan: &'a Plan,
    /// What it breaks.
    pub failure: &'a Failure,
    /// The last lines of its trace.
    pub trace: &'a [String],
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", broken(self.failure))?;
        writeln!(f, "\nthe plan:\n{}", indented(&self.plan.to_string()))?;
        writeln!(f, "the end of its trace:")?;
        for line in self.trace {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }
}

/// Writes what was broken, and when.
pub fn broken(failure: &Failure) -> String {
    let mut text = String::new();
    let (seconds, ms) = (failure.at / 1_000, failure.at % 1_000);
    let _ = writeln!(text, "broken: {} at {seconds}.{ms:03}", failure.rule);
    text + indented(&failure.detail).trim_end()
}

/// Returns the one line that tools read of a run until its first failure.
pub fn caught(from: u64, first: Option<&Report>, seeds: u64) -> String {
    match first.and_then(|report| Some((report.seed, report.outcome.failure.as_ref()?))) {
        Some((seed, failure)) => {
            let after = seed.wrapping_sub(from) + 1;
            format!("caught seed={seed} after={after} rule={}", failure.rule)
        }
        None => format!("none after={seeds}"),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Outcome;

    fn report(seed: u64, rule: Option<&'static str>) -> Report {
        let mut outcome = Outcome::default();
        outcome.counts.steps = 10;
        outcome.counts.passed_over = 1;
        outcome.counts.virtual_ms = 1_800_000;
        outcome.counts.operations.add("send", 7);
        outcome.counts.operations.add("mark read", 12);
        outcome.counts.faults.add("net cut", 2);
        outcome.failure = rule.map(|rule| Failure {
            at: 12_345,
            rule,
            detail: "m7 is shown twice\nby d1".to_owned(),
        });
        Report {
            seed,
            profile: Profile::Trains,
            outcome,
            trace: Vec::new(),
        }
    }

    fn summary(reports: impl IntoIterator<Item = Report>) -> Summary {
        let mut summary = Summary::default();
        for report in reports {
            summary.add(report);
        }
        summary
    }

    #[test]
    fn the_summary_sums_up_every_seed() {
        let summary = summary([report(1, None), report(2, None), report(3, Some("twice"))]);
        assert_eq!(
            summary.text(Duration::from_secs(2)),
            "seeds         3, each played twice, 1 failed; 1.5 a second\n\
             steps         30 done, 3 passed over\n\
             virtual time  1 h 30 min, 5400 times as fast as it would pass\n\
             turns         0\n\
             profiles      trains 3\n\
             operations    mark read 36  send      21\n\
             faults        net cut 6\n"
        );
        assert_eq!(summary.rules(), "broken 1 times: twice (seeds 3)\n");
    }

    #[test]
    fn many_kinds_stand_in_columns_down() {
        let kinds = ["aaaaaaaaaaaaaaaaaaaa", "b", "c", "d", "e"];
        let mut text = String::new();
        table(&mut text, "kinds", kinds.into_iter().zip([1, 2, 3, 4, 500]));
        assert_eq!(
            text,
            "kinds         aaaaaaaaaaaaaaaaaaaa   1  c                      3  e                    500\n\
             \x20             b                      2  d                      4\n"
        );
    }

    #[test]
    fn a_tool_reads_one_line() {
        let failed = report(17, Some("at-most-once"));
        assert_eq!(
            caught(1, Some(&failed), 40),
            "caught seed=17 after=17 rule=at-most-once"
        );
        assert_eq!(caught(1, None, 40), "none after=40");
    }

    #[test]
    fn a_failure_is_told_with_its_plan_and_the_end_of_its_trace() {
        let plan = Plan::draw(1);
        let failure = report(1, Some("twice")).outcome.failure;
        let told = Told {
            plan: &plan,
            failure: &failure.expect("fails"),
            trace: &["     12.345 d1 shows m7".to_owned()],
        };
        let told = told.to_string();
        assert!(told.starts_with(
            "broken: twice at 12.345\n  m7 is shown twice\n  by d1\n\nthe plan:\n  seed 1,"
        ));
        assert!(told.ends_with("the end of its trace:\n       12.345 d1 shows m7\n"));
    }
}
