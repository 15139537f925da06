//! The engine behind its lock, and the outputs that wait for the driver.
//!
//! A command is carried out by whoever gives it, so that it shows at once; the driver is woken to
//! do what follows from it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use samtale_engine::{Command, CommandError, Engine, Input, Made, Monotonic, Now, Output};
use tokio::sync::{Notify, watch};

use crate::changes::Audience;

/// What the client's handles and its driver share.
#[derive(Debug)]
pub(crate) struct Shared {
    core: Mutex<Core>,
    start: Instant,
    /// Tells the driver that there is something to do.
    pub(crate) wake: Notify,
    stopped: watch::Sender<bool>,
}

/// The engine, and what it wants done.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) engine: Engine,
    pub(crate) audience: Audience,
    outputs: VecDeque<Output>,
    stopping: bool,
    closed: bool,
}

impl Shared {
    /// Brings the engine to life.
    pub(crate) fn new(config: samtale_engine::Config) -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the system has randomness");
        let start = Instant::now();
        let mut core = Core {
            engine: Engine::new(config, seed, now(start)),
            audience: Audience::default(),
            outputs: VecDeque::new(),
            stopping: false,
            closed: false,
        };
        core.drain();
        Self {
            core: Mutex::new(core),
            start,
            wake: Notify::new(),
            stopped: watch::Sender::new(false),
        }
    }

    /// Locks the engine. A reader that panicked has changed nothing, so its lock is taken over.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn command(&self, command: Command) -> Result<Made, CommandError> {
        let mut core = self.lock();
        if core.stopping {
            return Err(CommandError::SignedOut);
        }
        let made = core.engine.command(now(self.start), command);
        core.drain();
        drop(core);
        self.wake.notify_one();
        made
    }

    pub(crate) fn input(&self, input: Input) {
        let mut core = self.lock();
        if core.closed {
            return;
        }
        core.engine.handle_input(now(self.start), input);
        core.drain();
        drop(core);
        self.wake.notify_one();
    }

    /// Returns what is to be done next.
    pub(crate) fn next_output(&self) -> Option<Output> {
        self.lock().outputs.pop_front()
    }

    /// Returns when the engine wants to be woken.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        let Monotonic(millis) = self.lock().engine.poll_timeout()?;
        self.start
            .checked_add(std::time::Duration::from_millis(millis))
    }

    /// Lets the connection go and takes no more commands; the driver does the rest.
    pub(crate) fn ask_to_stop(&self) {
        let mut core = self.lock();
        if !core.stopping {
            core.stopping = true;
            // Refused only by an engine that was signed out, whose connection is gone already.
            let _ = core.engine.command(now(self.start), Command::Disconnect);
            core.drain();
        }
        drop(core);
        self.wake.notify_one();
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Says that the driver has ended.
    pub(crate) fn close(&self) {
        let mut core = self.lock();
        core.stopping = true;
        core.closed = true;
        core.outputs.clear();
        core.audience.close();
        drop(core);
        self.stopped.send_replace(true);
    }

    /// Waits until the driver has ended.
    pub(crate) async fn stopped(&self) {
        self.stopped
            .subscribe()
            .wait_for(|stopped| *stopped)
            .await
            .expect("the sender lives as long as self");
    }
}

impl Core {
    /// Drains the engine: changes go to whoever listens, the rest waits for the driver.
    fn drain(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Changed(change) => self.audience.tell(&change),
                output => self.outputs.push_back(output),
            }
        }
    }
}

fn now(start: Instant) -> Now {
    let mono = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Now::new(mono, i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
