//! Chats, participants, changes and private rows.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Served, pause, token};

#[tokio::test]
async fn a_chat_is_made_listed_and_changed() {
    let served = Served::start().await;
    let body = json!({
        "id": "01941f29-7c00-7000-8000-000000000002", "title": "Matte",
        "participants": [{ "userId": "ola" }, { "userId": "eva", "role": "observer" }],
    });
    let made = served.post("kari", "/api/chats", &body).await.ok(201);
    assert_eq!(
        (&made["title"], &made["role"]),
        (&json!("Matte"), &json!("owner"))
    );
    assert_eq!(made["members"], 3);
    assert_eq!(
        served.post("kari", "/api/chats", &body).await.ok(200)["id"],
        made["id"]
    );
    let path = format!("/api/chats/{}", made["id"].as_str().expect("an id"));
    let title = json!({ "title": "Matte 1T", "history": "all" });
    let changed = served
        .call("kari", Method::PATCH, &path, &title)
        .await
        .ok(200);
    assert_eq!(
        (&changed["title"], &changed["history"]),
        (&json!("Matte 1T"), &json!("all"))
    );
    let list = served.get("ola", "/api/chats").await.ok(200);
    assert_eq!(list["chats"][0]["title"], "Matte 1T");
    let cases = [
        (Method::PATCH, "ola", 403, "forbidden"),
        (Method::PATCH, "per", 403, "not_participant"),
        (Method::GET, "per", 403, "not_participant"),
    ];
    for (method, user, status, code) in cases {
        let refused = served.call(user, method, &path, &title).await;
        assert_eq!(refused.refusal(), (status, code.into()), "{user}");
    }
    let blank = json!({ "title": " " });
    let refused = served.post("kari", "/api/chats", &blank).await;
    assert_eq!(refused.refusal(), (400, "bad_request".into()));
}

#[tokio::test]
async fn participants_come_change_and_go() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let path = format!("/api/chats/{chat}/participants");
    let eva = json!({ "userId": "eva", "role": "guardian" });
    let added = served.post("kari", &path, &eva).await.ok(201);
    assert_eq!(
        (&added["role"], &added["active"]),
        (&json!("guardian"), &json!(true))
    );
    let role = json!({ "role": "tutor" });
    let one = format!("{path}/eva");
    let raised = served
        .call("kari", Method::PATCH, &one, &role)
        .await
        .ok(200);
    assert_eq!(raised["role"], "tutor");
    let refused = served.call("ola", Method::DELETE, &one, &json!(null)).await;
    assert_eq!(refused.refusal(), (403, "forbidden".into()));
    let left = served
        .call("eva", Method::DELETE, &one, &json!(null))
        .await
        .ok(200);
    assert_eq!(left["active"], false);
    let now = served.get("ola", &path).await.ok(200);
    let names: Vec<&Value> = now["participants"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|participant| &participant["userId"])
        .collect();
    assert_eq!(names, [&json!("kari"), &json!("ola")]);
    let gone = served.get("eva", &path).await;
    assert_eq!(gone.refusal(), (403, "not_participant".into()));
}

#[tokio::test]
async fn changes_tell_what_came_after_the_cursor() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let path = format!("/api/chats/{chat}/changes");
    let first = served.get("ola", &path).await.ok(200);
    assert_eq!(
        (&first["reset"], &first["messages"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(first["participants"].as_array().map(Vec::len), Some(2));
    served.send("kari", &chat, "Hei").await;
    let cursor = |sync: &Value| {
        let epoch = sync["epoch"].as_str().expect("an epoch").to_owned();
        format!("{path}?epoch={epoch}&since={}", sync["upTo"])
    };
    let next = served.get("ola", &cursor(&first)).await.ok(200);
    assert_eq!(next["reset"], false);
    assert_eq!(next["messages"][0]["content"], "Hei");
    let idle = served.get("ola", &cursor(&next)).await.ok(200);
    assert_eq!(
        (&idle["messages"], &idle["upTo"]),
        (&json!([]), &next["upTo"])
    );
    let ahead = format!(
        "{path}?epoch={}&since=999",
        first["epoch"].as_str().expect("an epoch")
    );
    assert_eq!(served.get("ola", &ahead).await.ok(200)["reset"], true);
    let foreign = served.get("eva", &cursor(&next)).await;
    assert_eq!(foreign.refusal(), (403, "not_participant".into()));
}

#[tokio::test]
async fn a_long_poll_answers_as_soon_as_something_changes() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let path = format!("/api/chats/{chat}/changes");
    let now = served.get("ola", &path).await.ok(200);
    let epoch = now["epoch"].as_str().expect("an epoch");
    let wait = format!("{path}?epoch={epoch}&since={}&wait=30", now["upTo"]);
    let (woken, sent) = tokio::join!(served.get("ola", &wait), async {
        served.send("kari", &chat, "Er du der?").await
    });
    let woken = woken.ok(200);
    assert_eq!(woken["messages"][0]["id"], sent["id"]);
    assert_eq!(woken["upTo"], sent["seq"]);
}

#[tokio::test]
async fn a_long_poll_ends_with_its_time() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let path = format!("/api/chats/{chat}/changes");
    let now = served.get("ola", &path).await.ok(200);
    let epoch = now["epoch"].as_str().expect("an epoch");
    let idle = |wait: u32| format!("{path}?epoch={epoch}&since={}&wait={wait}", now["upTo"]);
    let empty = served.get("ola", &idle(1)).await.ok(200);
    assert_eq!(
        (&empty["messages"], &empty["upTo"]),
        (&json!([]), &now["upTo"])
    );
}

#[tokio::test]
async fn a_stopping_server_answers_who_waits() {
    // A request that comes after the stop is not taken, so it may need some tries to come before.
    for _ in 0..5 {
        let served = Served::start().await;
        let chat = served.chat("kari", &["ola"]).await;
        let path = format!("/api/chats/{chat}/changes");
        let now = served.get("ola", &path).await.ok(200);
        let epoch = now["epoch"].as_str().expect("an epoch");
        let wait = format!("{path}?epoch={epoch}&since={}&wait=30", now["upTo"]);
        let poll = served.request(Method::GET, &wait).bearer_auth(token("ola"));
        let (last, ()) = tokio::join!(poll.send(), async {
            pause().await;
            served.stop();
        });
        if let Ok(last) = last {
            let sync: Value = last.json().await.expect("a sync");
            assert_eq!(sync["upTo"], now["upTo"]);
            return;
        }
    }
    panic!("the server cut off whoever waited");
}

#[tokio::test]
async fn ops_are_applied_in_order_up_to_the_first_refusal() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let id = |n: u32| format!("01941f29-7c00-7000-8000-00000000010{n}");
    let path = format!("/api/chats/{chat}/ops");
    let ops = json!({ "ops": [
        { "op": "send", "id": id(1), "content": "En" },
        { "op": "edit", "opId": id(2), "messageId": id(1), "content": "Én" },
        { "op": "send", "id": id(3), "content": "" },
        { "op": "send", "id": id(4), "content": "To" },
    ] });
    let reply = served.post("kari", &path, &ops).await.ok(200);
    let results = reply["results"].as_array().expect("a list");
    let statuses: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, [&json!("ok"), &json!("ok"), &json!("error")]);
    assert_eq!(results[1]["rows"]["messages"][0]["content"], "Én");
    assert_eq!(results[2]["code"], "content_empty");
    let none = served.post("kari", &path, &json!({ "ops": [] })).await;
    assert_eq!(none.refusal(), (400, "bad_request".into()));
    let many = json!({ "ops": vec![json!({ "op": "send", "id": id(5), "content": "x" }); 101] });
    let refused = served.post("kari", &path, &many).await;
    assert_eq!(refused.refusal(), (413, "too_large".into()));
}

#[tokio::test]
async fn history_comes_in_pages() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    for n in 0..5 {
        served.send("kari", &chat, &format!("nr. {n}")).await;
    }
    let path = format!("/api/chats/{chat}/messages?limit=2");
    let newest = served.get("ola", &path).await.ok(200);
    assert_eq!(newest["messages"][1]["content"], "nr. 4");
    assert_eq!(newest["hasMore"], true);
    let before = format!("{path}&before={}", newest["messages"][0]["createdSeq"]);
    let older = served.get("ola", &before).await.ok(200);
    assert_eq!(older["messages"][0]["content"], "nr. 1");
    for wrong in ["before=x", "limit=-1", "limit="] {
        let asked = format!("/api/chats/{chat}/messages?{wrong}");
        let refused = served.get("ola", &asked).await;
        assert_eq!(refused.refusal(), (400, "bad_request".into()), "{wrong}");
    }
}

#[tokio::test]
async fn private_rows_are_one_s_own() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let path = format!("/api/me/private/draft:{chat}");
    let draft = json!({ "value": "Hei, jeg lurte på" });
    let row = served
        .call("kari", Method::PUT, &path, &draft)
        .await
        .ok(200);
    assert_eq!(row["value"], draft["value"]);
    let mine = served.get("kari", "/api/me/private").await.ok(200);
    assert!(mine["rows"].as_array().expect("a list").contains(&row));
    let theirs = served.get("ola", "/api/me/private").await.ok(200);
    assert!(!theirs.to_string().contains("lurte"));
    let cases = [
        (format!("/api/me/private/chat:{chat}"), 403, "forbidden"),
        ("/api/me/private/nonsense".into(), 400, "bad_request"),
    ];
    for (path, status, code) in cases {
        let refused = served.call("kari", Method::PUT, &path, &draft).await;
        assert_eq!(refused.refusal(), (status, code.into()), "{path}");
    }
    let busy = json!({ "status": "busy", "at": "x".repeat(65) });
    let refused = served
        .call("kari", Method::PUT, "/api/me/presence", &busy)
        .await;
    assert_eq!(refused.refusal(), (400, "bad_request".into()));
    assert_eq!(
        served.get("kari", "/api/me").await.ok(200)["userId"],
        "kari"
    );
}
