/** Who is there, as realtime-js keeps it: coming, changing without leaving, going. */

import { until } from './support/heard';
import type { Listener, Meta, Presence } from './support/listener';
import { expect, room, test, UUID } from './support/test';
import { VERSIONS } from './support/wire';

/** What someone tracks, without the server's reference. */
function tracked(metas: readonly Meta[] | undefined): unknown[] {
  return (metas ?? []).map(({ presence_ref: _, ...rest }) => rest);
}

/** The state as the client holds it, without references. */
function state(listener: Listener): Record<string, unknown[]> {
  const entries = Object.entries(listener.channel.presenceState() as Record<string, Meta[]>);
  return Object.fromEntries(entries.map(([key, metas]) => [key, tracked(metas)]));
}

/** The events so far, syncs excepted. */
function told(listener: Listener): Presence[] {
  return listener.presence.items.filter(({ event }) => event !== 'sync');
}

function isEvent(event: Presence['event'], key: string) {
  return (heard: Presence) => heard.event === event && heard.key === key;
}

for (const vsn of VERSIONS) {
  test.describe(`with serializer ${vsn}`, () => {
    const keyed = (key: string) => ({ presence: true, config: { presence: { key } } });

    test('who tracks is seen by all who listen, oneself included', async ({ clients }) => {
      const topic = room();
      const kari = await (await clients.realtime({ vsn })).join(topic, keyed('kari'));
      const ola = await (await clients.realtime({ vsn })).join(topic, keyed('ola'));
      expect(await kari.channel.track({ status: 'her', nr: 1 })).toBe('ok');
      for (const listener of [kari, ola]) {
        const join = await listener.presence.first(isEvent('join', 'kari'));
        expect(join).toMatchObject({ event: 'join', key: 'kari', currentPresences: [] });
        expect(tracked(join.newPresences)).toEqual([{ status: 'her', nr: 1 }]);
        expect(join.newPresences?.[0]?.presence_ref).toEqual(expect.any(String));
        await until('the state has it', () => 'kari' in state(listener));
        expect(state(listener)).toEqual({ kari: [{ status: 'her', nr: 1 }] });
      }
      const refs = [kari, ola].map(({ channel }) => channel.presenceState().kari?.[0]?.presence_ref);
      expect(refs[0]).toBe(refs[1]);
    });

    test('who comes late gets the state, and a sync also where nobody is', async ({ clients }) => {
      const topic = room();
      const kari = await (await clients.realtime({ vsn })).join(topic, keyed('kari'));
      await kari.presence.first(({ event }) => event === 'sync');
      expect(state(kari)).toEqual({});
      await kari.channel.track({ n: 1 });
      const late = await (await clients.realtime({ vsn })).join(topic, keyed('sen'));
      await late.presence.first(({ event }) => event === 'sync');
      expect(state(late)).toEqual({ kari: [{ n: 1 }] });
      expect(told(late).map(({ event, key }) => [event, key])).toEqual([['join', 'kari']]);
    });

    test('an update is no leave', async ({ clients }) => {
      const topic = room();
      const kari = await (await clients.realtime({ vsn })).join(topic, keyed('kari'));
      const ola = await (await clients.realtime({ vsn })).join(topic, keyed('ola'));
      await kari.channel.track({ status: 'skriver' });
      await ola.presence.first(isEvent('join', 'kari'));
      await kari.channel.track({ status: 'ferdig' });
      for (const listener of [ola, kari]) {
        await until('the update', () => told(listener).length >= 2);
        await until('the new state', () => JSON.stringify(state(listener)).includes('ferdig'));
        expect(state(listener)).toEqual({ kari: [{ status: 'ferdig' }] });
        const [first, second] = told(listener);
        expect([first?.event, second?.event]).toEqual(['join', 'join']);
        expect(tracked(second?.currentPresences)).toEqual([{ status: 'skriver' }]);
        expect(tracked(second?.newPresences)).toEqual([{ status: 'ferdig' }]);
      }
      // Someone else's coming is told after the update: a leave would have been told before it.
      await ola.channel.track({});
      await kari.presence.first(isEvent('join', 'ola'));
      expect(told(kari).map(({ event, key }) => [event, key])).toEqual([
        ['join', 'kari'],
        ['join', 'kari'],
        ['join', 'ola'],
      ]);
    });

    test('untrack leaves the channel to the others', async ({ clients }) => {
      const topic = room();
      const kari = await (await clients.realtime({ vsn })).join(topic, keyed('kari'));
      const ola = await (await clients.realtime({ vsn })).join(topic, keyed('ola'));
      await kari.channel.track({ n: 1 });
      await ola.channel.track({ n: 2 });
      await kari.presence.first(isEvent('join', 'ola'));
      expect(await kari.channel.untrack()).toBe('ok');
      for (const listener of [kari, ola]) {
        const left = await listener.presence.first(isEvent('leave', 'kari'));
        expect(tracked(left.leftPresences)).toEqual([{ n: 1 }]);
        expect(left.currentPresences).toEqual([]);
        await until('the state is without', () => !('kari' in state(listener)));
        expect(state(listener)).toEqual({ ola: [{ n: 2 }] });
      }
      expect(kari.channel.state).toBe('joined');
      await kari.channel.track({ n: 3 });
      await until('kari is back', () => 'kari' in state(ola));
      expect(state(ola)).toEqual({ ola: [{ n: 2 }], kari: [{ n: 3 }] });
    });

    for (const [how, go] of [
      ['unsubscribes', (one: Left) => one.listener.channel.unsubscribe()],
      ['disconnects', (one: Left) => one.client.disconnect()],
      ['is cut off', (one: Left) => one.lines.kill()],
    ] as const) {
      test(`who ${how} is gone at once`, async ({ clients }) => {
        const topic = room();
        const leaving = await clients.realtime({ vsn, reconnectAfterMs: () => 60_000 });
        const listener = await leaving.join(topic, keyed('kari'));
        const ola = await (await clients.realtime({ vsn })).join(topic, keyed('ola'));
        await listener.channel.track({ n: 1 });
        await ola.presence.first(isEvent('join', 'kari'));
        const begun = Date.now();
        await go({ ...leaving, listener });
        const left = await ola.presence.first(isEvent('leave', 'kari'));
        // Far below any timeout that a server could have waited for.
        expect(Date.now() - begun).toBeLessThan(5_000);
        expect(tracked(left.leftPresences)).toEqual([{ n: 1 }]);
        await until('nobody is left', () => Object.keys(state(ola)).length === 0);
      });
    }

    test('without a key the server makes one', async ({ clients }) => {
      const topic = room();
      const one = await (await clients.realtime({ vsn })).join(topic, { presence: true });
      const two = await (await clients.realtime({ vsn })).join(topic, { presence: true });
      await one.channel.track({ n: 1 });
      await two.channel.track({ n: 2 });
      for (const listener of [one, two]) {
        await until('both are there', () => Object.keys(state(listener)).length === 2);
        for (const key of Object.keys(state(listener))) expect(key).toMatch(UUID);
      }
      expect(state(one)).toEqual(state(two));
      expect(Object.values(state(one)).flat()).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
    });

    test('two of one key are two under it', async ({ clients }) => {
      const topic = room();
      const watching = await (await clients.realtime({ vsn })).join(topic, keyed('ser'));
      const phone = await (await clients.realtime({ vsn })).join(topic, keyed('kari'));
      const laptop = await (await clients.realtime({ vsn })).join(topic, keyed('kari'));
      await phone.channel.track({ hvor: 'telefon' });
      await watching.presence.first(isEvent('join', 'kari'));
      await laptop.channel.track({ hvor: 'maskin' });
      await until('both are there', () => state(watching).kari?.length === 2);
      expect(state(watching).kari).toEqual([{ hvor: 'telefon' }, { hvor: 'maskin' }]);
      const late = await (await clients.realtime({ vsn })).join(topic, keyed('sen'));
      await late.presence.first(({ event }) => event === 'sync');
      expect(state(late).kari).toHaveLength(2);
      expect(state(late).kari).toEqual(expect.arrayContaining([{ hvor: 'telefon' }, { hvor: 'maskin' }]));
    });

    test('keys may be anything', async ({ clients }) => {
      const topic = room();
      const keys = ['Åse', 'a b', '😀', '0', '"'];
      const watching = await (await clients.realtime({ vsn })).join(topic, { presence: true });
      for (const key of keys) {
        const one = await (await clients.realtime({ vsn })).join(topic, keyed(key));
        expect(await one.channel.track({ key })).toBe('ok');
      }
      await until('all are there', () => Object.keys(state(watching)).length === keys.length);
      expect(state(watching)).toEqual(Object.fromEntries(keys.map((key) => [key, [{ key }]])));
    });

    test('presence is had by asking for it in the configuration too', async ({ clients }) => {
      const topic = room();
      const asks = await (await clients.realtime({ vsn })).join(topic, {
        config: { presence: { key: 'kari', enabled: true } },
      });
      await asks.channel.track({ n: 1 });
      await until('oneself is there', () => 'kari' in state(asks));
      expect(state(asks)).toEqual({ kari: [{ n: 1 }] });
    });

    test('a crowd sees itself', async ({ clients }) => {
      const topic = room();
      const keys = Array.from({ length: 25 }, (_, nr) => `nr-${nr}`);
      const crowd = await Promise.all(
        keys.map(async (key) => (await clients.realtime({ vsn })).join(topic, keyed(key))),
      );
      await Promise.all(crowd.map(({ channel }, nr) => channel.track({ nr })));
      for (const one of crowd) {
        await until('all are there', () => Object.keys(state(one)).length === keys.length);
        expect(state(one)).toEqual(Object.fromEntries(keys.map((key, nr) => [key, [{ nr }]])));
        expect(told(one).every(({ event }) => event === 'join')).toBe(true);
      }
    });

    test('many updates in a row end in the last', async ({ clients }) => {
      const topic = room();
      const kari = await (await clients.realtime({ vsn })).join(topic, keyed('kari'));
      const ola = await (await clients.realtime({ vsn })).join(topic, keyed('ola'));
      const answers = [];
      for (let nr = 1; nr <= 50; nr += 1) answers.push(kari.channel.track({ nr }));
      expect(new Set(await Promise.all(answers))).toEqual(new Set(['ok']));
      await until('the last', () => JSON.stringify(state(ola)).includes('50'));
      expect(state(ola)).toEqual({ kari: [{ nr: 50 }] });
      expect(told(ola).filter(({ event }) => event === 'leave')).toEqual([]);
    });

    test('who comes back and tracks again is there once', async ({ clients }) => {
      const topic = room();
      const back = await clients.realtime({ vsn, reconnectAfterMs: () => 500 });
      const kari = back.channel(topic, keyed('kari'));
      // What an app does: track at each subscription.
      kari.channel.subscribe((status) => {
        kari.statuses.add({ status });
        if (status === 'SUBSCRIBED') void kari.channel.track({ n: 1 });
      });
      const ola = await (await clients.realtime({ vsn })).join(topic, keyed('ola'));
      await until('kari is there', () => 'kari' in state(ola));
      back.lines.kill();
      await ola.presence.first(isEvent('leave', 'kari'));
      await until('kari is back', () => 'kari' in state(ola));
      expect(state(ola)).toEqual({ kari: [{ n: 1 }] });
      await until('kari knows', () => 'kari' in state(kari));
      expect(state(kari)).toEqual({ kari: [{ n: 1 }] });
      expect(told(ola).map(({ event, key }) => [event, key])).toEqual([
        ['join', 'kari'],
        ['leave', 'kari'],
        ['join', 'kari'],
      ]);
    });
  });
}

/** Someone who goes. */
interface Left {
  listener: Listener;
  client: { disconnect(): Promise<unknown> };
  lines: { kill(): void };
}

test('both serializers see each other', async ({ clients }) => {
  const topic = room();
  const [old, modern] = await Promise.all(
    VERSIONS.map(async (vsn) =>
      (await clients.realtime({ vsn })).join(topic, { presence: true, config: { presence: { key: vsn } } }),
    ),
  );
  if (!old || !modern) throw new Error('two serializers');
  await old.channel.track({ n: 1 });
  await modern.channel.track({ n: 2 });
  for (const listener of [old, modern]) {
    await until('both are there', () => Object.keys(state(listener)).length === 2);
    expect(state(listener)).toEqual({ '1.0.0': [{ n: 1 }], '2.0.0': [{ n: 2 }] });
  }
});
