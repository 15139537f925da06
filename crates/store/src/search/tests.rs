//! What search promises: inflections meet, compounds come apart, and the lookup misses nothing that matches.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::seal::ChatKey;

mod corpus;

fn query(text: &str) -> Query {
    Query::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn finds(query_text: &str, text: &str) -> bool {
    query(query_text).matches(text).is_some()
}

/// Looks a query up in the index of a text, as the store does, but on terms instead of their hashes.
fn lookup_hits(query: &Query, text: &str) -> bool {
    let index: BTreeSet<Term> = index_terms(text).into_iter().collect();
    query
        .terms()
        .all(|terms| terms.iter().any(|term| index.contains(term)))
}

fn words(text: &str) -> Vec<String> {
    tokenize(text).into_iter().map(|token| token.word).collect()
}

#[test]
fn words_are_folded_and_know_where_they_stand() {
    let cases: &[(&str, &[&str])] = &[
        ("Hei, Kåre!", &["hei", "kåre"]),
        ("ÆØÅ æøå", &["æøå", "æøå"]),
        ("Ka\u{30a}re", &["kåre"]),
        ("idé café Thérèse", &["ide", "cafe", "therese"]),
        ("Björn Ärlig", &["bjørn", "ærlig"]),
        ("Hei.Kan du?", &["hei", "kan", "du"]),
        (
            "kari.nordmann@skole.no",
            &["kari", "nordmann", "skole", "no"],
        ),
        (
            "https://ndla.no/fag?id=42",
            &["https", "ndla", "no", "fag", "id", "42"],
        ),
        (
            "kl. 14:30, 3,14 og 3.14",
            &["kl", "14", "30", "3,14", "og", "3,14"],
        ),
        ("don’t Lars'", &["dont", "lars"]),
        ("mat\u{ad}te ﬁgur x²", &["matte", "figur", "x", "2"]),
        ("snake_case R2 ⅞", &["snake", "case", "r2", "78"]),
        ("Đorđe Čáhppes", &["dorde", "cahppes"]),
        ("🎉 … — !", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(words(text), *expected, "{text:?}");
    }
    let text = "Så, Bøker!";
    let ranges: Vec<&str> = tokenize(text)
        .into_iter()
        .map(|token| &text[token.range])
        .collect();
    assert_eq!(ranges, ["Så", "Bøker"]);
}

#[test]
fn the_inflections_of_a_word_share_a_stem() {
    let families = [
        "bok boka boken bøker bøkene bøkenes bøkane boks_",
        "fot foten føtter føttene",
        "natt natta natten netter nettene",
        "hånd hånda hånden hender hendene hand handa",
        "bonde bonden bønder bøndene",
        "mann mannen menn mennene",
        "barn barnet barna barnas",
        "tann tanna tenner tennene",
        "rot rota røtter røttene",
        "tre treet trær trærne",
        "kne kneet knær knærne",
        "bror broren brødre brødrene",
        "far faren fedre fedrene",
        "mor moren mora mødre mødrene",
        "datter datteren dattera døtre døtrene dotter",
        "søster søsteren søstre søstrene syster",
        "ku kua kyr kyrne",
        "gås gåsa gjess",
        "uke uka uken uker ukene veke veka",
        "år året årene åra",
        "øye øyet øyne øynene auge",
        "lærer læreren lærere lærerne lærernes lærar lærarane",
        "elev eleven elever elevene elevens elevar elevane",
        "prøve prøva prøven prøver prøvene",
        "lekse leksa leksen lekser leksene",
        "time timen timer timene",
        "eksamen eksamenen eksamener",
        "kapittel kapittelet kapitlet kapitler kapitlene",
        "eksempel eksempelet eksempler eksemplene",
        "regel regelen regler reglene",
        "formel formelen formler formlene",
        "nøkkel nøkkelen nøkler nøklene",
        "nummer nummeret numre numrene",
        "semester semesteret semestre semestrene",
        "finger fingeren fingre fingrene",
        "rom rommet rommene",
        "problem problemet problemer problemene",
        "gammel gamle",
        "oppgave oppgaven oppgaver oppgavene oppgåve oppgåver",
        "mattebok matteboka mattebøker mattebøkene",
        "nordmann nordmannen nordmenn nordmennene",
        "bestemor bestemora bestemødre",
        "stjerne stjernen stjerner stjernene",
        "lesson lessons",
        "book books",
        "week weeks",
    ];
    for family in families {
        let stems: BTreeSet<String> = family
            .split(' ')
            .filter(|word| !word.ends_with('_'))
            .map(|word| stem(word).into_owned())
            .collect();
        assert_eq!(stems.len(), 1, "{family}: {stems:?}");
    }
}

#[test]
fn different_words_keep_different_stems() {
    for (one, other) in [
        ("bok", "boks"),
        ("far", "får"),
        ("mål", "mal"),
        ("natt", "nett"),
        ("hund", "hundre"),
        ("rotter", "røtter"),
        ("tanter", "tenner"),
        ("bruker", "uker"),
    ] {
        assert_ne!(stem(one), stem(other), "{one} and {other}");
    }
}

#[test]
fn a_query_finds_inflections_beginnings_and_parts() {
    for (query, text) in [
        ("bøker", "Har du med boka?"),
        ("boka", "Vi trenger to bøker"),
        ("bøkene", "Kjøp ei bok"),
        ("prøve", "Lykke til på matteprøva!"),
        ("prøver", "Hvordan gikk matteprøven?"),
        ("matte", "Hvordan gikk matteprøven?"),
        ("matt", "Hvordan gikk matteprøven?"),
        ("prøv", "Hvordan gikk matteprøven?"),
        ("forsøk", "Vi gjør et kjemiforsøk"),
        ("time", "Neste geografitime er avlyst"),
        ("timene", "Neste geografitime er avlyst"),
        ("stil", "Engelskstilen må leveres"),
        ("hjelp", "Jeg trenger leksehjelp"),
        ("lekser", "Jeg trenger leksehjelp"),
        ("plan", "Se på arbeidsplanen"),
        ("arbeid", "Se på arbeidsplanen"),
        ("bok", "Finn fram matteboka di"),
        ("bøker", "Finn fram mattebok"),
        ("bok", "Alle mattebøkene er nye"),
        ("oppgave", "Norskeksamensoppgaven er ute"),
        ("eksamen", "Norskeksamensoppgaven er ute"),
        ("norsk", "Norskeksamensoppgaven er ute"),
        ("attest", "Politiattesten er godkjent"),
        ("bøying", "Fransk verbbøying"),
        // Nothing of these is in the lexicon.
        ("hytte", "Vi møtes på seterhytta"),
        ("kiste", "De fant en gullkiste"),
        ("krem", "Husk solkremen"),
        ("jolle", "Han bygde en seiljolle"),
        ("eple", "Vi spiste granatepler"),
        ("des", "Møtet er 4. desember"),
        ("Haakon", "Håkon kommer"),
        ("Håkon", "Haakon kommer"),
        ("Isa", "Isaac er syk"),
        ("KÅRE", "Spør Kåre"),
        ("cafe", "Vi tar det på Café Nord"),
        ("3.14", "pi er 3,14"),
        ("kari.nordmann@skole.no", "skriv til kari.nordmann@skole.no"),
        ("på", "Vi ses på tirsdag"),
        ("paa", "Vi ses på tirsdag"),
        ("og", "kladd og fasit"),
        ("books", "bring the book"),
        ("2p", "Har du 2P eller 1T?"),
        ("brøk likninger", "Vi tar likninger først, så brøken"),
    ] {
        assert!(finds(query, text), "{query:?} should find {text:?}");
        assert!(
            lookup_hits(&self::query(query), text),
            "{query:?} should look up {text:?}"
        );
    }
}

#[test]
fn a_query_does_not_find_what_only_looks_alike() {
    for (query, text) in [
        ("røve", "Hvordan gikk matteprøven?"),
        ("maten", "Hvordan gikk matteprøven?"),
        ("far", "Har du får på beite?"),
        ("de", "Hva er det?"),
        ("i", "idrett"),
        ("brøk likninger", "Vi tar bare brøk"),
        ("nettet", "Det ble sene netter"),
        ("inger", "forventninger"),
        ("fisk", "geografisk"),
        ("rasjon", "administrasjonen"),
        ("tur", "kultur og struktur"),
        ("splan", "Se på arbeidsplanen"),
        ("prøven2", "Hvordan gikk prøven?"),
        ("bok", ""),
    ] {
        assert!(!finds(query, text), "{query:?} should not find {text:?}");
    }
}

#[test]
fn a_hit_tells_the_whole_words_to_highlight() {
    let text = "Bøkene: ta med matteboka, ikke boksen. Kåres bok!";
    let ranges = query("bok").matches(text).unwrap();
    let shown: Vec<&str> = ranges.into_iter().map(|range| &text[range]).collect();
    assert_eq!(shown, ["Bøkene", "matteboka", "boksen", "bok"]);

    let text = "Prøve i dag, prøve i morgen";
    let ranges = query("dag prøve").matches(text).unwrap();
    assert_eq!(ranges, [0..6, 9..12, 14..20]);
}

#[test]
fn a_query_without_words_or_with_too_many_is_refused() {
    for text in ["", "   ", "?!…", "🎉"] {
        assert_eq!(
            Query::parse(text).unwrap_err(),
            QueryError::Empty,
            "{text:?}"
        );
    }
    assert!(Query::parse("en to tre fire fem seks sju åtte").is_ok());
    assert!(
        Query::parse("en to tre fire fem seks sju åtte åtte ÅTTE").is_ok(),
        "repeated words count once"
    );
    let error = Query::parse("en to tre fire fem seks sju åtte ni").unwrap_err();
    assert_eq!(error, QueryError::TooManyWords { max: 8 });
}

#[test]
fn hashes_agree_between_index_and_query_and_differ_between_chats() {
    let key = ChatKey::generate(&mut |buffer| buffer.fill(1));
    let other = ChatKey::generate(&mut |buffer| buffer.fill(2));
    let text = "Matteprøven er på fredag";
    let index = index_hashes(text, key.search_key());
    for word in ["prøve", "matte", "fredag", "fre"] {
        let lookups = query(word).hashes(key.search_key());
        assert!(
            lookups
                .iter()
                .all(|hashes| hashes.iter().any(|hash| index.contains(hash))),
            "{word}"
        );
    }
    let foreign = index_hashes(text, other.search_key());
    assert_eq!(foreign.len(), index.len());
    assert!(index.iter().all(|hash| !foreign.contains(hash)));
}

/// Databases hold these; a change of the rules has to raise `INDEX_VERSION`.
#[test]
fn the_terms_and_their_hashes_are_fixed() {
    let terms: Vec<String> = index_terms("Matteprøven og boka")
        .into_iter()
        .map(|term| term.0)
        .collect();
    assert_eq!(
        (INDEX_VERSION, terms.join(" ")),
        (
            1,
            "+matt +prøv bo bok ma mat matt mattep matteprøv og".to_owned()
        )
    );
    let key = ChatKey::generate(&mut |buffer| buffer.fill(1));
    assert_eq!(
        Term::word("prøv").hash(key.search_key()),
        TermHash(7_465_026_263_338_684_318)
    );
}

#[test]
fn an_ordinary_message_makes_few_rows() {
    let text = "Hei! Jeg har lagt ut oppgavene til neste mattetime. Se særlig på brøkregning og likninger, \
                for det kommer på prøven. Ta med kalkulator og læreboka, så ser vi på tentamen fra i fjor sammen.";
    assert!((180..220).contains(&text.chars().count()));
    let terms = index_terms(text).len();
    assert!(terms <= 120, "{terms}");
}

#[test]
fn the_greatest_message_is_bounded_however_it_is_made() {
    let long_words: String = (0..250)
        .map(|n| format!("leksenorskarbeidstimeprøvebokfag{} ", letters_of(n)))
        .collect();
    let short_words: String = (0..2_500).map(|n| format!("{} ", letters_of(n))).collect();
    let one_word = "lekse".repeat(2_000);
    let spaceless = "ordnorskprøve".repeat(700);
    for text in [
        long_words,
        short_words,
        one_word,
        spaceless,
        "a'".repeat(5_000),
        "å\u{301}".repeat(5_000),
    ] {
        let text: String = text.chars().take(10_000).collect();
        let terms = index_terms(&text).len();
        assert!(
            terms <= 8_000,
            "{terms} terms of {:?}",
            text.chars().take(40).collect::<String>()
        );
    }
    assert_eq!(tokenize(&"ord ".repeat(5_000)).len(), token::MAX_TOKENS);
}

/// A number in letters, always three of them.
fn letters_of(mut number: u32) -> String {
    let mut word = String::new();
    for _ in 0..3 {
        word.push(char::from(
            b'a' + u8::try_from(number % 26).expect("below 26"),
        ));
        number /= 26;
    }
    word
}

#[test]
fn debug_shows_no_text() {
    let shown = format!(
        "{:?} {:?} {:?}",
        query("hemmelig"),
        index_terms("hemmelig"),
        tokenize("hemmelig")
    );
    assert!(!shown.contains("hem"), "{shown}");
}

#[test]
fn function_words_are_sorted_and_folded() {
    assert!(lexicon::FUNCTION_WORDS.is_sorted());
    for word in lexicon::FUNCTION_WORDS {
        assert_eq!(words(word), [*word]);
    }
}

#[test]
fn every_word_of_the_lexicon_is_simple_to_the_rules() {
    for word in lexicon::SIMPLE_WORDS.split_whitespace() {
        assert_eq!(Parts::of(word), Parts::default(), "{word}");
    }
}

#[test]
fn every_form_of_a_known_word_is_known() {
    let stems: BTreeSet<String> = lexicon::SIMPLE_WORDS
        .split_whitespace()
        .map(|word| stem(word).into_owned())
        .collect();
    let inflected = lexicon::SIMPLE_WORDS
        .split_whitespace()
        .flat_map(|word| {
            ["", "e", "en", "et", "er", "ene", "s", "a", "erne"]
                .map(|ending| format!("{word}{ending}"))
        })
        .chain(irregular::forms().map(str::to_owned))
        .chain(irregular::forms().map(|form| format!("matte{form}")))
        .chain(
            corpus::SENTENCES
                .iter()
                .flat_map(|sentence| words(sentence)),
        );
    for word in inflected {
        assert_eq!(
            lexicon::is_known(&word),
            stems.contains(&*stem(&word)),
            "{word}"
        );
    }
}

/// Words of the corpus, inflected or cut short as people do, asked of every sentence.
#[test]
fn no_hit_is_missed_by_the_lookup_over_real_sentences() {
    let mut asked: BTreeSet<String> = BTreeSet::new();
    for word in corpus::SENTENCES
        .iter()
        .flat_map(|sentence| words(sentence))
    {
        for length in 1..=word.chars().count() {
            asked.insert(letters(&word, length).to_owned());
        }
        for start in word.char_indices().map(|(at, _)| at).skip(2) {
            asked.insert(word[start..].to_owned());
        }
        asked.extend(
            ["en", "et", "er", "ene", "s", "a", "e"]
                .map(|ending| format!("{}{ending}", stem(&word))),
        );
    }
    let indexes: Vec<(&str, BTreeSet<Term>)> = corpus::SENTENCES
        .iter()
        .map(|text| (*text, index_terms(text).into_iter().collect()))
        .collect();
    let mut misses = 0;
    // One in ten: all of them take most of a minute.
    for asked in asked.iter().step_by(10) {
        let query = query(asked);
        let terms: Vec<BTreeSet<Term>> = query.terms().collect();
        for (text, index) in &indexes {
            if terms
                .iter()
                .all(|terms| terms.iter().any(|term| index.contains(term)))
            {
                continue;
            }
            assert_eq!(
                query.matches(text),
                None,
                "{asked:?} matches {text:?}, but the lookup misses it"
            );
            misses += 1;
        }
    }
    assert!(misses > 0);
}

#[test]
fn people_find_what_they_look_for_in_real_sentences() {
    for (asked, expected) in corpus::EXPECTED {
        let found: Vec<usize> = (0..corpus::SENTENCES.len())
            .filter(|&at| finds(asked, corpus::SENTENCES[at]))
            .collect();
        for fragment in *expected {
            let at = corpus::SENTENCES
                .iter()
                .position(|sentence| sentence.contains(fragment))
                .expect("in the corpus");
            assert!(
                found.contains(&at),
                "{asked:?} should find {:?}",
                corpus::SENTENCES[at]
            );
        }
        assert_eq!(
            found.len(),
            expected.len(),
            "{asked:?} finds {:?}",
            found
                .iter()
                .map(|at| corpus::SENTENCES[*at])
                .collect::<Vec<_>>()
        );
    }
}

/// Words as Norwegian makes them: pieces of words, joints and endings, sometimes with odd letters.
fn made_up_word() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "matte", "prøve", "bok", "bøker", "kjemi", "time", "norsk", "stil", "lærer", "fot",
        "føtter", "gul", "seter", "hytte", "aa", "å", "haa", "og", "the", "x", "ring", "sk",
        "natt", "netter", "uke", "uker", "mm", "kapittel",
    ]);
    let ending = prop::sample::select(vec![
        "", "", "en", "et", "er", "ene", "s", "a", "erne", "e", "ing", "het",
    ]);
    let known = (
        prop::collection::vec(piece, 1..4),
        prop::sample::select(vec!["", "s", "e"]),
        ending,
    )
        .prop_map(|(pieces, joint, ending)| format!("{}{ending}", pieces.join(joint)));
    prop_oneof![6 => known, 2 => "[a-zæøå]{1,14}", 1 => "\\PC{1,8}"]
}

/// A word and something that someone might type to find it.
fn word_and_query() -> impl Strategy<Value = (String, String)> {
    (
        made_up_word(),
        made_up_word(),
        0..5_u8,
        any::<prop::sample::Index>(),
    )
        .prop_map(|(word, other, how, cut)| {
            let chars: Vec<char> = word.chars().collect();
            let at = cut.index(chars.len());
            let asked = match how {
                0 => chars[..=at].iter().collect(),
                1 => chars[at..].iter().collect(),
                2 => stem(&word).into_owned(),
                3 => format!("{} {other}", chars[..=at].iter().collect::<String>()),
                _ => other,
            };
            (word, asked)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_matches_the_lookup_finds(
        (word, asked) in word_and_query(),
        around in prop::collection::vec(made_up_word(), 0..4),
    ) {
        let text = format!("{word} {}", around.join(" "));
        if let Ok(query) = Query::parse(&asked)
            && let Some(ranges) = query.matches(&text)
        {
            prop_assert!(lookup_hits(&query, &text), "{:?} matches {:?}", asked, text);
            prop_assert!(!ranges.is_empty());
            prop_assert!(ranges.iter().all(|range| text.get(range.clone()).is_some()));
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }

    #[test]
    fn a_word_finds_itself_however_it_is_written(text in "\\PC{1,40}") {
        if let Ok(query) = Query::parse(&text) {
            prop_assert!(query.matches(&text).is_some());
            prop_assert!(lookup_hits(&query, &text));
        }
    }

    #[test]
    fn any_text_is_taken_apart_at_its_characters(text in "\\PC{0,60}") {
        let mut last = 0;
        for token in tokenize(&text) {
            prop_assert!(token.range.start >= last && text.get(token.range.clone()).is_some());
            prop_assert!(!token.word.is_empty());
            last = token.range.end;
        }
    }
}
