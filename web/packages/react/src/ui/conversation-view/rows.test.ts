/** Groups, days and the unread line, from messages to rows. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../types';
import { findArrivals } from './arrivals';
import { findFailed } from './failed-banner';
import { countUnreadHere, describeRow, findFirstUnread, findNewestOwn, type RowContext } from './rows';

const start = Date.parse('2026-03-03T12:00:00Z');
let made = 0;

/** A message `minutes` after noon, from `senderId`. */
function said(senderId: string, minutes: number, change: Partial<Message> = {}): Message {
  made += 1;
  return {
    id: `m${made}`,
    chatId: 'c',
    senderId,
    senderName: senderId,
    senderAvatarUrl: null,
    kind: 'text',
    content: 'Hei',
    createdAt: new Date(start + minutes * 60_000),
    editedAt: null,
    deletedAt: null,
    isOwn: senderId === 'me',
    status: 'sent',
    problem: null,
    expired: false,
    change: null,
    replyTo: null,
    replyToId: null,
    threadRootId: null,
    threadCount: 0,
    reactions: [],
    seq: made,
    ...change,
  };
}

const pair: RowContext = { group: false, hasOlder: false, unreadId: null, newestOwnId: null };
const rows = (messages: readonly Message[], context: RowContext = pair) =>
  messages.map((_, index) => describeRow(messages, index, context));
const positions = (messages: readonly Message[], context?: RowContext) =>
  rows(messages, context).map((row) => row.position);

describe('groups', () => {
  it('join one sender within five minutes', () => {
    expect(positions([said('kari', 0), said('kari', 4), said('kari', 8), said('me', 9)])).toEqual([
      'first',
      'middle',
      'last',
      'single',
    ]);
  });

  it('end after five minutes', () => {
    expect(positions([said('kari', 0), said('kari', 5)])).toEqual(['single', 'single']);
  });

  it('end at midnight in Norway', () => {
    const late = Date.parse('2026-03-03T22:58:00Z');
    const messages = [0, 1, 2, 3].map((minutes) =>
      said('kari', 0, { createdAt: new Date(late + minutes * 60_000) }),
    );
    expect(positions(messages)).toEqual(['first', 'last', 'first', 'last']);
    expect(rows(messages).map((row) => row.day)).toEqual(['2026-03-03', null, '2026-03-04', null]);
  });

  it('end at the unread line and at what the system says', () => {
    const messages = [said('kari', 0), said('kari', 1), said('kari', 2, { kind: 'system' }), said('kari', 3)];
    expect(positions(messages, { ...pair, unreadId: messages[1]?.id ?? '' })).toEqual([
      'single',
      'single',
      'single',
      'single',
    ]);
  });

  it('have the name at the first and the picture at the last, in groups of people', () => {
    const messages = [said('kari', 0), said('kari', 1), said('me', 2)];
    expect(rows(messages, { ...pair, group: true }).map((row) => [row.showName, row.showAvatar])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
    expect(rows(messages).some((row) => row.showName || row.showAvatar)).toBe(false);
  });
});

describe('the day of the first message', () => {
  it('is told at the beginning, and not where the day may have begun before', () => {
    const messages = [said('kari', 0)];
    expect(rows(messages)[0]?.day).toBe('2026-03-03');
    expect(rows(messages, { ...pair, hasOlder: true })[0]?.day).toBeNull();
  });
});

describe('a row', () => {
  it('depends on its neighbours alone, however many there are', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => said(index % 3 ? 'kari' : 'me', index));
    const asked: string[] = [];
    const watched = new Proxy(many, {
      get(target, key) {
        if (typeof key === 'string') asked.push(key);
        return Reflect.get(target, key);
      },
    });
    describeRow(watched, 50_000, pair);
    expect(asked).toEqual(['50000', '49999', '50001']);
  });

  it('that is not there is an error', () => {
    expect(() => describeRow([], 0, pair)).toThrow(RangeError);
  });
});

describe('the newest own message', () => {
  it('is one that has left and stands', () => {
    const mine = said('me', 0);
    expect(findNewestOwn([mine, said('me', 1, { status: 'failed' }), said('kari', 2)])).toBe(mine.id);
    expect(findNewestOwn([said('kari', 0)])).toBeNull();
  });
});

describe('the unread line', () => {
  it('stands above the first unread message of others', () => {
    const [a, b, c, d] = [said('kari', 0), said('kari', 1), said('me', 2), said('kari', 3)];
    expect(findFirstUnread([a, b, c, d], 2)).toBe(b.id);
    expect(findFirstUnread([a, b, c, d], 0)).toBeNull();
    expect(findFirstUnread([a, b, c, d], 40)).toBe(a.id);
    expect(countUnreadHere([a, b, c, d], 40)).toBe(3);
  });

  it('passes over what was deleted', () => {
    const gone = said('kari', 1, { deletedAt: new Date(start) });
    const kept = said('kari', 0);
    expect(findFirstUnread([kept, gone], 1)).toBe(kept.id);
  });
});

describe('arrivals', () => {
  const [a, b, c] = [said('kari', 0), said('kari', 1), said('me', 2, { seq: 0, status: 'sending' })];
  const arrived = said('kari', 3);

  it('come at the end, or before what is unsent', () => {
    expect(findArrivals([a, b], [a, b, arrived])).toEqual([arrived]);
    expect(findArrivals([a, c], [a, arrived, c])).toEqual([arrived]);
  });

  it('are neither history, nor another list', () => {
    expect(findArrivals([b], [a, b])).toEqual([]);
    expect(findArrivals([a, b], [arrived])).toEqual([]);
    expect(findArrivals([a, b], [a])).toEqual([]);
  });
});

describe('what failed', () => {
  it('is looked for among the unsent, without those that wait for an answer', () => {
    const failed = said('me', 1, { seq: 0, status: 'failed' });
    const stale = said('me', 2, { seq: 0, status: 'failed', expired: true });
    expect(
      findFailed([said('kari', 0), failed, stale, said('me', 3, { seq: 0, status: 'sending' })]),
    ).toEqual([failed]);
  });
});
