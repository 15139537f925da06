/** Tells what has just arrived from what was always there, or came in above. */
import { useState } from 'react';
import type { Message } from '../../types';

/** How far from the end arrivals are looked for; unsent messages stand behind them. */
const TAIL = 60;

/** Returns the messages of `next` that are newer than any of `previous`, the oldest first. */
export function findArrivals(previous: readonly Message[], next: readonly Message[]): readonly Message[] {
  if (previous.length === 0) return previous === next ? [] : next.slice(-TAIL);
  const known = new Set(previous.slice(-2 * TAIL).map((message) => message.id));
  const tail = next.slice(-TAIL);
  const anchor = tail.findIndex((message) => known.has(message.id));
  // Without a message in common, the whole list is another one: after a reset, say.
  return anchor < 0 ? [] : tail.slice(anchor).filter((message) => !known.has(message.id));
}

/** What {@link useArrivals} gives. */
export interface Arrivals {
  /** Those that came with the last change, the oldest first. */
  readonly latest: readonly Message[];
  /** Those whose arrival is to be seen. */
  readonly shown: ReadonlySet<string>;
}

/** More than these at once are not an arrival but a catching-up. */
const SHOWN_AT_ONCE = 3;
const NONE: ReadonlySet<string> = new Set();

/** Follows a list of messages and tells what arrives; while it is not `watched`, nothing shows its arrival. */
export function useArrivals(messages: readonly Message[], watched: boolean): Arrivals {
  const [state, setState] = useState<{ messages: readonly Message[]; watched: boolean } & Arrivals>({
    messages,
    watched,
    latest: [],
    shown: NONE,
  });
  if (state.messages === messages && state.watched === watched) return state;

  const latest = state.messages === messages ? state.latest : findArrivals(state.messages, messages);
  // Rows that are mounted again by scrolling back must not arrive again.
  const before = watched ? state.shown : NONE;
  const fresh = state.messages === messages || latest.length > SHOWN_AT_ONCE || !watched ? [] : latest;
  const shown =
    fresh.length === 0 ? before : new Set([...[...before].slice(-20), ...fresh.map(({ id }) => id)]);
  const next = { messages, watched, latest, shown };
  setState(next);
  return next;
}
