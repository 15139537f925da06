//! Who does what, and when: the script of an evening, the same in every run.
//!
//! Each step takes as much of the rate as it has others do: a message in a group of twenty is followed by nineteen receipts.

use std::collections::VecDeque;
use std::time::Duration;

use crate::words::mix;

/// How long someone writes before a message is sent.
const WRITING: Duration = Duration::from_secs(1);

/// What someone does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Message,
    Typing,
    Presence,
    Page,
    Edit,
    React,
}

impl Act {
    pub(super) const ALL: [Self; 6] = [
        Self::Message,
        Self::Typing,
        Self::Presence,
        Self::Page,
        Self::Edit,
        Self::React,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Message => "messages",
            Self::Typing => "indications of typing",
            Self::Presence => "presence changes",
            Self::Page => "pages of history",
            Self::Edit => "edits",
            Self::React => "reactions",
        }
    }

    /// Picks what someone begins: of a hundred, eighty write a message.
    fn pick(number: usize) -> Self {
        match mix(number) % 100 {
            0..80 => Self::Typing,
            80..88 => Self::Presence,
            88..94 => Self::Page,
            94..97 => Self::Edit,
            _ => Self::React,
        }
    }
}

/// A step of the evening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// When, since it began.
    pub(super) at: Duration,
    /// Who.
    pub(super) user: usize,
    /// What.
    pub(super) act: Act,
}

/// The steps, in the order of time.
pub(super) struct Evening<'a> {
    /// How many are in each user's chat.
    sizes: &'a [usize],
    rate: f64,
    time: Duration,
    number: usize,
    /// How many actions the steps so far come to.
    actions: usize,
    /// The messages that are being written.
    written: VecDeque<Step>,
}

impl<'a> Evening<'a> {
    /// Begins an evening of so many actions a second.
    pub(super) fn new(sizes: &'a [usize], rate: u32, time: Duration) -> Self {
        Self {
            sizes,
            rate: f64::from(rate),
            time,
            number: 0,
            actions: 0,
            written: VecDeque::new(),
        }
    }
}

impl Iterator for Evening<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let at = Duration::from_secs_f64(self.actions as f64 / self.rate);
        if self.written.front().is_some_and(|step| step.at <= at) || at >= self.time {
            return self.written.pop_front();
        }
        let user = mix(self.number.wrapping_mul(2)) as usize % self.sizes.len();
        let act = Act::pick(self.number.wrapping_mul(2) + 1);
        self.number += 1;
        self.actions += 1;
        if act == Act::Typing {
            // The message, and the receipts of all others.
            self.actions += self.sizes[user];
            self.written.push_back(Step {
                at: at + WRITING,
                user,
                act: Act::Message,
            });
        }
        Some(Step { at, user, act })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_evening_has_as_many_actions_as_its_rate_and_every_message_is_announced() {
        let sizes = [2; 100];
        let steps: Vec<Step> = Evening::new(&sizes, 1_000, Duration::from_secs(10)).collect();
        let count = |act| steps.iter().filter(|step| step.act == act).count();
        assert_eq!(count(Act::Typing), count(Act::Message));
        let actions = steps.len() + count(Act::Message);
        assert!((9_997..=10_003).contains(&actions), "{actions}");
        assert!(steps.is_sorted_by_key(|step| step.at));
        for act in Act::ALL {
            assert!(count(act) > 50, "{act:?}: {}", count(act));
        }
    }
}
