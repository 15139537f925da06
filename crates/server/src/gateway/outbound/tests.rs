//! What comes out of a connection's queue, in which order, and what goes past it.

use futures_util::FutureExt as _;

use super::*;
use crate::gateway::transport::Sent;

const MAX_BYTES: usize = 1024 * 1024;

fn chat(n: u8) -> ChatId {
    ChatId::from_bytes([n; 16])
}

fn frame(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

fn commit(outbound: &Outbound, n: u8, seq: u64, frame: Bytes) {
    outbound.push_commit(chat(n), Seq(seq), &[Data::Text(frame)], || false);
}

fn item(text: &'static str) -> Item {
    Item::Frame(Data::Text(frame(text)))
}

#[test]
fn what_is_pushed_comes_out_in_order() {
    let outbound = Outbound::new(MAX_BYTES);
    commit(&outbound, 1, 1, frame("a"));
    outbound.push_reply(frame("b"));
    let (items, close) = outbound.try_take().expect("two wait");
    assert_eq!(items, [item("a"), item("b")]);
    assert_eq!(close, None);
    assert!(outbound.try_take().is_none());
}

/// A way past the task that does as it is told, and then sends nothing.
struct Narrow(Mutex<Vec<Sent>>);

impl Shortcut for Narrow {
    fn try_send(&self, _: &mut dyn Iterator<Item = &Data>) -> Sent {
        lock(&self.0).pop().unwrap_or_default()
    }
}

#[test]
fn frames_go_past_the_task_only_while_it_writes_nothing() {
    let sent = |frames, unfinished| Sent { frames, unfinished };
    let outbound = Outbound::new(MAX_BYTES);
    let narrow = Arc::new(Narrow(Mutex::default()));
    let tell = |what: &[Sent]| lock(&narrow.0).extend(what.iter().rev());
    outbound.set_shortcut(Some(Arc::clone(&narrow) as _));
    tell(&[sent(1, false)]);
    commit(&outbound, 1, 1, frame("a"));
    assert!(outbound.try_take().is_none(), "a is sent");
    tell(&[sent(1, true)]);
    outbound.push_reply(frame("b"));
    commit(&outbound, 1, 2, frame("c"));
    let (items, close) = outbound.try_take().expect("c waits behind the rest of b");
    assert_eq!((items, close), (vec![item("c")], None));
    tell(&[sent(1, false)]);
    commit(&outbound, 1, 3, frame("d"));
    assert_eq!(
        outbound.try_take().expect("d waits behind c").0,
        [item("d")]
    );
    outbound.written();
    outbound.add_commit(chat(1), Seq(4), &[Data::Text(frame("e"))]);
    outbound.add_commit(chat(1), Seq(5), &[Data::Text(frame("f"))]);
    lock(&narrow.0).clear();
    tell(&[sent(2, false)]);
    outbound.go();
    assert!(outbound.try_take().is_none(), "both are sent");
    tell(&[sent(1, false)]);
    outbound.set_shortcut(None);
    outbound.push_reply(frame("g"));
    assert_eq!(
        outbound.try_take().expect("there is no other way").0,
        [item("g")]
    );
}

#[test]
fn ones_own_commit_goes_with_the_reply() {
    let outbound = Outbound::new(MAX_BYTES);
    let narrow = Arc::new(Narrow(Mutex::new(vec![Sent::default(); 9])));
    outbound.set_shortcut(Some(narrow as _));
    let own = |seq, text| {
        outbound.push_commit(chat(1), Seq(seq), &[Data::Text(frame(text))], || true);
    };
    outbound.expect_reply();
    own(1, "a");
    assert!(
        outbound.wake.notified().now_or_never().is_none(),
        "nobody is woken for it"
    );
    outbound.push_reply(frame("reply"));
    assert!(outbound.wake.notified().now_or_never().is_some());
    assert_eq!(
        outbound.try_take().expect("both wait").0,
        [item("a"), item("reply")]
    );
    own(2, "b");
    assert!(
        outbound.wake.notified().now_or_never().is_some(),
        "no reply is expected"
    );
}

#[test]
fn what_is_held_back_follows_the_reply() {
    let outbound = Outbound::new(MAX_BYTES);
    outbound.hold();
    outbound.push_event(None, frame("late"));
    commit(&outbound, 1, 1, frame("a"));
    outbound.push_reply(frame("reply"));
    outbound.release();
    outbound.push_event(None, frame("later"));
    let (items, _) = outbound.try_take().expect("four wait");
    let all = ["a", "reply", "late", "later"].map(item);
    assert_eq!(items, all);
    outbound.hold();
    for _ in 0..=MAX_EVENTS {
        outbound.push_event(None, frame("a"));
    }
    let (items, close) = outbound.try_take().expect("the end waits");
    assert_eq!((items, close), (Vec::new(), Some(Close::Slow)));
}

#[test]
fn too_many_events_collapse_to_one_head_a_chat_and_replies_stay() {
    let outbound = Outbound::new(MAX_BYTES);
    outbound.push_reply(frame("reply"));
    for seq in 1..=200 {
        commit(&outbound, 1, seq, frame("a"));
        commit(&outbound, 2, seq * 2, frame("b"));
    }
    let (items, _) = outbound.try_take().expect("some wait");
    assert_eq!(
        items,
        [
            item("reply"),
            Item::Behind(chat(1), Seq(200)),
            Item::Behind(chat(2), Seq(400))
        ]
    );
    assert!(outbound.take_dropped(chat(1)) && !outbound.take_dropped(chat(1)));
    assert!(!outbound.take_dropped(chat(3)));
    commit(&outbound, 1, 201, frame("c"));
    assert_eq!(outbound.try_take().expect("one waits").0, [item("c")]);
}

#[test]
fn a_connection_that_takes_no_replies_is_closed() {
    let outbound = Outbound::new(MAX_BYTES);
    for _ in 0..=MAX_REPLY_BYTES / 1_000_000 {
        outbound.push_reply(Bytes::from(vec![0; 1_000_001]));
    }
    assert_eq!(outbound.try_take().expect("some wait").1, Some(Close::Slow));
}

#[test]
fn a_connection_that_takes_no_broadcasts_is_closed() {
    let outbound = Outbound::new(10);
    outbound.push_broadcast(Data::Binary(frame("one is never too large")));
    assert_eq!(outbound.try_take().expect("one waits").1, None);
    outbound.push_broadcast(Data::Text(frame("123456")));
    outbound.push_broadcast(Data::Text(frame("123456")));
    assert_eq!(outbound.try_take().expect("one waits").1, Some(Close::Slow));
}

#[test]
fn large_events_collapse_by_their_bytes() {
    let outbound = Outbound::new(10);
    commit(&outbound, 1, 1, frame("123456"));
    commit(&outbound, 1, 2, frame("123456"));
    let (items, _) = outbound.try_take().expect("one waits");
    assert_eq!(items, [Item::Behind(chat(1), Seq(2))]);
}
