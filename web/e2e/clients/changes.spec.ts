/** Rows as `postgres_changes`: each change in its full shape, to those who may see it and to nobody else. */
import { postgresChangesFilter } from '@supabase/realtime-js';
import { type ChangeFilter, Listener, type Row } from './support/listener';
import { Person } from './support/person';
import { expect, room, TIMESTAMP, test, UUID } from './support/test';
import { anonKey, userToken } from './support/tokens';
import { VERSIONS } from './support/wire';

const ALL = { event: '*', schema: 'public' } as const;
const MESSAGES = { ...ALL, table: 'messages' } as const;

/** What stands around a change's rows. */
const around = (table: string) => ({
  schema: 'public',
  table,
  commit_timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
  errors: null,
});

const moment = expect.stringMatching(TIMESTAMP);
const subscribed = (channel: string) => ({
  extension: 'postgres_changes',
  status: 'ok',
  message: 'Subscribed to PostgreSQL',
  channel,
});

for (const vsn of VERSIONS) {
  test.describe(`with serializer ${vsn}`, () => {
    test('a message is an INSERT, its edit and its deletion are UPDATEs', async ({ clients, person }) => {
      const [ingrid, jonas] = [person('ingrid'), person('jonas')];
      const chat = await ingrid.chat(['jonas']);
      const topic = room();
      const heard = await (await clients.user('jonas', { vsn })).join(topic, {
        changes: [{ ...MESSAGES, filter: `chat_id=eq.${chat}` }],
      });
      // SUBSCRIBED means that nothing is missed from here on.
      const sent = await ingrid.send(chat, 'Hei, Jonas!');
      await ingrid.edit(sent.id, 'Hei, Jonas 👋');
      await ingrid.remove(sent.id);
      const answer = await jonas
        .send(chat, 'Hei!', { replyTo: sent.id })
        .catch(() => jonas.send(chat, 'Hei!'));
      const [inserted, edited, deleted] = await heard.changed.times(4);
      const row = {
        id: sent.id,
        chat_id: chat,
        sender_id: 'ingrid',
        kind: 'text',
        reply_to: null,
        thread_root: null,
        thread_count: 0,
        created_at: moment,
        created_seq: sent.createdSeq,
      };
      expect(inserted).toEqual({
        ...around('messages'),
        eventType: 'INSERT',
        new: { ...row, content: 'Hei, Jonas!', edited_at: null, deleted_at: null, seq: sent.createdSeq },
        old: {},
      });
      expect(edited).toEqual({
        ...around('messages'),
        eventType: 'UPDATE',
        new: { ...row, content: 'Hei, Jonas 👋', edited_at: moment, deleted_at: null, seq: sent.seq + 1 },
        old: { id: sent.id },
      });
      expect(deleted).toMatchObject({
        eventType: 'UPDATE',
        new: { ...row, content: '', deleted_at: moment, seq: sent.seq + 2 },
        old: { id: sent.id },
      });
      const { created_at } = { ...inserted?.new } as Row;
      expect(new Date(String(created_at)).getTime()).toBe(sent.createdAt);
      expect(heard.changed.items[3]?.new).toMatchObject({ id: answer.id, sender_id: 'jonas' });
      expect(heard.system.items).toEqual([subscribed(topic)]);
    });

    test('a binding hears its own kind of change', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas']);
      const filter = `chat_id=eq.${chat}`;
      const heard = await (await clients.user('jonas', { vsn })).join(room(), {
        changes: [
          { ...MESSAGES, filter },
          { ...MESSAGES, event: 'INSERT', filter },
          { ...MESSAGES, event: 'UPDATE', filter },
          { ...MESSAGES, event: 'DELETE', filter },
        ],
      });
      const sent = await ingrid.send(chat, 'én');
      await ingrid.edit(sent.id, 'to');
      await ingrid.remove(sent.id);
      await heard.changed.times(3);
      await heard.changes[2]?.times(2);
      expect(heard.changes.map(({ items }) => items.map(({ eventType }) => eventType))).toEqual([
        ['INSERT', 'UPDATE', 'UPDATE'],
        ['INSERT'],
        ['UPDATE', 'UPDATE'],
        [],
      ]);
    });

    test('each sees what they may see, and a visitor nothing', async ({ clients, person }) => {
      const [ingrid, thomas] = [person('ingrid'), person('thomas')];
      const [theirs, others] = [await ingrid.chat(['jonas']), await thomas.chat(['amina'])];
      const wanted = { changes: [MESSAGES] };
      const jonas = await (await clients.user('jonas', { vsn })).join(room(), wanted);
      const amina = await (await clients.user('amina', { vsn })).join(room(), wanted);
      const service = await (await clients.service({ vsn })).join(room(), wanted);
      const visitor = await (await clients.realtime({ vsn })).join(room(), wanted);
      const first = await ingrid.send(theirs, 'til Jonas');
      const second = await thomas.send(others, 'til Amina');
      const third = await ingrid.send(theirs, 'til Jonas igjen');
      const fourth = await thomas.send(others, 'til Amina igjen');
      const ids = (heard: typeof jonas) => {
        const own = [first, second, third, fourth].map(({ id }) => id);
        return heard.changed.items
          .map((change) => (change.new as Row).id)
          .filter((id) => own.includes(id as string));
      };
      await jonas.changed.first((change) => (change.new as Row).id === third.id);
      await amina.changed.first((change) => (change.new as Row).id === fourth.id);
      await service.changed.first((change) => (change.new as Row).id === fourth.id);
      expect(ids(jonas)).toEqual([first.id, third.id]);
      expect(ids(amina)).toEqual([second.id, fourth.id]);
      expect(ids(service)).toEqual([first.id, second.id, third.id, fourth.id]);
      const sender = await (await clients.realtime({ vsn })).join(visitor.topic);
      await sender.send('etter', {});
      await visitor.broadcasts.first();
      expect(visitor.changed.items).toEqual([]);
    });

    test('filters choose', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas']);
      const first = await ingrid.send(chat, 'før');
      const base = first.seq;
      /** The filters, and which of the messages below they let through. */
      const cases: [filter: string, messages: number[]][] = [
        ['sender_id=eq.ingrid', [1, 2, 3]],
        ['sender_id=neq.ingrid', [4, 5]],
        [`seq=gt.${base + 3}`, [4, 5]],
        [`seq=gte.${base + 3}`, [3, 4, 5]],
        [`seq=lt.${base + 2}`, [1]],
        [`seq=lte.${base + 2}`, [1, 2]],
        ['content=in.(eple,"pære, moden",drue)', [1, 2]],
        ['content=eq."pære, moden"', [2]],
        ['reply_to=is.null', [1, 2, 3, 4, 5]],
        ['deleted_at=not.is.null', []],
        ['sender_id=isdistinct.jonas', [1, 2, 3]],
        ['sender_id=eq.jonas,content=neq.takk', [5]],
        ['sender_id=in.(jonas,ingrid),content=neq.eple,seq=lt.9999999', [2, 3, 4, 5]],
        ['', [1, 2, 3, 4, 5]],
      ];
      const changes: ChangeFilter[] = cases.map(([filter]) => ({ ...MESSAGES, event: 'INSERT', filter }));
      // Only this chat is busy with these words: what is heard of others is left out below.
      const heard = await (await clients.user('jonas', { vsn })).join(room(), {
        changes: [...changes, { ...MESSAGES, filter: `chat_id=eq.${chat}` }],
      });
      const sent = [
        await ingrid.send(chat, 'eple'),
        await ingrid.send(chat, 'pære, moden'),
        await ingrid.send(chat, 'EPLEKAKE (varm)'),
        await person('jonas').send(chat, 'takk'),
        await person('jonas').send(chat, 'mer!'),
      ];
      await heard.changes.at(-1)?.times(5);
      const ids = sent.map(({ id }) => id);
      const got = cases.map(([filter], nr) => [
        filter,
        (heard.changes[nr]?.items ?? [])
          .map((change) => ids.indexOf((change.new as Row).id as string) + 1)
          .filter((number) => number > 0),
      ]);
      expect(got).toEqual(cases);
    });

    test('a binding may choose its columns', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas']);
      const heard = await (await clients.user('jonas', { vsn })).join(room(), {
        changes: [
          { ...MESSAGES, filter: `chat_id=eq.${chat}`, select: ['id', 'content'] },
          { ...MESSAGES, filter: `chat_id=eq.${chat}` },
        ],
      });
      const sent = await ingrid.send(chat, 'to kolonner');
      const narrow = await heard.changed.first();
      expect(narrow.new).toEqual({ id: sent.id, content: 'to kolonner' });
      const wide = await heard.changes[1]?.first();
      expect(wide?.new).toMatchObject({ id: sent.id, sender_id: 'ingrid', chat_id: chat });
    });

    test('chats are made and change', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const wanted = { changes: [{ ...ALL, table: 'chats' }] };
      const jonas = await (await clients.user('jonas', { vsn })).join(room(), wanted);
      const thomas = await (await clients.user('thomas', { vsn })).join(room(), wanted);
      const without = await person('amina').chat(['thomas'], { title: 'Uten Jonas' });
      const chat = await ingrid.chat(['jonas'], { title: 'Brøk' });
      await ingrid.retitle(chat, 'Brøk og prosent');
      await person('amina').retitle(without, 'Fortsatt uten');
      const ofChat = (id: string) => (heard: typeof jonas) =>
        heard.changed.items.filter((change) => (change.new as Row).id === id);
      await jonas.changed.first((change) => (change.new as Row).title === 'Brøk og prosent');
      await thomas.changed.first((change) => (change.new as Row).title === 'Fortsatt uten');
      const row = { id: chat, history: 'since_joining', created_by: 'ingrid', created_at: moment };
      expect(ofChat(chat)(jonas)).toEqual([
        {
          ...around('chats'),
          eventType: 'INSERT',
          new: { ...row, title: 'Brøk', seq: expect.any(Number) },
          old: {},
        },
        {
          ...around('chats'),
          eventType: 'UPDATE',
          new: { ...row, title: 'Brøk og prosent', seq: expect.any(Number) },
          old: { id: chat },
        },
      ]);
      expect(chat).toMatch(UUID);
      expect(ofChat(chat)(thomas)).toEqual([]);
      expect(ofChat(without)(jonas)).toEqual([]);
    });

    test('people come into a chat, change their role and leave it', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas']);
      const table = { ...ALL, table: 'chat_participants', filter: `chat_id=eq.${chat}` };
      const jonas = await (await clients.user('jonas', { vsn })).join(room(), { changes: [table] });
      await ingrid.add(chat, 'nora');
      await ingrid.setRole(chat, 'nora', 'observer');
      await ingrid.dismiss(chat, 'nora');
      await ingrid.add(chat, 'nora', 'guardian');
      await jonas.changed.times(4);
      const row = { chat_id: chat, user_id: 'nora', joined_at: moment, seq: expect.any(Number) };
      const old = { chat_id: chat, user_id: 'nora' };
      const common = around('chat_participants');
      const update = { ...common, eventType: 'UPDATE', old };
      expect(jonas.changed.items).toEqual([
        {
          ...common,
          eventType: 'INSERT',
          new: { ...row, role: 'student', active: true, left_at: null },
          old: {},
        },
        { ...update, new: { ...row, role: 'observer', active: true, left_at: null } },
        { ...update, new: { ...row, role: 'observer', active: false, left_at: moment } },
        // Whether who comes back is new or changed is the store's to say.
        {
          ...common,
          eventType: expect.stringMatching(/^(INSERT|UPDATE)$/),
          old: expect.anything(),
          new: { ...row, role: 'guardian', active: true, left_at: null },
        },
      ]);
    });

    test('who is removed hears that, and nothing after it', async ({ clients, person }) => {
      const ingrid = person('ingrid');
      const [chat, common] = [await ingrid.chat(['jonas', 'nora']), await ingrid.chat(['jonas', 'nora'])];
      const nora = await (await clients.user('nora', { vsn })).join(room(), {
        changes: [
          { ...MESSAGES, filter: `chat_id=in.(${chat},${common})` },
          { ...ALL, table: 'chat_participants', filter: `chat_id=eq.${chat}` },
        ],
      });
      const before = await ingrid.send(chat, 'før');
      await ingrid.dismiss(chat, 'nora');
      await ingrid.edit(before.id, 'endret etterpå');
      await ingrid.send(chat, 'etter');
      await ingrid.setRole(chat, 'jonas', 'guardian');
      const last = await ingrid.send(common, 'i den andre');
      await nora.changed.first((change) => (change.new as Row).id === last.id);
      expect(nora.changed.items.map((change) => (change.new as Row).content)).toEqual(['før', 'i den andre']);
      expect(nora.changes[1]?.items.map((change) => [change.eventType, change.new])).toEqual([
        ['UPDATE', expect.objectContaining({ user_id: 'nora', active: false, left_at: moment })],
      ]);
    });

    for (const [history, seen] of [
      ['since_joining', ['nytt']],
      ['all', ['gammelt, endret', 'nytt']],
    ] as const) {
      test(`what was said before one came is ${history === 'all' ? 'seen' : 'not seen'} with history ${history}`, async ({
        clients,
        person,
      }) => {
        const ingrid = person('ingrid');
        const chat = await ingrid.chat(['jonas'], { history });
        const old = await ingrid.send(chat, 'gammelt');
        await ingrid.add(chat, 'nora');
        const wanted = { changes: [{ ...MESSAGES, filter: `chat_id=eq.${chat}` }] };
        const nora = await (await clients.user('nora', { vsn })).join(room(), wanted);
        const jonas = await (await clients.user('jonas', { vsn })).join(room(), wanted);
        await ingrid.edit(old.id, 'gammelt, endret');
        await ingrid.send(chat, 'nytt');
        await nora.changed.first((change) => (change.new as Row).content === 'nytt');
        await jonas.changed.times(2);
        const words = (heard: typeof nora) =>
          heard.changed.items.map((change) => (change.new as Row).content);
        expect(words(nora)).toEqual(seen);
        expect(words(jonas)).toEqual(['gammelt, endret', 'nytt']);
      });
    }

    test('all tables can be heard in one binding', async ({ clients, person }) => {
      const heard = await (await clients.user('jonas', { vsn })).join(room(), { changes: [ALL] });
      const ingrid = person('ingrid');
      const chat = await ingrid.chat(['jonas'], { title: 'Alt' });
      await ingrid.send(chat, 'hei');
      await heard.changed.first(
        (change) => change.table === 'messages' && (change.new as Row).chat_id === chat,
      );
      const tables = heard.changed.items
        .filter(({ new: row }) => [(row as Row).chat_id, (row as Row).id].includes(chat))
        .map(({ table, eventType }) => `${table} ${eventType}`);
      expect(new Set(tables)).toEqual(
        new Set(['chats INSERT', 'chat_participants INSERT', 'messages INSERT']),
      );
    });

    for (const [what, filter, said] of [
      ['table', { ...ALL, table: 'secrets' }, /secrets/],
      ['schema', { event: '*', schema: 'auth', table: 'users' }, /auth/],
      ['column', { ...MESSAGES, filter: 'password=eq.1' }, /password/],
      ['operator', { ...MESSAGES, filter: 'content=fts.hei' }, /fts/],
      ['column to select', { ...MESSAGES, select: ['id', 'password'] }, /password/],
    ] as const) {
      test(`an unknown ${what} is said, and the channel stands`, async ({ clients }) => {
        const topic = room();
        const filterOf = filter as unknown as ChangeFilter;
        const heard = await (await clients.user('jonas', { vsn })).join(topic, { changes: [filterOf] });
        const system = await heard.system.first();
        expect(system).toEqual({
          extension: 'postgres_changes',
          status: 'error',
          message: expect.stringMatching(said),
          channel: topic,
        });
        const other = await (await clients.realtime({ vsn })).join(topic);
        await other.send('står den?', {});
        await heard.broadcasts.first();
        expect(heard.said).toEqual(['SUBSCRIBED']);
      });
    }
  });
}

test('a new name reaches those who know its bearer', async ({ clients, server }) => {
  const name = room('Emil');
  const wanted = { changes: [{ ...ALL, table: 'users' }] };
  const amina = await (await clients.user('amina')).join(room(), wanted);
  const service = await (await clients.service()).join(room(), wanted);
  // Thomas shares no chat with Emil, and hears of Amina's next name instead.
  const thomas = await (await clients.user('thomas')).join(room(), wanted);
  const picture = 'https://example.no/emil.png';
  const renamed = new Person(
    server.url,
    'emil',
    userToken('emil', { claims: { name, avatar_url: picture } }),
  );
  await renamed.call('GET', '/api/me');
  const aminas = room('Amina');
  await new Person(server.url, 'amina', userToken('amina', { claims: { name: aminas } })).call(
    'GET',
    '/api/me',
  );
  const update = {
    ...around('users'),
    eventType: 'UPDATE',
    new: { id: 'emil', name, avatar_url: picture, locale: 'nb' },
    old: { id: 'emil' },
  };
  const isEmils = (change: { new: object }) => (change.new as Row).name === name;
  expect(await amina.changed.first(isEmils)).toEqual(update);
  expect(await service.changed.first(isEmils)).toEqual(update);
  await thomas.changed.first((change) => (change.new as Row).name === aminas);
  expect(thomas.changed.items.filter(isEmils)).toEqual([]);
});

test('a newcomer is news to the service role alone', async ({ clients, server }) => {
  const id = room('ny');
  const wanted = { changes: [{ ...ALL, table: 'users' }, MESSAGES] };
  const service = await (await clients.service()).join(room(), wanted);
  const jonas = await (await clients.user('jonas')).join(room(), wanted);
  const newcomer = new Person(server.url, id, userToken(id, { claims: { name: 'Ny Elev' } }));
  await newcomer.call('GET', '/api/me');
  expect(await service.changed.first((change) => (change.new as Row).id === id)).toEqual({
    ...around('users'),
    eventType: 'INSERT',
    new: { id, name: 'Ny Elev', avatar_url: null, locale: null },
    old: {},
  });
  const ingrid = new Person(server.url, 'ingrid');
  const sent = await ingrid.send(await ingrid.chat(['jonas']), 'etter');
  await jonas.changes[1]?.first((change) => (change.new as Row).id === sent.id);
  expect(jonas.changed.items.filter((change) => (change.new as Row).id === id)).toEqual([]);
});

test('a filter can be built', async ({ clients, person }) => {
  const ingrid = person('ingrid');
  const chat = await ingrid.chat(['jonas']);
  const filter = postgresChangesFilter()
    .eq('chat_id', chat)
    .in('content', ['ja, (takk)', 'og "nei"'])
    .not('sender_id', 'eq', 'jonas')
    .is('deleted_at', null);
  const heard = await (await clients.user('jonas')).join(room(), {
    changes: [
      { ...MESSAGES, filter },
      { ...MESSAGES, filter: `chat_id=eq.${chat}` },
    ],
  });
  for (const content of ['ja, (takk)', 'ja', 'og "nei"']) await ingrid.send(chat, content);
  await person('jonas').send(chat, 'ja, (takk)');
  await heard.changes[1]?.times(4);
  expect(heard.changed.items.map((change) => (change.new as Row).content)).toEqual([
    'ja, (takk)',
    'og "nei"',
  ]);
});

test('supabase-js hears the rows of its user', async ({ clients, person }) => {
  const ingrid = person('ingrid');
  const chat = await ingrid.chat(['jonas']);
  const { client } = clients.supabase(anonKey(), { accessToken: async () => userToken('jonas') });
  await client.realtime.setAuth();
  const heard = await new Listener(client, room(), {
    changes: [{ ...MESSAGES, event: 'INSERT', filter: `chat_id=eq.${chat}` }],
  }).joined();
  const sent = await ingrid.send(chat, 'Hei fra supabase-js');
  expect((await heard.changed.first()).new).toMatchObject({ id: sent.id, content: 'Hei fra supabase-js' });
});
