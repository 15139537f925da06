//! TypeScript declarations of everything that crosses the wire, generated from the Rust types.
//!
//! `cargo xtask codegen` writes them to the web packages; a test checks that they are current.

use ts_rs::{Config, TS};

use crate::{ErrorCode, WireError, chat, http, presence, user};

/// Returns the declarations as one TypeScript module.
pub fn declarations() -> String {
    let config = Config::default().with_large_int("number");
    let mut out = String::from(
        "// Generated from the Rust types by `cargo xtask codegen`; not to be edited by hand.\n",
    );
    macro_rules! declare {
        ($($type:ty $(as $name:literal)?),* $(,)?) => {
            $(
                let declaration = <$type>::decl(&config);
                $(let declaration = rename(&declaration, $name);)?
                if let Some(docs) = <$type>::docs() {
                    out.push('\n');
                    out.push_str(&docs);
                } else {
                    out.push('\n');
                }
                out.push_str("export ");
                out.push_str(&declaration);
                out.push('\n');
            )*
        };
    }
    {
        use samtale_model::view::{ChatSummary, Edit, Page, Private, SearchHit, SearchPage, Sync};
        use samtale_model::*;
        declare![
            UserId,
            ChatId,
            MessageId,
            OpId,
            DeviceId,
            Seq,
            Lineage,
            Epoch,
            UnixMillis,
            Title,
            HistoryRule,
            Chat,
            Role,
            Participant,
            MessageKind,
            Body,
            Message,
            Emoji,
            ReactionCount,
            Reaction,
            Rows,
            Envelope,
            Op,
            Receipt,
            ReceiptSummary,
            Receipts,
            Status,
            DeviceKind,
            Presence,
            PrivateKey,
            PrivateRow,
            Sync,
            Page,
            ChatSummary,
            Private,
            Edit,
            SearchHit,
            SearchPage,
        ];
    }
    declare![
        ErrorCode,
        WireError,
        chat::EventForm,
        chat::Join as "ChatJoin",
        chat::SyncRequest,
        chat::HistoryRequest,
        chat::OpsRequest,
        chat::OpOk,
        chat::OpResult,
        chat::OpsReply,
        chat::ReceiptPush as "ReceiptPush",
        chat::ReceiptsEvent,
        chat::TypingPush,
        chat::TypingEvent,
        chat::RemovedReason,
        chat::RemovedEvent,
        chat::ResetEvent,
        chat::BehindEvent,
        user::Join as "UserJoin",
        user::Profile,
        user::JoinReply as "UserJoinReply",
        user::ChatsRequest,
        user::ChatsReply,
        user::PrivatePush,
        user::PrivateEnvelope,
        user::HeadEvent,
        user::SearchRequest,
        presence::Meta,
        presence::Metas,
        presence::StateEvent as "PresenceStateEvent",
        presence::DiffEvent as "PresenceDiffEvent",
        http::CreateChat,
        http::NewParticipant,
        http::SendMessage,
        http::EditMessage,
        http::SetTyping,
        http::SetReceipts,
        http::Connect,
        http::ConnectAction,
        http::Connected,
        http::ChatStatus,
        http::UserPresence,
        http::ParticipantsPage,
        http::Problem,
    ];
    out
}

/// Renames a declaration, `type Old = …`, where two modules use the same name.
fn rename(declaration: &str, name: &str) -> String {
    let rest = declaration.split_once(" = ").map_or("", |(_, rest)| rest);
    format!("type {name} = {rest}")
}
