/** How high a row will be, about: good guesses keep the scrollbar calm. */
import type { Message } from '../../types';
import { countLoneEmoji } from '../message-bubble/emoji-only';
import { describeRow, type RowContext } from './rows';

const LINE_PX = 21;
const BUBBLE_PX = 14;
const EMOJI_PX = 60;
const CHARACTERS_A_LINE = 62;

/** Estimates are asked for by the thousand, and depend on a message and the one before it. */
const known = new WeakMap<Message, { before: Message | undefined; group: boolean; height: number }>();

/** Returns the height of a row in pixels, before it has been measured. */
export function estimateHeight(messages: readonly Message[], index: number, group: boolean): number {
  const message = messages[index];
  if (message === undefined) return LINE_PX + BUBBLE_PX;
  const before = messages[index - 1];
  const remembered = known.get(message);
  if (remembered !== undefined && remembered.before === before && remembered.group === group)
    return remembered.height;
  const context: RowContext = { group, hasOlder: true, unreadId: null, newestOwnId: null };
  const row = describeRow(messages, index, context);
  const height =
    (row.position === 'single' || row.position === 'first' ? 12 : 2) +
    (row.day === null ? 0 : 42) +
    (row.showName ? 20 : 0) +
    bodyHeight(message);
  known.set(message, { before, group, height });
  return height;
}

function bodyHeight(message: Message): number {
  if (message.kind === 'system') return 26;
  const { content } = message;
  if (content.length <= 12 && message.replyToId === null && countLoneEmoji(content) > 0) return EMOJI_PX;
  let lines = 0;
  for (const line of content.split('\n')) lines += Math.max(1, Math.ceil(line.length / CHARACTERS_A_LINE));
  return (
    BUBBLE_PX +
    lines * LINE_PX +
    (message.replyToId === null ? 0 : 50) +
    (message.reactions.length === 0 ? 0 : 24) +
    (message.status === 'failed' ? 32 : 0)
  );
}
