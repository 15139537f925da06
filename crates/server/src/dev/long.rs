//! One more demo chat of as many messages as are asked for: for trying out scrolling and measuring it.
//!
//! The words are put together by the message's number, so they are always the same; many sends wait
//! for the store at once, so that it commits hundreds together.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use samtale_model::{ChatId, HistoryRule, MessageId, Role, Seq, Title, UnixMillis, UserId};
use samtale_store::{Env as _, NewChat, NewParticipant, ReadError, Refusal, Store, WriteError};

use super::{Backdated, Kind, MADE_BEFORE_MS, SeedError, calendar, failed, send, user_id, uuid};

/// The chat's number among the demo's: far behind those that are written out.
const NUMBER: usize = 0xfff;
const TITLE: &str = "Lang samtale";
const OWNER: &str = "ingrid";
const OTHER: &str = "jonas";
/// How many sends wait for the store together.
const TOGETHER: usize = 2_000;
/// How often a long seeding says how far it is.
const SAY_EVERY: Duration = Duration::from_secs(5);
/// The most messages: the demo's ids have room for no more.
pub const LONG_CHAT_MAX: u32 = 1_000_000;

/// Writes the chat, or what is missing of it; `count` is [`LONG_CHAT_MAX`] at the most.
///
/// As for [`seed`](super::seed), the store was opened with `clock`, and the demo's users are there.
pub async fn seed_long_chat(
    store: &Arc<dyn Store>,
    clock: &Backdated,
    count: u32,
) -> Result<(), SeedError> {
    let count = usize::try_from(count.min(LONG_CHAT_MAX)).expect("a million");
    let Some(last) = count.checked_sub(1) else {
        return Ok(());
    };
    let moments = calendar::evenly(count, clock.unix());
    let travel = clock.travel();
    let chat = ChatId(uuid(Kind::Chat, NUMBER, 0));
    let people = [user_id(OWNER), user_id(OTHER)];
    let new = NewChat {
        id: chat,
        title: Some(Title::try_from(TITLE.to_owned()).expect("a short title")),
        history: HistoryRule::All,
        participants: vec![NewParticipant {
            user: people[1].clone(),
            role: Role::Student,
        }],
    };
    travel.to(UnixMillis(moments[0].0 - MADE_BEFORE_MS));
    match store.create_chat(&people[0], new).await {
        Ok(_) | Err(WriteError::Refused(Refusal::IdConflict)) => {}
        Err(error) => return Err(failed(NUMBER, error)),
    }
    let message = |index| MessageId(uuid(Kind::Message, NUMBER, index));
    match store.message(&people[0], message(last)).await {
        Ok(_) => return Ok(()),
        Err(ReadError::Store(error)) => return Err(error.into()),
        Err(_) => {}
    }

    let mut said = clock.monotonic();
    let mut newest = None;
    for begin in (0..count).step_by(TOGETHER) {
        let end = count.min(begin + TOGETHER);
        travel.through(&moments[begin..end]);
        let sends = (begin..end).map(|index| {
            let who = &people[usize::from(!is_owner(index))];
            let op = send(message(index), &text(index), None);
            store.apply(who, chat, vec![op])
        });
        for applied in join_all(sends).await {
            let mut applied = applied.map_err(|error| failed(NUMBER, error))?;
            match applied.results.pop() {
                Some(Ok(done)) => newest = Some(done.seq),
                Some(Err(reason)) => return Err(SeedError::Refused(NUMBER, reason)),
                None => {}
            }
        }
        if clock.monotonic() >= said + SAY_EVERY {
            said = clock.monotonic();
            tracing::info!(done = end, of = count, "writing the long demo chat");
        }
    }
    if let Some(newest) = newest {
        for who in &people {
            read_up_to(store, who, chat, newest).await?;
        }
    }
    Ok(())
}

async fn read_up_to(
    store: &Arc<dyn Store>,
    who: &UserId,
    chat: ChatId,
    newest: Seq,
) -> Result<(), SeedError> {
    match store.raise_receipt(who, chat, newest, newest).await {
        Ok(_) | Err(WriteError::Refused(_)) => Ok(()),
        Err(WriteError::Store(error)) => Err(error.into()),
    }
}

/// Mixes a number, so that neighbours differ (the finalizer of SplitMix64).
fn mix(index: usize) -> u64 {
    let mut mixed = (index as u64)
        .wrapping_add(1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Says who writes a message: of each five the tutor writes two or three, then the student the others.
fn is_owner(index: usize) -> bool {
    let first = 2 + usize::from(mix(index / 5).is_multiple_of(2));
    index % 5 < first
}

fn text(index: usize) -> String {
    let mixed = mix(index);
    let pick = |from: &'static [&'static str], shift: u32| {
        let place = (mixed >> shift) % from.len() as u64;
        from[usize::try_from(place).expect("an index")]
    };
    let words = if is_owner(index) { TUTOR } else { STUDENT };
    pick(words, 0)
        .replace("{topic}", pick(TOPICS, 16))
        .replace("{day}", pick(DAYS, 28))
        .replace("{number}", &(1 + (mixed >> 40) % 9).to_string())
        .replace("{part}", pick(PARTS, 52))
}

const TOPICS: &[&str] = &[
    "brøk",
    "likninger",
    "potenser",
    "derivasjon",
    "sannsynlighet",
    "funksjoner",
    "vektorer",
    "geometri",
    "prosentregning",
    "logaritmer",
    "ulikheter",
    "integraler",
];
const DAYS: &[&str] = &["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"];
const PARTS: &[&str] = &["a", "b", "c", "d"];

const TUTOR: &[&str] = &[
    "Hei! Hvordan gikk det med {topic}?",
    "Bra jobba 👏",
    "Se på oppgave {number}{part} en gang til, der mangler det et fortegn.",
    "Ja, helt riktig!",
    "Vi tar mer om {topic} på {day}.",
    "Husk å vise utregningen, det gir poeng selv om svaret skulle bli feil.",
    "Nesten. Hva skjer hvis du setter inn x = {number}?",
    "Prøv oppgave {number} også, den er litt vanskeligere.",
    "👍",
    "Passer det {day} klokka 1{number}?",
    "Tegn en figur først, så ser du det med en gang. Skriv på det du vet, og sett spørsmålstegn ved det du leter etter.",
    "Det er lett å blande sammen. Regelen for {topic} står i den grønne boksen på side 1{number}4.",
    "Supert, da hopper vi over oppgave {number} og går rett på {topic}.",
    "Ta en pause først 😊",
    "Send gjerne et bilde av det du har gjort.",
    "Ikke tenk på karakteren nå. Det viktigste er at du forstår hvorfor det blir sånn, for da sitter det til eksamen også.",
];

const STUDENT: &[&str] = &[
    "Hei, jeg skjønner ikke oppgave {number}{part}",
    "Ok!",
    "Takk 🙏",
    "Ja",
    "Jeg fikk {number} på oppgave {number}{part}, stemmer det?",
    "Vi har prøve i {topic} på {day}",
    "Hvorfor kan jeg ikke bare dele på x?",
    "Åja, da ga det mening",
    "Kan vi ta {topic} neste gang?",
    "Jeg blir ti minutter forsinket, bussen sto i kø",
    "Gikk bra! Tror jeg",
    "😅",
    "Jeg har gjort {number}{part} nå, men svaret i fasiten er helt annerledes enn mitt og jeg finner ikke feilen",
    "Er det lov å bruke kalkulator på {topic}?",
    "Supert",
    "Ok, da prøver jeg en gang til",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn its_words_are_always_the_same_and_differ_from_each_other() {
        let texts = || (0..1_000).map(text).collect::<Vec<_>>();
        assert_eq!(texts(), texts());
        let different: BTreeSet<String> = texts().into_iter().collect();
        assert!(different.len() > 150, "{}", different.len());
        assert!(different.iter().all(|text| !text.contains(['{', '}'])));
        let longest = different.iter().map(|text| text.chars().count()).max();
        assert!(longest > Some(100), "some take several lines");
    }

    #[test]
    fn both_speak_and_nobody_for_long() {
        let mut run = 0;
        let mut owners = 0;
        for index in 0..1_000 {
            run = if index > 0 && is_owner(index) == is_owner(index - 1) {
                run + 1
            } else {
                1
            };
            assert!(run <= 3, "{run} in a row at {index}");
            owners += usize::from(is_owner(index));
        }
        assert!((300..700).contains(&owners), "{owners}");
    }
}
