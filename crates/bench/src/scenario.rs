//! The scenarios: what is measured.

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::Options;
use crate::report::Measured;

mod idle;
mod pairs;
mod room;
mod storm;

/// A kind of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// Joined connections that say nothing: the server's memory for each
    Idle,
    /// One room of a thousand: what a delivery costs, paced and at full speed
    Room,
    /// Chats of two: sends a second that are on disk when they are acknowledged
    Pairs,
    /// Ten thousand clients cut at once, and the server killed under them
    Storm,
}

impl Scenario {
    /// Runs the scenario on a server of its own.
    pub(crate) async fn run(self, options: &Options, program: &Path) -> Result<Measured> {
        let measured = match self {
            Self::Idle => idle::run(options, program).await,
            Self::Room => room::run(options, program).await,
            Self::Pairs => pairs::run(options, program).await,
            Self::Storm => storm::run(options, program).await,
        };
        measured.with_context(|| format!("{} could not be measured", self.name()))
    }

    /// Returns its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Room => "room",
            Self::Pairs => "pairs",
            Self::Storm => "storm",
        }
    }
}
