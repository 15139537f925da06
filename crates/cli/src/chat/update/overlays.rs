//! Keys in the windows over the conversation.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use samtale_engine::{Command, SearchView};
use samtale_model::{Role, Title, UserId};
use samtale_protocol::http::NewParticipant;

use super::super::app::{App, Effect, NewChat, Overlay, REACTIONS, STATUSES, SearchBox, reaction};
use super::super::editor::Editor;
use super::super::snapshot::Snapshot;

impl App {
    pub(super) fn on_overlay_key(
        &mut self,
        snapshot: &Snapshot,
        key: KeyEvent,
        effects: &mut Vec<Effect>,
    ) {
        let Some(overlay) = self.overlay.take() else {
            return;
        };
        if key.code == KeyCode::Esc {
            if matches!(overlay, Overlay::Search(_)) {
                let (query, chat) = (String::new(), None);
                effects.push(Effect::Command(Command::Search { query, chat }));
            }
            return;
        }
        self.overlay = match overlay {
            Overlay::Help { top } => scrolled(top, key.code).map(|top| Overlay::Help { top }),
            Overlay::People { top } => scrolled(top, key.code).map(|top| Overlay::People { top }),
            Overlay::Search(search) => self.on_search_key(snapshot, search, key, effects),
            Overlay::React { message, chosen } => match choice(chosen, REACTIONS.len(), key.code) {
                Choice::Moved(chosen) => Some(Overlay::React { message, chosen }),
                Choice::Made(chosen) => {
                    self.react(snapshot, message, chosen, effects);
                    None
                }
            },
            Overlay::Status { chosen } => match choice(chosen, STATUSES.len(), key.code) {
                Choice::Moved(chosen) => Some(Overlay::Status { chosen }),
                Choice::Made(chosen) => {
                    let status = STATUSES.get(chosen).copied().flatten();
                    effects.push(Effect::Command(Command::SetStatus { status }));
                    None
                }
            },
            Overlay::Delete { message } => match answer(key.code) {
                Some(true) => {
                    self.delete(message, effects);
                    None
                }
                Some(false) => None,
                None => Some(Overlay::Delete { message }),
            },
            Overlay::Leave { chat } => match answer(key.code) {
                Some(true) => {
                    effects.push(Effect::Command(Command::Leave { chat }));
                    None
                }
                Some(false) => None,
                None => Some(Overlay::Leave { chat }),
            },
            Overlay::Quit { unsent } => match answer(key.code) {
                Some(true) => {
                    self.close_chat(effects);
                    effects.push(Effect::Quit);
                    None
                }
                Some(false) => None,
                None => Some(Overlay::Quit { unsent }),
            },
            Overlay::NewChat(form) => self.on_form_key(form, key, effects),
        };
    }

    fn delete(&mut self, message: samtale_model::MessageId, effects: &mut Vec<Effect>) {
        let Some(chat) = self.open.as_ref().map(|open| open.chat) else {
            return;
        };
        self.cancel_mode();
        effects.push(Effect::Command(Command::Delete { chat, message }));
    }

    fn react(
        &self,
        snapshot: &Snapshot,
        message: samtale_model::MessageId,
        chosen: usize,
        effects: &mut Vec<Effect>,
    ) {
        let held = snapshot.open.as_ref();
        let (Some(emoji), Some(entry)) = (reaction(chosen), held.and_then(|h| h.entry(message)))
        else {
            return;
        };
        let set = |group: &samtale_engine::ReactionGroup| group.emoji == emoji && group.mine;
        effects.push(Effect::Command(Command::React {
            chat: entry.message.chat_id,
            message,
            on: !entry.reactions.iter().any(set),
            emoji,
        }));
    }

    fn on_search_key(
        &mut self,
        snapshot: &Snapshot,
        mut search: SearchBox,
        key: KeyEvent,
        effects: &mut Vec<Effect>,
    ) -> Option<Overlay> {
        let found = snapshot.search.as_ref();
        let hits = found.map_or(0, |found| found.hits.len());
        match key.code {
            KeyCode::Up => search.chosen = search.chosen.saturating_sub(1),
            KeyCode::Down if search.chosen + 1 < hits => search.chosen += 1,
            KeyCode::Down => {
                if found.is_some_and(|found| found.has_more) {
                    effects.push(Effect::Command(Command::SearchMore));
                }
            }
            KeyCode::Tab if self.open.is_some() => {
                search.here = !search.here;
                search.changed = Some(snapshot.now);
            }
            KeyCode::Enter => {
                let hit = found
                    .filter(|found| search.is_answered_by(found))
                    .and_then(|found| found.hits.get(search.chosen));
                if let Some(hit) = hit {
                    let (chat, message) = (hit.message.chat_id, hit.message.id);
                    self.open_chat(snapshot, chat, effects);
                    if let Some(open) = &mut self.open {
                        open.sought = Some(message);
                        open.asked = None;
                    }
                    return None;
                }
                self.overlay = Some(Overlay::Search(search));
                self.search_now(effects);
                return self.overlay.take();
            }
            code => {
                let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
                let alt = key.modifiers.contains(KeyModifiers::ALT);
                let before = search.field.text().to_owned();
                search.field.on_key(code, ctrl, alt);
                if search.field.text() != before {
                    search.changed = Some(snapshot.now);
                    search.chosen = 0;
                }
            }
        }
        Some(Overlay::Search(search))
    }

    /// Searches for what stands in the field.
    pub(super) fn search_now(&mut self, effects: &mut Vec<Effect>) {
        let here = self.open.as_ref().map(|open| open.chat);
        let Some(Overlay::Search(search)) = &mut self.overlay else {
            return;
        };
        search.changed = None;
        search.chosen = 0;
        effects.push(Effect::Command(Command::Search {
            query: search.field.text().trim().to_owned(),
            chat: here.filter(|_| search.here),
        }));
    }

    fn on_form_key(
        &self,
        mut form: NewChat,
        key: KeyEvent,
        effects: &mut Vec<Effect>,
    ) -> Option<Overlay> {
        match key.code {
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down => {
                form.in_title = !form.in_title;
            }
            KeyCode::Enter => match self.new_chat(&form) {
                Ok(Some(command)) => {
                    effects.push(Effect::Command(command));
                    return None;
                }
                Ok(None) => {}
                Err(error) => form.error = Some(error),
            },
            code => {
                let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
                let alt = key.modifiers.contains(KeyModifiers::ALT);
                form.field().on_key(code, ctrl, alt);
                form.error = None;
            }
        }
        Some(Overlay::NewChat(form))
    }

    /// Reads the form; none while nobody is named.
    fn new_chat(&self, form: &NewChat) -> Result<Option<Command>, String> {
        let mut participants = Vec::new();
        let separators = |c: char| c.is_whitespace() || c == ',' || c == ';';
        for name in form
            .people
            .text()
            .split(separators)
            .filter(|name| !name.is_empty())
        {
            let user_id = UserId::new(name).map_err(|_| {
                self.catalog
                    .text_with("tui-new-chat-bad-id", &[("name", name.into())])
            })?;
            let role = Role::Student;
            participants.push(NewParticipant { user_id, role });
        }
        let title = match form.title.text().trim() {
            "" => None,
            title => Some(
                Title::try_from(title.to_owned())
                    .map_err(|_| self.catalog.text("tui-new-chat-bad-title"))?,
            ),
        };
        Ok((!participants.is_empty()).then(|| Command::CreateChat {
            id: None,
            title,
            history: samtale_model::HistoryRule::default(),
            participants,
        }))
    }
}

impl NewChat {
    /// Returns the field that is being written.
    pub(super) fn field(&mut self) -> &mut Editor {
        if self.in_title {
            &mut self.title
        } else {
            &mut self.people
        }
    }
}

impl SearchBox {
    /// Returns whether these are the hits of what stands in the field.
    pub(in super::super) fn is_answered_by(&self, found: &SearchView) -> bool {
        self.changed.is_none() && found.query == self.field.text().trim()
    }
}

/// What a key does to a list of choices.
enum Choice {
    Moved(usize),
    Made(usize),
}

fn choice(chosen: usize, count: usize, code: KeyCode) -> Choice {
    match code {
        KeyCode::Up | KeyCode::Left => Choice::Moved(chosen.saturating_sub(1)),
        KeyCode::Down | KeyCode::Right | KeyCode::Tab => Choice::Moved((chosen + 1).min(count - 1)),
        KeyCode::Enter | KeyCode::Char(' ') => Choice::Made(chosen),
        KeyCode::Char(digit) => match digit.to_digit(10) {
            Some(digit) if (1..=count).contains(&(digit as usize)) => {
                Choice::Made(digit as usize - 1)
            }
            _ => Choice::Moved(chosen),
        },
        _ => Choice::Moved(chosen),
    }
}

/// Reads yes and no, in Norwegian and in English.
fn answer(code: KeyCode) -> Option<bool> {
    match code {
        KeyCode::Enter | KeyCode::Char('j' | 'J' | 'y' | 'Y') => Some(true),
        KeyCode::Char('n' | 'N') => Some(false),
        _ => None,
    }
}

/// Scrolls a text; any other key closes it.
fn scrolled(top: u16, code: KeyCode) -> Option<u16> {
    match code {
        KeyCode::Up | KeyCode::Char('k') => Some(top.saturating_sub(1)),
        KeyCode::Down | KeyCode::Char('j') => Some(top.saturating_add(1)),
        KeyCode::PageUp => Some(top.saturating_sub(10)),
        KeyCode::PageDown => Some(top.saturating_add(10)),
        _ => None,
    }
}
