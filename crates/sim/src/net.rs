//! The network, itself without I/O: what is sent goes in with the moment, what arrives comes out at its own.
//!
//! A link is one connection as TCP makes it: ordered and reliable while it lives, and what is in flight when it is
//! cut is lost. A WebSocket is one link; an HTTP exchange is one link too, with a request there and an answer back.
//! Links know nothing of each other, so what travels on two of them may arrive in any order.
//!
//! | room | what lives there |
//! | --- | --- |
//! | `delivery` | what is sent and what arrives |
//! | `condition` | how a device's way to the server is, as plain data |
//! | `link` | one connection: two pipes, two ends |
//! | `harm` | cutting, half-opening, stalling; the server's machine going away |
//!
//! ```
//! use samtale_sim::net::{Condition, Delivery, Hello, Net};
//! use samtale_sim::rng::Rng;
//!
//! let mut net = Net::new(Rng::new(1).fork("net"));
//! let hello = Hello { peer: Net::address(0), path: "/realtime/v1/websocket".into(), token: "t".into() };
//! let link = net.connect(0, 0, hello);
//! let arrival = net.next().expect("the handshake is under way");
//! assert!(matches!(net.poll(arrival), Some(Delivery::ServerOpen { link: opened, .. }) if opened == link));
//! assert!(net.poll(arrival).is_none());
//! ```

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use crate::clock::Millis;
use crate::rng::Rng;

mod condition;
pub(crate) mod counts;
mod delivery;
mod harm;
mod link;
mod links;
#[cfg(test)]
mod tests;

pub use condition::{Condition, Direction};
pub use counts::NetCounts;
pub use delivery::{Delivery, Hello, HttpRequest, LinkId};
pub use harm::Which;
use link::{Down, Kind, Link, Up};
use links::{Arrival, Links};

/// A device, by its place in the plan.
pub type DeviceNo = usize;

/// How many bytes may be under way to a client before its link takes no more.
pub const WINDOW: u64 = 64 * 1024;

/// What a proxy says that does not know WebSockets.
const NO_UPGRADES: [u16; 5] = [400, 405, 426, 501, 502];
/// A proxy waits at most this long before it sends a request again.
const REPEAT_AFTER_MS: u64 = 2_000;
/// How many later frames may overtake the repetition of a loose one.
const REPEAT_WITHIN: u64 = 3;

/// Whether the server's machine can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Server {
    /// It listens.
    Up,
    /// The machine is there and nobody listens: it refuses.
    Down,
    /// The machine is away: silence.
    Gone,
}

/// A device's way to the server.
#[derive(Clone, Debug, Default)]
struct Way {
    condition: Condition,
    /// Nothing moves, and nobody is told.
    stalled: bool,
}

/// The network of a world.
#[derive(Clone, Debug)]
pub struct Net {
    rng: Rng,
    ways: BTreeMap<DeviceNo, Way>,
    links: Links,
    next_link: u64,
    server: Server,
    counts: NetCounts,
}

impl Net {
    /// Makes a network in good condition, with the server up.
    pub const fn new(rng: Rng) -> Self {
        Self {
            rng,
            ways: BTreeMap::new(),
            links: Links::new(),
            next_link: 1,
            server: Server::Up,
            counts: NetCounts::new(),
        }
    }

    /// Returns an address that is a device's own.
    pub fn address(device: DeviceNo) -> IpAddr {
        let [.., a, b] = device.to_be_bytes();
        IpAddr::V4(Ipv4Addr::new(10, 0, a, b))
    }

    /// Begins a WebSocket.
    pub fn connect(&mut self, now: Millis, device: DeviceNo, hello: Hello) -> LinkId {
        let id = self.add(Link::new(device, Kind::Socket));
        self.counts.connects += 1;
        match self.meet(device) {
            Meeting::Silence => self.counts.hung += 1,
            Meeting::Refusal => {
                self.counts.refused += 1;
                self.push_down(now, id, Down::Refused(None));
            }
            Meeting::Server if !self.condition(device).websockets => {
                self.counts.blocked += 1;
                let status = *self.rng.pick(&NO_UPGRADES);
                self.push_down(now, id, Down::Refused(Some(status)));
            }
            Meeting::Server => self.push_up(now, id, Up::Open(hello)),
        }
        id
    }

    /// Begins an HTTP exchange.
    pub fn request(&mut self, now: Millis, device: DeviceNo, request: HttpRequest) -> LinkId {
        let id = self.add(Link::new(device, Kind::Exchange));
        self.counts.requests += 1;
        match self.meet(device) {
            Meeting::Silence => self.counts.hung += 1,
            Meeting::Refusal => {
                self.counts.refused += 1;
                self.push_down(now, id, Down::Failed);
            }
            Meeting::Server => {
                let repeat = u64::from(self.condition(device).http_repeat);
                let again = self.rng.chance(repeat).then(|| request.clone());
                self.push_up(now, id, Up::Request(request));
                if let Some(request) = again {
                    self.repeat_request(now, id, request);
                }
            }
        }
        id
    }

    /// A proxy lost its own way to the server, and sends the request again: the server sees two, the client hears the
    /// second answer.
    fn repeat_request(&mut self, now: Millis, first: LinkId, request: HttpRequest) {
        let later = now + self.rng.within(0..=REPEAT_AFTER_MS);
        let noticed = self.rng.chance(500);
        let Some(link) = self.links.get(&first).filter(|link| !link.severed) else {
            return;
        };
        let mut again = Link::new(link.device, Kind::Exchange);
        again.answers_as = Some(first);
        let second = self.add(again);
        if let Some(link) = self.links.get_mut(&first) {
            link.client = false;
        }
        self.counts.http_repeated += 1;
        if noticed {
            self.push_up(later, first, Up::Close(None));
        }
        self.push_up(later, second, Up::Request(request));
    }

    /// Sends a frame to the server.
    pub fn to_server(&mut self, now: Millis, link: LinkId, text: String) {
        let open = self
            .links
            .get(&link)
            .is_some_and(|link| !link.closing && link.kind == Kind::Socket);
        if open {
            self.counts.frames += 1;
            self.push_up(now, link, Up::Frame(text));
        }
    }

    /// Sends a frame to the client. A `loose` one is an event that fan-out may lose or repeat; the repetition may come
    /// some frames later.
    pub fn to_client(&mut self, now: Millis, link: LinkId, text: String, loose: bool) {
        let socket = |link: &&mut Link| link.kind == Kind::Socket;
        let Some(held) = self.links.get_mut(&link).filter(socket) else {
            return;
        };
        let echo = held.due_echo();
        let device = held.device;
        self.counts.frames += 1;
        let condition = self.condition(device);
        let (lose, repeat) = (
            u64::from(condition.lose_events),
            u64::from(condition.repeat_events),
        );
        if loose && self.rng.chance(lose) {
            self.counts.lost += 1;
        } else {
            if loose && self.rng.chance(repeat) {
                let after = self.rng.below(REPEAT_WITHIN + 1);
                if let Some(held) = self.links.get_mut(&link) {
                    held.echo.get_or_insert((after, text.clone()));
                }
            }
            self.push_down(now, link, Down::Frame(text));
        }
        let at_once = self.links.get_mut(&link).and_then(Link::echo_at_once);
        for text in echo.into_iter().chain(at_once) {
            self.counts.repeated += 1;
            self.push_down(now, link, Down::Frame(text));
        }
    }

    /// The server takes a handshake.
    pub fn accept(&mut self, now: Millis, link: LinkId) {
        self.push_down(now, link, Down::Opened);
    }

    /// The server refuses a handshake.
    pub fn refuse(&mut self, now: Millis, link: LinkId, status: u16) {
        self.push_down(now, link, Down::Refused(Some(status)));
        self.server_leaves(link);
    }

    /// The server answers a request.
    pub fn answer(&mut self, now: Millis, link: LinkId, status: u16, body: String) {
        self.push_down(now, link, Down::Answer(status, body));
        self.server_leaves(link);
    }

    /// The server closes a link, after what it sent before; without a code it only hangs up.
    pub fn close_by_server(&mut self, now: Millis, link: LinkId, code: Option<u16>) {
        self.push_down(now, link, Down::Close(code));
        self.server_leaves(link);
    }

    /// The client closes a socket with a close frame, after what it sent before. What is under way to it still
    /// arrives, and in the end [`Delivery::ClientClosed`], if the server hears.
    pub fn close_by_client(&mut self, now: Millis, link: LinkId, code: u16) {
        let Some(held) = self.links.get_mut(&link).filter(|held| !held.closing) else {
            return;
        };
        if held.kind == Kind::Exchange || held.severed || !held.reaches_server() {
            self.abandon(now, link);
            return;
        }
        held.closing = true;
        self.push_up(now, link, Up::Close(Some(code)));
    }

    /// The client goes away without a word: a request given up, a program killed. It hears no more of the link; the
    /// server hears a broken link, if it hears.
    pub fn abandon(&mut self, now: Millis, link: LinkId) {
        let repeats = |(id, held): (&LinkId, &Link)| {
            (*id == link || held.answers_as == Some(link)).then_some(*id)
        };
        let given_up: Vec<LinkId> = self.links.iter().filter_map(repeats).collect();
        for id in given_up {
            let Some(held) = self.links.get_mut(&id) else {
                continue;
            };
            let told = std::mem::replace(&mut held.closing, true);
            held.leave_client();
            if !told && held.reaches_server() {
                self.push_up(now, id, Up::Close(None));
            }
            self.tidy(id);
        }
    }

    /// All links of a device are given up at once: its program was killed.
    pub fn abandon_all(&mut self, now: Millis, device: DeviceNo) {
        let own = self.links().filter(|(_, of)| *of == device);
        let links: Vec<LinkId> = own.map(|(id, _)| id).collect();
        for link in links {
            self.abandon(now, link);
        }
    }

    /// Returns whether less than a [`WINDOW`] is under way to the client: a slow reader fills it.
    pub fn has_room(&self, link: LinkId) -> bool {
        self.links
            .get(&link)
            .is_none_or(|link| link.severed || link.down.in_flight() < WINDOW)
    }

    /// Returns whether a ping of the server goes unanswered: a direction is dead, or the client is gone or asleep.
    pub fn is_deaf(&self, link: LinkId) -> bool {
        self.links.get(&link).is_none_or(|held| {
            held.up.dead
                || held.down.dead
                || held.severed
                || !held.client
                || self.is_stalled(held.device)
        })
    }

    /// Returns the links that are not yet forgotten by both ends, with their devices, the oldest first.
    pub fn links(&self) -> impl Iterator<Item = (LinkId, DeviceNo)> {
        self.links.iter().map(|(id, link)| (*id, link.device))
    }

    /// Returns when something arrives next: at once, where that is in the past.
    pub fn next(&self) -> Option<Millis> {
        self.earliest().map(|(at, ..)| at)
    }

    /// Returns the next thing that has arrived by now.
    pub fn poll(&mut self, now: Millis) -> Option<Delivery> {
        while let Some((at, _, id, direction)) = self.earliest() {
            if at > now {
                break;
            }
            let delivery = match direction {
                Direction::ToServer => self.arrive_up(now, id),
                Direction::ToClient => self.arrive_down(id),
            };
            self.tidy(id);
            if delivery.is_some() {
                return delivery;
            }
        }
        None
    }

    /// Returns the numbers counted since the network began.
    pub const fn counts(&self) -> &NetCounts {
        &self.counts
    }

    fn earliest(&self) -> Option<Arrival> {
        self.links.earliest(|| self.seek_earliest())
    }

    fn seek_earliest(&self) -> Option<Arrival> {
        let heads = self.links.iter().flat_map(|(id, link)| {
            let stalled = self.is_stalled(link.device);
            // That a link is cut is heard at the server's end, however the device is.
            let up = link.up.head().filter(|_| link.severed || !stalled);
            let down = link.down.head().filter(|_| !stalled);
            let up = up.map(|(at, tie)| (at, tie, *id, Direction::ToServer));
            let down = down.map(|(at, tie)| (at, tie, *id, Direction::ToClient));
            up.into_iter().chain(down)
        });
        heads.min()
    }

    fn arrive_up(&mut self, now: Millis, id: LinkId) -> Option<Delivery> {
        let link = self.links.get_mut(&id)?;
        let device = link.device;
        let item = link.up.pop()?;
        match item {
            Up::Open(hello) => {
                link.server = true;
                Some(Delivery::ServerOpen {
                    link: id,
                    device,
                    hello,
                })
            }
            Up::Request(request) => {
                link.server = true;
                Some(Delivery::ServerRequest {
                    link: id,
                    device,
                    request,
                })
            }
            _ if !link.server => None,
            Up::Frame(text) => Some(Delivery::ServerFrame { link: id, text }),
            Up::Close(code) => {
                link.server = false;
                if link.kind == Kind::Exchange {
                    return Some(Delivery::ServerCancelled { link: id });
                }
                // A close frame is answered by another.
                if link.down.dead {
                    link.client = false;
                } else if link.client && code.is_some() {
                    self.push_down(now, id, Down::Close(code));
                }
                Some(Delivery::ServerClosed { link: id, code })
            }
        }
    }

    fn arrive_down(&mut self, id: LinkId) -> Option<Delivery> {
        let held = self.links.get_mut(&id)?;
        let device = held.device;
        let item = held.down.pop()?;
        if !held.client {
            return None;
        }
        let link = held.answers_as.unwrap_or(id);
        let exchange = held.kind == Kind::Exchange;
        held.client = matches!(item, Down::Opened | Down::Frame(_));
        Some(match item {
            Down::Opened => {
                self.counts.opened += 1;
                Delivery::ClientOpened { link, device }
            }
            Down::Refused(status) => Delivery::ClientRefused {
                link,
                device,
                status,
            },
            Down::Frame(text) => Delivery::ClientFrame { link, device, text },
            Down::Answer(status, body) => Delivery::ClientAnswer {
                link,
                device,
                status,
                body,
            },
            Down::Close(_) | Down::Failed if exchange => Delivery::ClientFailed { link, device },
            Down::Close(code) => Delivery::ClientClosed { link, device, code },
            Down::Failed => Delivery::ClientRefused {
                link,
                device,
                status: None,
            },
        })
    }

    fn add(&mut self, link: Link) -> LinkId {
        let id = LinkId(self.next_link);
        self.next_link += 1;
        self.links.insert(id, link);
        id
    }

    /// Draws what an attempt to reach the server meets.
    fn meet(&mut self, device: DeviceNo) -> Meeting {
        let condition = self.condition(device);
        let (hang, refuse) = (u64::from(condition.hang), u64::from(condition.refuse));
        let (hangs, refused) = (self.rng.chance(hang), self.rng.chance(refuse));
        match self.server {
            _ if hangs => Meeting::Silence,
            _ if refused => Meeting::Refusal,
            Server::Gone => Meeting::Silence,
            Server::Down => Meeting::Refusal,
            Server::Up => Meeting::Server,
        }
    }

    fn condition(&self, device: DeviceNo) -> &Condition {
        static GOOD: Condition = Condition::GOOD;
        self.ways.get(&device).map_or(&GOOD, |way| &way.condition)
    }

    fn is_stalled(&self, device: DeviceNo) -> bool {
        self.ways.get(&device).is_some_and(|way| way.stalled)
    }

    fn latency(&mut self, device: DeviceNo) -> Millis {
        let range = self.condition(device).latency_ms.clone();
        self.rng.within(range)
    }

    fn push_up(&mut self, now: Millis, id: LinkId, item: Up) {
        let Some(link) = self.links.get(&id) else {
            return;
        };
        let (device, severed, orphan) = (link.device, link.severed, link.orphan);
        if orphan && self.server != Server::Gone {
            // The machine that is back knows nothing of this connection.
            self.sever(now, id);
            return;
        }
        if severed || (item.may_break() && self.breaks(now, id, device)) {
            return;
        }
        // A handshake goes there and back before it is heard.
        let trips = if item.begins() { 3 } else { 1 };
        let latency = (0..trips).map(|_| self.latency(device)).sum();
        let tie = self.rng.below(1 << 32);
        if let Some(link) = self.links.get_mut(&id) {
            link.up.push(now, latency, tie, None, item);
        }
    }

    fn push_down(&mut self, now: Millis, id: LinkId, item: Down) {
        let Some(link) = self.links.get(&id) else {
            return;
        };
        let (device, severed) = (link.device, link.severed);
        if severed || (item.may_break() && self.breaks(now, id, device)) {
            return;
        }
        let latency = self.latency(device);
        let tie = self.rng.below(1 << 32);
        let speed = self.condition(device).bytes_per_second;
        if let Some(link) = self.links.get_mut(&id) {
            let had_room = link.down.in_flight() < WINDOW;
            link.down.push(now, latency, tie, speed, item);
            self.counts.slow += u64::from(had_room && link.down.in_flight() >= WINDOW);
        }
    }

    /// Draws whether this frame cuts its link; it is then lost with all that is in flight.
    fn breaks(&mut self, now: Millis, id: LinkId, device: DeviceNo) -> bool {
        let cut = u64::from(self.condition(device).cut);
        let breaks = self.rng.chance(cut);
        if breaks {
            self.sever(now, id);
        }
        breaks
    }

    fn server_leaves(&mut self, link: LinkId) {
        if let Some(held) = self.links.get_mut(&link) {
            held.server = false;
            held.up.clear();
            // Whom no close can reach any more was told all that will be told.
            if held.down.dead && held.closing {
                held.client = false;
            }
        }
        self.tidy(link);
    }

    /// Forgets a link that neither end knows of.
    fn tidy(&mut self, link: LinkId) {
        if self.links.get(&link).is_some_and(Link::is_over) {
            self.links.remove(&link);
        }
    }
}

/// What an attempt to reach the server meets.
enum Meeting {
    Server,
    Refusal,
    Silence,
}
