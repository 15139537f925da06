/**
 * Keeps the host product's token until it runs out, in IndexedDB: so that a reload, another tab and the
 * installed app need no new sign-in. Without IndexedDB it lives as long as the page.
 */
import { readClaims } from './claims';

/** Where a token is kept. */
export interface Vault {
  /** Returns the token of that user, unless it has run out. */
  get(userId: string): Promise<string | null>;
  put(userId: string, token: string): Promise<void>;
  clear(): Promise<void>;
}

const DATABASE = 'samtale-session';
const TOKENS = 'tokens';

/** Makes the vault of this device. `now` is in Unix milliseconds. */
export function createVault(now: () => number = Date.now): Vault {
  const memory = new Map<string, string>();
  const lives = (token: string) => (readClaims(token)?.expiresAt ?? Number.POSITIVE_INFINITY) > now();

  return {
    async get(userId) {
      const token = memory.get(userId) ?? (await stored(userId).catch(() => null));
      if (token === null || token === undefined) return null;
      if (lives(token)) return token;
      memory.delete(userId);
      await change((tokens) => tokens.delete(userId)).catch(() => undefined);
      return null;
    },
    async put(userId, token) {
      memory.set(userId, token);
      await change((tokens) => tokens.put(token, userId)).catch(() => undefined);
    },
    async clear() {
      memory.clear();
      await change((tokens) => tokens.clear()).catch(() => undefined);
    },
  };
}

async function stored(userId: string): Promise<string | null> {
  const value: unknown = await inDatabase('readonly', (tokens) => tokens.get(userId));
  return typeof value === 'string' ? value : null;
}

async function change(request: (tokens: IDBObjectStore) => IDBRequest): Promise<void> {
  await inDatabase('readwrite', request);
}

async function inDatabase(
  mode: IDBTransactionMode,
  request: (tokens: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TOKENS);
  const database = await settled(opening);
  try {
    return await settled(request(database.transaction(TOKENS, mode).objectStore(TOKENS)));
  } finally {
    database.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}
