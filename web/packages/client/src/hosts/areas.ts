/**
 * Stores that need no database: memory, and `localStorage` where IndexedDB can't be opened; and the
 * order that every store keeps.
 */
import type { StorageArea, StoredRecord } from '../api';

/** What a store must do; {@link inOrder} adds the order. */
export type RawArea = Pick<StorageArea, 'load' | 'write' | 'wipe' | 'close' | 'journal'>;

/**
 * Keeps writes in order: each begins after the one before it, and when one fails, those that were
 * given before that was known fail with it. Loads see every write given before them.
 */
export function inOrder(area: RawArea): StorageArea {
  let tail: Promise<unknown> = Promise.resolve();
  let era = 0;
  const queue = <T>(run: () => Promise<T>): Promise<T> => {
    const result = tail.then(run);
    tail = result.catch(() => {});
    return result;
  };
  return {
    journal: area.journal,
    load: (prefixes) => queue(() => area.load(prefixes)),
    write(writes) {
      const given = era;
      return queue(async () => {
        if (given !== era) throw new Error('a write before this one failed');
        try {
          await area.write(writes);
        } catch (error) {
          era += 1;
          throw error;
        }
      });
    },
    wipe: () => queue(() => area.wipe()),
    close: () => area.close(),
  };
}

/** A store as long as the program: for Node and for tests. Two areas over one map share it. */
export function memoryArea(records: Map<string, Uint8Array> = new Map()): StorageArea {
  return inOrder({
    journal: null,
    async load(prefixes) {
      const found: StoredRecord[] = [];
      for (const [key, value] of records) {
        if (prefixes.some((prefix) => key.startsWith(prefix))) found.push({ key, value });
      }
      return found;
    },
    async write(writes) {
      for (const write of writes) {
        if (write.kind === 'put') records.set(write.key, write.value);
        else if (write.kind === 'delete') records.delete(write.key);
        else for (const key of [...records.keys()]) if (key.startsWith(write.prefix)) records.delete(key);
      }
    },
    async wipe() {
      records.clear();
    },
    close() {},
  });
}

/** A store in `localStorage`: small and synchronous, but it lasts. */
export function localArea(storage: Storage, name: string): StorageArea {
  const own = `${name} record `;
  const keys = () =>
    Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '').filter((key) =>
      key.startsWith(own),
    );
  return inOrder({
    journal: null,
    async load(prefixes) {
      const found = keys().map((key) => key.slice(own.length));
      return found
        .filter((key) => prefixes.some((prefix) => key.startsWith(prefix)))
        .map((key) => ({ key, value: fromBase64(storage.getItem(own + key) ?? '') }));
    },
    async write(writes) {
      const before = new Map<string, string | null>();
      const set = (key: string, value: string | null) => {
        if (!before.has(key)) before.set(key, storage.getItem(key));
        if (value === null) storage.removeItem(key);
        else storage.setItem(key, value);
      };
      try {
        for (const write of writes) {
          if (write.kind === 'put') set(own + write.key, toBase64(write.value));
          else if (write.kind === 'delete') set(own + write.key, null);
          else for (const key of keys()) if (key.startsWith(own + write.prefix)) set(key, null);
        }
      } catch (error) {
        for (const key of before.keys()) storage.removeItem(key);
        for (const [key, value] of before) if (value !== null) storage.setItem(key, value);
        throw error;
      }
    },
    async wipe() {
      for (const key of keys()) storage.removeItem(key);
    },
    close() {},
  });
}

/** Returns `localStorage` where it can be used. */
export function usableLocalStorage(): Storage | null {
  try {
    const storage = globalThis.localStorage;
    const probe = 'samtale probe';
    storage.setItem(probe, '1');
    storage.removeItem(probe);
    return storage;
  } catch {
    return null;
  }
}

/** Writes bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return btoa(text);
}

/** Reads base64. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
