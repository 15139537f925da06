//! A host with a network of its own: handshakes and connections without a socket.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use samtale_protocol::ErrorCode;
use samtale_server::config::{Config, Limits, Secret};
use samtale_server::{Data, Ended, Handshake, Received, Server, Transport};
use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::sqlite::SqliteConfig;
use samtale_store::{Env, SqliteStore, Store, SystemEnv};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::support::{SECRET, pause, token};

/// Two channels; what is written on is frames, and at the end the close code.
struct Channels {
    incoming: mpsc::UnboundedReceiver<String>,
    outgoing: mpsc::UnboundedSender<Result<String, u16>>,
}

impl Transport for Channels {
    async fn receive(&mut self) -> Received {
        match self.incoming.recv().await {
            Some(text) => Received::Text(text.into()),
            None => Received::Closed,
        }
    }

    async fn feed(&mut self, frame: Data) -> Result<(), Ended> {
        let Data::Text(text) = frame else {
            panic!("native topics speak text");
        };
        let text = String::from_utf8(text.into()).expect("the server writes text");
        self.outgoing.send(Ok(text)).map_err(|_| Ended)
    }

    async fn flush(&mut self) -> Result<(), Ended> {
        Ok(())
    }

    async fn ping(&mut self) -> Result<(), Ended> {
        Ok(())
    }

    async fn close(&mut self, code: u16, _reason: &'static str) {
        let _ = self.outgoing.send(Err(code));
    }
}

async fn server() -> Server {
    server_and_store().await.0
}

async fn server_and_store() -> (Server, Arc<dyn Store>) {
    let env: Arc<dyn Env> = Arc::new(SystemEnv::new());
    let key = MasterKey::from_slice(&[7; 32]).expect("32 bytes");
    let opened = SqliteConfig::memory(Keyring::new(key), Arc::clone(&env));
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(opened).expect("a new store"));
    let mut config = Config {
        limits: Limits::off(),
        ..Config::default()
    };
    config.jwt.secret = Some(Secret::new(SECRET));
    let started = Server::start(config, Arc::clone(&store), env).await;
    (started.expect("starts"), store)
}

#[tokio::test]
async fn a_stopped_server_and_its_store_are_let_go_of() {
    let (server, store) = server_and_store().await;
    let held = Arc::downgrade(&store);
    server.stop().await;
    drop((server, store));
    // The server's own tasks end when they next run.
    for _ in 0..200 {
        if held.upgrade().is_none() {
            return;
        }
        pause().await;
    }
    panic!("the store is held by something that it holds");
}

fn handshake(token: &str) -> Handshake {
    let bearer = format!("Bearer {token}").parse().expect("a header's value");
    Handshake {
        peer: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
        query: Some("vsn=2.0.0".into()),
        headers: HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]),
    }
}

#[tokio::test]
async fn a_connection_runs_over_any_transport() {
    let server = server().await;
    let admitted = server.connect(&handshake(&token("kari"))).await;
    let (say, incoming) = mpsc::unbounded_channel();
    let (outgoing, mut said) = mpsc::unbounded_channel();
    let running = admitted
        .expect("comes in")
        .run(Channels { incoming, outgoing });
    let talking = async {
        let heartbeat = json!([null, "1", "phoenix", "heartbeat", {}]);
        say.send(heartbeat.to_string()).expect("it listens");
        let answer = said.recv().await.expect("an answer").expect("a frame");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(
            (&answer[1], &answer[4]["status"]),
            (&json!("1"), &json!("ok"))
        );
        assert_eq!(server.connections(), 1);
        drop(say);
    };
    tokio::join!(running, talking);
    assert_eq!(server.connections(), 0);
    assert_eq!(said.recv().await, None, "who has closed is told nothing");
}

#[tokio::test]
async fn a_drained_server_closes_its_connections_and_admits_nobody() {
    let server = server().await;
    let admitted = server.connect(&handshake(&token("kari"))).await;
    let (say, incoming) = mpsc::unbounded_channel();
    let (outgoing, mut said) = mpsc::unbounded_channel();
    let running = admitted
        .expect("comes in")
        .run(Channels { incoming, outgoing });
    let listening = async {
        assert_eq!(said.recv().await, Some(Err(1012)));
        drop(say);
    };
    tokio::join!(running, server.drain(), listening);
    let refused = server.connect(&handshake(&token("kari"))).await;
    assert_eq!(refused.expect_err("too late").code, ErrorCode::Draining);
    server.stop().await;
}

#[tokio::test]
async fn an_admitted_client_counts_until_it_is_dropped() {
    let server = server().await;
    let refused = server.connect(&handshake("ikke noe token")).await;
    assert_eq!(refused.expect_err("no token").code, ErrorCode::Unauthorized);
    assert_eq!(server.connections(), 0);
    let admitted = server.connect(&handshake(&token("kari"))).await;
    assert_eq!(server.connections(), 1);
    drop(admitted);
    assert_eq!(server.connections(), 0);
}
