//! What is left of drawn plans when only a part of them matters.

use super::*;
use crate::plan::{Act, Profile, ServerEvent, Step};

fn is_send(step: &Step) -> bool {
    matches!(
        step,
        Step::Act {
            act: Act::Send { .. },
            ..
        }
    )
}

fn is_kill(step: &Step) -> bool {
    matches!(step, Step::Server(ServerEvent::Kill))
}

/// A send somewhere before a kill of the server, with a device of a small cache.
fn matters(plan: &Plan) -> bool {
    let send = plan.steps.iter().position(|timed| is_send(&timed.step));
    let kill = plan.steps.iter().rposition(|timed| is_kill(&timed.step));
    send.zip(kill).is_some_and(|(send, kill)| send < kill)
}

#[test]
fn what_does_not_matter_goes() {
    for seed in 0..20 {
        let plan = Plan::draw_as(Profile::Crashes, seed);
        if !matters(&plan) {
            continue;
        }
        let shrunk = shrink(&plan, 2_000, matters);
        let plan = shrunk.plan;
        assert!(matters(&plan), "{plan}");
        assert_eq!(plan.steps.len(), 2, "{plan}");
        assert_eq!(plan.steps[1].at, 0, "{plan}");
        assert_eq!(
            (plan.setup.users, plan.setup.devices.len()),
            (1, 1),
            "{plan}"
        );
        assert!(plan.setup.chats.is_empty(), "{plan}");
        assert!(plan.setup.devices[0].config.is_empty(), "{plan}");
        let Step::Act {
            act: Act::Send { count, words, .. },
            ..
        } = plan.steps[0].step
        else {
            panic!("{plan}");
        };
        assert_eq!((count, words), (1, 1));
        assert!(shrunk.tries < 1_000, "{} tries", shrunk.tries);
    }
}

#[test]
fn what_matters_together_stays_together() {
    // Time must pass between the two, and there must be three devices.
    let fails = |plan: &Plan| {
        let at = |is: fn(&Step) -> bool| plan.steps.iter().find(|timed| is(&timed.step));
        at(is_send)
            .zip(at(is_kill))
            .is_some_and(|(send, kill)| kill.at >= send.at + 900)
            && plan.setup.devices.len() >= 3
    };
    let drawn = (0..200).map(|seed| Plan::draw_as(Profile::Hostile, seed));
    let plan = drawn.into_iter().find(fails).expect("one of many is such");
    let shrunk = shrink(&plan, 5_000, fails).plan;
    assert!(fails(&shrunk), "{shrunk}");
    assert_eq!(shrunk.setup.devices.len(), 3, "{shrunk}");
    assert_eq!(shrunk.steps.len(), 2, "{shrunk}");
    let gap = shrunk.steps[1].at - shrunk.steps[0].at;
    assert!((900..1_800).contains(&gap), "{shrunk}");
}

#[test]
fn every_plan_that_is_tried_can_be_played() {
    for (seed, profile) in Profile::ALL.iter().enumerate() {
        let plan = Plan::draw_as(*profile, seed as u64);
        let mut tried = 0;
        let everything = shrink(&plan, 300, |plan| {
            tried += 1;
            plan.check().expect("is a plan");
            tried % 3 != 0
        });
        assert_eq!(everything.tries, tried);
    }
}

#[test]
fn tries_are_bounded() {
    let plan = Plan::draw(3);
    let mut tried = 0;
    let shrunk = shrink(&plan, 17, |_| {
        tried += 1;
        false
    });
    assert_eq!((tried, shrunk.tries), (17, 17));
    assert_eq!(shrunk.plan, plan);
}
