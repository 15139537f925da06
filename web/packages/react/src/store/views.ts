/**
 * Small tools over the client's views: views that are computed from others, that hold a value of
 * their own, or that never change. A computed view keeps its snapshot while its inputs keep theirs.
 */
import type { View } from '@samtale/client';

/** The snapshots of some views. */
type Snapshots<V extends readonly View<unknown>[]> = {
  readonly [K in keyof V]: V[K] extends View<infer T> ? T : never;
};

/** A view that is set by who holds it. */
export interface Cell<T> extends View<T> {
  readonly set: (value: T) => void;
}

/** Makes a view that holds a value; what a server renders is the first one. */
export function cell<T>(first: T): Cell<T> {
  const listeners = new Set<() => void>();
  let value = first;
  return {
    getSnapshot: () => value,
    getServerSnapshot: () => first,
    subscribe: (onChange) => {
      const listener = () => onChange();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    set: (next) => {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
  };
}

/** Makes a view that never changes. */
export function constant<T>(value: T): View<T> {
  return { getSnapshot: () => value, getServerSnapshot: () => value, subscribe: () => () => {} };
}

/**
 * Makes a view that is computed from others. With `isEqual` it keeps its snapshot too where another
 * one would say the same.
 */
export function derive<const V extends readonly View<unknown>[], T>(
  inputs: V,
  compute: (...snapshots: Snapshots<V>) => T,
  isEqual: (a: T, b: T) => boolean = Object.is,
): View<T> {
  const remember = (read: (input: View<unknown>) => unknown): (() => T) => {
    let last: { snapshots: readonly unknown[]; value: T } | null = null;
    return () => {
      const snapshots = inputs.map(read);
      if (last !== null && shallowEqual(last.snapshots, snapshots)) return last.value;
      const value = compute(...(snapshots as unknown as Snapshots<V>));
      last = { snapshots, value: last !== null && isEqual(last.value, value) ? last.value : value };
      return last.value;
    };
  };
  return {
    getSnapshot: remember((input) => input.getSnapshot()),
    getServerSnapshot: remember((input) => input.getServerSnapshot()),
    subscribe: (onChange) => {
      const ends = inputs.map((input) => input.subscribe(onChange));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

/** Returns whether two lists hold the same things. */
export function shallowEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}

/** Remembers what was made for a key. */
export function memo<K, T>(make: (key: K) => T): (key: K) => T {
  const made = new Map<K, T>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) {
      value = make(key);
      made.set(key, value);
    }
    return value;
  };
}
