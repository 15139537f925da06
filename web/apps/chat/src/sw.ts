/**
 * The service worker: keeps one version of the app as a unit, so that it opens offline.
 *
 * HTML, glue, wasm and chunks are precached together and change together: a new version waits until the
 * page asks for it (`skip-waiting`) or the last page of the old one has closed. The API, tokens, the
 * configuration and sockets are never answered from here.
 */
import { createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

/** The parts of a service worker's world that are used here; TypeScript's DOM library lacks them. */
interface Worker {
  readonly __WB_MANIFEST: { url: string; revision: string | null }[];
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: 'activate',
    listener: (event: { waitUntil(done: Promise<void>): void }) => void,
  ): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}
declare const self: Worker;

const EMOJI_CACHE = 'samtale-emoji-1';

precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [] });

// Every page of the app is the same document. What the server answers itself is left to it.
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    allowlist: [/^\/(\?|$)/, /^\/sign-in(\?|$)/, /^\/c\//],
  }),
);

// Emoji data: what is kept answers at once, and is renewed behind it.
registerRoute(
  ({ url }) => url.origin === self.location.origin && url.pathname.startsWith('/emoji/'),
  async ({ request, event }) => {
    const cache = await caches.open(EMOJI_CACHE);
    const kept = await cache.match(request);
    const renewal = fetch(request).then(async (response) => {
      if (response.ok) await cache.put(request, response.clone());
      return response;
    });
    if (kept === undefined) return renewal;
    event.waitUntil(renewal.catch(() => undefined));
    return kept;
  },
);

// The page of a first visit too finds its later chunks here when the network goes.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('message', ({ data }) => {
  if (data === 'skip-waiting') void self.skipWaiting();
});
