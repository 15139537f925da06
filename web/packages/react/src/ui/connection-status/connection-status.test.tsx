/** When the strips speak, and what they say. */
import { createFakeClient } from '@samtale/client/testing';
import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { below, settle } from '../../../tests/world';
import { ConnectionStatus, StorageWarning, UpdateBanner } from './connection-status';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

async function show(props: Parameters<typeof ConnectionStatus>[0] = {}) {
  const fake = createFakeClient();
  render(<ConnectionStatus {...props} />, { wrapper: below(fake) });
  await settle();
  return { fake, text: () => screen.getByRole('status').textContent };
}

test('is silent through two seconds of trouble, then says so politely', async () => {
  const { fake, text } = await show();
  expect(text()).toBe('');
  expect(screen.getByRole('status').getAttribute('aria-live')).toBe('polite');
  await settle(() => fake.world.setOffline());
  await settle(() => vi.advanceTimersByTime(1_900));
  expect(text()).toBe('');
  await settle(() => vi.advanceTimersByTime(200));
  expect(text()).toBe('Frakoblet. Meldinger sendes når du er på nett.');
  await settle(() => fake.world.setOnline());
  expect(text()).toBe('');
});

test('a lost server can be tried at once', async () => {
  const { fake, text } = await show();
  await settle(() => fake.world.setConnection('reconnecting'));
  await settle(() => vi.advanceTimersByTime(2_100));
  expect(text()).toContain('Frakoblet - prøver å koble til...');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Koble til nå' })));
  expect(fake.world.commands.at(-1)).toEqual({ command: 'reconnect' });
});

test('over HTTP it says that it is slower', async () => {
  const { fake, text } = await show();
  await settle(() => fake.world.setConnection('degraded'));
  await settle(() => vi.advanceTimersByTime(2_100));
  expect(text()).toBe('Tilkoblet, men tregere enn vanlig');
});

test('what was given up says why, with the one thing to do', async () => {
  const onSignIn = vi.fn();
  const onReload = vi.fn();
  const { fake } = await show({ onSignIn, onReload });
  await settle(() => fake.world.setConnection({ state: 'failed', failure: 'retries_exhausted' }));
  expect(screen.getByRole('button', { name: 'Prøv igjen' })).toBeTruthy();
  await settle(() => fake.world.setConnection({ state: 'failed', failure: 'signed_out' }));
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Logg inn' })));
  expect(onSignIn).toHaveBeenCalledOnce();
  await settle(() => fake.world.setConnection({ state: 'failed', failure: 'unsupported' }));
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Last inn på nytt' })));
  expect(onReload).toHaveBeenCalledOnce();
});

test('a new version waits until it is asked for', async () => {
  const onReload = vi.fn();
  const { rerender } = render(<UpdateBanner isOpen={false} onReload={onReload} />, {
    wrapper: below(createFakeClient()),
  });
  expect(screen.getByRole('status').textContent).toBe('');
  rerender(<UpdateBanner onReload={onReload} />);
  expect(screen.getByRole('status').textContent).toContain('En ny versjon er klar.');
  await settle(() => fireEvent.click(screen.getByRole('button')));
  expect(onReload).toHaveBeenCalledOnce();
});

test('a device that stores nothing is warned of, until that is put away', async () => {
  const fake = createFakeClient();
  render(<StorageWarning />, { wrapper: below(fake) });
  await settle();
  expect(screen.getByRole('status').textContent).toBe('');
  await settle(() => fake.world.setStorage('memory'));
  expect(screen.getByRole('status').textContent).toContain('Nettleseren lagrer ikke meldinger.');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Lukk' })));
  expect(screen.getByRole('status').textContent).toBe('');
});
