//! The conversation as rows: what each message looks like, and which rows are whose. Scrolling
//! counts in these rows, so it and the drawing read the same ones.

use std::rc::Rc;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use samtale_engine::{ChangeState, ChatItem, Entry, EntryState};
use samtale_model::{Message, MessageId, MessageKind};

use super::app::{App, Marker, Open, Scroll};
use super::snapshot::{OpenChat, Snapshot, needs_decision};
use super::text;
use super::theme::{TICK_COLUMNS, tick};

/// Messages of one sender within this time stand together.
const GROUP_MS: u64 = 5 * 60_000;

const HOUR_MS: i64 = 60 * 60_000;

/// A send that is younger than this shows no clock: most are answered before.
const FRESH_MS: u64 = 400;

/// The most columns a message takes, however wide the terminal.
const MAX_BUBBLE: usize = 72;

/// The columns between text and the time behind it.
const GAP: usize = 2;

/// Where counting unread messages stops.
const COUNTED: u32 = samtale_model::ChatSummary::MAX_UNREAD;

/// The conversation's rows.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The rows, from the oldest message to the newest.
    pub(super) rows: Vec<Line<'static>>,
    /// Which of them are whose, in order.
    pub(super) blocks: Vec<Block>,
    /// The rows that name a day, and the day.
    pub(super) days: Vec<(usize, String)>,
    /// The row that says how many are unread.
    pub(super) marker: Option<usize>,
}

/// A message's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The message.
    pub(super) message: MessageId,
    /// Its first row.
    pub(super) start: usize,
    /// The row after its last.
    pub(super) end: usize,
}

impl Layout {
    /// Returns a message's rows.
    pub(super) fn block(&self, message: MessageId) -> Option<Block> {
        self.blocks
            .iter()
            .copied()
            .find(|block| block.message == message)
    }

    /// Returns the day of the messages from a row on, where a row above it named that day.
    pub(super) fn day_above(&self, top: usize) -> Option<&str> {
        // At a day's first row the blank above its name may be the top one.
        let named_there = self
            .days
            .iter()
            .any(|(row, _)| (top..=top + 1).contains(row));
        let above = self.days.iter().rfind(|(row, _)| *row < top);
        above.filter(|_| !named_there).map(|(_, day)| day.as_str())
    }

    /// Returns the row that a screen of a height begins at when it is at the end.
    pub(super) fn last_top(&self, height: usize) -> usize {
        self.rows.len().saturating_sub(height)
    }

    /// Returns the row that a screen of a height begins at.
    pub(super) fn top(&self, scroll: Scroll, height: usize) -> usize {
        let last = self.last_top(height);
        match scroll {
            Scroll::End => last,
            Scroll::At { message, row } => self.block(message).map_or(last, |block| {
                block.start.saturating_add_signed(row).min(last)
            }),
        }
    }

    /// Returns the scroll that makes the screen begin at a row.
    pub(super) fn scroll_to(&self, top: usize, height: usize) -> Scroll {
        if top >= self.last_top(height) {
            return Scroll::End;
        }
        // The message at the top of the screen holds the place.
        let holding = self
            .blocks
            .iter()
            .find(|block| block.end > top)
            .or_else(|| self.blocks.last());
        holding.map_or(Scroll::End, |block| Scroll::At {
            message: block.message,
            row: top.cast_signed() - block.start.cast_signed(),
        })
    }
}

/// What all messages of a conversation are drawn with.
struct Canvas<'a> {
    app: &'a App,
    snapshot: &'a Snapshot,
    item: Option<&'a ChatItem>,
    open: &'a OpenChat,
    /// All columns, a margin of one on each side included.
    columns: usize,
    /// The most columns of a message's text.
    bubble: usize,
    layout: Layout,
}

impl App {
    /// Lays the open conversation out in so many columns.
    pub(super) fn lay_out(&self, snapshot: &Snapshot, columns: u16) -> Layout {
        let (Some(shown), Some(open)) = (&self.open, &snapshot.open) else {
            return Layout::default();
        };
        let columns = usize::from(columns).max(12);
        let share = if self.two_panes() { 78 } else { 85 };
        let mut canvas = Canvas {
            app: self,
            snapshot,
            item: snapshot.chat(open.id),
            open,
            columns,
            bubble: (columns.saturating_sub(4) * share / 100).min(MAX_BUBBLE),
            layout: Layout::default(),
        };
        canvas.draw(shown);
        canvas.layout
    }
}

impl Canvas<'_> {
    fn draw(&mut self, shown: &Open) {
        self.beginning();
        let newest_own = self.open.entries.iter().rposition(|entry| {
            entry.own && entry.message.deleted_at.is_none() && is_confirmed(entry)
        });
        let mut before: Option<(&Entry, Rc<str>)> = None;
        let entries = &self.open.entries;
        for (index, entry) in entries.iter().enumerate() {
            let marker = shown.marker.filter(|marker| marker.message == entry.id());
            let at = entry.message.created_at.0;
            // Norway's clocks are whole hours from UTC: within an hour of it lies no midnight.
            let same = before
                .as_ref()
                .filter(|(before, _)| before.message.created_at.0 / HOUR_MS == at / HOUR_MS);
            let day: Rc<str> = match same {
                Some((_, day)) => Rc::clone(day),
                None => self
                    .app
                    .catalog
                    .day_separator(self.snapshot.now.0, at)
                    .into(),
            };
            let before_it = before.as_ref().map(|(entry, day)| (*entry, day.as_ref()));
            let joined = self.separators(before_it, (entry, &day), marker);
            let start = self.layout.rows.len();
            self.entry(entry, joined);
            if newest_own == Some(index) {
                self.delivery(entry);
            }
            self.layout.blocks.push(Block {
                message: entry.id(),
                start,
                end: self.layout.rows.len(),
            });
            before = Some((entry, day));
        }
    }

    fn beginning(&mut self) {
        if self.open.entries.is_empty() {
            return;
        }
        let key = if self.open.loading_older {
            "tui-messages-loading-older"
        } else if self.open.has_older || self.open.more_held {
            self.layout.rows.push(Line::default());
            return;
        } else {
            "tui-messages-beginning"
        };
        let text = self.app.catalog.text(key);
        self.centred(&text, self.app.theme.muted);
    }

    /// Draws what stands between two messages, and returns whether they stand together.
    fn separators(
        &mut self,
        before: Option<(&Entry, &str)>,
        (entry, day): (&Entry, &str),
        marker: Option<Marker>,
    ) -> bool {
        let new_day = before.is_none_or(|(_, before)| before != day);
        let joined = !new_day
            && marker.is_none()
            && before.is_some_and(|(before, _)| {
                before.message.sender_id == entry.message.sender_id
                    && !is_system(&before.message)
                    && !is_system(&entry.message)
                    && entry.message.created_at.since(before.message.created_at) < GROUP_MS
            });
        if new_day {
            self.layout.rows.push(Line::default());
            let row = self.layout.rows.len();
            self.layout.days.push((row, day.to_owned()));
            self.ruled(day, self.app.theme.muted);
        }
        if let Some(marker) = marker {
            self.layout.rows.push(Line::default());
            self.layout.marker = Some(self.layout.rows.len());
            // The client counts no further than a hundred.
            let (key, count) = match marker.count {
                COUNTED.. => ("unread-over", COUNTED - 1),
                count => ("unread", count),
            };
            let text = self.app.catalog.text_with(key, &[("count", count.into())]);
            self.ruled(&text, self.app.theme.accent.bold());
        }
        if !joined {
            self.layout.rows.push(Line::default());
        }
        joined
    }

    fn entry(&mut self, entry: &Entry, joined: bool) {
        let theme = self.app.theme;
        let message = &entry.message;
        if is_system(message) {
            let text = text::clean_line(message.content.as_str());
            let text = text::fit(&text, self.columns.saturating_sub(2));
            self.centred(&text, theme.muted);
            return;
        }
        let group = self.item.is_some_and(|item| item.members > 2);
        let chat = self.open.id;
        let mut bubble = Vec::new();
        if group && !entry.own && !joined {
            let name = self.snapshot.name(chat, &message.sender_id);
            let name = text::fit(&name, self.bubble);
            bubble.push(vec![Span::styled(name, theme.strong)]);
        }
        if message.reply_to.is_some() && message.deleted_at.is_none() {
            bubble.push(self.quote(entry));
        }
        self.body(entry, &mut bubble);
        self.reactions(entry, &mut bubble);
        self.thread(message, &mut bubble);
        let bar = if entry.own { theme.accent } else { theme.muted };
        self.place(bubble, entry.own, bar);
        if needs_decision(entry) {
            self.decision(entry);
        }
    }

    /// Draws the words, and behind them the time and the tick in a place of their own.
    fn body(&self, entry: &Entry, bubble: &mut Vec<Vec<Span<'static>>>) {
        let (catalog, theme) = (&self.app.catalog, &self.app.theme);
        let message = &entry.message;
        let deleted = message.deleted_at.is_some();
        let (words, style) = if deleted {
            (catalog.text("message-deleted"), theme.muted.italic())
        } else {
            let words = text::clean(message.content.as_str());
            (words.trim_end().to_owned(), Style::new())
        };
        let mut rows: Vec<Vec<Span<'static>>> = text::wrap(&words, self.bubble)
            .into_iter()
            .map(|line| {
                let shown = words[line.start..line.end].trim_end_matches(' ');
                vec![Span::styled(shown.to_owned(), style)]
            })
            .collect();

        let mut meta = Vec::new();
        if message.edited_at.is_some() && !deleted {
            let edited = format!("{} ", catalog.text("message-edited"));
            meta.push(Span::styled(edited, theme.muted));
        }
        let time = catalog.clock_time(message.created_at.0);
        meta.push(Span::styled(time, theme.muted));
        if entry.own && !deleted {
            let age = self.snapshot.now.since(message.created_at);
            let (mark, style) = tick(entry.state, age < FRESH_MS, theme);
            meta.push(Span::raw(" "));
            debug_assert_eq!(text::width(mark), TICK_COLUMNS);
            meta.push(Span::styled(mark, style));
        }
        let meta_columns = columns_of(&meta);
        let last = rows.last().map_or(0, |row| columns_of(row));
        let widest = rows.iter().map(|row| columns_of(row)).max().unwrap_or(0);
        if last + GAP + meta_columns <= self.bubble {
            let edge = widest.max(last + GAP + meta_columns);
            if let Some(row) = rows.last_mut() {
                row.push(Span::raw(" ".repeat(edge - last - meta_columns)));
                row.append(&mut meta);
            }
        } else {
            let edge = widest.max(meta_columns);
            meta.insert(0, Span::raw(" ".repeat(edge - meta_columns)));
            rows.push(meta);
        }
        bubble.append(&mut rows);
    }

    fn quote(&self, entry: &Entry) -> Vec<Span<'static>> {
        let theme = &self.app.theme;
        let (name, words) = entry.quoted.as_ref().map_or_else(
            || (None, "…".to_owned()),
            |quoted| {
                let name = if quoted.sender_id == self.snapshot.me {
                    self.app.catalog.text("message-you")
                } else {
                    self.snapshot.name(self.open.id, &quoted.sender_id)
                };
                let words = if quoted.deleted_at.is_some() {
                    self.app.catalog.text("message-deleted")
                } else {
                    text::clean_line(quoted.content.as_str())
                };
                (Some(name), words)
            },
        );
        let shown = match name {
            Some(name) => {
                let args = [("name", (&name).into()), ("text", (&words).into())];
                self.app.catalog.text_with("message-preview-named", &args)
            }
            None => words,
        };
        let shown = text::fit(&shown, self.bubble.saturating_sub(2));
        vec![
            Span::styled("▎ ", theme.accent),
            Span::styled(shown, theme.muted),
        ]
    }

    fn reactions(&self, entry: &Entry, bubble: &mut Vec<Vec<Span<'static>>>) {
        let theme = &self.app.theme;
        let mut row: Vec<Span<'static>> = Vec::new();
        for group in &entry.reactions {
            let emoji = text::clean_line(group.emoji.as_str());
            // One's own stands in brackets: a mark beside the colour.
            let (shown, style) = if group.mine {
                (format!("[{emoji} {}]", group.count), theme.accent)
            } else {
                (format!(" {emoji} {} ", group.count), theme.muted)
            };
            if !row.is_empty() && columns_of(&row) + text::width(&shown) > self.bubble {
                bubble.push(std::mem::take(&mut row));
            }
            row.push(Span::styled(shown, style));
        }
        if !row.is_empty() {
            bubble.push(row);
        }
    }

    fn thread(&self, message: &Message, bubble: &mut Vec<Vec<Span<'static>>>) {
        let catalog = &self.app.catalog;
        let said = if message.thread_count > 0 {
            let args = [("count", message.thread_count.into())];
            catalog.text_with("message-replies", &args)
        } else if message.thread_root.is_some() {
            catalog.text("tui-in-thread")
        } else {
            return;
        };
        bubble.push(vec![Span::styled(
            format!("↳ {said}"),
            self.app.theme.muted,
        )]);
    }

    /// Draws what failed, why, and what can be done.
    fn decision(&mut self, entry: &Entry) {
        let (catalog, theme) = (&self.app.catalog, &self.app.theme);
        let code = match (entry.pending.map(|change| change.state), entry.state) {
            (Some(ChangeState::Failed { code }), _) | (_, EntryState::Failed { code }) => {
                Some(code)
            }
            _ => None,
        };
        let said = match code {
            Some(code) => format!(
                "! {} · {}",
                catalog.delivery("failed"),
                catalog.error_text(code.as_str(), None)
            ),
            None => format!("! {}", catalog.text("message-stale")),
        };
        let mut rows: Vec<Vec<Span<'static>>> = text::wrap(&said, self.bubble)
            .into_iter()
            .map(|line| {
                vec![Span::styled(
                    said[line.start..line.end].to_owned(),
                    theme.danger,
                )]
            })
            .collect();
        rows.push(vec![
            Span::styled("t", theme.strong),
            Span::raw(format!(" {}   ", catalog.text("action-retry"))),
            Span::styled("Del", theme.strong),
            Span::raw(format!(" {}", catalog.text("action-delete"))),
        ]);
        let style = theme.danger;
        self.place(rows, true, style);
    }

    /// Says in words how far the newest of one's own has come.
    fn delivery(&mut self, entry: &Entry) {
        let state = match entry.state {
            EntryState::Sent => "sent",
            EntryState::Delivered => "delivered",
            EntryState::Read => "read",
            EntryState::Sending | EntryState::Failed { .. } | EntryState::Expired => return,
        };
        let said = self.app.catalog.delivery(state);
        let pad = self.columns.saturating_sub(text::width(&said) + 3);
        self.layout.rows.push(Line::from(vec![
            Span::raw(" ".repeat(pad)),
            Span::styled(said, self.app.theme.muted),
        ]));
    }

    /// Puts rows to one's own side or to the others', with a bar along them.
    fn place(&mut self, rows: Vec<Vec<Span<'static>>>, own: bool, bar: Style) {
        let widest = rows.iter().map(|row| columns_of(row)).max().unwrap_or(0);
        let bar = Span::styled("│", bar);
        for mut row in rows {
            if own {
                let rest = widest - columns_of(&row);
                let pad = self.columns.saturating_sub(widest + 3);
                row.insert(0, Span::raw(" ".repeat(pad)));
                row.push(Span::raw(" ".repeat(rest + 1)));
                row.push(bar.clone());
            } else {
                row.insert(0, Span::raw(" "));
                row.insert(1, bar.clone());
                row.insert(2, Span::raw(" "));
            }
            self.layout.rows.push(Line::from(row));
        }
    }

    fn centred(&mut self, text: &str, style: Style) {
        let pad = self.columns.saturating_sub(text::width(text)) / 2;
        self.layout.rows.push(Line::from(vec![
            Span::raw(" ".repeat(pad)),
            Span::styled(text.to_owned(), style),
        ]));
    }

    /// Draws a text in the middle of a line across the conversation.
    fn ruled(&mut self, text: &str, style: Style) {
        let rest = self.columns.saturating_sub(text::width(text) + 4);
        let (left, right) = (rest / 2, rest - rest / 2);
        self.layout.rows.push(Line::from(vec![
            Span::raw(" "),
            Span::styled("─".repeat(left), self.app.theme.muted),
            Span::styled(format!(" {text} "), style),
            Span::styled("─".repeat(right), self.app.theme.muted),
        ]));
    }
}

fn columns_of(row: &[Span<'_>]) -> usize {
    row.iter().map(|span| text::width(&span.content)).sum()
}

fn is_system(message: &Message) -> bool {
    matches!(&message.kind, MessageKind::Other(name) if name == "system")
}

const fn is_confirmed(entry: &Entry) -> bool {
    matches!(
        entry.state,
        EntryState::Sent | EntryState::Delivered | EntryState::Read
    )
}
