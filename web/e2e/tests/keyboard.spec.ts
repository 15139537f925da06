/** Without a mouse: from signing in to leaving a chat. */
import type { Locator } from '@playwright/test';
import { item } from './support/conversation';
import type { Person } from './support/person';
import { expect, test } from './support/test';

const JONAS = 'Jonas Bakken';
const EXAM = 'Eksamensgruppe R1';

/** Whether something has the focus. */
function focused(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement).catch(() => false);
}

/** Presses Tab until something has the focus, as a person does who looks for it. */
async function tabTo(person: Person, target: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await focused(target)) return;
    await person.page.keyboard.press(key);
  }
  throw new Error(`Forty times ${key} did not lead to ${target}.`);
}

test('everything is done by keyboard alone', async ({ person, api }) => {
  const ingrid = await person('ingrid', { stayOut: true });
  const { page, t, conversation } = ingrid;
  const { keyboard } = page;

  // Sign in, and answer the first questions.
  await expect(ingrid.demoUser('ingrid')).toBeVisible();
  await tabTo(ingrid, ingrid.demoUser('ingrid'));
  await keyboard.press('Enter');
  await expect(ingrid.button('ui-welcome-done')).toBeVisible();
  await tabTo(ingrid, ingrid.button('ui-welcome-done'));
  await keyboard.press('Enter');

  // Choose a chat: the list is one stop, arrows move in it.
  const row = (name: string) => ingrid.chat(name).getByRole('button').first();
  await expect(row(JONAS)).toBeVisible();
  await tabTo(ingrid, ingrid.chats.locator('button[tabindex="0"]'));
  await keyboard.press('Home');
  for (let presses = 0; presses < 6; presses += 1) {
    if (await focused(row(JONAS))) break;
    await keyboard.press('ArrowDown');
  }
  await expect(row(JONAS)).toBeFocused();
  await keyboard.press('Enter');
  await expect(ingrid.heading(JONAS)).toBeVisible();

  // Write.
  await tabTo(ingrid, conversation.box);
  await keyboard.type('Skrevet uten mus');
  await keyboard.press('Enter');
  await conversation.sees('Skrevet uten mus', 'sent');

  // Into the messages, one stop too; up by arrows; answer by the menu.
  await tabTo(ingrid, conversation.messages.locator('[tabindex="0"]').first(), 'Shift+Tab');
  await keyboard.press('End');
  await expect(conversation.message('Skrevet uten mus')).toBeFocused();
  await keyboard.press('Shift+F10');
  await expect(item(page.getByRole('menu'), t('action-reply'))).toBeFocused();
  await keyboard.press('Enter');
  await expect(conversation.box).toBeFocused();
  await keyboard.type('Svar til meg selv');
  await keyboard.press('Enter');
  await conversation.sees('Svar til meg selv', 'sent');

  // React by the menu and the picker.
  await tabTo(ingrid, conversation.messages.locator('[tabindex="0"]').first(), 'Shift+Tab');
  await keyboard.press('End');
  await keyboard.press('Shift+F10');
  await expect(page.getByRole('menu')).toBeVisible();
  for (let presses = 0; presses < 8; presses += 1) {
    if (await focused(item(page.getByRole('menu'), t('action-react')))) break;
    await keyboard.press('ArrowDown');
  }
  await keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: t('ui-emoji-quick') })).toBeVisible();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect(conversation.reaction('Svar til meg selv', '❤️')).toBeVisible();

  // Search, go to a hit, close.
  await tabTo(ingrid, ingrid.button('ui-header-search'), 'Shift+Tab');
  await keyboard.press('Enter');
  await expect(ingrid.searchField).toBeFocused();
  await keyboard.type('opprinnelige');
  await expect(ingrid.hit(/den opprinnelige likninga/)).toBeVisible();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(conversation.message('Sett inn 14 i den opprinnelige')).toBeInViewport();

  // Leave the group from the list's menu.
  await tabTo(ingrid, ingrid.chats.locator('button[tabindex="0"]'), 'Shift+Tab');
  for (let presses = 0; presses < 6; presses += 1) {
    if (await focused(row(EXAM))) break;
    await keyboard.press(presses === 0 ? 'Home' : 'ArrowDown');
  }
  await keyboard.press('Shift+F10');
  await expect(page.getByRole('menu')).toBeVisible();
  await keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: t('action-leave') })).toBeFocused();
  await keyboard.press('Enter');
  const question = page.getByRole('alertdialog');
  await tabTo(ingrid, question.getByRole('button', { name: t('ui-leave'), exact: true }));
  await keyboard.press('Enter');
  await expect(ingrid.chat(EXAM)).toHaveCount(0);
  const left = await (await api('ingrid')).call<{ chats: { title?: string }[] }>('GET', '/api/chats');
  expect(left.chats.some((chat) => chat.title?.startsWith(EXAM))).toBe(false);
});
