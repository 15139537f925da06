//! The conversation: who it is with, the messages, who is writing, the composer.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use samtale_engine::{ChatItem, Entry};
use samtale_model::{Body, Role, Status};

use super::super::app::{App, Composer, Focus, Mode, Open, Scroll};
use super::super::areas::{Areas, composer_columns};
use super::super::snapshot::{OpenChat, Snapshot};
use super::super::text;
use super::super::theme::presence_mark;
use super::{paint, spread};

/// From this many characters on the composer says how many are left.
const COUNTED_FROM: usize = Body::MAX_CHARS - 1_000;

impl App {
    pub(super) fn render_conversation(
        &self,
        frame: &mut Frame<'_>,
        snapshot: &Snapshot,
        areas: &Areas,
    ) {
        let Some(open) = &self.open else {
            if areas.messages.width > 0 {
                self.render_sentence(frame, areas.messages, "tui-chat-none-selected");
            }
            return;
        };
        if areas.header.width == 0 {
            return;
        }
        let item = snapshot.chat(open.chat);
        if let Some(item) = item {
            self.render_header(frame, snapshot, item, areas.header);
        }
        let held = snapshot.open.as_ref().filter(|held| held.id == open.chat);
        match held {
            Some(held) if !held.entries.is_empty() => {
                self.render_messages(frame, snapshot, open, held, areas);
            }
            _ if item.is_none_or(|item| item.loading) => {
                self.render_sentence(frame, areas.messages, "tui-messages-loading");
            }
            _ => self.render_sentence(frame, areas.messages, "tui-messages-empty"),
        }
        self.render_typing(frame, snapshot, open, areas.typing);
        self.render_composer(frame, snapshot, areas.composer);
    }

    fn render_sentence(&self, frame: &mut Frame<'_>, area: Rect, key: &str) {
        let said = self.catalog.text(key);
        let area = Rect {
            y: area.y + area.height / 2,
            height: (area.height - area.height / 2).min(3),
            ..area
        };
        let said = Paragraph::new(said).style(self.theme.muted).centered();
        frame.render_widget(said.wrap(Wrap { trim: true }), area);
    }

    fn render_header(
        &self,
        frame: &mut Frame<'_>,
        snapshot: &Snapshot,
        item: &ChatItem,
        area: Rect,
    ) {
        let columns = usize::from(area.width).saturating_sub(2);
        let theme = &self.theme;
        let mut aside = Vec::new();
        if item.muted.is_some() {
            aside.push(self.catalog.text("tui-muted-mark"));
        }
        if item
            .participants
            .iter()
            .any(|person| person.role == Role::Guardian)
        {
            aside.push(self.catalog.text("guardian-can-read"));
        }
        let aside = text::fit(&aside.join(" · "), columns / 2);
        let room = columns.saturating_sub(text::width(&aside) + 2);
        let title = text::fit(&snapshot.title(item, &self.catalog), room);
        let first = spread(
            vec![Span::raw(" "), Span::styled(title, theme.strong)],
            vec![Span::styled(aside, theme.accent), Span::raw(" ")],
            columns + 2,
        );
        let about = text::fit(&self.about(snapshot, item), columns);
        let second = Line::from(vec![Span::raw(" "), Span::styled(about, theme.muted)]);
        let line = Line::styled("─".repeat(columns + 2), theme.muted);
        frame.render_widget(Paragraph::new(vec![first, second, line]), area);
    }

    /// Names the day of the topmost message in the line above it, where the row that names it has
    /// been scrolled away.
    fn render_day(&self, frame: &mut Frame<'_>, day: &str, header: Rect) {
        let said = format!(" {day} ");
        let columns = u16::try_from(text::width(&said)).unwrap_or(u16::MAX);
        if columns > header.width {
            return;
        }
        let area = Rect {
            x: header.x + (header.width - columns) / 2,
            y: header.bottom().saturating_sub(1),
            width: columns,
            height: 1,
        };
        frame.render_widget(Span::styled(said, self.theme.muted), area);
    }

    /// Returns who is in a chat: of two, what the other is and how present; of more, everyone.
    fn about(&self, snapshot: &Snapshot, item: &ChatItem) -> String {
        if let Some(partner) = snapshot.partner(item) {
            let role = self.catalog.role(partner.role.as_str());
            return format!("{role} · {}", self.presence(snapshot, &partner.user_id));
        }
        let people: Vec<String> = snapshot
            .others(item)
            .map(|person| {
                let mark = presence_mark(snapshot.status_of(&person.user_id));
                let name = text::clean_line(&person.name);
                format!(
                    "{mark} {name} ({})",
                    self.catalog.role(person.role.as_str())
                )
            })
            .collect();
        let count = self
            .catalog
            .text_with("participants", &[("count", item.members.into())]);
        if people.is_empty() {
            count
        } else {
            format!("{count}: {}", people.join(", "))
        }
    }

    /// Returns someone's presence in words, with its mark; when they were last seen where they are
    /// not there.
    pub(super) fn presence(&self, snapshot: &Snapshot, user: &samtale_model::UserId) -> String {
        let known = snapshot.presence.get(user);
        let status = snapshot.status_of(user);
        let mark = presence_mark(status);
        let last_seen = known.and_then(|presence| presence.last_seen);
        match (status, last_seen) {
            (Status::Offline, Some(at)) => {
                format!("{mark} {}", self.catalog.last_seen(snapshot.now.0, at.0))
            }
            _ => format!("{mark} {}", self.catalog.status(status.as_str())),
        }
    }

    fn render_messages(
        &self,
        frame: &mut Frame<'_>,
        snapshot: &Snapshot,
        open: &Open,
        held: &OpenChat,
        areas: &Areas,
    ) {
        let area = areas.messages;
        let layout = self.lay_out(snapshot, area.width);
        let height = usize::from(area.height);
        let top = layout.top(open.scroll, height);
        if let Some(day) = layout.day_above(top) {
            self.render_day(frame, day, areas.header);
        }
        // A short conversation stands at the bottom, by the composer.
        let air = u16::try_from(height.saturating_sub(layout.rows.len())).unwrap_or(0);
        let chosen = (self.focus == Focus::Messages)
            .then_some(open.selected)
            .flatten()
            .and_then(|message| layout.block(message));
        for (row, line) in layout.rows.iter().enumerate().skip(top).take(height) {
            let y = area.y + air + u16::try_from(row - top).unwrap_or(0);
            let area = Rect {
                y,
                height: 1,
                ..area
            };
            frame.render_widget(line, area);
            if chosen.is_some_and(|block| (block.start..block.end).contains(&row)) {
                let mark = Span::styled("▌", self.theme.accent);
                frame.render_widget(mark, Rect { width: 1, ..area });
            }
        }
        if open.scroll != Scroll::End {
            self.render_below(frame, open, held, area);
        }
    }

    /// Says that there is more below, and how much of it is new.
    fn render_below(&self, frame: &mut Frame<'_>, open: &Open, held: &OpenChat, area: Rect) {
        let seen = open.seen.and_then(|message| held.index_of(message));
        let new = seen.map_or(0, |seen| {
            held.entries[seen + 1..]
                .iter()
                .filter(|entry| !entry.own)
                .count()
        });
        let said = if new > 0 {
            self.catalog
                .text_with("tui-messages-below", &[("count", new.into())])
        } else {
            "↓".to_owned()
        };
        let said = format!(" {said} ");
        let columns = u16::try_from(text::width(&said))
            .unwrap_or(0)
            .min(area.width);
        let area = Rect::new(
            area.right().saturating_sub(columns + 1),
            area.bottom().saturating_sub(1),
            columns,
            1,
        );
        frame.render_widget(Span::styled(said, self.theme.strip), area);
    }

    fn render_typing(&self, frame: &mut Frame<'_>, snapshot: &Snapshot, open: &Open, area: Rect) {
        let Some(held) = snapshot.open.as_ref().filter(|held| held.id == open.chat) else {
            return;
        };
        let names: Vec<String> = held
            .typing
            .iter()
            .map(|user| snapshot.name(open.chat, user))
            .collect();
        let names: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
        let said = text::fit(
            &self.catalog.typing_text(&names),
            usize::from(area.width) - 1,
        );
        frame.render_widget(
            Line::styled(format!(" {said}"), self.theme.muted.italic()),
            area,
        );
    }

    fn render_composer(&self, frame: &mut Frame<'_>, snapshot: &Snapshot, area: Rect) {
        let Some(composer) = self.composer() else {
            return;
        };
        let columns = usize::from(area.width);
        let focused = self.focus == Focus::Composer;
        let line = self.composer_title(snapshot, composer, columns);
        frame.render_widget(line, Rect { height: 1, ..area });

        let body = Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1),
            ..area
        };
        let style = if focused {
            self.theme.accent.bold()
        } else {
            self.theme.muted
        };
        frame.render_widget(Span::styled(" ›", style), Rect { height: 1, ..body });
        let field = Rect {
            x: body.x + 3,
            width: body.width.saturating_sub(4),
            ..body
        };
        let empty = composer.editor.is_empty();
        if empty || !self.may_write(snapshot) {
            let key = if self.may_write(snapshot) {
                "tui-composer-placeholder"
            } else {
                "tui-composer-read-only"
            };
            let said = text::fit(&self.catalog.text(key), usize::from(field.width));
            frame.render_widget(
                Line::styled(said, self.theme.muted),
                Rect { height: 1, ..field },
            );
        }
        self.render_field(frame, composer, field, focused && self.may_write(snapshot));
    }

    fn render_field(&self, frame: &mut Frame<'_>, composer: &Composer, area: Rect, focused: bool) {
        let editor = &composer.editor;
        let lines = editor.lines(composer_columns(area.width + 4));
        let (row, column) = editor.place(&lines);
        let height = usize::from(area.height).max(1);
        // The cursor's line stays in sight.
        let first = (row + 1).saturating_sub(height);
        for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(first)) {
            let shown = text::clean(&editor.text()[line.start..line.end]);
            let shown = text::fit(shown.trim_end(), usize::from(area.width));
            frame.render_widget(
                Line::raw(shown),
                Rect {
                    y,
                    height: 1,
                    ..area
                },
            );
        }
        if focused && self.overlay.is_none() {
            let column = u16::try_from(column)
                .unwrap_or(0)
                .min(area.width.saturating_sub(1));
            let row = u16::try_from(row - first).unwrap_or(0);
            frame.set_cursor_position(Position::new(area.x + column, area.y + row));
        }
    }

    /// Returns the line above the composer: what the text will be, and how long it is.
    fn composer_title(
        &self,
        snapshot: &Snapshot,
        composer: &Composer,
        columns: usize,
    ) -> Line<'static> {
        let held = snapshot.open.as_ref();
        let said = match &composer.mode {
            Mode::New => None,
            Mode::Edit { .. } => Some(self.catalog.text("tui-composer-editing")),
            Mode::Reply(message) => {
                let entry = held.and_then(|held| held.entry(*message));
                entry.map(|entry| self.replying(snapshot, entry))
            }
        };
        let count = composer.editor.text().chars().count();
        let counted = (count >= COUNTED_FROM).then(|| {
            let args = [("count", count.into()), ("max", Body::MAX_CHARS.into())];
            format!(" {} ", self.catalog.text_with("tui-composer-length", &args))
        });
        let counted = counted.unwrap_or_default();
        let style = if count > Body::MAX_CHARS {
            self.theme.danger
        } else {
            self.theme.muted
        };
        let room = columns.saturating_sub(text::width(&counted) + 6);
        let said = said.map_or_else(String::new, |said| format!(" {} ", text::fit(&said, room)));
        let rule = columns.saturating_sub(text::width(&said) + text::width(&counted) + 2);
        Line::from(vec![
            Span::styled("──", self.theme.muted),
            Span::styled(said, self.theme.accent),
            Span::styled("─".repeat(rule), self.theme.muted),
            Span::styled(counted, style),
        ])
    }

    fn replying(&self, snapshot: &Snapshot, entry: &Entry) -> String {
        let name = if entry.own {
            self.catalog.text("message-you")
        } else {
            snapshot.name(entry.message.chat_id, &entry.message.sender_id)
        };
        let said = self
            .catalog
            .text_with("tui-composer-replying", &[("name", (&name).into())]);
        let words = text::clean_line(entry.message.content.as_str());
        format!("{said}: {words}")
    }
}

/// Draws the row of a list that keys speak of.
pub(super) fn mark_row(app: &App, frame: &mut Frame<'_>, area: Rect, chosen: bool) {
    if chosen {
        paint(frame, area, app.theme.cursor);
    }
}
