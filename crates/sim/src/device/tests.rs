//! What a device promises: its host's rules, and what each trouble leaves.

use std::sync::Arc;

use samtale_engine::{ConnectionState, StorageState};
use samtale_model::{ChatId, DeviceId, UserId};

use super::*;

const HOUR: Millis = 3_600_000;

fn chat() -> ChatId {
    ChatId::from_bytes([1; 16])
}

fn mint() -> Mint {
    Arc::new(|issued| {
        let (iat, exp) = (issued.0 / 1_000, issued.0 / 1_000 + 3_600);
        let claims = format!(r#"{{"sub":"u0","iat":{iat},"exp":{exp}}}"#);
        format!("e30.{}.c2ln", base64url(claims.as_bytes()))
    })
}

fn config(program: bool) -> Config {
    let user = UserId::new("u0").expect("an id");
    let mut config = Config::new(user, DeviceId::new("d0").expect("an id"));
    config.tells_refusals = program;
    config
}

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let sextets = |chunk: &[u8]| {
        let word = (0..3).fold(0, |word, at| {
            word << 8 | u32::from(*chunk.get(at).unwrap_or(&0))
        });
        let letters =
            (0..=chunk.len()).map(move |at| LETTERS[(word >> (18 - 6 * at)) as usize & 63] as char);
        letters.collect::<String>()
    };
    bytes.chunks(3).map(sextets).collect()
}

/// A device of a kind, and the clock it lives by.
fn device(kind: HostKind, seed: u64) -> (Device, Clock) {
    let clock = Clock::default();
    clock.advance_to(1_000);
    (0..)
        .map(|more| {
            let rng = Rng::new(seed * 1_000 + more);
            let program = kind == HostKind::Program;
            Device::new(0, 0, config(program), clock.clone(), rng, mint())
        })
        .find(|device| device.kind() == kind)
        .map(|device| (device, clock.clone()))
        .expect("every kind is drawn in the end")
}

const KINDS: [HostKind; 3] = [HostKind::Program, HostKind::Page, HostKind::Tab];

/// Lets everything happen that is due up to a moment.
fn run(device: &mut Device, clock: &Clock, until: Millis) {
    while let Some(at) = device.next_timer().filter(|at| *at <= until) {
        clock.advance_to(at);
        device.fire();
    }
    clock.advance_to(until);
    device.fire();
}

fn send(device: &mut Device, text: &str) {
    let sent = device.command(Command::send(chat(), text.to_owned()));
    assert!(matches!(sent, Ok(Made::Message(_))), "{sent:?}");
}

/// What is unsent, as the engine has it.
fn unsent(device: &Device) -> Vec<String> {
    let timeline = device.engine().expect("is up").timeline(chat());
    let words = timeline
        .entries()
        .map(|entry| entry.message.content.as_str().to_owned());
    words.collect()
}

fn outputs(device: &mut Device) -> Vec<DeviceOutput> {
    std::iter::from_fn(|| device.poll()).collect()
}

#[test]
fn a_boot_loads_and_a_connect_asks_for_a_token_and_opens() {
    for kind in KINDS {
        let (mut device, clock) = device(kind, 1);
        assert!(!device.is_up() && device.next_timer().is_none());
        device.boot();
        run(&mut device, &clock, 2_000);
        assert_eq!(
            device.engine().map(|engine| engine.storage()),
            Some(StorageState::Ready)
        );
        device.command(Command::Connect).expect("a command");
        run(&mut device, &clock, 3_000);
        let opened = outputs(&mut device);
        assert!(
            matches!(opened[..], [DeviceOutput::Open { generation: 1, .. }]),
            "{opened:?}"
        );
    }
}

#[test]
fn how_a_handshake_was_refused_is_told_by_those_who_see_it() {
    let table = [
        (
            Some(401),
            ConnectionState::Connecting,
            ConnectionState::Connecting,
        ),
        (
            Some(403),
            ConnectionState::Failed,
            ConnectionState::Connecting,
        ),
        (
            None,
            ConnectionState::Connecting,
            ConnectionState::Connecting,
        ),
    ];
    for (status, program, browser) in table {
        for (kind, state) in [(HostKind::Program, program), (HostKind::Tab, browser)] {
            let (mut device, clock) = device(kind, 2);
            device.boot();
            device.command(Command::Connect).expect("a command");
            run(&mut device, &clock, 2_000);
            device.refused(1, status);
            let seen = device.engine().map(|engine| engine.connection().state);
            assert_eq!(seen, Some(state), "{kind:?} {status:?}");
        }
    }
}

#[test]
fn a_kill_leaves_a_prefix_and_a_journal_leaves_all() {
    for kind in KINDS {
        let mut left = Vec::new();
        for seed in 0..30 {
            let (mut device, clock) = device(kind, seed);
            device.boot();
            run(&mut device, &clock, 2_000);
            device.set_storage(StorageMood::Slow { ms: 400 });
            let sent: Vec<String> = (0..8).map(|n| format!("m{n} words")).collect();
            for (n, text) in sent.iter().enumerate() {
                run(&mut device, &clock, 2_000 + 100 * n as u64);
                send(&mut device, text);
            }
            device.kill();
            let survived = device
                .durable()
                .keys()
                .filter(|key| key.starts_with("outbox/"))
                .count();
            device.set_storage(StorageMood::Good);
            for _ in 0..3 {
                device.boot();
                device
                    .command(Command::OpenChat { chat: chat() })
                    .expect("a command");
                let later = clock.now() + 10_000;
                run(&mut device, &clock, later);
                assert_eq!(unsent(&device), sent[..survived], "{kind:?} {seed}");
                let stored = device
                    .durable()
                    .keys()
                    .filter(|key| key.starts_with("outbox/"))
                    .count();
                assert_eq!((stored, device.bounds().journalled), (survived, 0));
                device.kill();
            }
            left.push(survived);
        }
        let all = left.iter().filter(|left| **left == 8).count();
        match kind {
            HostKind::Program => assert!((5..25).contains(&all), "{left:?}"),
            HostKind::Page | HostKind::Tab => assert_eq!(all, 30, "{kind:?} {left:?}"),
        }
    }
}

#[test]
fn each_mood_of_the_storage_shows() {
    use StorageMood::{Failing, Flaky, Full, Good, Hung, NoJournal, Slow, Unreadable};
    use StorageState::{Loading, Memory, Ready, Tight};
    let table: [(StorageMood, &[StorageState], bool); 8] = [
        (Good, &[Ready], true),
        (Slow { ms: 1_000 }, &[Ready], true),
        (NoJournal, &[Ready], true),
        (Full, &[Tight, Memory], false),
        (Failing, &[Memory], false),
        (Unreadable, &[Memory], false),
        (Hung, &[Memory], false),
        (
            Flaky { permille: 300 },
            &[Ready, Memory, Tight, Loading],
            true,
        ),
    ];
    for (mood, states, kept) in table {
        let (mut device, clock) = device(HostKind::Program, 3);
        device.boot();
        run(&mut device, &clock, 2_000);
        device.set_storage(mood);
        send(&mut device, "m1 words");
        run(&mut device, &clock, 20_000);
        let state = device.engine().expect("is up").storage();
        assert!(states.contains(&state), "{mood:?}: {state:?}");
        let stored = device
            .durable()
            .keys()
            .any(|key| key.starts_with("outbox/"));
        if !matches!(mood, Flaky { .. }) {
            assert_eq!(stored, kept, "{mood:?}");
        }
        assert_eq!(unsent(&device), ["m1 words"], "{mood:?}");
        // Better times: in the end it is stored.
        device.set_storage(Good);
        run(&mut device, &clock, 200_000);
        assert!(
            device
                .durable()
                .keys()
                .any(|key| key.starts_with("outbox/")),
            "{mood:?}"
        );
    }
}

#[test]
fn each_mood_of_the_host_product_shows() {
    let table = [
        (TokenMood::Good, true, ConnectionState::Connecting),
        (
            TokenMood::Slow { ms: 5_000 },
            true,
            ConnectionState::Connecting,
        ),
        (
            TokenMood::Slow { ms: 60_000 },
            false,
            ConnectionState::Connecting,
        ),
        (TokenMood::Unavailable, false, ConnectionState::Connecting),
        (TokenMood::Denied, false, ConnectionState::Failed),
        // The device's clock might be wrong: it is tried, and the server says no.
        (TokenMood::Expired, true, ConnectionState::Connecting),
    ];
    for (mood, opens, state) in table {
        let (mut device, clock) = device(HostKind::Program, 4);
        device.boot();
        device.set_tokens(mood);
        device.command(Command::Connect).expect("a command");
        run(&mut device, &clock, 9_000);
        let opened = outputs(&mut device)
            .iter()
            .any(|output| matches!(output, DeviceOutput::Open { .. }));
        assert_eq!(opened, opens, "{mood:?}");
        assert_eq!(
            device.engine().map(|engine| engine.connection().state),
            Some(state),
            "{mood:?}"
        );
    }
}

#[test]
fn of_tokens_that_have_run_out_no_two_are_alike() {
    let mint: Mint = Arc::new(|issued| (issued.0 / 1_000).to_string());
    let mut tokens = super::tokens::Tokens::new(mint, Rng::new(1));
    tokens.set_mood(TokenMood::Expired);
    let mut counts = DeviceCounts::default();
    let mut seen = std::collections::BTreeSet::new();
    // Sooner and later than the second that a token's times are told in.
    for (request, wall) in [0, 1, 700, 1_700, 2_700, 4_700, 9_000]
        .into_iter()
        .enumerate()
    {
        tokens.ask(0, request as u64, true);
        let wall = samtale_model::UnixMillis(1_767_254_400_000 + wall);
        let Some(Input::Token { token, .. }) = tokens.answer(wall, &mut counts) else {
            panic!("a token");
        };
        assert!(seen.insert(token.expose().to_owned()), "{wall:?}");
    }
}

#[test]
fn asleep_nothing_runs_and_awake_everything_is_late() {
    let mut stood = 0;
    for seed in 0..20 {
        let (mut device, clock) = device(HostKind::Page, seed);
        device.boot();
        run(&mut device, &clock, 2_000);
        device.command(Command::Connect).expect("a command");
        device.sleep();
        assert!(device.is_asleep() && device.next_timer().is_none());
        clock.advance_to(2_000 + HOUR);
        device.fire();
        device.input(Input::Network {
            network: Network::Offline,
        });
        assert!(device.command(Command::Disconnect).is_err() && outputs(&mut device).is_empty());
        device.wake();
        let state = device.engine().map(|engine| engine.connection().state);
        assert_eq!(state, Some(ConnectionState::Offline));
        device.input(Input::Network {
            network: Network::Online,
        });
        run(&mut device, &clock, 3_000 + HOUR);
        assert!(!outputs(&mut device).is_empty());
        stood += device.counts().clock_stood;
    }
    assert!((3..17).contains(&stood), "{stood}");
}

#[test]
fn the_next_life_knows_network_and_visibility_and_nothing_of_the_last_ones_sockets() {
    let (mut device, clock) = device(HostKind::Tab, 5);
    device.boot();
    device.command(Command::Connect).expect("a command");
    run(&mut device, &clock, 2_000);
    device.input(Input::Network {
        network: Network::Offline,
    });
    device.kill();
    assert!(device.poll().is_none() && device.changes().is_empty() && !device.is_up());
    device.boot();
    device.command(Command::Connect).expect("a command");
    run(&mut device, &clock, 5_000);
    assert_eq!(
        device.engine().map(|engine| engine.connection().state),
        Some(ConnectionState::Offline)
    );
    assert_eq!(
        (device.life(), device.counts().boots, device.counts().kills),
        (2, 2, 1)
    );
}

#[test]
fn the_same_seed_makes_the_same_device() {
    let told = || {
        let (mut device, clock) = device(HostKind::Tab, 6);
        let mut told = Vec::new();
        for n in 0..40_u64 {
            device.boot();
            device.set_storage(if n % 3 == 0 {
                StorageMood::Flaky { permille: 300 }
            } else {
                StorageMood::Full
            });
            device.command(Command::Connect).expect("a command");
            send(&mut device, &format!("m{n} words"));
            let until = clock.now() + 37 * n;
            run(&mut device, &clock, until);
            told.push(format!(
                "{:?} {:?} {:?}",
                outputs(&mut device),
                device.changes(),
                device.bounds()
            ));
            if n % 5 == 4 {
                device.kill();
            }
        }
        (told, device.durable())
    };
    assert_eq!(told(), told());
}

#[test]
fn a_wall_clock_that_jumps_moves_no_timer() {
    let (mut device, clock) = device(HostKind::Program, 7);
    device.boot();
    run(&mut device, &clock, 2_000);
    let due = device.next_timer();
    device.set_skew(-86_400_000);
    assert_eq!(device.next_timer(), due);
    send(&mut device, "m1 words");
    let timeline = device.engine().expect("is up").timeline(chat());
    let sent = timeline
        .entries()
        .next()
        .expect("is shown")
        .message
        .created_at;
    assert_eq!(sent.0, clock.wall().0 - 86_400_000);
}
