/** Bokmål, nynorsk and English: each complete, and switched while one talks. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/test';
import { type Language, words } from './support/words';

const JONAS = 'Jonas Bakken';

for (const language of ['nb', 'nn', 'en'] as const) {
  test(`the app speaks ${language}`, async ({ person, server }) => {
    const before = async (page: Page) => {
      await page.addInitScript((prefs) => localStorage.setItem('samtale:prefs', JSON.stringify(prefs)), {
        language,
        firstRunDone: true,
      });
    };
    const ingrid = await person('ingrid', { language, before, at: server.url });
    const { page, t, conversation } = ingrid;
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await ingrid.open(JONAS);
    await conversation.say('Ei melding');
    await conversation.sees('Ei melding', 'sent');
    await conversation.choose('Ei melding', 'action-edit');
    await conversation.box.press('Escape');
    await ingrid.button('ui-header-people').click();
    const panel = page.getByRole('complementary', { name: t('ui-panel-title') });
    await expect(panel.getByText(t('role-student')).first()).toBeVisible();
    await ingrid.goOffline();
    await expect(page.getByText(t('connection-offline'))).toBeVisible();
    // A message that no catalogue has would show its key.
    const shown = await page.locator('body').ariaSnapshot();
    expect(shown).not.toMatch(/\b(ui|app|devtools|connection|delivery|role|error|status)-[a-z]+/);
    expect(shown).not.toMatch(/\{ ?\$|⁨/u);
  });
}

test('the language is changed in the settings', async ({ person }) => {
  const ingrid = await person('ingrid');
  const { page } = ingrid;
  await ingrid.open(JONAS);
  await ingrid.chooseFromMe('ui-settings');
  for (const language of ['nn', 'en', 'nb'] satisfies Language[]) {
    const t = words(language);
    await page.getByRole('radio', { name: t(`ui-language-${language}`) }).click();
    await expect(page.getByRole('heading', { name: t('ui-settings') })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
  }
});
