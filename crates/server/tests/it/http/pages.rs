//! The OpenAPI document and its page, the front page, the demo, and what operators ask.

use std::time::Duration;

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::HOST;
use samtale_server::config::Secret;
use samtale_server::dev;
use samtale_store::{Env as _, SystemEnv};
use serde_json::json;

use crate::support::{Served, answer};

/// Every route of the API, `METHOD path`; what the document lacks, or has beyond these, fails.
const ROUTES: &[&str] = &[
    "DELETE /api/chats/{id}/participants/{userId}",
    "DELETE /api/messages/{id}",
    "DELETE /api/messages/{id}/reactions/{emoji}",
    "GET /api/chat/realtime",
    "GET /api/chats",
    "GET /api/chats/{id}",
    "GET /api/chats/{id}/changes",
    "GET /api/chats/{id}/messages",
    "GET /api/chats/{id}/participants",
    "GET /api/me",
    "GET /api/me/private",
    "GET /api/messages/search",
    "GET /api/messages/{id}",
    "GET /api/messages/{id}/edits",
    "GET /api/messages/{id}/thread",
    "GET /config.json",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "PATCH /api/chats/{id}",
    "PATCH /api/chats/{id}/participants/{userId}",
    "POST /api/chat/realtime",
    "POST /api/chats",
    "POST /api/chats/{id}/ops",
    "POST /api/chats/{id}/participants",
    "POST /api/messages",
    "POST /api/messages/read-receipts",
    "POST /api/messages/typing",
    "POST /realtime/v1/api/broadcast",
    "POST /realtime/v1/api/broadcast/{topic}/events/{event}",
    "PUT /api/chat/realtime",
    "PUT /api/me/presence",
    "PUT /api/me/private/{key}",
    "PUT /api/messages/{id}",
    "PUT /api/messages/{id}/reactions/{emoji}",
];

#[tokio::test]
async fn the_openapi_document_has_every_route_and_each_is_answered() {
    let served = Served::start().await;
    let document = answer(served.request(Method::GET, "/api/openapi.json"))
        .await
        .ok(200);
    assert_eq!(document["openapi"], "3.1.0");
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let method = method.to_uppercase();
            assert!(
                operation["summary"].is_string(),
                "{method} {path} says nothing of itself"
            );
            let refusal = &operation["responses"]["default"]["content"]["application/problem+json"];
            assert_eq!(refusal["schema"]["$ref"], "#/components/schemas/Problem");
            let method: Method = method.parse().expect("a method");
            let got = answer(served.request(method.clone(), path)).await;
            assert!(
                ![404, 405, 500].contains(&got.status),
                "{method} {path}: {}",
                got.status
            );
            described.insert(format!("{method} {path}"));
        }
    }
    let expected: BTreeSet<String> = ROUTES.iter().map(|route| (*route).to_owned()).collect();
    assert_eq!(described, expected);
}

#[tokio::test]
async fn every_schema_that_is_referred_to_is_there() {
    let served = Served::start().await;
    let document = answer(served.request(Method::GET, "/api/openapi.json")).await;
    let schemas = &document.json()["components"]["schemas"];
    let mut rest = document.text.as_str();
    let mut seen = 0;
    while let Some((_, after)) = rest.split_once("\"#/components/schemas/") {
        let (name, after) = after.split_once('"').expect("a closed string");
        assert!(schemas[name].is_object(), "{name} is missing");
        rest = after;
        seen += 1;
    }
    assert!(seen > 30, "only {seen} references");
}

#[tokio::test]
async fn the_api_s_page_loads_nothing_from_elsewhere() {
    let served = Served::start().await;
    let redirect = answer(served.request(Method::GET, "/api/docs")).await;
    assert_eq!(redirect.header("location"), "/api/docs/");
    let page = answer(served.request(Method::GET, "/api/docs/")).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("https://"), "{}", page.text);
    for file in [
        "swagger-ui.css",
        "swagger-ui-bundle.js",
        "swagger-initializer.js",
    ] {
        assert!(page.text.contains(file), "{file}");
        let got = answer(served.request(Method::GET, &format!("/api/docs/{file}"))).await;
        assert_eq!(got.status, 200, "{file}");
    }
    let start = answer(served.request(Method::GET, "/api/docs/swagger-initializer.js")).await;
    assert!(start.text.contains("/api/openapi.json"));
}

#[tokio::test]
async fn without_dev_there_are_no_demo_users() {
    let served = Served::start().await;
    let page = answer(served.request(Method::GET, "/")).await;
    assert!(page.text.contains("/api/docs/") && !page.text.contains("ingrid"));
    for (method, path) in [(Method::GET, "/dev/users"), (Method::POST, "/dev/token")] {
        let got = answer(served.request(method, path)).await;
        assert_eq!(got.refusal(), (404, "not_found".into()));
    }
}

#[tokio::test]
async fn with_dev_a_demo_user_gets_a_token_and_finds_their_chats() {
    let served = Served::with(|config| config.dev = true).await;
    let page = answer(served.request(Method::GET, "/")).await;
    assert!(page.text.contains("Ingrid Solberg"));
    let here = format!("http://{}/dev/token", served.address);
    assert!(page.text.contains(&here), "{}", page.text);
    let odd = served.request(Method::GET, "/").header(HOST, "<b>");
    assert!(!answer(odd).await.text.contains("<b>"));
    let users = answer(served.request(Method::GET, "/dev/users"))
        .await
        .ok(200);
    assert_eq!(
        users["users"].as_array().map(Vec::len),
        Some(dev::USERS.len())
    );
    let ask = served
        .request(Method::POST, "/dev/token")
        .json(&json!({ "user": "ingrid" }));
    let token = answer(ask).await.ok(200)["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let get = |path: &str| answer(served.request(Method::GET, path).bearer_auth(&token));
    assert_eq!(get("/api/me").await.ok(200)["name"], "Ingrid Solberg");
    let list = get("/api/chats").await.ok(200);
    let chats = list["chats"].as_array().expect("a list");
    assert_eq!(chats.len(), 4);
    assert_eq!(chats[0]["unread"], 3, "the new student's messages wait");
    let longest = chats.last().expect("a chat")["id"].as_str().expect("an id");
    let page = get(&format!("/api/chats/{longest}/messages?limit=100"))
        .await
        .ok(200);
    assert_eq!(page["hasMore"], true, "history scrolls");
    let stranger = served
        .request(Method::POST, "/dev/token")
        .json(&json!({ "user": "x" }));
    assert_eq!(answer(stranger).await.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn seeding_twice_changes_nothing() {
    let served = Served::with(|config| config.dev = true).await;
    let before = served.get("jonas", "/api/chats").await.ok(200);
    dev::seed(&served.store, &served.clock)
        .await
        .expect("seeds again");
    assert_eq!(served.get("jonas", "/api/chats").await.ok(200), before);
}

#[tokio::test]
async fn a_long_chat_is_as_long_as_asked_and_written_once() {
    let served = Served::with(|config| config.dev = true).await;
    let seed = async |count| {
        dev::seed_long_chat(&served.store, &served.clock, count)
            .await
            .expect("seeds");
    };
    seed(0).await;
    let chats = async || served.get("jonas", "/api/chats").await.ok(200)["chats"].clone();
    let before = chats().await.as_array().map(Vec::len);
    seed(450).await;
    let list = chats().await;
    assert_eq!(list.as_array().map(Vec::len), before.map(|count| count + 1));
    assert_eq!(list[0]["title"], "Lang samtale");
    assert_eq!(list[0]["unread"], 0);
    let id = list[0]["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id");
    let jonas = dev::user("jonas").expect("a demo user").user_id();
    let mut times = Vec::new();
    let mut before = None;
    loop {
        let page = served
            .store
            .page(&jonas, id, before, 200)
            .await
            .expect("a page");
        let newer = page.messages.iter().map(|message| message.created_at).rev();
        times.extend(newer);
        before = page.messages.first().map(|message| message.created_seq);
        if !page.has_more {
            break;
        }
    }
    assert_eq!(times.len(), 450);
    assert!(times.is_sorted_by(|newer, older| newer > older));
    let head = chats().await;
    seed(450).await;
    seed(100).await;
    assert_eq!(chats().await, head, "again changes nothing");
}

#[tokio::test]
async fn a_demo_token_holds_as_long_as_the_operator_says() {
    let served = Served::with(|config| {
        config.dev = true;
        config.dev_token = Duration::from_secs(20);
    })
    .await;
    let ask = served.request(Method::POST, "/dev/token");
    let told = answer(ask.json(&json!({ "user": "ingrid" }))).await.ok(200);
    let left = told["expiresAt"].as_i64().expect("a time") - SystemEnv::new().unix().0;
    assert!((0..=20_000).contains(&left), "{left}");
}

#[tokio::test]
async fn the_demo_reaches_from_weeks_ago_to_now() {
    const TWO_WEEKS_MS: i64 = 14 * 24 * 3_600_000;
    let before = SystemEnv::new().unix().0;
    let served = Served::with(|config| config.dev = true).await;
    let mut first = i64::MAX;
    for user in dev::USERS {
        let list = served.get(user.id, "/api/chats").await.ok(200);
        for chat in list["chats"].as_array().expect("a list") {
            let id = chat["id"].as_str().expect("an id").parse().expect("an id");
            let page = served.store.page(&user.user_id(), id, None, 200).await;
            let messages = page.expect("a page").messages;
            assert!(messages.is_sorted_by_key(|message| message.created_at));
            let [oldest, .., newest] = messages.as_slice() else {
                panic!("a chat without messages");
            };
            assert!(oldest.created_at < newest.created_at);
            assert!(newest.created_at.0 < before, "a message of the future");
            first = first.min(oldest.created_at.0);
        }
    }
    assert!(first <= before - TWO_WEEKS_MS);
    assert!(served.clock.unix().0 >= before, "the clock is right again");
    let chat = served.chat("kari", &["ola"]).await;
    let sent = served.send("kari", &chat, "Hei").await;
    assert!(sent["createdAt"].as_i64() >= Some(before), "{sent}");
}

#[tokio::test]
async fn operators_see_whether_it_lives_is_ready_and_what_it_counted() {
    let served = Served::with(|config| config.metrics_token = Some(Secret::new("maaling"))).await;
    let get = |path: &'static str| served.request(Method::GET, path);
    assert_eq!(answer(get("/healthz")).await.text, "ok\n");
    assert_eq!(answer(get("/readyz")).await.text, "ready\n");
    served.get("kari", "/api/me").await.ok(200);
    assert_eq!(answer(get("/metrics")).await.refusal().0, 401);
    assert_eq!(
        answer(get("/metrics").bearer_auth("feil"))
            .await
            .refusal()
            .0,
        401
    );
    assert_eq!(
        answer(get("/metrics").bearer_auth("maaling")).await.status,
        200
    );
    let served = Served::start().await;
    served.get("kari", "/api/me").await.ok(200);
    let counted = answer(served.request(Method::GET, "/metrics")).await;
    let line = r#"samtale_http_requests_total{method="GET",route="/api/me",status="200"}"#;
    assert!(counted.text.contains(line), "{}", counted.text);
    assert!(!counted.text.contains("kari"), "no user is a label");
}
