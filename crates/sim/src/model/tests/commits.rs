//! Commits: what a store may tell, and what it may not.

use super::*;

#[test]
fn a_right_history_passes() {
    let mut book = Book::new();
    book.sent(0, 1);
    book.sent(1, 2);
    book.asks_edit(0, 1, 51, 60);
    let edited = book.edit_row(1, 60);
    let commit = book.message_commit(0, edited);
    assert_eq!(book.tell(&commit), Ok(()));
    book.asks_react(2, 1, 52, true);
    let commit = book.react_commit(2, 1, true, 1);
    assert_eq!(book.tell(&commit), Ok(()));
    book.asks_react(2, 1, 53, false);
    let commit = book.react_commit(2, 1, false, 0);
    assert_eq!(book.tell(&commit), Ok(()));
    let joins = book.joins(3);
    assert_eq!(book.tell(&joins), Ok(()));
    let leaves = book.leaves(1);
    assert_eq!(book.tell(&leaves), Ok(()));
    let rule = book.rule(HistoryRule::All);
    assert_eq!(book.tell(&rule), Ok(()));
    assert_eq!(book.receipt(0, 5, 4), Ok(()));
    book.deleted(0, 1);
}

#[test]
fn every_commit_takes_the_next_seq_and_stamps_its_rows() {
    let mut book = Book::new();
    book.asks_send(0, 1);
    book.head += 1;
    let row = book.send_row(0, 1);
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("seq-gap"));

    let mut book = Book::new();
    book.asks_send(0, 1);
    let mut row = book.send_row(0, 1);
    row.seq = Seq(1);
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("stamp"));

    let mut book = Book::new();
    book.asks_send(0, 1);
    let row = book.send_row(0, 1);
    let mut commit = book.message_commit(0, row);
    commit.envelope.epoch = Lineage::from_random([2; 8]);
    assert_eq!(rule(book.tell(&commit)), Some("lineage"));
}

#[test]
fn a_send_takes_effect_once() {
    let mut book = Book::new();
    book.sent(0, 1);
    let again = book.send_row(0, 1);
    let commit = book.message_commit(0, again);
    assert_eq!(rule(book.tell(&commit)), Some("created-twice"));
    // The same words under another id are as bad.
    let mut book = Book::new();
    book.sent(0, 1);
    let mut again = book.send_row(0, 1);
    again.id = id(2);
    let commit = book.message_commit(0, again);
    assert_eq!(rule(book.tell(&commit)), Some("words-twice"));
}

#[test]
fn an_edit_takes_effect_once_even_after_another() {
    let mut book = Book::new();
    book.sent(0, 1);
    for (by, words) in [(51, 60), (52, 61)] {
        book.asks_edit(0, 1, by, words);
        let row = book.edit_row(1, words);
        let commit = book.message_commit(0, row);
        assert_eq!(book.tell(&commit), Ok(()));
    }
    let again = book.edit_row(1, 60);
    let commit = book.message_commit(0, again);
    assert_eq!(rule(book.tell(&commit)), Some("words-twice"));
}

#[test]
fn a_commit_changes_something() {
    let mut book = Book::new();
    let mut row = book.sent(0, 1);
    row.seq = book.next();
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("changed-nothing"));
}

#[test]
fn a_message_keeps_its_place_and_sender_and_a_tombstone_its_silence() {
    type Bend = fn(&mut Message);
    let bends: [(&str, Bend); 3] = [
        ("message-rewritten", |m| m.sender_id = user(1)),
        ("message-rewritten", |m| m.created_at = UnixMillis(-1)),
        ("created-late", |m| m.id = id(77)),
    ];
    for (name, bend) in bends {
        let mut book = Book::new();
        book.sent(0, 1);
        book.asks_edit(0, 1, 51, 60);
        let mut row = book.edit_row(1, 60);
        bend(&mut row);
        let commit = book.message_commit(0, row);
        assert_eq!(rule(book.tell(&commit)), Some(name));
    }
    let mut book = Book::new();
    book.sent(0, 1);
    let mut row = book.delete_row(1);
    row.content = Body::from_stored("m1 words".into());
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("words-after-deletion"));

    let mut book = Book::new();
    book.sent(0, 1);
    book.deleted(0, 1);
    let row = book.delete_row(1);
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("deleted-twice"));
}

#[test]
fn counts_members_and_quotes_are_those_of_the_commit() {
    let mut book = Book::new();
    book.sent(0, 1);
    book.asks_react(2, 1, 52, true);
    let commit = book.react_commit(2, 1, true, 2);
    assert_eq!(rule(book.tell(&commit)), Some("reaction-counts"));

    let mut book = Book::new();
    let mut commit = book.joins(3);
    commit.members = 3;
    assert_eq!(rule(book.tell(&commit)), Some("members"));

    let mut book = Book::new();
    let mut commit = book.joins(3);
    commit.membership.clear();
    assert_eq!(rule(book.tell(&commit)), Some("membership-told"));

    let mut book = Book::new();
    let quoted = book.sent(0, 1);
    book.asks_edit(0, 1, 51, 60);
    let row = book.edit_row(1, 60);
    let commit = book.message_commit(0, row);
    assert_eq!(book.tell(&commit), Ok(()));
    book.asks_send(1, 2);
    let row = book.send_row(1, 2);
    let mut commit = book.message_commit(1, row);
    commit.envelope.rows.quoted.push(quoted);
    assert_eq!(rule(book.tell(&commit)), Some("quote-stale"));
}

#[test]
fn receipts_rise_and_stay_below_the_head() {
    let mut book = Book::new();
    book.sent(0, 1);
    book.sent(0, 2);
    assert_eq!(book.receipt(1, 3, 2), Ok(()));
    assert_eq!(rule(book.receipt(1, 3, 1)), Some("receipt-back"));
    assert_eq!(rule(book.receipt(1, 2, 2)), Some("receipt-back"));
    assert_eq!(rule(book.receipt(1, 4, 3)), Some("receipt-beyond-head"));
    assert_eq!(rule(book.receipt(2, 1, 3)), Some("receipt-order"));
}

#[test]
fn private_rows_have_a_law_of_their_own() {
    let commit = |seq| {
        Commit::Private(Arc::new(samtale_store::PrivateCommit {
            user: user(0),
            seq: Seq(seq),
            rows: Vec::new(),
        }))
    };
    let mut book = Book::new();
    assert_eq!(book.model.committed(&commit(1)), Ok(()));
    assert_eq!(rule(book.model.committed(&commit(3))), Some("private-gap"));
    let elsewhere = Commit::Receipt {
        chat: ChatId::from_bytes([3; 16]),
        receipt: Receipt::new(user(0), Seq(1), Seq(1)),
        counts: true,
    };
    assert_eq!(
        rule(book.model.committed(&elsewhere)),
        Some("receipt-nowhere")
    );
}
