//! The window of the search: the field, how the search stands, the hits.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use samtale_engine::{SearchState, SearchView};
use samtale_model::SearchHit;

use super::super::app::{App, SearchBox};
use super::super::snapshot::Snapshot;
use super::super::text;
use super::conversation::mark_row;
use super::overlays::{inset, middle};
use super::spread;

impl App {
    pub(super) fn render_search(
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
