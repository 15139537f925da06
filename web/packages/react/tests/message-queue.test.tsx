/** The customer's `MessageQueue`, over the fake client. */
import { expect, test } from 'vitest';
import { MessageQueue, type MessageQueueEvents } from '../src';
import { CHAT, settle, someChat } from './world';

const TYPES = ['added', 'sending', 'sent', 'failed', 'retry', 'cancelled', 'drained'] as const;

/** Notes what a queue tells. */
function listen(queue: MessageQueue): string[] {
  const heard: string[] = [];
  for (const type of TYPES) {
    queue.on(type, (event: MessageQueueEvents[typeof type]) => {
      heard.push(event?.code ? `${type} ${event.code}` : type);
    });
  }
  return heard;
}

test('a message has its id at once, and keeps it', async () => {
  const client = someChat({ acknowledge: 'manual' });
  const queue = new MessageQueue({ client, maxRetries: 3, persistToStorage: true, batchSize: 5 });
  const heard = listen(queue);
  const id = queue.addMessage({ chatId: CHAT, content: 'Hei' });
  expect(queue.size).toBe(1);
  expect(queue.pending[0]).toMatchObject({ id, chatId: CHAT });
  await settle(() => client.world.acknowledge(id));
  const [last] = client.timeline(CHAT).getSnapshot().entries.slice(-1);
  expect(last?.message).toMatchObject({ id, content: 'Hei' });
  expect(queue.size).toBe(0);
  expect(heard.filter((type) => type !== 'sending')).toEqual(['added', 'sent', 'drained']);
  expect(client.world.commands).toContainEqual(
    expect.objectContaining({ command: 'send', id, maxRetries: 3, persist: true }),
  );
});

test('what is refused waits for a retry, or is given up', async () => {
  const client = someChat({ acknowledge: 'manual' });
  const queue = new MessageQueue({ client, chatId: CHAT });
  const heard = listen(queue);
  const id = queue.addMessage({ content: 'Nei' });
  await settle(() => client.world.refuse(id, 'forbidden'));
  expect(queue.failed).toMatchObject([{ id, status: 'failed', code: 'forbidden' }]);
  expect(heard).toContain('failed forbidden');
  await settle(() => queue.retryAll());
  expect(queue.pending).toHaveLength(1);
  await settle(() => client.world.refuse(id, 'blocked'));
  await settle(() => queue.remove(id));
  expect(queue.size).toBe(0);
  expect(heard.at(-1)).toBe('cancelled');
});

test('what can’t be queued at all fails by its code', async () => {
  const client = someChat();
  const queue = new MessageQueue({ client, chatId: CHAT });
  const heard = listen(queue);
  queue.addMessage({ content: '   ' });
  await settle();
  expect(heard).toContain('failed content_empty');
  expect(queue.size).toBe(0);
});

test('offline it waits, and a queue of another page sees it too', async () => {
  const client = someChat();
  client.connect();
  client.world.setOffline();
  const queue = new MessageQueue({ client, chatId: CHAT });
  const ids = ['En', 'To', 'Tre'].map((content) => queue.addMessage({ content }));
  expect(queue.pending.map(({ id }) => id)).toEqual(ids);
  queue.destroy();
  const later = new MessageQueue({ client, chatId: CHAT });
  expect(later.pending.map(({ id }) => id)).toEqual(ids);
  const heard = listen(later);
  await settle(() => client.world.setOnline());
  expect(later.size).toBe(0);
  expect(heard.filter((type) => type === 'sent')).toHaveLength(3);
  expect(heard.filter((type) => type === 'drained')).toHaveLength(1);
  later.clear();
});

test('it says what it lacks', () => {
  const queue = new MessageQueue({ client: someChat() });
  expect(() => queue.addMessage({ content: 'Hvor?' })).toThrow(/say which chat/);
});
