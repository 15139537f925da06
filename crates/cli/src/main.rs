//! The `samtale` program: the server, the terminal UI, and tools around them.

use clap::{Parser, Subcommand};

mod chat;
mod session;

/// Keeps many small connections small.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Real-time messaging that you run yourself.
#[derive(Debug, Parser)]
#[command(name = "samtale", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Talk in the terminal
    Chat(chat::ChatArgs),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Chat(args) => chat::run(args).await,
    }
}
