//! Plans in a folder: those that once failed, and must never again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Plan;

/// Why plans could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The file holds no plan.
    #[error("{path} holds no plan: {why}")]
    NoPlan {
        /// Which.
        path: String,
        /// Why.
        why: String,
    },
}

impl KeptError {
    fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.display().to_string(),
            source,
        }
    }
}

/// Reads a plan from a file, or all plans of a folder (`*.json`) in the order of their names.
///
/// # Errors
/// Where one can't be read, or is none.
pub fn read(path: &Path) -> Result<Vec<(PathBuf, Plan)>, KeptError> {
    if !path.is_dir() {
        return Ok(vec![(path.to_owned(), read_file(path)?)]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|source| KeptError::io(path, source))? {
        let file = entry.map_err(|source| KeptError::io(path, source))?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(file);
        }
    }
    files.sort();
    let plans = files.into_iter().map(|file| {
        let plan = read_file(&file)?;
        Ok((file, plan))
    });
    plans.collect()
}

fn read_file(path: &Path) -> Result<Plan, KeptError> {
    let text = fs::read_to_string(path).map_err(|source| KeptError::io(path, source))?;
    Plan::from_json(&text).map_err(|why| KeptError::NoPlan {
        path: path.display().to_string(),
        why,
    })
}

impl Plan {
    /// Writes the plan into a folder, named after the rule it breaks and its seed.
    ///
    /// # Errors
    /// Where that can't be.
    pub fn save(&self, folder: &Path, rule: &str) -> Result<PathBuf, KeptError> {
        fs::create_dir_all(folder).map_err(|source| KeptError::io(folder, source))?;
        let file = folder.join(format!("{rule}-{}.json", self.seed));
        fs::write(&file, self.to_json()).map_err(|source| KeptError::io(&file, source))?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_is_read_and_a_broken_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let plans = [Plan::draw(2), Plan::draw(1)];
        for plan in &plans {
            plan.save(folder.path(), "order").expect("is written");
        }
        fs::write(folder.path().join("notes.txt"), "no plan").expect("is written");
        let read_plans = read(folder.path()).expect("are plans");
        let seeds: Vec<u64> = read_plans.iter().map(|(_, plan)| plan.seed).collect();
        assert_eq!(seeds, [1, 2]);
        assert_eq!(read_plans[1].1, plans[0]);

        let broken = folder.path().join("broken.json");
        fs::write(&broken, "{}").expect("is written");
        let error = read(&broken).expect_err("is no plan").to_string();
        assert!(
            error.contains("broken.json holds no plan: missing field"),
            "{error}"
        );
    }
}
