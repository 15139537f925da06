/** Makes clients: one for each user and server in a browser, as many as wanted elsewhere. */
import type { Client, ClientOptions } from './api';
import type { Driver } from './backend';
import { idle } from './cells';
import { createCore } from './core';

/** Makes a client. Nothing happens before the first subscription or command. */
export function createClient(options: ClientOptions): Client {
  const driver: Driver = {
    start: (sink) => sink.failed(new Error('the engine is not built yet')),
    stop: async () => {},
    sentOffline: () => {},
    detectNetwork: () => {},
    unix: () => Date.now(),
    setTimer: idle,
  };
  return createCore({ url: options.url, userId: options.userId }, driver);
}
