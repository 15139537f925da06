//! How a demo chat is written down.

use samtale_model::Role;

/// A chat and what happens in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script {
    /// The title; none where two people talk.
    pub(super) title: Option<&'static str>,
    /// Who made it.
    pub(super) owner: &'static str,
    /// Who else is in it.
    pub(super) others: &'static [(&'static str, Role)],
    /// How many of the newest messages someone has not read yet.
    pub(super) unread: &'static [(&'static str, usize)],
    /// What happens, in order.
    pub(super) lines: &'static [Line],
}

/// Something that happens. A number says which message is meant, counted back from here: 1 is the last.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    /// Someone says something.
    Say(&'static str, &'static str),
    /// Someone answers a message.
    Reply(&'static str, usize, &'static str),
    /// Someone reacts to a message.
    React(&'static str, usize, &'static str),
    /// Someone rewords their message.
    Edit(&'static str, usize, &'static str),
    /// Someone deletes their message.
    Delete(&'static str, usize),
}

impl Line {
    /// Returns whether the line is a new message.
    pub(super) const fn is_said(&self) -> bool {
        matches!(self, Self::Say(..) | Self::Reply(..))
    }
}
