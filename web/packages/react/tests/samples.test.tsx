/**
 * Every code sample of the customer's document, byte for byte: compiled, and run in a page over the
 * fake client. `vitest -u` makes the modules in `samples/generated` anew from the document.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { act, fireEvent, render, screen } from '@testing-library/react';
import type { ComponentType } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type {
  MessageQueue,
  RealtimeChatResult,
  RealtimeConnectionResult,
  RealtimeMessagesResult,
  TypingIndicatorResult,
  UserPresenceResult,
} from '../src';
import { moduleOf, samplesOf } from './samples/wrap';
import { below, CHAT, hook, settle, someChat } from './world';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const document_ = readFileSync(here('./samples/realtime-messaging.md'), 'utf8');
const samples = samplesOf(document_);
const modules = import.meta.glob<Record<string, unknown>>('./samples/generated/*.tsx');
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** Runs what a sample's module has. */
async function load<T>(number: number, name: string): Promise<T> {
  const module = await modules[`./samples/generated/sample-${number}.tsx`]?.();
  return module?.[name] as T;
}
const sampleHook = <T,>(number: number) => load<() => T>(number, 'useSample');

describe('the samples', () => {
  test('are those of the document, as the customer wrote it', () => {
    expect(hash(document_)).toBe('acce4f0d741d23acab31b0ee38164ca0ad60ef0a60ea7c49420ba9596cdcb42b');
    expect(samples).toHaveLength(9);
  });

  test.each(samples)('$number stands byte for byte in its module', async (sample) => {
    const module = moduleOf(sample);
    await expect(module).toMatchFileSnapshot(`./samples/generated/sample-${sample.number}.tsx`);
    const file = readFileSync(here(`./samples/generated/sample-${sample.number}.tsx`), 'utf8');
    const start = file.indexOf(sample.code);
    expect(hash(file.slice(start, start + sample.code.length))).toBe(hash(sample.code));
  });

  test('compile', { timeout: 120_000 }, async () => {
    const tsc = here('../../../node_modules/typescript/bin/tsc');
    const run = promisify(execFile)(process.execPath, [
      tsc,
      '--noEmit',
      '-p',
      here('./samples/tsconfig.json'),
    ]);
    const { stdout } = await run.catch((failed: { stdout: string }) => failed);
    expect(stdout).toBe('');
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('run:', () => {
  test('the connection', async () => {
    const use = await sampleHook<RealtimeConnectionResult>(1);
    const fake = someChat();
    const { result } = await hook(fake, use);
    expect(result.current).toMatchObject({ connectionState: 'connected', isConnected: true });
    expect(result.current.formatNorwegianTime(new Date('2026-11-18T13:05:00Z'))).toBe('14:05');
    expect(result.current.getChannel(CHAT).topic).toBe(`chat:${CHAT}`);
    expect(fake.world.commands).toContainEqual({
      command: 'configure',
      settings: { enableRetry: true, maxRetries: 5, heartbeatIntervalMs: 30_000 },
    });
  });

  test('the message queue', async () => {
    const run = await sampleHook<{ queue: MessageQueue; tempId: string }>(2);
    const fake = someChat({ acknowledge: 'manual' });
    await hook(fake, () => null);
    const { queue, tempId } = run();
    const end = fake.timeline(CHAT).subscribe(() => {});
    expect(fake.timeline(CHAT).getSnapshot().entries.at(-1)?.message).toMatchObject({
      id: tempId,
      content: 'Er du der?',
    });
    expect(queue.pending.map(({ id }) => id)).toEqual([tempId]);
    expect(fake.world.commands).toContainEqual({ command: 'configure', settings: { batchSize: 5 } });
    expect(fake.world.commands).toContainEqual(
      expect.objectContaining({ command: 'send', id: tempId, maxRetries: 3, persist: true }),
    );
    await settle(() => fake.world.acknowledge(tempId));
    expect(queue.size).toBe(0);
    queue.destroy();
    end();
  });

  test('the messages', async () => {
    const use = await sampleHook<RealtimeMessagesResult>(3);
    const { result } = await hook(someChat(), use);
    expect(result.current.messages).toHaveLength(2);
    expect(result.current.loading).toBe(false);
    expect(result.current.analytics).toMatchObject({ failed: 0 });
    await settle(() => result.current.sendMessage('Hei'));
    expect(result.current.messages.at(-1)).toMatchObject({ content: 'Hei', status: 'sent' });
  });

  test('the chat', async () => {
    const use = await sampleHook<RealtimeChatResult>(4);
    const fake = someChat();
    const { result } = await hook(fake, use);
    expect(result.current.chat?.name).toBe('Matte 10B');
    expect(result.current.participants).toHaveLength(3);
    expect(result.current.statistics.messageCount).toBe(2);
    const heard: string[] = [];
    const end = result.current.addEventListener('message', ({ content }) => heard.push(content));
    await settle(() => fake.world.receive(CHAT, { senderId: 'jonas', content: 'Takk' }));
    end();
    expect(heard).toEqual(['Takk']);
    await settle(() => result.current.startTyping());
    await settle(() => result.current.stopTyping());
    expect(fake.world.commands.filter(({ command }) => command === 'typing')).toHaveLength(2);
    await settle(() => fake.world.setPresence('jonas', 'online'));
    expect(result.current.onlineUsers.map(({ name }) => name)).toEqual(['Jonas Lie']);
  });

  test('the typing indicator', async () => {
    const use = await sampleHook<TypingIndicatorResult>(5);
    const fake = someChat();
    const { result } = await hook(fake, use);
    await settle(() => result.current.handleTyping('Ja'));
    expect(result.current.isTyping).toBe(true);
    await settle(() => fake.world.setTyping(CHAT, 'jonas', true));
    expect(result.current.getTypingText()).toBe('Jonas Lie skriver...');
    await settle(() => result.current.stopTyping());
    expect(result.current.isTyping).toBe(false);
  });

  test('the presence', async () => {
    const use = await sampleHook<UserPresenceResult>(6);
    const fake = someChat();
    const { result } = await hook(fake, use);
    expect(result.current.isOnline).toBe(true);
    await settle(() => result.current.goAway());
    expect(result.current.currentStatus).toBe('away');
    expect(result.current.getUserPresence('jonas')).toBeNull();
    expect(result.current.formatLastSeen(null)).toBe('Frakoblet');
  });

  test('the time in Norway', async () => {
    const { formatNorwegianTime } = (await sampleHook<{ formatNorwegianTime(date: Date): string }>(7))();
    expect(formatNorwegianTime(new Date('2026-11-18T13:05:00Z'))).toBe('14:05');
    const { result } = await hook(someChat(), await sampleHook<RealtimeConnectionResult>(1));
    for (const at of ['2026-03-29T00:59:59Z', '2026-07-01T22:30:00Z', '2026-10-25T01:00:00Z']) {
      expect(result.current.formatNorwegianTime(new Date(at))).toBe(formatNorwegianTime(new Date(at)));
    }
  });

  test('the chat page', async () => {
    const ChatPage = await load<ComponentType<{ chatId: string }>>(8, 'ChatPage');
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const fake = someChat();
    const Provider = below(fake);
    const { container } = render(
      <Provider>
        <ChatPage chatId={CHAT} />
      </Provider>,
    );
    await settle();
    expect(container.querySelector('.messages')?.textContent).toContain('Hei, er timen i morgen?');
    expect(screen.queryByText('Frakoblet - prøver å koble til...')).toBeNull();

    await settle(() => fake.world.setTyping(CHAT, 'jonas', true));
    expect(screen.getByText('Jonas Lie skriver...')).toBeTruthy();

    const composer = screen.getByRole('textbox');
    fireEvent.change(composer, { target: { value: 'Vi sees!' } });
    fireEvent.keyDown(composer, { key: 'Enter' });
    await settle();
    expect(container.querySelector('.messages')?.textContent).toContain('Vi sees!');

    await settle(() => fake.world.setConnection('reconnecting'));
    expect(screen.queryByText('Frakoblet - prøver å koble til...')).toBeNull();
    await act(async () => vi.advanceTimersByTime(2_000));
    expect(screen.getByText('Frakoblet - prøver å koble til...')).toBeTruthy();
  });

  test('the presence indicator', async () => {
    const PresenceIndicator = await load<ComponentType<{ userId: string }>>(9, 'PresenceIndicator');
    const fake = someChat();
    const Provider = below(fake);
    const { container } = render(
      <Provider>
        <PresenceIndicator userId="jonas" />
      </Provider>,
    );
    await settle();
    expect(container.textContent).toBe('');
    await settle(() => fake.world.setPresence('jonas', 'online'));
    expect(container.textContent).toBe('Tilgjengelig');
    expect(container.querySelector('.green')).not.toBeNull();
    const lastSeen = Date.now() - (2 * 60 + 5) * 60_000;
    await settle(() => fake.world.setPresence('jonas', { status: 'offline', device: 'desktop', lastSeen }));
    expect(container.textContent).toBe('Sist sett 2 timer siden');
  });
});
