//! Making chats, and the list of them.

use samtale_model::{Body, ChatSummary, Op, Role, Seq, Title};

use super::World;
use super::world::user;
use crate::api::limits::MAX_AT_ONCE;
use crate::api::{ChatsQuery, MembershipChange, NewParticipant, ReadError, Refusal, WriteError};

/// The same request makes one chat, with everyone in it by the first commit.
pub async fn a_chat_is_made_once(world: World) {
    let chat = world.new_chat(&[("ola", Role::Student), ("ola", Role::Tutor)]);
    let done = world
        .store
        .create_chat(&user("kari"), chat.clone())
        .await
        .expect("a chat is made");
    assert_eq!(
        (done.seq, done.repeat, done.value.head),
        (Seq(1), false, Seq(1))
    );
    assert_eq!(
        (done.value.role, done.value.members, done.value.unread),
        (Role::Owner, 2, 0)
    );
    let roles: Vec<_> = done
        .value
        .participants
        .iter()
        .map(|p| (p.user_id.as_str(), p.role, p.seq))
        .collect();
    assert_eq!(
        roles,
        [
            ("kari", Role::Owner, Seq(1)),
            ("ola", Role::Student, Seq(1))
        ]
    );
    let told = world.sink.chat(chat.id);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].envelope.rows.participants.len(), 2);
    assert_eq!(
        told[0].membership,
        [
            MembershipChange::Joined(user("kari")),
            MembershipChange::Joined(user("ola"))
        ]
    );
    let again = world
        .store
        .create_chat(&user("kari"), chat.clone())
        .await
        .expect("a repeat is answered");
    assert_eq!((again.repeat, again.value), (true, done.value));
    assert_eq!(world.sink.chat(chat.id).len(), 1);
}

/// A chat's id with other contents, or by someone else, is a conflict.
pub async fn a_chat_id_is_not_taken_over(world: World) {
    let chat = world.new_chat(&[("ola", Role::Student)]);
    world
        .store
        .create_chat(&user("kari"), chat.clone())
        .await
        .expect("a chat is made");
    let mut other = chat.clone();
    other.participants[0].role = Role::Tutor;
    for (actor, chat) in [("kari", other), ("ola", chat.clone()), ("nils", chat)] {
        let refused = world.store.create_chat(&user(actor), chat).await;
        assert!(
            matches!(refused, Err(WriteError::Refused(Refusal::IdConflict))),
            "{actor}"
        );
    }
}

/// One more than the bound is one too many.
pub async fn a_chat_starts_with_a_bounded_number_of_people(world: World) {
    let mut chat = world.new_chat(&[]);
    chat.participants = (1..MAX_AT_ONCE)
        .map(|number| NewParticipant {
            user: user(&format!("u{number}")),
            role: Role::Student,
        })
        .collect();
    let mut more = chat.clone();
    more.id = world.chat_id();
    more.participants.push(NewParticipant {
        user: user("en til"),
        role: Role::Student,
    });
    let refused = world.store.create_chat(&user("kari"), more).await;
    assert!(matches!(
        refused,
        Err(WriteError::Refused(Refusal::TooMany(_)))
    ));
    let done = world
        .store
        .create_chat(&user("kari"), chat)
        .await
        .expect("a chat is made");
    assert_eq!(done.value.members, 200);
    assert_eq!(done.value.participants.len(), ChatSummary::MAX_PARTICIPANTS);
}

/// The most recently active chat comes first; pages have each chat once.
pub async fn the_list_is_sorted_by_activity_and_paged(world: World) {
    let mut chats = Vec::new();
    for _ in 0..5 {
        world.env.pass(10);
        chats.push(world.chat("kari", &[("ola", Role::Student)]).await);
    }
    world.env.pass(10);
    world.send("ola", chats[1], "hei").await;
    world.env.pass(10);
    world
        .done("kari", chats[0], world.adding("per", Role::Student))
        .await;
    let (mut after, mut listed) = (None, Vec::new());
    loop {
        let query = ChatsQuery::List { after, limit: 2 };
        let page = world
            .store
            .chats(&user("kari"), query)
            .await
            .expect("the list is read");
        listed.extend(page.chats.iter().map(|summary| summary.chat.id));
        after = listed.last().copied();
        if !page.more {
            break;
        }
    }
    assert_eq!(
        listed,
        [chats[1], chats[4], chats[3], chats[2], chats[0]],
        "adding people is no activity"
    );
    let mine = world
        .store
        .chats(
            &user("per"),
            ChatsQuery::List {
                after: None,
                limit: 9,
            },
        )
        .await
        .expect("a list");
    assert_eq!(
        mine.chats
            .iter()
            .map(|summary| summary.chat.id)
            .collect::<Vec<_>>(),
        [chats[0]]
    );
    let foreign = ChatsQuery::List {
        after: Some(chats[1]),
        limit: 9,
    };
    assert!(matches!(
        world.store.chats(&user("per"), foreign).await,
        Err(ReadError::BadQuery(_))
    ));
}

/// Own, read and deleted messages don't count; beyond the bound counting stops.
pub async fn unread_counts_others_messages_up_to_a_bound(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    world.send("kari", chat, "mitt").await;
    let (deleted, _) = world.send("ola", chat, "angret").await;
    let (_, read) = world.send("ola", chat, "lest").await;
    world.send("ola", chat, "ulest").await;
    world.done("ola", chat, world.deleting(deleted)).await;
    assert_eq!(world.summary("kari", chat).await.unread, 2);
    world
        .store
        .raise_receipt(&user("kari"), chat, read, read)
        .await
        .expect("a receipt")
        .expect("it moved");
    let summary = world.summary("kari", chat).await;
    assert_eq!((summary.unread, summary.read), (1, read));
    assert_eq!(world.summary("ola", chat).await.unread, 1);
    let ops: Vec<Op> = (0..150).map(|_| world.sending("hei")).collect();
    world
        .store
        .apply(&user("ola"), chat, ops)
        .await
        .expect("they are sent");
    assert_eq!(
        world.summary("kari", chat).await.unread,
        ChatSummary::MAX_UNREAD
    );
}

/// Someone who came later is shown no earlier message, not even in the list.
pub async fn the_last_message_is_the_newest_visible(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    world.send("ola", chat, "før").await;
    world
        .done("kari", chat, world.adding("per", Role::Student))
        .await;
    let summary = world.summary("per", chat).await;
    assert_eq!((summary.last_message, summary.unread), (None, 0));
    world.send("ola", chat, "etter").await;
    let last = world
        .summary("per", chat)
        .await
        .last_message
        .expect("a message that per sees");
    assert_eq!(last.content, Body::from_stored("etter".into()));
}

/// For everyone else a chat and a chat that does not exist are the same.
pub async fn nobody_else_learns_of_a_chat(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let (message, _) = world.send("ola", chat, "hemmelig").await;
    world.sign_in("nils", None).await;
    let nils = user("nils");
    for id in [chat, world.chat_id()] {
        let write = world.apply("nils", id, world.sending("hei")).await;
        assert_eq!(write, Err(Refusal::NotParticipant));
        assert_eq!(
            world
                .apply("nils", id, world.adding("nils", Role::Owner))
                .await,
            Err(Refusal::NotParticipant)
        );
        let receipt = world.store.raise_receipt(&nils, id, Seq(1), Seq(1)).await;
        assert!(matches!(
            receipt,
            Err(WriteError::Refused(Refusal::NotParticipant))
        ));
        assert!(matches!(
            world.sync("nils", id, None, 10).await,
            Err(ReadError::NotParticipant)
        ));
        assert!(matches!(
            world.store.page(&nils, id, None, 10).await,
            Err(ReadError::NotParticipant)
        ));
        assert!(matches!(
            world.store.participants(&nils, id, None, 10).await,
            Err(ReadError::NotParticipant)
        ));
        assert!(matches!(
            world.store.receipts(&nils, id).await,
            Err(ReadError::NotParticipant)
        ));
        let list = world
            .store
            .chats(&nils, ChatsQuery::Ids(vec![id]))
            .await
            .expect("a list");
        assert!(list.chats.is_empty());
    }
    for id in [message, world.message_id()] {
        assert!(matches!(
            world.store.message(&nils, id).await,
            Err(ReadError::NotFound)
        ));
        assert!(matches!(
            world.store.edits(&nils, id).await,
            Err(ReadError::NotFound)
        ));
        assert!(matches!(
            world.store.thread(&nils, id, None, 10).await,
            Err(ReadError::NotFound)
        ));
    }
}

/// A title is a row of the chat; the same title again takes no seq.
pub async fn a_title_changes_in_a_commit(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let title = |text: &str| Some(Title::try_from(text.to_owned()).expect("a title"));
    let op = Op::UpdateChat {
        op_id: world.op_id(),
        title: title("Matte 1T"),
        history: None,
    };
    assert_eq!(
        world.apply("ola", chat, op.clone()).await,
        Err(Refusal::Forbidden)
    );
    let done = world.done("kari", chat, op.clone()).await;
    let row = done.value.chat.expect("the chat changed");
    assert_eq!(
        (row.title, row.seq, done.seq),
        (title("Matte 1T"), Seq(2), Seq(2))
    );
    assert!(world.done("kari", chat, op).await.repeat);
    let same = Op::UpdateChat {
        op_id: world.op_id(),
        title: title("Matte 1T"),
        history: None,
    };
    assert_eq!(world.done("kari", chat, same).await.seq, Seq(2));
    assert_eq!(world.sink.chat(chat).len(), 2);
    assert_eq!(
        world
            .fresh("ola", chat)
            .await
            .rows
            .chat
            .expect("the chat")
            .title,
        title("Matte 1T")
    );
}
