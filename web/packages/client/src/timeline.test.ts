/** The law of the window, held against a full reading, and what a patch costs. */
import { describe, expect, it } from 'vitest';
import type { Entry, Position, TimelinePatch } from './engine';
import { comparePositions, type TimelineSource, Window } from './timeline';

function entry(id: string, position: Position, content = ''): Entry {
  return {
    position,
    message: {
      id,
      chatId: 'c',
      seq: position.at,
      createdSeq: position.at,
      senderId: 'anders',
      kind: 'text',
      content,
      createdAt: 0,
    },
    own: false,
    state: { status: 'delivered' },
    pending: null,
    reactions: [],
    quoted: null,
  };
}

/** An engine's timeline in its plainest form; counts what is read of it. */
class Model implements TimelineSource {
  entries: Entry[] = [];
  read = 0;

  newest(count: number): Entry[] {
    return this.#given(this.entries.slice(Math.max(0, this.entries.length - count)));
  }

  before(position: Position, count: number): Entry[] {
    const older = this.entries.filter((each) => comparePositions(each.position, position) < 0);
    return this.#given(older.slice(Math.max(0, older.length - count)));
  }

  put(next: Entry): TimelinePatch {
    const rest = this.entries.filter(({ message }) => message.id !== next.message.id);
    const patch = rest.length === this.entries.length ? 'insert' : 'update';
    this.entries = [...rest, next].sort((a, b) => comparePositions(a.position, b.position));
    return { patch, entry: next };
  }

  remove(id: string): TimelinePatch {
    this.entries = this.entries.filter(({ message }) => message.id !== id);
    return { patch: 'remove', id };
  }

  #given(entries: Entry[]): Entry[] {
    this.read += entries.length;
    // Fresh objects, as an engine reads them from JSON.
    return entries.map((each) => ({ ...each, message: { ...each.message } }));
  }
}

/** Numbers that look random and are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('a window', () => {
  it('shows after any patches what a full reading shows', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const below = numbers(seed);
      const model = new Model();
      const start = below(120);
      for (let at = 0; at < start; at += 1) model.put(entry(`m${at}`, { of: 'sent', at: 1_000 + at }));
      const window = new Window(model);
      expect(window.entries).toEqual(model.newest(window.limit));
      let head = 2_000;
      let order = 0;
      for (let step = 0; step < 40; step += 1) {
        const patches: TimelinePatch[] = [];
        for (let n = below(3); n >= 0; n -= 1) {
          const known = model.entries[below(model.entries.length)];
          const what = below(7);
          head += 1;
          if (what === 0) patches.push(model.put(entry(`m${head}`, { of: 'sent', at: head })));
          else if (what === 1) {
            order += 1;
            patches.push(model.put(entry(`u${order}`, { of: 'unsent', at: order })));
          } else if (what === 2) patches.push(model.put(entry(`o${head}`, { of: 'sent', at: 3_000 - head })));
          else if (known === undefined) continue;
          else if (what === 3) patches.push(model.remove(known.message.id));
          else if (what === 4) patches.push(model.put(entry(known.message.id, { of: 'sent', at: head })));
          else patches.push(model.put(entry(known.message.id, known.position, `${step}`)));
        }
        if (below(20) === 0) patches.push({ patch: 'reset' });
        window.apply(patches);
        if (below(10) === 0) window.grow(below(40));
        const shown = JSON.stringify(window.entries);
        if (shown === JSON.stringify(model.newest(window.limit))) continue;
        expect.fail(`seed ${seed}, step ${step}: the window shows something else than the engine`);
      }
      expect(Object.isFrozen(window.entries)).toBe(true);
    }
  });

  it('keeps the identity of what did not change, and of all where nothing did', () => {
    const model = new Model();
    for (let at = 0; at < 5; at += 1) model.put(entry(`m${at}`, { of: 'sent', at }));
    const window = new Window(model);
    const before = window.entries;
    expect(window.apply([{ patch: 'update', entry: entry('m3', { of: 'sent', at: 3 }) }])).toBe(false);
    window.reset();
    expect(window.entries).toBe(before);
    window.apply([model.put(entry('m3', { of: 'sent', at: 3 }, 'ny'))]);
    expect(window.entries.map((each, index) => each === before[index])).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
    expect(window.entries[3]?.state).toBe(before[3]?.state);
  });

  it('grows with what arrives and with what is asked for, and no further', () => {
    const model = new Model();
    for (let at = 0; at < 500; at += 1) model.put(entry(`m${at}`, { of: 'sent', at }));
    const window = new Window(model);
    expect(window.entries).toHaveLength(50);
    window.apply([model.put(entry('new', { of: 'sent', at: 500 }))]);
    expect(window.entries).toHaveLength(51);
    expect(window.grow(30)).toBe(30);
    expect(window.entries[0]?.position.at).toBe(420);
    // What lies before the window is not its business.
    expect(window.apply([model.put(entry('old', { of: 'sent', at: 0.5 }))])).toBe(false);
  });

  it('applies a patch to 100,000 messages without walking them', () => {
    const model = new Model();
    model.entries = Array.from({ length: 100_000 }, (_, at) => entry(`m${at}`, { of: 'sent', at }));
    const window = new Window(model);
    window.grow(100_000);
    expect(window.entries).toHaveLength(100_000);
    model.read = 0;
    let looked = 0;
    const probe = entry('m50000', { of: 'sent', at: 50_000 }, 'ny');
    const position = probe.position;
    Object.defineProperty(probe, 'position', {
      enumerable: true,
      get: () => {
        looked += 1;
        return position;
      },
    });
    expect(window.apply([{ patch: 'update', entry: probe }])).toBe(true);
    expect(window.entries[50_000]?.message.content).toBe('ny');
    // Nothing was read of the engine, and the new entry was compared a handful of times.
    expect(model.read).toBe(0);
    expect(looked).toBeLessThan(10);
    const watched = window.entries.filter((_, at) => at % 1_000 === 0);
    expect(watched).toHaveLength(100);
    window.apply([{ patch: 'insert', entry: entry('new', { of: 'sent', at: 100_001 }) }]);
    expect(model.read).toBe(0);
    expect(window.entries.at(-1)?.message.id).toBe('new');
  });
});
