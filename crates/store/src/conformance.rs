//! The one suite that every backend passes.
//!
//! A backend's tests hand over a [`Factory`] and get a test for each case:
//!
//! ```text
//! samtale_store::conformance!(|env| MyStore::open(env));
//! ```
//!
//! Each case gets a store of its own, empty, and a [`World`] around it: people, a clock that stands still until it is
//! moved, and a record of what the store told its sink. [`law`] is the property that the others are examples of.

use std::sync::Arc;

use crate::api::Store;
use crate::env::Env;

pub mod chats;
pub mod erasure;
pub mod law;
pub mod messages;
pub mod people;
pub mod private;
pub mod reactions;
pub mod receipts;
pub mod search;
pub mod sync;
pub mod threads;
pub mod users;
mod world;

pub use world::{Recorder, TestEnv, World};

/// Opens an empty store that takes its clock and randomness from the environment.
pub type Factory<'a> = &'a dyn Fn(Arc<dyn Env>) -> Arc<dyn Store>;

/// Runs a case on a store of its own.
///
/// # Panics
/// When the backend does not conform.
pub fn run<F: Future<Output = ()>>(factory: Factory<'_>, case: impl FnOnce(World) -> F) {
    let env = Arc::new(TestEnv::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let entered = runtime.enter();
    let store = factory(Arc::clone(&env) as Arc<dyn Env>);
    drop(entered);
    runtime.block_on(async {
        case(World::new(Arc::clone(&store), env)).await;
        store.close().await;
    });
}

/// Makes a test for each case of the suite; takes a function from an environment to an empty store.
#[macro_export]
macro_rules! conformance {
    ($factory:expr) => {
        $crate::conformance_cases! { $factory;
            chats: a_chat_is_made_once, a_chat_id_is_not_taken_over, a_chat_starts_with_a_bounded_number_of_people,
                the_list_is_sorted_by_activity_and_paged, unread_counts_others_messages_up_to_a_bound,
                the_last_message_is_the_newest_visible, nobody_else_learns_of_a_chat, a_title_changes_in_a_commit;
            messages: a_send_is_answered_told_and_read_alike, a_repeated_send_gets_its_first_answer,
                an_id_is_never_taken_twice, content_has_its_bounds, content_is_kept_byte_for_byte,
                an_edit_keeps_what_was_said_before, only_ones_own_is_edited, a_delete_leaves_a_tombstone,
                who_may_delete_what, ops_stop_at_the_first_refusal, pages_lead_back_to_the_beginning,
                a_clock_that_goes_back_does_not_reorder_a_chat, many_senders_at_once_get_one_order;
            people: who_is_added_sees_from_then_on, who_comes_back_sees_both_stays_and_not_the_gap,
                a_chat_with_the_rule_all_shows_everything, a_changed_rule_resets_everyone, each_role_has_its_limits,
                the_last_owner_is_followed, the_last_owner_stays_one, who_left_is_nobody,
                leaving_can_be_repeated, a_block_keeps_out, participants_come_in_pages, unchanged_people_take_no_seq;
            private: a_private_row_is_read_back, a_private_op_counts_once, values_must_fit,
                removed_rows_are_told_to_late_readers, membership_is_written_by_the_store, private_rows_are_bounded,
                every_kind_of_key_survives;
            reactions: a_reaction_has_the_counts_of_all, a_reaction_set_twice_takes_no_seq,
                reactions_have_their_bounds, a_deleted_message_has_no_reactions, a_popular_message_lists_ones_own;
            receipts: watermarks_only_rise, watermarks_stop_at_the_head, observers_do_not_count,
                a_large_chat_counts_receipts, who_comes_in_starts_at_their_commit;
            search: words_are_found_in_their_forms, edits_and_deletes_are_found_at_once,
                only_what_is_visible_is_found, hits_come_newest_first_in_pages, a_bad_query_says_why,
                highlights_are_in_utf16;
            sync: a_stale_cursor_is_reset, a_sync_is_bounded_by_whole_commits, a_reaction_comes_with_its_message, too_many_changes_reset,
                ten_edits_collapse_to_one_row, a_reset_has_the_newest_page;
            threads: a_message_in_a_thread_counts_on_its_root, a_thread_of_a_thread_is_the_thread,
                a_quote_must_be_visible, quotes_come_in_their_present_state;
            users: a_new_name_is_told_in_every_chat, what_a_token_leaves_out_stays, a_profile_is_told, last_seen_only_rises,
                a_closed_store_says_so;
            erasure: nothing_is_left_of_the_erased, tokens_of_before_are_refused, the_erased_hand_over_their_chats;
            law: old_snapshots_with_changes_are_fresh_snapshots;
        }
    };
}

/// Lists the cases; used by [`conformance!`](crate::conformance!).
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_cases {
    ($factory:expr; $($module:ident: $($case:ident),+;)+) => {
        $(mod $module {
            #[allow(unused_imports, reason = "the factory may be a closure that names nothing of its module")]
            use super::*;

            $(#[test]
            fn $case() {
                $crate::conformance::run(&$factory, $crate::conformance::$module::$case);
            })+
        })+
    };
}
