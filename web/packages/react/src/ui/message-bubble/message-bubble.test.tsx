/** A bubble and what a person does with it. */
import { createFakeClient } from '@samtale/client/testing';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { Profiler } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { useRealtimeMessages } from '../../hooks';
import { SamtaleProvider } from '../../provider';
import { MessageBubble, type MessageBubbleProps } from './message-bubble';
import { Ticks } from './ticks';

const at = Date.parse('2026-03-03T12:05:00Z');

/** Shows the last message of a chat, given the rest of the props. */
function Last(props: Partial<MessageBubbleProps>) {
  const message = useRealtimeMessages({ chatId: 'c' }).messages.at(-1);
  return message === undefined ? null : <MessageBubble {...props} message={message} isOwn={message.isOwn} />;
}

function show(
  said: { senderId: string; content: string },
  props: Partial<MessageBubbleProps> = {},
  acknowledge: 'auto' | 'manual' = 'auto',
) {
  const fake = createFakeClient({
    userId: 'ingrid',
    acknowledge,
    chats: [
      {
        id: 'c',
        participants: [{ userId: 'jonas', name: 'Jonas Aas' }],
        messages: [{ createdAt: at, ...said }],
      },
    ],
  });
  const onRender = vi.fn();
  const shown = render(
    <SamtaleProvider client={fake}>
      <Profiler id="bubble" onRender={onRender}>
        <Last {...props} />
      </Profiler>
    </SamtaleProvider>,
  );
  const id = fake.timeline('c').getSnapshot().entries[0]?.message.id ?? '';
  const settle = () => act(async () => {});
  return { fake, id, settle, onRender, ...shown };
}

const bubble = () => screen.getByRole('group', { name: /13:05|Kunne|Sender|Sendt/ });

describe('a message bubble', () => {
  it('needs no more than a message and whose it is', () => {
    show({ senderId: 'jonas', content: 'Kan vi ta brøk?' });
    expect(bubble().getAttribute('aria-label')).toBe('Jonas Aas, 13:05: Kan vi ta brøk?');
    expect(bubble().dataset).toMatchObject({ own: 'false', position: 'single' });
  });

  it('shows ticks for an own message, each in words too', async () => {
    const { fake, settle } = show({ senderId: 'ingrid', content: 'Ja' }, { showStatus: true });
    const status = () => document.querySelector('[data-status]')?.textContent;
    expect(status()).toBe('Sendt');
    fake.world.setReceipt('c', 'jonas', 'delivered');
    await settle();
    expect(status()).toBe('Levert');
    fake.world.setReceipt('c', 'jonas', 'read');
    await settle();
    expect(status()).toBe('Lest');
    expect(document.querySelector('.status')?.textContent).toBe('Lest');
    expect(bubble().getAttribute('aria-label')).toContain('Lest');
  });

  it('counts the wait before the clock from when it was sent, not from when it is seen', () => {
    const clock = () => document.querySelector<SVGElement>('[data-status="sending"] svg')?.style;
    const sent = Date.now();
    const time = vi.spyOn(Date, 'now').mockReturnValue(sent + 300);
    const fake = createFakeClient({ userId: 'ingrid' });
    const ticks = (since: number) => (
      <SamtaleProvider client={fake}>
        <Ticks status="sending" since={new Date(since)} />
      </SamtaleProvider>
    );
    const { rerender, unmount } = render(ticks(sent));
    expect(clock()?.animationDelay).toBe('100ms');
    rerender(ticks(sent));
    unmount();
    time.mockReturnValue(sent + 60_000);
    render(ticks(sent));
    expect(clock()?.animationDelay).toBe('0ms');
    time.mockRestore();
  });

  it('keeps the words of what failed, says why, and retries or gives up', async () => {
    const { fake, settle } = show({ senderId: 'jonas', content: 'Hei' }, {}, 'manual');
    const { id, done } = fake.send('c', 'Denne kommer ikke frem');
    done.catch(() => undefined);
    await settle();
    expect(document.querySelector('[data-status]')?.getAttribute('data-status')).toBe('sending');
    fake.world.refuse(id, 'forbidden');
    await settle();
    expect(screen.getByText('Denne kommer ikke frem')).toBeTruthy();
    expect(screen.getByText('Kunne ikke sende', { selector: '.title' })).toBeTruthy();

    fireEvent.click(screen.getByRole('button', { name: 'Prøv igjen' }));
    await settle();
    expect(fake.world.commands.some((command) => JSON.stringify(command).includes('retry'))).toBe(true);
    fake.world.refuse(id, 'forbidden');
    await settle();

    fireEvent.click(screen.getByRole('button', { name: 'Slett' }));
    await settle();
    const dialog = screen.getByRole('alertdialog');
    expect(dialog.textContent).toContain('Meldingen er ikke sendt');
    fireEvent.click(Array.from(dialog.querySelectorAll('button')).at(-1) as HTMLButtonElement);
    await settle();
    expect(screen.queryByText('Denne kommer ikke frem')).toBeNull();
  });

  it('asks before it deletes, by the keyboard too', async () => {
    const { fake, settle } = show({ senderId: 'ingrid', content: 'Ja' });
    fireEvent.keyDown(bubble(), { key: 'Delete' });
    await settle();
    expect(screen.getByRole('alertdialog').textContent).toContain('borte for alle');
    fireEvent.click(screen.getByRole('button', { name: 'Avbryt' }));
    await settle();
    expect(screen.queryByText('Meldingen er slettet')).toBeNull();

    fireEvent.keyDown(bubble(), { key: 'Delete' });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'Slett' }));
    await settle();
    expect(screen.getByText('Meldingen er slettet')).toBeTruthy();
    expect(fake.timeline('c').getSnapshot().entries[0]?.message.content).toBe('');
  });

  it('opens its menu with Shift+F10, with what can be done', async () => {
    const onReply = vi.fn();
    const { settle } = show({ senderId: 'jonas', content: 'Hei' }, { onReply });
    fireEvent.keyDown(bubble(), { key: 'F10', shiftKey: true });
    await settle();
    expect(screen.getAllByRole('menuitem').map((item) => item.textContent)).toEqual([
      'SvarR',
      'Reager+',
      'Kopier',
    ]);
  });

  it('goes from its menu to the emoji, and to the question before a deletion', async () => {
    const { settle } = show({ senderId: 'ingrid', content: 'Hei' });
    for (const [item, role] of [
      [/Reager/, 'dialog'],
      [/Slett/, 'alertdialog'],
    ] as const) {
      fireEvent.keyDown(bubble(), { key: 'F10', shiftKey: true });
      await settle();
      fireEvent.click(screen.getByRole('menuitem', { name: item }));
      await act(() => new Promise((done) => setTimeout(done, 50)));
      expect(screen.getByRole(role)).toBeTruthy();
      fireEvent.keyDown(screen.getByRole(role), { key: 'Escape' });
      await settle();
    }
  });

  it('answers and edits by letters, where there is a composer', () => {
    const onReply = vi.fn();
    const onEdit = vi.fn();
    show({ senderId: 'ingrid', content: 'Hei' }, { onReply, onEdit });
    fireEvent.keyDown(bubble(), { key: 'r' });
    fireEvent.keyDown(bubble(), { key: 'e' });
    expect(onReply).toHaveBeenCalledOnce();
    expect(onEdit).toHaveBeenCalledOnce();
  });

  it('sets and takes back a reaction', async () => {
    const { fake, id, settle } = show({ senderId: 'jonas', content: 'Hei' });
    await act(async () => fake.react('c', id, '👍', true));
    const chip = screen.getByRole('button', { name: /👍/ });
    expect(chip.getAttribute('aria-pressed')).toBe('true');
    fireEvent.click(chip);
    await settle();
    expect(screen.queryByRole('button', { name: /👍/ })).toBeNull();
  });

  it('makes safe links, and only those', () => {
    show({ senderId: 'jonas', content: 'Se https://udir.no og javascript:alert(1)' });
    const links = screen.getAllByRole('link');
    expect(links.map((link) => link.getAttribute('href'))).toEqual(['https://udir.no/']);
    expect(links[0]?.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it('marks an edited message and shows a deleted one without its words', async () => {
    const { fake, id, settle } = show({ senderId: 'jonas', content: 'Hei' });
    fake.world.change('c', id, { content: 'Hei!', editedAt: at });
    await settle();
    expect(screen.getByText('redigert 13:05')).toBeTruthy();
    fake.world.change('c', id, { content: '', deletedAt: at });
    await settle();
    expect(screen.getByText('Meldingen er slettet')).toBeTruthy();
    expect(screen.queryByText('Hei!')).toBeNull();
  });

  it('renders for what it shows, and for nothing else', async () => {
    const { fake, id, settle, onRender } = show({ senderId: 'jonas', content: 'Hei' });
    await settle();
    const before = onRender.mock.calls.length;
    fake.world.setTyping('c', 'jonas', true);
    fake.world.setPresence('jonas', 'away');
    await settle();
    expect(onRender.mock.calls.length).toBe(before);
    fake.world.change('c', id, { content: 'Hei!' });
    await settle();
    expect(onRender.mock.calls.length).toBe(before + 1);
  });
});
