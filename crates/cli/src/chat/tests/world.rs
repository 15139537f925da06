//! A tutor's afternoon: the people, chats and messages that the tests show.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use samtale_engine::{
    ChatItem, Connection, ConnectionState, Entry, EntryState, OutboxItem, OutboxState, Position,
    ReactionGroup,
};
use samtale_locale::{Catalog, Locale};
use samtale_model::reaction::Emoji;
use samtale_model::{
    Body, Chat, ChatId, HistoryRule, Message, MessageId, MessageKind, OpId, Participant, Presence,
    Role, Seq, Status, Title, UnixMillis, UserId,
};
use samtale_protocol::ErrorCode;

use crate::chat::app::{App, Effect, Event};
use crate::chat::snapshot::{OpenChat, Snapshot};
use crate::chat::theme::{Colours, Theme};

/// Tuesday 18 November 2025, 13:00 in Oslo.
pub(super) const NOW: UnixMillis = UnixMillis(1_763_467_200_000);

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The tutor's chat with Ola, her student.
pub(super) const OLA: ChatId = ChatId::from_bytes([1; 16]);
/// The group that prepares for an exam, with a guardian in it.
pub(super) const GROUP: ChatId = ChatId::from_bytes([2; 16]);

pub(super) fn user(id: &str) -> UserId {
    UserId::new(id).expect("a valid id")
}

pub(super) fn message(number: u8) -> MessageId {
    MessageId::from_bytes([number; 16])
}

fn person(id: &str, name: &str, role: Role) -> Participant {
    Participant {
        user_id: user(id),
        seq: Seq(1),
        name: name.to_owned(),
        avatar_url: None,
        role,
        active: true,
        joined_at: UnixMillis(NOW.0 - 60 * DAY),
        left_at: None,
    }
}

/// Makes an entry: its number names it, `at` is minutes before now.
pub(super) fn entry(chat: ChatId, number: u8, sender: &str, at: i64, words: &str) -> Entry {
    let own = sender == "kari";
    Entry {
        position: Position::Sent(number.into()),
        message: Message {
            id: message(number),
            chat_id: chat,
            seq: Seq(number.into()),
            created_seq: Seq(number.into()),
            sender_id: user(sender),
            kind: MessageKind::Text,
            content: Body::from_stored(words.to_owned()),
            reply_to: None,
            thread_root: None,
            thread_count: 0,
            created_at: UnixMillis(NOW.0 - at * MINUTE),
            edited_at: None,
            deleted_at: None,
        },
        own,
        state: if own {
            EntryState::Read
        } else {
            EntryState::Delivered
        },
        pending: None,
        reactions: Vec::new(),
        quoted: None,
    }
}

pub(super) fn reaction(emoji: &str, count: u32, mine: bool) -> ReactionGroup {
    ReactionGroup {
        emoji: Emoji::try_from(emoji.to_owned()).expect("an emoji"),
        count,
        mine,
        users: Vec::new(),
    }
}

fn chat(id: ChatId, title: Option<&str>, others: Vec<Participant>, last: Entry) -> ChatItem {
    let title = title.map(|title| Title::try_from(title.to_owned()).expect("a title"));
    let mut participants = vec![person("kari", "Kari Nordmann", Role::Tutor)];
    participants.extend(others);
    ChatItem {
        id,
        chat: Some(Chat {
            id,
            seq: Seq(1),
            title,
            history: HistoryRule::SinceJoining,
            created_by: user("kari"),
            created_at: UnixMillis(NOW.0 - 60 * DAY),
        }),
        role: Some(Role::Tutor),
        members: u32::try_from(participants.len()).expect("few"),
        participants,
        active_at: last.message.created_at,
        last: Some(Box::new(last)),
        unread: 0,
        draft: None,
        muted: None,
        live: true,
        loading: false,
        making: false,
        error: None,
    }
}

/// The conversation with Ola: every state a message can be in.
pub(super) fn ola_entries() -> Vec<Entry> {
    let mut first = entry(
        OLA,
        1,
        "ola",
        26 * 60,
        "Hei! Jeg står fast på oppgave 4.12 b). Skal jeg bruke abc-formelen der?",
    );
    first.reactions = vec![reaction("👍", 1, true), reaction("😂", 2, false)];
    let mut edited = entry(
        OLA,
        2,
        "kari",
        25 * 60,
        "Ja, men sett alt på samme side først.\nDa blir det enklere: x² + 5x − 6 = 0",
    );
    edited.message.edited_at = Some(UnixMillis(NOW.0 - 25 * 60 * MINUTE + 30_000));
    let mut deleted = entry(OLA, 3, "kari", 25 * 60 - 1, "");
    deleted.message.deleted_at = Some(NOW);
    let mut answer = entry(
        OLA,
        4,
        "ola",
        60,
        "Da fikk jeg x = 1 og x = −6. Stemmer det? 🎉",
    );
    answer.message.reply_to = Some(message(2));
    answer.quoted = Some(Box::new(edited.message.clone()));
    answer.message.thread_count = 2;
    let read = entry(OLA, 5, "kari", 50, "Helt riktig! Bra jobba.");
    let mut delivered = entry(OLA, 6, "kari", 20, "Husk at vi har matteprøve på torsdag.");
    delivered.state = EntryState::Delivered;
    let mut sent = entry(
        OLA,
        7,
        "kari",
        2,
        "Skal vi ta en ekstra time i morgen kl. 16?",
    );
    sent.state = EntryState::Sent;
    vec![first, edited, deleted, answer, read, delivered, sent]
}

/// The snapshot of a connected client with Ola's conversation read.
pub(super) fn snapshot() -> Snapshot {
    let ola = person("ola", "Ola Hansen-Bjørnstad", Role::Student);
    let mut group_last = entry(GROUP, 50, "per", 35, "Er det greit at jeg leser med her?");
    group_last.state = EntryState::Delivered;
    let mut group = chat(
        GROUP,
        Some("Eksamensgruppe i fysikk 2, våren 2026"),
        vec![
            person("ola", "Ola Hansen-Bjørnstad", Role::Student),
            person("per", "Per Bjørnstad", Role::Guardian),
            person("amina", "Amina Yusuf", Role::Student),
        ],
        group_last,
    );
    group.unread = 3;
    let long = ChatId::from_bytes([3; 16]);
    let mut drafted = chat(
        long,
        None,
        vec![person(
            "maja",
            "Maja-Elisabeth von Krogh Svendsen",
            Role::Student,
        )],
        entry(long, 60, "maja", 23 * 60, "Tusen takk for hjelpen!"),
    );
    drafted.draft = Some("Hei Maja, gratulerer med".to_owned());
    let quiet = ChatId::from_bytes([4; 16]);
    let mut muted = chat(
        quiet,
        Some("Lærerrommet"),
        vec![
            person("jonas", "Jonas Lie", Role::Tutor),
            person("sigrid", "Sigrid Undset", Role::Tutor),
        ],
        entry(
            quiet,
            70,
            "jonas",
            4 * 24 * 60,
            "Noen som kan ta en time i R1 på fredag?",
        ),
    );
    muted.unread = 100;
    muted.muted = Some(samtale_engine::Muted { until: None });
    let old = ChatId::from_bytes([5; 16]);
    let emil = chat(
        old,
        None,
        vec![person("emil", "Emil Berg", Role::Student)],
        entry(old, 80, "kari", 40 * 24 * 60, "Lykke til med eksamen!"),
    );
    let entries = ola_entries();
    let last = entries.last().expect("not empty").clone();
    Snapshot {
        now: NOW,
        me: user("kari"),
        status: Status::Online,
        connection: Connection {
            state: ConnectionState::Connected,
            ..Connection::default()
        },
        chats: vec![
            chat(OLA, None, vec![ola], last),
            group,
            drafted,
            muted,
            emil,
        ],
        chats_loading: false,
        more_chats: false,
        presence: BTreeMap::from([
            (user("ola"), present(Status::Online, 0)),
            (user("per"), present(Status::Offline, 25 * 60)),
            (user("amina"), present(Status::Busy, 0)),
            (user("maja"), present(Status::Away, 12)),
        ]),
        open: Some(OpenChat {
            id: OLA,
            entries,
            more_held: false,
            has_older: false,
            loading_older: false,
            typing: Vec::new(),
            names: BTreeMap::new(),
        }),
        outbox: Vec::new(),
        search: None,
    }
}

fn present(status: Status, minutes_ago: i64) -> Presence {
    Presence {
        status,
        last_seen: Some(UnixMillis(NOW.0 - minutes_ago * MINUTE)),
        ..Presence::default()
    }
}

/// The group's conversation, with three unread.
pub(super) fn group_entries() -> Vec<Entry> {
    let mut answered = entry(
        GROUP,
        44,
        "kari",
        100,
        "Vi begynner med kapittel 3 på torsdag.",
    );
    answered.state = EntryState::Read;
    let mut question = entry(
        GROUP,
        46,
        "amina",
        90,
        "Skal vi kunne utlede formelen for sentripetalakselerasjon, eller holder det å bruke den?",
    );
    question.message.thread_root = Some(message(44));
    vec![
        entry(GROUP, 43, "ola", 110, "Hei alle sammen"),
        answered,
        entry(GROUP, 45, "amina", 91, "Supert 👍"),
        question,
        entry(GROUP, 48, "ola", 40, "Jeg kan ikke på torsdag, har kamp"),
        entry(
            GROUP,
            49,
            "ola",
            39,
            "Går det an å ta det på fredag i stedet?",
        ),
        entry(GROUP, 50, "per", 35, "Er det greit at jeg leser med her?"),
    ]
}

/// Adds a message that could not be sent to a conversation.
pub(super) fn add_failed(snapshot: &mut Snapshot, number: u8, words: &str) {
    let mut failed = entry(OLA, number, "kari", 1, words);
    let code = ErrorCode::RateLimited;
    failed.position = Position::Unsent(number.into());
    failed.state = EntryState::Failed { code };
    snapshot
        .outbox
        .push(outbox_item(number, OutboxState::Failed { code }));
    push(snapshot, failed);
}

/// Adds a message that waits for the connection.
pub(super) fn add_waiting(snapshot: &mut Snapshot, number: u8, words: &str) {
    let mut waiting = entry(OLA, number, "kari", 0, words);
    waiting.position = Position::Unsent(number.into());
    waiting.state = EntryState::Sending;
    waiting.message.created_at = UnixMillis(NOW.0 - 5_000);
    snapshot
        .outbox
        .push(outbox_item(number, OutboxState::Waiting));
    push(snapshot, waiting);
}

fn push(snapshot: &mut Snapshot, entry: Entry) {
    snapshot.chats[0].last = Some(Box::new(entry.clone()));
    snapshot.open.as_mut().expect("open").entries.push(entry);
}

fn outbox_item(number: u8, state: OutboxState) -> OutboxItem {
    OutboxItem {
        op: OpId::from_bytes([number; 16]),
        chat: OLA,
        kind: "send",
        message: Some(message(number)),
        queued_at: NOW,
        state,
        attempts: 0,
        bytes: 100,
    }
}

/// An app of a size, with the chat with Ola open and placed.
pub(super) fn app(width: u16, height: u16, snapshot: &Snapshot) -> App {
    let mut app = blank(width, height);
    app.wanted = Some(OLA.to_string());
    refresh(&mut app, snapshot);
    app
}

/// An app in which nothing is open yet.
pub(super) fn blank(width: u16, height: u16) -> App {
    let theme = Theme::new(Colours::Palette);
    App::new(Catalog::new(Locale::Nb), theme, (width, height))
}

/// Lets the app settle on a snapshot, and returns what it wanted done.
pub(super) fn refresh(app: &mut App, snapshot: &Snapshot) -> Vec<Effect> {
    let mut effects = app.update(snapshot, Event::Refreshed);
    effects.extend(app.update(snapshot, Event::Refreshed));
    effects
}

/// Presses a key.
pub(super) fn press(app: &mut App, snapshot: &Snapshot, code: KeyCode) -> Vec<Effect> {
    press_with(app, snapshot, code, KeyModifiers::NONE)
}

/// Presses a key with others held down.
pub(super) fn press_with(
    app: &mut App,
    snapshot: &Snapshot,
    code: KeyCode,
    held: KeyModifiers,
) -> Vec<Effect> {
    let mut effects = app.update(snapshot, Event::Key(KeyEvent::new(code, held)));
    effects.retain(|effect| *effect != Effect::Activity);
    effects
}

/// Types a text, a key at a time.
pub(super) fn write(app: &mut App, snapshot: &Snapshot, text: &str) {
    for c in text.chars() {
        press(app, snapshot, KeyCode::Char(c));
    }
}

/// Draws the app and returns the screen as text.
pub(super) fn screen(app: &App, snapshot: &Snapshot) -> String {
    let (width, height) = app.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
    terminal
        .draw(|frame| app.render(frame, snapshot))
        .expect("a test terminal draws");
    terminal.backend().to_string()
}
