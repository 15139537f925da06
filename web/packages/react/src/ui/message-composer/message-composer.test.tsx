/** Writing, replying, editing and keeping drafts. */
import { createFakeClient } from '@samtale/client/testing';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { SamtaleProvider } from '../../provider';
import type { Message } from '../../types';
import { MessageComposer, type MessageComposerProps } from './message-composer';

function show(props: MessageComposerProps, options: Parameters<typeof createFakeClient>[0] = {}) {
  const fake = createFakeClient({
    userId: 'ingrid',
    chats: [
      { id: 'c', participants: ['jonas'] },
      { id: 'd', participants: ['kari'] },
    ],
    ...options,
  });
  const view = (given: MessageComposerProps) => (
    <SamtaleProvider client={fake}>
      <MessageComposer {...given} />
    </SamtaleProvider>
  );
  const shown = render(view(props));
  return { fake, change: (given: MessageComposerProps) => shown.rerender(view(given)), ...shown };
}

const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Melding' });
const type = (text: string) => fireEvent.change(field(), { target: { value: text } });
const settle = () => act(async () => {});
const wordsIn = (fake: ReturnType<typeof createFakeClient>, chatId: string) =>
  fake
    .timeline(chatId)
    .getSnapshot()
    .entries.map((entry) => entry.message.content);

describe('a composer', () => {
  it('needs no more than where the words go', () => {
    const onSendMessage = vi.fn();
    show({ onSendMessage });
    type('  Hei på deg \n');
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(onSendMessage).toHaveBeenCalledExactlyOnceWith('Hei på deg', {});
    expect(field().value).toBe('');
  });

  it('sends nothing but white space nowhere', () => {
    const onSendMessage = vi.fn();
    show({ onSendMessage });
    type('  \n ');
    fireEvent.keyDown(field(), { key: 'Enter' });
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(onSendMessage).not.toHaveBeenCalled();
  });

  it('leaves Enter to an input method', () => {
    const onSendMessage = vi.fn();
    show({ onSendMessage });
    type('ni hao');
    fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
    fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 });
    expect(onSendMessage).not.toHaveBeenCalled();
  });

  it('takes the words back when they were not taken at all', async () => {
    show({
      chatId: 'c',
      onSendMessage: () => Promise.reject(Object.assign(new Error('full'), { code: 'queue_full' })),
    });
    type('Viktig');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await settle();
    expect(field().value).toBe('Viktig');
    expect(screen.getByRole('alert').textContent).toBe('For mange meldinger venter på å bli sendt.');
  });

  it('leaves a refusal that the bubble shows to the bubble', async () => {
    show({
      chatId: 'c',
      onSendMessage: () => Promise.reject(Object.assign(new Error('no'), { code: 'forbidden' })),
    });
    type('Hei');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await settle();
    expect(field().value).toBe('');
  });

  it('sends by itself with a chat, offline too', async () => {
    const { fake } = show({ chatId: 'c' });
    await act(async () => fake.world.setOffline());
    type('Hei');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await settle();
    expect(wordsIn(fake, 'c')).toEqual(['Hei']);
  });

  it('keeps a draft for each chat', async () => {
    const { change } = show({ chatId: 'c' });
    type('Halvferdig');
    change({ chatId: 'd' });
    await settle();
    expect(field().value).toBe('');
    change({ chatId: 'c' });
    await settle();
    expect(field().value).toBe('Halvferdig');
  });

  it('forgets the draft once it is sent', async () => {
    const { fake } = show({ chatId: 'c' });
    type('Ferdig');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await settle();
    expect(fake.chat('c').getSnapshot()?.draft ?? '').toBe('');
  });

  it('says that one is writing, and stops when the field is empty', async () => {
    const { fake } = show({ chatId: 'c' });
    type('H');
    await settle();
    const told = () =>
      fake.world.commands.filter((command) => JSON.stringify(command).toLowerCase().includes('typing'));
    const first = told().length;
    expect(first).toBeGreaterThan(0);
    type('');
    await settle();
    expect(told().length).toBeGreaterThan(first);
  });

  it('answers a message, and cancels with Esc', async () => {
    const onModeEnd = vi.fn();
    const onSendMessage = vi.fn();
    show({
      chatId: 'c',
      mode: { kind: 'reply', message: message('m1', 'Kan vi ta brøk?') },
      onModeEnd,
      onSendMessage,
    });
    expect(screen.getByText('Svarer Jonas')).toBeTruthy();
    fireEvent.keyDown(field(), { key: 'Escape' });
    expect(onModeEnd).toHaveBeenCalledOnce();
    type('Ja');
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(onSendMessage).toHaveBeenCalledExactlyOnceWith('Ja', { replyTo: 'm1' });
    expect(onModeEnd).toHaveBeenCalledTimes(2);
  });

  it('edits a message without touching the draft', async () => {
    const { fake, change } = show({ chatId: 'c' });
    type('Et utkast');
    const sent = fake.send('c', 'Hie');
    await act(async () => sent.done.then(() => undefined));
    change({ chatId: 'c', mode: { kind: 'edit', message: { ...message(sent.id, 'Hie'), isOwn: true } } });
    expect(field().value).toBe('Hie');
    type('Hei');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await settle();
    expect(wordsIn(fake, 'c')).toEqual(['Hei']);
    change({ chatId: 'c', mode: null });
    expect(field().value).toBe('Et utkast');
  });

  it('asks for the last own message with ↑ where nothing is written', () => {
    const onEditLast = vi.fn();
    show({ chatId: 'c', onEditLast });
    fireEvent.keyDown(field(), { key: 'ArrowUp' });
    expect(onEditLast).toHaveBeenCalledOnce();
    type('noe');
    fireEvent.keyDown(field(), { key: 'ArrowUp' });
    expect(onEditLast).toHaveBeenCalledOnce();
  });

  it('counts what is left near the limit, and what is too much', () => {
    const onSendMessage = vi.fn();
    show({ onSendMessage });
    type('x'.repeat(9_990));
    expect(screen.getByText('10 tegn igjen')).toBeTruthy();
    type('😀'.repeat(10_000));
    expect(screen.getByText('0 tegn igjen')).toBeTruthy();
    type('x'.repeat(10_001));
    expect(screen.getByRole('alert').textContent).toBe('1 tegn for mye');
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(onSendMessage).not.toHaveBeenCalled();
  });

  it('says that one may only read', () => {
    show({ chatId: 'c' }, { chats: [{ id: 'c', participants: ['jonas'], role: 'observer' }] });
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.getByText('Du kan bare lese i denne samtalen.')).toBeTruthy();
  });
});

function message(id: string, content: string): Message {
  return {
    id,
    chatId: 'c',
    senderId: 'jonas',
    senderName: 'Jonas',
    senderAvatarUrl: null,
    kind: 'text',
    content,
    createdAt: new Date(0),
    editedAt: null,
    deletedAt: null,
    isOwn: false,
    status: 'sent',
    problem: null,
    expired: false,
    change: null,
    replyTo: null,
    replyToId: null,
    threadRootId: null,
    threadCount: 0,
    reactions: [],
    seq: 1,
  };
}
