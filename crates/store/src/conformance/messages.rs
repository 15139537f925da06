//! Sending, editing, deleting, and paging back.

use samtale_model::{Body, MessageId, Op, Role, Seq, UnixMillis};

use super::World;
use super::world::user;
use crate::api::{ReadError, Refusal};

const OTHERS: &[(&str, Role)] = &[("ola", Role::Student), ("per", Role::Observer)];

/// A send's answer, its envelope, a sync and a page all have the same row.
pub async fn a_send_is_answered_told_and_read_alike(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let done = world.done("ola", chat, world.sending("Hei på deg")).await;
    assert_eq!((done.seq, done.repeat), (Seq(2), false));
    let message = done.value.messages[0].clone();
    assert_eq!(
        (message.sender_id.as_str(), message.content.as_str()),
        ("ola", "Hei på deg")
    );
    assert_eq!(
        (message.seq, message.created_seq, message.chat_id),
        (Seq(2), Seq(2), chat)
    );
    let told = world.sink.chat(chat);
    let last = told.last().expect("the send was told");
    assert_eq!(
        (last.envelope.seq, last.actor.as_ref(), last.members),
        (Seq(2), Some(&user("ola")), 3)
    );
    assert_eq!(last.envelope.rows.messages, std::slice::from_ref(&message));
    assert_eq!(
        world.fresh("kari", chat).await.rows.messages,
        std::slice::from_ref(&message)
    );
    assert_eq!(
        world.page("per", chat).await.messages,
        std::slice::from_ref(&message)
    );
    assert_eq!(
        world
            .store
            .message(&user("kari"), message.id)
            .await
            .expect("it is there"),
        message
    );
}

/// The first answer comes again, with the row as it is by then, and nobody is told twice.
pub async fn a_repeated_send_gets_its_first_answer(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let op = world.sending("først");
    let first = world.done("ola", chat, op.clone()).await;
    let id = MessageId(op.id().0);
    world.done("ola", chat, world.editing(id, "så")).await;
    let told = world.sink.chat(chat).len();
    let again = world.done("ola", chat, op).await;
    assert_eq!((again.seq, again.repeat), (first.seq, true));
    assert_eq!(again.value.messages[0].content.as_str(), "så");
    assert_eq!(again.value.messages[0].seq, Seq(3));
    assert_eq!(world.sink.chat(chat).len(), told);
    assert_eq!(world.fresh("ola", chat).await.head, Seq(3));
}

/// The same id with other words, from someone else, in another chat or for another op is a conflict.
pub async fn an_id_is_never_taken_twice(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let other = world.chat("kari", OTHERS).await;
    let op = world.sending("først");
    let Op::Send { id, .. } = op.clone() else {
        unreachable!("it is a send")
    };
    world.done("ola", chat, op.clone()).await;
    let with = |content: &str, reply_to, thread_root| Op::Send {
        id,
        content: Body::from_stored(content.into()),
        reply_to,
        thread_root,
    };
    for (actor, chat, op) in [
        ("ola", chat, with("annet", None, None)),
        ("ola", chat, with("først", Some(id), None)),
        ("ola", chat, with("først", None, Some(id))),
        ("kari", chat, op.clone()),
        ("ola", other, op.clone()),
    ] {
        assert_eq!(
            world.apply(actor, chat, op.clone()).await,
            Err(Refusal::IdConflict),
            "{actor} {op:?}"
        );
    }
    let edit = world.editing(id, "så");
    let Op::Edit { op_id, .. } = edit.clone() else {
        unreachable!("it is an edit")
    };
    let first = world.done("ola", chat, edit.clone()).await;
    let again = world.done("ola", chat, edit).await;
    assert_eq!((again.seq, again.repeat), (first.seq, true));
    for op in [
        Op::Edit {
            op_id,
            message_id: id,
            content: Body::from_stored("annet".into()),
        },
        Op::Delete {
            op_id,
            message_id: id,
        },
    ] {
        assert_eq!(world.apply("ola", chat, op).await, Err(Refusal::IdConflict));
    }
    assert_eq!(world.words("kari", chat).await, ["så"]);
}

/// Blank and over-long content is refused, for sends and edits.
pub async fn content_has_its_bounds(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let (id, _) = world.send("ola", chat, &"😀".repeat(Body::MAX_CHARS)).await;
    for (text, refusal) in [
        (String::new(), Refusal::ContentEmpty),
        (" \n\u{a0}".into(), Refusal::ContentEmpty),
        ("a".repeat(Body::MAX_CHARS + 1), Refusal::ContentTooLong),
    ] {
        assert_eq!(
            world.apply("ola", chat, world.sending(&text)).await,
            Err(refusal)
        );
        assert_eq!(
            world.apply("ola", chat, world.editing(id, &text)).await,
            Err(refusal)
        );
    }
    assert_eq!(
        world.fresh("ola", chat).await.head,
        Seq(2),
        "a refused op takes no seq"
    );
}

/// Whatever Unicode was sent comes back, byte for byte.
pub async fn content_is_kept_byte_for_byte(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let texts = [
        " e\u{301} \u{e9}\r\n\0",
        "\u{202e}abc\u{202c}",
        "👨‍👩‍👧‍👦",
        "'; DROP TABLE messages; --",
        "\u{feff}x",
    ];
    for text in texts {
        world.send("ola", chat, text).await;
    }
    assert_eq!(world.words("kari", chat).await, texts);
}

/// The earlier wordings come in order, each with when the message had it.
pub async fn an_edit_keeps_what_was_said_before(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let start = world.env.now();
    let (id, created) = world.send("ola", chat, "en").await;
    world.env.pass(1_000);
    world.done("ola", chat, world.editing(id, "to")).await;
    world.env.pass(1_000);
    let done = world.done("ola", chat, world.editing(id, "tre")).await;
    let message = &done.value.messages[0];
    assert_eq!(
        (message.content.as_str(), message.created_seq, message.seq),
        ("tre", created, Seq(4))
    );
    assert_eq!(
        (message.created_at, message.edited_at),
        (start, Some(start.plus(2_000)))
    );
    let edits = world
        .store
        .edits(&user("kari"), id)
        .await
        .expect("a member reads");
    let edits: Vec<_> = edits
        .iter()
        .map(|edit| (edit.content.as_str(), edit.at))
        .collect();
    assert_eq!(edits, [("en", start), ("to", start.plus(1_000))]);
}

/// Nobody edits what another said, whatever they are; and nobody learns of a message of another chat.
pub async fn only_ones_own_is_edited(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let other = world.chat("kari", &[]).await;
    let (id, _) = world.send("ola", chat, "mitt").await;
    assert_eq!(
        world.apply("kari", chat, world.editing(id, "ditt")).await,
        Err(Refusal::Forbidden)
    );
    assert_eq!(
        world.apply("kari", other, world.editing(id, "ditt")).await,
        Err(Refusal::NotFound)
    );
    assert_eq!(
        world
            .apply("kari", chat, world.editing(world.message_id(), "x"))
            .await,
        Err(Refusal::NotFound)
    );
}

/// Words and history are gone; what is left is a tombstone, to which nothing more can be done.
pub async fn a_delete_leaves_a_tombstone(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let (id, created) = world.send("ola", chat, "angrer").await;
    world
        .done("ola", chat, world.editing(id, "angrer mer"))
        .await;
    world.env.pass(5);
    let op = world.deleting(id);
    let done = world.done("ola", chat, op.clone()).await;
    let tomb = &done.value.messages[0];
    assert_eq!(
        (tomb.content.as_str(), tomb.deleted_at),
        ("", Some(world.env.now()))
    );
    assert_eq!((tomb.created_seq, tomb.seq), (created, Seq(4)));
    assert!(
        world
            .store
            .edits(&user("ola"), id)
            .await
            .expect("a member reads")
            .is_empty()
    );
    assert!(world.done("ola", chat, op).await.repeat);
    for op in [
        world.deleting(id),
        world.editing(id, "x"),
        world.reacting(id, "👍", true),
    ] {
        assert_eq!(world.apply("ola", chat, op).await, Err(Refusal::Deleted));
    }
    assert_eq!(world.words("kari", chat).await, [""]);
}

/// One's own always, others' only those who moderate.
pub async fn who_may_delete_what(world: World) {
    let people = [
        ("tone", Role::Tutor),
        ("ola", Role::Student),
        ("gro", Role::Guardian),
        ("per", Role::Observer),
    ];
    let chat = world.chat("kari", &people).await;
    for (actor, expected) in [
        ("kari", Ok(())),
        ("tone", Ok(())),
        ("gro", Err(Refusal::Forbidden)),
        ("per", Err(Refusal::Forbidden)),
        ("ola", Ok(())),
    ] {
        let (id, _) = world.send("ola", chat, "mitt").await;
        assert_eq!(
            world.apply(actor, chat, world.deleting(id)).await.map(drop),
            expected,
            "{actor}"
        );
    }
}

/// What stands before a refusal is done, what stands after it is not tried.
pub async fn ops_stop_at_the_first_refusal(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let ops = vec![world.sending("en"), world.sending(" "), world.sending("to")];
    let applied = world
        .store
        .apply(&user("ola"), chat, ops)
        .await
        .expect("the ops are tried");
    assert_eq!(applied.results.len(), 2);
    assert_eq!(applied.results[0].as_ref().map(|done| done.seq), Ok(Seq(2)));
    assert_eq!(applied.results[1], Err(Refusal::ContentEmpty));
    assert_eq!(world.words("kari", chat).await, ["en"]);
}

/// Page by page, everything comes once, in order, and the last page says so.
pub async fn pages_lead_back_to_the_beginning(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let mut said = Vec::new();
    for number in 0..23 {
        said.push(number.to_string());
        world.send("ola", chat, &said[number]).await;
        if number % 3 == 0 {
            world
                .done(
                    "kari",
                    chat,
                    world.adding(&format!("x{number}"), Role::Observer),
                )
                .await;
        }
    }
    let (mut before, mut read) = (None, Vec::new());
    loop {
        let page = world
            .store
            .page(&user("kari"), chat, before, 5)
            .await
            .expect("a member reads");
        let mut words: Vec<String> = page
            .messages
            .iter()
            .map(|m| m.content.as_str().to_owned())
            .collect();
        words.append(&mut read);
        read = words;
        before = page.messages.first().map(|first| first.created_seq);
        if !page.has_more {
            break;
        }
        assert_eq!(page.messages.len(), 5);
    }
    assert_eq!(read, said);
    let nothing = world
        .store
        .page(&user("kari"), chat, Some(Seq(1)), 5)
        .await
        .expect("a member reads");
    assert!(nothing.messages.is_empty() && !nothing.has_more);
    let refused = world.store.page(&user("nils"), chat, None, 5).await;
    assert!(matches!(refused, Err(ReadError::NotParticipant)));
}

/// Times within a chat never go back, so that order by time is order by seq.
pub async fn a_clock_that_goes_back_does_not_reorder_a_chat(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    world.send("ola", chat, "en").await;
    let before = world.env.now();
    world.env.set(UnixMillis(before.0 - 60_000));
    world.send("ola", chat, "to").await;
    let times: Vec<_> = world
        .page("kari", chat)
        .await
        .messages
        .iter()
        .map(|message| message.created_at)
        .collect();
    assert_eq!(times, [before, before]);
}

/// Concurrent senders get one gapless order, the same in the envelopes and in the pages.
pub async fn many_senders_at_once_get_one_order(world: World) {
    let chat = world.chat("kari", OTHERS).await;
    let sends = (0..60).map(|number| {
        let actor = if number % 2 == 0 { "kari" } else { "ola" };
        let op = world.sending(&number.to_string());
        let world = &world;
        async move { world.done(actor, chat, op).await.seq }
    });
    let mut seqs = futures_util::future::join_all(sends).await;
    seqs.sort_unstable();
    assert_eq!(seqs, (2..62).map(Seq).collect::<Vec<_>>());
    let told: Vec<_> = world
        .sink
        .chat(chat)
        .iter()
        .map(|commit| commit.envelope.seq)
        .collect();
    assert_eq!(told, (1..62).map(Seq).collect::<Vec<_>>());
    let told: Vec<_> = world
        .sink
        .chat(chat)
        .iter()
        .flat_map(|commit| commit.envelope.rows.messages.clone())
        .collect();
    assert_eq!(world.page("ola", chat).await.messages, told);
}
