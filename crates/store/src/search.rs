//! Search without plaintext: which keyed hashes stand for a message in the index, and which a query looks up.
//!
//! A body is sealed, so the index holds hashes of its *terms* under the chat's search key: word stems, beginnings of words,
//! and parts of compounds. A lookup by hashes gives candidates; each is opened and checked by [`Query::matches`] on its
//! plaintext, which is the one definition of a hit. The index may offer too much, never too little:
//! **what `matches` accepts, the lookup finds.**
//!
//! ```text
//! text ─ tokenize ─▶ words ─ stem, parts ─▶ index_terms ─ TermHash ─▶ rows (chat, hash, message)
//! query ─ tokenize ─▶ words ─ alternatives ─▶ Query::hashes: for every word, any of its hashes
//! ```
//!
//! A query word matches a word of the text when
//! 1. they have the same stem (`bøker` and `boka`), or
//! 2. the text's word begins with it (at least 2 letters), or
//! 3. a part of the text's word, which is a compound, has the same stem or begins with it (at least 4 letters).
//!
//! Function words (`og`, `the`) are found whole only, and every word of a query must match.
//!
//! To keep rows few, beginnings are indexed at a few lengths and parts by their first four letters; the check on the
//! plaintext does the rest. All of this is a pure function of the text: the index can be rebuilt at any time, and must be
//! when the rules change, which [`INDEX_VERSION`] tells.

mod compound;
mod irregular;
mod lexicon;
mod query;
mod stem;
mod token;

use std::fmt;

use hmac::Mac as _;

pub use query::{Query, QueryError};
pub use token::{Token, tokenize};

use crate::seal::SearchKey;
use compound::Parts;
use lexicon::is_function_word;
use stem::stem;

/// The version of the rules: an index built under another version has to be rebuilt.
pub const INDEX_VERSION: u32 = 1;

/// The lengths, in letters, at which the beginnings of words are indexed.
const PREFIX_LENGTHS: [usize; 5] = [2, 3, 4, 6, 9];

/// Parts of compounds are indexed by this many letters, and a query word must have as many to be a part's beginning.
const PART_LETTERS: usize = 4;

/// Something that a message is found by. Plaintext: never shown in Debug, stored only as a [`TermHash`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(String);

impl Term {
    /// A stem or a beginning of a word.
    fn word(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The first letters of a compound's part or of its stem. The mark is no letter, so it meets no word.
    fn part(text: &str) -> Self {
        Self(format!("+{}", letters(text, PART_LETTERS)))
    }

    /// Hashes the term for the index of the chat that `key` belongs to.
    pub fn hash(&self, key: &SearchKey) -> TermHash {
        self.hash_from(key.mac())
    }

    fn hash_from(&self, mut mac: hmac::Hmac<sha2::Sha256>) -> TermHash {
        mac.update(self.0.as_bytes());
        let output = mac.finalize().into_bytes();
        let (first, _) = output.split_first_chunk().expect("32 bytes hold 8");
        TermHash(i64::from_be_bytes(*first))
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Term(..)")
    }
}

/// What the index holds of a term: the first 8 bytes of its HMAC-SHA256 under the chat's search key, big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermHash(pub i64);

/// Returns the terms that a text is found by, sorted and each once.
///
/// Bounded by [`tokenize`]'s limits: an ordinary message of 200 characters has around a hundred.
pub fn index_terms(text: &str) -> Vec<Term> {
    let mut words: Vec<String> = tokenize(text).into_iter().map(|token| token.word).collect();
    words.sort_unstable();
    words.dedup();
    let mut terms = Vec::with_capacity(words.len() * 5);
    for word in &words {
        for form in forms(word) {
            index_form(&form, &mut terms);
        }
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Returns the hashes of a text's terms under a chat's search key, sorted and each once.
pub fn index_hashes(text: &str, key: &SearchKey) -> Vec<TermHash> {
    let mac = key.mac();
    let mut hashes: Vec<TermHash> = index_terms(text)
        .iter()
        .map(|term| term.hash_from(mac.clone()))
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn index_form(word: &str, terms: &mut Vec<Term>) {
    if is_function_word(word) {
        terms.push(Term::word(word));
        return;
    }
    terms.push(Term::word(&stem(word)));
    let len = word.chars().count();
    // A query of the word's own length has its stem; only shorter ones need a beginning.
    terms.extend(
        PREFIX_LENGTHS
            .iter()
            .filter(|&&length| length < len)
            .map(|&length| Term::word(letters(word, length))),
    );
    let parts = Parts::of(word);
    for part in parts.endings(word) {
        if part.chars().count() >= PART_LETTERS {
            terms.push(Term::part(part));
        }
        terms.push(Term::part(&stem(part)));
    }
    terms.extend(parts.segments(word).map(|part| Term::part(&stem(part))));
}

/// Returns the spellings that a word goes by: its own, and with `aa` read as `å` (`Haakon`, or a foreign keyboard). Both
/// stand in the index, so that a half-typed `Isa` still finds `Isaac`.
fn forms(word: &str) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
    let modern = word.contains("aa").then(|| word.replace("aa", "å").into());
    std::iter::once(word.into()).chain(modern)
}

/// Returns the first `count` letters of a word, or all of a shorter one.
fn letters(word: &str, count: usize) -> &str {
    word.char_indices()
        .nth(count)
        .map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests;
