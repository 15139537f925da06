//! The [`Store`] trait over the rooms beside this one, and the chores of an operator.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Connection;
use samtale_model::{
    ChatId, ChatSummary, Cursor, Edit, Lineage, Message, MessageId, Op, Page, Participant, Private,
    PrivateKey, PrivateRow, Receipt, Receipts, SearchPage, Seq, UnixMillis, UserId,
};

use super::tx::Tx;
use super::writer::Undo;
use super::{
    SqliteStore, chats, create, erase, find, lineage, meta, ops, pages, private, receipts, sync,
    users,
};
use crate::api::{
    Applied, ChatList, ChatsQuery, CommitSink, Done, Identity, NewChat, ParticipantsPage,
    PrivateWrite, Profile, ReadError, SearchQuery, SignInError, Snapshot, Stats, Store, StoreError,
    Visibility, WriteError,
};

#[async_trait]
impl Store for SqliteStore {
    fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    fn set_sink(&self, sink: Arc<dyn CommitSink>) {
        if self.sink.set(sink).is_err() {
            tracing::warn!("the store has a sink already; the second one is not used");
        }
    }

    async fn sign_in(&self, identity: Identity) -> Result<Profile, SignInError> {
        self.write(move |tx| users::sign_in(tx, &identity)).await
    }

    async fn apply(
        &self,
        actor: &UserId,
        chat: ChatId,
        ops: Vec<Op>,
    ) -> Result<Applied, WriteError> {
        let actor = actor.clone();
        self.write_with(Undo::Parts, move |tx| ops::apply(tx, &actor, chat, &ops))
            .await
    }

    async fn create_chat(
        &self,
        actor: &UserId,
        chat: NewChat,
    ) -> Result<Done<ChatSummary>, WriteError> {
        let actor = actor.clone();
        self.write(move |tx| create::create_chat(tx, &actor, &chat))
            .await
    }

    async fn put_private(
        &self,
        actor: &UserId,
        write: PrivateWrite,
    ) -> Result<PrivateRow, WriteError> {
        let actor = actor.clone();
        self.write(move |tx| private::put(tx, &actor, write)).await
    }

    async fn raise_receipt(
        &self,
        actor: &UserId,
        chat: ChatId,
        delivered: Seq,
        read: Seq,
    ) -> Result<Option<Receipt>, WriteError> {
        let actor = actor.clone();
        self.write(move |tx| receipts::raise(tx, &actor, chat, delivered, read))
            .await
    }

    async fn note_seen(&self, seen: Vec<(UserId, UnixMillis)>) -> Result<(), StoreError> {
        self.write(move |tx| users::note_seen(tx, &seen)).await
    }

    async fn erase_user(&self, user: &UserId) -> Result<(), StoreError> {
        let user = user.clone();
        self.write(move |tx| erase::erase_user(tx, &user)).await?;
        // The search terms go with the next passes of the index; only then is nothing left.
        self.index_all().await
    }

    async fn sync(
        &self,
        viewer: &UserId,
        chat: ChatId,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Snapshot, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| sync::sync(db, &viewer, chat, cursor.as_ref(), limit))
            .await
    }

    async fn page(
        &self,
        viewer: &UserId,
        chat: ChatId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Page, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| pages::page(db, &viewer, chat, before, limit))
            .await
    }

    async fn message(&self, viewer: &UserId, message: MessageId) -> Result<Message, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| pages::message(db, &viewer, message))
            .await
    }

    async fn edits(&self, viewer: &UserId, message: MessageId) -> Result<Vec<Edit>, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| pages::edits(db, &viewer, message))
            .await
    }

    async fn thread(
        &self,
        viewer: &UserId,
        root: MessageId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Page, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| pages::thread(db, &viewer, root, before, limit))
            .await
    }

    async fn chats(&self, viewer: &UserId, query: ChatsQuery) -> Result<ChatList, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| chats::chats(db, &viewer, &query)).await
    }

    async fn participants(
        &self,
        viewer: &UserId,
        chat: ChatId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<ParticipantsPage, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| pages::participants(db, &viewer, chat, after.as_ref(), limit))
            .await
    }

    async fn receipts(&self, viewer: &UserId, chat: ChatId) -> Result<Receipts, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| Ok(db.receipts(&db.active(&viewer, chat)?)?))
            .await
    }

    async fn private(&self, viewer: &UserId, cursor: Option<Cursor>) -> Result<Private, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| private::read(db, &viewer, cursor))
            .await
    }

    async fn private_row(&self, viewer: &UserId, key: PrivateKey) -> Result<PrivateRow, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| private::read_row(db, &viewer, key))
            .await
    }

    async fn search(&self, viewer: &UserId, query: SearchQuery) -> Result<SearchPage, ReadError> {
        let viewer = viewer.clone();
        self.read(move |db| find::search(db, &viewer, &query)).await
    }

    async fn profiles(&self, users: &[UserId]) -> Result<Vec<Profile>, StoreError> {
        let users = users.to_vec();
        self.read(move |db| users::profiles(db, &users)).await
    }

    async fn views(&self, viewer: &UserId) -> Result<Vec<(ChatId, Visibility)>, StoreError> {
        let viewer = viewer.clone();
        self.read(move |db| chats::views(db, &viewer)).await
    }

    async fn members(&self, chat: ChatId) -> Result<Vec<Participant>, StoreError> {
        self.read(move |db| pages::members(db, chat)).await
    }

    fn stats(&self) -> Stats {
        self.counts.read()
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.write(|tx| {
            Ok::<_, StoreError>(meta::set(tx.conn, "checked", &tx.now.0.to_be_bytes())?)
        })
        .await?;
        self.read(|db| {
            meta::get(db.conn, "checked")
                .map(drop)
                .map_err(StoreError::from)
        })
        .await
    }

    async fn purge_op_ids(&self) -> Result<usize, StoreError> {
        self.write(|tx| ops::purge_op_ids(tx)).await
    }

    async fn close(&self) {
        self.shut().await;
    }
}

/// Copies the database to a new file, marked as a backup.
pub(super) fn copy(conn: &Connection, to: &Path) -> Result<(), StoreError> {
    let failed =
        |error: &std::io::Error| StoreError::Backend(format!("the backup can't be made: {error}"));
    let path = to
        .to_str()
        .ok_or_else(|| StoreError::Backend("the backup's path is not Unicode".into()))?;
    copy_and_mark(conn, path, || Connection::open(to))?;
    std::fs::File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(|error| failed(&error))?;
    lineage::sync_folder(to).map_err(|error| failed(&error))
}

/// Copies the database to a new file of a name that its VFS knows, which `open` opens, and marks it as a backup.
pub(super) fn copy_and_mark(
    conn: &Connection,
    to: &str,
    open: impl FnOnce() -> rusqlite::Result<Connection>,
) -> Result<(), StoreError> {
    conn.execute("VACUUM INTO ?1", [to])?;
    let copy = open()?;
    lineage::mark_backup(&copy)?;
    copy.close().map_err(|(_, error)| StoreError::from(error))
}

/// Has every chat indexed.
pub(super) fn index_every_chat(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let mut statement = tx.prepare("SELECT id FROM chats ORDER BY id")?;
    let chats: Vec<i64> = statement
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for chat in chats {
        let chat = tx.chat_of_row(chat)?;
        tx.index_later(&chat);
    }
    Ok(())
}

/// Wraps the chats' keys anew where an older master key wrapped them.
pub(super) fn rewrap(tx: &Tx<'_>) -> Result<usize, StoreError> {
    let mut statement = tx.prepare("SELECT id, uuid, data_key FROM chats")?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            ChatId::from_bytes(row.get(1)?),
            row.get::<_, Vec<u8>>(2)?,
        ))
    })?;
    let mut count = 0;
    for (row, id, wrapped) in rows.collect::<rusqlite::Result<Vec<_>>>()? {
        if let Some(anew) = tx.vault.rewrap(&wrapped, id)? {
            tx.execute(
                "UPDATE chats SET data_key = ?2 WHERE id = ?1",
                rusqlite::params![row, anew],
            )?;
            count += 1;
        }
    }
    Ok(count)
}
