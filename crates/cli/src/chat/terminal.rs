//! The terminal itself: raw mode, its events, and its state given back however the program ends.

use std::io::{self, IsTerminal as _, Stdout, stdout};
use std::time::Duration;

use anyhow::{Context as _, bail};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange,
    Event as TerminalEvent, EventStream,
};
use crossterm::execute;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode,
};
use futures_util::StreamExt as _;
use ratatui::backend::CrosstermBackend;
use samtale_client::{Changes, Client};
use samtale_engine::Command;
use samtale_model::UnixMillis;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until};

use super::app::{App, Effect, Event};
use super::snapshot::Snapshot;
use super::source;

/// The least time between two drawings; what comes in between is drawn together.
const FRAME: Duration = Duration::from_millis(16);

/// How often an event's effects may bring about new ones before the screen is drawn.
const MAX_ROUNDS: usize = 8;

/// A terminal in raw mode on its alternate screen, until it is dropped.
struct Screen {
    terminal: ratatui::Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    fn enter() -> anyhow::Result<Self> {
        if !stdout().is_terminal() || !io::stdin().is_terminal() {
            bail!("samtale chat needs a terminal; samtale send and samtale tail work without");
        }
        let earlier = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // The message would be lost on the alternate screen.
            restore();
            earlier(panic);
        }));
        enable_raw_mode().context("the terminal has no raw mode")?;
        // From here on dropping gives the terminal back, also where the next lines fail.
        let screen = Self {
            terminal: ratatui::Terminal::new(CrosstermBackend::new(stdout()))
                .inspect_err(|_| restore())
                .context("the terminal's size is not known")?,
        };
        execute!(
            stdout(),
            EnterAlternateScreen,
            EnableBracketedPaste,
            EnableFocusChange
        )
        .context("the terminal can't be written to")?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back as it was. Harmless when repeated; errors have nowhere to go.
fn restore() {
    let _ = execute!(
        stdout(),
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        SetTitle(""),
        crossterm::cursor::Show
    );
    let _ = disable_raw_mode();
}

/// The signals that end a program; in raw mode Ctrl+C is a key and none of them.
struct Ending {
    term: Signal,
    hangup: Signal,
    interrupt: Signal,
}

impl Ending {
    fn watch() -> anyhow::Result<Self> {
        let watch = |kind| signal(kind).context("no signals can be heard");
        Ok(Self {
            term: watch(SignalKind::terminate())?,
            hangup: watch(SignalKind::hangup())?,
            interrupt: watch(SignalKind::interrupt())?,
        })
    }

    async fn heard(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.hangup.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The app at work in a terminal.
struct Session<'a> {
    app: App,
    client: &'a Client,
    clock: fn() -> UnixMillis,
    snapshot: Snapshot,
    quit: bool,
}

impl Session<'_> {
    /// Takes an event in, carries out what it asks for, and lets the app see what came of it.
    fn on_event(&mut self, event: Event) {
        let mut effects = self.app.update(&self.snapshot, event);
        for _ in 0..MAX_ROUNDS {
            let mut heard = Vec::new();
            for effect in effects.drain(..) {
                heard.extend(self.perform(effect));
            }
            let wanted = self.app.wanted_of_client();
            self.snapshot = source::snapshot(self.client, (self.clock)(), wanted);
            heard.push(Event::Refreshed);
            for event in heard {
                effects.extend(self.app.update(&self.snapshot, event));
            }
            if effects.is_empty() && self.app.wanted_of_client() == wanted {
                break;
            }
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Command(command) => return source::command(self.client, command),
            Effect::Activity => self.client.activity(),
            Effect::Visible(visible) => self.client.visibility(visible),
            Effect::Quit => self.quit = true,
        }
        None
    }
}

/// Runs the app until the person leaves it or the client ends.
pub(super) async fn run(
    client: &Client,
    mut app: App,
    clock: fn() -> UnixMillis,
) -> anyhow::Result<()> {
    let mut screen = Screen::enter()?;
    let size = screen
        .terminal
        .size()
        .context("the terminal's size is not known")?;
    app.size = (size.width, size.height);
    let mut changes = client.changes();
    let mut ending = Ending::watch()?;
    let mut keys = EventStream::new();
    let wanted = app.wanted_of_client();
    let mut session = Session {
        snapshot: source::snapshot(client, clock(), wanted),
        app,
        client,
        clock,
        quit: false,
    };
    for effect in [Effect::Visible(true), Effect::Command(Command::Connect)] {
        session.perform(effect);
    }
    session.on_event(Event::Refreshed);

    let mut title = String::new();
    while !session.quit {
        let wanted_title = session.app.title(&session.snapshot);
        if title != wanted_title {
            title = wanted_title;
            execute!(stdout(), SetTitle(&title)).context("the terminal can't be written to")?;
        }
        screen
            .terminal
            .draw(|frame| session.app.render(frame, &session.snapshot))
            .context("the terminal can't be written to")?;
        let drawn = Instant::now();
        let go_on = tokio::select! {
            go_on = wait(&mut session, &mut keys, &mut changes, drawn) => go_on?,
            () = ending.heard() => false,
        };
        if !go_on {
            break;
        }
    }
    Ok(())
}

/// Waits until something happens and takes in all that has; false when the session is over.
async fn wait(
    session: &mut Session<'_>,
    keys: &mut EventStream,
    changes: &mut Changes,
    drawn: Instant,
) -> anyhow::Result<bool> {
    let patience = Duration::from_millis(session.app.patience_ms(&session.snapshot));
    let mut until = drawn + patience;
    loop {
        tokio::select! {
            biased;
            event = keys.next() => match event {
                Some(Ok(event)) => {
                    if let Some(event) = of_terminal(event) {
                        session.on_event(event);
                    }
                }
                Some(Err(error)) => return Err(error).context("the terminal can't be read"),
                None => return Ok(false),
            },
            batch = changes.recv() => match batch {
                Some(batch) => {
                    for change in &batch {
                        if let Some(event) = source::refusal(session.client, change) {
                            session.on_event(event);
                        }
                    }
                    session.on_event(Event::Refreshed);
                }
                None => return Ok(false),
            },
            () = sleep_until(until) => {
                session.on_event(Event::Refreshed);
                return Ok(true);
            }
        }
        if session.quit || drawn.elapsed() >= FRAME {
            return Ok(true);
        }
        // Too soon to draw again: take in what else comes.
        until = drawn + FRAME;
    }
}

fn of_terminal(event: TerminalEvent) -> Option<Event> {
    Some(match event {
        TerminalEvent::Key(key) => Event::Key(key),
        TerminalEvent::Paste(text) => Event::Paste(text),
        TerminalEvent::Resize(width, height) => Event::Resize { width, height },
        TerminalEvent::FocusGained => Event::Focus(true),
        TerminalEvent::FocusLost => Event::Focus(false),
        TerminalEvent::Mouse(_) => return None,
    })
}
