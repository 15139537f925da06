/** What the top of a conversation says, in one line under the name. */
import { createFakeClient } from '@samtale/client/testing';
import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { below, settle } from '../../../tests/world';
import { ConversationHeader } from './conversation-header';

const CHATS = [
  { id: 'pair', participants: [{ userId: 'nora', name: 'Nora Lie', role: 'student' as const }] },
  {
    id: 'group',
    title: 'Jonas og matten',
    participants: [
      { userId: 'jonas', name: 'Jonas Bakken', role: 'student' as const },
      { userId: 'marianne', name: 'Marianne Bakken', role: 'guardian' as const },
    ],
  },
];

test('between two: the role, and how the other one is there or when they were', async () => {
  const fake = createFakeClient({ chats: CHATS });
  const { container } = render(<ConversationHeader chatId="pair" />, { wrapper: below(fake) });
  await settle();
  expect(screen.getByRole('heading').textContent).toBe('Nora Lie');
  expect(container.textContent).toContain('elev');
  await settle(() => fake.world.setPresence('nora', 'busy'));
  expect(container.textContent).toContain('Opptatt');
  const lastSeen = Date.now() - 2.5 * 3_600_000;
  await settle(() => fake.world.setPresence('nora', { status: 'offline', device: 'mobile', lastSeen }));
  expect(container.textContent).toMatch(/Sist sett (2 timer siden|i går)/u);
});

test('a group: how many, how many are there, and that a guardian may read', async () => {
  const fake = createFakeClient({ chats: CHATS });
  const { container } = render(<ConversationHeader chatId="group" />, { wrapper: below(fake) });
  await settle();
  expect(container.textContent).toContain('Foresatt kan lese');
  expect(container.textContent).toContain('3 deltakere');
  await settle(() => fake.world.setPresence('jonas', 'online'));
  expect(container.textContent).toContain('3 deltakere, 1 tilgjengelig');
});

test('a button is there where there is something for it to do', async () => {
  const onBack = vi.fn();
  const onPanel = vi.fn();
  const wrapper = below(createFakeClient({ chats: CHATS }));
  render(<ConversationHeader chatId="group" onBack={onBack} onPanel={onPanel} panelOpen />, { wrapper });
  await settle();
  expect(screen.queryByRole('button', { name: 'Søk i samtalen' })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Tilbake' }));
  expect(onBack).toHaveBeenCalledOnce();
  const panel = screen.getByRole('button', { name: 'Deltakere og valg' });
  expect(panel.getAttribute('aria-expanded')).toBe('true');
  fireEvent.click(panel);
  expect(onPanel).toHaveBeenCalledOnce();
});
