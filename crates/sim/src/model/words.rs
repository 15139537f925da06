//! Leaks: whose words stand in a frame, and whether the one it goes to may have them.
//!
//! The words of every message are unique (`m<number> …`), so a raw frame tells by itself what it carries.

use samtale_model::UserId;

use super::Violation;
use super::devices::Devices;
use super::truth::Truth;
use crate::clock::Millis;

/// Returns the marker that a text begins with.
pub fn marker(text: &str) -> Option<u64> {
    let digits = text.strip_prefix('m')?;
    let end = digits.find(|c: char| !c.is_ascii_digit())?;
    (digits.as_bytes()[end] == b' ')
        .then(|| digits[..end].parse().ok())
        .flatten()
}

/// Returns every marker in a raw frame.
pub fn markers(frame: &str) -> Vec<u64> {
    let starts = frame.match_indices('m').filter(|(at, _)| {
        let before = frame[..*at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric())
    });
    starts.filter_map(|(at, _)| marker(&frame[at..])).collect()
}

/// Checks a frame, or an HTTP answer, that the server hands to the network for a user, on a link that came to the server
/// at `since`.
///
/// Rule `leak`: words are in it only if, at some moment since the link came, they were committed, not deleted, and seen by
/// the user under the predicate; or are the user's own, which only they are told (a draft). So: never committed words to
/// nobody (no fan-out before the commit), nothing from before joining, after leaving or from a gap, nothing that a changed
/// rule hid or a deletion ended before the link was there. What was on its way when it became hidden is no leak. Source:
/// ARCHITECTURE, "Who sees what".
pub fn check(
    frame: &str,
    user: &UserId,
    since: Millis,
    truths: &[Truth],
    devices: &Devices,
) -> Result<(), Violation> {
    for words in markers(frame) {
        if devices.drafts.get(&words) == Some(user) {
            continue;
        }
        let seen = truths.iter().any(|truth| {
            let holds = truth
                .chats
                .values()
                .find_map(|chat| Some((chat, chat.words.get(&words)?.1)));
            let Some((chat, id)) = holds else {
                return false;
            };
            let Some(spoken) = chat.messages.get(&id) else {
                return false;
            };
            let living = spoken.deleted.is_none_or(|deleted| deleted >= since);
            let sight = chat.sight.get(user);
            let last = sight.and_then(|sight| sight.last_seen(spoken.created));
            living && last.is_some_and(|last| last >= since)
        });
        if !seen {
            let place = truths.iter().rev().find_map(|truth| {
                let mut chats = truth.chats.iter();
                chats.find_map(|(id, chat)| Some((*id, chat.words.get(&words)?.0)))
            });
            let detail = format!(
                "m{words} (committed at {place:?}) in a frame to {user:?} on a link since {since}"
            );
            return Err(Violation::new("leak", detail));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_found_in_raw_frames_and_nothing_else_is() {
        let frame =
            r#"[null,"7","chat:x","ok",{"content":"m12 hei","a":"m7 ","b":"am3 ","c":"m9"}]"#;
        assert_eq!(markers(frame), [12, 7]);
        assert_eq!(marker("m123 some words"), Some(123));
        assert_eq!(marker("hm1 x"), None);
        assert_eq!(marker("m x"), None);
    }
}
