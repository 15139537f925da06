/** What the device is like, watched: narrow, touched, without motion. */
import { useCallback, useSyncExternalStore } from 'react';

/** One pane at a time. */
export const NARROW = '(max-width: 719px)';
/** The main pointer is a finger. */
export const TOUCH = '(pointer: coarse)';
/** The person has asked for no motion. */
export const STILL = '(prefers-reduced-motion: reduce)';

/** Returns whether a media query holds now; false on a server and where it can't be asked. */
export function matches(query: string): boolean {
  return typeof window !== 'undefined' && typeof window.matchMedia === 'function'
    ? window.matchMedia(query).matches
    : false;
}

/** Returns whether a media query holds, and renders again when that changes; false on a server. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      if (typeof window.matchMedia !== 'function') return () => {};
      const list = window.matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => matches(query),
    () => false,
  );
}
