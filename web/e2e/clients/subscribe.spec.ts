/** Channels of realtime-js and supabase-js: coming, going, coming again. */

import { until } from './support/heard';
import { Listener } from './support/listener';
import { expect, room, test } from './support/test';
import { anonKey, userToken } from './support/tokens';
import { VERSIONS } from './support/wire';

for (const vsn of VERSIONS) {
  test.describe(`with serializer ${vsn}`, () => {
    test('a channel is subscribed to, once', async ({ clients }) => {
      const { client, join, lines } = await clients.realtime({ vsn });
      const own = await join(room());
      expect(own.statuses.items).toEqual([{ status: 'SUBSCRIBED' }]);
      expect(own.channel.state).toBe('joined');
      expect(client.isConnected()).toBe(true);
      expect(lines.opened).toHaveLength(1);
      expect(lines.opened[0]?.url).toContain(`vsn=${vsn}`);
    });

    for (const path of ['/realtime/v1', '/socket']) {
      test(`the socket is at ${path}/websocket`, async ({ clients }) => {
        const topic = room();
        const here = await (await clients.realtime({ vsn, path })).join(topic);
        const there = await (await clients.realtime({ vsn })).join(topic);
        await here.send('hei', { fra: path });
        await there.broadcasts.first();
        expect(there.heard).toEqual([['hei', { fra: path }]]);
      });
    }

    test('channels on one socket hear their own', async ({ clients }) => {
      const { client, join, lines } = await clients.realtime({ vsn });
      const [red, blue] = [await join(room('rød')), await join(room('blå'))];
      const other = await clients.realtime({ vsn });
      const toRed = await other.join(red.topic);
      const toBlue = await other.join(blue.topic);
      await toRed.send('til', { hvem: 'rød' });
      await toBlue.send('til', { hvem: 'blå' });
      await red.broadcasts.first();
      await blue.broadcasts.first();
      expect(red.heard).toEqual([['til', { hvem: 'rød' }]]);
      expect(blue.heard).toEqual([['til', { hvem: 'blå' }]]);
      expect(client.getChannels()).toHaveLength(2);
      expect(lines.opened).toHaveLength(1);
    });

    test('who unsubscribes hears nothing more, and the rest do', async ({ clients }) => {
      const topic = room();
      const leaving = await clients.realtime({ vsn });
      const gone = await leaving.join(topic);
      const sender = await (await clients.realtime({ vsn })).join(topic);
      const stays = await (await clients.realtime({ vsn })).join(topic);
      await sender.send('først', {});
      await gone.broadcasts.first();
      expect(await leaving.client.removeChannel(gone.channel)).toBe('ok');
      expect(gone.said).toEqual(['SUBSCRIBED', 'CLOSED']);
      const elsewhere = await leaving.join(room());
      await sender.send('så', {});
      await stays.broadcasts.times(2);
      // A later answer on the same socket: what was to come before it has come.
      expect(await elsewhere.channel.unsubscribe()).toBe('ok');
      expect(gone.heard).toEqual([['først', {}]]);
    });

    test('a topic is subscribed to again after it was left', async ({ clients }) => {
      const topic = room();
      const { client, join } = await clients.realtime({ vsn });
      const sender = await (await clients.realtime({ vsn })).join(topic);
      for (const round of [1, 2, 3]) {
        const again = await join(topic);
        await sender.send('runde', { round });
        await again.broadcasts.first();
        expect(again.heard).toEqual([['runde', { round }]]);
        expect(await client.removeChannel(again.channel)).toBe('ok');
      }
    });

    test('a subscription that is dropped before it stands leaves nothing behind', async ({ clients }) => {
      const topic = room();
      const one = await clients.realtime({ vsn });
      // What React's strict mode does: an effect, its cleanup, the effect again, at once.
      const dropped = one.channel(topic).subscribe();
      const removed = one.client.removeChannel(dropped.channel);
      const kept = await one.join(topic);
      await removed;
      const sender = await (await clients.realtime({ vsn })).join(topic);
      await sender.send('én gang', { n: 1 });
      await sender.send('til', { n: 2 });
      await kept.broadcasts.times(2);
      expect(kept.heard).toEqual([
        ['én gang', { n: 1 }],
        ['til', { n: 2 }],
      ]);
      expect(kept.said).toEqual(['SUBSCRIBED']);
      expect(dropped.heard).toEqual([]);
      expect(dropped.said).not.toContain('SUBSCRIBED');
    });

    test('names of channels may be anything', async ({ clients }) => {
      const names = ['med mellomrom', 'a:b:c', 'rømme/1', 'prosent%20', 'q?a=b&c', '日本', '😀', '"\\'].map(
        (name) => room(name),
      );
      const here = await clients.realtime({ vsn });
      const there = await clients.realtime({ vsn: '1.0.0' });
      for (const name of names) {
        const listening = await here.join(name);
        // 1.0.0 writes names as JSON: the binary frames of 2.0.0 can't carry all of them.
        const sending = await there.join(name);
        await sending.send('hei', { name });
        await listening.broadcasts.first();
        expect(listening.heard).toEqual([['hei', { name }]]);
      }
    });

    test('a hundred channels fit on a socket', async ({ clients }) => {
      const { join, lines } = await clients.realtime({ vsn });
      const names = Array.from({ length: 100 }, () => room());
      const channels = await Promise.all(names.map((name) => join(name)));
      expect(channels.map(({ said }) => said)).toEqual(names.map(() => ['SUBSCRIBED']));
      expect(lines.opened).toHaveLength(1);
      const other = await (await clients.realtime({ vsn })).join(names[73] ?? '');
      await other.send('hei', { nr: 73 });
      await channels[73]?.broadcasts.first();
      expect(channels.map(({ heard }) => heard.length)).toEqual(names.map((_, nr) => (nr === 73 ? 1 : 0)));
    });

    test('all channels are left at once', async ({ clients }) => {
      const { client, join } = await clients.realtime({ vsn });
      const channels = [await join(room()), await join(room()), await join(room())];
      expect(await client.removeAllChannels()).toEqual(['ok', 'ok', 'ok']);
      expect(client.getChannels()).toEqual([]);
      expect(client.isConnected()).toBe(false);
      for (const { said } of channels) expect(said).toEqual(['SUBSCRIBED', 'CLOSED']);
    });

    test('the log level that a client asks for is its own affair', async ({ clients }) => {
      const { join, lines } = await clients.realtime({ vsn, logLevel: 'info' });
      const own = await join(room());
      expect(own.said).toEqual(['SUBSCRIBED']);
      expect(lines.opened[0]?.url).toContain('log_level=info');
    });

    test('heartbeats are answered', async ({ clients }) => {
      const beats: [status: string, latency: boolean][] = [];
      const { join } = await clients.realtime({
        vsn,
        heartbeatIntervalMs: 100,
        heartbeatCallback: (status, latency) => beats.push([status, latency !== undefined]),
      });
      const own = await join(room());
      await until('three heartbeats', () => beats.length >= 6);
      expect(beats.slice(0, 6)).toEqual([
        ['sent', false],
        ['ok', true],
        ['sent', false],
        ['ok', true],
        ['sent', false],
        ['ok', true],
      ]);
      expect(own.said).toEqual(['SUBSCRIBED']);
    });

    test('supabase-js subscribes as a visitor and as a user', async ({ clients }) => {
      const topic = room();
      const visitor = clients.supabase(anonKey(), { realtime: { vsn } });
      const user = clients.supabase(anonKey(), {
        realtime: { vsn },
        accessToken: async () => userToken('jonas'),
      });
      const [one, two] = [new Listener(visitor.client, topic), new Listener(user.client, topic)];
      await one.joined();
      await two.joined();
      await one.send('hei', { fra: 'besøkende' });
      await two.send('hei', { fra: 'jonas' });
      await one.broadcasts.first();
      await two.broadcasts.first();
      expect(one.heard).toEqual([['hei', { fra: 'jonas' }]]);
      expect(two.heard).toEqual([['hei', { fra: 'besøkende' }]]);
      expect(await visitor.client.removeChannel(one.channel)).toBe('ok');
      expect(visitor.client.getChannels()).toEqual([]);
    });
  });
}

test('two tabs of one user have a channel each', async ({ clients }) => {
  const topic = room();
  const tabs = [await clients.user('jonas'), await clients.user('jonas')];
  const [one, two] = await Promise.all(tabs.map((tab) => tab.join(topic)));
  if (!one || !two) throw new Error('two tabs');
  await one.send('hei', { fra: 'en' });
  await two.send('hei', { fra: 'to' });
  await one.broadcasts.first();
  await two.broadcasts.first();
  expect(one.heard).toEqual([['hei', { fra: 'to' }]]);
  expect(two.heard).toEqual([['hei', { fra: 'en' }]]);
});
