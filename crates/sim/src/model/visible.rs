//! Who may see what, worked out anew from commits alone: the model's own predicate.
//!
//! The rule (ARCHITECTURE, "Who sees what"): a member sees the messages created within their stays, from the commit that
//! brought them in up to the one that took them out, both included; under the history rule `all` an active member sees
//! everything; who is not in the chat sees nothing. Coming, going and a changed rule each begin a new *generation* of
//! sight, and what a device holds is judged by the generation that its cursor names.

use samtale_model::Seq;

use crate::clock::Millis;

/// What one user sees of one chat, generation by generation, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Sight(Vec<Generation>);

/// A spell in which a user's sight followed one rule.
#[derive(Clone, Debug)]
pub struct Generation {
    /// Its number, as epochs carry it.
    pub number: u64,
    /// The commit that began it.
    pub from: Seq,
    /// When that was committed.
    pub at: Millis,
    /// Whether the user is in the chat.
    pub active: bool,
    /// Whether the history rule shows everything.
    pub all: bool,
    stays: Vec<(Seq, Option<Seq>)>,
}

impl Generation {
    /// Returns whether a message created at a place is seen in this generation.
    pub fn sees(&self, created: Seq) -> bool {
        let within =
            |(from, to): &(Seq, Option<Seq>)| *from <= created && to.is_none_or(|to| created <= to);
        self.active && (self.all || self.stays.iter().any(within))
    }

    /// Returns the intervals of `createdSeq` that are seen, the latest first.
    pub fn intervals(&self) -> Vec<(Seq, Option<Seq>)> {
        if !self.active {
            Vec::new()
        } else if self.all {
            vec![(Seq::ZERO, None)]
        } else {
            self.stays.iter().rev().copied().collect()
        }
    }
}

impl Sight {
    /// Takes in that the user came into the chat.
    pub fn enter(&mut self, seq: Seq, at: Millis, all: bool) {
        let mut stays = self.stays();
        stays.push((seq, None));
        self.begin(seq, at, true, all, stays);
    }

    /// Takes in that the user is out of the chat.
    pub fn exit(&mut self, seq: Seq, at: Millis) {
        let mut stays = self.stays();
        if let Some(last) = stays.last_mut() {
            last.1 = Some(seq);
        }
        let all = self.now().is_some_and(|now| now.all);
        self.begin(seq, at, false, all, stays);
    }

    /// Takes in that the history rule changed; it matters to those who are in the chat.
    pub fn rule(&mut self, seq: Seq, at: Millis, all: bool) {
        if self.is_active() {
            self.begin(seq, at, true, all, self.stays());
        }
    }

    /// Returns the generation of now; none for someone who was never in the chat.
    pub fn now(&self) -> Option<&Generation> {
        self.0.last()
    }

    /// Returns whether the user is in the chat.
    pub fn is_active(&self) -> bool {
        self.now().is_some_and(|now| now.active)
    }

    /// Returns whether the user sees, now, a message created at a place.
    pub fn sees(&self, created: Seq) -> bool {
        self.now().is_some_and(|now| now.sees(created))
    }

    /// Returns a generation by its number, and the commit that ended it.
    pub fn generation(&self, number: u64) -> Option<(&Generation, Option<Seq>)> {
        let index = self.0.iter().position(|g| g.number == number)?;
        Some((&self.0[index], self.0.get(index + 1).map(|next| next.from)))
    }

    /// Returns whether a message may be held by a device whose cursor is of a generation: it is seen in that one or in
    /// a later one. A message that was created after a generation's end is no matter of that generation.
    pub fn may_hold(&self, number: u64, created: Seq) -> bool {
        self.spells().any(|(generation, end)| {
            generation.number >= number
                && generation.sees(created)
                && end.is_none_or(|end| created <= end.from)
        })
    }

    /// Returns when the user last could see a message: none if never, [`Millis::MAX`] if now.
    pub fn last_seen(&self, created: Seq) -> Option<Millis> {
        let seen = self.spells().filter(|(generation, end)| {
            generation.sees(created) && end.is_none_or(|end| created <= end.from)
        });
        seen.map(|(_, end)| end.map_or(Millis::MAX, |end| end.at))
            .max()
    }

    /// Returns whether the user has been in the chat without a break since a moment.
    pub fn active_since(&self, moment: Millis) -> bool {
        let before = self.0.iter().rposition(|g| g.at <= moment);
        before.is_some_and(|index| self.0[index..].iter().all(|g| g.active))
    }

    fn stays(&self) -> Vec<(Seq, Option<Seq>)> {
        self.now()
            .map_or_else(Vec::new, |generation| generation.stays.clone())
    }

    fn spells(&self) -> impl Iterator<Item = (&Generation, Option<&Generation>)> {
        let ends = self.0.iter().skip(1).map(Some).chain(std::iter::once(None));
        self.0.iter().zip(ends)
    }

    fn begin(
        &mut self,
        from: Seq,
        at: Millis,
        active: bool,
        all: bool,
        stays: Vec<(Seq, Option<Seq>)>,
    ) {
        let number = self.now().map_or(1, |now| now.number + 1);
        self.0.push(Generation {
            number,
            from,
            at,
            active,
            all,
            stays,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In at 1, out at 4, in again at 8; the rule becomes `all` at 12 and `since joining` at 14.
    fn sight() -> Sight {
        let mut sight = Sight::default();
        sight.enter(Seq(1), 10, false);
        sight.exit(Seq(4), 40);
        sight.enter(Seq(8), 80, false);
        sight.rule(Seq(12), 120, true);
        sight.rule(Seq(14), 140, false);
        sight
    }

    #[test]
    fn two_stays_are_seen_and_the_gap_is_not() {
        let sight = sight();
        let seen: Vec<u64> = (0..12).filter(|seq| sight.sees(Seq(*seq))).collect();
        assert_eq!(seen, [1, 2, 3, 4, 8, 9, 10, 11]);
        assert_eq!(sight.now().map(|now| now.number), Some(5));
    }

    #[test]
    fn a_device_is_judged_by_the_generation_it_was_told_of_and_those_after_it() {
        let sight = sight();
        assert!(sight.may_hold(4, Seq(6)), "all showed it");
        assert!(!sight.may_hold(5, Seq(6)), "the rule hides it again");
        assert!(
            sight.may_hold(3, Seq(6)),
            "the reset is on its way, its rows may be ahead"
        );
        assert!(sight.may_hold(1, Seq(3)));
    }

    #[test]
    fn what_was_never_seen_has_no_last_moment() {
        let sight = sight();
        assert_eq!(
            sight.last_seen(Seq(6)),
            Some(140),
            "only while the rule was all"
        );
        assert_eq!(sight.last_seen(Seq(9)), Some(Millis::MAX));
        assert!(sight.active_since(85));
        assert!(!sight.active_since(50));
    }
}
