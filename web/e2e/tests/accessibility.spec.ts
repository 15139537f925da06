/** axe finds nothing serious or critical, on any screen, light and dark, wide and narrow. */
import { expectAccessible } from './support/axe';
import { CHATS } from './support/demo';
import { expect, test } from './support/test';

const JONAS = 'Jonas Bakken';
const FAMILY = 'Jonas og matten';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every screen, ${colorScheme}`, async ({ person, api }) => {
    test.setTimeout(120_000);
    const ingrid = await person('ingrid', { colorScheme, stayOut: true, reducedMotion: 'reduce' });
    const { page, t, conversation } = ingrid;
    await expect(ingrid.demoUser('ingrid')).toBeVisible();
    await expectAccessible(page, 'sign in');
    await ingrid.demoUser('ingrid').click();
    await expect(ingrid.button('ui-welcome-done')).toBeVisible();
    await expectAccessible(page, 'first run');
    await ingrid.button('ui-welcome-done').click();
    await expect(ingrid.chat(JONAS)).toBeVisible();
    await expectAccessible(page, 'list of chats');

    await ingrid.open(FAMILY);
    await (await api('jonas')).send(CHATS.family, 'Se https://example.no/skråplan 🎉');
    await expect(conversation.message('Se https://example.no')).toBeVisible();
    await expectAccessible(page, 'conversation');
    await conversation.menu('Da er det avtalt');
    await expectAccessible(page, 'menu of a message');
    await page.keyboard.press('Escape');
    await conversation.choose('Da er det avtalt', 'action-reply');
    await expectAccessible(page, 'answering');
    await page.keyboard.press('Escape');
    await conversation.pickEmoji('Da er det avtalt');
    await expectAccessible(page, 'emoji picker');
    await page.keyboard.press('Escape');
    await conversation.choose('Da er det avtalt', 'action-delete');
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await expectAccessible(page, 'question before deleting');
    await page.keyboard.press('Escape');

    await ingrid.button('ui-header-search').click();
    await ingrid.searchField.fill('timen');
    await expect(page.locator('mark').first()).toBeVisible();
    await expectAccessible(page, 'search');
    await ingrid.button('ui-header-people').click();
    await expect(page.getByRole('complementary', { name: t('ui-panel-title') })).toBeVisible();
    await expectAccessible(page, 'participants');

    await ingrid.startChat();
    await expectAccessible(page, 'new chat');
    await page.keyboard.press('Escape');
    await ingrid.openMe();
    await expectAccessible(page, 'own menu');
    await page.getByRole('menuitem', { name: t('ui-settings') }).click();
    await expect(page.getByRole('dialog', { name: t('ui-settings') })).toBeVisible();
    await expectAccessible(page, 'settings');
    await page.keyboard.press('Escape');

    await page.keyboard.press('Control+Alt+Shift+D');
    for (const tab of ['connection', 'queue', 'events', 'performance']) {
      await page.getByRole('tab', { name: t(`devtools-tab-${tab}`) }).click();
      await expectAccessible(page, `developer tools, ${tab}`);
    }
    await page.keyboard.press('Control+Alt+Shift+D');

    await ingrid.goOffline();
    await conversation.say('Uten nett');
    await expect(page.getByText(t('connection-offline'))).toBeVisible();
    await expectAccessible(page, 'offline');
    await ingrid.chooseFromMe('ui-sign-out');
    await expect(page.getByRole('alertdialog')).toContainText(t('ui-sign-out-unsent', { count: 1 }));
    await expectAccessible(page, 'warning before signing out');
  });

  test(`a phone, ${colorScheme}`, async ({ person }) => {
    const jonas = await person('jonas', {
      colorScheme,
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      reducedMotion: 'reduce',
    });
    const { page } = jonas;
    await expectAccessible(page, 'list of chats');
    await jonas.open(FAMILY);
    await expectAccessible(page, 'conversation');
    await jonas.button('ui-header-people').click();
    await expectAccessible(page, 'participants');
  });
}
