//! Where chats are kept: the [`Store`] trait and its backends.
//!
//! Every chat has one counter; [`Store::apply`] authorises, allocates the next seq and writes, in
//! one transaction, and answers when it is on disk. Committed envelopes go to the [`CommitSink`] in
//! commit order, before the answers. Who sees what is one predicate, [`Visibility`], which every
//! read passes through. Bodies are sealed ([`seal`]), and the search index holds only keyed hashes
//! ([`search`]).
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`api`] | the trait, what goes in and what comes out |
//! | `conformance` | the one suite for all backends, behind a feature of that name |
//! | [`mod@env`] | clocks, randomness and tasks, for a simulation to own |
//! | [`seal`] | keys, and bodies sealed under them |
//! | [`search`] | Norwegian words to keyed index terms, and queries to verified hits |
//! | [`sqlite`] | the embedded backend: one writer with group commit, a pool of readers |

pub mod api;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod env;
pub mod seal;
pub mod search;
pub mod sqlite;

pub use api::{
    Applied, ChatCommit, ChatList, ChatsQuery, Commit, CommitSink, Done, Identity,
    MembershipChange, NewChat, NewParticipant, ParticipantsPage, PrivateCommit, PrivateWrite,
    Profile, ReadError, Refusal, SearchQuery, SignInError, Snapshot, Stats, Store, StoreError,
    UserCommit, Visibility, WriteError,
};
pub use env::{Env, SystemEnv};
pub use sqlite::{Driver, Location, OpenError, SqliteConfig, SqliteStore};
