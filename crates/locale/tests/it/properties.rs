//! What holds for every input there is.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;
use samtale_locale::{Arg, Catalog, Locale};

const MS_PER_HOUR: i64 = 3_600_000;
const MS_PER_DAY: i64 = 24 * MS_PER_HOUR;

/// Any number, with the ends of the range and the neighbourhood of now drawn often.
fn any_ms() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => any::<i64>(),
        4 => -MS_PER_DAY * 365 * 100..MS_PER_DAY * 365 * 200,
        1 => Just(i64::MIN),
        1 => Just(i64::MAX),
        1 => Just(Timestamp::MIN.as_millisecond()),
        1 => Just(Timestamp::MAX.as_millisecond()),
    ]
}

fn any_catalog() -> impl Strategy<Value = Catalog> {
    (0..Locale::ALL.len()).prop_map(|index| Catalog::new(Locale::ALL[index]))
}

/// The instant of the last Sunday of a month at 01:00 UTC, when the clocks of the European Union
/// and of Norway change (directive 2000/84/EC).
fn change(year: i16, month: i8) -> i64 {
    let last: Date = date(year, month, 1).last_of_month();
    let back = last.weekday().since(Weekday::Sunday);
    let sunday = date(year, month, last.day() - back);
    sunday
        .at(1, 0, 0, 0)
        .to_zoned(TimeZone::UTC)
        .expect("the year is within range")
        .timestamp()
        .as_millisecond()
}

/// The clock time by the directive's rule alone, without a time zone database.
fn clock_by_rule(year: i16, ms: i64) -> String {
    let summer = (change(year, 3)..change(year, 10)).contains(&ms);
    let offset = Offset::constant(if summer { 2 } else { 1 });
    let local = offset.to_datetime(Timestamp::from_millisecond(ms).expect("within range"));
    local.strftime("%H:%M").to_string()
}

#[test]
fn the_rule_finds_the_changes_of_2026() {
    let at = |ms: i64| {
        Timestamp::from_millisecond(ms)
            .map(|at| at.to_string())
            .ok()
    };
    assert_eq!(at(change(2026, 3)).as_deref(), Some("2026-03-29T01:00:00Z"));
    assert_eq!(
        at(change(2026, 10)).as_deref(),
        Some("2026-10-25T01:00:00Z")
    );
}

proptest! {
    #[test]
    fn formatters_take_any_time(catalog in any_catalog(), now in any_ms(), then in any_ms()) {
        for text in [
            catalog.relative_time(now, then),
            catalog.last_seen(now, then),
            catalog.clock_time(then),
            catalog.date_time(then),
            catalog.list_time(now, then),
            catalog.day_separator(now, then),
        ] {
            prop_assert!(!text.is_empty());
            prop_assert!(!text.contains(['{', '}']), "{text}");
            for family in ["time-", "last-seen-", "list-", "day-", "weekday-", "month-"] {
                prop_assert!(!text.contains(family), "{text} is a key");
            }
        }
    }

    #[test]
    fn times_near_each_other_take_every_form(
        catalog in any_catalog(),
        now in 0..MS_PER_DAY * 365 * 100,
        ago in -3 * MS_PER_DAY..9 * MS_PER_DAY,
    ) {
        let text = catalog.relative_time(now, now - ago);
        prop_assert!(!text.contains("time-"), "{text} is a key");
        if ago >= 0 {
            let seen = catalog.last_seen(now, now - ago);
            prop_assert!(!seen.contains("last-seen-"), "{seen} is a key");
            prop_assert!(seen.to_lowercase().ends_with(&text.to_lowercase()), "{seen} and {text}");
        }
    }

    #[test]
    fn clock_times_follow_the_rule_on_the_weekends_of_change(
        year in 1996_i16..=2200,
        month in prop_oneof![Just(3_i8), Just(10_i8)],
        apart in -2 * MS_PER_DAY..2 * MS_PER_DAY,
    ) {
        let ms = change(year, month) + apart;
        let catalog = Catalog::new(Locale::Nb);
        prop_assert_eq!(catalog.clock_time(ms), clock_by_rule(year, ms));
    }

    #[test]
    fn a_day_of_the_calendar_is_one_day_however_long(
        year in 1996_i16..=2200,
        month in prop_oneof![Just(3_i8), Just(10_i8)],
        days in -2_i64..=2,
        minutes_back in 0_i64..60 * 60,
    ) {
        // 11:00 UTC is the middle of the day whatever the clocks do, and 24 hours earlier is too.
        let noon = change(year, month) + (10 + 24 * days) * MS_PER_HOUR;
        let then = noon - minutes_back * 60_000;
        let catalog = Catalog::new(Locale::Nb);
        let local = |ms: i64| {
            let text = catalog.date_time(ms);
            text.split(" kl.").next().unwrap_or_default().to_owned()
        };
        let expected = if local(then) == local(noon) {
            "I dag"
        } else if local(then) == local(noon - MS_PER_DAY) {
            "I går"
        } else {
            &local(then).replace(&format!(" {year}"), "")
        };
        prop_assert_eq!(catalog.day_separator(noon, then), expected);
    }

    #[test]
    fn words_from_the_wire_are_taken_as_they_are(
        catalog in any_catalog(),
        word in any::<String>(),
        wait in any::<Option<u64>>(),
    ) {
        prop_assert!(!catalog.error_text(&word, wait).is_empty());
        prop_assert!(!catalog.status(&word).is_empty());
        prop_assert!(!catalog.connection(&word).is_empty());
        prop_assert!(!catalog.delivery(&word).is_empty());
        prop_assert!(!catalog.role(&word).is_empty());
        prop_assert!(Locale::ALL.contains(&Locale::negotiate([word.as_str()])));
        let left = catalog.text_with("system-left", &[("name", Arg::Text(&word))]);
        prop_assert!(left.starts_with(&word));
    }

    #[test]
    fn typing_names_people_only_when_all_are_known(
        catalog in any_catalog(),
        names in prop::collection::vec(prop::option::of("[A-ZÆØÅ][a-zæøå]{2,8}"), 0..6),
    ) {
        let borrowed: Vec<_> = names.iter().map(Option::as_deref).collect();
        let text = catalog.typing_text(&borrowed);
        prop_assert_eq!(text.is_empty(), names.is_empty());
        let named = (1..=2).contains(&names.len()) && names.iter().all(Option::is_some);
        for name in names.iter().flatten() {
            prop_assert_eq!(text.contains(name.as_str()), named, "{}", text);
        }
    }
}
