/** Watches what a browser does that a person does not see, and must not happen. */
import { type BrowserContext, expect } from '@playwright/test';

/** What Chromium itself writes when a request fails; an app can't keep it from doing so. */
const NETWORK = /net::ERR_|WebSocket connection to '[^']*' failed|Failed to load resource/;

export class Watch {
  /** Whether the test spoils the network, so that the browser may complain of it. */
  spoiled = false;
  readonly #console: string[] = [];
  readonly #faults: string[] = [];
  readonly #addresses: string[] = [];
  /** What was written by this person in this test. */
  readonly #words = new Set<string>();

  /** Watches all pages of a browser context, from before they open. */
  static async over(context: BrowserContext): Promise<Watch> {
    const watch = new Watch();
    context.on('console', (message) => {
      watch.#console.push(message.text());
      const type = message.type();
      if (type === 'error' || type === 'warning') watch.#fault(`console ${type}: ${message.text()}`);
    });
    context.on('weberror', ({ error }) => {
      const thrown = error();
      watch.#fault(`uncaught: ${thrown.stack ?? thrown.message}`);
    });
    context.on('request', (request) => watch.#addresses.push(request.url()));
    await context.exposeBinding('samtaleTestBreach', (_, breach: string) =>
      watch.#fault(`policy: ${breach}`),
    );
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const report = (window as unknown as { samtaleTestBreach(breach: string): void }).samtaleTestBreach;
        report(
          `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile ?? ''}:${event.lineNumber}`,
        );
      });
    });
    return watch;
  }

  /** Remembers words that may never be seen in a log or an address. */
  wrote(words: string): void {
    if (words.length > 6) this.#words.add(words);
  }

  /** Fails the test where something happened. */
  verdict(): void {
    const seen = [...this.#console, ...this.#addresses.map(decodeURIComponent)];
    const leaks = [...this.#words].filter((words) => seen.some((line) => line.includes(words)));
    expect.soft(leaks, 'words in the console or in an address').toEqual([]);
    expect.soft(this.#faults, 'what the browser complains of').toEqual([]);
  }

  #fault(fault: string): void {
    if (this.spoiled && NETWORK.test(fault)) return;
    this.#faults.push(fault);
  }
}
