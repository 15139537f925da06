//! `cargo xtask mutants`: shows that the simulation bites.
//!
//! Plausible bugs are planted one at a time in a copy of the tree, and the simulator plays there until a rule is broken.
//! A mutant that survives says that a promise is not watched. What they are stands in `crates/sim/mutants`, each in a
//! small file of its own; a test of this crate keeps them fitting.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::shell;

mod copy;
mod definition;
mod hunt;

use copy::Copy;
use definition::Mutant;
use hunt::Fate;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Try these alone
    #[arg(long, value_name = "NAME", num_args = 1..)]
    only: Vec<String>,
    /// How many seeds to play before a mutant counts as not caught
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    seeds: u64,
    /// Say what there is, and do nothing
    #[arg(long)]
    list: bool,
    /// See that each compiles, and play nothing
    #[arg(long, conflicts_with = "list")]
    check: bool,
}

/// Tries the mutants and prints a table of what caught each.
///
/// # Errors
/// Fails when one survives, or can't be tried.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mutants = chosen(Mutant::read_all(&shell::root())?, &args.only)?;
    if args.list {
        for mutant in &mutants {
            shell::say(&format!("{:<34} {}", mutant.name, mutant.what));
        }
        return Ok(());
    }
    let copy = Copy::take()?;
    if args.check {
        return check(&copy, &mutants);
    }
    shell::say(
        "Building the simulator of the tree as it is; the first time this takes some minutes.",
    );
    let unbroken = hunt::build_unbroken(&copy)?;
    let mut tried = Vec::new();
    for (at, mutant) in mutants.into_iter().enumerate() {
        shell::say(&format!(
            "\n== {} ({}): {}",
            mutant.name,
            at + 1,
            mutant.what
        ));
        let started = Instant::now();
        let fate = hunt::hunt(&copy, &mutant, &unbroken, args.seeds)?;
        let time = started.elapsed();
        let one = Tried { mutant, fate, time };
        shell::say(&one.line());
        tried.push(one);
    }
    copy.restore()?;
    shell::say(&table(&tried));
    let loose = tried.iter().filter(|one| !one.is_caught()).count();
    if loose > 0 {
        bail!("{loose} of {} mutants were not caught", tried.len());
    }
    Ok(())
}

fn check(copy: &Copy, mutants: &[Mutant]) -> Result<()> {
    let mut broken = 0;
    for mutant in mutants {
        shell::say(&format!("{}: {}", mutant.name, mutant.what));
        if let Err(error) = hunt::check(copy, mutant) {
            shell::say(&format!("{error:#}"));
            broken += 1;
        }
    }
    copy.restore()?;
    if broken > 0 {
        bail!("{broken} of {} mutants do not compile", mutants.len());
    }
    Ok(())
}

/// Picks the mutants that were named; all where none was.
fn chosen(mut mutants: Vec<Mutant>, only: &[String]) -> Result<Vec<Mutant>> {
    if let Some(unknown) = only
        .iter()
        .find(|name| !mutants.iter().any(|mutant| mutant.name == **name))
    {
        bail!("there is no mutant `{unknown}`: `cargo xtask mutants --list` names them");
    }
    mutants.retain(|mutant| only.is_empty() || only.contains(&mutant.name));
    Ok(mutants)
}

/// A mutant, and what became of it.
struct Tried {
    mutant: Mutant,
    fate: Fate,
    time: Duration,
}

impl Tried {
    const fn is_caught(&self) -> bool {
        matches!(self.fate, Fate::Caught { .. })
    }

    fn line(&self) -> String {
        let (caught, after) = match &self.fate {
            Fate::Caught { rule, after, .. } => (rule.as_str(), after.to_string()),
            Fate::Survived => ("NOTHING", "-".to_owned()),
            Fate::Failed(_) => ("NOT TRIED", "-".to_owned()),
        };
        let Mutant { name, what, .. } = &self.mutant;
        let time = shell::human(self.time);
        let line = format!("{name:<34} {caught:<26} {after:>6} {time:>12}   {what}");
        match &self.fate {
            Fate::Failed(why) => format!("{line}\n    {why}"),
            _ => line,
        }
    }
}

fn table(tried: &[Tried]) -> String {
    let mut text = format!(
        "\n{:<34} {:<26} {:>6} {:>12}   what is broken\n",
        "mutant", "caught by", "seeds", "time"
    );
    for one in tried {
        text += &one.line();
        text.push('\n');
    }
    let caught = tried.iter().filter(|one| one.is_caught()).count();
    let time = tried.iter().map(|one| one.time).sum();
    text += &format!(
        "{caught} of {} mutants caught in {}",
        tried.len(),
        shell::human(time)
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(name: &str) -> Mutant {
        Mutant {
            name: name.into(),
            what: "something is broken".into(),
            edits: Vec::new(),
        }
    }

    fn tried(name: &str, fate: Fate) -> Tried {
        Tried {
            mutant: mutant(name),
            fate,
            time: Duration::from_secs(5),
        }
    }

    #[test]
    fn the_table_says_what_caught_each() {
        let caught = Fate::Caught {
            seed: 41,
            after: 42,
            rule: "applied-once".into(),
        };
        let all = [
            tried("no-dedup", caught),
            tried("no-jitter", Fate::Survived),
            tried("typing-stuck", Fate::Failed("it does not compile".into())),
        ];
        let text = table(&all);
        let lines: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(lines[2][..3], ["no-dedup", "applied-once", "42"]);
        assert_eq!(lines[3][..3], ["no-jitter", "NOTHING", "-"]);
        assert_eq!(lines[5], ["it", "does", "not", "compile"]);
        assert!(text.ends_with("1 of 3 mutants caught in 15.0 s"), "{text}");
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let known = || vec![mutant("a"), mutant("b")];
        assert_eq!(chosen(known(), &["b".into()]).unwrap(), [mutant("b")]);
        assert_eq!(chosen(known(), &[]).unwrap().len(), 2);
        assert!(chosen(known(), &["c".into()]).is_err());
    }
}
