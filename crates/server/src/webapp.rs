//! The files of the web app: from the program itself, or from a folder.
//!
//! A program that is shipped carries the app (see `build.rs`). A development build reads it from the
//! repository, at each request, so that what was just built shows without cargo. Beside a file may
//! stand what it is when compressed: `app.js.br`, `app.js.gz`.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bytes::Bytes;

/// What the program carries: names and contents, none where the app was not built.
static EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/webapp.rs"));
/// Where the repository has the app's build.
const BUILT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/apps/chat/dist");
/// What the app begins with.
pub(crate) const INDEX: &str = "index.html";

/// Which build of the web app a server serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WebApp {
    /// None: the front page says what this is.
    #[default]
    None,
    /// The one that belongs to this program: embedded, or in a development build the repository's.
    Built,
    /// The one in a folder.
    Folder(PathBuf),
}

impl fmt::Display for WebApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Built => f.write_str("built"),
            Self::Folder(folder) => write!(f, "{}", folder.display()),
        }
    }
}

/// A file, in each form that it can be sent in.
#[derive(Clone)]
pub(crate) struct File {
    /// What it is: a media type.
    pub(crate) kind: &'static str,
    /// The name of these contents, to tell whether a browser has them already.
    pub(crate) tag: String,
    /// As it is.
    pub(crate) plain: Bytes,
    /// Compressed with brotli.
    pub(crate) brotli: Option<Bytes>,
    /// Compressed with gzip.
    pub(crate) gzip: Option<Bytes>,
}

impl File {
    fn new(name: &str, plain: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(&plain);
        Self {
            kind: kind(name),
            tag: format!("{:016x}", hasher.finish()),
            plain,
            brotli,
            gzip,
        }
    }
}

/// Where the files come from.
pub(crate) enum Files {
    /// From memory.
    Held(BTreeMap<&'static str, File>),
    /// From a folder, as they are when they are asked for.
    Folder(PathBuf),
}

impl Files {
    /// Finds the files of a choice.
    pub(crate) fn open(choice: &WebApp) -> Self {
        match choice {
            WebApp::Folder(folder) => Self::Folder(folder.clone()),
            WebApp::Built if !EMBEDDED.is_empty() => Self::Held(held(EMBEDDED)),
            WebApp::Built if cfg!(debug_assertions) => Self::Folder(PathBuf::from(BUILT)),
            WebApp::Built | WebApp::None => Self::Held(BTreeMap::new()),
        }
    }

    /// Returns the file of a name like `assets/app.js`.
    ///
    /// A folder is read on the caller's thread: it serves developers, one page at a time.
    pub(crate) fn find(&self, name: &str) -> Option<File> {
        match self {
            Self::Held(files) => files.get(name).cloned(),
            Self::Folder(folder) => read(folder, name),
        }
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(files) => write!(f, "Held({} files)", files.len()),
            Self::Folder(folder) => f.debug_tuple("Folder").field(folder).finish(),
        }
    }
}

fn held(all: &[(&'static str, &'static [u8])]) -> BTreeMap<&'static str, File> {
    let contents: BTreeMap<&str, &'static [u8]> = all.iter().copied().collect();
    let beside = |name: &str, ending: &str| {
        let found = contents.get(format!("{name}{ending}").as_str());
        found.map(|bytes| Bytes::from_static(bytes))
    };
    let file = |(name, plain): &(&'static str, &'static [u8])| {
        let plain = Bytes::from_static(plain);
        let file = File::new(name, plain, beside(name, ".br"), beside(name, ".gz"));
        (*name, file)
    };
    let plain = all.iter().filter(|(name, _)| !is_compressed(name));
    plain.map(file).collect()
}

fn read(folder: &Path, name: &str) -> Option<File> {
    if !name.split('/').all(is_plain) || is_compressed(name) {
        return None;
    }
    let path = folder.join(name);
    let (plain, written) = contents(&path)?;
    // What is older than the file was made of another one.
    let beside = |ending: &str| {
        let (bytes, since) = contents(&folder.join(format!("{name}{ending}")))?;
        (since >= written).then_some(bytes)
    };
    Some(File::new(name, plain, beside(".br"), beside(".gz")))
}

fn contents(path: &Path) -> Option<(Bytes, SystemTime)> {
    let about = std::fs::metadata(path).ok().filter(|about| about.is_file());
    let written = about?.modified().ok()?;
    let bytes = std::fs::read(path).ok()?;
    Some((Bytes::from(bytes), written))
}

/// Tells whether a part of a path names something in its folder, and nothing hidden.
fn is_plain(part: &str) -> bool {
    let letters = part
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_.@~+".contains(&b));
    !part.is_empty() && !part.starts_with('.') && letters
}

fn is_compressed(name: &str) -> bool {
    matches!(ending(name), "br" | "gz")
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn kind(name: &str) -> &'static str {
    match ending(name) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "ftl" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_is_found_with_its_compressed_forms() {
        let all: &[(&str, &[u8])] = &[
            ("assets/a.js", b"plain"),
            ("assets/a.js.br", b"br"),
            ("assets/a.js.gz", b"gz"),
            ("index.html", b"page"),
        ];
        let files = Files::Held(held(all));
        let script = files.find("assets/a.js").expect("it is there");
        assert_eq!(script.kind, "text/javascript; charset=utf-8");
        assert_eq!(script.brotli.as_deref(), Some(&b"br"[..]));
        assert_eq!(script.gzip.as_deref(), Some(&b"gz"[..]));
        let page = files.find(INDEX).expect("it is there");
        assert_eq!((page.brotli, page.gzip), (None, None));
        assert_ne!(page.tag, script.tag);
        for name in ["assets/a.js.br", "assets", "", "b.js"] {
            assert!(files.find(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_folder_gives_what_is_in_it_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let app = folder.path().join("app");
        std::fs::create_dir_all(app.join("assets")).expect("made");
        for (name, text) in [
            ("secret.txt", "outside"),
            ("app/index.html", "page"),
            ("app/.hidden", "a tool's own"),
            ("app/assets/a.wasm", "code"),
        ] {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        let files = Files::open(&WebApp::Folder(app));
        let found = |name| files.find(name).map(|file| file.plain);
        assert_eq!(found(INDEX), Some(Bytes::from("page")));
        assert_eq!(found("assets/a.wasm"), Some(Bytes::from("code")));
        for name in [
            "../secret.txt",
            "assets/../index.html",
            "/index.html",
            "assets//a.wasm",
            "assets\\a.wasm",
            ".hidden",
            "assets",
            "assets/",
            "",
            "index.html\0",
            "%2e%2e/secret.txt",
        ] {
            assert_eq!(found(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_compressed_form_that_is_older_than_its_file_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, age: u64| {
            let path = folder.path().join(name);
            std::fs::write(&path, name).expect("written");
            let file = std::fs::File::options()
                .write(true)
                .open(path)
                .expect("opened");
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 - age);
            file.set_modified(time).expect("dated");
        };
        write("app.js", 5);
        write("app.js.br", 5);
        write("app.js.gz", 6);
        let files = Files::open(&WebApp::Folder(folder.path().to_owned()));
        let file = files.find("app.js").expect("it is there");
        assert!(file.brotli.is_some() && file.gzip.is_none());
    }

    #[test]
    fn without_an_app_nothing_is_found() {
        let files = Files::open(&WebApp::None);
        assert!(files.find(INDEX).is_none());
    }
}
