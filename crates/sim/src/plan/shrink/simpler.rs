//! What is simpler than a plan, a setup or a step. Each is strictly simpler, so that shrinking ends.

use samtale_model::{HistoryRule, Role};

use crate::clock::Millis;
use crate::device::{StorageMood, TokenMood};
use crate::net::Condition;
use crate::plan::{
    Act, ChatSetup, DeviceEvent, LimitsSetup, NetEvent, Pick, Plan, ServerEvent, Step,
};

/// How long a token lives in the simplest plan.
const LONG_LIFE: Millis = 60 * 60 * 1_000;

/// Takes a number out of those that count on from it.
const fn renumber(number: &mut usize, without: usize) {
    if *number > without {
        *number -= 1;
    }
}

/// Takes a device out, with all that happens to it.
pub(super) fn without_device(plan: &Plan, device: usize) -> Option<Plan> {
    if device >= plan.setup.devices.len() || plan.setup.devices.len() == 1 {
        return None;
    }
    let mut plan = plan.clone();
    plan.setup.devices.remove(device);
    plan.steps
        .retain(|timed| timed.step.device() != Some(device));
    for timed in &mut plan.steps {
        if let Some(number) = timed.step.device_mut() {
            renumber(number, device);
        }
    }
    Some(plan)
}

/// Takes a user out, with their devices and memberships.
pub(super) fn without_user(plan: &Plan, user: usize) -> Option<Plan> {
    if user >= plan.setup.users || plan.setup.users == 1 {
        return None;
    }
    let mut plan = plan.clone();
    for device in (0..plan.setup.devices.len()).rev() {
        if plan.setup.devices[device].user == user {
            plan = without_device(&plan, device)?;
        }
    }
    plan.setup.users -= 1;
    for device in &mut plan.setup.devices {
        renumber(&mut device.user, user);
    }
    for chat in &mut plan.setup.chats {
        without_member(&mut chat.members, user);
        // Somebody must own it.
        if let Some((_, role)) = chat.members.first_mut() {
            *role = Role::Owner;
        }
    }
    plan.setup.chats.retain(|chat| !chat.members.is_empty());
    for timed in &mut plan.steps {
        if let Step::Act { act, .. } = &mut timed.step {
            match act {
                Act::Add { user: other, .. }
                | Act::Remove { user: other, .. }
                | Act::SetRole { user: other, .. } => renumber(other, user),
                Act::CreateChat { members, .. } => without_member(members, user),
                _ => {}
            }
        }
    }
    Some(plan)
}

fn without_member(members: &mut Vec<(usize, Role)>, user: usize) {
    members.retain(|(member, _)| *member != user);
    for (member, _) in members {
        renumber(member, user);
    }
}

/// Takes one of the first chats out. What is done in it is done in another.
pub(super) fn without_chat(plan: &Plan, chat: usize) -> Option<Plan> {
    if chat >= plan.setup.chats.len() {
        return None;
    }
    let mut plan = plan.clone();
    plan.setup.chats.remove(chat);
    for device in &mut plan.setup.devices {
        device.opens.retain(|number| *number != chat);
        for number in &mut device.opens {
            renumber(number, chat);
        }
    }
    for timed in &mut plan.steps {
        if let Step::Act { act, .. } = &mut timed.step
            && let Some(number) = chat_of(act)
        {
            renumber(number, chat);
        }
    }
    Some(plan)
}

const fn chat_of(act: &mut Act) -> Option<&mut usize> {
    match act {
        Act::Open { chat }
        | Act::Close { chat }
        | Act::Send { chat, .. }
        | Act::Reply { chat, .. }
        | Act::Edit { chat, .. }
        | Act::Delete { chat, .. }
        | Act::React { chat, .. }
        | Act::MarkRead { chat }
        | Act::Type { chat }
        | Act::StopTyping { chat }
        | Act::Draft { chat, .. }
        | Act::Mute { chat, .. }
        | Act::LoadOlder { chat, .. }
        | Act::Add { chat, .. }
        | Act::Remove { chat, .. }
        | Act::Leave { chat }
        | Act::SetRole { chat, .. }
        | Act::SetHistory { chat, .. }
        | Act::Rename { chat } => Some(chat),
        Act::Search { chat, .. } => chat.as_mut(),
        _ => None,
    }
}

/// Changes every gap between steps, the one before the first included.
pub(super) fn gaps(plan: &Plan, change: impl Fn(Millis) -> Millis) -> Plan {
    let mut plan = plan.clone();
    let (mut before, mut now) = (0, 0);
    for timed in &mut plan.steps {
        now += change(timed.at - before);
        before = timed.at;
        timed.at = now;
    }
    plan
}

/// Divides the gap before a step, or takes it away (0); what follows comes as much sooner.
pub(super) fn gap_before(plan: &Plan, step: usize, part: Millis) -> Plan {
    let mut plan = plan.clone();
    let before = step
        .checked_sub(1)
        .map_or(0, |before| plan.steps[before].at);
    let gap = plan.steps[step].at - before;
    let left = gap.checked_div(part).unwrap_or(0);
    for timed in &mut plan.steps[step..] {
        timed.at -= gap - left;
    }
    plan
}

/// Returns plans with a simpler setup.
pub(super) fn setups(plan: &Plan) -> Vec<Plan> {
    let mut found = Vec::new();
    let mut found_with = |change: &dyn Fn(&mut Plan)| {
        let mut simpler = plan.clone();
        change(&mut simpler);
        if simpler != *plan {
            found.push(simpler);
        }
    };
    found_with(&|plan| plan.setup.limits = LimitsSetup::lifted());
    for name in plan.setup.limits.set.keys() {
        found_with(&|plan| drop(plan.setup.limits.set.remove(name)));
    }
    found_with(&|plan| plan.setup.token_life = LONG_LIFE.max(plan.setup.token_life));
    for (number, device) in plan.setup.devices.iter().enumerate() {
        found_with(&|plan| plan.setup.devices[number].config.clear());
        for name in device.config.keys() {
            found_with(&|plan| drop(plan.setup.devices[number].config.remove(name)));
        }
        found_with(&|plan| plan.setup.devices[number].off = false);
        for at in 0..device.opens.len() {
            found_with(&|plan| {
                plan.setup.devices[number].opens.remove(at);
            });
        }
    }
    for (number, chat) in plan.setup.chats.iter().enumerate() {
        let with = |change: &dyn Fn(&mut ChatSetup)| {
            let mut simpler = chat.clone();
            change(&mut simpler);
            simpler
        };
        let mut candidates = vec![
            with(&|chat| chat.messages = 0),
            with(&|chat| chat.messages /= 2),
            with(&|chat| chat.history = HistoryRule::All),
        ];
        for member in 1..chat.members.len() {
            candidates.push(with(&|chat| {
                chat.members.remove(member);
            }));
            candidates.push(with(&|chat| simplify_role(&mut chat.members[member].1)));
        }
        for candidate in candidates {
            found_with(&|plan| plan.setup.chats[number] = candidate.clone());
        }
    }
    found
}

fn simplify_role(role: &mut Role) {
    if *role != Role::Owner {
        *role = Role::Tutor;
    }
}

/// Returns steps that are simpler than a step, the simplest first.
pub(super) fn steps(step: &Step) -> Vec<Step> {
    let mut found = match step {
        Step::Act { device, act } => acts(act)
            .into_iter()
            .map(|act| Step::Act {
                device: *device,
                act,
            })
            .collect(),
        Step::Device { device, event } => device_events(event)
            .into_iter()
            .map(|event| Step::Device {
                device: *device,
                event,
            })
            .collect(),
        Step::Net(NetEvent::Set { device, condition }) => conditions(condition)
            .into_iter()
            .map(|condition| {
                let device = *device;
                Step::Net(NetEvent::Set { device, condition })
            })
            .collect(),
        Step::Server(ServerEvent::PowerCutAfter { operations }) if *operations > 1 => {
            vec![Step::Server(ServerEvent::PowerCutAfter {
                operations: operations / 2,
            })]
        }
        Step::Server(ServerEvent::Skew { ms }) if *ms != 0 => {
            vec![Step::Server(ServerEvent::Skew { ms: ms / 2 })]
        }
        Step::Server(ServerEvent::Restore { backup }) if *backup > 0 => {
            vec![Step::Server(ServerEvent::Restore { backup: 0 })]
        }
        _ => Vec::new(),
    };
    found.retain(|simpler| simpler != step);
    found
}

fn picks(pick: Pick) -> Option<Pick> {
    match pick {
        Pick::Own(0) | Pick::Any(0) => None,
        Pick::Own(_) => Some(Pick::Own(0)),
        Pick::Any(_) => Some(Pick::Any(0)),
    }
}

fn acts(act: &Act) -> Vec<Act> {
    let with = |change: &dyn Fn(&mut Act)| {
        let mut simpler = act.clone();
        change(&mut simpler);
        simpler
    };
    let mut found = Vec::new();
    match act {
        Act::Send {
            chat, count, words, ..
        } => {
            let send = |count, words, persist| Act::Send {
                chat: *chat,
                count,
                words,
                persist,
            };
            found.extend([
                send(1, 1, true),
                send(1, *words, true),
                send(count.div_ceil(2), 1, true),
                send(*count, (*words).min(1), true),
            ]);
        }
        Act::Reply { to, .. } => {
            found.push(with(&|act| {
                if let Act::Reply { thread, .. } = act {
                    *thread = false;
                }
            }));
            found.extend(picks(*to).map(|pick| {
                with(&|act| {
                    if let Act::Reply { to, .. } = act {
                        *to = pick;
                    }
                })
            }));
        }
        Act::Edit { message, .. } | Act::Delete { message, .. } | Act::React { message, .. } => {
            found.extend(picks(*message).map(|pick| {
                with(&|act| {
                    if let Act::Edit { message, .. }
                    | Act::Delete { message, .. }
                    | Act::React { message, .. } = act
                    {
                        *message = pick;
                    }
                })
            }));
        }
        Act::CreateChat { members, .. } => {
            for member in 0..members.len() {
                found.push(with(&|act| {
                    if let Act::CreateChat { members, .. } = act {
                        members.remove(member);
                    }
                }));
            }
        }
        Act::Retry { op } if *op > 0 => found.push(Act::Retry { op: 0 }),
        Act::Cancel { op } if *op > 0 => found.push(Act::Cancel { op: 0 }),
        _ => {}
    }
    found
}

fn device_events(event: &DeviceEvent) -> Vec<DeviceEvent> {
    match event {
        DeviceEvent::Skew { ms } if *ms != 0 => vec![DeviceEvent::Skew { ms: ms / 2 }],
        DeviceEvent::Storage(StorageMood::Slow { ms }) if *ms > 1 => {
            vec![DeviceEvent::Storage(StorageMood::Slow { ms: ms / 2 })]
        }
        DeviceEvent::Tokens(TokenMood::Slow { ms }) if *ms > 1 => {
            vec![DeviceEvent::Tokens(TokenMood::Slow { ms: ms / 2 })]
        }
        DeviceEvent::Storage(StorageMood::Flaky { .. }) => {
            vec![DeviceEvent::Storage(StorageMood::Failing)]
        }
        _ => Vec::new(),
    }
}

/// Returns conditions that are good in one respect more, or bad in one alone without chance.
fn conditions(condition: &Condition) -> Vec<Condition> {
    let good = Condition::GOOD;
    let with = |change: &dyn Fn(&mut Condition)| {
        let mut simpler = condition.clone();
        change(&mut simpler);
        simpler
    };
    vec![
        good.clone(),
        with(&|it| it.latency_ms = good.latency_ms.clone()),
        with(&|it| it.bytes_per_second = None),
        with(&|it| it.refuse = 0),
        with(&|it| it.hang = 0),
        with(&|it| it.cut = 0),
        with(&|it| it.websockets = true),
        with(&|it| it.lose_events = 0),
        with(&|it| it.repeat_events = 0),
        with(&|it| it.http_repeat = 0),
    ]
}
