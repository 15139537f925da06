//! A language's catalogue, and the plain way to read it: a key, and what goes into the sentence.

use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::Locale;

/// What is put into a sentence: text as it is, or a number that may choose the plural form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg<'a> {
    /// Text, shown as it is; nothing in it is read as markup.
    Text(&'a str),
    /// A whole number, shown without grouping.
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i32> for Arg<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'a> From<Arg<'a>> for FluentValue<'a> {
    fn from(arg: Arg<'a>) -> Self {
        match arg {
            Arg::Text(text) => text.into(),
            Arg::Number(number) => number.into(),
        }
    }
}

/// The sentences of one language.
///
/// Made once and kept: making one parses its catalogue. It may be shared between threads.
pub struct Catalog {
    locale: Locale,
    bundle: FluentBundle<FluentResource>,
}

impl Catalog {
    /// Reads the catalogue of a language, which is built into the program.
    ///
    /// Catalogues are known to be whole: tests refuse one with a syntax error, a missing key or a
    /// different variable than its siblings. Were one broken all the same, what can be read of it
    /// would be used.
    #[must_use]
    pub fn new(locale: Locale) -> Self {
        let resource = match FluentResource::try_new(locale.source().to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let mut bundle = FluentBundle::new_concurrent(vec![locale.language_identifier()]);
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self { locale, bundle }
    }

    /// Returns the language.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// Returns whether the catalogue has a sentence by this key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// Returns the sentence of a key, or the key itself if there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.text_with(key, &[])
    }

    /// Returns the sentence of a key with the arguments put in, or the key itself if there is none.
    ///
    /// An argument the sentence doesn't use is ignored; one that it lacks shows as its name in
    /// braces.
    #[must_use]
    pub fn text_with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|found| found.value()) else {
            return key.to_owned();
        };
        let args: FluentArgs<'_> = args.iter().copied().collect();
        // Errors here are missing arguments, which show in the sentence.
        let mut errors = Vec::new();
        self.bundle
            .format_pattern(pattern, Some(&args), &mut errors)
            .into_owned()
    }

    /// Returns the sentence of a name within a family of keys, or the fallback key's sentence.
    pub(crate) fn named(&self, family: &str, name: &str, fallback: &str) -> String {
        let key = format!("{family}-{name}");
        self.text(if self.has(&key) { &key } else { fallback })
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog")
            .field("locale", &self.locale)
            .finish_non_exhaustive()
    }
}
