use std::collections::BTreeSet;

use super::*;

fn scripts() -> impl Iterator<Item = &'static Script> {
    [&maths::CHAT].into_iter().chain(chats::ALL)
}

#[test]
fn the_demo_shows_what_there_is_to_show() {
    let lines = || scripts().flat_map(|script| script.lines);
    assert!(lines().any(|line| matches!(line, Line::Reply(..))));
    assert!(lines().any(|line| matches!(line, Line::React(..))));
    assert!(lines().any(|line| matches!(line, Line::Edit(..))));
    assert!(lines().any(|line| matches!(line, Line::Delete(..))));
    assert!(scripts().any(|script| script.unread.iter().any(|(_, count)| *count > 0)));
    let longest = scripts().map(|script| script.lines.iter().filter(|l| l.is_said()).count());
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
        for (who, op) in ops(number, script.lines) {
            assert!(members.contains(who), "{who} in chat {number}");
            if let Op::Edit { message_id, .. } | Op::Delete { message_id, .. } = op {
                let own = ops(number, script.lines).iter().any(|(sender, op)| {
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
            let ops = ops(number, script.lines).into_iter();
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
fn a_demo_token_names_its_bearer() {
    let ingrid = user("ingrid").expect("a demo user");
    let claims = ingrid.claims(UnixMillis(0));
    assert_eq!(claims.name.as_deref(), Some("Ingrid Solberg"));
    assert_eq!(claims.exp, UnixMillis(12 * 3_600_000));
}
