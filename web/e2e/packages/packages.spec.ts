/** The tarballs, used as their README says, by apps that know nothing else of this repository. */
import { expect, type Page } from '@playwright/test';
import { CHATS } from '../tests/support/demo';
import { test } from '../tests/support/test';
import { within, words } from '../tests/support/words';
import { install } from './support/app';
import { run, start } from './support/run';

const t = words('nb');

test.use({ serverArgs: ['--origins', '*'] });

async function sendsByComponents(page: Page, content: string): Promise<void> {
  const box = page.getByRole('textbox', { name: t('ui-composer'), exact: true });
  await box.fill(content);
  await box.press('Enter');
  await expect(page.getByRole('listitem', { name: within(content) })).toBeVisible();
}

test('a Vite app: types, dev server, build', async ({ server, api, page }) => {
  const app = await install('vite');
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  try {
    await run(app.folder, 'npx', 'tsc', '--project', 'tsconfig.json');
    await run(app.folder, 'npx', 'tsc', '--project', 'tsconfig.node16.json');
    await run(app.folder, 'npx', 'vite', 'build');
    for (const args of [['vite'], ['vite', 'preview']]) {
      const served = await start(app.folder, /Local:\s+(http:\S+?)\/?$/, 'npx', ...args);
      try {
        await page.goto(`${served.found}/?server=${encodeURIComponent(server.url)}&chat=${CHATS.maths}`);
        const own = page.getByRole('region', { name: 'Own' });
        await expect(own.getByText('connected', { exact: true })).toBeVisible();
        const content = `Fra ${args.join(' ')}`;
        await sendsByComponents(page, content);
        await expect(own.getByText(`${content} (sent)`)).toBeVisible();
        await own.getByRole('button').click();
        await expect(own.getByText('Skrevet med hooks (sent)').last()).toBeVisible();
      } finally {
        await served.stop();
      }
    }
    const sent = (await (await api('jonas')).messages(CHATS.maths))
      .slice(-4)
      .map((message) => message.content);
    expect(sent).toEqual(['Fra vite', 'Skrevet med hooks', 'Fra vite preview', 'Skrevet med hooks']);
    expect(problems).toEqual([]);
  } finally {
    await app.remove();
  }
});

test('a Next app: build, a page from the server, and then alive', async ({ server, api, page }) => {
  const app = await install('next');
  process.env.NEXT_PUBLIC_SAMTALE = server.url;
  process.env.NEXT_PUBLIC_CHAT = CHATS.maths;
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  try {
    await run(app.folder, 'npx', 'next', 'build');
    const served = await start(app.folder, /Local:\s+(http:\S+)/, 'npx', 'next', 'start', '-p', '0');
    try {
      const html = await (await fetch(served.found)).text();
      expect(html).toContain('not connected');
      expect(html).toContain(t('ui-composer'));
      await page.goto(served.found);
      await expect(page.getByText(/^connected, \d+ messages$/)).toBeVisible();
      await sendsByComponents(page, 'Fra Next');
      await expect
        .poll(async () => (await (await api('jonas')).messages(CHATS.maths)).at(-1)?.content)
        .toBe('Fra Next');
      expect(problems).toEqual([]);
    } finally {
      await served.stop();
    }
  } finally {
    await app.remove();
  }
});

test('plain Node: a bot that answers, a page that is rendered', async ({ server, api }) => {
  const app = await install('node');
  try {
    const jonas = await api('jonas');
    const bot = await start(app.folder, /(ready)/, 'node', 'bot.mjs', server.url, 'ingrid', CHATS.maths);
    try {
      await jonas.send(CHATS.maths, 'Er du der?');
      await expect.poll(() => bot.lines).toContain('answered: sent');
      // Nothing keeps the process: no timer, no socket.
      await expect.poll(() => bot.running()).toBe(false);
    } finally {
      await bot.stop();
    }
    const said = (await jonas.messages(CHATS.maths)).slice(-2).map((message) => message.content);
    expect(said).toEqual(['Er du der?', 'Ja, jeg er en bot.']);
    const html = await run(app.folder, 'node', 'render.mjs');
    expect(html).toContain('<p>false, 0</p>');
    expect(html).toContain(t('ui-composer'));
  } finally {
    await app.remove();
  }
});
