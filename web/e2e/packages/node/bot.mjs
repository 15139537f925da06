/** A bot: answers the first message that asks for it, waits until the server has the answer, and ends. */
import { createClient } from '@samtale/client';

const [url, userId, chatId] = process.argv.slice(2);

async function getToken() {
  const answer = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: userId }),
  });
  return (await answer.json()).token;
}

const client = createClient({ url, userId, getToken });
const close = client.openChat(chatId);
const timeline = client.timeline(chatId);
let answered = false;

const stop = timeline.subscribe(async () => {
  const { entries } = timeline.getSnapshot();
  if (entries.length > 0) process.stdout.write(`ready with ${entries.length}\n`);
  const asked = entries.some(({ message }) => message.content === 'Er du der?');
  if (!asked || answered) return;
  answered = true;
  const { done } = client.send(chatId, 'Ja, jeg er en bot.', { settle: 'acknowledged' });
  const { status } = await done;
  process.stdout.write(`answered: ${status}\n`);
  stop();
  close();
  await client.destroy();
});
