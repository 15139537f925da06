//! Scenes: a few steps that belong together, drawn since chance alone seldom brings them about. Each is a
//! place where something could be lost, shown to whom it must not be, or left standing.

use samtale_model::{HistoryRule, Role};

use super::{Draft, SECOND, many};
use crate::clock::Millis;
use crate::device::StorageMood;
use crate::net::Condition;
use crate::plan::{Act, DeviceEvent, NetEvent, Pick, ServerEvent, Step};

type Scene = fn(&mut Draft);

const SCENES: [Scene; 12] = [
    Draft::page_while_edited,
    Draft::edit_against_delete,
    Draft::writer_vanishes,
    Draft::sent_then_killed,
    Draft::edited_after_attempt,
    Draft::sent_before_loaded,
    Draft::much_while_away,
    Draft::slow_reader,
    Draft::removed_and_talked_of,
    Draft::old_words_changed,
    Draft::rule_changed_while_away,
    Draft::sent_into_the_return,
];

impl Draft {
    /// Draws a scene.
    pub(super) fn scene(&mut self) {
        let scene = *self.rng.pick(&SCENES);
        scene(self);
    }

    fn act_in(&mut self, wait: Millis, device: usize, act: Act) {
        self.push_in(wait, Step::Act { device, act });
    }

    fn event_in(&mut self, wait: Millis, device: usize, event: DeviceEvent) {
        self.push_in(wait, Step::Device { device, event });
    }

    fn send_in(&mut self, wait: Millis, device: usize, chat: usize, count: usize) {
        let send = Act::Send {
            chat,
            count,
            words: 4,
            persist: true,
        };
        self.act_in(wait, device, send);
    }

    /// Draws a device other than one, where there is another.
    fn other(&mut self, device: usize) -> usize {
        let step = 1 + self.rng.index(self.devices.len().saturating_sub(1).max(1));
        (device + step) % self.devices.len()
    }

    /// Takes a device off the network for a while.
    fn away(&mut self, device: usize, wait: Millis, back: Millis) {
        self.push_in(wait, Step::Net(NetEvent::Down { device }));
        let good = NetEvent::Set {
            device: Some(device),
            condition: Condition::GOOD,
        };
        self.push_in(back, Step::Net(good));
    }

    /// An older page is read while somebody changes a message in it.
    fn page_while_edited(&mut self) {
        let (reader, chat) = (self.device(), self.chat());
        let writer = self.other(reader);
        for _ in 0..3 {
            let wait = self.rng.below(60);
            let message = Pick::Own(self.rng.index(25));
            self.act_in(
                0,
                reader,
                Act::LoadOlder {
                    chat,
                    limit: Some(5),
                },
            );
            self.act_in(wait, writer, Act::Edit { chat, message });
        }
    }

    /// Two devices of one person: one deletes what the other changes.
    fn edit_against_delete(&mut self) {
        let (one, chat) = (self.device(), self.chat());
        let user = self.devices[one];
        let theirs: Vec<usize> = (0..self.devices.len())
            .filter(|other| *other != one && self.devices[*other] == user)
            .collect();
        let two = if theirs.is_empty() {
            one
        } else {
            *self.rng.pick(&theirs)
        };
        let message = Pick::Own(self.rng.index(3));
        if self.rng.chance(600) {
            self.away(two, 0, 6 * SECOND);
        }
        self.act_in(200, one, Act::Delete { chat, message });
        self.act_in(200, two, Act::Edit { chat, message });
    }

    /// Someone who writes is cut off before they stop.
    fn writer_vanishes(&mut self) {
        let (device, chat) = (self.device(), self.chat());
        for key in 0..3 {
            self.act_in(700 * key, device, Act::Type { chat });
        }
        let wait = self.rng.within(2 * SECOND..=4 * SECOND);
        if self.rng.chance(500) {
            self.away(device, wait, wait + 30 * SECOND);
        } else {
            self.event_in(wait, device, DeviceEvent::Kill);
            self.event_in(wait + 30 * SECOND, device, DeviceEvent::Boot);
        }
    }

    /// A message is sent, and the program is gone in the same moment.
    fn sent_then_killed(&mut self) {
        let (device, chat) = (self.device(), self.chat());
        self.send_in(0, device, chat, 1);
        self.event_in(0, device, DeviceEvent::Kill);
        let back = self.rng.within(10..=8 * SECOND);
        self.event_in(back, device, DeviceEvent::Boot);
    }

    /// A message leaves, its answer does not come, the program dies, and its next life changes the message.
    fn edited_after_attempt(&mut self) {
        let (device, chat) = (self.device(), self.chat());
        self.away(device, 0, 3 * SECOND);
        self.send_in(SECOND, device, chat, 2);
        let killed = 3 * SECOND + self.rng.below(1_500);
        self.event_in(killed, device, DeviceEvent::Kill);
        self.push_in(killed, Step::Net(NetEvent::Down { device }));
        self.event_in(killed + SECOND, device, DeviceEvent::Boot);
        let message = Pick::Own(0);
        self.act_in(killed + 2 * SECOND, device, Act::Edit { chat, message });
        let good = NetEvent::Set {
            device: Some(device),
            condition: Condition::GOOD,
        };
        self.push_in(killed + 3 * SECOND, Step::Net(good));
    }

    /// A program starts over slow storage with something unsent in it, and is written in before it is read.
    fn sent_before_loaded(&mut self) {
        let (device, chat) = (self.device(), self.chat());
        self.away(device, 0, 9 * SECOND);
        self.send_in(200, device, chat, 2);
        self.event_in(SECOND, device, DeviceEvent::Kill);
        let slow = DeviceEvent::Storage(StorageMood::Slow { ms: 3_000 });
        self.event_in(SECOND, device, slow);
        self.event_in(2 * SECOND, device, DeviceEvent::Boot);
        self.send_in(2 * SECOND + 100, device, chat, 1);
        self.event_in(12 * SECOND, device, DeviceEvent::Storage(StorageMood::Good));
    }

    /// More is said while someone is away than one page holds.
    fn much_while_away(&mut self) {
        let (device, chat) = (self.device(), self.chat());
        let other = self.other(device);
        let back = self.rng.within(8 * SECOND..=20 * SECOND);
        self.away(device, 0, back);
        let count = many(&mut self.rng, (8, 40));
        self.send_in(SECOND, other, chat, count);
        let message = Pick::Own(self.rng.index(10));
        self.act_in(3 * SECOND, other, Act::Edit { chat, message });
    }

    /// A reader that hardly takes anything, in the midst of much talk.
    fn slow_reader(&mut self) {
        let (device, chat) = (self.device(), self.chat());
        let other = self.other(device);
        let condition = Condition {
            bytes_per_second: Some(self.rng.within(500..=3_000)),
            ..Condition::GOOD
        };
        let device = Some(device);
        self.push(Step::Net(NetEvent::Set { device, condition }));
        for burst in 0..2 {
            let long = Act::Send {
                chat,
                count: 8,
                words: 1_200,
                persist: true,
            };
            self.act_in(200 + 2 * SECOND * burst, other, long);
        }
        let condition = Condition::GOOD;
        let back = self.rng.within(10 * SECOND..=30 * SECOND);
        self.push_in(back, Step::Net(NetEvent::Set { device, condition }));
    }

    /// Someone is removed, and the others go on talking; later they are back.
    fn removed_and_talked_of(&mut self) {
        let (device, chat, user) = (self.device(), self.chat(), self.user());
        self.push(Step::Act {
            device,
            act: Act::Remove { chat, user },
        });
        for _ in 0..3 {
            let (wait, other) = (self.rng.within(50..=2 * SECOND), self.device());
            self.send_in(wait, other, chat, 1);
        }
        let back = self.rng.within(2 * SECOND..=15 * SECOND);
        let role = Role::Student;
        self.act_in(back, device, Act::Add { chat, user, role });
        let other = self.device();
        self.send_in(back + SECOND, other, chat, 1);
    }

    /// Someone comes anew; what was said before is changed, and they scroll back.
    fn old_words_changed(&mut self) {
        let (device, chat, user) = (self.device(), self.chat(), self.user());
        if self.rng.chance(700) {
            let history = HistoryRule::SinceJoining;
            self.act_in(0, device, Act::SetHistory { chat, history });
        }
        self.act_in(100, device, Act::Remove { chat, user });
        self.send_in(200, device, chat, 2);
        let role = Role::Student;
        self.act_in(SECOND, device, Act::Add { chat, user, role });
        let message = Pick::Own(self.rng.index(4));
        self.act_in(2 * SECOND, device, Act::Edit { chat, message });
        self.act_in(
            2 * SECOND,
            device,
            Act::React {
                chat,
                message,
                emoji: 0,
                on: true,
            },
        );
        for theirs in 0..self.devices.len() {
            if self.devices[theirs] == user {
                self.act_in(2 * SECOND, theirs, Act::Open { chat });
                self.act_in(2_500, theirs, Act::LoadOlder { chat, limit: None });
            }
        }
    }

    /// A device that holds old messages is away while the rule changes that let it see them.
    fn rule_changed_while_away(&mut self) {
        let (device, chat) = (self.device(), self.chat());
        let user = self.devices[device];
        let owner = self.other(device);
        let history = HistoryRule::All;
        self.act_in(0, owner, Act::SetHistory { chat, history });
        self.act_in(100, owner, Act::Remove { chat, user });
        let role = Role::Student;
        self.act_in(SECOND, owner, Act::Add { chat, user, role });
        self.act_in(2 * SECOND, device, Act::Open { chat });
        self.away(device, 4 * SECOND, 9 * SECOND);
        let history = HistoryRule::SinceJoining;
        self.act_in(5 * SECOND, owner, Act::SetHistory { chat, history });
        self.send_in(6 * SECOND, owner, chat, 1);
    }

    /// Ops are under way over HTTP while the way for sockets opens again; or a server comes back to many.
    fn sent_into_the_return(&mut self) {
        let (device, chat) = (self.device(), self.chat());
        let condition = Condition {
            latency_ms: 100..=900,
            websockets: false,
            ..Condition::GOOD
        };
        let whose = Some(device);
        self.push(Step::Net(NetEvent::Set {
            device: whose,
            condition,
        }));
        self.push(Step::Net(NetEvent::Cut { device: whose }));
        let back = self.rng.within(15 * SECOND..=40 * SECOND);
        for _ in 0..4 {
            let wait = back - self.rng.below(3 * SECOND);
            self.send_in(wait, device, chat, 1);
        }
        let condition = Condition::GOOD;
        self.push_in(
            back,
            Step::Net(NetEvent::Set {
                device: whose,
                condition,
            }),
        );
        self.send_in(back + 200, device, chat, 1);
    }

    /// A backup is made, more is said and read, and the backup is put back.
    pub(super) fn read_then_restored(&mut self) {
        let backup = Step::Server(ServerEvent::Backup);
        let before = self.steps.iter().filter(|timed| timed.step == backup);
        let newest = before.count();
        self.push(backup);
        let (writer, chat) = (self.device(), self.chat());
        self.send_in(500, writer, chat, 4);
        for device in 0..self.devices.len() {
            self.act_in(2 * SECOND, device, Act::MarkRead { chat });
        }
        let wait = self.rng.within(3 * SECOND..=12 * SECOND);
        self.push_in(wait, Step::Server(ServerEvent::Restore { backup: newest }));
    }
}
