//! What a network promises, case by case.

use super::*;

mod chaos;

fn hello() -> Hello {
    Hello {
        peer: Net::address(0),
        path: "/realtime/v1/websocket".into(),
        token: "t".into(),
    }
}

fn post() -> HttpRequest {
    HttpRequest {
        peer: Net::address(0),
        method: "POST",
        path: "/api".into(),
        token: "t".into(),
        body: Some("{}".into()),
    }
}

fn net(condition: Condition) -> Net {
    let mut net = Net::new(Rng::new(7));
    net.set(0, 0, condition);
    net
}

/// Everything that arrives up to a moment, in short words.
fn until(net: &mut Net, moment: Millis) -> Vec<String> {
    let mut heard = Vec::new();
    while let Some(delivery) = net.poll(moment) {
        heard.push(word(&delivery));
    }
    heard
}

fn word(delivery: &Delivery) -> String {
    match delivery {
        Delivery::ServerOpen { link, .. } => format!("S {link} open"),
        Delivery::ServerFrame { link, text } => format!("S {link} {text}"),
        Delivery::ServerClosed { link, code } => format!("S {link} closed {code:?}"),
        Delivery::ServerRequest { link, .. } => format!("S {link} request"),
        Delivery::ServerCancelled { link } => format!("S {link} cancelled"),
        Delivery::ClientOpened { link, .. } => format!("C {link} opened"),
        Delivery::ClientRefused { link, status, .. } => format!("C {link} refused {status:?}"),
        Delivery::ClientFrame { link, text, .. } => format!("C {link} {text}"),
        Delivery::ClientClosed { link, code, .. } => format!("C {link} closed {code:?}"),
        Delivery::ClientAnswer { link, status, .. } => format!("C {link} answer {status}"),
        Delivery::ClientFailed { link, .. } => format!("C {link} failed"),
    }
}

/// Opens a socket and lets everything arrive.
fn open(net: &mut Net, now: Millis) -> LinkId {
    let link = net.connect(now, 0, hello());
    assert_eq!(until(net, now + 500), [format!("S {link} open")]);
    net.accept(now + 500, link);
    assert_eq!(until(net, now + 1_000), [format!("C {link} opened")]);
    link
}

const LATER: Millis = 1_000_000;

#[test]
fn a_link_is_in_order_and_two_links_are_not() {
    let mut net = net(Condition::GOOD);
    let (one, other) = (open(&mut net, 0), open(&mut net, 1_000));
    let far = Condition {
        latency_ms: 0..=500,
        ..Condition::GOOD
    };
    net.set(2_000, 0, far);
    for n in 0..50 {
        net.to_server(2_000, one, format!("a{n}"));
        net.to_server(2_000, other, format!("b{n}"));
    }
    let heard = until(&mut net, LATER);
    let of = |link: LinkId| -> Vec<&String> {
        let begin = format!("S {link} ");
        heard
            .iter()
            .filter(|word| word.starts_with(&begin))
            .collect()
    };
    for (link, letter) in [(one, 'a'), (other, 'b')] {
        let sent: Vec<String> = (0..50).map(|n| format!("S {link} {letter}{n}")).collect();
        assert_eq!(of(link), sent.iter().collect::<Vec<_>>());
    }
    let strictly_in_turn = heard
        .chunks(2)
        .all(|pair| pair[0].starts_with(&format!("S {one} ")));
    assert!(!strictly_in_turn);
}

#[test]
fn attempts_meet_what_the_condition_says() {
    let good = Condition::GOOD;
    let table: [(&str, Condition, &[&str], &str); 4] = [
        ("good", good.clone(), &["S l1 open"], "S l2 request"),
        (
            "refuse",
            Condition {
                refuse: 1000,
                ..good.clone()
            },
            &["C l1 refused None"],
            "C l2 failed",
        ),
        (
            "hang",
            Condition {
                hang: 1000,
                ..good.clone()
            },
            &[],
            "",
        ),
        (
            "proxy",
            Condition {
                websockets: false,
                ..good
            },
            &[
                "C l1 refused Some(400)",
                "C l1 refused Some(405)",
                "C l1 refused Some(426)",
                "C l1 refused Some(501)",
                "C l1 refused Some(502)",
            ],
            "S l2 request",
        ),
    ];
    for (name, condition, socket, exchange) in table {
        let mut net = net(condition);
        net.connect(0, 0, hello());
        let heard = until(&mut net, LATER);
        assert!(
            heard.iter().all(|word| socket.contains(&word.as_str())),
            "{name}: {heard:?}"
        );
        assert_eq!(heard.is_empty(), socket.is_empty(), "{name}");
        net.request(0, 0, post());
        assert_eq!(until(&mut net, LATER).join(""), exchange, "{name}");
    }
}

#[test]
fn a_hung_attempt_leaves_nothing_when_it_is_given_up() {
    let mut net = net(Condition {
        hang: 1000,
        ..Condition::GOOD
    });
    let (socket, exchange) = (net.connect(0, 0, hello()), net.request(0, 0, post()));
    assert_eq!(net.next(), None);
    net.close_by_client(9, socket, 1000);
    net.abandon(9, exchange);
    assert_eq!((until(&mut net, LATER), net.links().count()), (vec![], 0));
    assert_eq!(net.counts().hung, 2);
}

#[test]
fn a_cut_loses_what_is_in_flight_and_both_ends_hear() {
    for seed in 0..50 {
        let mut net = Net::new(Rng::new(seed));
        let link = open(&mut net, 0);
        net.to_server(1_000, link, "lost".into());
        net.to_client(1_000, link, "lost".into(), false);
        net.cut(1_000, Which::Device(0));
        assert!(net.is_deaf(link));
        net.to_server(1_001, link, "lost".into());
        let mut heard = until(&mut net, LATER);
        heard.sort();
        assert_eq!(
            heard,
            [
                format!("C {link} closed None"),
                format!("S {link} closed None")
            ]
        );
        assert_eq!(net.links().count(), 0);
    }
}

#[test]
fn frames_cut_their_link_as_often_as_is_asked_for() {
    let mut net = net(Condition {
        cut: 500,
        ..Condition::GOOD
    });
    for now in 0..200 {
        net.connect(now, 0, hello());
    }
    let opened = until(&mut net, LATER)
        .iter()
        .filter(|word| word.ends_with("open"))
        .count();
    assert!((60..140).contains(&opened), "{opened}");
    assert_eq!(net.counts().cut, 200 - opened as u64);
}

#[test]
fn half_open_is_silent_one_way_until_the_client_gives_up() {
    for direction in [Direction::ToServer, Direction::ToClient] {
        let mut net = net(Condition::GOOD);
        let link = open(&mut net, 0);
        assert!(!net.is_deaf(link));
        net.half_open(0, direction);
        assert!(net.is_deaf(link));
        net.to_server(1_000, link, "up".into());
        net.to_client(1_000, link, "down".into(), false);
        let (mut arrives, hears) = match direction {
            Direction::ToServer => (vec![format!("C {link} down")], vec![]),
            Direction::ToClient => (
                vec![format!("S {link} up")],
                vec![format!("S {link} closed Some(1000)")],
            ),
        };
        assert_eq!(until(&mut net, 5_000), arrives);
        net.close_by_client(5_000, link, 1000);
        assert_eq!(until(&mut net, 9_000), hears);
        // The server's pings go unanswered: it hangs up, and the link is forgotten.
        net.close_by_server(9_000, link, None);
        arrives = until(&mut net, LATER);
        assert!(
            arrives.iter().all(|word| word.ends_with("closed None")),
            "{arrives:?}"
        );
        assert_eq!(net.links().count(), 0, "{direction:?}");
        open(&mut net, LATER);
    }
}

#[test]
fn a_slow_reader_fills_its_window_and_empties_it_at_its_speed() {
    let slow = Condition {
        bytes_per_second: Some(10_000),
        ..Condition::GOOD
    };
    let mut net = net(slow);
    let link = net.connect(0, 0, hello());
    until(&mut net, 500);
    let mut sent = 0;
    while net.has_room(link) {
        net.to_client(500, link, "x".repeat(992), false);
        sent += 1;
    }
    assert_eq!((sent, net.counts().slow), (66, 1));
    // At 10,000 bytes a second, a frame of 1,000 bytes takes a tenth of one.
    let heard = until(&mut net, 500 + 3_000).len();
    assert!((29..=30).contains(&heard), "{heard}");
    assert!(net.has_room(link));
    net.set(4_000, 0, Condition::GOOD);
    assert_eq!(heard + until(&mut net, 4_100).len(), sent);
}

#[test]
fn what_vanishes_fills_the_window_too() {
    let mut net = net(Condition::GOOD);
    let link = open(&mut net, 0);
    net.half_open(0, Direction::ToClient);
    net.to_client(1_000, link, "x".repeat(70_000), false);
    assert!(!net.has_room(link) && net.next().is_none());
}

#[test]
fn only_loose_frames_are_lost_or_repeated() {
    let harm = Condition {
        lose_events: 300,
        repeat_events: 300,
        ..Condition::GOOD
    };
    let mut net = net(harm);
    let link = open(&mut net, 0);
    for n in 0..400 {
        net.to_client(1_000, link, format!("{n}"), n % 2 == 0);
    }
    let heard = until(&mut net, LATER);
    let times = |n: u64| {
        heard
            .iter()
            .filter(|word| **word == format!("C {link} {n}"))
            .count()
    };
    assert!((0..400).filter(|n| n % 2 == 1).all(|n| times(n) == 1));
    let loose = |wanted: usize| {
        (0..400)
            .filter(|n| n % 2 == 0 && times(*n) == wanted)
            .count() as u64
    };
    let counts = net.counts();
    assert_eq!((loose(0), loose(2)), (counts.lost, counts.repeated));
    assert!(counts.lost > 30 && counts.repeated > 20, "{counts:?}");
}

#[test]
fn a_repeated_request_reaches_the_server_twice_and_is_answered_once() {
    let proxy = Condition {
        http_repeat: 1000,
        ..Condition::GOOD
    };
    let mut given_up = 0;
    for seed in 0..20 {
        let mut net = Net::new(Rng::new(seed));
        net.set(0, 0, proxy.clone());
        let link = net.request(0, 0, post());
        let heard = until(&mut net, 10_000);
        assert!(
            heard[0] == "S l1 request" && heard.last().is_some_and(|word| word == "S l2 request"),
            "{heard:?}"
        );
        given_up += heard.len() - 2;
        if seed % 2 == 0 {
            net.answer(10_000, LinkId(1), 200, "first".into());
            net.answer(10_000, LinkId(2), 409, "second".into());
            assert_eq!(until(&mut net, LATER), [format!("C {link} answer 409")]);
        } else {
            net.abandon(10_000, link);
            let heard = until(&mut net, LATER);
            assert!(
                heard.contains(&"S l2 cancelled".to_owned())
                    && !heard.iter().any(|word| word.starts_with('C'))
            );
            net.answer(LATER, LinkId(1), 200, "late".into());
        }
        assert_eq!(net.links().count(), 0);
    }
    assert!((3..17).contains(&given_up), "{given_up}");
}

#[test]
fn a_server_that_ends_closes_its_links_and_refuses_until_it_is_back() {
    for seed in 0..20 {
        let mut net = Net::new(Rng::new(seed));
        let link = open(&mut net, 0);
        net.to_client(1_000, link, "last".into(), false);
        let exchange = net.request(1_000, 0, post());
        net.set_server(1_000, false);
        let heard = until(&mut net, 2_000);
        for word in [
            format!("C {link} closed None"),
            format!("C {exchange} failed"),
        ] {
            assert!(heard.contains(&word), "{heard:?}");
        }
        assert!(!heard.iter().any(|word| word.starts_with('S')), "{heard:?}");
        let refused = net.connect(2_000, 0, hello());
        assert_eq!(
            until(&mut net, 3_000),
            [format!("C {refused} refused None")]
        );
        net.set_server(3_000, true);
        open(&mut net, 3_000);
    }
}

#[test]
fn a_server_without_power_is_silent_and_does_not_know_its_links_when_it_is_back() {
    let mut net = net(Condition::GOOD);
    let (quiet, speaking) = (open(&mut net, 0), open(&mut net, 1_000));
    net.lose_server(2_000);
    net.to_server(2_000, speaking, "into the silence".into());
    let hung = net.connect(2_000, 0, hello());
    assert_eq!(until(&mut net, 60_000), [] as [String; 0]);
    net.close_by_client(60_000, hung, 1000);
    net.set_server(60_000, true);
    assert_eq!(
        until(&mut net, 61_000),
        [format!("C {speaking} closed None")]
    );
    net.to_server(61_000, quiet, "anyone?".into());
    assert_eq!(until(&mut net, 62_000), [format!("C {quiet} closed None")]);
    assert_eq!(net.links().count(), 0);
}

#[test]
fn what_is_stalled_comes_late_and_in_order() {
    let mut net = net(Condition::GOOD);
    let (kept, lost) = (open(&mut net, 0), open(&mut net, 1_000));
    net.stall(0);
    assert!(net.is_deaf(kept));
    for n in 0..3 {
        net.to_client(2_000, kept, format!("{n}"), false);
    }
    net.cut(2_000, Which::Link(lost));
    assert_eq!(until(&mut net, 60_000), [format!("S {lost} closed None")]);
    net.resume(0);
    assert!(net.next().is_some_and(|at| at < 60_000));
    let mut heard = until(&mut net, 60_000);
    heard.retain(|word| word.starts_with(&format!("C {kept}")));
    assert_eq!(heard, ["0", "1", "2"].map(|n| format!("C {kept} {n}")));
}

#[test]
fn a_closing_client_still_gets_what_is_under_way() {
    let mut net = net(Condition::GOOD);
    let link = open(&mut net, 0);
    net.to_server(1_000, link, "bye".into());
    net.to_client(1_000, link, "news".into(), false);
    net.close_by_client(1_000, link, 1001);
    net.to_server(1_000, link, "too late".into());
    let mut heard = until(&mut net, 2_000);
    heard.extend(until(&mut net, LATER));
    heard.sort();
    let last = [" closed Some(1001)", " news"].map(|word| format!("C {link}{word}"));
    let server = [" bye", " closed Some(1001)"].map(|word| format!("S {link}{word}"));
    assert_eq!(heard, [last, server].concat());
    assert_eq!(net.links().count(), 0);
}

#[test]
fn a_server_hears_of_a_killed_client_and_not_of_one_without_power() {
    for power in [true, false] {
        let mut net = net(Condition::GOOD);
        let link = open(&mut net, 0);
        if power {
            net.abandon_all(1_000, 0);
        } else {
            net.lose_device(0);
        }
        let heard = if power {
            vec![format!("S {link} closed None")]
        } else {
            vec![]
        };
        assert!(net.is_deaf(link));
        assert_eq!(until(&mut net, LATER), heard);
        net.close_by_server(LATER, link, Some(1001));
        assert_eq!(
            (until(&mut net, 2 * LATER), net.links().count()),
            (vec![], 0)
        );
    }
}

#[test]
fn a_condition_is_plain_data() {
    let given: Condition =
        serde_json::from_str(r#"{"cut": 5, "websockets": false}"#).expect("reads");
    let wanted = Condition {
        cut: 5,
        websockets: false,
        ..Condition::GOOD
    };
    assert_eq!(given, wanted);
    let json = serde_json::to_string(&wanted).expect("writes");
    assert_eq!(serde_json::from_str::<Condition>(&json).ok(), Some(wanted));
}
