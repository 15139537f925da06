//! A proxy that lets no WebSocket through: the conversation goes on over HTTP, and returns to the
//! socket when it can.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use samtale_client::{Client, ClientConfig, FixedToken};
use samtale_engine::{Command, ConnectionState, EntryState, Token};
use samtale_model::{ChatId, UserId};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::served::{Served, within};

/// Passes connections on to a port, but for handshakes of WebSockets while they are blocked.
async fn proxy(to: u16, blocked: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let blocked = Arc::clone(&blocked);
            tokio::spawn(async move {
                let mut begun = vec![0; 4096];
                let length = near.read(&mut begun).await.unwrap_or(0);
                let handshake = begun[..length]
                    .windows(9)
                    .any(|bytes| bytes == b"websocket");
                if handshake && blocked.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(mut far) = TcpStream::connect(("127.0.0.1", to)).await else {
                    return;
                };
                if far.write_all(&begun[..length]).await.is_ok() {
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                }
            });
        }
    });
    port
}

async fn start(server: &Served, name: &str, port: u16, chat: ChatId) -> Client {
    let user = UserId::new(name).expect("a valid id");
    let token = Arc::new(FixedToken::new(Token::new(server.token(name))));
    let mut config = ClientConfig::new(format!("http://127.0.0.1:{port}"), user, token);
    config.engine.retry_base_ms = 50;
    config.engine.retry_cap_ms = 300;
    config.engine.max_retries = u32::MAX;
    config.engine.http_after_failures = Some(2);
    let client = Client::start(config).await.expect("the client starts");
    client.command(Command::OpenChat { chat }).expect("allowed");
    client.command(Command::Connect).expect("allowed");
    client
}

fn say(client: &Client, chat: ChatId, content: &str) {
    let content = content.to_owned();
    let send = Command::Send {
        chat,
        content,
        reply_to: None,
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    client.command(send).expect("queued");
}

/// Waits until a client shows a message, on the server's disk.
async fn shows(client: &Client, chat: ChatId, content: &str) {
    within(content, async {
        client
            .until(|engine| {
                let timeline = engine.timeline(chat);
                let there = timeline.newest(10).into_iter().any(|entry| {
                    entry.message.content.as_str() == content && entry.state != EntryState::Sending
                });
                there.then_some(())
            })
            .await
    })
    .await;
}

async fn is(client: &Client, state: ConnectionState) {
    within("the connection stands otherwise", async {
        client
            .until(|engine| (engine.connection().state == state).then_some(()))
            .await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_over_http_and_returns_to_the_socket() {
    let data = TempDir::new().expect("a folder");
    let server = Served::start(data.path()).await;
    let chat = server.create_chat("kari", &["ola"]).await;
    let blocked = Arc::new(AtomicBool::new(true));
    let through = proxy(server.port(), Arc::clone(&blocked)).await;

    let ola = start(&server, "ola", server.port(), chat).await;
    let kari = start(&server, "kari", through, chat).await;
    is(&ola, ConnectionState::Connected).await;
    is(&kari, ConnectionState::Degraded).await;
    say(&kari, chat, "uten socket");
    shows(&kari, chat, "uten socket").await;
    shows(&ola, chat, "uten socket").await;
    say(&ola, chat, "jeg ser deg");
    shows(&kari, chat, "jeg ser deg").await;

    blocked.store(false, Ordering::Relaxed);
    kari.command(Command::Reconnect).expect("allowed");
    is(&kari, ConnectionState::Connected).await;
    say(&kari, chat, "med socket igjen");
    shows(&ola, chat, "med socket igjen").await;
    let texts: Vec<String> = server
        .history("ola", chat)
        .await
        .iter()
        .map(|message| message.content.as_str().to_owned())
        .collect();
    assert_eq!(
        texts,
        ["uten socket", "jeg ser deg", "med socket igjen"],
        "once each, in order"
    );
}
