//! How a demo chat is written down.

use jiff::civil::Weekday;
use samtale_model::Role;

/// A chat and what happens in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script {
    /// The title; none where two people talk.
    pub(super) title: Option<&'static str>,
    /// Who made it.
    pub(super) owner: &'static str,
    /// Who else is in it.
    pub(super) others: &'static [(&'static str, Role)],
    /// How many of the newest messages someone has not read yet.
    pub(super) unread: &'static [(&'static str, usize)],
    /// What happens, in order.
    pub(super) talks: &'static [Talk],
}

impl Script {
    /// Returns what happens, whenever it does.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'static Line> + use<> {
        self.talks.iter().flat_map(|talk| talk.lines)
    }
}

/// Lines that follow close upon each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Talk {
    /// When it was.
    pub(super) when: When,
    /// What happens, in order.
    pub(super) lines: &'static [Line],
}

impl Talk {
    /// Makes a talk that began on a day so many whole weeks ago, at an hour and a minute in Norway.
    pub(super) const fn on(
        weeks: i32,
        day: Weekday,
        hour: i8,
        minute: i8,
        lines: &'static [Line],
    ) -> Self {
        let when = When::Began {
            weeks,
            day,
            hour,
            minute,
        };
        Self { when, lines }
    }

    /// Makes a talk that ended so many minutes ago, nights left out.
    pub(super) const fn ended(minutes: i32, lines: &'static [Line]) -> Self {
        let when = When::Ended { minutes };
        Self { when, lines }
    }
}

/// When a talk was, seen from the seeding.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    /// It began at a time of day in an earlier week; weeks begin on Monday, and 1 is the last one.
    Began {
        weeks: i32,
        day: Weekday,
        hour: i8,
        minute: i8,
    },
    /// It ended so many minutes ago, of those that people are awake.
    Ended { minutes: i32 },
}

/// Something that happens. A number says which message is meant, counted back from here: 1 is the last.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    /// Someone says something.
    Say(&'static str, &'static str),
    /// Someone answers a message.
    Reply(&'static str, usize, &'static str),
    /// Someone reacts to a message.
    React(&'static str, usize, &'static str),
    /// Someone rewords their message.
    Edit(&'static str, usize, &'static str),
    /// Someone deletes their message.
    Delete(&'static str, usize),
}

impl Line {
    /// Returns whether the line is a new message.
    pub(super) const fn is_said(&self) -> bool {
        self.said().is_some()
    }

    /// Returns who says what, where the line is a new message.
    pub(super) const fn said(&self) -> Option<(&'static str, &'static str)> {
        match *self {
            Self::Say(who, text) | Self::Reply(who, _, text) => Some((who, text)),
            Self::React(..) | Self::Edit(..) | Self::Delete(..) => None,
        }
    }
}
