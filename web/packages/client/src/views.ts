/** The views of a client: which snapshot reads what of the engine, and which change touches which. */
import type { ChatList, Receipts, Startup, Timeline } from './api';
import type { Backend } from './backend';
import { Cell, Family, type Hub } from './cells';
import {
  FAILED_CONNECTION,
  IDLE,
  NO_CHATS,
  NO_CONNECTION,
  NO_ENTRIES,
  NO_OUTBOX,
  NO_PRESENCES,
  NO_RECEIPTS,
  NO_TIMELINE,
  NOBODY,
  noChat,
} from './empty';
import type { Change, ChatItem, Connection, Entry, OutboxView, SearchView, StorageState } from './engine';
import { isUuid } from './ids';
import { freeze, share, shareList } from './share';
import { Window } from './timeline';
import type { ChatId, Participant, Presence, Status, UserId } from './wire';

/** A timeline's cell, with its window. */
export class TimelineCell extends Cell<Timeline> {
  readonly window: Window;

  constructor(hub: Hub, window: Window, read: (window: Window, previous: Timeline) => Timeline) {
    super(hub, NO_TIMELINE, (previous) => read(window, previous));
    this.window = window;
  }
}

/** All views over one engine after another. */
export class Views {
  readonly #hub: Hub;
  #backend: Backend | null = null;
  #failed = false;
  #startup: Startup = IDLE;
  #items = new Map<ChatId, ChatItem>();
  #stale = { list: true, items: new Set<ChatId>() };

  readonly startup: Cell<Startup>;
  readonly connection: Cell<Connection>;
  readonly storage: Cell<StorageState>;
  readonly chats: Cell<ChatList>;
  readonly myStatus: Cell<Status>;
  readonly presences: Cell<ReadonlyMap<UserId, Presence>>;
  readonly outbox: Cell<OutboxView>;
  readonly search: Cell<SearchView | null>;
  readonly chat: Family<ChatItem | null>;
  readonly timeline: Family<Timeline, TimelineCell>;
  readonly thread: Family<readonly Entry[]>;
  readonly participant: Family<Participant | null>;
  readonly receipts: Family<Receipts>;
  readonly typing: Family<readonly UserId[]>;
  readonly presence: Family<Presence | null>;
  readonly privateRow: Family<unknown>;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.startup = new Cell(hub, IDLE, () => this.#startup);
    this.connection = new Cell(hub, NO_CONNECTION, (previous) => this.#readConnection(previous));
    this.storage = this.#cell<StorageState>('loading', (engine) => engine.storage());
    this.chats = new Cell(hub, NO_CHATS, (previous) => this.#readChats(previous));
    this.myStatus = this.#cell<Status>('offline', (engine) => engine.myStatus());
    this.presences = new Cell(hub, NO_PRESENCES, (previous) => this.#readPresences(previous));
    this.outbox = this.#cell(NO_OUTBOX, (engine) => engine.outbox());
    this.search = this.#cell<SearchView | null>(null, (engine) => engine.search());
    this.chat = this.#family<ChatItem | null>(null, (engine, chat) => {
      return engine.chat(chat) ?? (isUuid(chat) ? null : noChat(chat));
    });
    this.participant = this.#pair<Participant | null>(null, (engine, chat, user) =>
      engine.participant(chat, user),
    );
    this.receipts = this.#family(NO_RECEIPTS, (engine, chat) => engine.receipts(chat));
    this.typing = this.#family(NOBODY, (engine, chat) => engine.typing(chat));
    this.presence = this.#family<Presence | null>(null, (engine, user) => engine.presence(user));
    this.privateRow = this.#family<unknown>(null, (engine, key) => engine.privateRow(key));
    this.timeline = new Family((chat) => this.#timelineCell(chat));
    this.thread = this.#pair(NO_ENTRIES, (engine, chat, root, previous) =>
      shareList(previous, engine.thread(chat, root), (entry) => entry.message.id),
    );
  }

  /** Says how the start stands. */
  setStartup(startup: Startup): void {
    this.#startup = freeze(startup);
    this.#failed = startup.state === 'failed';
    this.connection.touch();
    this.startup.touch();
  }

  /** Reads from an engine from now on. */
  attach(backend: Backend): void {
    this.#backend = backend;
    this.#stale.list = true;
    this.timeline.each((cell) => cell.window.reset());
    this.#touchAll();
  }

  /** Keeps what is shown, and reads no more. */
  detach(): void {
    this.#backend = null;
  }

  /** Nothing will come: nothing is loading any more. */
  fail(): void {
    this.#backend = null;
    this.#touchAll();
  }

  /** Touches what changed. */
  changed(changes: readonly Change[]): void {
    for (const change of changes) this.#apply(change);
  }

  #apply(change: Change): void {
    switch (change.changed) {
      case 'connection':
        this.connection.touch();
        this.chats.touch();
        this.timeline.each((cell) => cell.touch());
        break;
      case 'storage':
        this.storage.touch();
        this.chats.touch();
        break;
      case 'chats':
        this.#stale.list = true;
        this.chats.touch();
        break;
      case 'chat':
        this.#stale.items.add(change.chat);
        this.chats.touch();
        this.chat.peek(change.chat)?.touch();
        this.timeline.peek(change.chat)?.touch();
        touchOf(this.participant, change.chat);
        break;
      case 'timeline': {
        const cell = this.timeline.peek(change.chat);
        cell?.window.apply(change.patches);
        cell?.touch();
        touchOf(this.thread, change.chat);
        break;
      }
      case 'receipts':
        this.receipts.peek(change.chat)?.touch();
        break;
      case 'typing':
        this.typing.peek(change.chat)?.touch();
        break;
      case 'presence':
        this.presence.peek(change.user)?.touch();
        this.presences.touch();
        break;
      case 'myStatus':
        this.myStatus.touch();
        break;
      case 'private':
        this.privateRow.peek(change.key)?.touch();
        break;
      case 'outbox':
        this.outbox.touch();
        break;
      case 'search':
        this.search.touch();
        break;
      default:
    }
  }

  #touchAll(): void {
    const { connection, storage, chats, myStatus, presences, outbox, search } = this;
    for (const cell of [connection, storage, chats, myStatus, presences, outbox, search]) cell.touch();
    const { chat, timeline, thread, participant, receipts, typing, presence, privateRow } = this;
    for (const family of [chat, timeline, thread, participant, receipts, typing, presence, privateRow]) {
      family.each((cell) => cell.touch());
    }
  }

  #cell<T>(empty: T, read: (engine: Backend) => T): Cell<T> {
    return new Cell(this.#hub, empty, (previous) => {
      if (this.#backend !== null) return share(previous, read(this.#backend));
      return previous;
    });
  }

  #readConnection(previous: Connection): Connection {
    if (this.#backend !== null) return share(previous, this.#backend.connection());
    if (this.#failed) return FAILED_CONNECTION;
    return previous === FAILED_CONNECTION ? NO_CONNECTION : previous;
  }

  #family<T>(empty: T, read: (engine: Backend, key: string) => T): Family<T> {
    return new Family((key) => this.#cell(empty, (engine) => read(engine, key)));
  }

  /** Cells of something in a chat: the key is both ids. */
  #pair<T>(empty: T, read: (engine: Backend, chat: string, id: string, previous: T) => T): Family<T> {
    return new Family(
      (key) =>
        new Cell(this.#hub, empty, (previous) => {
          const at = key.indexOf(' ');
          if (this.#backend === null) return previous;
          return share(previous, read(this.#backend, key.slice(0, at), key.slice(at + 1), previous));
        }),
    );
  }

  #timelineCell(chat: ChatId): TimelineCell {
    const window = new Window({
      newest: (count) => this.#backend?.timelineNewest(chat, count) ?? [],
      before: (position, count) => this.#backend?.timelineBefore(chat, position, count) ?? [],
    });
    return new TimelineCell(this.#hub, window, (shown, previous) => {
      if (this.#backend === null) {
        return this.#failed ? share(previous, { ...previous, loading: false }) : previous;
      }
      const { len, hasOlder, loadingOlder } = this.#backend.timelineState(chat);
      const { entries } = shown;
      const next: Timeline = {
        entries,
        hasOlder: hasOlder || len > entries.length,
        loadingOlder,
        // Once there was something to show, nothing is loading any more, whatever is lost later.
        loading:
          previous.loading && entries.length === 0 && (this.#backend.chat(chat)?.loading ?? isUuid(chat)),
      };
      const same =
        next.entries === previous.entries &&
        next.hasOlder === previous.hasOlder &&
        next.loadingOlder === previous.loadingOlder &&
        next.loading === previous.loading;
      return same ? previous : Object.freeze(next);
    });
  }

  #readChats(previous: ChatList): ChatList {
    const engine = this.#backend;
    if (engine === null) return this.#failed ? share(previous, { ...previous, loading: false }) : previous;
    const stale = this.#stale;
    this.#stale = { list: false, items: new Set() };
    let items = previous.items;
    if (stale.list) {
      items = shareList(items, engine.chats(), (item) => item.id);
      this.#items = new Map(items.map((item) => [item.id, item]));
    } else if (stale.items.size > 0) {
      items = this.#readItems(engine, items, stale.items);
    }
    const hasMore = engine.hasMoreChats();
    const loading = previous.loading && engine.chatsLoading();
    if (items === previous.items && hasMore === previous.hasMore && loading === previous.loading) {
      return previous;
    }
    return Object.freeze({ items, hasMore, loading });
  }

  /** Reads only the items that changed, and puts them where their activity places them. */
  #readItems(engine: Backend, items: readonly ChatItem[], stale: Set<ChatId>): readonly ChatItem[] {
    let changed = false;
    for (const chat of stale) {
      const held = this.#items.get(chat);
      const item = held === undefined ? null : engine.chat(chat);
      if (held === undefined || item === null) continue;
      const next = share(held, item);
      if (next === held) continue;
      this.#items.set(chat, next);
      changed = true;
    }
    if (!changed) return items;
    const next = items.map((item) => this.#items.get(item.id) ?? item);
    next.sort((a, b) => b.activeAt - a.activeAt || (a.id < b.id ? 1 : -1));
    return Object.freeze(next);
  }

  #readPresences(previous: ReadonlyMap<UserId, Presence>): ReadonlyMap<UserId, Presence> {
    if (this.#backend === null) return previous;
    const next = new Map<UserId, Presence>();
    for (const [user, presence] of this.#backend.presences()) {
      next.set(user, share(previous.get(user), presence));
    }
    const same = next.size === previous.size && [...next].every(([user, p]) => previous.get(user) === p);
    return same ? previous : next;
  }
}

/** Touches what belongs to a chat. */
function touchOf(
  family: Family<never> | Family<Participant | null> | Family<readonly Entry[]>,
  chat: ChatId,
): void {
  family.each((cell, key) => {
    if (key.startsWith(`${chat} `)) cell.touch();
  });
}
