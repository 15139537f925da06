//! Measures durable sends a second: `cargo run --release -p samtale-store --example sends -- [writers] [seconds] [chats]`.
//!
//! Each writer sends one message at a time and waits until it is on disk, as a connection does.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use samtale_model::{Body, ChatId, HistoryRule, MessageId, Op, Role, UserId};
use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::{Env, NewChat, NewParticipant, SqliteConfig, SqliteStore, Store, SystemEnv};

/// As long as an ordinary message.
const WORDS: &str = "Hei! Kan vi flytte timen til torsdag kl. 16? Jeg har prøve i matte på fredag, og vil gjerne øve litt på \
                     brøk og likninger først. Lurer også på oppgave 4b i lekseheftet.";

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the numbers are what it is for")]
#[expect(
    clippy::disallowed_methods,
    reason = "its writers are tasks that it waits for"
)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut numbers = std::env::args().skip(1).map(|arg| arg.parse::<u64>());
    let mut number = |default| {
        numbers
            .next()
            .transpose()
            .map(|given| given.unwrap_or(default))
    };
    let (writers, seconds, chats) = (
        number(256)?,
        number(5)?,
        NonZeroU64::new(number(64)?).ok_or("no chats")?,
    );

    let folder = tempfile::tempdir()?;
    let env = Arc::new(SystemEnv::new());
    let keyring = Keyring::new(MasterKey::generate(&mut |bytes| env.fill_random(bytes)));
    let store = Arc::new(SqliteStore::open(SqliteConfig::file(
        folder.path().join("chats.db"),
        keyring,
        env.clone(),
    ))?);
    let user = UserId::new("kari")?;
    let mut ids = Vec::new();
    for _ in 0..chats.get() {
        let participants = vec![NewParticipant {
            user: UserId::new("ola")?,
            role: Role::Student,
        }];
        let id = ChatId::v7(env.unix(), random(&*env));
        ids.push(id);
        store
            .create_chat(
                &user,
                NewChat {
                    id,
                    title: None,
                    history: HistoryRule::SinceJoining,
                    participants,
                },
            )
            .await?;
    }

    let sent = Arc::new(AtomicU64::new(0));
    let end = env.monotonic() + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..writers)
        .map(|writer| {
            let (store, env, user, sent) = (
                Arc::clone(&store),
                env.clone(),
                user.clone(),
                Arc::clone(&sent),
            );
            let chat = ids[usize::try_from(writer % chats).expect("an index")];
            tokio::spawn(async move {
                while env.monotonic() < end {
                    let id = MessageId::v7(env.unix(), random(&*env));
                    let content = Body::from_stored(WORDS.into());
                    let op = Op::Send {
                        id,
                        content,
                        reply_to: None,
                        thread_root: None,
                    };
                    store
                        .apply(&user, chat, vec![op])
                        .await
                        .expect("the store takes it");
                    sent.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let start = env.monotonic();
    for task in tasks {
        task.await?;
    }
    let took = (env.monotonic() - start).as_secs_f64();
    let sent = sent.load(Ordering::Relaxed);
    println!(
        "{writers} writers, {chats} chats: {sent} sends in {took:.1} s, {:.0} a second, each on disk",
        sent as f64 / took
    );
    let start = env.monotonic();
    store.index_all().await?;
    println!(
        "the rest of the search index took {:.1} s more",
        (env.monotonic() - start).as_secs_f64()
    );
    store.close().await;
    Ok(())
}

fn random(env: &dyn Env) -> [u8; 10] {
    let mut bytes = [0; 10];
    env.fill_random(&mut bytes);
    bytes
}
