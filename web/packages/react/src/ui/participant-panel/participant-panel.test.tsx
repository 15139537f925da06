/** What each role sees and may do in the panel about a chat. */
import type { Role } from '@samtale/client';
import { createFakeClient } from '@samtale/client/testing';
import { fireEvent, render, screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { below, settle } from '../../../tests/world';
import { ParticipantPanel, type ParticipantPanelProps } from './participant-panel';

// Finding things by their roles takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const DIRECTORY = [
  { id: 'jonas', name: 'Jonas Bakken' },
  { id: 'marianne', name: 'Marianne Bakken', role: 'guardian' as const },
];

async function show(role: Role, props: Partial<ParticipantPanelProps> = {}) {
  const fake = createFakeClient({
    acknowledge: 'manual',
    chats: [
      {
        id: 'matte',
        title: 'Matte',
        role,
        participants: [
          { userId: 'jonas', name: 'Jonas Bakken', role: 'student' },
          { userId: 'per', name: 'Per Owner', role: 'owner' },
        ],
      },
    ],
  });
  render(<ParticipantPanel chatId="matte" onClose={() => {}} directory={DIRECTORY} {...props} />, {
    wrapper: below(fake),
  });
  await settle();
  return fake;
}
const last = (fake: Awaited<ReturnType<typeof show>>) => fake.world.commands.at(-1);
const menuOf = async (name: string) => {
  await settle(() => fireEvent.click(screen.getByRole('button', { name: `Valg for ${name}` })));
  return within(screen.getByRole('menu'));
};

test('a student sees who is there and what the rules are, and may only leave', async () => {
  await show('student');
  const people = within(screen.getByRole('list', { name: 'Deltakere' })).getAllByRole('listitem');
  expect(people).toHaveLength(3);
  expect(people.map((person) => person.textContent).join()).toContain('(deg)');
  expect(screen.queryByRole('button', { name: /Valg for/u })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Legg til' })).toBeNull();
  expect(screen.queryByRole('radio')).toBeNull();
  expect(screen.getByText('Den som blir lagt til senere, kan lese alt som er skrevet.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Forlat samtalen' })).toBeTruthy();
});

test('a tutor manages people, owners excepted', async () => {
  const fake = await show('tutor');
  expect(screen.queryByRole('button', { name: 'Valg for Per Owner' })).toBeNull();
  const menu = await menuOf('Jonas Bakken');
  expect(menu.getAllByRole('menuitem').map((item) => item.textContent)).toEqual([
    'Gjør til lærer',
    'Gjør til foresatt',
    'Gjør til observatør',
    'Fjern fra samtalen',
  ]);
  await settle(() => fireEvent.click(menu.getByText('Gjør til observatør')));
  expect(last(fake)).toMatchObject({ command: 'setRole', user: 'jonas', role: 'observer' });
});

test('removing asks first; a refusal is told in a sentence', async () => {
  const fake = await show('owner');
  const menu = await menuOf('Jonas Bakken');
  await settle(() => fireEvent.click(menu.getByText('Fjern fra samtalen')));
  expect(screen.getByRole('alertdialog').textContent).toContain('Fjerne Jonas Bakken?');
  expect(last(fake)).not.toMatchObject({ command: 'removeParticipant' });
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Fjern' })));
  expect(last(fake)).toMatchObject({ command: 'removeParticipant', user: 'jonas' });
  const op = fake.outbox.getSnapshot().items.at(-1)?.op ?? '';
  await settle(() => fake.world.refuse(op, 'forbidden'));
  expect(screen.getByRole('alert').textContent).toBe('Du har ikke lov til å gjøre dette.');
});

test('adding says first that a guardian will read', async () => {
  const fake = await show('owner');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Legg til' })));
  const dialog = within(screen.getByRole('dialog'));
  // Jonas is in the chat already.
  expect(dialog.getAllByRole('option')).toHaveLength(1);
  await settle(() => fireEvent.click(dialog.getByText('Marianne Bakken')));
  expect(
    dialog.getByText('Marianne Bakken er foresatt og kan lese alt som skrives i samtalen.'),
  ).toBeTruthy();
  await settle(() => fireEvent.click(dialog.getByRole('button', { name: 'Legg til 1 deltaker' })));
  expect(last(fake)).toMatchObject({ command: 'addParticipant', user: 'marianne', role: 'guardian' });
});

test('the name, the history rule and a mute are set here', async () => {
  const fake = await show('owner');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Endre navn' })));
  const field = screen.getByRole('textbox', { name: 'Navn på samtalen' });
  await settle(() => fireEvent.change(field, { target: { value: ' Matte 10B ' } }));
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Lagre' })));
  expect(last(fake)).toMatchObject({ command: 'updateChat', title: 'Matte 10B' });
  await settle(() => fireEvent.click(screen.getByRole('radio', { name: 'Bare det som skrives fra da av' })));
  expect(last(fake)).toMatchObject({ command: 'updateChat', history: 'since_joining' });
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Demp til jeg slår på igjen' })));
  expect(screen.getByText('Dempet.')).toBeTruthy();
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Slå på varsler' })));
  expect(screen.getByText('Du får varsler om nye meldinger.')).toBeTruthy();
});

test('a chat with someone here is one choice away, and leaving tells the app', async () => {
  const onStartChat = vi.fn();
  const onLeft = vi.fn();
  const fake = await show('student', { onStartChat, onLeft });
  const menu = await menuOf('Jonas Bakken');
  await settle(() => fireEvent.click(menu.getByText('Ny samtale')));
  expect(onStartChat).toHaveBeenCalledExactlyOnceWith('jonas');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Forlat samtalen' })));
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Forlat' })));
  const op = fake.outbox.getSnapshot().items.at(-1)?.op;
  if (op !== undefined) await settle(() => fake.world.acknowledge(op));
  expect(onLeft).toHaveBeenCalledExactlyOnceWith('matte');
});
