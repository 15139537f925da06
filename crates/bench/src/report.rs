//! What was measured: a table for people, JSON for scripts.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// Everything that one run has measured.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The version of the program.
    pub version: &'static str,
    /// How many processors the machine has; the load runs on them too.
    pub processors: usize,
    /// The scenarios, in the order they ran.
    pub scenarios: Vec<Measured>,
}

impl Report {
    /// Returns whether every mark was met.
    pub fn all_met(&self) -> bool {
        let figures = self.scenarios.iter().flat_map(|measured| &measured.figures);
        figures.filter_map(|figure| figure.met).all(|met| met)
    }
}

/// What one scenario has measured.
#[derive(Debug, Serialize)]
pub struct Measured {
    /// The scenario's name.
    pub scenario: &'static str,
    /// With what load, in words.
    pub load: String,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// One figure.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// Of what.
    pub what: String,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What the machine itself takes for the same, measured in the same run, in the same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<f64>,
    /// Another figure of the same run that it is held against in place of a floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// The figure divided by its floor, or by its reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// What is aimed at, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Whether that is met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
}

/// What a figure is held against.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Reference {
    /// Of what, in words that can follow "×".
    pub what: &'static str,
    /// The figure, in the same unit.
    pub value: f64,
}

/// Begins a figure.
pub(crate) fn figure(what: impl Into<String>, value: f64, unit: &'static str) -> Figure {
    Figure {
        what: what.into(),
        value,
        unit,
        floor: None,
        reference: None,
        ratio: None,
        mark: None,
        met: None,
    }
}

/// Begins a figure of a time, in milliseconds.
pub(crate) fn millis(what: impl Into<String>, value: Duration) -> Figure {
    figure(what, value.as_secs_f64() * 1e3, "ms")
}

/// Begins a figure of a processor's time, in microseconds, for each of so many.
pub(crate) fn micros_each(what: impl Into<String>, used: Duration, count: usize) -> Figure {
    figure(what, used.as_secs_f64() * 1e6 / count.max(1) as f64, "µs")
}

impl Figure {
    /// Holds the figure against the machine's own.
    pub(crate) fn over(mut self, floor: f64) -> Self {
        self.floor = Some(floor);
        self.ratio = Some(self.value / floor);
        self
    }

    /// Holds the figure against another of the same run.
    pub(crate) fn against(mut self, what: &'static str, value: f64) -> Self {
        self.reference = Some(Reference { what, value });
        self.ratio = Some(self.value / value);
        self
    }

    /// Aims at so much of the floor, or of the reference, at the most.
    pub(crate) fn ratio_at_most(mut self, most: f64) -> Self {
        let of = self.reference.map_or("floor", |reference| reference.what);
        self.mark = Some(format!("≤ {most} × {of}"));
        self.met = self.ratio.map(|ratio| ratio <= most);
        self
    }

    /// Aims at so much at the most.
    pub(crate) fn at_most(mut self, most: f64) -> Self {
        self.mark = Some(in_unit("≤", most, self.unit));
        self.met = Some(self.value <= most);
        self
    }

    /// Aims at so much at the least.
    pub(crate) fn at_least(mut self, least: f64) -> Self {
        self.mark = Some(in_unit("≥", least, self.unit));
        self.met = Some(self.value >= least);
        self
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.scenario, self.load)?;
        let wide = |text: &str| text.chars().count();
        let width = self.figures.iter().map(|figure| wide(&figure.what)).max();
        let width = width.unwrap_or_default();
        for figure in &self.figures {
            write!(
                f,
                "  {:width$} {:>11} {:4}",
                figure.what,
                number(figure.value),
                figure.unit
            )?;
            let held = match figure.reference {
                Some(Reference { what, value }) => Some((what, value)),
                None => figure.floor.map(|floor| ("floor", floor)),
            };
            if let (Some((what, value)), Some(ratio)) = (held, figure.ratio) {
                write!(f, "  {what} {:>9}, × {ratio:.2}", number(value))?;
            }
            if let (Some(mark), Some(met)) = (&figure.mark, figure.met) {
                write!(f, "  mark {mark}: {}", if met { "met" } else { "NOT MET" })?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Writes a mark; not everything has a unit.
fn in_unit(bound: &str, value: f64, unit: &str) -> String {
    let mark = format!("{bound} {} {unit}", number(value));
    mark.trim_end().to_owned()
}

/// Writes a number with as many digits as it is worth.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 1_000.0 => group(value),
        size if size >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Writes a large number with a comma for each thousand.
fn group(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Times of many equal things.
#[derive(Debug, Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Makes a figure for each of the usual percentiles.
    pub(crate) fn figures(&mut self, what: &str) -> [Figure; 3] {
        self.0.sort_unstable();
        [("p50", 50.0), ("p99", 99.0), ("p99.9", 99.9)]
            .map(|(name, share)| millis(format!("{what} {name}"), self.at(share)))
    }

    /// Returns the median.
    pub(crate) fn median(&mut self) -> Duration {
        self.0.sort_unstable();
        self.at(50.0)
    }

    fn at(&self, percent: f64) -> Duration {
        let last = self.0.len().saturating_sub(1);
        let place = (last as f64 * percent / 100.0).round() as usize;
        self.0.get(place).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_whether_its_mark_is_met() {
        let cases = [
            (figure("a", 13.0, "µs").over(10.0).ratio_at_most(1.3), true),
            (figure("a", 13.1, "µs").over(10.0).ratio_at_most(1.3), false),
            (
                figure("a", 4.0, "ms")
                    .against("short chat", 2.0)
                    .ratio_at_most(2.0),
                true,
            ),
            (
                figure("a", 4.1, "ms")
                    .against("short chat", 2.0)
                    .ratio_at_most(2.0),
                false,
            ),
            (figure("a", 8.0, "KiB").at_most(8.0), true),
            (figure("a", 9_999.0, "/s").at_least(10_000.0), false),
        ];
        for (figure, met) in cases {
            assert_eq!(figure.met, Some(met), "{figure:?}");
        }
    }

    #[test]
    fn a_table_has_a_line_for_each_figure() {
        let measured = Measured {
            scenario: "room",
            load: "1 room".into(),
            figures: vec![
                figure("CPU a delivery", 9.1, "µs")
                    .over(7.0)
                    .ratio_at_most(1.3),
                figure("first page", 3.0, "ms")
                    .against("short chat", 2.0)
                    .ratio_at_most(2.0),
                figure("deliveries", 1_234_567.0, ""),
            ],
        };
        let text = "room: 1 room\n  CPU a delivery        9.10 µs    floor         7, × 1.30  mark ≤ 1.3 × floor: met\n  first page               3 ms    short chat         2, × 1.50  mark ≤ 2 × short chat: met\n  deliveries       1,234,567     \n";
        assert_eq!(measured.to_string(), text);
    }

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let mut times = Latencies::default();
        for millis in (1..=1_000).rev() {
            times.add(Duration::from_millis(millis));
        }
        let [p50, p99, p999] = times.figures("").map(|figure| figure.value.round());
        assert_eq!((p50, p99, p999), (501.0, 990.0, 999.0));
    }
}
