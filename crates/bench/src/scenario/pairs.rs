//! Chats of two: sends that are on disk when they are acknowledged.
//!
//! At a rate, a message's time runs from when it was due, so that a server that stalls is not spared what it kept waiting.
//! Then each of some chats has one on its way at all times. Every member sees every commit of their chat once and in order,
//! or the run fails.

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::sync::mpsc;

use crate::Options;
use crate::client::Frame;
use crate::floor::{self, Rows};
use crate::people::{Hear, People, Push};
use crate::process::{Server, allow_sockets, counter};
use crate::progress::Progress;
use crate::report::{Figure, Latencies, Measured, figure};
use crate::seed::Folder;
use crate::words::Clock;

/// How many chats have a message on its way at a time, when there is no rate.
const BUSY_CHATS: usize = 512;
/// How long it is watched how the search index catches up.
const INDEXING: Duration = Duration::from_secs(5);
/// How many messages wait for it.
const UNINDEXED: &str = "samtale_search_unindexed";
/// How many transactions the server has made.
const COMMITS: &str = "samtale_store_commits_total";

/// What the clients have seen.
struct Seen {
    clock: Clock,
    acknowledged: Latencies,
    delivered: Latencies,
    /// The head of the chat as far as each user has seen it.
    heads: Vec<Option<u64>>,
    /// Told when a chat's message is acknowledged.
    free: mpsc::UnboundedSender<usize>,
}

impl Hear for Seen {
    fn event(&mut self, user: usize, frame: &Frame<'_>) -> Result<Option<Push>> {
        if frame.event == "envelope" {
            let words = frame.text("content");
            let age = words.and_then(|words| self.clock.age(words));
            self.delivered
                .add(age.context("an envelope without its words")?);
            let seq = frame.number("seq").context("an envelope without a seq")?;
            let last = self.heads[user].replace(seq);
            if last.is_some_and(|last| seq != last + 1) {
                bail!("commit {seq} came after {last:?}");
            }
        }
        Ok(None)
    }

    fn answer(&mut self, user: usize, _event: &'static str, took: Duration) {
        self.acknowledged.add(took);
        let _ = self.free.send(user / 2);
    }
}

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("pairs");
    let clients = options.clients(2_000).next_multiple_of(2);
    let rate = options.rate(10_000);
    allow_sockets(clients)?;
    let (folder, chats, server) = super::chats_of_two(options, program, clients / 2).await?;
    let topics: Vec<Rc<str>> = chats
        .iter()
        .map(|chat| format!("chat:{chat}").into())
        .collect();
    let clock = Clock::start();
    let (free, mut freed) = mpsc::unbounded_channel();
    let seen = Seen {
        clock,
        acknowledged: Latencies::default(),
        delivered: Latencies::default(),
        heads: vec![None; clients],
        free,
    };
    let bar = progress.part("connecting", clients);
    let people = People::connect(
        &folder,
        server.address,
        (0..clients).collect(),
        |user| vec![(topics[user / 2].to_string(), "{}")],
        clock,
        seen,
        || bar.inc(1),
    )
    .await?;
    bar.finish_and_clear();

    let load = Load {
        server: &server,
        folder: &folder,
        people: &people,
        topics: &topics,
        clock,
    };
    let mut figures = Vec::new();
    let paced = {
        let _bar = progress.time("at a rate", options.time());
        load.paced(rate, options.time()).await?
    };
    figures.push(
        figure("sends a second, at the rate", paced.a_second, "/s")
            .at_least(f64::from(rate) * 0.99),
    );
    let paced_rows = paced.rows()?;
    let mut latencies = paced.latencies.into_iter();
    figures.extend(latencies.next());
    figures.extend(latencies.next().map(|p99| p99.at_most(50.0)));
    figures.extend(latencies);
    let (cpu, _) = {
        let _bar = progress.time("the floor", options.time() / 5);
        floor::rows(&folder, paced_rows).await?
    };
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    figures.push(
        figure(
            "CPU of a send and its three frames, at the rate",
            micros(paced.cpu),
            "µs",
        )
        .over(micros(cpu)),
    );
    figures.push(figure(
        "sends in a transaction, at the rate",
        paced.sends as f64 / paced.commits.max(1) as f64,
        "",
    ));

    while freed.try_recv().is_ok() {}
    let busy = {
        let _bar = progress.time("as fast as acknowledged", options.time());
        load.closed(&mut freed, options.time()).await?
    };
    let (busy_cpu, whole) = {
        let _bar = progress.time("its floor", options.time() / 5);
        floor::rows(&folder, busy.rows()?).await?
    };
    let a_second = 1.0 / whole.as_secs_f64();
    figures.push(
        figure(
            "sends a second, as fast as acknowledged",
            busy.a_second,
            "/s",
        )
        .at_least(10_000.0)
        .over(a_second),
    );
    figures.extend(busy.latencies);
    figures.push(
        figure(
            "CPU of a send, as fast as acknowledged",
            micros(busy.cpu),
            "µs",
        )
        .over(micros(busy_cpu)),
    );
    figures.push(figure(
        "sends in a transaction, as fast as acknowledged",
        busy.sends as f64 / busy.commits.max(1) as f64,
        "",
    ));
    figures.push(indexed(&server).await?);
    Ok(Measured {
        scenario: "pairs",
        load: format!(
            "{} chats of two, {rate} messages a second of 200 bytes, then {BUSY_CHATS} chats at full speed",
            chats.len()
        ),
        figures,
    })
}

struct Outcome {
    sends: usize,
    commits: u64,
    a_second: f64,
    cpu: Duration,
    latencies: Vec<Figure>,
}

/// Measures how many messages a second come into the search index, which waits while there is much to be sent.
async fn indexed(server: &Server) -> Result<Figure> {
    let waiting = || counter(server.address, UNINDEXED);
    let begun = Instant::now();
    let before = waiting().await?;
    tokio::time::sleep(INDEXING).await;
    let done = before.saturating_sub(waiting().await?);
    let a_second = done as f64 / begun.elapsed().as_secs_f64();
    Ok(figure("indexed a second, afterwards", a_second, "/s"))
}

impl Outcome {
    fn rows(&self) -> Result<Rows> {
        Ok(Rows {
            count: self.sends,
            transactions: usize::try_from(self.commits)?,
        })
    }
}

struct Load<'a> {
    server: &'a Server,
    folder: &'a Folder,
    people: &'a People<Seen>,
    topics: &'a [Rc<str>],
    clock: Clock,
}

struct Before {
    cpu: Duration,
    commits: u64,
    at: Duration,
}

impl Load<'_> {
    async fn before(&self) -> Result<Before> {
        Ok(Before {
            cpu: self.server.usage()?.cpu,
            commits: counter(self.server.address, COMMITS).await?,
            at: self.clock.now(),
        })
    }

    async fn paced(&self, rate: u32, time: Duration) -> Result<Outcome> {
        let before = self.before().await?;
        let count = (time.as_secs_f64() * f64::from(rate)).round() as usize;
        let each = Duration::from_secs(1).div_f64(f64::from(rate));
        for number in 0..count {
            let due = before.at + each.mul_f64(number as f64);
            self.people.wait_until(due).await?;
            self.send(number, due);
        }
        self.settle(count).await?;
        self.outcome("acknowledged, at the rate,", &before).await
    }

    async fn closed(
        &self,
        freed: &mut mpsc::UnboundedReceiver<usize>,
        time: Duration,
    ) -> Result<Outcome> {
        let before = self.before().await?;
        let mut number = 0;
        let mut next = || {
            self.send(number, self.clock.now());
            number += 1;
        };
        (0..BUSY_CHATS.min(self.topics.len())).for_each(|_| next());
        while self.clock.now() < before.at + time {
            let _ = tokio::time::timeout(Duration::from_millis(100), freed.recv())
                .await
                .map(|_| next());
            while freed.try_recv().is_ok() {
                next();
            }
            self.people.check()?;
        }
        self.settle(number).await?;
        self.outcome("acknowledged, at full speed,", &before).await
    }

    /// Sends a message: every chat in turn; in each, now the one and now the other.
    fn send(&self, number: usize, due: Duration) {
        let (round, chat) = (number / self.topics.len(), number % self.topics.len());
        let (id, words) = (self.folder.message_id(), self.clock.stamp(due, number));
        let push = Push {
            topic: Rc::clone(&self.topics[chat]),
            event: "message:send",
            payload: format!("{{\"id\":\"{id}\",\"content\":\"{words}\"}}"),
            due,
        };
        self.people.say(chat * 2 + round % 2, push);
    }

    /// Waits until all sends are acknowledged and both members have each.
    async fn settle(&self, sends: usize) -> Result<()> {
        self.people
            .settle("answers and deliveries", sends * 3, |seen| {
                seen.acknowledged.count() + seen.delivered.count()
            })
            .await
    }

    async fn outcome(&self, what: &str, before: &Before) -> Result<Outcome> {
        let time = self.clock.now().saturating_sub(before.at);
        let cpu = self.server.usage()?.cpu.saturating_sub(before.cpu);
        let (mut acknowledged, mut delivered) = {
            let mut seen = self.people.heard_mut();
            let acknowledged = std::mem::take(&mut seen.acknowledged);
            (acknowledged, std::mem::take(&mut seen.delivered))
        };
        let sends = acknowledged.count();
        let mut latencies: Vec<Figure> = acknowledged.figures(what).into();
        latencies.extend(delivered.figures(&what.replace("acknowledged", "delivered")));
        Ok(Outcome {
            sends,
            commits: counter(self.server.address, COMMITS).await? - before.commits,
            a_second: sends as f64 / time.as_secs_f64(),
            cpu: cpu.div_f64(sends as f64),
            latencies,
        })
    }
}
