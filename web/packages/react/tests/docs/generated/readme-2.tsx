import { MessageQueue } from '@samtale/react';

export function remind(chatId: string) {
  const queue = new MessageQueue({ maxRetries: 3, persistToStorage: true, batchSize: 5 });
  queue.on('failed', ({ id, code }) => console.warn(id, code));
  return queue.addMessage({ chatId, content: 'Husk timen i morgen.' });
}
