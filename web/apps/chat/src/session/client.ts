/** The client of whoever is signed in: one per account, whoever asks for it. */
import { type Client, createClient } from '@samtale/client';
import { rememberedPrivacy } from '@samtale/react/privacy';
import type { Account } from './account';
import type { Session } from './session';

/** Returns the account's client; the same one until it is destroyed. */
export function clientFor(session: Session, account: Account): Client {
  return createClient({
    url: location.origin,
    userId: account.userId,
    getToken: (request) => session.getToken(account, request),
    settings: { ...session.state.getSnapshot().config?.settings, ...rememberedPrivacy(account.userId) },
  });
}

/** Fetches the engine while somebody still chooses who to be: it is in the cache when they have. */
export function warmUp(): void {
  const early = document.querySelector<HTMLLinkElement>('link[rel="preload"][as="fetch"]');
  if (early !== null)
    fetch(early.href).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
}
