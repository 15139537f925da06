//! Text from people, made fit for a terminal: nothing in it can move the cursor, change a colour or
//! take more columns than are counted for it.
//!
//! Terminals disagree about joined emoji, variation selectors, skin tones and flags, so these are
//! taken apart to what every terminal draws alike. What a message holds is never changed by this: it is
//! done on the way to the screen only.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How many marks may stand on one letter; more would smear over the neighbouring lines.
const MAX_MARKS: usize = 3;

/// The columns a tab is shown as.
const TAB: &str = "    ";

/// Returns the text without anything a terminal would obey; line breaks stay.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                // A pair is one line break, and so is a lone one.
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push_str(TAB),
            // Control pictures: what was there is seen, and does nothing.
            '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => out.push('\u{2421}'),
            '\u{80}'..='\u{9f}' => out.push('\u{fffd}'),
            // A flag is two letters of a country's code, and is shown as these.
            '\u{1f1e6}'..='\u{1f1ff}' => {
                out.extend(char::from_u32(u32::from('A') + u32::from(c) - 0x1f1e6));
                marks = 0;
            }
            c if is_invisible(c) => {}
            c => {
                let mark = c.len_utf8() > 1 && is_zero_width(c);
                marks = if mark { marks + 1 } else { 0 };
                // A mark needs a letter to stand on.
                let stands = !out.is_empty() && !out.ends_with('\n');
                if !mark || (marks <= MAX_MARKS && stands) {
                    out.push(c);
                }
            }
        }
    }
    out
}

/// Returns the text on one line: as [`clean`], with runs of white space as one space.
pub(super) fn clean_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns how many columns a clean text takes.
pub(super) fn width(text: &str) -> usize {
    if text.chars().all(is_plain) {
        return text.chars().count();
    }
    text.graphemes(true).map(grapheme_width).sum()
}

/// Returns a clean text cut to so many columns, with an ellipsis where it was longer.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += grapheme_width(grapheme);
        if used + 1 > columns {
            break;
        }
        out.push_str(grapheme);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    out.push('…');
    out
}

/// A stretch of a text, in bytes: one line on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Its first byte.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
}

/// Breaks a clean text into lines of at most so many columns: at line breaks, then between words,
/// then anywhere. Every byte but line breaks, and the spaces a line is broken at, is in one span.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<Span> {
    wrap_by(text, columns, grapheme_width)
}

/// Breaks a text as [`wrap`] does, with another measure of a grapheme's columns.
pub(super) fn wrap_by(text: &str, columns: usize, measure: fn(&str) -> usize) -> Vec<Span> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut offset = 0;
    for paragraph in text.split('\n') {
        wrap_paragraph(paragraph, offset, columns, measure, &mut lines);
        offset += paragraph.len() + 1;
    }
    lines
}

fn wrap_paragraph(
    paragraph: &str,
    offset: usize,
    columns: usize,
    measure: fn(&str) -> usize,
    lines: &mut Vec<Span>,
) {
    let mut start = 0;
    let mut used = 0;
    // Where the line may be broken: the byte after the last space, and the columns up to there.
    let mut space: Option<(usize, usize)> = None;
    let mut push = |from: usize, to: usize| {
        lines.push(Span {
            start: offset + from,
            end: offset + to,
        });
    };
    for (at, grapheme) in graphemes(paragraph) {
        let columns_here = measure(grapheme);
        let blank = grapheme == " ";
        if used + columns_here > columns && !blank {
            match space {
                Some((after, before)) => {
                    push(start, trimmed(paragraph, start, after));
                    start = after;
                    used -= before;
                }
                None => {
                    push(start, at);
                    start = at;
                    used = 0;
                }
            }
            space = None;
            // What was carried over may itself be too long for a line with this in it.
            if used + columns_here > columns && start < at {
                push(start, at);
                start = at;
                used = 0;
            }
        }
        used += columns_here;
        if blank {
            space = Some((at + grapheme.len(), used));
        }
    }
    push(start, paragraph.len());
}

fn trimmed(paragraph: &str, start: usize, end: usize) -> usize {
    start + paragraph[start..end].trim_end_matches(' ').len()
}

/// Returns the columns of one grapheme that is not clean yet, once it is.
pub(super) fn shown_width(grapheme: &str) -> usize {
    if grapheme.chars().all(is_plain) {
        return grapheme.chars().count();
    }
    width(&clean(grapheme))
}

/// Returns a text's graphemes with their places.
fn graphemes(text: &str) -> Box<dyn Iterator<Item = (usize, &str)> + '_> {
    if text.chars().all(is_plain) {
        let one = |(at, c): (usize, char)| (at, &text[at..at + c.len_utf8()]);
        return Box::new(text.char_indices().map(one));
    }
    Box::new(text.grapheme_indices(true))
}

/// Returns whether a character is one grapheme and takes one column, whatever stands beside it: the
/// most of what is written and drawn here, told without the Unicode tables.
const fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{2500}'..='\u{257f}')
}

fn grapheme_width(grapheme: &str) -> usize {
    grapheme.width()
}

fn is_zero_width(c: char) -> bool {
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes).width() == 0
}

/// Returns whether a character is unseen and would only steer: format and bidirectional controls,
/// joiners, variation selectors, tags, and skin tones, which many terminals draw on their own.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{1f3fb}'..='\u{1f3ff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, columns: usize) -> Vec<&str> {
        wrap(text, columns)
            .into_iter()
            .map(|line| &text[line.start..line.end])
            .collect()
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let cases = [
            ("\u{1b}[2J\u{1b}]0;eid\u{7}", "␛[2J␛]0;eid␇"),
            ("a\u{9b}31mb\u{7f}", "a\u{fffd}31mb␡"),
            ("a\r\nb\rc\u{2028}d", "a\nb\nc\nd"),
            ("\tx\0", "    x␀"),
            ("abc\u{202e}fed\u{2066}x\u{2069}\u{200f}", "abcfedx"),
            (
                "👨\u{200d}👩\u{200d}👧 👍\u{1f3fd} ❤\u{fe0f}",
                "👨👩👧 👍 ❤",
            ),
            (
                "\u{300}a\u{300}\u{301}\u{302}\u{303}\u{304}b",
                "a\u{300}\u{301}\u{302}b",
            ),
            ("blåbær på øya 🇳🇴", "blåbær på øya NO"),
        ];
        for (text, clean_text) in cases {
            assert_eq!(clean(text), clean_text, "{text:?}");
        }
    }

    #[test]
    fn a_preview_is_one_line() {
        assert_eq!(
            clean_line("  Hei!\n\n Kan du\tkomme?\r\n"),
            "Hei! Kan du komme?"
        );
    }

    #[test]
    fn width_counts_columns_not_letters() {
        for (text, columns) in [("øre", 3), ("日本", 4), ("👍", 2), ("e\u{301}", 1), ("", 0)] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn plain_characters_are_what_the_unicode_tables_say() {
        for c in ('\0'..='\u{ffff}').filter(|c| is_plain(*c)) {
            let text = format!("{c}a");
            assert_eq!(grapheme_width(&c.to_string()), 1, "{c:?}");
            assert_eq!(text.graphemes(true).count(), 2, "{c:?}");
            assert_eq!(clean(&text), text, "{c:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis_between_letters() {
        for (text, columns, cut) in [
            ("Matteprøve", 20, "Matteprøve"),
            ("Matteprøve", 6, "Matte…"),
            ("Hei på deg", 5, "Hei…"),
            ("日本語", 4, "日…"),
            ("abc", 0, ""),
        ] {
            assert_eq!(fit(text, columns), cut);
            assert!(width(&fit(text, columns)) <= columns);
        }
    }

    #[test]
    fn lines_break_between_words_and_then_anywhere() {
        assert_eq!(lines("Vi ses kl. 16 i dag", 10), ["Vi ses kl.", "16 i dag"]);
        assert_eq!(lines("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("a abcdefgh", 4), ["a", "abcd", "efgh"]);
        assert_eq!(lines("en\n\nto", 10), ["en", "", "to"]);
        assert_eq!(lines("日本語", 4), ["日本", "語"]);
        assert_eq!(lines("", 4), [""]);
    }

    #[test]
    fn no_line_is_ever_too_wide_and_no_letter_is_lost() {
        let texts = [
            "Pythagoras' setning: a² + b² = c². Prøv selv på oppgave 4.12 👍👍👍",
            "مرحبا كيف حالك اليوم",
            "日本語のテキスト と norsk",
            "ord med    mange   mellomrom",
            "🇳🇴🇸🇪 flagg",
        ];
        for text in texts.map(clean) {
            for columns in 2..24 {
                let spans = wrap(&text, columns);
                for line in &spans {
                    let shown = &text[line.start..line.end];
                    let shown = shown.trim_end_matches(' ');
                    assert!(width(shown) <= columns, "{columns}: {shown:?}");
                }
                let kept: String = spans.iter().map(|s| &text[s.start..s.end]).collect();
                assert_eq!(kept.replace(' ', ""), text.replace(' ', ""), "{columns}");
            }
        }
    }
}
