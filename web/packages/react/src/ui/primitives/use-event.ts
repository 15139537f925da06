/** A function that stays the same and does the latest. */
import { useCallback, useInsertionEffect, useRef } from 'react';

/** Returns a function of constant identity that calls the handler of the last render; not for use while rendering. */
export function useEvent<Args extends unknown[], Result>(
  handler: (...args: Args) => Result,
): (...args: Args) => Result {
  const latest = useRef(handler);
  useInsertionEffect(() => {
    latest.current = handler;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}
