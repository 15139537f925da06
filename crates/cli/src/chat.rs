//! `samtale chat`: the terminal UI.
//!
//! The app is pure: [`app::App`] holds what the screen remembers, `update` takes events in and
//! returns effects, `render` draws a [`snapshot::Snapshot`] of the client. The rest is thin:
//! `source` reads the client, `terminal` has the loop and the terminal's state.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use samtale_client::Client;
use samtale_locale::{Catalog, Locale};
use samtale_model::UnixMillis;

use crate::session::SessionArgs;

mod app;
mod areas;
mod editor;
mod layout;
mod render;
mod snapshot;
mod source;
mod terminal;
mod text;
mod theme;
mod update;

#[cfg(test)]
mod tests;

use app::App;
use theme::{Colours, Theme};

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
    let catalog = Catalog::new(Locale::negotiate([args.locale.as_str()]));
    let set = |name: &str| std::env::var(name).ok();
    let colours = Colours::choose(
        set("NO_COLOR").as_deref(),
        set("TERM").as_deref(),
        set("COLORTERM").as_deref(),
    );
    let app = App::new(catalog, Theme::new(colours), (0, 0)).opening(args.chat);
    let client = Client::start(args.session.config()?.with_data(folder)).await?;
    let ended = terminal::run(&client, app, now).await;
    client.shutdown().await;
    ended
}

/// Returns the wall clock's time; the beginning of 1970 where the clock is set before it.
fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    UnixMillis(i64::try_from(millis).unwrap_or(i64::MAX))
}
