//! Who is in a chat, and what each role may do there.

use serde::{Deserialize, Serialize};

use crate::{Seq, UnixMillis, UserId};

/// What someone is in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers for the chat: everything a tutor may, and the owners themselves.
    Owner,
    /// Teaches: writes, manages participants, removes anyone's message.
    Tutor,
    /// Learns: writes.
    Student,
    /// Looks after a student: reads and writes.
    Guardian,
    /// Reads only, and does not count for ticks.
    Observer,
}

/// Something that a role may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// To send, edit one's own and react.
    Write,
    /// To delete other people's messages.
    Moderate,
    /// To add and remove participants and change their roles, owners excepted.
    ManageParticipants,
    /// To make, change and remove owners.
    ManageOwners,
    /// To change the chat's title and history rule.
    ManageChat,
}

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 5] = [
        Self::Owner,
        Self::Tutor,
        Self::Student,
        Self::Guardian,
        Self::Observer,
    ];

    /// Returns whether the role has the permission.
    pub const fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::Write => !matches!(self, Self::Observer),
            Permission::Moderate | Permission::ManageParticipants | Permission::ManageChat => {
                matches!(self, Self::Owner | Self::Tutor)
            }
            Permission::ManageOwners => matches!(self, Self::Owner),
        }
    }

    /// Returns whether the role counts for "delivered" and "read".
    pub const fn counts_for_ticks(self) -> bool {
        !matches!(self, Self::Observer)
    }

    /// Returns the role's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Tutor => "tutor",
            Self::Student => "student",
            Self::Guardian => "guardian",
            Self::Observer => "observer",
        }
    }

    /// Returns the role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// Someone's membership of a chat; a row stays when they leave, with `active` false.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// Who it is.
    pub user_id: UserId,
    /// The commit that last changed this row.
    pub seq: Seq,
    /// The name to show; never empty (the id where no name is known).
    pub name: String,
    /// The picture to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub avatar_url: Option<String>,
    /// What they are here.
    pub role: Role,
    /// Whether they are in the chat now.
    pub active: bool,
    /// When they were last added.
    pub joined_at: UnixMillis,
    /// When they left, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub left_at: Option<UnixMillis>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_it_is_for() {
        use Permission::{ManageChat, ManageOwners, ManageParticipants, Moderate, Write};
        let table: [(Role, &[Permission]); 5] = [
            (
                Role::Owner,
                &[
                    Write,
                    Moderate,
                    ManageParticipants,
                    ManageOwners,
                    ManageChat,
                ],
            ),
            (
                Role::Tutor,
                &[Write, Moderate, ManageParticipants, ManageChat],
            ),
            (Role::Student, &[Write]),
            (Role::Guardian, &[Write]),
            (Role::Observer, &[]),
        ];
        for (role, granted) in table {
            for permission in [
                Write,
                Moderate,
                ManageParticipants,
                ManageOwners,
                ManageChat,
            ] {
                assert_eq!(
                    role.may(permission),
                    granted.contains(&permission),
                    "{role:?} {permission:?}"
                );
            }
            assert_eq!(Role::from_name(role.as_str()), Some(role));
        }
    }
}
