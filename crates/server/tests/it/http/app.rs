//! The web app as browsers meet it: its page at all of its addresses, its files, what is kept how long.

use std::path::Path;

use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, IF_NONE_MATCH, ORIGIN};
use samtale_server::WebApp;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{Answer, Served, answer};

const PAGE: &str = "<!doctype html><title>Samtale</title>";
const CHAT: &str = "/c/01941f29-7c00-7000-8000-010000000000";

/// A server with a small app in a folder of its own.
async fn served() -> (Served, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join("app").join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    for (name, text) in [
        ("index.html", PAGE),
        ("sw.js", "self.skipWaiting"),
        ("manifest.webmanifest", "{}"),
        ("icons/192.png", "png"),
        ("emoji/nb.json", "[]"),
        ("assets/app-1a2b3c.js", "console"),
        ("assets/app-1a2b3c.js.br", "br"),
        ("assets/app-1a2b3c.js.gz", "gz"),
        ("assets/engine-4d5e6f.wasm", "asm"),
        ("../secret.txt", "outside"),
    ] {
        write(name, text);
    }
    let app = WebApp::Folder(folder.path().join("app"));
    (Served::with(|config| config.app = app).await, folder)
}

async fn get(served: &Served, path: &str) -> Answer {
    answer(served.request(Method::GET, path)).await
}

#[tokio::test]
async fn every_address_of_the_app_answers_its_page() {
    let (served, _folder) = served().await;
    for path in ["/", "/sign-in", CHAT, &format!("{CHAT}/01941f29"), "/?x=1"] {
        let page = get(&served, path).await;
        assert_eq!((page.status, page.text.as_str()), (200, PAGE), "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-cache");
        let csp = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(
                csp.split("; ").any(|given| given == part),
                "{part} in {csp}"
            );
        }
        assert!(!csp.contains("'unsafe-inline'") && !csp.contains("'unsafe-eval'"));
        assert!(page.header("permissions-policy").contains("camera=()"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("x-request-id").len(), 16);
    }
    let about = get(&served, "/about").await;
    assert!(about.text.contains(r#"<a href="/">"#) && !about.text.contains("xtask"));
}

#[tokio::test]
async fn files_say_what_they_are_and_how_long_they_keep() {
    let (served, _folder) = served().await;
    let forever = "public, max-age=31536000, immutable";
    for (path, kind, kept) in [
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        (
            "/manifest.webmanifest",
            "application/manifest+json",
            "no-cache",
        ),
        ("/icons/192.png", "image/png", "no-cache"),
        ("/emoji/nb.json", "application/json", "no-cache"),
        (
            "/assets/app-1a2b3c.js",
            "text/javascript; charset=utf-8",
            forever,
        ),
        ("/assets/engine-4d5e6f.wasm", "application/wasm", forever),
    ] {
        let file = get(&served, path).await;
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(file.header("content-type"), kind, "{path}");
        assert_eq!(file.header("cache-control"), kept, "{path}");
        assert!(file.header("etag").starts_with('"'), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (served, _folder) = served().await;
    for path in [
        "/assets/app-old.js",
        "/assets/",
        "/assets/app-1a2b3c.js.br",
        "/nowhere",
        "/secret.txt",
        "/c",
        "/c/a/b/c",
        "/api/nowhere",
        "/dev/users",
        "/realtime/nowhere",
        "/emoji/%2e%2e%2f%2e%2e%2fsecret.txt",
    ] {
        let nothing = get(&served, path).await;
        assert_eq!(nothing.refusal(), (404, "not_found".into()), "{path}");
        assert_eq!(nothing.header("cache-control"), "no-store", "{path}");
    }
    for path in ["/", "/sw.js", "/assets/app-1a2b3c.js"] {
        let posted = answer(served.request(Method::POST, path)).await;
        assert_eq!(posted.refusal().0, 404, "{path}");
    }
    let health = get(&served, "/healthz").await;
    assert_eq!(health.text, "ok\n");
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let (served, folder) = served().await;
    assert!(Path::new(&folder.path().join("secret.txt")).is_file());
    for path in [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/assets/../index.html",
        "//secret.txt",
        "/assets//../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/..\\..\\secret.txt",
    ] {
        let mut stream = tokio::net::TcpStream::connect(served.address)
            .await
            .expect("connects");
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("an answer");
        let status = text.split(' ').nth(1).expect("a status");
        assert!(["400", "404"].contains(&status), "{path}: {text}");
        assert!(!text.contains("outside"), "{path}");
    }
}

#[tokio::test]
async fn a_browser_gets_the_smallest_form_it_takes() {
    let (served, _folder) = served().await;
    let path = "/assets/app-1a2b3c.js";
    let mut tags = Vec::new();
    for (accepts, encoding, text) in [
        ("gzip, deflate, br", "br", "br"),
        ("gzip, br;q=0", "gzip", "gz"),
        ("identity", "", "console"),
    ] {
        let request = served.request(Method::GET, path);
        let file = answer(request.header(ACCEPT_ENCODING, accepts)).await;
        assert_eq!(file.header("content-encoding"), encoding);
        assert_eq!(file.text, text);
        assert_eq!(file.header("vary"), "accept-encoding");
        let tag = file.header("etag").to_owned();
        assert!(!tags.contains(&tag), "each form has a tag of its own");
        let again = served
            .request(Method::GET, path)
            .header(ACCEPT_ENCODING, accepts)
            .header(IF_NONE_MATCH, format!("\"other\", W/{tag}"));
        let again = answer(again).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert_eq!(again.header("etag"), tag);
        assert!(again.header("cache-control").contains("immutable"));
        tags.push(tag);
    }
    let other = served
        .request(Method::GET, path)
        .header(IF_NONE_MATCH, "\"1\"");
    assert_eq!(answer(other).await.status, 200);
}

#[tokio::test]
async fn head_answers_the_same_without_a_body() {
    let (served, _folder) = served().await;
    for path in ["/", CHAT, "/assets/app-1a2b3c.js"] {
        let whole = get(&served, path).await;
        let head = answer(served.request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            assert_eq!(head.header(name), whole.header(name), "{path} {name}");
        }
        assert!(!head.header("content-length").is_empty());
    }
}

#[tokio::test]
async fn a_class_behind_one_address_can_open_it_at_the_same_time() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("index.html"), PAGE).expect("written");
    let app = WebApp::Folder(folder.path().to_owned());
    let served = Served::with(|config| {
        config.app = app;
        config
            .limits
            .set("http_per_address", "3/1h")
            .expect("a limit");
    })
    .await;
    for _ in 0..100 {
        assert_eq!(get(&served, "/").await.status, 200);
        assert_eq!(get(&served, "/config.json").await.status, 200);
        assert_eq!(get(&served, "/assets/a.js").await.status, 404);
    }
    for status in [401, 401, 401, 429] {
        assert_eq!(get(&served, "/api/me").await.status, status);
    }
}

#[tokio::test]
async fn without_an_app_the_front_page_says_how_to_get_one() {
    let served = Served::start().await;
    for path in ["/", "/about"] {
        let page = get(&served, path).await;
        assert!(page.text.contains("cargo xtask run"), "{}", page.text);
        assert!(!page.text.contains(['{', '}']), "{}", page.text);
    }
    for path in ["/sign-in", CHAT, "/sw.js", "/assets/app.js"] {
        assert_eq!(get(&served, path).await.refusal().0, 404, "{path}");
    }
}

#[tokio::test]
async fn an_app_that_is_built_later_is_served_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = WebApp::Folder(folder.path().join("later"));
    let served = Served::with(|config| config.app = app).await;
    assert!(get(&served, "/").await.text.contains("cargo xtask run"));
    std::fs::create_dir(folder.path().join("later")).expect("made");
    std::fs::write(folder.path().join("later/index.html"), PAGE).expect("written");
    assert_eq!(get(&served, "/").await.text, PAGE);
}

#[tokio::test]
async fn the_app_is_told_what_it_needs_and_no_secret() {
    let served = Served::start().await;
    let told = get(&served, "/config.json").await;
    assert_eq!(told.header("cache-control"), "no-store");
    let version = env!("CARGO_PKG_VERSION");
    let plain = json!({
        "dev": false, "version": version, "name": "Samtale", "signInUrl": null, "tokenUrl": null,
        "settings": {},
    });
    assert_eq!(told.ok(200), plain);
    let served = Served::with(|config| {
        config.dev = true;
        config.name = "TutorConnect".into();
        config.sign_in_url = Some("https://app.example.no/login".into());
        config.token_url = Some("/samtale/token".into());
        config
            .app_settings
            .insert("idleTimeoutMs".into(), json!(60_000));
    })
    .await;
    let told = get(&served, "/config.json").await.ok(200);
    assert_eq!(
        told,
        json!({
            "dev": true, "version": version, "name": "TutorConnect",
            "signInUrl": "https://app.example.no/login", "tokenUrl": "/samtale/token",
            "settings": {"idleTimeoutMs": 60_000},
        })
    );
    let elsewhere = served.request(Method::GET, "/config.json");
    let refused = answer(elsewhere.header(ORIGIN, "https://evil.example")).await;
    assert_eq!(refused.status, 403);
}
