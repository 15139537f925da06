//! The windows over the conversation.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use samtale_model::Role;

use super::super::app::{App, NewChat, Overlay, REACTIONS, STATUSES};
use super::super::editor::Editor;
use super::super::snapshot::Snapshot;
use super::super::text;
use super::super::theme::presence_mark;
use super::conversation::mark_row;

/// The keys, by where they work: a heading, then a key and what it does.
const HELP: [(&str, &[(&str, &str)]); 4] = [
    (
        "tui-help-everywhere",
        &[
            ("F1  ?", "tui-help-help"),
            ("F2", "tui-help-status"),
            ("F3", "tui-help-participants"),
            ("Ctrl+F  /", "tui-help-search"),
            ("Ctrl+N", "tui-help-new-chat"),
            ("Ctrl+↑ ↓", "tui-help-next-chat"),
            ("Tab", "tui-help-switch"),
            ("PgUp PgDn", "tui-help-scroll"),
            ("Ctrl+G", "tui-help-newest"),
            ("Ctrl+R", "tui-help-reconnect"),
            ("Ctrl+Q", "tui-help-quit"),
        ],
    ),
    (
        "tui-composer-title",
        &[
            ("Enter", "tui-help-send"),
            ("Alt+Enter", "tui-help-newline"),
            ("↑", "tui-help-edit-last"),
            ("Esc", "tui-help-cancel"),
        ],
    ),
    (
        "tui-messages-title",
        &[
            ("↑ ↓", "tui-help-select"),
            ("r", "tui-help-reply"),
            ("e", "tui-help-edit"),
            ("d", "tui-help-delete"),
            ("x", "tui-help-react"),
            ("t", "tui-help-retry"),
            ("T", "tui-help-retry-all"),
            ("Del", "tui-help-give-up"),
        ],
    ),
    (
        "tui-chats-title",
        &[
            ("Enter", "tui-help-open"),
            ("m", "tui-help-mute"),
            ("l", "tui-help-leave"),
        ],
    ),
];

/// The columns of the keys in the help.
const KEY_COLUMNS: usize = 12;

impl App {
    pub(super) fn render_overlay(&self, frame: &mut Frame<'_>, snapshot: &Snapshot, screen: Rect) {
        match &self.overlay {
            None => {}
            Some(Overlay::Help { top }) => self.render_help(frame, screen, *top),
            Some(Overlay::Search(search)) => self.render_search(frame, snapshot, search, screen),
            Some(Overlay::React { message, chosen }) => {
                self.render_react(frame, snapshot, *message, *chosen, screen);
            }
            Some(Overlay::Delete { .. }) => {
                let question = self.catalog.text("tui-delete-question");
                self.render_question(frame, screen, "tui-delete-title", &question);
            }
            Some(Overlay::Leave { chat }) => {
                let title = snapshot
                    .chat(*chat)
                    .map(|item| snapshot.title(item, &self.catalog))
                    .unwrap_or_default();
                let args = [("name", (&title).into())];
                let question = self.catalog.text_with("tui-leave-question", &args);
                self.render_question(frame, screen, "tui-leave-title", &question);
            }
            Some(Overlay::Quit { unsent }) => {
                let args = [("count", (*unsent).into())];
                let question = self.catalog.text_with("tui-quit-question", &args);
                self.render_question(frame, screen, "tui-quit-title", &question);
            }
            Some(Overlay::People { top }) => self.render_people(frame, snapshot, screen, *top),
            Some(Overlay::Status { chosen }) => self.render_status(frame, screen, *chosen),
            Some(Overlay::NewChat(form)) => self.render_form(frame, form, screen),
        }
    }

    fn render_help(&self, frame: &mut Frame<'_>, screen: Rect, top: u16) {
        let mut rows = Vec::new();
        for (heading, keys) in HELP {
            if !rows.is_empty() {
                rows.push(Line::default());
            }
            let heading = self.catalog.text(heading);
            rows.push(Line::styled(
                format!(" {heading}"),
                self.theme.accent.bold(),
            ));
            for (key, what) in keys {
                let pad = KEY_COLUMNS.saturating_sub(text::width(key));
                rows.push(Line::from(vec![
                    Span::styled(format!("   {key}{}", " ".repeat(pad)), self.theme.strong),
                    Span::raw(self.catalog.text(what)),
                ]));
            }
        }
        self.render_rows(frame, screen, "tui-help-title", rows, 60, top);
    }

    fn render_people(&self, frame: &mut Frame<'_>, snapshot: &Snapshot, screen: Rect, top: u16) {
        let open = self.open.as_ref().and_then(|open| snapshot.chat(open.chat));
        let Some(item) = open else {
            return;
        };
        let mut rows = Vec::new();
        for person in item.participants.iter().filter(|person| person.active) {
            let name = text::clean_line(&person.name);
            let role = self.catalog.role(person.role.as_str());
            rows.push(Line::from(vec![
                Span::styled(format!(" {}", text::fit(&name, 34)), self.theme.strong),
                Span::raw(format!("  {role}")),
            ]));
            let presence = if person.user_id == snapshot.me {
                self.catalog.text("message-you")
            } else {
                self.presence(snapshot, &person.user_id)
            };
            rows.push(Line::styled(format!("   {presence}"), self.theme.muted));
        }
        let more = item
            .members
            .saturating_sub(u32::try_from(rows.len() / 2).unwrap_or(0));
        if more > 0 {
            rows.push(Line::styled(format!(" + {more}"), self.theme.muted));
        }
        if item
            .participants
            .iter()
            .any(|person| person.role == Role::Guardian)
        {
            let said = self.catalog.text("guardian-can-read");
            rows.push(Line::default());
            rows.push(Line::styled(format!(" {said}"), self.theme.accent));
        }
        self.render_rows(frame, screen, "tui-participants-title", rows, 52, top);
    }

    /// Draws a window with rows that can be scrolled.
    fn render_rows(
        &self,
        frame: &mut Frame<'_>,
        screen: Rect,
        title: &str,
        rows: Vec<Line<'static>>,
        columns: u16,
        top: u16,
    ) {
        let count = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        let area = middle(screen, columns, count.saturating_add(2));
        let title = self.catalog.text(title);
        let inside = self.render_window(frame, area, &title);
        let top = top.min(count.saturating_sub(inside.height));
        frame.render_widget(Paragraph::new(rows).scroll((top, 0)), inside);
        if top + inside.height < count {
            let area = Rect::new(area.right().saturating_sub(4), area.bottom() - 1, 3, 1);
            frame.render_widget(Span::styled(" ↓ ", self.theme.strong), area);
        }
    }

    fn render_question(&self, frame: &mut Frame<'_>, screen: Rect, title: &str, question: &str) {
        let area = middle(screen, 56, 7);
        let title = self.catalog.text(title);
        let inside = self.render_window(frame, area, &title);
        let inside = inset(inside);
        let said = Paragraph::new(question.to_owned()).wrap(Wrap { trim: true });
        let rows = inside.height.saturating_sub(1);
        frame.render_widget(
            said,
            Rect {
                height: rows,
                ..inside
            },
        );
        let answers = Line::from(vec![
            Span::styled("Enter", self.theme.strong),
            Span::raw(format!(" {}    ", self.catalog.text("tui-answer-yes"))),
            Span::styled("Esc", self.theme.strong),
            Span::raw(format!(" {}", self.catalog.text("tui-answer-no"))),
        ]);
        let y = inside.bottom().saturating_sub(1);
        frame.render_widget(
            answers,
            Rect {
                y,
                height: 1,
                ..inside
            },
        );
    }

    fn render_react(
        &self,
        frame: &mut Frame<'_>,
        snapshot: &Snapshot,
        message: samtale_model::MessageId,
        chosen: usize,
        screen: Rect,
    ) {
        let held = snapshot.open.as_ref();
        let entry = held.and_then(|held| held.entry(message));
        let mine = |emoji: &str| {
            entry.is_some_and(|entry| {
                let mut groups = entry.reactions.iter();
                groups.any(|group| group.mine && group.emoji.as_str() == emoji)
            })
        };
        let area = middle(screen, 52, 5);
        let title = self.catalog.text("tui-react-title");
        let inside = inset(self.render_window(frame, area, &title));
        let mut spans = Vec::new();
        for (index, emoji) in REACTIONS.iter().enumerate() {
            let style = if index == chosen {
                self.theme.cursor
            } else {
                self.theme.muted
            };
            spans.push(Span::styled(format!("{} {emoji}", index + 1), style));
            spans.push(Span::raw("  "));
        }
        frame.render_widget(
            Line::from(spans),
            Rect {
                height: 1,
                ..inside
            },
        );
        let set = REACTIONS.get(chosen).is_some_and(|emoji| mine(emoji));
        let what = if set {
            "tui-react-remove"
        } else {
            "action-react"
        };
        let hint = Line::from(vec![
            Span::styled("Enter", self.theme.strong),
            Span::styled(format!(" {}", self.catalog.text(what)), self.theme.muted),
        ]);
        frame.render_widget(
            hint,
            Rect {
                y: inside.y + 2,
                height: 1,
                ..inside
            },
        );
    }

    fn render_status(&self, frame: &mut Frame<'_>, screen: Rect, chosen: usize) {
        let area = middle(screen, 34, 7);
        let title = self.catalog.text("tui-status-title");
        let inside = self.render_window(frame, area, &title);
        for ((index, status), y) in STATUSES
            .iter()
            .enumerate()
            .zip(inside.top()..inside.bottom())
        {
            let said = match status {
                None => format!(
                    " {}   {}",
                    index + 1,
                    self.catalog.text("tui-status-automatic")
                ),
                Some(status) => {
                    let (mark, name) =
                        (presence_mark(*status), self.catalog.status(status.as_str()));
                    format!(" {} {mark} {name}", index + 1)
                }
            };
            let row = Rect {
                y,
                height: 1,
                ..inside
            };
            frame.render_widget(Line::raw(said), row);
            mark_row(self, frame, row, index == chosen);
        }
    }

    fn render_form(&self, frame: &mut Frame<'_>, form: &NewChat, screen: Rect) {
        let area = middle(screen, 60, 11);
        let title = self.catalog.text("tui-new-chat-title");
        let inside = inset(self.render_window(frame, area, &title));
        let row = |y: u16| Rect {
            y: inside.y + y,
            height: u16::from(y < inside.height),
            ..inside
        };
        let people = self.catalog.text("tui-new-chat-people");
        let name = self.catalog.text("tui-new-chat-name");
        frame.render_widget(Line::styled(people, self.theme.muted), row(0));
        self.render_input(frame, &form.people, row(1), !form.in_title);
        frame.render_widget(Line::styled(name, self.theme.muted), row(3));
        self.render_input(frame, &form.title, row(4), form.in_title);
        let last = match &form.error {
            Some(error) => {
                let error = text::fit(&text::clean_line(error), usize::from(inside.width));
                Line::styled(error, self.theme.danger)
            }
            None => Line::from(vec![
                Span::styled("Enter", self.theme.strong),
                Span::raw(format!(" {}    ", self.catalog.text("tui-new-chat-make"))),
                Span::styled("Tab", self.theme.strong),
                Span::raw(format!(" {}    ", self.catalog.text("tui-help-switch"))),
                Span::styled("Esc", self.theme.strong),
                Span::raw(format!(" {}", self.catalog.text("tui-help-cancel"))),
            ]),
        };
        frame.render_widget(last, row(6));
    }

    /// Draws a field of one line, of which the part with the cursor is seen.
    pub(super) fn render_input(
        &self,
        frame: &mut Frame<'_>,
        field: &Editor,
        area: Rect,
        focused: bool,
    ) {
        if area.height == 0 {
            return;
        }
        let style = if focused {
            self.theme.accent.bold()
        } else {
            self.theme.muted
        };
        frame.render_widget(Span::styled("›", style), area);
        let area = Rect {
            x: area.x + 2,
            width: area.width.saturating_sub(2),
            ..area
        };
        let lines = field.lines(usize::from(area.width));
        let (row, column) = field.place(&lines);
        if let Some(line) = lines.get(row) {
            let shown = text::clean(&field.text()[line.start..line.end]);
            frame.render_widget(Line::raw(shown), area);
        }
        if focused {
            let column = u16::try_from(column)
                .unwrap_or(0)
                .min(area.width.saturating_sub(1));
            frame.set_cursor_position(Position::new(area.x + column, area.y));
        }
    }
}

/// Returns a part in the middle of the screen, as large as fits.
pub(super) fn middle(screen: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(screen.width.saturating_sub(2));
    let height = height.min(screen.height.saturating_sub(2));
    Rect::new(
        screen.x + (screen.width - width) / 2,
        screen.y + (screen.height - height) / 2,
        width,
        height,
    )
}

/// Leaves a column of air on each side.
pub(super) fn inset(area: Rect) -> Rect {
    Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    }
}
