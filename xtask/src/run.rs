//! `cargo xtask run`: from a clone to a running server with the chat app, in one command.
//!
//! It builds with the `dev` profile: on a fresh machine that is minutes faster than an optimised
//! build, and reads the app from its folder. `--release` builds what is shipped, the app in it.
//! What has not changed is not built again.

use anyhow::{Context, Result};

use crate::shell::{self, Cmd};
use crate::{wasm, web};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Build with optimisations, as shipped
    #[arg(long)]
    release: bool,
    /// Leave the web app as it is: for work on the server alone, or a machine without Node
    #[arg(long)]
    no_web: bool,
    /// What to hand on to `samtale serve --dev`, e.g. `-- --listen 127.0.0.1:4001`
    #[arg(last = true)]
    serve: Vec<String>,
}

/// Builds the app and the server, then becomes the server: cargo and xtask leave, and Ctrl-C is its own.
///
/// # Errors
/// Fails when something does not build, or the server cannot be started.
pub(crate) fn run(args: &Args) -> Result<()> {
    if !args.no_web {
        shell::say("Building the chat app; the first time this takes some minutes.");
        build_web().context("without the app the server runs with `cargo xtask run --no-web`")?;
    }
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

fn build_web() -> Result<()> {
    // Node first: that it is missing is better heard before minutes of building than after.
    web::install()?;
    wasm::run(&wasm::Args::default())?;
    web::build_app()
}
