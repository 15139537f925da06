//! A mutant as it is written down: what is broken, in which file, and the lines that change.
//!
//! ```text
//! what: the store takes an op that is sent again for a new one
//! file: crates/store/src/sqlite/ops.rs
//!  a line that stays, to tell the place from others like it
//! -a line that goes
//! +a line that comes
//! ```
//! Lines are compared without their indentation, so that code may move into another block. The lines that stay and go
//! must stand in the file exactly once, one after the other. A mutant of several changes names a file for each.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

/// Where the definitions lie.
const FOLDER: &str = "crates/sim/mutants";
const EXTENSION: &str = "mutant";

/// A plausible bug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mutant {
    /// The name of its file.
    pub(super) name: String,
    /// What is broken, in a few words.
    pub(super) what: String,
    /// The changes that make it.
    pub(super) edits: Vec<Edit>,
}

/// A change of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// The file, from the root.
    pub(super) file: String,
    find: Vec<String>,
    replace: Vec<String>,
}

impl Mutant {
    /// Reads all definitions of a tree, those of one crate together: what is built after one helps the next.
    ///
    /// # Errors
    /// Fails where the folder or a definition can't be read.
    pub(super) fn read_all(root: &Path) -> Result<Vec<Self>> {
        let folder = root.join(FOLDER);
        let entries =
            fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        let mut mutants = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|end| end != EXTENSION) {
                continue;
            }
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let mutant =
                Self::parse(&name, &text).with_context(|| format!("in {FOLDER}/{name}"))?;
            mutants.push(mutant);
        }
        mutants.sort_by_cached_key(|mutant| (mutant.packages(), mutant.name.clone()));
        Ok(mutants)
    }

    fn parse(name: &str, text: &str) -> Result<Self> {
        let mut what = None;
        let mut edits: Vec<Edit> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if let Some(given) = line.strip_prefix("what: ") {
                ensure!(what.is_none(), "a mutant says once what is broken");
                what = Some(given.trim().to_owned());
            } else if let Some(file) = line.strip_prefix("file: ") {
                edits.push(Edit {
                    file: file.trim().to_owned(),
                    find: Vec::new(),
                    replace: Vec::new(),
                });
            } else if let Some(edit) = edits.last_mut() {
                edit.add(line)
                    .with_context(|| format!("line {}", number + 1))?;
            } else {
                ensure!(
                    line.trim().is_empty(),
                    "line {}: no file is named yet",
                    number + 1
                );
            }
        }
        let what = what.context("`what: ` is missing")?;
        ensure!(!edits.is_empty(), "`file: ` is missing");
        for edit in &edits {
            ensure!(!edit.find.is_empty(), "{}: nothing to find", edit.file);
            ensure!(edit.find != edit.replace, "{}: nothing changes", edit.file);
        }
        Ok(Self {
            name: name.to_owned(),
            what,
            edits,
        })
    }

    /// Returns the packages that it changes.
    pub(super) fn packages(&self) -> Vec<String> {
        let folder = |edit: &Edit| {
            let name = edit.file.strip_prefix("crates/")?.split('/').next()?;
            Some(format!("samtale-{name}"))
        };
        let mut packages: Vec<String> = self.edits.iter().filter_map(folder).collect();
        packages.sort();
        packages.dedup();
        packages
    }

    /// Changes the files below a root.
    ///
    /// # Errors
    /// Fails where a place is not there exactly once; the changes before it are made all the same.
    pub(super) fn plant(&self, root: &Path) -> Result<()> {
        for edit in &self.edits {
            let path = root.join(&edit.file);
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", edit.file))?;
            let changed = edit.apply(&text)?;
            fs::write(&path, changed).with_context(|| format!("writing {}", edit.file))?;
        }
        Ok(())
    }
}

impl Edit {
    fn add(&mut self, line: &str) -> Result<()> {
        if line.trim().is_empty() {
            return Ok(());
        }
        match line.split_at_checked(1) {
            Some((" ", kept)) => {
                self.find.push(kept.to_owned());
                self.replace.push(kept.to_owned());
            }
            Some(("-", gone)) => self.find.push(gone.to_owned()),
            Some(("+", new)) => self.replace.push(new.to_owned()),
            _ => bail!("a line begins with a space, `-` or `+`"),
        }
        Ok(())
    }

    /// Returns a text with the change made.
    ///
    /// # Errors
    /// Fails where the lines to find don't stand in the text exactly once.
    pub(super) fn apply(&self, text: &str) -> Result<String> {
        // Blank lines are passed over on both sides.
        let lines: Vec<&str> = text.lines().collect();
        let solid: Vec<usize> = (0..lines.len())
            .filter(|at| !lines[*at].trim().is_empty())
            .collect();
        let same = |window: &&[usize]| {
            let mut pairs = window.iter().zip(&self.find);
            pairs.all(|(at, wanted)| lines[*at].trim() == wanted.trim())
        };
        let found: Vec<&[usize]> = solid.windows(self.find.len()).filter(same).collect();
        let [place] = found.as_slice() else {
            bail!(
                "{}: these lines are there {} times instead of once:\n{}",
                self.file,
                found.len(),
                self.find.join("\n")
            );
        };
        let (first, last) = (place[0], place[place.len() - 1]);
        let before = lines[..first].iter().copied();
        let new = self.replace.iter().map(String::as_str);
        let after = lines[last + 1..].iter().copied();
        let mut changed: Vec<&str> = before.chain(new).chain(after).collect();
        changed.push("");
        Ok(changed.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::shell;

    const PLANTED: &str = "what: it is broken\nfile: crates/store/src/a.rs\n     one();\n-    two();\n+    three();\n";

    #[test]
    fn lines_that_stay_tell_the_place() {
        let mutant = Mutant::parse("a", PLANTED).unwrap();
        assert_eq!(mutant.what, "it is broken");
        assert_eq!(mutant.packages(), ["samtale-store"]);
        let text = "    two();\n        one();\n\n        two();\n    end();\n";
        let changed = mutant.edits[0].apply(text).unwrap();
        assert_eq!(
            changed,
            "    two();\n    one();\n    three();\n    end();\n"
        );
    }

    #[test]
    fn a_place_that_is_not_there_exactly_once_is_refused() {
        let edit = &Mutant::parse("a", PLANTED).unwrap().edits[0];
        for (text, times) in [
            ("one();\n", "0 times"),
            ("one();\ntwo();\none();\ntwo();\n", "2 times"),
        ] {
            let error = edit.apply(text).unwrap_err().to_string();
            assert!(error.contains(times), "{error}");
        }
    }

    #[test]
    fn a_definition_says_what_and_where() {
        for (text, complaint) in [
            ("file: a\n-b\n", "`what: ` is missing"),
            ("what: a\n", "`file: ` is missing"),
            ("what: a\nfile: b\n c\n", "nothing changes"),
            ("what: a\nfile: b\n+c\n", "nothing to find"),
            ("what: a\n-b\n", "no file is named"),
        ] {
            let error = format!("{:#}", Mutant::parse("a", text).unwrap_err());
            assert!(error.contains(complaint), "{error}");
        }
    }

    #[test]
    fn every_mutant_fits_the_tree() {
        let mutants = Mutant::read_all(&shell::root()).unwrap();
        let mut misfits = Vec::new();
        for mutant in &mutants {
            for edit in &mutant.edits {
                let fits = fs::read_to_string(shell::root().join(&edit.file))
                    .with_context(|| format!("reading {}", edit.file))
                    .and_then(|text| edit.apply(&text));
                misfits.extend(
                    fits.err()
                        .map(|error| format!("{}: {error:#}", mutant.name)),
                );
            }
        }
        assert!(misfits.is_empty(), "{}", misfits.join("\n\n"));
    }

    #[test]
    fn no_two_mutants_break_the_same_thing() {
        let mutants = Mutant::read_all(&shell::root()).unwrap();
        let whats: BTreeSet<&str> = mutants.iter().map(|mutant| mutant.what.as_str()).collect();
        assert_eq!(whats.len(), mutants.len());
    }
}
