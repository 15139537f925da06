//! Load on a real server, and what it costs.
//!
//! `samtale bench` starts `samtale serve` as a process of its own over a new folder, connects thousands of cheap clients
//! (`client`) from this one, and reads in `/proc` what the server's threads have used. The server runs with its defaults:
//! every message is synced before it is acknowledged, limits and metrics are on. What the machine itself takes for the same
//! is measured in the same run (`floor`), so that figures of different machines and noisy hours can be compared by their
//! ratio to it.
//!
//! | room | what lives there |
//! | --- | --- |
//! | `scenario` | what is measured: a module for each kind of load |
//! | `process`, `seed` | the server and what it has used; the data that it starts with |
//! | `client`, `people`, `words` | who makes the load, and what they say |
//! | `floor` | what the machine itself takes |
//! | `report`, `progress` | the table, the JSON, the bar |

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum as _};

mod client;
mod floor;
mod people;
mod process;
mod progress;
mod report;
mod scenario;
mod seed;
mod words;

pub use floor::write_floor;
pub use report::{Figure, Measured, Reference, Report};
pub use scenario::Scenario;

/// What `samtale bench` is started with.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// What to measure; everything where nothing is named
    #[arg(value_name = "SCENARIO", value_enum)]
    pub scenarios: Vec<Scenario>,

    /// How many clients connect, in place of each scenario's own number
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub clients: Option<u32>,

    /// How many messages a second are sent, in place of each scenario's own number
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rate: Option<u32>,

    /// How many messages the long chat of `history` has
    #[arg(long, value_name = "COUNT", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub messages: u32,

    /// How long each load lasts, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub seconds: u32,

    /// The folder in which the server keeps its data meanwhile, on the disk that is to be measured; the system's for
    /// temporary files where none is named
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

impl Options {
    fn clients(&self, usual: usize) -> usize {
        self.clients.map_or(usual, |clients| clients as usize)
    }

    fn rate(&self, usual: u32) -> u32 {
        self.rate.unwrap_or(usual)
    }

    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}

/// How long the load generator rests before it looks for more to do.
const REST: Duration = Duration::from_micros(500);
/// Whether it rests, in the scenario that runs.
static RESTS: AtomicBool = AtomicBool::new(false);

/// Begins the runtime that a run needs: one thread, which moves none of its clients to another.
///
/// Where many small frames come it rests for half a millisecond when it has nothing to do: elsewhere the receivers are
/// other machines, while here a thread that slept until the next frame would have the server wake it with each write. What
/// the floor writes is received alike. Times are read to half a millisecond there.
pub fn runtime() -> tokio::runtime::Builder {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.on_thread_park(|| {
        if RESTS.load(Ordering::Relaxed) {
            std::thread::sleep(REST);
        }
    });
    builder
}

/// Runs the scenarios one after the other, and gives what each has measured to `tell` at once.
///
/// # Errors
/// When a server can't be started, a client is refused or loses its connection where it should not, or the run is
/// interrupted.
pub async fn run(
    options: &Options,
    program: PathBuf,
    mut tell: impl FnMut(&Measured) -> Result<()>,
) -> Result<Report> {
    let all = Scenario::value_variants();
    let chosen = all
        .iter()
        .filter(|one| options.scenarios.is_empty() || options.scenarios.contains(one));
    let mut report = Report {
        version: env!("CARGO_PKG_VERSION"),
        processors: std::thread::available_parallelism().map_or(0, usize::from),
        scenarios: Vec::new(),
    };
    let tasks = tokio::task::LocalSet::new();
    for scenario in chosen {
        RESTS.store(scenario.rests(), Ordering::Relaxed);
        // What is on its way is dropped, and with it the server and its folder.
        let measured = tokio::select! {
            measured = tasks.run_until(scenario.run(options, &program)) => measured?,
            _ = tokio::signal::ctrl_c() => bail!("stopped before {} was measured", scenario.name()),
        };
        tell(&measured)?;
        report.scenarios.push(measured);
    }
    Ok(report)
}
