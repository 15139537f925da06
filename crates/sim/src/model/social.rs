//! Presence and typing: what settles to the truth within its stated time.

use std::collections::BTreeMap;

use samtale_engine::{ConnectionState, Engine};
use samtale_model::{ChatId, Status, UserId};

use super::Violation;
use super::devices::Devices;
use crate::clock::Millis;
use crate::plan::DeviceNo;

/// After so long without a key nobody is writing any more: the pause after which a writer stops (5 s), the longest life of
/// an indication on the receiver's clock (10 s, `samtale_model::typing::MAX_TTL_MS`), and the way (5 s).
pub const TYPING_SETTLES_MS: Millis = 20_000;

/// What people did that others see in passing.
#[derive(Clone, Debug, Default)]
pub struct Social {
    keys: BTreeMap<(ChatId, UserId), Millis>,
}

impl Social {
    /// Takes in that a key was pressed in a composer.
    pub fn key(&mut self, chat: ChatId, user: &UserId, now: Millis) {
        self.keys.insert((chat, user.clone()), now);
    }

    /// Checks who is shown to be writing.
    ///
    /// Rules: `typing-nobody` (whoever is shown has pressed a key there), `typing-self` (never oneself), `typing-stuck` (no
    /// key for [`TYPING_SETTLES_MS`]). The last holds at quiet points, where nothing is late.
    pub fn typing(
        &self,
        engine: &Engine,
        chats: impl IntoIterator<Item = ChatId>,
        quiet: Option<Millis>,
    ) -> Result<(), Violation> {
        let me = engine.user_id();
        for chat in chats {
            for user in engine.typing(chat) {
                let last = self.keys.get(&(chat, user.clone()));
                let rule = match (last, quiet) {
                    (None, _) => "typing-nobody",
                    _ if user == *me => "typing-self",
                    (Some(at), Some(now)) if at + TYPING_SETTLES_MS < now => "typing-stuck",
                    _ => continue,
                };
                let detail = format!("{me:?} is shown {user:?} in {chat}, last key at {last:?}");
                return Err(Violation::new(rule, detail));
            }
        }
        Ok(())
    }
}

/// Checks, at a quiet point, how everyone is shown to everyone.
///
/// Rule `presence-wrong`: whoever shares a live chat with a device is shown on it with the most available status of all
/// their connected devices (online before busy before away; offline devices are not to be seen), offline where none is.
/// Source: DESIGN section 5, "folded to one status per user (…; the most available device wins)". A person with a device
/// that does not tell its presence, or is on HTTP, is passed over; so is oneself.
pub fn presence(devices: &Devices, engines: &[(DeviceNo, &Engine)]) -> Result<(), Violation> {
    let live = |engine: &Engine| -> Vec<ChatId> {
        let chats = engine.chats().into_iter().filter(|item| item.live);
        chats.map(|item| item.id).collect()
    };
    let lives: BTreeMap<DeviceNo, Vec<ChatId>> = engines
        .iter()
        .map(|(device, engine)| (*device, live(engine)))
        .collect();
    for (viewer, engine) in engines {
        let me = &devices.all[*viewer].user;
        if engine.connection().state != ConnectionState::Connected {
            continue;
        }
        let mut people: BTreeMap<&UserId, Vec<(DeviceNo, &Engine)>> = BTreeMap::new();
        for (device, other) in engines {
            let user = &devices.all[*device].user;
            people.entry(user).or_default().push((*device, other));
        }
        for (user, theirs) in people.into_iter().filter(|(user, _)| *user != me) {
            let shares = |device: &DeviceNo| {
                let theirs = &lives[device];
                lives[viewer].iter().any(|chat| theirs.contains(chat))
            };
            let told = theirs.iter().all(|(device, engine)| {
                devices.all[*device].config.share_presence
                    && engine.connection().state == ConnectionState::Connected
            });
            if !told || !theirs.iter().any(|(device, _)| shares(device)) {
                continue;
            }
            let rank = |status: &Status| match status {
                Status::Online => 0,
                Status::Busy => 1,
                Status::Away => 2,
                Status::Offline => 3,
            };
            let statuses = theirs.iter().map(|(_, engine)| engine.my_status());
            let is = statuses.min_by_key(rank).unwrap_or_default();
            let shown = engine.presence(user).map_or(Status::Offline, |p| p.status);
            if shown != is {
                let detail =
                    format!("device {viewer} of {me:?} shows {user:?} {shown:?}, is {is:?}");
                return Err(Violation::new("presence-wrong", detail));
            }
        }
    }
    Ok(())
}
