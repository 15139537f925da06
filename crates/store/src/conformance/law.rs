//! The law: an old snapshot with the changes since is a fresh snapshot, for every viewer, over the ranges they hold.
//!
//! Random people do random things in a chat. Each has two clients that hold what they were given: one catches up by
//! syncs now and then, the other applies live envelopes. At random moments, and at the end, both must hold what a fresh
//! read gives, and that must be what a simple model of the chat says its viewer may see. Receipts never go back.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use samtale_model::{Body, ChatId, HistoryRule, MessageId, Op, Role, Seq};

use super::World;
use super::world::{emoji, user};

mod client;
mod reference;

use client::Client;
use reference::Reference;

/// How many chats are tried.
const CHATS: usize = 40;
/// How many people are around.
const PEOPLE: usize = 5;
const ROLES: [Role; 5] = Role::ALL;
const EMOJI: [&str; 3] = ["👍", "❤️", "🎉"];

/// Something that happens. Numbers pick people and messages, modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    Send {
        who: usize,
        reply: Option<usize>,
        thread: Option<usize>,
    },
    Edit {
        who: usize,
        message: usize,
    },
    Delete {
        who: usize,
        message: usize,
    },
    React {
        who: usize,
        message: usize,
        emoji: usize,
        on: bool,
    },
    Add {
        who: usize,
        whom: usize,
        role: usize,
    },
    Rank {
        who: usize,
        whom: usize,
        role: usize,
    },
    Remove {
        who: usize,
        whom: usize,
    },
    Rule {
        who: usize,
        all: bool,
    },
    Rename {
        who: usize,
    },
    Read {
        who: usize,
        seq: u64,
    },
    Repeat,
    Sync {
        who: usize,
        limit: usize,
    },
    Look {
        who: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    // Mostly those who are in from the start, or little of what is tried would be accepted.
    let who = || prop_oneof![4 => Just(0), 2 => Just(1), 3 => 0..PEOPLE];
    let message = || 0..24_usize;
    prop_oneof![
        8 => (who(), proptest::option::weighted(0.3, message()), proptest::option::weighted(0.2, message()))
            .prop_map(|(who, reply, thread)| Step::Send { who, reply, thread }),
        6 => (who(), message()).prop_map(|(who, message)| Step::Edit { who, message }),
        1 => (who(), message()).prop_map(|(who, message)| Step::Delete { who, message }),
        4 => (who(), message(), 0..EMOJI.len(), any::<bool>())
            .prop_map(|(who, message, emoji, on)| Step::React { who, message, emoji, on }),
        4 => (who(), who(), 0..ROLES.len()).prop_map(|(who, whom, role)| Step::Add { who, whom, role }),
        1 => (who(), who(), 0..ROLES.len()).prop_map(|(who, whom, role)| Step::Rank { who, whom, role }),
        2 => (who(), who()).prop_map(|(who, whom)| Step::Remove { who, whom }),
        1 => (who(), any::<bool>()).prop_map(|(who, all)| Step::Rule { who, all }),
        1 => who().prop_map(|who| Step::Rename { who }),
        2 => (who(), 0..80_u64).prop_map(|(who, seq)| Step::Read { who, seq }),
        1 => Just(Step::Repeat),
        4 => (who(), 1..12_usize).prop_map(|(who, limit)| Step::Sync { who, limit }),
        2 => who().prop_map(|who| Step::Look { who }),
    ]
}

/// Tries the law on random chats, and shrinks what breaks it.
pub async fn old_snapshots_with_changes_are_fresh_snapshots(world: World) {
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    let steps = prop::collection::vec(step(), 1..200);
    for _ in 0..CHATS {
        let mut tree = steps.new_tree(&mut runner).expect("steps");
        let Err(mut broken) = Run::run(&world, tree.current()).await else {
            continue;
        };
        let mut smallest = tree.current();
        while tree.simplify() {
            while let Ok(()) = Run::run(&world, tree.current()).await {
                if !tree.complicate() {
                    break;
                }
            }
            if let Err(again) = Run::run(&world, tree.current()).await {
                (broken, smallest) = (again, tree.current());
            }
        }
        panic!("{broken}\nafter {smallest:#?}");
    }
}

/// A chat that things happen in.
struct Run<'a> {
    world: &'a World,
    chat: ChatId,
    /// Names that no other run uses.
    people: Vec<String>,
    messages: Vec<MessageId>,
    reference: Reference,
    synced: Vec<Client>,
    live: Vec<Client>,
    last: Option<(usize, Op)>,
    renames: usize,
}

impl<'a> Run<'a> {
    async fn run(world: &'a World, steps: Vec<Step>) -> Result<(), String> {
        let prefix = world.op_id();
        let people: Vec<String> = (0..PEOPLE)
            .map(|number| format!("{number}-{prefix}"))
            .collect();
        let chat = world.chat(&people[0], &[(&people[1], Role::Student)]).await;
        let clients = || (0..PEOPLE).map(|_| Client::default()).collect();
        let mut run = Self {
            world,
            chat,
            reference: Reference::new(PEOPLE),
            people,
            messages: Vec::new(),
            synced: clients(),
            live: clients(),
            last: None,
            renames: 0,
        };
        for (number, step) in steps.into_iter().enumerate() {
            let what = format!("{step:?}");
            run.step(step)
                .await
                .map_err(|broken| format!("step {number}, {what}: {broken}"))?;
        }
        for who in 0..PEOPLE {
            run.catch_up(who, 7).await?;
            run.look(who).await?;
        }
        Ok(())
    }

    fn message(&self, number: usize) -> MessageId {
        match self.messages.len() {
            0 => MessageId::from_bytes([1; 16]),
            count => self.messages[number % count],
        }
    }

    async fn step(&mut self, step: Step) -> Result<(), String> {
        let op_id = self.world.op_id();
        let (who, op) = match step {
            Step::Send { who, reply, thread } => {
                let content = Body::from_stored(format!("melding {}", self.messages.len()));
                let (reply_to, thread_root) = (
                    reply.map(|n| self.message(n)),
                    thread.map(|n| self.message(n)),
                );
                (
                    who,
                    Op::Send {
                        id: self.world.message_id(),
                        content,
                        reply_to,
                        thread_root,
                    },
                )
            }
            Step::Edit { who, message } => {
                let content = Body::from_stored(format!("endring {op_id}"));
                (
                    who,
                    Op::Edit {
                        op_id,
                        message_id: self.message(message),
                        content,
                    },
                )
            }
            Step::Delete { who, message } => (
                who,
                Op::Delete {
                    op_id,
                    message_id: self.message(message),
                },
            ),
            Step::React {
                who,
                message,
                emoji: face,
                on,
            } => (
                who,
                Op::React {
                    op_id,
                    message_id: self.message(message),
                    emoji: emoji(EMOJI[face]),
                    on,
                },
            ),
            Step::Add { who, whom, role } => (
                who,
                Op::AddParticipant {
                    op_id,
                    user_id: user(&self.people[whom]),
                    role: ROLES[role],
                },
            ),
            Step::Rank { who, whom, role } => (
                who,
                Op::SetRole {
                    op_id,
                    user_id: user(&self.people[whom]),
                    role: ROLES[role],
                },
            ),
            Step::Remove { who, whom } => (
                who,
                Op::RemoveParticipant {
                    op_id,
                    user_id: user(&self.people[whom]),
                },
            ),
            Step::Rule { who, all } => {
                let history = Some(if all {
                    HistoryRule::All
                } else {
                    HistoryRule::SinceJoining
                });
                (
                    who,
                    Op::UpdateChat {
                        op_id,
                        title: None,
                        history,
                    },
                )
            }
            Step::Repeat => match self.last.clone() {
                Some(last) => last,
                None => return Ok(()),
            },
            Step::Rename { who } => {
                self.renames += 1;
                self.world
                    .sign_in(&self.people[who], Some(&format!("Navn {}", self.renames)))
                    .await;
                return Ok(());
            }
            Step::Read { who, seq } => {
                // A refusal is what becomes of somebody who is not in.
                let _ = self
                    .world
                    .store
                    .raise_receipt(&user(&self.people[who]), self.chat, Seq(seq), Seq(seq / 2))
                    .await;
                return Ok(());
            }
            Step::Sync { who, limit } => return self.sync(who, limit).await.map(drop),
            Step::Look { who } => return self.look(who).await,
        };
        self.last = Some((who, op.clone()));
        let sent = matches!(op, Op::Send { .. }).then(|| MessageId(op.id().0));
        if let Ok(done) = self
            .world
            .apply(&self.people[who], self.chat, op.clone())
            .await
            && !done.repeat
        {
            self.messages.extend(sent);
            self.reference.apply(&self.people, &op, &done)?;
        }
        Ok(())
    }

    /// Has a client sync once.
    async fn sync(&mut self, who: usize, limit: usize) -> Result<bool, String> {
        let client = &mut self.synced[who];
        let cursor = client.cursor.clone();
        match self
            .world
            .sync(&self.people[who], self.chat, cursor, limit)
            .await
        {
            Ok(snapshot) => {
                client.take(snapshot)?;
                Ok(client.behind)
            }
            Err(_) if !self.reference.is_active(who) => {
                *client = Client::default();
                Ok(false)
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Has a client sync until it is at the head.
    async fn catch_up(&mut self, who: usize, limit: usize) -> Result<(), String> {
        while self.sync(who, limit).await? {}
        Ok(())
    }

    /// Compares what somebody's clients hold with a fresh read, and that with the reference.
    async fn look(&mut self, who: usize) -> Result<(), String> {
        self.catch_up(who, 5).await?;
        self.follow(who).await?;
        let name = &self.people[who];
        if !self.reference.is_active(who) {
            return match self.world.sync(name, self.chat, None, 10).await {
                Ok(_) => Err("somebody who is out reads".into()),
                Err(_) => Ok(()),
            };
        }
        let mut fresh = Client::default();
        fresh.take(
            self.world
                .sync(name, self.chat, None, 200)
                .await
                .map_err(|error| error.to_string())?,
        )?;
        self.synced[who]
            .must_hold(&fresh)
            .map_err(|broken| format!("by syncs, {broken}"))?;
        self.live[who]
            .must_hold(&fresh)
            .map_err(|broken| format!("by envelopes, {broken}"))?;
        let page = self.world.page(name, self.chat).await;
        let seen: Vec<_> = page
            .messages
            .iter()
            .map(|m| (m.created_seq, m.content.as_str().to_owned()))
            .collect();
        let expected = self.reference.visible_to(who);
        if seen != expected {
            return Err(format!(
                "the page has {seen:?}, and should have {expected:?}"
            ));
        }
        Ok(())
    }

    /// Has a client apply the envelopes since it was last looked at, as a room would forward them.
    async fn follow(&mut self, who: usize) -> Result<(), String> {
        let me = user(&self.people[who]);
        let client = &mut self.live[who];
        for commit in self.world.sink.chat(self.chat) {
            if client.apply(&me, &commit)? {
                continue;
            }
            // It starts over, or is out. What it reads is later than the commit that said so.
            client.drop_rows();
            match self
                .world
                .sync(&self.people[who], self.chat, client.cursor.clone(), 200)
                .await
            {
                Ok(snapshot) => client.take(snapshot)?,
                Err(_) => *client = Client::default(),
            }
        }
        if client.cursor.is_none()
            && let Ok(snapshot) = self
                .world
                .sync(&self.people[who], self.chat, None, 200)
                .await
        {
            client.take(snapshot)?;
        }
        Ok(())
    }
}
