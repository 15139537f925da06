//! What people do in a drawn plan.

use samtale_model::{Role, Status};

use super::{Draft, SECOND, history, many, role};
use crate::plan::{Act, DeviceEvent, Pick, Step};

/// The kinds of small things that people do.
#[derive(Clone, Copy)]
enum Kind {
    Send,
    Reply,
    Edit,
    Delete,
    React,
    Read,
    Open,
    Close,
    Type,
    Status,
    Activity,
    Show,
    Draft,
    Mute,
    Older,
    MoreChats,
    Search,
    Retry,
    Cancel,
    Connection,
    Rename,
}

const KINDS: [(u64, Kind); 21] = [
    (36, Kind::Send),
    (6, Kind::Reply),
    (9, Kind::Edit),
    (5, Kind::Delete),
    (8, Kind::React),
    (12, Kind::Read),
    (5, Kind::Open),
    (2, Kind::Close),
    (6, Kind::Type),
    (2, Kind::Status),
    (2, Kind::Activity),
    (3, Kind::Show),
    (3, Kind::Draft),
    (1, Kind::Mute),
    (3, Kind::Older),
    (1, Kind::MoreChats),
    (2, Kind::Search),
    (2, Kind::Retry),
    (2, Kind::Cancel),
    (2, Kind::Connection),
    (1, Kind::Rename),
];

impl Draft {
    fn push_act(&mut self, device: usize, act: Act) {
        self.push(Step::Act { device, act });
    }

    /// Draws something small that a person does.
    pub(super) fn act(&mut self, device: usize) {
        let chat = self.chat();
        let act = match *self.rng.weighted(&KINDS) {
            Kind::Send => self.send(chat, 1),
            Kind::Reply => Act::Reply {
                chat,
                to: self.pick_any(),
                thread: self.rng.chance(300),
            },
            Kind::Edit => Act::Edit {
                chat,
                message: self.pick(900),
            },
            Kind::Delete => Act::Delete {
                chat,
                message: self.pick(800),
            },
            Kind::React => Act::React {
                chat,
                message: self.pick_any(),
                emoji: self.rng.index(4),
                on: self.rng.chance(800),
            },
            Kind::Read => Act::MarkRead { chat },
            Kind::Open => Act::Open { chat },
            Kind::Close => Act::Close { chat },
            Kind::Type => {
                if self.rng.chance(700) {
                    // Someone who writes presses more than one key.
                    for key in 0..self.rng.below(4) {
                        let step = Step::Act {
                            device,
                            act: Act::Type { chat },
                        };
                        self.push_in(700 * (key + 1), step);
                    }
                    Act::Type { chat }
                } else {
                    Act::StopTyping { chat }
                }
            }
            Kind::Status => Act::SetStatus {
                status: *self.rng.pick(&[
                    None,
                    Some(Status::Online),
                    Some(Status::Busy),
                    Some(Status::Away),
                    Some(Status::Offline),
                ]),
            },
            Kind::Activity => Act::Activity,
            Kind::Show => Act::Show {
                visible: self.rng.chance(600),
            },
            Kind::Draft => Act::Draft {
                chat,
                words: self.rng.index(6),
            },
            Kind::Mute => Act::Mute {
                chat,
                on: self.rng.chance(500),
            },
            Kind::Older => Act::LoadOlder {
                chat,
                limit: if self.rng.chance(300) { Some(5) } else { None },
            },
            Kind::MoreChats => Act::LoadMoreChats,
            Kind::Search => Act::Search {
                chat: if self.rng.chance(500) {
                    Some(chat)
                } else {
                    None
                },
                word: self.rng.index(8),
            },
            Kind::Retry => {
                if self.rng.chance(500) {
                    Act::RetryAll
                } else {
                    Act::Retry {
                        op: self.rng.index(4),
                    }
                }
            }
            Kind::Cancel => Act::Cancel {
                op: self.rng.index(4),
            },
            Kind::Connection => self.connection(device),
            Kind::Rename => Act::Rename { chat },
        };
        self.push_act(device, act);
    }

    fn send(&mut self, chat: usize, count: usize) -> Act {
        Act::Send {
            chat,
            count,
            words: if self.rng.chance(50) {
                many(&mut self.rng, (50, 200))
            } else {
                many(&mut self.rng, (1, 12))
            },
            persist: self.rng.chance(970),
        }
    }

    /// Draws several messages at once, in one chat or two.
    pub(super) fn burst(&mut self) {
        let (device, chat, count) = (self.device(), self.chat(), many(&mut self.rng, (3, 12)));
        let act = self.send(chat, count);
        self.push_act(device, act);
        if self.rng.chance(300) {
            let (chat, count) = (self.chat(), many(&mut self.rng, (2, 5)));
            let act = self.send(chat, count);
            self.push_act(device, act);
        }
    }

    fn connection(&mut self, device: usize) -> Act {
        if self.rng.chance(500) {
            return Act::Reconnect;
        }
        let wait = self.rng.within(0..=20 * SECOND);
        let step = Step::Act {
            device,
            act: Act::Connect,
        };
        self.push_in(wait, step);
        Act::Disconnect
    }

    fn pick_any(&mut self) -> Pick {
        Pick::Any(self.rng.index(8))
    }

    /// Draws a message, so many permille of them one's own.
    fn pick(&mut self, own: u64) -> Pick {
        if self.rng.chance(own) {
            Pick::Own(self.rng.index(5))
        } else {
            self.pick_any()
        }
    }

    /// Draws something that changes who is in a chat, and what they may see and do.
    pub(super) fn membership(&mut self) {
        let (device, chat, user) = (self.device(), self.chat(), self.user());
        let act = match self.rng.below(10) {
            0..4 => Act::Add {
                chat,
                user,
                role: role(&mut self.rng),
            },
            4..6 => Act::Remove { chat, user },
            6 => Act::Leave { chat },
            7..9 => Act::SetRole {
                chat,
                user,
                role: role(&mut self.rng),
            },
            _ => Act::SetHistory {
                chat,
                history: history(&mut self.rng),
            },
        };
        // Who was taken out is often taken in again, so that chats don't empty.
        if matches!(act, Act::Remove { .. }) && self.rng.chance(700) {
            let wait = self.rng.within(0..=30 * SECOND);
            let role = role(&mut self.rng);
            let step = Step::Act {
                device,
                act: Act::Add { chat, user, role },
            };
            self.push_in(wait, step);
        }
        self.push_act(device, act);
    }

    /// Draws a new chat, which those in it may open.
    pub(super) fn new_chat(&mut self) {
        let device = self.device();
        let mut members: Vec<(usize, Role)> = Vec::new();
        for user in 0..self.users {
            if self.rng.chance(600) {
                members.push((user, role(&mut self.rng)));
            }
        }
        let history = history(&mut self.rng);
        self.push_act(device, Act::CreateChat { history, members });
        let chat = self.chats;
        self.chats += 1;
        // Its maker writes into it at once, before the server knows of it.
        if self.rng.chance(700) {
            let act = self.send(chat, 1);
            self.push_act(device, act);
        }
        let wait = self.rng.within(0..=5 * SECOND);
        for other in 0..self.devices.len() {
            if self.rng.chance(500) {
                let step = Step::Act {
                    device: other,
                    act: Act::Open { chat },
                };
                self.push_in(wait, step);
            }
        }
    }

    /// Draws a person who signs out, and in again some time later.
    pub(super) fn sign_out(&mut self) {
        let device = self.device();
        let wipe = self.rng.chance(500);
        self.push_act(device, Act::SignOut { wipe });
        let wait = self.rng.within(SECOND..=20 * SECOND);
        let step = Step::Device {
            device,
            event: DeviceEvent::Boot,
        };
        self.push_in(wait, step);
    }
}
