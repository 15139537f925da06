/** What the customer's samples take for granted: names of the page they stand in. */
import type { MessageData, UserPresence } from '@samtale/react';

export { MessageBubble, MessageComposer } from '@samtale/react/ui';

export const chatId = 'matte';

export const messageData: MessageData = { chatId, content: 'Er du der?' };

export const user = { id: 'ingrid' };

export function getStatusColor(status: UserPresence['status']): string {
  return { online: 'green', away: 'yellow', busy: 'red', offline: 'grey' }[status];
}
