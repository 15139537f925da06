/** How presence is told: by shape, in words. */
import { createFakeClient } from '@samtale/client/testing';
import { render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { below, settle } from '../../../tests/world';
import { PresenceIndicator } from './presence-indicator';

test('each status has a shape of its own, and words', () => {
  const wrapper = below(createFakeClient());
  const shapes = (['online', 'away', 'busy', 'offline'] as const).map((status) => {
    const { container } = render(<PresenceIndicator status={status} />, { wrapper });
    return [container.textContent, container.querySelector('path')?.getAttribute('d')];
  });
  expect(shapes.map(([words]) => words)).toEqual(['Tilgjengelig', 'Borte', 'Opptatt', 'Frakoblet']);
  expect(new Set(shapes.map(([, shape]) => shape)).size).toBe(4);
});

test('follows a person: nothing while unknown, then their status, then when they were seen', async () => {
  const fake = createFakeClient();
  const { container } = render(<PresenceIndicator userId="jonas" />, { wrapper: below(fake) });
  await settle();
  expect(container.textContent).toBe('');
  await settle(() => fake.world.setPresence('jonas', 'online'));
  expect(container.textContent).toBe('Tilgjengelig');
  const lastSeen = Date.now() - 5.5 * 60_000;
  await settle(() => fake.world.setPresence('jonas', { status: 'offline', device: 'mobile', lastSeen }));
  expect(container.textContent).toBe('Sist sett 5 min siden');
});

test('without visible words a screen reader still has them', () => {
  const { container } = render(<PresenceIndicator status="busy" showText={false} />, {
    wrapper: below(createFakeClient()),
  });
  expect(container.textContent).toBe('Opptatt');
});
