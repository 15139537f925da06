//! What has been printed of one chat, and what is new about it. Pure: it compares timelines.
//!
//! A timeline holds one contiguous range. After a reset, when very much has happened meanwhile, it
//! may begin after what was printed last; then older pages are asked for until the two meet, so
//! that nothing is passed over.

use std::collections::BTreeMap;

use samtale_engine::{Entry, Position, ReactionGroup};
use samtale_model::{ChatId, Message, Receipt, Seq, UserId};

use super::event::Event;

/// How many messages are remembered, to notice what happens to them.
const REMEMBERED: usize = 2_000;

/// How far a chat is followed.
#[derive(Debug)]
pub(super) struct Follow {
    chat: ChatId,
    from: From,
    /// Printed messages and those passed over at the beginning, by `createdSeq`.
    known: BTreeMap<Seq, Known>,
    receipts: BTreeMap<UserId, Receipt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// It has not begun: with so many of the newest messages it will.
    Newest(usize),
    /// Everything up to here is printed or passed over.
    After(Seq),
}

#[derive(Debug)]
struct Known {
    message: Message,
    reactions: Vec<ReactionGroup>,
}

/// What a look at a timeline came to.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// This is new.
    Events(Vec<Event>),
    /// An older page is needed first.
    Older,
    /// Nothing can be said yet.
    Wait,
}

impl Follow {
    /// Begins with so many of the newest messages.
    pub(super) const fn from_newest(chat: ChatId, last: usize) -> Self {
        Self::new(chat, From::Newest(last))
    }

    /// Begins with the first message.
    pub(super) const fn from_the_beginning(chat: ChatId) -> Self {
        Self::new(chat, From::After(Seq(0)))
    }

    const fn new(chat: ChatId, from: From) -> Self {
        Self {
            chat,
            from,
            known: BTreeMap::new(),
            receipts: BTreeMap::new(),
        }
    }

    /// Returns whether a first timeline was seen.
    pub(super) const fn has_begun(&self) -> bool {
        matches!(self.from, From::After(_))
    }

    /// Compares a timeline and receipts with what is known.
    pub(super) fn step(
        &mut self,
        entries: &[Entry],
        has_older: bool,
        receipts: &[Receipt],
    ) -> Step {
        let sent: Vec<(Seq, &Entry)> = entries
            .iter()
            .filter_map(|entry| match entry.position {
                Position::Sent(seq) => Some((Seq(seq), entry)),
                Position::Unsent(_) => None,
            })
            .collect();
        let oldest = sent.first().map_or(Seq(0), |(seq, _)| *seq);
        let (after, first) = match self.from {
            From::Newest(last) if sent.len() < last && has_older => return Step::Older,
            From::Newest(last) => {
                let passed_over = sent.len().saturating_sub(last).checked_sub(1);
                (passed_over.map_or(Seq(0), |index| sent[index].0), true)
            }
            From::After(after) if has_older && oldest > after => return Step::Older,
            From::After(after) => (after, false),
        };
        let mut events = Vec::new();
        for (seq, entry) in &sent {
            self.compare(*seq, entry, *seq > after, &mut events);
        }
        let newest = sent.last().map_or(after, |(seq, _)| *seq);
        self.from = From::After(after.max(newest));
        while self.known.len() > REMEMBERED {
            self.known.pop_first();
        }
        for receipt in receipts {
            let known = self
                .receipts
                .insert(receipt.user_id.clone(), receipt.clone());
            // What stood when it began is no news.
            if !first && known.as_ref() != Some(receipt) {
                events.push(Event::Receipt {
                    chat_id: self.chat,
                    receipt: receipt.clone(),
                });
            }
        }
        Step::Events(events)
    }

    fn compare(&mut self, seq: Seq, entry: &Entry, new: bool, events: &mut Vec<Event>) {
        let message = &entry.message;
        let known = self.known.insert(
            seq,
            Known {
                message: message.clone(),
                reactions: entry.reactions.clone(),
            },
        );
        let reacted = match &known {
            None if !new => return,
            None => {
                events.push(Event::Message {
                    message: message.clone(),
                });
                !entry.reactions.is_empty()
            }
            Some(known) => {
                if message.deleted_at != known.message.deleted_at {
                    events.push(Event::Delete {
                        message: message.clone(),
                    });
                } else if message.content != known.message.content {
                    events.push(Event::Edit {
                        message: message.clone(),
                    });
                }
                entry.reactions != known.reactions
            }
        };
        if reacted {
            events.push(Event::Reactions {
                chat_id: self.chat,
                message_id: message.id,
                reactions: entry.reactions.clone(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use samtale_engine::EntryState;
    use samtale_model::{Body, MessageId, MessageKind, UnixMillis};

    const CHAT: ChatId = ChatId::from_bytes([1; 16]);

    fn entry(seq: u64, content: &str) -> Entry {
        let mut id = [0; 16];
        id[8..].copy_from_slice(&seq.to_be_bytes());
        Entry {
            position: Position::Sent(seq),
            message: Message {
                id: MessageId::from_bytes(id),
                chat_id: CHAT,
                seq: Seq(seq),
                created_seq: Seq(seq),
                sender_id: UserId::new("kari").expect("a valid id"),
                kind: MessageKind::Text,
                content: Body::from_stored(content.into()),
                reply_to: None,
                thread_root: None,
                thread_count: 0,
                created_at: UnixMillis(0),
                edited_at: None,
                deleted_at: None,
            },
            own: false,
            state: EntryState::Delivered,
            pending: None,
            reactions: Vec::new(),
            quoted: None,
        }
    }

    fn entries(seqs: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
        seqs.map(|seq| entry(seq, "hei")).collect()
    }

    /// Returns the seqs of new messages; panics at anything else.
    fn messages(step: Step) -> Vec<u64> {
        let Step::Events(events) = step else {
            panic!("{step:?}");
        };
        let seq = |event| match event {
            Event::Message { message } => message.created_seq.0,
            other => panic!("{other:?}"),
        };
        events.into_iter().map(seq).collect()
    }

    #[test]
    fn it_begins_with_the_newest_and_goes_on_with_what_is_new() {
        let mut follow = Follow::from_newest(CHAT, 2);
        assert!(!follow.has_begun());
        assert_eq!(messages(follow.step(&entries(1..=5), true, &[])), [4, 5]);
        assert!(follow.has_begun());
        assert_eq!(messages(follow.step(&entries(1..=7), true, &[])), [6, 7]);
        assert!(messages(follow.step(&entries(1..=7), true, &[])).is_empty());
    }

    #[test]
    fn with_none_to_begin_with_only_what_comes_is_printed() {
        let mut follow = Follow::from_newest(CHAT, 0);
        assert!(messages(follow.step(&entries(1..=5), true, &[])).is_empty());
        assert_eq!(messages(follow.step(&entries(1..=6), true, &[])), [6]);
        let mut empty = Follow::from_newest(CHAT, 0);
        assert!(messages(empty.step(&[], false, &[])).is_empty());
        assert_eq!(messages(empty.step(&entries(1..=1), false, &[])), [1]);
    }

    #[test]
    fn after_a_reset_older_pages_come_until_nothing_is_passed_over() {
        let mut follow = Follow::from_newest(CHAT, 0);
        follow.step(&entries(1..=5), true, &[]);
        assert_eq!(follow.step(&entries(60..=70), true, &[]), Step::Older);
        assert_eq!(follow.step(&entries(30..=70), true, &[]), Step::Older);
        let expected: Vec<u64> = (6..=70).collect();
        assert_eq!(messages(follow.step(&entries(4..=70), true, &[])), expected);
    }

    #[test]
    fn more_to_begin_with_than_a_page_has_asks_for_another() {
        let mut follow = Follow::from_newest(CHAT, 10);
        assert_eq!(follow.step(&entries(5..=9), true, &[]), Step::Older);
        let expected: Vec<u64> = (2..=9).collect();
        assert_eq!(messages(follow.step(&entries(2..=9), false, &[])), expected);
    }

    #[test]
    fn unsent_messages_are_not_printed() {
        let mut follow = Follow::from_the_beginning(CHAT);
        let mut unsent = entry(0, "snart");
        unsent.position = Position::Unsent(1);
        assert!(messages(follow.step(&[unsent], false, &[])).is_empty());
    }

    #[test]
    fn what_happens_to_a_message_is_told_once() {
        let mut follow = Follow::from_newest(CHAT, 0);
        follow.step(&entries(1..=1), false, &[]);

        let edited = entry(1, "hallo");
        let told = follow.step(std::slice::from_ref(&edited), false, &[]);
        let message = edited.message.clone();
        assert_eq!(told, Step::Events(vec![Event::Edit { message }]));

        let mut reacted = edited;
        reacted.reactions = vec![ReactionGroup {
            emoji: "👍".to_owned().try_into().expect("an emoji"),
            count: 1,
            mine: false,
            users: Vec::new(),
        }];
        let told = follow.step(std::slice::from_ref(&reacted), false, &[]);
        assert_eq!(
            told,
            Step::Events(vec![Event::Reactions {
                chat_id: CHAT,
                message_id: reacted.message.id,
                reactions: reacted.reactions.clone(),
            }])
        );
        assert_eq!(follow.step(&[reacted], false, &[]), Step::Events(vec![]));

        let mut deleted = entry(1, "");
        deleted.message.deleted_at = Some(UnixMillis(1));
        let message = deleted.message.clone();
        let Step::Events(events) = follow.step(&[deleted], false, &[]) else {
            panic!("no events");
        };
        assert_eq!(events[0], Event::Delete { message });
    }

    #[test]
    fn a_receipt_is_told_when_it_moves() {
        let ola = UserId::new("ola").expect("a valid id");
        let receipt = |read| Receipt::new(ola.clone(), Seq(5), Seq(read));
        let mut follow = Follow::from_newest(CHAT, 0);
        assert_eq!(follow.step(&[], false, &[receipt(1)]), Step::Events(vec![]));
        let told = Event::Receipt {
            chat_id: CHAT,
            receipt: receipt(2),
        };
        assert_eq!(
            follow.step(&[], false, &[receipt(2)]),
            Step::Events(vec![told])
        );
        assert_eq!(follow.step(&[], false, &[receipt(2)]), Step::Events(vec![]));
    }
}
