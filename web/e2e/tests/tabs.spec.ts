/** Several tabs of one browser: each with an engine of its own, together one device. */
import { CHATS } from './support/demo';
import { expect, test } from './support/test';

const INGRID = 'Ingrid Solberg';
const JONAS = 'Jonas Bakken';

test('two tabs show the same, and send once', async ({ person, api }) => {
  const ingrid = await person('ingrid');
  const first = await ingrid.open(JONAS);
  const second = await ingrid.anotherTab(new URL(ingrid.page.url()).pathname);
  await first.say('Fra den første fanen');
  await expect(second.conversation.message('Fra den første fanen')).toHaveCount(1);
  await second.conversation.say('Fra den andre fanen');
  await expect(first.message('Fra den andre fanen')).toHaveCount(1);
  await expect(first.message('Fra den første fanen')).toHaveCount(1);
  const stored = (await (await api('jonas')).messages(CHATS.maths)).map((message) => message.content);
  expect(stored.slice(-2)).toEqual(['Fra den første fanen', 'Fra den andre fanen']);
});

test('what a closed tab had not sent, another one sends', async ({ person, network, api }) => {
  const ingrid = await person('ingrid', { at: network.url });
  await ingrid.open(JONAS);
  const other = await ingrid.anotherTab();
  await expect(other.chat(JONAS)).toBeVisible();

  ingrid.watch.spoiled = true;
  network.down();
  const three = ['Arv, én', 'Arv, to', 'Arv, tre'];
  for (const words of three) await ingrid.conversation.say(words);
  await ingrid.page.close();
  await other.open(JONAS);
  for (const words of three) await expect(other.conversation.message(words)).toHaveCount(1);
  network.up();
  // A lost connection is sought again after 30 s at the latest.
  await expect(other.page.getByText(other.t('connection-offline'))).toHaveCount(0, { timeout: 40_000 });
  for (const words of three) await other.conversation.sees(words, 'sent', 'delivered');
  const stored = (await (await api('jonas')).messages(CHATS.maths)).map((message) => message.content);
  expect(stored.filter((content) => content.startsWith('Arv'))).toEqual(three);
});

test('one stays there as long as one tab does', async ({ person }) => {
  const jonas = await person('jonas');
  await jonas.open(INGRID);
  const ingrid = await person('ingrid');
  const other = await ingrid.anotherTab();
  await expect(other.chat(JONAS)).toBeVisible();
  await expect(jonas.header).toContainText(jonas.t('status-online'));
  await ingrid.page.close();
  // Longer than a leave waits.
  for (let second = 0; second < 8; second += 1) {
    await expect(jonas.header).toContainText(jonas.t('status-online'));
    await jonas.page.waitForTimeout(1_000);
  }
});

test('signing out in one tab signs out the other', async ({ person }) => {
  const ingrid = await person('ingrid');
  const other = await ingrid.anotherTab();
  await expect(other.chat(JONAS)).toBeVisible();
  await ingrid.chooseFromMe('ui-sign-out');
  await ingrid.page
    .getByRole('alertdialog')
    .getByRole('button', { name: ingrid.t('ui-sign-out') })
    .click();
  await expect(ingrid.demoUser('jonas')).toBeVisible();
  await expect(other.demoUser('jonas')).toBeVisible();
});
