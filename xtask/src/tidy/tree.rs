//! The files the rules look at, and what a rule has to say about one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::shell::Cmd;

/// Text files by their path from the root, with `/` between folders.
pub(super) struct Tree {
    texts: BTreeMap<String, String>,
    /// Every file, those that are not text included.
    names: Vec<String>,
}

impl Tree {
    /// Reads what git tracks or would track under `root`.
    ///
    /// # Errors
    /// Fails outside a git repository, and when a file can't be read.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let listed = Cmd::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .read()
            .context("tidy looks at what git tracks, so it needs git and a repository")?;
        let mut names = Vec::new();
        let mut texts = BTreeMap::new();
        for name in listed.split('\0').filter(|name| !name.is_empty()) {
            let path = root.join(name);
            // Git still lists a file that was deleted but not yet committed.
            if !path.is_file() {
                continue;
            }
            let bytes = std::fs::read(&path).with_context(|| format!("reading {name}"))?;
            names.push(name.to_owned());
            if let Ok(text) = String::from_utf8(bytes) {
                texts.insert(name.to_owned(), text);
            }
        }
        Ok(Self { texts, names })
    }

    /// Makes a tree of strings, for the tests of the rules.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self {
            texts: files
                .iter()
                .map(|(name, text)| ((*name).into(), (*text).into()))
                .collect(),
            names: files.iter().map(|(name, _)| (*name).into()).collect(),
        }
    }

    /// Returns how many files there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Walks the text files with one of these extensions; all of them when none is given.
    pub(super) fn texts(&self, extensions: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .filter(move |(name, _)| extensions.is_empty() || extensions.contains(&extension(name)))
    }

    /// Returns the text of one file.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Tells whether a file or a folder of that name exists.
    pub(super) fn has(&self, name: &str) -> bool {
        let inside = |file: &str| {
            file.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        self.names.iter().any(|file| file == name || inside(file))
    }
}

/// Returns what follows the last dot of the file's name.
fn extension(name: &str) -> &str {
    name.rsplit('/')
        .next()
        .and_then(|file| file.rsplit_once('.'))
        .map_or("", |(_, end)| end)
}

/// One thing that is against a rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    file: String,
    line: Option<usize>,
    message: String,
}

impl Finding {
    /// Speaks of a whole file.
    pub(super) fn file(file: &str, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            message: message.into(),
        }
    }

    /// Speaks of a line, counted from 1.
    pub(super) fn line(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(line),
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_exist_through_their_files() {
        let tree = Tree::of(&[("docs/protocol.md", "")]);
        assert!(tree.has("docs") && tree.has("docs/protocol.md"));
        assert!(!tree.has("doc") && !tree.has("docs/protocol"));
    }

    #[test]
    fn extensions_choose_files() {
        let tree = Tree::of(&[("a.rs", ""), ("b.ts", ""), (".gitignore", ""), ("c", "")]);
        let names: Vec<_> = tree.texts(&["rs", "ts"]).map(|(name, _)| name).collect();
        assert_eq!(names, ["a.rs", "b.ts"]);
        assert_eq!(tree.texts(&[]).count(), 4);
    }
}
