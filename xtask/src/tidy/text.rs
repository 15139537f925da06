//! Rules over plain text: nothing of one machine, and nothing left lying about.
//!
//! The words looked for are put together with `concat!`, or this file would find itself.

use super::tree::{Finding, Tree};

/// Folders that only exist on somebody's machine. A trailing slash wants a name after it.
const MACHINE_FOLDERS: [&str; 4] = [
    concat!("/ro", "ot"),
    concat!("/wo", "rk"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
];

const REGISTRY_HOSTS: [&str; 7] = [
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("proxy.", "golang.org"),
    concat!("files.", "pythonhosted.org"),
    concat!("art", "ifactory"),
];

/// Words that say somebody meant to come back.
const MARKERS: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

const UNFINISHED_RUST: [(&str, &str); 4] = [
    (concat!("to", "do!"), "finish it"),
    (concat!("unimpl", "emented!"), "finish it"),
    (concat!("db", "g!"), "take it out, or log with tracing"),
    (
        concat!("#[ign", "ore"),
        "a test that does not run shows nothing: fix it or delete it",
    ),
];

const UNFINISHED_WEB: [(&str, &str); 7] = [
    (
        concat!(".on", "ly("),
        "the other tests of the file would not run: take it out",
    ),
    (
        concat!(".sk", "ip("),
        "a test that does not run shows nothing: fix it or delete it",
    ),
    (
        concat!(".fix", "me("),
        "a test that does not run shows nothing: fix it or delete it",
    ),
    (
        concat!("console.", "log("),
        "take it out; a program writes to process.stdout",
    ),
    (concat!("debug", "ger;"), "take it out"),
    (
        concat!("@ts-", "ignore"),
        "give the type, or narrow the value",
    ),
    (
        concat!("dangerously", "SetInnerHTML"),
        "let React write the text",
    ),
];

const SOURCES: [&str; 14] = [
    "rs", "toml", "sql", "ftl", "sh", "ts", "tsx", "mts", "js", "mjs", "css", "html", "yml", "yaml",
];
const SCRIPTS: [&str; 6] = ["ts", "tsx", "mts", "js", "jsx", "mjs"];

/// Finds paths into somebody's home or working folder.
pub(super) fn machine_paths(tree: &Tree) -> Vec<Finding> {
    by_line(tree, &[], |line| {
        let folder = MACHINE_FOLDERS
            .iter()
            .find(|folder| names_folder(line, folder))?;
        Some(format!("names {folder}, which is on one machine only"))
    })
}

/// Finds addresses of package registries: which one is used is the business of each machine.
pub(super) fn registry_hosts(tree: &Tree) -> Vec<Finding> {
    by_line(tree, &[], |line| {
        let host = REGISTRY_HOSTS.iter().find(|host| line.contains(**host))?;
        Some(format!(
            "names {host}; where packages come from is set on each machine"
        ))
    })
}

/// Finds what was left for later, or for debugging.
pub(super) fn leftovers(tree: &Tree) -> Vec<Finding> {
    let marked = by_line(tree, &SOURCES, |line| {
        let marker = MARKERS.iter().find(|marker| has_word(line, marker))?;
        Some(format!(
            "{marker}: do it now, or open an issue and take it out"
        ))
    });
    let unfinished = |extensions: &[&str], words: &[(&str, &str)]| {
        by_line(tree, extensions, |line| {
            let (word, advice) = words.iter().find(|(word, _)| starts_word(line, word))?;
            Some(format!("{word}: {advice}"))
        })
    };
    let mut found = marked;
    found.extend(unfinished(&["rs"], &UNFINISHED_RUST));
    found.extend(unfinished(&SCRIPTS, &UNFINISHED_WEB));
    found
}

fn by_line(
    tree: &Tree,
    extensions: &[&str],
    judge: impl Fn(&str) -> Option<String>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, text) in tree.texts(extensions) {
        for (at, line) in text.lines().enumerate() {
            if let Some(message) = judge(line) {
                found.push(Finding::line(name, at + 1, message));
            }
        }
    }
    found
}

/// Tells whether the line holds `folder` as the beginning of an absolute path.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + folder.len()..].chars().next();
        // After one of these it is the middle of a longer path or of a URL.
        let begins = !before.is_some_and(|c| c.is_alphanumeric() || "_-.~})*/".contains(c));
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let ends = if folder.ends_with('/') {
            after.is_some_and(is_name)
        } else {
            !after.is_some_and(is_name)
        };
        begins && ends
    })
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let outside = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        outside(line[..at].chars().next_back()) && outside(line[at + word.len()..].chars().next())
    })
}

fn starts_word(line: &str, word: &str) -> bool {
    let symbol = !word.starts_with(char::is_alphanumeric);
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let named = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        // A method is called on something; three dots are none.
        if word.starts_with('.') {
            named
        } else {
            symbol || !named
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(found: &[Finding]) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_path_of_a_machine_is_found_and_a_url_is_not() {
        let [root, work, home, users] = MACHINE_FOLDERS;
        let bad = [
            format!("see {root}/notes"),
            format!("\"{work}\""),
            format!("`{home}kari/x`"),
            format!("{users}ola"),
        ];
        for line in &bad {
            assert_eq!(
                machine_paths(&Tree::of(&[("a.md", line)])).len(),
                1,
                "{line}"
            );
        }
        let good = [
            format!("https://example.org{work}/1"),
            format!("{work}er/1"),
            home.to_owned(),
            format!("target{root}"),
        ];
        for line in &good {
            assert_eq!(machine_paths(&Tree::of(&[("a.md", line)])), [], "{line}");
        }
    }

    #[test]
    fn a_registry_is_found_in_any_file() {
        let line = format!("resolved https://{}/left-pad", REGISTRY_HOSTS[0]);
        assert_eq!(
            registry_hosts(&Tree::of(&[("web/package-lock.json", &line)])).len(),
            1
        );
        assert_eq!(registry_hosts(&Tree::of(&[("a.md", "on crates.io")])), []);
    }

    #[test]
    fn markers_are_found_as_words_in_sources() {
        let [marker, ..] = MARKERS;
        let text = format!("let a = 1;\n// {marker}: later\nlet {marker}S = 2;");
        let found = leftovers(&Tree::of(&[("a.rs", &text), ("a.md", &text)]));
        assert_eq!(found.len(), 1);
        assert!(lines(&found)[0].starts_with("a.rs:2: "), "{found:?}");
    }

    #[test]
    fn unfinished_code_is_found_in_its_own_language() {
        for (word, _) in UNFINISHED_RUST {
            let text = format!("    {word}(x)");
            assert_eq!(leftovers(&Tree::of(&[("a.rs", &text)])).len(), 1, "{word}");
            assert_eq!(leftovers(&Tree::of(&[("a.ts", &text)])), [], "{word}");
        }
        for (word, _) in UNFINISHED_WEB {
            let before = if word.starts_with('.') { "test" } else { "" };
            let text = format!("  {before}{word}'sends', () => {{}})");
            let found = leftovers(&Tree::of(&[("a.test.tsx", &text)]));
            assert_eq!(found.len(), 1, "{word}");
            assert_eq!(leftovers(&Tree::of(&[("a.rs", &text)])), [], "{word}");
        }
        let (only, _) = UNFINISHED_WEB[0];
        let spread = format!("...{}FIELDS)", only.trim_start_matches('.'));
        assert_eq!(leftovers(&Tree::of(&[("a.ts", &spread)])), []);
    }
}
