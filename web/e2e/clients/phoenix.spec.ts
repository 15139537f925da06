/** Phoenix's own client: on the server's own topics as docs/protocol.md has them, and on Supabase's. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Channel, Presence, type Push } from 'phoenix';
import { uuidV7 } from '../tests/support/api';
import { CHATS } from '../tests/support/demo';
import { Freezer } from './support/freezer';
import { Heard, until } from './support/heard';
import { Program } from './support/program';
import { expect, mayNotRead, room, test } from './support/test';
import { anonKey, userToken } from './support/tokens';

/** What a push was answered with. */
interface Answer {
  status: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a reply holds differs from push to push.
  response: any;
}

function answered(push: Push): Promise<Answer> {
  return new Promise((done) => {
    for (const status of ['ok', 'error', 'timeout'] as const) {
      push.receive(status, (response) => done({ status, response }));
    }
  });
}

/** A change of a chat. */
interface Envelope {
  chat: string;
  seq: number;
  rows: { messages?: { id: string; content: string; seq: number }[] };
}

/** Writes down what a channel hears of some event. */
function heard<T>(channel: Channel, event: string): Heard<T> {
  const list = new Heard<T>(`${event} on ${channel.topic}`);
  channel.on(event, (payload: T) => list.add(payload));
  return list;
}

const PATHS = ['/socket', '/realtime/v1'] as const;

for (const path of PATHS) {
  test(`a chat is joined, written in and heard at ${path}`, async ({ clients, person }) => {
    const chat = await person('ingrid').chat(['jonas']);
    const [ingrid, jonas] = ['ingrid', 'jonas'].map((name) =>
      clients.phoenix({ authToken: userToken(name) }, path).socket.channel(`chat:${chat}`),
    );
    if (!ingrid || !jonas) throw new Error('two channels');
    const envelopes = heard<Envelope>(jonas, 'envelope');
    const joined = await answered(jonas.join());
    expect(joined).toEqual({
      status: 'ok',
      response: expect.objectContaining({
        chatId: chat,
        epoch: expect.any(String),
        reset: true,
        members: 2,
        role: 'student',
      }),
    });
    expect(joined.response.upTo).toBe(joined.response.head);
    expect((await answered(ingrid.join())).response.role).toBe('owner');
    const message = { id: uuidV7(), content: 'Hei fra phoenix.js' };
    const sent = await answered(ingrid.push('message:send', message));
    expect(sent).toMatchObject({ status: 'ok', response: { seq: joined.response.head + 1 } });
    expect(await envelopes.first()).toMatchObject({
      chat,
      seq: sent.response.seq,
      rows: { messages: [{ ...message, senderId: 'ingrid', createdSeq: sent.response.seq }] },
    });
    const again = await answered(ingrid.push('message:send', message));
    expect(again).toMatchObject({ status: 'ok', response: { seq: sent.response.seq, repeat: true } });
    const conflict = await answered(ingrid.push('message:send', { ...message, content: 'noe annet' }));
    expect(conflict).toMatchObject({ status: 'error', response: { code: 'id_conflict' } });
    const typing = heard<object>(jonas, 'typing');
    expect(await answered(ingrid.push('typing', { on: true }))).toEqual({ status: 'ok', response: {} });
    expect(await typing.first()).toEqual({ userId: 'ingrid', ttlMs: expect.any(Number) });
    expect(envelopes.items).toHaveLength(1);
  });
}

for (const name of ['apikey', 'token'] as const) {
  test(`a user's token may be the parameter ${name}`, async ({ clients }) => {
    const { socket } = clients.phoenix({ params: { [name]: userToken('jonas') } });
    expect((await answered(socket.channel(`chat:${CHATS.maths}`).join())).status).toBe('ok');
  });
}

test('a chat is for its participants, and a visitor has no own topics', async ({ clients }) => {
  const thomas = clients.phoenix({ authToken: userToken('thomas') }).socket;
  expect(await answered(thomas.channel(`chat:${CHATS.maths}`).join())).toMatchObject({
    status: 'error',
    response: { code: 'not_participant' },
  });
  expect((await answered(thomas.channel('user:jonas').join())).status).toBe('error');
  const visitor = clients.phoenix({ params: { apikey: anonKey() } }).socket;
  for (const topic of [`chat:${CHATS.maths}`, 'user:jonas', 'user:']) {
    expect((await answered(visitor.channel(topic).join())).status, topic).toBe('error');
  }
});

test("one's own topic tells of chats that one has not joined", async ({ clients, person }) => {
  const chat = await person('ingrid').chat(['jonas'], { title: 'Fra en annen' });
  const own = clients.phoenix({ authToken: userToken('jonas') }).socket.channel('user:jonas');
  const heads = heard<{ chatId: string; head: number }>(own, 'head');
  const { response } = await answered(own.join());
  expect(response.me).toMatchObject({ userId: 'jonas', name: 'Jonas Bakken' });
  expect(response.chats.map(({ id }: { id: string }) => id)).toContain(chat);
  const sent = await person('ingrid').send(chat, 'Hei');
  expect(await heads.first(({ chatId }) => chatId === chat)).toMatchObject({ chatId: chat, head: sent.seq });
});

test('presence of a chat is what the client keeps presence by', async ({ clients, person }) => {
  const chat = await person('ingrid').chat(['jonas']);
  const [ingrid, jonas] = ['ingrid', 'jonas'].map((name) =>
    clients.phoenix({ authToken: userToken(name) }).socket.channel(`chat:${chat}`),
  );
  if (!ingrid || !jonas) throw new Error('two channels');
  const presence = new Presence(jonas);
  const there = () =>
    presence.list((key: string, { metas }: { metas: { status: string }[] }) => [
      key,
      metas.map((meta) => meta.status),
    ]);
  await answered(jonas.join());
  await answered(ingrid.join());
  expect((await answered(ingrid.push('presence', { status: 'online', device: 'desktop' }))).status).toBe(
    'ok',
  );
  await until('Ingrid is there', () => JSON.stringify(there()).includes('"ingrid",["online"]'));
  await answered(ingrid.push('presence', { status: 'busy', device: 'desktop' }));
  await until('Ingrid is busy', () => JSON.stringify(there()).includes('"ingrid",["busy"]'));
});

test('after a cut a join from the cursor brings what was missed', async ({ clients, person, server }) => {
  const ingrid = person('ingrid');
  const chat = await ingrid.chat(['jonas']);
  const network = await Freezer.before(server.port);
  try {
    const options = { authToken: userToken('jonas'), reconnectAfterMs: () => 100, rejoinAfterMs: () => 100 };
    const { socket, lines } = clients.phoenix(options, '/socket', network.url);
    let cursor: { epoch?: string; since?: number } = {};
    // The client takes a function, which its types don't know.
    const channel = socket.channel(`chat:${chat}`, () => cursor);
    const joins = new Heard<{ reset: boolean; messages?: { content: string }[] }>('joins');
    channel.join().receive('ok', (sync) => {
      cursor = { epoch: sync.epoch, since: sync.upTo };
      joins.add(sync);
    });
    const envelopes = heard<Envelope>(channel, 'envelope');
    await joins.first();
    await ingrid.send(chat, 'hørt');
    cursor.since = (await envelopes.first()).seq;
    network.cut();
    await ingrid.send(chat, 'sendt i mellomtiden');
    const [, second] = await joins.times(2);
    if (second?.messages?.length === 0 || second?.messages === undefined) {
      // It was back before the message was: then it came live.
      await envelopes.times(2);
    } else {
      expect(second.messages.map(({ content }) => content)).toEqual(['sendt i mellomtiden']);
    }
    expect(second?.reset).toBe(false);
    expect(lines.opened.length).toBeGreaterThanOrEqual(2);
  } finally {
    await network.close();
  }
});

test('who is removed is told why, and put out', async ({ clients, person }) => {
  const ingrid = person('ingrid');
  const chat = await ingrid.chat(['jonas', 'nora']);
  const nora = clients.phoenix({ authToken: userToken('nora') }).socket.channel(`chat:${chat}`);
  const removed = heard<{ reason: string }>(nora, 'removed');
  await answered(nora.join());
  await ingrid.dismiss(chat, 'nora');
  expect(await removed.first()).toEqual({ reason: expect.any(String) });
  await until('the channel is closed', () => nora.state === 'closed');
});

test('heartbeats are answered', async ({ clients }) => {
  const { socket, lines } = clients.phoenix({ authToken: userToken('jonas'), heartbeatIntervalMs: 50 });
  const beats = new Heard<object>('answers of heartbeats');
  socket.onMessage((message) => {
    if ((message as { topic: string }).topic === 'phoenix') beats.add(message);
  });
  await beats.times(4);
  expect(beats.items[0]).toMatchObject({ event: 'phx_reply', payload: { status: 'ok', response: {} } });
  expect(lines.opened).toHaveLength(1);
});

test("it speaks on Supabase's topics with clients of Supabase", async ({ clients, person }) => {
  const chat = `chat:${await person('ingrid').chat(['jonas'])}`;
  const config = {
    private: true,
    broadcast: { self: false, ack: true },
    presence: { enabled: true, key: 'ingrid' },
  };
  const { socket } = clients.phoenix({ params: { apikey: userToken('ingrid') } });
  const own = socket.channel(`realtime:${chat}`, { config });
  const broadcasts = heard<object>(own, 'broadcast');
  const presence = new Presence(own);
  expect(await answered(own.join())).toEqual({ status: 'ok', response: { postgres_changes: [] } });
  const jonas = await (await clients.user('jonas')).join(chat, {
    config: { private: true, presence: { key: 'jonas' } },
    presence: true,
  });
  // Its broadcasts are text, where Supabase's client writes kind 3.
  const hei = { type: 'broadcast', event: 'hei', payload: { fra: 'phoenix' } };
  expect(await answered(own.push('broadcast', hei))).toEqual({ status: 'ok', response: {} });
  await jonas.broadcasts.first();
  expect(jonas.heard).toEqual([['hei', { fra: 'phoenix' }]]);
  await jonas.send('svar', { fra: 'realtime-js' });
  expect(await broadcasts.first()).toEqual({
    type: 'broadcast',
    event: 'svar',
    payload: { fra: 'realtime-js' },
    // On a private channel: it may be told again.
    meta: { id: expect.any(String) },
  });
  await answered(own.push('presence', { type: 'presence', event: 'track', payload: { n: 1 } }));
  await jonas.channel.track({ n: 2 });
  const there = () => Object.fromEntries(presence.list((key: string, { metas }) => [key, metas[0]?.n]));
  await until('both are there', () => Object.keys(there()).length === 2);
  expect(there()).toEqual({ ingrid: 1, jonas: 2 });
  const stranger = clients.phoenix({ params: { apikey: userToken('thomas') } }).socket;
  expect(await answered(stranger.channel(`realtime:${chat}`, { config }).join())).toEqual({
    status: 'error',
    response: { reason: mayNotRead(chat) },
  });
  const visitor = clients.phoenix({ params: { apikey: anonKey() } }).socket;
  expect((await answered(visitor.channel(`realtime:${room()}`).join())).status).toBe('ok');
});

test('own topics and those of Supabase go over one socket', async ({ clients, person }) => {
  const ingrid = person('ingrid');
  const chat = await ingrid.chat(['jonas']);
  const { socket, lines } = clients.phoenix({ authToken: userToken('jonas') });
  const native = socket.channel(`chat:${chat}`);
  const compatible = socket.channel(`realtime:chat:${chat}`, { config: { private: true } });
  const [envelopes, broadcasts] = [
    heard<Envelope>(native, 'envelope'),
    heard<{ event: string; payload: { record: { id: string } } }>(compatible, 'broadcast'),
  ];
  expect((await answered(native.join())).status).toBe('ok');
  expect((await answered(compatible.join())).status).toBe('ok');
  const { id } = await ingrid.send(chat, 'to veier');
  expect((await envelopes.first()).rows.messages?.[0]?.id).toBe(id);
  const told = await broadcasts.first();
  expect([told.event, told.payload.record.id]).toEqual(['INSERT', id]);
  expect(lines.opened).toHaveLength(1);
});

test('the example of docs/protocol.md chats, and misses nothing', async ({ person, server }) => {
  const ingrid = person('ingrid');
  const chat = await ingrid.chat(['jonas']);
  await ingrid.send(chat, 'sagt før');
  const network = await Freezer.before(server.port);
  const script = join(import.meta.dirname, 'example/chat.mjs');
  const program = Program.start(script, network.url, userToken('jonas'), chat);
  try {
    await program.lines.times(1);
    program.write('Hei, jeg er et eksempel');
    await ingrid.send(chat, 'Hei, eksempel');
    await program.lines.times(3);
    network.cut();
    const gap = Array.from({ length: 3 }, (_, nr) => `mens du var borte ${nr}`);
    for (const words of gap) await ingrid.send(chat, words);
    program.write('tilbake');
    await program.lines.first((line) => line === 'jonas: tilbake');
    await ingrid.send(chat, 'slutt');
    await program.lines.first((line) => line === 'ingrid: slutt');
    // Each once; the two first words of each other may have crossed.
    expect([...program.lines.items].sort()).toEqual(
      [
        'ingrid: sagt før',
        'jonas: Hei, jeg er et eksempel',
        'ingrid: Hei, eksempel',
        ...gap.map((words) => `ingrid: ${words}`),
        'jonas: tilbake',
        'ingrid: slutt',
      ].sort(),
    );
    const all = await ingrid.call<{ messages: object[] }>('GET', `/api/chats/${chat}/messages?limit=100`);
    expect(all.messages).toHaveLength(8);
    expect(program.complaints).toEqual([]);
  } finally {
    program.stop();
    await network.close();
  }
});

test("the protocol's page shows the example as it is", async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/protocol.md'), 'utf8');
  const example = await readFile(join(import.meta.dirname, 'example/chat.mjs'), 'utf8');
  expect(page).toContain('```js\n' + example + '```\n');
});

test('the example says what it may not do', async ({ server }) => {
  const script = join(import.meta.dirname, 'example/chat.mjs');
  const program = Program.start(script, server.url, userToken('thomas'), CHATS.maths);
  try {
    await until('a complaint', () => program.complaints.length > 0);
    expect(program.complaints[0]).toContain('not_participant');
    expect(program.lines.items).toEqual([]);
  } finally {
    program.stop();
  }
});
