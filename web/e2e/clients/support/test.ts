/** The test to import: a server with a known secret, people who make things happen, clients that are closed. */
import { randomBytes } from 'node:crypto';
import { test as base } from '@playwright/test';
import { Server } from '../../tests/support/server';
import { Clients } from './clients';
import { Person } from './person';
import { SECRET } from './tokens';

export { expect } from '@playwright/test';

/** More environment of a server; where two specs differ in it, they have servers of their own. */
export type ServerEnv = Readonly<Record<string, string>>;

interface Fixtures {
  clients: Clients;
  /** The HTTP API as a demo user. */
  person: (user: string) => Person;
}

interface WorkerFixtures {
  serverEnv: ServerEnv;
  server: Server;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  serverEnv: [{}, { option: true, scope: 'worker' }],

  server: [
    async ({ serverEnv }, use) => {
      const server = await startServer(serverEnv);
      await use(server);
      await server.dispose();
    },
    { scope: 'worker', timeout: 180_000 },
  ],

  clients: async ({ server }, use) => {
    const clients = new Clients(server.url);
    await use(clients);
    clients.close();
  },

  person: async ({ server }, use) => {
    await use((user) => new Person(server.url, user));
  },
});

/** Starts a server that takes the suite's tokens. */
export function startServer(env: ServerEnv = {}): Promise<Server> {
  return Server.start({ env: { SAMTALE_JWT_SECRET: SECRET, ...env } });
}

/** A topic that no other test has. */
export function room(name = 'room'): string {
  return `${name}-${randomBytes(6).toString('hex')}`;
}

/** A shape of a UUID. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A shape of the moments in rows. */
export const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/;

/** Why a channel can't be read, as `subscribe` tells it. */
export function mayNotRead(topic: string): string {
  return `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`;
}

/** Why a channel can't be written to. */
export function mayNotWrite(topic: string): string {
  return `Unauthorized: You do not have permissions to write to this Channel topic: ${topic}`;
}
