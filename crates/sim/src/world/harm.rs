//! What happens to devices, to the network and to the server.

use std::sync::atomic::Ordering;

use samtale_engine::Input;

use super::{SECRET, World};
use crate::net::Which;
use crate::node::{Node, NodeConfig};
use crate::plan::{DeviceEvent, DeviceNo, NetEvent, ServerEvent};
use crate::run::Failure;

impl World {
    /// Lets something happen to a device; false where it can't now.
    pub(super) fn device_event(
        &mut self,
        device: DeviceNo,
        event: &DeviceEvent,
    ) -> Result<bool, Failure> {
        let now = self.clock.now();
        let Some(seat) = self.seats.get_mut(device) else {
            return Ok(false);
        };
        self.trace.note(now, format_args!("d{device} {event:?}"));
        let up = seat.device.is_up();
        match event {
            DeviceEvent::Boot if up => return Ok(false),
            DeviceEvent::Boot => self.boot_device(device)?,
            DeviceEvent::Kill if !up => return Ok(false),
            DeviceEvent::Kill => self.kill_device(device)?,
            DeviceEvent::Sleep | DeviceEvent::Wake if !up => return Ok(false),
            DeviceEvent::Sleep => {
                seat.device.sleep();
                self.net.stall(device);
            }
            DeviceEvent::Wake => {
                seat.device.wake();
                self.net.resume(device);
                self.model.device_rearmed(device);
            }
            DeviceEvent::Skew { ms } => {
                seat.device.set_skew(*ms);
                self.model.device_skewed(device);
            }
            DeviceEvent::Storage(mood) => seat.device.set_storage(*mood),
            DeviceEvent::Tokens(mood) => seat.device.set_tokens(*mood),
            DeviceEvent::Says(network) => {
                self.model.device_rearmed(device);
                seat.device.input(Input::Network { network: *network });
            }
        }
        self.post(device)?;
        Ok(true)
    }

    /// Ends a device's program where it stands.
    pub(super) fn kill_device(&mut self, device: DeviceNo) -> Result<(), Failure> {
        self.seats[device].device.kill();
        self.hang_up(device);
        self.model.device_killed(device);
        Ok(())
    }

    /// Forgets the links of a program that is gone.
    fn hang_up(&mut self, device: DeviceNo) {
        self.net.abandon_all(self.clock.now(), device);
        let seat = &mut self.seats[device];
        let links = seat.sockets.values().chain(seat.requests.values());
        for link in links {
            self.links.remove(link);
        }
        seat.sockets.clear();
        seat.requests.clear();
    }

    /// Lets something happen to the network.
    pub(super) fn net_event(&mut self, event: &NetEvent) -> bool {
        let now = self.clock.now();
        self.trace.note(now, format_args!("network {event:?}"));
        let devices = self.seats.len();
        match event {
            NetEvent::Set { device, condition } => {
                let whose = match device {
                    Some(device) if *device >= devices => return false,
                    Some(device) => *device..device + 1,
                    None => 0..devices,
                };
                for device in whose {
                    self.net.set(now, device, condition.clone());
                }
            }
            NetEvent::Stall { device } if *device < devices => self.net.stall(*device),
            // Who sleeps hears nothing, whatever the network does.
            NetEvent::Resume { device } if *device < devices => {
                if self.seats[*device].device.is_asleep() {
                    return false;
                }
                self.net.resume(*device);
            }
            NetEvent::Cut { device: None } => {
                let live = (0..devices).filter(|no| !self.seats[*no].sockets.is_empty());
                self.model.mass_cut(live.collect());
                self.net.cut(now, Which::All);
            }
            NetEvent::Cut {
                device: Some(device),
            } if *device < devices => self.net.cut(now, Which::Device(*device)),
            NetEvent::HalfOpen { device, direction } if *device < devices => {
                self.net.half_open(*device, *direction);
            }
            _ => return false,
        }
        true
    }

    /// Lets something happen to the server; false where it can't now.
    pub(super) fn server_event(&mut self, event: &ServerEvent) -> Result<bool, Failure> {
        let now = self.clock.now();
        let up = self.server.node.is_some();
        self.trace.note(now, format_args!("server {event:?}"));
        match event {
            ServerEvent::Boot if up => return Ok(false),
            ServerEvent::Boot => self.boot_server()?,
            ServerEvent::Kill | ServerEvent::PowerCut | ServerEvent::Drain if !up => {
                return Ok(false);
            }
            ServerEvent::Kill => self.fail_server("killed", false)?,
            ServerEvent::PowerCut => self.fail_server("the power went", true)?,
            ServerEvent::PowerCutAfter { operations } => {
                self.disk.crash_after(Some(*operations));
            }
            ServerEvent::Drain => {
                self.server.draining = true;
                if let Some(node) = &mut self.server.node {
                    node.drain();
                }
            }
            ServerEvent::Full { on } => self.fill_disk(*on),
            ServerEvent::FailSyncs { on } => self.spoil_syncs(*on),
            ServerEvent::Skew { ms } => self.server.skew.store(*ms, Ordering::Relaxed),
            ServerEvent::Backup => {
                self.hear_commits()?;
                // A full disk, or one that fails, has no backup made of it.
                match self.disk.snapshot() {
                    Ok(image) => {
                        self.server.backups.push(image);
                        self.model.backed_up();
                    }
                    Err(_) => return Ok(false),
                }
            }
            ServerEvent::Restore { backup } => {
                if self.server.backups.is_empty() {
                    return Ok(false);
                }
                self.restore(*backup % self.server.backups.len())?;
            }
        }
        Ok(true)
    }

    pub(super) fn fill_disk(&mut self, full: bool) {
        self.server.full = full;
        self.disk.set_full(full);
    }

    pub(super) fn spoil_syncs(&mut self, failing: bool) {
        self.server.failing = failing;
        self.disk.fail_syncs(failing);
    }

    /// Starts the server over what its disk holds, and checks that nothing it had said is missing. It may fall again at
    /// once; who starts next looks then.
    pub(super) fn boot_server(&mut self) -> Result<(), Failure> {
        let first = self.server.boots == 0;
        if !self.start_node()? || first {
            return Ok(());
        }
        let Some(view) = self.read_store()? else {
            return Ok(());
        };
        let back = match self.server.restored.take() {
            Some(backup) => self.model.restored(backup, &view),
            None => self.model.server_back(&view),
        };
        self.check(back)
    }

    /// Starts the server; false where its disk does not let it.
    fn start_node(&mut self) -> Result<bool, Failure> {
        let now = self.clock.now();
        self.server.boots += 1;
        let rng = self.rng.fork(&format!("node {}", self.server.boots));
        let limits = self.plan.setup.limits.build().map_err(super::unplayable)?;
        let booted = Node::boot(NodeConfig {
            clock: self.clock.clone(),
            rng,
            disk: self.disk.clone(),
            secret: SECRET.to_owned(),
            limits,
            skew: std::sync::Arc::clone(&self.server.skew),
            tap: std::sync::Arc::clone(&self.tapped) as std::sync::Arc<dyn crate::node::Tap>,
        });
        let node = match booted {
            Ok(node) => node,
            Err(why) if self.server.full || self.server.failing || self.disk.crashed() => {
                self.trace
                    .note(now, format_args!("the server does not start: {why}"));
                if self.disk.crashed() {
                    self.disk.power_cut();
                } else {
                    self.disk.kill();
                }
                return Ok(false);
            }
            Err(why) => {
                return Err(Failure {
                    at: now,
                    rule: "boot",
                    detail: format!("the server does not start: {why}"),
                });
            }
        };
        self.server.node = Some(Box::new(node));
        self.server.draining = false;
        self.net.set_server(now, true);
        self.trace.note(
            now,
            format_args!("the server starts, no. {}", self.server.boots),
        );
        Ok(true)
    }

    /// Ends the server as a crash does: the process is gone, or with it the power.
    pub(super) fn fail_server(&mut self, why: &str, power: bool) -> Result<(), Failure> {
        let now = self.clock.now();
        let Some(node) = self.server.node.take() else {
            return Ok(());
        };
        self.trace
            .note(now, format_args!("the server is gone: {why}"));
        // The disk first: what is dropped after it writes nothing more.
        if power {
            self.disk.power_cut();
            self.net.lose_server(now);
        } else {
            self.disk.kill();
            self.net.set_server(now, false);
        }
        node.kill();
        self.server.paused.clear();
        self.disk.crash_after(None);
        self.hear_commits()
    }

    /// Notices that a server which was asked to stop has done so.
    pub(super) fn end_drained(&mut self) {
        if self
            .server
            .node
            .as_ref()
            .is_some_and(|node| node.is_stopped())
        {
            let now = self.clock.now();
            self.trace.note(now, format_args!("the server has stopped"));
            self.server.node = None;
            self.server.paused.clear();
            self.net.set_server(now, false);
        }
    }

    /// Puts a backup back in the place of the database, as an operator does, and starts over it.
    fn restore(&mut self, backup: usize) -> Result<(), Failure> {
        self.fail_server("an operator puts a backup back", false)?;
        self.disk.restore(&self.server.backups[backup]);
        self.fill_disk(false);
        self.spoil_syncs(false);
        self.server.restored = Some(backup);
        self.boot_server()
    }
}
