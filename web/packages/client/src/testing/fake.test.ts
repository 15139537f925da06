/** What the fake promises, which is what the real client promises where the server's part is played. */
import { describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../testing';

const anders = { senderId: 'anders', content: 'Hei!' };
const microtasks = () => new Promise((resolve) => setTimeout(resolve));

describe('the fake client', () => {
  it('shows a send at once and tells when the server has it', async () => {
    const fake = createFakeClient({ acknowledge: 'manual' });
    const chat = fake.world.addChat({ participants: ['anders'] });
    const timeline = fake.timeline(chat);
    const stop = timeline.subscribe(() => {});
    const { id, done } = fake.send(chat, 'Hei');
    expect(timeline.getSnapshot().entries.at(-1)).toMatchObject({
      message: { id },
      state: { status: 'sending' },
    });
    fake.world.acknowledge(id);
    await expect(done).resolves.toEqual({ id, status: 'sent' });
    expect(timeline.getSnapshot().entries.at(-1)?.state.status).toBe('sent');
    fake.world.setReceipt(chat, 'anders', 'read');
    expect(timeline.getSnapshot().entries.at(-1)?.state.status).toBe('read');
    stop();
  });

  it('keeps what is sent offline and sends it when the network is back', async () => {
    const fake = createFakeClient();
    const chat = fake.world.addChat();
    fake.connect();
    fake.world.setOffline();
    const { id, done } = fake.send(chat, 'Senere');
    await expect(done).resolves.toEqual({ id, status: 'sending' });
    expect(fake.outbox.getSnapshot().items).toHaveLength(1);
    fake.world.setOnline();
    expect(fake.outbox.getSnapshot().items).toHaveLength(0);
  });

  it('rejects what the server refuses, and sends it again when asked', async () => {
    const fake = createFakeClient({ acknowledge: 'manual' });
    const chat = fake.world.addChat();
    fake.connect();
    const { id, done } = fake.send(chat, 'Hei');
    fake.world.refuse(id, 'forbidden');
    await expect(done).rejects.toMatchObject({ code: 'forbidden' });
    expect(fake.timeline(chat).getSnapshot().entries[0]?.state).toEqual({
      status: 'failed',
      code: 'forbidden',
    });
    const again = fake.retry(id);
    fake.world.acknowledge(id);
    await expect(again).resolves.toBeUndefined();
    await expect(fake.send(chat, ' ').done).rejects.toMatchObject({ code: 'content_empty' });
  });

  it('tells those who watch once, and only of what changed', async () => {
    const fake = createFakeClient();
    const a = fake.world.addChat({ id: 'a', participants: ['anders'], messages: [anders] });
    const b = fake.world.addChat({ id: 'b', messages: [anders] });
    const onA = vi.fn();
    const onB = vi.fn();
    fake.timeline(a).subscribe(onA);
    fake.timeline(b).subscribe(onB);
    await microtasks();
    onA.mockClear();
    const before = fake.timeline(a).getSnapshot().entries;
    fake.world.receive(a, anders);
    fake.world.receive(a, anders);
    await microtasks();
    expect(onA).toHaveBeenCalledTimes(1);
    expect(onB).not.toHaveBeenCalled();
    const after = fake.timeline(a).getSnapshot().entries;
    expect(after).toHaveLength(3);
    expect(after[0]).toBe(before[0]);
    expect(Object.isFrozen(after[0]?.message)).toBe(true);
    expect(fake.timeline(a)).toBe(fake.timeline(a));
  });

  it('loads older messages and goes to one of them', async () => {
    const said = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ senderId: 'anders', content: `${i}` }));
    const fake = createFakeClient({ chats: [{ id: 'a', older: said(170), messages: said(60) }] });
    const stop = fake.timeline('a').subscribe(() => {});
    expect(fake.timeline('a').getSnapshot()).toMatchObject({ hasOlder: true, loading: false });
    expect(fake.timeline('a').getSnapshot().entries).toHaveLength(50);
    await fake.loadOlder('a', 30);
    expect(fake.timeline('a').getSnapshot().entries).toHaveLength(80);
    expect(await fake.revealMessage('a', 'a-m2')).toBe(true);
    expect(fake.timeline('a').getSnapshot().entries).toHaveLength(230);
    expect(fake.timeline('a').getSnapshot().hasOlder).toBe(false);
    expect(await fake.revealMessage('a', 'nowhere')).toBe(false);
    stop();
  });

  it('keeps commands in order until the engine is there, and rejects them where it never comes', async () => {
    const fake = createFakeClient({ ready: false, chats: [{ id: 'a' }] });
    const first = fake.send('a', '1');
    const second = fake.send('a', '2');
    expect(fake.startup.getSnapshot().state).toBe('loading');
    fake.world.start();
    const sends = fake.world.commands.filter((command) => command.command === 'send');
    expect(sends.map((command) => command.id)).toEqual([first.id, second.id]);
    await Promise.all([first.done, second.done]);

    const broken = createFakeClient({ ready: false });
    const { done } = broken.send('a', '1');
    broken.world.failStart();
    await expect(done).rejects.toMatchObject({ code: 'engine_failed' });
    expect(broken.startup.getSnapshot().state).toBe('failed');
    expect(broken.connection.getSnapshot().state).toBe('failed');
    expect(broken.timeline('a').getSnapshot().loading).toBe(false);
    expect(broken.chats.getSnapshot().loading).toBe(false);
  });
});
