/** The provider: language, names, events; and the smaller hooks. */
import { renderHook } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import {
  highlightsOf,
  may,
  problemOf,
  SamtaleProvider,
  useChat,
  useChats,
  useConnectionStatus,
  useDraft,
  useMessageActions,
  useMessageSearch,
  useOutbox,
  usePhrases,
  useSamtale,
  useThread,
} from '../src';
import { CHAT, hook, settle, someChat } from './world';

test('the language can be another, at any time', async () => {
  const fake = someChat();
  let locale: 'nb' | 'nn' | 'en' = 'nb';
  const { result, rerender } = renderHook(() => usePhrases().t('action-leave'), {
    wrapper: ({ children }) => (
      <SamtaleProvider client={fake} locale={locale}>
        {children}
      </SamtaleProvider>
    ),
  });
  expect(result.current).toBe('Forlat samtalen');
  locale = 'nn';
  rerender();
  await vi.waitFor(() => expect(result.current).toBe('Forlat samtalen'));
  locale = 'en';
  rerender();
  await vi.waitFor(() => expect(result.current).toBe('Leave the chat'));
});

test('the host product’s names go before those of the chats', async () => {
  const profiles = { jonas: { name: 'Jonas (10B)', avatarUrl: 'https://example.no/j.png' } };
  const { result } = await hook(someChat(), () => useChat(CHAT), { profiles });
  expect(result.current?.participants[1]).toMatchObject({
    name: 'Jonas (10B)',
    avatarUrl: 'https://example.no/j.png',
  });
  expect(result.current?.lastMessage?.content).toBe('Ja, klokka fire.');
});

test('a chat without a title has the names of the others, and an id is no name', async () => {
  const fake = someChat({
    chats: [
      {
        id: 'par',
        participants: [
          { userId: 'j', name: 'Jonas' },
          { userId: 'k', name: 'Kari' },
        ],
      },
      { id: 'ukjent', participants: [{ userId: 'auth0|5f7c8ec7', name: 'auth0|5f7c8ec7' }] },
    ],
  });
  const { result } = await hook(fake, useChats);
  expect(result.current.chats.map(({ id, name }) => [id, name]).sort()).toEqual([
    ['par', 'Jonas, Kari'],
    ['ukjent', 'Uten navn'],
  ]);
  expect(result.current).toMatchObject({ loading: false, hasMore: false });
});

test('who has left keeps a name in what they said', async () => {
  const fake = someChat();
  fake.world.receive(CHAT, { senderId: 'nils', content: 'Takk for meg' });
  const nils = {
    userId: 'nils',
    name: 'Nils Vik',
    role: 'student',
    active: false,
    seq: 3,
    joinedAt: 0,
  } as const;
  const left = { getSnapshot: () => nils, getServerSnapshot: () => null, subscribe: () => () => {} };
  const participant = (chat: string, user: string) => (user === 'nils' ? left : fake.participant(chat, user));
  const { result } = await hook({ ...fake, participant }, () => useChat(CHAT));
  expect(result.current?.lastMessage).toMatchObject({ content: 'Takk for meg', senderName: 'Nils Vik' });
  expect(result.current?.participants.map(({ id }) => id)).not.toContain('nils');
});

test('events reach the host product, without words', async () => {
  const fake = someChat();
  const onEvent = vi.fn();
  await hook(fake, () => useChats().chats, { onEvent });
  await settle(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'hemmelig' }));
  expect(onEvent).toHaveBeenCalled();
  expect(JSON.stringify(onEvent.mock.calls)).not.toContain('hemmelig');
});

test('a search finds, marks and ends', async () => {
  const fake = someChat();
  const { result, unmount } = await hook(fake, () => useMessageSearch());
  await settle(() => result.current.search('TIMEN'));
  expect(result.current).toMatchObject({ query: 'TIMEN', searching: false, hasMore: false, problem: null });
  expect(result.current.results).toHaveLength(1);
  const [hit] = result.current.results;
  expect(hit).toMatchObject({ chatName: 'Matte 10B', message: { senderName: 'Jonas Lie' } });
  expect(hit?.highlights.map(([start, end]) => hit.message.content.slice(start, end))).toEqual(['timen']);
  await settle(() => result.current.clear());
  expect(result.current.results).toEqual([]);
  await settle(() => result.current.search('klokka'));
  await settle(() => unmount());
  expect(fake.search.getSnapshot()).toBeNull();
});

test('marks stand where words begin, whatever the case and the accents', () => {
  const marked = (content: string, query: string) =>
    highlightsOf(content, query).map(([start, end]) => content.slice(start, end));
  expect(marked('Brøk og brøkregning, ikke ubrøk', 'BRØK')).toEqual(['Brøk', 'brøk']);
  expect(marked('På kafé i Ålesund', 'kafe ål')).toEqual(['kafé', 'Ål']);
  expect(marked('al og ål', 'ål')).toEqual(['ål']);
  expect(marked('cafe\u0301 au lait', 'café')).toEqual(['cafe\u0301']);
  expect(marked('👍🏽 takk', 'takk')).toEqual(['takk']);
  expect(marked('ingen', '  ')).toEqual([]);
});

test('drafts are kept, and the outbox is shown', async () => {
  const fake = someChat({ acknowledge: 'manual' });
  const { result } = await hook(fake, () => ({
    draft: useDraft(CHAT),
    outbox: useOutbox(),
    actions: useMessageActions(CHAT),
  }));
  await settle(() => result.current.draft[1]('Halv'));
  expect(result.current.draft[0]).toBe('Halv');
  const { actions } = result.current;
  await settle(() => void actions.send('En'));
  expect(result.current.outbox).toMatchObject({ waiting: 1, failed: 0 });
  const op = result.current.outbox.items[0]?.op ?? '';
  await settle(() => fake.world.refuse(op, 'forbidden'));
  expect(result.current.outbox).toMatchObject({ waiting: 0, failed: 1 });
  await settle(() => result.current.outbox.retryAll());
  expect(result.current.outbox).toMatchObject({ waiting: 1, failed: 0 });
  expect(result.current.actions).toBe(actions);
});

test('a thread has its root first', async () => {
  const fake = someChat();
  const root = fake.timeline(CHAT).getSnapshot().entries[0]?.message.id ?? `${CHAT}-m2`;
  const { result } = await hook(fake, () => useThread(CHAT, root));
  await settle(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'I tråden', threadRoot: root }));
  expect(result.current.map(({ content }) => content)).toEqual(['Hei, er timen i morgen?', 'I tråden']);
});

test('a lost connection is said after 2 s, and one that nobody asked for is not missed', async () => {
  vi.useFakeTimers();
  try {
    const fake = someChat({ connects: false });
    const { result } = await hook(fake, () => {
      const { isOffline, text, problem } = useConnectionStatus();
      return { isOffline, text, problem };
    });
    await settle(() => fake.world.setConnection('connecting'));
    expect(result.current).toEqual({ isOffline: false, text: 'Kobler til…', problem: null });
    await settle(() => vi.advanceTimersByTime(2_000));
    expect(result.current.isOffline).toBe(true);
    await settle(() => fake.world.setConnection({ state: 'failed', failure: 'wrong_token' }));
    expect(result.current.problem?.code).toBe('unauthorized');
    await settle(() => fake.world.setOnline());
    expect(result.current.isOffline).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

test('problems have sentences, and roles their rights', async () => {
  const { result } = await hook(someChat(), useSamtale);
  const { phrases, locale, emojibaseUrl } = result.current;
  expect([locale, emojibaseUrl]).toEqual(['nb', '/emoji']);
  expect(problemOf({ code: 'rate_limited', retryAfterMs: 4_001 }, phrases)).toEqual({
    code: 'rate_limited',
    message: 'Det gikk litt for fort. Prøv igjen om 5 sekunder.',
  });
  expect(problemOf(new Error('oh'), phrases).message).toBe('Noe gikk galt.');
  expect(may('observer', 'write')).toBe(false);
  expect(may('tutor', 'manageParticipants')).toBe(true);
  expect(may('tutor', 'manageOwners')).toBe(false);
  expect(may('student', 'moderate')).toBe(false);
});
