/** Broadcasting by HTTP: by realtime-js where it does so, and by plain requests as servers make them. */
import type { Wanted } from './support/listener';
import { expect, room, test } from './support/test';
import { anonKey, serviceKey, userToken } from './support/tokens';
import { VERSIONS } from './support/wire';

const PRIVATE: Wanted = { config: { private: true } };
const ROOTS = ['/realtime/v1/api/broadcast', '/api/broadcast'] as const;
const PROBLEM = { error: expect.any(String), message: expect.any(String), code: expect.any(String) };

/** A request and its answer. */
interface Answer {
  status: number;
  body: string;
}

async function post(url: string, token: string | null, body: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, {
    method: 'POST',
    headers: token === null ? headers : { ...headers, authorization: `Bearer ${token}` },
    body,
  });
  return { status: answer.status, body: await answer.text() };
}

function messages(...list: { topic: string; event: string; payload: unknown; private?: boolean }[]): string {
  return JSON.stringify({ messages: list });
}

for (const vsn of VERSIONS) {
  for (const path of ['/realtime/v1', '/socket']) {
    test.describe(`with serializer ${vsn} at ${path}`, () => {
      test('httpSend reaches a public channel', async ({ clients }) => {
        const topic = room('rømme 1/2?');
        const receiver = await (await clients.realtime({ vsn })).join(topic);
        const sender = (await clients.realtime({ vsn, path })).channel(topic);
        const payload = { tekst: 'Æ 😀', liste: [1, { to: null }] };
        expect(await sender.channel.httpSend('melding/1 ø', payload)).toEqual({ success: true });
        await receiver.broadcasts.first();
        expect(receiver.heard).toEqual([['melding/1 ø', payload]]);
      });

      test('httpSend reaches a private channel as a user, and only that', async ({ clients, person }) => {
        const topic = `chat:${await person('ingrid').chat(['jonas'])}`;
        const secret = await (await clients.user('jonas', { vsn })).join(topic, PRIVATE);
        const open = await (await clients.user('jonas', { vsn })).join(topic);
        const ingrid = await clients.user('ingrid', { vsn, path });
        const [toSecret, toOpen] = [
          ingrid.channel(topic, PRIVATE),
          (await clients.user('ingrid')).channel(topic),
        ];
        expect(await toSecret.channel.httpSend('hei', { privat: true })).toEqual({ success: true });
        expect(await toOpen.channel.httpSend('hei', { privat: false })).toEqual({ success: true });
        await secret.broadcasts.first();
        await open.broadcasts.first();
        expect(secret.heard).toEqual([['hei', { privat: true }]]);
        expect(open.heard).toEqual([['hei', { privat: false }]]);
        const thomas = (await clients.user('thomas', { vsn, path })).channel(topic, PRIVATE);
        await expect(thomas.channel.httpSend('hei', {})).rejects.toThrow(/\S/);
        expect(secret.heard).toHaveLength(1);
      });

      test('httpSend carries bytes', async ({ clients }) => {
        const topic = room();
        const modern = await (await clients.realtime({ vsn: '2.0.0' })).join(topic);
        const old = await (await clients.realtime({ vsn: '1.0.0' })).join(topic);
        const sender = (await clients.realtime({ vsn, path })).channel(topic);
        expect(await sender.channel.httpSend('bytes', Uint8Array.of(0, 1, 254, 255))).toEqual({
          success: true,
        });
        expect(await sender.channel.httpSend('etter', {})).toEqual({ success: true });
        await modern.broadcasts.times(2);
        await old.broadcasts.first();
        const { event, payload } = await modern.broadcasts.first();
        expect([event, ...new Uint8Array(payload as ArrayBuffer)]).toEqual(['bytes', 0, 1, 254, 255]);
        expect(old.heard).toEqual([['etter', {}]]);
      });

      test('send on a channel that is not subscribed goes by HTTP', async ({ clients, person }) => {
        const topic = `chat:${await person('ingrid').chat(['jonas'])}`;
        const receiver = await (await clients.user('jonas', { vsn })).join(topic, PRIVATE);
        const sender = (await clients.user('ingrid', { vsn, path })).channel(topic, PRIVATE);
        expect(await sender.send('hei', { n: 1 })).toBe('ok');
        await receiver.broadcasts.first();
        expect(receiver.heard).toEqual([['hei', { n: 1 }]]);
        const stranger = (await clients.user('thomas', { vsn, path })).channel(topic, PRIVATE);
        await stranger.send('hei', { n: 2 });
        expect(await sender.send('hei', { n: 3 })).toBe('ok');
        await receiver.broadcasts.times(2);
        expect(receiver.heard).toEqual([
          ['hei', { n: 1 }],
          ['hei', { n: 3 }],
        ]);
      });
    });
  }
}

for (const root of ROOTS) {
  test.describe(`at ${root}`, () => {
    test('one request broadcasts to many', async ({ clients, server }) => {
      const topics = [room(), room()] as const;
      const { join } = await clients.realtime();
      const heard = [await join(topics[0]), await join(topics[1])] as const;
      const body = messages(
        { topic: topics[0], event: 'a', payload: { nr: 1 } },
        { topic: topics[1], event: 'b', payload: { nr: 2 }, private: false },
        { topic: topics[0], event: 'c', payload: { nr: 3 } },
      );
      expect(await post(server.url + root, serviceKey(), body)).toEqual({ status: 202, body: '' });
      await heard[0].broadcasts.times(2);
      await heard[1].broadcasts.first();
      expect(heard.map((one) => one.heard)).toEqual([
        [
          ['a', { nr: 1 }],
          ['c', { nr: 3 }],
        ],
        [['b', { nr: 2 }]],
      ]);
    });

    test('a token is taken from Authorization or apikey', async ({ clients, server }) => {
      const topic = room();
      const receiver = await (await clients.realtime()).join(topic);
      const url = `${server.url}${root}/${topic}/events/hei`;
      const headers: Record<string, string>[] = [
        { authorization: `Bearer ${anonKey()}` },
        { apikey: anonKey() },
      ];
      for (const [nr, header] of headers.entries()) {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...header },
          body: JSON.stringify({ nr }),
        });
        expect([answer.status, await answer.text()]).toEqual([202, '']);
      }
      await receiver.broadcasts.times(2);
      expect(receiver.heard).toEqual([
        ['hei', { nr: 0 }],
        ['hei', { nr: 1 }],
      ]);
    });

    test('a server may broadcast to a chat, a visitor and a stranger may not', async ({
      clients,
      person,
      server,
    }) => {
      const chat = await person('ingrid').chat(['jonas', { userId: 'nora', role: 'observer' }]);
      const topic = `chat:${chat}`;
      const jonas = await (await clients.user('jonas')).join(topic, PRIVATE);
      const url = `${server.url}${root}/${topic}/events/hei?private=true`;
      const wrong = [anonKey(), userToken('thomas'), userToken('nora')];
      for (const token of wrong) {
        const answer = await post(url, token, '{"nr":0}');
        expect(answer.status).toBe(403);
        expect(JSON.parse(answer.body)).toEqual(expect.objectContaining(PROBLEM));
      }
      for (const [nr, token] of [serviceKey(), userToken('ingrid'), userToken('jonas')].entries()) {
        expect(await post(url, token, JSON.stringify({ nr }))).toEqual({ status: 202, body: '' });
      }
      await jonas.broadcasts.times(3);
      expect(jonas.heard).toEqual([
        ['hei', { nr: 0 }],
        ['hei', { nr: 1 }],
        ['hei', { nr: 2 }],
      ]);
    });

    test('who is nobody may nothing', async ({ server }) => {
      const topic = room();
      const tokens = [
        null,
        'not-a-token',
        userToken('jonas', { life: -60 }),
        userToken('jonas', { secret: 'x'.repeat(32) }),
      ];
      for (const token of tokens) {
        for (const [url, body] of [
          [`${server.url}${root}/${topic}/events/hei`, '{}'],
          [server.url + root, messages({ topic, event: 'hei', payload: {} })],
        ] as const) {
          const answer = await post(url, token, body);
          expect(answer.status, url).toBe(401);
          expect(JSON.parse(answer.body)).toEqual(expect.objectContaining(PROBLEM));
          if (token) expect(answer.body).not.toContain(token);
        }
      }
    });

    test('what can not be read is refused whole', async ({ clients, server }) => {
      const topic = room();
      const receiver = await (await clients.realtime()).join(topic);
      const one = `${server.url}${root}/${topic}/events/hei`;
      const good = { topic, event: 'hei', payload: {} };
      const bodies: [url: string, body: string][] = [
        [one, '{"ikke": JSON'],
        [server.url + root, '{"ikke": JSON'],
        [server.url + root, '{}'],
        [server.url + root, '{"messages":{}}'],
        [server.url + root, JSON.stringify({ messages: [good, { topic }] })],
        [server.url + root, JSON.stringify({ messages: [good, { ...good, topic: 7 }] })],
      ];
      for (const [url, body] of bodies) {
        const answer = await post(url, anonKey(), body);
        expect([400, 422], `${url} ${body}`).toContain(answer.status);
        expect(JSON.parse(answer.body)).toEqual(expect.objectContaining(PROBLEM));
      }
      expect(await post(one, anonKey(), '{"nr":1}')).toEqual({ status: 202, body: '' });
      await receiver.broadcasts.first();
      expect(receiver.heard).toEqual([['hei', { nr: 1 }]]);
    });
  });
}

test('a broadcast by HTTP comes again as others do', async ({ clients, person, server }) => {
  const topic = `chat:${await person('ingrid').chat(['jonas'])}`;
  const since = Date.now() - 1000;
  const url = `${server.url}${ROOTS[0]}/${topic}/events/kunngjøring?private=true`;
  expect(await post(url, serviceKey(), '{"nr":1}')).toEqual({ status: 202, body: '' });
  const jonas = await (await clients.user('jonas')).join(topic, {
    config: { private: true, broadcast: { replay: { since } } },
  });
  expect(await jonas.broadcasts.first()).toEqual({
    type: 'broadcast',
    event: 'kunngjøring',
    payload: { nr: 1 },
    meta: { id: expect.any(String), replayed: true },
  });
});
