//! What the machine itself takes: the same bytes to as many sockets by one thread that does nothing else, and the same rows
//! in as many transactions with the same syncs.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use tokio::sync::oneshot;

use crate::client::{Client, dial, unmasked};
use crate::process::own_cpu;
use crate::seed::Folder;

/// How the bytes go out.
#[derive(Clone, Copy, Debug)]
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

/// Measures the processor time of one write: one thread writes, and clients such as the server's read.
pub(crate) async fn writes(plan: Writes) -> Result<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (done, measured) = oneshot::channel();
    let (ready, begin) = std::sync::mpsc::channel();
    let writer = move || {
        // A receiver that is gone has an error of its own to tell.
        let _ = done.send(write(&listener, plan, &begin));
    };
    thread::Builder::new().name("floor".into()).spawn(writer)?;
    let mut readers = Vec::with_capacity(plan.sockets);
    for number in 0..plan.sockets {
        let client = Client::over(dial(address, number).await?);
        readers.push(tokio::task::spawn_local(drain(client)));
    }
    ready
        .send(())
        .map_err(|_| anyhow!("the writer has ended"))?;
    let cpu = measured.await.context("the writer has ended")??;
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(cpu)
}

async fn drain(mut client: Client) {
    while client.fill().await.is_ok() {
        while let Ok(Some(_)) = client.next() {}
    }
}

fn write(
    listener: &TcpListener,
    plan: Writes,
    begin: &std::sync::mpsc::Receiver<()>,
) -> Result<Duration> {
    let mut sockets = Vec::with_capacity(plan.sockets);
    for _ in 0..plan.sockets {
        let (socket, _) = listener.accept()?;
        socket.set_nodelay(true)?;
        sockets.push(socket);
    }
    begin.recv()?;
    let (begin_text, end_text) = (r#"[null,null,"floor","envelope",{"x":""#, r#""}]"#);
    let filler = plan
        .payload
        .saturating_sub(begin_text.len() + end_text.len());
    let text = format!("{begin_text}{}{end_text}", "x".repeat(filler));
    let frame = unmasked(text.as_bytes());
    let begun = Instant::now();
    let before = own_cpu()?;
    for round in 0..plan.rounds {
        thread::sleep((begun + plan.every * round).saturating_duration_since(Instant::now()));
        for socket in &mut sockets {
            socket.write_all(&frame)?;
        }
    }
    let writes = f64::from(plan.rounds) * plan.sockets as f64;
    Ok(own_cpu()?.saturating_sub(before).div_f64(writes.max(1.0)))
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
    tokio::task::spawn_blocking(move || copy_rows(&source, &copy, plan)).await?
}

fn copy_rows(source: &Path, to: &Path, plan: Rows) -> Result<(Duration, Duration)> {
    let conn = rusqlite::Connection::open(to)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA wal_autocheckpoint = 2000;",
    )?;
    conn.execute("ATTACH ?1 AS source", [source.to_str()])?;
    let schema: Vec<String> = conn
        .prepare(
            "SELECT sql FROM source.sqlite_master WHERE tbl_name = 'messages' AND sql IS NOT NULL",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    conn.execute_batch(&schema.join(";"))?;
    // The newest rows, in the order in which they were written, read beforehand.
    let mut read = conn.prepare("SELECT * FROM source.messages ORDER BY uuid DESC LIMIT ?1")?;
    let columns = read.column_count();
    let mut rows: Vec<Vec<rusqlite::types::Value>> = read
        .query_map([i64::try_from(plan.count)?], |row| {
            (0..columns).map(|at| row.get(at)).collect()
        })?
        .collect::<rusqlite::Result<_>>()?;
    rows.reverse();
    let places = vec!["?"; columns].join(", ");
    let mut insert = conn.prepare(&format!("INSERT INTO main.messages VALUES ({places})"))?;
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
