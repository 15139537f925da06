/**
 * A server in the test's own process: it speaks the protocol to a real client over a mock socket, for
 * one user, as far as a conversation needs it. With levers for what servers and networks do.
 */
import type { HttpHost, SocketHost } from '../api';
import { uuidv7 } from '../ids';
import type { ChatId, ChatSummary, ErrorCode, Message, MessageId, Op, OpResult, Rows, Sync } from '../wire';
import { MockSocket } from './socket';

/** A chat on the mock server. */
export interface MockChat {
  /** A UUID; made where absent. */
  id?: ChatId;
  title?: string;
  /** The others, by id. */
  participants?: readonly string[];
  /** What was said, the oldest first. */
  messages?: readonly { senderId: string; content: string }[];
}

interface Room {
  id: ChatId;
  title: string;
  people: string[];
  /** By seq. */
  messages: Message[];
  head: number;
}

const LINEAGE = 'mock';
const EPOCH = `${LINEAGE}.0.1`;

/** What a mock server is made of. */
export interface MockServerOptions {
  /** Whose client connects. Default `ingrid`. */
  userId?: string;
  chats?: readonly MockChat[];
}

/** A mock server, with levers. */
export class MockServer {
  readonly userId: string;
  /** The sockets that are open. */
  readonly sockets = new Set<MockSocket>();
  /** Every frame from the client: its topic, event and payload. */
  readonly frames: { topic: string; event: string; payload: Record<string, unknown> }[] = [];
  /** How many sockets were asked for. */
  opened = 0;
  /** Whether sockets can be opened. */
  reachable = true;
  /** Whether ops are answered. */
  answers = true;
  /** The code that every op is refused with, while there is one. */
  refusal: ErrorCode | null = null;
  readonly #rooms = new Map<ChatId, Room>();

  constructor(options: MockServerOptions = {}) {
    this.userId = options.userId ?? 'ingrid';
    for (const chat of options.chats ?? []) this.addChat(chat);
  }

  /** For `hosts.socket` of the client. */
  readonly socket: SocketHost = (url, protocols, on) => {
    this.opened += 1;
    const socket = new MockSocket({ url, protocols, on, onText: (text) => this.#receive(socket, text) });
    queueMicrotask(() => {
      if (!this.reachable) return socket.fail();
      this.sockets.add(socket);
      socket.open();
    });
    return {
      send: (text) => socket.send(text),
      close: (code) => {
        this.sockets.delete(socket);
        socket.close(code);
      },
    };
  };

  /** For `hosts.http` of the client: nobody answers. */
  readonly http: HttpHost = () => Promise.reject(new Error('the mock server has no HTTP'));

  /** A token of the user, good for an hour: for `getToken`. */
  readonly token = async (sub: string = this.userId): Promise<string> => {
    const seconds = Math.floor(Date.now() / 1_000);
    const part = (value: unknown) =>
      btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
    return `${part({ alg: 'none' })}.${part({ sub, iat: seconds, exp: seconds + 3_600 })}.mock`;
  };

  /** Adds a chat; returns its id. */
  addChat(chat: MockChat = {}): ChatId {
    const id = chat.id ?? uuidv7();
    const people = [this.userId, ...(chat.participants ?? ['jonas'])];
    const room: Room = { id, title: chat.title ?? 'Matte', people, messages: [], head: 1 };
    this.#rooms.set(id, room);
    for (const message of chat.messages ?? []) this.#commit(room, message.senderId, message.content);
    return id;
  }

  /** What the server has of a chat, the oldest first. */
  messages(chatId: ChatId): readonly Message[] {
    return this.#room(chatId).messages;
  }

  /** Someone else says something; returns the message's id. */
  receive(chatId: ChatId, message: { senderId: string; content: string }): MessageId {
    const room = this.#room(chatId);
    const made = this.#commit(room, message.senderId, message.content);
    this.#publish(room, { messages: [made] });
    return made.id;
  }

  /** Sends an event to the client. */
  push(topic: string, event: string, payload: unknown): void {
    for (const socket of this.sockets) socket.receive(JSON.stringify([null, null, topic, event, payload]));
  }

  /** Cuts every connection. */
  drop(code: number | null = null): void {
    for (const socket of [...this.sockets]) {
      this.sockets.delete(socket);
      socket.drop(code);
    }
  }

  /** How many frames there were with an event, on a topic of that kind. */
  count(event: string): number {
    return this.frames.filter((frame) => frame.event === event).length;
  }

  #receive(socket: MockSocket, text: string): void {
    const [joinRef, ref, topic, event, payload] = JSON.parse(text) as [
      string | null,
      string,
      string,
      string,
      Record<string, unknown>,
    ];
    this.frames.push({ topic, event, payload });
    const reply = (status: 'ok' | 'error', response: unknown) => {
      queueMicrotask(() => {
        if (!this.sockets.has(socket)) return;
        socket.receive(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status, response }]));
      });
    };
    const ok = (response: unknown) => reply('ok', response);
    const room = this.#rooms.get(topic.replace(/^chat:/, ''));
    if (topic === 'phoenix' || event === 'access_token' || event === 'phx_leave') ok({});
    else if (topic.startsWith('user:')) this.#onUser(event, payload, ok);
    else if (room === undefined) reply('error', { code: 'not_participant', message: 'no such chat' });
    else this.#onChat(room, event, payload, ok);
  }

  #onUser(event: string, payload: Record<string, unknown>, ok: (response: unknown) => void): void {
    const chats = [...this.#rooms.values()].map((room) => this.#summary(room));
    if (event === 'phx_join') {
      ok({
        proto: payload.proto ?? 1,
        me: { userId: this.userId, name: this.userId },
        private: { epoch: EPOCH, upTo: 1, reset: true, rows: [] },
        chats,
        moreChats: false,
      });
    } else if (event === 'chats') {
      const ids = payload.ids as string[] | undefined;
      ok({ chats: ids === undefined ? [] : chats.filter(({ id }) => ids.includes(id)), moreChats: false });
    } else if (event === 'private') {
      ok({ key: payload.key, seq: 2, value: payload.value });
    } else if (event === 'search') {
      const all = [...this.#rooms.values()].flatMap(({ messages }) => messages);
      const hits = all.filter(({ content }) => content.includes(String(payload.q)));
      ok({ hits: hits.map((message) => ({ message, highlights: [] })) });
    } else if (event === 'create_chat') {
      const participants = (payload.participants as { userId: string }[]).map(({ userId }) => userId);
      const id = this.addChat({
        id: payload.id as string,
        title: (payload.title as string) ?? '',
        participants,
      });
      ok(this.#summary(this.#room(id)));
    } else {
      ok({});
    }
  }

  #onChat(
    room: Room,
    event: string,
    payload: Record<string, unknown>,
    ok: (response: unknown) => void,
  ): void {
    if (event === 'phx_join' || event === 'sync') ok(this.#sync(room, payload));
    else if (event === 'history') ok(this.#page(room, payload));
    else if (event === 'ops' && this.answers)
      ok({ epoch: EPOCH, results: this.#apply(room, payload.ops as Op[]) });
    else if (event !== 'ops') ok({});
  }

  #apply(room: Room, ops: Op[]): OpResult[] {
    const results: OpResult[] = [];
    for (const op of ops) {
      if (this.refusal !== null) {
        results.push({ status: 'error', code: this.refusal, message: 'refused' });
        break;
      }
      const rows = this.#take(room, op);
      results.push({ status: 'ok', seq: room.head, rows });
    }
    return results;
  }

  #take(room: Room, op: Op): Rows {
    if (op.op === 'send') {
      const held = room.messages.find(({ id }) => id === op.id);
      if (held !== undefined) return { messages: [held] };
      const message = this.#commit(room, this.userId, op.content, op.id);
      return { messages: [message] };
    }
    if (op.op === 'edit' || op.op === 'delete') {
      const at = room.messages.findIndex(({ id }) => id === op.messageId);
      const before = room.messages[at];
      if (before === undefined) return {};
      room.head += 1;
      const change =
        op.op === 'edit'
          ? { content: op.content, editedAt: Date.now() }
          : { content: '', deletedAt: Date.now() };
      const message: Message = { ...before, ...change, seq: room.head };
      room.messages[at] = message;
      return { messages: [message] };
    }
    room.head += 1;
    return {};
  }

  #commit(room: Room, senderId: string, content: string, id: MessageId = uuidv7()): Message {
    room.head += 1;
    const message: Message = {
      id,
      chatId: room.id,
      seq: room.head,
      createdSeq: room.head,
      senderId,
      kind: 'text',
      content,
      createdAt: Date.now(),
    };
    room.messages.push(message);
    return message;
  }

  #publish(room: Room, rows: Rows): void {
    this.push(`chat:${room.id}`, 'envelope', { chat: room.id, epoch: LINEAGE, seq: room.head, rows });
  }

  #participants(room: Room) {
    return room.people.map((userId) => ({
      userId,
      seq: 1,
      name: userId,
      role: userId === this.userId ? ('tutor' as const) : ('student' as const),
      active: true,
      joinedAt: 1,
    }));
  }

  #chat(room: Room) {
    return {
      id: room.id,
      seq: 1,
      title: room.title,
      history: 'all' as const,
      createdBy: 'ola',
      createdAt: 1,
    };
  }

  #summary(room: Room): ChatSummary {
    const last = room.messages.at(-1);
    return {
      ...this.#chat(room),
      epoch: EPOCH,
      head: room.head,
      role: 'tutor',
      participants: this.#participants(room),
      members: room.people.length,
      ...(last === undefined ? {} : { lastMessage: last }),
      read: room.head,
      unread: 0,
      activeAt: last?.createdAt ?? 1,
    };
  }

  #sync(room: Room, { epoch, since, limit }: Record<string, unknown>): Sync {
    const known = epoch === EPOCH && typeof since === 'number' && since <= room.head;
    const newest = room.messages.slice(-(typeof limit === 'number' ? limit : 50));
    const messages = known ? room.messages.filter(({ seq }) => seq > Number(since)) : newest;
    return {
      chatId: room.id,
      epoch: EPOCH,
      upTo: room.head,
      head: room.head,
      reset: !known,
      hasOlder: room.messages.length > newest.length,
      receipts: { listed: [] },
      members: room.people.length,
      role: 'tutor',
      ...(known ? {} : { chat: this.#chat(room), participants: this.#participants(room) }),
      messages,
      reactions: [],
      quoted: [],
    };
  }

  #page(room: Room, { before, limit }: Record<string, unknown>) {
    const older = room.messages.filter(({ createdSeq }) => createdSeq < Number(before ?? room.head + 1));
    const messages = older.slice(-Number(limit ?? 50));
    return {
      chatId: room.id,
      epoch: EPOCH,
      asOf: room.head,
      messages,
      reactions: [],
      quoted: [],
      hasMore: older.length > messages.length,
    };
  }

  #room(chatId: ChatId): Room {
    const room = this.#rooms.get(chatId);
    if (room === undefined) throw new Error(`the mock server has no chat ${chatId}`);
    return room;
  }
}

/** Makes a server in this process, for tests of the real client. */
export function createMockServer(options: MockServerOptions = {}): MockServer {
  return new MockServer(options);
}
