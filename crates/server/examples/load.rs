//! Puts load on a running `samtale serve --dev` with `SAMTALE_LIMITS=off`, and prints what it cost.
//!
//! `cargo run --release -p samtale-server --example load -- URL PID idle 5000`: joined connections
//! that say nothing, and the server's memory for each.
//! `cargo run --release -p samtale-server --example load -- URL PID send 64 20`: chats of two in
//! which one sends as fast as it is answered, for so many seconds.

#![expect(
    clippy::disallowed_methods,
    reason = "a load generator lives by the wall clock"
)]

use std::error::Error;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

type Socket = WebSocketStream<TcpStream>;
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, pid, scenario, rest @ ..] = args.as_slice() else {
        return Err("usage: load URL PID idle COUNT | send CHATS SECONDS".into());
    };
    let number = |at: usize| {
        rest.get(at)
            .ok_or("a number is missing")?
            .parse::<u64>()
            .map_err(|_| "not a number")
    };
    let server = Server {
        host: url.trim_start_matches("http://").to_owned(),
        pid: pid.clone(),
    };
    match scenario.as_str() {
        "idle" => idle(&server, number(0)?).await,
        "send" => send(&server, number(0)?, Duration::from_secs(number(1)?)).await,
        other => Err(format!("no scenario {other}").into()),
    }
}

struct Server {
    host: String,
    pid: String,
}

impl Server {
    /// Asks for a demo user's token.
    async fn token(&self, http: &reqwest::Client, user: &str) -> Result<String> {
        let request = http
            .post(format!("http://{}/dev/token", self.host))
            .json(&json!({"user": user}));
        let answer: Value = request.send().await?.error_for_status()?.json().await?;
        Ok(answer["token"].as_str().ok_or("no token")?.to_owned())
    }

    async fn connect(&self, token: &str) -> Result<Socket> {
        let path = format!("ws://{}/realtime/v1/websocket?vsn=2.0.0", self.host);
        let mut request = path.into_client_request()?;
        request
            .headers_mut()
            .insert("authorization", format!("Bearer {token}").parse()?);
        let (socket, _) = client_async(request, TcpStream::connect(&self.host).await?).await?;
        Ok(socket)
    }

    /// Reads the server's resident and anonymous memory, in KiB.
    fn memory(&self) -> Result<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
                .ok_or("no such field")
        };
        Ok((field("VmRSS:")?, field("RssAnon:")?))
    }
}

/// Pushes and waits for the reply.
async fn push(socket: &mut Socket, topic: &str, event: &str, payload: Value) -> Result<Value> {
    socket
        .send(Message::text(
            json!(["1", "1", topic, event, payload]).to_string(),
        ))
        .await?;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else {
            continue;
        };
        let frame: Value = serde_json::from_str(&text)?;
        if frame[3] == "phx_reply" {
            return Ok(frame[4].clone());
        }
    }
    Err("the connection ended".into())
}

async fn idle(server: &Server, count: u64) -> Result<()> {
    let token = server.token(&reqwest::Client::new(), "ingrid").await?;
    let (rss, anon) = server.memory()?;
    say(&format!(
        "before: {rss} KiB resident, {anon} KiB of it anonymous"
    ));
    let mut sockets = Vec::new();
    for _ in 0..count {
        let mut socket = server.connect(&token).await?;
        push(&mut socket, "user:ingrid", "phx_join", json!({})).await?;
        sockets.push(socket);
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (rss_after, anon_after) = server.memory()?;
    say(&format!(
        "with {count} joined: {rss_after} KiB resident, {anon_after} KiB of it anonymous"
    ));
    say(&format!(
        "for each: {:.1} KiB",
        (anon_after.saturating_sub(anon)) as f64 / count as f64
    ));
    Ok(())
}

async fn send(server: &Server, chats: u64, time: Duration) -> Result<()> {
    let http = reqwest::Client::new();
    let token = server.token(&http, "ingrid").await?;
    let mut senders = Vec::new();
    for _ in 0..chats {
        let request = http
            .post(format!("http://{}/api/chats", server.host))
            .bearer_auth(&token);
        let body = json!({"participants": [{"userId": "jonas"}]});
        let chat: Value = request
            .json(&body)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let topic = format!("chat:{}", chat["id"].as_str().ok_or("no id")?);
        let mut socket = server.connect(&token).await?;
        push(&mut socket, &topic, "phx_join", json!({})).await?;
        senders.push((socket, topic));
    }
    // Ids of an earlier run would be repeats.
    let run = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)?
        .as_secs()
        & 0xffff_ffff;
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for (number, (mut socket, topic)) in senders.into_iter().enumerate() {
        tasks.push(tokio::spawn(async move {
            let mut took = Vec::new();
            while begun.elapsed() < time {
                let id = format!("{run:08x}-{number:04x}-7000-8000-{:012x}", took.len());
                let content = format!("melding {} {}", took.len(), "x".repeat(180));
                let asked = Instant::now();
                let reply = push(
                    &mut socket,
                    &topic,
                    "message:send",
                    json!({"id": id, "content": content}),
                )
                .await?;
                if reply["status"] != "ok" {
                    return Err(reply.to_string().into());
                }
                took.push(asked.elapsed());
            }
            Ok::<_, Box<dyn Error + Send + Sync>>(took)
        }));
    }
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await??);
    }
    took.sort_unstable();
    let seconds = begun.elapsed().as_secs_f64();
    let at = |share: f64| {
        took.get((took.len() as f64 * share) as usize)
            .copied()
            .unwrap_or_default()
    };
    say(&format!(
        "{} acknowledged in {seconds:.1} s: {:.0} a second; p50 {:?}, p99 {:?}",
        took.len(),
        took.len() as f64 / seconds,
        at(0.5),
        at(0.99)
    ));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
fn say(line: &str) {
    println!("{line}");
}
