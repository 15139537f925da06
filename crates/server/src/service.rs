//! What a signed-in user can ask for: the one set of operations behind the sockets and the HTTP API.
//!
//! Each checks its limits and its input, lets the store authorise, and turns failures into codes.

use std::time::Duration;

use samtale_model::presence::PresenceState;
use samtale_model::{
    ChatId, ChatSummary, Cursor, Epoch, Message, MessageId, Op, Page, Presence, Private,
    PrivateRow, SearchPage, Seq, Status, Sync, UnixMillis, UserId,
};
use samtale_protocol::chat::{OpOk, OpResult, OpsReply, OpsRequest, ReceiptPush};
use samtale_protocol::http::{ChatStatus, CreateChat, ParticipantsPage, UserPresence};
use samtale_protocol::realtime::Replay;
use samtale_protocol::user::{ChatsReply, ChatsRequest, PrivatePush, Profile, SearchRequest};
use samtale_protocol::{ErrorCode, WireError};
use samtale_store::{
    ChatsQuery, Done, Identity, NewChat, NewParticipant, PrivateWrite, SearchQuery, Snapshot,
    StoreError,
};

use crate::app::App;
use crate::auth::{AppKey, Bearer, Claims, KeyKind};
use crate::error;
use crate::presence::{Source, seen_from};
use crate::room::MAX_LIVELY;

/// How many messages a page has where the caller does not say.
pub(crate) const PAGE: usize = 50;
/// How many messages a page has at the most.
pub(crate) const MAX_PAGE: usize = 200;
/// How many chats the list shows at a time.
pub(crate) const CHATS_PAGE: usize = 100;

fn bad_request(message: &str) -> WireError {
    WireError::new(ErrorCode::BadRequest, message)
}

/// Clamps what a caller asked for to 1..=`max`.
fn page_size(asked: Option<u32>, usual: usize, max: usize) -> usize {
    asked.map_or(usual, |asked| {
        usize::try_from(asked).unwrap_or(max).clamp(1, max)
    })
}

/// Makes a cursor of what a caller sent; half a cursor is none.
pub(crate) fn cursor(epoch: Option<Epoch>, since: Option<Seq>) -> Option<Cursor> {
    epoch.zip(since).map(|(epoch, seq)| Cursor { epoch, seq })
}

/// Who is on the other side.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// A person, as their token says.
    Person(Claims, Profile),
    /// An app, by its key.
    Key(AppKey),
}

impl Who {
    /// Returns the person.
    pub(crate) fn user(&self) -> Option<&UserId> {
        match self {
            Self::Person(claims, _) => Some(&claims.user),
            Self::Key(_) => None,
        }
    }

    /// Returns when the token runs out.
    pub(crate) fn exp(&self) -> Option<UnixMillis> {
        match self {
            Self::Person(claims, _) => Some(claims.exp),
            Self::Key(key) => key.exp,
        }
    }

    /// Returns whether it is the operator's own backend.
    pub(crate) fn is_service(&self) -> bool {
        matches!(self, Self::Key(key) if key.kind == KeyKind::Service)
    }
}

impl App {
    /// Takes a person's token: checks it, and notes what it says of its bearer.
    pub(crate) async fn sign_in(&self, token: &str) -> Result<(Claims, Profile), WireError> {
        let claims = self.auth.verify(token).await?;
        self.note_bearer(claims).await
    }

    /// Takes a token of a person or an app.
    pub(crate) async fn identify(&self, token: &str) -> Result<Who, WireError> {
        Ok(match self.auth.bearer(token).await? {
            Bearer::Person(claims) => {
                let (claims, profile) = self.note_bearer(claims).await?;
                Who::Person(claims, profile)
            }
            Bearer::Key(key) => Who::Key(key),
        })
    }

    async fn note_bearer(&self, claims: Claims) -> Result<(Claims, Profile), WireError> {
        let identity = Identity {
            user: claims.user.clone(),
            name: claims.name.clone(),
            avatar_url: claims.avatar_url.clone(),
            locale: claims.locale.clone(),
            issued_at: claims.iat,
        };
        let profile = self
            .store
            .sign_in(identity)
            .await
            .map_err(|error| error::sign_in(&error))?;
        let profile = Profile {
            user_id: profile.user,
            name: profile.name,
            avatar_url: profile.avatar_url,
            locale: profile.locale,
        };
        Ok((claims, profile))
    }

    /// Applies ops to a chat in order, stopping at the first refusal.
    pub(crate) async fn ops(
        &self,
        user: &UserId,
        chat: ChatId,
        ops: Vec<Op>,
    ) -> Result<OpsReply, WireError> {
        if ops.is_empty() {
            return Err(bad_request("ops is empty"));
        }
        if ops.len() > OpsRequest::MAX_OPS {
            let message = format!("at most {} ops in one request", OpsRequest::MAX_OPS);
            return Err(WireError::new(ErrorCode::TooLarge, message));
        }
        self.limits.ops(user, ops.len())?;
        let names: Vec<&'static str> = ops.iter().map(Op::name).collect();
        let begun = self.env.monotonic();
        let applied = self.store.apply(user, chat, ops).await;
        let took = self.env.monotonic().saturating_sub(begun);
        let applied = applied.map_err(|error| error::write(&error))?;
        let mut results = Vec::with_capacity(applied.results.len());
        for (name, result) in names.into_iter().zip(applied.results) {
            let result = match result {
                Ok(done) => OpResult::Ok(OpOk {
                    seq: done.seq,
                    repeat: done.repeat,
                    rows: done.value,
                }),
                Err(reason) => OpResult::Error(error::refusal(reason)),
            };
            let outcome = match &result {
                OpResult::Ok(_) => "ok",
                OpResult::Error(error) => error.code.as_str(),
            };
            self.metrics.op(name, outcome, took);
            results.push(result);
        }
        Ok(OpsReply {
            epoch: applied.epoch,
            results,
        })
    }

    /// Applies one op, and gives its refusal as the error.
    pub(crate) async fn op(&self, user: &UserId, chat: ChatId, op: Op) -> Result<OpOk, WireError> {
        let reply = self.ops(user, chat, vec![op]).await?;
        match reply.results.into_iter().next() {
            Some(OpResult::Ok(done)) => Ok(done),
            Some(OpResult::Error(error)) => Err(error),
            None => Err(WireError::new(ErrorCode::Internal, "the server failed")),
        }
    }

    /// Makes a chat.
    pub(crate) async fn create_chat(
        &self,
        user: &UserId,
        request: CreateChat,
    ) -> Result<Done<ChatSummary>, WireError> {
        self.limits.ops(user, 1)?;
        let id = request.id.unwrap_or_else(|| self.new_id(ChatId::v7));
        let participant = |new: samtale_protocol::http::NewParticipant| NewParticipant {
            user: new.user_id,
            role: new.role,
        };
        let chat = NewChat {
            id,
            title: request.title,
            history: request.history,
            participants: request.participants.into_iter().map(participant).collect(),
        };
        self.store
            .create_chat(user, chat)
            .await
            .map_err(|error| error::write(&error))
    }

    /// Reads the newest messages of a channel's chat from a moment on, as its replay asks; oldest first. The channel
    /// of something else in the chat has none.
    pub(crate) async fn messages_since(
        &self,
        user: &UserId,
        name: &str,
        replay: Replay,
    ) -> Result<Vec<Message>, WireError> {
        let chat = name.strip_prefix("chat:").and_then(|id| id.parse().ok());
        let Some(chat) = chat else {
            return Ok(Vec::new());
        };
        self.limits.reads(user)?;
        let limit = usize::try_from(replay.limit()).unwrap_or(MAX_PAGE);
        let page = self.store.page(user, chat, None, limit).await;
        let page = page.map_err(|error| error::read(&error))?;
        let mut messages = page.messages;
        messages.retain(|message| message.created_at >= replay.since);
        Ok(messages)
    }

    /// Makes an id for something whose caller did not.
    pub(crate) fn new_id<I>(
        &self,
        make: impl FnOnce(samtale_model::UnixMillis, [u8; 10]) -> I,
    ) -> I {
        let mut random = [0; 10];
        self.env.fill_random(&mut random);
        make(self.env.unix(), random)
    }

    /// Reads what changed in a chat since a cursor.
    pub(crate) async fn sync(
        &self,
        user: &UserId,
        chat: ChatId,
        cursor: Option<Cursor>,
        limit: Option<u32>,
    ) -> Result<Snapshot, WireError> {
        self.limits.reads(user)?;
        let limit = page_size(limit, PAGE, MAX_PAGE);
        self.store
            .sync(user, chat, cursor, limit)
            .await
            .map_err(|error| error::read(&error))
    }

    /// Reads what changed in a chat since a cursor, and waits for something to change where nothing has.
    pub(crate) async fn changes(
        &self,
        user: &UserId,
        chat: ChatId,
        cursor: Option<Cursor>,
        limit: Option<u32>,
        wait: Duration,
    ) -> Result<Sync, WireError> {
        let deadline = self.env.sleep(wait.min(self.config.long_poll));
        tokio::pin!(deadline);
        loop {
            // Listening begins before reading, so that no commit falls between the two.
            let changed = self.hub.listen(chat);
            let sync = self.sync(user, chat, cursor.clone(), limit).await?.sync;
            let news = sync.reset || cursor.as_ref().is_none_or(|cursor| sync.up_to > cursor.seq);
            if news || wait.is_zero() || self.is_draining() {
                return Ok(sync);
            }
            tokio::select! {
                biased;
                () = changed.wait() => {}
                () = self.draining.cancelled() => return Ok(sync),
                () = &mut deadline => return Ok(sync),
            }
        }
    }

    /// Reads a page of history.
    pub(crate) async fn history(
        &self,
        user: &UserId,
        chat: ChatId,
        before: Option<Seq>,
        limit: Option<u32>,
    ) -> Result<Page, WireError> {
        self.limits.reads(user)?;
        let limit = page_size(limit, PAGE, MAX_PAGE);
        self.store
            .page(user, chat, before, limit)
            .await
            .map_err(|error| error::read(&error))
    }

    /// Reads a page of a thread.
    pub(crate) async fn thread(
        &self,
        user: &UserId,
        root: MessageId,
        before: Option<Seq>,
        limit: Option<u32>,
    ) -> Result<Page, WireError> {
        self.limits.reads(user)?;
        let limit = page_size(limit, PAGE, MAX_PAGE);
        self.store
            .thread(user, root, before, limit)
            .await
            .map_err(|error| error::read(&error))
    }

    /// Reads one message.
    pub(crate) async fn message(
        &self,
        user: &UserId,
        id: MessageId,
    ) -> Result<samtale_model::Message, WireError> {
        self.limits.reads(user)?;
        self.store
            .message(user, id)
            .await
            .map_err(|error| error::read(&error))
    }

    /// Reads the earlier wordings of a message.
    pub(crate) async fn edits(
        &self,
        user: &UserId,
        id: MessageId,
    ) -> Result<Vec<samtale_model::Edit>, WireError> {
        self.limits.reads(user)?;
        self.store
            .edits(user, id)
            .await
            .map_err(|error| error::read(&error))
    }

    /// Reads the list of chats, or some of them.
    pub(crate) async fn chats(
        &self,
        user: &UserId,
        request: ChatsRequest,
    ) -> Result<ChatsReply, WireError> {
        self.limits.reads(user)?;
        let query = if request.ids.is_empty() {
            ChatsQuery::List {
                after: request.after,
                limit: CHATS_PAGE,
            }
        } else if request.ids.len() > CHATS_PAGE {
            return Err(WireError::new(
                ErrorCode::TooLarge,
                format!("at most {CHATS_PAGE} ids in one request"),
            ));
        } else {
            ChatsQuery::Ids(request.ids)
        };
        let list = self
            .store
            .chats(user, query)
            .await
            .map_err(|error| error::read(&error))?;
        Ok(ChatsReply {
            chats: list.chats,
            more_chats: list.more,
        })
    }

    /// Reads one chat of the user's list.
    pub(crate) async fn chat(&self, user: &UserId, chat: ChatId) -> Result<ChatSummary, WireError> {
        let reply = self
            .chats(
                user,
                ChatsRequest {
                    ids: vec![chat],
                    after: None,
                },
            )
            .await?;
        let missing =
            || WireError::new(ErrorCode::NotParticipant, "not a participant of this chat");
        reply.chats.into_iter().next().ok_or_else(missing)
    }

    /// Reads a page of a chat's participants.
    pub(crate) async fn participants(
        &self,
        user: &UserId,
        chat: ChatId,
        after: Option<UserId>,
        limit: Option<u32>,
    ) -> Result<ParticipantsPage, WireError> {
        self.limits.reads(user)?;
        let limit = page_size(limit, 100, MAX_PAGE);
        let page = self
            .store
            .participants(user, chat, after, limit)
            .await
            .map_err(|error| error::read(&error))?;
        Ok(ParticipantsPage {
            participants: page.participants,
            next: page.next,
        })
    }

    /// Reads what changed in the user's private state.
    pub(crate) async fn private(
        &self,
        user: &UserId,
        cursor: Option<Cursor>,
    ) -> Result<Private, WireError> {
        self.limits.reads(user)?;
        self.store
            .private(user, cursor)
            .await
            .map_err(|error| error::read(&error))
    }

    /// Writes a private row.
    pub(crate) async fn put_private(
        &self,
        user: &UserId,
        push: PrivatePush,
    ) -> Result<PrivateRow, WireError> {
        self.limits.ops(user, 1)?;
        if !push.key.is_writable() {
            return Err(WireError::new(
                ErrorCode::Forbidden,
                "the server alone writes this row",
            ));
        }
        let write = PrivateWrite {
            op_id: push.op_id,
            key: push.key,
            value: push.value,
        };
        self.store
            .put_private(user, write)
            .await
            .map_err(|error| error::write(&error))
    }

    /// Searches the messages that the user may see.
    pub(crate) async fn search(
        &self,
        user: &UserId,
        request: SearchRequest,
    ) -> Result<SearchPage, WireError> {
        self.limits.reads(user)?;
        let query = SearchQuery {
            words: request.q,
            chat: request.chat_id,
            after: request.after,
            limit: page_size(request.limit, 20, 50),
        };
        self.store
            .search(user, query)
            .await
            .map_err(|error| error::read(&error))
    }

    /// Raises the user's watermarks in a chat.
    pub(crate) async fn receipt(
        &self,
        user: &UserId,
        chat: ChatId,
        push: ReceiptPush,
    ) -> Result<(), WireError> {
        self.limits.receipts(user)?;
        let (delivered, read) = (
            push.delivered.unwrap_or_default(),
            push.read.unwrap_or_default(),
        );
        let raised = self.store.raise_receipt(user, chat, delivered, read).await;
        raised.map(|_| ()).map_err(|error| error::write(&error))
    }

    /// Says for a user that they write in a chat, or have stopped; for callers without a channel.
    pub(crate) async fn typing(
        &self,
        user: &UserId,
        chat: ChatId,
        on: bool,
    ) -> Result<(), WireError> {
        self.limits.typing(user)?;
        let summary = self.chat(user, chat).await?;
        if !summary.role.may(samtale_model::Permission::Write) {
            return Err(WireError::new(
                ErrorCode::Forbidden,
                "your role in this chat does not allow this",
            ));
        }
        self.hub.typing(chat, user, on, summary.members);
        Ok(())
    }

    /// Says how a user is present, for callers without a connection: it holds for the length of a lease.
    pub(crate) fn lease_presence(
        &self,
        user: &UserId,
        presence: Presence,
    ) -> Result<(), WireError> {
        self.limits.presence(user)?;
        let presence = check_presence(presence)?;
        self.hub.set_presence(user, Source::Lease, presence);
        Ok(())
    }

    /// Ends a user's presence without a connection.
    pub(crate) fn end_lease(&self, user: &UserId) {
        self.hub.end_presence(user, Source::Lease);
    }

    /// Reads when those members of a chat were last seen who are not present now.
    pub(crate) async fn absent(&self, chat: ChatId) -> Result<PresenceState, StoreError> {
        let members = self.store.members(chat).await?;
        let absent = |participant: samtale_model::Participant| participant.user_id;
        let absent: Vec<UserId> = members
            .into_iter()
            .map(absent)
            .filter(|user| self.hub.presence(user).is_none())
            .collect();
        let profiles = self.store.profiles(&absent).await?;
        let seen = |profile: samtale_store::Profile| {
            let last_seen = Some(profile.last_seen?);
            Some((
                profile.user,
                Presence {
                    status: Status::Offline,
                    last_seen,
                    ..Presence::default()
                },
            ))
        };
        Ok(profiles.into_iter().filter_map(seen).collect())
    }

    /// Reads how a chat stands: who writes, who is there, what is unread.
    pub(crate) async fn chat_status(
        &self,
        user: &UserId,
        chat: ChatId,
    ) -> Result<ChatStatus, WireError> {
        let summary = self.chat(user, chat).await?;
        let mut presence = Vec::new();
        if summary.members <= MAX_LIVELY {
            let members = self.store.members(chat).await;
            for member in members.map_err(|error| error::store(&error))? {
                if let Some(present) = self.hub.presence(&member.user_id) {
                    presence.push(UserPresence {
                        user_id: member.user_id,
                        presence: seen_from(chat, present),
                    });
                }
            }
        }
        Ok(ChatStatus {
            chat_id: chat,
            epoch: summary.epoch,
            head: summary.head,
            members: summary.members,
            typing: self.hub.typing_in(chat),
            presence,
            read: summary.read,
            unread: summary.unread,
        })
    }
}

/// Checks what a client says of its presence.
pub(crate) fn check_presence(presence: Presence) -> Result<Presence, WireError> {
    if presence.at.as_ref().is_some_and(|at| at.len() > 64) {
        return Err(bad_request("presence.at has at most 64 bytes"));
    }
    Ok(presence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_large_as_asked_within_its_bounds() {
        assert_eq!(page_size(None, PAGE, MAX_PAGE), 50);
        assert_eq!(page_size(Some(0), PAGE, MAX_PAGE), 1);
        assert_eq!(page_size(Some(120), PAGE, MAX_PAGE), 120);
        assert_eq!(page_size(Some(u32::MAX), PAGE, MAX_PAGE), 200);
    }
}
