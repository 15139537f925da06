/**
 * Where each message stands: in which group, under which day, beneath the unread line.
 *
 * A row is described by its message and its two neighbours alone, and only when it is on screen. So a
 * list of a hundred thousand costs no more than what is seen of it, and a change of one message
 * describes three rows anew.
 */
import type { Message } from '../../types';

/** A message's place in its group. */
export type GroupPosition = 'single' | 'first' | 'middle' | 'last';

/** A row of the list, beside the message itself: primitives, so that a row renders only when they change. */
export interface Row {
  readonly position: GroupPosition;
  /** The day that begins with this row, "2026-11-22"; null where it goes on. */
  readonly day: string | null;
  /** Whether the unread line stands above it. */
  readonly unreadLine: boolean;
  /** Whether the sender's name stands above it: groups of people, the first of a group. */
  readonly showName: boolean;
  /** Whether the sender's picture stands by it: groups of people, the last of a group. */
  readonly showAvatar: boolean;
  /** Whether "Levert" or "Lest" stands under it in words: the newest own one. */
  readonly showStatus: boolean;
}

/** What rows depend on, beside the messages. */
export interface RowContext {
  /** Whether more than two people take part, so that names are needed. */
  readonly group: boolean;
  /** Whether older messages exist: then the first row's day has perhaps begun before it. */
  readonly hasOlder: boolean;
  /** The message above which the unread line stands. */
  readonly unreadId: string | null;
  /** The newest own message. */
  readonly newestOwnId: string | null;
}

/** Messages of one sender that are further apart than this are not one group. */
const GROUP_MS = 5 * 60_000;

const oslo = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Oslo',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

const days = new WeakMap<Date, string>();

/** Returns the day of a moment in Norway: "2026-11-22". */
export function dayOf(date: Date): string {
  let day = days.get(date);
  if (day === undefined) {
    day = oslo.format(date);
    days.set(date, day);
  }
  return day;
}

/** Describes the row of `messages[index]`. */
export function describeRow(messages: readonly Message[], index: number, context: RowContext): Row {
  const message = messages[index];
  if (message === undefined) throw new RangeError(`no message ${index} of ${messages.length}`);
  const before = messages[index - 1];
  const after = messages[index + 1];
  const joinsBefore = before !== undefined && areGrouped(before, message, context);
  const joinsAfter = after !== undefined && areGrouped(message, after, context);
  const named = context.group && !message.isOwn && message.kind !== 'system';
  const newDay =
    before === undefined ? !context.hasOlder : dayOf(before.createdAt) !== dayOf(message.createdAt);
  return {
    position: joinsBefore ? (joinsAfter ? 'middle' : 'last') : joinsAfter ? 'first' : 'single',
    day: newDay ? dayOf(message.createdAt) : null,
    unreadLine: message.id === context.unreadId,
    showName: named && !joinsBefore,
    showAvatar: named && !joinsAfter,
    showStatus: message.id === context.newestOwnId,
  };
}

/** Whether `later` follows `earlier` closely: same sender, same day, within five minutes, no line between. */
function areGrouped(earlier: Message, later: Message, context: RowContext): boolean {
  return (
    earlier.senderId === later.senderId &&
    earlier.kind !== 'system' &&
    later.kind !== 'system' &&
    later.id !== context.unreadId &&
    later.createdAt.getTime() - earlier.createdAt.getTime() < GROUP_MS &&
    dayOf(earlier.createdAt) === dayOf(later.createdAt)
  );
}

/** Returns the newest own message that has left; one that failed says so itself. */
export function findNewestOwn(messages: readonly Message[]): string | null {
  // Almost always among the last few; a chat in which one never writes is not searched to its beginning.
  for (let index = messages.length - 1; index >= Math.max(0, messages.length - 200); index -= 1) {
    const message = messages[index];
    if (
      message?.isOwn &&
      message.kind !== 'system' &&
      message.deletedAt === null &&
      message.status !== 'failed'
    ) {
      return message.id;
    }
  }
  return null;
}

/**
 * Returns the first of the `unread` newest messages of others: the line stands above it. Null where there
 * are none; where more are unread than are here, the oldest.
 */
export function findFirstUnread(messages: readonly Message[], unread: number): string | null {
  let left = unread;
  let found: string | null = null;
  for (let index = messages.length - 1; index >= 0 && left > 0; index -= 1) {
    const message = messages[index];
    if (message === undefined || message.isOwn || message.deletedAt !== null) continue;
    found = message.id;
    left -= 1;
  }
  return found;
}

/** Returns how many messages at the end of `next` are new, where `last` was the newest before; 0 where `last` is gone. */
export function countArrived(next: readonly Message[], last: string | null): number {
  if (last === null) return 0;
  for (let index = next.length - 1; index >= Math.max(0, next.length - 500); index -= 1) {
    if (next[index]?.id === last) return next.length - 1 - index;
  }
  return 0;
}

/** Returns how many of the `unread` newest messages of others are here. */
export function countUnreadHere(messages: readonly Message[], unread: number): number {
  let here = 0;
  for (let index = messages.length - 1; index >= 0 && here < unread; index -= 1) {
    const message = messages[index];
    if (message !== undefined && !message.isOwn && message.deletedAt === null) here += 1;
  }
  return here;
}
