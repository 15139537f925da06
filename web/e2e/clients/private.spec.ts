/** Who may be in which channel: chats for their participants, one's own topic for oneself, the rest for all. */
import { CHATS } from '../tests/support/demo';
import type { Clients } from './support/clients';
import { until } from './support/heard';
import type { Listener, Wanted } from './support/listener';
import { expect, mayNotRead, room, TIMESTAMP, test } from './support/test';
import { VERSIONS } from './support/wire';

const PRIVATE: Wanted = { config: { private: true } };
const ACKED: Wanted = { config: { private: true, broadcast: { ack: true } } };

for (const vsn of VERSIONS) {
  test.describe(`with serializer ${vsn}`, () => {
    const user = async (clients: Clients, name: string) => clients.user(name, { vsn });

    test('participants of a chat talk on its channel', async ({ clients, person }) => {
      const chat = `chat:${await person('ingrid').chat(['jonas'])}`;
      const ingrid = await (await user(clients, 'ingrid')).join(chat, PRIVATE);
      const jonas = await (await user(clients, 'jonas')).join(chat, PRIVATE);
      await ingrid.send('tegner', { x: 1 });
      await jonas.broadcasts.first();
      await jonas.send('tegner', { x: 2 });
      await ingrid.broadcasts.first();
      expect(jonas.heard).toEqual([['tegner', { x: 1 }]]);
      expect(ingrid.heard).toEqual([['tegner', { x: 2 }]]);
    });

    for (const isPrivate of [true, false]) {
      const kind = isPrivate ? 'private' : 'public';
      const wanted: Wanted = { config: { private: isPrivate } };

      test(`a ${kind} channel of a chat or a user is for those whose it is`, async ({ clients, person }) => {
        const chat = await person('ingrid').chat(['jonas']);
        const asked: [who: string, topic: string, allowed: boolean][] = [
          ['jonas', `chat:${chat}`, true],
          ['jonas', `chat:${chat}:tavle`, true],
          ['jonas', 'user:jonas', true],
          // An id may have colons of its own: nothing can follow it.
          ['jonas', 'user:jonas:varsler', false],
          ['service', `chat:${chat}`, true],
          ['service', 'user:jonas', true],
          ['thomas', `chat:${chat}`, false],
          ['thomas', `chat:${chat}:tavle`, false],
          ['thomas', 'user:jonas', false],
          ['thomas', 'user:jonas:varsler', false],
          ['anon', `chat:${chat}`, false],
          ['anon', 'user:jonas', false],
          ['jonas', `chat:${CHATS.english}`, false],
          ['jonas', 'chat:00000000-0000-7000-8000-000000000000', false],
        ];
        const made: Record<string, () => ReturnType<Clients['realtime']>> = {
          service: () => clients.service({ vsn }),
          anon: () => clients.realtime({ vsn }),
        };
        const answers = await Promise.all(
          asked.map(async ([who, topic, allowed]) => {
            const one = await (made[who] ?? (() => user(clients, who)))();
            const channel = one.channel(topic, wanted).subscribe();
            const first = await channel.statuses.first();
            await one.client.removeAllChannels();
            return [who, topic, allowed, first];
          }),
        );
        expect(answers).toEqual(
          asked.map(([who, topic, allowed]) => [
            who,
            topic,
            allowed,
            allowed ? { status: 'SUBSCRIBED' } : { status: 'CHANNEL_ERROR', error: mayNotRead(topic) },
          ]),
        );
      });
    }

    test('a private channel of another name is for nobody, a public one for all', async ({ clients }) => {
      const topic = room();
      const jonas = await user(clients, 'jonas');
      const refused = jonas.channel(topic, PRIVATE).subscribe();
      expect(await refused.statuses.first()).toEqual({ status: 'CHANNEL_ERROR', error: mayNotRead(topic) });
      const visitor = await (await clients.realtime({ vsn })).join(topic);
      expect(visitor.said).toEqual(['SUBSCRIBED']);
    });

    test('private and public channels of one name do not hear each other', async ({ clients, person }) => {
      const own = `chat:${await person('ingrid').chat(['jonas'])}:${room()}`;
      const join = async (config: NonNullable<Wanted['config']>) =>
        (await user(clients, 'jonas')).join(own, { presence: true, config });
      const secret = [await join({ private: true }), await join({ private: true })] as const;
      const open = [await join({ private: false }), await join({ private: false })] as const;
      await secret[0].send('hvor', { privat: true });
      await open[0].send('hvor', { privat: false });
      await secret[0].channel.track({ privat: true });
      await open[0].channel.track({ privat: false });
      for (const [listener, privat] of [
        [secret[1], true],
        [open[1], false],
      ] as const) {
        await listener.broadcasts.first();
        await until('presence', () => Object.keys(listener.channel.presenceState()).length > 0);
        expect(listener.heard).toEqual([['hvor', { privat }]]);
        const there = Object.values(listener.channel.presenceState()).flat();
        expect(there).toEqual([{ presence_ref: expect.any(String), privat }]);
      }
    });

    test('who may only read may not write, and goes on reading', async ({ clients, person }) => {
      const chat = `chat:${await person('ingrid').chat(['jonas', { userId: 'nora', role: 'observer' }])}`;
      const listening = { ...ACKED, presence: true };
      const nora = await (await user(clients, 'nora')).join(chat, listening);
      const jonas = await (await user(clients, 'jonas')).join(chat, listening);
      expect(await nora.send('roper', {})).toBe('error');
      expect(await nora.channel.track({ her: true })).toBe('error');
      expect(await jonas.send('sier', { n: 1 })).toBe('ok');
      await nora.broadcasts.first();
      expect(nora.heard).toEqual([['sier', { n: 1 }]]);
      expect(nora.said).toEqual(['SUBSCRIBED']);
      const ingrid = await (await user(clients, 'ingrid')).join(chat, ACKED);
      await ingrid.send('etter', {});
      await jonas.broadcasts.first();
      expect(jonas.heard).toEqual([['etter', {}]]);
      expect(jonas.channel.presenceState()).toEqual({});
    });

    test('a role that changes counts at once', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const id = await ingrid.chat(['nora']);
      const nora = await (await user(clients, 'nora')).join(`chat:${id}`, ACKED);
      expect(await nora.send('kan', {})).toBe('ok');
      await ingrid.setRole(id, 'nora', 'observer');
      expect(await nora.send('kan ikke', {})).toBe('error');
      await ingrid.setRole(id, 'nora', 'student');
      expect(await nora.send('kan igjen', {})).toBe('ok');
      expect(nora.said).toEqual(['SUBSCRIBED']);
    });

    test('who is removed from a chat is told and put out of its channels', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const id = await ingrid.chat(['jonas', 'nora']);
      const one = await user(clients, 'nora');
      const nora = [
        await one.join(`chat:${id}`, PRIVATE),
        await one.join(`chat:${id}:tavle`, PRIVATE),
      ] as const;
      const elsewhere = await one.join('user:nora', PRIVATE);
      const jonas = await (await user(clients, 'jonas')).join(`chat:${id}`, ACKED);
      await ingrid.dismiss(id, 'nora');
      for (const channel of nora) {
        await channel.statuses.first(({ status }) => status === 'CLOSED');
        expect(channel.said).toEqual(['SUBSCRIBED', 'CLOSED']);
        expect(channel.system.items).toEqual([
          { extension: 'system', status: 'error', message: expect.any(String), channel: channel.topic },
        ]);
      }
      expect(await jonas.send('uten Nora', {})).toBe('ok');
      await ingrid.send(id, 'uten Nora');
      await jonas.broadcasts.first(({ event }) => event === 'INSERT');
      expect(elsewhere.said).toEqual(['SUBSCRIBED']);
      expect(jonas.said).toEqual(['SUBSCRIBED']);
      // An answer on the same socket: what was to come before it has come.
      expect(await elsewhere.channel.unsubscribe()).toBe('ok');
      for (const channel of nora) expect(channel.heard).toEqual([]);
      const again = one.channel(`chat:${id}`, PRIVATE).subscribe();
      expect(await again.statuses.first()).toEqual({
        status: 'CHANNEL_ERROR',
        error: mayNotRead(`chat:${id}`),
      });
    });

    test('who is let in comes in by itself', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const id = await ingrid.chat(['jonas']);
      const nora = (await user(clients, 'nora')).channel(`chat:${id}`, PRIVATE).subscribe();
      await nora.statuses.first(({ status }) => status === 'CHANNEL_ERROR');
      await ingrid.add(id, 'nora');
      // The client asks again after a second.
      await nora.statuses.first(({ status }) => status === 'SUBSCRIBED');
      const jonas = await (await user(clients, 'jonas')).join(`chat:${id}`, PRIVATE);
      await jonas.send('velkommen', {});
      await nora.broadcasts.first();
      expect(nora.heard).toEqual([['velkommen', {}]]);
    });

    test('a chat tells its messages as broadcasts on its private channel', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const id = await ingrid.chat(['jonas'], { title: 'Brøk' });
      const topic = `chat:${id}`;
      const jonas = await (await user(clients, 'jonas')).join(topic, PRIVATE);
      const open = await (await user(clients, 'jonas')).join(topic);
      const board = await (await user(clients, 'jonas')).join(`${topic}:tavle`, PRIVATE);
      const sent = await ingrid.send(id, 'Hei!');
      await ingrid.retitle(id, 'Prosent');
      await ingrid.edit(sent.id, 'Hei på deg!');
      await ingrid.remove(sent.id);
      await jonas.broadcasts.times(3);
      const table = { id: expect.any(String), schema: 'public', table: 'messages' };
      const row = {
        id: sent.id,
        chat_id: id,
        sender_id: 'ingrid',
        kind: 'text',
        reply_to: null,
        thread_root: null,
        thread_count: 0,
        created_at: expect.stringMatching(TIMESTAMP),
        created_seq: sent.createdSeq,
        seq: expect.any(Number),
      };
      const moment = expect.stringMatching(TIMESTAMP);
      expect(jonas.heard).toEqual([
        [
          'INSERT',
          {
            ...table,
            operation: 'INSERT',
            record: { ...row, content: 'Hei!', edited_at: null, deleted_at: null },
            old_record: null,
          },
        ],
        [
          'UPDATE',
          {
            ...table,
            operation: 'UPDATE',
            record: { ...row, content: 'Hei på deg!', edited_at: moment, deleted_at: null },
            old_record: expect.objectContaining({ id: sent.id }),
          },
        ],
        [
          'UPDATE',
          {
            ...table,
            operation: 'UPDATE',
            record: expect.objectContaining({ id: sent.id, content: '', deleted_at: moment }),
            old_record: expect.objectContaining({ id: sent.id }),
          },
        ],
      ]);
      // Each is told under an id of its own.
      const ids = jonas.broadcasts.items.map(({ payload }) => (payload as { id: string }).id);
      expect(new Set(ids).size).toBe(3);
      for (const [channel, isPrivate] of [
        [open, false],
        [board, true],
      ] as const) {
        const sender = await (await user(clients, 'ingrid')).join(channel.topic, {
          config: { private: isPrivate },
        });
        await sender.send('etter', {});
        await channel.broadcasts.first();
        expect(channel.heard).toEqual([['etter', {}]]);
      }
    });
  });
}

test('an update by broadcast never carries what one may not see', async ({ clients, person }) => {
  const ingrid = person('ingrid');
  const id = await ingrid.chat(['jonas'], { history: 'since_joining' });
  const old = await ingrid.send(id, 'før Nora kom');
  await ingrid.add(id, 'nora');
  const [nora, jonas]: Listener[] = await Promise.all(
    ['nora', 'jonas'].map(async (name) => (await clients.user(name)).join(`chat:${id}`, PRIVATE)),
  );
  if (!nora || !jonas) throw new Error('two listeners');
  await ingrid.edit(old.id, 'endret etter at hun kom');
  const seen = await ingrid.send(id, 'nytt');
  await nora.broadcasts.first(({ event }) => event === 'INSERT');
  await jonas.broadcasts.times(2);
  const contents = (listener: Listener) =>
    listener.broadcasts.items.map(({ payload }) => (payload as { record: { id: string } }).record.id);
  expect(contents(nora)).toEqual([seen.id]);
  expect(contents(jonas)).toEqual([old.id, seen.id]);
});
