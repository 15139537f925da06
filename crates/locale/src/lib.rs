//! What Samtale says to people, in bokmål, nynorsk and English, and how it tells the time.
//!
//! The sentences live in `locales/{nb,nn,en}.ftl` at the root of the repository, in [Fluent], and
//! are built into the program. The web packages read the same files, and both sides pass the cases
//! of `locales/fixtures.json`. This crate adds the rules around the sentences: which language
//! ([`Locale`]), which sentence (who is typing, how long ago), and which time of day it is in
//! Norway. There is no clock here: who calls says what time it is, in Unix milliseconds.
//!
//! ```
//! use samtale_locale::{Catalog, Locale};
//!
//! let nb = Catalog::new(Locale::negotiate(["no"]));
//! assert_eq!(nb.typing_text(&[None]), "skriver...");
//! assert_eq!(nb.typing_text(&[Some("Kari"), Some("Ola")]), "Kari og Ola skriver...");
//! assert_eq!(nb.text_with("unread", &[("count", 3.into())]), "3 uleste");
//!
//! let now = 1_763_467_200_000; // 2025-11-18 13:00 in Oslo
//! assert_eq!(nb.relative_time(now, now - 5 * 60_000), "5 min siden");
//! assert_eq!(nb.clock_time(now), "13:00");
//! ```
//!
//! Rules that hold throughout:
//! - A sentence is whole in the catalogue; code fills in names, numbers and times, and never joins
//!   pieces.
//! - Nothing here fails or panics, whatever the input: an unknown error code has a general
//!   sentence, an unknown status reads as offline, an impossible time is moved to the nearest
//!   possible one.
//! - Names from the wire (`"away"`, `"tutor"`, `"rate_limited"`) come as text, so that a newer
//!   server may say something this build has not heard of.
//!
//! [Fluent]: https://projectfluent.org

mod catalog;
mod locale;
mod moment;
mod phrases;
mod times;

pub use catalog::{Arg, Catalog};
pub use locale::Locale;
