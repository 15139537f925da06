//! What events do to the app: a pure step from state, snapshot and event to new state and effects.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use samtale_engine::{Command, CommandError};
use samtale_model::{ChatId, MessageId};

use super::app::{
    App, Composer, ENTRIES_STEP, Effect, Event, Focus, Mode, Notice, Open, Overlay, Scroll,
    SearchBox,
};
use super::snapshot::Snapshot;

mod composer;
mod list;
mod messages;
mod overlays;
mod refresh;

/// How long a sentence shows, in milliseconds.
const NOTICE_MS: u64 = 5_000;

impl App {
    /// Takes an event in, and returns what is to be done.
    pub(super) fn update(&mut self, snapshot: &Snapshot, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                effects.push(Effect::Activity);
                self.on_key(snapshot, key, &mut effects);
            }
            Event::Key(_) => {}
            Event::Paste(text) => {
                effects.push(Effect::Activity);
                self.on_paste(snapshot, &text, &mut effects);
            }
            Event::Resize { width, height } => self.size = (width, height),
            Event::Focus(visible) => {
                self.visible = visible;
                if let Some(open) = &mut self.open {
                    open.read = None;
                }
                effects.push(Effect::Visible(visible));
            }
            Event::Refreshed => self.on_refreshed(snapshot, &mut effects),
            Event::Refused { command, error } => self.on_refused(snapshot, command, error),
            Event::Making(chat) => self.open_chat(snapshot, chat, &mut effects),
            Event::Failed { chat, code, shown } => {
                let here = self.open.as_ref().is_some_and(|open| open.chat == chat);
                if !(shown && here) {
                    let text = self.catalog.error_text(code.as_str(), None);
                    self.notify(snapshot, text);
                }
            }
        }
        effects
    }

    fn on_key(&mut self, snapshot: &Snapshot, key: KeyEvent, effects: &mut Vec<Effect>) {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let jump = ctrl || key.modifiers.contains(KeyModifiers::ALT);
        self.notice = None;
        if ctrl && matches!(key.code, KeyCode::Char('c' | 'q')) {
            return self.ask_to_quit(snapshot, effects);
        }
        if self.overlay.is_some() {
            return self.on_overlay_key(snapshot, key, effects);
        }
        match key.code {
            KeyCode::F(1) => self.overlay = Some(Overlay::Help { top: 0 }),
            KeyCode::F(2) => self.overlay = Some(Overlay::Status { chosen: 0 }),
            KeyCode::F(3) if self.open.is_some() => {
                self.overlay = Some(Overlay::People { top: 0 });
            }
            KeyCode::Char('f') if ctrl => self.start_search(),
            KeyCode::Char('n') if ctrl => {
                self.overlay = Some(Overlay::NewChat(super::app::NewChat::default()));
            }
            KeyCode::Char('r') if ctrl => effects.push(Effect::Command(Command::Reconnect)),
            KeyCode::Char('g') if ctrl => self.go_to_end(),
            KeyCode::End if ctrl => self.go_to_end(),
            KeyCode::Up if jump => self.open_neighbour(snapshot, false, effects),
            KeyCode::Down if jump => self.open_neighbour(snapshot, true, effects),
            KeyCode::PageUp => self.page(snapshot, false),
            KeyCode::PageDown => self.page(snapshot, true),
            KeyCode::Tab => self.next_focus(snapshot, true, effects),
            KeyCode::BackTab => self.next_focus(snapshot, false, effects),
            _ => match self.focus {
                Focus::List => self.on_list_key(snapshot, key, effects),
                Focus::Messages => self.on_messages_key(snapshot, key, effects),
                Focus::Composer => self.on_composer_key(snapshot, key, effects),
            },
        }
    }

    /// What the letters do that mean the same in the list and among the messages; returns whether
    /// it was one.
    fn on_letter(&mut self, snapshot: &Snapshot, key: KeyEvent, effects: &mut Vec<Effect>) -> bool {
        match key.code {
            KeyCode::Char('?') => self.overlay = Some(Overlay::Help { top: 0 }),
            KeyCode::Char('/') => self.start_search(),
            KeyCode::Char('n') => {
                self.overlay = Some(Overlay::NewChat(super::app::NewChat::default()));
            }
            KeyCode::Char('q') => self.ask_to_quit(snapshot, effects),
            _ => return false,
        }
        true
    }

    fn on_paste(&mut self, snapshot: &Snapshot, text: &str, effects: &mut Vec<Effect>) {
        match &mut self.overlay {
            Some(Overlay::Search(search)) => {
                search.field.insert_line(text);
                search.changed = Some(snapshot.now);
            }
            Some(Overlay::NewChat(form)) => form.field().insert_line(text),
            Some(_) => {}
            None if self.focus == Focus::Composer => {
                if let Some(composer) = self.composer_mut() {
                    composer.editor.insert(text);
                }
                self.on_written(snapshot, effects);
            }
            None => {}
        }
    }

    fn next_focus(&mut self, snapshot: &Snapshot, forward: bool, effects: &mut Vec<Effect>) {
        use Focus::{Composer, List, Messages};
        if self.open.is_none() {
            self.focus = List;
            return;
        }
        let next = match (self.focus, forward) {
            (Composer, true) | (List, false) => Messages,
            (Messages, true) | (Composer, false) => List,
            (List, true) | (Messages, false) => Composer,
        };
        self.set_focus(snapshot, next, effects);
    }

    fn set_focus(&mut self, snapshot: &Snapshot, focus: Focus, effects: &mut Vec<Effect>) {
        if self.focus == Focus::Composer && focus != Focus::Composer {
            self.stop_typing(effects);
            self.store_draft(effects);
        }
        self.focus = focus;
        if focus == Focus::Messages {
            self.select_something(snapshot);
        }
    }

    /// Puts a chat on the screen, in the place of another.
    fn open_chat(&mut self, snapshot: &Snapshot, chat: ChatId, effects: &mut Vec<Effect>) {
        self.cursor = Some(chat);
        if self.open.as_ref().is_none_or(|open| open.chat != chat) {
            self.close_chat(effects);
            effects.push(Effect::Command(Command::OpenChat { chat }));
            self.open = Some(Open {
                chat,
                held: ENTRIES_STEP,
                scroll: Scroll::End,
                selected: None,
                marker: None,
                placed: false,
                read: None,
                asked: None,
                sought: None,
                seen: None,
            });
            self.composers.entry(chat).or_default();
        }
        self.set_focus(snapshot, Focus::Composer, effects);
    }

    /// Takes the open chat off the screen.
    fn close_chat(&mut self, effects: &mut Vec<Effect>) {
        self.stop_typing(effects);
        self.store_draft(effects);
        if let Some(open) = self.open.take() {
            effects.push(Effect::Command(Command::CloseChat { chat: open.chat }));
        }
        self.focus = Focus::List;
    }

    fn open_neighbour(&mut self, snapshot: &Snapshot, down: bool, effects: &mut Vec<Effect>) {
        let open = self.open.as_ref().map(|open| open.chat);
        if let Some(chat) = neighbour(snapshot, open, down) {
            self.open_chat(snapshot, chat, effects);
        }
    }

    fn ask_to_quit(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        let unsent = snapshot.unsent();
        if unsent == 0 || matches!(self.overlay, Some(Overlay::Quit { .. })) {
            self.close_chat(effects);
            effects.push(Effect::Quit);
        } else {
            self.overlay = Some(Overlay::Quit { unsent });
        }
    }

    fn start_search(&mut self) {
        self.overlay = Some(Overlay::Search(SearchBox::default()));
    }

    fn on_refused(&mut self, snapshot: &Snapshot, command: Command, error: CommandError) {
        let text = self.catalog.error_text(code_of(error), None);
        self.notify(snapshot, text);
        // What was written comes back: nothing a person wrote is lost.
        let (chat, content, mode) = match command {
            Command::Send {
                chat,
                content,
                reply_to,
                ..
            } => (chat, content, reply_to.map_or(Mode::New, Mode::Reply)),
            Command::Edit {
                chat,
                message,
                content,
            } => {
                let before = String::new();
                (chat, content, Mode::Edit { message, before })
            }
            _ => return,
        };
        let composer = self.composers.entry(chat).or_default();
        if composer.editor.is_empty() {
            composer.editor = super::editor::Editor::with_text(content);
            composer.mode = mode;
            composer.changed = Some(snapshot.now);
        }
    }

    fn notify(&mut self, snapshot: &Snapshot, text: String) {
        self.notice = Some(Notice {
            text,
            until: snapshot.now.plus(NOTICE_MS),
        });
    }

    fn stop_typing(&mut self, effects: &mut Vec<Effect>) {
        let Some(chat) = self.open.as_ref().map(|open| open.chat) else {
            return;
        };
        let writing = self
            .composer()
            .is_some_and(|composer| !composer.editor.is_empty());
        if writing && self.focus == Focus::Composer {
            effects.push(Effect::Command(Command::Typing { chat, on: false }));
        }
    }

    /// Hands the open composer's draft to the client, if it has changed.
    fn store_draft(&mut self, effects: &mut Vec<Effect>) {
        let Some(chat) = self.open.as_ref().map(|open| open.chat) else {
            return;
        };
        let Some(composer) = self.composers.get_mut(&chat) else {
            return;
        };
        composer.changed = None;
        let text = composer.to_keep().to_owned();
        if text != composer.draft {
            composer.draft.clone_from(&text);
            effects.push(Effect::Command(Command::SetDraft { chat, text }));
        }
    }
}

impl Composer {
    /// Returns the text that is a draft: while a message is edited, what stood there before.
    fn to_keep(&self) -> &str {
        match &self.mode {
            Mode::Edit { before, .. } => before,
            Mode::New | Mode::Reply(_) => self.editor.text(),
        }
    }
}

/// Returns the chat above or below another in the list; the first where there is none.
fn neighbour(snapshot: &Snapshot, of: Option<ChatId>, down: bool) -> Option<ChatId> {
    let chats = &snapshot.chats;
    let place = of.and_then(|chat| chats.iter().position(|item| item.id == chat));
    let next = match place {
        None => 0,
        Some(place) if down => place + 1,
        Some(place) => place.checked_sub(1)?,
    };
    chats.get(next).map(|item| item.id)
}

/// Returns the wire's name for why the engine refused a command: the catalogues know those.
const fn code_of(error: CommandError) -> &'static str {
    match error {
        CommandError::ContentEmpty => "content_empty",
        CommandError::ContentTooLong => "content_too_long",
        CommandError::QueueFull => "queue_full",
        CommandError::UnknownMessage | CommandError::UnknownOp | CommandError::UnknownChat => {
            "not_found"
        }
        CommandError::NotYours => "forbidden",
        CommandError::IdTaken => "id_conflict",
        CommandError::BadSetting(_) => "bad_request",
        CommandError::TooLarge => "too_large",
        CommandError::SignedOut => "unauthorized",
    }
}

impl Open {
    /// Returns the message that keys speak of.
    fn chosen(&self) -> Option<MessageId> {
        self.selected
    }
}
