//! Everybody is cut at once, in the middle of a message, and comes back; then the server is killed under them, and they come
//! back again.
//!
//! The clients wait as the engine does: full jitter under a bound that begins at a second and doubles with each failure, or
//! as long as they are told to. Someone is back when both their topics are joined, and caught up when the answer has every
//! message that their chat got meanwhile.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use samtale_model::ChatId;
use tokio::time::timeout;

use crate::Options;
use crate::client::{Client, connect_all};
use crate::process::{Server, allow_sockets};
use crate::progress::Progress;
use crate::report::{Figure, Latencies, Measured, figure};
use crate::seed::{Folder, user_id};
use crate::words::{self, Clock};

/// The first bound of the wait, and the greatest.
const WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// How long an attempt may take, as in the engine.
const ATTEMPT: Duration = Duration::from_secs(10);
/// How long everybody may take to be back before the run fails.
const LIMIT: Duration = Duration::from_secs(120);

/// What a client knows of its chat.
struct Person {
    user: usize,
    chat: ChatId,
    token: String,
    epoch: String,
    since: u64,
}

/// Someone who is connected.
struct Here {
    person: Person,
    client: Client,
}

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("storm");
    let clients = options.clients(10_000).next_multiple_of(2);
    allow_sockets(clients)?;
    let (folder, chats, server) = super::chats_of_two(options, program, clients / 2).await?;
    let address = server.address;
    let bar = progress.part("connecting", clients);
    let connected =
        connect_all(&folder, address, 0..clients, |_| Vec::new(), || bar.inc(1)).await?;
    let mut here = Vec::with_capacity(clients);
    for (user, mut client) in connected.into_iter().enumerate() {
        let mut person = Person {
            user,
            chat: chats[user / 2],
            token: folder.token(user),
            epoch: String::new(),
            since: 0,
        };
        person.join(&mut client, None).await?;
        here.push(Here { person, client });
    }
    bar.finish_and_clear();

    let mut figures = Vec::new();
    let sent = send_into_the_cut(&folder, &mut here).await?;
    let people: Vec<Person> = here.into_iter().map(|here| here.person).collect();
    let before = server.usage()?.cpu;
    let back = Storm::new(&progress, "cut", people, sent)
        .back(address)
        .await?;
    let cpu = server.usage()?.cpu.saturating_sub(before);
    let here = back.report("cut", &mut figures);
    figures.push(figure(
        "cut: CPU of one who comes back",
        cpu.as_secs_f64() * 1e6 / clients as f64,
        "µs",
    ));

    let people: Vec<Person> = here.into_iter().map(|here| here.person).collect();
    server.kill().await?;
    let storm = Storm::new(&progress, "killed", people, Vec::new());
    let start = Server::start_again(program, &folder, address);
    let (back, server) = tokio::join!(storm.back(address), start);
    let (back, _server) = (back?, server?);
    back.report("killed", &mut figures);
    Ok(Measured {
        scenario: "storm",
        load: format!(
            "{clients} clients of {} chats cut at once, then the server killed and started again",
            chats.len()
        ),
        figures,
    })
}

/// One of each chat sends a message, and nobody reads any more: what the commits said is lost with the connections.
async fn send_into_the_cut(folder: &Folder, here: &mut [Here]) -> Result<Vec<String>> {
    let mut sent = Vec::with_capacity(here.len() / 2);
    for one in here.iter_mut().step_by(2) {
        let id = folder.message_id().to_string();
        let topic = format!("chat:{}", one.person.chat);
        one.client
            .push(&topic, "message:send", &message(&id, one.person.user))
            .await?;
        sent.push(id);
    }
    // Some are committed and on their way to those who no longer read.
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok(sent)
}

impl Person {
    /// Joins the person's own topic and their chat from where they were, notes where they are then, and tells whether the
    /// answer has a message.
    async fn join(&mut self, client: &mut Client, awaited: Option<&str>) -> Result<bool> {
        client
            .join(&format!("user:{}", user_id(self.user)), "{}")
            .await?;
        let cursor = match self.epoch.as_str() {
            "" => "{}".to_owned(),
            epoch => format!("{{\"epoch\":\"{epoch}\",\"since\":{}}}", self.since),
        };
        let topic = format!("chat:{}", self.chat);
        let (epoch, head, has_it) = client
            .ask(&topic, "phx_join", &cursor, |frame| {
                let has_it = awaited.is_none_or(|id| frame.payload.contains(id));
                (
                    frame.text("epoch").map(str::to_owned),
                    frame.number("upTo"),
                    has_it,
                )
            })
            .await?;
        self.epoch = epoch.context("a sync without an epoch")?;
        self.since = head.context("a sync without its head")?;
        Ok(has_it)
    }

    /// Sends a message again whose answer was lost, or waits for it from the other one.
    async fn catch_up(&self, client: &mut Client, awaited: &str) -> Result<()> {
        if self.user.is_multiple_of(2) {
            let topic = format!("chat:{}", self.chat);
            return client
                .ask(&topic, "message:send", &message(awaited, self.user), |_| ())
                .await;
        }
        loop {
            while let Some(frame) = client.next()? {
                if frame.event == "envelope" && frame.payload.contains(awaited) {
                    return Ok(());
                }
            }
            client.fill().await?;
        }
    }
}

fn message(id: &str, user: usize) -> String {
    format!("{{\"id\":\"{id}\",\"content\":\"{}\"}}", words::line(user))
}

/// All who are away.
struct Storm<'a> {
    progress: &'a Progress,
    name: &'static str,
    people: Vec<Person>,
    /// The message of each chat that its members are to get.
    sent: Vec<String>,
}

/// All who are back.
struct Back {
    here: Vec<Here>,
    times: Latencies,
    last: Duration,
    attempts: usize,
    told_to_wait: usize,
}

/// What those who come back share.
struct Shared {
    clock: Clock,
    address: SocketAddr,
    attempts: Cell<usize>,
    told_to_wait: Cell<usize>,
    times: RefCell<Latencies>,
    /// Why the last attempt failed that did.
    failure: RefCell<String>,
}

impl<'a> Storm<'a> {
    fn new(
        progress: &'a Progress,
        name: &'static str,
        people: Vec<Person>,
        sent: Vec<String>,
    ) -> Self {
        Self {
            progress,
            name,
            people,
            sent,
        }
    }

    async fn back(self, address: SocketAddr) -> Result<Back> {
        let count = self.people.len();
        let bar = self.progress.part(self.name, count);
        let shared = Rc::new(Shared {
            clock: Clock::start(),
            address,
            attempts: Cell::default(),
            told_to_wait: Cell::default(),
            times: RefCell::default(),
            failure: RefCell::default(),
        });
        let sent = Rc::new(self.sent);
        let tasks: Vec<_> = self
            .people
            .into_iter()
            .map(|person| {
                let (shared, sent, bar) = (Rc::clone(&shared), Rc::clone(&sent), bar.clone());
                tokio::task::spawn_local(async move {
                    let awaited = sent.get(person.user / 2).map(String::as_str);
                    let here = come_back(person, &shared, awaited).await;
                    bar.inc(1);
                    here
                })
            })
            .collect();
        let all = async {
            let mut here = Vec::with_capacity(count);
            for task in tasks {
                here.push(task.await??);
            }
            Ok::<_, anyhow::Error>(here)
        };
        let here = timeout(LIMIT, all).await.map_err(|_| {
            anyhow!(
                "{} of {count} were back after {LIMIT:?}; the last failure: {}",
                shared.times.borrow().count(),
                shared.failure.borrow()
            )
        })??;
        bar.finish_and_clear();
        Ok(Back {
            here,
            last: shared.clock.now(),
            times: shared.times.take(),
            attempts: shared.attempts.get(),
            told_to_wait: shared.told_to_wait.get(),
        })
    }
}

impl Back {
    fn report(mut self, name: &str, figures: &mut Vec<Figure>) -> Vec<Here> {
        figures.push(
            figure(
                format!("{name}: all back and caught up"),
                self.last.as_secs_f64(),
                "s",
            )
            .at_most(15.0),
        );
        figures.extend(self.times.figures(&format!("{name}: back")));
        figures.push(figure(
            format!("{name}: attempts"),
            self.attempts as f64,
            "",
        ));
        figures.push(figure(
            format!("{name}: told to wait"),
            self.told_to_wait as f64,
            "",
        ));
        self.here
    }
}

/// Tries until it is back and has caught up.
async fn come_back(mut person: Person, shared: &Shared, awaited: Option<&str>) -> Result<Here> {
    let mut failures = 0;
    loop {
        let bound = WAIT.1.min(WAIT.0 * 2_u32.saturating_pow(failures));
        let share = words::mix(person.user * 64 + failures as usize) as f64 / u64::MAX as f64;
        tokio::time::sleep(bound.mul_f64(share)).await;
        shared.attempts.set(shared.attempts.get() + 1);
        let attempt = async {
            let mut client = Client::connect(shared.address, person.user, &person.token).await?;
            let has_it = person.join(&mut client, awaited).await?;
            Ok::<_, anyhow::Error>((client, has_it))
        };
        match timeout(ATTEMPT, attempt).await {
            Ok(Ok((mut client, has_it))) => {
                if let Some(awaited) = awaited.filter(|_| !has_it) {
                    person.catch_up(&mut client, awaited).await?;
                }
                shared.times.borrow_mut().add(shared.clock.now());
                return Ok(Here { person, client });
            }
            Ok(Err(error)) if error.to_string().contains("retryAfterMs\":") => {
                shared.told_to_wait.set(shared.told_to_wait.get() + 1);
                failures += 1;
            }
            Ok(Err(error)) => {
                shared.failure.replace(format!("{error:#}"));
                failures += 1;
            }
            Err(_) => {
                shared.failure.replace("an attempt took too long".into());
                failures += 1;
            }
        }
    }
}
