//! `cargo xtask run`: from a clone to a running server in one command.
//!
//! It builds with the `dev` profile: on a fresh machine that is minutes faster than an optimised
//! build, and dependencies are optimised in it anyway. `--release` builds what is shipped.

use anyhow::Result;

use crate::shell::{self, Cmd};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Build with optimisations, as shipped
    #[arg(long)]
    release: bool,
    /// What to hand on to `samtale serve --dev`, e.g. `-- --listen 127.0.0.1:4001`
    #[arg(last = true)]
    serve: Vec<String>,
}

/// Builds the server, then becomes it: cargo and xtask leave, and Ctrl-C is the server's.
///
/// # Errors
/// Fails when the server does not build or cannot be started.
pub(crate) fn run(args: &Args) -> Result<()> {
    let profile = if args.release { "release" } else { "dev" };
    shell::say(&format!(
        "Building the server (profile {profile}); the first time this takes some minutes."
    ));
    let chosen = [
        "--package",
        "samtale-cli",
        "--bin",
        "samtale",
        "--profile",
        profile,
    ];
    Cmd::cargo().args(["build"]).args(chosen).run()?;
    Cmd::cargo()
        .args(["run", "--quiet"])
        .args(chosen)
        .args(["--", "serve", "--dev"])
        .args(&args.serve)
        .here()?
        .become_it()
}
