//! How far a long run is, on standard error where a person looks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for each part of a scenario.
#[derive(Debug)]
pub(crate) struct Progress {
    scenario: &'static str,
}

impl Progress {
    pub(crate) const fn of(scenario: &'static str) -> Self {
        Self { scenario }
    }

    /// Begins a part of so many steps.
    pub(crate) fn part(&self, what: &str, steps: usize) -> ProgressBar {
        let style = ProgressStyle::with_template(
            "{prefix:>9} {msg:32} {wide_bar} {human_pos} of {human_len} ({eta})",
        );
        let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX))
            .with_prefix(self.scenario)
            .with_message(what.to_owned());
        match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// Begins a part that takes so long, and goes on by itself while it is held.
    pub(crate) fn time(&self, what: &str, time: Duration) -> Ticking {
        let bar = self.part(what, usize::try_from(time.as_secs()).unwrap_or_default());
        let ticks = bar.clone();
        let task = tokio::task::spawn_local(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                ticks.inc(1);
            }
        });
        Ticking { bar, task }
    }
}

/// A bar that goes on with the clock until it is dropped.
pub(crate) struct Ticking {
    bar: ProgressBar,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.task.abort();
        self.bar.finish_and_clear();
    }
}
