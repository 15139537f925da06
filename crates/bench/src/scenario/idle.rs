//! Joined connections that say nothing: what memory the server holds for each.
//!
//! Each is a user of their own who has joined their own topic and a chat of two, as an open app has. The memory is the
//! process's own (`RssAnon`); the kernel's buffers are not in it.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::Options;
use crate::client::connect_all;
use crate::process::allow_sockets;
use crate::progress::Progress;
use crate::report::{Measured, figure};
use crate::seed::user_id;

/// How long the server may tidy up before it is looked at.
const REST: Duration = Duration::from_secs(5);

pub(super) async fn run(options: &Options, program: &Path) -> Result<Measured> {
    let progress = Progress::of("idle");
    let clients = options.clients(10_000).next_multiple_of(2);
    allow_sockets(clients)?;
    let (folder, chats, server) = super::chats_of_two(options, program, clients / 2).await?;
    let before = server.usage()?;
    let bar = progress.part("connecting", clients);
    let topics = |user: usize| {
        vec![
            format!("user:{}", user_id(user)),
            format!("chat:{}", chats[user / 2]),
        ]
    };
    let held = connect_all(&folder, server.address, 0..clients, topics, || bar.inc(1)).await?;
    bar.finish_and_clear();
    let connected = server.usage()?;
    tokio::time::sleep(REST).await;
    let after = server.usage()?;
    let rest = after.cpu.saturating_sub(connected.cpu);
    let each = |kib: u64| kib as f64 / held.len() as f64;
    let memory = each(after.anonymous_kib.saturating_sub(before.anonymous_kib));
    Ok(Measured {
        scenario: "idle",
        load: format!("{clients} users, each with their own topic and a chat of two joined"),
        figures: vec![
            figure("memory of a connection", memory, "KiB").at_most(8.0),
            figure("memory before", before.anonymous_kib as f64, "KiB"),
            figure("memory with all", after.anonymous_kib as f64, "KiB"),
            figure(
                "CPU of a connection and its joins",
                connected.cpu.saturating_sub(before.cpu).as_secs_f64() * 1e6 / held.len() as f64,
                "µs",
            ),
            figure(
                "CPU while all rest",
                rest.as_secs_f64() / REST.as_secs_f64() * 100.0,
                "%",
            ),
        ],
    })
}
