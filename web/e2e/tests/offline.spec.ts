/** Without a network: nothing is lost, nothing doubled, nothing out of order. */
import { CHATS } from './support/demo';
import { expect, test } from './support/test';

const JONAS = 'Jonas Bakken';
const TEN = Array.from({ length: 10 }, (_, index) => `Uten nett, nummer ${index + 1} av ti`);

test('ten written offline outlive their tab, and go out once and in order', async ({ person, api }) => {
  const ingrid = await person('ingrid');
  const hers = await ingrid.open(JONAS);
  await ingrid.installed();
  const address = new URL(ingrid.page.url()).pathname;

  await ingrid.goOffline();
  for (const words of TEN) await hers.say(words);
  await expect(ingrid.page.getByText(ingrid.t('connection-offline'))).toBeVisible();
  await hers.sees(TEN[9] ?? '', 'sending');
  await ingrid.page.close();

  // The service worker opens the app, the engine its last state.
  const again = await ingrid.anotherTab(address);
  for (const words of TEN) await again.conversation.sees(words, 'sending');
  await expect(again.chat('Eksamensgruppe R1')).toBeVisible();

  await again.goOnline();
  for (const words of TEN) await again.conversation.sees(words, 'sent', 'delivered');
  const stored = (await (await api('jonas')).messages(CHATS.maths)).map((message) => message.content);
  expect(stored.filter((content) => content.startsWith('Uten nett'))).toEqual(TEN);
});

test('what a person does offline to their messages holds later', async ({ person, api }) => {
  const ingrid = await person('ingrid');
  const hers = await ingrid.open(JONAS);
  await hers.say('Dette skal endres');
  await hers.sees('Dette skal endres', 'sent');
  await ingrid.goOffline();
  await hers.choose('Dette skal endres', 'action-edit');
  await hers.box.fill('Dette er endret');
  await hers.box.press('Enter');
  await expect(hers.message('Dette er endret')).toBeVisible();
  await hers.say('Dette angrer jeg på');
  await hers.choose('Dette angrer jeg på', 'action-delete');
  await ingrid.page
    .getByRole('alertdialog')
    .getByRole('button', { name: ingrid.t('action-delete') })
    .click();
  await expect(hers.message('Dette angrer jeg på')).toHaveCount(0);
  await ingrid.goOnline();
  const jonas = await api('jonas');
  await expect.poll(async () => (await jonas.messages(CHATS.maths)).at(-1)?.content).toBe('Dette er endret');
});

test('the first chat opened without a network shows what was kept', async ({ person }) => {
  const ingrid = await person('ingrid');
  await ingrid.open(JONAS);
  await ingrid.installed();
  await ingrid.goOffline();
  await ingrid.page.reload();
  await expect(ingrid.conversation.messages.getByRole('listitem').last()).toBeVisible();
  await ingrid.page.goto(`${ingrid.at}/`);
  await expect(ingrid.chat('Nora Lie')).toBeVisible();
});

test('reloading in a hurry loses nothing', async ({ person, network, api }) => {
  const ingrid = await person('ingrid', { at: network.url });
  const hers = await ingrid.open(JONAS);
  await ingrid.installed();
  ingrid.watch.spoiled = true;
  // Each message is left the moment it was sent, and the page again before or after it has read what it kept.
  const waits = [[0], [50, 50], [20, 400, 20], [150, 150, 150]];
  for (const [index, pauses] of waits.entries()) {
    network.down();
    await hers.box.fill(`I farten, nummer ${index}`);
    await hers.box.press('Enter');
    for (const pause of pauses) {
      await ingrid.page.reload({ waitUntil: 'commit' });
      await ingrid.page.waitForTimeout(pause);
    }
    await expect(hers.message(`I farten, nummer ${index}`)).toHaveCount(1);
    network.up();
    await hers.sees(`I farten, nummer ${index}`, 'sent', 'delivered');
  }
  const stored = (await (await api('jonas')).messages(CHATS.maths)).map((message) => message.content);
  expect(stored.filter((content) => content.startsWith('I farten'))).toEqual(
    waits.map((_, index) => `I farten, nummer ${index}`),
  );
});
