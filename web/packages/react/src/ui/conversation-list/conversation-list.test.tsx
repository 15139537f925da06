/** What a person sees and does in the list of chats. */
import { createFakeClient, type FakeOptions } from '@samtale/client/testing';
import { fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { below, settle } from '../../../tests/world';
import { ConversationList, type ConversationListProps } from './conversation-list';

// Finding things by their roles takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const NOW = Date.now();
const MINUTE = 60_000;
const jonas = { userId: 'jonas', name: 'Jonas Bakken', role: 'student' as const };
const nora = { userId: 'nora', name: 'Nora Lie', role: 'student' as const };
const said = (senderId: string, content: string, minutesAgo: number) => ({
  senderId,
  content,
  createdAt: NOW - minutesAgo * MINUTE,
});
const CHATS: FakeOptions['chats'] = [
  {
    id: 'group',
    title: 'Jonas og matten',
    participants: [jonas, { userId: 'marianne', name: 'Marianne Bakken', role: 'guardian' }],
    messages: [said('jonas', 'Skjønner ikke\noppgave 3', 4)],
    unread: 120,
  },
  { id: 'nora', participants: [nora], messages: [said('nora', 'Hei, har du ledig time?', 20)], unread: 1 },
  { id: 'own', participants: [jonas], messages: [said('ingrid', 'Vi ses!', 30)] },
];

async function show(props: Partial<ConversationListProps> = {}, options: FakeOptions = { chats: CHATS }) {
  const fake = createFakeClient(options);
  const onSelect = vi.fn();
  const view = render(<ConversationList onSelect={onSelect} {...props} />, { wrapper: below(fake) });
  await settle();
  return { fake, onSelect, ...view };
}

const row = (id: string) => {
  const found = document.querySelector<HTMLElement>(`[data-chat-id="${id}"]`);
  if (found === null) throw new Error(`no row ${id}`);
  return found;
};

afterEach(() => vi.useRealTimers());

describe('a row', () => {
  test('says who, what was said last in one line, and what is unread', async () => {
    await show();
    expect(row('group').textContent).toContain('Jonas: Skjønner ikke oppgave 3');
    expect(row('group').textContent).toContain('99+');
    expect(row('group').textContent).toContain('Over 99 uleste');
    expect(row('group').textContent).toContain('Foresatt kan lese');
    expect(row('nora').textContent).toContain('Hei, har du ledig time?');
    expect(row('nora').textContent).toContain('1 ulest.');
    expect(row('own').textContent).toContain('Du: Vi ses!');
  });

  test('a draft goes before the last message, writing before both; not in the chat that is open', async () => {
    const { fake, rerender } = await show();
    await settle(() => fake.setDraft('nora', 'Ja, på torsdag'));
    expect(row('nora').textContent).toContain('Utkast: Ja, på torsdag');
    await settle(() => fake.world.setTyping('nora', 'nora', true));
    expect(row('nora').textContent).toContain('skriver...');
    await settle(() => fake.world.setTyping('group', 'jonas', true));
    expect(row('group').textContent).toContain('Jonas Bakken skriver...');
    await settle(() => fake.world.setTyping('nora', 'nora', false));
    rerender(<ConversationList selectedChatId="nora" onSelect={() => {}} />);
    expect(row('nora').textContent).not.toContain('Utkast');
    expect(row('nora').getAttribute('aria-current')).toBe('true');
  });

  test('marks what could not be sent, and a mute, in words too', async () => {
    const { fake } = await show({}, { chats: CHATS, acknowledge: 'manual' });
    await settle(() => {
      const { id, done } = fake.send('own', 'Denne går ikke');
      done.catch(() => {});
      fake.world.refuse(id, 'forbidden');
    });
    expect(row('own').textContent).toContain('En melding kunne ikke sendes.');
    await settle(() => fake.mute('own', true));
    expect(row('own').textContent).toContain('Dempet.');
  });
});

describe('keys', () => {
  test('one tab stop; arrows, Home and End walk, Enter and a click choose', async () => {
    const { onSelect } = await show({ selectedChatId: 'nora' });
    const stops = () => [...document.querySelectorAll('[data-chat-id][tabindex="0"]')];
    expect(stops()).toEqual([row('nora')]);
    row('nora').focus();
    fireEvent.keyDown(row('nora'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(row('own'));
    expect(stops()).toEqual([row('own')]);
    fireEvent.keyDown(row('own'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(row('own'));
    fireEvent.keyDown(row('own'), { key: 'Home' });
    expect(document.activeElement).toBe(row('group'));
    fireEvent.keyDown(row('group'), { key: 'End' });
    expect(document.activeElement).toBe(row('own'));
    fireEvent.click(row('own'));
    expect(onSelect).toHaveBeenCalledExactlyOnceWith('own');
  });

  test('Shift+F10 opens the menu: mark as read, mute, and leave after a question', async () => {
    const { fake } = await show();
    row('nora').focus();
    fireEvent.keyDown(row('nora'), { key: 'F10', shiftKey: true });
    await settle();
    const menu = screen.getByRole('menu', { name: 'Valg for «Nora Lie»' });
    const items = within(menu)
      .getAllByRole('menuitem')
      .map((item) => item.textContent);
    expect(items).toEqual([
      'Merk som lest',
      'Demp i 8 timer',
      'Demp til jeg slår på igjen',
      'Forlat samtalen',
    ]);
    await settle(() => fireEvent.click(within(menu).getByText('Demp i 8 timer')));
    expect(fake.world.commands.at(-1)).toMatchObject({ command: 'mute', chat: 'nora' });
    expect(screen.queryByRole('menu')).toBeNull();

    await settle(() => fireEvent.contextMenu(row('nora')));
    await settle(() => fireEvent.click(screen.getByText('Forlat samtalen')));
    expect(screen.getByRole('alertdialog').textContent).toContain(
      'Du får ikke lenger meldinger fra «Nora Lie».',
    );
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Forlat' })));
    expect(fake.world.commands.at(-1)).toMatchObject({ command: 'leave', chat: 'nora' });
  });

  test('a finger that stays opens the menu, and the click that ends it chooses nothing', async () => {
    vi.useFakeTimers();
    const { onSelect } = await show();
    fireEvent.pointerDown(row('nora'), { pointerType: 'touch', clientX: 10, clientY: 10 });
    await settle(() => vi.advanceTimersByTime(600));
    expect(screen.getByRole('menu', { hidden: true })).toBeTruthy();
    fireEvent.click(row('nora'));
    expect(onSelect).not.toHaveBeenCalled();
  });
});

describe('the list', () => {
  test('marks a chat as read that is not open', async () => {
    const { fake } = await show();
    await settle(() => fireEvent.contextMenu(row('nora')));
    await settle(() => fireEvent.click(screen.getByText('Merk som lest')));
    expect(fake.chat('nora').getSnapshot()?.unread).toBe(0);
  });

  test('is filtered by the beginnings of names', async () => {
    const { rerender } = await show({ filter: 'lie no' });
    expect(document.querySelectorAll('[data-chat-id]')).toHaveLength(1);
    rerender(<ConversationList onSelect={() => {}} filter="xyz" />);
    expect(screen.getByText('Ingen samtaler passer til «xyz».')).toBeTruthy();
  });

  test('says so where there are no chats, with one thing to do', async () => {
    await show({ emptyAction: <button type="button">Ny</button> }, { chats: [] });
    expect(screen.getByText('Du har ingen samtaler ennå.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Ny' })).toBeTruthy();
  });

  test('shows a skeleton only after 300 ms of loading', async () => {
    vi.useFakeTimers();
    await show({}, { chats: [], ready: false });
    expect(screen.queryByRole('status')).toBeNull();
    await settle(() => vi.advanceTimersByTime(320));
    expect(screen.getByRole('status').textContent).toBe('Henter samtalene…');
  });

  test('asks for more near its end', async () => {
    const { fake } = await show();
    await settle(() => fake.world.setHasMoreChats(true));
    expect(fake.world.commands.some(({ command }) => command === 'loadMoreChats')).toBe(true);
  });

  test('has only the rows in sight in the page above a hundred', async () => {
    const height = vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(680);
    const many = Array.from({ length: 300 }, (_, index) => ({
      id: `c${index}`,
      title: `Gruppe ${index}`,
      participants: [jonas],
      activeAt: NOW - index * MINUTE,
    }));
    await show({}, { chats: many });
    const shown = document.querySelectorAll('[data-chat-id]').length;
    expect(shown).toBeGreaterThan(9);
    expect(shown).toBeLessThan(40);
    expect(screen.getAllByRole('listitem')[0]?.getAttribute('aria-setsize')).toBe('300');
    height.mockRestore();
  });
});
