//! A copy of the tree, in which mutants are planted. The tree itself is never touched.
//!
//! It lies under the target folder and is kept from run to run. Only files that differ are written, so that cargo builds
//! nothing again for the others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::shell::{self, Cmd};

/// The copy, and what belongs to it.
pub(super) struct Copy {
    target: PathBuf,
    folder: PathBuf,
    /// Every file of the tree as it was when the run began, by its path from the root.
    files: BTreeMap<String, Vec<u8>>,
    /// Held for as long as the copy is in use.
    _lock: File,
}

impl Copy {
    /// Makes the copy, or brings it up to date.
    ///
    /// # Errors
    /// Fails outside a git repository, where files can't be read or written, and while another run uses the copy.
    pub(super) fn take() -> Result<Self> {
        let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        let target = shell::root().join(target);
        let folder = target.join("mutants");
        fs::create_dir_all(folder.join("tree"))?;
        let lock = File::create(folder.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("`cargo xtask mutants` is running already"),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let copy = Self {
            target,
            folder,
            files: tracked()?,
            _lock: lock,
        };
        copy.remove_others()?;
        copy.restore()?;
        Ok(copy)
    }

    /// Returns the copy's root.
    pub(super) fn root(&self) -> PathBuf {
        self.folder.join("tree")
    }

    /// Returns where the copy is built: where the tree is, since the libraries that both use take the longest. What is of the
    /// copy has names of its own there, except for finished programs.
    pub(super) fn build(&self) -> PathBuf {
        self.target.clone()
    }

    /// Returns where a program of that name is kept, away from what the next build writes.
    pub(super) fn kept(&self, name: &str) -> PathBuf {
        self.folder
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Returns where is written what was said about a mutant, in an empty file.
    ///
    /// # Errors
    /// Fails where it can't be made.
    pub(super) fn log(&self, name: &str) -> Result<File> {
        let logs = self.folder.join("logs");
        fs::create_dir_all(&logs)?;
        Ok(File::create(self.log_path(name))?)
    }

    /// Returns the path of that file.
    pub(super) fn log_path(&self, name: &str) -> PathBuf {
        self.folder.join("logs").join(format!("{name}.txt"))
    }

    /// Makes every file what it was in the tree when the run began.
    ///
    /// # Errors
    /// Fails where one can't be written.
    pub(super) fn restore(&self) -> Result<()> {
        for (name, bytes) in &self.files {
            write(&self.root().join(name), bytes).with_context(|| format!("copying {name}"))?;
        }
        Ok(())
    }

    /// Removes from the copy what is no longer in the tree.
    fn remove_others(&self) -> Result<()> {
        let known: BTreeSet<PathBuf> = self
            .files
            .keys()
            .map(|name| self.root().join(name))
            .collect();
        remove_unknown(&self.root(), &known)
    }
}

fn remove_unknown(folder: &Path, known: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_unknown(&entry.path(), known)?;
        } else if !known.contains(&entry.path()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Writes a file, unless it holds just that.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|held| held == bytes) {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    Ok(fs::write(path, bytes)?)
}

/// Reads what git tracks, or would track, and is there.
fn tracked() -> Result<BTreeMap<String, Vec<u8>>> {
    let listed = Cmd::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .read()
        .context("the copy is of what git tracks, so it needs git and a repository")?;
    let mut files = BTreeMap::new();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let path = shell::root().join(name);
        // Git still lists a file that was deleted but not yet committed.
        if path.is_file() {
            let bytes = fs::read(&path).with_context(|| format!("reading {name}"))?;
            files.insert(name.to_owned(), bytes);
        }
    }
    Ok(files)
}
