//! What the clients say: messages of the length that people write, which tell when they were sent.

use std::time::{Duration, Instant};

/// How long a message is, in bytes.
pub(crate) const LENGTH: usize = 200;

const WORDS: &[&str] = &[
    "brøk",
    "likning",
    "potens",
    "derivasjon",
    "oppgave",
    "prøve",
    "torsdag",
    "bussen",
    "eksamen",
    "vektor",
    "figur",
    "regning",
    "kalkulator",
    "fasit",
    "pause",
    "karakter",
    "geometri",
    "sannsynlighet",
    "funksjon",
    "lekse",
];

/// Returns the words of a message by number: short sentences, some with a word that few others have.
pub(crate) fn line(number: usize) -> String {
    let pick = |shift: u32| WORDS[(mix(number) >> shift) as usize % WORDS.len()];
    let mut line = format!("Kan vi se på {} og {} før {}?", pick(0), pick(16), pick(32));
    if number.is_multiple_of(1_000) {
        line.push_str(" Husk passer og linjal.");
    }
    line
}

/// Mixes a number, so that neighbours differ (the finalizer of SplitMix64).
pub(crate) fn mix(number: usize) -> u64 {
    let mut mixed = (number as u64)
        .wrapping_add(1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The clock of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the run began.
    pub(crate) fn now(self) -> Duration {
        self.0.elapsed()
    }

    /// Returns the moment that is so long after the run's beginning.
    pub(crate) fn at(self, time: Duration) -> tokio::time::Instant {
        (self.0 + time).into()
    }

    /// Makes the words of a message that is sent at a time, of [`LENGTH`] bytes.
    pub(crate) fn stamp(self, time: Duration, number: usize) -> String {
        let mut words = format!("{:020} {}", time.as_nanos(), line(number));
        for more in 1.. {
            let next = WORDS[mix(number.wrapping_add(more)) as usize % WORDS.len()];
            if words.len() + 1 + next.len() > LENGTH {
                break;
            }
            words.push(' ');
            words.push_str(next);
        }
        words.extend(std::iter::repeat_n('.', LENGTH - words.len()));
        words
    }

    /// Returns how long ago words were sent that [`Self::stamp`] has made.
    pub(crate) fn age(self, words: &str) -> Option<Duration> {
        let nanos = words.get(..20)?.parse().ok()?;
        Some(self.now().saturating_sub(Duration::from_nanos(nanos)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_tells_when_it_was_sent_and_is_as_long_as_they_all_are() {
        let clock = Clock::start();
        let words = clock.stamp(Duration::from_millis(1), 7);
        assert_eq!(words.len(), LENGTH);
        assert!(clock.age(&words).is_some());
        assert_eq!(clock.age("Hei!"), None);
    }
}
