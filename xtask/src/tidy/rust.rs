//! Rules over Rust files: how modules open, where they lie, that each is compiled, how long they are.

use std::collections::BTreeSet;

use super::tree::{Finding, Tree};

/// Lines after which a file is split by noun.
pub(super) const LONGEST: usize = 600;

const MEASURED: [&str; 7] = ["rs", "ts", "tsx", "mts", "mjs", "css", "sh"];

/// Written by a machine for machines; nobody keeps it in their head.
pub(super) const GENERATED: [&str; 2] = [
    "web/packages/client/src/wire.ts",
    "web/packages/client/src/engine.ts",
];

/// Finds files that don't open with `//!`, attributes of the crate aside.
pub(super) fn opening_docs(tree: &Tree) -> Vec<Finding> {
    tree.texts(&["rs"])
        .filter(|(_, text)| {
            let first = text
                .lines()
                .find(|line| !line.starts_with("#![") && !line.is_empty());
            !first.is_some_and(|line| line.starts_with("//! "))
        })
        .map(|(name, _)| Finding::line(name, 1, "open with `//!`: what lives here, and why"))
        .collect()
}

/// Finds `mod.rs` files.
pub(super) fn mod_files(tree: &Tree) -> Vec<Finding> {
    tree.texts(&["rs"])
        .filter(|(name, _)| name.rsplit('/').next() == Some("mod.rs"))
        .map(|(name, _)| Finding::file(name, "move it beside its folder: `foo.rs` + `foo/bar.rs`"))
        .collect()
}

/// Finds test binaries other than `tests/it.rs` and `tests/it/main.rs`: each links everything again.
pub(super) fn integration_binaries(tree: &Tree) -> Vec<Finding> {
    tree.texts(&["rs"])
        .filter(|(name, _)| is_crate_root(name) && name.contains("/tests/"))
        .filter(|(name, _)| !name.ends_with("/tests/it.rs") && !name.ends_with("/tests/it/main.rs"))
        .map(|(name, _)| Finding::file(name, "make it a module of the crate's one `tests/it`"))
        .collect()
}

/// Finds files that no `mod` leads to: they are neither compiled nor tested.
pub(super) fn orphans(tree: &Tree) -> Vec<Finding> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = tree
        .texts(&["rs"])
        .filter(|(name, _)| is_crate_root(name))
        .map(|(name, _)| name.to_owned())
        .collect();
    while let Some(name) = open.pop() {
        if let Some(text) = tree.text(&name) {
            open.extend(children(&name, text));
            reached.insert(name);
        }
    }
    tree.texts(&["rs"])
        .filter(|(name, _)| !reached.contains(*name))
        .map(|(name, _)| Finding::file(name, "no `mod` leads here, so it is never compiled"))
        .collect()
}

/// Finds files over [`LONGEST`] lines that are not listed, and listed ones that no longer need it.
pub(super) fn long_files(tree: &Tree, listed: &[(&str, &str)]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut long = BTreeSet::new();
    for (name, text) in tree
        .texts(&MEASURED)
        .filter(|(name, _)| !GENERATED.contains(name))
    {
        let lines = text.lines().count();
        if lines > LONGEST {
            long.insert(name);
            if !listed.iter().any(|(file, _)| *file == name) {
                found.push(Finding::file(
                    name,
                    format!("{lines} lines; split it by noun (at most {LONGEST}), or list it with a reason in xtask/src/tidy.rs"),
                ));
            }
        }
    }
    for (name, _) in listed.iter().filter(|(name, _)| !long.contains(name)) {
        found.push(Finding::file(
            name,
            "is listed as long in xtask/src/tidy.rs, but is not",
        ));
    }
    found
}

/// Tells whether cargo compiles the file as the root of a library, program, test, bench or example.
fn is_crate_root(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    match parts.as_slice() {
        [.., "src", "lib.rs" | "main.rs"]
        | [.., "src", "bin", _]
        | [.., "src", "bin", _, "main.rs"] => true,
        // A module may be called `tests` too.
        [above @ .., _] if above.contains(&"src") => false,
        [.., "build.rs"]
        | [.., "tests" | "benches" | "examples" | "fuzz_targets", _]
        | [.., "tests" | "benches" | "examples", _, "main.rs"] => true,
        _ => false,
    }
}

/// Returns where the modules declared in a file should lie.
fn children(name: &str, text: &str) -> Vec<String> {
    let (path, file) = name.rsplit_once('/').unwrap_or(("", name));
    let stem = file.trim_end_matches(".rs");
    let home = if is_crate_root(name) {
        path.to_owned()
    } else {
        format!("{path}/{stem}")
    };
    let mut found = Vec::new();
    let mut given = None;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("#[path = \"") {
            given = rest.split('"').next().map(|to| format!("{path}/{to}"));
        } else if let Some(module) = declared(line) {
            found.push(
                given
                    .take()
                    .unwrap_or_else(|| format!("{home}/{module}.rs")),
            );
        }
    }
    found
}

/// Returns the module that a line like `pub(crate) mod outbox;` declares.
fn declared(line: &str) -> Option<&str> {
    let rest = match line.strip_prefix("pub(") {
        Some(scoped) => scoped.split_once(')')?.1.trim_start(),
        None => line.strip_prefix("pub ").unwrap_or(line),
    };
    let module = rest.strip_prefix("mod ")?.split_once(';')?.0.trim();
    module
        .chars()
        .all(|c| c.is_alphanumeric() || c == '_')
        .then_some(module)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[Finding]) -> Vec<String> {
        let name = |finding: &Finding| finding.to_string().split(':').next().unwrap().to_owned();
        found.iter().map(name).collect()
    }

    #[test]
    fn a_module_without_opening_words_is_found() {
        let tree = Tree::of(&[
            ("a/src/lib.rs", "//! What it is.\n"),
            ("a/src/b.rs", "use std::fmt;\n//! Too late.\n"),
            ("a/src/c.rs", ""),
            ("fuzz/fuzz_targets/d.rs", "#![no_main]\n//! Feeds frames.\n"),
        ]);
        assert_eq!(names(&opening_docs(&tree)), ["a/src/b.rs", "a/src/c.rs"]);
    }

    #[test]
    fn mod_rs_is_found() {
        let tree = Tree::of(&[("a/src/b/mod.rs", ""), ("a/src/model.rs", "")]);
        assert_eq!(names(&mod_files(&tree)), ["a/src/b/mod.rs"]);
    }

    #[test]
    fn a_second_integration_binary_is_found() {
        let tree = Tree::of(&[
            ("a/tests/it/main.rs", "mod http;"),
            ("a/tests/it/http.rs", ""),
            ("a/tests/more.rs", ""),
            ("b/tests/it.rs", ""),
            ("b/tests/other/main.rs", ""),
            ("b/src/main.rs", ""),
            ("b/src/search/tests/corpus.rs", ""),
            ("xtask/src/test.rs", ""),
        ]);
        assert_eq!(
            names(&integration_binaries(&tree)),
            ["a/tests/more.rs", "b/tests/other/main.rs"]
        );
    }

    #[test]
    fn a_file_that_no_mod_leads_to_is_found() {
        let tree = Tree::of(&[
            (
                "a/src/lib.rs",
                "pub mod b;\n#[cfg(test)]\nmod testing;\nmod inline {}",
            ),
            (
                "a/src/b.rs",
                "pub(crate) mod c;\n#[path = \"far/d.rs\"]\nmod d;",
            ),
            ("a/src/b/c.rs", ""),
            ("a/src/far/d.rs", ""),
            ("a/src/testing.rs", ""),
            ("a/src/inline.rs", ""),
            ("a/tests/it/main.rs", "mod http;"),
            ("a/tests/it/http.rs", ""),
            ("a/tests/it/forgotten.rs", ""),
            ("a/build.rs", ""),
            ("a/src/b/tests/e.rs", ""),
        ]);
        assert_eq!(
            names(&orphans(&tree)),
            [
                "a/src/b/tests/e.rs",
                "a/src/inline.rs",
                "a/tests/it/forgotten.rs"
            ]
        );
    }

    #[test]
    fn a_long_file_needs_a_reason_and_a_reason_a_long_file() {
        let long = "x\n".repeat(LONGEST + 1);
        let fits = "x\n".repeat(LONGEST);
        let tree = Tree::of(&[
            ("a.rs", &long),
            ("b.rs", &fits),
            ("c.md", &long),
            (GENERATED[0], &long),
        ]);
        assert_eq!(names(&long_files(&tree, &[])), ["a.rs"]);
        assert_eq!(names(&long_files(&tree, &[("a.rs", "one table")])), [""; 0]);
        assert_eq!(
            names(&long_files(&tree, &[("a.rs", "one table"), ("b.rs", "")])),
            ["b.rs"]
        );
    }
}
