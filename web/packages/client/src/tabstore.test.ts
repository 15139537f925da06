/** What a tab's part of a store promises about its journal. */
import { describe, expect, it } from 'vitest';

import type { StorageArea, StorageWrite, Tabs } from './api';
import { TabStore } from './tabstore';

const tabs: Tabs = {
  deviceId: 'device',
  tab: 'one',
  isWriter: () => false,
  onWriter: () => {},
  watch: () => {},
  onGone: () => {},
  signOut: () => {},
  onSignOut: () => {},
  close: () => {},
};

/** An area whose writes end when the test says so. */
function slowArea() {
  const entries: { batch: number; writes: readonly StorageWrite[] }[] = [];
  const ends: (() => void)[] = [];
  const area: StorageArea = {
    load: () => Promise.resolve([]),
    write: () => new Promise((resolve) => ends.push(resolve)),
    wipe: () => Promise.resolve(),
    close: () => {},
    journal: {
      add: (_, batch, writes) => void entries.push({ batch, writes }),
      remove: (_, upTo) => {
        const kept = entries.filter(({ batch }) => batch > upTo);
        entries.splice(0, entries.length, ...kept);
      },
      tabs: () => [],
      left: () => entries.flatMap(({ writes }) => writes),
      wipe: () => {},
    },
  };
  return { area, entries, ends };
}

describe('a tab that does not store the cache', () => {
  it('keeps in its journal what is not stored yet, though a batch with nothing of its own comes after', async () => {
    const { area, entries, ends } = slowArea();
    const store = new TabStore(area, tabs);
    const unsent: StorageWrite = { kind: 'put', key: 'outbox/1', value: new Uint8Array([1]) };
    store.journal(1, [unsent]);
    const first = store.write(1, [unsent]);
    let done = false;
    const second = store.write(2, [{ kind: 'delete', key: 'chat/1' }]).then(() => {
      done = true;
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect([entries.length, done]).toEqual([1, false]);
    for (const end of ends) end();
    await Promise.all([first, second]);
    expect(entries).toEqual([]);
  });
});
