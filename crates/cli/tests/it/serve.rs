//! `samtale serve` as an operator meets it: its one line, its folder, its end.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Stdio};

use crate::program::{run, run_with, samtale};

/// A server with demo users.
pub(crate) struct Demo {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    pub(crate) url: String,
}

impl Demo {
    pub(crate) fn start(data: &Path) -> Self {
        Self::with(data, &[])
    }

    /// Starts one with more flags.
    fn with(data: &Path, flags: &[&str]) -> Self {
        let folder = data.to_str().expect("text");
        let mut child = samtale(&[
            "serve",
            "--dev",
            "--listen",
            "127.0.0.1:0",
            "--data",
            folder,
        ])
        .args(flags)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let url = line
            .strip_prefix("Samtale is listening on ")
            .expect("the line")
            .trim_end()
            .to_owned();
        Self { child, out, url }
    }

    /// Sends a signal, and returns the exit code and what else was printed.
    #[cfg(unix)]
    fn stop(mut self, signal: rustix::process::Signal) -> (Option<i32>, String) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).expect("it runs");
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("text");
        (self.child.wait().expect("it ends").code(), rest)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Both fail where the test has ended it already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn it_prints_one_line_and_ends_well_when_told_to() {
    use rustix::process::Signal;
    let data = tempfile::tempdir().expect("made");
    for signal in [Signal::TERM, Signal::INT] {
        let server = Demo::start(data.path());
        assert!(
            server.url.starts_with("http://127.0.0.1:") && !server.url.ends_with(":0"),
            "{}",
            server.url
        );
        assert_eq!(server.stop(signal), (Some(0), String::new()));
    }
}

#[cfg(unix)]
#[test]
fn its_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let outer = tempfile::tempdir().expect("made");
    let data = outer.path().join("made");
    let _server = Demo::start(&data);
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for secret in ["master.key", "dev-secret"] {
        assert_eq!(mode(&data.join(secret)), 0o600, "{secret}");
    }
}

#[tokio::test]
async fn the_demo_can_be_of_another_day_and_longer() {
    let data = tempfile::tempdir().expect("made");
    let flags = [
        "--dev-now",
        "2026-11-19T14:05:00+01:00",
        "--dev-long-chat",
        "300",
        "--dev-token-life",
        "20s",
    ];
    let server = Demo::with(data.path(), &flags);
    let http = reqwest::Client::new();
    let ask = http.post(format!("{}/dev/token", server.url));
    let told = ask.json(&serde_json::json!({"user": "jonas"}));
    let told = told.send().await.expect("an answer");
    let told: serde_json::Value = told.json().await.expect("JSON");
    let expires = told["expiresAt"].as_i64().expect("a time");
    let now = 1_795_093_500_000;
    assert!((now..now + 200_000).contains(&expires), "{expires}");
    let token = told["token"].as_str().expect("a token");
    let list = http
        .get(format!("{}/api/chats", server.url))
        .bearer_auth(token);
    let list = list.send().await.expect("an answer");
    let list: serde_json::Value = list.json().await.expect("JSON");
    let newest = &list["chats"][0];
    assert_eq!(newest["title"], "Lang samtale");
    let written = newest["lastMessage"]["createdAt"].as_i64().expect("a time");
    assert!((now - 120_000..now).contains(&written), "{written}");
}

#[tokio::test]
async fn it_serves_the_web_app_of_a_folder_or_none() {
    let data = tempfile::tempdir().expect("made");
    let app = data.path().join("app");
    std::fs::create_dir(&app).expect("made");
    std::fs::write(app.join("index.html"), "the app").expect("written");
    let page = async |server: &Demo| {
        let page = reqwest::get(format!("{}/", server.url)).await;
        page.expect("an answer").text().await.expect("a text")
    };
    let server = Demo::with(data.path(), &["--app", app.to_str().expect("text")]);
    assert_eq!(page(&server).await, "the app");
    drop(server);
    let server = Demo::with(data.path(), &["--no-app"]);
    assert!(page(&server).await.contains("cargo xtask run"));
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let data = tempfile::tempdir().expect("made");
    let folder = data.path().to_str().expect("text");
    let _server = Demo::start(data.path());
    let commands: [&[&str]; 3] = [
        &[
            "serve",
            "--dev",
            "--listen",
            "127.0.0.1:0",
            "--data",
            folder,
        ],
        &["user", "erase", "jonas", "--data", folder],
        &["new-lineage", "--data", folder],
    ];
    for args in commands {
        let ended = run(args);
        assert_eq!(ended.code, Some(1), "{args:?}: {}", ended.err);
        assert!(
            ended.err.contains("stop the server"),
            "{args:?}: {}",
            ended.err
        );
    }
    let copy = data.path().join("copy.db");
    let backup = run(&["backup", copy.to_str().expect("text"), "--data", folder]);
    assert_eq!(
        backup.code,
        Some(0),
        "a backup needs no pause: {}",
        backup.err
    );
}

#[test]
fn upkeep_works_on_a_folder_at_rest() {
    let data = tempfile::tempdir().expect("made");
    let folder = data.path().to_str().expect("text");
    drop(Demo::start(data.path()));
    let copy = data.path().join("copy.db");
    let backup = run(&["backup", copy.to_str().expect("text"), "--data", folder]);
    assert_eq!(backup.code, Some(0), "{}", backup.err);
    assert!(copy.metadata().expect("there").len() > 0);
    let twice = run(&["backup", copy.to_str().expect("text"), "--data", folder]);
    assert_eq!(
        twice.code,
        Some(1),
        "a copy is never written over: {}",
        twice.err
    );

    let erased = run(&["user", "erase", "jonas", "--data", folder]);
    assert_eq!(erased.code, Some(0), "{}", erased.err);
    let lineage = run(&["new-lineage", "--data", folder]);
    assert_eq!(lineage.code, Some(0), "{}", lineage.err);

    std::fs::remove_file(data.path().join("master.key")).expect("removed");
    let keyless = run(&["new-lineage", "--data", folder]);
    assert_eq!(keyless.code, Some(1));
    assert!(
        keyless.err.contains("SAMTALE_MASTER_KEY"),
        "{}",
        keyless.err
    );
    let wrong = run_with(
        &["new-lineage", "--data", folder],
        &[("SAMTALE_MASTER_KEY", &"ab".repeat(32))],
    );
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.err.contains("master key"), "{}", wrong.err);
}
