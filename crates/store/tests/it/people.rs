//! A store with people who use it.

use samtale_model::{Body, ChatId, HistoryRule, MessageId, Op, OpId, Role, Rows, Seq, UserId};
use samtale_store::{Done, Env, NewChat, NewParticipant, SqliteStore, Store, SystemEnv};

pub(crate) fn user(name: &str) -> UserId {
    UserId::new(name).expect("a valid id")
}

pub(crate) struct People {
    pub(crate) store: SqliteStore,
    env: SystemEnv,
}

impl People {
    pub(crate) fn new(store: SqliteStore) -> Self {
        Self {
            store,
            env: SystemEnv::new(),
        }
    }

    fn random(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.env.fill_random(&mut bytes);
        bytes
    }

    pub(crate) fn op_id(&self) -> OpId {
        OpId::v7(self.env.unix(), self.random())
    }

    pub(crate) async fn chat(&self, owner: &str, others: &[(&str, Role)]) -> ChatId {
        let id = ChatId::v7(self.env.unix(), self.random());
        let participants = others
            .iter()
            .map(|(name, role)| NewParticipant {
                user: user(name),
                role: *role,
            })
            .collect();
        let chat = NewChat {
            id,
            title: None,
            history: HistoryRule::SinceJoining,
            participants,
        };
        self.store
            .create_chat(&user(owner), chat)
            .await
            .expect("a chat is made");
        id
    }

    pub(crate) fn sending(&self, text: &str) -> Op {
        let id = MessageId::v7(self.env.unix(), self.random());
        Op::Send {
            id,
            content: Body::from_stored(text.into()),
            reply_to: None,
            thread_root: None,
        }
    }

    pub(crate) async fn apply(&self, actor: &str, chat: ChatId, op: Op) -> Done<Rows> {
        let applied = self
            .store
            .apply(&user(actor), chat, vec![op])
            .await
            .expect("the op is tried");
        applied
            .results
            .into_iter()
            .next()
            .expect("a result")
            .expect("the op is accepted")
    }

    pub(crate) async fn send(&self, actor: &str, chat: ChatId, text: &str) -> Seq {
        self.apply(actor, chat, self.sending(text)).await.seq
    }
}
