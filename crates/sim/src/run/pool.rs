//! Many seeds on several threads. A world is played wholly on the thread that took its seed, since what lies
//! under its disk belongs to a thread.
//!
//! Seeds are taken in their order. So when one fails and no more are taken, every lower one has been played
//! to its end, and the lowest that fails is the same however many threads there are.

#![expect(
    clippy::disallowed_methods,
    reason = "worlds are played on threads, and one that hangs is noticed by the real clock"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::{Outcome, Play, twice};
use crate::plan::{Plan, Profile};
use crate::trace::Trace;

/// How many bytes of stack a world has.
const STACK: usize = 16 * 1024 * 1024;

/// Which seeds to play.
#[derive(Clone, Debug)]
pub struct Work {
    /// The first.
    pub from: u64,
    /// How many.
    pub seeds: u64,
    /// On how many threads.
    pub jobs: usize,
    /// As which kind of history; none: as the seed says.
    pub profile: Option<Profile>,
    /// How long a play may take in real time. A world that counts its turns fails long before; one that hangs in the
    /// midst of a turn can't be ended, only told of.
    pub patience: Duration,
}

impl Work {
    /// Draws the plan of one of its seeds.
    pub fn plan(&self, seed: u64) -> Plan {
        match self.profile {
            Some(profile) => Plan::draw_as(profile, seed),
            None => Plan::draw(seed),
        }
    }
}

/// A seed that was played.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which.
    pub seed: u64,
    /// As which kind of history.
    pub profile: Profile,
    /// How its play ended.
    pub outcome: Outcome,
    /// The last lines of its trace, where it failed.
    pub trace: Vec<String>,
}

/// What the caller hears while the seeds are played.
#[derive(Debug)]
pub enum News {
    /// A seed was played.
    Played(Box<Report>),
    /// A moment went by.
    Tick,
}

/// Whether to take more seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Yes.
    On,
    /// No; those that are being played are played to their end.
    Stop,
}

/// A seed whose play outlasted all patience. Its thread can't be ended: the process must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hung {
    /// Which.
    pub seed: u64,
}

enum Message {
    Began { worker: usize, seed: u64 },
    Ended { worker: usize, report: Box<Report> },
}

/// Plays seeds, and tells of each as soon as it was played.
///
/// # Errors
/// Where a seed hangs.
pub fn seeds<P>(work: &Work, play: &Arc<P>, mut heard: impl FnMut(News) -> Go) -> Result<(), Hung>
where
    P: Play + Send + Sync + 'static,
{
    let (sender, messages) = mpsc::channel();
    let queue = Arc::new(Queue {
        work: work.clone(),
        next: AtomicU64::new(0),
        stop: AtomicBool::new(false),
    });
    for worker in 0..work.jobs.max(1) {
        let (queue, play, sender) = (Arc::clone(&queue), Arc::clone(play), sender.clone());
        thread::Builder::new()
            .name(format!("world-{worker}"))
            .stack_size(STACK)
            .spawn(move || queue.serve(worker, &*play, &sender))
            .expect("the system has a thread left");
    }
    drop(sender);

    let mut playing: Vec<Option<(u64, Instant)>> = vec![None; work.jobs.max(1)];
    loop {
        let go = match messages.recv_timeout(Duration::from_millis(100)) {
            Ok(Message::Began { worker, seed }) => {
                playing[worker] = Some((seed, Instant::now()));
                Go::On
            }
            Ok(Message::Ended { worker, report }) => {
                playing[worker] = None;
                heard(News::Played(report))
            }
            Err(RecvTimeoutError::Timeout) => heard(News::Tick),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        if go == Go::Stop {
            queue.stop.store(true, Ordering::Relaxed);
        }
        let hung = playing.iter().flatten();
        let mut hung = hung.filter(|(_, began)| began.elapsed() > work.patience);
        if let Some((seed, _)) = hung.next() {
            return Err(Hung { seed: *seed });
        }
    }
}

/// The seeds that no thread has taken yet.
struct Queue {
    work: Work,
    next: AtomicU64,
    stop: AtomicBool,
}

impl Queue {
    /// Takes the next seed. One that is taken is played, whatever is heard meanwhile.
    fn take(&self) -> Option<u64> {
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let taken = self.next.fetch_add(1, Ordering::Relaxed);
        (taken < self.work.seeds).then(|| self.work.from.wrapping_add(taken))
    }

    fn serve(&self, worker: usize, play: &impl Play, sender: &Sender<Message>) {
        while let Some(seed) = self.take() {
            if sender.send(Message::Began { worker, seed }).is_err() {
                return;
            }
            let plan = self.work.plan(seed);
            let played = twice(&plan, Trace::new(Trace::SHORT), play);
            let failed = played.outcome.failure.is_some();
            let report = Box::new(Report {
                seed,
                profile: plan.setup.profile,
                trace: if failed {
                    played.trace.lines()
                } else {
                    Vec::new()
                },
                outcome: played.outcome,
            });
            if sender.send(Message::Ended { worker, report }).is_err() {
                return;
            }
        }
    }
}
