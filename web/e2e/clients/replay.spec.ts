/** What was broadcast on a private channel before one came: messages from the store, the rest from memory. */
import type { Server } from '../tests/support/server';
import type { Realtime } from './support/clients';
import { Clients } from './support/clients';
import { nextMoment } from './support/heard';
import type { Broadcast, Listener, Wanted } from './support/listener';
import { Person } from './support/person';
import { expect, room, startServer, test } from './support/test';
import { VERSIONS } from './support/wire';

const PRIVATE: Wanted = { config: { private: true } };
const ACKED: Wanted = { config: { private: true, broadcast: { ack: true } } };
const replayed = { id: expect.stringMatching(/\S/), replayed: true };

function since(moment: number, limit?: number): Wanted {
  return {
    config: {
      private: true,
      broadcast: { replay: { since: moment, ...(limit === undefined ? {} : { limit }) } },
    },
  };
}

/** What a broadcast is about: a message's words, or the number that a client sent. */
function about({ event, payload }: Broadcast): unknown {
  const { record, nr } = payload as { record?: { content: string }; nr?: number };
  return record ? `${event} ${record.content}` : nr;
}

/** Sends a live broadcast and waits for it: what was to be replayed has come before it. */
async function live(listener: Listener, other: Realtime): Promise<Broadcast[]> {
  const sender = await other.join(listener.topic, ACKED);
  await sender.send('direkte', { nr: 'direkte' });
  const last = await listener.broadcasts.first(({ event }) => event === 'direkte');
  expect(last.meta?.replayed).not.toBe(true);
  expect(listener.broadcasts.items.at(-1)).toBe(last);
  return listener.broadcasts.items.slice(0, -1);
}

for (const vsn of VERSIONS) {
  test.describe(`with serializer ${vsn}`, () => {
    test('messages since a moment come again, in order and marked', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas']);
      await ingrid.send(chat, 'for lenge siden');
      const moment = await nextMoment();
      const first = await ingrid.send(chat, 'én');
      await ingrid.send(chat, 'to');
      const jonas = await (await clients.user('jonas', { vsn })).join(`chat:${chat}`, since(moment));
      const came = await live(jonas, await clients.user('ingrid', { vsn }));
      expect(came.map(about)).toEqual(['INSERT én', 'INSERT to']);
      expect(came.map(({ meta }) => meta)).toEqual([replayed, replayed]);
      expect(new Set(came.map(({ meta }) => meta?.id)).size).toBe(2);
      expect(came[0]).toEqual({
        type: 'broadcast',
        event: 'INSERT',
        payload: {
          id: expect.any(String),
          schema: 'public',
          table: 'messages',
          operation: 'INSERT',
          record: expect.objectContaining({
            id: first.id,
            chat_id: chat,
            sender_id: 'ingrid',
            content: 'én',
            created_seq: first.createdSeq,
          }),
          old_record: null,
        },
        meta: replayed,
      });
    });

    test('a limit keeps the newest', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const words = (from: number) => Array.from({ length: 31 - from }, (_, nr) => `INSERT nr ${nr + from}`);
      const other = await clients.user('ingrid', { vsn });
      for (const [limit, from] of [
        [3, 28],
        [1, 30],
        [undefined, 6],
      ] as const) {
        const chat = await ingrid.chat(['jonas']);
        const moment = await nextMoment();
        for (let nr = 1; nr <= 30; nr += 1) await ingrid.send(chat, `nr ${nr}`);
        const jonas = await (await clients.user('jonas', { vsn })).join(`chat:${chat}`, since(moment, limit));
        expect((await live(jonas, other)).map(about)).toEqual(words(from));
      }
    });

    test('what clients broadcast comes again too', async ({ clients, person }) => {
      const chat = await person('ingrid').chat(['jonas']);
      const topic = `chat:${chat}:tavle`;
      const ingrid = await clients.user('ingrid', { vsn });
      const sender = await ingrid.join(topic, ACKED);
      await sender.send('strek', { nr: 0 });
      const moment = await nextMoment();
      for (const nr of [1, 2, 3]) await sender.send('strek', { nr });
      const jonas = await (await clients.user('jonas', { vsn })).join(topic, since(moment));
      await jonas.broadcasts.times(3);
      expect(jonas.broadcasts.items).toEqual(
        [1, 2, 3].map((nr) => ({ type: 'broadcast', event: 'strek', payload: { nr }, meta: replayed })),
      );
      await sender.send('strek', { nr: 4 });
      const last = (await jonas.broadcasts.times(4))[3];
      expect(last).toMatchObject({ event: 'strek', payload: { nr: 4 } });
      expect(last?.meta?.replayed).not.toBe(true);
    });

    test('messages and broadcasts come again in the order they were in', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas']);
      const one = await clients.user('ingrid', { vsn });
      const sender = await one.join(`chat:${chat}`, ACKED);
      const moment = await nextMoment();
      await ingrid.send(chat, 'én');
      await nextMoment();
      await sender.send('strek', { nr: 2 });
      await nextMoment();
      await ingrid.send(chat, 'tre');
      await nextMoment();
      const jonas = await (await clients.user('jonas', { vsn })).join(`chat:${chat}`, since(moment));
      await sender.send('direkte', { nr: 4 });
      await jonas.broadcasts.first(({ event }) => event === 'direkte');
      expect(jonas.broadcasts.items.map(about)).toEqual(['INSERT én', 2, 'INSERT tre', 4]);
    });

    test('nothing comes again to who asks for nothing', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas']);
      await ingrid.send(chat, 'før');
      const jonas = await (await clients.user('jonas', { vsn })).join(`chat:${chat}`, PRIVATE);
      expect(await live(jonas, await clients.user('ingrid', { vsn }))).toEqual([]);
    });

    test('nothing comes again that one may not see', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas'], { history: 'since_joining' });
      const moment = await nextMoment();
      await ingrid.send(chat, 'før Nora kom');
      await ingrid.add(chat, 'nora');
      await ingrid.send(chat, 'etter');
      const nora = await (await clients.user('nora', { vsn })).join(`chat:${chat}`, since(moment));
      const came = await live(nora, await clients.user('ingrid', { vsn }));
      expect(came.map(about)).toEqual(['INSERT etter']);
    });

    test('who comes back by a moment misses nothing', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas']);
      const one = await clients.user('jonas', { vsn });
      const first = await one.join(`chat:${chat}`, PRIVATE);
      await ingrid.send(chat, 'hørt');
      await first.broadcasts.first();
      const left = await nextMoment();
      await one.client.removeChannel(first.channel);
      await ingrid.send(chat, 'tapt?');
      const again = await one.join(`chat:${chat}`, since(left));
      await ingrid.send(chat, 'direkte');
      await again.broadcasts.times(2);
      expect(again.broadcasts.items.map(about)).toEqual(['INSERT tapt?', 'INSERT direkte']);
      expect(again.broadcasts.items.map(({ meta }) => meta?.replayed === true)).toEqual([true, false]);
    });
  });
}

test('the client itself refuses a replay on a public channel', async ({ clients }) => {
  const { client } = await clients.realtime();
  const config = { broadcast: { replay: { since: 0 } } };
  expect(() => client.channel(room(), { config })).toThrow(/private/);
});

test('after a restart messages come again, and broadcasts of clients do not', async () => {
  const server: Server = await startServer();
  const clients = new Clients(server.url);
  try {
    const ingrid = new Person(server.url, 'ingrid');
    const chat = await ingrid.chat(['jonas']);
    const topic = `chat:${chat}`;
    const moment = await nextMoment();
    const sender = await (await clients.user('ingrid')).join(topic, ACKED);
    await ingrid.send(chat, 'i lageret');
    expect(await sender.send('strek', { nr: 1 })).toBe('ok');
    const before = await (await clients.user('jonas')).join(topic, since(moment));
    await before.broadcasts.times(2);
    expect(before.broadcasts.items.map(about)).toEqual(['INSERT i lageret', 1]);
    await server.kill();
    await server.restart();
    const after = await (await clients.user('jonas')).join(topic, since(moment));
    const came = await live(after, await clients.user('ingrid'));
    expect(came.map(about)).toEqual(['INSERT i lageret']);
    expect(came[0]?.meta).toEqual(replayed);
  } finally {
    clients.close();
    await server.dispose();
  }
});
