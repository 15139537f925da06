//! Keys in the list of chats.

use crossterm::event::{KeyCode, KeyEvent};
use samtale_engine::{Command, Mute};

use super::super::app::{App, Effect, Focus, Overlay};
use super::super::snapshot::Snapshot;
use super::neighbour;

impl App {
    pub(super) fn on_list_key(
        &mut self,
        snapshot: &Snapshot,
        key: KeyEvent,
        effects: &mut Vec<Effect>,
    ) {
        if self.on_letter(snapshot, key, effects) {
            return;
        }
        match key.code {
            KeyCode::Up | KeyCode::Char('k') => self.move_cursor(snapshot, false, effects),
            KeyCode::Down | KeyCode::Char('j') => self.move_cursor(snapshot, true, effects),
            KeyCode::Home => self.cursor = snapshot.chats.first().map(|item| item.id),
            KeyCode::End => self.cursor = snapshot.chats.last().map(|item| item.id),
            KeyCode::Enter | KeyCode::Right => {
                if let Some(chat) = self.cursor {
                    self.open_chat(snapshot, chat, effects);
                }
            }
            KeyCode::Esc if self.open.is_some() => {
                self.set_focus(snapshot, Focus::Composer, effects);
            }
            KeyCode::Char('m') => self.toggle_mute(snapshot, effects),
            KeyCode::Char('l') => {
                if let Some(chat) = self.cursor {
                    self.overlay = Some(Overlay::Leave { chat });
                }
            }
            _ => {}
        }
    }

    fn move_cursor(&mut self, snapshot: &Snapshot, down: bool, effects: &mut Vec<Effect>) {
        match neighbour(snapshot, self.cursor, down) {
            Some(chat) => self.cursor = Some(chat),
            None if down && snapshot.more_chats => {
                effects.push(Effect::Command(Command::LoadMoreChats));
            }
            None => {}
        }
    }

    fn toggle_mute(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        let Some(item) = self.cursor.and_then(|chat| snapshot.chat(chat)) else {
            return;
        };
        let (mute, key) = if item.muted.is_some() {
            (Mute::Off, "tui-unmuted")
        } else {
            (Mute::On, "tui-muted")
        };
        let chat = item.id;
        effects.push(Effect::Command(Command::Mute { chat, mute }));
        let title = snapshot.title(item, &self.catalog);
        let text = self.catalog.text_with(key, &[("name", (&title).into())]);
        self.notify(snapshot, text);
    }
}
