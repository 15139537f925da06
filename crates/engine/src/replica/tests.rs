//! The rules by which a replica grows.

use samtale_model::{Body, ChatId, Epoch, Lineage, MessageKind, UnixMillis};

use super::*;

fn user(name: &str) -> UserId {
    UserId::new(name).expect("a valid id")
}

fn epoch(generation: u64) -> Epoch {
    Epoch {
        lineage: Lineage::from_random([1; 8]),
        generation,
        version: 1,
    }
}

fn id(n: u8) -> MessageId {
    MessageId::from_bytes([n; 16])
}

fn message(n: u8, created: u64, seq: u64, words: &str) -> Message {
    Message {
        id: id(n),
        chat_id: ChatId::from_bytes([1; 16]),
        seq: Seq(seq),
        created_seq: Seq(created),
        sender_id: user(if n.is_multiple_of(2) { "kari" } else { "ola" }),
        kind: MessageKind::Text,
        content: Body::from_stored(words.into()),
        reply_to: None,
        thread_root: None,
        thread_count: 0,
        created_at: UnixMillis(0),
        edited_at: None,
        deleted_at: None,
    }
}

#[test]
fn an_older_message_that_changes_with_its_answer_is_its_quote() {
    let mut replica = Replica::new(user("kari"));
    replica.sync(sync(9, true, true, vec![message(9, 9, 9, "ny")]));
    let mut root = message(3, 3, 10, "rot");
    root.thread_count = 1;
    let mut answer = message(10, 10, 10, "svar");
    answer.reply_to = Some(root.id);
    answer.thread_root = Some(root.id);
    let unknown = message(4, 4, 10, "annen");
    replica.merge_rows(rows(vec![root.clone(), unknown, answer]));
    assert_eq!(replica.quoted.get(&root.id), Some(&root));
    assert_eq!(replica.quoted.len(), 1);
}

fn rows(messages: Vec<Message>) -> Rows {
    Rows {
        messages,
        ..Rows::default()
    }
}

fn sync(up_to: u64, reset: bool, has_older: bool, messages: Vec<Message>) -> Sync {
    Sync {
        chat_id: ChatId::from_bytes([1; 16]),
        epoch: epoch(0),
        up_to: Seq(up_to),
        head: Seq(up_to),
        reset,
        has_older,
        rows: rows(messages),
        receipts: Receipts::default(),
        members: 2,
        role: Role::Owner,
    }
}

fn envelope(seq: u64, messages: Vec<Message>) -> Envelope {
    Envelope {
        chat: ChatId::from_bytes([1; 16]),
        epoch: epoch(0).lineage,
        seq: Seq(seq),
        rows: rows(messages),
    }
}

fn page(as_of: u64, has_more: bool, messages: Vec<Message>) -> Page {
    Page {
        chat_id: ChatId::from_bytes([1; 16]),
        epoch: epoch(0),
        as_of: Seq(as_of),
        messages,
        reactions: Vec::new(),
        quoted: Vec::new(),
        has_more,
    }
}

/// A replica that holds messages 10 and 11 of a chat at 11, with older ones at the server.
fn replica() -> Replica {
    let mut replica = Replica::new(user("kari"));
    let newest = vec![message(10, 10, 10, "ti"), message(11, 11, 11, "elleve")];
    replica.sync(sync(11, true, true, newest));
    replica
}

fn words(replica: &Replica) -> Vec<&str> {
    replica
        .messages
        .values()
        .map(|m| m.content.as_str())
        .collect()
}

fn participant(name: &str, seq: u64, active: bool) -> Participant {
    Participant {
        user_id: user(name),
        seq: Seq(seq),
        name: name.into(),
        avatar_url: None,
        role: Role::Student,
        active,
        joined_at: UnixMillis(0),
        left_at: None,
    }
}

#[test]
fn who_left_is_not_taken_from_a_count_that_knew_it() {
    let mut replica = Replica::new(user("kari"));
    let mut first = sync(5, true, false, Vec::new());
    first.members = 3;
    first.rows.participants = ["kari", "ola", "per"]
        .map(|name| participant(name, 1, true))
        .into();
    replica.sync(first);
    let mut part = sync(6, false, false, Vec::new());
    part.head = Seq(8);
    replica.sync(part);
    assert_eq!(replica.members, 2, "as of the head");
    let mut left = envelope(7, Vec::new());
    left.rows.participants = vec![participant("ola", 7, false)];
    replica.apply(left);
    assert_eq!(replica.members, 2);
    replica.apply(envelope(8, Vec::new()));
    let mut left = envelope(9, Vec::new());
    left.rows.participants = vec![participant("per", 9, false)];
    replica.apply(left);
    assert_eq!(replica.members, 1);
}

#[test]
fn only_the_next_envelope_moves_the_cursor() {
    let mut replica = replica();
    let table = [
        (13, Applied::Gap, 11),
        (11, Applied::Known, 11),
        (12, Applied::Next, 12),
        (12, Applied::Known, 12),
        (u64::MAX, Applied::Gap, 12),
    ];
    for (seq, applied, cursor) in table {
        assert_eq!(replica.apply(envelope(seq, Vec::new())), applied, "{seq}");
        assert_eq!(replica.cursor.as_ref().map(|c| c.seq), Some(Seq(cursor)));
    }
    let mut foreign = envelope(13, Vec::new());
    foreign.epoch = Lineage::from_random([2; 8]);
    assert_eq!(replica.apply(foreign), Applied::Foreign);
}

#[test]
fn rows_merge_by_the_greater_seq_in_any_order() {
    let mut replica = replica();
    let newer = message(12, 12, 14, "rettet");
    replica.merge_rows(rows(vec![newer]));
    replica.merge_rows(rows(vec![message(12, 12, 12, "først")]));
    assert_eq!(words(&replica), ["ti", "elleve", "rettet"]);
    let cursor = replica.cursor.as_ref().map(|c| c.seq);
    assert_eq!(cursor, Some(Seq(11)), "an acknowledgement moves no cursor");
}

#[test]
fn an_older_message_below_the_range_is_no_part_of_it() {
    let mut replica = replica();
    replica.apply(envelope(12, vec![message(3, 3, 12, "gammel")]));
    assert_eq!(words(&replica), ["ti", "elleve"]);
}

#[test]
fn a_page_counts_only_where_it_fits_and_is_as_new_as_the_cursor() {
    let mut replica = replica();
    let older = || vec![message(8, 8, 8, "åtte"), message(9, 9, 9, "ni")];
    let stale = replica.page(Seq(10), page(10, true, older()), 500);
    assert_eq!(stale, Paged::Stale);
    let elsewhere = replica.page(Seq(7), page(11, true, older()), 500);
    assert_eq!(elsewhere, Paged::Foreign);
    let mut other = page(11, true, older());
    other.epoch = epoch(1);
    assert_eq!(replica.page(Seq(10), other, 500), Paged::Foreign);
    assert_eq!(words(&replica), ["ti", "elleve"]);
    assert_eq!(
        replica.page(Seq(10), page(11, true, older()), 500),
        Paged::Held
    );
    assert_eq!(words(&replica), ["åtte", "ni", "ti", "elleve"]);
    assert!(replica.has_older());
    let first = page(12, false, vec![message(2, 2, 2, "to")]);
    assert_eq!(replica.page(Seq(8), first, 500), Paged::Held);
    assert!(!replica.has_older());
}

#[test]
fn a_page_that_says_there_is_more_and_brings_nothing_is_the_last() {
    let mut replica = replica();
    let empty = page(11, true, Vec::new());
    assert_eq!(replica.page(Seq(10), empty, 500), Paged::Held);
    assert!(!replica.has_older());
}

#[test]
fn another_epoch_starts_over_whether_it_says_so_or_not() {
    let mut replica = replica();
    let mut other = sync(3, false, false, vec![message(3, 3, 3, "tre")]);
    other.epoch = epoch(1);
    replica.sync(other);
    assert_eq!(words(&replica), ["tre"]);
    assert!(replica.touched.all);
}

#[test]
fn trimming_keeps_the_newest_and_remembers_that_there_are_older() {
    let mut replica = replica();
    for n in 12..20 {
        replica.apply(envelope(n, vec![message(n as u8, n, n, "ny")]));
    }
    replica.trim(3);
    let held: Vec<u64> = replica.messages.keys().map(|seq| seq.0).collect();
    assert_eq!(held, [17, 18, 19]);
    assert_eq!((replica.floor, replica.stored_floor), (Seq(17), Seq(17)));
    assert!(replica.has_older());
}

#[test]
fn ticks_follow_the_last_of_those_who_count() {
    let mut replica = replica();
    let person = |name: &str, role: Role| Participant {
        user_id: user(name),
        seq: Seq(1),
        name: name.into(),
        avatar_url: None,
        role,
        active: true,
        joined_at: UnixMillis(0),
        left_at: None,
    };
    let people = vec![
        person("kari", Role::Owner),
        person("ola", Role::Student),
        person("per", Role::Guardian),
        person("obs", Role::Observer),
    ];
    replica.merge_rows(Rows {
        participants: people,
        ..Rows::default()
    });
    let heard = |replica: &mut Replica, name: &str, delivered: u64, read: u64| {
        let receipt = Receipt::new(user(name), Seq(delivered), Seq(read));
        replica.merge_receipts(&Receipts {
            listed: vec![receipt],
            summary: None,
        });
    };
    let steps = [
        ("ola", 11, 11, Tick::Sent),
        ("per", 10, 0, Tick::Delivered),
        ("per", 11, 9, Tick::Delivered),
        ("per", 11, 10, Tick::Read),
    ];
    for (name, delivered, read, tick) in steps {
        replica.touched = Touched::default();
        let before = replica.tick(Seq(10));
        heard(&mut replica, name, delivered, read);
        assert_eq!(replica.tick(Seq(10)), tick, "{name} {delivered} {read}");
        let told = replica.touched.messages.contains(&id(10));
        assert_eq!(told, before != tick, "told when it changes: {name}");
    }
}

#[test]
fn what_others_said_after_the_mark_is_unread() {
    let mut replica = replica();
    let count = |replica: &Replica| [9, 10, 11, 12].map(|n| replica.count_unread(Seq(n), 100));
    assert_eq!(count(&replica), [1, 1, 0, 0]);
    replica.apply(envelope(12, vec![message(12, 12, 12, "egen")]));
    assert_eq!(count(&replica), [1, 1, 0, 0]);
    replica.apply(envelope(13, vec![message(13, 13, 13, "ny")]));
    assert_eq!(count(&replica), [2, 2, 1, 1]);
    assert_eq!(replica.count_unread(Seq::ZERO, 1), 1);
    let mut deleted = message(13, 13, 14, "");
    deleted.deleted_at = Some(UnixMillis(1));
    replica.apply(envelope(14, vec![deleted]));
    assert_eq!(count(&replica), [1, 1, 0, 0]);
}

#[test]
fn a_sync_says_how_many_are_members_and_its_rows_are_not_counted_again() {
    let mut replica = replica();
    let person = |name: &str, seq: u64, active: bool| Participant {
        user_id: user(name),
        seq: Seq(seq),
        name: name.into(),
        avatar_url: None,
        role: Role::Owner,
        active,
        joined_at: UnixMillis(0),
        left_at: None,
    };
    replica.merge_rows(Rows {
        participants: vec![person("kari", 1, true), person("ola", 1, true)],
        ..Rows::default()
    });
    let mut later = sync(12, false, true, Vec::new());
    later.rows.participants = vec![person("ola", 12, false)];
    later.members = 1;
    replica.sync(later);
    assert_eq!(replica.members, 1);
}

#[test]
fn the_last_place_there_is_does_no_harm() {
    let mut replica = Replica::new(user("kari"));
    replica.sync(sync(u64::MAX, true, true, Vec::new()));
    assert_eq!(replica.count_unread(Seq(u64::MAX), 100), 0);
    assert_eq!(replica.apply(envelope(0, Vec::new())), Applied::Known);
}

/// A replica as it is stored, with its rows.
fn stored(messages: Vec<Message>, up_to: u64, older: bool) -> (Meta, Rows) {
    let mut replica = Replica::new(user("kari"));
    replica.sync(sync(up_to, true, older, messages.clone()));
    (replica.meta().expect("has a cursor"), rows(messages))
}

#[test]
fn what_was_acknowledged_before_the_store_was_read_is_stored_then() {
    let mut replica = Replica::new(user("kari"));
    let early = vec![
        message(2, 2, 8, "rettet, eldre enn det som er lagret"),
        message(8, 7, 7, "sendt"),
    ];
    assert!(replica.acknowledge(&epoch(1).lineage, rows(early)));
    replica.touched = Touched::default();
    let (meta, kept) = stored(vec![message(5, 5, 5, "lagret")], 6, true);
    assert!(replica.restore(meta, kept, Vec::new()));
    assert_eq!(words(&replica), ["lagret", "sendt"]);
    let to_be_stored: Vec<MessageId> = replica.touched.rows.iter().copied().collect();
    assert_eq!(to_be_stored, [id(8)]);
    replica.sync(sync(7, false, false, vec![message(8, 7, 7, "sendt")]));
    assert!(replica.is_stored(id(8)));
}

#[test]
fn what_is_stored_of_another_past_does_not_mix_with_an_acknowledgement() {
    let mut replica = Replica::new(user("kari"));
    let now = Lineage::from_random([2; 8]);
    assert!(replica.acknowledge(&now, rows(vec![message(2, 2, 2, "ny fortid")])));
    let (meta, kept) = stored(vec![message(5, 5, 5, "gammel fortid")], 6, false);
    assert!(!replica.restore(meta, kept, Vec::new()));
    assert_eq!(words(&replica), ["ny fortid"]);
    assert_eq!(replica.cursor, None);
    assert!(!replica.acknowledge(&epoch(1).lineage, rows(vec![message(4, 4, 4, "gammel")])));
}
