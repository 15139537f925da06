/**
 * Structural sharing: of two equal values the earlier one is kept, of two that differ the parts that
 * do not. What comes out is frozen to the bottom, so whoever holds it may compare by identity.
 */

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

/** Freezes plain data to the bottom. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}

/** Returns `next`, frozen, with everything that equals its counterpart in `previous` taken from there. */
export function share<T>(previous: unknown, next: T): T {
  return merge(previous, next) as T;
}

function merge(previous: unknown, next: unknown): unknown {
  if (Object.is(previous, next)) return previous;
  if (Array.isArray(next)) {
    const before: unknown[] = Array.isArray(previous) ? previous : [];
    let same = before.length === next.length && Array.isArray(previous);
    const merged = next.map((item, index) => {
      const kept = merge(before[index], item);
      same &&= Object.is(kept, before[index]);
      return kept;
    });
    return same ? previous : Object.freeze(merged);
  }
  if (isPlain(next)) {
    const before: Plain = isPlain(previous) ? previous : {};
    const keys = Object.keys(next);
    let same = isPlain(previous) && Object.keys(before).length === keys.length;
    const merged: Plain = {};
    for (const key of keys) {
      merged[key] = merge(before[key], next[key]);
      same &&= key in before && Object.is(merged[key], before[key]);
    }
    return same ? previous : Object.freeze(merged);
  }
  return next;
}

/** As {@link share} for a list whose items have ids: an item that moved keeps its identity too. */
export function shareList<T>(
  previous: readonly T[],
  next: readonly T[],
  id: (item: T) => string,
): readonly T[] {
  const before = new Map(previous.map((item) => [id(item), item]));
  const merged = next.map((item) => share(before.get(id(item)), item));
  const same = merged.length === previous.length && merged.every((item, index) => item === previous[index]);
  return same ? previous : Object.freeze(merged);
}
