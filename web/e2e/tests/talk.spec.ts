/** Two people in two browsers talk. */
import { CHATS } from './support/demo';
import { expect, test } from './support/test';

const INGRID = 'Ingrid Solberg';
const JONAS = 'Jonas Bakken';
const FAMILY = 'Jonas og matten';

test('a message goes out, and its ticks come up to read', async ({ person }) => {
  const ingrid = await person('ingrid');
  const hers = await ingrid.open(JONAS);
  await hers.say('Har du gjort oppgave 4.17?');
  await hers.sees('Har du gjort oppgave 4.17?', 'sent');

  const jonas = await person('jonas');
  await hers.sees('Har du gjort oppgave 4.17?', 'delivered');
  await expect(jonas.chat(INGRID)).toContainText('Har du gjort oppgave 4.17?');

  const his = await jonas.open(INGRID);
  await expect(his.message('Har du gjort oppgave 4.17?')).toBeVisible();
  await hers.sees('Har du gjort oppgave 4.17?', 'read');

  await his.say('Ja, den var grei 😎');
  await expect(hers.message('Ja, den var grei 😎')).toBeVisible();
  await his.sees('Ja, den var grei 😎', 'read');
});

test('typing is seen while it lasts', async ({ person }) => {
  const [ingrid, jonas] = await Promise.all([person('ingrid'), person('jonas')]);
  await ingrid.open(FAMILY);
  await jonas.open(FAMILY);

  await ingrid.conversation.type('Jeg tenker på');
  await expect(jonas.main).toContainText(jonas.t('typing-one', { name: INGRID }));
  await expect(jonas.main).not.toContainText(jonas.t('typing-one', { name: INGRID }));

  await ingrid.conversation.type(' torsdag');
  await expect(jonas.main).toContainText(jonas.t('typing-one', { name: INGRID }));
  await ingrid.conversation.box.press('Enter');
  await expect(jonas.conversation.message('Jeg tenker på torsdag')).toBeVisible();
  await expect(jonas.main).not.toContainText(jonas.t('typing-one', { name: INGRID }));
});

test('one sees who is there, who is away and who has gone', async ({ person }) => {
  const jonas = await person('jonas');
  await jonas.open(INGRID);
  const ingrid = await person('ingrid', { settings: { idleTimeoutMs: 3_000 } });
  await expect(jonas.header).toContainText(jonas.t('status-online'));
  await expect(jonas.header).toContainText(jonas.t('status-away'));
  await ingrid.page.mouse.move(200, 300);
  await ingrid.page.mouse.move(240, 320);
  await expect(jonas.header).toContainText(jonas.t('status-online'));
  await ingrid.page.context().close();
  await expect(jonas.header).toContainText(/Sist sett|Frakoblet/, { timeout: 20_000 });
});

test('one says that one is busy', async ({ person }) => {
  const [ingrid, jonas] = await Promise.all([person('ingrid'), person('jonas')]);
  await jonas.open(INGRID);
  await expect(jonas.header).toContainText(jonas.t('status-online'));
  await ingrid.chooseFromMe('status-busy');
  await expect(jonas.header).toContainText(jonas.t('status-busy'));
});

test('an edit and a deletion reach the other', async ({ person }) => {
  const [ingrid, jonas] = await Promise.all([person('ingrid'), person('jonas')]);
  const hers = await ingrid.open(JONAS);
  const his = await jonas.open(INGRID);

  await hers.say('Vi ses på onsdag klokka 16');
  await hers.choose('Vi ses på onsdag', 'action-edit');
  await expect(hers.box).toHaveValue('Vi ses på onsdag klokka 16');
  await hers.box.fill('Vi ses på torsdag klokka 17');
  await hers.box.press('Enter');
  await expect(his.message('Vi ses på torsdag klokka 17')).toContainText(jonas.t('message-edited'));
  await expect(his.message('Vi ses på onsdag')).toHaveCount(0);
  await expect(hers.box).toHaveValue('');

  // The arrow up edits the last own message; Esc leaves it as it was.
  await hers.box.press('ArrowUp');
  await expect(hers.box).toHaveValue('Vi ses på torsdag klokka 17');
  await hers.box.press('Escape');
  await expect(hers.box).toHaveValue('');

  await hers.choose('Vi ses på torsdag', 'action-delete');
  await ingrid.page
    .getByRole('alertdialog')
    .getByRole('button', { name: ingrid.t('action-delete') })
    .click();
  for (const chat of [hers, his]) {
    await expect(chat.message('Vi ses på torsdag')).toHaveCount(0);
    await expect(chat.messages.getByText(ingrid.t('message-deleted')).last()).toBeVisible();
  }
});

test('an answer quotes what it answers, and leads there', async ({ person }) => {
  const [ingrid, jonas] = await Promise.all([person('ingrid'), person('jonas')]);
  const hers = await ingrid.open(JONAS);
  const his = await jonas.open(INGRID);

  await hers.say('Hvilken oppgave står du fast på?');
  await his.choose('Hvilken oppgave står du fast på?', 'action-reply');
  await his.say('Den med skråplanet');
  const quote = hers
    .message('Den med skråplanet')
    .getByRole('button', { name: /Hvilken oppgave står du fast på\?/ });
  await expect(quote).toBeVisible();
  await quote.click();
  await expect(hers.message('Hvilken oppgave står du fast på?')).toBeInViewport();
});

test('reactions come and go, from the common ones and from the picker', async ({ person }) => {
  const [ingrid, jonas] = await Promise.all([person('ingrid'), person('jonas')]);
  const hers = await ingrid.open(JONAS);
  const his = await jonas.open(INGRID);

  await hers.say('Du fikk til alle fem!');
  const picker = await his.pickEmoji('Du fikk til alle fem!');
  await picker.getByRole('searchbox').fill('rakett');
  await picker
    .getByRole('gridcell', { name: /rakett/i })
    .first()
    .click();
  await expect(hers.reaction('Du fikk til alle fem!', '🚀')).toBeVisible();

  await hers.reaction('Du fikk til alle fem!', '🚀').click();
  await expect(his.reaction('Du fikk til alle fem!', '🚀')).toContainText('2');
  await hers.reaction('Du fikk til alle fem!', '🚀').click();
  await expect(his.reaction('Du fikk til alle fem!', '🚀')).not.toContainText('2');
  await his.reaction('Du fikk til alle fem!', '🚀').click();
  await expect(hers.reaction('Du fikk til alle fem!', '🚀')).toHaveCount(0);
});

test('search finds words everywhere, and leads to the message', async ({ person }) => {
  const ingrid = await person('ingrid');
  const { page, t } = ingrid;
  await ingrid.open(JONAS);
  await ingrid.button('ui-header-search').click();
  const pane = page.getByRole('complementary', { name: t('ui-search-title') });
  await ingrid.searchField.fill('parentesene');
  const hit = ingrid.hit(/ganget ut parentesene/);
  await expect(hit).toBeVisible();
  await expect(hit.locator('mark')).toHaveText(/parentes/);
  await hit.click();
  await expect(ingrid.conversation.message('Jeg har ganget ut parentesene')).toBeInViewport();

  await ingrid.searchField.fill('tannlegen');
  await expect(pane.getByText(t('ui-search-empty', { query: 'tannlegen' }))).toBeVisible();
  await pane.getByRole('radio', { name: t('ui-search-everywhere') }).check();
  await ingrid.hit(/tannlegen/).click();
  await expect(ingrid.heading(FAMILY)).toBeVisible();
  await expect(ingrid.conversation.message('Vi skal til tannlegen')).toBeInViewport();
  expect(page.url()).toContain(CHATS.family);
});
