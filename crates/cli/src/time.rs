//! Lengths of time on the command line: `90s`, `10m`, `1h 30m`, `7d`.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};

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

#[cfg(test)]
mod tests {
    use super::*;

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
