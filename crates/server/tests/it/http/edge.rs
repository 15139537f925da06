//! What every request meets: problems for every failure, tokens, limits, origins, headers.

use reqwest::Method;
use reqwest::header::{ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN};
use samtale_server::config::Origins;
use serde_json::json;

use crate::support::{Answer, Served, answer, token, token_until};

fn assert_problem(got: &Answer, status: u16, code: &str) {
    let problem = got.json();
    assert_eq!(
        (got.status, problem["code"].as_str()),
        (status, Some(code)),
        "{}",
        got.text
    );
    assert_eq!(got.header("content-type"), "application/problem+json");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], "about:blank");
    assert!(!problem["title"].as_str().unwrap_or_default().is_empty());
    assert_eq!(problem["detail"], problem["message"]);
    assert_eq!(got.header("x-request-id").len(), 16);
}

#[tokio::test]
async fn every_failure_is_a_problem() {
    let served = Served::with(|config| config.limits.body_bytes = 1000).await;
    let huge = "x".repeat(2000);
    let cases = [
        (Method::GET, "/nowhere", "", 404, "not_found"),
        (Method::GET, "/api/nowhere", "", 404, "not_found"),
        (Method::PATCH, "/api/messages", "{}", 405, "bad_request"),
        (Method::GET, "/api/messages/typing", "", 405, "bad_request"),
        (
            Method::POST,
            "/api/messages",
            "not json",
            400,
            "bad_request",
        ),
        (Method::POST, "/api/messages", "", 400, "bad_request"),
        (Method::POST, "/api/messages", "{}", 400, "bad_request"),
        (Method::POST, "/api/messages", "[1]", 400, "bad_request"),
        (
            Method::POST,
            "/api/messages",
            huge.as_str(),
            413,
            "too_large",
        ),
        (Method::GET, "/api/chats/not-a-uuid", "", 400, "bad_request"),
        (
            Method::GET,
            "/api/messages/01941f29-7c00-7000-8000-0000000000ff",
            "",
            404,
            "not_found",
        ),
        (
            Method::GET,
            "/api/chats/01941f29-7c00-7000-8000-0000000000ff/changes",
            "",
            403,
            "not_participant",
        ),
        (Method::GET, "/api/chat/realtime", "", 400, "bad_request"),
        (
            Method::POST,
            "/dev/token",
            r#"{"user":"ingrid"}"#,
            404,
            "not_found",
        ),
        (Method::GET, "/api/docs/nowhere.js", "", 404, "not_found"),
    ];
    for (method, path, body, status, code) in cases {
        let request = served.request(method, path).bearer_auth(token("kari"));
        assert_problem(&answer(request.body(body.to_owned())).await, status, code);
    }
}

#[tokio::test]
async fn a_token_is_needed_and_must_be_good() {
    let served = Served::start().await;
    let none = answer(served.request(Method::GET, "/api/me")).await;
    assert_problem(&none, 401, "unauthorized");
    assert_eq!(none.header("www-authenticate"), r#"Bearer realm="samtale""#);
    let cases = [
        ("nonsense".to_owned(), "unauthorized"),
        (format!("{}x", token("kari")), "unauthorized"),
        (token_until("kari", -3_600_000), "token_expired"),
    ];
    for (token, code) in cases {
        let request = served.request(Method::GET, "/api/me").bearer_auth(token);
        let refused = answer(request).await;
        assert_problem(&refused, 401, code);
        assert!(refused.header("www-authenticate").contains("invalid_token"));
    }
    let in_query = format!("/api/me?token={0}&apikey={0}", token("kari"));
    let refused = answer(served.request(Method::GET, &in_query)).await;
    assert_problem(&refused, 401, "unauthorized");
}

#[tokio::test]
async fn a_flood_is_told_how_long_to_wait_and_spares_the_others() {
    let served = Served::with(|config| {
        config.limits.set("http_per_user", "3/1h").expect("a limit");
        config
            .limits
            .set("failures_per_address", "2/1h")
            .expect("a limit");
    })
    .await;
    for _ in 0..3 {
        served.get("kari", "/api/me").await.ok(200);
    }
    let refused = served.get("kari", "/api/me").await;
    assert_problem(&refused, 429, "rate_limited");
    let wait = refused.json()["retryAfterMs"].as_u64().expect("a hint");
    let header: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=1_200_000).contains(&wait) && header == wait.div_ceil(1000));
    served.get("ola", "/api/me").await.ok(200);
    let guess = || served.request(Method::GET, "/api/me").bearer_auth("gjett");
    for _ in 0..2 {
        assert_problem(&answer(guess()).await, 401, "unauthorized");
    }
    assert_problem(&answer(guess()).await, 429, "rate_limited");
    assert_eq!(
        answer(served.request(Method::GET, "/healthz")).await.status,
        200
    );
}

#[tokio::test]
async fn pages_of_other_origins_need_leave() {
    const FRIEND: &str = "https://app.example.no";
    const STRANGER: &str = "https://evil.example";
    let served = Served::with(|config| config.origins = FRIEND.parse().expect("an origin")).await;
    let ask = |origin: &'static str| {
        let request = served
            .request(Method::GET, "/api/me")
            .bearer_auth(token("kari"));
        answer(request.header(ORIGIN, origin))
    };
    let friend = ask(FRIEND).await;
    assert_eq!(friend.status, 200);
    assert_eq!(friend.header("access-control-allow-origin"), FRIEND);
    let stranger = ask(STRANGER).await;
    assert_problem(&stranger, 403, "forbidden");
    assert_eq!(stranger.header("access-control-allow-origin"), "");
    let same = served
        .request(Method::GET, "/api/me")
        .bearer_auth(token("kari"));
    let same = same
        .header(HOST, "chat.example.no")
        .header(ORIGIN, "https://chat.example.no");
    assert_eq!(answer(same).await.status, 200);
    let preflight = served
        .request(Method::OPTIONS, "/api/messages")
        .header(ORIGIN, FRIEND);
    let preflight = answer(preflight.header(ACCESS_CONTROL_REQUEST_METHOD, "POST")).await;
    assert_eq!(preflight.status, 200);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("authorization")
    );
    let open = Served::with(|config| config.origins = Origins::Any).await;
    let anyone = open
        .request(Method::GET, "/healthz")
        .header(ORIGIN, STRANGER);
    assert_eq!(
        answer(anyone).await.header("access-control-allow-origin"),
        "*"
    );
}

#[tokio::test]
async fn every_answer_wears_its_headers() {
    let served = Served::start().await;
    let mut ids = Vec::new();
    for path in ["/", "/healthz", "/api/me", "/nowhere", "/api/openapi.json"] {
        let got = answer(served.request(Method::GET, path)).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(got.header(name), value, "{path}");
        }
        let policy = got.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        ids.push(got.header("x-request-id").to_owned());
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5, "each request has an id of its own");
}

#[tokio::test]
async fn a_batch_of_the_largest_kind_passes_the_limits() {
    let served = Served::with(|config| config.limits = samtale_server::Limits::default()).await;
    let chat = served.chat("kari", &["ola"]).await;
    let op = |n: u32| {
        let id = format!("01941f29-7c00-7000-8000-{n:012}");
        json!({ "op": "send", "id": id, "content": "ø".repeat(2_000) })
    };
    let ops: Vec<_> = (1..=100).map(op).collect();
    let path = format!("/api/chats/{chat}/ops");
    let reply = served
        .post("kari", &path, &json!({ "ops": ops }))
        .await
        .ok(200);
    assert_eq!(reply["results"].as_array().map(Vec::len), Some(100));
}
