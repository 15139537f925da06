/** A chat in the terminal, with Phoenix's own client: node chat.mjs http://127.0.0.1:4000 TOKEN CHAT_ID */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Socket } from 'phoenix';
import { WebSocket } from 'ws'; // A browser has its own, and so has Node from version 22 on.

const [server, authToken, chatId] = process.argv.slice(2);
const socket = new Socket(`${server.replace(/^http/, 'ws')}/socket`, { authToken, transport: WebSocket });
socket.connect();

let cursor = {}; // Where we are. Every join tells it, the one after a cut too: so nothing is missed.
const chat = socket.channel(`chat:${chatId}`, () => cursor);
const sync = () => chat.push('sync', cursor).receive('ok', take);
const complain = ({ code, message }) => console.error(`${code}: ${message}`);
const seen = new Map(); // A row may come twice, and an older one late: the greater seq counts.
function show({ id, seq, senderId, content }) {
  if (seen.get(id) >= seq) return;
  seen.set(id, seq);
  process.stdout.write(`${senderId}: ${content}\n`);
}
function take({ epoch, upTo, head, messages = [] }) {
  messages.forEach(show);
  cursor = { epoch, since: upTo };
  if (upTo < head) sync(); // There is more: it comes in pages.
}
chat.join().receive('ok', take).receive('error', complain);
chat.on('envelope', ({ seq, rows: { messages = [] } }) => {
  messages.forEach(show);
  if (seq === cursor.since + 1) cursor.since = seq;
  else if (seq > cursor.since) sync(); // Numbers are missing: the server has the rest.
});
chat.on('behind', sync);
chat.on('reset', () => {
  cursor = {};
  sync();
});

// The id is ours: however often the message is sent, it arrives once.
function send(content, id = randomUUID()) {
  const push = chat.push('message:send', { id, content });
  push.receive('error', complain).receive('timeout', () => send(content, id));
}
createInterface({ input: process.stdin }).on('line', (line) => send(line));
