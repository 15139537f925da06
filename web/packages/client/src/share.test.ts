/** What structural sharing keeps. */
import { describe, expect, it } from 'vitest';
import { share, shareList } from './share';

describe('share', () => {
  it('returns the earlier of two equal values', () => {
    const before = share(null, { a: [1, { b: null }], c: 'd' });
    expect(share(before, { a: [1, { b: null }], c: 'd' })).toBe(before);
    expect(share(before, structuredClone(before))).toBe(before);
  });

  it('keeps the parts that did not change, and freezes all', () => {
    const before = share(null, { same: { x: 1 }, other: [{ y: 1 }, { z: 2 }] });
    const after = share(before, { same: { x: 1 }, other: [{ y: 2 }, { z: 2 }] });
    expect(after).toEqual({ same: { x: 1 }, other: [{ y: 2 }, { z: 2 }] });
    expect(after.same).toBe(before.same);
    expect(after.other[1]).toBe(before.other[1]);
    expect(Object.isFrozen(after.other[0])).toBe(true);
  });

  it('tells apart an absent part, undefined and null', () => {
    const before = share(null, { a: null } as { a?: null; b?: undefined });
    expect(share(before, {})).not.toBe(before);
    expect(share(before, { a: null, b: undefined })).not.toBe(before);
    expect(share([1, 2], [1])).toEqual([1]);
    expect(share({ 0: 'a' }, ['a'])).toEqual(['a']);
  });

  it('keeps items that moved in a list', () => {
    const a = share(null, { id: 'a', n: 1 });
    const b = share(null, { id: 'b', n: 1 });
    const list = Object.freeze([a, b]);
    const next = shareList(
      list,
      [
        { id: 'b', n: 1 },
        { id: 'a', n: 2 },
      ],
      ({ id }) => id,
    );
    expect(next[0]).toBe(b);
    expect(next[1]).toEqual({ id: 'a', n: 2 });
    expect(
      shareList(
        list,
        [
          { id: 'a', n: 1 },
          { id: 'b', n: 1 },
        ],
        ({ id }) => id,
      ),
    ).toBe(list);
  });
});
