/** Cuts a message so that the first found word is in sight, and into what is found and what is not. */

/** A run of a snippet. */
export interface Run {
  readonly text: string;
  readonly found: boolean;
  /** Where it stands in the message: a key. */
  readonly at: number;
}

/** How much stands before the first found word, in UTF-16 units. */
const LEAD = 48;
/** How much is shown in all. */
const LENGTH = 240;

/** Returns a message's words in runs; `highlights` are `[start, end)` in UTF-16 units. */
export function snippetOf(content: string, highlights: readonly (readonly [number, number])[]): Run[] {
  const found = highlights
    .filter(([start, end]) => start >= 0 && end > start && start < content.length)
    .sort((a, b) => a[0] - b[0]);
  const first = found[0]?.[0] ?? 0;
  const from = first > LEAD ? wordStart(content, first - LEAD) : 0;
  const to = content.length > from + LENGTH ? whole(content, from + LENGTH) : content.length;
  const runs: Run[] = [];
  let at = from;
  const add = (end: number, isFound: boolean) => {
    if (end > at) runs.push({ text: content.slice(at, end), found: isFound, at });
    at = Math.max(at, end);
  };
  if (from > 0) runs.push({ text: '…', found: false, at: -1 });
  for (const [start, end] of found) {
    if (start >= to) break;
    add(Math.max(start, from), false);
    add(Math.min(end, to), true);
  }
  add(to, false);
  if (to < content.length) runs.push({ text: '…', found: false, at: content.length });
  return runs;
}

/** Returns the beginning of the first word at or after `from`. */
function wordStart(content: string, from: number): number {
  const space = content.slice(from, from + LEAD).search(/\s/u);
  return space < 0 ? whole(content, from) : from + space + 1;
}

/** Returns a place that does not split a surrogate pair. */
function whole(content: string, at: number): number {
  const code = content.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
