//! What a person sees while seeds are played: a bar at a terminal, elsewhere a line now and then.

#![expect(
    clippy::disallowed_methods,
    reason = "a person is told by the real clock"
)]

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a line comes where there is no terminal.
const EVERY: Duration = Duration::from_secs(15);

/// How far a run has come.
pub struct Progress {
    bar: Option<ProgressBar>,
    all: u64,
    done: u64,
    began: Instant,
    said: Instant,
}

impl Progress {
    /// Begins, with nothing of `all` done.
    pub fn new(all: u64) -> Self {
        let style =
            ProgressStyle::with_template("{bar:30} {pos}/{len} seeds, {per_sec}, {eta} left {msg}");
        let bar = match style {
            Ok(style) if io::stderr().is_terminal() => {
                Some(ProgressBar::new(all).with_style(style))
            }
            _ => None,
        };
        let now = Instant::now();
        Self {
            bar,
            all,
            done: 0,
            began: now,
            said: now,
        }
    }

    /// One more is done; so many have failed in all.
    pub fn advance(&mut self, failed: usize) {
        self.done += 1;
        let failed = if failed > 0 {
            format!("({failed} failed)")
        } else {
            String::new()
        };
        if let Some(bar) = &self.bar {
            bar.set_message(failed);
            bar.set_position(self.done);
        } else if self.said.elapsed() >= EVERY {
            self.said = Instant::now();
            let (done, all, seconds) = (self.done, self.all, self.began.elapsed().as_secs());
            // A reader that went away is no reason to stop.
            let _ = writeln!(
                io::stderr(),
                "{done} of {all} seeds in {seconds} s {failed}"
            );
        }
    }

    /// Says something at once, above the bar.
    pub fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => drop(writeln!(io::stderr(), "{text}")),
        }
    }

    /// Moves the bar's clock on.
    pub fn tick(&self) {
        if let Some(bar) = &self.bar {
            bar.tick();
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
