//! What goes between engines, network and server, and what the model hears of it.

use samtale_engine::{Input, Text};
use samtale_model::ChatId;
use samtale_protocol::{Frame, Topic, Version, event};

use super::{Owner, World};
use crate::device::DeviceOutput;
use crate::net::{Delivery, Hello, HttpRequest, LinkId, Net};
use crate::node::NodeEvent;
use crate::plan::DeviceNo;
use crate::run::Failure;

/// What RFC 6455 calls a connection that ended without a close frame.
const ABNORMAL: u16 = 1006;
/// HTTP's word for a token that is no good.
const UNAUTHORIZED: u16 = 401;

impl World {
    /// Hands over everything that has arrived; whether anything had.
    pub(super) fn deliver_all(&mut self) -> Result<bool, Failure> {
        let now = self.clock.now();
        let mut moved = false;
        while let Some(delivery) = self.net.poll(now) {
            moved = true;
            self.deliver(delivery)?;
        }
        Ok(moved)
    }

    fn deliver(&mut self, delivery: Delivery) -> Result<(), Failure> {
        let now = self.clock.now();
        if let Some(node) = &mut self.server.node {
            match &delivery {
                Delivery::ServerOpen { link, hello, .. } => node.open(*link, hello.clone()),
                Delivery::ServerFrame { link, text } => node.frame(*link, text.clone()),
                Delivery::ServerClosed { link, .. } => node.close(*link),
                Delivery::ServerRequest { link, request, .. } => {
                    self.arrived.insert(*link, now);
                    node.request(*link, request.clone());
                }
                Delivery::ServerCancelled { link } => node.cancel(*link),
                _ => {}
            }
        }
        match delivery {
            Delivery::ServerOpen { link, device, .. } => {
                self.arrived.insert(link, now);
                self.trace
                    .note(now, format_args!("{link} d{device} reaches the server"));
            }
            Delivery::ServerFrame { link, text } => {
                self.trace
                    .note(now, format_args!("{link} > {}", shown(&text)));
            }
            Delivery::ServerClosed { link, code } => {
                self.trace
                    .note(now, format_args!("{link} closed at the server {code:?}"));
            }
            Delivery::ServerRequest { link, request, .. } => {
                self.arrived.insert(link, now);
                let body = request.body.as_deref().map(shown).unwrap_or_default();
                self.trace.note(
                    now,
                    format_args!("{link} > {} {} {body}", request.method, request.path),
                );
            }
            Delivery::ServerCancelled { link } => {
                self.trace
                    .note(now, format_args!("{link} given up at the server"));
            }
            Delivery::ClientOpened { link, device } => {
                self.trace
                    .note(now, format_args!("{link} d{device} opened"));
                self.tell_socket(link, |device, generation| {
                    device.input(Input::SocketOpened { generation });
                })?;
            }
            Delivery::ClientRefused {
                link,
                device,
                status,
            } => {
                self.trace
                    .note(now, format_args!("{link} d{device} refused {status:?}"));
                let refused = self.refused_token(device, link, status);
                self.tell_socket(link, |device, generation| {
                    device.refused(generation, status);
                })?;
                if let Some(token) = refused {
                    self.model.token_refused(device, token.expose());
                }
                self.forget(link);
            }
            Delivery::ClientFrame { link, device, text } => {
                self.trace
                    .note(now, format_args!("{link} d{device} < {}", shown(&text)));
                self.tell_socket(link, |device, generation| {
                    let text = Text::from(text);
                    device.input(Input::SocketText { generation, text });
                })?;
            }
            Delivery::ClientClosed { link, device, code } => {
                self.trace
                    .note(now, format_args!("{link} d{device} closed {code:?}"));
                self.tell_socket(link, |device, generation| {
                    device.input(Input::SocketClosed { generation, code });
                })?;
                self.forget(link);
            }
            Delivery::ClientAnswer {
                link,
                device,
                status,
                body,
            } => {
                self.trace.note(
                    now,
                    format_args!("{link} d{device} < {status} {}", shown(&body)),
                );
                let refused = self.refused_token(device, link, Some(status));
                self.tell_request(link, |device, request| {
                    let body = Text::from(body);
                    device.input(Input::HttpReply {
                        request,
                        status,
                        body,
                    });
                })?;
                if let Some(token) = refused {
                    self.model.token_refused(device, token.expose());
                }
            }
            Delivery::ClientFailed { link, device } => {
                self.trace
                    .note(now, format_args!("{link} d{device} failed"));
                self.tell_request(link, |device, request| {
                    device.input(Input::HttpFailed { request });
                })?;
            }
        }
        Ok(())
    }

    /// Returns the token that a device hears to be refused, where it hears such things.
    fn refused_token(
        &self,
        device: DeviceNo,
        link: LinkId,
        status: Option<u16>,
    ) -> Option<samtale_engine::Token> {
        let request = matches!(self.links.get(&link), Some(Owner::Request { .. }));
        let tells = request || self.seats[device].device.config().tells_refusals;
        let heard = tells && status == Some(UNAUTHORIZED);
        heard.then(|| self.tokens.get(&link).cloned()).flatten()
    }

    fn tell_socket(
        &mut self,
        link: LinkId,
        tell: impl FnOnce(&mut crate::device::Device, u64),
    ) -> Result<(), Failure> {
        if let Some(Owner::Socket { device, generation }) = self.links.get(&link).copied() {
            tell(&mut self.seats[device].device, generation);
            self.post(device)?;
        }
        Ok(())
    }

    fn tell_request(
        &mut self,
        link: LinkId,
        tell: impl FnOnce(&mut crate::device::Device, u64),
    ) -> Result<(), Failure> {
        if let Some(Owner::Request { device, number }) = self.links.get(&link).copied() {
            self.forget(link);
            tell(&mut self.seats[device].device, number);
            self.post(device)?;
        }
        Ok(())
    }

    fn forget(&mut self, link: LinkId) {
        self.arrived.remove(&link);
        self.tokens.remove(&link);
        match self.links.remove(&link) {
            Some(Owner::Socket { device, generation }) => {
                self.seats[device].sockets.remove(&generation);
            }
            Some(Owner::Request { device, number }) => {
                self.seats[device].requests.remove(&number);
            }
            None => {}
        }
    }

    /// Hands out what a device wants done, and tells the model what it shows; whether there was anything.
    pub(super) fn post(&mut self, device: DeviceNo) -> Result<bool, Failure> {
        let mut moved = false;
        while let Some(output) = self.seats[device].device.poll() {
            moved = true;
            self.send(device, output)?;
        }
        let changes = self.seats[device].device.changes();
        if changes.is_empty() && !moved {
            return Ok(false);
        }
        for change in &changes {
            if let Some(engine) = self.seats[device].device.engine() {
                let heard = self.model.changed(device, change, engine);
                self.check(heard)?;
            }
        }
        if let Some(engine) = self.seats[device].device.engine() {
            let seen = self.model.glance(device, engine);
            self.check(seen)?;
        }
        Ok(true)
    }

    fn send(&mut self, device: DeviceNo, output: DeviceOutput) -> Result<(), Failure> {
        let now = self.clock.now();
        let seat = &mut self.seats[device];
        match output {
            DeviceOutput::Open {
                generation,
                path,
                token,
            } => {
                let used = self.model.token_used(device, token.expose());
                let hello = Hello {
                    peer: Net::address(device),
                    path: path.to_owned(),
                    token: token.expose().to_owned(),
                };
                let link = self.net.connect(now, device, hello);
                seat.sockets.insert(generation, link);
                self.tokens.insert(link, token);
                self.links
                    .insert(link, Owner::Socket { device, generation });
                self.trace
                    .note(now, format_args!("{link} d{device} connects"));
                self.check(used)?;
                let tried = self.model.attempts(device);
                self.check(tried)?;
            }
            DeviceOutput::Send { generation, text } => {
                if let Some(link) = seat.sockets.get(&generation) {
                    self.net.to_server(now, *link, text);
                }
            }
            DeviceOutput::Close { generation, code } => {
                if let Some(link) = seat.sockets.get(&generation) {
                    self.net.close_by_client(now, *link, code);
                }
            }
            DeviceOutput::Request {
                number,
                method,
                path,
                token,
                body,
            } => {
                let used = self.model.token_used(device, token.expose());
                let request = HttpRequest {
                    peer: Net::address(device),
                    method,
                    path,
                    token: token.expose().to_owned(),
                    body,
                };
                let link = self.net.request(now, device, request);
                seat.requests.insert(number, link);
                self.tokens.insert(link, token);
                self.links.insert(link, Owner::Request { device, number });
                self.check(used)?;
            }
            DeviceOutput::Cancel { number } => {
                if let Some(link) = seat.requests.get(&number).copied() {
                    self.net.abandon(now, link);
                    self.forget(link);
                }
            }
        }
        Ok(())
    }

    /// Lets the server do what it can now; whether it did anything.
    pub(super) fn run_server(&mut self) -> Result<bool, Failure> {
        let now = self.clock.now();
        let Some(node) = &mut self.server.node else {
            return Ok(false);
        };
        let mut moved = false;
        if node.next_timer().is_some_and(|due| due <= now) {
            node.fire();
            moved = true;
        }
        // What the network has forgotten, the server has been told the end of.
        for (link, _) in self.net.links() {
            node.deaf(link, self.net.is_deaf(link));
        }
        let with_room: Vec<LinkId> = self
            .server
            .paused
            .iter()
            .copied()
            .filter(|link| self.net.has_room(*link))
            .collect();
        for link in with_room {
            self.server.paused.remove(&link);
            node.pause(link, false);
        }
        moved |= node.run();
        self.hear_commits()?;
        while let Some(event) = self.server.node.as_mut().and_then(|node| node.poll()) {
            moved = true;
            self.node_event(event)?;
        }
        self.end_drained();
        Ok(moved)
    }

    /// Tells the model what was committed.
    pub(super) fn hear_commits(&mut self) -> Result<(), Failure> {
        let commits = std::mem::take(
            &mut *self
                .tapped
                .0
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        let now = self.clock.now();
        for commit in &commits {
            if let samtale_store::Commit::Chat(commit) = commit {
                let envelope = &commit.envelope;
                self.trace.note(
                    now,
                    format_args!("committed {} {}", envelope.chat, envelope.seq.0),
                );
            }
            let heard = self.model.committed(commit);
            self.check(heard)?;
        }
        Ok(())
    }

    fn node_event(&mut self, event: NodeEvent) -> Result<(), Failure> {
        let now = self.clock.now();
        match event {
            NodeEvent::Opened { link } => self.net.accept(now, link),
            NodeEvent::Refused { link, status } => self.net.refuse(now, link, status),
            NodeEvent::Frame { link, text } => {
                self.leaks(link, &text)?;
                let loose = chat_of_envelope(&text);
                let before = self.net.counts().lost;
                self.net.to_client(now, link, text, loose.is_some());
                if let Some(chat) = loose
                    && self.net.counts().lost > before
                {
                    self.lossy.insert(chat);
                }
                if !self.net.has_room(link)
                    && let Some(node) = &mut self.server.node
                {
                    self.server.paused.insert(link);
                    node.pause(link, true);
                }
            }
            // What has no close frame only hangs up.
            NodeEvent::Closed { link, code } => {
                let code = (code != ABNORMAL).then_some(code);
                self.net.close_by_server(now, link, code);
            }
            NodeEvent::Answer { link, status, body } => {
                self.leaks(link, &body)?;
                self.net.answer(now, link, status, body);
            }
            NodeEvent::Fatal { why } => {
                self.trace
                    .note(now, format_args!("the server ends itself: {why}"));
                // A program that ends itself leaves its machine running; one whose machine lost its power does not.
                let power = self.disk.crashed();
                self.fail_server("it ended itself", power)?;
            }
        }
        Ok(())
    }

    /// Has the model look for words in a frame that its reader may not have.
    fn leaks(&mut self, link: LinkId, text: &str) -> Result<(), Failure> {
        let Some(owner) = self.links.get(&link) else {
            return Ok(());
        };
        let user = self.seats[owner.device()].device.user;
        let since = self.arrived.get(&link).copied().unwrap_or_default();
        let looked = self.model.frame_to_client(user, since, text);
        self.check(looked)
    }
}

/// Returns the chat whose envelope a frame is; none for any other frame.
fn chat_of_envelope(text: &str) -> Option<ChatId> {
    // Most frames are none, and this is cheaper than to decode them all.
    if !text.contains("\"envelope\"") {
        return None;
    }
    let frame = Frame::decode(Version::V2, text).ok()?;
    match frame.topic.parse() {
        Ok(Topic::Chat(chat)) if &*frame.event == event::ENVELOPE => Some(chat),
        _ => None,
    }
}

/// Returns as much of a frame as a line of the trace has room for.
fn shown(text: &str) -> &str {
    const LONGEST: usize = 160;
    let end = text
        .char_indices()
        .map(|(at, _)| at)
        .find(|at| *at >= LONGEST)
        .unwrap_or(text.len());
    &text[..end]
}
