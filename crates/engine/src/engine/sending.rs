//! The outbox's way out: one request per chat, kept before it leaves, answered op by op.

use samtale_model::{ChatId, OpId, Seq};
use samtale_protocol::chat::{OpResult, OpsReply, OpsRequest};
use samtale_protocol::{ErrorCode, RetryKind, WireError, event};

use super::Engine;
use super::wire::Push;
use crate::outbox::{Flight, Queued, Stage};
use crate::timers::Timer;
use crate::{Change, Outcome};

impl Engine {
    /// Sends the head of a chat's queue, if it may go and there is a way.
    pub(super) fn pump(&mut self, chat: ChatId) {
        let now = self.now.mono;
        if self.storage.is_loading_base()
            || self.creates.contains_key(&chat)
            || self.outbox.flights.contains_key(&chat)
            || self
                .timers
                .get(&Timer::Outbox(chat))
                .is_some_and(|at| at > now)
        {
            return;
        }
        self.expire_queue(chat);
        if self.outbox.queue(chat).next().is_none() || !self.has_way(chat) {
            return;
        }
        let one_by_one = self.outbox.single.contains(&chat);
        let size = if one_by_one { 1 } else { self.cfg.batch_size };
        let size = size.clamp(1, OpsRequest::MAX_OPS);
        // What is never stored does not wait for what is.
        let volatile = self.outbox.queue(chat).next().map(|head| head.volatile);
        let ops: Vec<OpId> = self
            .outbox
            .queue(chat)
            .take(size)
            .take_while(|queued| Some(queued.volatile) == volatile)
            .map(|queued| queued.op.id())
            .collect();
        let mut keep = false;
        for id in &ops {
            if let Some(queued) = self.outbox.ops.get_mut(id)
                && !queued.attempted
            {
                queued.attempted = true;
                keep |= !queued.volatile;
                self.outbox.touch(*id);
            }
        }
        // "Attempted" is stored before the frame leaves; this input's writes are one batch.
        let keeping = (keep && self.storage.keeps()).then(|| self.storage.next_batch());
        self.outbox.flown += 1;
        self.outbox.flights.insert(
            chat,
            Flight {
                number: self.outbox.flown,
                ops,
                keeping,
                sent: None,
            },
        );
        self.dirty.outbox = true;
        if keeping.is_none() {
            self.depart(chat);
        }
    }

    /// Sends what every chat has waiting.
    pub(super) fn pump_all(&mut self) {
        let chats: Vec<ChatId> = self.outbox.chats().collect();
        for chat in chats {
            self.pump(chat);
        }
    }

    fn has_way(&self, chat: ChatId) -> bool {
        (self.is_joined(chat) && self.link.is_live()) || self.http.is_on()
    }

    /// Parks what has waited too long; one that was attempted may be there, and is sent under its
    /// id all the same once the person says so.
    fn expire_queue(&mut self, chat: ChatId) {
        let (now, after) = (self.unix(), self.cfg.ask_after_ms);
        let old: Vec<OpId> = self
            .outbox
            .queue(chat)
            .filter(|queued| now.since(queued.waits_since) > after)
            .map(|queued| queued.op.id())
            .collect();
        for op in old {
            if self.outbox.fail(op, Stage::Expired).is_some() {
                self.dirty.event(Change::Op {
                    op,
                    chat,
                    outcome: Outcome::Expired,
                });
            }
        }
    }

    /// Lets the request of a chat leave: what it needs is kept.
    pub(super) fn depart(&mut self, chat: ChatId) {
        if !self.has_way(chat) {
            self.outbox.flights.remove(&chat);
            return;
        }
        let Some(flight) = self.outbox.flights.get_mut(&chat) else {
            return;
        };
        flight.keeping = None;
        flight.sent = Some(self.now.mono);
        let number = flight.number;
        // What was seen to be done while the batch was being stored does not leave; the answers are to those that do.
        let queued = &self.outbox.ops;
        flight.ops.retain(|id| queued.contains_key(id));
        let ids = flight.ops.clone();
        let mut ops = Vec::with_capacity(ids.len());
        for id in &ids {
            if let Some(queued) = self.outbox.ops.get_mut(id) {
                queued.attempts = queued.attempts.saturating_add(1);
                self.metrics.messages.retries += u64::from(queued.attempts > 1);
                ops.push(queued.op.clone());
            }
        }
        if ops.is_empty() {
            self.outbox.flights.remove(&chat);
            return;
        }
        self.metrics.messages.requests += 1;
        self.dirty.outbox = true;
        let request = OpsRequest { ops };
        if self.link.is_live() {
            self.push_chat(chat, event::OPS, request, Push::Ops(chat, number));
        } else {
            self.ops_over_http(chat, number, &request);
        }
    }

    /// Gives up the request of one chat: its ops go again. One that is under way over HTTP stays; no channel and no socket
    /// carries it.
    pub(super) fn abort_flight(&mut self, chat: ChatId) {
        let number = self.flight(chat);
        let stays = number.is_some_and(|number| self.asks_ops(chat, number));
        if !stays && self.outbox.flights.remove(&chat).is_some() {
            *self.metrics.messages.causes.or_default("disconnected") += 1;
            self.dirty.outbox = true;
        }
    }

    /// Returns whether anything waits in a chat that is not on its way.
    pub(super) fn waits(&self, chat: ChatId) -> bool {
        let mut queue = self.outbox.queue(chat);
        queue.any(|queued| !self.outbox.flies(chat, queued.op.id()))
    }

    /// Returns whether one was put out of a chat.
    fn is_out(&self, chat: ChatId) -> bool {
        let state = self.chats.get(&chat);
        state.is_some_and(|state| state.error == Some(ErrorCode::NotParticipant))
    }

    /// Returns the number of a chat's request, where one is under way.
    pub(super) fn flight(&self, chat: ChatId) -> Option<u64> {
        self.outbox.flights.get(&chat).map(|flight| flight.number)
    }

    /// Gives up the requests that left on the socket.
    pub(super) fn abort_socket_flights(&mut self) {
        let chats: Vec<ChatId> = self.outbox.flights.keys().copied().collect();
        for chat in chats {
            self.abort_flight(chat);
        }
    }

    /// Lets the requests leave that waited for a batch.
    pub(super) fn depart_kept(&mut self, batch: u64) {
        let ready: Vec<ChatId> = self
            .outbox
            .flights
            .iter()
            .filter(|(_, flight)| flight.keeping.is_some_and(|waits| waits <= batch))
            .map(|(chat, _)| *chat)
            .collect();
        for chat in ready {
            self.depart(chat);
        }
    }

    pub(super) fn on_ops_reply(
        &mut self,
        chat: ChatId,
        number: u64,
        reply: Result<OpsReply, WireError>,
    ) {
        // The answer to a request that was given up says nothing of the one that followed it.
        if self.flight(chat) != Some(number) {
            return;
        }
        let Some(flight) = self.outbox.flights.remove(&chat) else {
            return;
        };
        self.dirty.outbox = true;
        // Of a chat that one was put out of meanwhile nothing is to be held any more.
        let out = self.is_out(chat);
        match reply {
            Ok(reply) => {
                let mut comparable = true;
                let mut refused = None;
                for (id, result) in flight.ops.iter().zip(reply.results) {
                    match result {
                        OpResult::Ok(ok) => {
                            if !out {
                                let replica = &mut self.chat_mut(chat).replica;
                                comparable = replica.acknowledge(&reply.epoch.lineage, ok.rows);
                                let me = self.cfg.user_id.clone();
                                self.on_typing(chat, &me, 0);
                            }
                            self.settle(*id, ok.seq);
                        }
                        OpResult::Error(error) => {
                            refused = Some((*id, error));
                            break;
                        }
                    }
                }
                if refused.is_some() {
                    // What follows a refused op in its batch is not looked at, yet counts towards the limits: the next may
                    // be refused too, and goes alone.
                    self.outbox.single.insert(chat);
                } else {
                    self.outbox.single.remove(&chat);
                }
                if !out {
                    self.after_rows(chat);
                }
                if !comparable {
                    self.request_sync(chat);
                }
                if let Some((id, error)) = refused {
                    self.on_refusal(chat, id, &error);
                }
            }
            Err(error) => {
                let too_much = matches!(error.code, ErrorCode::TooLarge | ErrorCode::BadRequest);
                if too_much && flight.ops.len() > 1 {
                    // One of them spoils the others: each on its own finds out which.
                    self.outbox.single.insert(chat);
                } else if let Some(head) = flight.ops.first() {
                    self.on_refusal(chat, *head, &error);
                }
            }
        }
        if out && !self.waits(chat) {
            self.drop_chat(chat);
        }
        self.pump(chat);
        let sent_all = self.outbox.queue(chat).next().is_none();
        if sent_all && (self.chats.get(&chat).is_some_and(|s| s.open == 0) || self.others_wait()) {
            // It had a place among the joined for this alone, or before another.
            self.join_more();
        }
    }

    /// Returns whether a chat has unsent ops and no place among the joined.
    fn others_wait(&self) -> bool {
        self.outbox.chats().any(|chat| !self.is_joined(chat))
    }

    fn on_refusal(&mut self, chat: ChatId, op: OpId, error: &WireError) {
        *self.metrics.messages.causes.or_default(error.code.as_str()) += 1;
        self.note("op refused", Some(chat), Some(error.code));
        match error.retry_kind() {
            RetryKind::Never => self.fail_op(chat, op, error.code),
            RetryKind::WithFreshToken => self.on_token_refused(),
            RetryKind::AfterJoin => self.on_chat_closed(chat),
            RetryKind::Later => {
                let limited = error.code == ErrorCode::RateLimited;
                let mut refusals = 1;
                let mut bound = self.cfg.max_op_retries;
                if let Some(queued) = self.outbox.ops.get_mut(&op) {
                    queued.refusals = queued.refusals.saturating_add(u32::from(!limited));
                    refusals = queued.refusals;
                    bound = queued.max_retries.unwrap_or(bound);
                }
                if refusals > bound {
                    self.fail_op(chat, op, error.code);
                    return;
                }
                let pause = self
                    .backoff(refusals.max(1))
                    .max(error.retry_after_ms.unwrap_or(0));
                self.timers
                    .set(Timer::Outbox(chat), self.now.mono.plus(pause));
            }
        }
    }

    /// The server has an op: it leaves the outbox.
    pub(super) fn settle(&mut self, op: OpId, seq: Seq) {
        if let Some(queued) = self.outbox.remove(op) {
            self.metrics.messages.acknowledged += 1;
            self.metrics.messages.wait_sum_ms += self.unix().since(queued.waits_since);
            self.dirty.outbox = true;
            self.dirty.items.insert(queued.chat);
            self.dirty.event(Change::Op {
                op,
                chat: queued.chat,
                outcome: Outcome::Done { seq },
            });
        }
    }

    /// Settles the sends whose messages came by another way than their answer.
    pub(super) fn settle_seen(&mut self, chat: ChatId) {
        let Some(state) = self.chats.get(&chat) else {
            return;
        };
        let seen: Vec<(OpId, Seq)> = self
            .outbox
            .unsent(chat)
            .filter_map(|id| Some((OpId(id.0), *state.replica.by_id.get(&id)?)))
            .collect();
        for (op, seq) in seen {
            self.settle(op, seq);
        }
    }

    fn fail_op(&mut self, chat: ChatId, op: OpId, code: ErrorCode) {
        if self.outbox.fail(op, Stage::Failed(code)).is_some() {
            self.metrics.messages.failed += 1;
            self.dirty.outbox = true;
            self.dirty.event(Change::Op {
                op,
                chat,
                outcome: Outcome::Failed { code },
            });
        }
    }

    /// Fails what waits in a chat one can't write to, of that which is `meant`. What is on its way is answered yet.
    pub(super) fn fail_queue(
        &mut self,
        chat: ChatId,
        code: ErrorCode,
        meant: impl Fn(&Queued) -> bool,
    ) {
        let waiting = self
            .outbox
            .queue(chat)
            .filter(|queued| meant(queued) && !self.outbox.flies(chat, queued.op.id()));
        let ops: Vec<OpId> = waiting.map(|q| q.op.id()).collect();
        for op in ops {
            self.fail_op(chat, op, code);
        }
    }
}
