/** What stands in an avatar without a picture: one or two letters, and one of a few tones. */

/** How many tones there are; `avatar.module.css` has a class for each. */
export const TONES = 10;

/**
 * Returns the first letters of the first and the last name: "Sigrid Ragnhild Åsen Fjelltveit-Kvammen"
 * gives "SF". A name of one word gives one letter, a name without letters "?".
 */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/u).map((word) => word.replace(/^[^\p{L}\p{N}]+/u, ''));
  const named = words.filter((word) => word !== '');
  const first = named[0];
  if (first === undefined) return '?';
  const last = named.length > 1 ? named[named.length - 1] : undefined;
  return (letterOf(first) + letterOf(last ?? '')).toLocaleUpperCase('nb');
}

/** Returns the tone of an id: the same on every screen, spread evenly over ids that look alike. */
export function toneOf(id: string): number {
  let hash = 5381;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash, 33) ^ id.charCodeAt(index);
  }
  return (hash >>> 0) % TONES;
}

function letterOf(word: string): string {
  for (const { segment } of new Intl.Segmenter('nb', { granularity: 'grapheme' }).segment(word)) {
    return segment;
  }
  return '';
}
