/**
 * The client over a driver: commands in order (before the engine is ready too), promises, views, and
 * when to connect. The real client and the fake differ in their driver alone.
 */
import type { Client, ClientErrorShape, OpEvent, Sending, SendOptions, Sent, Settings } from './api';
import type { Backend, Driver, Sink } from './backend';
import { guard, Hub, idle } from './cells';
import { LOADING, NO_METRICS, READY } from './empty';
import type { Change, Command, LogEntry, Made } from './engine';
import { ClientError, toClientError } from './errors';
import { uuidv7 } from './ids';
import { Pages } from './pages';
import { Settling } from './settle';
import { share } from './share';
import { VERSION } from './version';
import { Views } from './views';
import type { ChatId, Status } from './wire';

/** How long a client lingers after the last view is no longer watched, in milliseconds. */
export const LINGER_MS = 5_000;

/** Whose client it is, and of which server. */
export interface Identity {
  url: string;
  userId: string;
  /** Called when it is started, and when it has ended for good. */
  onStart?: (client: Client) => void;
  onEnd?: () => void;
}

/** What a command waits with until there is an engine. */
interface Queued {
  run(backend: Backend): void;
  reject(error: ClientError): void;
}

/** Makes a client over a driver. */
export function createCore(identity: Identity, driver: Driver): Client {
  const { url, userId } = identity;
  let backend: Backend | null = null;
  let started = false;
  let startFailed = false;
  let broken: ClientError | null = null;
  let ending: Promise<void> | null = null;
  /** Whether the connection is wanted: said so (`on`, `off`), or by who watches. */
  let wish: 'auto' | 'on' | 'off' = 'auto';
  let asked = false;
  let stopLinger: (() => void) | null = null;
  let status: Status | null | undefined;
  let place: string | null | undefined;
  let settings: Settings = {};
  const open = new Map<ChatId, number>();
  /** Chats that the server has still to make. */
  const creating = new Set<ChatId>();
  const queue: Queued[] = [];
  const opListeners = new Set<(event: OpEvent) => void>();
  const eventListeners = new Set<(event: LogEntry) => void>();
  const chatWaits = new Map<ChatId, { resolve(): void; reject(error: ClientError): void }>();

  const hub = new Hub((watched) => {
    if (watched) start();
    seek();
  });
  const views = new Views(hub);
  const settling = new Settling({ connected, setTimer: driver.setTimer });
  const pages = new Pages(views, {
    backend: () => backend,
    coming,
    whenReady: (run, otherwise) => enqueue({ run, reject: otherwise }),
    issue: (command) => {
      if (backend !== null) carryOut(backend, command);
    },
    setTimer: driver.setTimer,
  });

  function connected(): boolean {
    const state = backend?.connection().state;
    return state === 'connected' || state === 'degraded';
  }

  function coming(chat: ChatId): boolean {
    if (backend === null) return false;
    const { state, network } = backend.connection();
    if (network === 'offline' || state === 'offline' || state === 'failed') return false;
    if (state === 'idle') return wanted();
    if (state === 'connecting' || state === 'reconnecting') return true;
    const item = backend.chat(chat);
    if (item === null || item.error !== null) return false;
    return item.loading || (state === 'connected' && open.has(chat) && !item.live);
  }

  // ---- the engine's life ----

  const sink: Sink = {
    standing() {
      const commands: Command[] = [];
      if (Object.keys(settings).length > 0) commands.push({ command: 'configure', settings });
      for (const [chat, count] of open) {
        for (let i = 0; i < count; i += 1) commands.push({ command: 'openChat', chat });
      }
      if (status !== undefined) commands.push({ command: 'setStatus', status });
      if (place !== undefined) commands.push({ command: 'setLocation', at: place });
      asked = wanted();
      if (asked) commands.push({ command: 'connect' });
      return commands;
    },
    ready(next) {
      backend = next;
      views.attach(next);
      views.setStartup(READY);
      settling.onConnection();
      while (backend !== null) {
        const queued = queue.shift();
        if (queued === undefined) break;
        queued.run(backend);
      }
      seek();
    },
    refused(command) {
      if (command.command !== 'configure') return;
      settings = {};
      toldOf({ at: driver.unix(), event: 'configure refused', chat: null, code: null });
    },
    paused() {
      backend = null;
      views.detach();
    },
    failed(error) {
      broken = new ClientError('engine_failed', { cause: error });
      startFailed = true;
      backend = null;
      views.setStartup({ state: 'failed', error });
      views.fail();
      rejectAll(broken);
    },
    changed(changes) {
      views.changed(changes);
      for (const change of changes) follow(change);
      pages.changed();
    },
    signedOut(wipe) {
      void end(new ClientError('signed_out'), { wipe, tell: false });
    },
  };

  function start(): void {
    if (started || ending !== null) return;
    started = true;
    views.setStartup(LOADING);
    identity.onStart?.(client);
    driver.start(sink);
  }

  function end(error: ClientError, options: { wipe: boolean; tell: boolean }): Promise<void> {
    if (ending === null) {
      broken = error;
      stopLinger?.();
      backend = null;
      views.detach();
      ending = driver.stop(options);
      identity.onEnd?.();
      rejectAll(error);
    }
    return ending;
  }

  function rejectAll(error: ClientError): void {
    for (const queued of queue.splice(0)) queued.reject(error);
    for (const wait of chatWaits.values()) wait.reject(error);
    chatWaits.clear();
    settling.fail(error);
    pages.changed();
  }

  // ---- when to connect ----

  function wanted(): boolean {
    if (wish !== 'auto') return wish === 'on';
    return hub.watched || open.size > 0 || creating.size > 0 || unsent();
  }

  function unsent(): boolean {
    const items = backend?.outbox().items ?? [];
    return items.some(({ state }) => state.status !== 'failed' && state.status !== 'expired');
  }

  /** Connects or lets go, as is wanted now; who only looked away for a moment finds it as it was. */
  function seek(): void {
    const want = wanted();
    if (want || wish === 'off') {
      stopLinger?.();
      stopLinger = null;
    }
    if (backend === null || want === asked) return;
    if (!want && wish === 'auto') linger();
    else turn(backend, want);
  }

  function turn(engine: Backend, on: boolean): void {
    asked = on;
    carryOut(engine, { command: on ? 'connect' : 'disconnect' });
  }

  function linger(): void {
    stopLinger ??= idle(() => {
      stopLinger = null;
      if (backend !== null && !wanted()) turn(backend, false);
    }, LINGER_MS);
  }

  // ---- commands ----

  /** Carries out a command; tells what it made before anything else can tell of that. */
  function carryOut(engine: Backend, command: Command, onMade?: (made: Made) => void): void {
    try {
      const made = engine.command(command);
      onMade?.(made);
    } finally {
      engine.flush();
    }
  }

  function enqueue(queued: Queued): void {
    if (broken !== null) {
      queued.reject(broken);
      return;
    }
    start();
    if (backend !== null) queued.run(backend);
    else queue.push(queued);
  }

  /** A command that nobody waits for; where it is refused, there was nothing to be done. */
  function tell(command: Command): void {
    enqueue({ run: (engine) => attempt(engine, command), reject: () => {} });
  }

  function attempt(engine: Backend, command: Command): void {
    try {
      carryOut(engine, command);
    } catch (error) {
      toClientError(error);
    }
  }

  /** A promise whose rejection is no error of the program where nobody waits for it: views show it. */
  function quiet<T>(
    executor: (resolve: (value: T) => void, reject: (error: ClientErrorShape) => void) => void,
  ): Promise<T> {
    const promise = new Promise<T>(executor);
    promise.catch(() => {});
    return promise;
  }

  function op(command: Command): Promise<void> {
    return quiet((resolve, reject) => {
      const settled = () => resolve();
      enqueue({
        run(engine) {
          try {
            carryOut(engine, command, (made) => {
              if (made.made !== 'op' && made.made !== 'message') resolve();
              else settling.add(made.id, { settle: 'kept', resolve: settled, reject, swallowed: true });
            });
          } catch (error) {
            reject(toClientError(error));
          }
        },
        reject,
      });
    });
  }

  function send(chatId: ChatId, content: string, options: SendOptions = {}): Sending {
    const id = uuidv7(driver.unix());
    const { settle = 'kept', replyTo, threadRoot, maxRetries, persist } = options;
    const command: Command = {
      command: 'send',
      chat: chatId,
      content,
      id,
      replyTo: replyTo ?? null,
      threadRoot: threadRoot ?? null,
      maxRetries: maxRetries ?? null,
      persist: persist ?? true,
    };
    const done = quiet<Sent>((resolve, reject) => {
      enqueue({
        run(engine) {
          if (!connected()) driver.sentOffline();
          try {
            carryOut(engine, command, () => {
              const resolved = (state: Sent['status']) => resolve(Object.freeze({ id, status: state }));
              settling.add(id, { settle, resolve: resolved, reject, swallowed: false });
            });
          } catch (error) {
            reject(toClientError(error));
          }
        },
        reject,
      });
    });
    return Object.freeze({ id, done });
  }

  const createChat: Client['createChat'] = ({ title, history, participants }) => {
    const id = uuidv7(driver.unix());
    const done = quiet<void>((resolve, reject) => {
      enqueue({
        run(engine) {
          const settled = () => {
            chatWaits.delete(id);
            resolve();
          };
          try {
            const command: Command = {
              command: 'createChat',
              id,
              title: title ?? null,
              history: history ?? 'since_joining',
              participants,
            };
            carryOut(engine, command, () => {
              creating.add(id);
              chatWaits.set(id, { resolve: settled, reject });
            });
            seek();
            const storage = engine.storage();
            if (!connected() && (storage === 'ready' || storage === 'tight')) settled();
            else driver.setTimer(settled, LINGER_MS * 2);
          } catch (error) {
            reject(toClientError(error));
          }
        },
        reject,
      });
    });
    return Object.freeze({ id, done });
  };

  function openChat(chatId: ChatId): () => void {
    // An engine that is there at once must not hear of it twice.
    start();
    open.set(chatId, (open.get(chatId) ?? 0) + 1);
    // What is no id at all is opened in vain; its view says so.
    if (backend !== null) attempt(backend, { command: 'openChat', chat: chatId });
    seek();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (open.get(chatId) ?? 1) - 1;
      if (left === 0) open.delete(chatId);
      else open.set(chatId, left);
      if (backend !== null) attempt(backend, { command: 'closeChat', chat: chatId });
      seek();
    };
  }

  // ---- what happened ----

  function follow(change: Change): void {
    let code: LogEntry['code'] = null;
    let event: string = change.changed;
    if (change.changed === 'connection') {
      settling.onConnection();
    } else if (change.changed === 'op') {
      const { op: id, chat: chatId } = change;
      const { outcome } = change.outcome;
      if (change.outcome.outcome === 'failed') code = change.outcome.code;
      settling.onOutcome({ op: id, outcome, code });
      event = `op ${outcome}`;
      const told: OpEvent = Object.freeze({ op: id, chatId, outcome, code });
      for (const listener of [...opListeners]) guard(() => listener(told));
    } else if (change.changed === 'chatMade') {
      const wait = chatWaits.get(change.chat);
      code = change.error;
      if (change.error === null) wait?.resolve();
      else wait?.reject(new ClientError(change.error));
      chatWaits.delete(change.chat);
      creating.delete(change.chat);
      hub.soon(seek);
    } else if (change.changed === 'outbox') {
      hub.soon(seek);
    }
    if (eventListeners.size === 0) return;
    const chat = 'chat' in change ? change.chat : null;
    toldOf({ at: driver.unix(), event, chat, code });
  }

  function toldOf(entry: LogEntry): void {
    Object.freeze(entry);
    for (const listener of [...eventListeners]) guard(() => listener(entry));
  }

  function listen<T>(listeners: Set<T>, listener: T): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  const metrics = () => share(null, backend?.metrics() ?? NO_METRICS);
  const log = () => share(null, backend?.log() ?? []);

  const client: Client = {
    userId,
    url,
    startup: views.startup,
    connection: views.connection,
    storage: views.storage,
    chats: views.chats,
    myStatus: views.myStatus,
    presences: views.presences,
    outbox: views.outbox,
    search: views.search,
    chat: (chatId) => views.chat.view(chatId),
    timeline: (chatId) => views.timeline.view(chatId),
    thread: (chatId, root) => views.thread.view(`${chatId} ${root}`),
    participant: (chatId, user) => views.participant.view(`${chatId} ${user}`),
    receipts: (chatId) => views.receipts.view(chatId),
    typing: (chatId) => views.typing.view(chatId),
    presence: (user) => views.presence.view(user),
    privateRow: (key) => views.privateRow.view(key),

    connect() {
      wish = 'on';
      start();
      seek();
    },
    disconnect() {
      wish = 'off';
      seek();
    },
    reconnect() {
      if (wish === 'off') wish = 'on';
      if (startFailed && ending === null) {
        // Perhaps it was the network: the engine is loaded again.
        startFailed = false;
        broken = null;
        started = false;
        start();
        return;
      }
      asked = true;
      tell({ command: 'reconnect' });
      seek();
    },
    openChat,
    send,
    edit: (chat, message, content) => op({ command: 'edit', chat, message, content }),
    deleteMessage: (chat, message) => op({ command: 'delete', chat, message }),
    react: (chat, message, emoji, on) => op({ command: 'react', chat, message, emoji, on }),
    retry: (id) =>
      quiet((resolve, reject) => {
        enqueue({
          run(engine) {
            try {
              carryOut(engine, { command: 'retry', op: id }, () =>
                settling.add(id, { settle: 'kept', resolve: () => resolve(), reject, swallowed: true }),
              );
            } catch (error) {
              reject(toClientError(error));
            }
          },
          reject,
        });
      }),
    retryAll: () => tell({ command: 'retryAll' }),
    cancel(id) {
      settling.giveUp(id);
      tell({ command: 'cancel', op: id });
    },
    loadOlder: (chatId, count) => pages.loadOlder(chatId, count),
    revealMessage: (chatId, messageId) => pages.reveal(chatId, messageId),
    loadMoreChats: () => tell({ command: 'loadMoreChats' }),
    markRead: (chat) => tell({ command: 'markRead', chat }),
    setTyping: (chat, on) => tell({ command: 'typing', chat, on }),
    setStatus(next) {
      status = next;
      if (backend !== null) tell({ command: 'setStatus', status: next });
    },
    setLocation(at) {
      place = at;
      if (backend !== null) tell({ command: 'setLocation', at });
    },
    setDraft: (chat, text) => tell({ command: 'setDraft', chat, text }),
    mute(chat, until) {
      const mute = typeof until === 'boolean' ? (until ? 'on' : 'off') : { until: until.getTime() };
      tell({ command: 'mute', chat, mute });
    },
    setPrivate: (key, value) => tell({ command: 'setPrivate', key, value }),
    searchMessages: (query, chatId) => tell({ command: 'search', query, chat: chatId ?? null }),
    searchMore: () => tell({ command: 'searchMore' }),
    createChat,
    addParticipant: (chat, user, role) => op({ command: 'addParticipant', chat, user, role }),
    removeParticipant: (chat, user) => op({ command: 'removeParticipant', chat, user }),
    leave: (chat) => op({ command: 'leave', chat }),
    setRole: (chat, user, role) => op({ command: 'setRole', chat, user, role }),
    updateChat: (chat, { title, history }) =>
      op({ command: 'updateChat', chat, title: title ?? null, history: history ?? null }),
    configure({ detectNetwork, ...changed }) {
      if (backend !== null && Object.keys(changed).length > 0) {
        try {
          carryOut(backend, { command: 'configure', settings: changed });
        } catch (error) {
          throw toClientError(error);
        }
      }
      settings = { ...settings, ...changed };
      if (detectNetwork !== undefined) driver.detectNetwork(detectNetwork);
    },
    async signOut({ wipe }) {
      if (ending === null && backend !== null) tell({ command: 'signOut', wipe });
      await end(new ClientError('signed_out'), { wipe, tell: true });
    },
    destroy: () => end(new ClientError('signed_out'), { wipe: false, tell: false }),

    onOp: (listener) => listen(opListeners, listener),
    onEvent: (listener) => listen(eventListeners, listener),
    metrics,
    log,
    inspect: () =>
      Object.freeze({
        version: VERSION,
        userId,
        url,
        startup: views.startup.getSnapshot().state,
        connection: views.connection.getSnapshot(),
        storage: views.storage.getSnapshot(),
        outbox: views.outbox.getSnapshot(),
        metrics: metrics(),
        log: log(),
      }),
  };
  return Object.freeze(client);
}
