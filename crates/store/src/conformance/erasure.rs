//! Erasing a user.

use samtale_model::{Body, Op, Role, UnixMillis};
use serde_json::json;

use super::World;
use super::world::{cursor, identity, user};
use crate::api::{Commit, Identity, MembershipChange, PrivateWrite, Refusal, SignInError};

/// Words, wordings, quotes, reactions, hits, private state, name and id: gone, with one commit in each chat.
pub async fn nothing_is_left_of_the_erased(world: World) {
    world.sign_in("ola", Some("Ola Nordmann")).await;
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let left = world.chat("kari", &[("ola", Role::Student)]).await;
    let (said, _) = world.send("ola", chat, "hemmelig").await;
    world
        .done("ola", chat, world.editing(said, "hemmelig nok"))
        .await;
    world.send("ola", left, "hemmelig her også").await;
    world.done("ola", left, world.removing("ola")).await;
    let (kept, _) = world.send("kari", chat, "blir").await;
    let answer = Op::Send {
        id: world.message_id(),
        content: Body::from_stored("svar".into()),
        reply_to: Some(said),
        thread_root: None,
    };
    world.done("kari", chat, answer).await;
    world
        .done("ola", chat, world.reacting(kept, "👍", true))
        .await;
    world
        .done("kari", chat, world.reacting(kept, "👍", true))
        .await;
    let write = PrivateWrite {
        op_id: world.op_id(),
        key: "setting:a".parse().expect("a key"),
        value: json!(1),
    };
    world
        .store
        .put_private(&user("ola"), write)
        .await
        .expect("a setting");
    let held = cursor(&world.fresh("kari", chat).await);
    let heads = [
        world.fresh("kari", chat).await.head,
        world.fresh("kari", left).await.head,
    ];

    world
        .store
        .erase_user(&user("ola"))
        .await
        .expect("an erasure");

    for (id, head) in [chat, left].into_iter().zip(heads) {
        let sync = world.fresh("kari", id).await;
        assert_eq!((sync.head, sync.members), (head.next(), 1), "one commit");
        let text = serde_json::to_string(&sync).expect("JSON");
        assert!(
            !text.contains("hemmelig") && !text.contains("ola") && !text.contains("Ola"),
            "{text}"
        );
    }
    let sync = world
        .sync("kari", chat, Some(held), 200)
        .await
        .expect("a member reads")
        .sync;
    assert!(sync.reset, "everyone starts over");
    let tomb = &sync.rows.messages[0];
    assert_eq!((tomb.id, tomb.deleted_at), (said, Some(world.env.now())));
    assert_eq!(sync.rows.reactions.len(), 1);
    assert_eq!(sync.rows.reactions[0].counts[0].count, 1);
    assert!(world.found("kari", "hemmelig", None).await.is_empty());
    assert_eq!(world.found("kari", "blir", None).await, ["blir"]);
    assert!(
        world
            .store
            .profiles(&[user("ola")])
            .await
            .expect("profiles")
            .is_empty()
    );
    assert!(
        world
            .store
            .private(&user("ola"), None)
            .await
            .expect("nothing")
            .rows
            .is_empty()
    );
    assert_eq!(
        world.apply("ola", chat, world.sending("hei")).await,
        Err(Refusal::NotParticipant)
    );
    let told = world.sink.chat(chat);
    let last = told.last().expect("it was told");
    let changes = [
        MembershipChange::Left {
            user: user("ola"),
            by_themselves: true,
        },
        MembershipChange::Reset(user("kari")),
    ];
    assert_eq!(
        (
            last.membership.as_slice(),
            last.members,
            last.actor.as_ref()
        ),
        (&changes[..], 1, None)
    );
    assert!(matches!(world.sink.all().last(), Some(Commit::Erased(id)) if *id == user("ola")));
}

/// Tokens issued until then, or without a time, are refused; a later one is of somebody new.
pub async fn tokens_of_before_are_refused(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let start = world.env.now();
    let token = |issued_at: Option<UnixMillis>| Identity {
        issued_at,
        ..identity("ola", Some("Ola"))
    };
    world
        .store
        .sign_in(token(Some(start)))
        .await
        .expect("a sign-in");
    world.env.pass(1_000);
    world
        .store
        .erase_user(&user("ola"))
        .await
        .expect("an erasure");
    let erased = world.env.now();
    for issued in [None, Some(start), Some(erased)] {
        assert!(
            matches!(
                world.store.sign_in(token(issued)).await,
                Err(SignInError::Erased)
            ),
            "{issued:?}"
        );
    }
    let new = world.new_chat(&[]);
    assert!(world.store.create_chat(&user("ola"), new).await.is_err());
    let profile = world
        .store
        .sign_in(token(Some(erased.plus(1))))
        .await
        .expect("somebody new");
    assert_eq!(profile.name, "Ola");
    assert_eq!(
        world.apply("ola", chat, world.sending("hei")).await,
        Err(Refusal::NotParticipant)
    );
    world
        .store
        .erase_user(&user("helt ukjent"))
        .await
        .expect("nothing to erase");
}

/// The chats of an owner who is erased go on.
pub async fn the_erased_hand_over_their_chats(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    world
        .store
        .erase_user(&user("kari"))
        .await
        .expect("an erasure");
    assert_eq!(world.summary("ola", chat).await.role, Role::Owner);
    assert!(
        !world
            .summary("ola", chat)
            .await
            .chat
            .created_by
            .as_str()
            .contains("kari")
    );
}
