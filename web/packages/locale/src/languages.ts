/**
 * The languages there are, and how one is chosen from what a person prefers. Only the primary
 * language subtag decides, as on the Rust side (`crates/locale/src/locale.rs`).
 */

/** A language that has a catalogue. */
export type Locale = 'nb' | 'nn' | 'en';

/** Every language, the default first. */
export const LOCALES: readonly Locale[] = ['nb', 'nn', 'en'];

/** Returns the language of a BCP 47 tag, or null where it has no catalogue; `no` is bokmål. */
export function matchLocale(tag: string): Locale | null {
  const language = tag
    .trim()
    .split(/[-_.@]/, 1)[0]
    ?.toLowerCase();
  switch (language) {
    case 'nb':
    case 'no':
      return 'nb';
    case 'nn':
    case 'en':
      return language;
    default:
      return null;
  }
}

/** Chooses the first preferred language that has a catalogue, or bokmål: `negotiate(navigator.languages)`. */
export function negotiate(preferred: readonly string[] | string | null | undefined): Locale {
  const tags = typeof preferred === 'string' ? [preferred] : (preferred ?? []);
  for (const tag of tags) {
    const locale = matchLocale(tag);
    if (locale !== null) return locale;
  }
  return 'nb';
}
