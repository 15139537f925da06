//! A bad command line in one line that names the flag and its variable, and exit code 2.
//!
//! Clap's own errors are paragraphs, and don't say that a value came from the environment.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

use crate::failure::Failure;

/// Says what is wrong with a command line; `None` where clap only has something to show.
pub(crate) fn explain(error: &Error, program: &Command) -> Option<Failure> {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        return None;
    }
    let names = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => vec![name.clone()],
        Some(ContextValue::Strings(names)) => names.clone(),
        _ => Vec::new(),
    };
    let named: Vec<String> = names
        .iter()
        .map(|name| with_variable(name, program))
        .collect();
    let named = named.join(", ");
    let value = match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => value.as_str(),
        _ => "",
    };
    let message = match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("{named}: needed and missing"),
        ErrorKind::ValueValidation => {
            let reason = error.source().map(ToString::to_string).unwrap_or_default();
            format!("{named}: {value:?}: {reason}")
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{named}: needs a value"),
        ErrorKind::InvalidValue => {
            let valid = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(valid)) => valid.join(", "),
                _ => String::new(),
            };
            format!("{named}: {value:?} is none of {valid}")
        }
        _ => first_paragraph(&error.render().to_string()),
    };
    Some(Failure::usage(message).hint("--help shows what there is"))
}

/// Adds the variable to a flag as clap names it: `--listen <ADDR>` is also `SAMTALE_LISTEN`.
fn with_variable(name: &str, program: &Command) -> String {
    let flag = name.split_whitespace().next().unwrap_or(name);
    let long = flag.trim_start_matches('-');
    let found = arguments(program).find(|arg| arg.get_long() == Some(long));
    match found.and_then(Arg::get_env) {
        Some(variable) => format!("{flag} ({})", variable.to_string_lossy()),
        None => name.to_owned(),
    }
}

fn arguments(program: &Command) -> Box<dyn Iterator<Item = &Arg> + '_> {
    let below = program.get_subcommands().flat_map(arguments);
    Box::new(program.get_arguments().chain(below))
}

fn first_paragraph(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let lines = text.lines().take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}
