//! The `samtale` program: the server, the terminal UI, and tools around them.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`serve`], [`token`], [`keys`], [`admin`], [`bench`](mod@bench) | the server, its tokens and keys, its upkeep, what it takes |
//! | [`chat`], [`send`], [`tail`] | clients: for people and for scripts |
//! | [`session`], [`data`], [`log`], [`time`] | flags that several of them share |
//! | [`failure`], [`usage`], [`out`] | what a person reads and a script sees |

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use tokio::runtime::Builder;

mod admin;
mod bench;
mod chat;
mod data;
mod failure;
mod keys;
mod log;
mod out;
mod send;
mod serve;
mod session;
mod tail;
mod time;
mod token;
mod usage;

use failure::{Failure, Outcome};

/// Keeps thousands of small connections small.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Real-time messaging that you run yourself.
///
/// Every flag has an environment variable, shown beside it. Exit codes: 0 done, 1 failed or refused,
/// 2 a bad flag or variable, 3 the server could not be reached in time.
#[derive(Debug, Parser)]
#[command(name = "samtale", version, propagate_version = true, after_help = HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What stands below the subcommands in `--help`.
const HELP: &str = "\
Examples:
  samtale serve --dev                       a server with demo users, on http://127.0.0.1:4000
  samtale chat --dev-user ingrid            talk as one of them, in another terminal
  samtale send --dev-user jonas --chat ID 'Hei!'
  samtale tail --dev-user jonas --json";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    #[command(after_help = serve::HELP)]
    Serve(Box<serve::ServeArgs>),
    /// Talk in the terminal
    Chat(chat::ChatArgs),
    /// Send one message and wait until the server has it
    #[command(after_help = send::HELP)]
    Send(send::SendArgs),
    /// Print what happens in chats, line by line
    #[command(after_help = tail::HELP)]
    Tail(tail::TailArgs),
    /// Print a token for a user
    #[command(after_help = token::HELP)]
    Token(token::TokenArgs),
    /// Print the keys of an app that is made with Supabase's clients
    #[command(after_help = keys::HELP)]
    Keys(keys::KeysArgs),
    /// Look after users
    #[command(subcommand)]
    User(admin::UserCommand),
    /// Copy the database to a file
    #[command(after_help = admin::BACKUP_HELP)]
    Backup(admin::BackupArgs),
    /// Put load on a server of its own, and print what it costs
    #[command(after_help = bench::HELP)]
    Bench(bench::BenchArgs),
    /// After a restored backup: make every client start over
    #[command(after_help = admin::LINEAGE_HELP)]
    NewLineage(admin::LineageArgs),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => match usage::explain(&error, &Cli::command()) {
            Some(failure) => return say(&failure),
            None => error.exit(),
        },
    };
    let mut runtime = match cli.command {
        Command::Bench(_) => samtale_bench::runtime(),
        _ => Builder::new_multi_thread(),
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return say(&error.into()),
    };
    let outcome = runtime.block_on(run(cli.command));
    // What still runs is of no more use; a read of standard input would hold the program for ever.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => say(&failure),
    }
}

async fn run(command: Command) -> Outcome {
    match command {
        Command::Serve(args) => serve::run(*args).await,
        Command::Chat(args) => Ok(chat::run(args).await?),
        Command::Send(args) => send::run(args).await,
        Command::Tail(args) => tail::run(args).await,
        Command::Token(args) => token::run(args),
        Command::Keys(args) => keys::run(&args),
        Command::User(command) => admin::user(command).await,
        Command::Backup(args) => admin::backup(&args),
        Command::Bench(args) => bench::run(args).await,
        Command::NewLineage(args) => admin::new_lineage(args).await,
    }
}

fn say(failure: &Failure) -> ExitCode {
    // Nothing is left to be done about a closed standard error.
    let _ = writeln!(std::io::stderr(), "{failure}");
    failure.exit_code()
}
