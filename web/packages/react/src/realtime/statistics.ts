/** Numbers about a chat, over the messages that are loaded. */
import type { UserId } from '@samtale/client';
import type { Chat, Message, UserPresence } from '../types';

/** What is counted about a chat. */
export interface ChatStatistics {
  /** Messages that are loaded, deleted ones left out. */
  readonly messageCount: number;
  /** Those of oneself among them. */
  readonly ownMessageCount: number;
  /** Own ones that are not sent yet, or have failed. */
  readonly unsentCount: number;
  /** Loaded messages by sender. */
  readonly messagesByUser: Readonly<Record<UserId, number>>;
  readonly participantCount: number;
  /** Others who are online. */
  readonly onlineCount: number;
  /** Counted up to 100. */
  readonly unreadCount: number;
  /** When something was last said, or the chat was made; null while unknown. */
  readonly lastActivityAt: Date | null;
  /** Mean time until someone else answers, within a day, in milliseconds; null where nobody has. */
  readonly averageResponseMs: number | null;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Counts. */
export function statisticsOf(
  chat: Chat | null,
  messages: readonly Message[],
  online: readonly UserPresence[],
): ChatStatistics {
  const byUser: Record<UserId, number> = {};
  let count = 0;
  let own = 0;
  let unsent = 0;
  let waits = 0;
  let answers = 0;
  let last: Message | null = null;
  for (const message of messages) {
    if (message.deletedAt !== null || message.kind !== 'text') continue;
    count += 1;
    own += Number(message.isOwn);
    unsent += Number(message.seq === 0);
    byUser[message.senderId] = (byUser[message.senderId] ?? 0) + 1;
    const wait = last === null ? 0 : message.createdAt.getTime() - last.createdAt.getTime();
    if (last !== null && last.senderId !== message.senderId && wait >= 0 && wait <= DAY_MS) {
      waits += wait;
      answers += 1;
    }
    last = message;
  }
  return Object.freeze<ChatStatistics>({
    messageCount: count,
    ownMessageCount: own,
    unsentCount: unsent,
    messagesByUser: Object.freeze(byUser),
    participantCount: chat?.memberCount ?? 0,
    onlineCount: online.length,
    unreadCount: chat?.unreadCount ?? 0,
    lastActivityAt: chat?.lastActivityAt ?? null,
    averageResponseMs: answers === 0 ? null : waits / answers,
  });
}
