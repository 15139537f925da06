//! What the machine itself takes: the same bytes to as many sockets by one thread that does nothing else, and the same rows
//! in as many transactions with the same syncs.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

use crate::client::{Client, dial, unmasked};
use crate::process::own_cpu;
use crate::seed::Folder;

/// How the bytes go out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Writes {
    /// To how many sockets.
    pub(crate) sockets: usize,
    /// How long each frame's payload is, in bytes.
    pub(crate) payload: usize,
    /// How many rounds, each a write to every socket.
    pub(crate) rounds: u32,
    /// How long from the beginning of a round to that of the next; none: at once.
    pub(crate) every: Duration,
}

/// Measures the processor time of one write: one thread of a process of its own writes, as the server is one, and clients
/// such as the server's read.
pub(crate) async fn writes(program: &Path, plan: Writes) -> Result<Duration> {
    let mut child = Command::new(program)
        .args(["bench", "--write-floor", &serde_json::to_string(&plan)?])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(mut begin), Some(said)) = (child.stdin.take(), child.stdout.take()) else {
        bail!("the writer has no pipes");
    };
    let mut said = BufReader::new(said).lines();
    let mut line = async || {
        let line = said.next_line().await?;
        line.context("the writer of the floor has ended; why stands above")
    };
    let address = line().await?.parse()?;
    let mut readers = Vec::with_capacity(plan.sockets);
    for number in 0..plan.sockets {
        let client = Client::over(dial(address, number).await?);
        readers.push(tokio::task::spawn_local(drain(client)));
    }
    begin.write_all(b"\n").await?;
    let nanos: f64 = line().await?.parse()?;
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    child.wait().await?;
    Ok(Duration::from_secs_f64(nanos / 1e9))
}

async fn drain(mut client: Client) {
    while client.fill().await.is_ok() {
        while let Ok(Some(_)) = client.next() {}
    }
}

/// Is the process that writes: says where it listens, waits for a line, and says how many nanoseconds a write took.
///
/// # Errors
/// When the plan is none, or whoever is to read is gone.
pub fn write_floor(plan: &str) -> Result<()> {
    let plan: Writes = serde_json::from_str(plan)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", listener.local_addr()?)?;
    let mut sockets = Vec::with_capacity(plan.sockets);
    for _ in 0..plan.sockets {
        let (socket, _) = listener.accept()?;
        socket.set_nodelay(true)?;
        sockets.push(socket);
    }
    std::io::stdin().read_line(&mut String::new())?;
    let (begin, end) = (r#"[null,null,"floor","envelope",{"x":""#, r#""}]"#);
    let filler = plan.payload.saturating_sub(begin.len() + end.len());
    let text = format!("{begin}{}{end}", "x".repeat(filler));
    let frame = unmasked(text.as_bytes());
    let begun = Instant::now();
    let before = own_cpu()?;
    for round in 0..plan.rounds {
        std::thread::sleep((begun + plan.every * round).saturating_duration_since(Instant::now()));
        for socket in &mut sockets {
            socket.write_all(&frame)?;
        }
    }
    let used = own_cpu()?.saturating_sub(before);
    let writes = f64::from(plan.rounds) * plan.sockets as f64;
    writeln!(out, "{}", used.as_secs_f64() * 1e9 / writes.max(1.0))?;
    Ok(())
}

/// How rows are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    /// How many.
    pub(crate) count: usize,
    /// How many transactions they come in, each synced.
    pub(crate) transactions: usize,
}

/// Measures how long the rows of messages take by themselves: the same tables in a database beside the server's, rows of
/// the same size, and as many syncs. Returns the processor time and the whole time of a row.
pub(crate) async fn rows(folder: &Folder, plan: Rows) -> Result<(Duration, Duration)> {
    let (source, copy) = (folder.database(), folder.path().join("floor.db"));
    tokio::task::spawn_blocking(move || {
        let measured = copy_rows(&source, &copy, plan);
        std::fs::remove_file(&copy)?;
        measured
    })
    .await?
}

fn copy_rows(source: &Path, to: &Path, plan: Rows) -> Result<(Duration, Duration)> {
    let conn = Connection::open(to)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA wal_autocheckpoint = 2000;",
    )?;
    // Apart, so that the server is not kept from writing.
    let source = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let schema: Vec<String> = source
        .prepare("SELECT sql FROM sqlite_master WHERE tbl_name = 'messages' AND sql IS NOT NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    conn.execute_batch(&schema.join(";"))?;
    // The newest rows, in the order in which they were written, read beforehand.
    let mut read = source.prepare("SELECT * FROM messages ORDER BY uuid DESC LIMIT ?1")?;
    let columns = read.column_count();
    let mut rows: Vec<Vec<rusqlite::types::Value>> = read
        .query_map([i64::try_from(plan.count)?], |row| {
            (0..columns).map(|at| row.get(at)).collect()
        })?
        .collect::<rusqlite::Result<_>>()?;
    rows.reverse();
    let places = vec!["?"; columns].join(", ");
    let mut insert = conn.prepare(&format!("INSERT INTO messages VALUES ({places})"))?;
    let each = rows.len().div_ceil(plan.transactions.max(1)).max(1);
    let (begun, before) = (Instant::now(), own_cpu()?);
    for group in rows.chunks(each) {
        conn.execute_batch("BEGIN IMMEDIATE")?;
        for row in group {
            insert.execute(rusqlite::params_from_iter(row))?;
        }
        conn.execute_batch("COMMIT")?;
    }
    let count = u32::try_from(rows.len().max(1))?;
    Ok(((own_cpu()? - before) / count, begun.elapsed() / count))
}

/// Which rows are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reads {
    /// How many of the newest commits of each chat.
    pub(crate) newest: u64,
    /// How often, once for each member.
    pub(crate) times: usize,
}

/// Measures the processor time of a message that is read straight from the server's database by one thread: its sealed
/// words are taken out of the row, and neither opened nor sent.
pub(crate) async fn reads(folder: &Folder, plan: Reads) -> Result<Duration> {
    let source = folder.database();
    tokio::task::spawn_blocking(move || read_rows(&source, plan)).await?
}

fn read_rows(source: &Path, plan: Reads) -> Result<Duration> {
    let conn = rusqlite::Connection::open(source)?;
    let newest = i64::try_from(plan.newest)?;
    let chats: Vec<(i64, i64)> = conn
        .prepare("SELECT id, head FROM chats")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut bodies = conn.prepare(
        "SELECT created_seq, body FROM messages WHERE chat = ?1 AND created_seq > ?2 ORDER BY created_seq",
    )?;
    let mut read: Vec<(i64, Vec<u8>)> = Vec::new();
    let mut count = 0_usize;
    let before = own_cpu()?;
    for _ in 0..plan.times {
        for (chat, head) in &chats {
            read.clear();
            let rows =
                bodies.query_map([*chat, head - newest], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for row in rows {
                read.push(row?);
            }
            count += read.len();
        }
    }
    let used = own_cpu()?.saturating_sub(before);
    Ok(used.div_f64(count.max(1) as f64))
}
