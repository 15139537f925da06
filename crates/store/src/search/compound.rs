//! Where a compound divides: `matte|prøve`, `arbeids|plan`, `geografi|time`.
//!
//! Norwegian writes compounds as one word and makes new ones freely, so no list holds them all. A word that the lexicon
//! knows is simple. Where the lexicon knows what stands on one or both sides, the word divides there. Elsewhere it divides
//! wherever both sides could be words by their sounds: that finds nearly every true part at the price of some false ones
//! (of `geografitime`, `geogr|afitime` is ruled out, `geogra|fitime` is not).

use std::ops::Range;

use super::lexicon::is_known;
use super::stem::{is_vowel, stem};

/// The least letters of a word before a division.
const MIN_HEAD: usize = 3;
/// The least letters after a division that the lexicon confirms: `fag`, `bok`.
const MIN_KNOWN: usize = 3;
/// The least letters on the known side when the other side is unknown, and after a division by sound alone.
const MIN_ALONE: usize = 4;
/// The most letters of a word that is divided. The longest compounds in use have some 35.
const MAX_LETTERS: usize = 40;
/// The least letters of a known ending's stem for what stands before it to be left whole: shorter ones end other words by chance
/// (`politiattest`).
const MIN_SURE: usize = 5;
/// How many times what follows a division is divided again.
const MAX_DEPTH: usize = 3;
/// How many divisions of one word count; of more, those nearest the end, where the compound's main word stands.
const MAX_DIVISIONS: usize = 12;

/// The parts of a compound, as byte positions in its folded word.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    /// Where an ending begins that is a word or a compound itself.
    endings: Vec<usize>,
    /// Single words before an ending, known from the lexicon or from what follows them.
    segments: Vec<Range<usize>>,
}

impl Parts {
    /// Divides a folded word; one that is no compound has no parts.
    pub(super) fn of(word: &str) -> Self {
        let mut parts = Self::default();
        let letters = word.chars().count();
        if (MIN_HEAD + MIN_KNOWN..=MAX_LETTERS).contains(&letters)
            && word.chars().all(char::is_alphabetic)
        {
            parts.divide(word, 0, MAX_DEPTH);
        }
        parts.endings.sort_unstable();
        parts.endings.dedup();
        let surplus = parts.endings.len().saturating_sub(MAX_DIVISIONS);
        parts.endings.drain(..surplus);
        parts.segments.truncate(MAX_DIVISIONS);
        parts
    }

    /// Lists the endings: `prøven` in `matteprøven`; `eksamensoppgave` and `oppgave` in `norskeksamensoppgave`.
    pub(super) fn endings<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        self.endings.iter().map(|&start| &word[start..])
    }

    /// Lists the single words before an ending, with the sound that joins them to it: `matte`, `arbeids`.
    pub(super) fn segments<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        self.segments.iter().map(|range| &word[range.clone()])
    }

    /// Divides what follows `from`, and `depth` times again what follows a division.
    fn divide(&mut self, word: &str, from: usize, depth: usize) {
        let rest = &word[from..];
        if is_known(rest) {
            return;
        }
        let splits = Split::all(rest);
        if self.divide_between_known(from, &splits)
            || self.divide_after_known(word, from, depth, &splits)
        {
            return;
        }
        self.divide_before_known(from, &splits);
    }

    fn add(&mut self, from: usize, split: &Split<'_>) {
        self.endings.push(from + split.at);
        self.segments.push(from..from + split.at);
    }

    fn divide_between_known(&mut self, from: usize, splits: &[Split<'_>]) -> bool {
        let known = splits.iter().filter(|split| {
            split.tail_known && split.tail_letters >= MIN_KNOWN && is_head(split.head)
        });
        known.fold(false, |_, split| {
            self.add(from, split);
            true
        })
    }

    /// Divides after the longest known beginning, and before its last letter where that may join or belong to the next
    /// word (`norsks|pill`, `norsk|spill`); then divides what follows.
    fn divide_after_known(
        &mut self,
        word: &str,
        from: usize,
        depth: usize,
        splits: &[Split<'_>],
    ) -> bool {
        let is_candidate = |split: &&Split<'_>| {
            split.head_letters >= MIN_ALONE && split.could_divide() && is_head(split.head)
        };
        let Some(longest) = splits.iter().rev().find(is_candidate) else {
            return false;
        };
        let shorter = splits
            .iter()
            .filter(|split| split.head_letters + 1 == longest.head_letters)
            .find(is_candidate);
        for split in std::iter::once(longest).chain(shorter) {
            self.add(from, split);
            if depth > 0 {
                self.divide(word, from + split.at, depth - 1);
            }
        }
        true
    }

    /// Divides before the longest known ending, and by its sounds what stands before it; or all of it by its sounds.
    fn divide_before_known(&mut self, from: usize, splits: &[Split<'_>]) {
        let ending = splits.iter().find(|split| {
            split.tail_known && split.head_letters >= MIN_ALONE && split.sounds_like_a_head()
        });
        let limit = match ending {
            Some(split) => {
                self.add(from, split);
                if stem(split.tail).chars().count() >= MIN_SURE {
                    split.head_letters - MIN_ALONE
                } else {
                    usize::MAX
                }
            }
            None => usize::MAX,
        };
        let by_sound = splits.iter().filter(|split| {
            split.head_letters <= limit && split.could_divide() && !is_long_derivation(split.tail)
        });
        self.endings.extend(by_sound.map(|split| from + split.at));
    }
}

/// Tells whether the lexicon knows the first word of a compound, with or without the sound that joins it.
fn is_head(head: &str) -> bool {
    is_known(head)
        || head
            .strip_suffix(['s', 'e'])
            .is_some_and(|bare| bare.len() >= MIN_HEAD && is_known(bare))
}

/// One place where a word may divide.
struct Split<'a> {
    at: usize,
    head: &'a str,
    tail: &'a str,
    head_letters: usize,
    tail_letters: usize,
    tail_known: bool,
}

impl<'a> Split<'a> {
    /// Lists the places, from the front.
    fn all(word: &'a str) -> Vec<Self> {
        let letters = word.chars().count();
        let inner = word.char_indices().enumerate().skip(MIN_HEAD);
        inner
            .take_while(|(head_letters, _)| letters - head_letters >= MIN_KNOWN)
            .map(|(head_letters, (at, _))| {
                let (head, tail) = word.split_at(at);
                let tail_letters = letters - head_letters;
                Self {
                    at,
                    head,
                    tail,
                    head_letters,
                    tail_letters,
                    tail_known: is_known(tail),
                }
            })
            .collect()
    }

    /// Tells whether both sides could be words by their sounds.
    fn could_divide(&self) -> bool {
        self.tail_letters >= MIN_ALONE
            && self.head_letters >= MIN_HEAD
            && self.sounds_like_a_head()
            && has_legal_onset(self.tail)
            && self.tail.contains(is_vowel)
            && !self.cuts_a_sound()
            && !is_ending_of_inflection(self.tail)
    }

    fn sounds_like_a_head(&self) -> bool {
        self.head.contains(is_vowel) && has_legal_coda(self.head)
    }

    /// Tells whether the place lies within a double consonant (`mat|te`, but not `verb|bøying`) or a diphthong.
    fn cuts_a_sound(&self) -> bool {
        let (Some(before), Some(after)) = (self.head.chars().next_back(), self.tail.chars().next())
        else {
            return true;
        };
        let doubled = before == after && self.head.chars().rev().nth(1).is_none_or(is_vowel);
        doubled
            || matches!(
                (before, after),
                ('e' | 'a' | 'o', 'i') | ('a', 'u') | ('ø', 'y')
            )
    }
}

/// Tells whether a Norwegian word can begin with these consonants.
fn has_legal_onset(word: &str) -> bool {
    let end = word.find(is_vowel).unwrap_or(word.len());
    let onset = &word[..end];
    onset.chars().count() <= 1
        || matches!(
            onset,
            "bj" | "bl"
                | "br"
                | "ch"
                | "dj"
                | "dr"
                | "dv"
                | "fj"
                | "fl"
                | "fn"
                | "fr"
                | "gj"
                | "gl"
                | "gn"
                | "gr"
                | "hj"
                | "hv"
                | "kj"
                | "kl"
                | "kn"
                | "kr"
                | "kv"
                | "lj"
                | "mj"
                | "nj"
                | "ph"
                | "pj"
                | "pl"
                | "pr"
                | "ps"
                | "sc"
                | "sch"
                | "sh"
                | "sj"
                | "sk"
                | "skj"
                | "skl"
                | "skr"
                | "skv"
                | "sl"
                | "sm"
                | "sn"
                | "sp"
                | "spj"
                | "spl"
                | "spr"
                | "st"
                | "stj"
                | "str"
                | "sv"
                | "th"
                | "tj"
                | "tr"
                | "tv"
                | "vr"
        )
}

/// Tells whether a Norwegian word can end with these consonants: their sonority falls, a joining `s` aside.
fn has_legal_coda(word: &str) -> bool {
    let bare = word.strip_suffix('s').unwrap_or(word);
    let start = bare.rfind(is_vowel).map_or(0, |at| {
        at + bare[at..].chars().next().map_or(0, char::len_utf8)
    });
    let coda = &bare[start..];
    let falls = || {
        coda.chars()
            .zip(coda.chars().skip(1))
            .all(|(before, after)| sonority(before) >= sonority(after))
    };
    // regn, søvn, rytm(e): the known exceptions.
    coda.chars().count() <= 1 || matches!(coda, "gn" | "vn" | "kn" | "tm" | "sm") || falls()
}

fn sonority(consonant: char) -> u8 {
    match consonant {
        'r' | 'j' => 5,
        'l' => 4,
        'm' | 'n' => 3,
        'v' | 'f' | 's' | 'h' => 2,
        _ => 1,
    }
}

/// Tells whether a word's end is inflection or derivation (`forvent|ningene`) and no word.
fn is_ending_of_inflection(tail: &str) -> bool {
    const ENDINGS: [&str; 21] = [
        "aktig", "anse", "asjon", "else", "ende", "ering", "erte", "eren", "erne", "ning", "het",
        "inne", "ing", "isme", "isk", "lig", "ling", "sjon", "skap", "tet", "ment",
    ];
    is_inflected(tail, &ENDINGS)
}

/// Tells whether a word's end is a derivation with the consonants before it (`elek|trisk`, `dokumen|tasjon`): words of
/// their own that end so are rare.
fn is_long_derivation(tail: &str) -> bool {
    let bare = tail.find(is_vowel).map_or("", |at| &tail[at..]);
    is_inflected(bare, &["asjon", "else", "isk", "isme", "itet", "ering"])
}

fn is_inflected(word: &str, bases: &[&str]) -> bool {
    const INFLECTIONS: [&str; 14] = [
        "", "e", "a", "en", "er", "et", "ene", "ane", "ar", "ens", "s", "r", "n", "ere",
    ];
    bases.iter().any(|base| {
        word.strip_prefix(base)
            .is_some_and(|rest| INFLECTIONS.contains(&rest))
    })
}
