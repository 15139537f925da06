//! A typing storm: in chats of fifty a fifth write all the time, and the others are told.
//!
//! A client tells that its user writes every three seconds, as the engine does. The time of an indication runs from when it
//! was due to when it is shown to another.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::Options;
use crate::client::Frame;
use crate::floor::{self, Writes};
use crate::people::{Groups, Hear, People, Push};
use crate::process::{Server, allow_sockets};
use crate::progress::Progress;
use crate::report::{Latencies, Measured, figure, micros_each};
use crate::seed::{Folder, user_number};
use crate::words::Clock;

/// How many a chat has.
const MEMBERS: usize = 50;
/// One of so many writes.
const ONE_OF: usize = 5;
/// How often a client tells that its user still writes, in seconds.
const EVERY: usize = 3;

/// What was told.
struct Told {
    clock: Clock,
    /// When each user's newest indication was due.
    due: Vec<Duration>,
    latencies: Latencies,
    bytes: usize,
}

impl Hear for Told {
    fn event(&mut self, _user: usize, frame: &Frame<'_>) -> Result<Option<Push>> {
        if frame.event == "typing" {
            let writer = frame.text("userId").and_then(user_number);
            let due = writer.and_then(|(number, _)| self.due.get(number));
            let due = *due.context("it was told that someone unknown writes")?;
            self.latencies.add(self.clock.now().saturating_sub(due));
            self.bytes += frame.length;
        }
        Ok(None)
    }
}

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("typing");
    let groups = Groups::new(options.clients(2_000), MEMBERS);
    let users = groups.users();
    let writers: Vec<usize> = (0..users).step_by(ONE_OF).collect();
    // Each may tell it twice a second in the long run.
    let usual = u32::try_from(writers.len().div_ceil(EVERY))?;
    let rate = options.rate(usual).min(u32::try_from(writers.len() * 2)?);
    allow_sockets(users + 2 * groups.of)?;
    let folder = Folder::new(options.data.as_deref())?;
    let seed = folder.open()?;
    let chats = seed.chats(groups.chats, groups.of).await?;
    seed.close().await?;
    let topics: Vec<Rc<str>> = chats
        .iter()
        .map(|chat| format!("chat:{chat}").into())
        .collect();
    let server = Server::start(program, &folder).await?;
    let clock = Clock::start();
    let told = Told {
        clock,
        due: vec![Duration::ZERO; users],
        latencies: Latencies::default(),
        bytes: 0,
    };
    let bar = progress.part("connecting", users);
    let people = People::connect(
        &folder,
        server.address,
        groups.one_of_each(),
        |user| vec![(topics[user / groups.of].to_string(), "{}")],
        clock,
        told,
        || bar.inc(1),
    )
    .await?;
    bar.finish_and_clear();
    // Who has come is told first.
    tokio::time::sleep(Duration::from_secs(1)).await;

    let before = server.usage()?.cpu;
    let count = rate as usize * options.seconds as usize;
    {
        let _bar = progress.time("writing", options.time());
        let begun = clock.now();
        for number in 0..count {
            let due = begun + Duration::from_secs(1).mul_f64(number as f64 / f64::from(rate));
            people.wait_until(due).await?;
            let user = writers[number % writers.len()];
            people.heard_mut().due[user] = due;
            people.say(
                user,
                Push {
                    topic: Rc::clone(&topics[user / groups.of]),
                    event: "typing",
                    payload: "{\"on\":true}".into(),
                    due,
                },
            );
        }
        let expected = count * (groups.of - 1);
        people
            .settle("indications", expected, |told| told.latencies.count())
            .await?;
    }
    let used = server.usage()?.cpu.saturating_sub(before);
    let (mut latencies, bytes) = {
        let mut told = people.heard_mut();
        (std::mem::take(&mut told.latencies), told.bytes)
    };
    let brought = latencies.count();
    let floor = {
        let _bar = progress.time("the floor", options.time());
        let plan = Writes {
            sockets: groups.of - 1,
            payload: bytes / brought.max(1),
            rounds: rate.saturating_mul(options.seconds),
            every: Duration::from_secs(1) / rate,
        };
        floor::writes(program, plan).await?
    };
    let mut figures = vec![
        micros_each("CPU of an indication brought to someone", used, brought)
            .over(floor.as_secs_f64() * 1e6),
        figure("indications brought to someone", brought as f64, ""),
        figure(
            "the same, a second",
            brought as f64 / options.time().as_secs_f64(),
            "/s",
        ),
    ];
    figures.extend(latencies.figures("shown to another"));
    Ok(Measured {
        scenario: "typing",
        load: format!(
            "{users} users in {} chats of {}, {} of them write: {rate} indications a second",
            groups.chats,
            groups.of,
            writers.len()
        ),
        figures,
    })
}
