//! `cargo xtask tidy`: the rules of the tree that no compiler knows.
//!
//! A rule is a pure function from the tree to what it finds wrong, so each is tested on a tree made
//! of strings. The rules read what git tracks, and what it would track: a new file is judged before
//! it is added, and ignored files never are.

mod links;
mod manifests;
mod rust;
mod text;
mod tree;
mod web;

use anyhow::{Result, bail};

use crate::shell::{self, Cmd};
use tree::{Finding, Tree};

/// Source files that may be longer than [`rust::LONGEST`] lines, each with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[(&str, Rule)] = &[
    ("no path of somebody's machine", text::machine_paths),
    ("no address of a package registry", text::registry_hosts),
    ("no leftovers", text::leftovers),
    ("every module says what it is", rust::opening_docs),
    ("every web file says what it is", web::opening_words),
    ("foo.rs, never mod.rs", rust::mod_files),
    (
        "one integration binary per crate",
        rust::integration_binaries,
    ),
    ("every Rust file is compiled", rust::orphans),
    ("files that fit in a head", |tree| {
        rust::long_files(tree, LONG_FILES)
    }),
    ("arrows between crates run down", manifests::arrows),
    (
        "versions and lints stand in the workspace only",
        manifests::inheritance,
    ),
    ("every workspace dependency is used", manifests::unused),
    (
        "lock files name no machine's registry",
        manifests::lock_files,
    ),
    ("links resolve", links::broken),
];

/// Checks every rule and lists what is against one.
///
/// # Errors
/// Fails when anything is.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::read(&shell::root())?;
    let mut found = 0;
    let mut report = |rule: &str, findings: &[Finding]| {
        if !findings.is_empty() {
            shell::say(&format!("tidy: {rule}"));
        }
        for finding in findings {
            shell::say(&format!("  {finding}"));
        }
        found += findings.len();
    };
    for (name, rule) in RULES {
        report(name, &rule(&tree));
    }
    report(
        "pure crates stay pure",
        &manifests::impure(&packages_under_the_engine()?),
    );

    if found > 0 {
        bail!("{found} untidy");
    }
    shell::say(&format!(
        "tidy: {} rules hold over {} files",
        RULES.len() + 1,
        tree.len()
    ));
    Ok(())
}

/// Asks cargo which packages the pure crates are built from, whatever other crates add to them.
fn packages_under_the_engine() -> Result<String> {
    Cmd::cargo()
        .args([
            "tree", "--edges", "normal", "--prefix", "none", "--format", "{p}",
        ])
        .args(manifests::PURE.iter().flat_map(|name| ["--package", name]))
        .read()
}
