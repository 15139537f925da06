/** The client of the provider that was mounted last: what a `MessageQueue` without a client uses. */
import type { Client } from '@samtale/client';

const mounted: Client[] = [];
let last: Client | null = null;

/** Notes that a provider is mounted; returns the function that takes it back. */
export function enter(client: Client): () => void {
  mounted.push(client);
  last = client;
  return () => {
    const index = mounted.lastIndexOf(client);
    if (index >= 0) mounted.splice(index, 1);
  };
}

/** Returns the client of the provider mounted last, or of the last there was. */
export function currentClient(): Client | null {
  return mounted.at(-1) ?? last;
}
