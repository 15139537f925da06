//! `samtale user`, `backup` and `new-lineage`: looking after a server's data folder.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use samtale_model::UserId;
use samtale_store::{SqliteStore, Store as _, SystemEnv};

use crate::data::DataArgs;
use crate::failure::{Failure, Outcome, chain};
use crate::out;

/// What stands below `samtale backup --help`.
pub(crate) const BACKUP_HELP: &str = "\
The copy has no master key: keep a copy of master.key from the data folder, in another place.
The server may run on the folder meanwhile.

Example:
  samtale backup --data /var/lib/samtale samtale-monday.db";

/// What stands below `samtale new-lineage --help`.
pub(crate) const LINEAGE_HELP: &str = "\
Needed where a whole data folder was put back: a database that is put back alone is noticed without it.
Unsent messages of clients stay, what they have cached is fetched anew.

Example:
  samtale new-lineage --data /var/lib/samtale";

/// What can be done about a user.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Forget a user for good: messages, edits, search terms, private state and profile
    Erase(EraseArgs),
}

/// What `samtale user erase` is started with.
#[derive(Debug, Args)]
pub(crate) struct EraseArgs {
    /// Whom: the host product's user id
    #[arg(value_name = "ID")]
    user: UserId,

    #[command(flatten)]
    data: DataArgs,
}

/// What `samtale backup` is started with.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    data: DataArgs,
}

/// What `samtale new-lineage` is started with.
#[derive(Debug, Args)]
pub(crate) struct LineageArgs {
    #[command(flatten)]
    data: DataArgs,
}

/// Does something about a user.
pub(crate) async fn user(command: UserCommand) -> Outcome {
    let UserCommand::Erase(args) = command;
    let store = open(&args.data)?;
    let erased = store.erase_user(&args.user).await;
    store.close().await;
    erased.map_err(|error| Failure::failed(chain(&error)))?;
    Ok(out::line(format_args!("{} is forgotten", args.user))?)
}

/// Copies the database, also while a server runs on it.
pub(crate) fn backup(args: &BackupArgs) -> Outcome {
    let folder = args.data.existing()?;
    let file = args.file.display();
    SqliteStore::backup(&folder.database(), &args.file)
        .map_err(|error| Failure::failed(format!("{file}: {}", chain(&error))))?;
    Ok(out::line(format_args!(
        "{file} holds everything but the master key"
    ))?)
}

/// Starts a new lineage.
pub(crate) async fn new_lineage(args: LineageArgs) -> Outcome {
    // Opened first: a database that a server has open must be left alone.
    open(&args.data)?.close().await;
    let folder = args.data.existing()?;
    SqliteStore::start_new_lineage(&folder.database())
        .map_err(|error| Failure::failed(chain(&error)))?;
    Ok(out::line(
        "clients will start over when the server starts next",
    )?)
}

fn open(data: &DataArgs) -> Result<SqliteStore, Failure> {
    data.existing()?.open(Arc::new(SystemEnv::new()))
}
