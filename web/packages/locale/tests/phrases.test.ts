/** The rules around the sentences that the fixtures don't tell. */
import { expect, test } from 'vitest';
import { shorten } from '../catalogue-plugin';
import { createPhrases, loadPhrases, negotiate, phrasesFrom } from '../src';

const nb = createPhrases('nb');

test('no formatter throws, whatever it is given', () => {
  for (const odd of [
    null,
    undefined,
    '',
    'no date',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    8.65e15,
    new Date('x'),
  ]) {
    expect(nb.clock(odd)).toBe('');
    expect(nb.dateTime(odd)).toBe('');
    expect(nb.timeAgo(odd)).toBe('');
    expect(nb.listTime(odd)).toBe('');
    expect(nb.daySeparator(odd)).toBe('');
    expect(nb.dayKey(odd)).toBe('');
    expect(nb.lastSeen(odd)).toBe('Frakoblet');
  }
  for (const far of [-8.64e15, 8.64e15, -62_200_000_000_000]) {
    expect(nb.clock(far)).toMatch(/^\d\d:\d\d$/);
    expect(nb.dateTime(far)).toMatch(/kl\. \d\d:\d\d$/);
  }
  expect(nb.timeAgo(0, Number.NaN)).toContain('1970');
});

test('a day is the one in Norway', () => {
  expect(nb.dayKey('2026-03-03T22:59:00Z')).toBe('2026-03-03');
  expect(nb.dayKey('2026-03-03T23:00:00Z')).toBe('2026-03-04');
});

test('an unknown key shows itself, and an unfilled place its name', () => {
  expect(nb.t('no-such-key')).toBe('no-such-key');
  expect(nb.t('typing-one')).toContain('name');
});

test('a language that is not loaded yet is bokmål until it is, and is parsed once', async () => {
  expect(createPhrases('nn').locale).toBe('nb');
  const nn = await loadPhrases('nn');
  expect(nn.t('message-deleted')).toBe('Meldinga er sletta');
  expect(createPhrases('nn')).toBe(nn);
  expect(createPhrases('nb')).toBe(nb);
});

test('a browser without languages gets bokmål', () => {
  expect(negotiate(undefined)).toBe('nb');
  expect(negotiate('nn-NO')).toBe('nn');
});

test('a shortened catalogue says the same, without comments and the terminal', () => {
  const text = shorten(
    '# about\na = One\n\ntui-b =\n    { $count ->\n        [one] 1\n       *[other] 2\n    }\nc =\n    { $n ->\n        [one] en\n       *[other] flere\n    }\n',
  );
  expect(text).toBe('a = One\nc =\n { $n ->\n [one] en\n *[other] flere\n }\n');
  const phrases = phrasesFrom('nb', text);
  expect(phrases.t('c', { n: 1 })).toBe('en');
  expect(phrases.t('c', { n: 2 })).toBe('flere');
  expect(nb.has('tui-help-quit')).toBe(false);
});
