//! Who may enter a channel, and who may speak there.
//!
//! A name that is a chat's, `chat:<id>` or `chat:<id>:<anything>`, is for its participants, and to speak there takes a
//! role that may write; `user:<id>` is for that user. Any other name is open to all where the channel is public, and to
//! nobody where it is private. The operator's service key opens everything.

use samtale_model::{ChatId, Permission, UserId};
use samtale_protocol::{ErrorCode, WireError};
use samtale_store::Visibility;

use crate::app::App;
use crate::error;
use crate::service::Who;

/// Whom a channel's name belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A chat's participants.
    Chat(ChatId),
    /// A user.
    User(UserId),
    /// Nobody.
    Open,
}

impl Place {
    pub(crate) fn of(name: &str) -> Self {
        match name.split_once(':') {
            Some(("chat", rest)) => {
                let id = rest.split(':').next().unwrap_or_default();
                id.parse().map_or(Self::Open, Self::Chat)
            }
            // A user's id may have colons of its own: nothing can follow it.
            Some(("user", id)) => UserId::new(id).map_or(Self::Open, Self::User),
            _ => Self::Open,
        }
    }
}

/// What someone may do on a channel that they may enter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// Whether they may speak and show themselves.
    pub(crate) write: bool,
    /// What they see of the chat that the channel names.
    pub(crate) sees: Option<Visibility>,
}

/// Someone may not enter, or may not speak.
pub(crate) fn refusal(verb: &str, name: &str) -> WireError {
    let message = format!("You do not have permissions to {verb} this Channel topic: {name}");
    WireError::new(ErrorCode::Unauthorized, message)
}

impl App {
    /// Decides whether someone may enter a channel.
    pub(crate) async fn channel_access(
        &self,
        who: &Who,
        name: &str,
        private: bool,
    ) -> Result<Access, WireError> {
        let whole = |sees| Access { write: true, sees };
        if who.is_service() {
            return Ok(whole(Some(Visibility::all())));
        }
        let refused = || refusal("read from", name);
        match Place::of(name) {
            Place::Chat(chat) => {
                let user = who.user().ok_or_else(refused)?;
                let read = self.store.sync(user, chat, None, 1).await;
                let snapshot = read.map_err(|error| match error::read(&error) {
                    error if error.code == ErrorCode::NotParticipant => refused(),
                    error => error,
                })?;
                Ok(Access {
                    write: snapshot.sync.role.may(Permission::Write),
                    sees: Some(snapshot.visibility),
                })
            }
            Place::User(user) if who.user() == Some(&user) => Ok(whole(None)),
            Place::Open if !private => Ok(whole(None)),
            Place::User(_) | Place::Open => Err(refused()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_belongs_to_a_chat_a_user_or_nobody() {
        let id = "00000000-0000-7000-8000-000000000001";
        let chat: ChatId = id.parse().expect("an id");
        let user = |id: &str| Place::User(UserId::new(id).expect("a valid id"));
        let cases = [
            (format!("chat:{id}"), Place::Chat(chat)),
            (format!("chat:{id}:cursors"), Place::Chat(chat)),
            (format!("chat:{}", id.to_uppercase()), Place::Chat(chat)),
            ("chat:1".to_owned(), Place::Open),
            (id.to_owned(), Place::Open),
            ("user:kari".to_owned(), user("kari")),
            ("user:kari:typing".to_owned(), user("kari:typing")),
            ("user:".to_owned(), Place::Open),
            ("room".to_owned(), Place::Open),
        ];
        for (name, place) in cases {
            assert_eq!(Place::of(&name), place, "{name}");
        }
    }
}
