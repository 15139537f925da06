/**
 * Stores, journals, locks, tabs and pages, each for itself.
 * @vitest-environment happy-dom
 */
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PageHost, StorageArea, StorageWrite } from '../api';
import { TabStore } from '../tabstore';
import { inOrder, localArea, memoryArea } from './areas';
import { systemClock } from './clock';
import { openDatabase } from './indexeddb';
import { localJournal } from './journal';
import { LEASE_MS, type Locks, leaseLocks, localLocks } from './locks';
import { watchNetwork } from './network';
import { deviceKind, watchPage } from './page';
import { defaultStorage } from './storage';
import { joinTabs } from './tabs';

const bytes = (...values: number[]) => Uint8Array.from(values);
const put = (key: string, ...values: number[]): StorageWrite => ({
  kind: 'put',
  key,
  value: bytes(...values),
});
const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

/** A storage that has no room for keys that end so. */
function smallStorage(end: string): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    setItem(key, value) {
      if (key.endsWith(end)) throw Object.assign(new Error('full'), { name: 'QuotaExceededError' });
      items.set(key, value);
    },
  };
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  localStorage.clear();
});

describe.each<[string, () => Promise<StorageArea>]>([
  ['memory', async () => memoryArea()],
  ['localStorage', async () => localArea(localStorage, 'test')],
  ['IndexedDB', () => openDatabase(`test ${Math.random()}`, null)],
])('a store in %s', (_, open) => {
  it('holds what was written, by prefix, until it is wiped', async () => {
    const area = await open();
    await area.write([put('chat/a/m/1', 1), put('chat/a/m/2', 2), put('chat/b/m/1', 3), put('list/a', 4)]);
    await area.write([
      { kind: 'delete', key: 'chat/a/m/1' },
      { kind: 'deletePrefix', prefix: 'chat/b/' },
      put('chat/a/m/2', 0, 255),
    ]);
    const found = await area.load(['chat/', 'list/']);
    expect(found.map(({ key, value }) => [key, ...value]).sort()).toEqual([
      ['chat/a/m/2', 0, 255],
      ['list/a', 4],
    ]);
    await area.wipe();
    expect(await area.load([''])).toEqual([]);
    area.close();
  });

  it('shows a load every write that was given before it', async () => {
    const area = await open();
    void area.write([put('a', 1)]);
    expect(await area.load(['a'])).toHaveLength(1);
    area.close();
  });
});

describe('a wiped database', () => {
  it('is gone by name too, though another tab had it open', async () => {
    const name = `wiped ${Math.random()}`;
    const names = async () => (await indexedDB.databases()).map((database) => database.name);
    const one = await openDatabase(name, null);
    const two = await openDatabase(name, null);
    await two.write([put('a', 1)]);
    expect(await names()).toContain(name);
    await one.wipe();
    await vi.waitFor(async () => expect(await names()).not.toContain(name));
    one.close();
    two.close();
  });
});

describe('the order of writes', () => {
  it('fails those that were given before a failure was known, and no later ones', async () => {
    const written: string[] = [];
    const raw = memoryArea();
    const area = inOrder({
      ...raw,
      async write(writes) {
        const [first] = writes;
        if (first?.kind === 'put' && first.key === 'bad') throw new Error('full');
        if (first?.kind === 'put') written.push(first.key);
      },
    });
    const results = await Promise.allSettled(['a', 'bad', 'b', 'c'].map((key) => area.write([put(key)])));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    await area.write([put('d')]);
    expect(written).toEqual(['a', 'd']);
  });

  it('leaves localStorage as it was where there is no room for all', async () => {
    const storage = smallStorage('c');
    const area = localArea(storage, 'test');
    await area.write([put('a', 1)]);
    await expect(area.write([put('a', 2), put('b', 1), put('c', 1)])).rejects.toMatchObject({
      name: 'QuotaExceededError',
    });
    expect((await area.load([''])).map(({ key, value }) => [key, ...value])).toEqual([['a', 1]]);
  });
});

describe('the store of a place', () => {
  it('is localStorage where the database never opens', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => ({}) as IDBOpenDBRequest);
    vi.useFakeTimers();
    const opening = defaultStorage('samtale test');
    await vi.advanceTimersByTimeAsync(3_000);
    const area = await opening;
    vi.useRealTimers();
    await area.write([put('a', 1)]);
    expect(localStorage.getItem('samtale test record a')).not.toBeNull();
  });

  it('is none where nothing can be stored', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new Error('private mode');
    });
    vi.stubGlobal('localStorage', smallStorage(''));
    await expect(defaultStorage('samtale test')).rejects.toThrow('private mode');
    vi.unstubAllGlobals();
  });
});

describe('the journal', () => {
  it('keeps batches by tab, in order, and reads damaged ones as nothing', () => {
    const journal = localJournal(localStorage, 'test');
    journal.add('one', 10, [put('a', 10), { kind: 'deletePrefix', prefix: 'x/' }]);
    journal.add('one', 9, [put('a', 9), { kind: 'delete', key: 'b' }]);
    journal.add('two', 1, [put('c', 1)]);
    expect(journal.tabs().sort()).toEqual(['one', 'two']);
    expect(journal.left('one').map((write) => ('key' in write ? write.key : write.prefix))).toEqual([
      'a',
      'b',
      'a',
      'x/',
    ]);
    journal.remove('one', 9);
    expect(journal.left('one')).toEqual([put('a', 10), { kind: 'deletePrefix', prefix: 'x/' }]);
    localStorage.setItem('test journal one 11', '[["put","a"');
    expect(journal.left('one')).toHaveLength(2);
    journal.wipe();
    expect(journal.tabs()).toEqual([]);
  });
});

describe.each<[string, () => Locks]>([
  ['of one program', localLocks],
  ['in leases', () => leaseLocks(localStorage)],
])('locks %s', (_, make) => {
  it('have one holder at a time', async () => {
    vi.useFakeTimers();
    const [one, two] = [make(), make()];
    const name = `lock ${Math.random()}`;
    const first = one.tryTake(name);
    await vi.advanceTimersByTimeAsync(100);
    const release = await first;
    expect(release).not.toBeNull();
    expect(await two.tryTake(name)).toBeNull();
    expect(await two.held()).toContain(name);
    let taken = false;
    const second = two.take(name, new AbortController().signal).then((free) => {
      taken = true;
      return free;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(taken).toBe(false);
    release?.();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(taken).toBe(true);
    (await second)?.();
    expect(await one.held()).not.toContain(name);
  });

  it('are not waited for any longer once that is given up', async () => {
    vi.useFakeTimers();
    const locks = make();
    const name = `lock ${Math.random()}`;
    const first = locks.tryTake(name);
    await vi.advanceTimersByTimeAsync(100);
    const abort = new AbortController();
    const waiting = locks.take(name, abort.signal);
    abort.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waiting).toBeNull();
    (await first)?.();
  });
});

describe('a lease', () => {
  it('ends without a heartbeat', async () => {
    vi.useFakeTimers();
    const gone = leaseLocks(localStorage);
    const first = gone.tryTake('tab');
    await vi.advanceTimersByTimeAsync(100);
    await first;
    vi.clearAllTimers();
    const here = leaseLocks(localStorage);
    let taken = false;
    void here.take('tab', new AbortController().signal).then(() => {
      taken = true;
    });
    await vi.advanceTimersByTimeAsync(LEASE_MS - 10_000);
    expect(taken).toBe(false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(taken).toBe(true);
  });
});

describe('tabs', () => {
  it('have names of their own, one writer, and hear in turn of one that is gone', async () => {
    const name = `tabs ${Math.random()}`;
    const locks = localLocks();
    const one = await joinTabs(name, locks, 'device');
    const two = await joinTabs(name, locks, 'device');
    const three = await joinTabs(name, locks, 'device');
    expect(new Set([one.tab, two.tab, three.tab]).size).toBe(3);
    expect([one, two, three].map((tab) => tab.isWriter())).toEqual([true, false, false]);

    const busy = new Set<string>();
    const heard: string[] = [];
    for (const tab of [two, three]) {
      tab.onGone(async (gone) => {
        heard.push(busy.has(gone) ? 'two at once' : gone);
        busy.add(gone);
        await pause(5);
        busy.delete(gone);
      });
      tab.watch('a tab of yesterday');
    }
    const writers: string[] = [];
    two.onWriter(() => writers.push('two'));
    three.onWriter(() => writers.push('three'));
    one.close();
    await vi.waitFor(() => expect(heard).toHaveLength(4));
    expect(heard.sort()).toEqual([one.tab, one.tab, 'a tab of yesterday', 'a tab of yesterday'].sort());
    await vi.waitFor(() => expect(writers).toEqual(['two']));
    expect(two.isWriter()).toBe(true);
    two.close();
    three.close();
  });

  it('end together when one signs out', async () => {
    const name = `tabs ${Math.random()}`;
    const one = await joinTabs(name, localLocks(), 'device');
    const two = await joinTabs(name, localLocks(), 'device');
    const told = new Promise((resolve) => two.onSignOut(resolve));
    one.signOut(true);
    expect(await told).toBe(true);
    one.close();
    two.close();
  });
});

describe('a tab’s part of a store', () => {
  const tabs = (tab: string, writer = true) => ({
    deviceId: 'device',
    tab,
    isWriter: () => writer,
    onWriter: () => {},
    watch: () => {},
    onGone: () => {},
    signOut: () => {},
    onSignOut: () => {},
    close: () => {},
  });
  const shared = () => {
    const records = new Map<string, Uint8Array>();
    const journal = localJournal(localStorage, 'test');
    return { records, area: { ...memoryArea(records), journal } };
  };

  it('keeps the unsent apart and the cache in common, which one tab writes', async () => {
    const { records, area } = shared();
    const one = new TabStore(area, tabs('one'));
    const two = new TabStore(area, tabs('two', false));
    await one.write(1, [put('outbox/a', 1), put('chat/x/meta', 1)]);
    await two.write(1, [put('outbox/b', 2), put('chat/x/meta', 9)]);
    expect([...records].map(([key, value]) => `${key}=${value}`).sort()).toEqual([
      'chat/x/meta=1',
      'tab/one/outbox/a=1',
      'tab/two/outbox/b=2',
    ]);
    const loaded = await two.load(['outbox/', 'create/', 'chat/']);
    expect(loaded.map(({ key }) => key).sort()).toEqual(['chat/x/meta', 'outbox/b']);
    expect(await one.others()).toEqual(['two']);
  });

  it('writes what a gone tab had only journalled, adopts it, and loses nothing of a newer build', async () => {
    const { records, area } = shared();
    const gone = new TabStore(area, tabs('gone'));
    await gone.write(1, [put('outbox/a', 1), put('outbox/newer', 1)]);
    // The tab was closed before these were committed.
    gone.journal(2, [put('outbox/a', 2), put('chat/x/meta', 7)]);
    gone.journal(3, [put('create/c', 3)]);

    const here = new TabStore(area, tabs('here'));
    expect(await here.others()).toEqual(['gone']);
    let adopted: string[] = [];
    await here.takeOver('gone', (loaded) => {
      adopted = loaded.map(({ key, value }) => `${key}=${value}`).sort();
      // The engine stores what it understands, in one batch.
      void here.write(1, [put('outbox/a', 2), put('create/c', 3)]);
    });
    expect(adopted).toEqual(['create/c=3', 'outbox/a=2', 'outbox/newer=1']);
    expect([...records.keys()].sort()).toEqual([
      'tab/gone/outbox/newer',
      'tab/here/create/c',
      'tab/here/outbox/a',
    ]);
    expect(localJournal(localStorage, 'test').tabs()).toEqual([]);
    // A second time there is nothing but what nobody here understands.
    await here.takeOver('gone', (loaded) => expect(loaded.map(({ key }) => key)).toEqual(['outbox/newer']));
  });

  it('forgets the journal of what is stored, and keeps it of what is not', async () => {
    const { area } = shared();
    let fails = false;
    const failing = {
      ...area,
      write: (writes: readonly StorageWrite[]) =>
        fails ? Promise.reject(new Error('full')) : area.write(writes),
    };
    const store = new TabStore(failing, tabs('one'));
    expect(store.journal(1, [put('outbox/a', 1)])).toBe(true);
    await store.write(1, [put('outbox/a', 1)]);
    await pause();
    expect(area.journal.left('one')).toEqual([]);
    fails = true;
    store.journal(2, [put('outbox/a', 2)]);
    await expect(store.write(2, [put('outbox/a', 2)])).rejects.toThrow('full');
    expect(area.journal.left('one')).toHaveLength(1);
    fails = false;
    await store.write(3, [put('outbox/a', 2)]);
    await pause();
    expect(area.journal.left('one')).toEqual([]);
  });
});

describe('the page', () => {
  it('tells of its life, and of activity once a second', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const told: string[] = [];
    const page: Parameters<PageHost>[0] = {
      visible: (visible) => told.push(`visible ${visible}`),
      activity: () => told.push('activity'),
      suspend: () => told.push('suspend'),
      resume: () => told.push('resume'),
    };
    const { stop } = watchPage(page);
    for (let n = 0; n < 5; n += 1) window.dispatchEvent(new Event('pointermove'));
    vi.advanceTimersByTime(1_001);
    window.dispatchEvent(new Event('keydown'));
    window.dispatchEvent(new Event('pagehide'));
    document.dispatchEvent(new Event('freeze'));
    window.dispatchEvent(new Event('pageshow'));
    document.dispatchEvent(new Event('resume'));
    stop();
    window.dispatchEvent(new Event('pagehide'));
    expect(told).toEqual(['visible true', 'activity', 'activity', 'suspend', 'resume']);
  });

  it('knows the kind of device', () => {
    const as = (userAgent: string, maxTouchPoints = 0) => {
      vi.stubGlobal('navigator', { userAgent, maxTouchPoints });
      const kind = deviceKind();
      vi.unstubAllGlobals();
      return kind;
    };
    expect(as('Mozilla/5.0 (X11; Linux x86_64) Chrome/130')).toBe('desktop');
    expect(as('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile/15E148')).toBe('mobile');
    expect(as('Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile Safari')).toBe('mobile');
    expect(as('Mozilla/5.0 (Linux; Android 15; SM-X910) Safari')).toBe('tablet');
    expect(as('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 5)).toBe('tablet');
  });
});

describe('the network', () => {
  it('is online, offline or slow, told when it changes', () => {
    const connection = Object.assign(new EventTarget(), { effectiveType: '4g', saveData: false });
    const device = { onLine: true, connection };
    vi.stubGlobal('navigator', device);
    const told: string[] = [];
    const { stop } = watchNetwork((network) => told.push(network));
    connection.effectiveType = '2g';
    connection.dispatchEvent(new Event('change'));
    connection.dispatchEvent(new Event('change'));
    device.onLine = false;
    window.dispatchEvent(new Event('offline'));
    device.onLine = true;
    connection.effectiveType = '4g';
    window.dispatchEvent(new Event('online'));
    stop();
    vi.unstubAllGlobals();
    expect(told).toEqual(['online', 'slow', 'offline', 'online']);
  });
});

describe('the clock', () => {
  it('reaches moments further off than a timer can', () => {
    vi.useFakeTimers();
    const run = vi.fn();
    const late = 2 ** 31 + 5_000;
    systemClock().setTimer(run, late);
    const stop = systemClock().setTimer(run, late);
    stop();
    vi.advanceTimersByTime(late - 1_000);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
