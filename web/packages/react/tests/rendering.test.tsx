/** How often components render: once for a change they read, and never for another. */
import { act, render, screen } from '@testing-library/react';
import { memo, type ReactNode, StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';
import {
  type Message,
  SamtaleProvider,
  useChats,
  useConnectionStatus,
  useNow,
  useRealtimeChat,
  useRealtimeConnection,
  useRealtimeMessages,
  useSamtale,
  useUserPresence,
  useView,
} from '../src';
import { below, CHAT, hook, settle, someChat } from './world';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Counts the renderings of a hook. */
async function counted<R>(fake: ReturnType<typeof someChat>, use: () => R) {
  let renders = 0;
  const rendered = await hook(fake, () => {
    renders += 1;
    return use();
  });
  renders = 0;
  return {
    ...rendered,
    /** How often it rendered while something was done. */
    during: async (run: () => unknown) => {
      const before = renders;
      await settle(run);
      return renders - before;
    },
  };
}

test('a component renders for what it reads, and for nothing else', async () => {
  const fake = someChat();
  const { during } = await counted(fake, () => {
    const { typingUsers, sendMessage } = useRealtimeChat({ chatId: CHAT });
    return { typingUsers, sendMessage };
  });
  expect(await during(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'Hei' }))).toBe(0);
  expect(await during(() => fake.world.setPresence('jonas', 'online'))).toBe(0);
  expect(await during(() => fake.world.setConnection('reconnecting'))).toBe(0);
  expect(await during(() => fake.world.setTyping(CHAT, 'jonas', true))).toBe(1);
  expect(await during(() => fake.world.setTyping(CHAT, 'jonas', true))).toBe(0);
});

test('one that only acts never renders again', async () => {
  const fake = someChat();
  const { result, during } = await counted(fake, () => useRealtimeMessages({ chatId: CHAT }).sendMessage);
  expect(await during(() => void result.current('Hei'))).toBe(0);
  expect(await during(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'Svar' }))).toBe(0);
});

test('changes of one moment are one rendering', async () => {
  const fake = someChat();
  const { during } = await counted(fake, () => {
    const { messages, typingUsers, onlineUsers } = useRealtimeChat({ chatId: CHAT });
    return { messages, typingUsers, onlineUsers };
  });
  expect(
    await during(() => {
      fake.world.setTyping(CHAT, 'kari', true);
      fake.world.setPresence('kari', 'online');
      fake.world.receive(CHAT, { senderId: 'jonas', content: 'Alt på en gang' });
    }),
  ).toBe(1);
});

test('a presence that nobody asked about renders nothing', async () => {
  const fake = someChat();
  const { result, during } = await counted(fake, () => useUserPresence().getUserPresence('jonas')?.status);
  expect(await during(() => fake.world.setPresence('kari', 'online'))).toBe(0);
  expect(await during(() => fake.world.setPresence('jonas', 'online'))).toBe(1);
  expect(result.current).toBe('online');
});

test('what is first read by a handler is kept up from then on', async () => {
  const fake = someChat();
  const { result, during } = await counted(fake, () => {
    const chat = useRealtimeChat({ chatId: CHAT });
    return [chat.sendMessage, chat] as const;
  });
  expect(await during(() => fake.world.receive(CHAT, { senderId: 'jonas', content: '3' }))).toBe(0);
  await settle(() => expect(result.current[1].messages).toHaveLength(3));
  await settle(() => fake.world.receive(CHAT, { senderId: 'jonas', content: '4' }));
  expect(result.current[1].messages).toHaveLength(4);
});

const bubbles = vi.fn();
const Bubble = memo(({ message }: { message: Message; onRetry: (id: string) => void }) => {
  bubbles(message.content);
  return <p>{message.content}</p>;
});
function BubbleList() {
  const { messages, retryMessage } = useRealtimeChat({ chatId: CHAT });
  return messages.map((message) => <Bubble key={message.id} message={message} onRetry={retryMessage} />);
}

test('methods and unchanged messages keep their identity: bubbles stay as they are', async () => {
  const fake = someChat();
  render(<BubbleList />, { wrapper: below(fake) });
  await settle();
  bubbles.mockClear();
  await settle(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'Den nye' }));
  expect(bubbles.mock.calls).toEqual([['Den nye']]);
});

test('a selection renders for itself alone', async () => {
  const fake = someChat();
  const { result, during } = await counted(fake, () => {
    const { client } = useSamtale();
    return useView(
      client.chats,
      ({ items }) => ({ unread: items[0]?.unread }),
      (a, b) => a.unread === b.unread,
    );
  });
  const before = result.current;
  expect(await during(() => fake.world.addChat({ id: 'annen', activeAt: 1 }))).toBe(0);
  expect(await during(() => fake.world.updateChat(CHAT, { unread: 4 }))).toBe(1);
  expect(result.current).toEqual({ unread: 4 });
  expect(result.current).not.toBe(before);
});

function Count() {
  const { messages, isConnected } = useRealtimeChat({ chatId: CHAT });
  return (
    <p>
      {messages.length} {String(isConnected)}
    </p>
  );
}

test('StrictMode opens and closes a chat in pairs, and shows the same', async () => {
  const fake = someChat();
  let open = 0;
  const openChat = (id: string) => {
    open += 1;
    const close = fake.openChat(id);
    return () => {
      open -= 1;
      close();
    };
  };
  const { unmount } = render(
    <StrictMode>
      <SamtaleProvider client={{ ...fake, openChat }}>
        <Count />
      </SamtaleProvider>
    </StrictMode>,
  );
  await settle();
  expect(screen.getByText('2 true')).toBeTruthy();
  expect(open).toBe(1);
  await settle(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'Hei' }));
  expect(screen.getByText('3 true')).toBeTruthy();
  unmount();
  expect(open).toBe(0);
});

function Page() {
  const { messages, loading, isConnected } = useRealtimeChat({ chatId: CHAT });
  const { chats } = useChats();
  const { connectionState, formatNorwegianTime } = useRealtimeConnection();
  const { getUserPresence, formatLastSeen } = useUserPresence();
  const { isOffline } = useConnectionStatus();
  const now = useNow();
  return (
    <p>
      {[messages.length, chats.length, loading, isConnected, connectionState, isOffline, now === null].join(
        ' ',
      )}{' '}
      {formatNorwegianTime('2026-11-18T13:05:00Z')} {formatLastSeen(getUserPresence('jonas')?.lastSeen)}
    </p>
  );
}

test('a server renders the empty page, and a browser takes it over without a complaint', async () => {
  const fake = someChat();
  fake.world.setPresence('jonas', 'away');
  const page: ReactNode = (
    <SamtaleProvider client={fake}>
      <Page />
    </SamtaleProvider>
  );
  const html = renderToString(page);
  expect(html).toContain('0 0 true false idle false true');
  expect(fake.world.commands).toEqual([]);

  const complaints = vi.spyOn(console, 'error');
  const root = document.createElement('div');
  document.body.append(root);
  root.innerHTML = html;
  const errors: unknown[] = [];
  const hydrated = await act(async () =>
    hydrateRoot(root, page, { onRecoverableError: (error) => errors.push(error) }),
  );
  await settle();
  expect(errors).toEqual([]);
  expect(complaints).not.toHaveBeenCalled();
  expect(root.textContent).toContain('2 1 false true connected false false 14:05 Sist sett nå');
  act(() => hydrated.unmount());
  root.remove();
});

test('a hook without a provider says what to do', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => render(<Page />)).toThrow(/useRealtimeChat was called outside of <SamtaleProvider>/);
});
