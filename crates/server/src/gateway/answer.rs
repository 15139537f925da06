//! What a connection is answered.

use bytes::Bytes;
use samtale_protocol::event;
use samtale_protocol::frame::{Outgoing, Reply, ReplyStatus};
use serde::Serialize;

use super::connection::Peer;

/// Where an answer goes.
#[derive(Clone, Copy)]
pub(super) struct Push<'a> {
    pub(super) join_ref: Option<&'a str>,
    pub(super) reference: Option<&'a str>,
    pub(super) topic: &'a str,
}

impl Peer {
    pub(super) fn encode<R: Serialize>(
        &self,
        push: Push<'_>,
        status: ReplyStatus,
        response: R,
    ) -> Bytes {
        let Push {
            join_ref,
            reference,
            topic,
        } = push;
        let payload = Reply { status, response };
        let frame = Outgoing {
            join_ref,
            reference,
            topic,
            event: event::REPLY,
            payload,
        };
        Bytes::from(frame.encode(self.version))
    }

    pub(super) fn reply<R: Serialize>(&self, push: Push<'_>, status: ReplyStatus, response: R) {
        self.outbound
            .push_reply(self.encode(push, status, response));
    }

    pub(super) fn ok<R: Serialize>(&self, push: Push<'_>, response: R) -> Option<Bytes> {
        Some(self.encode(push, ReplyStatus::Ok, response))
    }

    /// Sends `phx_close` to the channel of a join.
    pub(super) fn close_channel(&self, join_ref: &str, topic: &str) {
        let join_ref = Some(join_ref).filter(|join_ref| !join_ref.is_empty());
        let payload = serde_json::json!({});
        let frame = Outgoing {
            join_ref,
            reference: join_ref,
            topic,
            event: event::CLOSE,
            payload,
        };
        self.outbound
            .push_reply(Bytes::from(frame.encode(self.version)));
    }
}
