//! The cases of `locales/fixtures.json`, which the TypeScript side passes as well.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use samtale_locale::{Arg, Catalog, Locale};
use serde::Deserialize;

use crate::ftl;

/// The file. A section that this side doesn't know is refused, so that none is forgotten.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fixtures {
    #[serde(rename = "about")]
    _about: Vec<String>,
    locales: Vec<LocaleCase>,
    typing: Vec<Case<Typing>>,
    statuses: Vec<Case<Status>>,
    connections: Vec<Case<State>>,
    deliveries: Vec<Case<State>>,
    roles: Vec<Case<Role>>,
    errors: Vec<Case<Error>>,
    times: Vec<Case<NowThen>>,
    last_seen: Vec<Case<NowThen>>,
    clock: Vec<Case<At>>,
    date_time: Vec<Case<At>>,
    list: Vec<Case<NowThen>>,
    day_separator: Vec<Case<NowThen>>,
    plural: Vec<Case<Message>>,
    texts: Vec<Case<Message>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LocaleCase {
    preferred: Vec<String>,
    expected: String,
}

#[derive(Deserialize)]
struct Case<Input> {
    locale: String,
    #[serde(flatten)]
    input: Input,
    expected: String,
}

#[derive(Debug, Deserialize)]
struct Typing {
    names: Vec<Option<String>>,
}

#[derive(Debug, Deserialize)]
struct Status {
    status: String,
}

#[derive(Debug, Deserialize)]
struct State {
    state: String,
}

#[derive(Debug, Deserialize)]
struct Role {
    role: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Error {
    code: String,
    retry_after_ms: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct NowThen {
    now: String,
    then: String,
}

#[derive(Debug, Deserialize)]
struct At {
    at: String,
}

#[derive(Debug, Deserialize)]
struct Message {
    key: String,
    args: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    Number(i64),
    Text(String),
}

fn fixtures() -> Fixtures {
    serde_json::from_str(&ftl::read("locales/fixtures.json")).expect("the fixtures have this shape")
}

/// Tries each case of a section, which must have some in every language.
fn check<Input: std::fmt::Debug>(
    section: &str,
    cases: &[Case<Input>],
    text: impl Fn(&Catalog, &Input) -> String,
) {
    let catalogs = Locale::ALL.map(Catalog::new);
    let mut covered = BTreeSet::new();
    for case in cases {
        let catalog = catalogs
            .iter()
            .find(|catalog| catalog.locale().tag() == case.locale)
            .unwrap_or_else(|| panic!("{section}: no catalogue {}", case.locale));
        covered.insert(catalog.locale().tag());
        assert_eq!(
            text(catalog, &case.input),
            case.expected,
            "{section}, {}: {:?}",
            case.locale,
            case.input
        );
    }
    assert_eq!(
        covered.len(),
        Locale::ALL.len(),
        "{section} lacks a language"
    );
}

fn ms(instant: &str) -> i64 {
    instant
        .parse::<Timestamp>()
        .unwrap_or_else(|error| panic!("{instant}: {error}"))
        .as_millisecond()
}

#[test]
fn locales_are_negotiated_as_the_fixtures_say() {
    let cases = fixtures().locales;
    assert!(!cases.is_empty());
    for case in cases {
        let chosen = Locale::negotiate(case.preferred.iter().map(String::as_str));
        assert_eq!(chosen.tag(), case.expected, "{:?}", case.preferred);
        if let [only] = case.preferred.as_slice() {
            assert_eq!(only.parse(), Ok(chosen), "{only}");
        }
    }
}

#[test]
fn typing_reads_as_the_fixtures_say() {
    check("typing", &fixtures().typing, |catalog, input| {
        let names: Vec<_> = input.names.iter().map(Option::as_deref).collect();
        catalog.typing_text(&names)
    });
}

#[test]
fn names_of_the_wire_read_as_the_fixtures_say() {
    let fixtures = fixtures();
    check("statuses", &fixtures.statuses, |catalog, input| {
        catalog.status(&input.status)
    });
    check("connections", &fixtures.connections, |catalog, input| {
        catalog.connection(&input.state)
    });
    check("deliveries", &fixtures.deliveries, |catalog, input| {
        catalog.delivery(&input.state)
    });
    check("roles", &fixtures.roles, |catalog, input| {
        catalog.role(&input.role)
    });
}

#[test]
fn errors_read_as_the_fixtures_say() {
    check("errors", &fixtures().errors, |catalog, input| {
        catalog.error_text(&input.code, input.retry_after_ms)
    });
}

#[test]
fn times_read_as_the_fixtures_say() {
    let fixtures = fixtures();
    check("times", &fixtures.times, |catalog, input| {
        catalog.relative_time(ms(&input.now), ms(&input.then))
    });
    check("lastSeen", &fixtures.last_seen, |catalog, input| {
        catalog.last_seen(ms(&input.now), ms(&input.then))
    });
    check("clock", &fixtures.clock, |catalog, input| {
        catalog.clock_time(ms(&input.at))
    });
    check("dateTime", &fixtures.date_time, |catalog, input| {
        catalog.date_time(ms(&input.at))
    });
    check("list", &fixtures.list, |catalog, input| {
        catalog.list_time(ms(&input.now), ms(&input.then))
    });
    check("daySeparator", &fixtures.day_separator, |catalog, input| {
        catalog.day_separator(ms(&input.now), ms(&input.then))
    });
}

#[test]
fn messages_read_as_the_fixtures_say() {
    let fixtures = fixtures();
    let text = |catalog: &Catalog, input: &Message| {
        let args: Vec<(&str, Arg<'_>)> = input
            .args
            .iter()
            .map(|(name, value)| match value {
                Value::Number(number) => (name.as_str(), (*number).into()),
                Value::Text(text) => (name.as_str(), text.into()),
            })
            .collect();
        catalog.text_with(&input.key, &args)
    };
    check("plural", &fixtures.plural, text);
    check("texts", &fixtures.texts, text);
}
