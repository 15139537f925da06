/**
 * The engine's records in a store that tabs share. What is unsent lies under the tab's name
 * (`tab/<name>/…`), the cache in common; only one tab writes the cache. What a gone tab has left is
 * adopted: it is written under the adopter's name and deleted under the old one in one transaction.
 */
import type { StorageArea, StorageWrite, StoredRecord, Tabs } from './api';

/** The records that belong to one tab. */
const OWN = ['outbox/', 'create/', 'pending/'];

/** What was taken over from a gone tab, until it is stored anew. */
interface Adoption {
  tab: string;
  keys: Set<string>;
}

/** One tab's part of a store. */
export class TabStore {
  readonly #area: StorageArea;
  readonly #tabs: Tabs;
  #adoption: Adoption | null = null;
  /** The last write, for those who must know that it is done. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(area: StorageArea, tabs: Tabs) {
    this.#area = area;
    this.#tabs = tabs;
  }

  /** Loads records as the engine knows them. */
  async load(prefixes: readonly string[]): Promise<StoredRecord[]> {
    const records = await this.#area.load(prefixes.map((prefix) => this.#ours(prefix)));
    const own = this.#home(this.#tabs.tab);
    return records.map(({ key, value }) => ({
      key: key.startsWith(own) ? key.slice(own.length) : key,
      value,
    }));
  }

  /** Puts the unsent part of a batch into the journal; false where there is none. */
  journal(batch: number, writes: readonly StorageWrite[]): boolean {
    const own = writes.filter(isOwn).map((write) => this.#moved(write));
    try {
      this.#area.journal?.add(this.#tabs.tab, batch, own);
      return this.#area.journal !== null;
    } catch {
      return false;
    }
  }

  /** Stores a batch: the cache too, where this tab is the one that writes it. */
  write(batch: number, writes: readonly StorageWrite[]): Promise<void> {
    const writer = this.#tabs.isWriter();
    const moved = writes.filter((write) => writer || isOwn(write)).map((write) => this.#moved(write));
    const adoption = this.#adoption;
    if (adoption !== null && writes.some(isOwn)) {
      this.#adoption = null;
      const home = this.#home(adoption.tab);
      for (const write of writes) {
        if ('key' in write && adoption.keys.has(write.key)) {
          moved.push({ kind: 'delete', key: home + write.key });
        }
      }
    }
    // With nothing to store it is done when those before it are, whose words in the journal stay theirs.
    if (moved.length === 0) return this.#last.then(() => {});
    const done = this.#area.write(moved);
    this.#last = done.then(
      () => this.#area.journal?.remove(this.#tabs.tab, batch),
      () => {},
    );
    return done;
  }

  /** The tabs that have left something here, as far as the store and the journals show. */
  async others(): Promise<string[]> {
    const records = await this.#area.load(['tab/']);
    const stored = records.map(({ key }) => key.split('/')[1] ?? '');
    const all = new Set([...stored, ...(this.#area.journal?.tabs() ?? [])]);
    all.delete(this.#tabs.tab);
    return [...all];
  }

  /**
   * Takes over what a gone tab has left, its journal included. `adopt` hands the records to the
   * engine, which stores them at once; settles when that is done.
   */
  async takeOver(tab: string, adopt: (records: StoredRecord[]) => void): Promise<void> {
    const { journal } = this.#area;
    const left = journal?.left(tab) ?? [];
    if (left.length > 0) await this.#area.write(left);
    journal?.remove(tab, Number.MAX_SAFE_INTEGER);
    const home = this.#home(tab);
    const found = await this.#area.load([home]);
    if (found.length === 0) return;
    const records = found.map(({ key, value }) => ({ key: key.slice(home.length), value }));
    this.#adoption = { tab, keys: new Set(records.map(({ key }) => key)) };
    adopt(records);
    this.#adoption = null;
    await this.#last;
  }

  /** Deletes everything of this user. */
  async wipe(): Promise<void> {
    this.#area.journal?.wipe();
    await this.#area.wipe();
  }

  close(): void {
    this.#area.close();
  }

  #home(tab: string): string {
    return `tab/${tab}/`;
  }

  #ours(key: string): string {
    return isOwnKey(key) ? this.#home(this.#tabs.tab) + key : key;
  }

  #moved(write: StorageWrite): StorageWrite {
    if (write.kind === 'put') return { kind: 'put', key: this.#ours(write.key), value: write.value };
    if (write.kind === 'delete') return { kind: 'delete', key: this.#ours(write.key) };
    return { kind: 'deletePrefix', prefix: this.#ours(write.prefix) };
  }
}

function isOwn(write: StorageWrite): boolean {
  return isOwnKey('key' in write ? write.key : write.prefix);
}

function isOwnKey(key: string): boolean {
  return OWN.some((prefix) => key.startsWith(prefix));
}
