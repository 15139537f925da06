//! What holds for every drawn plan, and what is true of many of them together.

use std::collections::BTreeMap;

use super::*;
use crate::plan::Act;

const SEEDS: u64 = 3_000;

#[test]
fn the_same_seed_draws_the_same_plan() {
    for seed in 0..50 {
        assert_eq!(Plan::draw(seed), Plan::draw(seed));
    }
    assert_ne!(Plan::draw(1), Plan::draw(2));
}

#[test]
fn every_drawn_plan_can_be_played_saved_and_read() {
    for seed in 0..SEEDS {
        let plan = Plan::draw(seed);
        plan.check()
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        if seed < 300 {
            let read = Plan::from_json(&plan.to_json()).expect("is a plan");
            assert_eq!(read, plan, "seed {seed}");
            assert!(plan.to_string().lines().count() > plan.steps.len());
        }
    }
}

#[test]
fn plans_stay_small() {
    for seed in 0..SEEDS {
        let plan = Plan::draw(seed);
        let (steps, devices) = (plan.steps.len(), plan.setup.devices.len());
        if plan.setup.profile == Profile::Storm {
            assert!(
                (32..=56).contains(&devices) && steps <= 60,
                "{seed}: {steps}, {devices}"
            );
        } else {
            assert!(
                devices <= 8 && (20..=400).contains(&steps),
                "{seed}: {steps}, {devices}"
            );
        }
    }
}

#[test]
fn everything_that_can_happen_does() {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut profiles: BTreeMap<Profile, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        let plan = Plan::draw(seed);
        *profiles.entry(plan.setup.profile).or_default() += 1;
        for timed in &plan.steps {
            *kinds.entry(timed.step.kind()).or_default() += 1;
        }
    }
    assert_eq!(profiles.len(), Profile::ALL.len());
    let expected = [
        "connect",
        "disconnect",
        "reconnect",
        "open",
        "close",
        "send",
        "reply",
        "edit",
        "delete",
        "react",
        "mark read",
        "type",
        "stop typing",
        "set status",
        "activity",
        "show",
        "draft",
        "mute",
        "load older",
        "load more chats",
        "search",
        "create chat",
        "add",
        "remove",
        "leave",
        "set role",
        "set history",
        "rename",
        "retry",
        "retry all",
        "cancel",
        "sign out",
        "device booted",
        "device killed",
        "device asleep",
        "device awake",
        "device clock jumped",
        "device storage",
        "device tokens",
        "device says network",
        "net condition",
        "net down",
        "net stalled",
        "net resumed",
        "net cut",
        "net half open",
        "server booted",
        "server killed",
        "server power cut",
        "server power cut in a write",
        "server drained",
        "server disk full",
        "server syncs fail",
        "server clock jumped",
        "server backup",
        "server restored",
        "quiet",
    ];
    for kind in expected {
        assert!(
            kinds.get(kind).is_some_and(|many| *many >= 20),
            "{kind}: {:?}",
            kinds.get(kind)
        );
    }
    assert_eq!(kinds.len(), expected.len(), "{kinds:?}");
}

#[test]
fn people_mostly_talk() {
    let (mut sends, mut steps) = (0, 0);
    for seed in 0..500 {
        for timed in Plan::draw(seed).steps {
            steps += 1;
            if let Step::Act {
                act: Act::Send { count, .. },
                ..
            } = timed.step
            {
                sends += count;
            }
        }
    }
    assert!(sends * 2 > steps, "{sends} messages in {steps} steps");
}
