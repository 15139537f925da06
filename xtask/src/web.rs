//! The web side: Node's packages, the app's build, the checks and tests that run in Node.
//!
//! Everything here is safe to run before whatever needs it: packages are installed when what is
//! there is not what the lock file says, and the app is built when something of it has changed.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::shell::{self, Cmd};

const FOLDER: &str = "web";
/// The oldest Node that the packages run on: major, minor. `web/package.json` says the same.
const OLDEST_NODE: (u32, u32) = (20, 19);
/// The app's build, which the server serves.
const APP: &str = "web/apps/chat/dist";
/// What the app's build is made of.
const SOURCES: [&str; 2] = ["web", "locales"];
/// Folders below them that are no source: made by tools, or of the tests.
const NO_SOURCES: [&str; 5] = ["node_modules", "dist", "results", "e2e", "tests"];
/// Says of which sources the app's build is; apart from it, for Vite clears its folder.
const STAMP: &str = "target/xtask/app.stamp";

/// Prepares npm, run in the folder of the web packages.
pub(crate) fn npm() -> Cmd {
    program("npm")
}

/// Prepares a program that came with the packages, run in their folder.
pub(crate) fn npx() -> Cmd {
    program("npx")
}

fn program(name: &str) -> Cmd {
    let name = if cfg!(windows) {
        format!("{name}.cmd")
    } else {
        name.to_owned()
    };
    Cmd::new(name).within(FOLDER)
}

/// Installs the packages that the lock file names, where they are not there.
///
/// # Errors
/// Fails when there is no Node, or an old one, or npm can't install.
pub(crate) fn install() -> Result<()> {
    check_node()?;
    let folder = shell::root().join(FOLDER);
    let read = |path: &str| std::fs::read_to_string(folder.join(path)).unwrap_or_default();
    let lock = read("package-lock.json");
    if is_installed(&lock, &read("node_modules/.package-lock.json")) {
        return Ok(());
    }
    npm().args(["ci", "--no-audit", "--no-fund"]).run()
}

/// Builds the app that the server serves, where its sources have changed since the last time.
///
/// # Errors
/// Fails when it does not build.
pub(crate) fn build_app() -> Result<()> {
    install()?;
    let root = shell::root();
    let stamp = stamp(&root)?;
    let noted = root.join(STAMP);
    let current = std::fs::read_to_string(&noted).is_ok_and(|old| old == stamp);
    if current && root.join(APP).join("index.html").is_file() {
        shell::say(&format!("{APP} is current"));
        return Ok(());
    }
    npm()
        .args(["run", "build", "--workspace", "@samtale/chat"])
        .run()?;
    let folder = noted.parent().expect("the stamp lies in a folder");
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder of {STAMP}"))?;
    std::fs::write(&noted, stamp).with_context(|| format!("writing {STAMP}"))
}

/// Says in one line what is missing of Node.
fn check_node() -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let advice = format!("install Node {major}.{minor} or newer, with npm (https://nodejs.org)");
    let Ok(version) = Cmd::new("node").args(["--version"]).read() else {
        bail!("the web packages need Node: {advice}");
    };
    if !is_new_enough(&version) {
        bail!("Node {} is too old: {advice}", version.trim());
    }
    if npm().args(["--version"]).read().is_err() {
        bail!("Node is here, npm is not: {advice}");
    }
    Ok(())
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.trim().trim_start_matches('v').split('.');
    let mut number = || parts.next()?.parse::<u32>().ok();
    let found = number().zip(number());
    found.is_some_and(|found| found >= OLDEST_NODE)
}

/// Tells whether npm's note of what it has installed fits the lock file: every package in the version
/// that is named there, none missing but those of other machines.
fn is_installed(lock: &str, installed: &str) -> bool {
    let (Some(lock), Some(installed)) = (packages(lock), packages(installed)) else {
        return false;
    };
    let version = |of: Option<&Value>| of.map(|package| package["version"].clone());
    let as_named =
        |(path, found): (&String, &Value)| version(lock.get(path)) == version(Some(found));
    let there = |(path, wanted): (&String, &Value)| {
        let ours = !path.contains("node_modules/");
        ours || wanted["optional"] == true || installed.contains_key(path)
    };
    installed.iter().all(as_named) && lock.iter().all(there)
}

fn packages(text: &str) -> Option<Map<String, Value>> {
    let mut lock: Value = serde_json::from_str(text).ok()?;
    match lock["packages"].take() {
        Value::Object(packages) => Some(packages),
        _ => None,
    }
}

/// Names the contents of everything that the app's build is made of.
fn stamp(root: &Path) -> Result<String> {
    let mut files = BTreeSet::new();
    for source in SOURCES {
        list(&root.join(source), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    for path in files {
        path.hash(&mut hasher);
        let read = std::fs::read(&path);
        read.with_context(|| format!("reading {}", path.display()))?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn list(folder: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    let reading = || format!("reading {}", folder.display());
    for entry in std::fs::read_dir(folder).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let name = entry.file_name();
        if NO_SOURCES.iter().any(|no| name == *no) {
            continue;
        }
        let path = entry.path();
        if entry.file_type().with_context(reading)?.is_dir() {
            list(&path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_not_taken() {
        let cases = [
            ("v20.19.0\n", true),
            ("v20.18.3", false),
            ("v22.0.0", true),
            ("v18.20.4", false),
            ("20.20.2", true),
            ("", false),
            ("nonsense", false),
        ];
        for (version, good) in cases {
            assert_eq!(is_new_enough(version), good, "{version}");
        }
    }

    #[test]
    fn the_oldest_node_is_the_one_that_npm_is_told() {
        let manifest = std::fs::read_to_string(shell::root().join("web/package.json"));
        let (major, minor) = OLDEST_NODE;
        let engines = format!("\"node\": \">={major}.{minor}\"");
        assert!(manifest.expect("it is there").contains(&engines));
    }

    #[test]
    fn packages_are_installed_again_only_when_the_lock_says_otherwise() {
        let lock = r#"{"packages": {
            "": {"name": "root"},
            "packages/client": {"version": "0.1.0"},
            "node_modules/a": {"version": "1.0.0"},
            "node_modules/@samtale/client": {"resolved": "packages/client", "link": true},
            "node_modules/other-system": {"version": "2.0.0", "optional": true}
        }}"#;
        let installed = r#"{"packages": {
            "node_modules/a": {"version": "1.0.0"},
            "node_modules/@samtale/client": {"resolved": "packages/client", "link": true}
        }}"#;
        assert!(is_installed(lock, installed));
        let older = installed.replace("1.0.0", "0.9.0");
        let more = installed.replace("node_modules/a\"", "node_modules/b\"");
        let fewer = installed.replace("\"node_modules/a\": {\"version\": \"1.0.0\"},", "");
        for wrong in [&older, &more, &fewer, "", "{}"] {
            assert!(!is_installed(lock, wrong), "{wrong}");
        }
    }
}
