//! `samtale send` and `samtale tail` between people, over a server that comes and goes.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::program::{Ended, finish, run, samtale};
use crate::serve::Demo;
use crate::served::{Served, within};

/// A running `samtale tail --json`.
struct Tail {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Tail {
    /// Starts it, and returns when it has begun.
    async fn start(url: &str, args: &[&str]) -> Self {
        let mut child = Command::from(samtale(&["tail", "--json", "--url", url]))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("it starts");
        let mut said = BufReader::new(child.stderr.take().expect("piped")).lines();
        let begun = async {
            let line = said.next_line().await.ok()??;
            line.contains("following").then_some(())
        };
        within("the beginning", begun).await;
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self {
            _child: child,
            lines,
        }
    }

    /// Waits for the next event of a kind, passing over others.
    async fn next(&mut self, event: &str) -> Value {
        let next = async {
            loop {
                let line = self.lines.next_line().await.ok()??;
                let value: Value = serde_json::from_str(&line).expect("JSON");
                if value["event"] == event {
                    return Some(value);
                }
            }
        };
        within(event, next).await
    }
}

fn send(url: &str, args: &[&str]) -> Ended {
    finish(samtale(&["send", "--url", url]).args(args))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_sends_another_sees_with_its_id() {
    let data = tempfile::tempdir().expect("made");
    let server = Demo::start(data.path());
    let mut tail = Tail::start(&server.url, &["--dev-user", "ingrid"]).await;
    let sent = send(
        &server.url,
        &[
            "--dev-user",
            "jonas",
            "--chat",
            "Ingrid Solberg",
            "Hei på deg! 👋",
        ],
    );
    assert_eq!(sent.code, Some(0), "{}", sent.err);
    let seen = tail.next("message").await;
    assert_eq!(seen["message"]["content"], "Hei på deg! 👋");
    assert_eq!(seen["message"]["senderId"], "jonas");
    assert_eq!(seen["message"]["id"], sent.out.trim_end());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_loses_and_doubles_nothing_while_the_server_is_killed() {
    let data = tempfile::tempdir().expect("made");
    let mut server = Served::start(data.path()).await;
    let chat = server.create_chat("ingrid", &["jonas"]).await.to_string();
    let (ingrid, jonas) = (server.token("ingrid"), server.token("jonas"));
    let mut tail = Tail::start(&server.url(), &["--token", &ingrid, "--chat", &chat]).await;
    let mut ids = Vec::new();
    for round in 0..3 {
        for n in 0..3 {
            let text = format!("{round}.{n}");
            let sent = send(&server.url(), &["--token", &jonas, "--chat", &chat, &text]);
            assert_eq!(sent.code, Some(0), "{}", sent.err);
            ids.push(sent.out.trim_end().to_owned());
        }
        server.kill().await;
        server.restart().await;
    }
    for id in &ids {
        assert_eq!(tail.next("message").await["message"]["id"], **id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_tells_a_script_how_it_went() {
    let data = tempfile::tempdir().expect("made");
    let server = Demo::start(data.path());
    let stranger = "0192f0c1-7e4b-7a53-9c55-0d7f3a1b2c3d";
    let cases: [(&[&str], i32, &str); 5] = [
        (
            &["--dev-user", "jonas", "--chat", stranger, "hei"],
            1,
            "not_participant",
        ),
        (
            &["--dev-user", "jonas", "--chat", "Ingrid Solberg", "  "],
            1,
            "empty",
        ),
        (
            &["--dev-user", "nobody", "--chat", stranger, "hei"],
            1,
            "unauthorized",
        ),
        (
            &["--dev-user", "jonas", "--chat", "Ingen", "hei"],
            2,
            "Ingen",
        ),
        (
            &[
                "--url",
                "http://127.0.0.1:9",
                "--dev-user",
                "jonas",
                "--timeout",
                "1s",
                "--chat",
                stranger,
                "hei",
            ],
            3,
            "127.0.0.1:9",
        ),
    ];
    for (args, code, said) in cases {
        let url: &[&str] = if args.contains(&"--url") {
            &[]
        } else {
            &["--url", &server.url]
        };
        let ended = run(&[&["send"], url, args].concat());
        assert_eq!(ended.code, Some(code), "{args:?}: {}", ended.err);
        assert!(ended.err.contains(said), "{args:?}: {}", ended.err);
        assert_eq!(ended.out, "", "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_kept_goes_with_the_next_run_once() {
    let (data, kept) = (
        tempfile::tempdir().expect("made"),
        tempfile::tempdir().expect("made"),
    );
    let folder = kept.path().to_str().expect("text");
    let mut server = Served::start(data.path()).await;
    let chat = server.create_chat("ingrid", &["jonas"]).await;
    let (token, name) = (server.token("jonas"), chat.to_string());
    let url = server.url();
    server.kill().await;
    let first = send(
        &url,
        &[
            "--token",
            &token,
            "--chat",
            &name,
            "--data",
            folder,
            "--timeout",
            "1s",
            "først",
        ],
    );
    assert_eq!(first.code, Some(3), "{}", first.err);
    server.restart().await;
    let second = send(
        &url,
        &["--token", &token, "--chat", &name, "--data", folder, "så"],
    );
    assert_eq!(second.code, Some(0), "{}", second.err);
    let history = server.history("ingrid", chat).await;
    let words: Vec<&str> = history
        .iter()
        .map(|message| message.content.as_str())
        .collect();
    assert_eq!(words, ["først", "så"]);
}
