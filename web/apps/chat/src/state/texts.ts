/**
 * The sentences in the chosen language, for every part of the app, inside the provider or not. A change of
 * language shows when its catalogue is there, all at once, in the page's `lang` too.
 */
import { createPhrases, loadPhrases, type Phrases } from '@samtale/locale';
import { pickLanguage, preferences } from './preferences';
import { createStore } from './store';

const texts = createStore<Phrases>(createPhrases('nb'));
let accountLocale: string | null = null;

/** The sentences, to be watched; `useTexts` reads them. */
export const currentTexts = { getSnapshot: texts.getSnapshot, subscribe: texts.subscribe };

/** Says which language the account's product speaks, for those who have not chosen one. */
export function setAccountLocale(locale: string | null): Promise<void> {
  accountLocale = locale;
  return load();
}

/** Loads the chosen language, and every one that is chosen from now on. */
export function followLanguage(): Promise<void> {
  preferences.subscribe(() => void load());
  return load();
}

async function load(): Promise<void> {
  const wanted = () => pickLanguage(preferences.getSnapshot().language, accountLocale, navigator.languages);
  const language = wanted();
  // Offline, before its catalogue was ever here: the one that is shown goes on.
  const phrases = await loadPhrases(language).catch(() => null);
  if (phrases === null || wanted() !== language) return;
  texts.set(phrases);
  document.documentElement.lang = phrases.locale;
}
