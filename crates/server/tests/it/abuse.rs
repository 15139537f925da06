//! Bad input by the bucket: whoever sends it is refused or closed, and everyone else is served.

use samtale_server::Limits;
use serde_json::json;

use crate::socket::Socket;
use crate::support::{Served, token};

/// Frames of which none can be taken: noise, halves of frames, wrong types, other people's topics.
fn hostile_frame(dice: &mut u64, chat: &str) -> String {
    // xorshift64: the same frames in every run.
    *dice ^= *dice << 13;
    *dice ^= *dice >> 7;
    *dice ^= *dice << 17;
    let n = *dice;
    match n % 9 {
        0 => format!("{n:x}"),
        1 => format!("[null,\"{n}\",\"chat:{chat}\""),
        2 => format!("[null,\"{n}\",\"chat:{chat}\",\"phx_join\",{{}}]"),
        3 => format!("[null,\"{n}\",\"chat:{chat}\",\"message:send\",{{\"content\":{n}}}]"),
        4 => format!("[null,\"{n}\",\"user:kari\",\"phx_join\",{{}}]"),
        5 => format!("[null,\"{n}\",\"user:eve\",\"phx_join\",{{\"since\":\"x\"}}]"),
        6 => format!("[[[[{n}]]]]"),
        7 => format!("[null,\"{n}\",\"{}\",\"e\",{{}}]", "t".repeat(300)),
        _ => format!("[null,\"{n}\",\"user:eve\",\"access_token\",{{\"access_token\":\"{n}\"}}]"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_bad_input_leaves_everyone_else_served() {
    let served = Served::start().await;
    let chat = served.chat("kari", &["ola"]).await;
    let topic = format!("chat:{chat}");
    let (address, eve) = (served.address, token("eve"));
    let mut storm = Vec::new();
    for seed in 1..=12_u64 {
        let (chat, eve) = (chat.clone(), eve.clone());
        storm.push(tokio::spawn(async move {
            let mut dice = seed;
            for _ in 0..6 {
                let mut socket = Socket::connect(address, &eve).await;
                for _ in 0..60 {
                    if !socket.try_send_text(&hostile_frame(&mut dice, &chat)).await {
                        break;
                    }
                }
            }
        }));
    }
    let mut kari = Socket::connect(address, &token("kari")).await;
    let mut ola = Socket::connect(address, &token("ola")).await;
    kari.ok(&topic, "phx_join", json!({})).await;
    ola.ok(&topic, "phx_join", json!({})).await;
    for n in 0..50 {
        let id = format!("00000000-0000-7000-8000-{n:012}");
        let done = kari
            .ok(
                &topic,
                "message:send",
                json!({"id": id, "content": format!("melding {n}")}),
            )
            .await;
        let envelope = ola.event(&topic, "envelope").await;
        assert_eq!(envelope["seq"], done["seq"]);
    }
    for hostile in storm {
        hostile.await.expect("the storm passes");
    }
    let history = served
        .get("ola", &format!("/api/chats/{chat}/messages?limit=200"))
        .await
        .ok(200);
    assert_eq!(
        history["messages"].as_array().map(Vec::len),
        Some(50),
        "and nothing else got in"
    );
}

#[tokio::test]
async fn a_flood_is_told_how_long_to_wait_and_slows_nobody_else() {
    let served = Served::with(|config| config.limits = Limits::default()).await;
    let chat = served.chat("kari", &["ola"]).await;
    let topic = format!("chat:{chat}");
    let mut kari = Socket::connect(served.address, &token("kari")).await;
    let mut ola = Socket::connect(served.address, &token("ola")).await;
    kari.ok(&topic, "phx_join", json!({})).await;
    ola.ok(&topic, "phx_join", json!({})).await;
    let mut refused = None;
    for n in 0..1_000 {
        let id = format!("00000000-0000-7000-8000-{n:012}");
        let reply = kari
            .push(&topic, "message:send", json!({"id": id, "content": "flom"}))
            .await;
        if reply["status"] == "error" {
            refused = Some(reply["response"].clone());
            break;
        }
    }
    let refused = refused.expect("a flood is refused in the end");
    assert_eq!(refused["code"], "rate_limited");
    assert!(refused["retryAfterMs"].as_u64().expect("a number") > 0);
    let id = "00000000-0000-7000-8000-ffffffffffff";
    ola.ok(
        &topic,
        "message:send",
        json!({"id": id, "content": "jeg kommer fram"}),
    )
    .await;
}
