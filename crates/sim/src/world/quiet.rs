//! Quiet points: everything that is broken is mended, everybody comes back, the world waits until
//! nothing moves, and then all of it must be true.

use std::sync::atomic::Ordering;

use samtale_engine::{Command, ConnectionState, Input, Network, OutboxState};
use samtale_model::{ChatId, Permission};

use super::World;
use crate::clock::Millis;
use crate::device::{StorageMood, TokenMood};
use crate::model::WorldView;
use crate::plan::DeviceNo;
use crate::run::Failure;

/// How long it may take until everybody is back and everything is sent. The longest waits in it: a half-open link is
/// noticed after a heartbeat and its timeout, a backoff has its cap, a limit its minute.
const PATIENCE_MS: Millis = 300_000;
/// How long the world stands in peace before it is looked at: a presence leaves after its grace, "writing" runs out.
const PEACE_MS: Millis = 70_000;
/// How often it is looked whether all are back.
const LOOK_MS: Millis = 1_000;

impl World {
    /// Mends everything, waits, and checks.
    pub(super) fn quiet(&mut self) -> Result<(), Failure> {
        self.trace.note(
            self.clock.now(),
            format_args!("quiet: everything is mended"),
        );
        self.mend_server()?;
        self.mend_devices()?;
        self.settle()?;
        if self.speak_where_lost()? {
            self.settle()?;
        }
        // Everybody moves once, so that nobody is about to count as away when it is looked.
        for device in 0..self.seats.len() {
            self.model.device_rearmed(device);
            self.seats[device].device.input(Input::Activity);
            self.post(device)?;
        }
        self.run_until(self.clock.now() + PEACE_MS)?;
        let Some(view) = self.read_store()? else {
            return Err(Failure {
                at: self.clock.now(),
                rule: "read",
                detail: "the server ends while nothing harms it".to_owned(),
            });
        };
        let now = self.clock.now();
        let mut settled = Vec::new();
        for (device, seat) in self.seats.iter().enumerate() {
            if let Some(engine) = seat.device.engine() {
                settled.push((device, engine));
            }
        }
        let truth = self.model.settled(&WorldView {
            store: &view,
            devices: settled,
        });
        self.check(truth)?;
        self.trace
            .note(now, format_args!("quiet: everything is true"));
        Ok(())
    }

    fn mend_server(&mut self) -> Result<(), Failure> {
        self.net.heal(self.clock.now());
        self.fill_disk(false);
        self.spoil_syncs(false);
        self.disk.crash_after(None);
        self.server.skew.store(0, Ordering::Relaxed);
        // A server that drains comes to its end by itself, and within its limit.
        while self.server.draining && self.server.node.is_some() {
            self.run_until(self.clock.now() + LOOK_MS)?;
        }
        if self.server.node.is_none() {
            self.boot_server()?;
        }
        Ok(())
    }

    fn mend_devices(&mut self) -> Result<(), Failure> {
        for device in 0..self.seats.len() {
            let seat = &mut self.seats[device];
            seat.device.set_storage(StorageMood::default());
            seat.device.set_tokens(TokenMood::default());
            seat.device.set_skew(0);
            if seat.signed_out {
                self.kill_device(device)?;
            }
            if self.seats[device].device.is_up() {
                self.seats[device].device.wake();
                self.net.resume(device);
            } else {
                self.boot_device(device)?;
            }
            for input in [
                Input::Network {
                    network: Network::Online,
                },
                Input::Visible { visible: true },
            ] {
                self.model.device_rearmed(device);
                self.seats[device].device.input(input);
                self.post(device)?;
            }
            self.come_back(device)?;
            self.say(device, Command::RetryAll, None)?;
        }
        Ok(())
    }

    /// Does what a person does who sees that the connection was given up.
    fn come_back(&mut self, device: DeviceNo) -> Result<(), Failure> {
        let Some(engine) = self.seats[device].device.engine() else {
            return Ok(());
        };
        match engine.connection().state {
            ConnectionState::Idle | ConnectionState::Failed => {
                self.say(device, Command::Reconnect, None)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Waits until everybody is connected and has sent everything.
    fn settle(&mut self) -> Result<(), Failure> {
        let until = self.clock.now() + PATIENCE_MS;
        loop {
            self.run_until(self.clock.now() + LOOK_MS)?;
            let Some(restless) = self.restless() else {
                return Ok(());
            };
            if self.clock.now() >= until {
                return Err(Failure {
                    at: self.clock.now(),
                    rule: "unsettled",
                    detail: restless,
                });
            }
            if self.server.node.is_none() {
                self.boot_server()?;
            }
            for device in 0..self.seats.len() {
                self.come_back(device)?;
            }
        }
    }

    /// Says what has not come to rest; none where everything has.
    ///
    /// Rule `unsettled`: within [`PATIENCE_MS`] of peace every device is connected, every op was done or refused, every
    /// chat was made or not, and no chat loads: what is open, and all that is listed where there are not more of them than
    /// `max_joined_chats`. A chat that is open nowhere and has no place among the joined may be fetched once it is opened.
    /// Source: `engine/joining.rs`, `samtale_engine::ChatItem::loading`.
    fn restless(&self) -> Option<String> {
        self.seats.iter().enumerate().find_map(|(no, seat)| {
            let Some(engine) = seat.device.engine() else {
                return Some(format!("d{no} is not running"));
            };
            let connection = engine.connection();
            if connection.state != ConnectionState::Connected {
                return Some(format!("d{no} is not connected: {connection:?}"));
            }
            let outbox = engine.outbox();
            let waiting = outbox.items.iter().find(|item| {
                matches!(
                    item.state,
                    OutboxState::Waiting | OutboxState::Sending | OutboxState::Delayed { .. }
                )
            });
            if let Some(item) = waiting {
                return Some(format!("d{no} has not sent {item:?}"));
            }
            let chats = engine.chats();
            if let Some(item) = chats.iter().find(|item| item.making) {
                return Some(format!("d{no} still makes {}", item.id));
            }
            let crowded = chats.len() > seat.device.config().max_joined_chats;
            let listed = chats.into_iter().filter(|_| !crowded);
            let open = self.model.open_chats(no);
            let open = open.filter_map(|chat| engine.chat(chat));
            let behind = listed.chain(open).find(|item| item.loading);
            behind.map(|item| format!("d{no} still loads {}", item.id))
        })
    }

    /// Has someone speak where the network lost an event: only what follows shows the gap. It is someone who may speak
    /// there now, which not everyone knows of themselves who is shown the chat.
    fn speak_where_lost(&mut self) -> Result<bool, Failure> {
        let chats: Vec<ChatId> = std::mem::take(&mut self.lossy).into_iter().collect();
        if chats.is_empty() {
            return Ok(false);
        }
        let Some(view) = self.read_store()? else {
            return Ok(false);
        };
        let mut spoke = false;
        for chat in chats {
            for device in 0..self.seats.len() {
                let user = self.user(self.seats[device].device.user);
                let chats = view.users.get(&user).map(|user| &user.chats);
                let role = chats
                    .and_then(|chats| chats.get(&chat))
                    .map(|c| c.fresh.role);
                if !role.is_some_and(|role| role.may(Permission::Write)) {
                    continue;
                }
                let text = self.text(2);
                let marker = Some(self.marker);
                if self.say(device, Command::send(chat, text), marker)? {
                    spoke = true;
                    break;
                }
            }
        }
        Ok(spoke)
    }
}
