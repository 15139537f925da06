//! Joining while commits go on: nothing falls between the snapshot and the live events.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use samtale_model::{ChatId, Envelope, Lineage, Presence, Role, Rows, Seq, Status, UserId};
use samtale_protocol::Version;
use samtale_protocol::chat::EventForm;
use samtale_store::{ChatCommit, MembershipChange, Visibility};

use super::{Room, Seat, Told};
use crate::gateway::connection::{Handle, Peer};
use crate::gateway::outbound::Item;
use crate::gateway::transport::Data;
use crate::presence::{Presences, Source};

const CHAT: ChatId = ChatId::from_bytes([1; 16]);

fn kari() -> UserId {
    UserId::new("kari").expect("a valid id")
}

fn handle_of(id: u64, user: UserId) -> Arc<Handle> {
    let peer = Arc::new(Peer::new(id, Version::V2, None, 1024 * 1024));
    Arc::new(Handle::new(peer, user))
}

fn commit(seq: u64, membership: Vec<MembershipChange>) -> Arc<ChatCommit> {
    let epoch = Lineage::from_random([1; 8]);
    Arc::new(ChatCommit {
        envelope: Envelope {
            chat: CHAT,
            epoch,
            seq: Seq(seq),
            rows: Rows::default(),
        },
        actor: None,
        created: Vec::new(),
        membership,
        members: 2,
    })
}

/// Forwards a commit as the hub does.
fn forward(room: &Room, commit: &Arc<ChatCommit>) -> Vec<Arc<Handle>> {
    let mut told = Told::new();
    let removed = room.commit(commit, &mut told);
    for (peer, news) in told {
        peer.tell(&news);
    }
    removed
}

fn seat(head: u64) -> Seat {
    Seat {
        visibility: Visibility::all(),
        role: Role::Student,
        head: Seq(head),
        members: 2,
    }
}

/// What the connection has been sent: the reply, `seq` of envelopes, names of other events.
async fn sent(handle: &Handle) -> Vec<String> {
    let (items, _) = handle.outbound.take().await;
    let name = |item: Item| match item {
        Item::Behind(_, head) => format!("behind {head}"),
        Item::Frame(Data::Binary(_)) => "bytes".to_owned(),
        Item::Frame(Data::Text(frame)) => match serde_json::from_slice::<serde_json::Value>(&frame)
        {
            Ok(frame) if frame[3] == "envelope" => frame[4]["seq"].to_string(),
            Ok(frame) => frame[3].as_str().expect("an event's name").to_owned(),
            Err(_) => String::from_utf8_lossy(&frame).into_owned(),
        },
    };
    items.into_iter().map(name).collect()
}

fn joining() -> (Room, Arc<Handle>, Presences) {
    let room = Room::new(CHAT);
    let handle = handle_of(1, kari());
    room.subscribe(Arc::clone(&handle), EventForm::Envelopes);
    (room, handle, Presences::new(Duration::ZERO))
}

const REPLY: Bytes = Bytes::from_static(b"reply");

#[tokio::test]
async fn what_is_committed_while_a_snapshot_is_read_follows_its_reply() {
    let (room, handle, presences) = joining();
    for seq in 4..=6 {
        forward(&room, &commit(seq, Vec::new()));
    }
    room.release(handle.id, seat(5), REPLY, &presences);
    forward(&room, &commit(7, Vec::new()));
    assert_eq!(
        sent(&handle).await,
        ["reply", "6", "presence_state", "7"],
        "4 and 5 are in the snapshot"
    );
}

#[tokio::test]
async fn a_commit_that_is_missing_is_told_as_being_behind() {
    let (room, handle, presences) = joining();
    forward(&room, &commit(4, Vec::new()));
    room.release(handle.id, seat(4), REPLY, &presences);
    forward(&room, &commit(6, Vec::new()));
    assert_eq!(sent(&handle).await, ["reply", "presence_state", "behind 6"]);
}

#[tokio::test]
async fn who_was_behind_is_told_who_is_here_when_they_sync() {
    let (room, handle, presences) = joining();
    room.release(handle.id, seat(4), REPLY, &presences);
    for seq in 5..400 {
        forward(&room, &commit(seq, Vec::new()));
    }
    assert_eq!(sent(&handle).await, ["reply", "behind 399"]);
    room.release(handle.id, seat(399), REPLY, &presences);
    assert_eq!(sent(&handle).await, ["reply", "presence_state"]);
    room.release(handle.id, seat(399), REPLY, &presences);
    assert_eq!(sent(&handle).await, ["reply"], "nothing was dropped since");
}

#[tokio::test]
async fn whose_epoch_changes_while_they_join_gets_nothing_live_until_they_sync() {
    let (room, handle, presences) = joining();
    forward(&room, &commit(5, vec![MembershipChange::Reset(kari())]));
    room.release(handle.id, seat(4), REPLY, &presences);
    forward(&room, &commit(6, Vec::new()));
    assert_eq!(sent(&handle).await, ["reply", "reset"]);
    assert!(room.rebuffer(handle.id));
    forward(&room, &commit(7, Vec::new()));
    room.release(handle.id, seat(6), REPLY, &presences);
    assert_eq!(sent(&handle).await, ["reply", "7", "presence_state"]);
}

#[tokio::test]
async fn who_was_shown_to_one_who_joins_and_hides_at_once_is_told_to_be_gone() {
    let (room, handle, presences) = joining();
    let ola = UserId::new("ola").expect("a valid id");
    let other = handle_of(2, ola.clone());
    room.subscribe(Arc::clone(&other), EventForm::Envelopes);
    let says = |user: &UserId, connection, status| {
        let presence = Presence {
            status,
            ..Presence::default()
        };
        presences.set(
            user,
            Source::Connection(connection),
            presence,
            Duration::ZERO,
        );
    };
    says(&kari(), handle.id, Status::Online);
    says(&ola, other.id, Status::Online);
    room.release(other.id, seat(5), REPLY, &presences);
    room.release(handle.id, seat(5), REPLY, &presences);
    assert_eq!(sent(&handle).await, ["reply", "presence_state"]);
    says(&ola, other.id, Status::Offline);
    room.tick(Duration::from_secs(1), &presences);
    let (items, _) = handle.outbound.take().await;
    let Some(Item::Frame(Data::Text(frame))) = items.into_iter().next() else {
        panic!("the others are told");
    };
    let frame: serde_json::Value = serde_json::from_slice(&frame).expect("JSON");
    assert_eq!(frame[3], "presence_diff");
    assert!(frame[4]["leaves"]["ola"].is_object(), "{frame}");
}

fn left() -> Vec<MembershipChange> {
    vec![MembershipChange::Left {
        user: kari(),
        by_themselves: false,
    }]
}

#[tokio::test]
async fn who_came_back_stays_however_late_their_leaving_is_forwarded() {
    let (room, handle, presences) = joining();
    forward(&room, &commit(3, left()));
    assert!(!room.release(handle.id, seat(5), REPLY, &presences));
    assert!(forward(&room, &commit(4, left())).is_empty());
    forward(&room, &commit(5, vec![MembershipChange::Joined(kari())]));
    forward(&room, &commit(6, Vec::new()));
    let told = sent(&handle).await;
    assert_eq!(told.first().map(String::as_str), Some("reply"));
    assert_eq!(told.last().map(String::as_str), Some("6"));
    assert!(!told.iter().any(|event| event == "removed"), "{told:?}");
    assert_eq!(forward(&room, &commit(7, left())).len(), 1);
}

#[tokio::test]
async fn who_leaves_while_a_snapshot_is_read_is_told_after_its_reply() {
    let (room, handle, presences) = joining();
    assert!(forward(&room, &commit(6, left())).is_empty());
    forward(&room, &commit(7, Vec::new()));
    assert!(room.release(handle.id, seat(5), REPLY, &presences));
    forward(&room, &commit(8, Vec::new()));
    assert_eq!(sent(&handle).await, ["reply", "removed", "phx_close"]);
}

#[tokio::test]
async fn a_sync_that_fails_leaves_its_subscriber_to_sync_again_or_out() {
    let (room, handle, presences) = joining();
    forward(&room, &commit(5, vec![MembershipChange::Reset(kari())]));
    room.release(handle.id, seat(4), REPLY, &presences);
    assert!(room.rebuffer(handle.id));
    assert!(!room.fail(handle.id));
    forward(&room, &commit(6, Vec::new()));
    assert!(room.rebuffer(handle.id));
    forward(&room, &commit(7, left()));
    assert!(room.fail(handle.id));
    assert_eq!(
        sent(&handle).await,
        ["reply", "reset", "removed", "phx_close"]
    );
}

#[tokio::test]
async fn heads_are_told_of_what_follows_the_membership() {
    let room = Room::new(CHAT);
    let handle = handle_of(1, kari());
    assert!(
        room.listen(&handle, Seq(5)),
        "they left with 3 and came back with 5"
    );
    forward(&room, &commit(3, left()));
    forward(&room, &commit(4, Vec::new()));
    forward(&room, &commit(5, vec![MembershipChange::Joined(kari())]));
    assert!(
        sent_now(&handle).await.is_empty(),
        "what was said while they were out is not for them"
    );
    forward(&room, &commit(6, Vec::new()));
    assert_eq!(sent_now(&handle).await, ["head"]);
    forward(&room, &commit(7, left()));
    forward(&room, &commit(8, Vec::new()));
    handle.note_left(CHAT, Seq(7));
    assert!(
        !room.listen(&handle, Seq(6)),
        "a list that was read before they left comes too late"
    );
    forward(&room, &commit(9, Vec::new()));
    assert!(sent_now(&handle).await.is_empty());
}

/// What the connection has been sent until now.
async fn sent_now(handle: &Handle) -> Vec<String> {
    handle.outbound.push_reply(Bytes::from_static(b"now"));
    let mut sent = sent(handle).await;
    sent.retain(|name| name != "now");
    sent
}
