/** A value that can be watched, in the shape that `useSyncExternalStore` reads. */
export interface Store<T> {
  readonly getSnapshot: () => T;
  readonly subscribe: (onChange: () => void) => () => void;
  /** Takes another value, and tells the watchers unless it is the same. */
  readonly set: (value: T) => void;
}

/** Makes a store that holds `value`. */
export function createStore<T>(value: T): Store<T> {
  let current = value;
  const watchers = new Set<() => void>();
  return {
    getSnapshot: () => current,
    subscribe: (onChange) => {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    set: (next) => {
      if (Object.is(next, current)) return;
      current = next;
      for (const watcher of [...watchers]) watcher();
    },
  };
}
