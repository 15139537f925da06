//! Messages: sending, editing, deleting, reacting, reading and searching.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use samtale_model::{ChatId, Emoji, Message, MessageId, Op, OpId, Page, Reaction, SearchPage};
use samtale_protocol::http::{EditMessage, Edits, SendMessage};
use samtale_protocol::user::SearchRequest;
use samtale_protocol::{ErrorCode, WireError};
use serde::Deserialize;
use utoipa::IntoParams;

use super::chats::Before;
use super::extract::{Asked, Caller, Input, Named};
use super::problem::Failure;
use super::realtime::Result;
use crate::app::App;

/// The id of the operation.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct WithOp {
    /// The op's id, so that a repeat gets the first answer; made by the server where absent.
    op_id: Option<OpId>,
}

impl WithOp {
    pub(super) fn id(&self, app: &App) -> OpId {
        self.op_id.unwrap_or_else(|| app.new_id(OpId::v7))
    }
}

/// Sends a message. A repeat of the same id and content gets the first message, with status 200.
#[utoipa::path(post, path = "/api/messages", tag = "messages", request_body = SendMessage,
    responses(
        (status = 201, description = "The message, on disk.", body = Message),
        (status = 200, description = "The same message: it was sent before.", body = Message),
    ))]
pub(super) async fn send(
    State(app): State<Arc<App>>,
    caller: Caller,
    Input(request): Input<SendMessage>,
) -> std::result::Result<(StatusCode, Json<Message>), Failure> {
    let id = request.id.unwrap_or_else(|| app.new_id(MessageId::v7));
    let op = Op::Send {
        id,
        content: request.content,
        reply_to: request.reply_to,
        thread_root: request.thread_root,
    };
    let done = app.op(&caller.user, request.chat_id, op).await?;
    let status = if done.repeat {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(the_message(id, done.rows.messages)?)))
}

/// Reads one message.
#[utoipa::path(get, path = "/api/messages/{id}", tag = "messages",
    params(("id" = MessageId, Path, description = "The message.")),
    responses((status = 200, description = "The message.", body = Message)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<MessageId>,
) -> Result<Message> {
    Ok(Json(app.message(&caller.user, id).await?))
}

/// Replaces the words of one's own message.
#[utoipa::path(put, path = "/api/messages/{id}", tag = "messages", request_body = EditMessage,
    params(("id" = MessageId, Path, description = "The message.")),
    responses((status = 200, description = "The message with its new words.", body = Message)))]
pub(super) async fn edit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<MessageId>,
    Input(request): Input<EditMessage>,
) -> Result<Message> {
    let op = Op::Edit {
        op_id: request.op_id.unwrap_or_else(|| app.new_id(OpId::v7)),
        message_id: id,
        content: request.content,
    };
    let chat = chat_of(&app, &caller, id).await?;
    let done = app.op(&caller.user, chat, op).await?;
    Ok(Json(the_message(id, done.rows.messages)?))
}

/// Deletes a message; what remains is a tombstone.
#[utoipa::path(delete, path = "/api/messages/{id}", tag = "messages",
    params(("id" = MessageId, Path, description = "The message."), WithOp),
    responses((status = 200, description = "The tombstone.", body = Message)))]
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<MessageId>,
    Asked(with): Asked<WithOp>,
) -> Result<Message> {
    let op = Op::Delete {
        op_id: with.id(&app),
        message_id: id,
    };
    let chat = chat_of(&app, &caller, id).await?;
    let done = app.op(&caller.user, chat, op).await?;
    Ok(Json(the_message(id, done.rows.messages)?))
}

/// Reads the earlier wordings of a message, oldest first.
#[utoipa::path(get, path = "/api/messages/{id}/edits", tag = "messages",
    params(("id" = MessageId, Path, description = "The message.")),
    responses((status = 200, description = "The earlier wordings.", body = Edits)))]
pub(super) async fn edits(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(id): Named<MessageId>,
) -> Result<Edits> {
    let edits = app.edits(&caller.user, id).await?;
    Ok(Json(Edits { edits }))
}

/// Reads a page of a thread, the newest where `before` is absent.
#[utoipa::path(get, path = "/api/messages/{id}/thread", tag = "messages",
    params(("id" = MessageId, Path, description = "The thread's root."), Before),
    responses((status = 200, description = "A page of the thread, oldest first.", body = Page)))]
pub(super) async fn thread(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named(root): Named<MessageId>,
    Asked(asked): Asked<Before>,
) -> Result<Page> {
    let page = app
        .thread(&caller.user, root, asked.before, asked.limit)
        .await?;
    Ok(Json(page))
}

/// Sets one's own reaction to a message.
#[utoipa::path(put, path = "/api/messages/{id}/reactions/{emoji}", tag = "messages",
    params(("id" = MessageId, Path, description = "The message."),
        ("emoji" = Emoji, Path, description = "The emoji."), WithOp),
    responses((status = 200, description = "One's reactions and the counts.", body = Reaction)))]
pub(super) async fn react(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named((id, emoji)): Named<(MessageId, Emoji)>,
    Asked(with): Asked<WithOp>,
) -> Result<Reaction> {
    set_reaction(&app, &caller, id, emoji, &with, true).await
}

/// Takes back one's own reaction to a message.
#[utoipa::path(delete, path = "/api/messages/{id}/reactions/{emoji}", tag = "messages",
    params(("id" = MessageId, Path, description = "The message."),
        ("emoji" = Emoji, Path, description = "The emoji."), WithOp),
    responses((status = 200, description = "One's reactions and the counts.", body = Reaction)))]
pub(super) async fn unreact(
    State(app): State<Arc<App>>,
    caller: Caller,
    Named((id, emoji)): Named<(MessageId, Emoji)>,
    Asked(with): Asked<WithOp>,
) -> Result<Reaction> {
    set_reaction(&app, &caller, id, emoji, &with, false).await
}

async fn set_reaction(
    app: &App,
    caller: &Caller,
    id: MessageId,
    emoji: Emoji,
    with: &WithOp,
    on: bool,
) -> Result<Reaction> {
    let op = Op::React {
        op_id: with.id(app),
        message_id: id,
        emoji,
        on,
    };
    let chat = chat_of(app, caller, id).await?;
    let done = app.op(&caller.user, chat, op).await?;
    let mut reactions = done.rows.reactions.into_iter();
    let own = reactions.find(|row| row.message_id == id && row.user_id == caller.user);
    own.map(Json).ok_or_else(no_row)
}

/// What to search for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// The words; every one must be found. The beginning of a word finds it.
    q: String,
    /// Only in this chat.
    chat_id: Option<ChatId>,
    /// Where the page starts: `next` of the page before.
    after: Option<String>,
    /// How many hits; 20 where absent, 50 at the most.
    limit: Option<u32>,
}

/// Searches the messages that one may see, the newest first.
#[utoipa::path(get, path = "/api/messages/search", tag = "messages", params(Search),
    responses((status = 200, description = "The hits.", body = SearchPage)))]
pub(super) async fn search(
    State(app): State<Arc<App>>,
    caller: Caller,
    Asked(asked): Asked<Search>,
) -> Result<SearchPage> {
    let request = SearchRequest {
        q: asked.q,
        chat_id: asked.chat_id,
        after: asked.after,
        limit: asked.limit,
    };
    Ok(Json(app.search(&caller.user, request).await?))
}

/// Finds the chat of a message that the caller may see.
async fn chat_of(
    app: &App,
    caller: &Caller,
    id: MessageId,
) -> std::result::Result<ChatId, WireError> {
    let message = app.message(&caller.user, id).await?;
    Ok(message.chat_id)
}

fn the_message(id: MessageId, rows: Vec<Message>) -> std::result::Result<Message, Failure> {
    rows.into_iter().find(|row| row.id == id).ok_or_else(no_row)
}

/// The store answered an op without the row that it changed.
pub(super) fn no_row() -> Failure {
    tracing::error!("an op was answered without its row");
    Failure::new(ErrorCode::Internal, "the server failed")
}
