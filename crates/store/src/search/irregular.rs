//! Inflections that no ending rule can undo, as a table of our own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

type Table = &'static [(&'static str, &'static [&'static str])];

/// Returns the base form of an irregular inflection; `None` for every other word.
pub(super) fn base_form(word: &str) -> Option<String> {
    let genitive = word.strip_suffix('s');
    let whole = |word: &str| BY_FORM.get(word).map(|&base| base.to_owned());
    whole(word)
        .or_else(|| genitive.and_then(whole))
        .or_else(|| compound(word))
        .or_else(|| genitive.and_then(compound))
}

/// Lists the irregular forms.
pub(super) fn forms() -> impl Iterator<Item = &'static str> {
    WHOLE
        .iter()
        .chain(CHANGED)
        .flat_map(|(_, forms)| forms.iter().copied())
}

static BY_FORM: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let rows = WHOLE.iter().chain(CHANGED);
    rows.flat_map(|&(base, forms)| forms.iter().map(move |&form| (form, base)))
        .collect()
});

/// Finds a changed form at the end of a compound. Shorter heads make other words: `spenner` is no kind of tooth.
fn compound(word: &str) -> Option<String> {
    CHANGED.iter().find_map(|(base, forms)| {
        let head = forms.iter().find_map(|form| word.strip_suffix(form))?;
        (head.chars().count() >= 3).then(|| format!("{head}{base}"))
    })
}

/// Forms whose vowel changes, alone or at the end of a compound (`mattebøker`, `nordmenn`).
const CHANGED: Table = &[
    ("bok", &["bøker", "bøkene", "bøkar", "bøkane"]),
    ("fot", &["føtter", "føttene", "føter", "føtene"]),
    ("rot", &["røtter", "røttene", "røter", "røtene"]),
    ("bot", &["bøter", "bøtene"]),
    ("natt", &["netter", "nettene"]),
    ("tann", &["tenner", "tennene"]),
    ("tang", &["tenger", "tengene"]),
    ("stang", &["stenger", "stengene"]),
    ("strand", &["strender", "strendene"]),
    ("tå", &["tærne"]),
    ("kraft", &["krefter", "kreftene"]),
    ("hånd", &["hender", "hendene"]),
    ("bonde", &["bønder", "bøndene"]),
    ("mann", &["menn", "mennene"]),
    ("bror", &["brødre", "brødrene", "brør", "brørne"]),
    ("far", &["fedre", "fedrene", "fedrar", "fedrane"]),
    ("mor", &["mødre", "mødrene", "mødrer"]),
    ("datter", &["døtre", "døtrene", "døtrer"]),
    ("tre", &["trær", "trærne"]),
    ("kne", &["knær", "knærne"]),
    ("gås", &["gjess", "gjessene", "gjæser"]),
    ("ku", &["kyr", "kyrne"]),
];

/// Forms of a word that stands alone: too short for Snowball, which leaves the first three letters be, or alike to others
/// at the end of a compound.
const WHOLE: Table = &[
    (
        "uke",
        &[
            "uka", "uken", "uker", "ukene", "ukas", "veke", "veka", "veker", "vekene",
        ],
    ),
    ("år", &["året", "årene", "åra", "årets"]),
    ("by", &["byen", "byer", "byene", "byar", "byane"]),
    ("ku", &["kua", "kuen", "kuene"]),
    ("tå", &["tåa", "tåen", "tær"]),
    ("tre", &["treet", "trea"]),
    ("kne", &["kneet", "knea"]),
    (
        "øye",
        &["øye", "øyet", "øyne", "øynene", "auge", "auget", "auga"],
    ),
    ("øve", &["øver", "øvde", "øvd", "øva", "øvet", "øvar"]),
    ("eie", &["eier", "eide", "eid"]),
    ("åpne", &["åpner", "åpnet", "åpna", "åpnar"]),
    ("ide", &["ideen", "ideer", "ideene"]),
    ("hånd", &["hand", "handa", "handen"]),
    ("datter", &["dotter", "dottera", "dotra"]),
    ("søster", &["syster", "systera", "systrer", "systrene"]),
    ("tall", &["tal", "talet", "tala"]),
    ("oppgave", &["oppgåve", "oppgåva", "oppgåver", "oppgåvene"]),
    ("nummer", &["numre", "numrene", "numra"]),
    (
        "skriv",
        &["skrev", "skreiv", "skrevet", "skrive", "skriver", "skriv"],
    ),
    ("les", &["leste", "lest"]),
    ("forstå", &["forsto", "forstod", "forstått", "forstår"]),
    ("få", &["fikk", "fått", "får"]),
    ("gå", &["gikk", "gått", "går"]),
    ("stå", &["sto", "stod", "stått", "står"]),
    ("kom", &["kom", "kommet", "kommer", "komme"]),
    ("barn", &["barna", "barnet", "born", "borna"]),
    ("allmenn", &["allmenn"]),
    ("gammel", &["eldre", "eldst", "eldste"]),
    ("god", &["bedre", "best", "beste", "betre"]),
];
