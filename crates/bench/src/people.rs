//! Clients that live as tasks: each says what it is told to say, and gives what it hears to the scenario.
//!
//! They read from the moment they have joined. A refusal, a lost connection, and events that the server dropped fail the run.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::sync::mpsc;

use crate::client::{Client, Frame, TOGETHER};
use crate::seed::{Folder, user_id};
use crate::words::Clock;

/// How long the last answers and events may take.
const LIMIT: Duration = Duration::from_secs(30);

/// What someone says.
#[derive(Clone, Debug)]
pub(crate) struct Push {
    /// On which topic.
    pub(crate) topic: Rc<str>,
    /// The event.
    pub(crate) event: &'static str,
    /// The payload, as JSON.
    pub(crate) payload: String,
    /// When it was to be said, on the clock of the run.
    pub(crate) due: Duration,
}

/// What a scenario makes of what its people hear.
pub(crate) trait Hear: 'static {
    /// Takes an event that a user's client got, and returns what it says to that.
    fn event(&mut self, user: usize, frame: &Frame<'_>) -> Result<Option<Push>>;

    /// Takes how long it took from when a user's push was due to its answer, which was an ok.
    fn answer(&mut self, _user: usize, _event: &'static str, _took: Duration) {}
}

/// Everyone who is connected.
pub(crate) struct People<H> {
    say: Vec<mpsc::UnboundedSender<Push>>,
    shared: Rc<Shared<H>>,
}

struct Shared<H> {
    clock: Clock,
    hear: RefCell<H>,
    said: Cell<usize>,
    answered: Cell<usize>,
    failure: RefCell<Option<anyhow::Error>>,
}

impl<H: Hear> People<H> {
    /// Connects users in an order, which has each number below its length once, some at a time, and lets each join topics
    /// with payloads.
    pub(crate) async fn connect(
        folder: &Folder,
        server: SocketAddr,
        order: Vec<usize>,
        topics: impl Fn(usize) -> Vec<(String, &'static str)>,
        clock: Clock,
        hear: H,
        done: impl Fn(),
    ) -> Result<Self> {
        let shared = Rc::new(Shared {
            clock,
            hear: RefCell::new(hear),
            said: Cell::default(),
            answered: Cell::default(),
            failure: RefCell::default(),
        });
        let (say, ears): (Vec<_>, Vec<_>) = order.iter().map(|_| mpsc::unbounded_channel()).unzip();
        let ears: Vec<_> = ears.into_iter().map(|ear| Cell::new(Some(ear))).collect();
        let one = |user: usize| {
            let (token, topics) = (folder.token(user), topics(user));
            let ear = ears[user].take();
            let (shared, done) = (Rc::clone(&shared), &done);
            async move {
                let arrive = async {
                    let mut client = Client::connect(server, user, &token).await?;
                    for (topic, payload) in topics {
                        client.join(&topic, payload).await?;
                    }
                    Ok::<_, anyhow::Error>(client)
                };
                let client = arrive
                    .await
                    .with_context(|| format!("{} could not join", user_id(user)))?;
                let person = Person {
                    user,
                    client,
                    shared,
                    asked: VecDeque::new(),
                };
                let ear = ear.context("someone is to connect twice")?;
                tokio::task::spawn_local(person.live(ear));
                done();
                Ok::<_, anyhow::Error>(())
            }
        };
        futures_util::stream::iter(order.into_iter().map(one))
            .buffer_unordered(TOGETHER)
            .try_collect::<()>()
            .await?;
        Ok(Self { say, shared })
    }

    /// Has a user say something.
    pub(crate) fn say(&self, user: usize, push: Push) {
        self.shared.said.set(self.shared.said.get() + 1);
        // Someone who is gone has told why.
        let _ = self.say[user].send(push);
    }

    /// Returns what was heard.
    pub(crate) fn heard(&self) -> Ref<'_, H> {
        self.shared.hear.borrow()
    }

    /// The same, to begin anew.
    pub(crate) fn heard_mut(&self) -> RefMut<'_, H> {
        self.shared.hear.borrow_mut()
    }

    /// Returns how many pushes were answered, each with an ok.
    pub(crate) fn answered(&self) -> usize {
        self.shared.answered.get()
    }

    /// Fails when someone was refused or lost.
    pub(crate) fn check(&self) -> Result<()> {
        self.shared.failure.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// Waits until a time on the run's clock; what is late is not waited for.
    pub(crate) async fn wait_until(&self, due: Duration) -> Result<()> {
        if due > self.shared.clock.now() {
            tokio::time::sleep_until(self.shared.clock.at(due)).await;
            self.check()?;
        }
        Ok(())
    }

    /// Waits until everything that was said is answered and so much of something was heard.
    pub(crate) async fn settle(
        &self,
        what: &str,
        expected: usize,
        heard: impl Fn(&H) -> usize,
    ) -> Result<()> {
        let limit = self.shared.clock.now() + LIMIT;
        loop {
            self.check()?;
            let count = heard(&self.shared.hear.borrow());
            let (said, answered) = (self.shared.said.get(), self.answered());
            if answered == said && count == expected {
                return Ok(());
            }
            if count > expected {
                bail!("{count} {what} came, of {expected} that were to come");
            }
            if self.shared.clock.now() > limit {
                bail!(
                    "{LIMIT:?} after the last push {count} of {expected} {what} had come, and {answered} of {said} answers"
                );
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Someone who is connected.
struct Person<H> {
    user: usize,
    client: Client,
    shared: Rc<Shared<H>>,
    /// What waits for its answer: answers come in the order of the pushes.
    asked: VecDeque<(&'static str, Duration)>,
}

impl<H: Hear> Person<H> {
    async fn live(mut self, mut ear: mpsc::UnboundedReceiver<Push>) {
        if let Err(error) = self.talk(&mut ear).await {
            let error = error.context(format!("{} was lost", user_id(self.user)));
            self.shared.failure.borrow_mut().get_or_insert(error);
        }
    }

    async fn talk(&mut self, ear: &mut mpsc::UnboundedReceiver<Push>) -> Result<()> {
        loop {
            for push in self.note()? {
                self.shared.said.set(self.shared.said.get() + 1);
                self.push(push).await?;
            }
            tokio::select! {
                filled = self.client.fill() => filled?,
                said = ear.recv() => match said {
                    Some(push) => self.push(push).await?,
                    None => return Ok(()),
                },
            }
        }
    }

    async fn push(&mut self, push: Push) -> Result<()> {
        self.asked.push_back((push.event, push.due));
        self.client
            .push(&push.topic, push.event, &push.payload)
            .await?;
        Ok(())
    }

    /// Notes what has come, and returns what is said to it.
    fn note(&mut self) -> Result<Vec<Push>> {
        let mut says = Vec::new();
        let mut hear = self.shared.hear.borrow_mut();
        while let Some(frame) = self.client.next()? {
            match frame.event {
                "phx_reply" => {
                    let (event, due) = self.asked.pop_front().context("an answer to nothing")?;
                    if !frame.is_ok() {
                        bail!("{event} was refused: {}", frame.refusal());
                    }
                    self.shared.answered.set(self.shared.answered.get() + 1);
                    hear.answer(
                        self.user,
                        event,
                        self.shared.clock.now().saturating_sub(due),
                    );
                }
                "behind" => {
                    bail!("the server has dropped events: the load is more than this machine takes")
                }
                "phx_close" | "phx_error" => bail!("the server has closed the channel"),
                _ => says.extend(hear.event(self.user, &frame)?),
            }
        }
        Ok(says)
    }
}

/// How users are divided among chats of one size, one chat after the other in the users' numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Groups {
    /// How many chats.
    pub(crate) chats: usize,
    /// How many members each.
    pub(crate) of: usize,
}

impl Groups {
    /// Divides about so many users; fewer than one chat has make one chat.
    pub(crate) fn new(users: usize, of: usize) -> Self {
        Self {
            chats: (users / of).max(1),
            of: of.min(users),
        }
    }

    /// Returns how many users there are.
    pub(crate) const fn users(self) -> usize {
        self.chats * self.of
    }

    /// Returns the users in an order in which every chat gets its first member, then every chat its second.
    pub(crate) fn one_of_each(self) -> Vec<usize> {
        let of = self.of;
        (0..of)
            .flat_map(|member| (0..self.chats).map(move |chat| chat * of + member))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_divided_into_whole_chats() {
        for (users, of, chats, members) in [(10_000, 200, 50, 200), (120, 50, 2, 50), (2, 50, 1, 2)]
        {
            let groups = Groups::new(users, of);
            assert_eq!((groups.chats, groups.of), (chats, members), "{users}");
            let mut order = groups.one_of_each();
            assert_eq!(order[1 % order.len()], if chats > 1 { members } else { 1 });
            order.sort_unstable();
            assert!(order.into_iter().eq(0..groups.users()));
        }
    }
}
