//! A chat as simple as can be: who was in when, and what was said when.

use samtale_model::{HistoryRule, Op, Rows, Seq};

use crate::api::Done;

pub(super) struct Reference {
    stays: Vec<Vec<(Seq, Option<Seq>)>>,
    all: bool,
    /// Where each message stands, and its words.
    said: Vec<(Seq, String)>,
}

impl Reference {
    /// The first two people are in from the first commit.
    pub(super) fn new(people: usize) -> Self {
        let stays = (0..people)
            .map(|number| {
                if number < 2 {
                    vec![(Seq(1), None)]
                } else {
                    vec![]
                }
            })
            .collect();
        Self {
            stays,
            all: false,
            said: Vec::new(),
        }
    }

    pub(super) fn is_active(&self, who: usize) -> bool {
        self.stays[who].last().is_some_and(|(_, to)| to.is_none())
    }

    pub(super) fn visible_to(&self, who: usize) -> Vec<(Seq, String)> {
        let sees = |place: Seq| {
            self.all
                || self.stays[who]
                    .iter()
                    .any(|(from, to)| *from <= place && to.is_none_or(|to| place <= to))
        };
        self.said
            .iter()
            .filter(|(place, _)| sees(*place))
            .cloned()
            .collect()
    }

    /// Takes an op that was accepted.
    pub(super) fn apply(
        &mut self,
        people: &[String],
        op: &Op,
        done: &Done<Rows>,
    ) -> Result<(), String> {
        match op {
            Op::Send { content, .. } => self.said.push((done.seq, content.as_str().to_owned())),
            Op::Edit {
                content,
                message_id,
                ..
            } => {
                let row = done
                    .value
                    .messages
                    .iter()
                    .find(|message| message.id == *message_id);
                self.word(
                    row.ok_or("an edit without its row")?.created_seq,
                    content.as_str(),
                );
            }
            Op::Delete { message_id, .. } => {
                let row = done
                    .value
                    .messages
                    .iter()
                    .find(|message| message.id == *message_id);
                self.word(row.ok_or("a delete without its row")?.created_seq, "");
            }
            Op::UpdateChat {
                history: Some(rule),
                ..
            } => self.all = *rule == HistoryRule::All,
            Op::AddParticipant { user_id, .. } => {
                let who = number(people, user_id.as_str())?;
                if !self.is_active(who) {
                    self.stays[who].push((done.seq, None));
                }
            }
            Op::RemoveParticipant { user_id, .. } => {
                let who = number(people, user_id.as_str())?;
                self.stays[who]
                    .last_mut()
                    .ok_or("somebody leaves who was never in")?
                    .1 = Some(done.seq);
            }
            Op::UpdateChat { .. } | Op::React { .. } | Op::SetRole { .. } => {}
        }
        Ok(())
    }

    fn word(&mut self, place: Seq, words: &str) {
        if let Some(said) = self.said.iter_mut().find(|(said, _)| *said == place) {
            words.clone_into(&mut said.1);
        }
    }
}

fn number(people: &[String], name: &str) -> Result<usize, String> {
    people
        .iter()
        .position(|person| person == name)
        .ok_or_else(|| "a stranger".into())
}
