//! The windows over the conversation.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use samtale_engine::{SearchState, SearchView};
use samtale_model::{Role, SearchHit};

use super::super::app::{App, NewChat, Overlay, REACTIONS, STATUSES, SearchBox};
use super::super::editor::Editor;
use super::super::snapshot::Snapshot;
use super::super::text;
use super::super::theme::presence_mark;
use super::conversation::mark_row;
use super::spread;

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
    fn render_input(&self, frame: &mut Frame<'_>, field: &Editor, area: Rect, focused: bool) {
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

    fn render_search(
        &self,
        frame: &mut Frame<'_>,
        snapshot: &Snapshot,
        search: &SearchBox,
        screen: Rect,
    ) {
        let area = middle(screen, 92, screen.height.saturating_sub(2));
        let title = self.catalog.text("tui-search-title");
        let inside = inset(self.render_window(frame, area, &title));
        let row = |y: u16| Rect {
            y: inside.y + y,
            height: u16::from(y < inside.height),
            ..inside
        };
        let scope = if search.here {
            "tui-search-here"
        } else {
            "tui-search-everywhere"
        };
        let scope = self.catalog.text(scope);
        let prompt = self.catalog.text("tui-search-prompt");
        let mut right = vec![Span::styled(scope, self.theme.muted)];
        if self.open.is_some() {
            right.insert(0, Span::styled("Tab ", self.theme.strong));
        }
        let columns = usize::from(inside.width);
        frame.render_widget(spread(vec![Span::raw(prompt)], right, columns), row(0));
        self.render_input(frame, &search.field, row(1), true);

        let keys = Line::from(vec![
            Span::styled("Enter", self.theme.strong),
            Span::styled(
                format!(" {}    ", self.catalog.text("tui-help-open")),
                self.theme.muted,
            ),
            Span::styled("Esc", self.theme.strong),
            Span::styled(
                format!(" {}", self.catalog.text("tui-help-close")),
                self.theme.muted,
            ),
        ]);
        frame.render_widget(keys, row(inside.height.saturating_sub(1)));

        let found = snapshot.search.as_ref();
        let found = found.filter(|found| search.is_answered_by(found));
        if search.field.text().trim().is_empty() {
            return;
        }
        let said = self.search_state(search, found);
        frame.render_widget(Line::styled(said, self.theme.muted), row(2));
        if let Some(found) = found {
            let hits = Rect {
                y: inside.y + 4,
                height: inside.height.saturating_sub(5),
                ..inside
            };
            self.render_hits(frame, snapshot, found, search.chosen, hits);
        }
    }

    fn search_state(&self, search: &SearchBox, found: Option<&SearchView>) -> String {
        let Some(found) = found else {
            return self.catalog.text("tui-search-loading");
        };
        let nothing = |words: &str| {
            let words = text::clean_line(words);
            self.catalog
                .text_with("tui-search-empty", &[("query", (&words).into())])
        };
        let count = || {
            let args = [("count", found.hits.len().into())];
            self.catalog.text_with("tui-search-count", &args)
        };
        match found.state {
            SearchState::Searching if found.hits.is_empty() => {
                self.catalog.text("tui-search-loading")
            }
            SearchState::Failed { code } => self.catalog.error_text(code.as_str(), None),
            _ if found.offline && found.hits.is_empty() => self.catalog.text("tui-search-offline"),
            _ if found.offline => {
                format!(
                    "{} · {}",
                    count(),
                    self.catalog.text("tui-search-offline-hits")
                )
            }
            _ if found.hits.is_empty() => nothing(search.field.text()),
            _ if found.has_more => format!("{} · ↓", count()),
            _ => count(),
        }
    }

    fn render_hits(
        &self,
        frame: &mut Frame<'_>,
        snapshot: &Snapshot,
        found: &SearchView,
        chosen: usize,
        area: Rect,
    ) {
        let fitting = usize::from(area.height.div_ceil(3)).max(1);
        let first = (chosen + 1).saturating_sub(fitting);
        for (place, hit) in found.hits.iter().enumerate().skip(first).take(fitting) {
            let y = area.y + u16::try_from(place - first).unwrap_or(0) * 3;
            for (offset, line) in self
                .hit_rows(snapshot, hit, area.width)
                .into_iter()
                .enumerate()
            {
                let y = y + u16::try_from(offset).unwrap_or(0);
                if y >= area.bottom() {
                    break;
                }
                let row = Rect {
                    y,
                    height: 1,
                    ..area
                };
                frame.render_widget(line, row);
                mark_row(self, frame, row, place == chosen);
            }
        }
    }

    fn hit_rows(&self, snapshot: &Snapshot, hit: &SearchHit, columns: u16) -> [Line<'static>; 2] {
        let message = &hit.message;
        let columns = usize::from(columns);
        let name = if message.sender_id == snapshot.me {
            self.catalog.text("message-you")
        } else {
            snapshot.name(message.chat_id, &message.sender_id)
        };
        let chat = snapshot.chat(message.chat_id);
        let chat = chat.map_or_else(String::new, |item| {
            format!(" · {}", snapshot.title(item, &self.catalog))
        });
        let at = self
            .catalog
            .relative_time(snapshot.now.0, message.created_at.0);
        let room = columns.saturating_sub(text::width(&at) + 3);
        let head = spread(
            vec![Span::styled(
                format!(" {}", text::fit(&format!("{name}{chat}"), room)),
                self.theme.strong,
            )],
            vec![Span::styled(format!("{at} "), self.theme.muted)],
            columns,
        );
        let mut spans = vec![Span::raw("   ")];
        let mut room = columns.saturating_sub(4);
        for (words, found) in excerpt(message.content.as_str(), &hit.highlights, room / 3) {
            let shown = text::fit(&words, room);
            room -= text::width(&shown);
            let style = if found {
                self.theme.found
            } else {
                ratatui::style::Style::new()
            };
            spans.push(Span::styled(shown, style));
        }
        [head, Line::from(spans)]
    }
}

/// Cuts a text into clean pieces, found and not, from shortly before the first that was found.
///
/// Highlights count UTF-16 code units. What does not fit the text is passed over: it comes from
/// the network.
fn excerpt(content: &str, highlights: &[(u32, u32)], lead: usize) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut units = 0_u32;
    for c in content.chars() {
        let found = highlights
            .iter()
            .any(|(start, end)| (*start..*end).contains(&units));
        units = units.saturating_add(u32::try_from(c.len_utf16()).unwrap_or(1));
        let c = if c.is_whitespace() { ' ' } else { c };
        match pieces.last_mut() {
            Some((words, kind)) if *kind == found => words.push(c),
            _ => pieces.push((c.to_string(), found)),
        }
    }
    for (words, _) in &mut pieces {
        *words = text::clean(words);
    }
    let before = pieces.first_mut().filter(|(_, found)| !found);
    if let Some((words, _)) = before.filter(|_| !highlights.is_empty()) {
        let whole = text::width(words);
        if whole > lead {
            let mut kept = words.as_str();
            while text::width(kept) + 1 > lead {
                let Some((_, rest)) = kept.split_once(' ') else {
                    break;
                };
                kept = rest;
            }
            *words = format!("…{kept}");
        }
    }
    pieces
}

/// Returns a part in the middle of the screen, as large as fits.
fn middle(screen: Rect, width: u16, height: u16) -> Rect {
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
fn inset(area: Rect) -> Rect {
    Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    fn pieces(content: &str, highlights: &[(u32, u32)], lead: usize) -> String {
        excerpt(content, highlights, lead)
            .into_iter()
            .map(|(words, found)| if found { format!("[{words}]") } else { words })
            .collect()
    }

    #[test]
    fn found_words_are_told_apart_by_utf16_units() {
        assert_eq!(
            pieces("👍 bøkene er her", &[(3, 9)], 40),
            "👍 [bøkene] er her"
        );
        assert_eq!(pieces("a\nb", &[], 40), "a b");
        assert_eq!(pieces("kort", &[(2, 900)], 40), "ko[rt]");
        assert_eq!(pieces("\u{1b}[2J", &[(0, 1)], 40), "[␛][2J");
    }

    #[test]
    fn a_long_lead_is_cut_between_words() {
        let content = "Husk at vi har matteprøve i morgen";
        assert_eq!(
            pieces(content, &[(15, 25)], 8),
            "…vi har [matteprøve] i morgen"
        );
    }
}
