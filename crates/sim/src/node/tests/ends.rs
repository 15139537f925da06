//! Endings: drained, killed, fallen over its own disk.

use std::sync::Weak;

use super::*;

#[test]
fn a_drained_server_tells_its_clients_answers_and_stops() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    let reference = world.say(KARI, 1, "m1 rekker dette fram?");
    world.node.drain();
    world.node.drain();
    let said = world.said();
    let told = frames(&said, KARI);
    assert!(
        told.iter()
            .any(|frame| frame[1] == reference.as_str() && is_ok(frame)),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|frame| frame[3] == "system" && frame[4]["code"] == "draining"),
        "{told:?}"
    );
    world.open(OLA, "ola");
    let (link, status) = (OLA, 503);
    assert_eq!(world.said(), [NodeEvent::Refused { link, status }]);
    let said = world.pass(3_000);
    assert_eq!(closed(&said, KARI), Some(1012));
    world.node.close(KARI);
    world.pass(3_000);
    assert!(world.node.is_stopped() && !world.node.is_dead());
    assert!(!world.node.run());
}

#[test]
fn a_peer_that_does_not_close_does_not_hold_a_drained_server() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    world.node.pause(KARI, true);
    world.node.deaf(KARI, true);
    world.node.drain();
    world.pass(20_000);
    assert!(world.node.is_stopped());
}

#[test]
fn a_killed_server_leaves_nothing_behind() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    world.say(KARI, 1, "m1 hei");
    let token = world.token("ola");
    world.ask(OLA, "GET", "/api/chats", token);
    let store: Weak<dyn Store> = Arc::downgrade(world.node.store());
    let server: Weak<Server> = Arc::downgrade(&world.node.server);
    let env = Arc::downgrade(&world.node.env);
    let heard = Arc::clone(&world.ear);
    let before = heard.0.load(Ordering::Relaxed);
    world.node.kill();
    assert!(store.upgrade().is_none() && server.upgrade().is_none() && env.upgrade().is_none());
    assert_eq!(
        heard.0.load(Ordering::Relaxed),
        before,
        "nothing was committed on the way out"
    );
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    let reference = world.say(KARI, 1, "m1 hei");
    let said = world.said();
    assert!(
        frames(&said, KARI)
            .iter()
            .any(|frame| frame[1] == reference.as_str() && is_ok(frame))
    );
    let lineage = world.node.store().lineage().clone();
    world.boot_again(Rng::new(1).fork("node 1"));
    assert_eq!(*world.node.store().lineage(), lineage);
    let store = Arc::clone(world.node.store());
    let page = world.node.block_on(async move {
        let page = store.page(&user("ola"), chat(), None, 10).await;
        page.expect("a page")
    });
    assert_eq!(page.messages.len(), 1);
}

#[test]
fn a_server_that_can_t_sync_ends_and_says_nothing_more() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    world.disk.fail_syncs(true);
    world.say(KARI, 1, "m1 hei");
    let said = world.pass(10_000);
    assert!(
        matches!(said.last(), Some(NodeEvent::Fatal { .. })),
        "{said:?}"
    );
    assert_eq!(frames(&said, KARI), Vec::<Value>::new());
    assert!(world.node.is_dead());
    world.open(OLA, "ola");
    assert_eq!(world.pass(10_000), []);
}

#[test]
fn a_server_without_power_says_nothing_more() {
    let mut world = World::new(1);
    world.join(KARI, "kari");
    world.disk.crash_after(Some(0));
    world.say(KARI, 1, "m1 hei");
    let said = world.pass(10_000);
    assert!(
        matches!(said.last(), Some(NodeEvent::Fatal { .. })),
        "{said:?}"
    );
    assert_eq!(frames(&said, KARI), Vec::<Value>::new());
    assert!(world.node.is_dead());
}
