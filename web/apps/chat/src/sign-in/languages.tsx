/** The three languages, for whoever is not signed in yet. */
import { LOCALES } from '@samtale/locale';
import { preferences } from '../state/preferences';
import { useTexts } from '../state/use-texts';
import styles from './sign-in.module.css';

const NAMES = { nb: 'Bokmål', nn: 'Nynorsk', en: 'English' } as const;

/** Lets the language be chosen; each is named in itself. */
export function Languages() {
  const { t, locale } = useTexts();
  return (
    <nav className={styles.languages} aria-label={t('ui-language')}>
      {LOCALES.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          className={styles.language}
          aria-pressed={language === locale}
          onClick={() => preferences.change({ language })}
        >
          {NAMES[language]}
        </button>
      ))}
    </nav>
  );
}
