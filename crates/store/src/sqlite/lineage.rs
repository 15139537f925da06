//! The lineage, and how a restored database is noticed.
//!
//! Every opening writes a new random token into the database and into a marker file beside it. A database that was put
//! back from a backup of an earlier opening has another token than the marker, and starts a new lineage; so does one
//! without its marker. The backups that [`super::SqliteStore::backup`] makes carry a token that fits no marker, so they
//! are noticed even when they are put back before the next opening. Who restores the whole folder, marker included, calls
//! [`super::SqliteStore::start_new_lineage`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use samtale_model::Lineage;

use super::disk::Disk;
use super::meta;
use crate::api::StoreError;
use crate::env::Env;

const LINEAGE: &str = "lineage";
const OPENING: &str = "opening";

/// Where the marker of a database is.
pub(super) enum Marker<'a> {
    /// Beside the database's file, which is named.
    Beside(&'a Path),
    /// On the disk that the host provides.
    On(&'a dyn Disk),
}

/// Reads the lineage of a database in memory, or makes it.
pub(super) fn of_memory(conn: &Connection, env: &dyn Env) -> Result<Lineage, StoreError> {
    let lineage = new_lineage(env);
    meta::set(conn, LINEAGE, lineage.as_str().as_bytes())?;
    Ok(lineage)
}

/// Reads the lineage of a database, or starts a new one where the database is not the one that was last open here.
///
/// The marker names the old token and the new one while the database takes the new one, so that a crash in between does
/// not look like a restored backup. Both are on disk when this returns.
pub(super) fn of_disk(
    conn: &Connection,
    env: &dyn Env,
    place: &Marker<'_>,
) -> Result<Lineage, StoreError> {
    let marker = place.read().map_err(|error| failed(&error))?;
    let held = meta::get(conn, LINEAGE)?;
    let opening = meta::get(conn, OPENING)?.unwrap_or_default();
    let known = !opening.is_empty() && marker.iter().any(|token| token.as_bytes() == opening);
    let lineage = match &held {
        Some(bytes) if known => {
            let text = std::str::from_utf8(bytes).ok();
            text.and_then(|text| text.parse().ok())
                .ok_or_else(|| super::error::corrupt("lineage"))?
        }
        _ => {
            if held.is_some() {
                tracing::warn!(
                    "the database is not the one that was last open here: a new lineage starts"
                );
            }
            new_lineage(env)
        }
    };
    let token = new_lineage(env).as_str().to_owned();
    if known {
        let before = String::from_utf8_lossy(&opening).into_owned();
        place
            .write(&[&before, &token])
            .map_err(|error| failed(&error))?;
    }
    conn.execute_batch("BEGIN IMMEDIATE")?;
    meta::set(conn, LINEAGE, lineage.as_str().as_bytes())?;
    meta::set(conn, OPENING, token.as_bytes())?;
    conn.execute_batch("COMMIT")?;
    place.write(&[&token]).map_err(|error| failed(&error))?;
    Ok(lineage)
}

impl Marker<'_> {
    /// Returns the tokens of the marker: one, or two where the last opening did not come to its end.
    fn read(&self) -> io::Result<Vec<String>> {
        let text = match self {
            Self::Beside(database) => read_marker(&marker_path(database))?,
            Self::On(disk) => disk.read_marker()?,
        };
        let text = text.unwrap_or_default();
        Ok(text.split_whitespace().map(str::to_owned).collect())
    }

    /// Replaces the marker as a whole; it is on disk when this returns.
    fn write(&self, tokens: &[&str]) -> io::Result<()> {
        let text = tokens.join(" ");
        match self {
            Self::Beside(database) => write_marker(&marker_path(database), &text),
            Self::On(disk) => disk.write_marker(&text),
        }
    }
}

/// Makes a database that is not open start a new lineage when it is opened next.
pub(super) fn forget_marker(database: &Path) -> io::Result<()> {
    let path = marker_path(database);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => sync_folder(&path),
    }
}

/// Marks a copy of the database as a backup: it fits no marker.
pub(super) fn mark_backup(conn: &Connection) -> rusqlite::Result<()> {
    meta::remove(conn, OPENING)
}

fn new_lineage(env: &dyn Env) -> Lineage {
    let mut random = [0; 8];
    env.fill_random(&mut random);
    Lineage::from_random(random)
}

fn marker_path(database: &Path) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push(".opened");
    database.with_file_name(name)
}

/// Returns the marker, where there is one of text.
fn read_marker(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::InvalidData
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Replaces the marker as a whole, synced with its folder.
fn write_marker(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let staged = path.with_file_name(name);
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&staged)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&staged, path)?;
    sync_folder(path)
}

/// Syncs the folder that holds `path`, so that the file's name survives a power cut.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn failed(error: &io::Error) -> StoreError {
    StoreError::Backend(format!("the marker beside the database: {error}"))
}
