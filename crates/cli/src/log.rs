//! Logs, on standard error: text for people or JSON for a collector.

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// How to log.
#[derive(Debug, Args)]
#[command(next_help_heading = "Logs")]
pub(crate) struct LogArgs {
    /// How log lines look
    #[arg(long, env = "SAMTALE_LOG_FORMAT", value_enum, default_value_t = Format::Text)]
    log_format: Format,

    /// What is logged: a level, or a filter like warn,samtale_server=debug
    #[arg(
        long,
        env = "SAMTALE_LOG",
        value_name = "FILTER",
        default_value = "info"
    )]
    log: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl LogArgs {
    /// Starts logging, for the rest of the process.
    pub(crate) fn start(&self) -> Result<(), Failure> {
        let refuse =
            |error| Failure::usage(format!("--log (SAMTALE_LOG): {:?}: {error}", self.log));
        let filter = EnvFilter::try_new(&self.log).map_err(refuse)?;
        let logs = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
        match self.log_format {
            Format::Text => logs.init(),
            Format::Json => logs.json().flatten_event(true).init(),
        }
        Ok(())
    }
}
