/** What may be done with a message, by whose it is and how it stands. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../types';
import { actionOfKey, actionsFor } from './actions';

const here = { isOwn: true, readOnly: false, canReply: true, canEdit: true, canOpenThread: true };
const message = (change: Partial<Message> = {}): Message => ({
  id: 'm',
  chatId: 'c',
  senderId: 'me',
  senderName: 'Meg',
  senderAvatarUrl: null,
  kind: 'text',
  content: 'Hei',
  createdAt: new Date(0),
  editedAt: null,
  deletedAt: null,
  isOwn: true,
  status: 'sent',
  problem: null,
  expired: false,
  change: null,
  replyTo: null,
  replyToId: null,
  threadRootId: null,
  threadCount: 0,
  reactions: [],
  seq: 1,
  ...change,
});

describe('what can be done with a message', () => {
  it.each([
    ['an own one', message(), here, ['reply', 'react', 'thread', 'copy', 'edit', 'delete']],
    ["another's", message(), { ...here, isOwn: false }, ['reply', 'react', 'thread', 'copy']],
    ['to one who only reads', message(), { ...here, readOnly: true }, ['copy']],
    ['one in a thread', message({ threadRootId: 'r' }), here, ['reply', 'react', 'copy', 'edit', 'delete']],
    [
      'one that is on its way',
      message({ seq: 0, status: 'sending' }),
      here,
      ['reply', 'copy', 'edit', 'discard'],
    ],
    ['one that failed', message({ seq: 0, status: 'failed' }), here, ['retry', 'copy', 'discard']],
    ['a deleted one', message({ deletedAt: new Date(0) }), here, []],
    ['a deleted one with a thread', message({ deletedAt: new Date(0), threadCount: 2 }), here, ['thread']],
    ['what the system says', message({ kind: 'system' }), here, []],
    [
      'one without a composer',
      message(),
      { ...here, canReply: false, canEdit: false, canOpenThread: false },
      ['react', 'copy', 'delete'],
    ],
  ])('%s', (_, subject, place, actions) => {
    expect(actionsFor(subject, place)).toEqual(actions);
  });

  it('by keys', () => {
    const key = (name: string, change = {}) =>
      actionOfKey({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...change });
    expect(key('F10', { shiftKey: true })).toBe('menu');
    expect(key('ContextMenu')).toBe('menu');
    expect(key('r')).toBe('reply');
    expect(key('E')).toBe('edit');
    expect(key('c', { ctrlKey: true })).toBe('copy');
    expect(key('r', { ctrlKey: true })).toBeNull();
    expect(key('x')).toBeNull();
  });
});
