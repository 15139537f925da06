/** Servers that die, answers that get lost, firewalls without WebSockets, tokens that run out. */
import { CHATS } from './support/demo';
import { expect, test } from './support/test';

const INGRID = 'Ingrid Solberg';
const JONAS = 'Jonas Bakken';
const FAMILY = 'Jonas og matten';

test('a server is killed and comes back under a conversation', async ({ person, server, api }) => {
  const [ingrid, jonas] = await Promise.all([person('ingrid'), person('jonas')]);
  const hers = await ingrid.open(JONAS);
  const his = await jonas.open(INGRID);
  await hers.say('Før serveren faller');
  await expect(his.message('Før serveren faller')).toBeVisible();

  for (const { watch } of [ingrid, jonas]) watch.spoiled = true;
  await server.kill();
  await hers.say('Mens den er nede, én');
  await his.say('Mens den er nede, to');
  await hers.say('Mens den er nede, tre');
  await expect(ingrid.page.getByText(ingrid.t('connection-reconnecting')).first()).toBeVisible();
  await server.restart();

  const later = ['Mens den er nede, én', 'Mens den er nede, to', 'Mens den er nede, tre'];
  for (const words of later) {
    await expect(hers.message(words)).toBeVisible({ timeout: 30_000 });
    await expect(his.message(words)).toBeVisible({ timeout: 30_000 });
  }
  await hers.sees('Mens den er nede, tre', 'delivered', 'read');
  const stored = (await (await api('jonas')).messages(CHATS.maths)).map((message) => message.content);
  const said = stored.filter((content) => content.startsWith('Mens den er nede'));
  expect([...said].sort()).toEqual([...later].sort());
  const ofIngrid = said.filter((content) => content !== 'Mens den er nede, to');
  expect(ofIngrid).toEqual(['Mens den er nede, én', 'Mens den er nede, tre']);
  await expect(ingrid.page.getByText(ingrid.t('connection-reconnecting'))).toHaveCount(0);
});

test('an answer that gets lost does not double a message', async ({ person, network, api }) => {
  const ingrid = await person('ingrid', { at: network.url });
  const hers = await ingrid.open(JONAS);
  await hers.say('Med nett');
  await hers.sees('Med nett', 'sent');
  ingrid.watch.spoiled = true;
  network.loseNextAnswer();
  await hers.say('Svaret på denne går tapt');
  await hers.say('Og denne kommer etter');
  await hers.sees('Svaret på denne går tapt', 'sent', 'delivered');
  await hers.sees('Og denne kommer etter', 'sent', 'delivered');
  const stored = (await (await api('jonas')).messages(CHATS.maths)).map((message) => message.content);
  expect(stored.slice(-3)).toEqual(['Med nett', 'Svaret på denne går tapt', 'Og denne kommer etter']);
});

test('a refused message says so, and goes when it may', async ({ person, api }) => {
  const jonas = await person('jonas');
  const his = await jonas.open(FAMILY);
  const owner = await api('ingrid');
  const become = (role: string) =>
    owner.call('PATCH', `/api/chats/${CHATS.family}/participants/jonas`, { role });

  await jonas.goOffline();
  await his.say('Kan vi flytte timen?');
  await his.say('Til fredag?');
  await become('observer');
  await jonas.goOnline();
  await his.sees('Kan vi flytte timen?', 'failed');
  await his.sees('Til fredag?', 'failed');
  await expect(his.message('Kan vi flytte timen?')).toContainText('Kunne ikke sende');
  await expect(jonas.button('action-retry-all')).toBeVisible();

  await become('student');
  await expect(his.box).toBeEditable();
  await his.message('Kan vi flytte timen?').getByRole('button', { name: 'Prøv igjen' }).click();
  await his.sees('Kan vi flytte timen?', 'sent', 'delivered');
  await his
    .message('Til fredag?')
    .getByRole('button', { name: jonas.t('action-delete') })
    .click();
  await jonas.page
    .getByRole('alertdialog')
    .getByRole('button', { name: jonas.t('action-delete') })
    .click();
  await expect(his.message('Til fredag?')).toHaveCount(0);
  const stored = (await owner.messages(CHATS.family)).map((message) => message.content);
  expect(stored.filter((content) => /flytte timen\?|fredag/.test(content))).toEqual(['Kan vi flytte timen?']);
});

test('where WebSockets are blocked, HTTP carries on', async ({ person, network }) => {
  network.sockets = 'refuse';
  const settings = { httpAfterFailures: 2 };
  const ingrid = await person('ingrid', { at: network.url, settings, stayOut: true });
  ingrid.watch.spoiled = true;
  await ingrid.signIn();
  const jonas = await person('jonas');
  const hers = await ingrid.open(JONAS);
  const his = await jonas.open(INGRID);
  await hers.say('Herfra er det bare HTTP');
  await expect(his.message('Herfra er det bare HTTP')).toBeVisible();
  await his.say('Det merker jeg ikke');
  await expect(hers.message('Det merker jeg ikke')).toBeVisible();
  await hers.sees('Herfra er det bare HTTP', 'sent', 'delivered', 'read');
  expect(network.opened).toBe(0);

  // And when the firewall lets go, the socket comes back by itself.
  network.sockets = 'pass';
  await expect.poll(() => network.opened, { timeout: 30_000 }).toBeGreaterThan(0);
  await his.say('Og nå?');
  await expect(hers.message('Og nå?')).toBeVisible();
  await hers.sees('Herfra er det bare HTTP', 'read');
});

test.describe('tokens that hold for some seconds', () => {
  test.use({ serverArgs: ['--dev-token-life', '6s', '--jwt-leeway', '0s'] });

  test('are renewed under a conversation', async ({ person, network, api }) => {
    const ingrid = await person('ingrid', { at: network.url });
    const hers = await ingrid.open(JONAS);
    let renewals = 0;
    ingrid.page.on('request', (request) => {
      if (request.url().endsWith('/dev/token')) renewals += 1;
    });
    for (let second = 0; second < 16; second += 4) {
      await hers.say(`Etter ${second} sekunder`);
      await hers.sees(`Etter ${second} sekunder`, 'sent');
      await ingrid.page.waitForTimeout(4_000);
    }
    expect(renewals).toBeGreaterThanOrEqual(2);
    // In place: the connection stays.
    expect(network.opened).toBe(1);
    await (await api('jonas')).send(CHATS.maths, 'Fortsatt der?');
    await expect(hers.message('Fortsatt der?')).toBeVisible();
  });
});
