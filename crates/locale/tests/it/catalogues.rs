//! The three catalogues are whole: they parse, agree with each other, and have every key that the
//! program uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;
use samtale_locale::{Arg, Catalog, Locale};

use crate::ftl;

/// The stable codes: those of error replies, then those the client engine makes itself.
const ERROR_CODES: &[&str] = &[
    "bad_request",
    "bad_frame",
    "too_large",
    "unauthorized",
    "token_expired",
    "forbidden",
    "not_participant",
    "not_found",
    "id_conflict",
    "content_empty",
    "content_too_long",
    "content_invalid",
    "rate_limited",
    "too_many",
    "unmatched_topic",
    "not_joined",
    "join_limit",
    "unsupported_version",
    "blocked",
    "unavailable",
    "draining",
    "internal",
    "offline",
    "timeout",
    "queue_full",
    "expired",
    "cancelled",
    "unknown_message",
    "unknown_op",
    "unknown_chat",
    "not_yours",
    "signed_out",
    "engine_failed",
];

/// The families whose keys are put together from a prefix and a name: what each must have, and
/// whether it may have nothing else.
fn families() -> Vec<(&'static str, Vec<String>)> {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let numbers = |last: u8| (1..=last).map(|number| number.to_string()).collect();
    let mut errors: Vec<String> = names(ERROR_CODES);
    errors.push("unknown".to_owned());
    vec![
        ("error", errors),
        ("status", names(&["online", "away", "busy", "offline"])),
        (
            "connection",
            names(&[
                "idle",
                "connecting",
                "connected",
                "reconnecting",
                "degraded",
                "offline",
                "failed",
            ]),
        ),
        (
            "delivery",
            names(&["sending", "sent", "delivered", "read", "failed"]),
        ),
        (
            "role",
            names(&[
                "owner", "tutor", "student", "guardian", "observer", "unknown",
            ]),
        ),
        (
            "time",
            names(&[
                "now",
                "minutes",
                "hours",
                "today",
                "yesterday",
                "tomorrow",
                "weekday",
                "date",
                "date-year",
                "full",
            ]),
        ),
        (
            "last-seen",
            names(&[
                "now",
                "minutes",
                "hours",
                "yesterday",
                "weekday",
                "date",
                "date-year",
            ]),
        ),
        (
            "list",
            names(&["yesterday", "weekday", "date", "date-year"]),
        ),
        ("day", names(&["today", "yesterday", "date", "date-year"])),
        ("weekday", numbers(7)),
        ("month", numbers(12)),
    ]
}

#[test]
fn every_catalogue_parses() {
    for locale in Locale::ALL {
        if let Err((_, errors)) = FluentResource::try_new(ftl::source(locale)) {
            panic!("locales/{locale}.ftl: {errors:?}");
        }
    }
}

#[test]
fn no_key_is_written_twice() {
    for locale in Locale::ALL {
        let mut seen = BTreeSet::new();
        for message in ftl::messages(&ftl::source(locale)) {
            assert!(
                seen.insert(message.key.clone()),
                "locales/{locale}.ftl has {} twice",
                message.key
            );
        }
    }
}

#[test]
fn all_catalogues_have_the_same_messages_with_the_same_variables_in_the_same_order() {
    let norwegian = ftl::messages(&ftl::source(Locale::Nb));
    assert!(!norwegian.is_empty());
    for locale in Locale::ALL {
        let other = ftl::messages(&ftl::source(locale));
        for (ours, theirs) in norwegian.iter().zip(&other) {
            assert_eq!(
                ours, theirs,
                "nb.ftl on the left, {locale}.ftl on the right"
            );
        }
        assert_eq!(norwegian.len(), other.len(), "locales/{locale}.ftl");
    }
}

#[test]
fn every_message_is_a_sentence_without_gaps_for_one_and_for_many() {
    for locale in Locale::ALL {
        let catalog = Catalog::new(locale);
        for message in ftl::messages(&ftl::source(locale)) {
            for count in [0, 1, 2] {
                let args: Vec<(&str, Arg<'_>)> = message
                    .variables
                    .iter()
                    .map(|name| match name.as_str() {
                        "count" | "max" | "day" => (name.as_str(), count.into()),
                        _ => (name.as_str(), "Åse".into()),
                    })
                    .collect();
                let text = catalog.text_with(&message.key, &args);
                let key = &message.key;
                assert_ne!(&text, key, "{locale}: {key} has no text");
                assert!(!text.contains(['{', '}', '$']), "{locale}: {key}: {text}");
                assert!(
                    !text.contains(['\u{2068}', '\u{2069}']),
                    "{locale}: {key} has isolation marks"
                );
                assert_eq!(text.trim(), text, "{locale}: {key}");
                assert!(!text.contains("  "), "{locale}: {key}: {text}");
            }
        }
    }
}

#[test]
fn every_family_of_keys_is_complete_and_has_nothing_else() {
    let written = ftl::messages(&ftl::source(Locale::Nb));
    for (family, names) in families() {
        let expected: BTreeSet<String> = names
            .iter()
            .map(|name| format!("{family}-{name}"))
            .collect();
        let found: BTreeSet<String> = written
            .iter()
            .map(|message| message.key.clone())
            .filter(|key| {
                key.strip_prefix(family)
                    .is_some_and(|rest| rest.starts_with('-'))
            })
            .collect();
        assert_eq!(expected, found, "{family}");
    }
}

#[test]
fn every_error_code_has_a_sentence_of_its_own() {
    for locale in Locale::ALL {
        let catalog = Catalog::new(locale);
        let mut sentences = BTreeMap::from([(catalog.error_text("?", None), "unknown")]);
        for code in ERROR_CODES {
            let text = catalog.error_text(code, None);
            assert!(text.ends_with('.'), "{locale}: {code}: {text}");
            if let Some(other) = sentences.insert(text.clone(), code) {
                panic!("{locale}: {code} says the same as {other}: {text}");
            }
        }
    }
}

#[test]
fn nynorsk_is_not_a_copy_of_bokmal() {
    let (nb, nn) = (Catalog::new(Locale::Nb), Catalog::new(Locale::Nn));
    for code in ["offline", "internal", "timeout", "not_participant"] {
        assert_ne!(nb.error_text(code, None), nn.error_text(code, None));
    }
    let bokmal_words = ["ikke", "noe", "meldingen", "skriver", "siden", "frakoblet"];
    for line in ftl::source(Locale::Nn)
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let text = line.split_once('=').map_or(line, |(_, text)| text);
        for word in text.split(|letter: char| !letter.is_alphabetic()) {
            assert!(
                !bokmal_words.contains(&word.to_lowercase().as_str()),
                "nn.ftl: {line}"
            );
        }
    }
}

#[test]
fn a_missing_key_reads_as_itself_and_a_missing_argument_as_its_name() {
    let catalog = Catalog::new(Locale::Nb);
    assert!(!catalog.has("no-such-key"));
    assert_eq!(catalog.text("no-such-key"), "no-such-key");
    assert_eq!(catalog.text("system-left"), "{$name} forlot samtalen");
}

#[test]
fn a_catalogue_can_be_shared_between_threads() {
    let catalog = Catalog::new(Locale::Nb);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| catalog.text_with("unread", &[("count", 1.into())])))
            .collect();
        for thread in threads {
            assert_eq!(thread.join().expect("the thread ends"), "1 ulest");
        }
    });
}

/// Keys in code are literals, given to `text` and `text_with` or kept in a constant that begins
/// with `tui-`; those of the families above are tried there.
#[test]
fn every_key_in_rust_code_exists() {
    let keys: BTreeSet<String> = ftl::messages(&ftl::source(Locale::Nb))
        .into_iter()
        .map(|message| message.key)
        .collect();
    let mut used = 0;
    for file in sources_that_use_this_crate() {
        let code = fs::read_to_string(&file).expect("a listed file can be read");
        for key in keys_in(&code) {
            assert!(keys.contains(key), "{}: no key {key}", file.display());
            used += 1;
        }
    }
    assert!(used >= 5, "found only {used} keys: is the search broken?");
}

#[test]
fn the_search_for_keys_finds_them_across_lines_and_in_constants() {
    let code = "a.text(\"one\"); b.text_with(\n    \"two\", &[]); c.text(&name); const T: &str = \"tui-three\";";
    assert_eq!(keys_in(code), ["one", "two", "tui-three"]);
}

fn keys_in(code: &str) -> Vec<&str> {
    let literal_after = |opening: &'static str| {
        code.split(opening)
            .skip(1)
            .filter_map(|rest| rest.trim_start().strip_prefix('"'))
            .filter_map(|rest| rest.split_once('"').map(|(literal, _)| literal))
    };
    let constants = code
        .match_indices("\"tui-")
        .filter_map(|(at, _)| code[at + 1..].split_once('"').map(|(literal, _)| literal))
        .filter(|literal| !literal.ends_with('-'));
    literal_after(".text(")
        .chain(literal_after(".text_with("))
        .chain(constants)
        .collect()
}

fn sources_that_use_this_crate() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(ftl::root().join("crates")).expect("the crates can be listed") {
        let folder = entry.expect("a listed crate").path();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        if manifest.contains("samtale-locale") {
            collect_rust(&folder.join("src"), &mut files);
        }
    }
    files
}

fn collect_rust(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder can be listed") {
        let path = entry.expect("a listed file").path();
        if path.is_dir() {
            collect_rust(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
