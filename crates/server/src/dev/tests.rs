//! The demo is whole, natural in its times, and seeded once.

use std::collections::BTreeSet;

use samtale_store::{Env, SystemEnv};

use super::*;

#[test]
fn the_demo_shows_what_there_is_to_show() {
    let lines = || scripts().flat_map(Script::lines);
    assert!(lines().any(|line| matches!(line, Line::Reply(..))));
    assert!(lines().any(|line| matches!(line, Line::React(..))));
    assert!(lines().any(|line| matches!(line, Line::Edit(..))));
    assert!(lines().any(|line| matches!(line, Line::Delete(..))));
    assert!(scripts().any(|script| script.unread.iter().any(|(_, count)| *count > 0)));
    let longest = scripts().map(|script| script.lines().filter(|l| l.is_said()).count());
    assert!(longest.max() >= Some(110), "history scrolls");
    let guardians = scripts().flat_map(|script| script.others);
    assert!(
        guardians
            .into_iter()
            .any(|(_, role)| *role == Role::Guardian)
    );
}

#[test]
fn everyone_who_speaks_is_in_the_chat_and_known() {
    for (number, script) in scripts().enumerate() {
        let members: BTreeSet<&str> = script
            .others
            .iter()
            .map(|(user, _)| *user)
            .chain([script.owner])
            .collect();
        assert!(members.iter().all(|id| user(id).is_some()));
        for (who, op) in ops(number, script) {
            assert!(members.contains(who), "{who} in chat {number}");
            if let Op::Edit { message_id, .. } | Op::Delete { message_id, .. } = op {
                let own = ops(number, script).iter().any(|(sender, op)| {
                    matches!(op, Op::Send { id, .. } if *id == message_id) && *sender == who
                });
                assert!(
                    own,
                    "{who} changes a message of someone else in chat {number}"
                );
            }
        }
    }
}

#[test]
fn ids_are_unique_and_always_the_same() {
    let ids = || {
        let ids = scripts().enumerate().flat_map(|(number, script)| {
            let ops = ops(number, script).into_iter();
            ops.map(|(_, op)| op.id().0)
                .chain([uuid(Kind::Chat, number, 0)])
        });
        ids.collect::<Vec<Uuid>>()
    };
    assert_eq!(ids(), ids());
    assert_eq!(ids().iter().collect::<BTreeSet<_>>().len(), ids().len());
    assert!(ids().iter().all(|id| id.get_version_num() == 7));
}

#[test]
fn every_chat_ends_with_a_message() {
    assert!(scripts().all(|script| script.lines().last().is_some_and(Line::is_said)));
}

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// 1 January 2026, 00:00 UTC.
const NEW_YEAR: i64 = 1_767_225_600_000;

/// Moments of seeding over more than a year, at every hour and on every weekday.
fn seedings() -> impl Iterator<Item = UnixMillis> {
    (0..400 * DAY_MS)
        .step_by(5 * 3_600_000 + 420_000)
        .map(|since| UnixMillis(NEW_YEAR + since))
}

fn all_moments(now: UnixMillis) -> Vec<Vec<UnixMillis>> {
    let moments = |(number, script)| calendar::moments(number, script, now);
    scripts().enumerate().map(moments).collect()
}

#[test]
fn whenever_it_is_seeded_a_chat_goes_forward_and_ends_before_now() {
    for now in seedings() {
        let chats = all_moments(now);
        for (number, (chat, script)) in chats.iter().zip(scripts()).enumerate() {
            assert_eq!(chat.len(), script.lines().count());
            let back = (1..chat.len()).find(|index| chat[index - 1] >= chat[*index]);
            assert_eq!(back, None, "a line of chat {number} at {now:?}");
        }
        let lasts = || chats.iter().map(|chat| chat[chat.len() - 1]);
        assert!(lasts().is_sorted_by(|a, b| a < b), "the list at {now:?}");
        let newest = lasts().max().expect("a chat");
        assert!(now.0 - newest.0 >= 5 * 60_000, "{newest:?} at {now:?}");
        assert!(now.0 - chats[0][0].0 >= 14 * DAY_MS, "history at {now:?}");
    }
}

#[test]
fn a_talk_begins_on_its_day_at_its_hour() {
    for now in seedings() {
        let first = all_moments(now)[0][0];
        let timestamp = jiff::Timestamp::from_millisecond(first.0).expect("a moment");
        let clock = calendar::OSLO.to_datetime(timestamp);
        assert_eq!(clock.weekday(), jiff::civil::Weekday::Thursday);
        assert_eq!(clock.time(), jiff::civil::time(17, 10, 0, 0));
    }
}

#[test]
fn whenever_it_is_seeded_nobody_writes_at_night() {
    for now in seedings() {
        for moment in all_moments(now).into_iter().flatten() {
            let timestamp = jiff::Timestamp::from_millisecond(moment.0).expect("a moment");
            let clock = calendar::OSLO.to_datetime(timestamp);
            let minute = i32::from(clock.hour()) * 60 + i32::from(clock.minute());
            assert!(
                (7 * 60..22 * 60 + 30).contains(&minute),
                "{clock} at {now:?}"
            );
        }
    }
}

#[test]
fn by_day_the_newest_message_is_minutes_old() {
    // 14:00 in Norway, in winter and in summer.
    for now in [
        NEW_YEAR + 13 * HOUR_MS,
        NEW_YEAR + 182 * DAY_MS + 12 * HOUR_MS,
    ] {
        let newest = all_moments(UnixMillis(now)).into_iter().flatten().max();
        assert_eq!(newest, Some(UnixMillis(now - 6 * 60_000)));
    }
}

#[test]
fn who_goes_on_takes_no_longer_than_two_minutes() {
    for (number, script) in scripts().enumerate() {
        let moments = calendar::moments(number, script, UnixMillis(NEW_YEAR));
        let mut index = 0;
        for talk in script.talks {
            for pair in talk.lines.windows(2) {
                let gap = moments[index + 1].since(moments[index]);
                // A night may come between.
                let same = |pair: &[Line]| Some(pair[0].said()?.0 == pair[1].said()?.0);
                if same(pair) == Some(true) && gap < 8 * 3_600_000 {
                    assert!(gap <= 120_000, "{gap} ms in chat {number}");
                }
                index += 1;
            }
            index += 1;
        }
    }
}

#[test]
fn a_machine_that_was_set_back_is_right_again_afterwards() {
    let inner = Arc::new(SystemEnv::new());
    let clock = Backdated::new(Arc::clone(&inner) as Arc<dyn Env>);
    let before = inner.unix();
    let travel = clock.travel();
    travel.to(UnixMillis(before.0 - DAY_MS));
    assert!(clock.unix() < before);
    drop(travel);
    assert!(clock.unix() >= before);
}

#[test]
fn a_machine_can_be_set_to_any_day_and_goes_on_from_there() {
    let noon = UnixMillis(NEW_YEAR + 12 * HOUR_MS);
    let real = Arc::new(SystemEnv::new()) as Arc<dyn Env>;
    let set: Arc<dyn Env> = Arc::new(Backdated::starting(real, noon));
    assert!((0..60_000).contains(&(set.unix().0 - noon.0)));
    let clock = Backdated::new(Arc::clone(&set));
    let travel = clock.travel();
    travel.through(&[UnixMillis(1), UnixMillis(2)]);
    assert_eq!([clock.unix(), clock.unix()], [UnixMillis(1), UnixMillis(2)]);
    travel.through(&[UnixMillis(3)]);
    drop(travel);
    assert!((0..60_000).contains(&(clock.unix().0 - noon.0)));
}

#[test]
fn a_long_chat_goes_forward_by_day_until_minutes_ago() {
    let now = UnixMillis(NEW_YEAR + 13 * HOUR_MS);
    let moments = calendar::evenly(3_000, now);
    assert!(moments.is_sorted_by(|a, b| a < b));
    assert_eq!(now.0 - moments[2_999].0, 120_000);
    for moment in moments {
        let timestamp = jiff::Timestamp::from_millisecond(moment.0).expect("a moment");
        let hour = calendar::OSLO.to_datetime(timestamp).hour();
        assert!((7..=22).contains(&hour), "{moment:?}");
    }
}

#[test]
fn a_demo_token_names_its_bearer() {
    let ingrid = user("ingrid").expect("a demo user");
    let claims = ingrid.claims(UnixMillis(0), Duration::from_secs(20));
    assert_eq!(claims.name.as_deref(), Some("Ingrid Solberg"));
    assert_eq!(claims.exp, UnixMillis(20_000));
}
