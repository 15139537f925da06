//! `samtale tail`: what happens in chats, line by line, without loss or doubles over reconnects.

use std::collections::BTreeMap;
use std::io;

use clap::Args;
use samtale_client::Client;
use samtale_engine::{Command, Engine};
use samtale_model::ChatId;

use crate::failure::{Failure, Outcome};
use crate::out;
use crate::session::{SessionArgs, find_chat, refusal};

mod event;
mod follow;

use follow::{Follow, Step};

/// What stands below the flags in `--help`.
pub(crate) const HELP: &str = "\
One line for each message, edit, deletion, change of reactions and receipt. It says on standard error when
it has begun. Without --chat it follows every chat, and those that one is added to from their beginning.

Examples:
  samtale tail --dev-user ingrid
  samtale tail --token \"$TOKEN\" --json | jq 'select(.event == \"message\") | .message.content'";

/// What `samtale tail` is started with.
#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    #[command(flatten)]
    session: SessionArgs,

    /// A chat to follow, by id or title; several may be named, all are followed where none is
    #[arg(long, value_name = "CHAT")]
    chat: Vec<String>,

    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,

    /// Print so many of the newest messages of each chat first
    #[arg(long, value_name = "N", default_value_t = 0)]
    last: usize,

    /// End after so many lines
    #[arg(long, value_name = "N")]
    count: Option<u64>,
}

/// Prints until told to stop.
pub(crate) async fn run(args: TailArgs) -> Outcome {
    let client = Client::start(args.session.quiet_config()?).await?;
    let followed = tokio::select! {
        followed = follow(&client, &args) => followed,
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    client.shutdown().await;
    followed
}

async fn follow(client: &Client, args: &TailArgs) -> Outcome {
    let mut changes = client.changes();
    client.command(Command::Connect).map_err(Failure::failed)?;
    let mut tail = Tail {
        last: args.last,
        named: !args.chat.is_empty(),
        follows: BTreeMap::new(),
        begun: false,
    };
    for name in &args.chat {
        let chat = match name.parse::<ChatId>() {
            Ok(id) => id,
            Err(_) => find_chat(client, name).await?,
        };
        tail.follows
            .insert(chat, Follow::from_newest(chat, args.last));
        open(client, chat);
    }
    let mut left = args.count.unwrap_or(u64::MAX);
    while left > 0 {
        for line in tail.look(client)? {
            let text = if args.json {
                line.json()
            } else {
                client.view(|engine| line.text(engine))
            };
            match out::line(text) {
                // Whoever read has had enough, as `head` has.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                written => written?,
            }
            left -= 1;
            if left == 0 {
                return Ok(());
            }
        }
        if changes.recv().await.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

struct Tail {
    last: usize,
    named: bool,
    follows: BTreeMap<ChatId, Follow>,
    begun: bool,
}

impl Tail {
    /// Returns what is new, and asks for what is missing to know it.
    fn look(&mut self, client: &Client) -> Result<Vec<event::Event>, Failure> {
        if let Some(failure) = client.view(|engine| refusal(engine.connection())) {
            return Err(failure);
        }
        if !self.named {
            self.find_chats(client);
        }
        let mut events = Vec::new();
        let mut older = Vec::new();
        client.view(|engine| {
            for (chat, follow) in &mut self.follows {
                match step(engine, *chat, follow)? {
                    Step::Events(more) => events.extend(more),
                    Step::Older => older.push(*chat),
                    Step::Wait => {}
                }
            }
            Ok::<_, Failure>(())
        })?;
        for chat in older {
            // Refused only while it is being loaded already.
            let _ = client.command(Command::LoadOlder { chat, limit: None });
        }
        self.say_when_begun(client);
        Ok(events)
    }

    /// Follows the chats of the list that are not followed yet.
    fn find_chats(&mut self, client: &Client) {
        let (listed, more) = client.view(|engine| {
            let connected = engine.connection().state.is_connected() && !engine.chats_loading();
            let listed = connected.then(|| {
                engine
                    .chats()
                    .iter()
                    .map(|item| item.id)
                    .collect::<Vec<_>>()
            });
            (
                listed.unwrap_or_default(),
                connected && engine.has_more_chats(),
            )
        });
        for chat in listed {
            self.follows.entry(chat).or_insert_with(|| {
                open(client, chat);
                if self.begun {
                    Follow::from_the_beginning(chat)
                } else {
                    Follow::from_newest(chat, self.last)
                }
            });
        }
        if more && !self.begun {
            // Refused only while it is being loaded already.
            let _ = client.command(Command::LoadMoreChats);
        }
    }

    fn say_when_begun(&mut self, client: &Client) {
        let listed = client.view(|engine| {
            engine.connection().state.is_connected()
                && !engine.chats_loading()
                && (self.named || !engine.has_more_chats())
        });
        if !self.begun && listed && self.follows.values().all(Follow::has_begun) {
            self.begun = true;
            let chats = self.follows.len();
            tracing::debug!(chats, "following");
            // A closed standard error is no reason to stop.
            let _ = out::notice(format_args!("following {chats} chats"));
        }
    }
}

fn step(engine: &Engine, chat: ChatId, follow: &mut Follow) -> Result<Step, Failure> {
    let Some(item) = engine.chat(chat) else {
        return Ok(Step::Wait);
    };
    if let Some(code) = item.error {
        return Err(Failure::failed(format!("chat {chat}: {code}")));
    }
    if item.loading {
        return Ok(Step::Wait);
    }
    let timeline = engine.timeline(chat);
    let entries: Vec<_> = timeline.entries().collect();
    Ok(follow.step(&entries, timeline.has_older(), &engine.receipts(chat)))
}

fn open(client: &Client, chat: ChatId) {
    if let Err(error) = client.command(Command::OpenChat { chat }) {
        tracing::warn!(%chat, %error, "a chat can't be opened");
    }
}
