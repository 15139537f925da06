//! A query: what it looks up in the index, and the exact check of a candidate's plaintext.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use super::compound::Parts;
use super::lexicon::is_function_word;
use super::stem::stem;
use super::{PART_LETTERS, PREFIX_LENGTHS, Term, TermHash, forms, letters, tokenize};
use crate::seal::SearchKey;

/// What someone searches for: one to eight words, each of which must match.
#[derive(Clone)]
pub struct Query {
    words: Vec<QueryWord>,
}

/// A word of a query in its spellings.
#[derive(Clone)]
struct QueryWord {
    forms: Vec<Form>,
}

#[derive(Clone)]
struct Form {
    word: String,
    stem: String,
    letters: usize,
    function: bool,
}

/// Why a text is no query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It holds no word.
    #[error("there is no word to search for")]
    Empty,
    /// It holds more different words than a query may have.
    #[error("a search has at most {max} words")]
    TooManyWords {
        /// How many it may have.
        max: usize,
    },
}

impl Query {
    /// How many different words a query may have.
    pub const MAX_WORDS: usize = 8;

    /// Parses what someone typed. Words are split and folded as those of messages are.
    ///
    /// # Errors
    /// When there is no word, or there are too many.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let words: BTreeSet<String> = tokenize(text).into_iter().map(|token| token.word).collect();
        match words.len() {
            0 => Err(QueryError::Empty),
            1..=Self::MAX_WORDS => Ok(Self {
                words: words.iter().map(|word| QueryWord::new(word)).collect(),
            }),
            _ => Err(QueryError::TooManyWords {
                max: Self::MAX_WORDS,
            }),
        }
    }

    /// Returns what to look up, per word: a message is a candidate when, for every word, the index has at least one of
    /// the word's hashes for it.
    pub fn hashes(&self, key: &SearchKey) -> Vec<Vec<TermHash>> {
        let mac = key.mac();
        self.terms()
            .map(|terms| {
                terms
                    .iter()
                    .map(|term| term.hash_from(mac.clone()))
                    .collect()
            })
            .collect()
    }

    /// Returns the terms behind [`Self::hashes`], per word.
    pub fn terms(&self) -> impl Iterator<Item = BTreeSet<Term>> {
        self.words
            .iter()
            .map(|word| word.forms.iter().flat_map(Form::terms).collect())
    }

    /// Checks a candidate's plaintext. `None` when it is no hit; else the byte ranges of the words that matched, in
    /// their order in the text.
    pub fn matches(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let mut found = vec![false; self.words.len()];
        let mut ranges = Vec::new();
        for token in tokenize(text) {
            let mut hit = false;
            for form in forms(&token.word) {
                let mut target = Target::new(&form);
                for (word, found) in self.words.iter().zip(&mut found) {
                    if word.forms.iter().any(|form| target.is_met_by(form)) {
                        *found = true;
                        hit = true;
                    }
                }
            }
            if hit {
                ranges.push(token.range);
            }
        }
        found.iter().all(|found| *found).then_some(ranges)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}

impl QueryWord {
    fn new(word: &str) -> Self {
        Self {
            forms: forms(word).map(|form| Form::new(&form)).collect(),
        }
    }
}

impl Form {
    fn new(word: &str) -> Self {
        Self {
            stem: stem(word).into_owned(),
            letters: word.chars().count(),
            function: is_function_word(word),
            word: word.to_owned(),
        }
    }

    /// The terms of which a text has at least one when this form meets one of its words: each rule of
    /// [`Target::is_met_by`] has its line here, and its counterpart in `index_form`.
    fn terms(&self) -> Vec<Term> {
        let mut terms = Vec::with_capacity(4);
        let own = if self.function {
            &self.word
        } else {
            &self.stem
        };
        terms.push(Term::word(own));
        if let Some(&length) = PREFIX_LENGTHS
            .iter()
            .rfind(|&&length| length <= self.letters)
        {
            terms.push(Term::word(letters(&self.word, length)));
        }
        if !self.function {
            terms.push(Term::part(&self.stem));
            if self.letters >= PART_LETTERS {
                terms.push(Term::part(&self.word));
            }
        }
        terms
    }
}

/// A word of a text, with what has been worked out about it so far.
struct Target<'a> {
    word: &'a str,
    function: bool,
    analysis: Option<Analysis>,
}

struct Analysis {
    stem: String,
    parts: Parts,
    part_stems: Vec<String>,
}

impl<'a> Target<'a> {
    fn new(word: &'a str) -> Self {
        Self {
            word,
            function: is_function_word(word),
            analysis: None,
        }
    }

    /// The rule of matching, between one spelling of the query's word and one of the text's.
    fn is_met_by(&mut self, form: &Form) -> bool {
        if self.word == form.word {
            return true;
        }
        if self.function {
            return false;
        }
        if form.letters >= PREFIX_LENGTHS[0] && self.word.starts_with(&form.word) {
            return true;
        }
        if form.function {
            return false;
        }
        let word = self.word;
        let analysis = self.analysis.get_or_insert_with(|| Analysis::of(word));
        analysis.stem == form.stem
            || analysis.part_stems.contains(&form.stem)
            || (form.letters >= PART_LETTERS
                && analysis
                    .parts
                    .endings(word)
                    .any(|part| part.starts_with(&form.word)))
    }
}

impl Analysis {
    fn of(word: &str) -> Self {
        let parts = Parts::of(word);
        let part_stems = parts
            .endings(word)
            .chain(parts.segments(word))
            .map(|part| stem(part).into_owned())
            .collect();
        Self {
            stem: stem(word).into_owned(),
            parts,
            part_stems,
        }
    }
}
