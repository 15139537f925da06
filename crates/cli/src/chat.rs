//! `samtale chat`: the terminal UI.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use samtale_client::Client;
use samtale_engine::Command;
use samtale_locale::Locale;

use crate::session::SessionArgs;

/// What `samtale chat` is started with.
#[derive(Debug, Args)]
pub(crate) struct ChatArgs {
    #[command(flatten)]
    pub(crate) session: SessionArgs,

    /// Where unsent messages and the cache are kept; by default the user's data folder
    #[arg(long, env = "SAMTALE_CLIENT_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    /// The language: nb, nn or en
    #[arg(long, env = "SAMTALE_LOCALE", default_value = "nb")]
    pub(crate) locale: String,

    /// The chat to open first: its id or its title
    #[arg(long, value_name = "CHAT")]
    pub(crate) chat: Option<String>,
}

/// Runs the terminal UI until the person leaves it.
pub(crate) async fn run(args: ChatArgs) -> anyhow::Result<()> {
    let folder = crate::session::data_folder(args.data)?;
    let _locale = Locale::negotiate([args.locale.as_str()]);
    let client = Client::start(args.session.config()?.with_data(folder)).await?;
    client.command(Command::Connect)?;
    tokio::signal::ctrl_c()
        .await
        .context("no signals can be heard")?;
    client.shutdown().await;
    Ok(())
}
