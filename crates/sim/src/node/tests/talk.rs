//! Talking: over WebSockets, over HTTP, with peers that are slow or silent.

use super::*;

#[test]
fn what_one_says_is_answered_and_reaches_the_other() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    world.join(OLA, "ola");
    assert_eq!(world.node.connections(), 2);
    let heard = world.ear.0.load(Ordering::Relaxed);
    let reference = world.say(KARI, 1, "m1 hei på deg");
    let said = world.said();
    let answer = frames(&said, KARI)
        .into_iter()
        .find(|frame| frame[1] == reference.as_str())
        .expect("an answer");
    let result = &answer[4]["response"]["results"][0];
    assert_eq!(result["rows"]["messages"][0]["content"], "m1 hei på deg");
    for link in [KARI, OLA] {
        let told = frames(&said, link);
        let told: Vec<_> = told.iter().filter(|frame| frame[3] == "envelope").collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0][4]["seq"], result["seq"]);
    }
    assert_eq!(world.ear.0.load(Ordering::Relaxed), heard + 1);
}

#[test]
fn a_handshake_without_a_good_token_is_refused() {
    let mut world = World::new(1);
    let strange = mint("en annen", &user("kari"), world.clock.wall(), 60_000);
    let run_out = mint(SECRET, &user("kari"), world.clock.wall(), 1_000);
    world.pass(60_000);
    let cases = [
        (PATH, strange, 401),
        (PATH, run_out, 401),
        (PATH, String::new(), 401),
        ("/realtime/v1/websocket?vsn=7", world.token("kari"), 426),
        ("/elsewhere", world.token("kari"), 404),
    ];
    for (path, token, status) in cases {
        let hello = Hello {
            peer: Ipv4Addr::LOCALHOST.into(),
            path: path.into(),
            token,
        };
        world.node.open(KARI, hello);
        let link = KARI;
        assert_eq!(
            world.said(),
            [NodeEvent::Refused { link, status }],
            "{path}"
        );
    }
    assert_eq!(world.node.connections(), 0);
}

#[test]
fn a_request_is_answered_and_a_cancelled_one_is_not() {
    let mut world = World::new(1);
    let token = world.token("ola");
    world.ask(KARI, "GET", "/api/chats", token.clone());
    let said = world.said();
    let [
        NodeEvent::Answer {
            status: 200, body, ..
        },
    ] = said.as_slice()
    else {
        panic!("{said:?}");
    };
    let chats: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(chats["chats"][0]["title"], "Matte");
    world.ask(KARI, "GET", "/api/chats", "ikke noe token".into());
    assert!(matches!(
        world.said()[..],
        [NodeEvent::Answer { status: 401, .. }]
    ));
    world.ask(KARI, "GET", "/api/chats", token);
    world.node.cancel(KARI);
    assert_eq!(world.said(), []);
    assert_eq!(world.node.requests.load(Ordering::Relaxed), 0);
}

#[test]
fn a_long_poll_is_answered_when_something_is_said() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    let token = world.token("ola");
    let path = format!("/api/chats/{}/changes", chat());
    world.ask(OLA, "GET", &path, token.clone());
    let said = world.said();
    let [NodeEvent::Answer { body, .. }] = said.as_slice() else {
        panic!("{said:?}");
    };
    let first: Value = serde_json::from_str(body).expect("JSON");
    let (epoch, since) = (first["epoch"].as_str().expect("an epoch"), &first["upTo"]);
    let path = format!("{path}?epoch={epoch}&since={since}&wait=20");
    world.ask(OLA, "GET", &path, token.clone());
    let waited = world.pass(5_000);
    assert_eq!(frames(&waited, KARI).len(), waited.len(), "{waited:?}");
    world.say(KARI, 1, "m1 hei");
    let answered = |said: Vec<NodeEvent>| {
        said.into_iter().find_map(|event| match event {
            NodeEvent::Answer { status, body, .. } => Some((status, body)),
            _ => None,
        })
    };
    let (status, body) = answered(world.said()).expect("an answer");
    assert_eq!(status, 200);
    assert!(body.contains("m1 hei"), "{body}");
    let path = path.replace(&format!("since={since}"), "since=1000000");
    world.ask(OLA, "GET", &path, token);
    let (status, body) = answered(world.said()).expect("an answer");
    assert_eq!((status, body.contains("\"reset\":true")), (200, true));
}

#[test]
fn a_link_that_takes_nothing_is_waited_for_and_then_given_up() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    world.join(OLA, "ola");
    world.node.pause(OLA, true);
    world.say(KARI, 1, "m1 hei");
    assert_eq!(frames(&world.pass(5_000), OLA), Vec::<Value>::new());
    world.node.pause(OLA, false);
    let told = frames(&world.said(), OLA);
    assert!(told.iter().any(|frame| frame[3] == "envelope"), "{told:?}");
    world.node.pause(OLA, true);
    world.say(KARI, 2, "m2 er du der?");
    let said = world.pass(40_000);
    assert_eq!(frames(&said, OLA), Vec::<Value>::new());
    assert_eq!(
        closed(&said, OLA),
        Some(1006),
        "no close frame gets through"
    );
    assert_eq!(world.node.connections(), 1);
}

#[test]
fn a_peer_that_is_never_heard_is_given_up_and_one_that_answers_pings_stays() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    world.join(OLA, "ola");
    world.node.deaf(OLA, true);
    let said = world.pass(120_000);
    assert_eq!(closed(&said, KARI), None);
    assert_eq!(closed(&said, OLA), Some(4408));
}

#[test]
fn a_ping_that_can_t_be_sent_does_not_hold_a_connection() {
    let mut world = World::new(1);
    world.join(OLA, "ola");
    world.pass(2_000);
    world.node.pause(OLA, true);
    let said = world.pass(120_000);
    assert_eq!(closed(&said, OLA), Some(1006), "{said:?}");
    assert_eq!(world.node.connections(), 0);
}

#[test]
fn a_frame_that_is_too_large_closes_its_connection() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    world.node.frame(KARI, "a".repeat(world.node.frame_bytes));
    assert_eq!(closed(&world.said(), KARI), Some(1009));
    assert_eq!(world.node.connections(), 0);
}

#[test]
fn what_a_peer_sent_before_it_closed_is_worked_on() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    world.join(OLA, "ola");
    world.say(KARI, 1, "m1 ha det");
    world.node.close(KARI);
    let said = world.said();
    assert!(
        frames(&said, OLA)
            .iter()
            .any(|frame| frame[3] == "envelope")
    );
    assert_eq!(closed(&said, KARI), None);
    assert_eq!(world.node.connections(), 1);
}

#[test]
fn a_token_that_runs_out_closes_its_connection() {
    let mut world = World::new(1);
    let hello = Hello {
        peer: Ipv4Addr::LOCALHOST.into(),
        path: PATH.into(),
        token: mint(SECRET, &user("kari"), world.clock.wall(), 10_000),
    };
    world.node.open(KARI, hello);
    assert_eq!(
        closed(&world.pass(35_000), KARI),
        None,
        "the leeway is 30 s"
    );
    assert_eq!(closed(&world.pass(10_000), KARI), Some(4401));
}
