//! TypeScript declarations of what a view reads and a host says, generated from the Rust types.
//!
//! They stand on those of the wire, which they import. `cargo xtask codegen` writes both to the web
//! packages; a test checks that they are current.

use std::collections::BTreeSet;

use ts_rs::{Config, TS};

use crate::config::Given;
use crate::metrics::{BehaviourMetrics, ConnectionMetrics, MessageMetrics};
use crate::view::*;
use crate::{
    Change, Command, CommandError, Input, LogEntry, Made, Metrics, Monotonic, Mute, Network,
    Outcome, Record, Settings, StorageError, TimelinePatch, TokenError,
};

/// Returns the declarations as one TypeScript module that imports the wire's from `wire`.
pub fn declarations(wire: &str) -> String {
    let config = Config::default().with_large_int("number");
    let mut out = String::new();
    let mut ours = BTreeSet::new();
    let mut used = BTreeSet::new();
    macro_rules! declare {
        ($($type:ty),* $(,)?) => {
            $(
                ours.insert(<$type>::ident(&config));
                used.extend(<$type>::dependencies(&config).into_iter().map(|used| used.ts_name));
                out.push('\n');
                out.push_str(&<$type>::docs().unwrap_or_default());
                out.push_str("export ");
                out.push_str(&<$type>::decl(&config));
                out.push('\n');
            )*
        };
    }
    declare![
        Monotonic,
        Network,
        Connection,
        ConnectionState,
        Failure,
        StorageState,
        ChatItem,
        Muted,
        Entry,
        Position,
        EntryState,
        PendingChange,
        ChangeKind,
        ChangeState,
        ReactionGroup,
        OutboxView,
        OutboxItem,
        OutboxState,
        SearchView,
        SearchState,
        Metrics,
        ConnectionMetrics,
        MessageMetrics,
        BehaviourMetrics,
        LogEntry,
        Given,
        Settings,
        Command,
        Mute,
        Made,
        CommandError,
        Change,
        TimelinePatch,
        Outcome,
        Input,
        TokenError,
        Record,
        StorageError,
    ];
    let mut head = String::from(
        "// Generated from the Rust types by `cargo xtask codegen`; not to be edited by hand.\n\nimport type {\n",
    );
    for name in used.difference(&ours) {
        head.push_str("  ");
        head.push_str(name);
        head.push_str(",\n");
    }
    head.push_str("} from '");
    head.push_str(wire);
    head.push_str("';\n");
    head + &out
}
