//! A server of one's own for each test, tokens for it, and calls to it.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use samtale_model::UserId;
use samtale_server::Server;
use samtale_server::auth::{Claims, mint};
use samtale_server::config::{Config, Limits, Secret};
use samtale_server::dev::{self, Backdated};
use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::sqlite::SqliteConfig;
use samtale_store::{Env, SqliteStore, Store, SystemEnv};
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A server on a free port of the loopback; it stops when this is dropped.
pub(crate) struct Served {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its store.
    pub(crate) store: Arc<dyn Store>,
    /// The store's machine, with which the demo is seeded.
    pub(crate) clock: Arc<Backdated>,
    client: reqwest::Client,
    stop: CancellationToken,
    _stop_when_dropped: DropGuard,
    _folder: TempDir,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Returns the body, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the body of an answer that must have this status.
    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// Returns the status and the code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let code = self.json()["code"].as_str().unwrap_or_default().to_owned();
        (self.status, code)
    }

    /// Returns a header's text, empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("ASCII"))
    }
}

/// The secret of the tests' tokens.
pub(crate) const SECRET: &str = "en hemmelighet som bare testene kjenner";

fn secret() -> Secret {
    Secret::new(SECRET)
}

/// Returns a token that holds for an hour.
pub(crate) fn token(user: &str) -> String {
    token_until(user, 3_600_000)
}

/// Returns a token that holds for so many milliseconds from now, or ran out so long ago.
pub(crate) fn token_until(user: &str, millis: i64) -> String {
    let mut exp = SystemEnv::new().unix();
    exp.0 += millis;
    let user = UserId::new(user).expect("a valid id");
    mint(&secret(), &Claims::new(user, exp))
}

impl Served {
    /// Starts a server without rate limits.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts a server, its configuration changed; one for development has the demo in it.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let env: Arc<dyn Env> = Arc::new(SystemEnv::new());
        let folder = tempfile::tempdir().expect("a folder");
        let key = MasterKey::from_slice(&[7; 32]).expect("32 bytes");
        let path = folder.path().join("samtale.db");
        let clock = Arc::new(Backdated::new(Arc::clone(&env)));
        let machine = Arc::clone(&clock) as Arc<dyn Env>;
        let opened = SqliteConfig::file(path, Keyring::new(key), machine);
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(opened).expect("a new store"));
        let mut config = Config {
            limits: Limits::off(),
            ..Config::default()
        };
        config.jwt.secret = Some(secret());
        change(&mut config);
        if config.dev {
            dev::seed(&store, &clock).await.expect("seeds");
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = Server::start(config, Arc::clone(&store), Arc::clone(&env))
            .await
            .expect("starts");
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        env.spawn(Box::pin(async move {
            server.serve(listener, stopped).await.expect("serves");
        }));
        Self {
            address,
            store,
            clock,
            client: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .expect("a client"),
            _stop_when_dropped: stop.clone().drop_guard(),
            stop,
            _folder: folder,
        }
    }

    /// Tells the server to go away.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    /// Begins a request.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.address);
        self.client.request(method, url)
    }

    /// Asks as someone.
    pub(crate) async fn get(&self, user: &str, path: &str) -> Answer {
        let request = self.request(Method::GET, path).bearer_auth(token(user));
        answer(request).await
    }

    /// Says something as someone.
    pub(crate) async fn call(
        &self,
        user: &str,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        let request = self.request(method, path).bearer_auth(token(user));
        answer(request.json(body)).await
    }

    /// Posts something as someone.
    pub(crate) async fn post(&self, user: &str, path: &str, body: &Value) -> Answer {
        self.call(user, Method::POST, path, body).await
    }

    /// Makes a chat and returns its id.
    pub(crate) async fn chat(&self, owner: &str, others: &[&str]) -> String {
        let participants: Vec<Value> = others
            .iter()
            .map(|user| serde_json::json!({ "userId": user }))
            .collect();
        let body = serde_json::json!({ "participants": participants });
        let chat = self.post(owner, "/api/chats", &body).await.ok(201);
        chat["id"].as_str().expect("an id").to_owned()
    }

    /// Sends a message and returns it.
    pub(crate) async fn send(&self, user: &str, chat: &str, content: &str) -> Value {
        let body = serde_json::json!({ "chatId": chat, "content": content });
        self.post(user, "/api/messages", &body).await.ok(201)
    }
}

/// Sends a request and takes the whole answer.
pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: response.text().await.expect("a text"),
    }
}

/// Lets the server get on with it, where nothing can be waited for. No test may need it to be long enough.
pub(crate) async fn pause() {
    SystemEnv::new()
        .sleep(std::time::Duration::from_millis(50))
        .await;
}
