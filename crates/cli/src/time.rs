//! Times on the command line: lengths (`90s`, `10m`, `1h 30m`, `7d`) and moments (RFC 3339).

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use samtale_model::UnixMillis;

/// Reads a length of time; a day has 24 hours.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let refuse = || "not a length of time like 90s, 10m, 1h or 7d".to_owned();
    let span: Span = text.parse().map_err(|_| refuse())?;
    let length: SignedDuration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| refuse())?;
    Duration::try_from(length).map_err(|_| refuse())
}

/// Reads a length of time that is not zero.
pub(crate) fn parse_some(text: &str) -> Result<Duration, String> {
    match parse(text)? {
        Duration::ZERO => Err("must be longer than nothing".into()),
        some => Ok(some),
    }
}

/// Reads a moment with its offset from UTC: `2026-11-19T14:05:00+01:00`.
pub(crate) fn parse_moment(text: &str) -> Result<UnixMillis, String> {
    let moment: Timestamp = text
        .parse()
        .map_err(|_| "not a time like 2026-11-19T14:05:00+01:00".to_owned())?;
    Ok(UnixMillis(moment.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_needs_its_offset() {
        let cases = [
            ("2026-11-19T14:05:00+01:00", Some(1_795_093_500_000)),
            ("2026-11-19T13:05:00Z", Some(1_795_093_500_000)),
            ("2026-11-19T14:05:00", None),
            ("2026-11-19", None),
            ("now", None),
        ];
        for (text, millis) in cases {
            assert_eq!(parse_moment(text).ok(), millis.map(UnixMillis), "{text:?}");
        }
    }

    #[test]
    fn a_length_of_time_is_read_as_people_write_it() {
        let cases = [
            ("90s", Some(90)),
            ("10m", Some(600)),
            ("1h", Some(3_600)),
            ("1h 30m", Some(5_400)),
            ("1h30m", Some(5_400)),
            ("7d", Some(604_800)),
            ("0s", Some(0)),
            ("", None),
            ("10", None),
            ("-5s", None),
            ("5 bananas", None),
        ];
        for (text, seconds) in cases {
            let read = parse(text).ok().map(|length| length.as_secs());
            assert_eq!(read, seconds, "{text:?}");
        }
        assert!(parse_some("0s").is_err());
    }
}
