/**
 * `@samtale/locale`: the sentences and times of Samtale in bokmål, nynorsk and English, from the same
 * catalogues as the Rust side and by the same rules; both pass `locales/fixtures.json`.
 */
export { LOCALES, type Locale, matchLocale, negotiate } from './languages';
export type { TimeLike } from './moment';
export { createPhrases, loadPhrases, type PhraseArgs, type Phrases, phrasesFrom } from './phrases';
