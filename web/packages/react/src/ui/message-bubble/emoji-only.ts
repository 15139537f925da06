/** Tells a message that is nothing but a few emoji: it stands without a bubble, at 32 px. */

const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3/u;
/** Pictographic to Unicode, letters to people, unless they ask for the picture. */
const AS_TEXT = /^[©®™‼⁉ℹ↔↕↩↪Ⓜ〰〽㊗㊙]$/u;
/** Four long families are some 100 code units; anything longer is no handful of emoji. */
const LONGEST = 120;

/** Returns how many emoji a text consists of, if it is one to three and nothing else; else 0. */
export function countLoneEmoji(text: string): 0 | 1 | 2 | 3 {
  if (text.length === 0 || text.length > LONGEST || typeof Intl.Segmenter !== 'function') return 0;
  let count: 0 | 1 | 2 | 3 = 0;
  for (const { segment } of new Intl.Segmenter('nb', { granularity: 'grapheme' }).segment(text)) {
    if (/^\s+$/u.test(segment)) continue;
    if (!PICTURE.test(segment) || AS_TEXT.test(segment) || count === 3) return 0;
    count = (count + 1) as 1 | 2 | 3;
  }
  return count;
}
