//! The customer's endpoints, and what stands beside them for messages.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Served, answer, pause, token};

const ID: &str = "01941f29-7c00-7000-8000-000000000001";

fn message(id: &str, chat: &str, content: &str) -> Value {
    json!({ "id": id, "chatId": chat, "content": content })
}

#[tokio::test]
async fn a_message_is_sent_once_however_often_it_is_posted() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let body = message(ID, &chat, "Hei, Ola!");
    let sent = served.post("kari", "/api/messages", &body).await.ok(201);
    assert_eq!(sent["content"], "Hei, Ola!");
    assert_eq!(sent["senderId"], "kari");
    let again = served.post("kari", "/api/messages", &body).await.ok(200);
    assert_eq!(sent, again);
    let other = message(ID, &chat, "Noe annet");
    let conflict = served.post("kari", "/api/messages", &other).await;
    assert_eq!(conflict.refusal(), (409, "id_conflict".into()));
    let stolen = served.post("ola", "/api/messages", &body).await;
    assert_eq!(stolen.refusal(), (409, "id_conflict".into()));
    let page = served
        .get("ola", &format!("/api/chats/{chat}/messages"))
        .await
        .ok(200);
    assert_eq!(page["messages"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn content_is_kept_byte_for_byte_or_clearly_refused() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    for text in [" e\u{301}\r\n\0 \u{202e}abc ", "👩‍👩‍👧‍👦", &"😀".repeat(10_000)]
    {
        assert_eq!(served.send("kari", &chat, text).await["content"], text);
    }
    let cases = [
        (json!(""), 422, "content_empty"),
        (json!(" \n\u{a0}"), 422, "content_empty"),
        (json!("a".repeat(10_001)), 422, "content_too_long"),
        (json!(7), 400, "bad_request"),
        (json!(null), 400, "bad_request"),
    ];
    for (content, status, code) in cases {
        let body = json!({ "chatId": chat, "content": content });
        let refused = served.post("kari", "/api/messages", &body).await;
        assert_eq!(refused.refusal(), (status, code.into()));
    }
    let raw = format!(r#"{{"chatId":"{chat}","content":"half \ud83d"}}"#);
    let request = served.request(Method::POST, "/api/messages");
    let refused = answer(request.bearer_auth(token("kari")).body(raw)).await;
    assert_eq!(refused.refusal(), (422, "content_invalid".into()));
}

#[tokio::test]
async fn a_message_is_edited_and_deleted_by_its_sender_alone() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let sent = served.send("ola", &chat, "Vi ses kl. 16").await;
    let path = format!("/api/messages/{}", sent["id"].as_str().expect("an id"));
    let edit = json!({ "content": "Vi ses kl. 17" });
    let edited = served.call("ola", Method::PUT, &path, &edit).await.ok(200);
    assert_eq!(edited["content"], "Vi ses kl. 17");
    assert!(edited["editedAt"].is_number());
    let edits = served.get("kari", &format!("{path}/edits")).await.ok(200);
    assert_eq!(edits["edits"][0]["content"], "Vi ses kl. 16");
    let foreign = served.call("kari", Method::PUT, &path, &edit).await;
    assert_eq!(foreign.refusal(), (403, "forbidden".into()));
    let outside = served.call("eva", Method::PUT, &path, &edit).await;
    assert_eq!(outside.status, 404, "{}", outside.text);
    let gone = served
        .call("ola", Method::DELETE, &path, &json!(null))
        .await
        .ok(200);
    assert_eq!(gone["content"], "");
    assert!(gone["deletedAt"].is_number());
    let late = served.call("ola", Method::PUT, &path, &edit).await;
    assert_eq!(late.refusal(), (404, "not_found".into()));
    assert_eq!(served.get("kari", &path).await.ok(200)["content"], "");
}

#[tokio::test]
async fn a_reply_a_thread_and_a_reaction_belong_to_their_message() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let root = served.send("kari", &chat, "Har du gjort leksene?").await;
    let id = root["id"].as_str().expect("an id");
    let reply = json!({ "chatId": chat, "content": "Ja", "replyTo": id, "threadRoot": id });
    let reply = served.post("ola", "/api/messages", &reply).await.ok(201);
    assert_eq!(reply["replyTo"], id);
    let thread = served
        .get("kari", &format!("/api/messages/{id}/thread"))
        .await
        .ok(200);
    assert_eq!(thread["messages"][0]["id"], reply["id"]);
    let path = format!("/api/messages/{id}/reactions/%F0%9F%91%8D");
    let set = served
        .call("ola", Method::PUT, &path, &json!(null))
        .await
        .ok(200);
    assert_eq!(set["counts"], json!([{ "emoji": "👍", "count": 1 }]));
    let unset = served
        .call("ola", Method::DELETE, &path, &json!(null))
        .await
        .ok(200);
    assert_eq!(unset["counts"], json!([]));
    let word = format!("/api/messages/{id}/reactions/hei");
    let refused = served.call("ola", Method::PUT, &word, &json!(null)).await;
    assert_eq!(refused.refusal(), (400, "bad_request".into()));
}

#[tokio::test]
async fn a_receipt_names_a_seq_or_a_message() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let sent = served.send("kari", &chat, "Hei").await;
    let status = format!("/api/chat/realtime?chatId={chat}");
    assert_eq!(served.get("ola", &status).await.ok(200)["unread"], 1);
    let nothing = json!({ "chatId": chat });
    let refused = served
        .post("ola", "/api/messages/read-receipts", &nothing)
        .await;
    assert_eq!(refused.refusal(), (400, "bad_request".into()));
    let receipt = json!({ "chatId": chat, "messageId": sent["id"] });
    let done = served
        .post("ola", "/api/messages/read-receipts", &receipt)
        .await;
    assert_eq!(done.ok(200), json!({}));
    let after = served.get("ola", &status).await.ok(200);
    assert_eq!(
        (&after["unread"], &after["read"]),
        (&json!(0), &sent["createdSeq"])
    );
    let elsewhere = served.chat("kari", &["ola"]).await;
    let wrong = json!({ "chatId": elsewhere, "messageId": sent["id"] });
    let refused = served
        .post("ola", "/api/messages/read-receipts", &wrong)
        .await;
    assert_eq!(refused.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn a_client_without_a_socket_connects_and_is_told_where_one_is() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let connect = json!({ "action": "connect", "chatId": chat });
    let connected = served.post("ola", "/api/chat/realtime", &connect).await;
    let connected = connected.ok(200);
    assert_eq!(connected["socket"], "/realtime/v1/websocket");
    let topics = json!(["user:ola", format!("chat:{chat}")]);
    assert_eq!(connected["topics"], topics);
    let foreign = served.post("eva", "/api/chat/realtime", &connect).await;
    assert_eq!(foreign.refusal(), (403, "not_participant".into()));
}

#[tokio::test]
async fn typing_over_http_shows_to_whoever_polls() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let changes = format!("/api/chats/{chat}/changes");
    let now = served.get("kari", &changes).await.ok(200);
    let epoch = now["epoch"].as_str().expect("an epoch");
    let wait = format!("{changes}?epoch={epoch}&since={}&wait=30", now["upTo"]);
    let status = format!("/api/chat/realtime?chatId={chat}");
    let typing = |on: bool| json!({ "chatId": chat, "isTyping": on });
    let shown = async {
        // Nobody is told before the poll has begun to wait.
        for _ in 0..200 {
            let put = served
                .call("ola", Method::PUT, "/api/chat/realtime", &typing(true))
                .await;
            assert_eq!(put.ok(200), json!({}));
            let seen = served.get("kari", &status).await.ok(200);
            if seen["typing"] == json!(["ola"]) {
                return seen;
            }
            pause().await;
        }
        panic!("typing never showed");
    };
    tokio::select! {
        early = served.get("kari", &wait) => panic!("typing is no change: {early:?}"),
        seen = shown => {
            assert_eq!(seen["members"], 2);
            let stop = served.post("ola", "/api/messages/typing", &typing(false)).await;
            assert_eq!(stop.ok(200), json!({}));
            assert_eq!(served.get("kari", &status).await.ok(200)["typing"], json!([]));
        }
    }
    let foreign = served
        .post("eva", "/api/messages/typing", &typing(true))
        .await;
    assert_eq!(foreign.refusal(), (403, "not_participant".into()));
}

#[tokio::test]
async fn a_search_finds_inflected_words_in_one_s_own_chats() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    served.send("kari", &chat, "Ta med bøkene på torsdag").await;
    let mut found = json!(null);
    // The index is written behind the commits.
    for _ in 0..200 {
        found = served
            .get("ola", "/api/messages/search?q=bok")
            .await
            .ok(200);
        if found["hits"][0].is_object() {
            break;
        }
        pause().await;
    }
    assert_eq!(
        found["hits"][0]["message"]["content"],
        "Ta med bøkene på torsdag"
    );
    let nobody = served
        .get("eva", "/api/messages/search?q=bok")
        .await
        .ok(200);
    assert_eq!(nobody["hits"], json!([]));
    let missing = served.get("ola", "/api/messages/search").await;
    assert_eq!(missing.refusal(), (400, "bad_request".into()));
}
