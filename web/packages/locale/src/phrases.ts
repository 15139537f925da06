/**
 * What Samtale says to people, in one language: the twin of `crates/locale`. A sentence is whole in
 * the catalogue; code fills in names, numbers and times. Nothing here throws, whatever it is given.
 */
import { FluentBundle, FluentNumber, FluentResource } from '@fluent/bundle';
import { catalogueOf, loadCatalogue } from './catalogues';
import type { Locale } from './languages';
import { type Day, dateOf, dayOf, inOslo, isNow, type TimeLike, tell, toMillis } from './moment';

/** What is put into a sentence: text as it is, or a number that may choose the plural form. */
export type PhraseArgs = Readonly<Record<string, string | number>>;

/** The sentences of one language, and the rules around them. Needs no `this`; made once and kept. */
export interface Phrases {
  readonly locale: Locale;
  /** Returns the sentence of a key with the arguments put in, or the key itself if there is none. */
  readonly t: (key: string, args?: PhraseArgs) => string;
  /** Returns whether there is a sentence by this key. */
  readonly has: (key: string) => boolean;
  /** Returns who is writing ("Kari skriver..."), or an empty text; null or blank for an unknown name. */
  readonly typingText: (names: readonly (string | null | undefined)[]) => string;
  /** Returns the name of a presence status: "Tilgjengelig". */
  readonly status: (status: string) => string;
  /** Returns the sentence of a connection state. */
  readonly connection: (state: string) => string;
  /** Returns the name of an own message's state: "Levert". */
  readonly delivery: (state: string) => string;
  /** Returns the name of a role: "lærer". */
  readonly role: (role: string) => string;
  /** Returns what an error's code means, and how long to wait (milliseconds) where that is known. */
  readonly errorText: (code: string, retryAfterMs?: number | null) => string;
  /** Returns how long ago a time is, or when: "5 min siden", "i går kl. 14:05"; now is the device's by default. */
  readonly timeAgo: (then: TimeLike, now?: TimeLike) => string;
  /** Returns when someone was last seen: "Sist sett 5 min siden"; where it is not known, that they are away. */
  readonly lastSeen: (then: TimeLike, now?: TimeLike) => string;
  /** Returns the time of a row in the chat list: "14:05", "i går", "mandag", "3. mars". */
  readonly listTime: (then: TimeLike, now?: TimeLike) => string;
  /** Returns the line above a day's first message: "I dag", "mandag 3. mars". */
  readonly daySeparator: (then: TimeLike, now?: TimeLike) => string;
  /** Returns the time of day in Norway: "14:05". */
  readonly clock: (at: TimeLike) => string;
  /** Returns the full date and time: "tirsdag 3. mars 2026 kl. 14:05". */
  readonly dateTime: (at: TimeLike) => string;
  /** Returns the date in Norway as "2026-03-03", to tell days apart; empty where there is no such time. */
  readonly dayKey: (at: TimeLike) => string;
}

const made = new Map<Locale, Phrases>();

/**
 * Returns the phrases of a language. Bokmål is always there; for the others, where
 * {@link loadPhrases} has not loaded them yet, these are bokmål's.
 */
export function createPhrases(locale: Locale = 'nb'): Phrases {
  const catalogue = catalogueOf(locale);
  if (catalogue === null) return createPhrases('nb');
  let phrases = made.get(locale);
  if (phrases === undefined) {
    phrases = phrasesFrom(locale, catalogue);
    made.set(locale, phrases);
  }
  return phrases;
}

/** Loads the catalogue of a language, once, and returns its phrases. */
export async function loadPhrases(locale: Locale): Promise<Phrases> {
  await loadCatalogue(locale);
  return createPhrases(locale);
}

/** Returns the phrases of a catalogue in Fluent's syntax: for a host product with texts of its own. */
export function phrasesFrom(locale: Locale, catalogue: string): Phrases {
  const bundle = new FluentBundle(locale, { useIsolating: false });
  bundle.addResource(new FluentResource(catalogue));

  const has = (key: string): boolean => bundle.hasMessage(key);

  const t = (key: string, args: PhraseArgs = {}): string => {
    const pattern = bundle.getMessage(key)?.value;
    if (pattern === null || pattern === undefined) return key;
    const filled: Record<string, string | FluentNumber> = {};
    for (const [name, arg] of Object.entries(args)) {
      filled[name] = typeof arg === 'number' ? new FluentNumber(arg, { useGrouping: false }) : arg;
    }
    // What is lacking shows in the sentence; with nowhere to put an error, Fluent would throw it.
    return bundle.formatPattern(pattern, filled, []);
  };

  const named = (family: string, name: string, fallback: string): string => {
    const key = `${family}-${name}`;
    return t(has(key) ? key : fallback);
  };

  /** Returns a sentence with everything that can be said about a time; it takes what it needs. */
  const dated = (key: string, at: number, count = 0): string => {
    const { year, month, day, weekday } = inOslo(at);
    return t(key, {
      count,
      time: clockOf(at),
      weekday: t(`weekday-${weekday}`),
      day,
      month: t(`month-${month}`),
      year: String(year),
    });
  };

  const onDay = (family: string, day: Day, at: number): string => dated(`${family}-${day}`, at);

  const told = (family: string, now: number, then: number): string => {
    const moment = tell(now, then);
    if (moment.kind === 'on') return onDay(family, moment.day, then);
    return dated(`${family}-${moment.kind}`, then, moment.kind === 'now' ? 0 : moment.count);
  };

  return Object.freeze<Phrases>({
    locale,
    t,
    has,
    typingText: (names) => typingText(t, names),
    status: (status) => named('status', status, 'status-offline'),
    connection: (state) => named('connection', state, 'connection-idle'),
    delivery: (state) => named('delivery', state, 'delivery-sending'),
    role: (role) => named('role', role, 'role-unknown'),
    errorText: (code, retryAfterMs) => withWait(t, named('error', code, 'error-unknown'), retryAfterMs),
    timeAgo: (then, now) => {
      const ms = toMillis(then);
      return ms === null ? '' : told('time', present(now), ms);
    },
    lastSeen: (then, now) => {
      const ms = toMillis(then);
      if (ms === null) return t('status-offline');
      return told('last-seen', present(now), Math.min(ms, present(now)));
    },
    listTime: (then, now) => {
      const ms = toMillis(then);
      if (ms === null) return '';
      const today = present(now);
      const day = dayOf(today, ms);
      if (day === 'today' || (day === 'tomorrow' && isNow(today, ms))) return clockOf(ms);
      return onDay('list', day === 'tomorrow' ? dateOf(today, ms) : day, ms);
    },
    daySeparator: (then, now) => {
      const ms = toMillis(then);
      if (ms === null) return '';
      const day = dayOf(present(now), ms);
      return onDay('day', day === 'tomorrow' || day === 'weekday' ? dateOf(present(now), ms) : day, ms);
    },
    clock: (at) => {
      const ms = toMillis(at);
      return ms === null ? '' : clockOf(ms);
    },
    dateTime: (at) => {
      const ms = toMillis(at);
      return ms === null ? '' : dated('time-full', ms);
    },
    dayKey: (at) => {
      const ms = toMillis(at);
      if (ms === null) return '';
      const { year, month, day } = inOslo(ms);
      return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
    },
  });
}

function present(now: TimeLike): number {
  return toMillis(now) ?? Date.now();
}

function typingText(t: Phrases['t'], names: readonly (string | null | undefined)[]): string {
  const known = names.filter((name): name is string => Boolean(name?.trim()));
  const [first, second] = known;
  if (names.length === 0) return '';
  if (names.length === 1) return first === undefined ? t('typing-unnamed') : t('typing-one', { name: first });
  if (names.length === 2 && first !== undefined && second !== undefined) {
    return t('typing-two', { first, second });
  }
  return t('typing-many', { count: names.length });
}

function withWait(t: Phrases['t'], error: string, retryAfterMs: number | null | undefined): string {
  if (retryAfterMs === null || retryAfterMs === undefined || !(retryAfterMs > 0)) return error;
  const seconds = Math.ceil(retryAfterMs / 1_000);
  const minutes = Math.ceil(seconds / 60);
  const hours = Math.ceil(minutes / 60);
  if (seconds < 60) return t('retry-in-seconds', { error, count: seconds });
  if (minutes < 60) return t('retry-in-minutes', { error, count: minutes });
  return t('retry-in-hours', { error, count: hours });
}

/** Writes a time of day on a 24-hour clock, as all three languages do here. */
function clockOf(ms: number): string {
  const { hour, minute } = inOslo(ms);
  return `${twoDigits(hour)}:${twoDigits(minute)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
