//! Every code that the server sends has a sentence for people, in every language.

use samtale_locale::{Catalog, Locale};
use samtale_protocol::ErrorCode;

#[test]
fn every_error_code_has_a_sentence_in_every_language() {
    for tag in ["nb", "nn", "en"] {
        let catalog = Catalog::new(Locale::negotiate([tag]));
        for code in ErrorCode::ALL.iter().chain([&ErrorCode::Unknown]) {
            let key = format!("error-{code}");
            assert!(catalog.has(&key), "{tag}: {key}");
        }
    }
}
