//! What goes wrong in a drawn plan, and how long until it is well again.
//!
//! Most faults end; some are left as they are until the world heals all of them.

use samtale_engine::Network;

use super::{Draft, HOUR, MINUTE, SECOND, many};
use crate::clock::Millis;
use crate::device::{StorageMood, TokenMood};
use crate::net::{Condition, Direction};
use crate::plan::profile::Happening;
use crate::plan::{Act, DeviceEvent, NetEvent, Profile, ServerEvent, Step};

impl Draft {
    /// Draws a fault with its end.
    pub(super) fn fault(&mut self, happening: Happening) {
        match happening {
            Happening::BadNetwork => {
                let condition = self.bad_condition();
                self.condition(condition);
            }
            Happening::NoWebsockets => {
                let condition = Condition {
                    websockets: false,
                    http_repeat: *self.rng.pick(&[0, 0, 200]),
                    ..Condition::GOOD
                };
                self.condition(condition);
                // The proxy is met only by who must connect anew.
                if self.rng.chance(800) {
                    self.cut_last();
                }
            }
            Happening::LossyFanOut => self.lossy_fan_out(),
            Happening::Tunnel => self.tunnel(),
            Happening::Cut => {
                let device = Some(self.device());
                self.push(Step::Net(NetEvent::Cut { device }));
            }
            Happening::CutAll => self.push(Step::Net(NetEvent::Cut { device: None })),
            Happening::HalfOpen => {
                let device = self.device();
                let direction = *self.rng.pick(&[Direction::ToServer, Direction::ToClient]);
                self.push(Step::Net(NetEvent::HalfOpen { device, direction }));
            }
            Happening::DeviceKill => self.device_kill(),
            Happening::Sleep => self.sleep(),
            Happening::DeviceSkew => self.device_skew(),
            Happening::BadStorage => self.bad_storage(),
            Happening::BadTokens => self.bad_tokens(),
            Happening::LongAway => self.long_away(),
            Happening::ServerSkew => {
                let ms = self.skew(2 * MINUTE);
                self.push(Step::Server(ServerEvent::Skew { ms }));
            }
            Happening::Backup => self.push(Step::Server(ServerEvent::Backup)),
            Happening::Restore if self.rng.chance(400) => self.read_then_restored(),
            Happening::Restore => {
                let backup = self.rng.index(3);
                self.push(Step::Server(ServerEvent::Restore { backup }));
            }
            other => self.server_fault(other),
        }
    }

    fn server_fault(&mut self, happening: Happening) {
        let server = Step::Server;
        match happening {
            Happening::ServerKill => {
                self.push(server(ServerEvent::Kill));
                self.reboot();
            }
            Happening::PowerCut => {
                self.push(server(ServerEvent::PowerCut));
                self.reboot();
            }
            Happening::PowerCutInWrite => {
                let operations = self.rng.within(1..=40);
                self.push(server(ServerEvent::PowerCutAfter { operations }));
                self.talk(2);
                // It may take until someone writes; a second boot finds the server down then.
                self.reboot();
                self.reboot();
            }
            Happening::Drain => {
                self.push(server(ServerEvent::Drain));
                self.reboot();
            }
            Happening::DiskFull => {
                self.push(server(ServerEvent::Full { on: true }));
                self.talk(2);
                let wait = self.rng.within(SECOND..=20 * SECOND);
                self.push_in(wait, server(ServerEvent::Full { on: false }));
            }
            Happening::FailedSync => {
                self.push(server(ServerEvent::FailSyncs { on: true }));
                self.talk(1);
                let wait = self.rng.within(SECOND..=10 * SECOND);
                self.push_in(wait, server(ServerEvent::FailSyncs { on: false }));
                self.reboot();
            }
            _ => unreachable!("every other happening is drawn elsewhere"),
        }
    }

    /// Lets people do something in the very moment, so that a fault of the disk meets a write.
    fn talk(&mut self, acts: usize) {
        for _ in 0..many(&mut self.rng, (0, acts as u64 + 1)) {
            let (device, chat) = (self.device(), self.chat());
            let act = Act::Send {
                chat,
                count: self.rng.index(3) + 1,
                words: 3,
                persist: true,
            };
            self.push(Step::Act { device, act });
        }
    }

    /// Boots the server a while after it went down; now and then only the world's healing does.
    fn reboot(&mut self) {
        if self.rng.chance(900) {
            let wait = match self.rng.below(10) {
                0..3 => self.rng.within(1..=SECOND),
                3..9 => self.rng.within(SECOND..=15 * SECOND),
                _ => self.rng.within(15 * SECOND..=2 * MINUTE),
            };
            self.push_in(wait, Step::Server(ServerEvent::Boot));
        }
    }

    /// Draws how long something is bad: seconds, and now and then minutes.
    fn spell(&mut self) -> Millis {
        if self.rng.chance(850) {
            self.rng.within(SECOND..=25 * SECOND)
        } else {
            self.rng.within(25 * SECOND..=3 * MINUTE)
        }
    }

    fn condition(&mut self, condition: Condition) {
        let (device, wait) = (Some(self.device()), self.spell());
        self.push(Step::Net(NetEvent::Set { device, condition }));
        if self.rng.chance(800) {
            let condition = Condition::GOOD;
            self.push_in(wait, Step::Net(NetEvent::Set { device, condition }));
        }
    }

    /// Cuts the device of the newest condition.
    fn cut_last(&mut self) {
        let device = self.steps.iter().rev().find_map(|timed| match timed.step {
            Step::Net(NetEvent::Set { device, .. }) => device,
            _ => None,
        });
        self.push(Step::Net(NetEvent::Cut { device }));
    }

    fn bad_condition(&mut self) -> Condition {
        let good = Condition::GOOD;
        match self.rng.below(6) {
            // A phone in a valley.
            0 => Condition {
                latency_ms: 200..=self.rng.within(400..=3_000),
                bytes_per_second: Some(self.rng.within(500..=20_000)),
                ..good
            },
            // A train: it works and breaks, and works.
            1 => Condition {
                latency_ms: 40..=800,
                cut: 60,
                refuse: 300,
                hang: 100,
                ..good
            },
            // A reader that hardly takes anything.
            2 => Condition {
                bytes_per_second: Some(self.rng.within(50..=400)),
                ..good
            },
            // No name is resolved, or nothing answers.
            3 => Condition {
                refuse: 700,
                ..good
            },
            4 => Condition { hang: 700, ..good },
            _ => Condition {
                latency_ms: 1..=self.rng.within(50..=6_000),
                cut: *self.rng.pick(&[0, 10, 200]),
                refuse: *self.rng.pick(&[0, 100, 500]),
                hang: *self.rng.pick(&[0, 100, 300]),
                lose_events: *self.rng.pick(&[0, 100]),
                repeat_events: *self.rng.pick(&[0, 100]),
                http_repeat: *self.rng.pick(&[0, 100]),
                ..good
            },
        }
    }

    fn lossy_fan_out(&mut self) {
        let condition = Condition {
            lose_events: *self.rng.pick(&[30, 150, 500]),
            repeat_events: *self.rng.pick(&[0, 100, 400]),
            ..Condition::GOOD
        };
        let device = None;
        self.push(Step::Net(NetEvent::Set { device, condition }));
        let (wait, condition) = (self.spell(), Condition::GOOD);
        self.push_in(wait, Step::Net(NetEvent::Set { device, condition }));
    }

    /// Draws a while without a network, of which the system tells or does not.
    fn tunnel(&mut self) {
        let (device, wait) = (self.device(), self.spell());
        let told = self.rng.chance(500);
        let says = |network| Step::Device {
            device,
            event: DeviceEvent::Says(network),
        };
        if told {
            self.push(says(Network::Offline));
        }
        if self.rng.chance(500) {
            self.push(Step::Net(NetEvent::Stall { device }));
            self.push_in(wait, Step::Net(NetEvent::Resume { device }));
        } else {
            self.push(Step::Net(NetEvent::Down { device }));
            let good = NetEvent::Set {
                device: Some(device),
                condition: Condition::GOOD,
            };
            self.push_in(wait, Step::Net(good));
        }
        if told {
            let network = *self
                .rng
                .pick(&[Network::Online, Network::Online, Network::Slow]);
            // What the system says comes early, in time, or late.
            let late = self.rng.below(2 * SECOND);
            self.push_in((wait + late).saturating_sub(SECOND), says(network));
        }
    }

    fn device_event(&mut self, device: usize, wait: Millis, event: DeviceEvent) {
        self.push_in(wait, Step::Device { device, event });
    }

    fn device_kill(&mut self) {
        let device = self.device();
        // Often just after the person did something that is not stored yet.
        if self.rng.chance(600) {
            self.act(device);
        }
        let wait = *self.rng.pick(&[0, 0, 1, 5, 50]);
        self.device_event(device, wait, DeviceEvent::Kill);
        let back = wait + self.rng.within(1..=20 * SECOND);
        self.device_event(device, back, DeviceEvent::Boot);
    }

    fn sleep(&mut self) {
        let (device, hours) = (self.device(), self.rng.chance(250));
        let wait = if hours {
            self.hours()
        } else {
            self.rng.within(SECOND..=5 * MINUTE)
        };
        self.device_event(device, 0, DeviceEvent::Sleep);
        self.device_event(device, wait, DeviceEvent::Wake);
        if hours {
            self.pass(wait);
        }
    }

    fn long_away(&mut self) {
        let device = self.device();
        let wait = self.hours();
        let (out, back) = if self.rng.chance(500) {
            (DeviceEvent::Kill, DeviceEvent::Boot)
        } else {
            (DeviceEvent::Sleep, DeviceEvent::Wake)
        };
        self.device_event(device, 0, out);
        self.device_event(device, wait, back);
        self.pass(wait);
    }

    /// Draws how long something takes that takes long. Most often that is longer than any wait but the one of a day,
    /// after which a person is asked: those who are awake speak to the server all the while, and that is what most of the
    /// time of a long play goes to.
    fn hours(&mut self) -> Millis {
        if self.rng.chance(60) {
            self.rng.within(23 * HOUR..=26 * HOUR)
        } else {
            self.rng.within(10 * MINUTE..=90 * MINUTE)
        }
    }

    /// Lets hours pass for everyone, now and then: what is unsent grows old then.
    fn pass(&mut self, hours: Millis) {
        if self.rng.chance(400) {
            self.now += hours;
        }
    }

    fn skew(&mut self, most: Millis) -> i64 {
        let ms = i64::try_from(self.rng.within(1..=most)).expect("is a few days");
        match self.rng.below(5) {
            0 => 0,
            1 | 2 => ms,
            _ => -ms,
        }
    }

    fn device_skew(&mut self) {
        let most = *self.rng.pick(&[30 * SECOND, 10 * MINUTE, 40 * HOUR]);
        let (device, ms) = (self.device(), self.skew(most));
        self.device_event(device, 0, DeviceEvent::Skew { ms });
    }

    fn bad_storage(&mut self) {
        let (device, wait) = (self.device(), self.spell());
        let mood = self.storage_mood();
        self.device_event(device, 0, DeviceEvent::Storage(mood));
        if self.rng.chance(400) {
            let killed = self.rng.below(wait);
            self.device_event(device, killed, DeviceEvent::Kill);
            let back = killed + self.rng.within(1..=10 * SECOND);
            self.device_event(device, back, DeviceEvent::Boot);
        }
        if self.rng.chance(800) {
            self.device_event(device, wait, DeviceEvent::Storage(StorageMood::Good));
        }
    }

    fn storage_mood(&mut self) -> StorageMood {
        let slow = *self.rng.pick(&[20, 300, 2_000, 8_000]);
        *self.rng.weighted(&[
            (4, StorageMood::Slow { ms: slow }),
            (3, StorageMood::Full),
            (2, StorageMood::Failing),
            (3, StorageMood::Flaky { permille: 300 }),
            (2, StorageMood::NoJournal),
            (1, StorageMood::Hung),
            (1, StorageMood::Unreadable),
        ])
    }

    fn bad_tokens(&mut self) {
        let (device, wait) = (self.device(), self.spell());
        let denied = self.profile == Profile::Tokens || self.rng.chance(200);
        let mood = match self.rng.below(if denied { 4 } else { 3 }) {
            0 => TokenMood::Slow {
                ms: *self.rng.pick(&[500, 5_000, 30_000]),
            },
            1 => TokenMood::Unavailable,
            2 => TokenMood::Expired,
            _ => TokenMood::Denied,
        };
        self.device_event(device, 0, DeviceEvent::Tokens(mood));
        if self.rng.chance(600) {
            let device = Some(device);
            self.push(Step::Net(NetEvent::Cut { device }));
        }
        self.device_event(device, wait, DeviceEvent::Tokens(TokenMood::Good));
        if self.rng.chance(500) {
            let act = Act::Reconnect;
            self.push_in(wait, Step::Act { device, act });
        }
    }
}
