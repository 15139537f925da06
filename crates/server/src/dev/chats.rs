//! The shorter demo chats, the least recently active first.

use jiff::civil::Weekday::{Monday, Saturday, Thursday, Tuesday, Wednesday};
use samtale_model::Role::{Guardian, Student};

use super::script::Line::{Delete, Edit, React, Reply, Say};
use super::script::{Script, Talk};

const INGRID: &str = "ingrid";
const JONAS: &str = "jonas";
const MARIANNE: &str = "marianne";
const AMINA: &str = "amina";
const SIGRID: &str = "sigrid";
const EMIL: &str = "emil";
const THOMAS: &str = "thomas";
const NORA: &str = "nora";

pub(super) const ALL: &[Script] = &[ENGLISH, PHYSICS, EXAM_GROUP, WITH_GUARDIAN, NEW_STUDENT];

/// Two people about an oral exam in English.
const ENGLISH: Script = Script {
    title: None,
    owner: THOMAS,
    others: &[(AMINA, Student)],
    unread: &[(AMINA, 2)],
    talks: &[
        Talk::on(
            1,
            Monday,
            18,
            20,
            &[
                Say(
                    THOMAS,
                    "Hei Amina! Så fint at du vil øve til muntlig. Hvilket tema har du trukket?",
                ),
                Say(
                    AMINA,
                    "Hei! Jeg har fått «Indigenous peoples in the English-speaking world»",
                ),
                Say(
                    AMINA,
                    "Og så skal vi sammenligne to tekster, men jeg vet ikke hvilke jeg bør ta",
                ),
                Say(
                    THOMAS,
                    "Godt tema. Hva med en novelle av Sherman Alexie og talen Kevin Rudd holdt i 2008?",
                ),
                React(AMINA, 1, "👍"),
                Reply(
                    AMINA,
                    1,
                    "Talen har vi jobbet med i klassen! Den passer perfekt",
                ),
            ],
        ),
        Talk::on(
            1,
            Monday,
            20,
            5,
            &[
                Say(
                    THOMAS,
                    "Da foreslår jeg at du snakker høyt i fem minutter hver dag fram til torsdag. Ta det gjerne opp og hør på det etterpå.",
                ),
                Say(AMINA, "Det er så flaut å høre sin egen stemme 😅"),
                Say(THOMAS, "Det synes alle. Etter tredje gang går det over."),
                React(AMINA, 1, "😂"),
            ],
        ),
        Talk::ended(
            600,
            &[
                Say(
                    AMINA,
                    "Kan vi ta timen på nett på torsdag? Jeg har volleyball rett før",
                ),
                Say(THOMAS, "Selvsagt. Klokka 18.30?"),
                Say(AMINA, "Ja!"),
                Say(
                    THOMAS,
                    "Flott. Jeg har lest gjennom manuset ditt nå. Innholdet sitter, men du trenger bedre overganger.",
                ),
                Say(
                    THOMAS,
                    "Prøv «What strikes me is …» og «By contrast, …». Bruk dem to ganger hver, så blir de dine.",
                ),
            ],
        ),
    ],
};

/// Two people about physics; the tutor writes Nynorsk.
const PHYSICS: Script = Script {
    title: Some("Fysikk 1"),
    owner: SIGRID,
    others: &[(EMIL, Student)],
    unread: &[(EMIL, 1)],
    talks: &[
        Talk::on(
            2,
            Tuesday,
            17,
            0,
            &[
                Say(
                    SIGRID,
                    "Hei, Emil! Eg heiter Sigrid og skal hjelpe deg med fysikken i vår. Kva strevar du mest med?",
                ),
                Say(
                    EMIL,
                    "Hei! Mest krefter på skråplan. Jeg skjønner ikke hvorfor man deler opp tyngden",
                ),
                Say(
                    SIGRID,
                    "Det er det mange som spør om. Vi deler ho opp fordi klossen berre kan gli langs planet.",
                ),
                Say(
                    SIGRID,
                    "Teikn planet, så teiknar du ei pil rett ned, og så ser du etter kor mykje av pila som peikar langs planet: G · sin α.",
                ),
                Say(EMIL, "Åh. Så cos er den som går inn i planet?"),
                Reply(
                    SIGRID,
                    1,
                    "Nettopp! Og ho er like stor som normalkrafta så lenge ingen trykkjer på klossen.",
                ),
                React(EMIL, 1, "🤯"),
            ],
        ),
        Talk::on(
            1,
            Saturday,
            16,
            30,
            &[
                Say(EMIL, "Da gir oppgave 4.17 plutselig mening"),
                Say(EMIL, "Men hva med friksjonen? Peker den alltid oppover?"),
                Say(
                    SIGRID,
                    "Ikkje alltid. Ho peikar mot rørsla, eller mot den rørsla som ville ha kome.",
                ),
                Say(
                    SIGRID,
                    "Dreg du klossen oppover, peikar friksjonen nedover.",
                ),
                Say(EMIL, "Ok, da prøver jeg 4.21 i kveld"),
            ],
        ),
        Talk::on(
            1,
            Saturday,
            20,
            50,
            &[
                Say(EMIL, "Jeg fikk 3,4 m/s²"),
                Edit(
                    EMIL,
                    1,
                    "Jeg fikk 3,4 m/s² – fasiten sier 3,2. Er det avrunding?",
                ),
                Say(
                    SIGRID,
                    "Nesten. Du har brukt 10 i staden for 9,81. Reknar du om att, stemmer det på prikken.",
                ),
                React(EMIL, 1, "🙏"),
            ],
        ),
        Talk::ended(
            430,
            &[
                Say(EMIL, "Stemmer! Takk"),
                Say(
                    SIGRID,
                    "Så bra. På onsdag tek vi energi. Les gjerne side 112 til 118 før timen.",
                ),
            ],
        ),
    ],
};

/// A group of students before an exam.
const EXAM_GROUP: Script = Script {
    title: Some("Eksamensgruppe R1 📐"),
    owner: INGRID,
    others: &[
        (AMINA, Student),
        (EMIL, Student),
        (JONAS, Student),
        (NORA, Student),
    ],
    unread: &[(JONAS, 6), (AMINA, 3), (NORA, 18)],
    talks: &[
        Talk::on(
            2,
            Wednesday,
            15,
            2,
            &[
                Say(
                    INGRID,
                    "Velkommen, alle sammen! Her samler vi spørsmål fram mot eksamen. Ingen spørsmål er for dumme.",
                ),
                React(AMINA, 1, "❤️"),
                React(EMIL, 1, "👍"),
            ],
        ),
        Talk::on(
            2,
            Wednesday,
            18,
            45,
            &[
                Say(
                    EMIL,
                    "Hei! Er det noen som har løsningen på del 2, oppgave 3 fra våren 2024?",
                ),
                Say(AMINA, "Jeg har et forslag, men er usikker på c)"),
                Say(AMINA, "Skal man derivere ln(x² + 1) med kjerneregelen?"),
                Reply(INGRID, 1, "Ja. Sett u = x² + 1, så får du 2x / (x² + 1)."),
                Say(EMIL, "Hæ, jeg fikk 1 / (x² + 1)"),
                Reply(AMINA, 1, "Du glemte å gange med den deriverte av kjernen"),
                React(EMIL, 1, "🤦"),
                Say(EMIL, "Selvfølgelig. Takk!"),
            ],
        ),
        Talk::on(
            2,
            Thursday,
            16,
            10,
            &[
                Say(
                    JONAS,
                    "Jeg går jo 1T, men Ingrid sa at jeg kunne lytte her 😇",
                ),
                React(INGRID, 1, "😄"),
                Say(AMINA, "Bare hyggelig! Snart er det deg"),
            ],
        ),
        Talk::on(
            1,
            Tuesday,
            17,
            25,
            &[
                Say(NORA, "Hei! Har dere noen gode videoer om vektorer?"),
                Say(EMIL, "Jeg har en liste, sender den etter trening"),
            ],
        ),
        Talk::on(
            1,
            Tuesday,
            21,
            5,
            &[
                Say(EMIL, "https://example.no/vektorer-del-1"),
                Say(EMIL, "Feil lenke, vent litt"),
                Delete(EMIL, 2),
                Say(
                    EMIL,
                    "https://example.no/r1/vektorer – begynn med nummer tre",
                ),
                React(NORA, 1, "🙏"),
                React(AMINA, 1, "🙏"),
            ],
        ),
        Talk::on(
            1,
            Thursday,
            12,
            0,
            &[
                Say(
                    INGRID,
                    "Påminnelse: Vi møtes på biblioteket lørdag klokka 11. Ta med kalkulator og godt humør.",
                ),
                Say(AMINA, "Jeg tar med boller!"),
                React(EMIL, 1, "😍"),
                React(JONAS, 1, "😍"),
                Say(EMIL, "Da kommer jeg uansett"),
            ],
        ),
        Talk::ended(
            300,
            &[
                Say(AMINA, "Er det rom 2 eller rom 4?"),
                Reply(
                    INGRID,
                    1,
                    "Rom 4, i andre etasje. Ring på hvis døra er låst.",
                ),
                Say(
                    EMIL,
                    "Jeg blir ti minutter forsinka, bussen går bare hver time fra oss",
                ),
                Say(INGRID, "Helt i orden. Vi begynner rolig."),
            ],
        ),
    ],
};

/// A student, his tutor and his mother.
const WITH_GUARDIAN: Script = Script {
    title: Some("Jonas og matten"),
    owner: INGRID,
    others: &[(MARIANNE, Guardian), (JONAS, Student)],
    unread: &[(JONAS, 2), (MARIANNE, 1)],
    talks: &[
        Talk::on(
            3,
            Tuesday,
            19,
            0,
            &[
                Say(
                    INGRID,
                    "Hei, Marianne og Jonas! Jeg lager en felles samtale her, så slipper vi å sende beskjeder fram og tilbake.",
                ),
                Say(MARIANNE, "Så fint! Hei, Ingrid 😊"),
                Say(
                    MARIANNE,
                    "Jonas har heldagsprøve 12. mai. Rekker dere å komme gjennom funksjoner før det?",
                ),
                Say(
                    INGRID,
                    "Ja, det skal vi klare. Vi har fem timer igjen, og han jobber godt.",
                ),
                React(MARIANNE, 1, "👏"),
                Say(JONAS, "Mamma, du trenger ikke å spørre om det her"),
                Reply(MARIANNE, 1, "Jo, det er jeg som betaler 😉"),
                React(INGRID, 1, "😄"),
                React(JONAS, 1, "🙄"),
            ],
        ),
        Talk::on(
            1,
            Saturday,
            13,
            45,
            &[Say(
                INGRID,
                "Kort oppsummering etter i dag: Jonas løser andregradslikninger uten hjelp nå. Neste gang tar vi nullpunkter og fortegnslinjer.",
            )],
        ),
        Talk::on(
            1,
            Saturday,
            16,
            20,
            &[
                Say(
                    MARIANNE,
                    "Tusen takk, dette er gull verdt. Kan vi flytte timen på torsdag til 17.00? Vi skal til tannlegen.",
                ),
                Say(INGRID, "17.00 går fint for meg. Passer det for deg, Jonas?"),
                Say(JONAS, "Ja"),
                Say(
                    INGRID,
                    "Da er det avtalt: torsdag klokka 17.00, hjemme hos dere.",
                ),
                Edit(
                    INGRID,
                    1,
                    "Da er det avtalt: torsdag klokka 17.00, på nett. Jeg sender lenke samme dag.",
                ),
                React(MARIANNE, 1, "👍"),
            ],
        ),
        Talk::ended(
            80,
            &[
                Say(
                    MARIANNE,
                    "Og fakturaen for april, kommer den her eller på e-post?",
                ),
                Say(
                    INGRID,
                    "På e-post, den første i måneden. Si fra hvis den ikke dukker opp, så ser jeg på det.",
                ),
            ],
        ),
    ],
};

/// A first message, not read yet.
const NEW_STUDENT: Script = Script {
    title: None,
    owner: NORA,
    others: &[(INGRID, Student)],
    unread: &[(INGRID, 3)],
    talks: &[Talk::ended(
        6,
        &[
            Say(NORA, "Hei, Ingrid! Jeg fikk navnet ditt av Amina."),
            Say(
                NORA,
                "Jeg går i 2. klasse og har tentamen i R1 om tre uker. Har du ledig tid på onsdager?",
            ),
            Say(
                NORA,
                "Jeg bor på Torshov, men kan også møtes på biblioteket eller på nett 🙂",
            ),
        ],
    )],
};
