/** Makes clients: one for each user and server in a browser, as many as wanted elsewhere. */
import type { Client, ClientOptions, Hosts } from './api';
import { createCore } from './core';
import { createDriver, type Live } from './driver';
import { systemClock } from './hosts/clock';
import { fetchHttp } from './hosts/http';
import { watchNetwork } from './hosts/network';
import { watchPage } from './hosts/page';
import { defaultSocket } from './hosts/socket';
import { defaultStorage } from './hosts/storage';
import { defaultTabs } from './hosts/tabs';
import { randomBytes } from './ids';
import { expose } from './inspect';

/** The clients of this page, by server and user. */
const interned = new Map<string, { client: Client; live: Live }>();

/**
 * Makes a client; in a browser the same one for the same `url` and `userId`, until it is destroyed or
 * signed out (a later `getToken` takes the place of the earlier; other options are those of the first).
 * Nothing happens before the first subscription or command: no request, no storage, no module loaded.
 */
export function createClient(options: ClientOptions): Client {
  const key = `${options.url.replace(/\/+$/, '')} ${options.userId}`;
  const inBrowser = typeof document !== 'undefined';
  const held = inBrowser ? interned.get(key) : undefined;
  if (held !== undefined) {
    held.live.getToken = options.getToken;
    return held.client;
  }
  const live: Live = { getToken: options.getToken };
  let conceal: (() => void) | null = null;
  const driver = createDriver(options, live, { ...defaultHosts(), ...options.hosts });
  const client = createCore(
    {
      url: options.url,
      userId: options.userId,
      onStart: (started) => {
        if (inBrowser) conceal = expose(started);
      },
      onEnd: () => {
        conceal?.();
        if (interned.get(key)?.live === live) interned.delete(key);
      },
    },
    driver,
  );
  if (inBrowser) interned.set(key, { client, live });
  return client;
}

function defaultHosts(): Hosts {
  return {
    socket: defaultSocket(),
    http: fetchHttp,
    storage: defaultStorage,
    network: watchNetwork,
    page: watchPage,
    clock: systemClock(),
    tabs: defaultTabs,
    randomSeed: () => randomBytes(32),
  };
}
