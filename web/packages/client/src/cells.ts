/**
 * Views as cells: each holds one snapshot, reads it when asked after a change, and tells those who
 * watch, at most once a microtask and only when its identity changed.
 */
import type { View } from './api';

/** How long a view that nobody watches keeps its snapshot, in milliseconds. */
export const KEEP_MS = 5_000;

/** Runs what is due, together, in a microtask. */
export class Hub {
  readonly #due = new Set<() => void>();
  #watchers = 0;
  readonly #onWatched: (watched: boolean) => void;

  /** Calls `onWatched` when the first view is watched, and when the last no longer is. */
  constructor(onWatched: (watched: boolean) => void) {
    this.#onWatched = onWatched;
  }

  /** Runs a function in the next microtask, once, however often it was asked for. */
  soon(run: () => void): void {
    if (this.#due.size === 0) queueMicrotask(() => this.#flush());
    this.#due.add(run);
  }

  /** Counts those who watch. */
  watch(by: 1 | -1): void {
    const before = this.#watchers;
    this.#watchers += by;
    if (before === 0 || this.#watchers === 0) this.#onWatched(this.#watchers > 0);
  }

  /** Whether any view is watched. */
  get watched(): boolean {
    return this.#watchers > 0;
  }

  #flush(): void {
    const due = [...this.#due];
    this.#due.clear();
    for (const run of due) guard(run);
  }
}

/** Runs a listener; what it throws is reported, and spoils nothing for the others. */
export function guard(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** One snapshot, and those who watch it. */
export class Cell<T> implements View<T> {
  readonly #hub: Hub;
  readonly #empty: T;
  readonly #read: (previous: T) => T;
  readonly #listeners = new Set<() => void>();
  #value: T;
  #told: T;
  #stale = true;

  /** Reads with `read`, which returns the previous snapshot where nothing changed. */
  constructor(hub: Hub, empty: T, read: (previous: T) => T) {
    this.#hub = hub;
    this.#empty = empty;
    this.#read = read;
    this.#value = empty;
    this.#told = empty;
  }

  readonly getServerSnapshot = (): T => this.#empty;

  readonly getSnapshot = (): T => {
    if (this.#stale) {
      this.#stale = false;
      this.#value = this.#read(this.#value);
    }
    return this.#value;
  };

  readonly subscribe = (onChange: () => void): (() => void) => {
    const listener = () => onChange();
    this.#told = this.#listeners.size === 0 ? this.getSnapshot() : this.#told;
    this.#listeners.add(listener);
    this.#hub.watch(1);
    return () => {
      if (this.#listeners.delete(listener)) this.#hub.watch(-1);
    };
  };

  /** Whether anyone watches. */
  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  /** Says that the snapshot must be read again before it is shown. */
  readonly touch = (): void => {
    this.#stale = true;
    if (this.#listeners.size > 0) this.#hub.soon(this.#tell);
  };

  readonly #tell = (): void => {
    const value = this.getSnapshot();
    if (Object.is(value, this.#told)) return;
    this.#told = value;
    for (const listener of [...this.#listeners]) guard(listener);
  };
}

/** Cells by key, made when asked for and dropped a while after nobody watches them. */
export class Family<T, C extends Cell<T> = Cell<T>> {
  readonly #make: (key: string) => C;
  readonly #cells = new Map<string, { cell: C; view: View<T>; used: number }>();
  #sweeping = false;

  constructor(make: (key: string) => C) {
    this.#make = make;
  }

  /** Returns the view of a key: the same while it is watched, and good for use when it no longer is. */
  view(key: string): View<T> {
    return this.#held(key).view;
  }

  /** Returns the cell of a key, made if need be. */
  of(key: string): C {
    return this.#held(key).cell;
  }

  #held(key: string): { cell: C; view: View<T> } {
    let held = this.#cells.get(key);
    if (held === undefined) {
      const cell = this.#make(key);
      const view = Object.freeze({
        getSnapshot: () => this.of(key).getSnapshot(),
        getServerSnapshot: cell.getServerSnapshot,
        subscribe: (onChange: () => void) => this.of(key).subscribe(onChange),
      });
      held = { cell, view, used: 0 };
      this.#cells.set(key, held);
      this.#sweepLater();
    }
    held.used = Date.now();
    return held;
  }

  /** Returns the cell of a key where there is one. */
  peek(key: string): C | undefined {
    return this.#cells.get(key)?.cell;
  }

  /** Calls back with every cell there is. */
  each(visit: (cell: C, key: string) => void): void {
    for (const [key, { cell }] of this.#cells) visit(cell, key);
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    idle(() => {
      this.#sweeping = false;
      const now = Date.now();
      for (const [key, held] of this.#cells) {
        if (held.cell.watched) held.used = now;
        else if (now - held.used >= KEEP_MS) this.#cells.delete(key);
      }
      if (this.#cells.size > 0) this.#sweepLater();
    }, KEEP_MS);
  }
}

/** A timer that keeps no process alive. */
export function idle(run: () => void, ms: number): () => void {
  const timer: unknown = setTimeout(run, ms);
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') {
    timer.unref();
  }
  return () => clearTimeout(timer as ReturnType<typeof setTimeout>);
}
