/** Which messages are shown as large emoji. */
import { expect, it } from 'vitest';
import { countLoneEmoji } from './emoji-only';

it.each([
  ['👍', 1],
  ['❤️', 1],
  ['👩‍👩‍👧‍👦', 1],
  ['🇳🇴', 1],
  ['👍🏽 😂', 2],
  ['1️⃣2️⃣3️⃣', 3],
  ['🎉🎉🎉🎉', 0],
  ['ok 👍', 0],
  ['123', 0],
  ['©', 0],
  ['', 0],
  ['   ', 0],
])('counts the emoji of %j as %i', (text, count) => {
  expect(countLoneEmoji(text)).toBe(count);
});
