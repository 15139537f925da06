/** A new version of the app: it announces itself, and never swaps under a running page. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Server } from './support/server';
import { test as base, expect } from './support/test';

const DIST = resolve(import.meta.dirname, '../../apps/chat/dist');

// The server serves a copy of the build, which the test then changes as an upgrade would.
const test = base.extend<{ build: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from its parameter
  build: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'samtale-build-'));
    await cp(DIST, folder, { recursive: true });
    for (const file of await readdir(folder)) {
      if (/\.(br|gz)$/.test(file)) await rm(join(folder, file));
    }
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  server: async ({ build }, use) => {
    const server = await Server.start({ args: ['--app', build] });
    await use(server);
    await server.dispose();
  },
});

test('a new version says so, and comes when one asks for it', async ({ person, build }) => {
  const ingrid = await person('ingrid');
  const { page, t } = ingrid;
  const hers = await ingrid.open('Jonas Bakken');
  await ingrid.installed();
  await hers.type('Midt i en setning');
  // A draft is kept some moments after the last key.
  await page.waitForTimeout(1_000);

  const change = async (file: string, from: RegExp, to: string) => {
    const text = await readFile(join(build, file), 'utf8');
    expect(text).toMatch(from);
    await writeFile(join(build, file), text.replace(from, to));
  };
  await change('index.html', /<\/title>/, '</title><meta name="samtale-build" content="two">');
  await change(
    'sw.js',
    /(["']?url["']?:["']\/?index\.html["'],["']?revision["']?:["'])[0-9a-f]+|(revision["']?:["'])[0-9a-f]+(["'],["']?url["']?:["']\/?index\.html)/,
    '$1$20123456789$3',
  );

  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect(page.getByText(t('ui-update'))).toBeVisible();
  const built = page.locator('meta[name="samtale-build"]');
  await expect(built).toHaveCount(0);
  await page.reload();
  await expect(built).toHaveCount(0);
  await expect(hers.box).toHaveValue('Midt i en setning');
  await ingrid.button('ui-reload').click();
  await expect(built).toHaveCount(1);
  await expect(hers.box).toHaveValue('Midt i en setning');
});
