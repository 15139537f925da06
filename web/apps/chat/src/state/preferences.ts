/**
 * What a person prefers on this device: language, light or dark, how wide the list is. It is there before
 * anyone is signed in, so it lives in localStorage and not with the engine.
 */
import { LOCALES, type Locale, negotiate } from '@samtale/locale';
import { isRecord, recall, remember } from './storage';
import { createStore } from './store';

/** Which colours; `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark';

/** All preferences. */
export interface Preferences {
  /** Null until chosen: then the account's or the device's. */
  readonly language: Locale | null;
  readonly theme: Theme;
  /** How wide the list is, in pixels. */
  readonly listWidth: number;
  /** Whether the first questions have been answered. */
  readonly firstRunDone: boolean;
}

export const PREFERENCES_KEY = 'samtale:prefs';
/** The list's width in pixels: the least, the one to begin with, the greatest. */
export const LIST_WIDTH = { min: 280, initial: 320, max: 400 } as const;

/** Reads preferences from what was stored; what is missing or odd is as at the beginning. */
export function parsePreferences(value: unknown): Preferences {
  const stored = isRecord(value) ? value : {};
  const { language, theme, listWidth, firstRunDone } = stored;
  return {
    language: LOCALES.find((known) => known === language) ?? null,
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    listWidth: clampListWidth(typeof listWidth === 'number' ? listWidth : LIST_WIDTH.initial),
    firstRunDone: firstRunDone === true,
  };
}

/** Brings a width into what the list allows. */
export function clampListWidth(width: number): number {
  return Math.round(Math.min(LIST_WIDTH.max, Math.max(LIST_WIDTH.min, width)));
}

/** Finds the language: the chosen one, else the account's, else the first that the device asks for, else bokmål. */
export function pickLanguage(
  chosen: Locale | null,
  accountLocale: string | null,
  asked: readonly string[],
): Locale {
  return chosen ?? negotiate(accountLocale === null ? asked : [accountLocale, ...asked]);
}

const store = createStore(parsePreferences(recall(PREFERENCES_KEY)));

/** The preferences of this device. */
export const preferences = {
  getSnapshot: store.getSnapshot,
  subscribe: store.subscribe,
  /** Changes some of them, and remembers. */
  change(part: Partial<Preferences>): void {
    const next = { ...store.getSnapshot(), ...part };
    store.set(next);
    remember(PREFERENCES_KEY, next);
  },
  /** Takes over what another tab has stored. */
  reload(): void {
    store.set(parsePreferences(recall(PREFERENCES_KEY)));
  },
};
