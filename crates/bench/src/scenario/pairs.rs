//! Chats of two: sends that are on disk when they are acknowledged.
//!
//! At a rate, a message's time runs from when it was due, so that a server that stalls is not spared what it kept waiting.
//! Then each of some chats has one on its way at all times. Every member sees every commit of their chat once and in order,
//! or the run fails.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use tokio::sync::mpsc;

use crate::Options;
use crate::client::{Client, connect_all};
use crate::floor::{self, Rows};
use crate::process::{Server, allow_sockets, counter};
use crate::progress::Progress;
use crate::report::{Figure, Latencies, Measured, figure};
use crate::seed::Folder;
use crate::words::Clock;

/// How many chats have a message on its way at a time, when there is no rate.
const BUSY_CHATS: usize = 512;
/// How long the last messages may take.
const LIMIT: Duration = Duration::from_secs(30);
/// How many transactions the server has made.
const COMMITS: &str = "samtale_store_commits_total";

/// What the clients have seen.
#[derive(Default)]
struct Seen {
    acknowledged: Latencies,
    delivered: Latencies,
    failure: Option<anyhow::Error>,
}

type Shared = Rc<RefCell<Seen>>;

/// What a client is told: to send a message that is due at a time.
type Say = mpsc::UnboundedSender<(Duration, usize)>;

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("pairs");
    let clients = options.clients(2_000).next_multiple_of(2);
    let rate = options.rate(10_000);
    allow_sockets(clients)?;
    let folder = Rc::new(Folder::new(options.data.as_deref())?);
    let seed = folder.open()?;
    let chats = seed.chats(clients / 2, 2).await?;
    seed.close().await?;
    let server = Server::start(program, &folder).await?;
    let bar = progress.part("connecting", clients);
    let topic = |user: usize| format!("chat:{}", chats[user / 2]);
    let held = connect_all(
        &folder,
        server.address,
        0..clients,
        |user| vec![topic(user)],
        || bar.inc(1),
    )
    .await?;
    bar.finish_and_clear();

    let clock = Clock::start();
    let seen = Shared::default();
    let (free, mut freed) = mpsc::unbounded_channel();
    let mut people: Vec<Say> = Vec::with_capacity(clients);
    for (user, client) in held.into_iter().enumerate() {
        let (say, words) = mpsc::unbounded_channel();
        people.push(say);
        let person = Person {
            client,
            topic: topic(user),
            chat: user / 2,
            clock,
            folder: Rc::clone(&folder),
            seen: Rc::clone(&seen),
            free: free.clone(),
            seq: None,
            due: VecDeque::new(),
        };
        tokio::task::spawn_local(person.live(words));
    }

    let mut load = Load {
        server: &server,
        people: &people,
        clock,
        seen: &seen,
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
    let mut latencies = paced.latencies.into_iter();
    figures.extend(latencies.next());
    figures.extend(latencies.next().map(|p99| p99.at_most(50.0)));
    figures.extend(latencies);
    let (cpu, whole) = {
        let _bar = progress.time("the floor", options.time() / 5);
        let transactions = usize::try_from(paced.commits)?;
        floor::rows(
            &folder,
            Rows {
                count: paced.sends,
                transactions,
            },
        )
        .await?
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
        .over(micros(cpu)),
    );
    figures.push(figure(
        "sends in a transaction, as fast as acknowledged",
        busy.sends as f64 / busy.commits.max(1) as f64,
        "",
    ));
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

struct Load<'a> {
    server: &'a Server,
    people: &'a [Say],
    clock: Clock,
    seen: &'a Shared,
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

    async fn paced(&mut self, rate: u32, time: Duration) -> Result<Outcome> {
        let before = self.before().await?;
        let count = (time.as_secs_f64() * f64::from(rate)).round() as usize;
        let each = Duration::from_secs(1).div_f64(f64::from(rate));
        for number in 0..count {
            let due = before.at + each.mul_f64(number as f64);
            if due > self.clock.now() {
                tokio::time::sleep_until(self.clock.at(due)).await;
                self.check()?;
            }
            // Every chat in turn; in each, now the one and now the other.
            let (round, chat) = (
                number / (self.people.len() / 2),
                number % (self.people.len() / 2),
            );
            let _ = self.people[chat * 2 + round % 2].send((due, number));
        }
        self.settle(count).await?;
        self.outcome("acknowledged, at the rate,", &before, time)
            .await
    }

    async fn closed(
        &mut self,
        freed: &mut mpsc::UnboundedReceiver<usize>,
        time: Duration,
    ) -> Result<Outcome> {
        let before = self.before().await?;
        let chats = self.people.len() / 2;
        let mut number = 0;
        let mut next = || {
            let (round, chat) = (number / chats, number % chats);
            let _ = self.people[chat * 2 + round % 2].send((self.clock.now(), number));
            number += 1;
        };
        (0..BUSY_CHATS.min(chats)).for_each(|_| next());
        while self.clock.now() < before.at + time {
            let _ = tokio::time::timeout(Duration::from_millis(100), freed.recv())
                .await
                .map(|_| next());
            while freed.try_recv().is_ok() {
                next();
            }
            self.check()?;
        }
        self.settle(number).await?;
        let took = self.clock.now().saturating_sub(before.at);
        self.outcome("acknowledged, at full speed,", &before, took)
            .await
    }

    fn check(&self) -> Result<()> {
        self.seen.borrow_mut().failure.take().map_or(Ok(()), Err)
    }

    /// Waits until all sends are acknowledged and both members have each.
    async fn settle(&self, sends: usize) -> Result<()> {
        let limit = self.clock.now() + LIMIT;
        loop {
            self.check()?;
            let (acknowledged, delivered) = {
                let seen = self.seen.borrow();
                (seen.acknowledged.count(), seen.delivered.count())
            };
            if acknowledged == sends && delivered == sends * 2 {
                return Ok(());
            }
            if self.clock.now() > limit {
                bail!(
                    "of {sends} sends {acknowledged} were acknowledged, and {delivered} deliveries came"
                );
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn outcome(&self, what: &str, before: &Before, time: Duration) -> Result<Outcome> {
        let cpu = self.server.usage()?.cpu.saturating_sub(before.cpu);
        let mut seen = std::mem::take(&mut *self.seen.borrow_mut());
        let sends = seen.acknowledged.count();
        let mut latencies: Vec<Figure> = seen.acknowledged.figures(what).into();
        latencies.extend(
            seen.delivered
                .figures(&what.replace("acknowledged", "delivered")),
        );
        Ok(Outcome {
            sends,
            commits: counter(self.server.address, COMMITS).await? - before.commits,
            a_second: sends as f64 / time.as_secs_f64(),
            cpu: cpu.div_f64(sends as f64),
            latencies,
        })
    }
}

/// One member of a chat.
struct Person {
    client: Client,
    topic: String,
    chat: usize,
    clock: Clock,
    folder: Rc<Folder>,
    seen: Shared,
    /// Told when the chat's message is acknowledged.
    free: mpsc::UnboundedSender<usize>,
    /// The chat's head as far as it was seen here.
    seq: Option<u64>,
    /// When those were due that wait for their answer: answers come in the order of the questions.
    due: VecDeque<Duration>,
}

impl Person {
    async fn live(mut self, mut words: mpsc::UnboundedReceiver<(Duration, usize)>) {
        if let Err(error) = self.talk(&mut words).await {
            self.seen.borrow_mut().failure.get_or_insert(error);
        }
    }

    async fn talk(&mut self, words: &mut mpsc::UnboundedReceiver<(Duration, usize)>) -> Result<()> {
        loop {
            self.note()?;
            tokio::select! {
                filled = self.client.fill() => filled?,
                said = words.recv() => {
                    let Some((due, number)) = said else { return Ok(()) };
                    let payload = format!(
                        "{{\"id\":\"{}\",\"content\":\"{}\"}}",
                        self.folder.message_id(),
                        self.clock.stamp(due, number)
                    );
                    self.due.push_back(due);
                    self.client.push(&self.topic, "message:send", &payload).await?;
                }
            }
        }
    }

    fn note(&mut self) -> Result<()> {
        let mut seen = self.seen.borrow_mut();
        while let Some(frame) = self.client.next()? {
            match frame.event {
                "envelope" => {
                    let age = frame
                        .text("content")
                        .and_then(|words| self.clock.age(words));
                    seen.delivered
                        .add(age.ok_or_else(|| anyhow!("an envelope without its words"))?);
                    let seq = frame.number("seq").context("an envelope without a seq")?;
                    if self.seq.is_some_and(|last| seq != last + 1) {
                        bail!("commit {seq} of {} came after {:?}", self.topic, self.seq);
                    }
                    self.seq = Some(seq);
                }
                "phx_reply" if frame.is_ok() => {
                    let due = self.due.pop_front().context("an answer to nothing")?;
                    seen.acknowledged.add(self.clock.now().saturating_sub(due));
                    let _ = self.free.send(self.chat);
                }
                "phx_reply" => bail!("a message was refused: {}", frame.payload),
                "behind" => bail!("a client was told that it is behind"),
                _ => {}
            }
        }
        Ok(())
    }
}
