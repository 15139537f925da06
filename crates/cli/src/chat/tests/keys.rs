//! What keys do.

use crossterm::event::{KeyCode, KeyModifiers};
use samtale_engine::{Command, CommandError, Mute};
use samtale_model::{OpId, Role, Status};

use super::world::{
    GROUP, OLA, add_failed, add_waiting, app, message, press, press_with, refresh, screen,
    snapshot, write,
};
use crate::chat::app::{Effect, Event, Focus, Mode, Overlay, Scroll};

fn commands(effects: Vec<Effect>) -> Vec<Command> {
    let commands = effects.into_iter().filter_map(|effect| match effect {
        Effect::Command(command) => Some(command),
        _ => None,
    });
    commands
        .filter(|command| !matches!(command, Command::Typing { .. } | Command::SetDraft { .. }))
        .collect()
}

fn text(app: &crate::chat::app::App) -> &str {
    app.composer().expect("a chat is open").editor.text()
}

#[test]
fn enter_sends_and_alt_enter_begins_a_line() {
    let snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    assert_eq!(
        press(&mut app, &snapshot, KeyCode::Enter),
        [],
        "nothing is written"
    );
    write(&mut app, &snapshot, "Hei");
    press_with(&mut app, &snapshot, KeyCode::Enter, KeyModifiers::ALT);
    write(&mut app, &snapshot, "på deg ");
    let sent = commands(press(&mut app, &snapshot, KeyCode::Enter));
    let send = Command::Send {
        chat: OLA,
        content: "Hei\npå deg".to_owned(),
        reply_to: None,
        thread_root: None,
        id: None,
        max_retries: None,
        persist: true,
    };
    assert_eq!(sent, [send]);
    assert_eq!(text(&app), "");
}

#[test]
fn a_refused_message_comes_back_to_the_composer() {
    let snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    write(&mut app, &snapshot, "Viktig");
    let command = commands(press(&mut app, &snapshot, KeyCode::Enter)).remove(0);
    let error = CommandError::QueueFull;
    app.update(&snapshot, Event::Refused { command, error });
    assert_eq!(text(&app), "Viktig");
    assert!(screen(&app, &snapshot).contains("For mange meldinger venter på å bli sendt."));
}

#[test]
fn up_in_an_empty_composer_edits_the_last_own_and_escape_gives_the_draft_back() {
    let snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    press(&mut app, &snapshot, KeyCode::Up);
    assert_eq!(text(&app), "Skal vi ta en ekstra time i morgen kl. 16?");
    press(&mut app, &snapshot, KeyCode::Esc);
    assert_eq!(text(&app), "");

    press(&mut app, &snapshot, KeyCode::Up);
    press(&mut app, &snapshot, KeyCode::Backspace);
    let edits = commands(press(&mut app, &snapshot, KeyCode::Enter));
    let edit = Command::Edit {
        chat: OLA,
        message: message(7),
        content: "Skal vi ta en ekstra time i morgen kl. 16".to_owned(),
    };
    assert_eq!(edits, [edit]);
}

#[test]
fn an_edit_that_changes_nothing_sends_nothing_and_an_empty_one_asks_to_delete() {
    let snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    press(&mut app, &snapshot, KeyCode::Up);
    assert_eq!(commands(press(&mut app, &snapshot, KeyCode::Enter)), []);
    press(&mut app, &snapshot, KeyCode::Up);
    press_with(
        &mut app,
        &snapshot,
        KeyCode::Char('u'),
        KeyModifiers::CONTROL,
    );
    assert_eq!(commands(press(&mut app, &snapshot, KeyCode::Enter)), []);
    let deletes = commands(press(&mut app, &snapshot, KeyCode::Enter));
    let (chat, message) = (OLA, message(7));
    assert_eq!(deletes, [Command::Delete { chat, message }]);
}

#[test]
fn a_chosen_message_is_answered_reacted_to_and_deleted_after_a_question() {
    let snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    press(&mut app, &snapshot, KeyCode::Esc);
    for _ in 0..3 {
        press(&mut app, &snapshot, KeyCode::Up);
    }
    press(&mut app, &snapshot, KeyCode::Char('r'));
    assert_eq!(app.composer().expect("open").mode, Mode::Reply(message(4)));
    write(&mut app, &snapshot, "Ja");
    let sent = commands(press(&mut app, &snapshot, KeyCode::Enter));
    assert!(matches!(&sent[..], [Command::Send { reply_to: Some(id), .. }] if *id == message(4)));

    press(&mut app, &snapshot, KeyCode::Esc);
    press(&mut app, &snapshot, KeyCode::Home);
    press(&mut app, &snapshot, KeyCode::Char('x'));
    let reacted = commands(press(&mut app, &snapshot, KeyCode::Char('1')));
    assert!(
        matches!(&reacted[..], [Command::React { on: false, .. }]),
        "one's own 👍 is taken back: {reacted:?}"
    );

    press(&mut app, &snapshot, KeyCode::Char('d'));
    assert_eq!(commands(press(&mut app, &snapshot, KeyCode::Char('n'))), []);
    press(&mut app, &snapshot, KeyCode::Char('d'));
    let deleted = commands(press(&mut app, &snapshot, KeyCode::Char('j')));
    let (chat, message) = (OLA, message(1));
    assert_eq!(deleted, [Command::Delete { chat, message }]);
}

#[test]
fn only_ones_own_is_edited_and_only_a_moderator_deletes_what_others_wrote() {
    let mut snapshot = snapshot();
    snapshot.chats[0].role = Some(Role::Student);
    let mut app = app(100, 30, &snapshot);
    press(&mut app, &snapshot, KeyCode::Esc);
    press(&mut app, &snapshot, KeyCode::Home);
    press(&mut app, &snapshot, KeyCode::Char('e'));
    press(&mut app, &snapshot, KeyCode::Char('d'));
    assert_eq!(app.focus, Focus::Messages);
    assert!(app.overlay.is_none());
}

#[test]
fn an_observer_reads_and_does_not_write() {
    let mut snapshot = snapshot();
    snapshot.chats[0].role = Some(Role::Observer);
    let mut app = app(100, 30, &snapshot);
    write(&mut app, &snapshot, "hei");
    assert_eq!(text(&app), "");
    assert!(screen(&app, &snapshot).contains("Du kan bare lese i denne samtalen."));
}

#[test]
fn a_failed_message_is_tried_again_or_given_up() {
    let mut snapshot = snapshot();
    add_failed(&mut snapshot, 8, "Kan du ta med boka?");
    let mut app = app(100, 30, &snapshot);
    press(&mut app, &snapshot, KeyCode::Esc);
    let op = OpId::from_bytes([8; 16]);
    let tried = commands(press(&mut app, &snapshot, KeyCode::Char('t')));
    assert_eq!(tried, [Command::Retry { op }]);
    let given_up = commands(press(&mut app, &snapshot, KeyCode::Delete));
    assert_eq!(given_up, [Command::Cancel { op }]);
    let all = commands(press(&mut app, &snapshot, KeyCode::Char('T')));
    assert_eq!(all, [Command::RetryAll]);
    press(&mut app, &snapshot, KeyCode::Up);
    assert_eq!(
        press(&mut app, &snapshot, KeyCode::Char('t')),
        [],
        "a sent one has nothing to try"
    );
}

#[test]
fn quitting_warns_when_messages_are_unsent() {
    let mut snapshot = snapshot();
    let mut free = app(100, 30, &snapshot);
    let ctrl = KeyModifiers::CONTROL;
    let quit = press_with(&mut free, &snapshot, KeyCode::Char('q'), ctrl);
    assert_eq!(quit.last(), Some(&Effect::Quit));

    add_waiting(&mut snapshot, 8, "Kommer straks");
    let mut app = app(100, 30, &snapshot);
    assert_eq!(
        press_with(&mut app, &snapshot, KeyCode::Char('c'), ctrl),
        []
    );
    assert!(matches!(app.overlay, Some(Overlay::Quit { unsent: 1 })));
    press(&mut app, &snapshot, KeyCode::Esc);
    press_with(&mut app, &snapshot, KeyCode::Char('c'), ctrl);
    let quit = press(&mut app, &snapshot, KeyCode::Enter);
    assert_eq!(quit.last(), Some(&Effect::Quit));
}

#[test]
fn a_draft_is_kept_when_one_leaves_the_chat_and_shown_when_one_comes_back() {
    let mut snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    write(&mut app, &snapshot, "Halvferdig");
    let effects = press_with(&mut app, &snapshot, KeyCode::Down, KeyModifiers::CONTROL);
    let draft = Command::SetDraft {
        chat: OLA,
        text: "Halvferdig".to_owned(),
    };
    assert!(effects.contains(&Effect::Command(draft)), "{effects:?}");
    assert!(effects.contains(&Effect::Command(Command::OpenChat { chat: GROUP })));
    snapshot.chats[0].draft = Some("Halvferdig".to_owned());
    assert!(screen(&app, &snapshot).contains("Utkast: Halvferdig"));
    press_with(&mut app, &snapshot, KeyCode::Up, KeyModifiers::CONTROL);
    refresh(&mut app, &snapshot);
    assert_eq!(text(&app), "Halvferdig");
}

#[test]
fn a_chat_is_muted_left_and_made() {
    let snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    press(&mut app, &snapshot, KeyCode::Tab);
    press(&mut app, &snapshot, KeyCode::Tab);
    let muted = commands(press(&mut app, &snapshot, KeyCode::Char('m')));
    let (chat, mute) = (OLA, Mute::On);
    assert_eq!(muted, [Command::Mute { chat, mute }]);
    press(&mut app, &snapshot, KeyCode::Char('l'));
    let left = commands(press(&mut app, &snapshot, KeyCode::Enter));
    assert_eq!(left, [Command::Leave { chat: OLA }]);

    press_with(
        &mut app,
        &snapshot,
        KeyCode::Char('n'),
        KeyModifiers::CONTROL,
    );
    write(&mut app, &snapshot, "nora, emil");
    press(&mut app, &snapshot, KeyCode::Tab);
    write(&mut app, &snapshot, "Kjemi 1");
    let made = commands(press(&mut app, &snapshot, KeyCode::Enter));
    let [
        Command::CreateChat {
            id: None,
            title,
            participants,
            ..
        },
    ] = &made[..]
    else {
        panic!("{made:?}");
    };
    assert_eq!(title.as_ref().map(|title| title.as_str()), Some("Kjemi 1"));
    let people: Vec<&str> = participants.iter().map(|p| p.user_id.as_str()).collect();
    assert_eq!(people, ["nora", "emil"]);
}

#[test]
fn a_status_is_chosen() {
    let snapshot = snapshot();
    let mut app = app(100, 30, &snapshot);
    press(&mut app, &snapshot, KeyCode::F(2));
    let chosen = commands(press(&mut app, &snapshot, KeyCode::Char('4')));
    let status = Some(Status::Busy);
    assert_eq!(chosen, [Command::SetStatus { status }]);
}

#[test]
fn scrolling_back_keeps_its_place_while_messages_come() {
    let mut snapshot = snapshot();
    let mut app = app(100, 16, &snapshot);
    press(&mut app, &snapshot, KeyCode::PageUp);
    let first = first_row(&screen(&app, &snapshot));
    add_waiting(&mut snapshot, 8, "Ny melding nederst");
    refresh(&mut app, &snapshot);
    assert_eq!(first_row(&screen(&app, &snapshot)), first);
    press_with(
        &mut app,
        &snapshot,
        KeyCode::Char('g'),
        KeyModifiers::CONTROL,
    );
    assert_eq!(app.open.as_ref().map(|open| open.scroll), Some(Scroll::End));
    assert!(screen(&app, &snapshot).contains("Ny melding nederst"));
}

/// Returns the first row of the messages, without the list beside it.
fn first_row(screen: &str) -> String {
    let row = screen.lines().nth(3).expect("a fourth row");
    row.chars().skip(33).collect()
}
