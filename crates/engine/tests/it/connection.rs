//! Getting connected, staying so, and getting back.

use samtale_engine::{Command, ConnectionState, Failure, Input, Network, TokenError};
use samtale_protocol::ErrorCode;

use crate::world::{World, chat, user};

#[test]
fn a_client_connects_and_joins_its_chats() {
    let mut world = World::new(&["kari"]);
    assert_eq!(world.state(0), ConnectionState::Idle);
    world.run(0, Command::Connect);
    assert_eq!(world.state(0), ConnectionState::Connecting);
    world.pass(1_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    assert_eq!(world.engine(0).chats().len(), 1);
    assert!(world.engine(0).chat(chat(1)).expect("listed").live);
}

#[test]
fn heartbeats_measure_latency_and_find_a_dead_connection() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.pass(35_000);
    assert_eq!(world.engine(0).connection().latency_ms, Some(40));
    // Frames to the server vanish without a word from now on.
    world.latency = 1_000_000;
    world.pass(45_000);
    assert_ne!(world.state(0), ConnectionState::Connected);
    world.latency = 20;
    world.pass(60_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
}

#[test]
fn a_lost_connection_is_sought_again_and_catches_up() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.cut(0);
    world.pass(100);
    assert_eq!(world.state(0), ConnectionState::Reconnecting);
    world.other_says("meanwhile");
    world.pass(5_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    assert_eq!(world.words(0), ["meanwhile"]);
}

#[test]
fn after_too_many_failures_it_gives_up_until_something_changes() {
    let mut world = World::with(&["kari"], |config| config.http_after_failures = None);
    world.clients[0].sockets = false;
    world.run(0, Command::Connect);
    world.pass(300_000);
    assert_eq!(world.state(0), ConnectionState::Failed);
    let failure = world.engine(0).connection().failure;
    assert_eq!(failure, Some(Failure::RetriesExhausted));
    let attempts = world.engine(0).metrics().connection.attempts;
    assert_eq!(attempts, 6, "the first and five retries");
    world.clients[0].sockets = true;
    world.say(0, "a send is reason enough");
    world.pass(1_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
}

#[test]
fn without_a_network_nothing_is_tried() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let network = Network::Offline;
    world.input(0, Input::Network { network });
    assert_eq!(world.state(0), ConnectionState::Offline);
    let before = world.engine(0).metrics().connection.attempts;
    world.pass(600_000);
    assert_eq!(world.engine(0).metrics().connection.attempts, before);
    let network = Network::Online;
    world.input(0, Input::Network { network });
    world.pass(1_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
}

#[test]
fn a_token_is_renewed_in_place_before_it_runs_out() {
    let mut world = World::new(&["kari"]);
    world.clients[0].token_life = 300_000;
    world.connect_all();
    world.pass(290_000);
    assert_eq!(
        world.server.tokens.len(),
        1,
        "renewed once, on the connection"
    );
    assert_eq!(world.clients[0].opened.len(), 1, "without a new socket");
    world.pass(1_000_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    assert_eq!(world.clients[0].opened.len(), 1);
}

#[test]
fn a_token_that_ran_out_is_not_used_again() {
    let mut world = World::new(&["kari"]);
    world.clients[0].token_life = 300_000;
    world.connect_all();
    world.clients[0].no_token = Some(TokenError::Unavailable);
    world.pass(400_000);
    assert_ne!(world.state(0), ConnectionState::Connected);
    assert_eq!(world.clients[0].opened.len(), 1);
    world.clients[0].no_token = None;
    world.run(0, Command::Reconnect);
    world.pass(1_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    let opened = &world.clients[0].opened;
    assert_ne!(opened[0], opened[1]);
}

#[test]
fn a_refused_token_is_replaced() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.close(0, Some(4401));
    world.pass(5_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    assert_eq!(world.clients[0].tokens_fetched, 2);
}

#[test]
fn a_refused_token_is_never_used_again() {
    let mut world = World::with(&["kari"], |config| config.http_after_failures = None);
    let only = crate::world::token("kari", crate::world::START, 3_600_000, 1);
    world.clients[0].only_token = Some(only);
    world.connect_all();
    assert_eq!(world.state(0), ConnectionState::Connected);
    world.close(0, Some(4401));
    world.pass(600_000);
    assert_eq!(world.clients[0].opened.len(), 1);
    assert_eq!(world.state(0), ConnectionState::Failed);
}

#[test]
fn a_session_speaks_the_protocol() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.say(0, "hei");
    world.pass(1_000);
    world.other_says("hei selv");
    world.pass(1_000);
    world.run(0, Command::MarkRead { chat: chat(1) });
    let on = true;
    world.run(0, Command::Typing { chat: chat(1), on });
    world.pass(2_000);
    insta::assert_snapshot!(world.clients[0].frames.join("\n"));
}

#[test]
fn someone_elses_token_is_refused() {
    let mut world = World::new(&["kari"]);
    world.clients[0].token_sub = Some("ola".into());
    world.run(0, Command::Connect);
    world.pass(10_000);
    let connection = world.engine(0).connection();
    assert_eq!(connection.failure, Some(Failure::WrongToken));
    assert_eq!(world.clients[0].opened.len(), 0);
}

#[test]
fn a_wrong_clock_does_not_keep_a_fresh_token_from_use() {
    let mut world = World::new(&["kari"]);
    // Issued an hour ago by the device's clock, for ten minutes.
    let late = crate::world::token("kari", crate::world::START - 3_600_000, 600_000, 1);
    world.run(0, Command::Connect);
    for request in 1..=2 {
        let token = late.clone();
        world.input(0, Input::Token { request, token });
    }
    world.pass(1_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    assert_eq!(world.clients[0].opened, [late]);
}

#[test]
fn a_token_that_looks_run_out_gets_one_try() {
    // A browser does not say what a handshake was refused for; a proxy refuses too; or nobody answers.
    for (tells, end) in [
        (false, Some(Some(1006))),
        (true, Some(Some(400))),
        (true, Some(None)),
        (true, None),
    ] {
        let mut world = World::with(&["kari"], |config| config.tells_refusals = tells);
        let late = crate::world::token("kari", crate::world::START - 3_600_000, 600_000, 1);
        world.clients[0].sockets = false;
        world.run(0, Command::Connect);
        for request in 1..=2 {
            let token = late.clone();
            world.input(0, Input::Token { request, token });
        }
        if let Some(code) = end {
            world.input(
                0,
                Input::SocketClosed {
                    generation: 1,
                    code,
                },
            );
        }
        world.pass(60_000);
        world.clients[0].sockets = true;
        world.pass(60_000);
        assert_eq!(world.state(0), ConnectionState::Connected, "{end:?}");
        let opened = &world.clients[0].opened;
        let tried = opened.iter().filter(|token| **token == late).count();
        assert_eq!(tried, 1, "{end:?}");
    }
}

#[test]
fn close_codes_say_what_to_do() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.close(0, Some(1012));
    world.pass(10_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    assert_eq!(
        world.engine(0).connection().attempt,
        0,
        "a drain is no failure"
    );
    world.close(0, Some(4429));
    world.pass(4_900);
    assert_eq!(world.state(0), ConnectionState::Reconnecting, "it waits");
    world.pass(20_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    world.close(0, Some(4403));
    world.pass(100_000);
    let failure = world.engine(0).connection().failure;
    assert_eq!(failure, Some(Failure::Forbidden));
}

#[test]
fn a_server_that_goes_away_is_left_in_time() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.server.drain();
    world.deliver();
    world.pass(10_000);
    assert_eq!(world.clients[0].opened.len(), 2);
    assert_eq!(world.state(0), ConnectionState::Connected);
}

#[test]
fn disconnect_and_sign_out_end_it() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    world.run(0, Command::Disconnect);
    world.pass(100_000);
    assert_eq!(world.state(0), ConnectionState::Idle);
    world.run(0, Command::Connect);
    world.pass(1_000);
    assert_eq!(world.state(0), ConnectionState::Connected);
    world.run(0, Command::SignOut { wipe: true });
    assert!(world.clients[0].store.is_empty());
    assert!(world.engine(0).chats().is_empty());
    world.pass(100_000);
    assert!(world.clients[0].store.is_empty());
}

#[test]
fn events_of_an_older_socket_are_passed_over() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let generation = 1;
    world.run(0, Command::Reconnect);
    world.pass(1_000);
    world.input(
        0,
        Input::SocketClosed {
            generation,
            code: None,
        },
    );
    assert_eq!(world.state(0), ConnectionState::Connected);
}

#[test]
fn waking_from_sleep_asks_the_server_at_once() {
    let mut world = World::new(&["kari"]);
    world.connect_all();
    let before = world.asked("heartbeat");
    let now = world.clocks();
    let slept = samtale_engine::Now::new(now.mono.0 + 1, now.unix.0 + 3_600_000 - 100_000);
    world.clients[0].engine.handle_input(slept, Input::Timeout);
    world.input(0, Input::Timeout);
    world.pass(1_000);
    assert_eq!(world.asked("heartbeat"), before + 1);
}

#[test]
fn an_open_chat_of_others_is_asked_for_once_in_a_while_and_not_without_end() {
    let mut world = World::new(&["kari"]);
    let other = chat(9);
    world.server.add_room(other, &[&user("ola")]);
    world.run(0, Command::OpenChat { chat: other });
    world.run(0, Command::Connect);
    world.pass(20_000);
    let item = world.engine(0).chat(other).expect("open");
    assert_eq!(item.error, Some(ErrorCode::NotParticipant));
    assert!(!item.loading && !item.live);
    let joins = |world: &World| {
        let topic = format!("\"chat:{other}\",\"phx_join\"");
        let frames = world.clients[0].frames.iter();
        frames.filter(|frame| frame.contains(&topic)).count()
    };
    assert_eq!(joins(&world), 1);
    // Whoever opens it anew wants to know at once.
    world.run(0, Command::OpenChat { chat: other });
    world.pass(1_000);
    assert_eq!(joins(&world), 2);
}
