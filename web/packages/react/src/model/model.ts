/**
 * What a provider shows, as views: the client's snapshots in the shapes of `types.ts`, in one
 * language and with the host product's names. All hooks below one provider share these views, so
 * that what is computed is computed once.
 */
import type { ChatId, ChatItem, Client, MessageId, UserId, View } from '@samtale/client';
import type { Phrases } from '@samtale/locale';
import { derive, memo, shallowEqual } from '../store/views';
import type { Chat, ChatParticipant, Message, Person, UserPresence } from '../types';
import { toChat } from './chats';
import { Messages } from './messages';
import { type Directory, directoryOf, type People, type Profiles } from './people';
import { toPresence } from './presence';

const NO_PEOPLE: People = [];

/** The views below a provider. The methods need no `this`, and give the same view for the same id. */
export interface Model {
  readonly client: Client;
  readonly phrases: Phrases;
  readonly chats: View<readonly Chat[]>;
  readonly chat: (chatId: ChatId) => View<Chat | null>;
  readonly participants: (chatId: ChatId) => View<readonly ChatParticipant[]>;
  /** The names in a chat. */
  readonly directory: (chatId: ChatId) => View<Directory>;
  /** The names in all known chats. */
  readonly everyone: View<Directory>;
  readonly messages: (chatId: ChatId) => View<readonly Message[]>;
  /** The messages that the server has. */
  readonly acknowledged: (chatId: ChatId) => View<readonly Message[]>;
  readonly thread: (chatId: ChatId, rootId: MessageId) => View<readonly Message[]>;
  /** Who is writing, oneself not among them. */
  readonly typing: (chatId: ChatId) => View<readonly Person[]>;
  readonly presence: (userId: UserId) => View<UserPresence | null>;
  /** Everyone whose presence is known. */
  readonly presences: View<readonly UserPresence[]>;
  /** Those of a chat whose presence is known. */
  readonly presencesIn: (chatId: ChatId) => View<readonly UserPresence[]>;
  /** A hit of a search as a message. */
  readonly messageOf: Messages['of'];
}

/** Makes the views of a provider. */
export function createModel(client: Client, phrases: Phrases, profiles: Profiles | undefined): Model {
  const messages = new Messages(phrases);

  const people = memo((chatId: ChatId) =>
    derive([client.chat(chatId)], (item) => item?.participants ?? NO_PEOPLE, sameList),
  );
  const namesIn = (chatId: ChatId, list: People): Directory =>
    directoryOf([list], profiles, phrases, (id) => client.participant(chatId, id).getSnapshot());
  const directory = memo((chatId: ChatId) => derive([people(chatId)], (list) => namesIn(chatId, list)));
  const allPeople = derive(
    [client.chats],
    ({ items }) => items.map((item) => item.participants),
    shallowEqual,
  );
  const everyone = derive([allPeople], (lists) => directoryOf(lists, profiles, phrases));

  const chats = new WeakMap<ChatItem, Chat>();
  const chatOf = (item: ChatItem): Chat => {
    let chat = chats.get(item);
    if (chat === undefined) {
      const names = namesIn(item.id, item.participants);
      const last = item.last === null ? null : messages.of(item.last, names);
      chat = toChat(item, client.userId, names, phrases, last);
      chats.set(item, chat);
    }
    return chat;
  };

  const presenceOf = new WeakMap<object, UserPresence>();
  const shown = (id: UserId, presence: Parameters<typeof toPresence>[1], names: Directory): UserPresence => {
    const made = presenceOf.get(presence);
    if (made?.id === id && made.name === names.name(id)) return made;
    const fresh = toPresence(id, presence, names);
    presenceOf.set(presence, fresh);
    return fresh;
  };

  const presences = derive(
    [client.presences, everyone],
    (all, names) => Object.freeze([...all].map(([id, presence]) => shown(id, presence, names))),
    shallowEqual,
  );

  const model: Model = {
    client,
    phrases,
    chats: derive([client.chats], ({ items }) => Object.freeze(items.map(chatOf)), shallowEqual),
    chat: memo((chatId) => derive([client.chat(chatId)], (item) => (item === null ? null : chatOf(item)))),
    participants: memo((chatId) =>
      derive([model.chat(chatId)], (chat) => chat?.participants ?? NO_PARTICIPANTS, sameParticipants),
    ),
    directory,
    everyone,
    messages: memo((chatId) =>
      derive(
        [client.timeline(chatId), directory(chatId)],
        ({ entries }, names) => messages.all(entries, names),
        shallowEqual,
      ),
    ),
    acknowledged: memo((chatId) =>
      derive(
        [model.messages(chatId)],
        (all) => Object.freeze(all.filter(({ seq }) => seq > 0)),
        shallowEqual,
      ),
    ),
    thread: (chatId, rootId) =>
      derive(
        [client.thread(chatId, rootId), directory(chatId)],
        (entries, names) => messages.all(entries, names),
        shallowEqual,
      ),
    typing: memo((chatId) =>
      derive(
        [client.typing(chatId), directory(chatId)],
        (ids, names) => Object.freeze(ids.map((id) => Object.freeze<Person>({ id, name: names.name(id) }))),
        samePeople,
      ),
    ),
    presence: memo((userId) =>
      derive([client.presence(userId), everyone], (presence, names) =>
        presence === null ? null : shown(userId, presence, names),
      ),
    ),
    presences,
    presencesIn: memo((chatId) =>
      derive(
        [presences, people(chatId)],
        (all, list) => {
          const ids = new Set(list.map(({ userId }) => userId));
          return Object.freeze(all.filter(({ id }) => ids.has(id)));
        },
        shallowEqual,
      ),
    ),
    messageOf: (entry, names) => messages.of(entry, names),
  };
  return model;
}

const NO_PARTICIPANTS: readonly ChatParticipant[] = Object.freeze([]);

function sameList(a: People, b: People): boolean {
  return shallowEqual(a, b);
}

function samePeople(a: readonly Person[], b: readonly Person[]): boolean {
  return (
    a.length === b.length && a.every(({ id, name }, index) => id === b[index]?.id && name === b[index].name)
  );
}

function sameParticipants(a: readonly ChatParticipant[], b: readonly ChatParticipant[]): boolean {
  const same = (x: ChatParticipant, y: ChatParticipant | undefined) =>
    x.id === y?.id &&
    x.name === y.name &&
    x.role === y.role &&
    x.avatarUrl === y.avatarUrl &&
    x.joinedAt.getTime() === y.joinedAt.getTime();
  return a.length === b.length && a.every((participant, index) => same(participant, b[index]));
}
