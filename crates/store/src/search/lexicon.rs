//! The words that we know: function words, and the common simple words of school and tutoring, which tell where a
//! compound of theirs divides. Written by ourselves; a word that is missing is still handled, by the general rule.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::stem::stem;
use super::{irregular, letters};

/// Tells whether a folded word is a function word of bokmål, nynorsk or English: found whole, and by nothing else.
pub(super) fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.binary_search(&word).is_ok()
}

/// Tells whether an inflection of a word is in the lexicon of simple words.
pub(super) fn is_known(word: &str) -> bool {
    // Most pieces that are asked about begin like no word of the lexicon, which is cheaper to tell than their stem.
    KNOWN.beginnings.contains(beginning(word)) && KNOWN.stems.contains(&*stem(word))
}

struct Lexicon {
    stems: BTreeSet<String>,
    /// The first letters of every form that can have one of the stems.
    beginnings: BTreeSet<&'static str>,
}

static KNOWN: LazyLock<Lexicon> = LazyLock::new(|| {
    let words = || SIMPLE_WORDS.split_whitespace();
    Lexicon {
        stems: words().map(|word| stem(word).into_owned()).collect(),
        beginnings: words().chain(irregular::forms()).map(beginning).collect(),
    }
});

/// Returns the three letters that no ending rule ever changes.
fn beginning(word: &str) -> &str {
    letters(word, 3)
}

/// Sorted by bytes.
pub(super) const FUNCTION_WORDS: &[&str] = &[
    "a", "about", "alle", "alt", "an", "and", "are", "as", "at", "av", "bare", "be", "been",
    "blant", "ble", "blei", "bli", "blir", "but", "by", "can", "da", "de", "deg", "dei", "deira",
    "dem", "den", "denne", "der", "dere", "deres", "det", "dette", "di", "din", "dine", "ditt",
    "do", "du", "dykk", "dykkar", "eg", "ei", "ein", "eit", "eller", "en", "enn", "er", "et",
    "etter", "for", "fra", "from", "frå", "hadde", "han", "hans", "har", "has", "have", "he",
    "hennes", "her", "his", "hjå", "ho", "how", "hun", "hva", "hvem", "hvilke", "hvilken", "hvis",
    "hvor", "hvordan", "hvorfor", "i", "if", "ikke", "ikkje", "in", "inn", "is", "it", "its", "ja",
    "jeg", "jo", "kan", "kor", "korleis", "kva", "kven", "man", "me", "med", "meg", "mellom",
    "men", "mi", "min", "mine", "mitt", "mot", "my", "nei", "no", "noe", "noen", "noko", "nokon",
    "not", "nå", "når", "of", "og", "også", "om", "on", "opp", "or", "oss", "our", "over", "på",
    "sa", "seg", "selv", "she", "si", "sin", "sine", "sitt", "sjøl", "skal", "skulle", "slik",
    "so", "som", "så", "that", "the", "their", "them", "then", "there", "they", "this", "til",
    "to", "us", "ut", "uten", "var", "ved", "vi", "vil", "ville", "vore", "vår", "våre", "være",
    "vært", "was", "we", "were", "what", "when", "where", "which", "who", "why", "will", "with",
    "would", "you", "your", "å",
];

/// Base forms. No compounds, no short words that many others end in (`al`, `tur`), and no word of two letters.
pub(super) const SIMPLE_WORDS: &str = "
    arbeid ark avtale barn bil fjell gull jern begrep besvarelse betaling bilde biologi bok brev brøk bruk bygning dag data del diktat
    diskusjon drift dokument eksamen eksempel eksperiment elev emne engelsk evaluering fag faktura familie feil ferie
    figur film fokus foreldre forelesning formel forsøk fortelling forståelse framføring fransk fravær fremføring
    frist funksjon fysikk fysisk følge førskole gang geografi geometri grammatikk graf grad gruppe grunn gym gymnas
    hefte helg hjelp hjem hjemme historie hus høst idrett industri informasjon innlevering innhold innsats intervju
    jakt journal kalkulator kalender kamera kapittel karakter kart kjemi kjøkken klasse klubb klokke kontakt kontor
    kontrakt konto kort krav kropp kultur kunst kunnskap kurs kurve kvalitet kveld laboratorium lag leder leir leke
    lekse lengde lesing ligning likning liste litteratur lokale løsning lov lunsj lyd lærer lære læring lønn maskin
    maraton matte matematikk materiale medie melding metode middag miljø minne modell moro motor musikk mål måned møte
    natur nettverk norsk nynorsk nummer nøkkel offentlig oppgave opplegg oppmøte ord orden ordning oversikt øving øvelse
    pakke papir pause penger penn periode person plan plass pluss politikk poeng praksis presentasjon pris privat problem
    program programmering prosent prosjekt prøve psykologi pult rapport rask regel regning rektor rekke religion resultat
    retning rett rom råd rådgiver sak samfunn samling samtale sang semester seminar senter sentral sesjon side skjema
    skole skrift skriving sommer spansk sport språk spørsmål start stil stoff struktur student studie studium støtte
    system svar svømming søknad tabell tall tast tavle tegning teknikk teknologi tekst tema teori termin tentamen test
    time trening trinn tysk undervisning ungdom universitet uke uttale utdanning valg variabel vedlegg veileder
    veiledning vektor vikar video vinter virksomhet vitenskap vurdering våren ønske økonomi økt årsak
";
