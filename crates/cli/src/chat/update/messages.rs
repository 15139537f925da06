//! Keys among the messages: choosing one, scrolling, and what can be done with a message.

use crossterm::event::{KeyCode, KeyEvent};
use samtale_engine::{Command, Entry};
use samtale_model::participant::Permission;
use samtale_model::{MessageId, OpId};

use super::super::app::{App, Effect, Focus, Mode, Overlay, Scroll};
use super::super::snapshot::{Snapshot, needs_decision};

impl App {
    pub(super) fn on_messages_key(
        &mut self,
        snapshot: &Snapshot,
        key: KeyEvent,
        effects: &mut Vec<Effect>,
    ) {
        if self.on_letter(snapshot, key, effects) {
            return;
        }
        match key.code {
            KeyCode::Up | KeyCode::Char('k') => self.select_neighbour(snapshot, false),
            KeyCode::Down | KeyCode::Char('j') => self.select_neighbour(snapshot, true),
            KeyCode::Home => self.select_end(snapshot, false),
            KeyCode::End | KeyCode::Char('G') => self.select_end(snapshot, true),
            KeyCode::Enter | KeyCode::Char('i') => {
                self.set_focus(snapshot, Focus::Composer, effects);
            }
            KeyCode::Esc => {
                self.set_focus(snapshot, Focus::Composer, effects);
                self.go_to_end();
            }
            KeyCode::Char('T') => effects.push(Effect::Command(Command::RetryAll)),
            _ => {
                let chosen = self.open.as_ref().and_then(super::Open::chosen);
                let held = snapshot.open.as_ref();
                if let Some(entry) = chosen.and_then(|id| held?.entry(id)) {
                    self.on_entry_key(snapshot, entry, key.code, effects);
                }
            }
        }
    }

    fn on_entry_key(
        &mut self,
        snapshot: &Snapshot,
        entry: &Entry,
        code: KeyCode,
        effects: &mut Vec<Effect>,
    ) {
        let chat = entry.message.chat_id;
        let message = entry.id();
        let there = entry.message.deleted_at.is_none();
        let role = snapshot.role(chat);
        let may = |permission| role.is_none_or(|role| role.may(permission));
        match code {
            KeyCode::Char('r') if there && may(Permission::Write) => {
                self.start_reply(message);
                self.set_focus(snapshot, Focus::Composer, effects);
            }
            KeyCode::Char('e') if there && entry.own => {
                self.start_edit(message, entry.message.content.as_str());
                self.set_focus(snapshot, Focus::Composer, effects);
            }
            KeyCode::Char('d') if there && (entry.own || may(Permission::Moderate)) => {
                self.overlay = Some(Overlay::Delete { message });
            }
            KeyCode::Char('x') if there && may(Permission::Write) => {
                self.overlay = Some(Overlay::React { message, chosen: 0 });
            }
            KeyCode::Char('t') if needs_decision(entry) => {
                let op = undecided(entry);
                effects.push(Effect::Command(Command::Retry { op }));
            }
            KeyCode::Delete if needs_decision(entry) => {
                let op = undecided(entry);
                effects.push(Effect::Command(Command::Cancel { op }));
            }
            _ => {}
        }
    }

    pub(super) fn start_reply(&mut self, message: MessageId) {
        self.cancel_mode();
        if let Some(composer) = self.composer_mut() {
            composer.mode = Mode::Reply(message);
        }
    }

    pub(super) fn start_edit(&mut self, message: MessageId, words: &str) {
        self.cancel_mode();
        if let Some(composer) = self.composer_mut() {
            let before = composer.editor.take();
            composer.mode = Mode::Edit { message, before };
            composer.editor = super::super::editor::Editor::with_text(words);
        }
    }

    /// Chooses a message when none is chosen: one that needs a decision, or the newest.
    pub(super) fn select_something(&mut self, snapshot: &Snapshot) {
        let (Some(open), Some(held)) = (&mut self.open, &snapshot.open) else {
            return;
        };
        if open.chat == held.id && open.selected.is_none() {
            open.selected = held.entries.last().map(Entry::id);
        }
    }

    pub(super) fn go_to_end(&mut self) {
        if let Some(open) = &mut self.open {
            open.scroll = Scroll::End;
            open.selected = None;
        }
    }

    /// Scrolls by a screen, all but two rows.
    pub(super) fn page(&mut self, snapshot: &Snapshot, down: bool) {
        let area = self.areas(snapshot).messages;
        let layout = self.lay_out(snapshot, area.width);
        let height = usize::from(area.height);
        let step = height.saturating_sub(2).max(1);
        let Some(open) = &mut self.open else {
            return;
        };
        let top = layout.top(open.scroll, height);
        let next = if down {
            top + step
        } else {
            top.saturating_sub(step)
        };
        open.scroll = layout.scroll_to(next, height);
        if top == 0 && !down {
            // A key asks again where nothing came the last time.
            open.asked = None;
        }
        // The choice follows onto the screen.
        let shown = layout.top(open.scroll, height);
        let seen = |block: &&super::super::layout::Block| {
            block.start < shown + height && block.end > shown
        };
        let choice = if down {
            layout.blocks.iter().rfind(seen)
        } else {
            layout.blocks.iter().find(seen)
        };
        if self.focus == Focus::Messages {
            open.selected = choice.map(|block| block.message);
        }
    }

    fn select_neighbour(&mut self, snapshot: &Snapshot, down: bool) {
        let Some(held) = &snapshot.open else {
            return;
        };
        let Some(open) = &mut self.open else {
            return;
        };
        let place = open.selected.and_then(|message| held.index_of(message));
        let next = match place {
            None => held.entries.len().checked_sub(1),
            Some(place) if down => Some(place + 1),
            Some(place) => place.checked_sub(1),
        };
        match next.and_then(|next| held.entries.get(next)) {
            Some(entry) => {
                open.selected = Some(entry.id());
                self.show_message(snapshot, entry.id());
            }
            None if down => open.scroll = Scroll::End,
            None => self.page(snapshot, false),
        }
    }

    fn select_end(&mut self, snapshot: &Snapshot, newest: bool) {
        let Some(held) = &snapshot.open else {
            return;
        };
        let entry = if newest {
            held.entries.last()
        } else {
            held.entries.first()
        };
        if let (Some(entry), Some(open)) = (entry, &mut self.open) {
            open.selected = Some(entry.id());
            self.show_message(snapshot, entry.id());
        }
    }

    /// Scrolls as little as needed for a message to be on the screen; one that is far off comes a
    /// third of the way down.
    pub(super) fn show_message(&mut self, snapshot: &Snapshot, message: MessageId) {
        let area = self.areas(snapshot).messages;
        let layout = self.lay_out(snapshot, area.width);
        let height = usize::from(area.height);
        let Some(block) = layout.block(message) else {
            return;
        };
        let Some(open) = &mut self.open else {
            return;
        };
        let top = layout.top(open.scroll, height);
        let newest = layout
            .blocks
            .last()
            .is_some_and(|last| last.message == message);
        let next = if newest {
            layout.last_top(height)
        } else if block.end + height < top || block.start > top + 2 * height {
            block.start.saturating_sub(height / 3)
        } else if block.start < top + 1 {
            block.start.saturating_sub(1)
        } else if block.end > top + height {
            // A message taller than the screen shows its beginning.
            (block.end - height).min(block.start.saturating_sub(1))
        } else {
            return;
        };
        open.scroll = layout.scroll_to(next, height);
    }
}

/// Returns the op that waits for a decision: a failed change, or the send itself.
fn undecided(entry: &Entry) -> OpId {
    entry.pending.map_or(OpId(entry.id().0), |change| change.op)
}
