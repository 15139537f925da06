//! How many tests ended how, read from what the harnesses print.

use std::fmt;
use std::ops::AddAssign;

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

/// Who printed a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Harness {
    /// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`
    Cargo,
    /// `      Tests  1 failed | 12 passed | 2 skipped (15)`
    Vitest,
    /// `  12 passed (30.1s)`, with `1 failed`, `1 flaky`, `2 skipped`, `3 did not run` on lines of their own.
    Playwright,
    /// `simulated seeds: 300 passed; 0 failed`
    Simulation,
}

impl Counts {
    /// Adds what a line of a harness says.
    pub(super) fn read(&mut self, harness: Harness, line: &str) {
        let line = line.trim();
        let parts: Vec<&str> = match harness {
            Harness::Cargo => match line.split_once("test result: ") {
                Some((_, rest)) => rest.split([';', '.']).collect(),
                None => return,
            },
            Harness::Simulation => match line.split_once(": ") {
                Some((what, rest)) if what.starts_with("simulated ") => rest.split(';').collect(),
                _ => return,
            },
            Harness::Vitest => match line.strip_prefix("Tests ") {
                Some(rest) => rest.split(['|', '(']).collect(),
                None => return,
            },
            Harness::Playwright => {
                // A summary's line has its number, its word, and perhaps the time.
                let rest = line.split(" (").next().unwrap_or(line);
                vec![rest]
            }
        };
        for part in parts {
            let Some((number, what)) = part.trim().split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                // What passed at the second try only did not pass.
                "failed" | "flaky" | "interrupted" => self.failed += number,
                "ignored" | "skipped" | "todo" | "did not run" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// Tells whether any test ran.
    pub(super) const fn any(self) -> bool {
        self.passed + self.failed > 0
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
        self.skipped += more.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(harness: Harness, lines: &[&str]) -> [u64; 3] {
        let mut counts = Counts::default();
        for line in lines {
            counts.read(harness, line);
        }
        [counts.passed, counts.failed, counts.skipped]
    }

    #[test]
    fn cargo_counts_add_up_over_test_binaries() {
        let lines = [
            "running 13 tests",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        ];
        assert_eq!(counted(Harness::Cargo, &lines), [15, 2, 1]);
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        let lines = [
            " Test Files  1 failed | 11 passed (12)",
            "      Tests  2 failed | 96 passed | 1 skipped (99)",
            "   Start at  12:00:00",
        ];
        assert_eq!(counted(Harness::Vitest, &lines), [96, 2, 1]);
        assert_eq!(
            counted(Harness::Vitest, &["      Tests  3 passed (3)"]),
            [3, 0, 0]
        );
    }

    #[test]
    fn playwright_sums_up_line_by_line() {
        let lines = [
            "Running 20 tests using 2 workers",
            "  ✓  1 tests/talk.spec.ts:5:1 › two people talk (3.2s)",
            "  1 failed",
            "    tests/offline.spec.ts:9:1 › ten at once",
            "  1 flaky",
            "  2 skipped",
            "  3 did not run",
            "  13 passed (1.2m)",
        ];
        assert_eq!(counted(Harness::Playwright, &lines), [13, 2, 5]);
    }
    #[test]
    fn the_simulation_says_how_many_plans_and_seeds_it_played() {
        let lines = [
            "simulated plans: 3 passed; 0 failed",
            "broken 1 times: order (seeds 7)",
            "simulated seeds: 299 passed; 1 failed",
        ];
        assert_eq!(counted(Harness::Simulation, &lines), [302, 1, 0]);
    }
}
