//! Every limit: its meaning, its default, and how an operator writes it.
//!
//! The table below is the only place that knows them: the struct, the defaults, the names for flags
//! and variables, and what `off` lifts all come from it.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// How often something may happen: a burst at once, refilled evenly over a time. `60/10s` on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many at once.
    pub burst: NonZeroU32,
    /// In which time a used-up burst is whole again.
    pub per: Duration,
}

/// The text is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a rate like 60/10s (60 at once, refilled over 10 seconds), nor off")]
pub struct RateError;

impl Rate {
    const fn new(burst: u32, seconds: u64) -> Self {
        let burst = NonZeroU32::new(burst).expect("a rate in the table is not zero");
        Self {
            burst,
            per: Duration::from_secs(seconds),
        }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (burst, per) = text.split_once('/').ok_or(RateError)?;
        let burst = burst.trim().parse().map_err(|_| RateError)?;
        let per = per.trim();
        let (number, unit) = per.split_at(per.len() - per.chars().last().map_or(0, char::len_utf8));
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return Err(RateError),
        };
        let number: u32 = match number {
            "" => 1,
            number => number.parse().map_err(|_| RateError)?,
        };
        let per = Duration::from_secs(u64::from(number) * seconds);
        (!per.is_zero())
            .then_some(Self { burst, per })
            .ok_or(RateError)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}s", self.burst, self.per.as_secs())
    }
}

/// The name, the meaning and the default of one limit, for a command line to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name, in snake case: `http_per_user`.
    pub name: &'static str,
    /// What it limits.
    pub doc: &'static str,
    /// The default, as [`Limits::set`] takes it.
    pub default: String,
}

/// A limit can't be set so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// There is no such limit.
    #[error("there is no limit called {0:?}")]
    Unknown(String),
    /// The value is no rate.
    #[error("{name}: {source}")]
    Rate {
        /// The limit.
        name: &'static str,
        /// Why.
        source: RateError,
    },
    /// The value is no number from 1.
    #[error("{0}: not a number from 1")]
    Number(&'static str),
}

macro_rules! limits {
    (
        rates { $($(#[doc = $rate_doc:literal])+ $rate:ident = $burst:literal / $seconds:literal;)* }
        counts { $($(#[doc = $count_doc:literal])+ $count:ident = $many:literal;)* }
        sizes { $($(#[doc = $size_doc:literal])+ $size:ident = $bytes:expr;)* }
    ) => {
        /// How much of everything one user or address may ask for.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $rate_doc])+ pub $rate: Option<Rate>,)*
            $($(#[doc = $count_doc])+ pub $count: Option<NonZeroU32>,)*
            $($(#[doc = $size_doc])+ pub $size: usize,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self {
                    $($rate: Some(const { Rate::new($burst, $seconds) }),)*
                    $($count: NonZeroU32::new($many),)*
                    $($size: $bytes,)*
                }
            }
        }

        impl Limits {
            /// Returns no rates and no counts; the sizes stay.
            pub fn off() -> Self {
                Self { $($rate: None,)* $($count: None,)* ..Self::default() }
            }

            /// Returns every limit, for a command line to list.
            pub fn settings() -> Vec<Setting> {
                let defaults = Self::default();
                vec![
                    $(Setting {
                        name: stringify!($rate),
                        doc: concat!($($rate_doc),+).trim_ascii(),
                        default: or_off(defaults.$rate),
                    },)*
                    $(Setting {
                        name: stringify!($count),
                        doc: concat!($($count_doc),+).trim_ascii(),
                        default: or_off(defaults.$count),
                    },)*
                    $(Setting {
                        name: stringify!($size),
                        doc: concat!($($size_doc),+).trim_ascii(),
                        default: defaults.$size.to_string(),
                    },)*
                ]
            }

            /// Sets the limit of that name: a rate `60/10s`, a number, or `off` (not for sizes).
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), LimitsError> {
                match name {
                    $(stringify!($rate) => {
                        self.$rate = match value {
                            "off" => None,
                            value => Some(value.parse().map_err(|source| LimitsError::Rate {
                                name: stringify!($rate),
                                source,
                            })?),
                        };
                    })*
                    $(stringify!($count) => {
                        self.$count = match value {
                            "off" => None,
                            value => Some(value.parse().map_err(|_| LimitsError::Number(stringify!($count)))?),
                        };
                    })*
                    $(stringify!($size) => {
                        let bytes: std::num::NonZeroUsize =
                            value.parse().map_err(|_| LimitsError::Number(stringify!($size)))?;
                        self.$size = bytes.get();
                    })*
                    _ => return Err(LimitsError::Unknown(name.into())),
                }
                Ok(())
            }
        }

        impl fmt::Display for Limits {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let all = [
                    $(format!("{}={}", stringify!($rate), or_off(self.$rate)),)*
                    $(format!("{}={}", stringify!($count), or_off(self.$count)),)*
                    $(format!("{}={}", stringify!($size), self.$size),)*
                ];
                f.write_str(&all.join(" "))
            }
        }
    };
}

fn or_off(value: Option<impl fmt::Display>) -> String {
    value.map_or_else(|| "off".into(), |value| value.to_string())
}

limits! {
    rates {
        /// New connections from one address.
        connects_per_address = 120 / 60;
        /// Bad tokens from one address; beyond them a bad token is told to wait.
        failures_per_address = 30 / 60;
        /// HTTP requests from one address, before anyone looks at the token.
        http_per_address = 1200 / 60;
        /// HTTP requests of one user.
        http_per_user = 600 / 60;
        /// Topics joined by one user.
        joins_per_user = 300 / 60;
        /// Ops of one user, each message, edit, reaction and change counted: an outbox that comes back from a tunnel fits.
        ops_per_user = 240 / 60;
        /// Receipts of one user: one a second, coalesced, over several chats.
        receipts_per_user = 240 / 60;
        /// Typing indications of one user.
        typing_per_user = 120 / 60;
        /// Presence changes of one user.
        presence_per_user = 60 / 60;
        /// Broadcasts of one user, or of one address by an app's key, on channels of Supabase's kind.
        broadcasts_per_user = 1000 / 10;
        /// Presence changes of one user there.
        channel_presence_per_user = 600 / 60;
        /// Pages, syncs, lists and searches read by one user.
        reads_per_user = 600 / 60;
    }
    counts {
        /// Connections of one address at a time: a school has one address.
        connections_per_address = 2000;
        /// Connections of one user at a time.
        connections_per_user = 20;
        /// Long polls of one user at a time.
        polls_per_user = 20;
    }
    sizes {
        /// The largest body of an HTTP request, in bytes: 100 ops of ordinary messages.
        body_bytes = 1024 * 1024;
        /// The largest frame from a client, in bytes.
        frame_bytes = 1024 * 1024;
        /// What waits for one connection before its events collapse to "behind", in bytes.
        queue_bytes = 1024 * 1024;
        /// How many topics one connection may have joined.
        topics_per_connection = 500;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        let cases = [
            ("60/10s", Some((60, 10))),
            ("5/m", Some((5, 60))),
            (" 7 / 2h ", Some((7, 7200))),
            ("0/10s", None),
            ("1/0s", None),
            ("10", None),
            ("10/", None),
            ("10/10", None),
            ("10/ø", None),
            ("-1/s", None),
        ];
        for (text, expected) in cases {
            let rate = text.parse::<Rate>().ok();
            assert_eq!(
                rate.map(|rate| (rate.burst.get(), rate.per.as_secs())),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn every_limit_can_be_listed_and_set_by_its_name() {
        let mut limits = Limits::off();
        for setting in Limits::settings() {
            assert!(!setting.doc.is_empty(), "{}", setting.name);
            limits
                .set(setting.name, &setting.default)
                .expect(setting.name);
        }
        assert_eq!(limits, Limits::default());
    }

    #[test]
    fn off_lifts_rates_and_keeps_sizes() {
        let off = Limits::off();
        assert_eq!(off.ops_per_user, None);
        assert_eq!(off.connections_per_user, None);
        assert_eq!(off.body_bytes, Limits::default().body_bytes);
    }

    #[test]
    fn a_wrong_setting_says_which() {
        let mut limits = Limits::default();
        let cases = [
            ("nope", "1", "there is no limit called \"nope\""),
            (
                "connections_per_user",
                "0",
                "connections_per_user: not a number from 1",
            ),
            ("body_bytes", "off", "body_bytes: not a number from 1"),
            (
                "ops_per_user",
                "10",
                "ops_per_user: not a rate like 60/10s (60 at once, refilled over 10 seconds), nor off",
            ),
        ];
        for (name, value, text) in cases {
            let error = limits.set(name, value).expect_err(name);
            assert_eq!(error.to_string(), text);
        }
    }
}
