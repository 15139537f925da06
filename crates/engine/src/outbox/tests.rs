//! The rules of the queue.

use samtale_model::reaction::Emoji;

use super::*;

const BOUNDS: Bounds = Bounds {
    ops: 100,
    bytes: 1_000_000,
};

fn chat() -> ChatId {
    ChatId::from_bytes([1; 16])
}

fn message(n: u8) -> MessageId {
    MessageId::from_bytes([n; 16])
}

fn op_id(n: u8) -> OpId {
    OpId::from_bytes([n; 16])
}

fn send(n: u8, words: &str) -> Op {
    Op::Send {
        id: message(n),
        content: Body::from_stored(words.into()),
        reply_to: None,
        thread_root: None,
    }
}

fn edit(op: u8, n: u8, words: &str) -> Op {
    Op::Edit {
        op_id: op_id(op),
        message_id: message(n),
        content: Body::from_stored(words.into()),
    }
}

fn delete(op: u8, n: u8) -> Op {
    Op::Delete {
        op_id: op_id(op),
        message_id: message(n),
    }
}

fn react(op: u8, n: u8, on: bool) -> Op {
    Op::React {
        op_id: op_id(op),
        message_id: message(n),
        emoji: Emoji::try_from("👍".to_owned()).expect("an emoji"),
        on,
    }
}

fn add(outbox: &mut Outbox, op: Op) -> Folded {
    outbox
        .add(chat(), op, UnixMillis(0), BOUNDS, Terms::default())
        .expect("there is room")
}

fn attempt(outbox: &mut Outbox) {
    for queued in outbox.ops.values_mut() {
        queued.attempted = true;
    }
}

fn queue(outbox: &Outbox) -> Vec<OpId> {
    outbox.queue(chat()).map(|queued| queued.op.id()).collect()
}

#[test]
fn an_edit_folds_into_what_was_not_attempted() {
    let mut outbox = Outbox::default();
    add(&mut outbox, send(1, "hie"));
    assert_eq!(add(&mut outbox, edit(11, 1, "hei")), Folded::Into(op_id(1)));
    attempt(&mut outbox);
    assert_eq!(
        add(&mut outbox, edit(12, 1, "hei!")),
        Folded::Queued(op_id(12))
    );
    assert_eq!(
        add(&mut outbox, edit(13, 1, "hei?")),
        Folded::Into(op_id(12))
    );
    assert_eq!(queue(&outbox), [op_id(1), op_id(12)]);
    let words: Vec<&str> = outbox
        .queue(chat())
        .filter_map(|queued| match &queued.op {
            Op::Send { content, .. } | Op::Edit { content, .. } => Some(content.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(words, ["hei", "hei?"]);
}

#[test]
fn a_deletion_swallows_what_was_not_attempted() {
    let mut outbox = Outbox::default();
    add(&mut outbox, send(1, "a"));
    add(&mut outbox, react(11, 1, true));
    assert_eq!(add(&mut outbox, delete(12, 1)), Folded::Gone);
    assert!(outbox.ops.is_empty());
    assert_eq!(outbox.bytes, 0);
    // Of a message that the server has, the changes are moot and the deletion stands.
    add(&mut outbox, edit(13, 2, "b"));
    add(&mut outbox, react(14, 2, true));
    assert_eq!(add(&mut outbox, delete(15, 2)), Folded::Queued(op_id(15)));
    assert_eq!(add(&mut outbox, delete(16, 2)), Folded::Into(op_id(15)));
    assert_eq!(queue(&outbox), [op_id(15)]);
}

#[test]
fn a_reaction_taken_back_leaves_nothing() {
    let mut outbox = Outbox::default();
    assert_eq!(
        add(&mut outbox, react(1, 9, true)),
        Folded::Queued(op_id(1))
    );
    assert_eq!(add(&mut outbox, react(2, 9, true)), Folded::Into(op_id(1)));
    assert_eq!(add(&mut outbox, react(3, 9, false)), Folded::Gone);
    assert_eq!(
        add(&mut outbox, react(4, 9, false)),
        Folded::Queued(op_id(4))
    );
    attempt(&mut outbox);
    assert_eq!(
        add(&mut outbox, react(5, 9, true)),
        Folded::Queued(op_id(5))
    );
}

#[test]
fn a_failed_send_parks_and_takes_what_depended_on_it_along() {
    let mut outbox = Outbox::default();
    add(&mut outbox, send(1, "a"));
    attempt(&mut outbox);
    add(&mut outbox, edit(11, 1, "b"));
    add(&mut outbox, send(2, "c"));
    outbox.fail(op_id(1), Stage::Failed(ErrorCode::Forbidden));
    assert_eq!(queue(&outbox), [op_id(2)]);
    assert_eq!(outbox.cancelled, [(chat(), op_id(11))]);
    let parked: Vec<OpId> = outbox.parked().map(|queued| queued.op.id()).collect();
    assert_eq!(parked, [op_id(1)]);
    // Refused, it is not at the server: an edit changes it where it stands.
    assert_eq!(add(&mut outbox, edit(12, 1, "d")), Folded::Into(op_id(1)));
    assert_eq!(outbox.retry(op_id(1), UnixMillis(5)), Some(chat()));
    assert_eq!(outbox.retry(op_id(1), UnixMillis(5)), None);
    assert_eq!(queue(&outbox), [op_id(2), op_id(1)], "at the tail");
}

#[test]
fn a_reaction_that_fails_is_dropped() {
    let mut outbox = Outbox::default();
    add(&mut outbox, react(1, 9, true));
    outbox.fail(op_id(1), Stage::Failed(ErrorCode::TooMany));
    assert!(outbox.ops.is_empty());
}

#[test]
fn what_was_stored_comes_before_what_was_done_since() {
    let mut before = Outbox::default();
    add(&mut before, send(1, "a"));
    add(&mut before, send(2, "b"));
    let stored: Vec<Queued> = before.ops.values().cloned().collect();
    let mut outbox = Outbox::default();
    add(&mut outbox, send(3, "c"));
    outbox.restore(stored.clone(), true);
    assert_eq!(queue(&outbox), [op_id(1), op_id(2), op_id(3)]);
    outbox.restore(stored, true);
    assert_eq!(queue(&outbox).len(), 3, "twice is once");
    let mut other = Outbox::default();
    add(&mut other, send(4, "d"));
    outbox.restore(other.ops.values().cloned().collect(), false);
    let adopted = [4, 1, 2, 3].map(op_id);
    assert_eq!(
        queue(&outbox),
        adopted,
        "adopted ops by when they were made"
    );
}

#[test]
fn runs_that_ended_before_they_read_what_was_stored_keep_their_order() {
    let mut stored = Vec::new();
    for (run, n) in [(3_000, 9), (4_000, 5), (5_000, 7)] {
        let mut outbox = Outbox::new(UnixMillis(run));
        add(&mut outbox, send(n, "a"));
        stored.extend(outbox.ops.values().cloned());
    }
    let mut outbox = Outbox::new(UnixMillis(6_000));
    add(&mut outbox, send(1, "b"));
    outbox.touched.clear();
    outbox.restore(stored, true);
    assert_eq!(queue(&outbox), [op_id(9), op_id(5), op_id(7), op_id(1)]);
    assert_eq!(outbox.touched.iter().count(), 0, "none is stored again");
}

#[test]
fn the_bounds_hold_for_number_and_size() {
    let mut outbox = Outbox::default();
    let at = UnixMillis(0);
    let one = Bounds { ops: 1, ..BOUNDS };
    assert!(
        outbox
            .add(chat(), send(1, "a"), at, one, Terms::default())
            .is_ok()
    );
    let full = Err(CommandError::QueueFull);
    assert_eq!(
        outbox.add(chat(), send(2, "b"), at, one, Terms::default()),
        full
    );
    let small = Bounds {
        bytes: 500,
        ..BOUNDS
    };
    assert_eq!(
        outbox.add(
            chat(),
            send(2, &"b".repeat(400)),
            at,
            small,
            Terms::default()
        ),
        full
    );
}
