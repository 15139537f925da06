//! What only one user sees.

use samtale_model::{Cursor, Private, PrivateKey, PrivateRow, Role, Seq};
use serde_json::{Value, json};

use super::World;
use super::world::user;
use crate::api::limits::{MAX_PRIVATE_ROWS, MAX_REMOVED_PRIVATE_ROWS};
use crate::api::{Commit, PrivateWrite, Refusal, WriteError};

fn key(text: &str) -> PrivateKey {
    text.parse().expect("a private key")
}

async fn put(world: &World, name: &str, text: &str, value: Value) -> Result<PrivateRow, Refusal> {
    let write = PrivateWrite {
        op_id: world.op_id(),
        key: key(text),
        value,
    };
    match world.store.put_private(&user(name), write).await {
        Ok(row) => Ok(row),
        Err(WriteError::Refused(refusal)) => Err(refusal),
        Err(WriteError::Store(error)) => panic!("{error}"),
    }
}

async fn read(world: &World, name: &str, since: Option<&Private>) -> Private {
    let cursor = since.map(|read| Cursor {
        epoch: read.epoch.clone(),
        seq: read.up_to,
    });
    world
        .store
        .private(&user(name), cursor)
        .await
        .expect("one's own state is read")
}

fn values(read: &Private) -> Vec<(String, Value)> {
    read.rows
        .iter()
        .map(|row| (row.key.to_string(), row.value.clone()))
        .collect()
}

/// A row comes back by itself, with the changes and with everything; nobody else has it.
pub async fn a_private_row_is_read_back(world: World) {
    world.sign_in("kari", None).await;
    world.sign_in("ola", None).await;
    let start = read(&world, "kari", None).await;
    assert!(start.reset && start.rows.is_empty());
    let row = put(&world, "kari", "setting:theme", json!({"dark": true}))
        .await
        .expect("it fits");
    assert_eq!((row.seq, &row.value), (Seq(1), &json!({"dark": true})));
    let changes = read(&world, "kari", Some(&start)).await;
    assert_eq!(
        (changes.reset, changes.up_to, &changes.rows),
        (false, Seq(1), &vec![row.clone()])
    );
    assert_eq!(
        read(&world, "kari", None).await.rows,
        std::slice::from_ref(&row)
    );
    assert_eq!(
        world
            .store
            .private_row(&user("kari"), row.key.clone())
            .await
            .expect("a row"),
        row
    );
    assert_eq!(
        world
            .store
            .private_row(&user("ola"), row.key.clone())
            .await
            .expect("no row")
            .value,
        Value::Null
    );
    assert!(read(&world, "ola", None).await.rows.is_empty());
    let told = world.sink.all().into_iter();
    let told: Vec<_> = told
        .filter(|commit| !matches!(commit, Commit::User(_)))
        .collect();
    let [Commit::Private(commit)] = told.as_slice() else {
        panic!("one private commit, not {told:?}")
    };
    assert_eq!(
        (commit.user.as_str(), commit.seq, &commit.rows),
        ("kari", Seq(1), &vec![row])
    );
}

/// A repeat changes nothing, also after a later write; other contents under the same id are a conflict.
pub async fn a_private_op_counts_once(world: World) {
    world.sign_in("kari", None).await;
    let write = PrivateWrite {
        op_id: world.op_id(),
        key: key("setting:a"),
        value: json!(1),
    };
    world
        .store
        .put_private(&user("kari"), write.clone())
        .await
        .expect("it fits");
    put(&world, "kari", "setting:a", json!(2))
        .await
        .expect("it fits");
    let again = world
        .store
        .put_private(&user("kari"), write.clone())
        .await
        .expect("a repeat is answered");
    assert_eq!((again.seq, again.value), (Seq(2), json!(2)));
    let other = PrivateWrite {
        value: json!(3),
        ..write
    };
    let refused = world.store.put_private(&user("kari"), other).await;
    assert!(matches!(
        refused,
        Err(WriteError::Refused(Refusal::IdConflict))
    ));
    let same = put(&world, "kari", "setting:a", json!(2))
        .await
        .expect("it fits");
    assert_eq!(same.seq, Seq(2), "the same value again takes no seq");
}

/// What does not fit its key is refused, and so is what the store writes itself.
pub async fn values_must_fit(world: World) {
    let chat = world.chat("kari", &[]).await;
    for (text, value, refusal) in [
        (format!("draft:{chat}"), json!(1), Refusal::BadValue),
        (format!("mute:{chat}"), json!("x"), Refusal::BadValue),
        ("block:ola".into(), json!(false), Refusal::BadValue),
        (
            "setting:a".into(),
            json!("x".repeat(5_000)),
            Refusal::BadValue,
        ),
        (
            format!("chat:{chat}"),
            json!({"role": "owner", "active": true}),
            Refusal::Forbidden,
        ),
    ] {
        assert_eq!(
            put(&world, "kari", &text, value).await.map(drop),
            Err(refusal),
            "{text}"
        );
    }
    assert_eq!(
        put(&world, "ukjent", "setting:a", json!(1)).await.map(drop),
        Err(Refusal::NotFound)
    );
}

/// A removed row comes to those who may hold it, and not to those who start from nothing.
pub async fn removed_rows_are_told_to_late_readers(world: World) {
    world.sign_in("kari", None).await;
    put(&world, "kari", "setting:a", json!(1))
        .await
        .expect("it fits");
    put(&world, "kari", "setting:b", json!(1))
        .await
        .expect("it fits");
    let held = read(&world, "kari", None).await;
    put(&world, "kari", "setting:a", Value::Null)
        .await
        .expect("it goes");
    let changes = read(&world, "kari", Some(&held)).await;
    assert_eq!(
        (changes.reset, values(&changes)),
        (false, vec![("setting:a".into(), Value::Null)])
    );
    assert_eq!(
        values(&read(&world, "kari", None).await),
        [("setting:b".into(), json!(1))]
    );
    let ahead = Private {
        up_to: Seq(99),
        ..changes
    };
    assert!(read(&world, "kari", Some(&ahead)).await.reset);
}

/// Joining, ranks and leaving show in `chat:` rows, told after the chat's own commit.
pub async fn membership_is_written_by_the_store(world: World) {
    let chat = world.chat("kari", &[("ola", Role::Student)]).await;
    let row = format!("chat:{chat}");
    let held = read(&world, "ola", None).await;
    assert_eq!(
        values(&held),
        [(row.clone(), json!({"role": "student", "active": true}))]
    );
    world
        .done("kari", chat, world.ranking("ola", Role::Tutor))
        .await;
    world.done("ola", chat, world.removing("ola")).await;
    let changes = read(&world, "ola", Some(&held)).await;
    assert_eq!(
        values(&changes),
        [(row, json!({"role": "tutor", "active": false}))]
    );
    assert_eq!(changes.up_to, Seq(3));
    let mut in_chat = 0;
    for commit in world.sink.all() {
        match commit {
            Commit::Chat(commit) => in_chat = commit.envelope.seq.0,
            Commit::Private(commit) if commit.user == user("ola") => {
                assert_eq!(commit.seq.0, in_chat);
            }
            _ => {}
        }
    }
}

/// A user has so many rows with a value; removed ones go for good when they are too many, and who might miss that resets.
pub async fn private_rows_are_bounded(world: World) {
    world.sign_in("kari", None).await;
    let put_many = |value: Value| {
        let world = &world;
        let rows = (0..MAX_PRIVATE_ROWS).map(move |number| {
            let value = value.clone();
            async move {
                put(world, "kari", &format!("setting:{number}"), value)
                    .await
                    .map(drop)
            }
        });
        futures_util::future::try_join_all(rows)
    };
    put_many(json!(1)).await.expect("there is room");
    let more = put(&world, "kari", "setting:more", json!(1)).await;
    assert!(matches!(more, Err(Refusal::TooMany(_))));
    put(&world, "kari", "setting:1", json!("changed"))
        .await
        .expect("a change takes no room");
    let held = read(&world, "kari", None).await;
    assert_eq!(MAX_REMOVED_PRIVATE_ROWS, MAX_PRIVATE_ROWS);
    put_many(Value::Null).await.expect("they go");
    assert!(!read(&world, "kari", Some(&held)).await.reset);
    put(&world, "kari", "setting:last", json!(1))
        .await
        .expect("there is room again");
    put(&world, "kari", "setting:last", Value::Null)
        .await
        .expect("it goes");
    assert!(read(&world, "kari", Some(&held)).await.reset);
}

/// Each kind of key comes back as it went in.
pub async fn every_kind_of_key_survives(world: World) {
    let chat = world.chat("kari", &[]).await;
    let rows = [
        (format!("draft:{chat}"), json!("Jeg tenker på …")),
        (format!("mute:{chat}"), json!(1_790_000_000_000_i64)),
        ("block:helt ukjent".into(), json!(true)),
        (
            "setting:privacy.last-seen".into(),
            json!(["venner", null, 1.5]),
        ),
    ];
    for (text, value) in &rows {
        put(&world, "kari", text, value.clone())
            .await
            .expect("it fits");
        let row = world
            .store
            .private_row(&user("kari"), key(text))
            .await
            .expect("a row");
        assert_eq!(
            (row.key.to_string(), row.value),
            (text.clone(), value.clone())
        );
    }
    assert_eq!(values(&read(&world, "kari", None).await)[1..], rows);
}
