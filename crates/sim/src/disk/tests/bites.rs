//! The disk takes what was not synced, and is freed with its world.

#![expect(
    clippy::disallowed_methods,
    reason = "a disk is opened from another thread, to be refused"
)]

use std::sync::{Arc, Weak};

use rusqlite::{Connection, OpenFlags};
use samtale_store::sqlite::Disk as _;

use super::store::Process;
use crate::disk::{Disk, vfs};
use crate::rng::Rng;

fn connect(disk: &Disk) -> Connection {
    let opening = disk.opening();
    let flags = OpenFlags::default();
    let conn = Connection::open_with_flags_and_vfs(opening.path(), flags, opening.vfs().as_str())
        .expect("a database");
    conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL")
        .expect("a log");
    conn
}

/// Commits ten rows one by one, cuts the power, and returns how many are there.
fn rows_left(seed: u64, synchronous: &str) -> u32 {
    let disk = Disk::new(Rng::new(seed));
    let conn = connect(&disk);
    conn.execute_batch("PRAGMA synchronous = FULL; CREATE TABLE rows (text)")
        .expect("a table");
    conn.execute_batch(&format!("PRAGMA synchronous = {synchronous}"))
        .expect("a setting");
    for number in 0..10 {
        let text = format!("{number} {}", "x".repeat(900));
        conn.execute("INSERT INTO rows VALUES (?1)", [text])
            .expect("a commit");
    }
    disk.power_cut();
    drop(conn);
    connect(&disk)
        .query_row("SELECT count(*) FROM rows", [], |row| row.get(0))
        .expect("a whole database")
}

#[test]
fn commits_without_syncs_are_lost() {
    let left: Vec<u32> = (0..100).map(|seed| rows_left(seed, "OFF")).collect();
    let all = left.iter().filter(|left| **left == 10).count();
    let none = left.iter().filter(|left| **left == 0).count();
    assert!(all > 0, "sometimes everything survives");
    assert!(none > 0, "sometimes nothing does");
    assert!(all + none < 100, "and sometimes some of it: {left:?}");
    assert!((0..100).all(|seed| rows_left(seed, "FULL") == 10));
}

#[test]
fn a_checkpoint_without_syncs_ruins_a_database() {
    let ruined = (0..40).filter(|seed| {
        let disk = Disk::new(Rng::new(*seed));
        let conn = connect(&disk);
        conn.execute_batch("PRAGMA synchronous = OFF; CREATE TABLE rows (text)")
            .expect("a table");
        for number in 0..20 {
            let text = format!("{number} {}", "x".repeat(900));
            conn.execute("INSERT INTO rows VALUES (?1)", [text])
                .expect("a commit");
        }
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .expect("a checkpoint");
        disk.power_cut();
        drop(conn);
        let opening = disk.opening();
        let conn = Connection::open_with_flags_and_vfs(
            opening.path(),
            OpenFlags::default(),
            opening.vfs().as_str(),
        )
        .expect("a database");
        conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE")
            .expect("a setting");
        let check: Result<String, _> =
            conn.query_row("PRAGMA integrity_check", [], |row| row.get(0));
        check.ok().as_deref() != Some("ok")
    });
    assert!(ruined.count() > 0);
}

#[test]
fn a_disk_is_freed_with_its_world() {
    let freed: Vec<Weak<_>> = (0..5)
        .map(|seed| {
            let disk = Disk::new(Rng::new(seed));
            assert_eq!(disk.slot, 0, "the next world finds the same name");
            let process = Process::start(&disk, 1).expect("a store");
            process.create_chat().expect("a chat");
            disk.kill();
            drop(process);
            let process = Process::start(&disk, 2).expect("a store");
            let image = disk.snapshot().expect("a backup");
            drop((process, image));
            Arc::downgrade(&disk.platter)
        })
        .collect();
    assert!(freed.iter().all(|disk| disk.strong_count() == 0));
}

#[test]
fn every_thread_has_a_file_system_of_its_own() {
    let name = vfs::name();
    let other = std::thread::spawn(|| {
        let disk = Disk::new(Rng::new(1));
        let process = Process::start(&disk, 1).expect("a store");
        process.create_chat().expect("a chat");
        (vfs::name(), disk)
    });
    let (others, disk) = other.join().expect("no panic");
    assert_ne!(name, others);
    disk.kill();
    assert!(
        Connection::open_with_flags_and_vfs("0/0/chats.db", OpenFlags::default(), others.as_str())
            .is_err(),
        "a disk stays with its thread"
    );
}
