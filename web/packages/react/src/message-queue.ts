/**
 * The customer's `MessageQueue`: what is handed in is shown, kept and sent, with or without a
 * connection. It is a window on the client's outbox, which outlives it and the tab.
 */
import type {
  ChatId,
  Client,
  ErrorCode,
  LocalErrorCode,
  MessageId,
  OpEvent,
  OutboxItem,
} from '@samtale/client';
import { currentClient } from './current-client';

/** What a {@link MessageQueue} takes. */
export interface MessageQueueOptions {
  /** How often the server may fail to take a message before it fails. Default: the client's, 8. */
  maxRetries?: number;
  /** Whether messages are kept on this device until they are sent. Default true. */
  persistToStorage?: boolean;
  /** How many messages go with one request, for the whole client. Default: the client's, 5. */
  batchSize?: number;
  /** The client. Default: the one of the provider that was mounted last. */
  client?: Client;
  /** The chat of messages that name none; with it, only this chat's messages are looked at. */
  chatId?: ChatId;
}

/** A message to be sent. */
export interface MessageData {
  /** The chat; may be left out where the queue has one. */
  chatId?: ChatId;
  /** The words: not blank, at most 10 000 characters. */
  content: string;
  /** The message it answers. */
  replyTo?: MessageId;
  /** The message whose thread it goes into. */
  threadRoot?: MessageId;
}

/** A message in the queue. */
export interface QueuedMessage {
  readonly id: MessageId;
  readonly chatId: ChatId;
  /** `delayed`: the server could not take it, and it goes again. `expired`: it waited over a day and asks first. */
  readonly status: 'waiting' | 'sending' | 'delayed' | 'failed' | 'expired';
  /** How often it has been sent. */
  readonly attempts: number;
  readonly queuedAt: Date;
  /** Why it failed. */
  readonly code: ErrorCode | LocalErrorCode | null;
}

/** What happens to a message. */
export interface MessageQueueEvent {
  readonly id: MessageId;
  readonly chatId: ChatId;
  /** Why, where it failed. */
  readonly code: ErrorCode | LocalErrorCode | null;
}

/** The events of a queue, by name. */
export interface MessageQueueEvents {
  /** A message was handed in. */
  added: MessageQueueEvent;
  /** It is under way. */
  sending: MessageQueueEvent;
  /** The server has it. */
  sent: MessageQueueEvent;
  /** It was refused for good, or waited too long. */
  failed: MessageQueueEvent;
  /** It goes once more. */
  retry: MessageQueueEvent;
  /** It was given up. */
  cancelled: MessageQueueEvent;
  /** Nothing waits any more. */
  drained: undefined;
}

type Listener = (event: never) => void;

/** A queue of messages to be sent. Nothing happens before the first message or listener. */
export class MessageQueue {
  readonly #options: MessageQueueOptions;
  readonly #listeners = new Map<keyof MessageQueueEvents, Set<Listener>>();
  /** What was handed in here and has not come to its end, for what the outbox doesn't tell (yet). */
  readonly #own = new Map<MessageId, QueuedMessage>();
  #client: Client | null = null;
  #ends: (() => void)[] = [];
  /** The messages as they were when last looked at. */
  #seen = new Map<MessageId, QueuedMessage>();
  /** Those that have been seen and have not come to their end. */
  readonly #known = new Set<MessageId>();
  /** Those of them that wait or are under way. */
  readonly #waiting = new Set<MessageId>();

  constructor(options: MessageQueueOptions = {}) {
    this.#options = options;
  }

  /**
   * Hands in a message and returns its id, at once. It is the message's id for ever, on the server
   * too: nothing has to be replaced later.
   */
  addMessage(data: MessageData): MessageId {
    const client = this.#attach();
    const { maxRetries, persistToStorage } = this.#options;
    const chatId = data.chatId ?? this.#options.chatId;
    if (chatId === undefined) {
      throw new Error('MessageQueue: say which chat, in the message or in the options (chatId).');
    }
    const { content, replyTo, threadRoot } = data;
    const { id, done } = client.send(chatId, content, {
      settle: 'acknowledged',
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(threadRoot === undefined ? {} : { threadRoot }),
      ...(maxRetries === undefined ? {} : { maxRetries }),
      ...(persistToStorage === undefined ? {} : { persist: persistToStorage }),
    });
    const message: QueuedMessage = {
      id,
      chatId,
      status: 'waiting',
      attempts: 0,
      queuedAt: new Date(),
      code: null,
    };
    this.#own.set(id, message);
    this.#emit('added', message);
    done.catch((error: { code?: MessageQueueEvent['code'] }) => this.#refused(id, error.code ?? 'unknown'));
    this.#look();
    return id;
  }

  /** Sends a failed message again. */
  retry(id: MessageId): Promise<void> {
    return this.#attach().retry(id);
  }

  /** Sends all failed messages again. */
  retryAll(): void {
    for (const { id } of this.failed) void this.retry(id).catch(() => {});
  }

  /** Gives up a message that has not left, or has failed. */
  remove(id: MessageId): void {
    this.#attach().cancel(id);
  }

  /** Gives up all that can be given up. */
  clear(): void {
    for (const { id } of this.#messages()) this.remove(id);
  }

  /** How many messages are in the queue, failed ones included. */
  get size(): number {
    return this.#messages().length;
  }

  /** The messages that wait or are under way, in order. */
  get pending(): readonly QueuedMessage[] {
    return this.#messages().filter((message) => !isFailed(message));
  }

  /** The messages that failed. */
  get failed(): readonly QueuedMessage[] {
    return this.#messages().filter(isFailed);
  }

  /** Calls back with each event of a kind; returns the function that ends it. */
  on<K extends keyof MessageQueueEvents>(
    type: K,
    listener: (event: MessageQueueEvents[K]) => void,
  ): () => void {
    if (currentClient() !== null || this.#options.client !== undefined) this.#attach();
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(listener);
    return () => this.off(type, listener);
  }

  /** Ends what `on` began with the same listener. */
  off<K extends keyof MessageQueueEvents>(type: K, listener: (event: MessageQueueEvents[K]) => void): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** Lets go of the client. What is in the queue stays in the outbox and is sent. */
  destroy(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#client = null;
    this.#listeners.clear();
    this.#own.clear();
    this.#seen.clear();
    this.#known.clear();
    this.#waiting.clear();
  }

  /** Finds the client and begins to follow its outbox. */
  #attach(): Client {
    if (this.#client !== null) return this.#client;
    const client = this.#options.client ?? currentClient();
    if (client === null) {
      throw new Error(
        'MessageQueue: there is no client. Mount a <SamtaleProvider>, or give one: new MessageQueue({ client }).',
      );
    }
    this.#client = client;
    if (this.#options.batchSize !== undefined) client.configure({ batchSize: this.#options.batchSize });
    this.#ends = [client.onOp((event) => this.#settled(event)), client.outbox.subscribe(() => this.#look())];
    this.#see();
    return client;
  }

  /** The messages of the outbox, and those handed in that it doesn't show yet. */
  #messages(): readonly QueuedMessage[] {
    const client = this.#client ?? this.#options.client ?? currentClient();
    const { chatId } = this.#options;
    const queued = (client?.outbox.getSnapshot().items ?? [])
      .filter(({ kind, chat }) => kind === 'send' && (chatId === undefined || chat === chatId))
      .map(toQueued);
    const shown = new Set(queued.map(({ id }) => id));
    return [...queued, ...[...this.#own.values()].filter(({ id }) => !shown.has(id))];
  }

  /** Looks at the outbox. */
  #see(): void {
    this.#seen = new Map(this.#messages().map((message) => [message.id, message]));
    for (const message of this.#seen.values()) {
      this.#known.add(message.id);
      if (!isFailed(message)) this.#waiting.add(message.id);
    }
  }

  /** Compares the outbox with how it was. */
  #look(): void {
    const before = this.#seen;
    this.#see();
    for (const message of this.#seen.values()) {
      const last = before.get(message.id);
      if (message.attempts > Math.max(last?.attempts ?? 1, 1)) this.#emit('retry', message);
      if (message.status === 'sending' && last?.status !== 'sending') this.#emit('sending', message);
    }
  }

  #settled({ op: id, chatId, outcome, code }: OpEvent): void {
    if (outcome === 'kept' || !this.#known.has(id)) return;
    this.#look();
    this.#own.delete(id);
    const failed = outcome === 'failed' || outcome === 'expired';
    if (!failed) this.#known.delete(id);
    const type = failed ? 'failed' : outcome === 'done' ? 'sent' : 'cancelled';
    this.#emit(type, { id, chatId, code: outcome === 'expired' ? 'expired' : code });
    this.#ended(id);
  }

  /** A message was refused before it came into the outbox: empty, too long, no room. */
  #refused(id: MessageId, code: MessageQueueEvent['code']): void {
    const message = this.#own.get(id);
    if (message === undefined) return;
    this.#own.delete(id);
    this.#known.delete(id);
    this.#emit('failed', { ...message, code });
    this.#ended(id);
  }

  #ended(id: MessageId): void {
    if (this.#waiting.delete(id) && this.#waiting.size === 0) this.#emit('drained', undefined);
  }

  #emit<K extends keyof MessageQueueEvents>(type: K, event: MessageQueueEvents[K]): void {
    const told = event === undefined ? undefined : { id: event.id, chatId: event.chatId, code: event.code };
    for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(told as never);
  }
}

function isFailed({ status }: QueuedMessage): boolean {
  return status === 'failed' || status === 'expired';
}

function toQueued({ op, chat, state, attempts, queuedAt }: OutboxItem): QueuedMessage {
  return Object.freeze<QueuedMessage>({
    id: op,
    chatId: chat,
    status: state.status,
    attempts,
    queuedAt: new Date(queuedAt),
    code: state.status === 'failed' ? state.code : state.status === 'expired' ? 'expired' : null,
  });
}
