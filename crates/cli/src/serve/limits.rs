//! A flag and a variable for every limit, made from the server's own table of them.

use std::sync::LazyLock;

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};
use samtale_server::Limits;
use samtale_server::config::Setting;

use crate::failure::Failure;

/// What the variables of limits begin with.
const PREFIX: &str = "SAMTALE_LIMIT_";

/// The limits, as flags and variables set them.
#[derive(Debug)]
pub(super) struct LimitArgs(pub(super) Limits);

/// One limit: its flag, its variable, and what the server says of it.
struct Known {
    setting: Setting,
    flag: &'static str,
    variable: &'static str,
}

/// Every limit. Clap wants names that live for ever; so do these, once.
static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let known = |setting: Setting| Known {
        flag: format!("limit-{}", setting.name.replace('_', "-")).leak(),
        variable: format!("{PREFIX}{}", setting.name.to_uppercase()).leak(),
        setting,
    };
    Limits::settings().into_iter().map(known).collect()
});

impl Args for LimitArgs {
    fn augment_args(command: Command) -> Command {
        let all = Arg::new("limits")
            .long("limits")
            .env("SAMTALE_LIMITS")
            .value_name("on|off")
            .value_parser(["on", "off"])
            .default_value("on")
            .help(
                "off lifts every rate and count, for load tests and trusted networks; sizes stay",
            );
        let command = command.next_help_heading("Limits").arg(all);
        let command = KNOWN.iter().fold(command, |command, known| {
            let Setting { name, doc, default } = &known.setting;
            let check = move |value: &str| match Limits::default().set(name, value) {
                Ok(()) => Ok(value.to_owned()),
                Err(error) => Err(reason(&error)),
            };
            let arg = Arg::new(known.flag)
                .long(known.flag)
                .env(known.variable)
                .value_name("LIMIT")
                .value_parser(check)
                .help(format!(
                    "{} [default: {default}]",
                    doc.trim_end_matches('.')
                ));
            command.arg(arg)
        });
        command.next_help_heading(None)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Says why a limit can't be set so, without its name: clap says the flag's.
fn reason(error: &samtale_server::config::LimitsError) -> String {
    let text = error.to_string();
    text.split_once(": ")
        .map_or(text.clone(), |(_, reason)| reason.to_owned())
}

impl FromArgMatches for LimitArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut limits = match matches.get_one::<String>("limits").map(String::as_str) {
            Some("off") => Limits::off(),
            _ => Limits::default(),
        };
        for known in KNOWN.iter() {
            if let Some(value) = matches.get_one::<String>(known.flag) {
                limits
                    .set(known.setting.name, value)
                    .expect("the value parser has set the same before");
            }
        }
        Ok(Self(limits))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Refuses a variable of a limit that does not exist: a misspelt one would lift nothing, silently.
pub(super) fn refuse_unknown_variables() -> Result<(), Failure> {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && !KNOWN.iter().any(|known| known.variable == name) {
            return Err(Failure::usage(format!("{name}: there is no such limit"))
                .hint("samtale serve --help lists them"));
        }
    }
    Ok(())
}
