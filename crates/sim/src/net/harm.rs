//! What is done to a network: links cut or left half open, devices out of reach, a server that goes away.

use super::link::{Down, Kind, Up};
use super::{Condition, DeviceNo, Direction, LinkId, Net, Server};
use crate::clock::Millis;

/// How many servers hear late that a link is cut, in a thousand.
const HEARD_LATE: u64 = 250;
/// How late at most.
const LATE_MS: u64 = 30_000;

/// Which links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// One.
    Link(LinkId),
    /// All of a device.
    Device(DeviceNo),
    /// All.
    All,
}

impl Net {
    /// Puts a device's network into a condition. What is in flight comes sooner where that is faster.
    pub fn set(&mut self, now: Millis, device: DeviceNo, condition: Condition) {
        let speed = condition.bytes_per_second;
        self.ways.entry(device).or_default().condition = condition;
        for id in self.chosen(Which::Device(device)) {
            let latency = self.latency(device);
            if let Some(link) = self.links.get_mut(&id).filter(|link| !link.severed) {
                link.up.hasten(now, latency, None);
                link.down.hasten(now, latency, speed);
            }
        }
    }

    /// Puts every device's network into good condition, and sets moving what was stalled. Links that are half open
    /// stay so: nothing heals them but their end.
    pub fn heal(&mut self, now: Millis) {
        let devices: Vec<DeviceNo> = self.ways.keys().copied().collect();
        for device in devices {
            self.set(now, device, Condition::GOOD);
            self.resume(device);
        }
    }

    /// The server's program ends or listens again. When it ends, its machine closes all links: what it had sent still
    /// arrives or does not, and connects are refused.
    pub fn set_server(&mut self, now: Millis, up: bool) {
        if up {
            self.server = Server::Up;
            // What was sent into the silence is sent again, to a machine that knows nothing of it.
            for id in self.chosen(Which::All) {
                if self
                    .links
                    .get(&id)
                    .is_some_and(|link| link.orphan && link.up.in_flight() > 0)
                {
                    self.sever(now, id);
                }
            }
            return;
        }
        self.counts.server_lost += 1;
        self.server = Server::Down;
        for id in self.chosen(Which::All) {
            let all_arrives = self.rng.chance(500);
            let Some(link) = self
                .links
                .get_mut(&id)
                .filter(|link| !link.severed && !link.orphan)
            else {
                continue;
            };
            if link.reaches_server() && all_arrives {
                link.server = false;
                link.up.clear();
                self.push_down(now, id, Down::Close(None));
                if let Some(link) = self.links.get_mut(&id) {
                    link.severed = true;
                }
            } else if link.reaches_server() {
                link.server = false;
                link.up.clear();
                self.sever(now, id);
            }
            self.tidy(id);
        }
    }

    /// The server's machine loses its power: no link is closed, nothing answers, and connects hang until
    /// [`Net::set_server`].
    pub fn lose_server(&mut self, now: Millis) {
        self.counts.server_lost += 1;
        self.server = Server::Gone;
        for id in self.chosen(Which::All) {
            let Some(link) = self.links.get_mut(&id) else {
                continue;
            };
            if link.severed {
                link.server = false;
                link.up.clear();
            } else if link.reaches_server() {
                link.server = false;
                link.orphan = true;
                let was_sending = !link.up.is_empty();
                link.up.clear();
                link.up.kill();
                // What was under way is sent again, for as long as it takes.
                if was_sending {
                    self.push_up(now, id, Up::Close(None));
                }
            }
            self.tidy(id);
        }
    }

    /// Cuts links: what is in flight is lost, and each end hears of it soon, the server's sometimes late.
    pub fn cut(&mut self, now: Millis, which: Which) {
        for id in self.chosen(which) {
            self.sever(now, id);
        }
    }

    /// Leaves a device's links half open: what travels one way vanishes, and no close arrives, until a link is cut or
    /// given up. Later links are whole.
    pub fn half_open(&mut self, device: DeviceNo, direction: Direction) {
        for id in self.chosen(Which::Device(device)) {
            let Some(link) = self.links.get_mut(&id).filter(|link| !link.severed) else {
                continue;
            };
            self.counts.half_open += 1;
            match direction {
                Direction::ToServer => link.up.kill(),
                Direction::ToClient => link.down.kill(),
            }
            self.tidy(id);
        }
    }

    /// A device loses its power: its ends of all links are gone, and the server hears nothing of it.
    pub fn lose_device(&mut self, device: DeviceNo) {
        for id in self.chosen(Which::Device(device)) {
            if let Some(link) = self.links.get_mut(&id).filter(|link| !link.severed) {
                link.leave_client();
                (link.closing, link.up.dead) = (true, true);
            }
            self.tidy(id);
        }
    }

    /// Nothing of a device moves from now on, and nobody is told: it sleeps, or is in a tunnel.
    pub fn stall(&mut self, device: DeviceNo) {
        let way = self.ways.entry(device).or_default();
        self.counts.stalled += u64::from(!way.stalled);
        way.stalled = true;
        self.links.stirred();
    }

    /// What of a device was stalled goes on, late and in order.
    pub fn resume(&mut self, device: DeviceNo) {
        self.ways.entry(device).or_default().stalled = false;
        self.links.stirred();
    }

    /// Cuts one link.
    pub(super) fn sever(&mut self, now: Millis, id: LinkId) {
        let Some(link) = self.links.get(&id).filter(|link| !link.severed) else {
            return;
        };
        let device = link.device;
        self.counts.cut += 1;
        let late = self.rng.chance(HEARD_LATE);
        let spread = if late { LATE_MS } else { 0 };
        let (to_client, to_server) = (
            self.latency(device),
            self.latency(device) + self.rng.within(0..=spread),
        );
        let ties = (self.rng.below(1 << 32), self.rng.below(1 << 32));
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        link.severed = true;
        link.echo = None;
        link.up.clear();
        link.down.clear();
        (link.up.dead, link.down.dead) = (false, false);
        if link.client {
            let news = match link.kind {
                Kind::Socket => Down::Close(None),
                Kind::Exchange => Down::Failed,
            };
            link.down.push(now, to_client, ties.0, None, news);
        }
        if link.server {
            link.up.push(now, to_server, ties.1, None, Up::Close(None));
        }
        self.tidy(id);
    }

    fn chosen(&self, which: Which) -> Vec<LinkId> {
        let links = self.links();
        match which {
            Which::Link(link) => vec![link],
            Which::Device(device) => links
                .filter(|(_, of)| *of == device)
                .map(|(id, _)| id)
                .collect(),
            Which::All => links.map(|(id, _)| id).collect(),
        }
    }
}
