//! The languages Samtale speaks, and how one is chosen from what a person prefers.
//!
//! Only the primary language subtag decides (`nn-NO`, `nn_NO.UTF-8` and `NN` are all nynorsk), so
//! that tags of browsers, of tokens and of a terminal's environment are read by one rule, which
//! the TypeScript side repeats in a few lines.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use unic_langid::LanguageIdentifier;

/// A language that has a catalogue.
///
/// [`FromStr`] negotiates and never fails: a language without a catalogue becomes bokmål.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// Norwegian bokmål, the default.
    #[default]
    Nb,
    /// Norwegian nynorsk.
    Nn,
    /// English, with British dates and a 24-hour clock.
    En,
}

impl Locale {
    /// Every language, the default first.
    pub const ALL: [Self; 3] = [Self::Nb, Self::Nn, Self::En];

    /// Returns the BCP 47 tag, which also names the catalogue's file.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
            Self::En => "en",
        }
    }

    /// Returns the language of a BCP 47 tag or of a POSIX locale name, if it has a catalogue.
    ///
    /// `no`, Norwegian unspecified, is bokmål.
    #[must_use]
    pub fn matching(tag: &str) -> Option<Self> {
        let language = tag
            .trim()
            .split(['-', '_', '.', '@'])
            .next()
            .unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "nb" | "no" => Some(Self::Nb),
            "nn" => Some(Self::Nn),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Chooses the first preferred language that has a catalogue, or bokmål.
    #[must_use]
    pub fn negotiate<'a>(preferred: impl IntoIterator<Item = &'a str>) -> Self {
        preferred
            .into_iter()
            .find_map(Self::matching)
            .unwrap_or_default()
    }

    /// Returns the identifier by which Fluent picks its plural rules.
    pub(crate) fn language_identifier(self) -> LanguageIdentifier {
        self.tag()
            .parse()
            .expect("the tags above are well-formed language identifiers")
    }

    /// Returns the text of the catalogue, as it is in `locales/`.
    pub(crate) const fn source(self) -> &'static str {
        match self {
            Self::Nb => include_str!("../../../locales/nb.ftl"),
            Self::Nn => include_str!("../../../locales/nn.ftl"),
            Self::En => include_str!("../../../locales/en.ftl"),
        }
    }
}

impl FromStr for Locale {
    type Err = Infallible;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Ok(Self::negotiate([tag]))
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}
