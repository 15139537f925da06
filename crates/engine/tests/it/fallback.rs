//! Over HTTP, where sockets don't go through.

use samtale_engine::{Command, ConnectionState, EntryState, Outcome};

use crate::world::{World, chat};

#[test]
fn where_sockets_fail_and_http_works_everything_goes_over_http() {
    let mut world = World::new(&["kari"]);
    world.clients[0].sockets = false;
    world.connect_all();
    world.pass(30_000);
    assert_eq!(world.state(0), ConnectionState::Degraded);
    assert!(world.state(0).is_connected());
    let id = world.say(0, "over http");
    world.other_says("hørt");
    world.pass(5_000);
    assert_eq!(world.words(0), world.truth());
    let entry = world.engine(0).timeline(chat(1)).get(id).expect("shown");
    assert_eq!(entry.state, EntryState::Sent);
    assert!(world.asked("POST read-receipts") > 0);
    // It never gives up looking for a socket.
    world.pass(600_000);
    assert_eq!(world.state(0), ConnectionState::Degraded);
    world.clients[0].sockets = true;
    world.pass(60_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    world.say(0, "på socket");
    world.pass(1_000);
    assert_eq!(world.words(0), world.truth());
    let metrics = world.engine(0).metrics().connection;
    assert_eq!(metrics.fallbacks, 1);
}

#[test]
fn what_was_under_way_over_http_goes_again_on_the_socket_once() {
    let mut world = World::new(&["kari"]);
    world.clients[0].sockets = false;
    world.connect_all();
    world.pass(30_000);
    world.latency = 3_000;
    world.say(0, "en");
    world.pass(10);
    world.latency = 20;
    world.clients[0].sockets = true;
    world.run(0, Command::Reconnect);
    world.pass(30_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    assert_eq!(world.truth(), ["en"]);
    assert_eq!(world.words(0), ["en"]);
}

#[test]
fn a_socket_that_fails_meanwhile_leaves_a_request_alone_and_each_answer_to_its_own() {
    let mut world = World::with(&["kari"], |config| config.batch_size = 1);
    world.clients[0].sockets = false;
    world.connect_all();
    world.pass(30_000);
    assert_eq!(world.state(0), ConnectionState::Degraded);
    // The answer to the first takes six seconds, and a socket is tried and refused meanwhile.
    world.latency = 3_000;
    let first = world.say(0, "en");
    world.pass(10);
    world.latency = 20;
    world.run(0, Command::Reconnect);
    world.pass(5_850);
    // Were it given up, it had gone again, and its late answer were taken for the second one's.
    world.latency = 200;
    let second = world.say(0, "to");
    world.pass(5_000);
    assert_eq!(world.truth(), ["en", "to"]);
    for id in [first, second] {
        let entry = world.engine(0).timeline(chat(1)).get(id).expect("shown");
        let seq = entry.message.created_seq;
        let done: Vec<Outcome> = world.outcomes(0, id);
        assert_eq!(done.last(), Some(&Outcome::Done { seq }), "{done:?}");
    }
    assert_eq!(world.engine(0).metrics().messages.retries, 0);
}

#[test]
fn older_pages_come_over_http_too() {
    let mut world = World::new(&["kari"]);
    for n in 0..70 {
        world.other_says(&format!("nr {n}"));
    }
    world.clients[0].sockets = false;
    world.connect_all();
    world.pass(30_000);
    assert_eq!(world.words(0).len(), 50);
    world.run(
        0,
        Command::LoadOlder {
            chat: chat(1),
            limit: None,
        },
    );
    world.pass(1_000);
    assert_eq!(world.words(0), world.truth());
}

#[test]
fn where_nothing_works_it_gives_up() {
    let mut world = World::new(&["kari"]);
    world.clients[0].sockets = false;
    world.clients[0].http = false;
    world.connect_all();
    world.pass(600_000);
    assert_eq!(world.state(0), ConnectionState::Failed);
}

#[test]
fn an_answer_that_was_asked_for_before_its_chat_was_forgotten_does_not_count() {
    let mut world = World::with(&["kari"], |config| {
        config.cache_chats = 0;
        config.persist = false;
    });
    world.clients[0].sockets = false;
    world.connect_all();
    world.other_says("hei");
    world.pass(30_000);
    assert_eq!(world.state(0), ConnectionState::Degraded);
    // The answer to what is asked now takes six seconds.
    world.latency = 3_000;
    world.pass(1_500);
    world.latency = 20;
    world.run(0, Command::CloseChat { chat: chat(1) });
    assert!(world.words(0).is_empty(), "beyond the bound on memory");
    world.run(0, Command::OpenChat { chat: chat(1) });
    world.other_says("hallo");
    world.pass(20_000);
    assert_eq!(world.words(0), world.truth());
}
