//! The program, run to its end, without the variables of whoever runs the tests.

use std::process::{Command, Stdio};

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Prepares a run.
pub(crate) fn samtale(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samtale"));
    command.args(args).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SAMTALE_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs to the end.
pub(crate) fn run(args: &[&str]) -> Ended {
    finish(&mut samtale(args))
}

/// Runs to the end, with variables.
pub(crate) fn run_with(args: &[&str], variables: &[(&str, &str)]) -> Ended {
    finish(samtale(args).envs(variables.iter().copied()))
}

/// Runs a prepared command to its end.
pub(crate) fn finish(command: &mut Command) -> Ended {
    let output = command.output().expect("the program runs");
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}
