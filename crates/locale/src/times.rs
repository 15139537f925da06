//! Times as people read them: how long ago, clock times, rows of the chat list, lines between days.
//!
//! All times are Unix milliseconds and are shown in Norway's time, Europe/Oslo. `now_ms` comes from
//! who calls. Every function takes any number there is.

use jiff::civil::DateTime;

use crate::Catalog;
use crate::moment::{Day, Moment, in_oslo, is_now};

impl Catalog {
    /// Returns how long ago a time is, or when it is: "5 min siden", "i går kl. 14:05".
    ///
    /// Under a minute is now, and so is what lies up to five minutes ahead, because clocks are
    /// off. Then come minutes, and hours while it is the same day or under six hours ago; then
    /// yesterday, the weekday up to six days back, and the date. Further ahead come today,
    /// tomorrow and the date.
    #[must_use]
    pub fn relative_time(&self, now_ms: i64, then_ms: i64) -> String {
        self.moment("time", Moment::of(now_ms, then_ms), then_ms)
    }

    /// Returns when someone was last seen: "Sist sett 5 min siden".
    ///
    /// As [`relative_time`](Self::relative_time), but nobody was seen in the future: what lies
    /// ahead is now.
    #[must_use]
    pub fn last_seen(&self, now_ms: i64, then_ms: i64) -> String {
        let then_ms = then_ms.min(now_ms);
        self.moment("last-seen", Moment::of(now_ms, then_ms), then_ms)
    }

    /// Returns the time of day: "14:05".
    #[must_use]
    pub fn clock_time(&self, at_ms: i64) -> String {
        clock(in_oslo(at_ms))
    }

    /// Returns the full date and time: "tirsdag 3. mars 2026 kl. 14:05".
    #[must_use]
    pub fn date_time(&self, at_ms: i64) -> String {
        self.dated("time-full", None, at_ms)
    }

    /// Returns the time of a row in the chat list: the clock time today, then "i går", the
    /// weekday, the date.
    #[must_use]
    pub fn list_time(&self, now_ms: i64, then_ms: i64) -> String {
        let day = match Day::of(now_ms, then_ms) {
            Day::Today => return self.clock_time(then_ms),
            Day::Tomorrow if is_now(now_ms, then_ms) => return self.clock_time(then_ms),
            Day::Tomorrow => Day::date_of(now_ms, then_ms),
            day => day,
        };
        self.day("list", day, then_ms)
    }

    /// Returns the line above a day's first message: "I dag", "I går", "mandag 3. mars", with the
    /// year if it is another.
    #[must_use]
    pub fn day_separator(&self, now_ms: i64, then_ms: i64) -> String {
        let day = match Day::of(now_ms, then_ms) {
            Day::Tomorrow | Day::Weekday => Day::date_of(now_ms, then_ms),
            day => day,
        };
        self.day("day", day, then_ms)
    }

    fn moment(&self, family: &str, moment: Moment, at_ms: i64) -> String {
        match moment {
            Moment::Now => self.dated(&format!("{family}-now"), None, at_ms),
            Moment::Minutes(count) => self.dated(&format!("{family}-minutes"), Some(count), at_ms),
            Moment::Hours(count) => self.dated(&format!("{family}-hours"), Some(count), at_ms),
            Moment::On(day) => self.day(family, day, at_ms),
        }
    }

    fn day(&self, family: &str, day: Day, at_ms: i64) -> String {
        let suffix = match day {
            Day::Today => "today",
            Day::Yesterday => "yesterday",
            Day::Tomorrow => "tomorrow",
            Day::Weekday => "weekday",
            Day::Date => "date",
            Day::DateYear => "date-year",
        };
        self.dated(&format!("{family}-{suffix}"), None, at_ms)
    }

    /// Returns a sentence with everything that can be said about a time; it takes what it needs.
    fn dated(&self, key: &str, count: Option<i64>, at_ms: i64) -> String {
        let at = in_oslo(at_ms);
        let weekday = self.text(&format!("weekday-{}", at.weekday().to_monday_one_offset()));
        let month = self.text(&format!("month-{}", at.month()));
        let (time, year) = (clock(at), at.year().to_string());
        self.text_with(
            key,
            &[
                ("count", count.unwrap_or_default().into()),
                ("time", (&time).into()),
                ("weekday", (&weekday).into()),
                ("day", i32::from(at.day()).into()),
                ("month", (&month).into()),
                ("year", (&year).into()),
            ],
        )
    }
}

/// Writes a time of day on a 24-hour clock, as all three languages do here.
fn clock(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}
