/** What the fake holds of a chat, and the pure rules by which it changes. */
import type { ChatItem, Entry, EntryState, Position } from '../engine';
import type {
  Chat,
  ChatId,
  Message,
  MessageId,
  Participant,
  Receipt,
  Role,
  SearchHit,
  UserId,
} from '../wire';

/** A chat as the fake holds it. */
export interface FakeChat {
  item: ChatItem;
  /** Those it shows, in order. */
  entries: Entry[];
  /** Those that `loadOlder` brings, the oldest first. */
  older: Entry[];
  receipts: Receipt[];
  typing: UserId[];
  /** The seq of the next commit. */
  seq: number;
  loadingOlder: boolean;
}

/** A chat to be shown. */
export interface NewFakeChat {
  /** `chat-1` and so on by default. */
  id?: ChatId;
  title?: string;
  /** What oneself is in it; by default what `participants` says, else `tutor`. */
  role?: Role;
  /** Who is in it, oneself too if it matters how; a string is a user whose name it is too. */
  participants?: readonly (string | (Partial<Participant> & { userId: UserId }))[];
  /** What was said, the oldest first. */
  messages?: readonly NewFakeMessage[];
  /** What `loadOlder` brings, the oldest first. */
  older?: readonly NewFakeMessage[];
  unread?: number;
  draft?: string | null;
  /** When something was last said; the last message's time by default. */
  activeAt?: number;
}

/** A message to be shown. */
export interface NewFakeMessage extends Partial<Omit<Message, 'chatId' | 'seq' | 'createdSeq'>> {
  senderId: UserId;
  content: string;
}

/** Makes a chat's state. */
export function newChat(me: UserId, id: ChatId, options: NewFakeChat, now: number): FakeChat {
  const others = (options.participants ?? []).map((person) =>
    typeof person === 'string' ? { userId: person, name: person } : person,
  );
  const self = others.find(({ userId }) => userId === me);
  const role = options.role ?? self?.role ?? 'tutor';
  const people = [{ ...self, userId: me, role }, ...others.filter(({ userId }) => userId !== me)];
  const chat: Chat = { id, seq: 1, history: 'all', createdBy: me, createdAt: now };
  if (options.title !== undefined) chat.title = options.title;
  const state: FakeChat = {
    item: {
      id,
      chat,
      role,
      participants: people.map((person) => newParticipant(person, now)),
      members: people.length,
      last: null,
      unread: options.unread ?? 0,
      draft: options.draft ?? null,
      muted: null,
      activeAt: options.activeAt ?? now,
      live: true,
      loading: false,
      making: false,
      error: null,
    },
    entries: [],
    older: [],
    receipts: people.map(({ userId }) => ({ userId, delivered: 0, read: 0 })),
    typing: [],
    seq: 2,
    loadingOlder: false,
  };
  const total = (options.older?.length ?? 0) + (options.messages?.length ?? 0);
  const said = [...(options.older ?? []), ...(options.messages ?? [])].map((message, index) => {
    const sent = newMessage(state, message, now - (total - index) * 60_000);
    return sentEntry(state, me, sent);
  });
  state.older = said.slice(0, options.older?.length ?? 0);
  state.entries = said.slice(options.older?.length ?? 0);
  refreshItem(state);
  if (options.activeAt !== undefined) state.item.activeAt = options.activeAt;
  return state;
}

/** Makes a participant of what is known of them. */
export function newParticipant(person: Partial<Participant> & { userId: UserId }, now: number): Participant {
  return { seq: 1, name: person.userId, role: 'student', active: true, joinedAt: now, ...person };
}

/** Makes a message that the server has, at the chat's next seq. */
export function newMessage(state: FakeChat, message: NewFakeMessage, createdAt: number): Message {
  const seq = state.seq;
  state.seq += 1;
  const chatId = state.item.id;
  return {
    id: `${chatId}-m${seq}`,
    kind: 'text',
    createdAt,
    ...message,
    chatId,
    seq,
    createdSeq: seq,
  };
}

/** Makes the entry of a message that the server has. */
export function sentEntry(state: FakeChat, me: UserId, message: Message): Entry {
  return {
    position: { of: 'sent', at: message.createdSeq },
    message,
    own: message.senderId === me,
    state: tick(state, me, message),
    pending: null,
    reactions: [],
    quoted: find(state, message.replyTo)?.message ?? null,
  };
}

/** How far a message has come, by the receipts. */
export function tick(state: FakeChat, me: UserId, message: Message): EntryState {
  if (message.senderId !== me) return { status: 'delivered' };
  const others = state.receipts.filter(({ userId }) => userId !== me);
  if (others.length === 0) return { status: 'sent' };
  if (others.every(({ read }) => read >= message.createdSeq)) return { status: 'read' };
  if (others.every(({ delivered }) => delivered >= message.createdSeq)) return { status: 'delivered' };
  return { status: 'sent' };
}

/** Finds an entry. */
export function find(state: FakeChat, id: MessageId | undefined): Entry | undefined {
  return state.entries.find((entry) => entry.message.id === id);
}

/** Puts an entry where its position says, in the place of an earlier one; returns whether there was one. */
export function put(state: FakeChat, entry: Entry): boolean {
  const before = state.entries.length;
  const rest = state.entries.filter(({ message }) => message.id !== entry.message.id);
  state.entries = [...rest, entry].sort((a, b) => place(a.position) - place(b.position));
  refreshItem(state);
  return rest.length < before;
}

function place(position: Position): number {
  return position.of === 'sent' ? position.at : 2 ** 40 + position.at;
}

/** Brings the chat's item up to date with its messages. */
export function refreshItem(state: FakeChat): void {
  const last = state.entries.at(-1) ?? null;
  const activeAt = last?.message.createdAt ?? state.item.activeAt;
  state.item = { ...state.item, last, activeAt };
}

/** Finds words in messages, the newest first. */
export function searchIn(chats: Iterable<FakeChat>, query: string): SearchHit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const hits: SearchHit[] = [];
  for (const { entries, older } of chats) {
    for (const { message } of [...older, ...entries]) {
      const text = message.content.toLowerCase();
      const starts = words.map((word) => text.indexOf(word));
      if (message.deletedAt !== undefined || starts.includes(-1)) continue;
      const highlights = starts.map((start, index): [number, number] => [
        start,
        start + (words[index]?.length ?? 0),
      ]);
      hits.push({ message, highlights: highlights.sort((a, b) => a[0] - b[0]) });
    }
  }
  return hits.sort((a, b) => b.message.createdAt - a.message.createdAt);
}
