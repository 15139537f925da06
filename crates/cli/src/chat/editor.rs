//! A small text editor: the composer and the one-line fields. Its cursor moves by grapheme, so an
//! emoji or an accented letter is one step.

use unicode_segmentation::UnicodeSegmentation;

use super::text::{self, Span, shown_width};

/// A text and the place in it where writing goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Editor {
    text: String,
    /// A byte offset, always between two graphemes.
    cursor: usize,
}

/// Where to move, or how far to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To the grapheme before.
    Back,
    /// To the grapheme after.
    Forward,
    /// To the beginning of the word before.
    WordBack,
    /// To the end of the word after.
    WordForward,
    /// To the beginning of the line.
    LineStart,
    /// To the end of the line.
    LineEnd,
}

impl Editor {
    /// Makes an editor with a text, writing at its end.
    pub(super) fn with_text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            cursor: text.len(),
            text,
        }
    }

    /// Returns the text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether nothing is written.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Takes the text out and leaves the editor empty.
    pub(super) fn take(&mut self) -> String {
        self.cursor = 0;
        std::mem::take(&mut self.text)
    }

    /// Writes at the cursor. Control characters other than line breaks are left out.
    pub(super) fn insert(&mut self, written: &str) {
        let written: String = written
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .chars()
            .filter(|c| *c == '\n' || *c == '\t' || !c.is_control())
            .collect();
        self.text.insert_str(self.cursor, &written);
        self.cursor += written.len();
        // What was written may have joined what follows to one grapheme.
        self.cursor = self.snapped(self.cursor);
    }

    /// Writes at the cursor, on one line.
    pub(super) fn insert_line(&mut self, written: &str) {
        self.insert(&written.replace(['\r', '\n', '\t'], " "));
    }

    /// Moves the cursor.
    pub(super) fn go(&mut self, step: Step) {
        self.cursor = self.target(step);
    }

    /// Deletes from the cursor to where the step leads.
    pub(super) fn delete(&mut self, step: Step) {
        let target = self.target(step);
        let (start, end) = (self.cursor.min(target), self.cursor.max(target));
        self.text.replace_range(start..end, "");
        self.cursor = self.snapped(start);
    }

    /// Moves the cursor one line on the screen up or down, and tells whether there was one.
    pub(super) fn go_line(&mut self, down: bool, columns: usize) -> bool {
        let shown = self.lines(columns);
        let (row, column) = self.place(&shown);
        let target = if down {
            row + 1
        } else {
            match row.checked_sub(1) {
                Some(above) => above,
                None => return false,
            }
        };
        let Some(line) = shown.get(target) else {
            return false;
        };
        let mut used = 0;
        self.cursor = line.end;
        for (at, grapheme) in self.text[line.start..line.end].grapheme_indices(true) {
            used += shown_width(grapheme);
            if used > column {
                self.cursor = line.start + at;
                break;
            }
        }
        true
    }

    /// Returns the lines on the screen, of at most so many columns, the last one left to the cursor.
    pub(super) fn lines(&self, columns: usize) -> Vec<Span> {
        text::wrap_by(&self.text, columns.max(3) - 1, shown_width)
    }

    /// Returns the cursor's line and column among the lines.
    pub(super) fn place(&self, lines: &[Span]) -> (usize, usize) {
        let row = lines
            .iter()
            .rposition(|line| line.start <= self.cursor)
            .unwrap_or(0);
        let column = lines.get(row).map_or(0, |line| {
            self.text[line.start..self.cursor.max(line.start)]
                .graphemes(true)
                .map(shown_width)
                .sum()
        });
        (row, column)
    }

    fn target(&self, step: Step) -> usize {
        let (before, after) = self.text.split_at(self.cursor);
        match step {
            Step::Back => before
                .grapheme_indices(true)
                .next_back()
                .map_or(0, |(at, _)| at),
            Step::Forward => after
                .graphemes(true)
                .next()
                .map_or(self.cursor, |grapheme| self.cursor + grapheme.len()),
            Step::WordBack => before
                .unicode_word_indices()
                .next_back()
                .map_or(0, |(at, _)| at),
            Step::WordForward => after
                .unicode_word_indices()
                .next()
                .map_or(self.text.len(), |(at, word)| self.cursor + at + word.len()),
            Step::LineStart => before.rfind('\n').map_or(0, |at| at + 1),
            Step::LineEnd => after
                .find('\n')
                .map_or(self.text.len(), |at| self.cursor + at),
        }
    }

    /// Returns the nearest place at or after an offset that lies between two graphemes.
    fn snapped(&self, offset: usize) -> usize {
        self.text
            .grapheme_indices(true)
            .map(|(at, _)| at)
            .find(|at| *at >= offset)
            .unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_moves_by_grapheme() {
        let mut editor = Editor::with_text("ae\u{301}👨\u{200d}👩\u{200d}👧");
        editor.delete(Step::Back);
        assert_eq!(editor.text(), "ae\u{301}");
        editor.go(Step::Back);
        editor.insert("x");
        assert_eq!(editor.text(), "axe\u{301}");
        editor.delete(Step::Forward);
        assert_eq!(editor.text(), "ax");
    }

    #[test]
    fn a_word_is_deleted_backwards() {
        let mut editor = Editor::with_text("Vi ses på lørdag ");
        editor.delete(Step::WordBack);
        assert_eq!(editor.text(), "Vi ses på ");
        editor.go(Step::LineStart);
        editor.go(Step::WordForward);
        editor.insert("!");
        assert_eq!(editor.text(), "Vi! ses på ");
    }

    #[test]
    fn pasted_control_characters_are_left_out_and_line_breaks_kept() {
        let mut editor = Editor::default();
        editor.insert("en\r\nto\u{1b}[31m\rtre");
        assert_eq!(editor.text(), "en\nto[31m\ntre");
        let mut field = Editor::default();
        field.insert_line("kari\nola");
        assert_eq!(field.text(), "kari ola");
    }

    #[test]
    fn the_cursor_goes_up_and_down_the_lines_shown() {
        let mut editor = Editor::with_text("første linje\nto");
        assert!(editor.go_line(false, 40));
        editor.insert("|");
        assert_eq!(editor.text(), "fø|rste linje\nto");
        assert!(!editor.go_line(false, 40));
        assert!(editor.go_line(true, 40));
        assert!(!editor.go_line(true, 40));
    }

    #[test]
    fn the_cursor_has_a_place_at_the_end_of_a_full_line() {
        let editor = Editor::with_text("abcde");
        let lines = editor.lines(6);
        assert_eq!((lines.len(), editor.place(&lines)), (1, (0, 5)));
        let editor = Editor::with_text("ab\n");
        assert_eq!(editor.place(&editor.lines(6)), (1, 0));
    }

    #[test]
    fn a_mark_written_after_a_letter_joins_it() {
        let mut editor = Editor::with_text("e");
        editor.insert("\u{301}");
        editor.delete(Step::Back);
        assert!(editor.is_empty());
    }
}
