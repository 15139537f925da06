//! Delivered and read.

use samtale_model::{Op, Receipt, Receipts, Role, Seq};

use super::World;
use super::world::user;
use crate::api::Commit;

async fn raise(
    world: &World,
    name: &str,
    chat: samtale_model::ChatId,
    delivered: u64,
    read: u64,
) -> Option<(u64, u64)> {
    let receipt = world
        .store
        .raise_receipt(&user(name), chat, Seq(delivered), Seq(read))
        .await;
    receipt
        .expect("a member's receipt")
        .map(|receipt| (receipt.delivered.0, receipt.read.0))
}

/// They merge by maximum; what moved nothing is not told.
pub async fn watermarks_only_rise(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    for _ in 0..9 {
        world.send("kari", chat, "hei").await;
    }
    assert_eq!(raise(&world, "ola", chat, 5, 3).await, Some((5, 3)));
    assert_eq!(raise(&world, "ola", chat, 4, 2).await, None);
    assert_eq!(
        raise(&world, "ola", chat, 0, 7).await,
        Some((7, 7)),
        "what is read is delivered"
    );
    let told: Vec<_> = world
        .sink
        .all()
        .into_iter()
        .filter_map(|commit| match commit {
            Commit::Receipt {
                receipt, counts, ..
            } => Some((receipt, counts)),
            _ => None,
        })
        .collect();
    let ola = |delivered, read| (Receipt::new(user("ola"), Seq(delivered), Seq(read)), true);
    assert_eq!(told, [ola(5, 3), ola(7, 7)]);
    let listed = world
        .store
        .receipts(&user("kari"), chat)
        .await
        .expect("a member reads");
    let kari = Receipt::new(user("kari"), Seq(1), Seq(1));
    assert_eq!(
        listed,
        Receipts {
            listed: vec![kari, ola(7, 7).0],
            summary: None
        },
        "sending moves nothing"
    );
    assert_eq!(world.fresh("ola", chat).await.receipts, listed);
}

/// Nobody has read what was not said.
pub async fn watermarks_stop_at_the_head(world: World) {
    let chat = world.chat("kari", &[]).await;
    world.send("kari", chat, "hei").await;
    assert_eq!(
        raise(&world, "kari", chat, u64::MAX, 1_000).await,
        Some((2, 2))
    );
}

/// An observer's receipts are kept for themselves, and listed for nobody else.
pub async fn observers_do_not_count(world: World) {
    let chat = world.chat("kari", &[("per", Role::Observer)]).await;
    world.send("kari", chat, "hei").await;
    assert_eq!(raise(&world, "per", chat, 2, 2).await, Some((2, 2)));
    assert!(matches!(
        world.sink.all().last(),
        Some(Commit::Receipt { counts: false, .. })
    ));
    let kari = Receipt::new(user("kari"), Seq(1), Seq(1));
    let per = Receipt::new(user("per"), Seq(2), Seq(2));
    let both = vec![kari.clone(), per.clone()];
    for (name, are) in [("per", both), ("kari", vec![kari])] {
        let receipts = world.store.receipts(&user(name), chat).await;
        assert_eq!(receipts.expect("a member reads").listed, are, "{name}");
    }
    assert_eq!(world.summary("per", chat).await.read, Seq(2));
    let role = Op::SetRole {
        op_id: world.op_id(),
        user_id: user("per"),
        role: Role::Student,
    };
    world.done("kari", chat, role).await;
    let told = world.sink.all();
    assert!(
        told.iter().any(|commit| matches!(commit,
            Commit::Receipt { receipt, counts: true, .. } if *receipt == per)),
        "once they count, the others learn of it"
    );
}

/// Above the bound one's own is listed and the others are counted.
pub async fn a_large_chat_counts_receipts(world: World) {
    let names: Vec<String> = (0..Receipts::MAX_LISTED)
        .map(|number| format!("u{number}"))
        .collect();
    let mut people: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), Role::Student))
        .collect();
    people.push(("per", Role::Observer));
    let chat = world.chat("kari", &people).await;
    world.send("kari", chat, "hei").await;
    for name in names.iter().map(String::as_str).chain(["kari"]) {
        raise(&world, name, chat, 2, if name == "u3" { 0 } else { 2 }).await;
    }
    let receipts = world
        .store
        .receipts(&user("kari"), chat)
        .await
        .expect("a member reads");
    assert_eq!(
        receipts.listed,
        [Receipt::new(user("kari"), Seq(2), Seq(2))]
    );
    let summary = receipts.summary.expect("a summary");
    assert_eq!(
        (
            summary.members,
            summary.delivered_by_all,
            summary.read_by_all
        ),
        (51, Seq(2), Seq(1))
    );
}

/// What was said before somebody came waits for them no longer than they were there.
pub async fn who_comes_in_starts_at_their_commit(world: World) {
    let chat = world.chat("kari", &[]).await;
    world.send("kari", chat, "hei").await;
    let joined = world
        .done("kari", chat, world.adding("ola", Role::Student))
        .await
        .seq;
    let receipts = world
        .store
        .receipts(&user("ola"), chat)
        .await
        .expect("a member reads");
    assert!(
        receipts
            .listed
            .contains(&Receipt::new(user("ola"), joined, joined))
    );
    assert!(world.sink.all().iter().any(|commit| matches!(commit,
        Commit::Receipt { receipt, .. } if receipt.user_id == user("ola") && receipt.read == joined)));
}
