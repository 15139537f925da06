/**
 * What views and commands need of an engine: the one in WebAssembly, or the fake of `./testing`.
 * Everything is read synchronously and by value.
 */

import type { Receipts } from './api';
import type {
  Change,
  ChatItem,
  Command,
  Connection,
  Entry,
  LogEntry,
  Made,
  Metrics,
  OutboxView,
  Position,
  SearchView,
  StorageState,
} from './engine';
import type { ChatId, MessageId, Participant, Presence, PrivateKey, Status, UserId } from './wire';

/** How a timeline stands beside its entries. */
export interface TimelineState {
  /** How many entries the engine holds. */
  len: number;
  /** Whether the server has older ones. */
  hasOlder: boolean;
  loadingOlder: boolean;
}

/** An engine, as views and commands use it. */
export interface Backend {
  connection(): Connection;
  storage(): StorageState;
  chats(): ChatItem[];
  hasMoreChats(): boolean;
  chatsLoading(): boolean;
  chat(chat: ChatId): ChatItem | null;
  timelineNewest(chat: ChatId, count: number): Entry[];
  timelineBefore(chat: ChatId, position: Position, count: number): Entry[];
  timelineEntry(chat: ChatId, id: MessageId): Entry | null;
  timelineState(chat: ChatId): TimelineState;
  thread(chat: ChatId, root: MessageId): Entry[];
  participant(chat: ChatId, user: UserId): Participant | null;
  receipts(chat: ChatId): Receipts;
  typing(chat: ChatId): UserId[];
  presences(): [UserId, Presence][];
  presence(user: UserId): Presence | null;
  myStatus(): Status;
  privateRow(key: PrivateKey): unknown;
  outbox(): OutboxView;
  search(): SearchView | null;
  metrics(): Metrics;
  log(): LogEntry[];
  /** Carries out a command; throws an error with a `code` where it is refused at once. */
  command(command: Command): Made;
  /** Does what came of it, and tells the changes; to be called after every command. */
  flush(): void;
}

/** What an engine's driver tells the core. */
export interface Sink {
  /** The commands that a new engine needs, so that it stands where the last one stood. */
  standing(): Command[];
  /** An engine is there: the first, or another after a pause. */
  ready(backend: Backend): void;
  /** A standing command was refused: a setting that can't be. */
  refused(command: Command): void;
  /** There is none for now (a frozen page); what is shown stays. */
  paused(): void;
  /** It can't be loaded, or has broken. */
  failed(error: Error): void;
  /** Something changed, in order. */
  changed(changes: readonly Change[]): void;
  /** The session was ended elsewhere. */
  signedOut(wipe: boolean): void;
}

/** What starts and stops an engine. */
export interface Driver {
  /** Begins to load the engine; called again only where that failed. */
  start(sink: Sink): void;
  /** Ends for good; with `wipe` everything stored goes, with `tell` the other tabs end too. */
  stop(options: { wipe: boolean; tell: boolean }): Promise<void>;
  /** Something is sent while there is no connection: it should be kept well. */
  sentOffline(): void;
  /** Whether the network is watched from now on. */
  detectNetwork(on: boolean): void;
  unix(): number;
  setTimer(callback: () => void, ms: number): () => void;
}
