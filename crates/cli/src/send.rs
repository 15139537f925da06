//! `samtale send`: one message from a script, and whether the server has it.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use samtale_client::{Changes, Client};
use samtale_engine::{Change, Command, Made, Outcome as OpOutcome};
use samtale_model::{ChatId, MessageId, OpId};

use crate::failure::{Failure, Outcome};
use crate::session::{SessionArgs, find_chat, refusal};
use crate::{out, time};

/// What stands below the flags in `--help`.
pub(crate) const HELP: &str = "\
It prints the message's id. Exit codes: 0 the server has it, 1 refused (the code is on standard error),
3 not reached in time. Then the message is given up, unless --data names a folder that keeps it: it goes
with the next `samtale send` or `samtale chat` on that folder.

Examples:
  samtale send --dev-user jonas --chat 'Matte 1T' 'Er du der?'
  uptime | samtale send --token \"$TOKEN\" --chat 0192f0c1-7e4b-7a53-9c55-0d7f3a1b2c3d";

/// What `samtale send` is started with.
#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    #[command(flatten)]
    session: SessionArgs,

    /// The chat: its id or its title
    #[arg(long, value_name = "CHAT")]
    chat: String,

    /// The message it answers
    #[arg(long, value_name = "ID")]
    reply_to: Option<MessageId>,

    /// How long to wait for the server
    #[arg(long, value_name = "TIME", value_parser = time::parse_some, default_value = "30s")]
    timeout: Duration,

    /// A folder that keeps the message until it is sent
    #[arg(long, env = "SAMTALE_CLIENT_DATA", value_name = "DIR")]
    data: Option<PathBuf>,

    /// The text; standard input where it is absent or -
    #[arg(value_name = "TEXT")]
    text: Option<String>,
}

/// Sends a message and waits for the acknowledgement.
pub(crate) async fn run(args: SendArgs) -> Outcome {
    let content = match args.text {
        Some(text) if text != "-" => text,
        _ => read_input()?,
    };
    let mut config = args.session.quiet_config()?;
    config.data = args.data;
    let kept = config.data.is_some();
    let client = Client::start(config).await?;
    let mut changes = client.changes();
    let sending = send(&client, &mut changes, &args.chat, args.reply_to, content);
    let sent = tokio::time::timeout(args.timeout, sending).await;
    client.shutdown().await;
    match sent {
        Ok(Ok(message)) => Ok(out::line(message)?),
        Ok(Err(failure)) => Err(failure),
        Err(_) => {
            let (url, time) = (&args.session.url, args.timeout.as_secs_f64());
            let failure = Failure::unreachable(format!("no answer from {url} within {time} s"));
            Err(failure.hint(if kept {
                "what was queued is kept in the data folder"
            } else {
                "the message was given up; if it was under way it may have arrived"
            }))
        }
    }
}

async fn send(
    client: &Client,
    changes: &mut Changes,
    chat: &str,
    reply_to: Option<MessageId>,
    content: String,
) -> Result<MessageId, Failure> {
    client.command(Command::Connect).map_err(Failure::failed)?;
    // An id needs no connection: with a data folder the message is kept even when there is none.
    let chat = match chat.parse::<ChatId>() {
        Ok(id) => id,
        Err(_) => find_chat(client, chat).await?,
    };
    let send = Command::Send {
        chat,
        content,
        reply_to,
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    let message = match client.command(send).map_err(Failure::failed)? {
        Made::Message(message) => message,
        Made::Nothing | Made::Op(_) | Made::Chat(_) => unreachable!("a send makes a message"),
    };
    loop {
        if let Some(failure) = client.view(|engine| refusal(engine.connection())) {
            return Err(failure);
        }
        let batch = changes
            .recv()
            .await
            .ok_or_else(|| Failure::failed("the client ended"))?;
        for change in batch {
            let Change::Op { op, outcome, .. } = change else {
                continue;
            };
            match outcome {
                _ if op != OpId(message.0) => {}
                OpOutcome::Done { .. } => return Ok(message),
                OpOutcome::Failed { code } => {
                    return Err(Failure::failed(format!("refused: {code}")));
                }
                OpOutcome::Cancelled | OpOutcome::Expired => {
                    return Err(Failure::failed("the message was given up"));
                }
                OpOutcome::Kept => {}
            }
        }
    }
}

/// Reads the text from standard input, without the line's end that every tool adds.
fn read_input() -> Result<String, Failure> {
    let mut text = String::new();
    let refuse = |error| Failure::usage(format!("standard input: {error}"));
    std::io::stdin().read_to_string(&mut text).map_err(refuse)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}
