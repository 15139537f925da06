/** What can be done with a message: by its state, whose it is, and what the place it stands in offers. */
import type { Message } from '../../types';

/** A thing to do with a message. */
export type MessageAction =
  | 'retry'
  | 'reply'
  | 'react'
  | 'thread'
  | 'copy'
  | 'edit'
  | 'delete'
  /** Gives up what was never sent. */
  | 'discard';

/** What the place offers. */
export interface ActionPlace {
  isOwn: boolean;
  /** Whether one may only read here. */
  readOnly: boolean;
  /** Whether there is a composer that takes a reply or an edit. */
  canReply: boolean;
  canEdit: boolean;
  /** Whether threads can be opened. */
  canOpenThread: boolean;
}

/** Returns what can be done, in the order of the menu. */
export function actionsFor(message: Message, place: ActionPlace): readonly MessageAction[] {
  if (message.deletedAt !== null || message.kind === 'system') {
    return message.threadCount > 0 && place.canOpenThread ? ['thread'] : [];
  }
  if (message.status === 'failed') return ['retry', 'copy', 'discard'];
  const write = !place.readOnly;
  const sent = message.seq > 0;
  const actions: [MessageAction, boolean][] = [
    ['reply', write && place.canReply],
    ['react', write && sent],
    [
      'thread',
      sent && place.canOpenThread && message.threadRootId === null && (write || message.threadCount > 0),
    ],
    ['copy', true],
    ['edit', write && place.isOwn && place.canEdit],
    ['delete', write && place.isOwn && sent],
    ['discard', place.isOwn && !sent],
  ];
  return actions.filter(([, possible]) => possible).map(([action]) => action);
}

/** The keys that do a thing with the message that has the focus; null where they do nothing. */
export function actionOfKey(event: {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}): MessageAction | 'menu' | null {
  const { key } = event;
  if (key === 'ContextMenu' || (key === 'F10' && event.shiftKey)) return 'menu';
  if (event.altKey || event.shiftKey) return null;
  if (event.ctrlKey || event.metaKey) return key.toLowerCase() === 'c' ? 'copy' : null;
  switch (key.toLowerCase()) {
    case 'enter':
      return 'menu';
    case 'r':
      return 'reply';
    case 'e':
      return 'edit';
    case 't':
      return 'thread';
    case '+':
      return 'react';
    case 'delete':
      return 'delete';
    default:
      return null;
  }
}
