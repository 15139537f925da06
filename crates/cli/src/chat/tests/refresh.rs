//! What follows from a new snapshot by itself.

use crossterm::event::{KeyCode, KeyModifiers};
use samtale_engine::{Command, ConnectionState, Failure, SearchState, SearchView};
use samtale_model::{SearchHit, UnixMillis};

use super::world::{
    GROUP, NOW, OLA, app, blank, entry, group_entries, message, press, press_with, refresh, screen,
    snapshot, write,
};
use crate::chat::app::{App, Effect, Event, Focus, Scroll};
use crate::chat::snapshot::Snapshot;

const READ: Effect = Effect::Command(Command::MarkRead { chat: GROUP });

/// The group, opened by a person, with three unread messages.
fn unread_group(height: u16) -> (App, Snapshot, Vec<Effect>) {
    let mut snapshot = snapshot();
    let open = snapshot.open.as_mut().expect("open");
    open.id = GROUP;
    open.entries = group_entries();
    let mut app = blank(100, height);
    app.wanted = Some(GROUP.to_string());
    let effects = refresh(&mut app, &snapshot);
    (app, snapshot, effects)
}

#[test]
fn what_is_seen_at_the_end_is_read_once() {
    let (mut app, snapshot, effects) = unread_group(50);
    assert_eq!(effects.iter().filter(|effect| **effect == READ).count(), 1);
    assert!(screen(&app, &snapshot).contains("3 uleste"));
    assert!(!refresh(&mut app, &snapshot).contains(&READ));
}

#[test]
fn more_than_fits_opens_at_the_unread_line_and_is_read_at_the_end() {
    let (mut app, snapshot, effects) = unread_group(16);
    assert!(!effects.contains(&READ), "{effects:?}");
    assert_ne!(app.open.as_ref().map(|open| open.scroll), Some(Scroll::End));
    let rows: Vec<String> = screen(&app, &snapshot).lines().map(str::to_owned).collect();
    assert!(rows.iter().any(|row| row.contains("3 uleste")), "{rows:#?}");
    for _ in 0..4 {
        press(&mut app, &snapshot, KeyCode::PageDown);
    }
    assert!(refresh(&mut app, &snapshot).contains(&READ));
}

#[test]
fn nothing_is_read_behind_a_window_or_while_the_terminal_is_left() {
    let mut snapshot = snapshot();
    let mut app = app(100, 50, &snapshot);
    snapshot.chats[0].unread = 1;
    let read = Effect::Command(Command::MarkRead { chat: OLA });
    app.update(&snapshot, Event::Focus(false));
    assert!(!refresh(&mut app, &snapshot).contains(&read));
    app.update(&snapshot, Event::Focus(true));
    press(&mut app, &snapshot, KeyCode::F(1));
    assert!(!refresh(&mut app, &snapshot).contains(&read));
    press(&mut app, &snapshot, KeyCode::Esc);
    assert!(refresh(&mut app, &snapshot).contains(&read));
}

#[test]
fn in_a_narrow_terminal_the_list_reads_nothing() {
    let mut snapshot = snapshot();
    let mut app = app(60, 30, &snapshot);
    press(&mut app, &snapshot, KeyCode::Esc);
    snapshot.chats[0].unread = 1;
    let read = Effect::Command(Command::MarkRead { chat: OLA });
    assert!(!refresh(&mut app, &snapshot).contains(&read));
    press(&mut app, &snapshot, KeyCode::Enter);
    assert!(refresh(&mut app, &snapshot).contains(&read));
}

#[test]
fn the_oldest_row_asks_for_older_messages_once_and_the_place_stays() {
    let mut snapshot = snapshot();
    snapshot.open.as_mut().expect("open").has_older = true;
    let mut app = app(100, 16, &snapshot);
    let older = Effect::Command(Command::LoadOlder {
        chat: OLA,
        limit: None,
    });
    assert!(!refresh(&mut app, &snapshot).contains(&older));
    for _ in 0..4 {
        press(&mut app, &snapshot, KeyCode::PageUp);
    }
    let asked = refresh(&mut app, &snapshot);
    assert_eq!(asked.iter().filter(|effect| **effect == older).count(), 1);

    let words = "Hei! Jeg står fast på oppgave 4.12 b).";
    let row_of = |app: &App, snapshot: &Snapshot| {
        screen(app, snapshot)
            .lines()
            .position(|row| row.contains(words))
    };
    let row = row_of(&app, &snapshot);
    assert!(row.is_some());
    let open = snapshot.open.as_mut().expect("open");
    for number in 0..10 {
        open.entries
            .insert(0, entry(OLA, 200 + number, "ola", 27 * 60, "Eldre melding"));
    }
    refresh(&mut app, &snapshot);
    assert_eq!(row_of(&app, &snapshot), row);
}

#[test]
fn older_messages_are_not_asked_for_without_a_connection() {
    let mut snapshot = snapshot();
    snapshot.open.as_mut().expect("open").has_older = true;
    snapshot.connection.state = ConnectionState::Offline;
    let mut app = app(100, 50, &snapshot);
    let older = Effect::Command(Command::LoadOlder {
        chat: OLA,
        limit: None,
    });
    assert!(!refresh(&mut app, &snapshot).contains(&older));
}

#[test]
fn a_draft_is_stored_after_a_pause_and_one_from_elsewhere_is_taken_over() {
    let mut snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    write(&mut app, &snapshot, "Hei");
    let draft = |text: &str| {
        let (chat, text) = (OLA, text.to_owned());
        Effect::Command(Command::SetDraft { chat, text })
    };
    assert!(!refresh(&mut app, &snapshot).contains(&draft("Hei")));
    snapshot.now = UnixMillis(NOW.0 + 500);
    assert!(refresh(&mut app, &snapshot).contains(&draft("Hei")));
    snapshot.chats[0].draft = Some("Hei igjen".to_owned());
    refresh(&mut app, &snapshot);
    assert_eq!(app.composer().expect("open").editor.text(), "Hei igjen");
}

#[test]
fn a_search_waits_for_a_pause_and_enter_jumps_through_older_pages() {
    let mut snapshot = snapshot();
    let mut app = app(100, 20, &snapshot);
    press_with(
        &mut app,
        &snapshot,
        KeyCode::Char('f'),
        KeyModifiers::CONTROL,
    );
    write(&mut app, &snapshot, "abc");
    let search = Effect::Command(Command::Search {
        query: "abc".to_owned(),
        chat: None,
    });
    assert!(!refresh(&mut app, &snapshot).contains(&search));
    snapshot.now = UnixMillis(NOW.0 + 300);
    assert!(refresh(&mut app, &snapshot).contains(&search));

    let old = entry(OLA, 150, "ola", 90 * 24 * 60, "abc-formelen?");
    snapshot.search = Some(SearchView {
        query: "abc".to_owned(),
        chat: None,
        state: SearchState::Done,
        offline: false,
        hits: vec![SearchHit {
            message: old.message.clone(),
            highlights: vec![(0, 3)],
        }],
        has_more: false,
    });
    snapshot.open.as_mut().expect("open").has_older = true;
    press(&mut app, &snapshot, KeyCode::Enter);
    let older = Effect::Command(Command::LoadOlder {
        chat: OLA,
        limit: None,
    });
    assert!(refresh(&mut app, &snapshot).contains(&older));
    let open = snapshot.open.as_mut().expect("open");
    open.entries.insert(0, old);
    open.has_older = false;
    refresh(&mut app, &snapshot);
    assert_eq!(app.focus, Focus::Messages);
    assert_eq!(
        app.open.as_ref().and_then(|open| open.selected),
        Some(message(150))
    );
    assert!(screen(&app, &snapshot).contains("abc-formelen?"));
}

#[test]
fn a_client_that_has_given_up_is_told_to_try_again_every_half_minute() {
    let mut snapshot = snapshot();
    snapshot.connection.state = ConnectionState::Failed;
    snapshot.connection.failure = Some(Failure::RetriesExhausted);
    let mut app = app(100, 30, &snapshot);
    let again = Effect::Command(Command::Reconnect);
    for (second, expected) in [(29, 0), (30, 1), (31, 0), (60, 1)] {
        snapshot.now = UnixMillis(NOW.0 + second * 1_000);
        let effects = refresh(&mut app, &snapshot);
        let asked = effects.iter().filter(|effect| **effect == again).count();
        assert_eq!(asked, expected, "after {second} s");
    }
}

#[test]
fn the_day_stays_named_when_its_row_is_scrolled_away() {
    let snapshot = snapshot();
    let mut app = app(100, 20, &snapshot);
    let header = |app: &App| screen(app, &snapshot).lines().nth(2).map(str::to_owned);
    assert!(header(&app).is_some_and(|line| line.contains("─ I dag ─")));
    press(&mut app, &snapshot, KeyCode::PageUp);
    assert!(header(&app).is_some_and(|line| line.contains("─ I går ─")));
    press(&mut app, &snapshot, KeyCode::PageUp);
    assert!(header(&app).is_some_and(|line| !line.contains("I går")));
}

#[test]
fn a_chat_that_one_is_no_longer_in_closes() {
    let mut snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    snapshot.chats.remove(0);
    refresh(&mut app, &snapshot);
    assert!(app.open.is_none());
    assert!(screen(&app, &snapshot).contains("Du er ikke lenger med i denne samtalen."));
}
