//! Debian's packages, for machines without what a step needs: tried only as root, as in a container.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::shell::Cmd;

const APT_LIMIT: Duration = Duration::from_secs(600);

/// Installs packages.
///
/// # Errors
/// Fails when someone else than root asks, when there is no apt, or when it can't install them.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if Cmd::new("id").args(["-u"]).read()?.trim() != "0" {
        bail!("only root may install Debian's packages");
    }
    let apt = || {
        Cmd::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .limit(APT_LIMIT)
    };
    apt().args(["update", "-q"]).run()?;
    apt()
        .args(["install", "-q", "-y", "--no-install-recommends"])
        .args(packages)
        .run()
}
