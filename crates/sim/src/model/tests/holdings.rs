//! The law: a right holding passes, and each way of being wrong is told.

use samtale_model::{Cursor, Epoch, ReactionCount};

use super::super::law::{self, Holding};
use super::*;

/// What someone holds of the whole chat, right as of now.
fn holding(book: &Book, n: usize, generation: u64) -> Holding {
    let truth = &book.model.truths[0].chats[&chat()];
    let seen: Vec<Message> = truth.seen_by(&user(n)).cloned().collect();
    let mut reactions = BTreeMap::new();
    for message in &seen {
        let rows: Vec<Reaction> = truth
            .reactions_to(message.id)
            .filter_map(|(user, versions)| {
                let (seq, emoji) = versions.iter().next_back()?;
                Some(Reaction {
                    message_id: message.id,
                    user_id: user.clone(),
                    seq: *seq,
                    emoji: emoji.clone(),
                    counts: Vec::new(),
                    counts_seq: *seq,
                })
            })
            .collect();
        let counts = truth.counts(message.id, truth.head);
        let counts = counts.into_iter().map(|(emoji, count)| ReactionCount {
            emoji: emoji.clone(),
            count,
        });
        reactions.insert(message.id, (rows, counts.collect()));
    }
    Holding {
        cursor: Cursor {
            epoch: Epoch {
                lineage: lineage(),
                generation,
                version: 1,
            },
            seq: truth.head,
        },
        floor: Seq::ZERO,
        chat: truth.row().cloned(),
        participants: book.people.values().cloned().collect(),
        messages: seen,
        reactions,
    }
}

fn check(book: &Book, n: usize, held: &Holding) -> Option<&'static str> {
    rule(law::check(&book.model.truths, &user(n), chat(), held))
}

fn book() -> Book {
    let mut book = Book::new();
    book.sent(0, 1);
    book.sent(1, 2);
    book.asks_edit(0, 1, 51, 60);
    let row = book.edit_row(1, 60);
    let commit = book.message_commit(0, row);
    assert_eq!(book.tell(&commit), Ok(()));
    book.asks_react(2, 2, 52, true);
    let commit = book.react_commit(2, 2, true, 1);
    assert_eq!(book.tell(&commit), Ok(()));
    book
}

#[test]
fn a_whole_and_a_partial_holding_pass() {
    let book = book();
    let whole = holding(&book, 1, 1);
    assert_eq!(check(&book, 1, &whole), None);
    let mut partial = whole;
    partial.floor = Seq(3);
    let first = partial.messages.remove(0);
    partial.reactions.remove(&first.id);
    assert_eq!(check(&book, 1, &partial), None);
}

#[test]
fn a_cursor_in_the_middle_asks_for_what_was_there_then() {
    let book = book();
    let mut held = holding(&book, 1, 1);
    held.cursor.seq = Seq(3);
    assert_eq!(check(&book, 1, &held), None, "rows may run ahead");
    held.reactions.clear();
    held.messages[0] =
        book.model.truths[0].chats[&chat()].messages[&id(1)].versions[&Seq(2)].clone();
    assert_eq!(check(&book, 1, &held), None);
    held.cursor.seq = Seq(4);
    assert_eq!(check(&book, 1, &held), Some("row-stale"));
}

#[test]
fn each_fault_of_a_holding_has_its_rule() {
    type Bend = fn(&mut Holding);
    let bends: [(&str, Bend); 14] = [
        ("row-missing", |h| drop(h.messages.remove(0))),
        ("row-missing", |h| drop(h.participants.pop())),
        ("row-stale", |h| h.chat = None),
        ("row-differs", |h| {
            h.messages[0].content = Body::from_stored("m1 words".into());
        }),
        ("row-unknown", |h| h.messages[0].seq = Seq(3)),
        ("row-unknown", |h| h.participants[0].seq = Seq(2)),
        ("row-differs", |h| h.participants[0].name = "x".into()),
        ("row-below-floor", |h| h.floor = Seq(3)),
        ("cursor-beyond-head", |h| h.cursor.seq = Seq(99)),
        ("cursor-unknown", |h| h.cursor.epoch.generation = 7),
        ("cursor-unknown", |h| {
            h.cursor.epoch.lineage = Lineage::from_random([5; 8]);
        }),
        ("row-missing", |h| h.reactions.clear()),
        ("row-differs", |h| {
            let rows = h.reactions.get_mut(&id(2)).expect("has some");
            rows.0[0].emoji.clear();
        }),
        ("counts-differ", |h| {
            let rows = h.reactions.get_mut(&id(2)).expect("has some");
            rows.1.clear();
        }),
    ];
    let book = book();
    for (n, (name, bend)) in bends.into_iter().enumerate() {
        let mut held = holding(&book, 1, 1);
        bend(&mut held);
        assert_eq!(check(&book, 1, &held), Some(name), "no. {n}");
    }
}

#[test]
fn what_sight_does_not_show_is_not_held_once_one_is_told() {
    let mut book = book();
    let joins = book.joins(3);
    assert_eq!(book.tell(&joins), Ok(()));
    let right = holding(&book, 3, 1);
    assert!(right.messages.is_empty());
    assert_eq!(check(&book, 3, &right), None);
    let mut wrong = right;
    wrong.messages = holding(&book, 1, 1).messages;
    assert_eq!(check(&book, 3, &wrong), Some("row-hidden"));
    // The rule shows everything: a device that was told of that holds everything.
    let all = book.rule(HistoryRule::All);
    assert_eq!(book.tell(&all), Ok(()));
    let everything = holding(&book, 3, 2);
    assert_eq!(everything.messages.len(), 2);
    assert_eq!(check(&book, 3, &everything), None);
    let mut untold = holding(&book, 3, 1);
    untold.messages.clear();
    assert_eq!(check(&book, 3, &untold), None, "its reset is on its way");
    let mut nothing = holding(&book, 3, 2);
    nothing.messages.clear();
    assert_eq!(check(&book, 3, &nothing), Some("row-missing"));
    // And hides it again.
    let since = book.rule(HistoryRule::SinceJoining);
    assert_eq!(book.tell(&since), Ok(()));
    let mut kept = holding(&book, 3, 3);
    kept.messages = everything.messages;
    kept.reactions = everything.reactions;
    assert_eq!(check(&book, 3, &kept), Some("row-hidden"));
}
