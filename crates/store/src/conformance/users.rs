//! Users: names, last seen, and a store that is closed.

use samtale_model::{Role, Seq, UnixMillis};

use super::World;
use super::world::{cursor, identity, user};
use crate::api::{Commit, Identity, StoreError};

/// A commit in each chat, the one they left included; the same name again is none.
pub async fn a_new_name_is_told_in_every_chat(world: World) {
    let one = world.chat("kari", &[("ola", Role::Student)]).await;
    let left = world.chat("kari", &[("ola", Role::Student)]).await;
    world.done("ola", left, world.removing("ola")).await;
    assert_eq!(
        world.fresh("kari", one).await.rows.participants[1].name,
        "ola",
        "the id where no name is known"
    );
    let held = cursor(&world.fresh("kari", one).await);
    let profile = world.sign_in("ola", Some("Ola Nordmann")).await;
    assert_eq!(profile.name, "Ola Nordmann");
    let sync = world
        .sync("kari", one, Some(held), 10)
        .await
        .expect("a member reads")
        .sync;
    assert_eq!(
        (
            sync.rows.participants[0].name.as_str(),
            sync.rows.participants[0].seq
        ),
        ("Ola Nordmann", Seq(2))
    );
    assert_eq!(
        world.fresh("kari", left).await.rows.participants[1].name,
        "Ola Nordmann"
    );
    let told = world.sink.all().len();
    world.sign_in("ola", Some("Ola Nordmann")).await;
    assert_eq!(world.sink.all().len(), told);
}

/// A token without a name takes no name away; one with another language is no commit.
pub async fn what_a_token_leaves_out_stays(world: World) {
    let chat = world.chat("kari", &[]).await;
    let full = Identity {
        avatar_url: Some("https://example.no/k.png".into()),
        locale: Some("nn".into()),
        ..identity("kari", Some("Kari"))
    };
    world.store.sign_in(full).await.expect("a sign-in");
    let seq = world.fresh("kari", chat).await.head;
    let other = Identity {
        locale: Some("nb".into()),
        ..identity("kari", None)
    };
    let profile = world.store.sign_in(other).await.expect("a sign-in");
    assert_eq!(
        (profile.name.as_str(), profile.locale.as_deref()),
        ("Kari", Some("nb"))
    );
    assert_eq!(
        profile.avatar_url.as_deref(),
        Some("https://example.no/k.png")
    );
    assert_eq!(world.fresh("kari", chat).await.head, seq);
    let profiles = world
        .store
        .profiles(&[user("ukjent"), user("kari")])
        .await
        .expect("profiles");
    assert_eq!(profiles, [profile]);
}

/// A first token, another name and another language are told, with the chats that list the user; the same token is not.
pub async fn a_profile_is_told(world: World) {
    let told = |world: &World| {
        let all = world.sink.all().into_iter();
        let users = all.filter_map(|commit| match commit {
            Commit::User(commit) => {
                Some((commit.profile.name.clone(), commit.new, commit.chats.len()))
            }
            _ => None,
        });
        users.collect::<Vec<_>>()
    };
    world.sign_in("kari", None).await;
    world.sign_in("kari", None).await;
    assert_eq!(told(&world), [("kari".to_owned(), true, 0)]);
    world.chat("kari", &[("ola", Role::Student)]).await;
    world.sign_in("kari", Some("Kari")).await;
    let nynorsk = Identity {
        locale: Some("nn".into()),
        ..identity("kari", None)
    };
    world.store.sign_in(nynorsk).await.expect("a sign-in");
    let kari = || "Kari".to_owned();
    assert_eq!(told(&world)[1..], [(kari(), false, 1), (kari(), false, 1)]);
}

/// Notes merge by maximum, and those of somebody unknown are passed over.
pub async fn last_seen_only_rises(world: World) {
    world.sign_in("kari", None).await;
    for (at, expected) in [(1_000, 1_000), (3_000, 3_000), (2_000, 3_000)] {
        let seen = vec![
            (user("kari"), UnixMillis(at)),
            (user("ukjent"), UnixMillis(at)),
        ];
        world.store.note_seen(seen).await.expect("notes");
        let profiles = world
            .store
            .profiles(&[user("kari"), user("ukjent")])
            .await
            .expect("profiles");
        assert_eq!(profiles.len(), 1);
        assert_eq!(profiles[0].last_seen, Some(UnixMillis(expected)));
    }
}

/// After the close every call fails in the same way, and closing again is nothing.
pub async fn a_closed_store_says_so(world: World) {
    let chat = world.chat("kari", &[]).await;
    world
        .store
        .check()
        .await
        .expect("an open store reads and writes");
    world.store.close().await;
    assert!(matches!(world.store.check().await, Err(StoreError::Closed)));
    assert!(matches!(
        world.store.members(chat).await,
        Err(StoreError::Closed)
    ));
    world.store.close().await;
}
