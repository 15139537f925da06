//! When the demo's lines were written, seen from the moment of seeding.
//!
//! Nobody writes at night. So time is counted in the seconds that people are awake, from seven in
//! the morning to half past ten in Norway: whatever is added or taken away, a line falls in the day.

use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use samtale_model::UnixMillis;

use super::script::{Line, Script, Talk, When};

/// Where the demo's people live.
pub(super) static OSLO: TimeZone = jiff::tz::get!("Europe/Oslo");
/// When they get up.
pub(super) const MORNING: Time = time(7, 0, 0, 0);
/// How long they are awake, in seconds.
pub(super) const DAY: i64 = (15 * 60 + 30) * 60;
/// The day that awake seconds are counted from.
const FIRST_DAY: Date = date(2000, 1, 1);

/// Returns when each line of a chat was written, each later than the one before. The chat's number
/// makes its pauses differ from those of the others.
pub(super) fn moments(number: usize, script: &Script, now: UnixMillis) -> Vec<UnixMillis> {
    let now = Awake::at(now);
    let talk = |talk: &Talk| {
        let mut length = 0;
        let mut speaker = None;
        let mut since = Vec::with_capacity(talk.lines.len());
        for (index, line) in talk.lines.iter().enumerate() {
            if index > 0 {
                length += gap(number + index, speaker, line);
            }
            speaker = line.said().map(|(who, _)| who).or(speaker);
            since.push(length);
        }
        let start = now.start(talk.when, length);
        since
            .into_iter()
            .map(move |since| start.plus(since).moment())
    };
    script.talks.iter().flat_map(talk).collect()
}

/// Returns when each of so many messages was written that go on evenly until some minutes ago.
pub(super) fn evenly(count: usize, now: UnixMillis) -> Vec<UnixMillis> {
    let mut back = 120;
    let mut all = Vec::with_capacity(count);
    let now = Awake::at(now);
    for index in 0..count {
        all.push(now.plus(-back).moment());
        back += 20 + spread(index * 37, 240);
    }
    all.reverse();
    all
}

/// Returns how many seconds after the line before it a line comes: who goes on has to type, who
/// answers has to look at the phone first, and how long that takes differs by `number`.
fn gap(number: usize, speaker: Option<&str>, line: &Line) -> i64 {
    let Some((who, text)) = line.said() else {
        return 20 + spread(number, 40);
    };
    let typing = 10 + spread(text.chars().count() / 3, 80);
    if speaker == Some(who) {
        typing
    } else {
        typing + 30 + spread(number * 97 + text.len() * 31, 400)
    }
}

/// Returns the number's place among `span` numbers.
fn spread(number: usize, span: usize) -> i64 {
    i64::try_from(number % span).unwrap_or(i64::MAX)
}

/// A moment of a day, in seconds that people have been awake.
#[derive(Clone, Copy)]
struct Awake(i64);

impl Awake {
    /// Counts up to a moment; all of a night counts up to its end.
    fn at(moment: UnixMillis) -> Self {
        let timestamp = Timestamp::from_millisecond(moment.0).unwrap_or_default();
        let local = OSLO.to_datetime(timestamp);
        Self::of(local.date(), local.time())
    }

    /// Counts up to a time of a day in Norway.
    fn of(day: Date, time: Time) -> Self {
        let days = FIRST_DAY.duration_until(day).as_hours() / 24;
        let seconds = MORNING.duration_until(time).as_secs();
        Self(days * DAY + seconds.clamp(0, DAY - 1))
    }

    /// Returns when a talk of so many seconds began, seen from here.
    fn start(self, when: When, length: i64) -> Self {
        match when {
            When::Began {
                weeks,
                day,
                hour,
                minute,
            } => {
                let today = self.day();
                let days = i64::from(weeks) * 7
                    + i64::from(today.weekday().to_monday_zero_offset())
                    - i64::from(day.to_monday_zero_offset());
                let day = today.saturating_sub(Span::new().days(days));
                Self::of(day, time(hour, minute, 0, 0))
            }
            When::Ended { minutes } => self.plus(-60 * i64::from(minutes) - length),
        }
    }

    fn plus(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }

    fn day(self) -> Date {
        FIRST_DAY.saturating_add(Span::new().days(self.0.div_euclid(DAY)))
    }

    fn moment(self) -> UnixMillis {
        let time = MORNING.saturating_add(Span::new().seconds(self.0.rem_euclid(DAY)));
        let zoned = OSLO
            .to_zoned(self.day().to_datetime(time))
            .expect("days of our time have a place on the clock");
        UnixMillis(zoned.timestamp().as_millisecond())
    }
}
