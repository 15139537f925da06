/** The durable store: one IndexedDB database for each server and user. */
import type { Journal, StorageArea, StoredRecord } from '../api';
import { inOrder } from './areas';

const STORE = 'records';

/** How long opening may take, in milliseconds: some private modes never answer. */
const OPEN_MS = 3_000;

/** Opens the database; rejects where that is impossible or takes too long. */
export async function openDatabase(name: string, journal: Journal | null): Promise<StorageArea> {
  let open: IDBDatabase | null = null;
  let closed = false;

  /** The database, opened again where the browser closed it under us. */
  const database = async () => {
    if (closed) throw new Error('the database is closed');
    if (open !== null) return open;
    const current = await connect(name);
    open = current;
    current.onclose = () => {
      if (open === current) open = null;
    };
    // Another build wants to change it, or the user cleared the site's data: let it.
    current.onversionchange = () => {
      current.close();
      if (open === current) open = null;
    };
    return current;
  };

  await database();
  return inOrder({
    journal,
    async load(prefixes) {
      const store = (await database()).transaction(STORE, 'readonly').objectStore(STORE);
      const parts = await Promise.all(
        prefixes.map(async (prefix) => {
          const range = within(prefix);
          const [keys, values] = await Promise.all([
            answer(store.getAllKeys(range)),
            answer<Uint8Array[]>(store.getAll(range)),
          ]);
          return keys.map((key, index): StoredRecord => {
            return { key: String(key), value: values[index] ?? new Uint8Array() };
          });
        }),
      );
      return parts.flat();
    },
    async write(writes) {
      // What a person has sent must be on the disk; a cache may follow when it likes.
      const unsent = writes.some((write) => 'key' in write && write.key.startsWith('tab/'));
      const durability = unsent ? 'strict' : 'relaxed';
      const transaction = (await database()).transaction(STORE, 'readwrite', { durability });
      const store = transaction.objectStore(STORE);
      const done = completed(transaction);
      for (const write of writes) {
        if (write.kind === 'put') store.put(write.value, write.key);
        else if (write.kind === 'delete') store.delete(write.key);
        else store.delete(within(write.prefix));
      }
      await done;
    },
    async wipe() {
      const transaction = (await database()).transaction(STORE, 'readwrite');
      const done = completed(transaction);
      transaction.objectStore(STORE).clear();
      await done;
      // Its name tells who was here. Other tabs let go of it when they are asked.
      open?.close();
      open = null;
      await remove(name);
    },
    close() {
      closed = true;
      open?.close();
      open = null;
    },
  });
}

function connect(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new Error('the database does not open'));
    }, OPEN_MS);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE);
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      if (late) request.result.close();
      else resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error ?? new Error('the database does not open'));
    };
  });
}

/** Deletes a database; one that somebody still holds goes when they let go. */
function remove(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => resolve();
    request.onblocked = () => resolve();
  });
}

/** Every key that begins with a prefix. */
function within(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database did not answer'));
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
  });
}
