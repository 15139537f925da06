//! Presence of ten thousand: all come to chats of two hundred, the largest that tell who is there, and then some of them
//! step away and come back.
//!
//! Everybody has to see everybody of their chat, or the run fails. Changes are gathered before they are told, so that one
//! frame may bring several; a change's time runs from when it was due to when it is seen by another.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, bail};

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
const MEMBERS: usize = 200;
/// How long nothing is told before the rooms are quiet.
const QUIET: Duration = Duration::from_secs(1);
/// How long all may take to see each other.
const LIMIT: Duration = Duration::from_secs(120);

/// Who has seen whom.
struct Seen {
    clock: Clock,
    of: usize,
    /// For each user whom of their chat they have seen.
    known: Vec<bool>,
    /// How many have not seen whom.
    unknown: usize,
    /// When the last was seen whom someone had not seen.
    all_known: Duration,
    /// When someone was last told something.
    last: Duration,
    /// When each user's newest change was due.
    changed: Vec<Duration>,
    told: Told,
}

/// What was told of changes.
#[derive(Default)]
struct Told {
    frames: usize,
    bytes: usize,
    changes: Latencies,
}

impl Hear for Seen {
    fn event(&mut self, user: usize, frame: &Frame<'_>) -> Result<Option<Push>> {
        if !frame.event.starts_with("presence_") {
            return Ok(None);
        }
        let now = self.clock.now();
        self.last = now;
        if frame.event == "presence_diff" {
            self.told.frames += 1;
            self.told.bytes += frame.length;
        }
        for other in present(frame.payload) {
            if other / self.of != user / self.of {
                bail!("it was told of user-{other}, who is not in its chat");
            }
            let known = &mut self.known[user * self.of + other % self.of];
            if !std::mem::replace(known, true) {
                self.unknown -= 1;
                self.all_known = now;
            }
            if other != user {
                let took = now.saturating_sub(self.changed[other]);
                self.told.changes.add(took);
            }
        }
        Ok(None)
    }
}

/// Finds who is or comes, by number; those who leave stand last. Only as a key is an id followed by an object.
fn present(payload: &str) -> impl Iterator<Item = usize> {
    let joins = payload.split("\"leaves\":").next().unwrap_or_default();
    joins.match_indices("\"user-").filter_map(|(at, _)| {
        let (number, rest) = user_number(&joins[at + 1..])?;
        rest.starts_with("\":{").then_some(number)
    })
}

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("presence");
    let groups = Groups::new(options.clients(10_000), MEMBERS);
    let users = groups.users();
    // Each may change once a second at the most, and two of one user's within a moment are one.
    let rate = options.rate(100).min(u32::try_from(users / 2)?);
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

    let before = server.usage()?.cpu;
    let clock = Clock::start();
    let seen = Seen {
        clock,
        of: groups.of,
        known: vec![false; users * groups.of],
        unknown: users * groups.of,
        all_known: Duration::ZERO,
        last: Duration::ZERO,
        changed: vec![Duration::ZERO; users],
        told: Told::default(),
    };
    let bar = progress.part("joining", users);
    let people = People::connect(
        &folder,
        server.address,
        groups.one_of_each(),
        |user| vec![(topics[user / groups.of].to_string(), "{}")],
        clock,
        seen,
        || bar.inc(1),
    )
    .await?;
    bar.finish_and_clear();
    let joined = clock.now();
    quiet(&people, clock).await?;
    let used = server.usage()?.cpu.saturating_sub(before);
    let (all_known, told) = {
        let mut seen = people.heard_mut();
        (seen.all_known, std::mem::take(&mut seen.told))
    };
    let mut figures = vec![
        figure("all joined", joined.as_secs_f64(), "s"),
        figure("everybody sees everybody", all_known.as_secs_f64(), "s"),
        micros_each(
            "CPU of one who joins, until all rooms are quiet",
            used,
            users,
        ),
        figure("diffs of who came", told.frames as f64, ""),
    ];

    let before = server.usage()?.cpu;
    let changes = {
        let _bar = progress.time("changes", options.time());
        change(&people, &topics, groups, clock, rate, options).await?
    };
    let used = server.usage()?.cpu.saturating_sub(before);
    let mut told = std::mem::take(&mut people.heard_mut().told);
    let floor = {
        let _bar = progress.time("the floor", options.time());
        let plan = Writes {
            sockets: groups.of,
            payload: told.bytes / told.frames.max(1),
            rounds: rate.saturating_mul(options.seconds),
            every: Duration::from_secs(1) / rate,
        };
        floor::writes(program, plan).await?
    };
    figures.extend([
        micros_each("CPU of a diff of a change", used, told.frames).over(floor.as_secs_f64() * 1e6),
        figure("changes", changes as f64, ""),
        figure("diffs brought to someone", told.frames as f64, ""),
        figure(
            "diffs a second",
            told.frames as f64 / options.time().as_secs_f64(),
            "/s",
        ),
    ]);
    figures.extend(told.changes.figures("seen by another"));
    Ok(Measured {
        scenario: "presence",
        load: format!(
            "{users} users in {} chats of {} come, then {rate} changes a second",
            groups.chats, groups.of
        ),
        figures,
    })
}

/// Waits until everybody has seen everybody, and nothing more is told.
async fn quiet(people: &People<Seen>, clock: Clock) -> Result<()> {
    let limit = clock.now() + LIMIT;
    loop {
        people.check()?;
        let (unknown, last) = {
            let seen = people.heard();
            (seen.unknown, seen.last)
        };
        if unknown == 0 && clock.now() > last + QUIET {
            return Ok(());
        }
        if clock.now() > limit {
            bail!(
                "after {LIMIT:?} the rooms were not quiet, and {unknown} had not been seen by someone of their chat"
            );
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Has users change how they are present, all in turn, and waits until all others of their chats have seen it.
async fn change(
    people: &People<Seen>,
    topics: &[Rc<str>],
    groups: Groups,
    clock: Clock,
    rate: u32,
    options: &Options,
) -> Result<usize> {
    let begun = clock.now();
    let order = groups.one_of_each();
    let count = rate as usize * options.seconds as usize;
    for number in 0..count {
        let due = begun + Duration::from_secs(1).mul_f64(number as f64 / f64::from(rate));
        people.wait_until(due).await?;
        let (round, user) = (number / order.len(), order[number % order.len()]);
        let status = if round.is_multiple_of(2) {
            "away"
        } else {
            "online"
        };
        people.heard_mut().changed[user] = due;
        people.say(
            user,
            Push {
                topic: Rc::clone(&topics[user / groups.of]),
                event: "presence",
                payload: format!("{{\"status\":\"{status}\"}}"),
                due,
            },
        );
    }
    let expected = count * (groups.of - 1);
    people
        .settle("changes seen", expected, |seen| seen.told.changes.count())
        .await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_come_are_found_once_and_those_who_leave_are_not() {
        let cases = [
            (r#"{"joins":{},"leaves":{}}]"#, vec![]),
            (
                r#"{"joins":{"user-3":{"metas":[{"phx_ref":"user-3","status":"away"}]},"user-12":{"metas":[{"phx_ref":"user-12","status":"online"}]}},"leaves":{"user-4":{"metas":[{"phx_ref":"user-4"}]}}}]"#,
                vec![3, 12],
            ),
            (
                r#"{"user-0":{"metas":[{"phx_ref":"user-0","status":"online"}]}}]"#,
                vec![0],
            ),
        ];
        for (payload, expected) in cases {
            assert_eq!(present(payload).collect::<Vec<_>>(), expected, "{payload}");
        }
    }
}
