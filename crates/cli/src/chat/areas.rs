//! Where on the screen each thing stands. The update asks too, because scrolling counts in rows.

use ratatui::layout::Rect;

use super::app::App;
use super::snapshot::Snapshot;

/// The columns of the list of chats beside a conversation.
const LIST_COLUMNS: u16 = 32;

/// The most lines a composer grows to.
const COMPOSER_LINES: u16 = 6;

/// How long a connection may be lost before it is said, in milliseconds.
const GRACE_MS: u64 = 2_000;

/// The smallest terminal that shows anything useful.
const SMALLEST: (u16, u16) = (24, 10);

/// The places on the screen; an empty one is not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Areas {
    /// Everything.
    pub(super) screen: Rect,
    /// What is wrong with the connection, across the top.
    pub(super) strip: Rect,
    /// The list of chats.
    pub(super) list: Rect,
    /// The hairline between list and conversation.
    pub(super) line: Rect,
    /// Who the conversation is with.
    pub(super) header: Rect,
    /// The messages.
    pub(super) messages: Rect,
    /// Who is writing.
    pub(super) typing: Rect,
    /// The composer, with the line above it.
    pub(super) composer: Rect,
    /// One's status, and what keys do.
    pub(super) hints: Rect,
}

impl App {
    /// Returns whether the terminal is too small to show anything useful.
    pub(super) const fn too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 < SMALLEST.1
    }

    /// Returns whether the connection has been lost for so long that it is said.
    pub(super) fn says_offline(&self, snapshot: &Snapshot) -> bool {
        snapshot.connection.failure.is_some()
            || self
                .cut_since
                .is_some_and(|since| snapshot.now.since(since) >= GRACE_MS)
    }

    /// Divides the screen.
    pub(super) fn areas(&self, snapshot: &Snapshot) -> Areas {
        let (width, height) = self.size;
        let screen = Rect::new(0, 0, width, height);
        let strip_rows = u16::from(self.says_offline(snapshot));
        let hints = Rect::new(0, height.saturating_sub(1), width, 1.min(height));
        let body = Rect::new(
            0,
            strip_rows,
            width,
            height.saturating_sub(strip_rows + hints.height),
        );
        let mut areas = Areas {
            screen,
            strip: Rect::new(0, 0, width, strip_rows),
            hints,
            ..Areas::default()
        };
        let conversation = if self.two_panes() {
            areas.list = Rect::new(0, body.y, LIST_COLUMNS, body.height);
            areas.line = Rect::new(LIST_COLUMNS, body.y, 1, body.height);
            Rect::new(
                LIST_COLUMNS + 1,
                body.y,
                width.saturating_sub(LIST_COLUMNS + 1),
                body.height,
            )
        } else if self.shows_conversation() {
            body
        } else {
            areas.list = body;
            Rect::default()
        };
        self.divide(conversation, &mut areas);
        areas
    }

    fn divide(&self, whole: Rect, areas: &mut Areas) {
        if whole.width == 0 || self.open.is_none() {
            areas.messages = whole;
            return;
        }
        // The columns of the composer's text: a mark and a margin on each side.
        let columns = composer_columns(whole.width);
        let lines = self
            .composer()
            .map_or(1, |composer| composer.editor.lines(columns).len());
        let lines = u16::try_from(lines)
            .unwrap_or(u16::MAX)
            .clamp(1, COMPOSER_LINES)
            .min((whole.height / 3).max(1));
        let row = |y: u16, rows: u16| Rect::new(whole.x, y, whole.width, rows);
        let (header, typing, composer) = (3, 1, lines + 1);
        let messages = whole.height.saturating_sub(header + typing + composer);
        areas.header = row(whole.y, header);
        areas.messages = row(whole.y + header, messages);
        areas.typing = row(areas.messages.bottom(), typing);
        areas.composer = row(areas.typing.bottom(), composer);
    }
}

/// Returns the columns of the composer's text in a pane of a width.
pub(super) fn composer_columns(pane: u16) -> usize {
    usize::from(pane.saturating_sub(4)).max(3)
}
