//! The repository's own commands, started as `cargo xtask <command>`.
//!
//! Everything a person or a CI needs stands behind one of them, so that both do the same. Each
//! command is a module; [`shell`] starts the programs they call.

mod codegen;
mod debian;
mod mutants;
mod run;
mod shell;
mod test;
mod tidy;
mod wasm;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the chat app and the server, and serve with demo users and chats
    Run(run::Args),
    /// Check everything: format, tidiness, lints, tests, the builds, a browser
    Test(test::Args),
    /// Check the rules of the tree that no compiler knows
    Tidy,
    /// Check that the client engine compiles for the browser
    Wasm(wasm::Args),
    /// Write the TypeScript types of the wire from the Rust ones
    Codegen,
    /// Plant bugs in a copy of the tree, and show that the simulation catches each
    Mutants(mutants::Args),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Tidy => tidy::run(),
        Command::Wasm(args) => wasm::run(&args),
        Command::Codegen => codegen::run(),
        Command::Mutants(args) => mutants::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
