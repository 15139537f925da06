//! The gateway, over real sockets: what each frame does, and what each refusal says.

use std::time::Duration;

use samtale_model::{UnixMillis, UserId};
use samtale_server::auth::{Claims, mint};
use samtale_server::config::Secret;
use serde_json::{Value, json};

use crate::socket::Socket;
use crate::support::{Served, token, token_until};

fn uuid(n: u32) -> String {
    format!("00000000-0000-7000-8000-{n:012}")
}

/// Connects a user, joins their topic and then a chat.
async fn enter(rig: &Served, user: &str, topic: &str) -> Socket {
    let mut socket = Socket::connect(rig.address, &token(user)).await;
    let me = json!({"presence": {"status": "online"}});
    socket.ok(&format!("user:{user}"), "phx_join", me).await;
    socket.ok(topic, "phx_join", json!({})).await;
    socket
}

/// Makes a chat, and returns its topic.
async fn make_chat(rig: &Served, owner: &str, others: &[&str]) -> String {
    format!("chat:{}", rig.chat(owner, others).await)
}

#[tokio::test]
async fn two_people_talk() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let (mut kari, mut ola) = (
        enter(&rig, "kari", &topic).await,
        enter(&rig, "ola", &topic).await,
    );

    let send = json!({"id": uuid(1), "content": "Hei, Ola!"});
    let done = kari.ok(&topic, "message:send", send.clone()).await;
    let envelope = ola.event(&topic, "envelope").await;
    assert_eq!(envelope["seq"], done["seq"]);
    assert_eq!(envelope["rows"]["messages"][0]["content"], "Hei, Ola!");
    assert_eq!(envelope["rows"]["messages"], done["rows"]["messages"]);
    assert_eq!(
        kari.event(&topic, "envelope").await,
        envelope,
        "the sender's devices get it too"
    );

    let again = kari.ok(&topic, "message:send", send).await;
    assert_eq!(
        (&again["seq"], &again["repeat"]),
        (&done["seq"], &json!(true))
    );
    let other = json!({"id": uuid(1), "content": "Noe annet"});
    assert_eq!(
        kari.refused(&topic, "message:send", other).await,
        "id_conflict"
    );

    ola.ok(&topic, "receipt", json!({"read": done["seq"]}))
        .await;
    let receipts = kari.event(&topic, "receipts").await;
    assert_eq!(
        receipts["receipts"][0],
        json!({"userId": "ola", "delivered": done["seq"], "read": done["seq"]})
    );
}

#[tokio::test]
async fn ops_are_applied_in_order_up_to_the_first_refusal() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut kari = enter(&rig, "kari", &topic).await;
    let ops = json!({"ops": [
        {"op": "send", "id": uuid(1), "content": "en"},
        {"op": "react", "opId": uuid(2), "messageId": uuid(1), "emoji": "👍", "on": true},
        {"op": "send", "id": uuid(3), "content": " "},
        {"op": "send", "id": uuid(4), "content": "to"},
    ]});
    let reply = kari.ok(&topic, "ops", ops).await;
    let results = reply["results"].as_array().expect("results");
    let outcomes: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(outcomes, ["ok", "ok", "error"]);
    assert_eq!(results[2]["code"], "content_empty");
    assert_eq!(
        kari.refused(&topic, "ops", json!({"ops": []})).await,
        "bad_request"
    );
    let many =
        json!({"ops": vec![json!({"op": "delete", "opId": uuid(9), "messageId": uuid(1)}); 101]});
    assert_eq!(kari.refused(&topic, "ops", many).await, "too_large");
}

#[tokio::test]
async fn the_first_serializer_is_spoken_too() {
    let rig = Served::start().await;
    let mut old = Socket::handshake(rig.address, "/socket/websocket", &token("kari"))
        .await
        .expect("taken");
    old.send_text(r#"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"1"}"#)
        .await;
    let reply = old.wait_for(|frame| frame["ref"] == "1").await;
    assert_eq!(reply["payload"], json!({"status": "ok", "response": {}}));
    assert!(reply.get("join_ref").is_none());
    let unknown =
        Socket::handshake(rig.address, "/socket/websocket?vsn=9.0.0", &token("kari")).await;
    assert!(unknown.is_err());
}

#[tokio::test]
async fn plain_clients_get_commits_row_by_row() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut kari = enter(&rig, "kari", &topic).await;
    let mut plain = Socket::connect(rig.address, &token("ola")).await;
    plain
        .ok(&topic, "phx_join", json!({"events": "rows"}))
        .await;
    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(1), "content": "hei"}),
    )
    .await;
    assert_eq!(plain.event(&topic, "message").await["content"], "hei");
    kari.ok(
        &topic,
        "reaction:set",
        json!({"opId": uuid(2), "messageId": uuid(1), "emoji": "👍", "on": true}),
    )
    .await;
    assert_eq!(
        plain.event(&topic, "reaction").await["counts"],
        json!([{"emoji": "👍", "count": 1}])
    );
    assert!(!plain.has(|frame| frame[3] == "envelope").await);
}

#[tokio::test]
async fn every_refusal_has_its_code_and_disturbs_nobody() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut kari = enter(&rig, "kari", &topic).await;
    let mut eve = Socket::connect(rig.address, &token("eve")).await;

    assert_eq!(
        eve.refused(&topic, "phx_join", json!({})).await,
        "not_participant"
    );
    let nowhere = format!("chat:{}", uuid(99));
    assert_eq!(
        eve.refused(&nowhere, "phx_join", json!({})).await,
        "not_participant",
        "the two are not told apart"
    );
    assert_eq!(
        eve.refused(&topic, "message:send", json!({})).await,
        "not_joined"
    );
    assert_eq!(
        eve.refused("user:kari", "phx_join", json!({})).await,
        "forbidden"
    );
    assert_eq!(
        eve.refused("user:eve", "chats", json!({})).await,
        "not_joined"
    );
    assert_eq!(
        eve.refused("nonsense", "phx_join", json!({})).await,
        "unmatched_topic"
    );
    assert_eq!(
        kari.refused(&topic, "nonsense", json!({})).await,
        "unmatched_topic"
    );
    assert_eq!(
        kari.refused(&topic, "phx_join", json!({"proto": 7})).await,
        "unsupported_version"
    );
    assert_eq!(
        kari.refused(&topic, "message:send", json!({"id": "x", "content": "hei"}))
            .await,
        "bad_request"
    );
    assert_eq!(
        kari.refused(&topic, "history", json!("nei")).await,
        "bad_request"
    );
    let long = json!({"id": uuid(1), "content": "å".repeat(10_001)});
    assert_eq!(
        kari.refused(&topic, "message:send", long).await,
        "content_too_long"
    );
    let missing = json!({"opId": uuid(2), "messageId": uuid(3), "content": "hei"});
    assert_eq!(
        kari.refused(&topic, "message:edit", missing).await,
        "not_found"
    );

    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(1), "content": "fremdeles her"}),
    )
    .await;
}

#[tokio::test]
async fn frames_that_can_not_be_read_are_told_and_then_end_the_connection() {
    let rig = Served::start().await;
    let mut socket = Socket::connect(rig.address, &token("kari")).await;
    socket.send_binary(b"\x00\x00\x00\x01\x01te").await;
    for _ in 0..19 {
        socket.send_text("{}").await;
    }
    for _ in 0..20 {
        let frame = socket.wait_for(|frame| frame[2] == "phoenix").await;
        assert_eq!(frame[4]["response"]["code"], "bad_frame");
    }
    socket.send_text("[]").await;
    assert_eq!(socket.closed().await, 4400);

    let mut huge = Socket::connect(rig.address, &token("kari")).await;
    huge.send_text(&"x".repeat(2 * 1024 * 1024)).await;
    assert_eq!(huge.closed().await, 1009);
}

#[tokio::test]
async fn a_refused_handshake_says_why() {
    let rig = Served::start().await;
    let claims = Claims::new(
        UserId::new("kari").expect("a valid id"),
        UnixMillis(4_000_000_000_000),
    );
    let foreign = mint(
        &Secret::new("another secret of enough bytes, and more"),
        &claims,
    );
    for token in ["", "nonsense", &foreign] {
        let path = "/realtime/v1/websocket?vsn=2.0.0";
        let refused = Socket::handshake(rig.address, path, token)
            .await
            .err()
            .expect("refused");
        let tokio_tungstenite::tungstenite::Error::Http(response) = refused else {
            panic!("{refused}")
        };
        assert_eq!(response.status(), 401);
        let body: Value =
            serde_json::from_slice(response.body().as_deref().expect("a body")).expect("JSON");
        assert_eq!(body["code"], "unauthorized");
        assert!(body["error"].is_string());
    }
}

#[tokio::test]
async fn a_token_is_renewed_in_place_and_one_that_runs_out_ends_the_session() {
    let rig = Served::with(|config| config.jwt.leeway = Duration::ZERO).await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut short = Socket::connect(rig.address, &token_until("kari", 5_000)).await;
    let mut renewed = Socket::connect(rig.address, &token_until("kari", 5_000)).await;
    short.ok(&topic, "phx_join", json!({})).await;
    renewed.ok(&topic, "phx_join", json!({})).await;
    let fresh = token("kari");
    renewed
        .ok(&topic, "access_token", json!({"access_token": fresh}))
        .await;
    let others = token("ola");
    assert_eq!(
        renewed
            .refused(&topic, "access_token", json!({"access_token": others}))
            .await,
        "unauthorized"
    );

    assert_eq!(short.event(&topic, "system").await["code"], "token_expired");
    assert_eq!(short.closed().await, 4401);
    renewed
        .ok(
            &topic,
            "message:send",
            json!({"id": uuid(1), "content": "fremdeles her"}),
        )
        .await;
}

#[tokio::test]
async fn presence_and_typing_reach_the_others() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut kari = enter(&rig, "kari", &topic).await;
    let mut ola = enter(&rig, "ola", &topic).await;
    assert_eq!(
        ola.event(&topic, "presence_state").await["kari"]["metas"][0]["status"],
        "online"
    );
    let joined = kari
        .wait_for(|frame| frame[3] == "presence_diff" && !frame[4]["joins"]["ola"].is_null())
        .await;
    let reference = joined[4]["joins"]["ola"]["metas"][0]["phx_ref"].clone();

    ola.ok("user:ola", "presence", json!({"status": "away"}))
        .await;
    let away = kari
        .wait_for(|frame| {
            frame[3] == "presence_diff" && frame[4]["joins"]["ola"]["metas"][0]["status"] == "away"
        })
        .await;
    assert_eq!(away[4]["leaves"], json!({}), "an update is not a leave");
    assert_eq!(away[4]["joins"]["ola"]["metas"][0]["phx_ref"], reference);

    ola.ok(&topic, "typing", json!({"on": true})).await;
    let typing = kari.event(&topic, "typing").await;
    assert_eq!(typing["userId"], "ola");
    assert!(typing["ttlMs"].as_u64().expect("a number") > 0);
    assert!(
        !ola.has(|frame| frame[3] == "typing").await,
        "nobody is told that they write"
    );

    drop(ola);
    let stopped = kari.event(&topic, "typing").await;
    assert_eq!(stopped["ttlMs"], 0);
    let left = kari
        .wait_for(|frame| frame[3] == "presence_diff" && !frame[4]["leaves"]["ola"].is_null())
        .await;
    assert_eq!(left[4]["joins"], json!({}));
}

#[tokio::test]
async fn a_user_who_says_nothing_of_their_presence_stays_unseen() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut ola = Socket::connect(rig.address, &token("ola")).await;
    ola.ok("user:ola", "phx_join", json!({})).await;
    ola.ok(&topic, "phx_join", json!({})).await;
    let mut kari = enter(&rig, "kari", &topic).await;
    let state = kari.event(&topic, "presence_state").await;
    assert!(state["ola"].is_null(), "{state}");
}

#[tokio::test]
async fn who_is_removed_is_out_at_once() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let (mut kari, mut ola) = (
        enter(&rig, "kari", &topic).await,
        enter(&rig, "ola", &topic).await,
    );
    let remove = json!({"ops": [{"op": "removeParticipant", "opId": uuid(1), "userId": "ola"}]});
    kari.ok(&topic, "ops", remove).await;
    assert_eq!(ola.event(&topic, "removed").await["reason"], "removed");
    ola.event(&topic, "phx_close").await;
    assert_eq!(
        ola.event("user:ola", "envelope").await["rows"][0]["value"]["active"],
        false
    );
    ola.ok(&topic, "phx_leave", json!({})).await;
    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(2), "content": "uten Ola"}),
    )
    .await;
    assert!(
        !ola.has(|frame| frame[3] == "envelope" && frame[2] == topic.as_str())
            .await
    );
    assert!(!ola.has(|frame| frame[3] == "head").await);
    assert_eq!(
        ola.refused(&topic, "history", json!({})).await,
        "not_joined"
    );
    assert_eq!(
        ola.refused(&topic, "phx_join", json!({})).await,
        "not_participant"
    );
}

#[tokio::test]
async fn who_is_added_later_sees_from_then_on_until_the_rule_changes() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut kari = enter(&rig, "kari", &topic).await;
    let mut mia = Socket::connect(rig.address, &token("mia")).await;
    mia.ok("user:mia", "phx_join", json!({})).await;
    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(1), "content": "før Mia"}),
    )
    .await;
    let add = json!({"ops": [{"op": "addParticipant", "opId": uuid(2), "userId": "mia", "role": "student"}]});
    kari.ok(&topic, "ops", add).await;
    assert_eq!(
        mia.event("user:mia", "envelope").await["rows"][0]["value"]["active"],
        true
    );
    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(3), "content": "velkommen"}),
    )
    .await;
    let head = mia.event("user:mia", "head").await;
    assert_eq!(head["message"]["content"], "velkommen");

    let sync = mia.ok(&topic, "phx_join", json!({})).await;
    let texts: Vec<&Value> = sync["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .map(|m| &m["content"])
        .collect();
    assert_eq!(texts, ["velkommen"]);
    let edit = json!({"opId": uuid(4), "messageId": uuid(1), "content": "før Mia, rettet"});
    let edited = kari.ok(&topic, "message:edit", edit).await;
    let envelope = mia
        .wait_for(|frame| frame[3] == "envelope" && frame[4]["seq"] == edited["seq"])
        .await;
    assert!(
        !envelope.to_string().contains("før Mia"),
        "the envelope comes without the row: {envelope}"
    );

    let rule = json!({"ops": [{"op": "updateChat", "opId": uuid(5), "history": "all"}]});
    kari.ok(&topic, "ops", rule).await;
    mia.event(&topic, "reset").await;
    let old = json!({"epoch": sync["epoch"], "since": sync["upTo"]});
    let sync = mia.ok(&topic, "sync", old).await;
    assert_eq!(sync["reset"], true);
    assert_eq!(sync["messages"][0]["content"], "før Mia, rettet");
    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(6), "content": "live igjen"}),
    )
    .await;
    mia.wait_for(|frame| {
        frame[3] == "envelope" && frame[4]["rows"]["messages"][0]["content"] == "live igjen"
    })
    .await;
}

#[tokio::test]
async fn a_cursor_gets_what_it_missed_and_no_more() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut kari = enter(&rig, "kari", &topic).await;
    let mut ola = Socket::connect(rig.address, &token("ola")).await;
    let first = ola.ok(&topic, "phx_join", json!({})).await;
    assert_eq!(first["reset"], true);
    drop(ola);
    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(1), "content": "mens du var borte"}),
    )
    .await;
    let mut ola = Socket::connect(rig.address, &token("ola")).await;
    let cursor = json!({"epoch": first["epoch"], "since": first["upTo"]});
    let sync = ola.ok(&topic, "phx_join", cursor).await;
    assert_eq!(sync["reset"], false);
    assert_eq!(sync["messages"].as_array().map(Vec::len), Some(1));
    assert_eq!(sync["upTo"], sync["head"]);
    let beyond = json!({"epoch": first["epoch"], "since": 1_000_000});
    assert_eq!(ola.ok(&topic, "sync", beyond).await["reset"], true);
}

#[tokio::test]
async fn observers_read_and_do_not_write() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut kari = enter(&rig, "kari", &topic).await;
    let add = json!({"ops": [{"op": "addParticipant", "opId": uuid(1), "userId": "obs", "role": "observer"}]});
    kari.ok(&topic, "ops", add).await;
    let mut observer = enter(&rig, "obs", &topic).await;
    assert_eq!(
        observer
            .refused(
                &topic,
                "message:send",
                json!({"id": uuid(2), "content": "hei"})
            )
            .await,
        "forbidden"
    );
    assert_eq!(
        observer
            .refused(&topic, "typing", json!({"on": true}))
            .await,
        "forbidden"
    );
    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(3), "content": "hei"}),
    )
    .await;
    observer
        .wait_for(|frame| frame[3] == "envelope" && !frame[4]["rows"]["messages"].is_null())
        .await;
    let mut other = enter(&rig, "obs", &topic).await;
    observer.ok(&topic, "receipt", json!({"read": 2})).await;
    let told = other.event(&topic, "receipts").await;
    assert_eq!(
        told["receipts"][0]["userId"], "obs",
        "their own devices are told how far they have read"
    );
}

#[tokio::test]
async fn leaving_a_topic_ends_its_events_and_joining_again_closes_the_old_channel() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let (mut kari, mut ola) = (
        enter(&rig, "kari", &topic).await,
        enter(&rig, "ola", &topic).await,
    );
    ola.ok(&topic, "phx_join", json!({})).await;
    let closed = ola.wait_for(|frame| frame[3] == "phx_close").await;
    assert_eq!(closed[0], "2", "the close names the old join");
    ola.ok(&topic, "phx_leave", json!({})).await;
    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(1), "content": "hei"}),
    )
    .await;
    assert_eq!(
        ola.event("user:ola", "head").await["message"]["content"],
        "hei"
    );
    assert!(
        !ola.has(|frame| frame[3] == "envelope" && frame[2] == topic.as_str())
            .await
    );
}

#[tokio::test]
async fn a_draining_server_answers_tells_and_closes() {
    let rig = Served::start().await;
    let topic = make_chat(&rig, "kari", &["ola"]).await;
    let mut kari = enter(&rig, "kari", &topic).await;
    kari.ok(
        &topic,
        "message:send",
        json!({"id": uuid(1), "content": "rett før"}),
    )
    .await;
    rig.stop();
    assert_eq!(kari.event(&topic, "system").await["code"], "draining");
    assert!(
        Socket::handshake(rig.address, "/realtime/v1/websocket", &token("kari"))
            .await
            .is_err()
    );
    assert_eq!(kari.closed().await, 1012);
}

#[tokio::test]
async fn a_chat_made_on_ones_own_topic_is_there_at_once() {
    let rig = Served::start().await;
    let mut kari = Socket::connect(rig.address, &token("kari")).await;
    kari.ok("user:kari", "phx_join", json!({})).await;
    let request = json!({"id": uuid(7), "title": "Matte", "participants": [{"userId": "ola"}]});
    let chat = kari.ok("user:kari", "create_chat", request.clone()).await;
    assert_eq!(
        (&chat["id"], &chat["title"], &chat["members"]),
        (&json!(uuid(7)), &json!("Matte"), &json!(2))
    );
    assert_eq!(
        kari.ok("user:kari", "create_chat", request).await["id"],
        chat["id"],
        "a repeat is the same chat"
    );
    let list = kari.ok("user:kari", "chats", json!({})).await;
    assert_eq!(list["chats"].as_array().map(Vec::len), Some(1));
    let draft = json!({"opId": uuid(8), "key": format!("draft:{}", uuid(7)), "value": "Hei, jeg"});
    kari.ok("user:kari", "private", draft).await;
    assert_eq!(
        kari.event("user:kari", "envelope").await["rows"][0]["value"]["active"],
        true
    );
    assert_eq!(
        kari.event("user:kari", "envelope").await["rows"][0]["value"],
        "Hei, jeg"
    );
}
