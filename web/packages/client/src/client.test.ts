/** The real engine in Node, against a server in the same process: what a client does for a person. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Client, ClientOptions, Hosts, StorageArea, StorageHost } from './api';
import { createClient } from './client';
import { memoryArea } from './hosts/areas';
import { defaultTabs } from './hosts/tabs';
import { createMockServer, type MockServer } from './testing';

const clients: Client[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.destroy()));
});

/** A store that outlives its clients, as a database does. */
function disk(): { host: StorageHost; records: Map<string, Uint8Array> } {
  const records = new Map<string, Uint8Array>();
  return { records, host: async () => memoryArea(records) };
}

function connect(
  server: MockServer,
  hosts: Partial<Hosts> = {},
  options: Partial<ClientOptions> = {},
): Client {
  const client = createClient({
    url: 'http://mock.test',
    userId: server.userId,
    getToken: () => server.token(),
    hosts: { socket: server.socket, http: server.http, ...hosts },
    ...options,
  });
  clients.push(client);
  return client;
}

/** Waits until something is so. */
function until(test: () => unknown): Promise<void> {
  return vi.waitFor(() => expect(test()).toBeTruthy(), { timeout: 20_000, interval: 10 });
}

const words = (client: Client, chat: string) =>
  client
    .timeline(chat)
    .getSnapshot()
    .entries.map(({ message }) => message.content);

describe('a client', () => {
  it('does nothing before it is asked, then joins, sends and hears the answer', async () => {
    const server = createMockServer({ chats: [{ messages: [{ senderId: 'jonas', content: 'Hei' }] }] });
    const client = connect(server);
    expect(client.startup.getSnapshot().state).toBe('idle');
    expect(client.connection.getSnapshot()).toBe(client.connection.getServerSnapshot());
    expect(server.opened).toBe(0);

    const stop = client.chats.subscribe(() => {});
    await until(() => client.connection.getSnapshot().state === 'connected');
    const [item] = client.chats.getSnapshot().items;
    if (item === undefined) throw new Error('the chat is not listed');
    const close = client.openChat(item.id);
    await until(() => client.timeline(item.id).getSnapshot().entries.length === 1);

    const { id, done } = client.send(item.id, 'Hei på deg');
    expect(words(client, item.id)).toEqual(['Hei', 'Hei på deg']);
    await expect(done).resolves.toEqual({ id, status: 'sent' });
    expect(server.messages(item.id).map((message) => message.id)).toContain(id);
    server.receive(item.id, { senderId: 'jonas', content: 'Takk' });
    await until(() => words(client, item.id).at(-1) === 'Takk');
    const socket = [...server.sockets][0];
    expect(socket?.protocols[0]).toBe('phoenix');
    expect(socket?.url).toMatch(/^ws:\/\/mock\.test\/realtime/);
    close();
    stop();
  });

  it('gives final ids before the engine is there, and keeps the order', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    const client = connect(server);
    const sends = ['1', '2', '3'].map((content) => client.send(chat, content));
    expect(client.startup.getSnapshot().state).toBe('loading');
    await Promise.all(sends.map(({ done }) => done));
    await until(() => server.messages(chat).length === 3);
    expect(server.messages(chat).map(({ id }) => id)).toEqual(sends.map(({ id }) => id));
  });

  it('keeps what is sent offline for the next client on the same store, which sends it once', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    server.reachable = false;
    const { host, records } = disk();
    const first = connect(server, { storage: host });
    const sends = Array.from({ length: 10 }, (_, at) => first.send(chat, `${at}`));
    const kept = await Promise.all(sends.map(({ done }) => done));
    expect(kept.every(({ status }) => status === 'sending')).toBe(true);
    await first.destroy();
    expect([...records.keys()].filter((key) => /^tab\/.*outbox/.test(key))).toHaveLength(10);

    const second = connect(server, { storage: host });
    const stop = second.timeline(chat).subscribe(() => {});
    await until(() => words(second, chat).length === 10);
    server.reachable = true;
    second.reconnect();
    await until(() => server.messages(chat).length === 10);
    expect(server.messages(chat).map(({ id }) => id)).toEqual(sends.map(({ id }) => id));
    await until(() => second.outbox.getSnapshot().items.length === 0);
    await until(() => ![...records.keys()].some((key) => key.includes('outbox')));
    stop();
  });

  it('shows the last state from the store without a connection', async () => {
    const server = createMockServer({ chats: [{ messages: [{ senderId: 'jonas', content: 'Husk boka' }] }] });
    const { host } = disk();
    const first = connect(server, { storage: host });
    const stop = first.chats.subscribe(() => {});
    await until(() => first.chats.getSnapshot().items.length === 1);
    const chat = first.chats.getSnapshot().items[0]?.id ?? '';
    first.openChat(chat);
    await until(() => words(first, chat).length === 1);
    stop();
    await first.destroy();

    server.reachable = false;
    const second = connect(server, { storage: host });
    second.chats.subscribe(() => {});
    second.openChat(chat);
    await until(() => words(second, chat)[0] === 'Husk boka');
    expect(second.timeline(chat).getSnapshot().loading).toBe(false);
    expect(second.chats.getSnapshot()).toMatchObject({ loading: false, items: [{ id: chat }] });
  });

  it('rejects what the server refuses, and sends it when asked again', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    const client = connect(server);
    client.openChat(chat);
    await until(() => client.connection.getSnapshot().state === 'connected');
    server.refusal = 'forbidden';
    const { id, done } = client.send(chat, 'Hei');
    await expect(done).rejects.toMatchObject({ name: 'ClientError', code: 'forbidden' });
    const [entry] = client.timeline(chat).getSnapshot().entries;
    expect(entry?.state).toEqual({ status: 'failed', code: 'forbidden' });
    server.refusal = null;
    await client.retry(id);
    expect(server.messages(chat).map((message) => message.id)).toEqual([id]);
    await expect(client.send(chat, '  ').done).rejects.toMatchObject({ code: 'content_empty' });
    await expect(client.edit(chat, id, 'Hallo')).resolves.toBeUndefined();
    await until(() => words(client, chat)[0] === 'Hallo');
    await client.deleteMessage(chat, id);
    expect(client.timeline(chat).getSnapshot().entries[0]?.message.deletedAt).toBeTypeOf('number');
  });

  it('keeps the identity of what did not change', async () => {
    const server = createMockServer();
    const said = { senderId: 'jonas', content: 'Hei' };
    const chat = server.addChat({ messages: [said, said] });
    const other = server.addChat({ messages: [said] });
    const client = connect(server);
    client.openChat(chat);
    client.openChat(other);
    await until(() => words(client, chat).length === 2 && words(client, other).length === 1);
    const before = client.timeline(chat).getSnapshot();
    const items = client.chats.getSnapshot().items;
    const quiet = client.timeline(other).getSnapshot();
    const onQuiet = vi.fn();
    client.timeline(other).subscribe(onQuiet);
    server.receive(chat, said);
    await until(() => words(client, chat).length === 3);
    const after = client.timeline(chat).getSnapshot();
    expect(after.entries.slice(0, 2)).toEqual(before.entries);
    expect(after.entries[0]).toBe(before.entries[0]);
    expect(client.timeline(other).getSnapshot()).toBe(quiet);
    expect(onQuiet).not.toHaveBeenCalled();
    const kept = client.chats.getSnapshot().items.find(({ id }) => id === other);
    expect(kept).toBe(items.find(({ id }) => id === other));
    expect(client.chat(chat)).toBe(client.chat(chat));
    expect(Object.isFrozen(after.entries[0]?.message)).toBe(true);
  });

  it('loads older pages and goes to a message far back', async () => {
    const server = createMockServer();
    const messages = Array.from({ length: 470 }, (_, at) => ({ senderId: 'jonas', content: `${at}` }));
    const chat = server.addChat({ messages });
    const client = connect(server);
    client.openChat(chat);
    await until(() => words(client, chat).length === 50);
    expect(client.timeline(chat).getSnapshot().hasOlder).toBe(true);
    await client.loadOlder(chat, 80);
    expect(words(client, chat)).toHaveLength(130);
    const far = server.messages(chat)[3]?.id ?? '';
    expect(await client.revealMessage(chat, far)).toBe(true);
    const shown = client
      .timeline(chat)
      .getSnapshot()
      .entries.map(({ message }) => message.id);
    expect(shown).toContain(far);
    expect(shown).toEqual(
      server
        .messages(chat)
        .slice(-shown.length)
        .map(({ id }) => id),
    );
    expect(await client.revealMessage(chat, '01890000-0000-7000-8000-000000000000')).toBe(false);
  });

  it('goes to a message far back before there is a connection, and where the line drops meanwhile', async () => {
    const server = createMockServer();
    const messages = Array.from({ length: 470 }, (_, at) => ({ senderId: 'jonas', content: `${at}` }));
    const chat = server.addChat({ messages });
    const far = server.messages(chat)[0]?.id ?? '';
    const { host } = disk();
    const first = connect(server, { storage: host });
    first.openChat(chat);
    await until(() => words(first, chat).length === 50);
    await first.destroy();

    // The store knows the newest; the rest is with a server that is out of reach for a moment.
    server.reachable = false;
    const second = connect(server, { storage: host });
    second.openChat(chat);
    const found = second.revealMessage(chat, far);
    await until(() => words(second, chat).length > 0 && server.opened > 1);
    server.reachable = true;
    second.reconnect();
    await until(() => server.count('history') > 0);
    server.drop();
    expect(await found).toBe(true);
    expect(words(second, chat)[0]).toBe('0');
    expect(await second.revealMessage(chat, '01890000-0000-7000-8000-000000000000')).toBe(false);
    second.disconnect();
    expect(await second.revealMessage(chat, '01890000-0000-7000-8000-000000000001')).toBe(false);
  });

  it('goes back to the connection it lost', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    const client = connect(server);
    client.openChat(chat);
    await until(() => client.connection.getSnapshot().state === 'connected');
    server.answers = false;
    const { done } = client.send(chat, 'underveis');
    await until(() => server.count('ops') === 1);
    server.drop();
    await expect(done).resolves.toMatchObject({ status: 'sending' });
    server.answers = true;
    client.reconnect();
    await until(() => server.messages(chat).length === 1);
    await until(() => client.outbox.getSnapshot().items.length === 0);
    expect(server.messages(chat)).toHaveLength(1);
  });
});

describe('when to be connected', () => {
  it('connects to send, though nobody watches, and lingers', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    const client = connect(server);
    client.openChat(chat)();
    await client.send(chat, 'Hei').done;
    await client.send(chat, 'igjen').done;
    expect(server.opened).toBe(1);
    await until(() => server.sockets.size === 0);
    const made = client.createChat({ title: 'Ny', participants: [{ userId: 'jonas', role: 'student' }] });
    await made.done;
    await until(() => client.chat(made.id).getSnapshot()?.chat?.title === 'Ny');
    expect(server.opened).toBe(2);
  });

  it('stays away while it is told to, and comes when it is told to', async () => {
    const server = createMockServer();
    const client = connect(server);
    client.disconnect();
    const stop = client.connection.subscribe(() => {});
    await until(() => client.startup.getSnapshot().state === 'ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.opened).toBe(0);
    client.connect();
    await until(() => server.sockets.size === 1);
    client.disconnect();
    await until(() => server.sockets.size === 0);
    stop();
  });
});

describe('what goes wrong', () => {
  it('fails for good, and says so, where the engine does not load', async () => {
    const server = createMockServer();
    const client = connect(server, {}, { wasm: new Uint8Array([1, 2, 3]) });
    const { done } = client.send('a', 'Hei');
    await expect(done).rejects.toMatchObject({ code: 'engine_failed' });
    expect(client.startup.getSnapshot()).toMatchObject({ state: 'failed', error: expect.any(Error) });
    expect(client.connection.getSnapshot().state).toBe('failed');
    expect(client.chats.getSnapshot().loading).toBe(false);
    expect(client.timeline('a').getSnapshot().loading).toBe(false);
    await expect(client.edit('a', 'b', 'c')).rejects.toMatchObject({ code: 'engine_failed' });
  });

  it('loads the engine again when asked to reconnect', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    let fails = true;
    const client = connect(server, {
      tabs: (name) => (fails ? Promise.reject(new Error('not now')) : defaultTabs(name)),
    });
    const close = client.openChat(chat);
    await until(() => client.startup.getSnapshot().state === 'failed');
    fails = false;
    client.reconnect();
    expect(client.startup.getSnapshot().state).toBe('loading');
    expect(client.connection.getSnapshot().state).toBe('idle');
    await until(() => client.connection.getSnapshot().state === 'connected');
    await expect(client.send(chat, 'Hei').done).resolves.toMatchObject({ status: 'sent' });
    close();
  });

  it('says at once that what is no id is no chat', async () => {
    const client = connect(createMockServer());
    const close = client.openChat('nonsense');
    await until(() => client.chat('nonsense').getSnapshot()?.error === 'not_found');
    expect(client.timeline('nonsense').getSnapshot()).toMatchObject({ entries: [], loading: false });
    client.openChat('nonsense')();
    close();
    expect(client.startup.getSnapshot().state).toBe('ready');
  });

  it('refuses a setting that can’t be, and keeps those before it', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    const client = connect(server);
    const told = vi.fn();
    client.onEvent(told);
    client.configure({ heartbeatIntervalMs: 0 });
    client.openChat(chat);
    await until(() => client.connection.getSnapshot().state === 'connected');
    expect(told).toHaveBeenCalledWith(expect.objectContaining({ event: 'configure refused' }));
    expect(() => client.configure({ heartbeatIntervalMs: 0 })).toThrow(
      expect.objectContaining({ name: 'ClientError', code: 'bad_setting' }),
    );
    expect(() => client.configure({ heartbeatIntervalMs: 20_000 })).not.toThrow();
  });

  it('says that nobody is signed in, and that a token is someone else’s', async () => {
    const server = createMockServer();
    const nobody = connect(server, {}, { getToken: async () => null });
    nobody.connect();
    await until(() => nobody.connection.getSnapshot().failure === 'signed_out');
    const wrong = connect(server, {}, { getToken: () => server.token('eva') });
    wrong.connect();
    await until(() => wrong.connection.getSnapshot().failure === 'wrong_token');
    expect(server.opened).toBe(0);
  });

  it('goes on in memory where nothing can be stored, and says so', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    const client = connect(server, { storage: () => Promise.reject(new Error('private mode')) });
    client.openChat(chat);
    await until(() => client.storage.getSnapshot() === 'memory');
    await expect(client.send(chat, 'Hei').done).resolves.toMatchObject({ status: 'sent' });
  });

  it('keeps the unsent and drops the cache where there is little room', async () => {
    const server = createMockServer();
    const chat = server.addChat({ messages: [{ senderId: 'jonas', content: 'Hei' }] });
    const { host, records } = disk();
    const full: StorageHost = async (name) => {
      const area = await host(name);
      const write: StorageArea['write'] = async (writes) => {
        if (writes.some((each) => each.kind === 'put' && !each.key.startsWith('tab/'))) {
          throw Object.assign(new Error('full'), { name: 'QuotaExceededError' });
        }
        return area.write(writes);
      };
      return { ...area, write };
    };
    server.reachable = false;
    const client = connect(server, { storage: full });
    client.openChat(chat);
    await until(() => client.storage.getSnapshot() === 'ready');
    server.reachable = true;
    client.reconnect();
    await until(() => client.storage.getSnapshot() === 'tight');
    server.answers = false;
    client.send(chat, 'Behold meg');
    await until(() => [...records.keys()].some((key) => key.includes('/outbox/')));
  });

  it('takes no more commands once it is signed out, and leaves nothing stored', async () => {
    const server = createMockServer();
    const chat = server.addChat({ messages: [{ senderId: 'jonas', content: 'Hei' }] });
    const { host, records } = disk();
    const client = connect(server, { storage: host });
    client.openChat(chat);
    await until(() => records.size > 0 && words(client, chat).length === 1);
    await client.signOut({ wipe: true });
    expect(records.size).toBe(0);
    await expect(client.send(chat, 'Hei').done).rejects.toMatchObject({ code: 'signed_out' });
    await until(() => server.sockets.size === 0);
  });

  it('tells no words and no token to those who inspect it', async () => {
    const server = createMockServer();
    const chat = server.addChat({
      title: 'Hemmelig',
      messages: [{ senderId: 'jonas', content: 'Hemmelig' }],
    });
    const client = connect(server);
    client.openChat(chat);
    const token = await server.token();
    client.searchMessages('Hemmelig');
    client.setDraft(chat, 'Hemmelig');
    await client.send(chat, 'Hemmelig').done;
    server.answers = false;
    client.send(chat, 'Hemmelig');
    const told = JSON.stringify(client.inspect());
    expect(told).not.toContain('Hemmelig');
    expect(told).not.toContain(token.slice(0, 20));
    expect(client.inspect()).toMatchObject({ version: '0.1.0', startup: 'ready', userId: 'ingrid' });
  });
});
