/** What the customer's hooks give and do, over the fake client. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type Appointment,
  useRealtimeChat,
  useRealtimeConnection,
  useRealtimeMessages,
  useTypingIndicator,
  useUserPresence,
} from '../src';
import { CHAT, hook, settle, someChat } from './world';

describe('useRealtimeMessages', () => {
  test('shows what is there, ready to be shown, and frozen', async () => {
    const fake = someChat();
    const { result } = await hook(fake, () => useRealtimeMessages({ chatId: CHAT }));
    const { messages, loading, hasMore, error } = result.current;
    expect({ loading, hasMore, error }).toEqual({ loading: false, hasMore: false, error: null });
    expect(messages.map(({ senderName, content, isOwn }) => [senderName, content, isOwn])).toEqual([
      ['Jonas Lie', 'Hei, er timen i morgen?', false],
      ['ingrid', 'Ja, klokka fire.', true],
    ]);
    expect(messages[0]?.createdAt).toBeInstanceOf(Date);
    expect(Object.isFrozen(messages) && Object.isFrozen(messages[0])).toBe(true);
  });

  test('a send shows at once, under the id it keeps, and goes up through its states', async () => {
    const fake = someChat({ acknowledge: 'manual' });
    const { result } = await hook(fake, () => useRealtimeMessages({ chatId: CHAT }));
    const before = result.current.messages;
    let sent: unknown;
    await settle(() => {
      void result.current.sendMessage('På nett?').then((given) => {
        sent = given;
      });
    });
    const shown = result.current.messages.at(-1);
    expect(shown).toMatchObject({ content: 'På nett?', status: 'sending', isOwn: true, seq: 0 });
    // Those that did not change are the same objects.
    expect(result.current.messages.slice(0, 2)).toEqual(before);
    expect(result.current.messages[0]).toBe(before[0]);
    expect(sent).toBeUndefined();

    const id = shown?.id ?? '';
    await settle(() => fake.world.acknowledge(id));
    expect(sent).toEqual({ id, status: 'sent' });
    expect(result.current.messages.at(-1)).toMatchObject({ id, status: 'sent' });
    for (const person of ['jonas', 'kari']) await settle(() => fake.world.setReceipt(CHAT, person, 'read'));
    expect(result.current.messages.at(-1)?.status).toBe('read');
  });

  test('a refusal rejects with a code, and shows a sentence; a retry goes through', async () => {
    const fake = someChat({ acknowledge: 'manual' });
    const { result } = await hook(fake, () => useRealtimeMessages({ chatId: CHAT }));
    let refusal: unknown;
    await settle(() => {
      result.current.sendMessage('Nei').catch((error) => {
        refusal = error;
      });
    });
    const id = result.current.messages.at(-1)?.id ?? '';
    await settle(() => fake.world.refuse(id, 'not_participant'));
    expect(refusal).toMatchObject({ code: 'not_participant' });
    expect(String(refusal)).not.toContain('Nei');
    expect(result.current.messages.at(-1)).toMatchObject({
      status: 'failed',
      problem: { code: 'not_participant', message: 'Du er ikke med i denne samtalen.' },
    });
    await settle(() => result.current.retryMessage(id));
    await settle(() => fake.world.acknowledge(id));
    expect(result.current.messages.at(-1)).toMatchObject({ id, status: 'sent', problem: null });
  });

  test('without optimistic updates only what the server has is shown', async () => {
    const fake = someChat({ acknowledge: 'manual' });
    const { result } = await hook(fake, () =>
      useRealtimeMessages({ chatId: CHAT, enableOptimisticUpdates: false }),
    );
    let settled = false;
    fake.world.setOffline();
    await settle(() => {
      void result.current.sendMessage('Vent').then(() => {
        settled = true;
      });
    });
    expect(result.current.messages).toHaveLength(2);
    expect(settled).toBe(false);
    const waiting = fake.outbox.getSnapshot().items[0]?.op ?? '';
    await settle(() => {
      fake.world.setOnline();
      fake.world.acknowledge(waiting);
    });
    expect(result.current.messages.at(-1)?.content).toBe('Vent');
    expect(settled).toBe(true);
  });

  test('edits, deletes, reacts, and gives up', async () => {
    const fake = someChat({ acknowledge: 'manual' });
    const { result } = await hook(fake, () => useRealtimeMessages({ chatId: CHAT }));
    const own = result.current.messages[1]?.id ?? '';
    const theirs = result.current.messages[0]?.id ?? '';
    await settle(() => void result.current.editMessage(own, 'Ja, klokka fem.'));
    expect(result.current.messages[1]).toMatchObject({
      content: 'Ja, klokka fem.',
      change: { kind: 'edit' },
    });
    await settle(() => void result.current.addReaction(theirs, '👍'));
    expect(result.current.messages[0]?.reactions).toMatchObject([{ emoji: '👍', count: 1, mine: true }]);
    await settle(() => void result.current.removeReaction(theirs, '👍'));
    expect(result.current.messages[0]?.reactions).toEqual([]);
    fake.world.setOffline();
    let given: unknown;
    await settle(() => {
      result.current.sendMessage('Angrer').catch((error) => {
        given = error;
      });
    });
    await settle(() => result.current.cancelMessage(result.current.messages.at(-1)?.id ?? ''));
    expect(result.current.messages).toHaveLength(2);
    expect(given === undefined || (given as { code: string }).code === 'cancelled').toBe(true);
    await settle(() => void result.current.deleteMessage(own));
    expect(result.current.messages[1]?.deletedAt).not.toBeNull();
  });

  test('loads older messages and searches', async () => {
    const older = Array.from({ length: 3 }, (_, index) => ({
      senderId: 'jonas',
      content: `Gammel ${index}`,
    }));
    const fake = someChat({
      chats: [{ id: CHAT, participants: ['jonas'], older, messages: [{ senderId: 'jonas', content: 'Ny' }] }],
    });
    const { result } = await hook(fake, () => useRealtimeMessages({ chatId: CHAT }));
    expect(result.current.hasMore).toBe(true);
    await settle(() => result.current.loadMore());
    expect(result.current.loadingMore).toBe(false);
    expect(result.current.messages[0]?.content).toBe('Gammel 0');
    const hits = await result.current.searchMessages('gammel');
    expect(hits).toHaveLength(3);
    expect(hits[0]?.highlights).toEqual([[0, 6]]);
    expect(fake.search.getSnapshot()).toBeNull();
  });

  test('opens its chat while it is mounted, and another when the id changes', async () => {
    const fake = someChat();
    fake.world.addChat({ id: 'norsk', messages: [{ senderId: 'kari', content: 'Hei' }] });
    const said: string[] = [];
    const openChat = (id: string) => {
      const close = fake.openChat(id);
      said.push(`open ${id}`);
      return () => {
        said.push(`close ${id}`);
        close();
      };
    };
    let chatId = CHAT;
    const use = () => useRealtimeMessages({ chatId });
    const { result, rerender, unmount } = await hook({ ...fake, openChat }, use);
    chatId = 'norsk';
    await settle(() => rerender());
    expect(result.current.messages.map(({ content }) => content)).toEqual(['Hei']);
    await settle(() => unmount());
    expect(said).toEqual([`open ${CHAT}`, `close ${CHAT}`, 'open norsk', 'close norsk']);
  });

  test('counts, where it is asked to', async () => {
    const fake = someChat();
    const counted = fake.metrics();
    let messages = counted.messages;
    const client = { ...fake, metrics: () => ({ ...counted, messages }) };
    const { result } = await hook(client, () => useRealtimeMessages({ chatId: CHAT, enableAnalytics: true }));
    expect(result.current.analytics).toMatchObject({ sent: 0, sendSuccessRate: null, deliveryRate: null });
    messages = {
      ...messages,
      ...{ queued: 5, acknowledged: 4, failed: 1, delivered: 2, retries: 3, requests: 2, waitSumMs: 480 },
      causes: { timeout: 3, forbidden: 1 },
    };
    await settle(() => void result.current.sendMessage('Tell meg'));
    expect(result.current.analytics).toMatchObject({
      ...{ sent: 4, failed: 1, retries: 3, sendSuccessRate: 0.8, deliveryRate: 0.5, meanLatencyMs: 120 },
      failureCauses: { timeout: 3, forbidden: 1 },
    });
    const without = await hook(fake, () => useRealtimeMessages({ chatId: CHAT }));
    expect(without.result.current.analytics).toBeNull();
  });
});

describe('useRealtimeChat', () => {
  test('has the chat, its people, who writes and who is there', async () => {
    const fake = someChat();
    const { result } = await hook(fake, () => useRealtimeChat({ chatId: CHAT }));
    expect(result.current.chat).toMatchObject({ name: 'Matte 10B', memberCount: 3, guardianCanRead: true });
    expect(result.current.participants.map(({ name, role, isMe }) => [name, role, isMe])).toEqual([
      ['ingrid', 'tutor', true],
      ['Jonas Lie', 'student', false],
      ['Kari Lie', 'guardian', false],
    ]);
    await settle(() => {
      fake.world.setTyping(CHAT, 'jonas', true);
      fake.world.setPresence('jonas', 'online');
      fake.world.setPresence('kari', 'away');
    });
    expect(result.current.typingUsers).toEqual([{ id: 'jonas', name: 'Jonas Lie' }]);
    expect(result.current.onlineUsers).toMatchObject([{ id: 'jonas', name: 'Jonas Lie', status: 'online' }]);
    expect(result.current.statistics).toMatchObject({
      messageCount: 2,
      ownMessageCount: 1,
      participantCount: 3,
      onlineCount: 1,
      averageResponseMs: 60_000,
    });
    expect(result.current.isConnected).toBe(true);
  });

  test('what is turned off stays empty and says nothing', async () => {
    const fake = someChat();
    fake.world.setPresence('jonas', 'online');
    fake.world.setTyping(CHAT, 'jonas', true);
    const { result } = await hook(fake, () =>
      useRealtimeChat({ chatId: CHAT, enablePresence: false, enableTyping: false }),
    );
    expect(result.current.onlineUsers).toEqual([]);
    expect(result.current.typingUsers).toEqual([]);
    await settle(() => result.current.startTyping());
    expect(fake.world.commands.some(({ command }) => command === 'typing')).toBe(false);
  });

  test('tells of what happens, and not of what was there', async () => {
    const fake = someChat({ acknowledge: 'manual' });
    const { result } = await hook(fake, () => useRealtimeChat({ chatId: CHAT }));
    const heard: unknown[] = [];
    const { addEventListener } = result.current;
    const ends = [
      addEventListener('message', ({ content }) => heard.push(['message', content])),
      addEventListener('messageUpdated', ({ content, status }) => heard.push(['updated', content, status])),
      addEventListener('typing', (people) => heard.push(['typing', people.map(({ name }) => name)])),
      addEventListener('presence', ({ name, status }) => heard.push(['presence', name, status])),
      addEventListener('read', ({ name }) => heard.push(['read', name])),
      addEventListener('connection', (state) => heard.push(['connection', state])),
      addEventListener('participantLeft', ({ name }) => heard.push(['left', name])),
      addEventListener('participantJoined', ({ name }) => heard.push(['joined', name])),
    ];
    const hear = async (run: () => unknown) => {
      heard.length = 0;
      await settle(run);
      return [...heard];
    };
    expect(await hear(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'Hei' }))).toEqual([
      ['message', 'Hei'],
    ]);
    expect(await hear(() => void result.current.sendMessage('Svar'))).toEqual([['message', 'Svar']]);
    const own = result.current.messages.at(-1)?.id ?? '';
    expect(await hear(() => fake.world.acknowledge(own))).toEqual([['updated', 'Svar', 'sent']]);
    expect(await hear(() => fake.world.setTyping(CHAT, 'jonas', true))).toEqual([['typing', ['Jonas Lie']]]);
    expect(await hear(() => fake.world.setPresence('jonas', 'busy'))).toEqual([
      ['presence', 'Jonas Lie', 'busy'],
    ]);
    expect(await hear(() => fake.world.setReceipt(CHAT, 'jonas', 'read'))).toContainEqual([
      'read',
      'Jonas Lie',
    ]);
    expect(await hear(() => fake.world.setOffline())).toEqual([['connection', 'offline']]);
    const participants = fake.chat(CHAT).getSnapshot()?.participants ?? [];
    const newcomer = { userId: 'nils', name: 'Nils', role: 'student', active: true, seq: 9 } as const;
    const joinedAt = Date.now() + 1_000;
    expect(
      await hear(() =>
        fake.world.updateChat(CHAT, {
          participants: [
            ...participants.filter(({ userId }) => userId !== 'kari'),
            { ...newcomer, joinedAt },
          ],
        }),
      ),
    ).toEqual([
      ['left', 'Kari Lie'],
      ['joined', 'Nils'],
    ]);
    for (const end of ends) end();
    expect(await hear(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'Stille' }))).toEqual([]);
  });

  test('older pages are no news', async () => {
    const older = [{ senderId: 'jonas', content: 'Før' }];
    const fake = someChat({ chats: [{ id: CHAT, older, messages: [{ senderId: 'jonas', content: 'Nå' }] }] });
    const { result } = await hook(fake, () => useRealtimeChat({ chatId: CHAT }));
    const heard: string[] = [];
    result.current.addEventListener('message', ({ content }) => heard.push(content));
    await settle(() => result.current.loadMore());
    expect(result.current.messages).toHaveLength(2);
    expect(heard).toEqual([]);
  });

  test('has the lessons the host product knows of', async () => {
    const lesson = (id: string, day: number): Appointment => ({
      id,
      title: 'Brøk',
      startsAt: new Date(2026, 10, day),
      endsAt: null,
      url: null,
    });
    let lessons = [lesson('b', 20), lesson('a', 19)];
    let changed = () => {};
    const appointments = {
      load: vi.fn(async () => lessons),
      subscribe: vi.fn((_: string, onChange: () => void) => {
        changed = onChange;
        return () => {};
      }),
    };
    const use = () => useRealtimeChat({ chatId: CHAT, enableAppointments: true });
    const { result } = await hook(someChat(), use, { appointments });
    expect(result.current.appointments.map(({ id }) => id)).toEqual(['a', 'b']);
    lessons = [lesson('c', 21)];
    await settle(() => changed());
    expect(result.current.appointments.map(({ id }) => id)).toEqual(['c']);
    expect(appointments.load).toHaveBeenCalledWith(CHAT, expect.any(AbortSignal));
  });

  test('messages that are shown count as read', async () => {
    const fake = someChat();
    await hook(fake, () => useRealtimeChat({ chatId: CHAT }).messages);
    const marks = () => fake.world.commands.filter(({ command }) => command === 'markRead').length;
    expect(marks()).toBe(1);
    await settle(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'Ny' }));
    expect(marks()).toBe(2);
    const quiet = someChat();
    await hook(quiet, () => useRealtimeChat({ chatId: CHAT, autoMarkAsRead: false }).messages);
    expect(quiet.world.commands.some(({ command }) => command === 'markRead')).toBe(false);
  });
});

describe('with the clock in hand', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 18, 12) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('a connection that is back within 2 s was never lost', async () => {
    const fake = someChat();
    const { result } = await hook(fake, () => {
      const { connectionState, isConnected } = useRealtimeConnection();
      return { connectionState, isConnected };
    });
    await settle(() => fake.world.setConnection('reconnecting'));
    expect(result.current).toEqual({ connectionState: 'reconnecting', isConnected: true });
    await settle(() => vi.advanceTimersByTime(1_999));
    expect(result.current.isConnected).toBe(true);
    await settle(() => vi.advanceTimersByTime(1));
    expect(result.current.isConnected).toBe(false);
    await settle(() => fake.world.setConnection('degraded'));
    expect(result.current).toEqual({ connectionState: 'degraded', isConnected: true });
  });

  test('typing is told, and ends by itself', async () => {
    const fake = someChat();
    const { result } = await hook(fake, () => useTypingIndicator({ chatId: CHAT, autoStopMs: 4_000 }));
    expect(result.current.getTypingText()).toBe('');
    await settle(() => result.current.handleTyping('H'));
    expect(result.current.isTyping).toBe(true);
    await settle(() => vi.advanceTimersByTime(3_000));
    await settle(() => result.current.handleTyping({ target: { value: 'He' } }));
    await settle(() => vi.advanceTimersByTime(3_999));
    expect(result.current.isTyping).toBe(true);
    await settle(() => vi.advanceTimersByTime(1));
    expect(result.current.isTyping).toBe(false);
    const told = fake.world.commands.flatMap((said) => (said.command === 'typing' ? [said.on] : []));
    expect(told).toEqual([true, true, false]);
    await settle(() => {
      fake.world.setTyping(CHAT, 'jonas', true);
      fake.world.setTyping(CHAT, 'kari', true);
    });
    expect(result.current.typingUsers.map(({ name }) => name)).toEqual(['Jonas Lie', 'Kari Lie']);
    expect(result.current.getTypingText()).toBe('Jonas Lie og Kari Lie skriver...');
    await settle(() => result.current.startTyping());
    await settle(() => result.current.handleTyping(''));
    expect(result.current.isTyping).toBe(false);
  });

  test('who was last seen is kept up each minute', async () => {
    const fake = someChat();
    const { result } = await hook(fake, () => {
      const { getUserPresence, formatLastSeen } = useUserPresence();
      return formatLastSeen(getUserPresence('jonas')?.lastSeen ?? null);
    });
    expect(result.current).toBe('Frakoblet');
    const lastSeen = Date.now() - 5 * 60_000;
    await settle(() => fake.world.setPresence('jonas', { status: 'away', device: 'mobile', lastSeen }));
    expect(result.current).toBe('Sist sett 5 min siden');
    await settle(() => vi.advanceTimersByTime(60_000));
    expect(result.current).toBe('Sist sett 6 min siden');
  });
});

describe('useRealtimeConnection', () => {
  test('has the numbers, the network and the ways to act', async () => {
    const fake = someChat();
    const { result } = await hook(fake, () =>
      useRealtimeConnection({
        enableRetry: true,
        maxRetries: 7,
        enableNetworkDetection: true,
        heartbeatInterval: 20_000,
      }),
    );
    expect(result.current).toMatchObject({
      connectionState: 'connected',
      networkStatus: 'online',
      error: null,
    });
    expect(result.current.metrics).toMatchObject({ reconnections: 0 });
    await settle(() => fake.world.setConnection({ network: 'slow', latencyMs: 420 }));
    expect([result.current.networkStatus, result.current.latency]).toEqual(['slow', 420]);
    await settle(() => fake.world.setConnection({ state: 'failed', failure: 'signed_out' }));
    expect(result.current.error).toEqual({ code: 'signed_out', message: 'Du er logget ut.' });
    expect(fake.world.commands).toContainEqual({
      command: 'configure',
      settings: { enableRetry: true, maxRetries: 7, heartbeatIntervalMs: 20_000 },
    });
    await settle(() => result.current.disconnect());
    expect(fake.world.commands.at(-1)?.command).toBe('disconnect');
    await settle(() => result.current.reconnect());
    expect(fake.world.commands.at(-1)?.command).toBe('reconnect');
  });

  test('writes Norwegian times, whatever it is given', async () => {
    const { result } = await hook(someChat(), () => useRealtimeConnection());
    const { formatNorwegianTime } = result.current;
    expect(formatNorwegianTime(new Date('2026-11-18T13:05:00Z'))).toBe('14:05');
    expect(formatNorwegianTime('2026-07-01T12:05:00Z')).toBe('14:05');
    expect(formatNorwegianTime(null)).toBe('');
  });

  test('a channel has a chat’s events, opens it while somebody listens, and sends', async () => {
    const fake = someChat();
    const { result } = await hook(fake, () => useRealtimeConnection());
    const channel = result.current.getChannel(`chat:${CHAT}`);
    expect(result.current.getChannel(CHAT)).toBe(channel);
    expect([channel.topic, channel.chatId]).toEqual([`chat:${CHAT}`, CHAT]);
    const heard: string[] = [];
    const listener = ({ content }: { content: string }) => heard.push(content);
    channel.on('message', listener);
    channel.on('message', listener);
    await settle(() => channel.send('Hei alle'));
    expect(heard).toEqual(['Hei alle']);
    channel.off('message', listener);
    await settle(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'Ubemerket' }));
    expect(heard).toEqual(['Hei alle']);
    const said = fake.world.commands.map(({ command }) => command);
    expect(said.filter((name) => name === 'openChat')).toHaveLength(1);
    expect(said.filter((name) => name === 'closeChat')).toHaveLength(1);
  });
});

describe('useUserPresence', () => {
  test('knows those who are known, and nobody else', async () => {
    const fake = someChat();
    fake.world.setPresence('jonas', 'online');
    fake.world.setPresence('kari', 'busy');
    fake.world.setPresence('nils', 'online');
    const { result } = await hook(fake, () => useUserPresence({ globalPresence: true }));
    const { users, onlineUsers, getUserPresence, formatLastSeen } = result.current;
    expect(users.map(({ id, name, status }) => [id, name, status])).toEqual([
      ['jonas', 'Jonas Lie', 'online'],
      ['kari', 'Kari Lie', 'busy'],
      ['nils', 'Uten navn', 'online'],
    ]);
    expect(onlineUsers.map(({ id }) => id)).toEqual(['jonas', 'nils']);
    expect(getUserPresence('kari')?.status).toBe('busy');
    expect(getUserPresence('nobody')).toBeNull();
    expect(formatLastSeen(null)).toBe('Frakoblet');
    const inChat = await hook(fake, () => useUserPresence({ chatId: CHAT }));
    expect(inChat.result.current.users.map(({ id }) => id)).toEqual(['jonas', 'kari']);
  });

  test('sets one’s own status', async () => {
    const fake = someChat();
    const { result } = await hook(fake, () =>
      useUserPresence({ idleTimeoutMs: 60_000, enableLocationTracking: true }),
    );
    expect([result.current.currentStatus, result.current.isOnline]).toEqual(['online', true]);
    await settle(() => result.current.goBusy());
    expect([result.current.currentStatus, result.current.isOnline]).toEqual(['busy', false]);
    await settle(() => result.current.goOnline());
    expect(result.current.isOnline).toBe(true);
    await settle(() => result.current.setLocation('/timeplan'));
    expect(fake.world.commands).toContainEqual({
      command: 'configure',
      settings: { idleTimeoutMs: 60_000, shareLocation: true },
    });
    expect(fake.world.commands.at(-1)).toEqual({ command: 'setLocation', at: '/timeplan' });
  });
});
