//! What people asked for, what they were told, and whose words go where.

use samtale_engine::{Change, Engine, Now, Outcome};
use samtale_protocol::ErrorCode;

use super::*;

fn told(book: &mut Book, device: usize, by: OpId, outcome: Outcome) -> Option<&'static str> {
    let device_id = DeviceId::new("d0").expect("an id");
    let config = Config::new(user(device), device_id);
    let engine = Engine::new(config, [1; 32], Now::new(0, 0));
    let change = Change::Op {
        op: by,
        chat: chat(),
        outcome,
    };
    rule(book.model.changed(device, &change, &engine))
}

#[test]
fn nothing_comes_from_nowhere() {
    let mut book = Book::new();
    let row = book.send_row(0, 1);
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("from-nowhere"));
    // Nor in somebody else's name.
    let mut book = Book::new();
    book.asks_send(0, 1);
    let row = book.send_row(1, 1);
    let commit = book.message_commit(1, row);
    assert_eq!(rule(book.tell(&commit)), Some("from-nowhere"));
    let mut book = Book::new();
    book.sent(0, 1);
    let row = book.delete_row(1);
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("from-nowhere"));
}

#[test]
fn the_order_of_one_device_is_kept_and_a_retry_joins_the_tail() {
    let mut book = Book::new();
    book.asks_send(0, 1);
    book.asks_send(0, 2);
    let second = book.send_row(0, 2);
    let commit = book.message_commit(0, second);
    assert_eq!(book.tell(&commit), Ok(()));
    let first = book.send_row(0, 1);
    let commit = book.message_commit(0, first);
    assert_eq!(rule(book.tell(&commit)), Some("order"));

    let mut book = Book::new();
    book.asks_send(0, 1);
    book.asks_send(0, 2);
    let failed = Outcome::Failed {
        code: ErrorCode::RateLimited,
    };
    assert_eq!(told(&mut book, 0, OpId(id(1).0), failed), None);
    let second = book.send_row(0, 2);
    let commit = book.message_commit(0, second);
    assert_eq!(book.tell(&commit), Ok(()));
    let retry = Command::Retry { op: OpId(id(1).0) };
    book.model.issued(0, &Made::Nothing, &retry, None);
    let first = book.send_row(0, 1);
    let commit = book.message_commit(0, first);
    assert_eq!(book.tell(&commit), Ok(()));
}

#[test]
fn a_retry_of_everything_retries_what_is_parked_and_not_what_was_dropped() {
    let mut book = Book::new();
    book.sent(0, 1);
    book.asks_react(2, 1, 52, true);
    book.asks_send(2, 3);
    let failed = Outcome::Failed {
        code: ErrorCode::Unavailable,
    };
    assert_eq!(told(&mut book, 2, op(52), failed), None);
    assert_eq!(told(&mut book, 2, OpId(id(3).0), failed), None);
    book.model
        .issued(2, &Made::Nothing, &Command::RetryAll, None);
    let ops = &book.model.devices.all[2].ops;
    let pending = crate::model::asked::Told::Pending;
    assert_ne!(ops[&op(52)].told, pending);
    assert_eq!(ops[&OpId(id(3).0)].told, pending);
}

#[test]
fn a_reaction_that_was_taken_back_stays_away() {
    let mut book = Book::new();
    book.sent(0, 1);
    for on in [true, false] {
        book.asks_react(2, 1, 52 + u8::from(on), on);
        let commit = book.react_commit(2, 1, on, u32::from(on));
        assert_eq!(book.tell(&commit), Ok(()));
    }
    let again = book.react_commit(2, 1, true, 1);
    assert_eq!(rule(book.tell(&again)), Some("reacted-too-often"));
}

#[test]
fn the_words_are_those_that_were_asked_for_last_and_what_was_given_up_stays_away() {
    let mut book = Book::new();
    book.asks_send(0, 1);
    // An edit of what never left folds into it, under its id.
    book.asks_edit(0, 1, 1, 60);
    let row = book.send_row(0, 1);
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("words-swapped"));

    let mut book = Book::new();
    book.asks_send(0, 1);
    let gone = told(&mut book, 0, OpId(id(1).0), Outcome::Cancelled);
    assert_eq!(gone, None);
    let row = book.send_row(0, 1);
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("cancelled-but-done"));
}

#[test]
fn done_comes_after_the_commit_and_once() {
    let mut book = Book::new();
    book.asks_send(0, 1);
    let done = Outcome::Done { seq: Seq(2) };
    let early = told(&mut book, 0, OpId(id(1).0), done);
    assert_eq!(early, Some("done-not-committed"));

    let mut book = Book::new();
    book.sent(0, 1);
    assert_eq!(told(&mut book, 0, OpId(id(1).0), done), None);
    let twice = told(&mut book, 0, OpId(id(1).0), done);
    assert_eq!(twice, Some("told-twice"));
    let strange = told(&mut book, 0, op(42), done);
    assert_eq!(strange, Some("told-of-nothing"));
}

#[test]
fn a_refusal_has_a_reason() {
    let refused = |code| {
        let mut book = Book::new();
        book.asks_send(1, 1);
        let outcome = Outcome::Failed { code };
        told(&mut book, 1, OpId(id(1).0), outcome)
    };
    assert_eq!(refused(ErrorCode::IdConflict), Some("false-conflict"));
    assert_eq!(refused(ErrorCode::NotParticipant), Some("false-refusal"));
    assert_eq!(refused(ErrorCode::NotFound), Some("false-refusal"));
    assert_eq!(refused(ErrorCode::BadRequest), Some("false-refusal"));
    assert_eq!(refused(ErrorCode::Unavailable), None);
    // Someone who left in between is rightly refused.
    let mut book = Book::new();
    book.asks_send(1, 1);
    let leaves = book.leaves(1);
    assert_eq!(book.tell(&leaves), Ok(()));
    let outcome = Outcome::Failed {
        code: ErrorCode::NotParticipant,
    };
    assert_eq!(told(&mut book, 1, OpId(id(1).0), outcome), None);
}

#[test]
fn what_waited_asks_and_what_did_not_wait_does_not() {
    let mut book = Book::new();
    book.asks_send(0, 1);
    let expired = told(&mut book, 0, OpId(id(1).0), Outcome::Expired);
    assert_eq!(expired, Some("asked-too-early"));
    let mut book = Book::new();
    book.asks_send(0, 1);
    book.later(25 * 3_600_000);
    let row = book.send_row(0, 1);
    let commit = book.message_commit(0, row);
    assert_eq!(rule(book.tell(&commit)), Some("went-unasked"));
}

#[test]
fn words_go_only_to_those_who_see_them() {
    let mut book = Book::new();
    book.sent(0, 1);
    let scan = |book: &mut Book, reader: usize, since: u64, words: u64| {
        let text = format!(r#"[null,null,"chat:x","envelope",{{"content":"m{words} words"}}]"#);
        rule(book.model.frame_to_client(reader, since, &text))
    };
    assert_eq!(scan(&mut book, 1, 0, 1), None);
    assert_eq!(scan(&mut book, 3, 0, 1), Some("leak"), "not in the chat");
    book.asks_send(0, 2);
    assert_eq!(scan(&mut book, 1, 0, 2), Some("leak"), "not committed");
    let joins = book.joins(3);
    assert_eq!(book.tell(&joins), Ok(()));
    assert_eq!(
        scan(&mut book, 3, 0, 1),
        Some("leak"),
        "from before joining"
    );
    let leaves = book.leaves(1);
    assert_eq!(book.tell(&leaves), Ok(()));
    let out = book.clock.now();
    assert_eq!(scan(&mut book, 1, 0, 1), None, "it was on its way");
    book.later(1_000);
    let after = book.clock.now();
    assert_eq!(scan(&mut book, 1, after, 1), Some("leak"), "since {out}");
    book.deleted(0, 1);
    book.later(1_000);
    let after = book.clock.now();
    assert_eq!(scan(&mut book, 2, after, 1), Some("leak"), "deleted");
    // A draft is its writer's alone.
    let draft = Command::SetDraft {
        chat: chat(),
        text: "m70 half a thought".into(),
    };
    book.model.issued(2, &Made::Nothing, &draft, Some(70));
    assert_eq!(scan(&mut book, 2, 0, 70), None);
    assert_eq!(scan(&mut book, 0, 0, 70), Some("leak"));
}

/// An engine without a connection: what it was asked shows at once, and what it was not asked is missed.
#[test]
fn what_is_under_way_is_shown() {
    let now = Now::new(10, 1_700_000_000_000);
    let mut book = Book::new();
    let device = DeviceId::new("d0").expect("an id");
    let mut engine = Engine::new(Config::new(user(0), device), [1; 32], now);
    for n in [1, 2] {
        let send = Command::send(chat(), format!("m{n} words"));
        let made = engine.command(now, send.clone()).expect("is taken");
        book.model.issued(0, &made, &send, Some(n));
        while let Some(output) = engine.poll_output() {
            if let samtale_engine::Output::Changed(change) = output {
                assert_eq!(book.model.changed(0, &change, &engine), Ok(()));
            }
        }
        assert_eq!(book.model.glance(0, &engine), Ok(()));
    }
    let stir = Change::Chat { chat: chat() };
    let mut vanished = book.model.clone();
    let send = Command::send(chat(), "m3 words".into());
    vanished.issued(0, &Made::Message(id(3)), &send, Some(3));
    assert_eq!(vanished.changed(0, &stir, &engine), Ok(()));
    let broken = rule(vanished.glance(0, &engine));
    assert_eq!(broken, Some("optimistic-vanished"));

    // The first message was given other words, and shows the old ones.
    let first = engine.timeline(chat()).newest(2).remove(0).id();
    let mut stale = book.model.clone();
    let edit = Command::Edit {
        chat: chat(),
        message: first,
        content: "m60 words".into(),
    };
    stale.issued(0, &Made::Op(OpId(first.0)), &edit, Some(60));
    assert_eq!(stale.changed(0, &stir, &engine), Ok(()));
    assert_eq!(rule(stale.glance(0, &engine)), Some("optimistic-words"));
}
