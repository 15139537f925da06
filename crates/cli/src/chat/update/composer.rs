//! Keys in the composer.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use samtale_engine::Command;
use samtale_model::participant::Permission;

use super::super::app::{App, Effect, Focus, Mode, Overlay, Scroll};
use super::super::areas::composer_columns;
use super::super::editor::{Editor, Step};
use super::super::snapshot::Snapshot;

impl App {
    pub(super) fn on_composer_key(
        &mut self,
        snapshot: &Snapshot,
        key: KeyEvent,
        effects: &mut Vec<Effect>,
    ) {
        let columns = composer_columns(self.areas(snapshot).composer.width);
        let may_write = self.may_write(snapshot);
        let idle = self
            .composer()
            .is_none_or(|composer| composer.editor.is_empty() && composer.mode == Mode::New);
        let Some(composer) = self.composer_mut() else {
            return;
        };
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let newline = alt || key.modifiers.contains(KeyModifiers::SHIFT);
        match key.code {
            KeyCode::Esc => return self.leave_composer(snapshot, effects),
            KeyCode::Up if idle => return self.edit_last(snapshot),
            KeyCode::Up => {
                composer.editor.go_line(false, columns);
                return;
            }
            KeyCode::Down => {
                composer.editor.go_line(true, columns);
                return;
            }
            _ if !may_write => return,
            KeyCode::Enter if !newline => return self.send(snapshot, effects),
            KeyCode::Enter => composer.editor.insert("\n"),
            // What terminals send for Ctrl+Enter and Ctrl+J.
            KeyCode::Char('j') if ctrl => composer.editor.insert("\n"),
            code => {
                if !composer.editor.on_key(code, ctrl, alt) {
                    return;
                }
            }
        }
        self.on_written(snapshot, effects);
    }

    /// Returns whether one may write in the open chat.
    pub(in super::super) fn may_write(&self, snapshot: &Snapshot) -> bool {
        let role = self.open.as_ref().and_then(|open| snapshot.role(open.chat));
        role.is_none_or(|role| role.may(Permission::Write))
    }

    /// Notes that the composer's text may have changed.
    pub(super) fn on_written(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        let Some(chat) = self.open.as_ref().map(|open| open.chat) else {
            return;
        };
        let Some(composer) = self.composer_mut() else {
            return;
        };
        if matches!(composer.mode, Mode::Edit { .. }) {
            return;
        }
        if composer.editor.text() != composer.draft {
            composer.changed.get_or_insert(snapshot.now);
        }
        let on = !composer.editor.is_empty();
        effects.push(Effect::Command(Command::Typing { chat, on }));
    }

    fn leave_composer(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        let new = self
            .composer()
            .is_none_or(|composer| composer.mode == Mode::New);
        if !new {
            self.cancel_mode();
        } else if self.two_panes() {
            self.set_focus(snapshot, Focus::Messages, effects);
        } else {
            self.set_focus(snapshot, Focus::List, effects);
        }
    }

    /// Gives up an edit or an answer. An edit gives back what stood there before.
    pub(super) fn cancel_mode(&mut self) {
        if let Some(composer) = self.composer_mut()
            && let Mode::Edit { before, .. } = std::mem::take(&mut composer.mode)
        {
            composer.editor = Editor::with_text(before);
        }
    }

    fn edit_last(&mut self, snapshot: &Snapshot) {
        let Some(held) = &snapshot.open else {
            return;
        };
        let last = held
            .entries
            .iter()
            .rfind(|entry| entry.own && entry.message.deleted_at.is_none());
        if let Some(entry) = last {
            self.start_edit(entry.id(), entry.message.content.as_str());
        }
    }

    fn send(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        let Some(chat) = self.open.as_ref().map(|open| open.chat) else {
            return;
        };
        let Some(composer) = self.composer_mut() else {
            return;
        };
        let content = composer.editor.text().trim().to_owned();
        match composer.mode.clone() {
            Mode::Edit { message, .. } => {
                if content.is_empty() {
                    self.overlay = Some(Overlay::Delete { message });
                    return;
                }
                let held = snapshot.open.as_ref();
                let entry = held.and_then(|open| open.entry(message));
                self.cancel_mode();
                if entry.is_some_and(|entry| entry.message.content.as_str() != content) {
                    effects.push(Effect::Command(Command::Edit {
                        chat,
                        message,
                        content,
                    }));
                }
            }
            mode => {
                if content.is_empty() {
                    return;
                }
                let reply_to = match mode {
                    Mode::Reply(message) => Some(message),
                    _ => None,
                };
                let held = snapshot.open.as_ref();
                let answered = reply_to.and_then(|message| held?.entry(message));
                let thread_root = answered.and_then(|entry| entry.message.thread_root);
                composer.editor = Editor::default();
                composer.mode = Mode::New;
                effects.push(Effect::Command(Command::Typing { chat, on: false }));
                effects.push(Effect::Command(Command::Send {
                    chat,
                    content,
                    reply_to,
                    thread_root,
                    id: None,
                    max_retries: None,
                    persist: true,
                }));
                self.store_draft(effects);
                if let Some(open) = &mut self.open {
                    open.scroll = Scroll::End;
                    open.selected = None;
                    open.marker = None;
                }
            }
        }
    }
}

impl Editor {
    /// Does what a key does in any text field, and returns whether it was such a key.
    pub(super) fn on_key(&mut self, code: KeyCode, ctrl: bool, alt: bool) -> bool {
        let word = ctrl || alt;
        match code {
            // Both at once are AltGr on some keyboards: a character like any other.
            KeyCode::Char(c) if ctrl == alt => self.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Char('w') if ctrl => self.delete(Step::WordBack),
            KeyCode::Char('u') if ctrl => self.delete(Step::LineStart),
            KeyCode::Char('k') if ctrl => self.delete(Step::LineEnd),
            KeyCode::Char('a') if ctrl => self.go(Step::LineStart),
            KeyCode::Char('e') if ctrl => self.go(Step::LineEnd),
            KeyCode::Char('d') if alt => self.delete(Step::WordForward),
            KeyCode::Char('b') if alt => self.go(Step::WordBack),
            KeyCode::Char('f') if alt => self.go(Step::WordForward),
            KeyCode::Backspace if word => self.delete(Step::WordBack),
            KeyCode::Backspace => self.delete(Step::Back),
            KeyCode::Delete if word => self.delete(Step::WordForward),
            KeyCode::Delete => self.delete(Step::Forward),
            KeyCode::Left if word => self.go(Step::WordBack),
            KeyCode::Left => self.go(Step::Back),
            KeyCode::Right if word => self.go(Step::WordForward),
            KeyCode::Right => self.go(Step::Forward),
            KeyCode::Home => self.go(Step::LineStart),
            KeyCode::End => self.go(Step::LineEnd),
            _ => return false,
        }
        true
    }
}
