/** A client without an engine, with levers for what the world does: for tests of what is built on it. */
import type { Client } from '../api';
import type { Driver, Sink } from '../backend';
import { idle } from '../cells';
import { createCore } from '../core';
import type { Command, Connection, ConnectionState, StorageState } from '../engine';
import type { ChatId, ErrorCode, MessageId, OpId, Presence, Receipt, Status, UserId } from '../wire';
import { FakeBackend } from './backend';
import { type NewFakeChat, type NewFakeMessage, newChat, newMessage, put, sentEntry, tick } from './state';

/** How a fake begins. */
export interface FakeOptions {
  /** Default `http://localhost`. */
  url?: string;
  /** Default `ingrid`. */
  userId?: UserId;
  /**
   * Whether the server takes ops by itself, in the next microtask, while there is a connection. With
   * `manual` a test says {@link FakeLevers.acknowledge} or {@link FakeLevers.refuse}. Default `auto`.
   */
  acknowledge?: 'auto' | 'manual';
  /** Whether whoever asks is connected at once. Default true. */
  connects?: boolean;
  /** Whether the engine is there at once; else at {@link FakeLevers.start}. Default true. */
  ready?: boolean;
  chats?: readonly NewFakeChat[];
}

/** What a test does to the world around a fake. Each shows at once. */
export interface FakeLevers {
  /** Every command the fake was given, in order. */
  readonly commands: readonly Command[];
  /** Brings the engine, where `ready` is false. */
  start(): void;
  /** Lets the engine fail to load. */
  failStart(error?: Error): void;
  setConnection(connection: ConnectionState | Partial<Connection>): void;
  /** Takes the network away. */
  setOffline(): void;
  /** Brings it back, and the connection; what waits is acknowledged where that is automatic. */
  setOnline(): void;
  setStorage(storage: StorageState): void;
  /** Adds a chat, or puts another in its place; returns its id. */
  addChat(chat?: NewFakeChat): ChatId;
  removeChat(chatId: ChatId): void;
  /** Changes what a chat's item shows: `unread`, `error`, `loading`, `live`, … */
  updateChat(chatId: ChatId, change: Partial<NonNullable<ReturnType<FakeBackend['chat']>>>): void;
  /** A message comes from the server; returns its id. */
  receive(chatId: ChatId, message: NewFakeMessage): MessageId;
  /** Someone edits or deletes a message, or the server changes it otherwise. */
  change(
    chatId: ChatId,
    id: MessageId,
    change: { content?: string; editedAt?: number; deletedAt?: number },
  ): void;
  setTyping(chatId: ChatId, userId: UserId, on: boolean): void;
  /** `null`: nothing is known of them. */
  setPresence(userId: UserId, presence: Status | Presence | null): void;
  /** Someone has received, or read, everything so far or up to a seq. */
  setReceipt(
    chatId: ChatId,
    userId: UserId,
    receipt: Partial<Omit<Receipt, 'userId'>> | 'delivered' | 'read',
  ): void;
  /** The server takes an op. */
  acknowledge(op: OpId | MessageId): void;
  /** The server refuses an op for good. */
  refuse(op: OpId | MessageId, code: ErrorCode): void;
  setHasMoreChats(hasMore: boolean): void;
  setLoadingChats(loading: boolean): void;
}

/** A fake client, and the world around it. */
export interface FakeClient extends Client {
  readonly world: FakeLevers;
}

/** Makes a client that needs no server and no WebAssembly. */
export function createFakeClient(options: FakeOptions = {}): FakeClient {
  const userId = options.userId ?? 'ingrid';
  const backend = new FakeBackend({
    userId,
    acknowledge: options.acknowledge !== 'manual',
    connects: options.connects ?? true,
    now: () => Date.now(),
  });
  let sink: Sink | null = null;
  let there = options.ready ?? true;

  const bring = () => {
    if (sink === null || !there) return;
    backend.onChanged = sink.changed;
    for (const command of sink.standing()) backend.command(command);
    sink.ready(backend);
    backend.flush();
  };
  const driver: Driver = {
    start(given) {
      sink = given;
      bring();
    },
    async stop() {
      backend.onChanged = () => {};
    },
    sentOffline: () => {},
    detectNetwork: () => {},
    unix: () => Date.now(),
    setTimer: idle,
  };

  const step = <T>(run: () => T): T => {
    const result = run();
    backend.flush();
    return result;
  };
  const state = (chatId: ChatId) => {
    const held = backend.held.get(chatId);
    if (held === undefined) throw new Error(`the fake has no chat ${chatId}`);
    return held;
  };

  const levers: FakeLevers = {
    commands: backend.commands,
    start() {
      there = true;
      bring();
    },
    failStart: (error = new Error('the engine could not be loaded')) => sink?.failed(error),
    setConnection: (link) => step(() => backend.setLink(typeof link === 'string' ? { state: link } : link)),
    setOffline: () => step(() => backend.setLink({ state: 'offline', network: 'offline' })),
    setOnline: () => step(() => backend.setLink({ state: 'connected', network: 'online' })),
    setStorage: (storage) =>
      step(() => {
        backend.storageState = storage;
        backend.note({ changed: 'storage' });
      }),
    addChat: (chat = {}) =>
      step(() => {
        const id = chat.id ?? `chat-${backend.held.size + 1}`;
        backend.held.set(id, newChat(userId, id, chat, Date.now()));
        backend.note({ changed: 'chats' });
        backend.patch(id, { patch: 'reset' });
        return id;
      }),
    removeChat: (chatId) =>
      step(() => {
        backend.held.delete(chatId);
        backend.note({ changed: 'chats' });
        backend.patch(chatId, { patch: 'reset' });
      }),
    updateChat: (chatId, change) =>
      step(() => {
        const held = state(chatId);
        held.item = { ...held.item, ...change };
        backend.note({ changed: 'chat', chat: chatId });
      }),
    receive: (chatId, message) =>
      step(() => {
        const held = state(chatId);
        const made = newMessage(held, message, Date.now());
        const entry = sentEntry(held, userId, made);
        put(held, entry);
        held.typing = held.typing.filter((user) => user !== message.senderId);
        if (!entry.own) {
          held.item = { ...held.item, unread: held.item.unread + 1 };
          backend.counts.received += 1;
        }
        backend.patch(chatId, { patch: 'insert', entry });
        backend.note({ changed: 'typing', chat: chatId });
        backend.note({ changed: 'chats' });
        return made.id;
      }),
    change: (chatId, id, change) =>
      step(() => {
        const held = state(chatId);
        const before = held.entries.find((entry) => entry.message.id === id);
        if (before === undefined) throw new Error(`the fake has no message ${id}`);
        const entry = { ...before, message: { ...before.message, ...change } };
        put(held, entry);
        backend.patch(chatId, { patch: 'update', entry });
      }),
    setTyping: (chatId, user, on) =>
      step(() => {
        const held = state(chatId);
        const others = held.typing.filter((other) => other !== user);
        held.typing = on ? [...others, user] : others;
        backend.note({ changed: 'typing', chat: chatId });
      }),
    setPresence: (user, presence) =>
      step(() => {
        if (presence === null) backend.people.delete(user);
        else if (typeof presence !== 'string') backend.people.set(user, presence);
        else backend.people.set(user, { status: presence, device: 'desktop', lastSeen: Date.now() });
        backend.note({ changed: 'presence', user });
      }),
    setReceipt: (chatId, user, receipt) =>
      step(() => {
        const held = state(chatId);
        const head = held.seq - 1;
        const change =
          receipt === 'read'
            ? { delivered: head, read: head }
            : receipt === 'delivered'
              ? { delivered: head }
              : receipt;
        const others = held.receipts.filter((other) => other.userId !== user);
        const before = held.receipts.find((other) => other.userId === user);
        held.receipts = [...others, { delivered: 0, read: 0, ...before, ...change, userId: user }];
        backend.note({ changed: 'receipts', chat: chatId });
        for (const entry of held.entries) {
          if (!entry.own || entry.position.of === 'unsent') continue;
          const next = { ...entry, state: tick(held, userId, entry.message) };
          put(held, next);
          backend.patch(chatId, { patch: 'update', entry: next });
        }
      }),
    acknowledge: (op) => step(() => backend.acknowledge(op)),
    refuse: (op, code) => step(() => backend.refuse(op, code)),
    setHasMoreChats: (hasMore) =>
      step(() => {
        backend.moreChats = hasMore;
        backend.note({ changed: 'chats' });
      }),
    setLoadingChats: (loading) =>
      step(() => {
        backend.loadingChats = loading;
        backend.note({ changed: 'chats' });
      }),
  };
  for (const chat of options.chats ?? []) levers.addChat(chat);
  const client = createCore({ url: options.url ?? 'http://localhost', userId }, driver);
  return Object.freeze({ ...client, world: Object.freeze(levers) });
}
