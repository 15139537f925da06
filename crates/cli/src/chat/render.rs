//! Draws the app. Everything people wrote goes through [`super::text`] on its way here.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use samtale_engine::{ConnectionState, Failure};
use samtale_model::Status;

use super::app::{App, Focus, Mode};
use super::areas::Areas;
use super::snapshot::Snapshot;
use super::text;
use super::theme::presence_mark;

mod conversation;
mod list;
mod overlays;
mod search;

/// A key, and the sentence of what it does.
type Hint = (&'static str, &'static str);

impl App {
    /// Draws everything.
    pub(super) fn render(&self, frame: &mut Frame<'_>, snapshot: &Snapshot) {
        if self.too_small() {
            let said = self.catalog.text("tui-too-small");
            frame.render_widget(Paragraph::new(said), frame.area());
            return;
        }
        let areas = self.areas(snapshot);
        self.render_strip(frame, snapshot, areas.strip);
        self.render_list(frame, snapshot, areas.list);
        self.render_line(frame, areas);
        self.render_conversation(frame, snapshot, &areas);
        self.render_hints(frame, snapshot, areas.hints);
        self.render_overlay(frame, snapshot, areas.screen);
    }

    /// Says that there is no connection, and what that means.
    fn render_strip(&self, frame: &mut Frame<'_>, snapshot: &Snapshot, area: Rect) {
        if area.height == 0 {
            return;
        }
        let connection = &snapshot.connection;
        let said = match (connection.failure, connection.state) {
            (Some(Failure::SignedOut | Failure::WrongToken), _) => {
                self.catalog.error_text("unauthorized", None)
            }
            (Some(Failure::Forbidden), _) => self.catalog.error_text("forbidden", None),
            (Some(Failure::Unsupported), _) => self.catalog.error_text("unsupported_version", None),
            // The client is made to try again every now and then: to a person it is offline.
            (Some(Failure::RetriesExhausted), _) => self.catalog.text("tui-offline-banner"),
            (None, ConnectionState::Connecting) if snapshot.chats_loading => {
                self.catalog.connection("connecting")
            }
            _ => self.catalog.text("tui-offline-banner"),
        };
        let waiting = snapshot.waiting();
        let columns = usize::from(area.width);
        let mut line = format!(" ◌ {said}");
        if waiting > 0 {
            let args = [("count", waiting.into())];
            let more = format!("  {}", self.catalog.text_with("tui-waiting-banner", &args));
            if text::width(&line) + text::width(&more) < columns {
                line.push_str(&more);
            }
        }
        let mut line = text::fit(&line, columns);
        line.push_str(&" ".repeat(columns.saturating_sub(text::width(&line))));
        frame.render_widget(Line::styled(line, self.theme.strip), area);
    }

    fn render_line(&self, frame: &mut Frame<'_>, areas: Areas) {
        let buffer = frame.buffer_mut();
        for y in areas.line.top()..areas.line.bottom() {
            if let Some(cell) = buffer.cell_mut((areas.line.x, y)) {
                cell.set_symbol("│").set_style(self.theme.muted);
            }
        }
    }

    /// Draws the bottom line: a sentence that has just come up, or one's status and some keys.
    fn render_hints(&self, frame: &mut Frame<'_>, snapshot: &Snapshot, area: Rect) {
        let columns = usize::from(area.width);
        if let Some(notice) = &self.notice {
            let said = text::fit(&format!(" {}", notice.text), columns);
            frame.render_widget(Line::styled(said, self.theme.strong), area);
            return;
        }
        let connected = snapshot.connection.state.is_connected();
        let status = if connected {
            snapshot.status
        } else {
            Status::Offline
        };
        let mark = presence_mark(status);
        let status = self.catalog.status(status.as_str());
        let mut spans = vec![Span::raw(format!(" {mark} {status}"))];
        let mut used = text::width(&spans[0].content);
        for (key, what) in self.hints(snapshot) {
            let what = self.catalog.text(what);
            let columns_here = 3 + text::width(key) + 1 + text::width(&what);
            if used + columns_here > columns {
                break;
            }
            used += columns_here;
            spans.push(Span::styled("   ", self.theme.muted));
            spans.push(Span::styled(key, self.theme.strong));
            spans.push(Span::styled(format!(" {what}"), self.theme.muted));
        }
        frame.render_widget(Line::from(spans), area);
    }

    /// Returns the keys that matter most where one is, the most useful first.
    fn hints(&self, snapshot: &Snapshot) -> Vec<Hint> {
        let common: [Hint; 3] = [
            ("F1", "tui-help-help"),
            ("^F", "tui-help-search"),
            ("^Q", "tui-help-quit"),
        ];
        let mut hints: Vec<Hint> = match self.focus {
            Focus::List => vec![
                ("Enter", "tui-help-open"),
                ("^N", "tui-help-new-chat"),
                ("m", "tui-help-mute"),
            ],
            Focus::Messages => vec![
                ("r", "tui-help-reply"),
                ("x", "tui-help-react"),
                ("e", "tui-help-edit"),
                ("d", "tui-help-delete"),
                ("Esc", "tui-help-write"),
            ],
            Focus::Composer => {
                let new = self
                    .composer()
                    .is_none_or(|composer| composer.mode == Mode::New);
                let cancel = match (new, self.two_panes()) {
                    (false, _) => "tui-help-cancel",
                    (true, true) => "tui-help-select",
                    (true, false) => "tui-chats-title",
                };
                vec![
                    ("Enter", "tui-help-send"),
                    ("Alt+Enter", "tui-help-newline"),
                    ("Esc", cancel),
                ]
            }
        };
        if self.focus == Focus::Composer && !self.may_write(snapshot) {
            hints.clear();
        }
        hints.insert(hints.len().min(1), common[0]);
        hints.extend_from_slice(&common[1..]);
        hints
    }

    /// Clears a part of the screen and draws a frame with a title; returns its inside.
    fn render_window(&self, frame: &mut Frame<'_>, area: Rect, title: &str) -> Rect {
        use ratatui::widgets::{Block, BorderType};
        // A column of air on each side, so that words beside it don't run into it.
        let around = Rect {
            x: area.x.saturating_sub(1),
            width: area.width + 2,
            ..area
        };
        frame.render_widget(Clear, around.intersection(frame.area()));
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(self.theme.muted)
            .title(Span::styled(format!(" {title} "), self.theme.strong));
        let inside = block.inner(area);
        frame.render_widget(block, area);
        inside
    }
}

/// Returns a line of so many columns: something at its left, something at its right.
fn spread(left: Vec<Span<'static>>, right: Vec<Span<'static>>, columns: usize) -> Line<'static> {
    let used: usize = left
        .iter()
        .chain(&right)
        .map(|span| text::width(&span.content))
        .sum();
    let mut spans = left;
    spans.push(Span::raw(" ".repeat(columns.saturating_sub(used))));
    spans.extend(right);
    Line::from(spans)
}

/// Lets every column of a row have a style, beside those its words have.
fn paint(frame: &mut Frame<'_>, area: Rect, style: Style) {
    frame.buffer_mut().set_style(area, style);
}
