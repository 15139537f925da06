//! Searching: the words' rules are tested where they live; here it is who finds what, and when.

use samtale_model::{MessageId, Role};

use super::World;
use super::world::user;
use crate::api::{ReadError, SearchQuery};

/// By another form, a part of a compound and a beginning; all words must match.
pub async fn words_are_found_in_their_forms(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    for text in [
        "Har du lest bøkene?",
        "Vi har matteprøve på fredag",
        "Jeg leser boka",
    ] {
        world.send("ola", chat, text).await;
    }
    for (words, found) in [
        ("boka", vec!["Jeg leser boka", "Har du lest bøkene?"]),
        ("prøve", vec!["Vi har matteprøve på fredag"]),
        ("fre", vec!["Vi har matteprøve på fredag"]),
        ("fredag prøve", vec!["Vi har matteprøve på fredag"]),
        ("fredag boka", vec![]),
        ("ukjent", vec![]),
    ] {
        assert_eq!(world.found("kari", words, None).await, found, "{words}");
        assert_eq!(
            world.found("kari", words, Some(chat)).await,
            found,
            "{words}"
        );
    }
}

/// Whatever the index has by then, a search finds what is said now, and nothing that was taken back.
pub async fn edits_and_deletes_are_found_at_once(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let (edited, _) = world.send("ola", chat, "eple og banan").await;
    let (deleted, _) = world.send("ola", chat, "eple og drue").await;
    // Enough for an index that lags to have come this far.
    let mut last = MessageId::from_bytes([0; 16]);
    for number in 0..150 {
        last = world
            .send("ola", chat, &format!("fyll nummer {number}"))
            .await
            .0;
    }
    assert_eq!(
        world.found("kari", "eple", None).await,
        ["eple og drue", "eple og banan"]
    );
    world
        .done("ola", chat, world.editing(edited, "pære og banan"))
        .await;
    world.done("ola", chat, world.deleting(deleted)).await;
    world
        .done("ola", chat, world.editing(last, "et siste eple"))
        .await;
    assert_eq!(world.found("kari", "eple", None).await, ["et siste eple"]);
    assert_eq!(world.found("kari", "pære", None).await, ["pære og banan"]);
    world
        .done("ola", chat, world.editing(edited, "eple igjen"))
        .await;
    for number in 0..150 {
        world.send("ola", chat, &format!("mer fyll {number}")).await;
    }
    assert_eq!(
        world.found("kari", "eple", None).await,
        ["et siste eple", "eple igjen"]
    );
    assert!(world.found("kari", "pære", None).await.is_empty());
    assert_eq!(world.found("kari", "fyll", None).await.len(), 50);
}

/// Everybody finds what they may see, in their own chats.
pub async fn only_what_is_visible_is_found(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let other = world.chat("kari", &[]).await;
    world.send("kari", chat, "eksamen før").await;
    world.send("kari", other, "eksamen andre steder").await;
    world
        .done("kari", chat, world.adding("per", Role::Student))
        .await;
    world.send("kari", chat, "eksamen etter").await;
    assert_eq!(world.found("per", "eksamen", None).await, ["eksamen etter"]);
    assert_eq!(
        world.found("ola", "eksamen", None).await,
        ["eksamen etter", "eksamen før"]
    );
    assert_eq!(world.found("kari", "eksamen", None).await.len(), 3);
    assert!(world.found("nils", "eksamen", None).await.is_empty());
    let foreign = SearchQuery {
        words: "eksamen".into(),
        chat: Some(other),
        after: None,
        limit: 5,
    };
    assert!(matches!(
        world.store.search(&user("ola"), foreign).await,
        Err(ReadError::NotParticipant)
    ));
}

/// Across chats, newest first, each hit on one page.
pub async fn hits_come_newest_first_in_pages(world: World) {
    let mut chats = Vec::new();
    for _ in 0..3 {
        chats.push(world.chat("kari", &[]).await);
    }
    let mut said = Vec::new();
    for number in 0..40 {
        // Several in the same millisecond, too.
        if number % 3 == 0 {
            world.env.pass(1);
        }
        let text = format!("funn {number}");
        world.send("kari", chats[number * 7 % 3], &text).await;
        world.send("kari", chats[number % 3], "noe annet").await;
        said.push(text);
    }
    let (mut after, mut found) = (None, Vec::new());
    loop {
        let query = SearchQuery {
            words: "funn".into(),
            chat: None,
            after,
            limit: 7,
        };
        let page = world
            .store
            .search(&user("kari"), query)
            .await
            .expect("a search is answered");
        found.extend(page.hits.into_iter().map(|hit| hit.message));
        after = page.next;
        if after.is_none() {
            break;
        }
        assert_eq!(found.len() % 7, 0);
    }
    assert!(
        found
            .windows(2)
            .all(|pair| pair[0].created_at >= pair[1].created_at)
    );
    let mut words: Vec<_> = found
        .iter()
        .map(|message| message.content.as_str().to_owned())
        .collect();
    words.sort_unstable();
    said.sort_unstable();
    assert_eq!(words, said);
}

/// No word, too many words, or a page that is none.
pub async fn a_bad_query_says_why(world: World) {
    world.chat("kari", &[]).await;
    for (words, after) in [
        ("", None),
        ("🎉 …", None),
        ("a b c d e f g h i", None),
        ("hei", Some("x".to_owned())),
    ] {
        let query = SearchQuery {
            words: words.into(),
            chat: None,
            after,
            limit: 5,
        };
        assert!(
            matches!(
                world.store.search(&user("kari"), query).await,
                Err(ReadError::BadQuery(_))
            ),
            "{words}"
        );
    }
}

/// As JavaScript counts.
pub async fn highlights_are_in_utf16(world: World) {
    let chat = world.chat("kari", &[]).await;
    world.send("kari", chat, "😀 bøker og bøker").await;
    let query = SearchQuery {
        words: "bok".into(),
        chat: Some(chat),
        after: None,
        limit: 5,
    };
    let page = world
        .store
        .search(&user("kari"), query)
        .await
        .expect("a search is answered");
    assert_eq!(page.hits[0].highlights, [(3, 8), (12, 17)]);
}
