/** Settings take effect at once, and are kept; signing out says what would be lost. */
import { createFakeClient } from '@samtale/client/testing';
import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { below, settle } from '../../../tests/world';
import { SignOutDialog } from '../sign-out/sign-out-dialog';
import { forgetPrivacy, rememberedPrivacy } from './privacy';
import { FirstRunDialog, SettingsDialog } from './settings';
import { StatusMenu } from './status-menu';

// Finding things by their roles takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => localStorage.clear());

test('language and appearance are handed to the app', async () => {
  const onLanguageChange = vi.fn();
  const onThemeChange = vi.fn();
  const choices = { language: 'nb', theme: 'system', onLanguageChange, onThemeChange } as const;
  render(<SettingsDialog isOpen onClose={() => {}} {...choices} />, { wrapper: below(createFakeClient()) });
  await settle();
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Bokmål' }).checked).toBe(true);
  fireEvent.click(screen.getByRole('radio', { name: 'Nynorsk' }));
  expect(onLanguageChange).toHaveBeenCalledExactlyOnceWith('nn');
  fireEvent.click(screen.getByRole('radio', { name: 'Mørkt' }));
  expect(onThemeChange).toHaveBeenCalledExactlyOnceWith('dark');
});

test('who sees me: the client is told, the row is kept, and the next start knows', async () => {
  const fake = createFakeClient({ userId: 'ingrid' });
  const choices = { language: 'nb', onLanguageChange: () => {} } as const;
  render(<FirstRunDialog isOpen onDone={() => {}} {...choices} />, { wrapper: below(fake) });
  await settle();
  const shown = () => screen.getByRole<HTMLInputElement>('switch', { name: 'Vis når jeg er tilgjengelig' });
  expect(shown().checked).toBe(true);
  expect(rememberedPrivacy('ingrid')).toEqual({});
  await settle(() => fireEvent.click(shown()));
  expect(shown().checked).toBe(false);
  expect(fake.privateRow('setting:privacy').getSnapshot()).toEqual({
    presence: false,
    typing: true,
    location: false,
  });
  const told = fake.world.commands.filter(({ command }) => command === 'configure');
  expect(told.at(-1)).toMatchObject({ settings: { sharePresence: false, shareTyping: true } });
  expect(rememberedPrivacy('ingrid')).toMatchObject({ sharePresence: false });
  forgetPrivacy('ingrid');
  expect(rememberedPrivacy('ingrid')).toEqual({});
});

test('what was chosen on another device holds here too', async () => {
  const fake = createFakeClient();
  const choices = { language: 'nb', onLanguageChange: () => {} } as const;
  render(<FirstRunDialog isOpen onDone={() => {}} {...choices} />, { wrapper: below(fake) });
  await settle(() => fake.setPrivate('setting:privacy', { typing: false, location: 'yes' }));
  expect(screen.getByRole<HTMLInputElement>('switch', { name: 'Vis når jeg skriver' }).checked).toBe(false);
  expect(fake.world.commands.at(-1)).toMatchObject({
    settings: { sharePresence: true, shareTyping: false, shareLocation: false },
  });
});

test('the status is set from a menu, or left to activity', async () => {
  const fake = createFakeClient();
  render(<StatusMenu />, { wrapper: below(fake) });
  await settle();
  const open = () => settle(() => fireEvent.click(screen.getByRole('button')));
  await open();
  await settle(() => fireEvent.click(screen.getByRole('menuitem', { name: 'Opptatt' })));
  expect(fake.world.commands.at(-1)).toMatchObject({ command: 'setStatus', status: 'busy' });
  await open();
  await settle(() => fireEvent.click(screen.getByRole('menuitem', { name: 'Automatisk' })));
  expect(fake.world.commands.at(-1)).toMatchObject({ command: 'setStatus', status: null });
});

test('signing out counts what is not sent', async () => {
  const fake = createFakeClient({ acknowledge: 'manual', chats: [{ id: 'matte', participants: ['jonas'] }] });
  const onSignedOut = vi.fn();
  render(<SignOutDialog isOpen onClose={() => {}} onSignedOut={onSignedOut} />, { wrapper: below(fake) });
  await settle();
  expect(screen.getByRole('alertdialog').textContent).not.toContain('ikke sendt');
  await settle(() => {
    fake.send('matte', 'en');
    fake.send('matte', 'to');
  });
  expect(screen.getByRole('alertdialog').textContent).toContain('2 meldinger er ikke sendt.');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Logg ut likevel' })));
  await settle();
  expect(fake.world.commands.at(-1)).toEqual({ command: 'signOut', wipe: true });
  expect(onSignedOut).toHaveBeenCalledOnce();
});
