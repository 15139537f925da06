//! Holds every statement to its index: cost must not grow with the length of a chat.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::{SqliteConfig, SqliteStore, open};
use crate::api::Store;
use crate::conformance::{self as suite, TestEnv};
use crate::env::Env;
use crate::seal::{Keyring, MasterKey};

thread_local! {
    static NOTED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes a statement that was prepared on this thread.
pub(super) fn note(text: &str) {
    NOTED.with_borrow_mut(|noted| {
        if !noted.contains(text) {
            noted.insert(text.to_owned());
        }
    });
}

fn config(env: Arc<dyn Env>) -> SqliteConfig {
    let key = MasterKey::from_slice(&[7; 32]).expect("32 bytes");
    SqliteConfig::memory(Keyring::new(key), env)
}

/// What may walk a whole table: the chores of an operator, and an erasure, which walks what is not indexed by user.
const WALKS: [&str; 8] = [
    "m.sender = ?2 AND m.deleted_at IS NULL",
    "UPDATE messages SET fingerprint = x'' WHERE chat = ?1 AND sender = ?2",
    "DELETE FROM reactions WHERE chat = ?1 AND user = ?2",
    "reaction_counts WHERE chat = ?1 AND count <= 0",
    "SELECT id FROM chats ORDER BY id",
    "SELECT id, uuid, data_key FROM chats",
    "UPDATE op_ids SET fingerprint = x'' WHERE actor = ?1",
    "UPDATE reaction_counts SET count = count - 1 WHERE chat = ?1 AND EXISTS",
];

/// The tables that grow with a chat, and how they are called: none may be walked from one end of a chat to the other.
const LONG: [&str; 6] = [
    "m",
    "messages",
    "r",
    "reactions",
    "reaction_counts",
    "search_terms",
];

#[test]
fn no_statement_walks_a_table() {
    let factory = |env: Arc<dyn Env>| {
        Arc::new(SqliteStore::open(config(env)).expect("a store")) as Arc<dyn Store>
    };
    macro_rules! exercise {
        ($($module:ident::$case:ident),+ $(,)?) => {
            $(suite::run(&factory, suite::$module::$case);)+
        };
    }
    exercise!(
        chats::a_chat_is_made_once,
        chats::the_list_is_sorted_by_activity_and_paged,
        chats::unread_counts_others_messages_up_to_a_bound,
        messages::an_id_is_never_taken_twice,
        messages::an_edit_keeps_what_was_said_before,
        messages::a_delete_leaves_a_tombstone,
        messages::pages_lead_back_to_the_beginning,
        people::who_comes_back_sees_both_stays_and_not_the_gap,
        people::a_changed_rule_resets_everyone,
        people::the_last_owner_is_followed,
        people::a_block_keeps_out,
        people::participants_come_in_pages,
        private::every_kind_of_key_survives,
        private::private_rows_are_bounded,
        reactions::a_reaction_has_the_counts_of_all,
        reactions::a_popular_message_lists_ones_own,
        receipts::watermarks_only_rise,
        search::edits_and_deletes_are_found_at_once,
        search::hits_come_newest_first_in_pages,
        sync::a_sync_is_bounded_by_whole_commits,
        sync::a_stale_cursor_is_reset,
        threads::a_message_in_a_thread_counts_on_its_root,
        threads::quotes_come_in_their_present_state,
        users::a_new_name_is_told_in_every_chat,
        users::last_seen_only_rises,
        erasure::nothing_is_left_of_the_erased,
    );
    let noted = NOTED.with_borrow(BTreeSet::clone);
    assert!(
        noted.iter().any(|text| text.contains("messages_by_thread")) && noted.len() > 90,
        "the cases prepare what there is: {}",
        noted.len()
    );

    let env: Arc<dyn Env> = Arc::new(TestEnv::default());
    let conn = open::open(&config(env)).expect("a database").conn;
    let mut walks = Vec::new();
    for text in &noted {
        let Ok(mut plan) = conn.prepare(&format!("EXPLAIN QUERY PLAN {text}")) else {
            panic!("no plan for {text}");
        };
        let unbound = plan.parameter_count();
        let values =
            rusqlite::params_from_iter(std::iter::repeat_n(rusqlite::types::Null, unbound));
        let lines = plan
            .query_map(values, |row| row.get::<_, String>(3))
            .expect("a plan");
        for line in lines {
            let line = line.expect("a line of a plan");
            let bounded = line.contains("CONSTANT ROW")
                || line.contains("VIRTUAL TABLE")
                || line.contains("subquery");
            let table = line.starts_with("SCAN") && !bounded;
            let chat = LONG
                .iter()
                .any(|name| line.starts_with(&format!("SEARCH {name} ")))
                && line.ends_with("(chat=?)")
                && !text.contains("memberships m");
            if (table || chat) && !WALKS.iter().any(|walk| text.contains(walk)) {
                walks.push(format!("{line}: {text}"));
            }
        }
    }
    assert!(walks.is_empty(), "{}", walks.join("\n"));
}
