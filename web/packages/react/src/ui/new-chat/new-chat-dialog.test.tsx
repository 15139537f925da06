/** Starting a chat: with people from a directory, by user id, and what is said first. */
import { createFakeClient } from '@samtale/client/testing';
import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { below, settle } from '../../../tests/world';
import { NewChatDialog, type NewChatDialogProps } from './new-chat-dialog';

// Finding things by their roles takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const DIRECTORY = [
  { id: 'ingrid', name: 'Ingrid Solberg', role: 'tutor' as const },
  { id: 'jonas', name: 'Jonas Bakken' },
  { id: 'marianne', name: 'Marianne Bakken', role: 'guardian' as const },
];

async function show(props: Partial<NewChatDialogProps> = {}) {
  const fake = createFakeClient();
  const onCreated = vi.fn();
  const onClose = vi.fn();
  render(<NewChatDialog isOpen onClose={onClose} onCreated={onCreated} directory={DIRECTORY} {...props} />, {
    wrapper: below(fake),
  });
  await settle();
  return { fake, onCreated, onClose, field: screen.getByRole<HTMLInputElement>('combobox') };
}
const type = (field: HTMLElement, value: string) =>
  settle(() => fireEvent.change(field, { target: { value } }));
const press = (field: HTMLElement, key: string) => settle(() => fireEvent.keyDown(field, { key }));
const start = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Start samtalen' });

afterEach(() => vi.useRealTimers());

test('by keys: a name, Enter, and the chat is there at once', async () => {
  const { fake, field, onCreated, onClose } = await show();
  expect(start().disabled).toBe(true);
  // Oneself is not to be chosen.
  expect(screen.getAllByRole('option')).toHaveLength(2);
  await type(field, 'jon');
  await press(field, 'Enter');
  expect(field.value).toBe('');
  await settle(() => fireEvent.click(start()));
  expect(fake.world.commands.at(-1)).toMatchObject({
    command: 'createChat',
    history: 'since_joining',
    participants: [{ userId: 'jonas', role: 'student' }],
  });
  expect(onClose).toHaveBeenCalledOnce();
  expect(onCreated).toHaveBeenCalledExactlyOnceWith(expect.any(String));
});

test('a group has a name and a rule, and says that a guardian will read', async () => {
  const { fake, field } = await show();
  await settle(() => fireEvent.click(screen.getByText('Jonas Bakken')));
  expect(screen.queryByRole('textbox', { name: 'Navn på samtalen' })).toBeNull();
  await settle(() => fireEvent.click(screen.getByText('Marianne Bakken')));
  expect(
    screen.getByText('Marianne Bakken er foresatt og kan lese alt som skrives i samtalen.'),
  ).toBeTruthy();
  await type(screen.getByRole('textbox', { name: 'Navn på samtalen' }), 'Jonas og matten');
  await settle(() => fireEvent.click(screen.getByRole('radio', { name: 'Alt som er skrevet' })));
  const role = screen.getByRole('combobox', { name: 'Rollen til Jonas Bakken' });
  await settle(() => fireEvent.change(role, { target: { value: 'observer' } }));
  await settle(() => fireEvent.click(start()));
  expect(fake.world.commands.at(-1)).toMatchObject({
    title: 'Jonas og matten',
    history: 'all',
    participants: [
      { userId: 'jonas', role: 'observer' },
      { userId: 'marianne', role: 'guardian' },
    ],
  });
  expect(field).toBeTruthy();
});

test('a user id that the directory does not know can be taken, and given back', async () => {
  const { field } = await show();
  await type(field, 'tutor:42');
  expect(screen.getByRole('option').textContent).toBe('Legg til bruker-id «tutor:42»');
  await press(field, 'Enter');
  expect(start().disabled).toBe(false);
  await press(field, 'Backspace');
  expect(start().disabled).toBe(true);
});

test('a host product that searches is asked after a pause, and the last answer counts', async () => {
  vi.useFakeTimers();
  const directory = vi.fn(async (query: string) => [{ id: `id-${query}`, name: `Kari ${query}` }]);
  const { field } = await show({ directory });
  await settle(() => vi.advanceTimersByTime(300));
  directory.mockClear();
  await type(field, 'l');
  await type(field, 'li');
  await settle(() => vi.advanceTimersByTime(300));
  expect(directory.mock.calls.map(([query]) => query)).toEqual(['li']);
  expect(screen.getByText('Kari li')).toBeTruthy();
});
