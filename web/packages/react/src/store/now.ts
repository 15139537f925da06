/**
 * The present moment as a view, told once a minute: what shows "5 min siden" watches it. A server
 * has no such moment, so that what it renders is the same as a browser's first rendering.
 */
import type { View } from '@samtale/client';

const MINUTE_MS = 60_000;

const listeners = new Set<() => void>();
let present = 0;
let timer: ReturnType<typeof setInterval> | null = null;

function tick(): void {
  present = Date.now();
  for (const listener of [...listeners]) listener();
}

/** Unix milliseconds, at most a minute old; null on a server. */
export const now: View<number | null> = {
  getSnapshot: () => {
    const passed = Date.now() - present;
    // Unwatched, or with a clock that was set, nobody has ticked.
    if (passed >= 2 * MINUTE_MS || passed < 0 || (timer === null && passed >= MINUTE_MS))
      present = Date.now();
    return present;
  },
  getServerSnapshot: () => null,
  subscribe: (onChange) => {
    const listener = () => onChange();
    listeners.add(listener);
    timer ??= setInterval(tick, MINUTE_MS);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || timer === null) return;
      clearInterval(timer);
      timer = null;
    };
  },
};
