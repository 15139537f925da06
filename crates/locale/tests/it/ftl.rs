//! Reads a catalogue's file line by line, apart from Fluent's own parser: its keys, in order and
//! with repeats, and the variables of each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use samtale_locale::Locale;

/// A message as it is written in the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) key: String,
    pub(crate) variables: BTreeSet<String>,
}

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns the text of a file under the root.
pub(crate) fn read(path: &str) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the text of a language's catalogue.
pub(crate) fn source(locale: Locale) -> String {
    read(&format!("locales/{locale}.ftl"))
}

/// Returns the messages of a catalogue. A message begins at the left edge; what is indented
/// belongs to it.
pub(crate) fn messages(source: &str) -> Vec<Written> {
    let mut messages: Vec<Written> = Vec::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let (key, _) = line.split_once(" =").expect("a message has an equals sign");
            messages.push(Written {
                key: key.to_owned(),
                variables: BTreeSet::new(),
            });
        }
        if let Some(message) = messages.last_mut() {
            message.variables.extend(variables(line));
        }
    }
    messages
}

fn variables(line: &str) -> impl Iterator<Item = String> {
    line.split('$').skip(1).map(|rest| {
        rest.chars()
            .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
            .collect()
    })
}

#[test]
fn a_catalogue_is_read_with_its_variables() {
    let written = messages(
        "# note $not\n\none = En\ntwo =\n    { $count ->\n       *[other] { $name } { $count }\n    }\n",
    );
    let expected =
        [("one", vec![]), ("two", vec!["count", "name"])].map(|(key, variables)| Written {
            key: key.to_owned(),
            variables: variables.into_iter().map(str::to_owned).collect(),
        });
    assert_eq!(written, expected);
}
