//! One room: what it costs to bring a message to one member of many.
//!
//! Paced, everybody's turn to send comes round, so that nobody passes their limits. At full speed some send as fast as they
//! are answered, and the server may put several frames into one write.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use tokio::sync::mpsc;

use crate::Options;
use crate::client::{Client, connect_all};
use crate::floor::{self, Writes};
use crate::process::{Server, allow_sockets};
use crate::progress::Progress;
use crate::report::{Latencies, Measured, figure};
use crate::seed::Folder;
use crate::words::Clock;

/// How many send at a time, at full speed.
const SENDERS: usize = 16;
/// In how many slices the paced load and its floor take turns, so that a noisy moment meets both.
const SLICES: u32 = 5;
/// How long the last message may take to reach everyone.
const LIMIT: Duration = Duration::from_secs(30);

/// What the members have seen.
#[derive(Default)]
struct Seen {
    latencies: Latencies,
    bytes: usize,
    behind: usize,
    answers: usize,
    /// Refusals and lost connections.
    failures: Vec<String>,
}

impl Seen {
    /// Returns how long a frame is that brings a message, in bytes.
    fn payload(&self) -> usize {
        self.bytes / self.latencies.count().max(1)
    }
}

type Shared = Rc<RefCell<Seen>>;

struct Member {
    say: mpsc::UnboundedSender<(Duration, usize)>,
}

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("room");
    let members = options.clients(1_000);
    let rate = options.rate(20);
    allow_sockets(members * 2)?;
    let folder = Rc::new(Folder::new(options.data.as_deref())?);
    let seed = folder.open()?;
    let chat = seed.chat(0..members).await?;
    seed.close().await?;
    let server = Server::start(program, &folder).await?;
    let bar = progress.part("connecting", members);
    let topic = format!("chat:{chat}");
    let clients = connect_all(
        &folder,
        server.address,
        0..members,
        |_| vec![topic.clone()],
        || bar.inc(1),
    )
    .await?;
    bar.finish_and_clear();

    let clock = Clock::start();
    let seen = Shared::default();
    let people: Vec<Member> = clients
        .into_iter()
        .map(|client| {
            let (say, words) = mpsc::unbounded_channel();
            let member = listen(
                client,
                topic.clone(),
                words,
                clock,
                Rc::clone(&folder),
                Rc::clone(&seen),
            );
            tokio::task::spawn_local(member);
            Member { say }
        })
        .collect();
    let room = Room {
        server: &server,
        people,
        clock,
        seen: &seen,
    };

    let rounds = (rate.saturating_mul(options.seconds) / SLICES).max(1);
    let (mut cpu, mut store, mut floor) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for slice in 0..SLICES {
        let _bar = progress.time("paced, and the floor", options.time() / SLICES * 2);
        let before = server.usage()?;
        room.paced(rate, rounds, slice * rounds).await?;
        let after = server.usage()?;
        cpu += after.cpu.saturating_sub(before.cpu);
        store += after.store.saturating_sub(before.store);
        let plan = Writes {
            sockets: members,
            payload: seen.borrow().payload(),
            rounds,
            every: Duration::from_secs(1) / rate,
        };
        floor += floor::writes(program, plan).await? / SLICES;
    }
    let paced = outcome("latency, paced,", cpu, room.seen.take())?;
    let rounds = rounds * SLICES;
    let full = {
        let _bar = progress.time("at full speed", options.time());
        room.full(options.time()).await?
    };
    let full_floor = {
        let _bar = progress.time("the floor, at full speed", options.time() / 5);
        let plan = Writes {
            sockets: members,
            payload: paced.payload,
            rounds: 200,
            every: Duration::ZERO,
        };
        floor::writes(program, plan).await?
    };

    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let mut figures = vec![
        figure("CPU of a delivery, paced", micros(paced.cpu), "µs")
            .over(micros(floor))
            .ratio_at_most(1.3),
        figure(
            "of which storing the message once",
            micros(store.div_f64(paced.deliveries as f64)),
            "µs",
        ),
        figure("deliveries, paced", paced.deliveries as f64, "")
            .at_least(f64::from(rounds) * members as f64),
    ];
    figures.extend(paced.latencies);
    figures.push(
        figure("CPU of a delivery, full speed", micros(full.cpu), "µs")
            .over(micros(floor))
            .ratio_at_most(1.0),
    );
    figures.push(
        figure("the same, floor at full speed", micros(full.cpu), "µs").over(micros(full_floor)),
    );
    figures.push(figure(
        "deliveries a second, full speed",
        full.deliveries as f64 / options.time().as_secs_f64(),
        "/s",
    ));
    figures.extend(full.latencies);
    figures.push(figure(
        "told to be behind",
        (paced.behind + full.behind) as f64,
        "",
    ));
    Ok(Measured {
        scenario: "room",
        load: format!(
            "1 room of {members}, {rate} messages a second of 200 bytes ({} as a frame), then {SENDERS} senders at full speed",
            paced.payload
        ),
        figures,
    })
}

struct Room<'a> {
    server: &'a Server,
    people: Vec<Member>,
    clock: Clock,
    seen: &'a Shared,
}

struct Outcome {
    cpu: Duration,
    deliveries: usize,
    payload: usize,
    behind: usize,
    latencies: Vec<crate::report::Figure>,
}

impl Room<'_> {
    /// Sends some messages at a rate, everybody in turn, and waits until all have all of it.
    async fn paced(&self, rate: u32, rounds: u32, from: u32) -> Result<()> {
        let begun = self.clock.now();
        for round in 0..rounds {
            let at = begun + Duration::from_secs(1) * round / rate;
            tokio::time::sleep_until(self.clock.at(at)).await;
            let number = (from + round) as usize;
            let _ = self.people[number % self.people.len()]
                .say
                .send((at, number));
        }
        self.settle((from + rounds) as usize * self.people.len())
            .await
    }

    /// Some send as fast as their words come back to them.
    async fn full(&self, time: Duration) -> Result<Outcome> {
        let before = self.server.usage()?;
        let end = self.clock.now() + time;
        let (mut sent, mut number) = (0, 0);
        while self.clock.now() < end {
            // In flight are those that were said and not answered.
            while sent < self.seen.borrow().answers + SENDERS {
                let _ = self.people[number % self.people.len()]
                    .say
                    .send((self.clock.now(), number));
                (sent, number) = (sent + 1, number + 1);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.check()?;
        }
        let used = self.server.usage()?.cpu;
        let seen = self.seen.take();
        let outcome = outcome(
            "latency, full speed,",
            used.saturating_sub(before.cpu),
            seen,
        );
        tokio::time::sleep(Duration::from_secs(1)).await;
        outcome
    }

    fn check(&self) -> Result<()> {
        match self.seen.borrow().failures.first() {
            Some(failure) => Err(anyhow!("{failure}")),
            None => Ok(()),
        }
    }

    async fn settle(&self, expected: usize) -> Result<()> {
        let limit = self.clock.now() + LIMIT;
        while self.seen.borrow().latencies.count() < expected {
            self.check()?;
            if self.clock.now() > limit {
                bail!(
                    "{} of {expected} deliveries came",
                    self.seen.borrow().latencies.count()
                );
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

fn outcome(what: &str, used: Duration, mut seen: Seen) -> Result<Outcome> {
    let deliveries = seen.latencies.count();
    if deliveries == 0 {
        bail!("nothing was delivered");
    }
    Ok(Outcome {
        cpu: used.div_f64(deliveries as f64),
        deliveries,
        payload: seen.payload(),
        behind: seen.behind,
        latencies: seen.latencies.figures(what).into(),
    })
}

/// Says what it is told to say, and notes what it hears.
async fn listen(
    mut client: Client,
    topic: String,
    mut words: mpsc::UnboundedReceiver<(Duration, usize)>,
    clock: Clock,
    folder: Rc<Folder>,
    seen: Shared,
) {
    let ended = loop {
        if let Err(error) = note(&mut client, clock, &seen) {
            break error;
        }
        tokio::select! {
            filled = client.fill() => if let Err(error) = filled {
                break error.into();
            },
            said = words.recv() => {
                let Some((at, number)) = said else { return };
                let payload = format!("{{\"id\":\"{}\",\"content\":\"{}\"}}", folder.message_id(), clock.stamp(at, number));
                if let Err(error) = client.push(&topic, "message:send", &payload).await {
                    break error;
                }
            }
        }
    };
    let failure = format!("a member was lost: {ended:#}");
    seen.borrow_mut().failures.push(failure);
}

fn note(client: &mut Client, clock: Clock, seen: &Shared) -> Result<()> {
    let mut seen = seen.borrow_mut();
    while let Some(frame) = client.next()? {
        match frame.event {
            "envelope" => {
                let age = frame.text("content").and_then(|words| clock.age(words));
                seen.latencies
                    .add(age.ok_or_else(|| anyhow!("an envelope without its words"))?);
                seen.bytes += frame.length;
            }
            "phx_reply" if frame.is_ok() => seen.answers += 1,
            "phx_reply" => bail!("a message was refused: {}", frame.refusal()),
            "behind" => seen.behind += 1,
            _ => {}
        }
    }
    Ok(())
}
