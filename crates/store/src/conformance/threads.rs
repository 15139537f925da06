//! Answers and threads.

use samtale_model::{Body, MessageId, Op, Role};

use super::World;
use super::world::user;
use crate::api::{ReadError, Refusal};

fn say(
    world: &World,
    text: &str,
    reply_to: Option<MessageId>,
    thread_root: Option<MessageId>,
) -> Op {
    Op::Send {
        id: world.message_id(),
        content: Body::from_stored(text.into()),
        reply_to,
        thread_root,
    }
}

/// The root and the message come in one envelope; the thread is paged on its own.
pub async fn a_message_in_a_thread_counts_on_its_root(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let (root, place) = world.send("kari", chat, "rot").await;
    for number in 1..=5_u32 {
        world.send("kari", chat, "utenfor").await;
        let done = world
            .done(
                "ola",
                chat,
                say(&world, &number.to_string(), None, Some(root)),
            )
            .await;
        let [first, second] = done.value.messages.as_slice() else {
            panic!("the root and the message")
        };
        assert_eq!(
            (first.id, first.thread_count, first.seq, first.created_seq),
            (root, number, done.seq, place)
        );
        assert_eq!(
            (second.thread_root, second.seq, second.created_seq),
            (Some(root), done.seq, done.seq)
        );
        let told = world.sink.chat(chat);
        assert_eq!(told.last().expect("it was told").envelope.rows, done.value);
    }
    let page = world
        .store
        .thread(&user("kari"), root, None, 3)
        .await
        .expect("a member reads");
    let words = |page: &samtale_model::Page| -> Vec<String> {
        page.messages
            .iter()
            .map(|message| message.content.as_str().to_owned())
            .collect()
    };
    assert_eq!(
        (words(&page), page.has_more),
        (vec!["3".into(), "4".into(), "5".into()], true)
    );
    assert_eq!((page.quoted[0].id, page.quoted[0].thread_count), (root, 5));
    let before = Some(page.messages[0].created_seq);
    let page = world
        .store
        .thread(&user("kari"), root, before, 3)
        .await
        .expect("a member reads");
    assert_eq!(
        (words(&page), page.has_more),
        (vec!["1".into(), "2".into()], false)
    );
}

/// Who answers within a thread stays in it.
pub async fn a_thread_of_a_thread_is_the_thread(world: World) {
    let chat = world.chat("kari", &[]).await;
    let (root, _) = world.send("kari", chat, "rot").await;
    let first = world
        .done("kari", chat, say(&world, "gren", None, Some(root)))
        .await
        .value
        .messages[1]
        .id;
    let op = say(&world, "kvist", None, Some(first));
    let done = world.done("kari", chat, op.clone()).await;
    assert_eq!(
        (
            done.value.messages[0].id,
            done.value.messages[0].thread_count
        ),
        (root, 2)
    );
    assert_eq!(done.value.messages[1].thread_root, Some(root));
    assert!(
        world.done("kari", chat, op).await.repeat,
        "a repeat names the root that was asked for"
    );
}

/// Only a message of the same chat that its sender sees can be answered or be a root.
pub async fn a_quote_must_be_visible(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let other = world.chat("kari", &[]).await;
    let (before, _) = world.send("kari", chat, "før").await;
    let (elsewhere, _) = world.send("kari", other, "andre steder").await;
    world
        .done("kari", chat, world.adding("per", Role::Student))
        .await;
    for target in [before, elsewhere, world.message_id()] {
        for (reply, root) in [(Some(target), None), (None, Some(target))] {
            assert_eq!(
                world
                    .apply("per", chat, say(&world, "?", reply, root))
                    .await,
                Err(Refusal::NotFound)
            );
        }
    }
    // Who sees it answers it; who does not gets the answer alone.
    let done = world
        .done("ola", chat, say(&world, "svar", Some(before), None))
        .await;
    assert_eq!(done.value.quoted[0].content.as_str(), "før");
    assert_eq!(world.page("ola", chat).await.messages.len(), 2);
    let page = world.page("per", chat).await;
    assert_eq!(
        (
            page.messages.len(),
            page.quoted.len(),
            page.messages[0].reply_to
        ),
        (1, 0, Some(before))
    );
    assert!(world.fresh("per", chat).await.rows.quoted.is_empty());
    assert!(matches!(
        world.store.thread(&user("per"), before, None, 9).await,
        Err(ReadError::NotFound)
    ));
}

/// A quote is the message as it is, where it is not on the page itself.
pub async fn quotes_come_in_their_present_state(world: World) {
    let chat = world.chat("kari", &[]).await;
    let (asked, _) = world.send("kari", chat, "spørsmål").await;
    world.send("kari", chat, "imellom").await;
    world
        .done("kari", chat, say(&world, "svar", Some(asked), None))
        .await;
    world
        .done("kari", chat, world.editing(asked, "endret spørsmål"))
        .await;
    let page = world
        .store
        .page(&user("kari"), chat, None, 2)
        .await
        .expect("a member reads");
    assert_eq!(
        (page.messages.len(), page.quoted[0].content.as_str()),
        (2, "endret spørsmål")
    );
    assert!(
        world.page("kari", chat).await.quoted.is_empty(),
        "it is on the page"
    );
    world.done("kari", chat, world.deleting(asked)).await;
    let page = world
        .store
        .page(&user("kari"), chat, None, 2)
        .await
        .expect("a member reads");
    assert!(page.quoted[0].deleted_at.is_some() && page.quoted[0].content.as_str().is_empty());
}
