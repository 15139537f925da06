/**
 * What happens in a chat, as events: found by comparing snapshots, while somebody listens. What was
 * there before is no event, nor are older pages.
 */
import type { ChatId, ConnectionState, Seq, UserId, View } from '@samtale/client';
import type { AppointmentSource } from '../context';
import type { Model } from '../model/model';
import type { Appointment, Chat, ChatParticipant, Message, Person, UserPresence } from '../types';
import { appointmentsOf } from './appointments';

/** How far someone has read. */
export interface ReadEvent extends Person {
  /** Everything up to this place; see {@link Message.seq}. */
  readonly seq: Seq;
}

/** The events of a chat, by name. */
export interface ChatEvents {
  /** A message was sent, by anyone, oneself included. */
  message: Message;
  /** A message changed: its words, reactions, or how far it has come. */
  messageUpdated: Message;
  /** An unsent message was given up. */
  messageRemoved: Message;
  participantJoined: ChatParticipant;
  participantLeft: ChatParticipant;
  /** Who is writing now, oneself not among them. */
  typing: readonly Person[];
  /** Someone's presence changed. */
  presence: UserPresence;
  /** Someone else has read further. */
  read: ReadEvent;
  /** The connection changed. */
  connection: ConnectionState;
  /** The chat's lessons changed. */
  appointment: readonly Appointment[];
  /** The chat itself changed: its name, unread messages, and so on. */
  chat: Chat;
}

/** The name of an event. */
export type ChatEventType = keyof ChatEvents;

type Emit<T> = (event: T) => void;
type Watchers = { readonly [K in ChatEventType]: (emit: Emit<ChatEvents[K]>) => () => void };

/** Calls `compare` with the snapshots before and after each change. */
function changes<T>(view: View<T>, compare: (before: T, after: T) => void): () => void {
  let before = view.getSnapshot();
  return view.subscribe(() => {
    const after = view.getSnapshot();
    const last = before;
    before = after;
    if (!Object.is(last, after)) compare(last, after);
  });
}

/** Returns what watches for each event. */
export function chatWatchers(model: Model, chatId: ChatId, appointments: AppointmentSource | null): Watchers {
  const { client } = model;
  return {
    message: (emit) => onNewMessages(model, chatId, emit),
    messageUpdated: (emit) =>
      changes(model.messages(chatId), (before, after) => {
        const known = new Map(before.map((message) => [message.id, message]));
        for (const message of after) {
          const last = known.get(message.id);
          if (last !== undefined && last !== message) emit(message);
        }
      }),
    messageRemoved: (emit) =>
      changes(model.messages(chatId), (before, after) => {
        const left = new Set(after.map(({ id }) => id));
        for (const message of before) if (message.seq === 0 && !left.has(message.id)) emit(message);
      }),
    participantJoined: (emit) => {
      // Those who are only now known of have joined earlier than the newest there was.
      let newest = -1;
      const look = (list: readonly ChatParticipant[], tell: boolean) => {
        const reached = newest;
        for (const person of list) {
          const joinedAt = person.joinedAt.getTime();
          if (tell && reached >= 0 && joinedAt > reached) emit(person);
          newest = Math.max(newest, joinedAt);
        }
      };
      look(model.participants(chatId).getSnapshot(), false);
      return changes(model.participants(chatId), (_, after) => look(after, true));
    },
    participantLeft: (emit) =>
      changes(model.participants(chatId), (before, after) => {
        const present = new Set(after.map(({ id }) => id));
        if (after.length > 0) for (const person of before) if (!present.has(person.id)) emit(person);
      }),
    typing: (emit) => changes(model.typing(chatId), (_, after) => emit(after)),
    presence: (emit) =>
      changes(model.presencesIn(chatId), (before, after) => {
        const known = new Set(before);
        for (const presence of after) if (!known.has(presence)) emit(presence);
      }),
    read: (emit) =>
      changes(client.receipts(chatId), (before, after) => {
        const known = new Map<UserId, Seq>(before.listed.map(({ userId, read }) => [userId, read]));
        const names = model.directory(chatId).getSnapshot();
        for (const { userId: id, read } of after.listed) {
          const last = known.get(id);
          if (id === client.userId || last === undefined || last >= read) continue;
          emit(Object.freeze<ReadEvent>({ id, name: names.name(id), seq: read }));
        }
      }),
    connection: (emit) =>
      changes(client.connection, (before, after) => {
        if (before.state !== after.state) emit(after.state);
      }),
    appointment: (emit) => changes(appointmentsOf(appointments, chatId), (_, after) => emit(after)),
    chat: (emit) =>
      changes(model.chat(chatId), (_, after) => {
        if (after !== null) emit(after);
      }),
  };
}

/** Tells messages that come after those that were there; older pages come before them. */
function onNewMessages(model: Model, chatId: ChatId, emit: Emit<Message>): () => void {
  const timeline = model.client.timeline(chatId);
  const view = model.messages(chatId);
  let newest: Seq | null = null;
  let unsent = new Set<string>();
  const look = (messages: readonly Message[]) => {
    if (timeline.getSnapshot().loading) return;
    const reached = newest;
    const waiting = new Set<string>();
    for (const message of messages) {
      const known = message.seq === 0 ? unsent.has(message.id) : reached !== null && message.seq <= reached;
      if (message.seq === 0) waiting.add(message.id);
      else newest = Math.max(newest ?? 0, message.seq);
      if (reached !== null && !known && !unsent.has(message.id)) emit(message);
    }
    newest ??= 0;
    unsent = waiting;
  };
  look(view.getSnapshot());
  const endLoading = timeline.subscribe(() => {
    if (newest === null) look(view.getSnapshot());
  });
  const end = changes(view, (_, after) => look(after));
  return () => {
    endLoading();
    end();
  };
}

/** Says when something happens; returns the function that ends it. */
export type AddChatEventListener = <K extends ChatEventType>(
  type: K,
  listener: (event: ChatEvents[K]) => void,
) => () => void;

/** Makes the function that adds listeners; each kind of event is watched for while it has any. */
export function chatEventListeners(
  model: Model,
  chatId: ChatId,
  appointments: AppointmentSource | null,
): AddChatEventListener {
  const watchers = chatWatchers(model, chatId, appointments);
  return (type, listener) => watchers[type]((event) => listener(event));
}
