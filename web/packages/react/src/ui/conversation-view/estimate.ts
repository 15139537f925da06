/** How high a row will be, about: good guesses keep the scrollbar calm. */
import type { Message } from '../../types';

const LINE_PX = 21;
const PADDING_PX = 20;
const CHARACTERS_A_LINE = 62;

/** Returns the height of a message's row in pixels, before it has been measured. */
export function estimateHeight(message: Message | undefined): number {
  if (message === undefined) return LINE_PX + PADDING_PX;
  const lines = Math.ceil((message.content.length + 8) / CHARACTERS_A_LINE);
  return (
    PADDING_PX +
    lines * LINE_PX +
    (message.replyToId === null ? 0 : 50) +
    (message.reactions.length === 0 ? 0 : 22) +
    (message.status === 'failed' ? 32 : 0)
  );
}
