//! The main screens, as people see them.

use crossterm::event::{KeyCode, KeyModifiers};
use insta::assert_snapshot;
use samtale_engine::{ConnectionState, SearchState, SearchView};
use samtale_model::{SearchHit, UnixMillis};

use super::world::{
    GROUP, NOW, add_failed, add_waiting, app, blank, entry, group_entries, ola_entries, press,
    press_with, refresh, screen, snapshot, user, write,
};
use crate::chat::snapshot::Snapshot;

fn open_group() -> Snapshot {
    let mut snapshot = snapshot();
    let open = snapshot.open.as_mut().expect("open");
    open.id = GROUP;
    open.entries = group_entries();
    open.typing = vec![user("amina"), user("ola")];
    snapshot
}

#[test]
fn the_list_shows_names_previews_drafts_unread_and_presence() {
    let snapshot = snapshot();
    let mut app = blank(100, 24);
    refresh(&mut app, &snapshot);
    assert_snapshot!(screen(&app, &snapshot));
}

#[test]
fn a_conversation_shows_every_state_of_a_message() {
    let snapshot = snapshot();
    let app = app(100, 40, &snapshot);
    assert_snapshot!(screen(&app, &snapshot));
}

#[test]
fn a_group_has_names_an_unread_line_and_says_that_a_guardian_reads() {
    let snapshot = open_group();
    let mut app = blank(110, 32);
    app.wanted = Some("eksamensgruppe i fysikk 2, våren 2026".to_owned());
    refresh(&mut app, &snapshot);
    assert_snapshot!(screen(&app, &snapshot));
}

#[test]
fn a_failed_message_keeps_its_words_and_says_what_can_be_done() {
    let mut snapshot = snapshot();
    add_failed(&mut snapshot, 8, "Kan du ta med boka til timen i morgen?");
    let mut app = app(100, 24, &snapshot);
    press(&mut app, &snapshot, KeyCode::Esc);
    assert_snapshot!(screen(&app, &snapshot));
}

#[test]
fn without_a_connection_the_app_says_so_after_two_seconds() {
    let mut snapshot = snapshot();
    snapshot.connection.state = ConnectionState::Reconnecting;
    add_waiting(
        &mut snapshot,
        8,
        "Jeg er på toget, svarer når jeg er fremme.",
    );
    let mut app = app(100, 24, &snapshot);
    assert!(!screen(&app, &snapshot).contains("Frakoblet. Meldinger"));
    snapshot.now = UnixMillis(NOW.0 + 2_000);
    refresh(&mut app, &snapshot);
    assert_snapshot!(screen(&app, &snapshot));
}

#[test]
fn a_search_shows_hits_with_the_words_found() {
    let mut snapshot = snapshot();
    let mut app = app(100, 24, &snapshot);
    press_with(
        &mut app,
        &snapshot,
        KeyCode::Char('f'),
        KeyModifiers::CONTROL,
    );
    write(&mut app, &snapshot, "prøve");
    press(&mut app, &snapshot, KeyCode::Enter);
    let long = "Før vi begynner på neste kapittel må vi snakke litt om hvordan du best kan øve til den store prøven i fysikk før jul";
    let start = long.chars().take_while(|c| *c != 'p').count();
    let at = u32::try_from(
        long.find("prøven")
            .map_or(start, |at| long[..at].chars().count()),
    )
    .expect("short");
    snapshot.search = Some(SearchView {
        query: "prøve".to_owned(),
        chat: None,
        state: SearchState::Done,
        offline: false,
        hits: vec![
            SearchHit {
                message: ola_entries()[5].message.clone(),
                highlights: vec![(16, 26)],
            },
            SearchHit {
                message: entry(GROUP, 42, "amina", 3 * 24 * 60, long).message,
                highlights: vec![(at, at + 6)],
            },
        ],
        has_more: true,
    });
    refresh(&mut app, &snapshot);
    assert_snapshot!(screen(&app, &snapshot));
}

#[test]
fn the_help_lists_the_keys() {
    let snapshot = snapshot();
    let mut app = app(100, 40, &snapshot);
    press(&mut app, &snapshot, KeyCode::F(1));
    assert_snapshot!(screen(&app, &snapshot));
}

#[test]
fn a_narrow_terminal_shows_the_list_or_the_conversation() {
    let snapshot = snapshot();
    let mut app = app(44, 22, &snapshot);
    let conversation = screen(&app, &snapshot);
    press(&mut app, &snapshot, KeyCode::Esc);
    let list = screen(&app, &snapshot);
    assert_snapshot!(format!("{conversation}\n{list}"));
}

#[test]
fn a_reply_and_an_edit_say_what_they_are() {
    let snapshot = snapshot();
    let mut app = app(80, 24, &snapshot);
    press(&mut app, &snapshot, KeyCode::Up);
    let edit = screen(&app, &snapshot);
    press(&mut app, &snapshot, KeyCode::Esc);
    press(&mut app, &snapshot, KeyCode::Esc);
    for _ in 0..3 {
        press(&mut app, &snapshot, KeyCode::Up);
    }
    press(&mut app, &snapshot, KeyCode::Char('r'));
    write(&mut app, &snapshot, "Ja, det stemmer.");
    press_with(&mut app, &snapshot, KeyCode::Enter, KeyModifiers::ALT);
    write(&mut app, &snapshot, "Sett prøve på svaret til slutt!");
    assert_snapshot!(format!("{edit}\n{}", screen(&app, &snapshot)));
}

#[test]
fn the_pickers_and_questions_are_plain() {
    let mut snapshot = open_group();
    let mut app = blank(90, 24);
    app.wanted = Some(GROUP.to_string());
    refresh(&mut app, &snapshot);
    let mut shown = Vec::new();
    press(&mut app, &snapshot, KeyCode::Tab);
    press(&mut app, &snapshot, KeyCode::BackTab);
    for key in [KeyCode::F(2), KeyCode::F(3)] {
        press(&mut app, &snapshot, key);
        shown.push(screen(&app, &snapshot));
        press(&mut app, &snapshot, KeyCode::Esc);
    }
    press(&mut app, &snapshot, KeyCode::Esc);
    for key in ['x', 'd', 'n'] {
        press(&mut app, &snapshot, KeyCode::Char(key));
        shown.push(screen(&app, &snapshot));
        press(&mut app, &snapshot, KeyCode::Esc);
    }
    add_waiting(&mut snapshot, 90, "Kommer straks");
    press_with(
        &mut app,
        &snapshot,
        KeyCode::Char('q'),
        KeyModifiers::CONTROL,
    );
    shown.push(screen(&app, &snapshot));
    assert_snapshot!(shown.join("\n"));
}
