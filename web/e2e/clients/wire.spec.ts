/** Frames as they are on the wire, for what no client shows of them. */
import { until } from './support/heard';
import { expect, mayNotRead, mayNotWrite, room, test, UUID } from './support/test';
import { anonKey, userToken } from './support/tokens';
import { type Frame, kind3, VERSIONS, type Wire } from './support/wire';

const OK = { status: 'ok', response: {} };
const JOINED = { status: 'ok', response: { postgres_changes: [] } };
const topicOf = (name = room()) => `realtime:${name}`;

for (const version of VERSIONS) {
  const modern = version === '2.0.0';
  /** What a frame's `join_ref` is: 1.0.0 has none at all. */
  const joined = (joinRef: string | null) => (modern ? { join_ref: joinRef } : {});

  test.describe(`with serializer ${version}`, () => {
    const open = (clients: { wire(key: string, v: typeof version): Promise<Wire> }, key = anonKey()) =>
      clients.wire(key, version);

    test('a heartbeat, a join and a leave have their answers', async ({ clients }) => {
      const wire = await open(clients);
      const topic = topicOf();
      expect(await wire.ask('phoenix', 'heartbeat', {})).toEqual({
        ...joined(null),
        ref: '1',
        topic: 'phoenix',
        event: 'phx_reply',
        payload: OK,
      });
      const { joinRef, reply } = await wire.join(topic);
      expect(reply).toEqual({ ...joined(joinRef), ref: joinRef, topic, event: 'phx_reply', payload: JOINED });
      const ref = wire.push(topic, 'phx_leave', {}, joinRef);
      expect(await wire.reply(ref)).toEqual({
        ...joined(joinRef),
        ref,
        topic,
        event: 'phx_reply',
        payload: OK,
      });
      const close = await wire.frames.first(({ event }) => event === 'phx_close');
      expect(close).toEqual({ ...joined(joinRef), ref: joinRef, topic, event: 'phx_close', payload: {} });
      await wire.settle();
      expect(wire.events(topic)).toEqual([close]);
    });

    test('a push to what is not joined is unmatched', async ({ clients }) => {
      const wire = await open(clients);
      const unmatched = { status: 'error', response: { reason: 'unmatched topic' } };
      const topic = topicOf();
      for (const event of ['broadcast', 'presence', 'access_token']) {
        const reply = await wire.ask(topic, event, { type: event, event: 'hei', payload: {} }, '1');
        expect(reply.payload, event).toEqual(unmatched);
      }
      const { joinRef } = await wire.join(topic);
      await wire.ask(topic, 'phx_leave', {}, joinRef);
      expect((await wire.ask(topic, 'broadcast', { event: 'hei' }, joinRef)).payload).toEqual(unmatched);
    });

    test('a second join of a topic is answered before the first one is closed', async ({ clients }) => {
      const wire = await open(clients);
      const topic = topicOf();
      const first = await wire.join(topic);
      const second = await wire.join(topic);
      await wire.settle();
      const later = wire.frames.items.filter(
        (frame) => frame.topic === topic && frame.ref !== null && frame !== first.reply,
      );
      expect(later.map(({ event, ref }) => [event, ref])).toEqual([
        ['phx_reply', second.joinRef],
        ['phx_close', first.joinRef],
      ]);
      if (modern) expect(later.map(({ join_ref }) => join_ref)).toEqual([second.joinRef, first.joinRef]);
      // The second one stands.
      const sender = await open(clients);
      const from = await sender.join(topic);
      sender.push(topic, 'broadcast', { type: 'broadcast', event: 'hei', payload: { n: 1 } }, from.joinRef);
      const heard = await wire.frames.first(({ event }) => event === 'broadcast');
      expect(heard.payload).toEqual({ type: 'broadcast', event: 'hei', payload: { n: 1 } });
      await wire.settle();
      expect(wire.events(topic).filter(({ event }) => event === 'broadcast')).toHaveLength(1);
    });

    test('a broadcast has no references', async ({ clients }) => {
      const topic = topicOf();
      const [wire, other] = [await open(clients), await open(clients)];
      const { joinRef } = await wire.join(topic, { broadcast: { self: true, ack: true } });
      await other.join(topic);
      const reply = await wire.ask(
        topic,
        'broadcast',
        { type: 'broadcast', event: 'hei', payload: { n: 1 } },
        joinRef,
      );
      expect(reply.payload).toEqual(OK);
      for (const one of [wire, other]) {
        expect(await one.frames.first(({ event }) => event === 'broadcast')).toEqual({
          ...joined(null),
          ref: null,
          topic,
          event: 'broadcast',
          payload: { type: 'broadcast', event: 'hei', payload: { n: 1 } },
        });
      }
    });

    test('without ack a broadcast has no answer', async ({ clients }) => {
      const topic = topicOf();
      const wire = await open(clients);
      const { joinRef } = await wire.join(topic);
      const ref = wire.push(topic, 'broadcast', { type: 'broadcast', event: 'hei', payload: {} }, joinRef);
      await wire.settle();
      expect(wire.frames.items.filter((frame) => frame.ref === ref)).toEqual([]);
    });

    test('yes and no may be words', async ({ clients }) => {
      const topic = topicOf();
      const wire = await open(clients);
      const { joinRef, reply } = await wire.join(topic, {
        broadcast: { self: 'true', ack: 'true' },
        presence: { enabled: 'false', key: '' },
        private: 'false',
      });
      expect(reply.payload).toEqual(JOINED);
      const sent = await wire.ask(
        topic,
        'broadcast',
        { type: 'broadcast', event: 'hei', payload: {} },
        joinRef,
      );
      expect(sent.payload).toEqual(OK);
      await wire.frames.first(({ event }) => event === 'broadcast');
      await wire.settle();
      expect(wire.events(topic).map(({ event }) => event)).toEqual(['broadcast']);
      const refused = await wire.join('realtime:lukket', { private: 'true' });
      expect(refused.reply.payload).toEqual({ status: 'error', response: { reason: mayNotRead('lukket') } });
    });

    test('a join without a configuration is one with the ordinary one', async ({ clients }) => {
      const wire = await open(clients);
      const topic = topicOf();
      const reply = await wire.ask(topic, 'phx_join', {}, '1');
      expect(reply.payload).toEqual(JOINED);
      await wire.settle();
      expect(wire.events(topic)).toEqual([]);
    });

    test('presence comes after the answer, where it is asked for', async ({ clients }) => {
      const topic = topicOf();
      const [wire, without] = [await open(clients), await open(clients)];
      const { joinRef } = await wire.join(topic, { presence: { enabled: true, key: 'kari' } });
      await without.join(topic, { presence: { enabled: false, key: '' } });
      expect(await wire.frames.first(({ event }) => event === 'presence_state')).toEqual({
        ...joined(joinRef),
        ref: null,
        topic,
        event: 'presence_state',
        payload: {},
      });
      const track = { type: 'presence', event: 'TRACK', payload: { n: 1 } };
      expect((await wire.ask(topic, 'presence', track, joinRef)).payload).toEqual(OK);
      const diffs = () => wire.events(topic).filter(({ event }) => event === 'presence_diff');
      await wire.frames.first(({ event }) => event === 'presence_diff');
      const ref = refOf(diffs()[0]);
      expect(diffs()).toEqual([
        {
          ...joined(null),
          ref: null,
          topic,
          event: 'presence_diff',
          payload: { joins: { kari: { metas: [{ phx_ref: ref, n: 1 }] } }, leaves: {} },
        },
      ]);
      await wire.ask(topic, 'presence', { ...track, event: 'track', payload: { n: 2 } }, joinRef);
      await until('the update', () => diffs().length >= 2);
      await wire.settle();
      expect(diffs()).toHaveLength(2);
      expect(diffs()[1]?.payload).toEqual({
        joins: { kari: { metas: [{ phx_ref: ref, phx_ref_prev: expect.any(String), n: 2 }] } },
        leaves: {},
      });
      expect(
        (await wire.ask(topic, 'presence', { type: 'presence', event: 'untrack' }, joinRef)).payload,
      ).toEqual(OK);
      await until('the leave', () => diffs().length >= 3);
      await wire.settle();
      expect(diffs()[2]?.payload).toMatchObject({
        joins: {},
        leaves: { kari: { metas: [{ phx_ref: ref, n: 2 }] } },
      });
      expect(diffs()).toHaveLength(3);
      await without.settle();
      expect(without.events(topic)).toEqual([]);
    });

    test('an empty key is replaced by a UUID', async ({ clients }) => {
      const topic = topicOf();
      const wire = await open(clients);
      const { joinRef } = await wire.join(topic, { presence: { enabled: true, key: '' } });
      await wire.ask(topic, 'presence', { type: 'presence', event: 'track', payload: {} }, joinRef);
      const { payload } = await wire.frames.first(({ event }) => event === 'presence_diff');
      expect(Object.keys((payload as { joins: object }).joins)).toEqual([expect.stringMatching(UUID)]);
    });

    test('bindings are echoed in order, each with a number', async ({ clients }) => {
      const wire = await open(clients, userToken('jonas'));
      const topic = topicOf();
      const asked = [
        { event: '*', schema: 'public', table: 'messages', filter: 'sender_id=eq.ingrid' },
        { event: 'INSERT', schema: 'public', table: 'chats' },
        { event: 'UPDATE', schema: 'public', table: 'messages', filter: '' },
      ];
      const { joinRef, reply } = await wire.join(topic, { postgres_changes: asked });
      const { status, response } = reply.payload as {
        status: string;
        response: { postgres_changes: object[] };
      };
      expect(status).toBe('ok');
      expect(response.postgres_changes).toEqual(
        asked.map((binding) => expect.objectContaining({ ...binding, id: expect.any(Number) })),
      );
      const ids = response.postgres_changes.map((binding) => (binding as { id: number }).id);
      expect(ids.every(Number.isSafeInteger)).toBe(true);
      expect(new Set(ids).size).toBe(3);
      expect(await wire.frames.first(({ event }) => event === 'system')).toEqual({
        ...joined(joinRef),
        ref: null,
        topic,
        event: 'system',
        payload: {
          extension: 'postgres_changes',
          status: 'ok',
          message: 'Subscribed to PostgreSQL',
          channel: topic.replace('realtime:', ''),
        },
      });
    });

    test('a change names its bindings, its columns and its kind', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas']);
      const wire = await open(clients, userToken('jonas'));
      const topic = topicOf();
      const filter = `chat_id=eq.${chat}`;
      const binding = { schema: 'public', table: 'messages', filter };
      const { reply } = await wire.join(topic, {
        postgres_changes: [
          { ...binding, event: 'INSERT' },
          { ...binding, event: '*' },
          { ...binding, event: 'DELETE' },
        ],
      });
      const { response } = reply.payload as { response: { postgres_changes: { id: number }[] } };
      const [inserts, all] = response.postgres_changes.map(({ id }) => id);
      const sent = await ingrid.send(chat, 'Hei!');
      const frame = await wire.frames.first(({ event }) => event === 'postgres_changes');
      expect(frame).toMatchObject({ ...joined(null), ref: null, topic });
      const { ids, data } = frame.payload as { ids: number[]; data: Record<string, unknown> };
      expect(new Set(ids)).toEqual(new Set([inserts, all]));
      expect(data).toMatchObject({ schema: 'public', table: 'messages', type: 'INSERT', errors: null });
      expect(data).not.toHaveProperty('old_record');
      const columns = data.columns as { name: string; type: string }[];
      expect(columns.map(({ name }) => name).sort()).toEqual(Object.keys(data.record as object).sort());
      expect(columns).toContainEqual(expect.objectContaining({ name: 'id', type: 'uuid' }));
      expect(columns).toContainEqual(expect.objectContaining({ name: 'content', type: 'text' }));
      expect(data.record).toMatchObject({ id: sent.id, chat_id: chat, content: 'Hei!' });
      await ingrid.edit(sent.id, 'Hei igjen!');
      const update = await wire.frames.first(
        ({ payload }) => (payload as { data?: { type: string } }).data?.type === 'UPDATE',
      );
      expect(update.payload).toMatchObject({ ids: [all], data: { old_record: { id: sent.id } } });
    });

    test('refusals say why', async ({ clients, person }) => {
      const chat = await person('ingrid').chat([{ userId: 'nora', role: 'observer' }]);
      const wire = await open(clients, userToken('nora'));
      const own = topicOf(`chat:${chat}`);
      const { joinRef } = await wire.join(own, { private: true, broadcast: { ack: true } });
      const no = { status: 'error', response: { reason: mayNotWrite(`chat:${chat}`) } };
      const hei = { type: 'broadcast', event: 'hei', payload: {} };
      expect((await wire.ask(own, 'broadcast', hei, joinRef)).payload).toEqual(no);
      const track = { type: 'presence', event: 'track', payload: {} };
      expect((await wire.ask(own, 'presence', track, joinRef)).payload).toEqual(no);
      const { reply } = await wire.join('realtime:user:jonas', { private: true });
      expect(reply).toMatchObject({
        event: 'phx_reply',
        payload: { status: 'error', response: { reason: mayNotRead('user:jonas') } },
      });
      await wire.settle();
      expect(wire.events(own)).toEqual([]);
    });

    test('what is no frame costs nobody else anything', async ({ clients }) => {
      const topic = topicOf();
      const [wire, other] = [await open(clients), await open(clients)];
      await wire.join(topic);
      const { joinRef } = await other.join(topic, { broadcast: { ack: true } });
      for (const words of ['', 'ikke JSON', '[]', '{}', '[1,2,3,4,5]', 'null']) wire.words(words);
      wire.bytes(Uint8Array.of());
      wire.bytes(Uint8Array.of(9, 9, 9));
      wire.bytes(Uint8Array.of(3, 255, 255, 255, 255, 255, 1));
      await wire.settle();
      const hei = { type: 'broadcast', event: 'hei', payload: { n: 1 } };
      expect((await other.ask(topic, 'broadcast', hei, joinRef)).payload).toEqual(OK);
      await wire.frames.first(({ event }) => event === 'broadcast');
      expect(wire.events(topic).map(({ event }) => event)).toEqual(['broadcast']);
    });
  });
}

test('JSON in kind 3 reaches everyone as text, bytes as kind 4', async ({ clients }) => {
  const topic = topicOf();
  const sender = await clients.wire(anonKey());
  const receiver = await clients.wire(anonKey());
  const old = await clients.wire(anonKey(), '1.0.0');
  const { joinRef } = await sender.join(topic, { broadcast: { ack: true } });
  await receiver.join(topic);
  await old.join(topic);
  const common = { joinRef, topic, event: 'hei' };
  sender.bytes(kind3({ ...common, ref: 'a', payload: '{"n":1}', encoding: 1 }));
  expect((await sender.reply('a')).payload).toEqual(OK);
  sender.bytes(kind3({ ...common, ref: 'b', payload: Uint8Array.of(0, 200), encoding: 0 }));
  expect((await sender.reply('b')).payload).toEqual(OK);
  const bytes = await receiver.binary.first();
  const names = [topic, 'hei'].map((name) => Buffer.from(name));
  const expected = [4, names[0]?.length ?? 0, 3, bytes[3] ?? 0, 0];
  expect([...bytes.subarray(0, 5)]).toEqual(expected);
  const meta = bytes[3] ?? 0;
  const rest = bytes.subarray(5);
  expect(rest.subarray(0, rest.length - meta - 2).toString()).toBe(`${topic}hei`);
  expect([...rest.subarray(-2)]).toEqual([0, 200]);
  for (const one of [receiver, old]) {
    const frame = await one.frames.first(({ event }) => event === 'broadcast');
    expect(frame.payload).toEqual({ type: 'broadcast', event: 'hei', payload: { n: 1 } });
  }
  await old.settle();
  expect(old.binary.items).toEqual([]);
  expect(old.events(topic)).toHaveLength(1);
  expect(receiver.binary.items).toHaveLength(1);
});

test('a payload that calls itself JSON and is none is refused, and disturbs nobody', async ({ clients }) => {
  const topic = topicOf();
  const [sender, receiver] = [await clients.wire(anonKey()), await clients.wire(anonKey())];
  const { joinRef } = await sender.join(topic);
  await receiver.join(topic);
  const common = { joinRef, topic, event: 'hei', encoding: 1 } as const;
  const bad = ['{"n":', '', 'ord', '{} {}', Uint8Array.of(34, 255, 34)];
  for (const [nr, payload] of bad.entries()) {
    sender.bytes(kind3({ ...common, ref: `x${nr}`, payload }));
    expect((await sender.reply(`x${nr}`)).payload).toMatchObject({ status: 'error' });
  }
  sender.bytes(kind3({ ...common, ref: 'y', payload: '{"n":1}' }));
  await receiver.frames.first(({ event }) => event === 'broadcast');
  await receiver.settle();
  const heard = receiver.events(topic);
  expect(heard.map(({ payload }) => payload)).toEqual([
    { type: 'broadcast', event: 'hei', payload: { n: 1 } },
  ]);
  expect(sender.events(topic)).toEqual([]);
});

test('names in kind 3 are UTF-8, or Latin-1 where they are not', async ({ clients }) => {
  const name = room('rømme');
  const topic = topicOf(name);
  const [sender, receiver] = [await clients.wire(anonKey()), await clients.wire(anonKey())];
  const { joinRef } = await sender.join(topic, { broadcast: { ack: true } });
  await receiver.join(topic);
  for (const encoding of ['utf8', 'latin1'] as const) {
    const names = { topic: Buffer.from(topic, encoding), event: Buffer.from(`blåbær ${encoding}`, encoding) };
    sender.bytes(kind3({ joinRef, ref: encoding, ...names, payload: '{}', encoding: 1 }));
    expect((await sender.reply(encoding)).payload).toEqual(OK);
  }
  await receiver.settle();
  expect(receiver.events(topic).map(({ payload }) => (payload as { event: string }).event)).toEqual([
    'blåbær utf8',
    'blåbær latin1',
  ]);
});

test('the serializer is 1.0.0 where none is asked for', async ({ clients }) => {
  const wire = await clients.wire(anonKey(), '1.0.0', { asked: false });
  const topic = topicOf();
  wire.text({ topic, event: 'phx_join', payload: { config: {} }, ref: '7', join_ref: '7' });
  await wire.reply('7');
  const [first] = wire.raw.items;
  if (!first || !('text' in first)) throw new Error('a text frame');
  expect(Object.keys(JSON.parse(first.text)).sort()).toEqual(['event', 'payload', 'ref', 'topic']);
});

/** The reference of the one presence in a diff's joins. */
function refOf(frame: Frame | undefined): string {
  const { joins } = { ...(frame?.payload as object) } as {
    joins?: Record<string, { metas: { phx_ref: string }[] }>;
  };
  const [presence] = Object.values(joins ?? {});
  return presence?.metas[0]?.phx_ref ?? '';
}
