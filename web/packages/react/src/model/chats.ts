/** Chats and participants as they are shown, made of the engine's items. */
import type { ChatItem, Role, UserId } from '@samtale/client';
import type { Phrases } from '@samtale/locale';
import type { Chat, ChatParticipant, Message } from '../types';
import type { Directory } from './people';
import { problemOfCode } from './problem';

/** What a role may be allowed. */
export type Permission = 'write' | 'moderate' | 'manageParticipants' | 'manageOwners' | 'manageChat';

/**
 * Returns whether a role may do something; the server has the last word. `moderate` is deleting
 * others' messages, `manageChat` the title and the history rule.
 */
export function may(role: Role | null, permission: Permission): boolean {
  if (permission === 'write') return role !== 'observer';
  return role === 'owner' || (role === 'tutor' && permission !== 'manageOwners');
}

/** Makes a chat of an item. */
export function toChat(
  item: ChatItem,
  me: UserId,
  directory: Directory,
  phrases: Phrases,
  lastMessage: Message | null,
): Chat {
  // A chat's list and the chat itself name them in orders of their own.
  const people = [...item.participants].sort(
    (a, b) => a.joinedAt - b.joinedAt || (a.userId < b.userId ? -1 : 1),
  );
  const participants = people.map((person) =>
    Object.freeze<ChatParticipant>({
      id: person.userId,
      name: directory.name(person.userId),
      avatarUrl: directory.avatarUrl(person.userId),
      role: person.role,
      joinedAt: new Date(person.joinedAt),
      isMe: person.userId === me,
    }),
  );
  const title = item.chat?.title ?? null;
  return Object.freeze<Chat>({
    id: item.id,
    name: title ?? namesOf(participants, phrases),
    title,
    history: item.chat?.history ?? 'since_joining',
    createdAt: new Date(item.chat?.createdAt ?? item.activeAt),
    role: item.role,
    participants: Object.freeze(participants),
    memberCount: item.members,
    unreadCount: item.unread,
    draft: item.draft ?? '',
    muted: item.muted === null ? false : item.muted.until === null ? true : new Date(item.muted.until),
    lastMessage,
    lastActivityAt: new Date(item.activeAt),
    guardianCanRead: participants.some(({ role }) => role === 'guardian'),
    readOnly: !may(item.role, 'write'),
    problem: item.error === null ? null : problemOfCode(item.error, phrases),
  });
}

/** Returns the names of the others; of oneself where one is alone. */
function namesOf(participants: readonly ChatParticipant[], phrases: Phrases): string {
  const others = participants.filter(({ isMe }) => !isMe);
  const names = (others.length > 0 ? others : participants).map(({ name }) => name);
  return names.join(', ') || phrases.t('person-unnamed');
}
