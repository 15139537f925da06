//! What the store acknowledged survives whatever the disk does.

use samtale_store::{OpenError, Store, StoreError, WriteError};

use super::store::{CHAT, Process, kari};
use crate::disk::{Disk, DiskCounts};
use crate::rng::Rng;

/// What a history that was cut at an operation came to.
#[derive(Debug, PartialEq)]
struct Cut {
    /// Whether the power went before the history's end.
    crashed: bool,
    acknowledged: Vec<u64>,
    found: Option<Vec<u64>>,
    counts: DiskCounts,
}

/// Which disk a history begins with.
#[derive(Clone, Copy, PartialEq)]
enum Beginning {
    /// An empty one: the history is the first opening and nothing else.
    Empty,
    /// One with the schema.
    Formatted,
}

/// Opens, says fifteen things in groups, with checkpoints and passes of the index between them, and closes; the power goes
/// at the given operation. Then looks what is there, and goes on.
fn cut_at(beginning: Beginning, operation: u64, seed: u64) -> Cut {
    let rng = Rng::new(seed).fork("disk");
    let disk = match beginning {
        Beginning::Empty => Disk::empty(rng),
        Beginning::Formatted => Disk::new(rng),
    };
    disk.crash_after(Some(operation));
    let mut acknowledged = Vec::new();
    let mut lineage = None;
    if let Ok(process) = Process::start_with(&disk, 1, |config| config.checkpoint_rows = 40) {
        lineage = Some(process.store.lineage().clone());
        if beginning == Beginning::Formatted && process.create_chat().is_ok() {
            for group in 0..5 {
                acknowledged.extend(process.say(group * 3..group * 3 + 3));
            }
            process.rest();
        }
        let crashed = disk.crashed();
        if crashed {
            disk.power_cut();
        }
        process.close();
    }
    disk.crash_after(None);
    let crashed = disk.counts().crashes > 0;
    if disk.crashed() {
        disk.power_cut();
    }

    let process = Process::start(&disk, 2).expect("what a crash leaves can be opened");
    if !acknowledged.is_empty() {
        let same = lineage.as_ref() == Some(process.store.lineage());
        assert!(same, "a crash is no restored backup (at {operation})");
    }
    let found = process.said();
    if found.is_none() {
        process.create_chat().expect("the chat is made then");
    }
    // It goes on, and that is kept too.
    assert_eq!(process.say(100..102), [100, 101]);
    disk.power_cut();
    drop(process);
    let process = Process::start(&disk, 3).expect("it can be opened again");
    let mut expected = found.clone().unwrap_or_default();
    expected.extend([100, 101]);
    assert_eq!(process.said(), Some(expected), "after a cut at {operation}");
    process.close();
    Cut {
        crashed,
        acknowledged,
        found,
        counts: disk.counts(),
    }
}

/// Cuts the power at every operation of a history, and returns how many there are and all that came of it.
fn cut_everywhere(beginning: Beginning, seeds: u64) -> (u64, Vec<Cut>) {
    let mut all = Vec::new();
    for operation in 1.. {
        let cuts: Vec<Cut> = (0..seeds)
            .map(|seed| cut_at(beginning, operation, operation * 10 + seed))
            .collect();
        let over = cuts.iter().all(|cut| !cut.crashed);
        all.extend(cuts);
        if over {
            return (operation - 1, all);
        }
    }
    unreachable!("a history has an end")
}

#[test]
fn what_was_acknowledged_survives_a_power_cut_at_every_operation() {
    let (operations, cuts) = cut_everywhere(Beginning::Formatted, 3);
    for cut in &cuts {
        let found = cut.found.clone().unwrap_or_default();
        assert!(found.starts_with(&cut.acknowledged), "{cut:?}");
        let ordered: Vec<u64> = (0..found.len() as u64).collect();
        assert_eq!(found, ordered, "whole and in order: {cut:?}");
    }
    assert_eq!(cuts.last().map(|cut| cut.acknowledged.len()), Some(15));
    assert!(operations > 50, "{operations} operations are a history");
    let untold = |cut: &&Cut| {
        let found = cut.found.as_ref().map_or(0, Vec::len);
        found > cut.acknowledged.len()
    };
    assert!(
        cuts.iter().filter(untold).count() > 0,
        "some commits become durable though nobody was told"
    );
}

#[test]
fn a_first_opening_may_be_cut_at_every_operation() {
    let (operations, _) = cut_everywhere(Beginning::Empty, 2);
    assert!(operations > 50, "{operations} operations make a database");
}

#[test]
fn the_same_seed_has_the_same_fate() {
    for operation in [30, 60, 90] {
        let cut = || cut_at(Beginning::Formatted, operation, 7);
        assert_eq!(cut(), cut());
    }
}

#[test]
fn a_kill_loses_nothing_and_the_killed_do_nothing_more() {
    let disk = Disk::new(Rng::new(1));
    let process = Process::start(&disk, 1).expect("a store");
    process.create_chat().expect("a chat");
    assert_eq!(process.say(0..4).len(), 4);
    disk.kill();
    let (bytes, counts) = (disk.bytes(), disk.counts());
    assert!(
        process.say(4..5).is_empty(),
        "a dead process acknowledges nothing"
    );
    process.close();
    assert_eq!((disk.bytes(), disk.counts()), (bytes, counts));
    let process = Process::start(&disk, 2).expect("a store");
    assert_eq!(process.said(), Some(vec![0, 1, 2, 3]));
}

#[test]
fn a_full_disk_refuses_and_recovers() {
    let disk = Disk::new(Rng::new(1));
    let process = Process::start(&disk, 1).expect("a store");
    process.create_chat().expect("a chat");
    assert_eq!(process.say(0..2), [0, 1]);
    disk.set_full(true);
    assert!(process.say(2..4).is_empty());
    let chat = process.run(
        process
            .store
            .note_seen(vec![(kari(), samtale_model::UnixMillis(5))]),
    );
    assert!(matches!(chat, Err(StoreError::Full)), "{chat:?}");
    assert_eq!(process.said(), Some(vec![0, 1]), "reads go on");
    assert_eq!(process.ended(), None, "nothing is broken");
    disk.set_full(false);
    assert_eq!(process.say(2..4), [2, 3]);
    process.close();
    disk.set_full(true);
    let refused = Process::start(&disk, 2).err();
    assert!(
        matches!(refused, Some(OpenError::Store(_))),
        "an opening needs room: {refused:?}"
    );
    disk.set_full(false);
    let process = Process::start(&disk, 2).expect("a store");
    assert_eq!(process.said(), Some(vec![0, 1, 2, 3]));
}

#[test]
fn a_failed_sync_ends_the_process_and_acknowledges_nothing() {
    for seed in 0..20 {
        let disk = Disk::new(Rng::new(seed));
        let process = Process::start(&disk, 1).expect("a store");
        process.create_chat().expect("a chat");
        assert_eq!(process.say(0..2), [0, 1]);
        disk.fail_syncs(true);
        assert!(process.say(2..4).is_empty());
        assert!(process.ended().is_some(), "the process ends itself");
        disk.fail_syncs(false);
        assert!(process.say(4..5).is_empty(), "it tries nothing again");
        if seed % 2 == 0 {
            disk.kill();
        } else {
            disk.power_cut();
        }
        drop(process);
        let process = Process::start(&disk, 2).expect("a store");
        let found = process.said().expect("a chat");
        assert!(found == [0, 1] || found == [0, 1, 2, 3], "{found:?}");
        assert_eq!(process.say(5..6), [5]);
        disk.power_cut();
        let process = Process::start(&disk, 3).expect("a store");
        assert_eq!(process.said(), Some([&found[..], &[5]].concat()));
    }
}

#[test]
fn a_backup_that_is_put_back_starts_a_new_lineage() {
    let disk = Disk::empty(Rng::new(1));
    assert!(disk.snapshot().is_err(), "there is nothing yet");
    let process = Process::start(&disk, 1).expect("a store");
    process.create_chat().expect("a chat");
    process.say(0..2);
    let image = disk.snapshot().expect("a backup of an open database");
    assert_eq!(process.say(2..3), [2], "it goes on meanwhile");
    let lineage = process.store.lineage().clone();
    disk.restore(&image);
    assert!(process.say(3..4).is_empty());
    drop(process);
    let process = Process::start(&disk, 2).expect("a store");
    assert_eq!(process.said(), Some(vec![0, 1]));
    assert_ne!(process.store.lineage(), &lineage);
    disk.power_cut();
    let lineage = process.store.lineage().clone();
    let process = Process::start(&disk, 3).expect("a store");
    assert_eq!(process.store.lineage(), &lineage);
}

#[test]
fn what_comes_while_the_disk_is_slow_is_one_commit() {
    let disk = Disk::new(Rng::new(1));
    let process = Process::start(&disk, 1).expect("a store");
    process.create_chat().expect("a chat");
    process.rest();
    disk.set_latency(5..=5);
    let syncs = disk.counts().syncs;
    assert_eq!(process.say(0..50).len(), 50);
    assert_eq!(disk.counts().syncs - syncs, 1);
}

#[test]
fn a_database_is_open_once() {
    let disk = Disk::new(Rng::new(1));
    let process = Process::start(&disk, 1).expect("a store");
    assert!(matches!(
        Process::start(&disk, 2).err(),
        Some(OpenError::Store(StoreError::Busy))
    ));
    let nobody = process.run(process.store.apply(&kari(), CHAT, Vec::new()));
    assert!(!matches!(nobody, Err(WriteError::Store(_))), "{nobody:?}");
}
