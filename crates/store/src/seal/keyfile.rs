//! The key file: a keyring in the data folder, made on first use, readable by its owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{Fill, KeyTextError, Keyring, MasterKey};

/// Why a key file could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Reading, writing or syncing failed.
    #[error("the key file {} cannot be {action}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: "read", "written", "put in place" or "removed".
        action: &'static str,
        /// The system's answer.
        source: io::Error,
    },
    /// The file's contents are no keyring.
    #[error("the key file {} is not usable", path.display())]
    Contents {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeyTextError,
    },
}

impl Keyring {
    /// Reads a key file.
    ///
    /// # Errors
    /// When the file is missing, unreadable, or holds no keyring.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let text = fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(failed(path, "read"))?;
        warn_when_exposed(path);
        Self::parse(&text).map_err(|source| KeyFileError::Contents {
            path: path.to_owned(),
            source,
        })
    }

    /// Reads a key file, or makes one with a new key when there is none. The file and its folder are on disk before this
    /// returns; of several processes that do this at once, all end with the same key.
    ///
    /// Call this for a new database only; for one that has data use [`Self::load`], or a lost key file would look like
    /// altered data instead of what it is.
    ///
    /// # Errors
    /// When the file is there but not usable, or cannot be made.
    pub fn load_or_create(path: &Path, fill: Fill<'_>) -> Result<Self, KeyFileError> {
        match Self::load(path) {
            Err(KeyFileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            settled => return settled,
        }
        let keyring = Self::new(MasterKey::generate(fill));
        let staged = keyring.stage(path, fill)?;
        // A link, unlike a rename, fails when another process was first: then that one's key counts.
        let linked = fs::hard_link(&staged, path);
        fs::remove_file(&staged).map_err(failed(&staged, "removed"))?;
        match linked {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::load(path),
            Err(error) => Err(failed(path, "put in place")(error)),
            Ok(()) => sync_folder(path).map(|()| keyring),
        }
    }

    /// Adds a new key to a key file, where it becomes the newest, and returns the keyring with it. The file is replaced
    /// as a whole: a crash leaves the old one or the new one.
    ///
    /// # Errors
    /// When the file cannot be read or replaced.
    pub fn rotate_file(path: &Path, fill: Fill<'_>) -> Result<Self, KeyFileError> {
        let keyring = Self::load(path)?.rotated(MasterKey::generate(fill));
        let staged = keyring.stage(path, fill)?;
        fs::rename(&staged, path).map_err(failed(path, "put in place"))?;
        sync_folder(path)?;
        Ok(keyring)
    }

    /// Writes the keyring to a new file beside `path`, synced, and returns that file's path.
    fn stage(&self, path: &Path, fill: Fill<'_>) -> Result<PathBuf, KeyFileError> {
        let mut suffix = [0; 8];
        fill(&mut suffix);
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:016x}.new", u64::from_be_bytes(suffix)));
        let staged = path.with_file_name(name);

        let mut text = Zeroizing::new(String::with_capacity(256 + 65 * self.keys().count()));
        text.push_str("# Samtale master keys, the newest first. Without them no message can be read: keep a copy.\n");
        for key in self.keys() {
            text.push_str(&key.to_hex());
            text.push('\n');
        }
        let write = || {
            let mut file = owner_only().open(&staged)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(failed(&staged, "written"))?;
        Ok(staged)
    }
}

fn failed(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> KeyFileError {
    let path = path.to_owned();
    move |source| KeyFileError::Io {
        path,
        action,
        source,
    }
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Syncs the folder that holds `path`, so that the file's name survives a power cut.
fn sync_folder(path: &Path) -> Result<(), KeyFileError> {
    if cfg!(unix) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed(path, "put in place"))?;
    }
    Ok(())
}

/// Warns when others than the owner can read the keys. It is no error: mounted secrets often come like that.
fn warn_when_exposed(path: &Path) {
    #[cfg(unix)]
    if let Ok(metadata) = fs::metadata(path) {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
        if mode & 0o077 != 0 {
            tracing::warn!(path = %path.display(), mode = format_args!("{:o}", mode & 0o777), "others can read the key file");
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}
