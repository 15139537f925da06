/**
 * A window on a timeline: its newest entries, kept up by patches. One patch costs one search and one
 * copy of the array, whatever its length; nothing that did not change is read again.
 *
 * The law: the window holds the newest `limit` entries that the engine has, or all where it has fewer.
 */
import type { Entry, Position, TimelinePatch } from './engine';
import { freeze, share } from './share';

/** Where a window reads from. */
export interface TimelineSource {
  newest(count: number): Entry[];
  before(position: Position, count: number): Entry[];
}

/** How many entries a window begins with. */
export const PAGE = 50;

/** Orders positions: what the server has first, by seq; then what it has not, in the queue's order. */
export function comparePositions(a: Position, b: Position): number {
  if (a.of !== b.of) return a.of === 'sent' ? -1 : 1;
  return a.at - b.at;
}

/** The newest entries of a timeline. */
export class Window {
  readonly #source: TimelineSource;
  #entries: readonly Entry[] = Object.freeze([]);
  readonly #places = new Map<string, Position>();
  #limit = PAGE;
  #fresh = false;

  constructor(source: TimelineSource) {
    this.#source = source;
  }

  /** The entries, frozen; the same array until one of them changed. */
  get entries(): readonly Entry[] {
    if (!this.#fresh) this.#readAll();
    return this.#entries;
  }

  /** How many entries the window holds at most. */
  get limit(): number {
    return this.#limit;
  }

  /** Whether the window holds a message. */
  has(id: string): boolean {
    if (!this.#fresh) this.#readAll();
    return this.#places.has(id);
  }

  /** Says that patches may have been missed. */
  reset(): void {
    this.#fresh = false;
  }

  /** Makes room for older entries, and shows those that the engine has; returns how many came. */
  grow(count: number): number {
    const before = this.entries.length;
    this.#limit = Math.max(this.#limit, before) + count;
    this.#refill();
    return this.#entries.length - before;
  }

  /** Applies patches in order; returns whether anything changed. */
  apply(patches: readonly TimelinePatch[]): boolean {
    if (!this.#fresh) return true;
    if (this.#entries.length === 0 || patches.some((patch) => patch.patch === 'reset')) {
      this.#fresh = false;
      return true;
    }
    const oldest = this.#entries[0]?.position;
    const full = this.#entries.length >= this.#limit;
    const draft = this.#entries.slice();
    let changed = false;
    for (const patch of patches) {
      if (patch.patch === 'remove') changed = this.#remove(draft, patch.id) || changed;
      else if (patch.patch !== 'reset') changed = this.#put(draft, patch.entry, oldest, full) || changed;
    }
    if (!changed) return false;
    const surplus = draft.length - this.#limit;
    if (surplus > 0) {
      for (const gone of draft.splice(0, surplus)) this.#places.delete(gone.message.id);
    }
    this.#entries = Object.freeze(draft);
    if (full && surplus < 0) this.#refill();
    return true;
  }

  #readAll(): void {
    this.#fresh = true;
    const before = new Map(this.#entries.map((entry) => [entry.message.id, entry]));
    const next = this.#source.newest(this.#limit).map((entry) => share(before.get(entry.message.id), entry));
    const same = next.length === this.#entries.length && next.every((e, i) => e === this.#entries[i]);
    if (same) return;
    this.#entries = Object.freeze(next);
    this.#places.clear();
    for (const entry of next) this.#places.set(entry.message.id, entry.position);
  }

  #refill(): void {
    const missing = this.#limit - this.#entries.length;
    const first = this.#entries[0];
    if (missing <= 0 || first === undefined) return;
    const older = this.#source.before(first.position, missing);
    if (older.length === 0) return;
    for (const entry of older) this.#places.set(entry.message.id, freeze(entry).position);
    this.#entries = Object.freeze([...older, ...this.#entries]);
  }

  #put(draft: Entry[], entry: Entry, oldest: Position | undefined, full: boolean): boolean {
    const held = this.#places.get(entry.message.id);
    if (held !== undefined) {
      const at = find(draft, held);
      const previous = draft[at];
      if (previous !== undefined && comparePositions(held, entry.position) === 0) {
        const next = share(previous, entry);
        draft[at] = next;
        return next !== previous;
      }
      draft.splice(at, 1);
      this.#places.delete(entry.message.id);
      this.#insert(draft, share(previous, entry));
      return true;
    }
    const older = oldest !== undefined && comparePositions(entry.position, oldest) < 0;
    if (older && full) return false;
    if (!older && draft.length >= this.#limit) this.#limit += 1;
    this.#insert(draft, freeze(entry));
    return true;
  }

  #insert(draft: Entry[], entry: Entry): void {
    draft.splice(find(draft, entry.position), 0, entry);
    this.#places.set(entry.message.id, entry.position);
  }

  #remove(draft: Entry[], id: string): boolean {
    const held = this.#places.get(id);
    if (held === undefined) return false;
    this.#places.delete(id);
    draft.splice(find(draft, held), 1);
    return true;
  }
}

/** The index of a position, or where it would stand. */
function find(entries: readonly Entry[], position: Position): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && comparePositions(entry.position, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
