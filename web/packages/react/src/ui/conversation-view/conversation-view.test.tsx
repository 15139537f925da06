/** A conversation as a person meets it: reading, writing, failing, going to a message. */
import { createFakeClient } from '@samtale/client/testing';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SamtaleProvider } from '../../provider';
import { ConversationView, type ConversationViewProps } from './conversation-view';

/** A window of 800 × 600, which happy-dom does not lay out by itself. */
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(40);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

type FakeOptions = NonNullable<Parameters<typeof createFakeClient>[0]>;
type FakeChat = NonNullable<FakeOptions['chats']>[number];

const settle = () => act(async () => {});
const said = (count: number, senderId = 'jonas') =>
  Array.from({ length: count }, (_, index) => ({
    senderId,
    content: `Melding ${index + 1}`,
    createdAt: Date.parse('2026-03-03T12:00:00Z') + index * 60_000,
  }));

async function show(
  chat: FakeChat = {},
  props: Partial<ConversationViewProps> = {},
  options: FakeOptions = {},
) {
  const fake = createFakeClient({
    userId: 'ingrid',
    ...options,
    chats: [{ id: 'c', participants: [{ userId: 'jonas', name: 'Jonas Aas' }], ...chat }],
  });
  const shown = render(
    <SamtaleProvider client={fake}>
      <ConversationView chatId="c" header={null} {...props} />
    </SamtaleProvider>,
  );
  await settle();
  const reads = () =>
    fake.world.commands.filter((command) => JSON.stringify(command).includes('markRead')).length;
  return { fake, reads, ...shown };
}

const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Melding' });
const list = () => within(screen.getByRole('list', { name: 'Meldinger' }));

describe('a conversation', () => {
  it('shows what was said, from its beginning', async () => {
    await show({ messages: said(3) });
    expect(
      list()
        .getAllByRole('listitem')
        .map((item) => item.getAttribute('aria-label')),
    ).toEqual(['Jonas Aas, 13:00: Melding 1', 'Jonas Aas, 13:01: Melding 2', 'Jonas Aas, 13:02: Melding 3']);
    expect(list().getByText('Dette er starten på samtalen')).toBeTruthy();
  });

  it('renders what is seen of two thousand messages', async () => {
    await show({ messages: said(2_000) });
    expect(list().getAllByRole('listitem').length).toBeLessThan(60);
  });

  it('has one sentence and one thing to do where nothing was said', async () => {
    await show();
    fireEvent.click(screen.getByRole('button', { name: 'Skriv den første meldingen' }));
    expect(document.activeElement).toBe(field());
  });

  it('draws the unread line and keeps it after they are read', async () => {
    const { fake, reads } = await show({ messages: said(5), unread: 3 });
    expect(screen.getByText('3 uleste')).toBeTruthy();
    await act(() => new Promise((done) => setTimeout(done, 500)));
    expect(reads()).toBeGreaterThan(0);
    fake.world.updateChat('c', { unread: 0 });
    await settle();
    expect(screen.getByText('3 uleste')).toBeTruthy();
  });

  it('marks nothing read while nobody looks', async () => {
    vi.mocked(document.hasFocus).mockReturnValue(false);
    const { fake, reads } = await show({ messages: said(2) });
    fake.world.receive('c', { senderId: 'jonas', content: 'Er du der?' });
    fake.world.updateChat('c', { unread: 1 });
    await settle();
    expect(reads()).toBe(0);
    expect(screen.getByText('1 ulest')).toBeTruthy();
    vi.mocked(document.hasFocus).mockReturnValue(true);
    await act(async () => window.dispatchEvent(new Event('focus')));
    expect(reads()).toBe(1);
  });

  it('announces what arrives, and not what was there', async () => {
    const { fake } = await show({ messages: said(2) });
    const log = screen.getByRole('log');
    expect(log.textContent).toBe('');
    await act(async () => void fake.world.receive('c', { senderId: 'jonas', content: 'Hei igjen' }));
    expect(log.textContent).toBe('Jonas Aas: Hei igjen');
    await act(async () => {
      fake.world.receive('c', { senderId: 'jonas', content: 'Er' });
      fake.world.receive('c', { senderId: 'jonas', content: 'du der?' });
    });
    expect(log.textContent).toBe('2 nye meldinger');
  });

  it('is one tab stop, with arrows inside', async () => {
    await show({ messages: said(4) });
    const stops = () =>
      list()
        .getAllByRole('listitem')
        .filter((item) => item.tabIndex === 0);
    expect(stops()).toHaveLength(1);
    act(() => stops()[0]?.focus());
    fireEvent.keyDown(document.activeElement as Element, { key: 'End' });
    await settle();
    expect(document.activeElement?.getAttribute('aria-label')).toContain('Melding 4');
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowUp' });
    await settle();
    expect(document.activeElement?.getAttribute('aria-label')).toContain('Melding 3');
    fireEvent.keyDown(document.activeElement as Element, { key: 'Home' });
    await settle();
    expect(document.activeElement?.getAttribute('aria-label')).toContain('Melding 1');
    expect(stops()).toHaveLength(1);
  });

  it('answers the message that has the focus with R', async () => {
    const { fake } = await show({ messages: said(2) });
    const item = list().getAllByRole('listitem')[0] as HTMLElement;
    act(() => item.focus());
    fireEvent.keyDown(item, { key: 'r' });
    await settle();
    expect(screen.getByText('Svarer Jonas Aas')).toBeTruthy();
    expect(document.activeElement).toBe(field());
    fireEvent.change(field(), { target: { value: 'Ja' } });
    fireEvent.keyDown(field(), { key: 'Enter' });
    await settle();
    const [first, , last] = fake.timeline('c').getSnapshot().entries;
    expect(last?.message.replyTo).toBe(first?.message.id);
    expect(screen.queryByText('Svarer Jonas Aas')).toBeNull();
  });

  it('edits the last own message with ↑', async () => {
    await show({ messages: [...said(1, 'ingrid'), ...said(1)] });
    fireEvent.keyDown(field(), { key: 'ArrowUp' });
    await settle();
    expect(field().value).toBe('Melding 1');
    expect(screen.getByRole('button', { name: 'Lagre' })).toBeTruthy();
  });

  it('sends several again at once when several failed', async () => {
    const { fake } = await show({ messages: said(1) }, {}, { acknowledge: 'manual' });
    const ids = ['En', 'To'].map((words) => {
      const { id, done } = fake.send('c', words);
      done.catch(() => undefined);
      return id;
    });
    await settle();
    for (const id of ids) fake.world.refuse(id, 'forbidden');
    await settle();
    expect(screen.getByText('2 meldinger kunne ikke sendes.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Prøv alle igjen' }));
    await settle();
    expect(screen.queryByRole('button', { name: 'Prøv alle igjen' })).toBeNull();
    expect(fake.outbox.getSnapshot().items.every((item) => item.state.status !== 'failed')).toBe(true);
  });

  it('says where a message can not be reached', async () => {
    const onFocused = vi.fn();
    await show({ messages: said(2) }, { focusMessageId: 'gone', onFocused });
    await vi.waitFor(() => expect(screen.getByText('Fant ikke meldingen.')).toBeTruthy(), 9_000);
    expect(onFocused).toHaveBeenCalledExactlyOnceWith(false);
  }, 15_000);

  it('says who is writing', async () => {
    const { fake } = await show({ messages: said(1) });
    await act(async () => fake.world.setTyping('c', 'jonas', true));
    expect(screen.getByText('Jonas Aas skriver...')).toBeTruthy();
  });

  it('says that there is no such chat, and offers nothing to write', async () => {
    await show({}, { chatId: 'ikke en samtale' });
    expect(screen.getByRole('alert').textContent).toBe('Det du leter etter, finnes ikke.');
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('shows a skeleton only after a while', async () => {
    const { fake } = await show({}, {}, { ready: false });
    expect(screen.queryByRole('status', { name: 'Henter meldingene' })).toBeNull();
    await act(() => new Promise((done) => setTimeout(done, 350)));
    expect(screen.getByRole('status', { name: 'Henter meldingene' })).toBeTruthy();
    await act(async () => fake.world.start());
    expect(screen.queryByRole('status', { name: 'Henter meldingene' })).toBeNull();
  });
});
