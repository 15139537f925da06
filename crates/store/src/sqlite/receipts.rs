//! Receipts: two watermarks for each member, merged by maximum, outside of the chat's sequence.

use rusqlite::OptionalExtension as _;
use samtale_model::{ChatId, Receipt, ReceiptSummary, Receipts, Seq, UserId};

use super::db::{ChatRow, Db, Standing, role_at, seq_at, sql, user_at};
use super::tx::Tx;
use crate::api::{Commit, Refusal, StoreError, WriteError};

/// Raises someone's watermarks, bounded by the chat's head; none when nothing moved.
pub(super) fn raise(
    tx: &mut Tx<'_>,
    actor: &UserId,
    chat: ChatId,
    delivered: Seq,
    read: Seq,
) -> Result<Option<Receipt>, WriteError> {
    let at = tx
        .standing(actor, chat)?
        .filter(|at| at.member.active)
        .ok_or(Refusal::NotParticipant)?;
    let mut receipt = tx.receipt(&at)?;
    if !receipt.raise(delivered.min(at.chat.head), read.min(at.chat.head)) {
        return Ok(None);
    }
    tx.execute(
        "INSERT INTO watermarks (chat, user, delivered, read) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (chat, user) DO UPDATE SET delivered = excluded.delivered, read = excluded.read",
        [at.chat.row, at.user, sql(receipt.delivered), sql(receipt.read)],
    )?;
    let counts = at.member.role.counts_for_ticks();
    tx.tell(Commit::Receipt {
        chat,
        receipt: receipt.clone(),
        counts,
    });
    Ok(Some(receipt))
}

impl Db<'_> {
    /// Returns a member's own watermarks.
    pub(super) fn receipt(&self, at: &Standing) -> Result<Receipt, StoreError> {
        self.receipt_of(at.chat.row, at.user, &at.id)
    }

    fn receipt_of(&self, chat: i64, user: i64, id: &UserId) -> Result<Receipt, StoreError> {
        let mut statement =
            self.prepare("SELECT delivered, read FROM watermarks WHERE chat = ?1 AND user = ?2")?;
        let marks = statement
            .query_row([chat, user], |row| Ok((seq_at(row, 0)?, seq_at(row, 1)?)))
            .optional()?;
        let (delivered, read) = marks.unwrap_or_default();
        Ok(Receipt::new(id.clone(), delivered, read))
    }

    /// Returns the receipts of a chat: listed in a small one, counted in a large one, where one's own is listed alone. An
    /// observer's does not count, and is listed for themselves.
    pub(super) fn receipts(&self, at: &Standing) -> Result<Receipts, StoreError> {
        let listed = usize::try_from(at.chat.members).unwrap_or(usize::MAX) <= Receipts::MAX_LISTED;
        let mut statement = self.prepare(
            "SELECT u.sub, p.role, w.delivered, w.read FROM chat_participants p CROSS JOIN users u ON u.id = p.user
             LEFT JOIN watermarks w ON w.chat = p.chat AND w.user = p.user
             WHERE p.chat = ?1 AND p.active = 1 AND (p.role <> 'observer' OR p.user = ?2) ORDER BY u.sub",
        )?;
        let mut rows = statement.query([at.chat.row, at.user])?;
        let mut receipts = Receipts::default();
        let mut summary: Option<ReceiptSummary> = None;
        while let Some(row) = rows.next()? {
            let counts = role_at(row, 1)?.counts_for_ticks();
            let mark = |index| {
                row.get::<_, Option<i64>>(index)
                    .map(|seq| Seq(seq.unwrap_or(0).cast_unsigned()))
            };
            let receipt = Receipt::new(user_at(row, 0)?, mark(2)?, mark(3)?);
            if !listed && counts {
                let lowest = summary.get_or_insert(ReceiptSummary {
                    members: 0,
                    delivered_by_all: receipt.delivered,
                    read_by_all: receipt.read,
                });
                lowest.members += 1;
                lowest.delivered_by_all = lowest.delivered_by_all.min(receipt.delivered);
                lowest.read_by_all = lowest.read_by_all.min(receipt.read);
            }
            if listed || receipt.user_id == at.id {
                receipts.listed.push(receipt);
            }
        }
        receipts.summary = summary;
        Ok(receipts)
    }
}

impl Tx<'_> {
    /// Tells the receipt of someone whose role counts from now on: until then it was their own alone.
    pub(super) fn tell_receipt(
        &mut self,
        chat: &ChatRow,
        user: i64,
        id: &UserId,
    ) -> Result<(), StoreError> {
        let receipt = self.receipt_of(chat.row, user, id)?;
        self.tell(Commit::Receipt {
            chat: chat.id,
            receipt,
            counts: true,
        });
        Ok(())
    }
}
