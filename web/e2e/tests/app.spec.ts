/** The app around the conversation: what a newcomer looks for. */
import { CHATS } from './support/demo';
import { expect, test } from './support/test';

const INGRID = 'Ingrid Solberg';
const JONAS = 'Jonas Bakken';
const EXAM = 'Eksamensgruppe R1';
const FAMILY = 'Jonas og matten';

test('a newcomer chooses a language and what others see, once', async ({ person }) => {
  const ingrid = await person('ingrid', { stayOut: true });
  await ingrid.demoUser('ingrid').click();
  const welcome = ingrid.page.getByRole('dialog', { name: ingrid.t('ui-welcome') });
  await expect(welcome.getByRole('radio', { name: ingrid.t('ui-language-nb') })).toBeChecked();
  await expect(welcome.getByRole('switch', { name: ingrid.t('ui-privacy-presence') })).toBeVisible();
  await ingrid.button('ui-welcome-done').click();
  await expect(ingrid.chat(JONAS)).toBeVisible();
  await ingrid.page.reload();
  await expect(ingrid.chat(JONAS)).toBeVisible();
  await expect(welcome).toHaveCount(0);
});

test('a new chat is started with people one knows, and they get it', async ({ person }) => {
  const [ingrid, amina] = await Promise.all([person('ingrid'), person('amina')]);
  const { t } = ingrid;
  const dialog = await ingrid.startChat();
  const field = dialog.getByRole('combobox', { name: t('ui-new-chat-people') });
  for (const [some, name] of [
    ['Amina', 'Amina Hassan'],
    ['Emil', 'Emil Larsen'],
  ] as const) {
    await field.fill(some);
    await dialog.getByRole('option', { name }).click();
  }
  await dialog.getByRole('textbox', { name: t('ui-chat-name') }).fill('Muntlig i R1');
  await dialog.getByRole('button', { name: t('ui-new-chat-start') }).click();
  await expect(ingrid.heading('Muntlig i R1')).toBeVisible();
  await ingrid.conversation.say('Hei dere, her øver vi.');
  await amina.open('Muntlig i R1');
  await expect(amina.conversation.message('Hei dere, her øver vi.')).toBeVisible();
});

test('a muted chat is marked, and is loud again when asked', async ({ person }) => {
  const ingrid = await person('ingrid');
  const row = ingrid.chat(EXAM);
  const menu = async (key: string) => {
    await row.getByRole('button').first().click({ button: 'right' });
    await ingrid.page.getByRole('menuitem', { name: ingrid.t(key) }).click();
  };
  await menu('ui-chat-mute');
  await expect(row).toContainText(ingrid.t('ui-chat-muted'));
  await ingrid.page.reload();
  await expect(row).toContainText(ingrid.t('ui-chat-muted'));
  await menu('ui-chat-unmute');
  await expect(row).not.toContainText(ingrid.t('ui-chat-muted'));
});

test('one leaves a chat from its panel', async ({ person }) => {
  const [jonas, ingrid] = await Promise.all([person('jonas'), person('ingrid')]);
  await ingrid.open(FAMILY);
  await ingrid.button('ui-header-people').click();
  const people = ingrid.page.getByRole('complementary', { name: ingrid.t('ui-panel-title') });
  await expect(people).toContainText(JONAS);
  await expect(people).toContainText(ingrid.t('role-guardian'));

  await jonas.open(FAMILY);
  await jonas.button('ui-header-people').click();
  await jonas.button('action-leave').click();
  await jonas.page
    .getByRole('alertdialog')
    .getByRole('button', { name: jonas.t('ui-leave'), exact: true })
    .click();
  await expect(jonas.chat(FAMILY)).toHaveCount(0);
  await expect(people).not.toContainText(JONAS);
});

test('what is unread stands in the title, and goes when it is read', async ({ person, api }) => {
  const jonas = await person('jonas');
  const ingrid = await api('ingrid');
  const unread = async () => Number(/^\((\d+)\)/.exec(await jonas.page.title())?.[1] ?? 0);
  await expect.poll(unread).toBeGreaterThan(0);
  const before = await unread();
  await ingrid.send(CHATS.family, 'Ulest, én');
  await expect.poll(unread).toBe(before + 1);
  await expect(jonas.chat(FAMILY)).toContainText('Ulest, én');
  await jonas.open(FAMILY);
  await expect.poll(unread).toBeLessThan(before);
});

test('a draft waits in its chat, and in the list, over a reload', async ({ person }) => {
  const ingrid = await person('ingrid');
  const hers = await ingrid.open(JONAS);
  await hers.type('Halvferdig tanke');
  await ingrid.open(FAMILY);
  await expect(hers.box).toHaveValue('');
  await expect(ingrid.chat(JONAS)).toContainText(ingrid.t('message-draft', { text: 'Halvferdig tanke' }));
  await ingrid.page.reload();
  await expect(ingrid.chat(JONAS)).toContainText('Halvferdig tanke');
  await ingrid.open(JONAS);
  await expect(hers.box).toHaveValue('Halvferdig tanke');
  await hers.box.press('Enter');
  await hers.sees('Halvferdig tanke', 'sent');
  await ingrid.open(FAMILY);
  await expect(ingrid.chat(JONAS)).not.toContainText('Utkast');
});

test('an address leads to a chat, and to a message in it', async ({ person, api }) => {
  const ingrid = await person('ingrid');
  const { page, conversation } = ingrid;
  await page.goto(`${ingrid.at}/c/${CHATS.family}`);
  await expect(ingrid.heading(FAMILY)).toBeVisible();
  const [first] = await (await api('ingrid')).messages(CHATS.maths);
  await page.goto(`${ingrid.at}/c/${CHATS.maths}/${first?.id}`);
  await expect(ingrid.heading(JONAS)).toBeVisible();
  await expect(conversation.message(first?.content ?? '')).toBeInViewport();
  await page.goBack();
  await expect(ingrid.heading(FAMILY)).toBeVisible();
});

test('signing out warns of what is not sent, and wipes this device', async ({ person }) => {
  const ingrid = await person('ingrid');
  const { page, t } = ingrid;
  const hers = await ingrid.open(JONAS);
  await ingrid.installed();
  await ingrid.goOffline();
  await hers.say('Ikke sendt ennå');
  await ingrid.chooseFromMe('ui-sign-out');
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText(t('ui-sign-out-unsent', { count: 1 }));
  await question.getByRole('button', { name: t('action-cancel') }).click();
  await expect(hers.message('Ikke sendt ennå')).toBeVisible();

  await ingrid.chooseFromMe('ui-sign-out');
  await question.getByRole('button', { name: t('ui-sign-out-anyway') }).click();
  await expect(ingrid.chats).toHaveCount(0);
  const kept = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    local: JSON.stringify(localStorage),
  }));
  expect(JSON.stringify(kept)).not.toContain('Ikke sendt ennå');
  expect(kept.local).not.toContain(INGRID);
});

test('the developer tools show the queue without its words', async ({ person }) => {
  const ingrid = await person('ingrid');
  const { page, t } = ingrid;
  const hers = await ingrid.open(JONAS);
  await ingrid.installed();
  await ingrid.goOffline();
  await hers.say('Hemmelig for utviklere');
  await page.keyboard.press('Control+Alt+Shift+D');
  const tools = page.getByRole('region', { name: t('devtools-title') });
  await expect(tools).toContainText('offline');
  await tools.getByRole('tab', { name: t('devtools-tab-queue') }).click();
  await expect(tools).toContainText(t('devtools-queue-body-hidden'));
  await expect(tools).not.toContainText('Hemmelig for utviklere');
  await tools.getByRole('tab', { name: t('devtools-tab-events') }).click();
  await expect(tools.getByRole('row').nth(2)).toBeVisible();
  const inspected = await page.evaluate(() =>
    JSON.stringify((window as unknown as { samtale: { inspect(): unknown } }).samtale.inspect()),
  );
  expect(inspected).toContain('"outbox"');
  expect(inspected).not.toContain('Hemmelig for utviklere');
  expect(inspected).not.toMatch(/eyJ[\w-]+\./);
});

test('a thread is answered beside the conversation', async ({ person }) => {
  const [ingrid, jonas] = await Promise.all([person('ingrid'), person('jonas')]);
  const hers = await ingrid.open(JONAS);
  const his = await jonas.open(INGRID);
  await hers.say('Hvem tar med kalkulator?');
  await his.choose('Hvem tar med kalkulator?', 'ui-message-thread');
  const thread = jonas.page.getByRole('region', { name: jonas.t('ui-thread'), exact: true });
  await thread.getByRole('textbox').fill('Det gjør jeg');
  await thread.getByRole('textbox').press('Enter');
  await expect(hers.message('Hvem tar med kalkulator?')).toContainText(
    ingrid.t('message-replies', { count: 1 }),
  );
});
