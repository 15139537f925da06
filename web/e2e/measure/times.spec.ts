/**
 * How long a person waits: for the last state after opening the app, for the bubble after Enter, for
 * the next frame while scrolling. Against whatever server the tests use, on this machine, as it is.
 */
import { cpus } from 'node:os';
import type { Page } from '@playwright/test';
import { CHATS } from '../tests/support/demo';
import { expect, test } from '../tests/support/test';
import { percentile, table } from './numbers';

const VISITS = 9;
const SENDS = 150;
const LONG = 100_000;
const SCROLL_MS = 20_000;
const ACCOUNT = { userId: 'ingrid', name: 'Ingrid Solberg', locale: 'nb', kind: 'demo' };

test.beforeAll(() => {
  const [cpu] = cpus();
  process.stdout.write(
    `${cpus().length} × ${cpu?.model}; server: ${process.env.SAMTALE_BIN ?? 'debug build'}\n`,
  );
});

/** Waits for the mark that the last state was painted; its time in ms since the navigation began. */
function lastState(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const mark = () => performance.getEntriesByName('samtale:last-state')[0]?.startTime;
    while (mark() === undefined) await new Promise((done) => setTimeout(done, 5));
    return mark() ?? Number.NaN;
  });
}

test('from navigation to the last state', async ({ browser, server }) => {
  const address = `${server.url}/c/${CHATS.maths}`;
  const cold: number[] = [];
  const warm: number[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext();
    await context.addInitScript((account) => {
      localStorage.setItem('samtale:account', JSON.stringify(account));
      localStorage.setItem('samtale:prefs', JSON.stringify({ firstRunDone: true, language: 'nb' }));
    }, ACCOUNT);
    let page = await context.newPage();
    await page.goto(address);
    cold.push(await lastState(page));
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    // The caches of code that a browser makes on the second visit are part of being warm.
    for (let again = 0; again < 2; again += 1) {
      await page.waitForTimeout(500);
      await page.close();
      page = await context.newPage();
      await page.goto(address);
      if (again > 0) warm.push(await lastState(page));
      else await lastState(page);
    }
    await context.close();
  }
  table('From navigation to the last state, ms', [
    ['', 'median', 'p95'],
    ['cold: first visit, signed in', percentile(cold, 0.5), percentile(cold, 0.95)],
    ['warm: service worker and IndexedDB', percentile(warm, 0.5), percentile(warm, 0.95)],
  ]);
});

test('from Enter to the bubble', async ({ person }) => {
  const ingrid = await person('ingrid');
  const { box } = await ingrid.open('Jonas Bakken');
  await ingrid.page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { samtaleTimes: times });
    const newest = () =>
      [...document.querySelectorAll('[data-message-id][data-own="true"]')]
        .at(-1)
        ?.getAttribute('data-message-id');
    addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Enter') return;
        const before = newest();
        const look = () => {
          if (newest() === before) requestAnimationFrame(look);
          // This frame's callbacks run before it is painted; the next one's after.
          else requestAnimationFrame(() => times.push(performance.now() - event.timeStamp));
        };
        requestAnimationFrame(look);
      },
      { capture: true },
    );
  });
  for (let send = 0; send < SENDS; send += 1) {
    await box.fill(`Måling nummer ${send}`);
    await box.press('Enter');
    await ingrid.page.waitForTimeout(60);
  }
  const times = await ingrid.page.evaluate(
    () => (window as unknown as { samtaleTimes: number[] }).samtaleTimes,
  );
  expect(times.length).toBe(SENDS);
  table('From Enter to the bubble on screen, ms (to the frame after it)', [
    ['', 'median', 'p95', 'max'],
    [`${SENDS} sends`, percentile(times, 0.5), percentile(times, 0.95), Math.max(...times)],
  ]);
});

test.describe(() => {
  test.use({ serverArgs: ['--dev-long-chat', String(LONG)] });

  test('frames while scrolling', async ({ person }) => {
    const ingrid = await person('ingrid');
    const { messages } = await ingrid.open('Lang samtale');
    await messages.hover();
    const frames = async (deltaY: number) => {
      await ingrid.page.evaluate(() => {
        const watch = { frames: [] as number[], stop: false };
        Object.assign(window, { samtaleFrames: watch });
        let last = performance.now();
        const look = (now: number) => {
          watch.frames.push(now - last);
          last = now;
          if (!watch.stop) requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      const end = Date.now() + SCROLL_MS;
      while (Date.now() < end) {
        await ingrid.page.mouse.wheel(0, deltaY);
        await ingrid.page.waitForTimeout(16);
      }
      return ingrid.page.evaluate(() => {
        const { samtaleFrames } = window as unknown as { samtaleFrames: { frames: number[]; stop: boolean } };
        samtaleFrames.stop = true;
        return samtaleFrames.frames.slice(2);
      });
    };
    const rows: (string | number)[][] = [['', 'frames', 'p50', 'p95', 'max', 'over 25 ms']];
    for (const [name, deltaY] of [
      ['back, older pages loading', -600],
      ['forth again', 600],
    ] as const) {
      const samples = await frames(deltaY);
      const late = samples.filter((sample) => sample > 25).length;
      rows.push([
        name,
        String(samples.length),
        percentile(samples, 0.5),
        percentile(samples, 0.95),
        Math.max(...samples),
        `${late} (${((100 * late) / samples.length).toFixed(1)} %)`,
      ]);
    }
    const nodes = await ingrid.page.evaluate(() => document.querySelectorAll('[data-message-id]').length);
    table(`Frames while scrolling a chat of ${LONG} messages, ms; ${nodes} messages in the page`, rows);
  });
});
