/**
 * What `@samtale/client` promises: the client, its views and its hosts, as types.
 *
 * A client owns the engine (Rust, in WebAssembly) and does its I/O. What it shows are
 * {@link View views}: immutable snapshots with a subscription, in the shape that
 * `useSyncExternalStore` reads. A snapshot changes its identity only when its content changed, and
 * unchanged parts of it keep theirs.
 */
import type {
  ChatItem,
  Command,
  Config,
  Connection,
  Entry,
  LogEntry,
  Metrics,
  OutboxView,
  SearchView,
  StorageState,
} from './engine';
import type {
  ChatId,
  Emoji,
  ErrorCode,
  HistoryRule,
  MessageId,
  NewParticipant,
  OpId,
  Participant,
  Presence,
  PrivateKey,
  Receipt,
  ReceiptSummary,
  Role,
  Status,
  UserId,
} from './wire';

/** A snapshot that can be watched. The methods need no `this`. */
export interface View<T> {
  /** The present snapshot; the same object until something in it changes. */
  readonly getSnapshot: () => T;
  /** What a server renders: the empty snapshot, always the same object. */
  readonly getServerSnapshot: () => T;
  /** Calls back after changes, at most once a microtask; returns the function that ends it. */
  readonly subscribe: (onChange: () => void) => () => void;
}

/** Where the wasm module comes from, if not from beside the package. */
export type WasmSource = string | URL | BufferSource | WebAssembly.Module | Promise<Response>;

/** What a token request tells the host product. */
export interface TokenRequest {
  /** Whether the last token was refused or had run out, so that no cache will do. */
  fresh: boolean;
  signal: AbortSignal;
}

/**
 * Settings of the engine that may be changed at any time; times in milliseconds. What is absent
 * keeps its value. Defaults are those of `Config` in `crates/engine`.
 */
export type Settings = Partial<
  Pick<
    Config,
    | 'enableRetry'
    | 'maxRetries'
    | 'heartbeatIntervalMs'
    | 'batchSize'
    | 'maxOpRetries'
    | 'shareTyping'
    | 'typingDebounceMs'
    | 'typingStopMs'
    | 'sharePresence'
    | 'shareLocation'
    | 'idleTimeoutMs'
    | 'httpAfterFailures'
    | 'cacheMessages'
  >
>;

/** How a client is made. */
export interface ClientOptions {
  /** The server's address, `http://` or `https://`, perhaps with a path it is served under. */
  url: string;
  /** Whose client it is: the token's `sub`. A token of someone else is refused. */
  userId: UserId;
  /**
   * Fetches a token from the host product. `null` says that nobody is signed in; a rejection is
   * tried again later.
   */
  getToken: (request: TokenRequest) => Promise<string | null>;
  /** Another place to load the wasm module from. */
  wasm?: WasmSource;
  settings?: Settings;
  /** Whether anything is stored on this device. Default true. */
  persist?: boolean;
  /** Watches network quality and `online`/`offline`. Default true. */
  detectNetwork?: boolean;
  /** Replaces parts of the outside world: for tests, for Node, for unusual places. */
  hosts?: Partial<Hosts>;
}

/** A chat's messages, as far as the window goes. */
export interface Timeline {
  /** The oldest first; unsent ones at the end. */
  readonly entries: readonly Entry[];
  /** Whether `loadOlder` would bring more. */
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  /** True until the first content: from the cache, the network, or an error. Never again after. */
  readonly loading: boolean;
}

/** The list of chats, the most recently active first. */
export interface ChatList {
  readonly items: readonly ChatItem[];
  readonly loading: boolean;
  readonly hasMore: boolean;
}

/** How far others have come in a chat. */
export interface Receipts {
  readonly listed: readonly Receipt[];
  /** Instead of the list, in large chats. */
  readonly summary: ReceiptSummary | null;
}

/** What the client itself says of its start. */
export interface Startup {
  readonly state: 'idle' | 'loading' | 'ready' | 'failed';
  /** Why the engine could not be loaded, for a developer. */
  readonly error: Error | null;
}

/** Why something a person asked for did not happen. */
export interface ClientErrorShape extends Error {
  /** A wire code, or one of those made here: `queue_full`, `expired`, `cancelled`, `engine_failed`, … */
  readonly code: ErrorCode | LocalErrorCode;
  readonly retryAfterMs: number | null;
}

/** Codes that are made here and not by the server; `error-<code>` in the catalogues has their text. */
export type LocalErrorCode =
  | 'offline'
  | 'timeout'
  | 'queue_full'
  | 'expired'
  | 'cancelled'
  | 'unknown_message'
  | 'unknown_op'
  | 'unknown_chat'
  | 'not_yours'
  | 'id_taken'
  | 'bad_setting'
  | 'signed_out'
  | 'engine_failed';

/** What a send may carry. */
export interface SendOptions {
  replyTo?: MessageId;
  threadRoot?: MessageId;
  /**
   * When the promise resolves. `kept` (the default): acknowledged, or kept on this device while
   * there is no connection, or unanswered for 10 s. `acknowledged`: by the server alone.
   */
  settle?: 'kept' | 'acknowledged';
  /** How often the server may fail to take it before it fails; the client's setting by default. */
  maxRetries?: number;
  /** Whether it is kept on this device. Default true. */
  persist?: boolean;
}

/** A message that was handed in. */
export interface Sent {
  readonly id: MessageId;
  /** `sending` where it is kept and will go later. */
  readonly status: 'sending' | 'sent';
}

/** What a send gives at once, and later. */
export interface Sending {
  /** The message's id, for ever. It stands in the timeline already. */
  readonly id: MessageId;
  /** Settles as {@link SendOptions.settle} says; rejects with a {@link ClientErrorShape}. */
  readonly done: Promise<Sent>;
}

/** What became of an op, for those who follow the queue. */
export interface OpEvent {
  readonly op: OpId;
  readonly chatId: ChatId;
  readonly outcome: 'kept' | 'done' | 'failed' | 'expired' | 'cancelled';
  readonly code: ErrorCode | null;
}

/** Everything a product does with Samtale. Commands before the engine is ready are kept in order. */
export interface Client {
  readonly userId: UserId;
  readonly url: string;

  readonly startup: View<Startup>;
  readonly connection: View<Connection>;
  readonly storage: View<StorageState>;
  readonly chats: View<ChatList>;
  readonly myStatus: View<Status>;
  /** Everyone whose presence is known. */
  readonly presences: View<ReadonlyMap<UserId, Presence>>;
  readonly outbox: View<OutboxView>;
  /** The one running search; null while there is none. */
  readonly search: View<SearchView | null>;
  /** A chat's item; null where it is not known. */
  chat(chatId: ChatId): View<ChatItem | null>;
  timeline(chatId: ChatId): View<Timeline>;
  /** A thread, its root first. */
  thread(chatId: ChatId, root: MessageId): View<readonly Entry[]>;
  /** Who someone is or was in a chat, those who left included; null where that is not known. */
  participant(chatId: ChatId, userId: UserId): View<Participant | null>;
  receipts(chatId: ChatId): View<Receipts>;
  /** Who is writing, oneself not among them. */
  typing(chatId: ChatId): View<readonly UserId[]>;
  presence(userId: UserId): View<Presence | null>;
  /** A private row's value: a draft, a mute, a block, a setting. */
  privateRow(key: PrivateKey): View<unknown>;

  /** Seeks the connection and keeps it; a subscription to a view does so too. */
  connect(): void;
  disconnect(): void;
  reconnect(): void;
  /** Says that a chat is on a screen; returns the function that takes it back. */
  openChat(chatId: ChatId): () => void;
  send(chatId: ChatId, content: string, options?: SendOptions): Sending;
  edit(chatId: ChatId, messageId: MessageId, content: string): Promise<void>;
  deleteMessage(chatId: ChatId, messageId: MessageId): Promise<void>;
  react(chatId: ChatId, messageId: MessageId, emoji: Emoji, on: boolean): Promise<void>;
  /** Sends again what failed or waited too long: an op, by its id (a message's, for a send). */
  retry(op: OpId | MessageId): Promise<void>;
  retryAll(): void;
  /** Gives up what has not left, or has failed. */
  cancel(op: OpId | MessageId): void;
  /** Shows up to `count` more messages (default 50), from the engine or the server; settles when they are there. */
  loadOlder(chatId: ChatId, count?: number): Promise<void>;
  /** Loads back to a message, so that the timeline holds it; false where it can't be reached. */
  revealMessage(chatId: ChatId, messageId: MessageId): Promise<boolean>;
  loadMoreChats(): void;
  markRead(chatId: ChatId): void;
  setTyping(chatId: ChatId, on: boolean): void;
  /** `null` lets activity decide between online and away. */
  setStatus(status: Status | null): void;
  setLocation(at: string | null): void;
  setDraft(chatId: ChatId, text: string): void;
  mute(chatId: ChatId, until: boolean | Date): void;
  setPrivate(key: PrivateKey, value: unknown): void;
  /** Blank words end the search. */
  searchMessages(query: string, chatId?: ChatId): void;
  searchMore(): void;
  createChat(chat: { title?: string; history?: HistoryRule; participants: NewParticipant[] }): {
    readonly id: ChatId;
    readonly done: Promise<void>;
  };
  addParticipant(chatId: ChatId, userId: UserId, role: Role): Promise<void>;
  removeParticipant(chatId: ChatId, userId: UserId): Promise<void>;
  leave(chatId: ChatId): Promise<void>;
  setRole(chatId: ChatId, userId: UserId, role: Role): Promise<void>;
  updateChat(chatId: ChatId, change: { title?: string; history?: HistoryRule }): Promise<void>;
  /**
   * Changes settings while it runs; what is absent keeps its value. A value that can't be is refused with
   * all that came with it: thrown as a {@link ClientErrorShape} with the code `bad_setting`; where the
   * engine is not there yet, told through `onEvent` as `configure refused`, once it is.
   */
  configure(settings: Settings & { detectNetwork?: boolean }): void;
  /** Ends the session; with `wipe` everything stored here goes, unsent messages too. */
  signOut(options: { wipe: boolean }): Promise<void>;
  /** Lets go of the engine, the socket and the database; what is unsent stays stored. */
  destroy(): Promise<void>;

  /** What became of ops, as it happens. */
  onOp(listener: (event: OpEvent) => void): () => void;
  /** Everything that changes, by name, for a live log; without any content. */
  onEvent(listener: (event: LogEntry) => void): () => void;
  /** The numbers counted since the start. */
  metrics(): Metrics;
  /** What happened lately, the oldest first. */
  log(): readonly LogEntry[];
  /** Everything a support person asks for: states, queue, numbers, log. No words of anyone. */
  inspect(): Inspection;
}

/** What {@link Client.inspect} gives: plain data, fit for a bug report. */
export interface Inspection {
  readonly version: string;
  readonly userId: UserId;
  readonly url: string;
  readonly startup: Startup['state'];
  readonly connection: Connection;
  readonly storage: StorageState;
  readonly outbox: OutboxView;
  readonly metrics: Metrics;
  readonly log: readonly LogEntry[];
}

// ---- hosts: the outside world, replaceable part by part ----

/** What the client needs of the world. */
export interface Hosts {
  socket: SocketHost;
  http: HttpHost;
  storage: StorageHost;
  network: NetworkHost;
  page: PageHost;
  clock: ClockHost;
  tabs: TabsHost;
  randomSeed: () => Uint8Array;
}

/** Opens WebSockets. */
export type SocketHost = (
  url: string,
  protocols: string[],
  on: {
    open(): void;
    text(text: string): void;
    /** Also when it could not be opened; `code` where there was a close frame. */
    close(code: number | null): void;
  },
) => { send(text: string): void; close(code: number): void };

/** Makes HTTP requests; rejects when there was no answer. */
export type HttpHost = (request: {
  method: 'GET' | 'POST';
  url: string;
  token: string;
  body: string | null;
  signal: AbortSignal;
}) => Promise<{ status: number; body: string }>;

/** A stored record. */
export interface StoredRecord {
  key: string;
  value: Uint8Array;
}

/** A change to the store. */
export type StorageWrite =
  | { kind: 'put'; key: string; value: Uint8Array }
  | { kind: 'delete'; key: string }
  | { kind: 'deletePrefix'; prefix: string };

/** Opens the durable store of one user. Rejects where there is none: then memory has to do. */
export type StorageHost = (name: string) => Promise<StorageArea>;

/** An open store. */
export interface StorageArea {
  load(prefixes: readonly string[]): Promise<StoredRecord[]>;
  /** All or nothing, after those before it. Rejects with a `QuotaExceededError` where there is no room. */
  write(writes: readonly StorageWrite[]): Promise<void>;
  wipe(): Promise<void>;
  close(): void;
  /** A synchronous journal for what must survive a closed tab before `write` has committed. */
  readonly journal: Journal | null;
}

/** See {@link StorageArea.journal}. Entries belong to a tab, and are numbered within it. */
export interface Journal {
  /** Throws where there is no room. */
  add(tab: string, batch: number, writes: readonly StorageWrite[]): void;
  /** Removes a tab's entries up to a number. */
  remove(tab: string, upTo: number): void;
  /** The tabs that have entries. */
  tabs(): string[];
  /** What a tab has left, in order. Writing it into the store twice changes nothing. */
  left(tab: string): StorageWrite[];
  wipe(): void;
}

export type NetworkKind = 'online' | 'slow' | 'offline';

/** Tells how the network is, now and when it changes. */
export type NetworkHost = (onChange: (network: NetworkKind) => void) => { stop(): void };

/** Tells whether the page is seen, woken or about to go, and when a person does something. */
export type PageHost = (on: {
  visible(visible: boolean): void;
  activity(): void;
  /** The page may be frozen or closed: let go of socket and database. */
  suspend(): void;
  /** It is back. */
  resume(): void;
}) => { stop(): void };

/** The two clocks, and timers. */
export interface ClockHost {
  /** Milliseconds since some moment; never goes back, counts on while the device sleeps if it can. */
  mono(): number;
  /** Milliseconds since 1970. */
  unix(): number;
  setTimer(callback: () => void, ms: number): () => void;
}

/**
 * What the tabs of one user on one device settle among themselves. Each tab has a name; what it has
 * not sent is stored under it, and adopted by another tab when it is gone.
 */
export type TabsHost = (name: string) => Promise<Tabs>;

/** One tab among the others. */
export interface Tabs {
  /** The device, the same for all tabs. */
  readonly deviceId: string;
  /** This tab's name, fresh each time. */
  readonly tab: string;
  /** Whether this tab stores the cache; the others only what is unsent. */
  isWriter(): boolean;
  /** Calls back once, when this tab is to store the cache from now on. */
  onWriter(listener: () => void): void;
  /** Looks after a tab that was found in the store: the listener below hears when it is gone. */
  watch(tab: string): void;
  /** Hears of a tab that is gone; no other tab does while the promise is pending. */
  onGone(listener: (tab: string) => Promise<void>): void;
  /** Tells the other tabs that the session has ended. */
  signOut(wipe: boolean): void;
  onSignOut(listener: (wipe: boolean) => void): void;
  /** Lets go: from now on this tab is gone. */
  close(): void;
}

export type { Command };
