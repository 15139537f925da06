//! A server without a socket, a thread or a clock: what a world may rely on.

use std::net::Ipv4Addr;

use samtale_model::{ChatId, MessageId, Role};
use samtale_store::{Commit, NewParticipant};
use serde_json::{Value, json};

use super::*;

mod ends;
mod execution;
mod talk;

const SECRET: &str = "bare simuleringen kjenner den";
const PATH: &str = "/realtime/v1/websocket?vsn=2.0.0";
const KARI: LinkId = LinkId(1);
const OLA: LinkId = LinkId(2);

/// Hears how many commits there were.
#[derive(Default)]
struct Ear(AtomicUsize);

impl Tap for Ear {
    fn committed(&self, _commit: &Commit) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A server, and the world around it.
struct World {
    clock: Clock,
    disk: Disk,
    ear: Arc<Ear>,
    node: Node,
    next_ref: u64,
}

fn user(name: &str) -> UserId {
    UserId::new(name).expect("a valid id")
}

fn chat() -> ChatId {
    ChatId::from_bytes([7; 16])
}

fn topic() -> String {
    format!("chat:{}", chat())
}

impl World {
    fn new(seed: u64) -> Self {
        let (clock, rng) = (Clock::default(), Rng::new(seed));
        let disk = Disk::new(rng.fork("disk"));
        let ear = Arc::new(Ear::default());
        let node = boot(&clock, &disk, &ear, rng.fork("node 0"));
        let mut world = Self {
            clock,
            disk,
            ear,
            node,
            next_ref: 1,
        };
        let chat = NewChat {
            id: chat(),
            title: Some("Matte".to_owned().try_into().expect("a title")),
            history: samtale_model::HistoryRule::default(),
            participants: vec![NewParticipant {
                user: user("ola"),
                role: Role::Student,
            }],
        };
        let users = [user("kari"), user("ola")];
        world
            .node
            .seed(&users, vec![(user("kari"), chat)])
            .expect("seeds");
        world
    }

    /// Kills the server, and starts it again.
    fn boot_again(&mut self, rng: Rng) {
        self.disk.kill();
        // The dead one is dropped after the next has begun, and does the disk's new life no harm.
        self.node = boot(&self.clock, &self.disk, &self.ear, rng);
    }

    fn token(&self, name: &str) -> String {
        self.node.mint(&user(name), self.clock.wall(), 3_600_000)
    }

    fn open(&mut self, link: LinkId, name: &str) {
        let hello = Hello {
            peer: Ipv4Addr::LOCALHOST.into(),
            path: PATH.into(),
            token: self.token(name),
        };
        self.node.open(link, hello);
    }

    /// Opens a connection and joins the chat.
    fn join(&mut self, link: LinkId, name: &str) {
        self.open(link, name);
        assert!(self.said().contains(&NodeEvent::Opened { link }));
        self.push(link, &topic(), "phx_join", &json!({}));
        let frames = frames(&self.said(), link);
        assert!(frames.iter().any(is_ok), "{frames:?}");
    }

    /// Pushes; returns the push's reference.
    fn push(&mut self, link: LinkId, topic: &str, event: &str, payload: &Value) -> String {
        let reference = self.next_ref.to_string();
        self.next_ref += 1;
        let join_ref = (event == "phx_join").then_some(&reference);
        let frame = json!([join_ref, reference, topic, event, payload]).to_string();
        self.node.frame(link, frame);
        reference
    }

    /// Says something in the chat.
    fn say(&mut self, link: LinkId, number: u8, content: &str) -> String {
        let id = MessageId::v7(self.clock.wall(), [number; 10]);
        let op = json!({ "op": "send", "id": id, "content": content });
        self.push(link, &topic(), "ops", &json!({ "ops": [op] }))
    }

    /// Asks over HTTP.
    fn ask(&mut self, link: LinkId, method: &'static str, path: &str, token: String) {
        let request = HttpRequest {
            peer: Ipv4Addr::LOCALHOST.into(),
            method,
            path: path.into(),
            token,
            body: None,
        };
        self.node.request(link, request);
    }

    /// Lets the server run, and returns what it says.
    fn said(&mut self) -> Vec<NodeEvent> {
        self.node.run();
        std::iter::from_fn(|| self.node.poll()).collect()
    }

    /// Lets time pass, and returns what the server says meanwhile.
    fn pass(&mut self, millis: Millis) -> Vec<NodeEvent> {
        let until = self.clock.now() + millis;
        let mut said = self.said();
        while let Some(due) = self.node.next_timer().filter(|due| *due <= until) {
            self.clock.advance_to(due);
            self.node.fire();
            said.extend(self.said());
        }
        self.clock.advance_to(until);
        said
    }
}

fn boot(clock: &Clock, disk: &Disk, ear: &Arc<Ear>, rng: Rng) -> Node {
    let config = NodeConfig {
        clock: clock.clone(),
        rng,
        disk: disk.clone(),
        secret: SECRET.into(),
        limits: Limits::default(),
        skew: Arc::default(),
        tap: Arc::clone(ear) as Arc<dyn Tap>,
    };
    Node::boot(config).expect("boots")
}

/// Returns the frames to a link.
fn frames(said: &[NodeEvent], to: LinkId) -> Vec<Value> {
    let frame = |event: &NodeEvent| match event {
        NodeEvent::Frame { link, text } if *link == to => {
            Some(serde_json::from_str(text).expect("JSON"))
        }
        _ => None,
    };
    said.iter().filter_map(frame).collect()
}

/// Returns the code with which a connection was closed.
fn closed(said: &[NodeEvent], of: LinkId) -> Option<u16> {
    said.iter().find_map(|event| match event {
        NodeEvent::Closed { link, code } if *link == of => Some(*code),
        _ => None,
    })
}

fn is_ok(frame: &Value) -> bool {
    frame[3] == "phx_reply" && frame[4]["status"] == "ok"
}
