/**
 * Pictures of the main states, with the clock standing still. They go to `results/`; with
 * `UPDATE_SCREENSHOTS=1` to `screenshots/`, from where the README shows two.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { CHATS } from './support/demo';
import type { Person } from './support/person';
import { type Arrival, expect, test } from './support/test';

/** A Tuesday in March, twenty past four in Norway. */
const NOW = '2026-03-10T16:20:00+01:00';
const JONAS = 'Jonas Bakken';
const FAMILY = 'Jonas og matten';
const EXAM = 'Eksamensgruppe R1';
const FOLDER = resolve(
  import.meta.dirname,
  process.env.UPDATE_SCREENSHOTS === '1' ? '../screenshots' : '../results/screenshots',
);
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const STILL: Arrival = {
  reducedMotion: 'reduce',
  before: (page) => page.clock.setFixedTime(new Date(NOW)),
};

test.use({ serverArgs: ['--dev-now', NOW] });

async function picture(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.mouse.move(width - 1, height - 1);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

/** Lets the demo look lived in: somebody is there, somebody answers. */
async function talk(ingrid: Person): Promise<void> {
  await ingrid.open(FAMILY);
  await ingrid.conversation.say('Faktura for mars er sendt nå 📬');
  await ingrid.conversation.sees('Faktura for mars', 'sent', 'delivered', 'read');
}

test('wide', async ({ person }) => {
  const ingrid = await person('ingrid', { ...STILL, stayOut: true });
  const { page, t, conversation } = ingrid;
  await expect(ingrid.demoUser('ingrid')).toBeVisible();
  await picture(page, 'sign-in');
  await ingrid.demoUser('ingrid').click();
  await expect(ingrid.button('ui-welcome-done')).toBeVisible();
  await picture(page, 'first-run');
  await ingrid.button('ui-welcome-done').click();

  const marianne = await person('marianne', STILL);
  const jonas = await person('jonas', STILL);
  await marianne.open(FAMILY);
  await jonas.open(FAMILY);
  await talk(ingrid);
  await conversation.sees('Faktura for mars', 'read');
  await marianne.conversation.type('Takk, da');
  await expect(ingrid.main).toContainText(t('typing-one', { name: 'Marianne Bakken' }));
  await picture(page, 'conversation');

  await ingrid.button('ui-header-people').click();
  await expect(page.getByRole('complementary', { name: t('ui-panel-title') })).toBeVisible();
  await picture(page, 'participants');
  await ingrid.button('ui-header-search').click();
  await ingrid.searchField.fill('timen');
  await expect(page.locator('mark').first()).toBeVisible();
  await picture(page, 'search');
  await page.keyboard.press('Escape');

  await ingrid.open(EXAM);
  await picture(page, 'group');
  await ingrid.startChat();
  await picture(page, 'new-chat');
  await page.keyboard.press('Escape');
  await ingrid.chooseFromMe('ui-settings');
  await expect(page.getByRole('dialog', { name: t('ui-settings') })).toBeVisible();
  await picture(page, 'settings');
});

test('trouble', async ({ person, api }) => {
  const jonas = await person('jonas', STILL);
  const { page, t, conversation } = jonas;
  await jonas.open(FAMILY);
  const owner = await api('ingrid');
  const become = (role: string) =>
    owner.call('PATCH', `/api/chats/${CHATS.family}/participants/jonas`, { role });
  await jonas.installed();
  await jonas.goOffline();
  await conversation.say('Kan vi flytte timen på torsdag? Jeg har kamp.');
  await conversation.say('Fredag passer også!');
  await expect(page.getByText(t('connection-offline'))).toBeVisible();
  await picture(page, 'offline');
  await page.keyboard.press('Control+Alt+Shift+D');
  await page.getByRole('tab', { name: t('devtools-tab-queue') }).click();
  await picture(page, 'devtools');
  await page.keyboard.press('Control+Alt+Shift+D');
  await become('observer');
  await jonas.goOnline();
  await conversation.sees('Fredag passer også!', 'failed');
  await become('student');
  await expect(conversation.box).toBeEditable();
  await picture(page, 'failed');
});

test('dark', async ({ person }) => {
  const ingrid = await person('ingrid', { ...STILL, colorScheme: 'dark' });
  await talk(ingrid);
  await picture(ingrid.page, 'dark');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`phone, ${colorScheme}`, async ({ person }) => {
    const ingrid = await person('ingrid', { ...STILL, ...PHONE, colorScheme });
    await expect(ingrid.chat(JONAS)).toBeVisible();
    await picture(ingrid.page, `phone-list-${colorScheme}`);
    await talk(ingrid);
    await picture(ingrid.page, `phone-conversation-${colorScheme}`);
  });
}
