//! A real `samtale serve` in a process of its own, which tests stop, kill and start again.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use samtale_model::{ChatId, Message, Page, Seq, UnixMillis, UserId};
use samtale_server::auth::{Claims, mint};
use samtale_server::config::Secret;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Something that takes longer than this does not happen at all.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);
const SECRET: &str = "a secret of at least thirty-two bytes";

/// Waits for something that is to happen.
pub(crate) async fn within<T>(what: &str, happens: impl Future<Output = Option<T>>) -> T {
    let happened = tokio::time::timeout(PATIENCE, happens).await;
    happened
        .unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
        .expect(what)
}

/// Waits for a line of a child's standard output that contains a text, and returns it.
pub(crate) async fn wait_for_line(child: &mut Child, text: &str) -> String {
    let mut lines = BufReader::new(child.stdout.take().expect("standard output is piped")).lines();
    within(text, async {
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains(text) {
                return Some(line);
            }
        }
        None
    })
    .await
}

/// A server, its folder and its port, which stay the same over restarts.
pub(crate) struct Served {
    child: Child,
    data: PathBuf,
    port: u16,
    http: reqwest::Client,
}

impl Served {
    /// Starts a server in a folder below `data`.
    pub(crate) async fn start(data: &Path) -> Self {
        let data = data.join("server");
        let (child, port) = spawn(&data, 0).await;
        Self {
            child,
            data,
            port,
            http: reqwest::Client::new(),
        }
    }

    /// Ends the process at once, as `kill -9` does.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.expect("the server is killed");
    }

    /// Starts it again on the same folder and port.
    pub(crate) async fn restart(&mut self) {
        (self.child, _) = spawn(&self.data, self.port).await;
    }

    /// Returns the server's address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the server's port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Makes a token for a user, good for ten minutes.
    pub(crate) fn token(&self, user: &str) -> String {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .expect("after 1970");
        let exp = UnixMillis(i64::try_from(now.as_millis()).expect("in range")).plus(600_000);
        mint(
            &Secret::new(SECRET),
            &Claims::new(UserId::new(user).expect("a valid id"), exp),
        )
    }

    /// Makes a chat.
    pub(crate) async fn create_chat(&self, owner: &str, others: &[&str]) -> ChatId {
        let participants: Vec<_> = others.iter().map(|user| json!({"userId": user})).collect();
        let request = self
            .http
            .post(format!("{}/api/chats", self.url()))
            .bearer_auth(self.token(owner));
        let reply = request
            .json(&json!({"participants": participants}))
            .send()
            .await
            .expect("the server answers");
        assert_eq!(reply.status(), 201);
        let chat: serde_json::Value = reply.json().await.expect("JSON");
        chat["id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("a chat's id")
    }

    /// Reads a chat's whole history, the oldest first.
    pub(crate) async fn history(&self, user: &str, chat: ChatId) -> Vec<Message> {
        let mut messages: Vec<Message> = Vec::new();
        loop {
            let before = messages.first().map(|message| message.created_seq);
            let before = before
                .map(|Seq(before)| format!("&before={before}"))
                .unwrap_or_default();
            let url = format!("{}/api/chats/{chat}/messages?limit=200{before}", self.url());
            let reply = self
                .http
                .get(url)
                .bearer_auth(self.token(user))
                .send()
                .await
                .expect("the server answers");
            assert_eq!(reply.status(), 200);
            let page: Page = reply.json().await.expect("a page");
            messages.splice(0..0, page.messages);
            if !page.has_more {
                return messages;
            }
        }
    }
}

async fn spawn(data: &Path, port: u16) -> (Child, u16) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_samtale"))
        .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
        .arg(data)
        .env("SAMTALE_JWT_SECRET", SECRET)
        .env("SAMTALE_LIMITS", "off")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the server starts");
    let line = wait_for_line(&mut child, "http://").await;
    let port = line
        .rsplit(':')
        .next()
        .and_then(|port| port.trim().parse().ok())
        .expect("the line ends with the port");
    (child, port)
}
