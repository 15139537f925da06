//! How a world begins: people, the chats they are in, and what was said there before.

use std::sync::Arc;

use samtale_model::{Body, ChatId, MessageId, Op};
use samtale_store::{NewChat, NewParticipant};

use super::{World, unplayable};
use crate::model::store_view::StoreView;
use crate::run::Failure;

impl World {
    /// Makes the people, their chats, and what was said in them.
    pub(super) fn settle_people(&mut self) -> Result<(), Failure> {
        let mut rng = self.rng.fork("begin");
        let mut chats = Vec::new();
        for setup in &self.plan.setup.chats {
            let mut random = [0; 10];
            rng.fill(&mut random);
            let id = ChatId::v7(self.clock.wall(), random);
            let mut participants: Vec<NewParticipant> = Vec::new();
            for (user, role) in &setup.members {
                let user = self.user(*user);
                if participants.iter().all(|known| known.user != user) {
                    participants.push(NewParticipant { user, role: *role });
                }
            }
            let Some(maker) = participants.first().map(|first| first.user.clone()) else {
                return Err(unplayable("a chat has members".to_owned()));
            };
            self.chats.push(id);
            let chat = NewChat {
                id,
                title: None,
                history: setup.history,
                participants,
            };
            chats.push((maker, chat));
        }
        let messages: Vec<usize> = self
            .plan
            .setup
            .chats
            .iter()
            .map(|chat| chat.messages)
            .collect();
        let members: Vec<_> = chats
            .iter()
            .map(|(_, chat)| chat.participants.clone())
            .collect();
        let users = self.users.clone();
        let node = self
            .server
            .node
            .as_mut()
            .expect("the server was just started");
        node.seed(&users, chats).map_err(unplayable)?;
        for (no, count) in messages.into_iter().enumerate() {
            for n in 0..count {
                let speaker = members[no][n % members[no].len()].user.clone();
                let mut random = [0; 10];
                rng.fill(&mut random);
                let op = Op::Send {
                    id: MessageId::v7(self.clock.wall(), random),
                    content: Body::new(self.text(3)).expect("words are a body"),
                    reply_to: None,
                    thread_root: None,
                };
                let chat = self.chats[no];
                let node = self.server.node.as_mut().expect("the server runs");
                let store = Arc::clone(node.store());
                // Who may only watch says nothing.
                let said =
                    node.block_on(async move { store.apply(&speaker, chat, vec![op]).await });
                said.map_err(|error| unplayable(error.to_string()))?;
            }
        }
        self.hear_commits()?;
        self.model.begin();
        Ok(())
    }

    /// Reads what the store holds, as each user may; none where the server ends while it is read, or has.
    pub(super) fn read_store(&mut self) -> Result<Option<StoreView>, Failure> {
        let now = self.clock.now();
        let users = self.users.clone();
        let Some(node) = &mut self.server.node else {
            return Ok(None);
        };
        let store = Arc::clone(node.store());
        let read = node.try_block_on(async move { StoreView::read(&*store, &users).await });
        if node.is_dead() || self.disk.crashed() {
            let power = self.disk.crashed();
            self.fail_server("it ended while it was read", power)?;
            return Ok(None);
        }
        let fault = |why: String| Failure {
            at: now,
            rule: "read",
            detail: format!("the store can't be read: {why}"),
        };
        match read {
            Some(Ok(view)) => Ok(Some(view)),
            Some(Err(error)) => Err(fault(error.to_string())),
            None => Err(fault("its answer does not come".to_owned())),
        }
    }
}
