//! A panic in a world, caught and told like any other failure.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

thread_local! {
    /// What the last panic of this thread said, while a world is being played on it.
    static CAUGHT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs a world; where it panics, returns what it said and where.
///
/// # Errors
/// Where it panics.
pub(super) fn catch<T>(world: impl FnOnce() -> T) -> Result<T, String> {
    listen();
    CAUGHT.set(Some(String::new()));
    // Nothing of a world outlives its panic but its trace, which bears being cut short.
    let done = panic::catch_unwind(AssertUnwindSafe(world));
    let said = CAUGHT.take().unwrap_or_default();
    done.map_err(|_| said)
}

/// Has panics of worlds kept instead of printed; those of anything else go where they went.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let ours = CAUGHT.with_borrow_mut(|caught| {
                let place = caught.as_mut()?;
                *place = told(info);
                Some(())
            });
            if ours.is_none() {
                before(info);
            }
        }));
    });
}

fn told(info: &PanicHookInfo<'_>) -> String {
    let what = info.payload_as_str().unwrap_or("no words");
    match info.location() {
        Some(place) => format!("{what} ({}:{})", place.file(), place.line()),
        None => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_with_its_place_and_the_thread_lives_on() {
        let said = catch(|| panic!("a seq was taken twice")).expect_err("panics");
        assert!(said.starts_with("a seq was taken twice ("), "{said}");
        assert!(said.contains("panics.rs:"), "{said}");
        assert_eq!(catch(|| 7), Ok(7));
    }
}
