/** `samtale.inspect()` on a page’s console: what every client of the page has to say of itself. */
import type { Client, Inspection } from './api';

/** What stands under `globalThis.samtale` in a browser. */
export interface Samtale {
  /** The clients of this page that have started: states, queues, numbers, logs; no words, no tokens. */
  inspect(): Inspection[];
}

declare global {
  var samtale: Samtale | undefined;
}

const clients = new Set<Client>();

const ours: Samtale = { inspect: () => [...clients].map((each) => each.inspect()) };

/** Shows a client to `samtale.inspect()`; returns what hides it again. */
export function expose(client: Client): () => void {
  clients.add(client);
  globalThis.samtale ??= ours;
  return () => {
    clients.delete(client);
    if (clients.size === 0 && globalThis.samtale === ours) globalThis.samtale = undefined;
  };
}
