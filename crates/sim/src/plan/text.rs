//! A plan as a file, one step on a line so that a person can change it, and as lines to read.

use std::fmt::{self, Write};

use super::{Act, ChatSetup, DeviceSetup, NetEvent, Plan, Setup, Step, Timed};
use crate::clock::Millis;
use crate::net::Condition;

impl Plan {
    /// Writes the plan as JSON, a step on each line.
    pub fn to_json(&self) -> String {
        let json = |value: Result<String, serde_json::Error>| {
            value.expect("a plan holds nothing that JSON has no form for")
        };
        let mut text = String::from("{\n");
        if !self.about.is_empty() {
            text += &format!(
                "  \"about\": {},\n",
                json(serde_json::to_string(&self.about))
            );
        }
        text += &format!("  \"seed\": {},\n", self.seed);
        let setup = json(serde_json::to_string_pretty(&self.setup));
        text += &format!("  \"setup\": {},\n", setup.replace('\n', "\n  "));
        let lines = self
            .steps
            .iter()
            .map(|step| json(serde_json::to_string(step)));
        let lines: Vec<String> = lines.collect();
        text += &format!("  \"steps\": [\n    {}\n  ]\n}}\n", lines.join(",\n    "));
        text
    }

    /// Reads a plan from JSON.
    ///
    /// # Errors
    /// Where it is none.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let plan: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        plan.check()?;
        Ok(plan)
    }

    /// Says what of the plan no world can be made of, if anything.
    ///
    /// # Errors
    /// Where something is.
    pub fn check(&self) -> Result<(), String> {
        let user = |number: usize| {
            if number < self.setup.users {
                Ok(())
            } else {
                Err(format!("there is no user {number}"))
            }
        };
        self.setup.limits.build()?;
        for device in &self.setup.devices {
            user(device.user)?;
            device.try_config()?;
        }
        for chat in &self.setup.chats {
            if chat.members.is_empty() {
                return Err("a chat has no members".to_owned());
            }
            for (member, _) in &chat.members {
                user(*member)?;
            }
        }
        let devices = self.setup.devices.len();
        let mut at = 0;
        for timed in &self.steps {
            if timed.step.device().is_some_and(|device| device >= devices) {
                return Err(format!("there is no such device: {}", timed.step));
            }
            if timed.at < at {
                return Err(format!("a step comes after a later one: {timed}"));
            }
            at = timed.at;
        }
        Ok(())
    }
}

/// Writes a moment as seconds.
pub(crate) fn moment(at: Millis) -> String {
    format!("{}.{:03}", at / 1_000, at % 1_000)
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, {}", self.seed, self.setup)?;
        for timed in &self.steps {
            writeln!(f, "{timed}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token_life = self.token_life / 1_000;
        write!(
            f,
            "profile {}: {} users, tokens live {token_life} s",
            self.profile.name(),
            self.users
        )?;
        if self.limits.lifted {
            f.write_str(", no limits")?;
        }
        for (name, value) in &self.limits.set {
            write!(f, ", {name} {value}")?;
        }
        for (number, device) in self.devices.iter().enumerate() {
            write!(f, "\n  d{number}: {device}")?;
        }
        for (number, chat) in self.chats.iter().enumerate() {
            write!(f, "\n  chat {number}: {chat}")?;
        }
        Ok(())
    }
}

impl fmt::Display for DeviceSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "of u{}, {:?}", self.user, self.kind)?;
        if self.off {
            f.write_str(", off")?;
        }
        write!(f, ", opens {:?}", self.opens)?;
        for (name, value) in &self.config {
            write!(f, ", {name} {value}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ChatSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: Vec<String> = self
            .members
            .iter()
            .map(|(user, role)| format!("u{user} {}", role.as_str()))
            .collect();
        write!(f, "{}; history {:?}", members.join(", "), self.history)?;
        if self.messages > 0 {
            write!(f, "; {} messages", self.messages)?;
        }
        Ok(())
    }
}

impl fmt::Display for Timed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>11} {}", moment(self.at), self.step)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Act { device, act } => write!(f, "d{device} {act}"),
            Self::Device { device, event } => write!(f, "d{device} {event:?}"),
            Self::Net(NetEvent::Set { device, condition }) => {
                match device {
                    Some(device) => write!(f, "net of d{device}:")?,
                    None => f.write_str("net of all:")?,
                }
                worse(condition, f)
            }
            Self::Net(event) => write!(f, "net {event:?}"),
            Self::Server(event) => write!(f, "server {event:?}"),
            Self::Quiet => f.write_str("Quiet"),
        }
    }
}

/// Writes in what a condition differs from a good one.
fn worse(condition: &Condition, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if *condition == Condition::GOOD {
        return f.write_str(" good");
    }
    let (condition, good) = (format!("{condition:?}"), format!("{:?}", Condition::GOOD));
    let fields = |text: &str| -> Vec<String> {
        let inner = text
            .trim_start_matches("Condition { ")
            .trim_end_matches(" }");
        inner.split(", ").map(str::to_owned).collect()
    };
    let good = fields(&good);
    for field in fields(&condition) {
        if !good.contains(&field) {
            write!(f, " {field}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is as always is left out.
        let mut text = String::new();
        write!(text, "{self:?}")?;
        f.write_str(
            &text
                .replace(", persist: true", "")
                .replace(", thread: false", ""),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_reads_as_one_line_without_what_is_as_always() {
        let condition = Condition {
            refuse: 300,
            websockets: false,
            ..Condition::GOOD
        };
        let set = |device, condition| Step::Net(NetEvent::Set { device, condition });
        let send = Act::Send {
            chat: 1,
            count: 2,
            words: 3,
            persist: true,
        };
        let cases = [
            (
                set(Some(2), condition),
                "net of d2: refuse: 300 websockets: false",
            ),
            (set(None, Condition::GOOD), "net of all: good"),
            (
                Step::Act {
                    device: 0,
                    act: send,
                },
                "d0 Send { chat: 1, count: 2, words: 3 }",
            ),
        ];
        for (step, expected) in cases {
            assert_eq!(step.to_string(), expected);
        }
    }
}
