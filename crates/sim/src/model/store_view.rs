//! A fresh read of the whole store, as each user gets it: plain data to hold against the truth.

use std::collections::BTreeMap;

use samtale_model::{
    ChatId, ChatSummary, Edit, Lineage, Message, MessageId, Participant, Private, Reaction,
    Receipts, Sync, UserId,
};
use samtale_store::{ChatsQuery, ReadError, Store};

/// How many messages, chats or people are read at a time; small, so that pages are turned.
const PAGE: usize = 20;

/// What every user reads.
#[derive(Clone, Debug)]
pub struct StoreView {
    /// The store's lineage.
    pub lineage: Lineage,
    /// By user.
    pub users: BTreeMap<UserId, UserView>,
}

/// What one user reads.
#[derive(Clone, Debug)]
pub struct UserView {
    /// Their chats, the most recently active first.
    pub summaries: Vec<ChatSummary>,
    /// Each of those, whole.
    pub chats: BTreeMap<ChatId, ChatView>,
    /// Their private state, whole; none for someone the store does not know.
    pub private: Option<Private>,
}

/// One chat as one user reads it.
#[derive(Clone, Debug)]
pub struct ChatView {
    /// A fresh start: a sync without a cursor.
    pub fresh: Sync,
    /// The whole timeline, the oldest first, read by pages.
    pub messages: Vec<Message>,
    /// The reactions to it.
    pub reactions: Vec<Reaction>,
    /// The active participants, by user id.
    pub participants: Vec<Participant>,
    /// The receipts.
    pub receipts: Receipts,
    /// The earlier wordings of each message that was edited.
    pub edits: BTreeMap<MessageId, Vec<Edit>>,
}

impl StoreView {
    /// Reads everything that some users see.
    pub async fn read(store: &dyn Store, users: &[UserId]) -> Result<Self, ReadError> {
        let mut views = BTreeMap::new();
        for user in users {
            views.insert(user.clone(), UserView::read(store, user).await?);
        }
        Ok(Self {
            lineage: store.lineage().clone(),
            users: views,
        })
    }
}

impl UserView {
    async fn read(store: &dyn Store, user: &UserId) -> Result<Self, ReadError> {
        let mut summaries: Vec<ChatSummary> = Vec::new();
        loop {
            let query = ChatsQuery::List {
                after: summaries.last().map(|summary| summary.chat.id),
                limit: PAGE,
            };
            let list = store.chats(user, query).await?;
            summaries.extend(list.chats);
            if !list.more {
                break;
            }
        }
        let mut chats = BTreeMap::new();
        for summary in &summaries {
            let chat = summary.chat.id;
            chats.insert(chat, ChatView::read(store, user, chat).await?);
        }
        Ok(Self {
            summaries,
            chats,
            // Who has never been here has none.
            private: match store.private(user, None).await {
                Err(ReadError::Store(error)) => return Err(error.into()),
                read => read.ok(),
            },
        })
    }
}

impl ChatView {
    async fn read(store: &dyn Store, user: &UserId, chat: ChatId) -> Result<Self, ReadError> {
        let fresh = store.sync(user, chat, None, PAGE).await?.sync;
        let mut messages: Vec<Message> = Vec::new();
        let mut reactions = Vec::new();
        loop {
            let before = messages.first().map(|message| message.created_seq);
            let mut page = store.page(user, chat, before, PAGE).await?;
            let more = page.has_more && !page.messages.is_empty();
            page.messages.append(&mut messages);
            messages = page.messages;
            reactions.append(&mut page.reactions);
            if !more {
                break;
            }
        }
        let mut participants: Vec<Participant> = Vec::new();
        let mut after = None;
        loop {
            let page = store.participants(user, chat, after, PAGE).await?;
            participants.extend(page.participants);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let mut edits = BTreeMap::new();
        let edited = |m: &&Message| m.edited_at.is_some() && m.deleted_at.is_none();
        for message in messages.iter().filter(edited) {
            edits.insert(message.id, store.edits(user, message.id).await?);
        }
        Ok(Self {
            fresh,
            messages,
            reactions,
            participants,
            receipts: store.receipts(user, chat).await?,
            edits,
        })
    }
}
