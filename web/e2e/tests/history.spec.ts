/** Five thousand messages: scrolling back through them, and keeping one's place. */
import { scrollUp } from './support/scrolling';
import { expect, test } from './support/test';

const LONG = 'Lang samtale';

test.use({ serverArgs: ['--dev-long-chat', '5000'] });

test('one scrolls back through 5,000 messages and keeps the place', async ({ person, api }) => {
  test.setTimeout(120_000);
  const ingrid = await person('ingrid');
  const jonas = await api('jonas');
  const hers = await ingrid.open(LONG);
  await expect(hers.messages.getByRole('listitem').last()).toBeInViewport();
  const start = ingrid.page.getByText(ingrid.t('ui-messages-start'));

  const jumps = await scrollUp(ingrid.page, hers.messages, () => start.isVisible());
  await expect(start).toBeVisible();
  expect(jumps).toEqual([]);

  // What arrives meanwhile moves nothing, and says so; the button leads to it.
  const chats = await jonas.call<{ chats: { id: string; title?: string }[] }>('GET', '/api/chats');
  const long = chats.chats.find((chat) => chat.title === LONG)?.id ?? '';
  const first = hers.messages.getByRole('listitem').first();
  const before = await first.boundingBox();
  await jonas.send(long, 'Leser du ennå?');
  const newest = ingrid.button('ui-messages-newest-unread', { count: 1 });
  await expect(newest).toBeVisible();
  expect(await first.boundingBox()).toEqual(before);
  await newest.click();
  await expect(hers.message('Leser du ennå?')).toBeInViewport();
  await expect(newest).toHaveCount(0);

  // And at the end one stays at the end.
  await jonas.send(long, 'Da ses vi.');
  await expect(hers.message('Da ses vi.')).toBeInViewport();
});
