/**
 * What a hook gives, tracked: a component renders again only when something it has read changed.
 *
 * Each result is a getter over a view; reading it (destructuring reads) notes it and subscribes to
 * it. Methods keep their identity for as long as the hook stands on the same chat and client.
 * Functions that tell something (`getUserPresence`) note what they were asked, and change their
 * identity when the answer may be another one: memoised components and compilers may rely on it.
 *
 * Where nothing at all was read by the time the component is mounted, the results have gone elsewhere
 * whole (a context, a test), and everything counts as read.
 */
import type { View } from '@samtale/client';
import { type DependencyList, useEffect, useMemo, useSyncExternalStore } from 'react';

/** Reads a view on behalf of the component, and notes that it did. */
export type Read = <T>(name: string, view: View<T>) => T;

type Tellers = Readonly<Record<string, (read: Read) => unknown>>;

/** How a hook's results come about. */
export interface Parts<V, M, T extends Tellers> {
  /** Results that change. */
  views: { readonly [K in keyof V]: View<V[K]> };
  /** Functions that do something. */
  methods: M;
  /** Functions that tell something; made anew when what they have told changes. */
  tellers: T;
}

/** What a hook gives. */
export type Tracked<V, M, T extends Tellers> = Readonly<V> &
  Readonly<M> & { readonly [K in keyof T]: ReturnType<T[K]> };

/** Gives tracked results; `make` runs again when `deps` change. */
export function useTracked<V, M, T extends Tellers>(
  make: () => Parts<V, M, T>,
  deps: DependencyList,
): Tracked<V, M, T> {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller's list decides.
  const tracker = useMemo(() => new Tracker(make()), deps);
  const record = useSyncExternalStore(tracker.subscribe, tracker.getSnapshot, tracker.getServerSnapshot);
  useEffect(() => tracker.follow());
  return record.result;
}

/** What was read at one time. */
interface Record_<R> {
  readonly values: Map<string, unknown>;
  readonly result: R;
}

class Tracker<V, M, T extends Tellers> {
  readonly #parts: Parts<V, M, T>;
  /** What has been read so far. */
  readonly #views = new Map<string, View<unknown>>();
  readonly #ends = new Map<string, () => void>();
  #onChange: (() => void) | null = null;
  #touched = false;
  #record: Record_<Tracked<V, M, T>>;
  readonly #server: Record_<Tracked<V, M, T>>;

  constructor(parts: Parts<V, M, T>) {
    this.#parts = parts;
    this.#record = this.#newRecord((view) => view.getSnapshot());
    this.#server = this.#newRecord((view) => view.getServerSnapshot());
  }

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#onChange = onChange;
    this.follow();
    return () => {
      this.#onChange = null;
      for (const end of this.#ends.values()) end();
      this.#ends.clear();
    };
  };

  readonly getSnapshot = (): Record_<Tracked<V, M, T>> => {
    for (const [name, value] of this.#record.values) {
      if (Object.is(this.#views.get(name)?.getSnapshot(), value)) continue;
      this.#record = this.#newRecord((view) => view.getSnapshot());
      for (const [tracked, view] of this.#views) this.#record.values.set(tracked, view.getSnapshot());
      break;
    }
    return this.#record;
  };

  readonly getServerSnapshot = (): Record_<Tracked<V, M, T>> => this.#server;

  /** Subscribes to what was read since the last time. */
  follow(): void {
    const onChange = this.#onChange;
    if (!this.#touched) this.#readAll();
    if (onChange === null || this.#ends.size === this.#views.size) return;
    for (const [name, view] of this.#views) {
      if (!this.#ends.has(name)) this.#ends.set(name, view.subscribe(onChange));
    }
    // What changed between the reading and now would otherwise go unseen.
    onChange();
  }

  #readAll(): void {
    this.#touched = true;
    for (const name of Object.keys(this.#parts.views)) {
      const view: View<unknown> = this.#parts.views[name as keyof V];
      this.#views.set(name, view);
      if (!this.#record.values.has(name)) this.#record.values.set(name, view.getSnapshot());
    }
  }

  #newRecord(snapshotOf: (view: View<unknown>) => unknown): Record_<Tracked<V, M, T>> {
    const values = new Map<string, unknown>();
    const read: Read = <U>(name: string, view: View<U>): U => {
      if (!this.#views.has(name)) {
        this.#views.set(name, view);
        // Read for the first time by an event handler, say: from now on it is followed too.
        if (this.#onChange !== null) queueMicrotask(() => this.follow());
      }
      if (!values.has(name)) values.set(name, snapshotOf(view));
      return values.get(name) as U;
    };
    const result = {};
    const give = (name: string, get: () => unknown) =>
      Object.defineProperty(result, name, {
        enumerable: true,
        get: () => {
          this.#touched = true;
          return get();
        },
      });
    for (const [name, method] of Object.entries(this.#parts.methods as object)) give(name, () => method);
    for (const name of Object.keys(this.#parts.views)) {
      const view = this.#parts.views[name as keyof V];
      give(name, () => read(name, view));
    }
    for (const [name, teller] of Object.entries(this.#parts.tellers)) {
      let told: unknown;
      give(name, () => {
        told ??= teller((key, view) => read(`${name} ${key}`, view));
        return told;
      });
    }
    return { values, result: Object.freeze(result) as Tracked<V, M, T> };
  }
}
