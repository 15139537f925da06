//! Rules over manifests and lock files: which crate may use which, and what is written only once.

use std::collections::BTreeSet;

use super::tree::{Finding, Tree};

/// The arrows: each crate with the crates of ours that it may use. Tests may use no others either.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("protocol", &["model"]),
    ("engine", &["model", "protocol"]),
    ("locale", &[]),
    ("store", &["model"]),
    ("server", &["locale", "model", "protocol", "store"]),
    ("wasm", &["engine", "model", "protocol"]),
    ("client", &["engine", "model", "protocol"]),
    ("bench", &["model", "server", "store"]),
    (
        "cli",
        &[
            "bench", "client", "engine", "locale", "model", "protocol", "server", "store",
        ],
    ),
    (
        "sim",
        &["client", "engine", "model", "protocol", "server", "store"],
    ),
];

/// The crates that build for the browser and touch no clock, randomness, socket or task.
pub(super) const PURE: [&str; 3] = ["samtale-engine", "samtale-protocol", "samtale-model"];

/// Packages that bring one of these along. `uuid` and the like must not pull them in by a feature.
const IMPURE: &[&str] = &[
    "async-io",
    "async-std",
    "axum",
    "chrono",
    "fastrand",
    "getrandom",
    "hyper",
    "instant",
    "jiff",
    "js-sys",
    "mio",
    "rand",
    "reqwest",
    "rusqlite",
    "smol",
    "socket2",
    "tempfile",
    "time",
    "tokio",
    "web-sys",
    "web-time",
];

const OURS: &str = "samtale-";

/// Finds crates of ours that use one they may not.
pub(super) fn arrows(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, text) in members(tree).filter(|(file, _)| file.starts_with("crates/")) {
        let name = file
            .trim_start_matches("crates/")
            .trim_end_matches("/Cargo.toml");
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            found.push(Finding::file(
                file,
                "say in xtask/src/tidy/manifests.rs what it may use",
            ));
            continue;
        };
        for (line, entry) in dependencies(text) {
            if let Some(used) = key(entry).strip_prefix(OURS)
                && used != name
                && !allowed.contains(&used)
            {
                found.push(Finding::line(
                    file,
                    line,
                    format!("{name} may not use {used}: arrows run down only (ARCHITECTURE.md)"),
                ));
            }
        }
    }
    found
}

/// Finds dependencies with a version of their own, and crates that don't take the shared lints.
pub(super) fn inheritance(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, text) in members(tree) {
        for (line, entry) in dependencies(text) {
            let spaceless: String = entry.split_whitespace().collect();
            if !spaceless.contains("workspace=true") {
                found.push(Finding::line(
                    file,
                    line,
                    "write the version in the root's [workspace.dependencies], and `workspace = true` here",
                ));
            }
        }
        if !text.contains("[lints]\nworkspace = true") {
            found.push(Finding::file(
                file,
                "take the shared lints: `[lints]`, `workspace = true`",
            ));
        }
    }
    found
}

/// Finds dependencies that the workspace names and no crate uses.
pub(super) fn unused(tree: &Tree) -> Vec<Finding> {
    let used: BTreeSet<&str> = members(tree)
        .flat_map(|(_, text)| dependencies(text))
        .map(|(_, entry)| key(entry))
        .collect();
    let shared = tree
        .text("Cargo.toml")
        .map(dependencies)
        .unwrap_or_default();
    shared
        .into_iter()
        .filter(|(_, entry)| !used.contains(key(entry)))
        .map(|(line, entry)| {
            Finding::line("Cargo.toml", line, format!("no crate uses {}", key(entry)))
        })
        .collect()
}

/// Finds packages under the pure crates that are not pure, in what `cargo tree` prints.
pub(super) fn impure(packages: &str) -> Vec<Finding> {
    let names: BTreeSet<&str> = packages
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    names
        .into_iter()
        .filter(|name| IMPURE.contains(name))
        .map(|name| {
            Finding::file(
                "crates/engine",
                format!(
                    "is built from {name}; see `cargo tree -p samtale-engine -e normal -i {name}`"
                ),
            )
        })
        .collect()
}

/// Finds packages in lock files that come from somewhere of one machine's choosing.
pub(super) fn lock_files(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, text) in tree.texts(&["lock", "json"]) {
        let npm = file.ends_with("package-lock.json");
        if !npm && !file.ends_with("Cargo.lock") {
            continue;
        }
        for (at, line) in text.lines().map(str::trim).enumerate() {
            let bad = if npm {
                // Links between packages of the repository are relative, downloads are not.
                line.strip_prefix("\"resolved\": ")
                    .is_some_and(|to| to.contains("://"))
            } else {
                line.strip_prefix("source = ")
                    .is_some_and(|from| !from.contains("/rust-lang/crates.io-index\""))
            };
            if bad {
                let advice = if npm {
                    "leave download addresses out: `npm install --omit-lockfile-registry-resolved`"
                } else {
                    "take packages from the public index only"
                };
                found.push(Finding::line(file, at + 1, advice));
            }
        }
    }
    found
}

/// Walks the manifests of the workspace's members.
fn members(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.texts(&["toml"]).filter(|(file, _)| {
        file.ends_with("/Cargo.toml") && (file.starts_with("crates/") || file.starts_with("xtask/"))
    })
}

/// Returns the entries of every dependency table of a manifest, each with its line.
///
/// A table per dependency (`[dependencies.foo]`) counts as one entry without `workspace = true`,
/// so that there is one way of writing it.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut inside = false;
    let mut depth = 0_usize;
    for (at, line) in manifest.lines().map(str::trim).enumerate() {
        if depth == 0 && line.starts_with('[') {
            let header = line.trim_matches(['[', ']']);
            let table = header.rsplit('.').next().unwrap_or(header);
            inside = table.ends_with("dependencies");
            if !inside && header.contains("dependencies.") {
                found.push((at + 1, table));
            }
            continue;
        }
        if inside && depth == 0 && !line.is_empty() && !line.starts_with('#') {
            found.push((at + 1, line));
        }
        let count = |of: [char; 2]| line.chars().filter(|c| of.contains(c)).count();
        depth = (depth + count(['[', '{'])).saturating_sub(count([']', '}']));
    }
    found
}

/// Returns the name of the dependency that an entry speaks of.
fn key(entry: &str) -> &str {
    entry.split(['=', '.', ' ']).next().unwrap_or(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINTS: &str = "[lints]\nworkspace = true\n";

    fn lines(found: &[Finding]) -> Vec<String> {
        let line = |finding: &Finding| finding.to_string().split(": ").next().unwrap().to_owned();
        found.iter().map(line).collect()
    }

    #[test]
    fn an_arrow_that_runs_up_is_found() {
        let tree = Tree::of(&[
            (
                "crates/engine/Cargo.toml",
                "[dependencies]\nsamtale-model.workspace = true\n[dev-dependencies]\nsamtale-server.workspace = true",
            ),
            ("crates/new/Cargo.toml", ""),
            (
                "xtask/Cargo.toml",
                "[dependencies]\nsamtale-protocol.workspace = true",
            ),
        ]);
        assert_eq!(
            lines(&arrows(&tree)),
            ["crates/engine/Cargo.toml:4", "crates/new/Cargo.toml"]
        );
    }

    #[test]
    fn arrows_only_ever_name_crates_further_up_the_list_or_beside() {
        for (from, to) in ARROWS {
            for name in *to {
                let (_, back) = ARROWS.iter().find(|(other, _)| other == name).unwrap();
                assert!(!back.contains(from), "{from} and {name} use each other");
            }
        }
    }

    #[test]
    fn a_version_outside_of_the_workspace_is_found() {
        let good = format!(
            "{LINTS}[dependencies]\na.workspace = true\nb = {{ workspace = true, features = [\n\"c\",\n] }}\n# d = \"1\"\n[features]\ne = []"
        );
        assert_eq!(
            inheritance(&Tree::of(&[("crates/a/Cargo.toml", &good)])),
            []
        );

        let bad = format!(
            "{LINTS}[target.'cfg(unix)'.dependencies]\na = \"1\"\n[dependencies.b]\nversion = \"2\""
        );
        let found = inheritance(&Tree::of(&[("crates/a/Cargo.toml", &bad)]));
        assert_eq!(
            lines(&found),
            ["crates/a/Cargo.toml:4", "crates/a/Cargo.toml:5"]
        );
    }

    #[test]
    fn a_crate_without_the_shared_lints_is_found() {
        let tree = Tree::of(&[
            ("crates/a/Cargo.toml", "[package]"),
            ("fuzz/Cargo.toml", "[package]"),
        ]);
        assert_eq!(lines(&inheritance(&tree)), ["crates/a/Cargo.toml"]);
    }

    #[test]
    fn a_shared_dependency_that_nobody_uses_is_found() {
        let tree = Tree::of(&[
            (
                "Cargo.toml",
                "[workspace.dependencies]\na = \"1\"\nb = { version = \"2\" }",
            ),
            (
                "crates/x/Cargo.toml",
                "[dev-dependencies]\na.workspace = true",
            ),
        ]);
        assert_eq!(lines(&unused(&tree)), ["Cargo.toml:3"]);
    }

    #[test]
    fn a_runtime_under_the_engine_is_found() {
        let packages =
            "samtale-engine v0.1.0 (crates/engine)\nserde v1.0.0\ntokio v1.0.0\ntokio v1.0.0 (*)\n";
        assert_eq!(impure(packages).len(), 1);
        assert_eq!(impure("uuid v1.0.0\nserde v1.0.0"), []);
    }

    #[test]
    fn a_lock_file_with_an_address_of_its_own_is_found() {
        let tree = Tree::of(&[
            (
                "Cargo.lock",
                "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nsource = \"registry+https://mirror.example/index\"",
            ),
            (
                "web/package-lock.json",
                "{\n\"resolved\": \"https://mirror.example/a.tgz\",\n\"resolved\": \"packages/client\"\n}",
            ),
            (
                "locales/fixtures.json",
                "{\"resolved\": \"https://example.org\"}",
            ),
        ]);
        assert_eq!(
            lines(&lock_files(&tree)),
            ["Cargo.lock:2", "web/package-lock.json:2"]
        );
    }
}
