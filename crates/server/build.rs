//! Puts the web app's build into the library, where there is one and the profile is for shipping.
//!
//! A development build reads the app from its folder instead, so that building the web needs no
//! cargo; `SAMTALE_EMBED_APP=1` embeds all the same, for a program that is to be moved elsewhere.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script is told everything by variables"
)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SAMTALE_EMBED_APP");
    let variable = |name| PathBuf::from(env::var_os(name).expect("cargo sets it"));
    let app = variable("CARGO_MANIFEST_DIR").join("../../web/apps/chat");
    let asked = env::var_os("SAMTALE_EMBED_APP").is_some_and(|value| value != "0");
    let shipping = env::var_os("PROFILE").is_some_and(|profile| profile == "release");

    let mut files = Vec::new();
    if asked || shipping {
        let built = app.join("dist");
        let there = built.join("index.html").is_file();
        // Cargo would run this script each time if it were told of a folder that is not there.
        let watched = if there { &built } else { &app };
        println!("cargo::rerun-if-changed={}", watched.display());
        if there {
            list(&built, "", &mut files);
        } else {
            println!(
                "cargo::warning=the web app is not built, so the server comes without it: `cargo xtask run --release` builds both"
            );
        }
    }
    files.sort();
    let mut table = String::from("&[\n");
    for (name, path) in files {
        let path = path.to_str().expect("the path is text");
        writeln!(
            table,
            "    ({name:?}, include_bytes!({path:?}).as_slice()),"
        )
        .expect("a text takes all");
    }
    table.push(']');
    let out = variable("OUT_DIR").join("webapp.rs");
    fs::write(out, table).expect("cargo's folder can be written");
}

/// Lists the files below a folder by their names in it; hidden ones are tools' own.
fn list(folder: &Path, above: &str, found: &mut Vec<(String, PathBuf)>) {
    let entries = fs::read_dir(folder).expect("the app's folder can be read");
    for entry in entries {
        let entry = entry.expect("the app's folder can be read");
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            list(&path, &format!("{above}{name}/"), found);
        } else {
            let path = path.canonicalize().expect("the file is there");
            found.push((format!("{above}{name}"), path));
        }
    }
}
