/** Keys and tokens: who is let in, as whom, until when, and with what instead. */
import { CHATS } from '../tests/support/demo';
import { until } from './support/heard';
import { Listener, type Wanted } from './support/listener';
import { expect, mayNotRead, room, test } from './support/test';
import { anonKey, inSeconds, serviceKey, sign, unsigned, userToken } from './support/tokens';
import { refused, VERSIONS } from './support/wire';

const PUBLISHABLE = 'sb_publishable_til_sidene';
const SECRET_KEY = 'sb_secret_til_tjenerne';
const PRIVATE: Wanted = { config: { private: true } };

test.use({
  serverEnv: {
    SAMTALE_JWT_LEEWAY: '0s',
    SUPABASE_ANON_KEY: PUBLISHABLE,
    SUPABASE_SERVICE_ROLE_KEY: SECRET_KEY,
  },
});

const closing = (topic: string) => ({
  extension: 'system',
  status: 'error',
  message: expect.stringMatching(/\S/),
  channel: topic,
});

test('the handshake refuses what is no key', async ({ server }) => {
  const jonas = { sub: 'jonas', role: 'authenticated', exp: inSeconds(60) };
  const keys: [what: string, key: string][] = [
    ['nothing', ''],
    ['words', 'not-a-token'],
    ['another secret', userToken('jonas', { secret: 'another secret, of thirty-two bytes' })],
    ['a token that has run out', userToken('jonas', { life: -60 })],
    ['an anon key that has run out', sign({ role: 'anon', iss: 'supabase', exp: inSeconds(-60) })],
    ['no signature', unsigned(jonas)],
    ['a changed signature', `${sign(jonas).slice(0, -4)}AAAA`],
    ['no end', sign({ sub: 'jonas', role: 'authenticated' })],
    ['nobody, with no role that needs nobody', sign({ role: 'authenticated', exp: inSeconds(60) })],
    ['an opaque key that is not configured', 'sb_publishable_noe_annet'],
    ['an opaque key cut short', PUBLISHABLE.slice(0, -1)],
  ];
  for (const path of ['/realtime/v1/websocket', '/socket/websocket']) {
    for (const [what, key] of keys) {
      const answer = await refused(server.url, { key, path });
      expect(answer, `${what} at ${path}`).toEqual({
        status: 401,
        type: expect.stringContaining('application/json'),
        body: expect.objectContaining({ error: expect.any(String), code: expect.any(String) }),
      });
      if (key !== '') expect(JSON.stringify(answer.body), what).not.toContain(key);
    }
  }
});

test('a client that is refused says so and tries again', async ({ clients }) => {
  const { channel, lines } = await clients.realtime({ key: 'not-a-token' });
  const listener = channel(room()).subscribe();
  await listener.statuses.times(1);
  await until('another attempt', () => lines.opened.length >= 3);
  expect(new Set(listener.said)).toEqual(new Set(['CHANNEL_ERROR']));
});

for (const vsn of VERSIONS) {
  test.describe(`with serializer ${vsn}`, () => {
    for (const [what, key] of [
      ['an anon key', anonKey()],
      ['a service key', serviceKey()],
      ["a user's token", userToken('jonas')],
      ['an opaque anon key', PUBLISHABLE],
      ['an opaque service key', SECRET_KEY],
    ] as const) {
      test(`${what} opens the socket and a public channel`, async ({ clients }) => {
        const own = await (await clients.realtime({ key, vsn })).join(room());
        expect(own.said).toEqual(['SUBSCRIBED']);
      });
    }

    test("a channel is the socket's key's where it names no token", async ({ clients, person }) => {
      const chat = `chat:${await person('ingrid').chat(['jonas'])}`;
      for (const [key, allowed] of [
        [userToken('jonas'), true],
        [userToken('thomas'), false],
        [serviceKey(), true],
        [SECRET_KEY, true],
        [anonKey(), false],
        [PUBLISHABLE, false],
      ] as const) {
        const one = await clients.realtime({ key, vsn });
        const first = await one.channel(chat, PRIVATE).subscribe().statuses.first();
        expect(first).toEqual(
          allowed ? { status: 'SUBSCRIBED' } : { status: 'CHANNEL_ERROR', error: mayNotRead(chat) },
        );
      }
    });

    test("a channel's token counts before the socket's", async ({ clients, person }) => {
      const chat = `chat:${await person('ingrid').chat(['jonas'])}`;
      const mixed = await clients.realtime({ key: userToken('thomas'), token: userToken('jonas'), vsn });
      await mixed.join(chat, PRIVATE);
      const other = await clients.realtime({ key: userToken('jonas'), token: userToken('thomas'), vsn });
      const first = await other.channel(chat, PRIVATE).subscribe().statuses.first();
      expect(first).toEqual({ status: 'CHANNEL_ERROR', error: mayNotRead(chat) });
    });

    test('an opaque key as a token of a channel changes nothing', async ({ clients, person }) => {
      const chat = `chat:${await person('ingrid').chat(['jonas'])}`;
      const jonas = await clients.realtime({
        key: userToken('jonas'),
        token: 'sb_publishable_hva_som_helst',
        vsn,
      });
      await jonas.join(chat, PRIVATE);
      // Nor does the secret one raise whom it stands beside.
      const visitor = await clients.realtime({ token: 'sb_secret_hva_som_helst', vsn });
      const first = await visitor.channel(chat, PRIVATE).subscribe().statuses.first();
      expect(first).toEqual({ status: 'CHANNEL_ERROR', error: mayNotRead(chat) });
    });

    test('supabase-js with a publishable key carries it everywhere', async ({ clients }) => {
      const topic = room();
      const { client } = clients.supabase(PUBLISHABLE, { realtime: { vsn } });
      // Without a session the key stands in for the token, at each join and renewal.
      await client.realtime.setAuth();
      const own = await new Listener(client, topic).joined();
      await client.realtime.setAuth();
      const other = await (await clients.realtime({ vsn })).join(topic);
      await other.send('hei', {});
      await own.broadcasts.first();
      expect(own.said).toEqual(['SUBSCRIBED']);
      expect(own.system.items).toEqual([]);
    });

    for (const [what, token] of [
      ['has run out', userToken('jonas', { life: -5 })],
      ['was signed by another', userToken('jonas', { secret: 'another secret, of thirty-two bytes' })],
      ['is none', 'not-a-token'],
    ] as const) {
      test(`a join with a token that ${what} is refused`, async ({ clients }) => {
        const { client, channel } = await clients.realtime({ token, vsn });
        const first = await channel(room()).subscribe().statuses.first();
        expect(first).toEqual({ status: 'CHANNEL_ERROR', error: expect.stringMatching(/\S/) });
        expect(first.error).not.toContain(token);
        expect(client.isConnected()).toBe(true);
      });
    }

    test('a channel ends with its token, and the socket stays', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = `chat:${await ingrid.chat(['jonas'])}`;
      const token = userToken('jonas', { life: 3 });
      const { client, lines, join } = await clients.realtime({ token, vsn });
      const ending = await join(chat, PRIVATE);
      await ending.statuses.first(({ status }) => status === 'CLOSED');
      expect(Date.now() / 1000).toBeGreaterThanOrEqual(JSON.parse(decoded(token)).exp);
      expect(ending.said).toEqual(['SUBSCRIBED', 'CLOSED']);
      expect(ending.system.items).toEqual([closing(chat)]);
      expect(client.isConnected()).toBe(true);
      // A new token, and the same socket.
      await client.setAuth(userToken('jonas'));
      const again = await join(chat, PRIVATE);
      const other = await (await clients.user('ingrid', { vsn })).join(chat, PRIVATE);
      await other.send('hei', {});
      await again.broadcasts.first();
      expect(lines.opened).toHaveLength(1);
      expect(ending.heard).toEqual([]);
    });

    test('a new token in time keeps the channel without a word', async ({ clients, person }) => {
      const chat = `chat:${await person('ingrid').chat(['jonas', 'nora'])}`;
      const life = { life: 4 };
      const renewed = await clients.realtime({ token: userToken('jonas', life), vsn });
      const kept = await renewed.join(chat, PRIVATE);
      // A second channel whose token is not renewed shows that the first one's has run out since.
      const ending = await (await clients.realtime({ token: userToken('nora', life), vsn })).join(
        chat,
        PRIVATE,
      );
      await renewed.client.setAuth(userToken('jonas'));
      await ending.statuses.first(({ status }) => status === 'CLOSED');
      const other = await (await clients.user('ingrid', { vsn })).join(chat, PRIVATE);
      await other.send('fremdeles?', {});
      await kept.broadcasts.first();
      expect(kept.said).toEqual(['SUBSCRIBED']);
      expect(kept.system.items).toEqual([]);
    });

    for (const [what, token] of [
      ['has run out', userToken('jonas', { life: -5 })],
      ['was signed by another', userToken('jonas', { secret: 'another secret, of thirty-two bytes' })],
      ['is of someone else', userToken('thomas')],
    ] as const) {
      test(`a renewal with a token that ${what} ends the channel`, async ({ clients, person }) => {
        const chat = `chat:${await person('ingrid').chat(['jonas'])}`;
        const { client, join } = await clients.user('jonas', { vsn });
        const ending = await join(chat, PRIVATE);
        const ingrid = await (await clients.user('ingrid', { vsn })).join(chat, {
          config: { private: true, broadcast: { ack: true } },
        });
        await client.setAuth(token);
        await ending.statuses.first(({ status }) => status === 'CLOSED');
        expect(ending.said).toEqual(['SUBSCRIBED', 'CLOSED']);
        expect(ending.system.items).toEqual([closing(chat)]);
        expect(await ingrid.send('etterpå', {})).toBe('ok');
        expect(ending.heard).toEqual([]);
        expect(client.isConnected()).toBe(true);
      });
    }

    test('a token from a callback is asked for at each heartbeat', async ({ clients, person }) => {
      const chat = `chat:${await person('ingrid').chat(['jonas', 'nora'])}`;
      let given = 0;
      const { client, join } = await clients.realtime({
        vsn,
        heartbeatIntervalMs: 500,
        accessToken: async () => {
          given += 1;
          return userToken('jonas', { life: 3, claims: { jti: String(given) } });
        },
      });
      await client.setAuth();
      const kept = await join(chat, PRIVATE);
      const ending = await (await clients.realtime({ token: userToken('nora', { life: 4 }), vsn })).join(
        chat,
        PRIVATE,
      );
      await ending.statuses.first(({ status }) => status === 'CLOSED');
      expect(given).toBeGreaterThan(2);
      const other = await (await clients.user('ingrid', { vsn })).join(chat, PRIVATE);
      await other.send('fremdeles?', {});
      await kept.broadcasts.first();
      expect(kept.said).toEqual(['SUBSCRIBED']);
      expect(kept.system.items).toEqual([]);
    });
  });
}

test('a private channel of the demo is as private as any', async ({ clients }) => {
  const thomas = await clients.user('thomas');
  const topic = `chat:${CHATS.maths}`;
  expect(await thomas.channel(topic, PRIVATE).subscribe().statuses.first()).toEqual({
    status: 'CHANNEL_ERROR',
    error: mayNotRead(topic),
  });
});

/** The claims of a token, as JSON. */
function decoded(token: string): string {
  return Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
}
