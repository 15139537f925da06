//! Who is in a chat, what they may do, and what they see.

use samtale_model::{HistoryRule, Role, Rows, Seq};
use serde_json::json;

use super::World;
use super::world::{cursor, user};
use crate::api::{Commit, Done, MembershipChange, PrivateWrite, ReadError, Refusal, WriteError};

fn role_of(rows: &Rows, name: &str) -> Option<(Role, bool)> {
    rows.participants
        .iter()
        .find(|p| p.user_id.as_str() == name)
        .map(|p| (p.role, p.active))
}

/// The chats that one is in, each with what one sees there by its rule; the ones that one left are none of them.
pub async fn views_are_of_the_chats_that_one_is_in(world: World) {
    let since = world.chat("kari", &[]).await;
    let all = world.chat("kari", &[]).await;
    let left = world.chat("kari", &[("per", Role::Student)]).await;
    world
        .done("kari", all, world.ruling(HistoryRule::All))
        .await;
    let (_, place) = world.send("kari", since, "før").await;
    for chat in [since, all] {
        world
            .done("kari", chat, world.adding("per", Role::Student))
            .await;
    }
    world.done("per", left, world.removing("per")).await;
    let views = world.store.views(&user("per")).await.expect("views");
    let sees = |chat, seq| {
        let view = views.iter().find(|(id, _)| *id == chat);
        view.map(|(_, visibility)| visibility.sees(seq))
    };
    assert_eq!(views.len(), 2);
    assert_eq!(
        (sees(since, place), sees(since, Seq(3))),
        (Some(false), Some(true))
    );
    assert_eq!(sees(all, Seq(1)), Some(true));
    assert_eq!(world.store.views(&user("ukjent")).await.expect("views"), []);
}

/// The commit that adds someone is the first thing they may see.
pub async fn who_is_added_sees_from_then_on(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let (before, place) = world.send("ola", chat, "før").await;
    let done = world
        .done("kari", chat, world.adding("per", Role::Student))
        .await;
    assert_eq!(role_of(&done.value, "per"), Some((Role::Student, true)));
    let told = world.sink.chat(chat);
    let last = told.last().expect("it was told");
    assert_eq!(
        (last.membership.as_slice(), last.members),
        (&[MembershipChange::Joined(user("per"))][..], 3)
    );
    world.send("ola", chat, "etter").await;
    assert_eq!(world.words("per", chat).await, ["etter"]);
    let snapshot = world
        .sync("per", chat, None, 10)
        .await
        .expect("a member reads");
    assert!(!snapshot.visibility.sees(place) && snapshot.visibility.sees(done.seq));
    assert!(!snapshot.sync.has_older);
    assert!(matches!(
        world.store.message(&user("per"), before).await,
        Err(ReadError::NotFound)
    ));
    assert!(matches!(
        world.store.edits(&user("per"), before).await,
        Err(ReadError::NotFound)
    ));
    assert_eq!(
        world
            .apply("per", chat, world.reacting(before, "👍", true))
            .await,
        Err(Refusal::NotFound)
    );
    // What is changed later was still said before.
    let since = cursor(&world.fresh("per", chat).await);
    world
        .done("ola", chat, world.editing(before, "endret"))
        .await;
    world
        .done("ola", chat, world.reacting(before, "👍", true))
        .await;
    let sync = world
        .sync("per", chat, Some(since), 10)
        .await
        .expect("a member reads")
        .sync;
    assert!(!sync.reset && sync.rows.is_empty());
    assert_eq!(sync.up_to, Seq(6));
    let told = world.sink.chat(chat);
    for commit in &told[4..] {
        assert!(
            commit.rows_for(&snapshot.visibility).is_empty(),
            "the envelope comes without the row"
        );
    }
}

/// Both stays are seen, what was said between them is not.
pub async fn who_comes_back_sees_both_stays_and_not_the_gap(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    world.send("kari", chat, "første opphold").await;
    let held = cursor(&world.fresh("ola", chat).await);
    world.done("ola", chat, world.removing("ola")).await;
    assert!(matches!(
        world.sync("ola", chat, None, 10).await,
        Err(ReadError::NotParticipant)
    ));
    let (between, _) = world.send("kari", chat, "imens").await;
    world
        .done("kari", chat, world.adding("ola", Role::Guardian))
        .await;
    world.send("kari", chat, "andre opphold").await;
    assert_eq!(
        world.words("ola", chat).await,
        ["første opphold", "andre opphold"]
    );
    assert!(matches!(
        world.store.message(&user("ola"), between).await,
        Err(ReadError::NotFound)
    ));
    let sync = world
        .sync("ola", chat, Some(held.clone()), 10)
        .await
        .expect("a member reads")
        .sync;
    assert!(sync.reset, "what they held is of another generation");
    assert_ne!(sync.epoch, held.epoch);
    assert_eq!(
        (sync.role, role_of(&sync.rows, "ola")),
        (Role::Guardian, Some((Role::Guardian, true)))
    );
}

/// With the rule `all`, whoever comes sees what was said before.
pub async fn a_chat_with_the_rule_all_shows_everything(world: World) {
    let mut new = world.new_chat(&[("ola", Role::Student)]);
    new.history = HistoryRule::All;
    let chat = new.id;
    world
        .store
        .create_chat(&user("kari"), new)
        .await
        .expect("a chat is made");
    world.send("kari", chat, "før").await;
    world
        .done("kari", chat, world.adding("per", Role::Student))
        .await;
    assert_eq!(world.words("per", chat).await, ["før"]);
    assert_eq!(
        world.summary("per", chat).await.unread,
        0,
        "what was said before waits for nobody"
    );
}

/// Everyone starts over when the rule changes, in both directions.
pub async fn a_changed_rule_resets_everyone(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    world.send("kari", chat, "før").await;
    world
        .done("kari", chat, world.adding("per", Role::Student))
        .await;
    for (rule, seen) in [
        (HistoryRule::All, vec!["før"]),
        (HistoryRule::SinceJoining, vec![]),
    ] {
        let held = cursor(&world.fresh("ola", chat).await);
        let done = world.done("kari", chat, world.ruling(rule)).await;
        assert_eq!(done.value.chat.expect("the chat changed").history, rule);
        let told = world.sink.chat(chat);
        let mut resets = told.last().expect("it was told").membership.clone();
        resets.sort_unstable_by_key(|change| format!("{change:?}"));
        let everyone = ["kari", "ola", "per"].map(|name| MembershipChange::Reset(user(name)));
        assert_eq!(resets, everyone);
        assert!(
            world
                .sync("ola", chat, Some(held), 10)
                .await
                .expect("a member reads")
                .sync
                .reset
        );
        assert_eq!(world.words("per", chat).await, seen);
    }
}

/// A table of who may do what to whom.
pub async fn each_role_has_its_limits(world: World) {
    let people = [
        ("tone", Role::Tutor),
        ("ola", Role::Student),
        ("gro", Role::Guardian),
        ("per", Role::Observer),
    ];
    let chat = world.chat("kari", &people).await;
    let no = Err(Refusal::Forbidden);
    let table = [
        ("per", world.sending("hei"), no),
        ("gro", world.sending("hei"), Ok(())),
        ("ola", world.adding("ny", Role::Student), no),
        ("tone", world.adding("ny", Role::Owner), no),
        ("tone", world.adding("ny", Role::Student), Ok(())),
        ("tone", world.ranking("ny", Role::Owner), no),
        ("tone", world.ranking("kari", Role::Student), no),
        ("tone", world.removing("kari"), no),
        ("tone", world.ranking("ny", Role::Tutor), Ok(())),
        ("ola", world.ranking("ola", Role::Tutor), no),
        ("ola", world.removing("gro"), no),
        ("gro", world.ruling(HistoryRule::All), no),
        ("tone", world.ruling(HistoryRule::All), Ok(())),
        ("tone", world.removing("ny"), Ok(())),
        ("tone", world.removing("ny"), Err(Refusal::NotFound)),
        ("tone", world.removing("ukjent"), Err(Refusal::NotFound)),
        ("kari", world.ranking("tone", Role::Owner), Ok(())),
        ("tone", world.ranking("kari", Role::Tutor), Ok(())),
        ("per", world.removing("per"), Ok(())),
    ];
    for (actor, op, expected) in table {
        let name = format!("{actor}: {op:?}");
        assert_eq!(
            world.apply(actor, chat, op).await.map(drop),
            expected,
            "{name}"
        );
    }
}

/// In the same commit the longest-standing tutor becomes owner, else someone who writes, else whoever is left.
pub async fn the_last_owner_is_followed(world: World) {
    let people = [("per", Role::Observer), ("ola", Role::Student)];
    let chat = world.chat("kari", &people).await;
    world
        .done("kari", chat, world.adding("tone", Role::Tutor))
        .await;
    world
        .done("kari", chat, world.adding("tor", Role::Tutor))
        .await;
    for (leaves, follows) in [
        ("kari", "tone"),
        ("tone", "tor"),
        ("tor", "ola"),
        ("ola", "per"),
    ] {
        let done = world.done(leaves, chat, world.removing(leaves)).await;
        assert_eq!(
            role_of(&done.value, follows),
            Some((Role::Owner, true)),
            "{leaves} is followed"
        );
        let told = world.sink.chat(chat);
        let last = told.last().expect("it was told");
        let left = MembershipChange::Left {
            user: user(leaves),
            by_themselves: true,
        };
        assert_eq!(
            last.membership,
            [left, MembershipChange::Role(user(follows))]
        );
        assert_eq!(world.summary(follows, chat).await.role, Role::Owner);
    }
    let done = world.done("per", chat, world.removing("per")).await;
    assert_eq!(done.value.participants.len(), 1, "nobody is left to follow");
    assert!(world.store.members(chat).await.expect("members").is_empty());
}

/// The last owner can't be made something less.
pub async fn the_last_owner_stays_one(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    assert_eq!(
        world
            .apply("kari", chat, world.ranking("kari", Role::Tutor))
            .await,
        Err(Refusal::Forbidden)
    );
    world
        .done("kari", chat, world.ranking("ola", Role::Owner))
        .await;
    world
        .done("kari", chat, world.ranking("kari", Role::Tutor))
        .await;
    assert_eq!(world.summary("kari", chat).await.role, Role::Tutor);
}

/// Who is out writes and reads no more, and the chat is gone from their list.
pub async fn who_left_is_nobody(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let (message, _) = world.send("ola", chat, "hei").await;
    world.done("kari", chat, world.removing("ola")).await;
    let told = world.sink.chat(chat);
    let left = MembershipChange::Left {
        user: user("ola"),
        by_themselves: false,
    };
    assert_eq!(
        (told.last().expect("it was told").membership.as_slice()),
        [left]
    );
    for op in [
        world.sending("hei"),
        world.editing(message, "x"),
        world.deleting(message),
        world.removing("ola"),
    ] {
        assert_eq!(
            world.apply("ola", chat, op).await,
            Err(Refusal::NotParticipant)
        );
    }
    assert!(matches!(
        world.store.message(&user("ola"), message).await,
        Err(ReadError::NotFound)
    ));
    assert!(world.found("ola", "hei", None).await.is_empty());
    let row = world.fresh("kari", chat).await.rows;
    assert_eq!(
        role_of(&row, "ola"),
        Some((Role::Student, false)),
        "the row stays"
    );
}

/// Who lost the answer to their leaving gets it again.
pub async fn leaving_can_be_repeated(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let op = world.removing("ola");
    let first = world.done("ola", chat, op.clone()).await;
    let Done { seq, repeat, value } = world.done("ola", chat, op).await;
    assert_eq!((seq, repeat), (first.seq, true));
    assert_eq!(role_of(&value, "ola"), Some((Role::Student, false)));
}

/// Who has blocked someone is not brought into a chat by them, while others may.
pub async fn a_block_keeps_out(world: World) {
    let chat = world.chat("kari", &[("tone", Role::Tutor)]).await;
    world.sign_in("ola", None).await;
    let key = "block:kari".parse().expect("a key");
    let write = PrivateWrite {
        op_id: world.op_id(),
        key,
        value: json!(true),
    };
    world
        .store
        .put_private(&user("ola"), write)
        .await
        .expect("a block");
    assert_eq!(
        world
            .apply("kari", chat, world.adding("ola", Role::Student))
            .await,
        Err(Refusal::Blocked)
    );
    let new = world.new_chat(&[("ola", Role::Student)]);
    let id = new.id;
    let refused = world.store.create_chat(&user("kari"), new).await;
    assert!(matches!(
        refused,
        Err(WriteError::Refused(Refusal::Blocked))
    ));
    assert!(
        world.sink.chat(id).is_empty(),
        "nothing of the chat was made"
    );
    world
        .done("tone", chat, world.adding("ola", Role::Student))
        .await;
}

/// Pages have each active participant once, by user id.
pub async fn participants_come_in_pages(world: World) {
    let names = ["eva", "dag", "bo", "cato", "aud"];
    let chat = world
        .chat("kari", &names.map(|name| (name, Role::Student)))
        .await;
    world.done("kari", chat, world.removing("cato")).await;
    let (mut after, mut listed) = (None, Vec::new());
    loop {
        let page = world
            .store
            .participants(&user("aud"), chat, after, 2)
            .await
            .expect("a member reads");
        listed.extend(
            page.participants
                .iter()
                .map(|p| p.user_id.as_str().to_owned()),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(listed, ["aud", "bo", "dag", "eva", "kari"]);
}

/// Adding who is in, and giving the role that one has, answer with the row and change nothing.
pub async fn unchanged_people_take_no_seq(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    for op in [
        world.adding("ola", Role::Tutor),
        world.ranking("ola", Role::Student),
    ] {
        let done = world.done("kari", chat, op).await;
        assert_eq!(
            (done.seq, role_of(&done.value, "ola")),
            (Seq(1), Some((Role::Student, true)))
        );
    }
    assert_eq!(world.fresh("kari", chat).await.head, Seq(1));
    let chat_rows = world
        .sink
        .all()
        .into_iter()
        .filter(|commit| matches!(commit, Commit::Chat(_)))
        .count();
    assert_eq!(chat_rows, 1);
}
