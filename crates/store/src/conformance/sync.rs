//! Catching up.

use samtale_model::{Cursor, Epoch, Lineage, Op, Role, Seq};

use super::World;
use super::world::{cursor, user};
use crate::api::limits::MAX_CHANGES;

const OTHERS: &[(&str, Role)] = &[("ola", Role::Student)];

/// Another lineage, generation or version, or a seq beyond the head: the reader starts over.
pub async fn a_stale_cursor_is_reset(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    world.send("ola", chat, "hei").await;
    let good = cursor(&world.fresh("kari", chat).await);
    let with = |change: &dyn Fn(&mut Cursor)| {
        let mut cursor = good.clone();
        change(&mut cursor);
        cursor
    };
    let stale = [
        with(&|cursor| cursor.epoch.lineage = Lineage::from_random([9; 8])),
        with(&|cursor| cursor.epoch.generation += 1),
        with(&|cursor| cursor.epoch.version += 1),
        with(&|cursor| cursor.seq = Seq(3)),
        with(&|cursor| cursor.seq = Seq(u64::MAX)),
    ];
    for cursor in stale {
        let sync = world
            .sync("kari", chat, Some(cursor.clone()), 10)
            .await
            .expect("a member reads")
            .sync;
        assert!(sync.reset, "{cursor:?}");
        assert_eq!((sync.rows.messages.len(), sync.up_to), (1, Seq(2)));
    }
    let Epoch { lineage, .. } = &good.epoch;
    assert_eq!(lineage, world.store.lineage());
    let sync = world
        .sync("kari", chat, Some(good.clone()), 10)
        .await
        .expect("a member reads")
        .sync;
    assert!(!sync.reset && sync.rows.is_empty());
    let start = Cursor {
        seq: Seq::ZERO,
        ..good
    };
    let sync = world
        .sync("kari", chat, Some(start), 10)
        .await
        .expect("a member reads")
        .sync;
    assert!(!sync.reset && sync.rows.chat.is_some());
    assert_eq!(
        (sync.rows.participants.len(), sync.rows.messages.len()),
        (2, 1)
    );
}

/// At most so many rows at a time, cut between commits, until the head is reached.
pub async fn a_sync_is_bounded_by_whole_commits(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let mut held = cursor(&world.fresh("kari", chat).await);
    let (root, _) = world.send("ola", chat, "rot").await;
    for number in 0..9 {
        let thread = Op::Send {
            id: world.message_id(),
            content: samtale_model::Body::from_stored(number.to_string()),
            reply_to: None,
            thread_root: Some(root),
        };
        world.done("ola", chat, thread).await;
    }
    let (mut got, mut rounds) = (Vec::new(), 0);
    loop {
        let sync = world
            .sync("kari", chat, Some(held), 4)
            .await
            .expect("a member reads")
            .sync;
        assert!(!sync.reset && sync.head == Seq(11) && sync.rows.messages.len() <= 5);
        got.extend(
            sync.rows
                .messages
                .iter()
                .map(|message| message.content.as_str().to_owned()),
        );
        held = cursor(&sync);
        rounds += 1;
        if sync.up_to == sync.head {
            break;
        }
    }
    // The root was changed by the last commit, and comes with it.
    assert_eq!(got, ["0", "1", "2", "3", "4", "5", "6", "7", "rot", "8"]);
    assert_eq!(rounds, 3);
}

/// A message that a page leaves out for its later change has its reactions when it comes.
pub async fn a_reaction_comes_with_its_message(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let mut held = cursor(&world.fresh("kari", chat).await);
    let (id, _) = world.send("ola", chat, "hei").await;
    world
        .done("ola", chat, world.reacting(id, "👍", true))
        .await;
    world.send("ola", chat, "imellom").await;
    world.done("ola", chat, world.editing(id, "hallo")).await;
    let mut came = Vec::new();
    loop {
        let sync = world
            .sync("kari", chat, Some(held), 2)
            .await
            .expect("a member reads")
            .sync;
        came.extend(sync.rows.messages.iter().map(|message| message.id));
        if came.contains(&id) {
            let with: Vec<_> = sync.rows.reactions.iter().map(|r| r.message_id).collect();
            assert_eq!(with, [id]);
            break;
        }
        assert!(sync.up_to < sync.head, "it comes");
        held = cursor(&sync);
    }
    assert_eq!(came.len(), 2, "the message came with the second page");
}

/// More changed rows than the bound are not worth catching up on.
pub async fn too_many_changes_reset(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let held = cursor(&world.fresh("kari", chat).await);
    for _ in 0..MAX_CHANGES / 100 {
        let ops = (0..100).map(|_| world.sending("hei")).collect();
        world
            .store
            .apply(&user("ola"), chat, ops)
            .await
            .expect("they are sent");
    }
    let sync = world
        .sync("kari", chat, Some(held.clone()), 10)
        .await
        .expect("a member reads")
        .sync;
    assert!(!sync.reset && sync.up_to == Seq(11));
    world.send("ola", chat, "en til").await;
    let sync = world
        .sync("kari", chat, Some(held), 10)
        .await
        .expect("a member reads")
        .sync;
    assert!(sync.reset && sync.has_older);
    assert_eq!((sync.rows.messages.len(), sync.up_to), (10, sync.head));
}

/// Catching up costs what is there, not what happened.
pub async fn ten_edits_collapse_to_one_row(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let (id, _) = world.send("ola", chat, "0").await;
    let held = cursor(&world.fresh("kari", chat).await);
    for number in 1..=10 {
        world
            .done("ola", chat, world.editing(id, &number.to_string()))
            .await;
    }
    let sync = world
        .sync("kari", chat, Some(held), 10)
        .await
        .expect("a member reads")
        .sync;
    assert_eq!(
        (
            sync.rows.messages.len(),
            sync.rows.messages[0].content.as_str()
        ),
        (1, "10")
    );
    assert_eq!(sync.up_to, Seq(12));
}

/// The chat, everyone who is or was in it, and the newest messages.
pub async fn a_reset_has_the_newest_page(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    for number in 0..12 {
        world.send("ola", chat, &number.to_string()).await;
    }
    world.done("ola", chat, world.removing("ola")).await;
    let sync = world
        .sync("kari", chat, None, 5)
        .await
        .expect("a member reads")
        .sync;
    assert!(sync.reset && sync.has_older && sync.up_to == sync.head);
    let words: Vec<_> = sync
        .rows
        .messages
        .iter()
        .map(|message| message.content.as_str())
        .collect();
    assert_eq!(words, ["7", "8", "9", "10", "11"]);
    let people: Vec<_> = sync
        .rows
        .participants
        .iter()
        .map(|p| (p.user_id.as_str(), p.active))
        .collect();
    assert_eq!(people, [("kari", true), ("ola", false)]);
    assert_eq!((sync.members, sync.role), (1, Role::Owner));
    assert!(sync.rows.chat.is_some());
}
