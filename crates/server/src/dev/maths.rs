//! The long demo chat: a student and his tutor, over some weeks, so that history scrolls.

use jiff::civil::Weekday::{Friday, Monday, Saturday, Thursday, Tuesday, Wednesday};
use samtale_model::Role::Student;

use super::script::Line::{Delete, Edit, React, Reply, Say};
use super::script::{Script, Talk};

const I: &str = "ingrid";
const J: &str = "jonas";

pub(super) const CHAT: Script = Script {
    title: None,
    owner: I,
    others: &[(J, Student)],
    unread: &[(J, 1)],
    talks: &[
        Talk::on(
            7,
            Thursday,
            17,
            10,
            &[
                Say(
                    I,
                    "Hei, Jonas! Jeg heter Ingrid og blir tutoren din i matte. Hvordan går det på skolen?",
                ),
                Say(J, "Hei"),
                Say(J, "Det går greit, men jeg fikk 2 på forrige prøve"),
                Say(I, "Det skal vi gjøre noe med. Hva handlet prøven om?"),
                Say(J, "Likninger og sånt. Og potenser"),
                Say(
                    I,
                    "Fint, da vet jeg hvor vi begynner. Kan du sende meg oppgavene, så ser jeg gjennom dem før første time?",
                ),
            ],
        ),
        Talk::on(
            7,
            Thursday,
            19,
            40,
            &[
                Say(J, "Jeg skriver av dem, skanneren vår er ødelagt"),
                Say(J, "1) Løs 3x − 7 = 2x + 5"),
                Say(J, "2) Skriv så enkelt som mulig: 2³ · 2⁴ / 2⁵"),
                Say(J, "3) Løs x² − 5x + 6 = 0"),
                Say(I, "Takk! Hvilke av dem fikk du til?"),
                Say(J, "Bare den første, tror jeg. x = 12?"),
                Reply(I, 1, "Helt riktig!"),
                React(J, 1, "😎"),
                Say(
                    I,
                    "Vi ses på mandag klokka 16. Ta med boka og det du har av notater.",
                ),
                Say(J, "Ok, vi ses"),
            ],
        ),
        Talk::on(
            6,
            Monday,
            17,
            20,
            &[
                Say(
                    I,
                    "God første time i dag! Til neste gang: oppgave 2.14 til 2.18. Gjør så mange du orker, men minst tre.",
                ),
                Say(J, "Skal jeg vise utregning?"),
                Say(I, "Ja, alltid. Utregningen er viktigere enn svaret."),
                Say(J, "Læreren min sier det samme 🙄"),
                React(I, 1, "😄"),
            ],
        ),
        Talk::on(
            6,
            Wednesday,
            18,
            35,
            &[
                Say(J, "Jeg står fast på 2.16"),
                Say(I, "Hva har du prøvd så langt?"),
                Say(
                    J,
                    "Jeg har ganget ut parentesene og fått 4x + 8 = 2x − 6 + 3x",
                ),
                Say(I, "Det ser bra ut. Hva gjør du med alle x-ene nå?"),
                Say(J, "Flytter dem over på samme side?"),
                Say(I, "Ja. Og hva skjer med fortegnet når du flytter?"),
                Say(J, "Det bytter"),
                Say(J, "4x − 5x = −6 − 8"),
                Say(J, "−x = −14"),
                Say(J, "x = 14!!"),
                React(I, 1, "🎉"),
                Say(
                    I,
                    "Der satt den. Sett inn 14 i den opprinnelige likninga, så ser du selv at det stemmer.",
                ),
                Say(J, "64 = 64. Kult"),
                Say(
                    I,
                    "Den kontrollen kan du bruke på prøver også. Da vet du at du har rett før du leverer.",
                ),
                Say(J, "Det burde noen ha sagt for lenge siden"),
                Say(I, "Nå har noen sagt det 😊"),
            ],
        ),
        Talk::on(
            6,
            Thursday,
            20,
            10,
            &[
                Say(J, "Kan vi flytte timen på mandag? Vi har kamp"),
                Say(I, "Det går fint. Tirsdag klokka 16.30?"),
                Say(J, "Perfekt"),
            ],
        ),
        Talk::on(5, Monday, 15, 20, &[Say(I, "Lykke til på kampen!")]),
        Talk::on(
            5,
            Monday,
            20,
            45,
            &[
                Say(J, "Vi vant 3–1, og jeg scora"),
                React(I, 1, "👏"),
                Say(I, "Gratulerer! Hvor mange prosent av målene var dine?"),
                Say(J, "33,3 …"),
                Say(J, "Ingrid, altså"),
                React(I, 1, "😂"),
                Say(
                    I,
                    "I morgen tar vi potenser. Les gjerne side 48 på forhånd.",
                ),
            ],
        ),
        Talk::on(
            5,
            Tuesday,
            14,
            45,
            &[
                Say(J, "Har lest. Skjønner ikke hvorfor 2⁰ er 1"),
                Reply(
                    I,
                    1,
                    "Se på rekka 2³ = 8, 2² = 4, 2¹ = 2. Hva gjør du for hvert steg?",
                ),
                Say(J, "Deler på 2"),
                Say(I, "Og hva er da det neste?"),
                Say(J, "1"),
                Say(J, "Åååå"),
                Say(J, "Så 2⁻¹ er en halv?"),
                Say(
                    I,
                    "Nettopp. Du fant en regel som står på neste side, helt selv.",
                ),
                React(J, 1, "🤯"),
            ],
        ),
        Talk::on(
            4,
            Tuesday,
            16,
            22,
            &[
                Say(J, "Jeg blir fem minutter sein, bussen står i tunnelen"),
                Say(I, "Ingen fare, jeg venter."),
            ],
        ),
        Talk::on(
            4,
            Tuesday,
            18,
            5,
            &[
                Say(
                    I,
                    "Fin økt i dag. Du regner fortere enn for to uker siden, har du merka det?",
                ),
                Say(
                    J,
                    "Litt, ja. Men jeg roter fortsatt med minus foran parentes",
                ),
                Say(I, "Da får du fem slike av meg til torsdag:"),
                Say(
                    I,
                    "a) 5 − (2 − x)\nb) −(3x + 4)\nc) 2x − (x − 7)\nd) −2(x − 5)\ne) 3 − (−x + 1)",
                ),
            ],
        ),
        Talk::on(
            4,
            Wednesday,
            19,
            15,
            &[
                Say(J, "a) 3 + x"),
                Say(J, "b) −3x + 4"),
                Say(J, "c) x + 7"),
                Say(J, "d) −2x + 10"),
                Say(J, "e) 2 + x"),
                Say(I, "Fire av fem! Se på b) en gang til."),
                Say(J, "Fortegnet på 4-tallet. −3x − 4"),
                React(I, 1, "✅"),
                Say(J, "Hvorfor gjør jeg alltid den feilen"),
                Say(
                    I,
                    "Fordi hjernen vil bli ferdig. Skriv minustegnet foran hvert ledd før du gjør noe annet.",
                ),
                Say(J, "Skal prøve"),
            ],
        ),
        Talk::on(
            2,
            Thursday,
            16,
            40,
            &[
                Say(J, "Vi får prøven tilbake i morgen, grugleder meg"),
                Say(I, "Skriv til meg når du vet!"),
            ],
        ),
        Talk::on(
            2,
            Friday,
            12,
            25,
            &[
                Say(J, "4!!!!"),
                React(I, 1, "🎉"),
                React(I, 1, "🥳"),
                Say(I, "JONAS! Så utrolig bra. Fra 2 til 4 på fem uker."),
                Say(J, "Mamma gråt nesten"),
                Say(I, "Det har du fortjent. Ta fri fra matten i helga."),
                Say(J, "Det trenger du ikke å si to ganger"),
            ],
        ),
        Talk::on(
            1,
            Monday,
            15,
            30,
            &[
                Say(
                    I,
                    "Ny uke! Nå begynner vi på andregradslikninger. Husker du x² − 5x + 6 = 0 fra den første prøven?",
                ),
                Say(J, "Den glemmer jeg aldri"),
                Say(I, "På torsdag løser du den på to måter."),
                Say(J, "Abc-formelen og …?"),
                Say(
                    I,
                    "Faktorisering. Finn to tall som gir 6 når du ganger dem og 5 når du legger dem sammen.",
                ),
                Say(J, "2 og 3"),
                Say(I, "Da er x = 2 eller x = 3. Ferdig."),
                Say(J, "Hva??? Det tok ti sekunder"),
                Reply(
                    I,
                    1,
                    "Ikke alle lar seg gjøre så lett, og da har vi formelen.",
                ),
            ],
        ),
        Talk::on(
            1,
            Wednesday,
            17,
            50,
            &[
                Say(J, "Står formelen på arket vi får lov til å ha med?"),
                Say(I, "Ja, men lær den likevel. Det går mye fortere."),
                Say(J, "Jeg har laget en sang av den"),
                Say(I, "Den må jeg få høre på torsdag 🎵"),
                Say(J, "Aldri i livet"),
            ],
        ),
        Talk::on(
            1,
            Thursday,
            9,
            10,
            &[
                Say(J, "Jeg er syk i dag, kan vi ta det på nett?"),
                Say(
                    I,
                    "Så synd, god bedring! Vi tar heller igjen timen på lørdag. Sov, du.",
                ),
                Say(J, "Takk 🤒"),
            ],
        ),
        Talk::on(
            1,
            Friday,
            18,
            15,
            &[
                Say(I, "Er du i form igjen?"),
                Say(J, "Ja, nesten. Lørdag klokka 12 passer"),
                Say(
                    I,
                    "Supert. Jeg tar med gamle heldagsprøver, så kan du velge en.",
                ),
                Say(J, "Den lengste, hehe"),
                Say(J, "Nei, den korteste"),
                Delete(J, 2),
                Say(I, "Du får den midterste."),
                React(J, 1, "👌"),
            ],
        ),
        Talk::on(
            1,
            Saturday,
            14,
            30,
            &[
                Say(
                    J,
                    "Spørsmål: Når diskriminanten blir negativ, hva skriver jeg da?",
                ),
                Say(
                    I,
                    "At likninga ikke har noen løsning blant de reelle tallene. I 1T holder det å skrive «ingen løsning».",
                ),
                Say(J, "Og når den er 0?"),
                Say(
                    I,
                    "Da er det én løsning: grafen tangerer x-aksen akkurat der.",
                ),
                Say(
                    J,
                    "Så antall løsninger = antall ganger grafen treffer aksen",
                ),
                React(I, 1, "💡"),
                Say(
                    I,
                    "Bedre kunne jeg ikke ha sagt det selv. Det der er hele kapittel 4 i én setning.",
                ),
                Say(J, "Skriver det på arket mitt"),
            ],
        ),
        Talk::on(
            1,
            Saturday,
            19,
            20,
            &[
                Say(I, "Husk at vi har time på torsdag klokka 16."),
                Edit(
                    I,
                    1,
                    "Husk at timen på torsdag er flyttet til klokka 17, på nett.",
                ),
                Say(J, "Ja, mamma har sagt det fire ganger"),
                React(I, 1, "😄"),
            ],
        ),
        Talk::ended(
            840,
            &[
                Say(J, "Jeg har gjort 4.1 til 4.12 nå"),
                Say(J, "Alle sammen"),
                Say(I, "Alle?! Hvem er du, og hva har du gjort med Jonas?"),
                Say(J, "😂"),
                Say(J, "4.9 er feil i fasiten, forresten. De har glemt minus"),
                Reply(
                    I,
                    1,
                    "Det stemmer faktisk! Det tror jeg ingen har oppdaget før deg. Skriv til forlaget.",
                ),
                Say(J, "Kan man få penger for det?"),
                Say(I, "Nei, men evig ære."),
                Say(
                    I,
                    "På torsdag går vi over til funksjoner. Ta med kalkulatoren og GeoGebra på PC-en.",
                ),
            ],
        ),
    ],
};
