//! The executor, and that a seed always tells the same story.

use std::sync::Mutex;

use super::super::exec::lock;
use super::*;

/// Plays a short story with some disorder in it.
fn story(seed: u64) -> Vec<NodeEvent> {
    let mut world = World::new(seed);
    let mut said = Vec::new();
    for number in 1..=4 {
        world.open(LinkId(number), if number % 2 == 0 { "kari" } else { "ola" });
    }
    said.extend(world.said());
    for number in 1..=4 {
        world.push(LinkId(number), &topic(), "phx_join", &json!({}));
    }
    for number in 1..=20_u8 {
        let link = LinkId(u64::from(number % 4) + 1);
        world.say(link, number, "m1 hei");
        world.push(link, &topic(), "typing", &json!({ "on": number % 3 == 0 }));
        if number % 5 == 0 {
            let token = world.token("ola");
            world.ask(LinkId(100 + u64::from(number)), "GET", "/api/chats", token);
            said.extend(world.pass(300));
        }
    }
    world.node.close(LinkId(3));
    said.extend(world.pass(20_000));
    said
}

#[test]
fn a_seed_always_tells_the_same_story() {
    let first = story(5);
    assert!(first.len() > 50, "{first:?}");
    assert_eq!(first, story(5));
    assert_ne!(first, story(6));
}

#[test]
fn the_lot_decides_which_task_comes_next() {
    let order = |seed: u64| {
        let mut tasks = Executor::new(Rng::new(seed));
        let order = Arc::new(Mutex::new(Vec::new()));
        for number in 0..8 {
            let order = Arc::clone(&order);
            tasks
                .shared()
                .spawn(Box::pin(async move { lock(&order).push(number) }));
        }
        while tasks.step() {}
        lock(&order).clone()
    };
    assert_eq!(order(1), order(1));
    assert_ne!(order(1), order(2));
}

#[test]
fn timers_fire_when_the_world_says_so() {
    let mut tasks = Executor::new(Rng::new(1));
    let done = Arc::new(Mutex::new(Vec::new()));
    for due in [30, 10, 20] {
        let (shared, done) = (Arc::clone(tasks.shared()), Arc::clone(&done));
        tasks.shared().spawn(Box::pin(async move {
            shared.wait_until(due).await;
            lock(&done).push(due);
        }));
    }
    while tasks.step() {}
    assert_eq!((tasks.next_timer(), lock(&done).len()), (Some(10), 0));
    tasks.fire(20);
    while tasks.step() {}
    assert_eq!(tasks.next_timer(), Some(30));
    lock(&done).sort_unstable();
    assert_eq!(*lock(&done), [10, 20]);
}

#[test]
fn a_cancelled_task_is_dropped_and_may_still_be_woken() {
    let mut tasks = Executor::new(Rng::new(1));
    let held = Arc::new(());
    let (inside, shared) = (Arc::clone(&held), Arc::clone(tasks.shared()));
    let task = tasks.shared().spawn(Box::pin(async move {
        shared.wait_until(5).await;
        drop(inside);
    }));
    while tasks.step() {}
    tasks.cancel(task);
    assert_eq!(Arc::strong_count(&held), 1);
    assert_eq!(tasks.next_timer(), None);
    tasks.fire(5);
    assert!(!tasks.step());
}
