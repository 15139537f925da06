//! What sealing promises: bound to its place, noticed when altered, rotated without loss, never shown.

use std::num::NonZeroUsize;
use std::sync::Arc;

use proptest::prelude::*;
use samtale_model::{ChatId, MessageId, Seq};
use uuid::Uuid;

use super::*;

const CHAT: ChatId = ChatId(Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001));
const OTHER_CHAT: ChatId = ChatId(Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0002));
const MESSAGE: MessageId = MessageId(Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0003));
const OTHER_MESSAGE: MessageId =
    MessageId(Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0004));
const BODY: Place = Place::Body {
    chat: CHAT,
    message: MESSAGE,
};

/// Bytes that count up from a start: as good as random where only difference matters, and the same in every run.
fn counting(start: u8) -> impl FnMut(&mut [u8]) {
    let mut next = start;
    move |buffer| {
        for byte in buffer {
            *byte = next;
            next = next.wrapping_add(1);
        }
    }
}

fn master(start: u8) -> MasterKey {
    MasterKey::generate(&mut counting(start))
}

fn chat_key(start: u8) -> ChatKey {
    ChatKey::generate(&mut counting(start))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_is_sealed_opens_and_shows_no_plaintext() {
    let key = chat_key(0);
    let sealed = key
        .seal("Hei på deg".as_bytes(), &BODY, &mut counting(9))
        .unwrap();
    let stored = sealed.to_bytes();
    assert!(!stored.windows(3).any(|window| window == b"Hei"));
    let read = Sealed::from_bytes(&stored).unwrap();
    assert_eq!(read, sealed);
    assert_eq!(key.open(&read, &BODY).unwrap(), "Hei på deg".as_bytes());
}

/// The stored form must never change silently: databases hold it. Also computed independently of this crate, from RFC 2104
/// (HMAC), draft-irtf-cfrg-xchacha (the cipher) and the layout documented on `Sealed::to_bytes` and `Place`.
#[test]
fn the_stored_form_is_fixed() {
    let master = master(0);
    let key = chat_key(0x40);
    assert_eq!(master.id().to_string(), "f1fab3eb4ab52933");
    assert_eq!(key.id().to_string(), "43d88ee29f869e62");
    let sealed = key
        .seal(b"Leksehjelp kl. 17", &BODY, &mut counting(0x80))
        .unwrap();
    assert_eq!(
        hex(&sealed.to_bytes()),
        "0143d88ee29f869e62808182838485868788898a8b8c8d8e8f9091929394959697e260f232aa0897bdd05ab40fd0577fea53fd3b9494b918163da9457f58c2a341e2"
    );
    let wrapped = Keyring::new(master)
        .wrap(&key, CHAT, &mut counting(0xa0))
        .unwrap();
    assert_eq!(
        hex(&wrapped.to_bytes()),
        "01f1fab3eb4ab52933a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b77d02812c3f1a481c1cee028dd2ca1ac94d0053a779aa57b9f228a12d7a23010344fcd76c6a7d8051ac3806157a23ac15"
    );
}

#[test]
fn a_change_in_any_byte_is_noticed() {
    let key = chat_key(0);
    let stored = key
        .seal(b"prove", &BODY, &mut counting(9))
        .unwrap()
        .to_bytes();
    for at in 0..stored.len() {
        let mut altered = stored.clone();
        altered[at] ^= 1;
        let opened = Sealed::from_bytes(&altered)
            .map_err(OpenError::from)
            .and_then(|sealed| key.open(&sealed, &BODY));
        match at {
            0 => assert_eq!(opened, Err(OpenError::Decode(DecodeError::Version(0)))),
            1..=8 => assert!(
                matches!(opened, Err(OpenError::WrongKey { .. })),
                "byte {at}: {opened:?}"
            ),
            _ => assert_eq!(opened, Err(OpenError::Corrupted), "byte {at}"),
        }
    }
}

#[test]
fn a_blob_cut_short_is_refused_at_every_length() {
    let key = chat_key(0);
    let stored = key.seal(b"", &BODY, &mut counting(9)).unwrap().to_bytes();
    for len in 0..stored.len() {
        assert_eq!(
            Sealed::from_bytes(&stored[..len]),
            Err(DecodeError::Short { len })
        );
    }
    assert_eq!(
        key.open(&Sealed::from_bytes(&stored).unwrap(), &BODY)
            .unwrap(),
        b""
    );
}

#[test]
fn a_ciphertext_opens_in_its_own_place_only() {
    let places = [
        BODY,
        Place::Body {
            chat: OTHER_CHAT,
            message: MESSAGE,
        },
        Place::Body {
            chat: CHAT,
            message: OTHER_MESSAGE,
        },
        Place::Edit {
            chat: CHAT,
            message: MESSAGE,
            seq: Seq(0),
        },
        Place::Edit {
            chat: CHAT,
            message: MESSAGE,
            seq: Seq(7),
        },
        Place::Draft {
            chat: CHAT,
            user: 0,
        },
        Place::Draft {
            chat: CHAT,
            user: 7,
        },
        Place::DataKey { chat: CHAT },
    ];
    let key = chat_key(0);
    for sealed_for in places {
        let sealed = key
            .seal(b"hemmelig", &sealed_for, &mut counting(9))
            .unwrap();
        for opened_at in places {
            let opened = key.open(&sealed, &opened_at);
            if opened_at == sealed_for {
                assert_eq!(opened.unwrap(), b"hemmelig");
            } else {
                assert_eq!(
                    opened,
                    Err(OpenError::Corrupted),
                    "{sealed_for:?} opened at {opened_at:?}"
                );
            }
        }
    }
}

#[test]
fn another_chats_key_is_told_from_altered_data() {
    let (mine, other) = (chat_key(0), chat_key(1));
    let sealed = mine.seal(b"x", &BODY, &mut counting(9)).unwrap();
    assert_eq!(
        other.open(&sealed, &BODY),
        Err(OpenError::WrongKey {
            needed: mine.id(),
            given: other.id()
        })
    );
}

#[test]
fn a_wrapped_key_opens_for_its_chat_and_under_a_known_master_key_only() {
    let keyring = Keyring::new(master(0));
    let key = chat_key(0x40);
    let wrapped = keyring.wrap(&key, CHAT, &mut counting(9)).unwrap();
    assert_eq!(keyring.unwrap(&wrapped, CHAT).unwrap().id(), key.id());
    assert_eq!(
        keyring.unwrap(&wrapped, OTHER_CHAT).unwrap_err(),
        OpenError::Corrupted
    );
    let stranger = Keyring::new(master(1));
    assert_eq!(
        stranger.unwrap(&wrapped, CHAT).unwrap_err(),
        OpenError::UnknownKey(keyring.newest_id())
    );
}

#[test]
fn after_a_rotation_the_newest_key_wraps_and_older_ones_unwrap() {
    let old = Keyring::new(master(0));
    let key = chat_key(0x40);
    let wrapped = old.wrap(&key, CHAT, &mut counting(9)).unwrap();

    let rotated = old.clone().rotated(master(1));
    assert_eq!(rotated.unwrap(&wrapped, CHAT).unwrap().id(), key.id());
    let anew = rotated
        .rewrap(&wrapped, CHAT, &mut counting(10))
        .unwrap()
        .expect("an older key wrapped it");
    assert_eq!(anew.key_id(), master(1).id());
    assert_eq!(
        rotated.rewrap(&anew, CHAT, &mut counting(11)).unwrap(),
        None
    );

    let without_old = Keyring::new(master(1));
    assert_eq!(without_old.unwrap(&anew, CHAT).unwrap().id(), key.id());
    assert_eq!(
        without_old.unwrap(&wrapped, CHAT).unwrap_err(),
        OpenError::UnknownKey(old.newest_id())
    );
}

#[test]
fn master_keys_are_read_from_hexadecimal_and_base64() {
    let bytes: Vec<u8> = (0xe0..=0xff).collect();
    let id = MasterKey::from_slice(&bytes).unwrap().id();
    for text in [
        "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "E0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF",
        "4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8=",
        "4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8",
        "4OHi4-Tl5ufo6err7O3u7_Dx8vP09fb3-Pn6-_z9_v8=",
        "# our key\n  4OHi4-Tl5ufo6err7O3u7_Dx8vP09fb3-Pn6-_z9_v8\n",
    ] {
        assert_eq!(Keyring::parse(text).unwrap().newest_id(), id, "{text}");
    }
}

#[test]
fn text_without_usable_keys_says_which_one_is_wrong() {
    let key = master(0).to_hex();
    let cases = [
        (String::new(), KeyTextError::Empty),
        ("# only a comment".to_owned(), KeyTextError::Empty),
        ("kort".to_owned(), KeyTextError::Malformed { position: 1 }),
        ("ø".repeat(32), KeyTextError::Malformed { position: 1 }),
        (
            format!("{},{}", *key, &key[..62]),
            KeyTextError::Malformed { position: 2 },
        ),
        (
            format!("{} {}", *key, *key),
            KeyTextError::Repeated { position: 2 },
        ),
    ];
    for (text, error) in cases {
        assert_eq!(Keyring::parse(&text).unwrap_err(), error, "{text:?}");
    }
}

#[test]
fn a_key_file_is_made_once_for_its_owner_only_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let made = Keyring::load_or_create(&path, &mut counting(0)).unwrap();
    let again = Keyring::load_or_create(&path, &mut counting(99)).unwrap();
    assert_eq!(made.newest_id(), again.newest_id());
    assert_eq!(files(folder.path()), ["master.key"]);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&path).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about real threads")]
fn several_who_make_a_key_file_at_once_end_with_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let ids: Vec<KeyId> = std::thread::scope(|scope| {
        let made: Vec<_> = (0..8)
            .map(|n| {
                scope.spawn({
                    let path = &path;
                    move || Keyring::load_or_create(path, &mut counting(n * 20))
                })
            })
            .collect();
        made.into_iter()
            .map(|thread| thread.join().unwrap().unwrap().newest_id())
            .collect()
    });
    let kept = Keyring::load(&path).unwrap().newest_id();
    assert!(
        ids.iter().all(|id| *id == kept),
        "{ids:?} but the file has {kept}"
    );
    assert_eq!(files(folder.path()), ["master.key"]);
}

#[test]
fn rotating_a_key_file_keeps_the_older_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let first = Keyring::load_or_create(&path, &mut counting(0)).unwrap();
    let rotated = Keyring::rotate_file(&path, &mut counting(100)).unwrap();
    let read = Keyring::load(&path).unwrap();
    let ids: Vec<KeyId> = read.keys().map(MasterKey::id).collect();
    assert_eq!(ids, [rotated.newest_id(), first.newest_id()]);
    assert_eq!(files(folder.path()), ["master.key"]);
}

#[test]
fn a_broken_or_missing_key_file_is_an_error_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    assert!(matches!(
        Keyring::load(&path),
        Err(KeyFileError::Io { action: "read", .. })
    ));
    std::fs::write(&path, "").unwrap();
    let broken = Keyring::load_or_create(&path, &mut counting(0));
    assert!(matches!(
        broken,
        Err(KeyFileError::Contents {
            source: KeyTextError::Empty,
            ..
        })
    ));
    assert_eq!(std::fs::read(&path).unwrap(), b"");
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn debug_shows_ids_and_never_secrets() {
    // Bytes whose decimal and hexadecimal forms would stand out.
    let mut same = |buffer: &mut [u8]| buffer.fill(0xab);
    let keyring = Keyring::new(MasterKey::generate(&mut same));
    let key = ChatKey::generate(&mut same);
    let sealed = key.seal(b"hemmelig", &BODY, &mut same).unwrap();
    let shown = format!("{keyring:?} {key:?} {:?} {sealed:?}", key.search_key());
    assert!(shown.contains(&key.id().to_string()));
    for secret in ["abab", "171", "hemmelig"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn the_cache_holds_the_keys_used_last() {
    let cache = KeyCache::new(NonZeroUsize::new(2).unwrap());
    let chats = [1, 2, 3].map(|n| ChatId(Uuid::from_u128(n)));
    let fetch = |chat: ChatId| {
        let mut fetched = false;
        let key = cache.get_or_unwrap(chat, || {
            fetched = true;
            Ok::<_, OpenError>(chat_key(chat.as_bytes()[15]))
        });
        assert_eq!(key.unwrap().id(), chat_key(chat.as_bytes()[15]).id());
        fetched
    };
    assert!(fetch(chats[0]));
    assert!(fetch(chats[1]));
    assert!(!fetch(chats[0]), "held");
    assert!(
        fetch(chats[2]),
        "new: takes the place of the second, the least recently used"
    );
    assert!(!fetch(chats[0]), "still held");
    assert!(fetch(chats[1]), "had to go");
    assert_eq!(cache.len(), 2);
}

#[test]
fn a_failed_unwrapping_is_passed_on_and_not_kept() {
    let cache = KeyCache::new(NonZeroUsize::MIN);
    let failed = cache.get_or_unwrap(CHAT, || Err(OpenError::Corrupted));
    assert_eq!(failed.unwrap_err(), OpenError::Corrupted);
    assert!(cache.is_empty());
}

#[test]
fn a_forgotten_key_leaves_the_cache_and_stays_out() {
    let cache = KeyCache::new(NonZeroUsize::new(4).unwrap());
    let key = || Ok::<_, OpenError>(chat_key(0));
    cache.get_or_unwrap(CHAT, key).unwrap();
    cache.forget(CHAT);
    assert!(cache.is_empty());
    // A reader that was under way when the chat was erased.
    cache.get_or_unwrap(CHAT, key).unwrap();
    assert!(cache.is_empty());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about real threads")]
fn threads_share_one_key_per_chat() {
    let cache = KeyCache::new(NonZeroUsize::new(4).unwrap());
    let keys: Vec<Arc<ChatKey>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    cache
                        .get_or_unwrap(CHAT, || Ok::<_, OpenError>(chat_key(0)))
                        .unwrap()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(keys.iter().all(|key| Arc::ptr_eq(key, &keys[0])));
    assert_eq!(cache.len(), 1);
}

proptest! {
    #[test]
    fn anything_sealed_comes_back_through_storage(plaintext in proptest::collection::vec(any::<u8>(), 0..300), seed: u8) {
        let key = chat_key(seed);
        let stored = key.seal(&plaintext, &BODY, &mut counting(seed)).unwrap().to_bytes();
        let opened = key.open(&Sealed::from_bytes(&stored).unwrap(), &BODY).unwrap();
        prop_assert_eq!(opened, plaintext);
    }

    #[test]
    fn decoding_never_panics(blob in proptest::collection::vec(any::<u8>(), 0..100)) {
        if let Ok(sealed) = Sealed::from_bytes(&blob) {
            prop_assert_eq!(sealed.to_bytes(), blob);
        }
    }
}
