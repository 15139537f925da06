//! The list of chats: name, time, last words, what is unread, unsent or has failed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use samtale_engine::{ChatItem, Entry};

use super::super::app::{App, Focus};
use super::super::snapshot::Snapshot;
use super::super::text;
use super::super::theme::{presence_mark, tick};
use super::{paint, spread};

/// The rows of a chat: two of text and one of air.
const ROWS: u16 = 3;

/// The columns before a chat's name: a bar and a presence.
const INDENT: usize = 4;

impl App {
    pub(super) fn render_list(&self, frame: &mut Frame<'_>, snapshot: &Snapshot, area: Rect) {
        if area.width == 0 || area.height < 2 {
            return;
        }
        let columns = usize::from(area.width);
        let title = self.catalog.text("tui-chats-title");
        let focused = self.focus == Focus::List;
        let style = if focused {
            self.theme.strong
        } else {
            self.theme.muted
        };
        let title = Line::from(Span::styled(format!(" {title}"), style));
        frame.render_widget(title, Rect { height: 1, ..area });

        let body = Rect {
            y: area.y + 2,
            height: area.height.saturating_sub(2),
            ..area
        };
        if snapshot.chats.is_empty() {
            let said = if snapshot.chats_loading {
                self.catalog.text("tui-chats-loading")
            } else {
                self.catalog.text("tui-chats-empty")
            };
            let area = Rect {
                x: body.x + 1,
                width: body.width.saturating_sub(2),
                ..body
            };
            let said = Paragraph::new(said).style(self.theme.muted);
            frame.render_widget(said.wrap(Wrap { trim: true }), area);
            return;
        }
        let fitting = usize::from((body.height + 1) / ROWS).max(1);
        let place = |id| snapshot.chats.iter().position(|item| item.id == id);
        let chosen = self.cursor.and_then(place).unwrap_or(0);
        let first = (chosen + 1).saturating_sub(fitting);
        for (row, item) in snapshot.chats.iter().skip(first).take(fitting).enumerate() {
            let y = body.y + u16::try_from(row).unwrap_or(0) * ROWS;
            let area = Rect {
                y,
                height: 2.min(body.bottom().saturating_sub(y)),
                ..body
            };
            for (line, y) in self
                .chat_rows(snapshot, item, columns)
                .into_iter()
                .zip(area.top()..area.bottom())
            {
                frame.render_widget(
                    line,
                    Rect {
                        y,
                        height: 1,
                        ..area
                    },
                );
            }
            if focused && self.cursor == Some(item.id) {
                paint(frame, area, self.theme.cursor);
            }
        }
    }

    fn chat_rows(
        &self,
        snapshot: &Snapshot,
        item: &ChatItem,
        columns: usize,
    ) -> [Line<'static>; 2] {
        let theme = &self.theme;
        let open = self.open.as_ref().is_some_and(|open| open.chat == item.id);
        let bar = Span::styled(if open { "▌" } else { " " }, theme.accent);
        let presence = snapshot.partner(item).map_or_else(
            || Span::raw(" "),
            |partner| {
                let status = snapshot.status_of(&partner.user_id);
                Span::styled(presence_mark(status), theme.accent)
            },
        );

        let at = item.active_at.0;
        let time = format!("{} ", self.catalog.list_time(snapshot.now.0, at));
        let unread = item.unread > 0;
        let name_style = if unread || open {
            theme.strong
        } else {
            Style::new()
        };
        let room = columns.saturating_sub(INDENT + 1 + text::width(&time));
        let name = text::fit(&snapshot.title(item, &self.catalog), room);
        let first = spread(
            vec![
                bar.clone(),
                Span::raw(" "),
                presence,
                Span::raw(" "),
                Span::styled(name, name_style),
            ],
            vec![Span::styled(time, theme.muted)],
            columns,
        );

        let mut marks = Vec::new();
        if item.muted.is_some() {
            marks.push(Span::styled(" ∅", theme.muted));
        }
        if snapshot.failed(item.id) > 0 {
            marks.push(Span::styled(" !", theme.danger.bold()));
        }
        if unread {
            let count = match item.unread {
                100.. => "99+".to_owned(),
                count => count.to_string(),
            };
            let style = if item.muted.is_some() {
                theme.muted
            } else {
                theme.accent.bold()
            };
            marks.push(Span::styled(format!(" ({count})"), style));
        }
        marks.push(Span::raw(" "));
        let used: usize = marks.iter().map(|mark| text::width(&mark.content)).sum();
        let room = columns.saturating_sub(INDENT + used);
        let mut left = vec![bar, Span::raw("   ")];
        left.append(&mut self.preview(snapshot, item, open, room));
        [first, spread(left, marks, columns)]
    }

    /// Returns a chat's last words: a draft goes before what was said.
    fn preview(
        &self,
        snapshot: &Snapshot,
        item: &ChatItem,
        open: bool,
        room: usize,
    ) -> Vec<Span<'static>> {
        let draft = item
            .draft
            .as_deref()
            .filter(|draft| !open && !draft.trim().is_empty());
        if let Some(draft) = draft {
            let words = text::clean_line(draft);
            let args = [("text", (&words).into())];
            let said = self.catalog.text_with("message-draft", &args);
            return vec![Span::styled(text::fit(&said, room), self.theme.accent)];
        }
        let Some(entry) = item.last.as_deref() else {
            return Vec::new();
        };
        let mut spans = Vec::new();
        let mut room = room;
        if entry.own && entry.message.deleted_at.is_none() {
            let (mark, style) = tick(entry.state, false, &self.theme);
            let mark = format!("{} ", mark.trim_end());
            room = room.saturating_sub(text::width(&mark));
            spans.push(Span::styled(mark, style));
        }
        let said = self.said(snapshot, item, entry);
        let style = if item.unread > 0 {
            Style::new()
        } else {
            self.theme.muted
        };
        spans.push(Span::styled(text::fit(&said, room), style));
        spans
    }

    fn said(&self, snapshot: &Snapshot, item: &ChatItem, entry: &Entry) -> String {
        if entry.message.deleted_at.is_some() {
            return self.catalog.text("message-deleted");
        }
        let words = text::clean_line(entry.message.content.as_str());
        if entry.own {
            let args = [("text", (&words).into())];
            self.catalog.text_with("message-preview-own", &args)
        } else if item.members > 2 {
            let name = snapshot.name(item.id, &entry.message.sender_id);
            let first = name.split(' ').next().unwrap_or_default().to_owned();
            let args = [("name", (&first).into()), ("text", (&words).into())];
            self.catalog.text_with("message-preview-named", &args)
        } else {
            words
        }
    }
}
