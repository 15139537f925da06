/**
 * The connection with patience: what is back within two seconds was never lost, to a person. One
 * view for each client, shared by all hooks.
 */
import type { Client, Connection, View } from '@samtale/client';

/** How long a lost connection still counts as one, in milliseconds. */
export const GRACE_MS = 2_000;

/** A connection, as a person is told of it. */
export interface Grace {
  /** Connected, or lost less than {@link GRACE_MS} ago. */
  readonly isConnected: boolean;
  /** Wanted, and not there for {@link GRACE_MS}. */
  readonly isOffline: boolean;
}

const LIVE: Grace = Object.freeze({ isConnected: true, isOffline: false });
const SOON: Grace = Object.freeze({ isConnected: false, isOffline: false });
const LOST: Grace = Object.freeze({ isConnected: false, isOffline: true });

const views = new WeakMap<Client, View<Grace>>();

/** Returns the view of a client. */
export function gracefulConnection(client: Client): View<Grace> {
  let view = views.get(client);
  if (view === undefined) {
    view = watch(client.connection);
    views.set(client, view);
  }
  return view;
}

function isLive({ state }: Connection): boolean {
  return state === 'connected' || state === 'degraded';
}

function watch(connection: View<Connection>): View<Grace> {
  const listeners = new Set<() => void>();
  let end: (() => void) | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let shown: Grace = SOON;

  const show = (next: Grace): void => {
    if (next === shown) return;
    shown = next;
    for (const listener of [...listeners]) listener();
  };
  const stopTimer = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const onConnection = (): void => {
    const present = connection.getSnapshot();
    if (isLive(present)) {
      stopTimer();
      show(LIVE);
    } else if (present.state === 'idle') {
      // Nobody wants a connection, so none is missed.
      stopTimer();
      show(SOON);
    } else if (present.state === 'failed') {
      stopTimer();
      show(LOST);
    } else if (shown !== LOST) {
      timer ??= setTimeout(() => {
        timer = null;
        show(LOST);
      }, GRACE_MS);
    }
  };

  return {
    getSnapshot: () => {
      if (end === null) shown = isLive(connection.getSnapshot()) ? LIVE : SOON;
      return shown;
    },
    getServerSnapshot: () => SOON,
    subscribe: (onChange) => {
      const listener = () => onChange();
      listeners.add(listener);
      if (end === null) {
        shown = isLive(connection.getSnapshot()) ? LIVE : SOON;
        end = connection.subscribe(onConnection);
        onConnection();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || end === null) return;
        end();
        end = null;
        stopTimer();
      };
    },
  };
}
