//! A mixed day: what a busy evening of many small chats and some groups is made of.
//!
//! Most of it are messages, each announced by typing a second before and answered by the receipts of all who get it; now and
//! then someone steps away, looks at a page of history, edits or reacts. Every push has to be answered with an ok, and every
//! message to reach all others of its chat, or the run fails. Times run from when a push was due.

use std::ops::Range;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::Options;
use crate::client::Frame;
use crate::people::{Hear, People, Push};
use crate::process::{Server, allow_sockets};
use crate::progress::Progress;
use crate::report::{Latencies, Measured, figure, micros_each};
use crate::seed::{Folder, user_id, user_number};
use crate::words::Clock;

mod evening;

use evening::{Act, Evening};

/// How many a group has.
const GROUP: usize = 20;
/// How many messages every chat has from the days before.
const PAST: usize = 50;
/// One group for so many users.
const USERS_TO_A_GROUP: usize = 100;

/// A chat, and what was said last.
struct Chat {
    topic: Rc<str>,
    members: Range<usize>,
    /// The newest message and its sender.
    latest: Option<(String, usize)>,
}

/// What was heard.
struct Heard {
    clock: Clock,
    chats: Vec<Chat>,
    /// In which chat each user is.
    chat_of: Vec<usize>,
    /// In which chat something was said last.
    newest: usize,
    acknowledged: Latencies,
    delivered: Latencies,
    pages: Latencies,
}

impl Hear for Heard {
    /// Notes a message that has come from another, and says that it was read.
    fn event(&mut self, user: usize, frame: &Frame<'_>) -> Result<Option<Push>> {
        if frame.event != "envelope" {
            return Ok(None);
        }
        let seq = frame.number("seq").context("an envelope without a seq")?;
        if frame.created().next() != Some(seq) {
            // An edit or a reaction.
            return Ok(None);
        }
        let sender = frame.text("senderId").and_then(user_number);
        let (sender, _) = sender.context("a message without its sender")?;
        let id = frame.text("id").context("a message without its id")?;
        self.newest = self.chat_of[user];
        let chat = &mut self.chats[self.newest];
        chat.latest = Some((id.to_owned(), sender));
        if sender == user {
            return Ok(None);
        }
        let words = frame.text("content");
        let age = words.and_then(|words| self.clock.age(words));
        self.delivered
            .add(age.context("a message without its words")?);
        Ok(Some(Push {
            topic: Rc::clone(&chat.topic),
            event: "receipt",
            payload: format!("{{\"delivered\":{seq},\"read\":{seq}}}"),
            due: self.clock.now(),
        }))
    }

    fn answer(&mut self, _user: usize, event: &'static str, took: Duration) {
        match event {
            "message:send" => self.acknowledged.add(took),
            "history" => self.pages.add(took),
            _ => {}
        }
    }
}

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("mixed");
    let clients = options.clients(2_000);
    let groups = clients / USERS_TO_A_GROUP;
    let pairs = (clients - groups * GROUP) / 2;
    let users = pairs * 2 + groups * GROUP;
    // More than one a second of each would meet their limits.
    let rate = options.rate(1_000).min(u32::try_from(users)?);
    allow_sockets(users)?;
    let folder = Folder::new(options.data.as_deref())?;
    let seed = folder.open()?;
    let of_two = (0..pairs).map(|pair| pair * 2..pair * 2 + 2);
    let in_groups =
        (0..groups).map(|group| pairs * 2 + group * GROUP..pairs * 2 + (group + 1) * GROUP);
    let members: Vec<Range<usize>> = of_two.chain(in_groups).collect();
    let bar = progress.part("sending", members.len());
    let ids = seed
        .chats_with(members.iter().cloned(), PAST, || bar.inc(1))
        .await?;
    bar.finish_and_clear();
    seed.close().await?;
    let chats: Vec<Chat> = ids
        .iter()
        .zip(members)
        .map(|(id, members)| Chat {
            topic: format!("chat:{id}").into(),
            members,
            latest: None,
        })
        .collect();
    let chat_of: Vec<usize> = (0..chats.len())
        .flat_map(|number| chats[number].members.clone().map(move |_| number))
        .collect();
    let topic_of: Vec<Rc<str>> = chat_of
        .iter()
        .map(|chat| Rc::clone(&chats[*chat].topic))
        .collect();
    let sizes: Vec<usize> = chat_of
        .iter()
        .map(|chat| chats[*chat].members.len())
        .collect();

    let server = Server::start(program, &folder).await?;
    let clock = Clock::start();
    let heard = Heard {
        clock,
        chats,
        chat_of,
        newest: 0,
        acknowledged: Latencies::default(),
        delivered: Latencies::default(),
        pages: Latencies::default(),
    };
    let topics = |user: usize| {
        let own = format!("user:{}", user_id(user));
        let present = "{\"presence\":{\"status\":\"online\"}}";
        vec![(own, present), (topic_of[user].to_string(), "{}")]
    };
    let bar = progress.part("connecting", users);
    let order = (0..users).collect();
    let people = People::connect(&folder, server.address, order, topics, clock, heard, || {
        bar.inc(1);
    })
    .await?;
    bar.finish_and_clear();
    // Who has come is told first.
    tokio::time::sleep(Duration::from_secs(1)).await;

    let before = server.usage()?.cpu;
    let begun = clock.now();
    let mut counts = [0_usize; Act::ALL.len()];
    let mut deliveries = 0;
    {
        let _bar = progress.time("talking", options.time());
        for (number, step) in Evening::new(&sizes, rate, options.time()).enumerate() {
            let due = begun + step.at;
            people.wait_until(due).await?;
            let (user, act) = people.heard().whose(step.user, step.act);
            counts[act as usize] += 1;
            if matches!(act, Act::Message) {
                deliveries += sizes[user] - 1;
            }
            let push = people.heard().push(&folder, user, act, due, number);
            people.say(user, push);
        }
        people
            .settle("deliveries", deliveries, |heard| heard.delivered.count())
            .await?;
    }
    let used = server.usage()?.cpu.saturating_sub(before);
    let answered = people.answered();
    let mut figures = vec![
        micros_each("CPU of an action", used, answered),
        figure("actions, each answered ok", answered as f64, ""),
    ];
    let mut heard = people.heard_mut();
    figures.extend(heard.acknowledged.figures("message acknowledged"));
    figures.extend(heard.delivered.figures("message delivered"));
    if heard.pages.count() > 0 {
        figures.extend(heard.pages.figures("page of history"));
    }
    for act in Act::ALL {
        figures.push(figure(act.name(), counts[act as usize] as f64, ""));
    }
    figures.push(figure("receipts", heard.delivered.count() as f64, ""));
    drop(heard);
    Ok(Measured {
        scenario: "mixed",
        load: format!(
            "{users} users in {pairs} chats of two and {groups} groups of {GROUP}, {rate} actions a second"
        ),
        figures,
    })
}

impl Heard {
    /// Returns who does an act, and what. What was said last is edited by who said it, and another reacts to it: in the
    /// user's chat, or where nothing was said there this evening, in the chat that was last spoken in. Before anything was
    /// said they look at a page.
    fn whose(&self, user: usize, act: Act) -> (usize, Act) {
        if !matches!(act, Act::Edit | Act::React) {
            return (user, act);
        }
        let own = &self.chats[self.chat_of[user]];
        let chat = match own.latest {
            Some(_) => own,
            None => &self.chats[self.newest],
        };
        let other = |sender: usize| chat.members.clone().find(|member| *member != sender);
        match (&chat.latest, act) {
            (Some((_, sender)), Act::Edit) => (*sender, act),
            (Some((_, sender)), _) => (other(*sender).unwrap_or(user), act),
            (None, _) => (user, Act::Page),
        }
    }

    /// Words what a user does.
    fn push(&self, folder: &Folder, user: usize, act: Act, due: Duration, number: usize) -> Push {
        let chat = &self.chats[self.chat_of[user]];
        let latest = chat.latest.as_ref().map_or("", |(id, _)| id.as_str());
        let words = || self.clock.stamp(due, number);
        let (event, payload) = match act {
            Act::Message => {
                let (id, words) = (folder.message_id(), words());
                (
                    "message:send",
                    format!("{{\"id\":\"{id}\",\"content\":\"{words}\"}}"),
                )
            }
            Act::Typing => ("typing", "{\"on\":true}".into()),
            Act::Presence => {
                let status = if number.is_multiple_of(2) {
                    "away"
                } else {
                    "online"
                };
                ("presence", format!("{{\"status\":\"{status}\"}}"))
            }
            Act::Page => ("history", "{}".into()),
            Act::Edit => {
                let (op, words) = (folder.op_id(), words());
                (
                    "message:edit",
                    format!(
                        "{{\"opId\":\"{op}\",\"messageId\":\"{latest}\",\"content\":\"{words}\"}}"
                    ),
                )
            }
            Act::React => {
                let op = folder.op_id();
                (
                    "reaction:set",
                    format!(
                        "{{\"opId\":\"{op}\",\"messageId\":\"{latest}\",\"emoji\":\"👍\",\"on\":true}}"
                    ),
                )
            }
        };
        Push {
            topic: Rc::clone(&chat.topic),
            event,
            payload,
            due,
        }
    }
}
