//! Texts that would break a screen, everywhere a person can put one, and terminals of any size.

use crossterm::event::KeyCode;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use samtale_model::{Body, Title};

use super::world::{app, group_entries, press, refresh, snapshot};
use crate::chat::app::{App, Event};
use crate::chat::snapshot::Snapshot;

const HOSTILE: [&str; 8] = [
    "\u{1b}[2J\u{1b}[H\u{1b}]0;eid\u{7}\u{9b}31m",
    "\u{202e}snudd\u{202d} مرحبا بالعالم \u{2066}x",
    "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}a\u{489}\u{489}lgo",
    "👨\u{200d}👩\u{200d}👧\u{200d}👦👍\u{1f3ff}❤\u{fe0f}🏳\u{fe0f}\u{200d}🌈🇳🇴",
    "日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "\r\n\n\n\t\0\u{b}\u{c}\u{85}\u{2028}",
    "\u{feff}\u{200b}\u{ad}",
];

fn poisoned(text: &str) -> Snapshot {
    let mut snapshot = snapshot();
    let open = snapshot.open.as_mut().expect("open");
    for entry in &mut open.entries {
        entry.message.content = Body::from_stored(text.to_owned());
        if let Some(quoted) = &mut entry.quoted {
            quoted.content = Body::from_stored(text.to_owned());
        }
    }
    for item in &mut snapshot.chats {
        item.draft = Some(text.to_owned());
        for person in &mut item.participants {
            text.clone_into(&mut person.name);
        }
        if let Some(last) = &mut item.last {
            last.message.content = Body::from_stored(text.to_owned());
        }
        let title = Title::try_from(text.to_owned());
        if let (Some(chat), Ok(title)) = (&mut item.chat, title) {
            chat.title = Some(title);
        }
    }
    snapshot
}

/// Draws, and returns every symbol that would reach the terminal.
fn symbols(app: &App, snapshot: &Snapshot) -> Vec<String> {
    let (width, height) = app.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
    terminal
        .draw(|frame| app.render(frame, snapshot))
        .expect("a test terminal draws");
    let cells = terminal.backend().buffer().content();
    cells.iter().map(|cell| cell.symbol().to_owned()).collect()
}

#[test]
fn no_text_reaches_the_terminal_as_a_command() {
    for text in HOSTILE {
        let snapshot = poisoned(text);
        let mut app = app(100, 40, &snapshot);
        app.update(&snapshot, Event::Paste(text.to_owned()));
        for key in [KeyCode::Null, KeyCode::F(1), KeyCode::F(3)] {
            press(&mut app, &snapshot, key);
            for symbol in symbols(&app, &snapshot) {
                let obeyed = |c: char| {
                    c.is_control()
                        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                };
                assert!(!symbol.contains(obeyed), "{text:?}: {symbol:?}");
            }
            press(&mut app, &snapshot, KeyCode::Esc);
        }
    }
}

#[test]
fn the_hairline_beside_the_list_stands_whatever_people_write() {
    for text in HOSTILE {
        let snapshot = poisoned(text);
        let app = app(100, 40, &snapshot);
        let cells = symbols(&app, &snapshot);
        for row in cells.chunks(100).take(39) {
            assert_eq!(row[32], "│", "{text:?}");
        }
    }
}

#[test]
fn every_size_of_terminal_is_drawn() {
    let mut hostile = poisoned(HOSTILE[4]);
    hostile
        .open
        .as_mut()
        .expect("open")
        .entries
        .extend(group_entries());
    let overlays = [
        KeyCode::Null,
        KeyCode::F(1),
        KeyCode::F(2),
        KeyCode::F(3),
        KeyCode::Char('n'),
        KeyCode::Char('x'),
        KeyCode::Char('d'),
        KeyCode::Char('/'),
    ];
    for snapshot in [snapshot(), hostile] {
        for width in [0, 1, 23, 24, 79, 80, 250] {
            for height in [0, 1, 9, 10, 24, 90] {
                let mut app = app(100, 30, &snapshot);
                press(&mut app, &snapshot, KeyCode::Esc);
                app.update(&snapshot, Event::Resize { width, height });
                for key in overlays {
                    press(&mut app, &snapshot, key);
                    refresh(&mut app, &snapshot);
                    if width > 0 && height > 0 {
                        symbols(&app, &snapshot);
                    }
                    press(&mut app, &snapshot, KeyCode::Esc);
                    press(&mut app, &snapshot, KeyCode::PageUp);
                    press(&mut app, &snapshot, KeyCode::PageDown);
                }
            }
        }
    }
}
