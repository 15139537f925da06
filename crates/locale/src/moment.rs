//! Where a time lies as seen from now, by the clock and by the calendar of Norway.
//!
//! Spans up to some hours are measured in elapsed time, days by the calendar: a day that is 23 or
//! 25 hours long, because the clocks change, is still one day. The rules are told in
//! `locales/fixtures.json`, which also tries them at both changes.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The zone of all times shown, built into the program.
static OSLO: TimeZone = jiff::tz::get!("Europe/Oslo");

const MS_PER_MINUTE: i64 = 60_000;
const MS_PER_HOUR: i64 = 60 * MS_PER_MINUTE;
const HOURS_PER_DAY: i64 = 24;

/// How far ahead of now a time may lie and still count as now, in milliseconds: clocks are off.
const SKEW_MS: i64 = 5 * MS_PER_MINUTE;

/// How long ago, in hours, a time of yesterday is still told in hours.
const HOURS_PAST_MIDNIGHT: i64 = 6;

/// How many days back a weekday's name still says which day is meant.
const WEEKDAY_REACH: i64 = 6;

/// How a time is told relative to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Less than a minute ago, or ahead by no more than clocks may be off.
    Now,
    /// Whole minutes ago, 1 to 59.
    Minutes(i64),
    /// Whole hours ago, 1 to 24 (the day the clocks go back has 25).
    Hours(i64),
    /// A day of the calendar, with the clock time.
    On(Day),
}

impl Moment {
    /// Tells where `then_ms` lies as seen from `now_ms`, both in Unix milliseconds.
    pub(crate) fn of(now_ms: i64, then_ms: i64) -> Self {
        let ago = now_ms.saturating_sub(then_ms);
        let day = Day::of(now_ms, then_ms);
        let hours = ago / MS_PER_HOUR;
        if is_now(now_ms, then_ms) {
            Self::Now
        } else if ago < 0 {
            Self::On(day)
        } else if ago < MS_PER_HOUR {
            Self::Minutes(ago / MS_PER_MINUTE)
        } else if day == Day::Today || hours < HOURS_PAST_MIDNIGHT {
            Self::Hours(hours)
        } else {
            Self::On(day)
        }
    }
}

/// How a day is told relative to today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// The same date.
    Today,
    /// The date before.
    Yesterday,
    /// The date after.
    Tomorrow,
    /// Two to six days back, so that the weekday's name is enough.
    Weekday,
    /// Another date of this year.
    Date,
    /// A date of another year.
    DateYear,
}

impl Day {
    /// Tells which day `then_ms` is as seen from `now_ms`, both in Unix milliseconds.
    pub(crate) fn of(now_ms: i64, then_ms: i64) -> Self {
        let (today, date) = (in_oslo(now_ms).date(), in_oslo(then_ms).date());
        match days_between(date, today) {
            0 => Self::Today,
            1 => Self::Yesterday,
            -1 => Self::Tomorrow,
            2..=WEEKDAY_REACH => Self::Weekday,
            _ => Self::dated(today, date),
        }
    }

    /// Tells whether the date of `then_ms` needs its year as seen from `now_ms`.
    pub(crate) fn date_of(now_ms: i64, then_ms: i64) -> Self {
        Self::dated(in_oslo(now_ms).date(), in_oslo(then_ms).date())
    }

    fn dated(today: Date, date: Date) -> Self {
        if date.year() == today.year() {
            Self::Date
        } else {
            Self::DateYear
        }
    }
}

/// Returns whether a time counts as now: under a minute ago, or ahead by no more than clocks are off.
pub(crate) fn is_now(now_ms: i64, then_ms: i64) -> bool {
    (-SKEW_MS..MS_PER_MINUTE).contains(&now_ms.saturating_sub(then_ms))
}

/// Returns the date and the clock time in Norway; a time outside the years ±9999 becomes the
/// nearest one inside.
pub(crate) fn in_oslo(ms: i64) -> DateTime {
    let nearest = if ms < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    OSLO.to_datetime(Timestamp::from_millisecond(ms).unwrap_or(nearest))
}

/// Counts the days from one date to another.
fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / HOURS_PER_DAY
}
