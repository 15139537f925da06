/** The developer tools: nothing while closed, no words of anyone unless asked. */
import { createFakeClient } from '@samtale/client/testing';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { below, settle } from '../../tests/world';
import { SamtaleDevtools } from './devtools';
// Loaded beforehand, so that no test waits for it.
import './panel';

// Finding things by their roles takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const SECRET = 'hemmelig beskjed';
const copied: string[] = [];

beforeEach(() => {
  copied.length = 0;
  vi.stubGlobal('navigator', {
    ...navigator,
    clipboard: { writeText: async (text: string) => void copied.push(text) },
  });
});
afterEach(() => vi.unstubAllGlobals());

async function open(tab: string) {
  const fake = createFakeClient({
    acknowledge: 'manual',
    chats: [{ id: 'chat-matte', participants: ['jonas'] }],
  });
  fake.connection.subscribe(() => {});
  render(<SamtaleDevtools initialIsOpen />, { wrapper: below(fake) });
  await waitFor(() => screen.getByRole('tab', { name: tab }), { timeout: 10_000 });
  await settle(() => fireEvent.click(screen.getByRole('tab', { name: tab })));
  return fake;
}

test('closed, it is a button that follows nothing', async () => {
  const fake = createFakeClient();
  const onEvent = vi.fn(fake.onEvent);
  const metrics = vi.fn(fake.metrics);
  render(<SamtaleDevtools />, { wrapper: below({ ...fake, onEvent, metrics }) });
  await settle();
  expect(screen.getByRole('button', { name: 'Åpne utviklerverktøyene' })).toBeTruthy();
  expect(screen.queryByRole('tab')).toBeNull();
  expect(onEvent).not.toHaveBeenCalled();
  expect(metrics).not.toHaveBeenCalled();
});

test('the inspector shows the connection and has its levers; Esc closes', async () => {
  const fake = await open('Tilkobling');
  const panel = screen.getByRole('region', { name: 'Utviklerverktøy' });
  expect(panel.textContent).toContain('connected');
  expect(panel.textContent).toContain('WebSocket');
  await settle(() => fake.world.setConnection({ state: 'degraded', latencyMs: 84, attempt: 3 }));
  expect(panel.textContent).toContain('HTTP');
  expect(panel.textContent).toContain('84 ms');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Koble til på nytt' })));
  expect(fake.world.commands.at(-1)).toEqual({ command: 'reconnect' });
  await settle(() => fireEvent.keyDown(panel, { key: 'Escape' }));
  expect(screen.queryByRole('region')).toBeNull();
});

test('the queue hides contents until they are asked for, and can retry and give up', async () => {
  const fake = await open('Kø');
  expect(screen.getByText('Køen er tom.')).toBeTruthy();
  let id = '';
  await settle(() => {
    const sending = fake.send('chat-matte', SECRET);
    sending.done.catch(() => {});
    id = sending.id;
    fake.world.refuse(id, 'forbidden');
  });
  expect(screen.getByText('feilet: forbidden')).toBeTruthy();
  expect(document.body.textContent).not.toContain(SECRET);
  await settle(() => fireEvent.click(screen.getByRole('switch', { name: 'Vis innhold' })));
  expect(document.body.textContent).toContain(SECRET);
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Prøv igjen' })));
  expect(fake.world.commands.at(-1)).toMatchObject({ command: 'retry', op: id });
});

test('the log follows, filters, pauses and clears, without words', async () => {
  const fake = await open('Hendelser');
  const rows = () => screen.queryAllByRole('row').length - 1;
  const before = rows();
  await settle(() => fake.world.setOffline());
  await waitFor(() => expect(rows()).toBeGreaterThan(before));
  await settle(() => fake.world.receive('chat-matte', { senderId: 'jonas', content: SECRET }));
  expect(document.body.textContent).not.toContain(SECRET);
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Stans' })));
  const paused = rows();
  await settle(() => fake.world.setOnline());
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(rows()).toBe(paused);
  await settle(() => fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'no such event' } }));
  expect(screen.getByText('Ingen hendelser.')).toBeTruthy();
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Tøm' })));
  await settle(() => fireEvent.change(screen.getByRole('searchbox'), { target: { value: '' } }));
  expect(screen.getByText('Ingen hendelser.')).toBeTruthy();
});

test('the figures are those of the client, and the report has no words', async () => {
  const fake = await open('Ytelse');
  await settle(() => {
    fake.send('chat-matte', SECRET).done.catch(() => {});
  });
  expect(screen.getByText('Vellykkede sendinger')).toBeTruthy();
  expect(screen.getByText('Bilder per sekund')).toBeTruthy();
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Kopier rapport' })));
  expect(screen.getByText('Kopiert')).toBeTruthy();
  expect(JSON.parse(copied[0] ?? '')).toMatchObject({ userId: 'ingrid', startup: 'ready' });
  expect(copied[0]).not.toContain(SECRET);
});
