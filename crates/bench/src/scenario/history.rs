//! A long chat against a short one: what a reader waits for must not grow with the length of a chat.
//!
//! Both are in one store and have as many members, who ask in turn, one at a time; now some requests go to the one chat and
//! now to the other, so that noise hits both alike. Every answer has as many messages in both: the rare words are asked for
//! once, because the short chat has them no more often.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use samtale_model::ChatId;

use crate::Options;
use crate::client::{Client, connect_all};
use crate::process::{Server, allow_sockets};
use crate::progress::Progress;
use crate::report::{Figure, Latencies, Measured, figure, micros_each};
use crate::seed::{Folder, Seed, user_id};
use crate::words::{self, Clock};

/// How many messages the short chat has.
const SHORT: usize = 1_000;
/// How many members each chat has: enough that nobody passes their limits.
const MEMBERS: usize = 20;
/// How many messages a page has.
const PAGE: usize = 50;
/// A word that every seventh message has, and two that one in a thousand has.
const COMMON: &str = "brøk";
const RARE: &str = "passer linjal";
/// How many messages with the common word are asked for.
const HITS: usize = 20;
/// How many requests of a kind go to one chat before it is the other's turn.
const TURN: usize = 10;
/// How many turns each has.
const TURNS: usize = 30;

/// What is asked.
#[derive(Clone, Copy, Debug)]
enum Read {
    CatchUp,
    FirstPage,
    Join,
    Common,
    Rare,
}

impl Read {
    const ALL: [Self; 5] = [
        Self::CatchUp,
        Self::FirstPage,
        Self::Join,
        Self::Common,
        Self::Rare,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::CatchUp => "catching up on fifty",
            Self::FirstPage => "first page",
            Self::Join => "join without a cursor",
            Self::Common => "search, a common word",
            Self::Rare => "search, two rare words",
        }
    }

    /// Returns how many messages the answer has to have.
    fn messages(self, in_chat: usize) -> usize {
        match self {
            Self::CatchUp | Self::FirstPage | Self::Join => in_chat.min(PAGE),
            Self::Common => {
                let with_it = |number: &usize| words::line(*number).contains(COMMON);
                (0..in_chat).filter(with_it).take(HITS).count()
            }
            Self::Rare => 1,
        }
    }
}

/// A chat that is read, and its members.
struct Chat {
    id: ChatId,
    messages: usize,
    epoch: String,
    head: u64,
    members: Vec<Client>,
    first: usize,
}

/// How long the answers took, and what they cost the server.
#[derive(Default)]
struct Taken {
    times: Latencies,
    cpu: Duration,
}

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("history");
    let long = options.messages as usize;
    let short = SHORT.min(long);
    allow_sockets(MEMBERS * 2)?;
    let folder = Folder::new(options.data.as_deref())?;
    let seed = folder.open()?;
    let ids = seed.chats(2, MEMBERS).await?;
    let bar = progress.part("sending", short + long);
    seed.messages(ids[0], 0..MEMBERS, short, |sent| {
        bar.set_position(sent as u64);
    })
    .await?;
    seed.messages(ids[1], MEMBERS..MEMBERS * 2, long, |sent| {
        bar.set_position((short + sent) as u64);
    })
    .await?;
    bar.finish_and_clear();
    index(seed, &progress, short + long).await?;

    let server = Server::start(program, &folder).await?;
    let mut chats = Vec::with_capacity(2);
    for (number, messages) in [short, long].into_iter().enumerate() {
        let first = number * MEMBERS;
        let topics = |user: usize| vec![format!("user:{}", user_id(user))];
        let users = first..first + MEMBERS;
        let members = connect_all(&folder, server.address, users, topics, || ()).await?;
        let mut chat = Chat {
            id: ids[number],
            messages,
            epoch: String::new(),
            head: 0,
            members,
            first,
        };
        chat.enter().await?;
        chats.push(chat);
    }
    let bar = progress.part("reading", Read::ALL.len() * TURNS);
    let mut figures = Vec::new();
    for read in Read::ALL {
        let mut taken = [Taken::default(), Taken::default()];
        for turn in 0..TURNS {
            for (chat, taken) in chats.iter_mut().zip(&mut taken) {
                chat.turn(read, turn, &server, taken).await?;
            }
            bar.inc(1);
        }
        figures.extend(compare(read, taken));
    }
    bar.finish_and_clear();
    Ok(Measured {
        scenario: "history",
        load: format!(
            "a chat of {long} messages and one of {short}, {} requests of each kind to each, one at a time",
            TURN * TURNS
        ),
        figures,
    })
}

/// Waits until all that was said is in the search index.
async fn index(seed: Seed<'_>, progress: &Progress, messages: usize) -> Result<()> {
    let bar = progress.part("indexing", messages);
    let all = messages as u64;
    seed.close_with(|left| bar.set_position(all.saturating_sub(left)))
        .await?;
    bar.finish_and_clear();
    Ok(())
}

fn compare(read: Read, [mut short, mut long]: [Taken; 2]) -> Vec<Figure> {
    let name = read.name();
    let median = short.times.median().as_secs_f64() * 1e3;
    let cpu = |taken: &Taken, of: &str| {
        micros_each(
            format!("{name}: CPU in the {of} chat"),
            taken.cpu,
            taken.times.count(),
        )
    };
    let (cpu_short, cpu_long) = (cpu(&short, "short"), cpu(&long, "long"));
    let [p50, p99, last] = long.times.figures(&format!("{name}: long chat"));
    vec![
        p50.against("short chat", median).ratio_at_most(2.0),
        p99,
        last,
        figure(cpu_long.what, cpu_long.value, cpu_long.unit)
            .against("short chat", cpu_short.value)
            .ratio_at_most(2.0),
    ]
}

impl Chat {
    /// Lets every member join, and notes where the chat is.
    async fn enter(&mut self) -> Result<()> {
        let topic = format!("chat:{}", self.id);
        for member in &mut self.members {
            let (epoch, head) = member
                .ask(&topic, "phx_join", "{}", |sync| {
                    (sync.text("epoch").map(str::to_owned), sync.number("head"))
                })
                .await?;
            self.epoch = epoch.context("a sync without an epoch")?;
            self.head = head.context("a sync without its head")?;
        }
        Ok(())
    }

    /// Asks some times, another member each time.
    async fn turn(
        &mut self,
        read: Read,
        turn: usize,
        server: &Server,
        taken: &mut Taken,
    ) -> Result<()> {
        let count = self.members.len();
        let asking = (turn * TURN..).take(TURN).map(|number| number % count);
        let chat_topic = format!("chat:{}", self.id);
        if matches!(read, Read::Join) {
            for member in asking.clone() {
                let member = &mut self.members[member];
                member.ask(&chat_topic, "phx_leave", "{}", |_| ()).await?;
            }
        }
        let search = |words: &str, limit: usize| {
            format!(
                "{{\"q\":\"{words}\",\"chatId\":\"{}\",\"limit\":{limit}}}",
                self.id
            )
        };
        let (event, payload) = match read {
            Read::CatchUp => {
                let since = self.head.saturating_sub(PAGE as u64);
                (
                    "sync",
                    format!("{{\"epoch\":\"{}\",\"since\":{since}}}", self.epoch),
                )
            }
            Read::FirstPage => ("history", format!("{{\"limit\":{PAGE}}}")),
            Read::Join => ("phx_join", "{}".into()),
            Read::Common => ("search", search(COMMON, HITS)),
            Read::Rare => ("search", search(RARE, 1)),
        };
        let before = server.usage()?.cpu;
        for member in asking {
            let topic = match event {
                "search" => format!("user:{}", user_id(self.first + member)),
                _ => chat_topic.clone(),
            };
            let clock = Clock::start();
            let count = self.members[member]
                .ask(&topic, event, &payload, |answer| answer.created().count())
                .await?;
            taken.times.add(clock.now());
            let expected = read.messages(self.messages);
            ensure!(
                count == expected,
                "{}: {count} messages came in place of {expected}",
                read.name()
            );
        }
        taken.cpu += server.usage()?.cpu.saturating_sub(before);
        Ok(())
    }
}
