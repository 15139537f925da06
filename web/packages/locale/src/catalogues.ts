/**
 * The catalogues of `locales/` at the root of the repository, built in: bokmål with the main chunk,
 * the others when they are asked for.
 */
import nb from '../../../../locales/nb.ftl?raw';
import type { Locale } from './languages';

const loaded = new Map<Locale, string>([['nb', nb]]);

/** Returns the text of a catalogue, or null while it has not been loaded. */
export function catalogueOf(locale: Locale): string | null {
  return loaded.get(locale) ?? null;
}

/** Loads the text of a catalogue; at once where it is there. */
export async function loadCatalogue(locale: Locale): Promise<string> {
  const present = loaded.get(locale);
  if (present !== undefined) return present;
  const text = locale === 'nn' ? await import('./catalogue-nn') : await import('./catalogue-en');
  loaded.set(locale, text.default);
  return text.default;
}
