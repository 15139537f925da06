/** Reads a client's view in a component. */
import type { View } from '@samtale/client';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';

const itself = (snapshot: unknown): unknown => snapshot;

/** Gives a view's snapshot, and renders again when it changes. */
export function useView<T>(view: View<T>): T;
/**
 * Gives what `select` takes from a view's snapshot, and renders again when that changes by `isEqual`
 * (default `Object.is`). Both may be written in place.
 */
export function useView<T, S>(
  view: View<T>,
  select: (snapshot: T) => S,
  isEqual?: (a: S, b: S) => boolean,
): S;
export function useView(
  view: View<unknown>,
  select: (snapshot: unknown) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = Object.is,
): unknown {
  // What was rendered last, so that an equal selection keeps its identity from rendering to rendering.
  const rendered = useRef<{ value: unknown } | null>(null);
  const selected = useMemo(() => {
    const remember = (read: () => unknown) => {
      let last: { snapshot: unknown; value: unknown } | null = null;
      return () => {
        const snapshot = read();
        if (last !== null && Object.is(last.snapshot, snapshot)) return last.value;
        const value = select(snapshot);
        const before = last ?? rendered.current;
        last = { snapshot, value: before !== null && isEqual(before.value, value) ? before.value : value };
        return last.value;
      };
    };
    return { browser: remember(view.getSnapshot), server: remember(view.getServerSnapshot) };
  }, [view, select, isEqual]);
  const value = useSyncExternalStore(view.subscribe, selected.browser, selected.server);
  useEffect(() => {
    rendered.current = { value };
  }, [value]);
  return value;
}
