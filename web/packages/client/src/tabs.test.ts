/**
 * Several tabs of one browser: the real engine in each, one database, one journal, and locks.
 * @vitest-environment happy-dom
 */
import 'fake-indexeddb/auto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client, ClientOptions, ClockHost, Hosts, PageHost } from './api';
import { createClient } from './client';
import { systemClock } from './hosts/clock';
import { localJournal } from './hosts/journal';
import { localLocks } from './hosts/locks';
import { joinTabs } from './hosts/tabs';
import { createMockServer, type MockServer } from './testing';

const wasm = readFile(`${process.cwd()}/src/wasm/samtale.wasm`).catch(() =>
  readFile(`${process.cwd()}/packages/client/src/wasm/samtale.wasm`),
);
const module = wasm.then((bytes) => WebAssembly.compile(new Uint8Array(bytes)));

let url = '';
const clients: Client[] = [];

beforeEach(() => {
  url = `http://tabs-${Math.random().toString(36).slice(2)}.test`;
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.destroy()));
  localStorage.clear();
});

/** A tab: the page's events come when the test says so. */
class Tab {
  on: Parameters<PageHost>[0] | null = null;
  readonly client: Client;

  private constructor(server: MockServer, compiled: WebAssembly.Module, hosts: Partial<Hosts>) {
    const options: ClientOptions = {
      url,
      userId: server.userId,
      getToken: () => server.token(),
      wasm: compiled,
      hosts: {
        socket: server.socket,
        http: server.http,
        tabs: (name) => joinTabs(name, localLocks(), 'device'),
        page: (on) => {
          this.on = on;
          on.visible(true);
          return { stop: () => {} };
        },
        ...hosts,
      },
    };
    // As another tab would: a page has one client for each user.
    vi.stubGlobal('document', undefined);
    const host = globalThis as { indexedDB?: unknown };
    expect(host.indexedDB).toBeDefined();
    this.client = createClient(options);
    vi.unstubAllGlobals();
    clients.push(this.client);
  }

  static async open(server: MockServer, hosts: Partial<Hosts> = {}): Promise<Tab> {
    return new Tab(server, await module, hosts);
  }

  /** The process is killed: nothing is said to anyone, only the browser frees its locks. */
  close(): void {
    this.on?.suspend();
  }
}

function until(test: () => unknown): Promise<void> {
  return vi.waitFor(() => expect(test()).toBeTruthy(), { timeout: 20_000, interval: 10 });
}

const words = (client: Client, chat: string) =>
  client
    .timeline(chat)
    .getSnapshot()
    .entries.map(({ message }) => message.content);

/** Has every write to the database fail, until the mocks are restored. */
function refuseWrites(): void {
  const transaction = IDBDatabase.prototype.transaction;
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
    if (args[1] === 'readwrite') throw new Error('nothing is stored now');
    return transaction.apply(this, args);
  });
}

describe('tabs of one user', () => {
  it('adopt what a closed tab had not sent, and send it once', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    server.reachable = false;
    const one = await Tab.open(server);
    const two = await Tab.open(server);
    two.client.openChat(chat);
    const sends = ['1', '2', '3'].map((content) => one.client.send(chat, content));
    await Promise.all(sends.map(({ done }) => done));
    expect(words(two.client, chat)).toEqual([]);
    one.close();
    await until(() => words(two.client, chat).length === 3);
    server.reachable = true;
    two.client.reconnect();
    await until(() => server.messages(chat).length === 3);
    expect(server.messages(chat).map(({ id }) => id)).toEqual(sends.map(({ id }) => id));
    await until(() => two.client.outbox.getSnapshot().items.length === 0);
    // Whoever comes later finds nothing left.
    const three = await Tab.open(server);
    three.client.openChat(chat);
    await until(() => words(three.client, chat).length === 3);
    expect(three.client.outbox.getSnapshot().items).toEqual([]);
    expect(server.count('ops')).toBe(1);
  });

  it('find in the journal what a tab sent in its last moment', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    server.reachable = false;
    const one = await Tab.open(server);
    one.client.openChat(chat);
    await until(() => one.client.storage.getSnapshot() === 'ready');
    refuseWrites();
    const { id, done } = one.client.send(chat, 'siste ord');
    await expect(done).resolves.toEqual({ id, status: 'sending' });
    expect(localJournal(localStorage, `samtale ${url} ingrid`).tabs()).toHaveLength(1);
    one.close();
    vi.restoreAllMocks();

    const two = await Tab.open(server);
    two.client.openChat(chat);
    await until(() => words(two.client, chat)[0] === 'siste ord');
    await until(() => localJournal(localStorage, `samtale ${url} ingrid`).tabs().length === 0);
    server.reachable = true;
    two.client.reconnect();
    await until(() => server.messages(chat).length === 1);
    expect(server.messages(chat)[0]?.id).toBe(id);
  });

  it('take over later what could not be taken over at once', async () => {
    const server = createMockServer();
    const chat = server.addChat();
    server.reachable = false;
    const one = await Tab.open(server);
    one.client.openChat(chat);
    let minutes = 0;
    const real = systemClock();
    const clock: ClockHost = {
      ...real,
      setTimer: (callback, ms) => {
        const minute = ms === 60_000;
        if (minute && ++minutes === 2) vi.restoreAllMocks();
        return real.setTimer(callback, minute ? 1 : ms);
      },
    };
    const two = await Tab.open(server, { clock });
    two.client.openChat(chat);
    for (const { client } of [one, two]) await until(() => client.storage.getSnapshot() !== 'loading');
    refuseWrites();
    await one.client.send(chat, 'siste ord').done;
    one.close();
    await until(() => words(two.client, chat)[0] === 'siste ord');
    await until(() => localJournal(localStorage, `samtale ${url} ingrid`).tabs().length === 0);
  });

  it('keep what was sent in the same breath as the page went, whatever the line was doing', async () => {
    for (const reachable of [true, false]) {
      const server = createMockServer();
      const chat = server.addChat();
      server.reachable = reachable;
      server.answers = false;
      const one = await Tab.open(server);
      one.client.openChat(chat);
      await until(() => one.client.storage.getSnapshot() === 'ready' && server.opened > 0);
      if (reachable) await until(() => one.client.connection.getSnapshot().state === 'connected');
      const { id } = one.client.send(chat, 'siste ord');
      one.close();
      // Nothing has run since: it is written already.
      expect(localJournal(localStorage, `samtale ${url} ingrid`).tabs()).toHaveLength(1);

      server.answers = true;
      server.reachable = true;
      const two = await Tab.open(server);
      two.client.openChat(chat);
      await until(() => server.messages(chat).length === 1);
      expect(server.messages(chat)[0]?.id).toBe(id);
      await two.client.signOut({ wipe: true });
    }
  });

  it('hand the cache over to a tab that lives', async () => {
    const server = createMockServer({ chats: [{ messages: [{ senderId: 'jonas', content: 'Hei' }] }] });
    const one = await Tab.open(server);
    one.client.connect();
    await until(() => one.client.chats.getSnapshot().items.length === 1);
    const chat = one.client.chats.getSnapshot().items[0]?.id ?? '';
    one.client.openChat(chat);
    const two = await Tab.open(server);
    two.client.openChat(chat);
    await until(() => words(one.client, chat).length === 1 && words(two.client, chat).length === 1);
    one.close();
    await until(() => server.sockets.size === 1);
    server.receive(chat, { senderId: 'jonas', content: 'Bare i den andre' });
    await until(() => words(two.client, chat).length === 2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    two.close();

    server.reachable = false;
    const three = await Tab.open(server);
    three.client.openChat(chat);
    await until(() => words(three.client, chat).join() === 'Hei,Bare i den andre');
  });

  it('end together when one signs out, and leave nothing', async () => {
    const server = createMockServer({ chats: [{ messages: [{ senderId: 'jonas', content: 'Hei' }] }] });
    const one = await Tab.open(server);
    const two = await Tab.open(server);
    one.client.connect();
    two.client.connect();
    await until(() => server.sockets.size === 2);
    await one.client.signOut({ wipe: true });
    await until(() => server.sockets.size === 0);
    await expect(two.client.send('a', 'Hei').done).rejects.toMatchObject({ code: 'signed_out' });
    server.reachable = false;
    const three = await Tab.open(server);
    three.client.connect();
    await until(() => three.client.storage.getSnapshot() === 'ready');
    expect(three.client.chats.getSnapshot().items).toEqual([]);
  });

  it('read again what was stored when a frozen page is back, and show no gap meanwhile', async () => {
    const server = createMockServer({ chats: [{ messages: [{ senderId: 'jonas', content: 'Hei' }] }] });
    const tab = await Tab.open(server);
    const { client } = tab;
    client.connect();
    await until(() => client.chats.getSnapshot().items.length === 1);
    const chat = client.chats.getSnapshot().items[0]?.id ?? '';
    client.openChat(chat);
    await until(() => words(client, chat).length === 1);
    const lengths = new Set<number>();
    client.timeline(chat).subscribe(() => lengths.add(words(client, chat).length));
    tab.on?.suspend();
    await until(() => server.sockets.size === 0);
    server.receive(chat, { senderId: 'jonas', content: 'Mens du sov' });
    const sent = client.send(chat, 'Nå er jeg her');
    expect(words(client, chat)).toEqual(['Hei']);
    tab.on?.resume();
    await expect(sent.done).resolves.toMatchObject({ status: expect.any(String) });
    await until(() => words(client, chat).length === 3);
    expect(lengths.has(0)).toBe(false);
    expect(client.timeline(chat).getSnapshot().loading).toBe(false);
    expect(server.messages(chat).map(({ content }) => content)).toContain('Nå er jeg her');
  });
});

describe('clients of one page', () => {
  it('are one for each server and user, until it ends', async () => {
    const server = createMockServer();
    const compiled = await module;
    const make = (userId: string, getToken = () => server.token()) =>
      createClient({
        url,
        userId,
        getToken,
        wasm: compiled,
        hosts: { socket: server.socket, http: server.http },
      });
    const first = make('ingrid', async () => '');
    expect(make('ingrid')).toBe(first);
    expect(make('jonas')).not.toBe(first);
    expect(globalThis.samtale).toBeUndefined();
    first.connect();
    // The later function gives the token.
    await until(() => first.connection.getSnapshot().state === 'connected');
    expect(globalThis.samtale?.inspect().map(({ userId }) => userId)).toEqual(['ingrid']);
    await first.destroy();
    expect(globalThis.samtale).toBeUndefined();
    expect(make('ingrid')).not.toBe(first);
  });

  it('let the connection go a while after nobody watches, and keep what must go out', async () => {
    const server = createMockServer();
    const compiled = await module;
    const client = createClient({
      url,
      userId: 'ingrid',
      getToken: () => server.token(),
      wasm: compiled,
      hosts: { socket: server.socket, http: server.http },
    });
    clients.push(client);
    const stop = client.connection.subscribe(() => {});
    await until(() => server.sockets.size === 1);
    stop();
    const again = client.connection.subscribe(() => {});
    again();
    await until(() => server.sockets.size === 0);
    expect(server.opened).toBe(1);
    const close = client.openChat(server.addChat());
    await until(() => server.sockets.size === 1);
    close();
  });
});
