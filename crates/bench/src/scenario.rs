//! The scenarios: what is measured.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;
use samtale_model::ChatId;

use crate::Options;
use crate::process::Server;
use crate::report::Measured;
use crate::seed::Folder;

mod catchup;
mod history;
mod idle;
mod mixed;
mod pairs;
mod presence;
mod room;
mod storm;
mod typing;

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
    /// A chat of a million messages against one of a thousand: catching up, the first page, searches
    History,
    /// A thousand clients catch up after a week away
    Catchup,
    /// Ten thousand in chats of two hundred come, step away and come back
    Presence,
    /// A fifth of two thousand write all the time
    Typing,
    /// The mix of a busy evening: messages, typing, receipts, presence, pages, edits and reactions
    Mixed,
}

impl Scenario {
    /// Runs the scenario on a server of its own.
    pub(crate) async fn run(self, options: &Options, program: &Path) -> Result<Measured> {
        let measured = match self {
            Self::Idle => idle::run(options, program).await,
            Self::Room => room::run(options, program).await,
            Self::Pairs => pairs::run(options, program).await,
            Self::Storm => storm::run(options, program).await,
            Self::History => history::run(options, program).await,
            Self::Catchup => catchup::run(options, program).await,
            Self::Presence => presence::run(options, program).await,
            Self::Typing => typing::run(options, program).await,
            Self::Mixed => mixed::run(options, program).await,
        };
        measured.map_err(|error| {
            let name = self.name();
            // The server's limits are for each user.
            if format!("{error:#}").contains("rate_limited") {
                error.context(format!(
                    "{name} could not be measured: too few users for so much; ask for more --clients or a lower --rate"
                ))
            } else {
                error.context(format!("{name} could not be measured"))
            }
        })
    }

    /// Returns whether the load generator may rest: not where one request at a time is measured, nor where a round of frames
    /// keeps it busy anyway.
    pub(crate) const fn rests(self) -> bool {
        !matches!(self, Self::History | Self::Catchup | Self::Room)
    }

    /// Returns its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Room => "room",
            Self::Pairs => "pairs",
            Self::Storm => "storm",
            Self::History => "history",
            Self::Catchup => "catchup",
            Self::Presence => "presence",
            Self::Typing => "typing",
            Self::Mixed => "mixed",
        }
    }
}

/// Makes so many chats of two, and starts a server over them.
async fn chats_of_two(
    options: &Options,
    program: &Path,
    count: usize,
) -> Result<(Folder, Vec<ChatId>, Server)> {
    let folder = Folder::new(options.data.as_deref())?;
    let seed = folder.open()?;
    let chats = seed.chats(count, 2).await?;
    seed.close().await?;
    let server = Server::start(program, &folder).await?;
    Ok((folder, chats, server))
}
