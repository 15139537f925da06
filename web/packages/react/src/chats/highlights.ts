/** Where the words of a search stand in a text, for hits that come without that. */

/** A range `[start, end)` in UTF-16 code units. */
export type Highlight = readonly [start: number, end: number];

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

/**
 * Finds the words of a query at the beginnings of a text's words, without regard to case and to
 * accents; æ, ø and å are letters of their own, as in Norwegian.
 */
export function highlightsOf(content: string, query: string): readonly Highlight[] {
  const wanted = [...fold(query).matchAll(WORD)].map(([word]) => word);
  const found: Highlight[] = [];
  for (const match of content.matchAll(WORD)) {
    const word = fold(match[0]);
    const longest = Math.max(
      0,
      ...wanted.filter((prefix) => word.startsWith(prefix)).map(({ length }) => length),
    );
    if (longest > 0) found.push([match.index, match.index + unfoldedLength(match[0], longest)]);
  }
  return found;
}

/** Lowers the case and drops the accents of other letters than å. */
function fold(text: string): string {
  return [...text.normalize('NFC').toLowerCase()]
    .map((letter) => (letter === 'å' ? letter : letter.normalize('NFD').replace(/\p{M}/gu, '')))
    .join('');
}

/** Returns how much of a word makes up so many folded letters. */
function unfoldedLength(word: string, folded: number): number {
  for (let end = 1; end < word.length; end += 1) {
    if (fold(word.slice(0, end)).length >= folded && !/^\p{M}/u.test(word.slice(end))) return end;
  }
  return word.length;
}
