/** The search pane: as one types, here and everywhere, by keys. */
import { createFakeClient } from '@samtale/client/testing';
import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { below, settle } from '../../../tests/world';
import { MessageSearch } from './message-search';
import { snippetOf } from './snippet';

// Finding things by their roles takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

describe('a snippet', () => {
  const words = (content: string, highlights: [number, number][]) =>
    snippetOf(content, highlights)
      .map((run) => (run.found ? `[${run.text}]` : run.text))
      .join('');

  test('marks what was found', () => {
    expect(
      words('Hei, hei', [
        [0, 3],
        [5, 8],
      ]),
    ).toBe('[Hei], [hei]');
  });

  test('begins shortly before the first found word of a long message', () => {
    const content = `${'ord '.repeat(50)}likning ${'mer '.repeat(100)}`;
    const cut = words(content, [[200, 207]]);
    expect(cut.startsWith('…ord ')).toBe(true);
    expect(cut).toContain('[likning]');
    expect(cut.endsWith('…')).toBe(true);
    expect(cut.length).toBeLessThan(260);
  });

  test('passes over places outside of the message', () => {
    expect(
      words('Hei', [
        [-1, 2],
        [2, 2],
        [9, 12],
      ]),
    ).toBe('Hei');
  });
});

describe('the pane', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 18, 12) });
  });
  afterEach(() => vi.useRealTimers());

  async function show() {
    const said = (senderId: string, content: string) => ({ senderId, content });
    const fake = createFakeClient({
      chats: [
        {
          id: 'matte',
          title: 'Matte',
          participants: [{ userId: 'jonas', name: 'Jonas Lie' }],
          messages: [said('jonas', 'Hei, likningen i oppgave 3?'), said('ingrid', 'Likningen er lett')],
        },
        {
          id: 'fysikk',
          title: 'Fysikk',
          participants: [{ userId: 'emil', name: 'Emil Larsen' }],
          messages: [said('emil', 'Hvilken likning?')],
        },
      ],
    });
    const onOpenMessage = vi.fn();
    const onClose = vi.fn();
    render(<MessageSearch chatId="matte" onOpenMessage={onOpenMessage} onClose={onClose} />, {
      wrapper: below(fake),
    });
    await settle();
    return { fake, onOpenMessage, onClose, field: screen.getByRole<HTMLInputElement>('combobox') };
  }
  const type = async (field: HTMLInputElement, value: string) => {
    await settle(() => fireEvent.change(field, { target: { value } }));
    await settle(() => vi.advanceTimersByTime(300));
  };
  const searches = (fake: Awaited<ReturnType<typeof show>>['fake']) =>
    fake.world.commands.filter((command) => command.command === 'search' && command.query !== '');

  test('waits for a pause, searches this chat, marks the words', async () => {
    const { fake, field } = await show();
    expect(document.activeElement).toBe(field);
    expect(screen.getByRole('status').textContent).toBe('Søk etter ord i meldingene dine.');
    await settle(() => fireEvent.change(field, { target: { value: 'lik' } }));
    expect(searches(fake)).toHaveLength(0);
    await type(field, 'likning');
    expect(searches(fake)).toMatchObject([{ query: 'likning', chat: 'matte' }]);
    const hits = screen.getAllByRole('option');
    expect(hits).toHaveLength(2);
    expect(hits.map((hit) => hit.querySelector('mark')?.textContent?.toLowerCase())).toEqual([
      'likning',
      'likning',
    ]);
    expect(screen.getByRole('status').textContent).toBe('2 treff');
  });

  test('arrows and Enter open a hit, Esc clears and then closes', async () => {
    const { field, onOpenMessage, onClose } = await show();
    await type(field, 'likning');
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    const [, second] = screen.getAllByRole('option');
    expect(field.getAttribute('aria-activedescendant')).toBe(second?.id);
    expect(second?.getAttribute('aria-selected')).toBe('true');
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(onOpenMessage).toHaveBeenCalledExactlyOnceWith({
      chatId: 'matte',
      messageId: expect.any(String) as string,
    });
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(field.value).toBe('');
    expect(onClose).not.toHaveBeenCalled();
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(onClose).toHaveBeenCalledOnce();
  });

  test('everywhere, a hit says in which chat it is', async () => {
    const { fake, field } = await show();
    await type(field, 'likning');
    await settle(() => fireEvent.click(screen.getByRole('radio', { name: 'Alle samtaler' })));
    await settle(() => vi.advanceTimersByTime(300));
    expect(searches(fake).at(-1)).toMatchObject({ query: 'likning', chat: null });
    expect(screen.getAllByRole('option')).toHaveLength(3);
    expect(screen.getByText('i Fysikk')).toBeTruthy();
  });

  test('says what there is not, and what is only stored here', async () => {
    const { fake, field } = await show();
    await type(field, 'sopptur');
    expect(screen.getByRole('status').textContent).toBe('Ingen treff på «sopptur».');
    await settle(() => fake.world.setOffline());
    await type(field, 'likning');
    expect(screen.getByRole('status').textContent).toContain('Bare det som er lagret her.');
  });
});
