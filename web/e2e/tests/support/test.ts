/**
 * The test to import: a server of its own, a network in front of it, and people who sign in. What no
 * page may do (errors in the console, breaches of the content policy, a person's words in a log or an
 * address) fails the test at its end, whatever else it shows.
 */
import { type BrowserContextOptions, test as base, type Page } from '@playwright/test';
import { Api } from './api';
import { Network } from './network';
import { Person } from './person';
import { Server } from './server';
import { Watch } from './watch';
import { type Language, words } from './words';

export { expect } from '@playwright/test';

/** How a person comes to the app. */
export interface Arrival extends BrowserContextOptions {
  /** The language of the browser, and so of the app. Default nb. */
  language?: Language;
  /** The address of the app. Default the server's. */
  at?: string;
  /** Settings of the client, as an operator gives them. */
  settings?: Readonly<Record<string, number | boolean>>;
  /** Prepares the page before it opens anything. */
  before?: (page: Page) => Promise<void>;
  /** Whether to stop at the first screen. Default false. */
  stayOut?: boolean;
}

interface Fixtures {
  /** More arguments for the server. */
  serverArgs: readonly string[];
  server: Server;
  /** The network: pages opened at its address go through it. */
  network: Network;
  /** The HTTP API as a demo user. */
  api: (user: string) => Promise<Api>;
  /** Someone in a browser of their own, signed in through the app. */
  person: (user: string, arrival?: Arrival) => Promise<Person>;
}

const LOCALES: Record<Language, string> = { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' };

export const test = base.extend<Fixtures>({
  serverArgs: [[], { option: true }],

  server: async ({ serverArgs }, use, info) => {
    const server = await Server.start({ args: serverArgs });
    await use(server);
    await server.dispose();
    if (info.status !== info.expectedStatus && server.log.length > 0) {
      await info.attach('server.log', { body: server.log.join('\n'), contentType: 'text/plain' });
    }
  },

  network: async ({ server }, use) => {
    const network = await Network.before(server.port);
    await use(network);
    await network.close();
  },

  api: async ({ server }, use) => {
    await use((user) => Api.as(user, server.url));
  },

  // The network outlives the browsers: what it takes down at its end is not theirs to complain of.
  person: async ({ browser, server, network: _ }, use) => {
    const watches: Watch[] = [];
    const people: Person[] = [];
    await use(async (user, arrival = {}) => {
      const { language = 'nb', at = server.url, settings, before, stayOut, ...options } = arrival;
      const context = await browser.newContext({ locale: LOCALES[language], ...options });
      const watch = await Watch.over(context);
      watches.push(watch);
      if (settings) {
        await context.route('**/config.json', async (route) => {
          const answer = await route.fetch();
          await route.fulfill({ json: { ...(await answer.json()), settings } });
        });
      }
      const page = await context.newPage();
      await before?.(page);
      const person = new Person(user, page, at, words(language), watch);
      people.push(person);
      await page.goto(at);
      if (!stayOut) await person.signIn();
      return person;
    });
    for (const person of people) await person.page.context().close();
    for (const watch of watches) watch.verdict();
  },
});
