/** Broadcasts between clients: exact, in order, and to nobody else. */
import { expect, room, test } from './support/test';
import { VERSIONS } from './support/wire';

const PAYLOADS: readonly unknown[] = [
  {},
  { tekst: 'Æ, ø og å – «ja» 😀', tall: -1.5, sant: true, tom: null },
  { dypt: { dypere: [{ dypest: [[], {}] }] }, liste: [1, 'to', null] },
  { '': 'tomt navn', __proto: 'p', 'med "anførsel"\n': '\u0000\u2028' },
  [1, 2, 3],
];

for (const from of VERSIONS) {
  for (const to of VERSIONS) {
    test.describe(`from ${from} to ${to}`, () => {
      test('a payload arrives as it was sent, and not at its sender', async ({ clients }) => {
        const topic = room();
        const sender = await (await clients.realtime({ vsn: from })).join(topic);
        const receiver = await (await clients.realtime({ vsn: to })).join(topic);
        for (const payload of PAYLOADS) expect(await sender.send('tegn', payload)).toBe('ok');
        await receiver.broadcasts.times(PAYLOADS.length);
        expect(receiver.broadcasts.items).toEqual(
          PAYLOADS.map((payload) => ({ type: 'broadcast', event: 'tegn', payload })),
        );
        await receiver.send('svar', {});
        await sender.broadcasts.first();
        expect(sender.heard).toEqual([['svar', {}]]);
      });

      test('events are heard by their names', async ({ clients }) => {
        const topic = room();
        const sender = await (await clients.realtime({ vsn: from })).join(topic);
        const receiver = (await clients.realtime({ vsn: to })).channel(topic);
        const cursors: unknown[] = [];
        receiver.channel.on('broadcast', { event: 'peker' }, ({ payload }) => cursors.push(payload));
        await receiver.joined();
        await sender.send('peker', { x: 1 });
        await sender.send('blå ås', { x: 2 });
        await sender.send('PEKER', { x: 3 });
        await sender.send('slutt', {});
        await receiver.broadcasts.times(4);
        expect(receiver.heard.map(([event]) => event)).toEqual(['peker', 'blå ås', 'PEKER', 'slutt']);
        // The client takes names without regard to case.
        expect(cursors).toEqual([{ x: 1 }, { x: 3 }]);
      });

      test('many arrive once each, in order', async ({ clients }) => {
        const topic = room();
        const sender = await (await clients.realtime({ vsn: from })).join(topic);
        const receiver = await (await clients.realtime({ vsn: to })).join(topic);
        const numbers = Array.from({ length: 300 }, (_, nr) => nr);
        for (const nr of numbers) await sender.send('nr', { nr });
        await receiver.broadcasts.times(numbers.length);
        expect(receiver.heard).toEqual(numbers.map((nr) => ['nr', { nr }]));
      });

      test('a big payload arrives whole', async ({ clients }) => {
        const topic = room();
        const sender = await (await clients.realtime({ vsn: from })).join(topic);
        const receiver = await (await clients.realtime({ vsn: to })).join(topic);
        const tekst = 'å'.repeat(200_000);
        await sender.send('stor', { tekst });
        expect((await receiver.broadcasts.first()).payload).toEqual({ tekst });
      });
    });
  }
}

for (const vsn of VERSIONS) {
  test.describe(`with serializer ${vsn}`, () => {
    test('self brings back what one sends', async ({ clients }) => {
      const topic = room();
      const own = await (await clients.realtime({ vsn })).join(topic, {
        config: { broadcast: { self: true } },
      });
      const other = await (await clients.realtime({ vsn })).join(topic);
      await own.send('ekko', { n: 1 });
      await other.send('annen', { n: 2 });
      await own.broadcasts.times(2);
      await other.broadcasts.first();
      expect(own.heard).toContainEqual(['ekko', { n: 1 }]);
      expect(own.heard).toContainEqual(['annen', { n: 2 }]);
      expect(own.heard).toHaveLength(2);
      expect(other.heard).toEqual([['ekko', { n: 1 }]]);
    });

    test('ack answers each broadcast when the server has it', async ({ clients }) => {
      const topic = room();
      const sender = await (await clients.realtime({ vsn })).join(topic, {
        config: { broadcast: { ack: true } },
      });
      const receiver = await (await clients.realtime({ vsn })).join(topic);
      const answers = await Promise.all([1, 2, 3].map((n) => sender.send('nr', { n })));
      expect(answers).toEqual(['ok', 'ok', 'ok']);
      await receiver.broadcasts.times(3);
      expect(receiver.heard).toEqual([1, 2, 3].map((n) => ['nr', { n }]));
      expect(sender.heard).toEqual([]);
    });

    test('ack and self together give both', async ({ clients }) => {
      const own = await (await clients.realtime({ vsn })).join(room(), {
        config: { broadcast: { ack: true, self: true } },
      });
      expect(await own.send('begge', { n: 1 })).toBe('ok');
      await own.broadcasts.first();
      expect(own.heard).toEqual([['begge', { n: 1 }]]);
    });

    test('an acknowledged broadcast to nobody is acknowledged', async ({ clients }) => {
      const own = await (await clients.realtime({ vsn })).join(room(), {
        config: { broadcast: { ack: true } },
      });
      expect(await own.send('alene', {})).toBe('ok');
    });

    test('other topics hear nothing, however alike their names', async ({ clients }) => {
      const topic = room();
      const sender = await (await clients.realtime({ vsn })).join(topic);
      const { join } = await clients.realtime({ vsn });
      const others = [
        await join(`${topic}:`),
        await join(topic.slice(0, -1)),
        await join(`realtime:${topic}`),
      ];
      const receiver = await join(topic);
      await sender.send('hei', {});
      // The same socket serves all of them, in order: what was to come for them would be here.
      await receiver.broadcasts.first();
      expect(await receiver.channel.unsubscribe()).toBe('ok');
      for (const other of others) expect(other.heard).toEqual([]);
    });

    test('names that are not ASCII reach whoever has the same', async ({ clients }) => {
      const topic = room('rømme på Ærø');
      const sender = await (await clients.realtime({ vsn })).join(topic, {
        config: { broadcast: { ack: true } },
      });
      const receivers = await Promise.all(
        VERSIONS.map(async (version) => (await clients.realtime({ vsn: version })).join(topic)),
      );
      expect(await sender.send('smør', { på: 'brød' })).toBe('ok');
      for (const receiver of receivers) {
        await receiver.broadcasts.first();
        expect(receiver.heard).toEqual([['smør', { på: 'brød' }]]);
      }
    });

    test('a crowd hears one sender', async ({ clients }) => {
      const topic = room();
      const crowd = await Promise.all(
        Array.from({ length: 30 }, async (_, nr) =>
          (await clients.realtime({ vsn: nr % 2 === 0 ? vsn : '2.0.0' })).join(topic),
        ),
      );
      const sender = await (await clients.realtime({ vsn })).join(topic);
      await sender.send('alle', { n: 1 });
      await sender.send('alle', { n: 2 });
      for (const one of crowd) {
        await one.broadcasts.times(2);
        expect(one.heard).toEqual([
          ['alle', { n: 1 }],
          ['alle', { n: 2 }],
        ]);
      }
    });
  });
}

test('bytes arrive as bytes with 2.0.0, and not at all with 1.0.0', async ({ clients }) => {
  const topic = room();
  const sender = await (await clients.realtime()).join(topic, { config: { broadcast: { ack: true } } });
  const modern = await (await clients.realtime({ vsn: '2.0.0' })).join(topic);
  const old = await (await clients.realtime({ vsn: '1.0.0' })).join(topic);
  const all = Uint8Array.from({ length: 256 }, (_, nr) => nr);
  for (const bytes of [all, new Uint8Array(), new TextEncoder().encode('{"ikke":"JSON')]) {
    expect(await sender.send('bytes', bytes.buffer)).toBe('ok');
  }
  await sender.send('etter', { json: true });
  await modern.broadcasts.times(4);
  await old.broadcasts.first();
  expect(old.heard).toEqual([['etter', { json: true }]]);
  const bytes = modern.broadcasts.items.slice(0, 3).map(({ payload }) => payload as ArrayBuffer);
  expect(bytes.map((buffer) => buffer instanceof ArrayBuffer)).toEqual([true, true, true]);
  expect(bytes.map((buffer) => [...new Uint8Array(buffer)])).toEqual([
    [...all],
    [],
    [...new TextEncoder().encode('{"ikke":"JSON')],
  ]);
  expect(modern.broadcasts.items.map(({ type, event }) => [type, event])).toEqual([
    ['broadcast', 'bytes'],
    ['broadcast', 'bytes'],
    ['broadcast', 'bytes'],
    ['broadcast', 'etter'],
  ]);
});

test('bytes come back to their sender with self', async ({ clients }) => {
  const own = await (await clients.realtime()).join(room(), { config: { broadcast: { self: true } } });
  await own.send('bytes', Uint8Array.of(0, 255, 128).buffer);
  const { payload } = await own.broadcasts.first();
  expect([...new Uint8Array(payload as ArrayBuffer)]).toEqual([0, 255, 128]);
});

test('a broadcast without a payload arrives with an empty one', async ({ clients }) => {
  const topic = room();
  const sender = await (await clients.realtime()).join(topic);
  const receiver = await (await clients.realtime()).join(topic);
  await sender.channel.send({ type: 'broadcast', event: 'bare navn' });
  expect(await receiver.broadcasts.first()).toEqual({ type: 'broadcast', event: 'bare navn', payload: {} });
});
