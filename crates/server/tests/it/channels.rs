//! Channels of Supabase's kind: what their clients' own suite (`web/e2e/clients`) can't bring about.

use samtale_server::auth::{AppKey, KeyKind, mint_key};
use samtale_server::config::{Rate, Secret};
use samtale_store::{Env as _, SystemEnv};
use serde_json::{Value, json};

use crate::socket::Socket;
use crate::support::{SECRET, Served, answer, token};

/// Makes an app's key that holds for a while.
fn key(kind: KeyKind) -> String {
    let now = SystemEnv::new().unix();
    let exp = Some(now.plus(60_000));
    mint_key(&Secret::new(SECRET), AppKey { kind, exp }, now)
}

fn joining(config: impl serde::Serialize) -> Value {
    json!({ "config": config })
}

fn reason(reply: &Value) -> &str {
    assert_eq!(reply["status"], "error", "{reply}");
    reply["response"]["reason"].as_str().expect("a reason")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apps_key_opens_channels_and_nothing_else() {
    let served = Served::start().await;
    for kind in [KeyKind::Anon, KeyKind::Service] {
        let key = key(kind);
        let mut app = Socket::connect(served.address, &key).await;
        for topic in ["user:kari", "chat:00000000-0000-7000-8000-000000000001"] {
            let refused = app.refused(topic, "phx_join", json!({})).await;
            assert_eq!(refused, "unauthorized", "{topic}");
        }
        app.ok("phoenix", "heartbeat", json!({})).await;
        app.ok("realtime:rom", "phx_join", joining(json!({}))).await;
        let request = served.request(reqwest::Method::GET, "/api/chats");
        let chats = answer(request.bearer_auth(&key)).await;
        assert_eq!(chats.refusal(), (401, "unauthorized".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_refuses_one_push_and_closes_nothing() {
    let rate: Rate = "2/1h".parse().expect("a rate");
    let served = Served::with(|config| {
        config.limits.broadcasts_per_user = Some(rate);
        config.limits.channel_presence_per_user = Some(rate);
    })
    .await;
    let topic = "realtime:rom";
    let mut kari = Socket::connect(served.address, &token("kari")).await;
    let mut ola = Socket::connect(served.address, &token("ola")).await;
    let config =
        json!({ "broadcast": { "ack": true }, "presence": { "enabled": true, "key": "k" } });
    for one in [&mut kari, &mut ola] {
        one.ok(topic, "phx_join", joining(config.clone())).await;
    }
    let say = json!({ "type": "broadcast", "event": "hei", "payload": {} });
    let show = json!({ "type": "presence", "event": "track", "payload": {} });
    for (event, payload) in [("broadcast", say.clone()), ("presence", show)] {
        for _ in 0..2 {
            kari.ok(topic, event, payload.clone()).await;
        }
        let reply = kari.push(topic, event, payload).await;
        assert!(reason(&reply).starts_with("RateLimitReached: "), "{reply}");
    }
    ola.ok(topic, "broadcast", say).await;
    kari.event(topic, "broadcast").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_is_refused() {
    let served = Served::with(|config| config.limits.topics_per_connection = 2).await;
    let mut kari = Socket::connect(served.address, &token("kari")).await;
    let long = "k".repeat(256);
    let many = vec![json!({ "event": "*", "schema": "public", "table": "chats" }); 201];
    for (config, code) in [
        (json!({ "presence": { "key": long } }), "PayloadTooLarge: "),
        (
            json!({ "postgres_changes": many }),
            "ChannelRateLimitReached: ",
        ),
        (json!({ "private": 7 }), "BadRequest: "),
    ] {
        let reply = kari.push("realtime:a", "phx_join", joining(config)).await;
        assert!(reason(&reply).starts_with(code), "{reply}");
    }
    for topic in ["realtime:a", "realtime:b", "realtime:a"] {
        kari.ok(topic, "phx_join", joining(json!({}))).await;
    }
    let reply = kari
        .push("realtime:c", "phx_join", joining(json!({})))
        .await;
    assert!(
        reason(&reply).starts_with("ChannelRateLimitReached: "),
        "{reply}"
    );
    let show = json!({ "event": "track", "payload": { "text": "x".repeat(5_000) } });
    let reply = kari.push("realtime:a", "presence", show).await;
    assert!(reason(&reply).starts_with("PayloadTooLarge: "), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_is_gone_from_every_channel() {
    let served = Served::start().await;
    let mut kari = Socket::connect(served.address, &key(KeyKind::Anon)).await;
    let topic = "realtime:rom";
    let joining = json!({ "config": {}, "access_token": token("kari") });
    kari.ok(topic, "phx_join", joining).await;
    let mut service = Socket::connect(served.address, &key(KeyKind::Service)).await;
    let users = json!({ "postgres_changes": [{ "event": "DELETE", "schema": "public", "table": "users" }] });
    let joining = json!({ "config": users });
    service.ok("realtime:users", "phx_join", joining).await;
    let user = samtale_model::UserId::new("kari").expect("a valid id");
    served.store.erase_user(&user).await.expect("erased");
    kari.event(topic, "phx_close").await;
    let change = service.event("realtime:users", "postgres_changes").await;
    assert_eq!(change["data"]["old_record"], json!({ "id": "kari" }));
    assert_eq!(change["data"].get("record"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_is_closed_and_disturbs_nobody() {
    let served = Served::with(|config| {
        config.limits.queue_bytes = 64 * 1024;
        config.limits.broadcasts_per_user = None;
    })
    .await;
    let topic = "realtime:rom";
    let mut deaf = Socket::connect(served.address, &token("deaf")).await;
    let mut ola = Socket::connect(served.address, &token("ola")).await;
    let mut kari = Socket::connect(served.address, &token("kari")).await;
    let config = json!({ "broadcast": { "ack": true } });
    for one in [&mut deaf, &mut ola, &mut kari] {
        one.ok(topic, "phx_join", joining(config.clone())).await;
    }
    let say = json!({ "event": "hei", "payload": "x".repeat(32 * 1024) });
    // What the sockets' own buffers take is far less.
    for _ in 0..1_000 {
        kari.ok(topic, "broadcast", say.clone()).await;
        ola.event(topic, "broadcast").await;
    }
    assert_eq!(deaf.closed().await, 4413);
}
