//! Words of a text, folded to the form in which they are compared, with where they stand.

use std::fmt;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_segmentation::UnicodeSegmentation as _;

/// Words after this many are not indexed. A message at the limit of 10,000 characters of prose has fewer.
pub(super) const MAX_TOKENS: usize = 2_048;

/// Letters after this many in one word are not looked at.
pub(super) const MAX_LETTERS: usize = 64;

/// A word of a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The folded word: NFKC, lower case, without accents; `æ`, `ø` and `å` are letters of their own.
    pub word: String,
    /// Where the word stands in the text, in bytes.
    pub range: Range<usize>,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// Splits a text into its words, at most 2,048 of them.
///
/// Words are those of Unicode (UAX #29), split further at everything that is no letter or digit, so that addresses and
/// `Hei.Kan` fall into their parts. Numbers keep a decimal sign (`3,14` and `3.14` are the same word); an apostrophe
/// or a soft hyphen within a word is dropped.
pub fn tokenize(text: &str) -> Vec<Token> {
    text.unicode_word_indices()
        .flat_map(|(start, word)| {
            pieces(word).map(move |piece| (start + piece.start, &word[piece]))
        })
        .filter_map(|(start, piece)| {
            let word = fold(piece);
            (!word.is_empty()).then(|| Token {
                word,
                range: start..start + piece.len(),
            })
        })
        .take(MAX_TOKENS)
        .collect()
}

/// Splits a word of UAX #29 where it holds something that is no part of a word for us.
fn pieces(word: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + word[rest..].find(is_letter)?;
        let mut end = start;
        let mut chars = word[start..].char_indices().peekable();
        let mut before = '\0';
        while let Some((at, c)) = chars.next() {
            let after = chars.peek().map_or('\0', |&(_, next)| next);
            if !(is_letter(c) || is_combining_mark(c) || joins(before, c, after)) {
                break;
            }
            before = c;
            end = start + at + c.len_utf8();
        }
        rest = end;
        Some(start..end)
    })
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
}

/// Tells whether `c`, which is no letter, holds together the word that it stands in.
fn joins(before: char, c: char, after: char) -> bool {
    match c {
        '\'' | '’' | 'ʼ' => before.is_alphabetic() && after.is_alphabetic(),
        '.' | ',' => before.is_numeric() && after.is_numeric(),
        // Soft hyphen, zero-width joiners, word joiner.
        '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' => true,
        _ => false,
    }
}

fn fold(piece: &str) -> String {
    let mut word = String::with_capacity(piece.len());
    if piece.is_ascii() {
        piece
            .chars()
            .for_each(|c| fold_char(c.to_ascii_lowercase(), &mut word));
    } else {
        let lower: String = piece.nfkc().flat_map(char::to_lowercase).collect();
        lower.nfkc().for_each(|c| fold_char(c, &mut word));
    }
    if let Some((end, _)) = word.char_indices().nth(MAX_LETTERS) {
        word.truncate(end);
    }
    word
}

fn fold_char(c: char, word: &mut String) {
    match c {
        'a'..='z' | '0'..='9' | 'æ' | 'ø' | 'å' => word.push(c),
        '.' | ',' => word.push(','),
        // As the neighbours write ours.
        'ä' => word.push('æ'),
        'ö' => word.push('ø'),
        // Letters that Unicode does not take apart: Icelandic, Sami, Polish, German, French, Turkish, Greek.
        'ð' | 'đ' => word.push('d'),
        'þ' => word.push_str("th"),
        'ŧ' => word.push('t'),
        'ŋ' => word.push('n'),
        'ł' => word.push('l'),
        'ß' => word.push_str("ss"),
        'œ' => word.push('ø'),
        'ı' => word.push('i'),
        'ς' => word.push('σ'),
        _ => decompose_canonical(c, |part| {
            let accent = matches!(part, '\u{300}'..='\u{36f}');
            if !accent && (is_letter(part) || is_combining_mark(part)) {
                word.push(part);
            }
        }),
    }
}
