//! Reactions: a row for each person and the counts of all.

use samtale_model::{Op, Reaction, ReactionCount, Role, Seq};

use super::World;
use super::world::{cursor, emoji, user};
use crate::api::Refusal;
use crate::api::limits::MAX_EMOJI;

fn counts(reaction: &Reaction) -> Vec<(&str, u32)> {
    reaction
        .counts
        .iter()
        .map(|ReactionCount { emoji, count }| (emoji.as_str(), *count))
        .collect()
}

fn mine(reaction: &Reaction) -> Vec<&str> {
    reaction
        .emoji
        .iter()
        .map(samtale_model::Emoji::as_str)
        .collect()
}

/// Each row tells of its user and of everyone's counts, in the envelope as in a page.
pub async fn a_reaction_has_the_counts_of_all(world: World) {
    let chat = world
        .chat("kari", &[("ola", Role::Student), ("per", Role::Observer)])
        .await;
    let (id, place) = world.send("ola", chat, "hei").await;
    world
        .done("kari", chat, world.reacting(id, "❤️", true))
        .await;
    world
        .done("ola", chat, world.reacting(id, "👍", true))
        .await;
    let done = world
        .done("kari", chat, world.reacting(id, "👍", true))
        .await;
    let reaction = &done.value.reactions[0];
    assert_eq!(
        (reaction.seq, reaction.counts_seq, mine(reaction)),
        (Seq(5), Seq(5), vec!["❤️", "👍"])
    );
    assert_eq!(counts(reaction), [("👍", 2), ("❤️", 1)]);
    let told = world.sink.chat(chat);
    let last = told.last().expect("it was told");
    assert_eq!(
        (&last.envelope.rows.reactions, &last.created),
        (&done.value.reactions, &vec![(id, place)])
    );
    assert!(last.envelope.rows.messages.is_empty());
    let page = world.page("per", chat).await;
    assert_eq!(page.reactions.len(), 2);
    assert!(
        page.reactions
            .iter()
            .all(|reaction| counts(reaction) == [("👍", 2), ("❤️", 1)])
    );
    let taken = world
        .done("kari", chat, world.reacting(id, "❤️", false))
        .await;
    assert_eq!(counts(&taken.value.reactions[0]), [("👍", 2)]);
    assert_eq!(
        world
            .apply("per", chat, world.reacting(id, "👍", true))
            .await,
        Err(Refusal::Forbidden)
    );
}

/// Setting what is set and taking back what is not set answer with the row and commit nothing; the op counts once.
pub async fn a_reaction_set_twice_takes_no_seq(world: World) {
    let chat = world.chat("kari", &[]).await;
    let (id, _) = world.send("kari", chat, "hei").await;
    let nothing = world
        .done("kari", chat, world.reacting(id, "👍", false))
        .await;
    assert!(nothing.value.reactions[0].emoji.is_empty());
    let first = world
        .done("kari", chat, world.reacting(id, "👍", true))
        .await;
    let again = world.reacting(id, "👍", true);
    let second = world.done("kari", chat, again.clone()).await;
    assert_eq!(
        (second.seq, second.repeat, &second.value),
        (first.seq, false, &first.value)
    );
    let back = world
        .done("kari", chat, world.reacting(id, "👍", false))
        .await;
    assert!(back.value.reactions[0].emoji.is_empty() && back.value.reactions[0].counts.is_empty());
    let late = world.done("kari", chat, again).await;
    assert!(
        late.repeat && late.value.reactions[0].emoji.is_empty(),
        "a late repeat does not set it again"
    );
    assert_eq!(world.sink.chat(chat).len(), 4);
    assert!(
        world.page("kari", chat).await.reactions.is_empty(),
        "an empty row is no news to a fresh reader"
    );
}

/// So many emoji of one person, and so many different ones of all.
pub async fn reactions_have_their_bounds(world: World) {
    let names: Vec<String> = (0..10).map(|number| format!("u{number}")).collect();
    let people: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), Role::Student))
        .collect();
    let chat = world.chat("kari", &people).await;
    let (id, _) = world.send("kari", chat, "hei").await;
    let face = |number: usize| {
        char::from_u32(0x1f600 + u32::try_from(number).expect("small"))
            .expect("an emoji")
            .to_string()
    };
    for number in 0..MAX_EMOJI {
        let name = &names[number / Reaction::MAX_PER_USER];
        world
            .done(name, chat, world.reacting(id, &face(number), true))
            .await;
    }
    for (name, number) in [("u0", MAX_EMOJI - 1), ("kari", MAX_EMOJI)] {
        let refused = world
            .apply(name, chat, world.reacting(id, &face(number), true))
            .await;
        assert!(matches!(refused, Err(Refusal::TooMany(_))), "{name}");
    }
    world
        .done("kari", chat, world.reacting(id, &face(0), true))
        .await;
}

/// The tombstone is all that is told; the reactions are gone with the words.
pub async fn a_deleted_message_has_no_reactions(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let (id, _) = world.send("ola", chat, "hei").await;
    world
        .done("kari", chat, world.reacting(id, "👍", true))
        .await;
    let held = cursor(&world.fresh("kari", chat).await);
    world.done("ola", chat, world.deleting(id)).await;
    assert!(world.page("kari", chat).await.reactions.is_empty());
    let sync = world
        .sync("kari", chat, Some(held), 10)
        .await
        .expect("a member reads")
        .sync;
    assert!(sync.rows.reactions.is_empty() && sync.rows.messages[0].deleted_at.is_some());
}

/// Beyond the bound a page has one's own row and the counts, also for those who did not react.
pub async fn a_popular_message_lists_ones_own(world: World) {
    let names: Vec<String> = (0..=Reaction::MAX_LISTED)
        .map(|number| format!("u{number}"))
        .collect();
    let people: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), Role::Student))
        .collect();
    let chat = world.chat("kari", &people).await;
    let (id, place) = world.send("kari", chat, "hei").await;
    for name in &names {
        let op = Op::React {
            op_id: world.op_id(),
            message_id: id,
            emoji: emoji("👍"),
            on: true,
        };
        world.done(name, chat, op).await;
    }
    let count = u32::try_from(names.len()).expect("small");
    let own = world.page("u7", chat).await.reactions;
    assert_eq!(
        (own.len(), &own[0].user_id, mine(&own[0])),
        (1, &user("u7"), vec!["👍"])
    );
    let other = world.page("kari", chat).await.reactions;
    assert_eq!(
        (other.len(), other[0].seq, mine(&other[0])),
        (1, place, vec![])
    );
    assert_eq!(
        (counts(&own[0]), counts(&other[0])),
        (vec![("👍", count)], vec![("👍", count)])
    );
}
