/** The cases of `locales/fixtures.json`, which the Rust side passes too. */
import { beforeAll, describe, expect, test } from 'vitest';
import fixtures from '../../../../locales/fixtures.json';
import { createPhrases, type Locale, loadPhrases, negotiate, type PhraseArgs, type Phrases } from '../src';

const phrases = new Map<string, Phrases>();

beforeAll(async () => {
  for (const locale of ['nb', 'nn', 'en'] satisfies Locale[]) phrases.set(locale, await loadPhrases(locale));
});

function of(locale: string): Phrases {
  return phrases.get(locale) ?? createPhrases('nb');
}

interface Case {
  locale: string;
  expected: string;
}

function all<C extends Case>(cases: C[], run: (phrases: Phrases, the: C) => string): void {
  test.each(cases.map((the) => [JSON.stringify(the), the] as const))('%s', (_, the) => {
    expect(run(of(the.locale), the)).toBe(the.expected);
  });
}

describe('locales', () => {
  test.each(fixtures.locales)('$preferred is $expected', ({ preferred, expected }) => {
    expect(negotiate(preferred)).toBe(expected);
  });
});

describe('typing', () => all(fixtures.typing, (p, { names }) => p.typingText(names)));
describe('statuses', () => all(fixtures.statuses, (p, { status }) => p.status(status)));
describe('connections', () => all(fixtures.connections, (p, { state }) => p.connection(state)));
describe('deliveries', () => all(fixtures.deliveries, (p, { state }) => p.delivery(state)));
describe('roles', () => all(fixtures.roles, (p, { role }) => p.role(role)));
describe('errors', () =>
  all(
    fixtures.errors as (Case & { code: string; retryAfterMs?: number | null })[],
    (p, { code, retryAfterMs }) => p.errorText(code, retryAfterMs),
  ));
describe('clock', () => all(fixtures.clock, (p, { at }) => p.clock(at)));
describe('dateTime', () => all(fixtures.dateTime, (p, { at }) => p.dateTime(at)));
describe('plural', () => all(fixtures.plural, (p, { key, args }) => p.t(key, args)));
describe('texts', () =>
  all(fixtures.texts as unknown as (Case & { key: string; args: PhraseArgs })[], (p, { key, args }) =>
    p.t(key, args),
  ));

describe('times are told alike for text, numbers and dates', () => {
  const families = [
    ['times', 'timeAgo'],
    ['lastSeen', 'lastSeen'],
    ['list', 'listTime'],
    ['daySeparator', 'daySeparator'],
  ] as const;
  for (const [section, method] of families) {
    describe(section, () =>
      all(fixtures[section], (p, { then, now }) => {
        const told = p[method](then, now);
        expect(p[method](Date.parse(then), Date.parse(now))).toBe(told);
        expect(p[method](new Date(then), new Date(now))).toBe(told);
        return told;
      }),
    );
  }
});

test('every section of the fixtures is tried here', () => {
  expect(Object.keys(fixtures).sort()).toEqual(
    [
      ...['about', 'locales', 'typing', 'statuses', 'connections', 'deliveries', 'roles', 'errors', 'times'],
      ...['lastSeen', 'clock', 'dateTime', 'list', 'daySeparator', 'plural', 'texts'],
    ].sort(),
  );
});
