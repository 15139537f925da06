/** The fake's engine: the same commands and changes as the real one, over plain maps and at once. */
import type { Receipts } from '../api';
import type { Backend } from '../backend';
import { NO_CONNECTION, NO_METRICS } from '../empty';
import type {
  Change,
  ChatItem,
  Command,
  Connection,
  Entry,
  LogEntry,
  Made,
  Metrics,
  OutboxItem,
  OutboxView,
  Position,
  SearchView,
  StorageState,
  TimelinePatch,
} from '../engine';
import { ClientError } from '../errors';
import { uuidv7 } from '../ids';
import { comparePositions } from '../timeline';
import type {
  ChatId,
  ErrorCode,
  MessageId,
  OpId,
  Participant,
  Presence,
  PrivateKey,
  Status,
  UserId,
} from '../wire';
import { type FakeChat, find, newChat, newParticipant, put, refreshItem, searchIn, sentEntry } from './state';

/** An op that the fake's server has not answered. */
interface Pending {
  item: OutboxItem;
  /** What the server's yes does. */
  done(): void;
  /** What its no does. */
  undone(): void;
}

/** How the fake behaves. */
export interface FakeRules {
  userId: UserId;
  /** Whether ops are acknowledged by themselves while there is a connection. */
  acknowledge: boolean;
  /** Whether `connect` leads to a connection at once. */
  connects: boolean;
  now(): number;
}

/** An engine of maps. */
export class FakeBackend implements Backend {
  readonly rules: FakeRules;
  readonly held = new Map<ChatId, FakeChat>();
  readonly people = new Map<UserId, Presence>();
  readonly rows = new Map<PrivateKey, unknown>();
  readonly pending = new Map<OpId, Pending>();
  /** Every command, in order, for a test to look at. */
  readonly commands: Command[] = [];
  link: Connection = NO_CONNECTION;
  storageState: StorageState = 'ready';
  /** What is counted; a test may set any of it. */
  counts: Metrics['messages'] = { ...NO_METRICS.messages };
  moreChats = false;
  loadingChats = false;
  /** Told the changes of each step. */
  onChanged: (changes: readonly Change[]) => void = () => {};
  readonly #entries: LogEntry[] = [];
  #changes: Change[] = [];
  #found: SearchView | null = null;
  #status: Status = 'online';
  #order = 1;

  constructor(rules: FakeRules) {
    this.rules = rules;
  }

  // ---- what views read ----

  connection = (): Connection => this.link;
  storage = (): StorageState => this.storageState;
  hasMoreChats = (): boolean => this.moreChats;
  chatsLoading = (): boolean => this.loadingChats;
  chat = (chat: ChatId): ChatItem | null => this.held.get(chat)?.item ?? null;
  typing = (chat: ChatId): UserId[] => this.held.get(chat)?.typing ?? [];
  presences = (): [UserId, Presence][] => [...this.people];
  presence = (user: UserId): Presence | null => this.people.get(user) ?? null;
  myStatus = (): Status => this.#status;
  privateRow = (key: PrivateKey): unknown => this.rows.get(key) ?? null;
  search = (): SearchView | null => this.#found;
  metrics = (): Metrics => ({ ...NO_METRICS, messages: this.counts });
  log = (): LogEntry[] => this.#entries;

  chats(): ChatItem[] {
    const items = [...this.held.values()].map(({ item }) => item);
    return items.sort((a, b) => b.activeAt - a.activeAt || (a.id < b.id ? 1 : -1));
  }

  timelineNewest(chat: ChatId, count: number): Entry[] {
    return this.#entriesOf(chat).slice(-count);
  }

  timelineBefore(chat: ChatId, position: Position, count: number): Entry[] {
    const older = this.#entriesOf(chat).filter((entry) => comparePositions(entry.position, position) < 0);
    return older.slice(-count);
  }

  timelineEntry(chat: ChatId, id: MessageId): Entry | null {
    return this.#entriesOf(chat).find(({ message }) => message.id === id) ?? null;
  }

  timelineState(chat: ChatId) {
    const state = this.held.get(chat);
    return {
      len: state?.entries.length ?? 0,
      hasOlder: (state?.older.length ?? 0) > 0,
      loadingOlder: state?.loadingOlder ?? false,
    };
  }

  thread(chat: ChatId, root: MessageId): Entry[] {
    const entries = this.#entriesOf(chat);
    return entries.filter(({ message }) => message.id === root || message.threadRoot === root);
  }

  participant(chat: ChatId, user: UserId): Participant | null {
    return this.held.get(chat)?.item.participants.find(({ userId }) => userId === user) ?? null;
  }

  receipts(chat: ChatId): Receipts {
    return { listed: this.held.get(chat)?.receipts ?? [], summary: null };
  }

  outbox(): OutboxView {
    const items = [...this.pending.values()].map(({ item }) => item);
    const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
    return { items, bytes, maxItems: 1_000, maxBytes: 4 * 1024 * 1024 };
  }

  // ---- what changes ----

  /** Notes a change; it is told with the next {@link flush}. */
  note(change: Change): void {
    this.#changes.push(change);
  }

  flush(): void {
    while (this.#changes.length > 0) {
      const changes = this.#changes;
      this.#changes = [];
      this.onChanged(changes);
    }
  }

  /** Notes that a timeline changed. */
  patch(chat: ChatId, ...patches: TimelinePatch[]): void {
    this.note({ changed: 'timeline', chat, patches });
    this.note({ changed: 'chat', chat });
  }

  /** Changes the connection; what waits is answered where it comes back. */
  setLink(change: Partial<Connection>): void {
    this.link = { ...this.link, ...change };
    this.note({ changed: 'connection' });
    this.#entries.push({ at: this.rules.now(), event: this.link.state, chat: null, code: null });
    if (this.isConnected() && this.rules.acknowledge) this.acknowledgeAll();
  }

  isConnected(): boolean {
    return this.link.state === 'connected' || this.link.state === 'degraded';
  }

  /** The server takes everything that waits, in order. */
  acknowledgeAll(): void {
    for (const [op, { item }] of [...this.pending]) {
      if (item.state.status !== 'failed') this.acknowledge(op);
    }
  }

  /** The server takes an op. */
  acknowledge(op: OpId): void {
    const pending = this.#pendingOf(op);
    this.pending.delete(op);
    this.counts.acknowledged += 1;
    pending.done();
    const seq = this.held.get(pending.item.chat)?.seq ?? 0;
    this.#tellOp(op, pending.item.chat, { outcome: 'done', seq });
  }

  /** The server refuses an op for good. */
  refuse(op: OpId, code: ErrorCode): void {
    const pending = this.#pendingOf(op);
    pending.item = { ...pending.item, state: { status: 'failed', code } };
    this.counts.failed += 1;
    this.counts.causes = { ...this.counts.causes, [code]: (this.counts.causes[code] ?? 0) + 1 };
    pending.undone();
    const entry = this.timelineEntry(pending.item.chat, op);
    if (entry !== null) this.#putEntry(pending.item.chat, { ...entry, state: { status: 'failed', code } });
    this.#tellOp(op, pending.item.chat, { outcome: 'failed', code });
  }

  command(command: Command): Made {
    this.commands.push(command);
    switch (command.command) {
      case 'connect':
      case 'reconnect':
        if (this.rules.connects && this.link.network !== 'offline') {
          this.setLink({ state: 'connected', failure: null, attempt: 0 });
        }
        break;
      case 'disconnect':
        this.setLink({ state: 'idle' });
        break;
      case 'send':
        return this.#send(command);
      case 'edit':
      case 'delete':
        return this.#change(command);
      case 'react':
        return this.#react(command);
      case 'retry':
        this.#retry(command.op);
        break;
      case 'retryAll':
        for (const [op, { item }] of this.pending) if (item.state.status === 'failed') this.#retry(op);
        break;
      case 'cancel':
        this.#cancel(command.op);
        break;
      case 'loadOlder':
        this.#loadOlder(command.chat, command.limit ?? 50);
        break;
      case 'markRead':
        this.#update(command.chat, { unread: 0 });
        break;
      case 'setStatus':
        this.#status = command.status ?? 'online';
        this.note({ changed: 'myStatus' });
        break;
      case 'setDraft':
        this.#update(command.chat, { draft: command.text === '' ? null : command.text });
        this.#setRow(`draft:${command.chat}`, command.text === '' ? null : command.text);
        break;
      case 'mute': {
        const { mute } = command;
        const until = typeof mute === 'object' ? mute.until : null;
        this.#update(command.chat, { muted: mute === 'off' ? null : { until } });
        break;
      }
      case 'setPrivate':
        this.#setRow(command.key, command.value);
        break;
      case 'search':
        this.#search(command.query, command.chat ?? null);
        break;
      case 'createChat':
        return this.#createChat(command);
      case 'addParticipant':
      case 'removeParticipant':
      case 'setRole':
      case 'leave':
      case 'updateChat':
        return this.#manage(command);
      default:
    }
    return { made: 'nothing' };
  }

  #send(command: Command & { command: 'send' }): Made {
    const { chat, content, replyTo, threadRoot } = command;
    if (content.trim() === '') throw new ClientError('content_empty');
    if (content.length > 10_000) throw new ClientError('content_too_long');
    const state = this.#chatOf(chat);
    const id = command.id ?? uuidv7(this.rules.now());
    const message = {
      id,
      chatId: chat,
      seq: 0,
      createdSeq: 0,
      senderId: this.rules.userId,
      kind: 'text',
      content,
      createdAt: this.rules.now(),
      ...(replyTo == null ? {} : { replyTo }),
      ...(threadRoot == null ? {} : { threadRoot }),
    };
    const entry: Entry = {
      position: { of: 'unsent', at: this.#order },
      message,
      own: true,
      state: { status: 'sending' },
      pending: null,
      reactions: [],
      quoted: find(state, message.replyTo)?.message ?? null,
    };
    this.#order += 1;
    this.#putEntry(chat, entry);
    this.#queue(id, chat, 'send', id, content.length, {
      done: () => {
        const seq = state.seq;
        state.seq += 1;
        this.#putEntry(chat, sentEntry(state, this.rules.userId, { ...message, seq, createdSeq: seq }));
      },
      undone: () => {},
    });
    return { made: 'message', id };
  }

  #change(command: Command & { command: 'edit' | 'delete' }): Made {
    const { chat, message: id } = command;
    const before = this.timelineEntry(chat, id);
    if (before === null) throw new ClientError('unknown_message');
    if (command.command === 'edit' && !before.own) throw new ClientError('not_yours');
    if (command.command === 'delete' && before.position.of === 'unsent') {
      this.#cancel(id);
      return { made: 'nothing' };
    }
    const now = this.rules.now();
    const words =
      command.command === 'edit'
        ? { content: command.content, editedAt: now }
        : { content: '', deletedAt: now };
    const op = uuidv7(now);
    const kind = command.command;
    const after = { ...before, message: { ...before.message, ...words } };
    this.#putEntry(chat, { ...after, pending: { op, kind, state: { status: 'sending' } } });
    this.#queue(op, chat, kind, id, words.content.length, {
      done: () => this.#putEntry(chat, after),
      undone: () => {
        const code = this.#codeOf(op);
        this.#putEntry(chat, { ...before, pending: { op, kind, state: { status: 'failed', code } } });
      },
    });
    return { made: 'op', id: op };
  }

  #react(command: Command & { command: 'react' }): Made {
    const { chat, message: id, emoji, on } = command;
    const before = this.timelineEntry(chat, id);
    if (before === null) throw new ClientError('unknown_message');
    const me = this.rules.userId;
    const others = before.reactions.filter((group) => group.emoji !== emoji);
    const held = before.reactions.find((group) => group.emoji === emoji);
    const users = (held?.users ?? []).filter((user) => user !== me);
    if (on) users.push(me);
    const group = { emoji, count: users.length, mine: on, users };
    const reactions = users.length === 0 ? others : [...others, group].sort((a, b) => b.count - a.count);
    this.#putEntry(chat, { ...before, reactions });
    const op = uuidv7(this.rules.now());
    this.#queue(op, chat, 'react', id, 0, { done: () => {}, undone: () => this.#putEntry(chat, before) });
    return { made: 'op', id: op };
  }

  #createChat(command: Command & { command: 'createChat' }): Made {
    const id = command.id ?? uuidv7(this.rules.now());
    const title = command.title ?? undefined;
    const people = command.participants.map((person) => newParticipant(person, this.rules.now()));
    const options = {
      role: 'owner' as const,
      participants: people,
      ...(title === undefined ? {} : { title }),
    };
    this.held.set(id, newChat(this.rules.userId, id, options, this.rules.now()));
    this.note({ changed: 'chats' });
    this.note({ changed: 'chatMade', chat: id, error: null });
    return { made: 'chat', id };
  }

  #manage(
    command: Command & {
      command: 'addParticipant' | 'removeParticipant' | 'setRole' | 'leave' | 'updateChat';
    },
  ): Made {
    const { chat } = command;
    const state = this.#chatOf(chat);
    const people = state.item.participants;
    const op = uuidv7(this.rules.now());
    const before = state.item;
    const show = (participants: typeof people) =>
      this.#update(chat, { participants, members: participants.length });
    if (command.command === 'addParticipant') {
      show([...people, newParticipant({ userId: command.user, role: command.role }, this.rules.now())]);
    } else if (command.command === 'removeParticipant') {
      show(people.filter(({ userId }) => userId !== command.user));
    } else if (command.command === 'setRole') {
      show(people.map((p) => (p.userId === command.user ? { ...p, role: command.role } : p)));
    } else if (command.command === 'updateChat' && state.item.chat !== null) {
      const title = command.title ?? state.item.chat.title;
      const chatRow = { ...state.item.chat, history: command.history ?? state.item.chat.history };
      this.#update(chat, { chat: title === undefined ? chatRow : { ...chatRow, title } });
    }
    this.#queue(op, chat, command.command, null, 0, {
      done: () => {
        if (command.command !== 'leave') return;
        this.held.delete(chat);
        this.note({ changed: 'chats' });
        this.note({ changed: 'chat', chat });
      },
      undone: () => this.#update(chat, before),
    });
    return { made: 'op', id: op };
  }

  #loadOlder(chat: ChatId, count: number): void {
    const state = this.#chatOf(chat);
    if (!this.isConnected() || state.older.length === 0) return;
    const page = state.older.splice(-count);
    state.entries = [...page, ...state.entries];
    refreshItem(state);
    this.patch(chat, ...page.map((entry): TimelinePatch => ({ patch: 'insert', entry })));
  }

  #search(query: string, chat: ChatId | null): void {
    const within = chat === null ? this.held.values() : [this.#chatOf(chat)];
    const offline = !this.isConnected();
    this.#found =
      query.trim() === ''
        ? null
        : { query, chat, state: { status: 'done' }, offline, hits: searchIn(within, query), hasMore: false };
    this.note({ changed: 'search' });
  }

  #queue(
    op: OpId,
    chat: ChatId,
    kind: string,
    message: MessageId | null,
    bytes: number,
    answers: Pick<Pending, 'done' | 'undone'>,
  ): void {
    const queuedAt = this.rules.now();
    const state = { status: this.isConnected() ? ('sending' as const) : ('waiting' as const) };
    this.pending.set(op, {
      item: { op, chat, kind, message, queuedAt, state, attempts: this.isConnected() ? 1 : 0, bytes },
      ...answers,
    });
    this.counts.queued += 1;
    this.note({ changed: 'outbox' });
    if (this.storageState !== 'memory') this.#tellOp(op, chat, { outcome: 'kept' });
    if (this.rules.acknowledge && this.isConnected()) this.#acknowledgeSoon(op);
  }

  #acknowledgeSoon(op: OpId): void {
    queueMicrotask(() => {
      const waits = this.pending.get(op)?.item.state.status !== 'failed';
      if (!this.pending.has(op) || !waits || !this.isConnected()) return;
      this.acknowledge(op);
      this.flush();
    });
  }

  #retry(op: OpId): void {
    const pending = this.#pendingOf(op);
    this.counts.retries += 1;
    pending.item = { ...pending.item, state: { status: this.isConnected() ? 'sending' : 'waiting' } };
    const { chat } = pending.item;
    const entry = this.timelineEntry(chat, op);
    if (entry !== null) {
      const position = { of: 'unsent' as const, at: this.#order };
      this.#order += 1;
      this.#putEntry(chat, { ...entry, position, state: { status: 'sending' } });
    }
    this.note({ changed: 'outbox' });
    if (this.rules.acknowledge && this.isConnected()) this.#acknowledgeSoon(op);
  }

  #cancel(op: OpId): void {
    const pending = this.#pendingOf(op);
    const { chat, kind, message } = pending.item;
    this.pending.delete(op);
    this.counts.cancelled += 1;
    const state = this.#chatOf(chat);
    if (kind === 'send' && message !== null) {
      state.entries = state.entries.filter((entry) => entry.message.id !== op);
      refreshItem(state);
      this.patch(chat, { patch: 'remove', id: message });
    } else {
      pending.undone();
      const entry = message === null ? null : this.timelineEntry(chat, message);
      if (entry !== null) this.#putEntry(chat, { ...entry, pending: null });
    }
    this.#tellOp(op, chat, { outcome: 'cancelled' });
  }

  #tellOp(op: OpId, chat: ChatId, outcome: (Change & { changed: 'op' })['outcome']): void {
    this.note({ changed: 'outbox' });
    this.note({ changed: 'op', op, chat, outcome });
  }

  #putEntry(chat: ChatId, entry: Entry): void {
    const there = put(this.#chatOf(chat), entry);
    this.patch(chat, { patch: there ? 'update' : 'insert', entry });
  }

  #update(chat: ChatId, change: Partial<ChatItem>): void {
    const state = this.#chatOf(chat);
    state.item = { ...state.item, ...change };
    this.note({ changed: 'chat', chat });
  }

  #setRow(key: PrivateKey, value: unknown): void {
    if (value === null) this.rows.delete(key);
    else this.rows.set(key, value);
    this.note({ changed: 'private', key });
  }

  #codeOf(op: OpId): ErrorCode {
    const state = this.pending.get(op)?.item.state;
    return state?.status === 'failed' ? state.code : 'unknown';
  }

  #pendingOf(op: OpId): Pending {
    const pending = this.pending.get(op);
    if (pending === undefined) throw new ClientError('unknown_op');
    return pending;
  }

  #chatOf(chat: ChatId): FakeChat {
    const state = this.held.get(chat);
    if (state === undefined) throw new ClientError('unknown_chat');
    return state;
  }

  #entriesOf(chat: ChatId): Entry[] {
    return this.held.get(chat)?.entries ?? [];
  }
}
