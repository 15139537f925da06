//! The stem of a word: what its inflections have in common, in bokmål and nynorsk.
//!
//! Snowball's Norwegian stemmer does the most. Around it stands what it lacks: irregular plurals, agent nouns
//! (`lærer`, `læreren`, `lærerne`), lost vowels (`kapittel`, `kapitler`), doubled `m` (`rom`, `rommet`).
//! English words pass with their plurals.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};

use super::irregular::base_form;

/// No word is as deeply inflected as this; it only bounds the loop.
const MAX_ROUNDS: usize = 6;

/// Returns the stem of a folded word.
pub(super) fn stem(word: &str) -> Cow<'_, str> {
    if word.len() < 3 || !word.chars().all(char::is_alphabetic) {
        return word.into();
    }
    match base_form(word) {
        Some(base) => regular(&base).into_owned().into(),
        None => regular(word),
    }
}

fn regular(word: &str) -> Cow<'_, str> {
    let stemmer = Stemmer::new(Algorithm::Norwegian);
    let mut stem = Cow::Borrowed(cut_definite_agents(word));
    // Again and again, since Snowball takes one ending at a time: læreren, lærer, lær.
    for _ in 0..MAX_ROUNDS {
        let next = stemmer.stem(&stem);
        if next == stem {
            break;
        }
        stem = next.into_owned().into();
    }
    match tidy(&stem) {
        Some(tidied) => tidied.into(),
        None => stem,
    }
}

/// Words that end like `lærerne` and are no agents.
const NO_AGENTS: [&str; 8] = [
    "eksterne", "fjerne", "hjerne", "interne", "kjerne", "lanterne", "moderne", "stjerne",
];

/// Cuts `lærerne` to `lærer`: Snowball does not know this ending.
fn cut_definite_agents(word: &str) -> &str {
    let bare = word.strip_suffix('s').unwrap_or(word);
    match bare.strip_suffix("ne") {
        Some(agents)
            if agents.ends_with("er") && agents.len() >= 5 && !NO_AGENTS.contains(&bare) =>
        {
            agents
        }
        _ => word,
    }
}

/// Evens out what inflection does to the end of the stem itself; `None` when there is nothing to do.
fn tidy(stem: &str) -> Option<String> {
    let letters: Vec<char> = stem.chars().collect();
    let (&last, before) = letters.split_last()?;
    let text = |letters: &[char]| Some(letters.iter().collect::<String>());
    match (before, last) {
        // No Norwegian word ends in mm, but rommet does before its ending.
        ([.., 'm'], 'm') if before.len() >= 3 => text(before),
        // kapittel, kapitler; eksempel, eksempler; gammel, gamle.
        ([body @ .., consonant, 'e'], 'l') if body.len() >= 2 && !is_vowel(*consonant) => {
            let body = if body.last() == Some(consonant) {
                &body[..body.len() - 1]
            } else {
                body
            };
            let mut tidied: String = body.iter().collect();
            tidied.extend([*consonant, 'l']);
            Some(tidied)
        }
        // semester (stem semest), semestre (stem semestr); finger, fingre.
        ([.., 's' | 'l' | 'n' | 'e' | 'a', 't'] | [.., 'n', 'g'], 'r') if before.len() >= 4 => {
            text(before)
        }
        // English: books, weeks.
        ([.., a, b, 'k'], 's') if is_vowel(*a) && is_vowel(*b) => text(before),
        _ => None,
    }
}

pub(super) fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'æ' | 'ø' | 'å')
}
