//! `samtale bench`: load on a server of its own, for whoever wants to know what a machine carries.

use clap::Args;
use samtale_bench::Options;

use crate::failure::{Failure, Outcome};
use crate::out;

/// What stands below the flags in `--help`.
pub(crate) const HELP: &str = "\
It starts a server as a process of its own over a new folder, with the defaults of samtale
serve, connects to it over loopback, and removes the folder when it is done. Load and server
share the machine. Compare machines by the ratio to the floor: what the machine itself takes
for the same bytes and the same rows.

Examples:
  samtale bench                              everything, some ten minutes
  samtale bench room --clients 5000
  samtale bench history --messages 100000
  samtale bench pairs --data /var/lib --json > pairs.json";

/// What `samtale bench` is started with.
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    #[command(flatten)]
    options: Options,

    /// Print one JSON object in place of tables
    #[arg(long)]
    json: bool,

    /// Write to sockets as a measurement of the floor says
    #[arg(long, hide = true, value_name = "PLAN")]
    write_floor: Option<String>,
}

/// Measures, and prints each scenario's table once it is there, or everything as JSON.
pub(crate) async fn run(args: BenchArgs) -> Outcome {
    if let Some(plan) = &args.write_floor {
        return samtale_bench::write_floor(plan)
            .map_err(|error| Failure::failed(format!("{error:#}")));
    }
    let program = std::env::current_exe()?;
    let tell = |measured: &samtale_bench::Measured| {
        if !args.json {
            out::line(measured)?;
        }
        Ok(())
    };
    let report = samtale_bench::run(&args.options, program, tell)
        .await
        .map_err(|error| Failure::failed(format!("{error:#}")))?;
    if args.json {
        let json = serde_json::to_string_pretty(&report).map_err(Failure::failed)?;
        out::line(json)?;
    }
    Ok(())
}
