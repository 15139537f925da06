//! Who sees what: one predicate, by membership intervals over `createdSeq`.

use samtale_model::Seq;

/// The messages of a chat that one member may see: those created within these intervals.
///
/// A chat whose history rule is `all` gives its active members one interval from the beginning;
/// otherwise each has an interval for every time they were in, the last of them open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visibility(Vec<Interval>);

/// From the commit that added a member, up to the one that removed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Interval {
    from: Seq,
    to: Option<Seq>,
}

impl Visibility {
    /// Sees everything.
    pub fn all() -> Self {
        Self(vec![Interval {
            from: Seq::ZERO,
            to: None,
        }])
    }

    /// Sees what was created from each `from` on, up to each `to`, both included; without `to`, for ever.
    pub fn of(intervals: impl IntoIterator<Item = (Seq, Option<Seq>)>) -> Self {
        Self(
            intervals
                .into_iter()
                .map(|(from, to)| Interval { from, to })
                .collect(),
        )
    }

    /// Returns whether a message created at `created` is visible.
    pub fn sees(&self, created: Seq) -> bool {
        self.0
            .iter()
            .any(|interval| interval.from <= created && interval.to.is_none_or(|to| created <= to))
    }

    /// Returns whether everything created from `oldest` on is visible: then a commit needs no filter.
    pub fn sees_all_from(&self, oldest: Seq) -> bool {
        self.0
            .iter()
            .any(|interval| interval.from <= oldest && interval.to.is_none())
    }

    /// Returns the intervals, as `of` takes them.
    pub fn intervals(&self) -> impl Iterator<Item = (Seq, Option<Seq>)> {
        self.0.iter().map(|interval| (interval.from, interval.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_who_came_back_sees_both_stays_and_not_the_gap() {
        let visibility = Visibility::of([(Seq(1), Some(Seq(4))), (Seq(8), None)]);
        let seen: Vec<u64> = (0..11).filter(|seq| visibility.sees(Seq(*seq))).collect();
        assert_eq!(seen, [1, 2, 3, 4, 8, 9, 10]);
        assert!(visibility.sees_all_from(Seq(8)));
        assert!(!visibility.sees_all_from(Seq(7)));
    }
}
