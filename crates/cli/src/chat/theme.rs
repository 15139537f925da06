//! The few colours and marks of the terminal app. Each colour reads on dark and on light
//! backgrounds (4:1 and better on both), and none says anything that a mark, a word or a weight
//! does not say too.

use ratatui::style::{Color, Modifier, Style};
use samtale_engine::EntryState;
use samtale_model::Status;

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// None wanted: `NO_COLOR` is set.
    None,
    /// The sixteen that every terminal has, in its owner's choice.
    Sixteen,
    /// The fixed palette of 256.
    Palette,
}

impl Colours {
    /// Chooses by the values of `NO_COLOR`, `TERM` and `COLORTERM`.
    pub(super) fn choose(
        no_color: Option<&str>,
        term: Option<&str>,
        colorterm: Option<&str>,
    ) -> Self {
        let wide = term.is_some_and(|term| term.contains("256color") || term.contains("direct"))
            || colorterm.is_some_and(|kind| !kind.is_empty());
        if no_color.is_some_and(|value| !value.is_empty()) || term == Some("dumb") {
            Self::None
        } else if wide {
            Self::Palette
        } else {
            Self::Sixteen
        }
    }
}

/// The styles, by what they mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Theme {
    /// What leads the eye: own bubbles, read ticks, unread counts.
    pub(super) accent: Style,
    /// What stands back: times, hints, hairlines.
    pub(super) muted: Style,
    /// What went wrong.
    pub(super) danger: Style,
    /// Names and titles.
    pub(super) strong: Style,
    /// The row one is on.
    pub(super) cursor: Style,
    /// A strip across the screen.
    pub(super) strip: Style,
    /// A word that a search found.
    pub(super) found: Style,
    /// The tick of a message that was read.
    pub(super) read: Style,
}

impl Theme {
    /// Makes the theme for what the terminal can show.
    pub(super) fn new(colours: Colours) -> Self {
        let plain = Style::new();
        let (accent, muted, danger) = match colours {
            Colours::None => (plain, plain.add_modifier(Modifier::DIM), plain.bold()),
            Colours::Sixteen => (
                plain.fg(Color::Cyan),
                plain.add_modifier(Modifier::DIM),
                plain.fg(Color::Red),
            ),
            Colours::Palette => (
                plain.fg(Color::Indexed(31)),
                plain.fg(Color::Indexed(243)),
                plain.fg(Color::Indexed(196)),
            ),
        };
        Self {
            accent,
            muted,
            danger,
            strong: plain.bold(),
            cursor: plain.reversed(),
            strip: plain.reversed().bold(),
            found: accent.bold().underlined(),
            read: accent.bold(),
        }
    }
}

/// Returns the mark of a presence: a shape of its own for each.
pub(super) const fn presence_mark(status: Status) -> &'static str {
    match status {
        Status::Online => "●",
        Status::Away => "◐",
        Status::Busy => "■",
        Status::Offline => "○",
    }
}

/// The columns kept for a tick, so that its change moves nothing.
pub(super) const TICK_COLUMNS: usize = 2;

/// Returns the mark of an own message's state, and how it looks; `fresh` says that it was sent so
/// recently that waiting is not worth a mark.
pub(super) const fn tick(state: EntryState, fresh: bool, theme: &Theme) -> (&'static str, Style) {
    match state {
        EntryState::Sending if fresh => ("  ", theme.muted),
        EntryState::Sending => ("◷ ", theme.muted),
        EntryState::Sent => ("✓ ", theme.muted),
        EntryState::Delivered => ("✓✓", theme.muted),
        EntryState::Read => ("✓✓", theme.read),
        EntryState::Failed { .. } | EntryState::Expired => ("! ", theme.danger),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_and_its_owner_choose_the_colours() {
        for (no_color, term, colorterm, chosen) in [
            (Some("1"), Some("xterm-256color"), None, Colours::None),
            (Some(""), Some("xterm-256color"), None, Colours::Palette),
            (None, Some("xterm"), Some("truecolor"), Colours::Palette),
            (None, Some("linux"), None, Colours::Sixteen),
            (None, Some("dumb"), None, Colours::None),
            (None, None, None, Colours::Sixteen),
        ] {
            assert_eq!(Colours::choose(no_color, term, colorterm), chosen);
        }
    }

    #[test]
    fn without_colours_the_theme_has_none() {
        let theme = Theme::new(Colours::None);
        for style in [
            theme.accent,
            theme.muted,
            theme.danger,
            theme.found,
            theme.read,
        ] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn each_presence_has_a_shape_of_its_own() {
        let statuses = [Status::Online, Status::Away, Status::Busy, Status::Offline];
        let marks: std::collections::BTreeSet<_> = statuses.map(presence_mark).into();
        assert_eq!(marks.len(), statuses.len());
    }
}
