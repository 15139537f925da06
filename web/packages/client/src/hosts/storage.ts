/** The store of the place this runs in: IndexedDB, else `localStorage`, else none that lasts. */
import type { StorageHost } from '../api';
import { localArea, memoryArea, usableLocalStorage } from './areas';
import { openDatabase } from './indexeddb';
import { localJournal } from './journal';

/** Opens what there is; rejects in a browser that stores nothing. In Node the store is memory. */
export const defaultStorage: StorageHost = async (name) => {
  if (typeof document === 'undefined') return memoryArea();
  const local = usableLocalStorage();
  try {
    return await openDatabase(name, local === null ? null : localJournal(local, name));
  } catch (error) {
    if (local === null) throw error;
    return localArea(local, name);
  }
};
