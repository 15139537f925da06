//! Rules over the web packages' files.

use super::rust::GENERATED;
use super::tree::{Finding, Tree};

/// Finds scripts and style sheets of the web that don't open with words on what lives there.
pub(super) fn opening_words(tree: &Tree) -> Vec<Finding> {
    tree.texts(&["ts", "tsx", "mts", "mjs", "css"])
        .filter(|(name, _)| name.starts_with("web/"))
        .filter(|(name, _)| !GENERATED.contains(name) && !name.contains("/generated/"))
        .filter(|(_, text)| !opens_with_words(text))
        .map(|(name, _)| Finding::line(name, 1, "open with `/** … */`: what lives here, and why"))
        .collect()
}

/// Tells whether a file opens with a comment; a program's first line and directives may stand before.
fn opens_with_words(text: &str) -> bool {
    let before = |line: &&str| {
        line.is_empty()
            || line.starts_with("#!")
            || line.starts_with("'use ")
            || line.starts_with("\"use ")
    };
    let first = text.lines().map(str::trim).find(|line| !before(line));
    first.is_some_and(|line| line.starts_with("/*") || line.starts_with("// "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_without_opening_words_is_found() {
        let tree = Tree::of(&[
            ("web/a.ts", "/** What it is. */\nexport {};"),
            ("web/b.tsx", "'use client';\n\n/** What it is. */"),
            ("web/c.mjs", "#!/usr/bin/env node\n// What it is."),
            ("web/d.css", ".a {}"),
            ("web/e.ts", "import x from 'y';\n/** Too late. */"),
            (GENERATED[0], "export type A = 1;"),
            ("web/tests/generated/sample.tsx", "function Sample() {}"),
            ("docs/f.ts", "export {};"),
        ]);
        let found: Vec<_> = opening_words(&tree)
            .iter()
            .map(ToString::to_string)
            .collect();
        let names: Vec<_> = found
            .iter()
            .filter_map(|line| line.split(':').next())
            .collect();
        assert_eq!(names, ["web/d.css", "web/e.ts"]);
    }
}
