/** Connections that are lost, servers that go and come: what the clients do by themselves must do. */
import type { Server } from '../tests/support/server';
import { Clients } from './support/clients';
import { Freezer } from './support/freezer';
import { until } from './support/heard';
import type { Wanted } from './support/listener';
import { Person } from './support/person';
import { test as base, expect, room, startServer } from './support/test';
import { VERSIONS } from './support/wire';

const test = base.extend<{ own: Server; network: Freezer; near: Clients }>({
  /** A server of the test's own, to end. */
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from its pattern.
  own: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.dispose();
  },
  network: async ({ own }, use) => {
    const network = await Freezer.before(own.port);
    await use(network);
    await network.close();
  },
  /** Clients of that server. */
  near: async ({ own, network: _ }, use) => {
    const clients = new Clients(own.url);
    await use(clients);
    clients.close();
  },
});

const isBack = ({ said }: { said: string[] }) => said.filter((status) => status === 'SUBSCRIBED').length >= 2;

for (const vsn of VERSIONS) {
  test.describe(`with serializer ${vsn}`, () => {
    test('a connection that is cut comes back with its channels', async ({ near, network }) => {
      const topics = [room(), room()] as const;
      const away = await near.realtime({ vsn, at: network.url });
      const channels = [await away.join(topics[0]), await away.join(topics[1])];
      network.cut();
      for (const [nr, channel] of channels.entries()) {
        await until('it is back', () => isBack(channel));
        expect(channel.said).toEqual(['SUBSCRIBED', 'CHANNEL_ERROR', 'SUBSCRIBED']);
        const sender = await (await near.realtime({ vsn })).join(topics[nr] ?? '');
        await sender.send('hei', { nr });
        await channel.broadcasts.first();
        expect(channel.heard).toEqual([['hei', { nr }]]);
      }
      expect(away.lines.opened).toHaveLength(2);
    });

    test('a connection that went silent is found by its heartbeat', async ({ near, network }) => {
      const topic = room();
      const beats: string[] = [];
      const away = await near.realtime({
        vsn,
        at: network.url,
        heartbeatIntervalMs: 300,
        heartbeatCallback: (status) => {
          beats.push(status);
          if (status === 'timeout') network.thaw();
        },
      });
      const channel = await away.join(topic);
      const sender = await (await near.realtime({ vsn })).join(topic, {
        config: { broadcast: { ack: true } },
      });
      await until('a heartbeat', () => beats.includes('ok'));
      network.freeze();
      expect(await sender.send('tapt', {})).toBe('ok');
      await until('it is back', () => isBack(channel));
      expect(beats).toContain('timeout');
      expect(channel.said).toEqual(['SUBSCRIBED', 'CHANNEL_ERROR', 'SUBSCRIBED']);
      await sender.send('hørt', {});
      await channel.broadcasts.first(({ event }) => event === 'hørt');
      expect(channel.heard.at(-1)).toEqual(['hørt', {}]);
    });

    test('who disconnects and connects has their channels again', async ({ near }) => {
      const topic = room();
      const one = await near.realtime({ vsn });
      const channel = await one.join(topic);
      await one.client.disconnect();
      expect(one.client.isConnected()).toBe(false);
      one.client.connect();
      await until('it is back', () => isBack(channel));
      const sender = await (await near.realtime({ vsn })).join(topic);
      await sender.send('hei', {});
      await channel.broadcasts.first();
      expect(channel.heard).toEqual([['hei', {}]]);
    });

    for (const [how, end] of [
      ['is killed', (own: Server) => own.kill()],
      ['is stopped', (own: Server) => own.stop()],
    ] as const) {
      test(`a server that ${how} and starts again has everyone back`, async ({ own, near }) => {
        const ingrid = new Person(own.url, 'ingrid');
        const chat = await ingrid.chat(['jonas']);
        const wanted: Wanted = {
          config: { private: true },
          presence: true,
          changes: [{ event: 'INSERT', schema: 'public', table: 'messages', filter: `chat_id=eq.${chat}` }],
        };
        const names = ['ingrid', 'jonas'] as const;
        const channels = await Promise.all(
          names.map(async (name) => (await near.user(name, { vsn })).join(`chat:${chat}`, wanted)),
        );
        await end(own);
        for (const channel of channels) {
          await channel.statuses.first(({ status }) => status === 'CHANNEL_ERROR');
        }
        await own.restart();
        for (const channel of channels) await until('it is back', () => isBack(channel));
        const [one, two] = channels;
        if (!one || !two) throw new Error('two channels');
        await one.send('er du der?', {});
        await two.broadcasts.first(({ event }) => event === 'er du der?');
        expect(await one.channel.track({ her: true })).toBe('ok');
        await two.presence.first(({ event }) => event === 'join');
        const sent = await ingrid.send(chat, 'etter omstarten');
        for (const channel of channels) {
          expect((await channel.changed.first()).new).toMatchObject({ id: sent.id });
          expect(channel.changed.items).toHaveLength(1);
        }
      });
    }

    test('a server that goes says so on each channel, and closes with 1012', async ({ own, near }) => {
      const one = await near.realtime({ vsn, reconnectAfterMs: () => 60_000 });
      const channels = [await one.join(room()), await one.join(room())];
      const visitor = await near.realtime({ vsn, reconnectAfterMs: () => 60_000 });
      const other = await visitor.join(room());
      await own.stop();
      for (const { lines } of [one, visitor]) await lines.closes.first();
      for (const channel of [...channels, other]) {
        expect(channel.system.items).toEqual([
          {
            extension: 'system',
            status: expect.any(String),
            message: 'Server requested disconnect',
            channel: channel.topic,
          },
        ]);
        expect(channel.said).toEqual(['SUBSCRIBED', 'CHANNEL_ERROR']);
        expect(channel.statuses.items[1]?.error).toContain('socket closed: 1012');
      }
      expect(one.lines.closes.items).toEqual([1012]);
      expect(visitor.lines.closes.items).toEqual([1012]);
    });

    test('what was tracked while away is told on coming back', async ({ near, network }) => {
      const topic = room();
      const away = await near.realtime({ vsn, at: network.url, reconnectAfterMs: () => 200 });
      const kari = await away.join(topic, { presence: true, config: { presence: { key: 'kari' } } });
      const ola = await (await near.realtime({ vsn })).join(topic, { presence: true });
      network.cut();
      await kari.statuses.first(({ status }) => status === 'CHANNEL_ERROR');
      const answer = kari.channel.track({ n: 1 });
      await until('it is back', () => isBack(kari));
      expect(await answer).toBe('ok');
      await ola.presence.first(({ event, key }) => event === 'join' && key === 'kari');
      expect(ola.channel.presenceState()).toEqual({ kari: [{ presence_ref: expect.any(String), n: 1 }] });
    });
  });
}

test('a crowd comes back after a kill', async ({ own, near }) => {
  const topic = room();
  const crowd = await Promise.all(
    Array.from({ length: 40 }, async (_, nr) =>
      (await near.realtime({ vsn: VERSIONS[nr % 2] ?? '2.0.0' })).join(topic),
    ),
  );
  await own.kill();
  await own.restart();
  for (const one of crowd) await until('it is back', () => isBack(one));
  const sender = await (await near.realtime()).join(topic);
  await sender.send('alle?', {});
  for (const one of crowd) {
    await one.broadcasts.first();
    expect(one.heard).toEqual([['alle?', {}]]);
  }
});
