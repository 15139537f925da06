//! Catching up after a week away: everybody comes back to a chat of two, and gets what was said meanwhile.
//!
//! The server has been started anew, so that it holds nothing of them in its memory. Some come at a time; each asks from
//! where they were until there is no more, and has to get just the messages that they lack, each once and in order.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _};
use samtale_model::ChatId;

use crate::Options;
use crate::client::{Client, Frame, TOGETHER, connect_all};
use crate::floor::{self, Reads};
use crate::process::{Server, allow_sockets};
use crate::progress::Progress;
use crate::report::{Latencies, Measured, figure, micros_each};
use crate::seed::Folder;
use crate::words::Clock;

/// How many messages a chat has.
const MESSAGES: usize = 50;
/// How many of them were sent while its members were away.
const MISSED: u64 = 40;

/// Where someone was when they left.
struct Away {
    user: usize,
    chat: ChatId,
    epoch: String,
    since: u64,
}

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("catchup");
    let clients = options.clients(1_000).next_multiple_of(2);
    allow_sockets(clients)?;
    let folder = Folder::new(options.data.as_deref())?;
    let seed = folder.open()?;
    let bar = progress.part("sending", clients / 2);
    let members = (0..clients / 2).map(|chat| chat * 2..chat * 2 + 2);
    let chats = seed.chats_with(members, MESSAGES, || bar.inc(1)).await?;
    bar.finish_and_clear();
    seed.close().await?;

    let server = Server::start(program, &folder).await?;
    let away = leave(&folder, server.address, &chats, &progress).await?;
    server.kill().await?;
    let server = Server::start(program, &folder).await?;

    let bar = progress.part("coming back", clients);
    let before = server.usage()?.cpu;
    let held = connect_all(
        &folder,
        server.address,
        0..clients,
        |_| Vec::new(),
        || bar.inc(1),
    )
    .await?;
    bar.finish_and_clear();
    let connected = server.usage()?.cpu;
    let bar = progress.part("catching up", clients);
    let clock = Clock::start();
    let tasks = away.into_iter().zip(held).map(|(away, mut client)| {
        let bar = &bar;
        async move {
            let begun = clock.now();
            let count = away.catch_up(&mut client).await;
            let count =
                count.with_context(|| format!("client {} could not catch up", away.user))?;
            bar.inc(1);
            Ok::<_, anyhow::Error>((client, count, clock.now().saturating_sub(begun)))
        }
    });
    let back: Vec<(Client, usize, Duration)> = futures_util::stream::iter(tasks)
        .buffer_unordered(TOGETHER)
        .try_collect()
        .await?;
    let took = clock.now();
    let used = server.usage()?.cpu;
    bar.finish_and_clear();

    let plan = Reads {
        newest: MISSED,
        times: 2,
    };
    let floor = floor::reads(&folder, plan).await?;
    let messages: usize = back.iter().map(|(_, count, _)| count).sum();
    let mut times = Latencies::default();
    back.iter().for_each(|(_, _, took)| times.add(*took));
    let caught_up = used.saturating_sub(connected);
    let mut figures = vec![
        micros_each(
            "CPU of one who connects",
            connected.saturating_sub(before),
            clients,
        ),
        micros_each("CPU of one who joins and catches up", caught_up, clients),
        micros_each("the same, of a message brought", caught_up, messages)
            .over(floor.as_secs_f64() * 1e6),
        figure("messages brought", messages as f64, ""),
        figure(
            "caught up, a second",
            clients as f64 / took.as_secs_f64(),
            "/s",
        ),
    ];
    figures.extend(times.figures("caught up"));
    Ok(Measured {
        scenario: "catchup",
        load: format!(
            "{clients} users of {} chats of two, {MISSED} of {MESSAGES} messages missed, {TOGETHER} come at a time",
            chats.len()
        ),
        figures,
    })
}

/// Notes where everybody is before the messages that they are to miss, and cuts them.
async fn leave(
    folder: &Folder,
    server: SocketAddr,
    chats: &[ChatId],
    progress: &Progress,
) -> Result<Vec<Away>> {
    let users = chats.len() * 2;
    let bar = progress.part("leaving", users);
    let held = connect_all(folder, server, 0..users, |_| Vec::new(), || ()).await?;
    let mut away = Vec::with_capacity(users);
    for (user, mut client) in held.into_iter().enumerate() {
        let chat = chats[user / 2];
        let (epoch, head) = client
            .ask(
                &format!("chat:{chat}"),
                "phx_join",
                "{\"limit\":1}",
                |sync| (sync.text("epoch").map(str::to_owned), sync.number("head")),
            )
            .await?;
        away.push(Away {
            user,
            chat,
            epoch: epoch.context("a sync without an epoch")?,
            since: head
                .and_then(|head| head.checked_sub(MISSED))
                .context("a sync without its head")?,
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(away)
}

/// What a sync says.
struct Told {
    reset: bool,
    up_to: u64,
    head: u64,
    created: Vec<u64>,
}

impl Told {
    fn read(sync: Frame<'_>) -> Option<Self> {
        Some(Self {
            reset: sync.payload.contains("\"reset\":true"),
            up_to: sync.number("upTo")?,
            head: sync.number("head")?,
            created: sync.created().collect(),
        })
    }
}

impl Away {
    /// Joins from where they were, asks on until there is no more, and returns how many messages came.
    async fn catch_up(&self, client: &mut Client) -> Result<usize> {
        let topic = format!("chat:{}", self.chat);
        let (mut since, mut event) = (self.since, "phx_join");
        let mut created = Vec::new();
        loop {
            let cursor = format!("{{\"epoch\":\"{}\",\"since\":{since}}}", self.epoch);
            let told = client.ask(&topic, event, &cursor, Told::read).await?;
            let told = told.context("a sync that can't be read")?;
            if told.reset {
                bail!("the server had them start over");
            }
            created.extend(told.created);
            if told.up_to >= told.head {
                break;
            }
            ensure!(told.up_to > since, "a sync that does not come further");
            (since, event) = (told.up_to, "sync");
        }
        let expected = self.since + 1..=self.since + MISSED;
        ensure!(
            created.iter().copied().eq(expected),
            "the messages that came are not those that were missed: {created:?} after {}",
            self.since
        );
        Ok(created.len())
    }
}
