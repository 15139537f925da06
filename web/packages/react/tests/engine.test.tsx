/** The hooks over the real engine and a mock socket: what a person sees of a send, a loss and a return. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@samtale/client';
import { createMockServer, type MockServer } from '@samtale/client/testing';
import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { useChats, useRealtimeChat, useRealtimeConnection } from '../src';
import { below } from './world';

const WASM = fileURLToPath(`${import.meta.url}/../../../client/src/wasm/samtale.wasm`);
const CHAT = '0198c1de-0000-7000-8000-000000000001';

const clients: Client[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.destroy()));
});

function connect(server: MockServer): Client {
  const client = createClient({
    url: 'http://mock.test',
    userId: server.userId,
    getToken: () => server.token(),
    wasm: readFileSync(WASM),
    hosts: { socket: server.socket, http: server.http },
  });
  clients.push(client);
  return client;
}

/** Waits until something is so, with what React does meanwhile. */
async function until(check: () => void): Promise<void> {
  await act(async () => {
    await vi.waitFor(check, { timeout: 20_000, interval: 20 });
  });
}

test('a conversation: join, send, hear, lose the connection, and send what waited', async () => {
  const server = createMockServer({
    chats: [
      {
        id: CHAT,
        title: 'Matte',
        participants: ['jonas'],
        messages: [{ senderId: 'jonas', content: 'Hei' }],
      },
    ],
  });
  const client = connect(server);
  const { result } = renderHook(
    () => {
      const { messages, loading, sendMessage } = useRealtimeChat({ chatId: CHAT });
      const { connectionState } = useRealtimeConnection({ heartbeatInterval: 20_000, maxRetries: 9 });
      const { chats } = useChats();
      return { messages, loading, sendMessage, connectionState, chats };
    },
    { wrapper: below(client) },
  );
  const words = () => result.current.messages.map(({ content, status }) => `${content}: ${status}`);
  expect(result.current).toMatchObject({ loading: true, connectionState: 'idle', chats: [] });

  await until(() => expect(words()).toEqual(['Hei: delivered']));
  expect(result.current.connectionState).toBe('connected');
  expect(result.current.chats.map(({ name }) => name)).toEqual(['Matte']);

  let sent: unknown;
  await act(async () => {
    void result.current.sendMessage('Hei på deg').then((given) => {
      sent = given;
    });
  });
  expect(words()[1]).toMatch(/^Hei på deg: /);
  await until(() => expect(sent).toMatchObject({ status: 'sent' }));

  server.reachable = false;
  await act(async () => server.drop());
  await until(() => expect(result.current.connectionState).toBe('reconnecting'));
  await act(async () => void result.current.sendMessage('Uten nett'));
  expect(words()[2]).toBe('Uten nett: sending');
  expect(result.current.loading).toBe(false);

  server.reachable = true;
  await act(async () => client.reconnect());
  await until(() => expect(words()[2]).toMatch(/^Uten nett: (?:sent|delivered|read)$/));
  expect(server.messages(CHAT).map(({ content }) => content)).toEqual(['Hei', 'Hei på deg', 'Uten nett']);
});
