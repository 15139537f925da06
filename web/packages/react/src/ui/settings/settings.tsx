/** Settings: language, appearance, who sees me; and the first of them, asked when one begins. */
import type { Locale } from '@samtale/locale';
import { LOCALES } from '@samtale/locale';
import type { ReactNode } from 'react';
import { usePhrases } from '../../hooks';
import { SwitchField } from '../field/fields';
import { Button, Dialog, type Theme } from '../primitives';
import { Segments } from '../segments/segments';
import styles from './settings.module.css';
import { usePrivacy } from './use-privacy';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** What {@link LanguageChoice} takes. */
export interface LanguageChoiceProps {
  language: Locale;
  onLanguageChange: (language: Locale) => void;
}

/** Chooses the language. */
export function LanguageChoice({ language, onLanguageChange }: LanguageChoiceProps) {
  const { t } = usePhrases();
  return (
    <section className={styles.section}>
      <h3>{t('ui-language')}</h3>
      <Segments
        label={t('ui-language')}
        value={language}
        options={LOCALES.map((value) => ({ value, label: t(`ui-language-${value}`) }))}
        onChange={onLanguageChange}
      />
    </section>
  );
}

/** What {@link ThemeChoice} takes. */
export interface ThemeChoiceProps {
  theme: Theme;
  onThemeChange: (theme: Theme) => void;
}

/** Chooses between the device's appearance, light and dark. */
export function ThemeChoice({ theme, onThemeChange }: ThemeChoiceProps) {
  const { t } = usePhrases();
  return (
    <section className={styles.section}>
      <h3>{t('ui-theme')}</h3>
      <Segments
        label={t('ui-theme')}
        value={theme}
        options={THEMES.map((value) => ({ value, label: t(`ui-theme-${value}`) }))}
        onChange={onThemeChange}
      />
    </section>
  );
}

/** Chooses what others get to see of oneself. */
export function PrivacyChoice() {
  const { t } = usePhrases();
  const [privacy, change] = usePrivacy();
  return (
    <section className={styles.section}>
      <h3>{t('ui-privacy')}</h3>
      <SwitchField
        label={t('ui-privacy-presence')}
        hint={t('ui-privacy-presence-hint')}
        checked={privacy.presence}
        onChange={(presence) => change({ presence })}
      />
      <SwitchField
        label={t('ui-privacy-typing')}
        hint={t('ui-privacy-typing-hint')}
        checked={privacy.typing}
        onChange={(typing) => change({ typing })}
      />
      <SwitchField
        label={t('ui-privacy-location')}
        hint={t('ui-privacy-location-hint')}
        checked={privacy.location}
        onChange={(location) => change({ location })}
      />
    </section>
  );
}

/** What {@link SettingsDialog} takes. */
export interface SettingsDialogProps extends LanguageChoiceProps, ThemeChoiceProps {
  isOpen: boolean;
  onClose: () => void;
  /** Further settings of the host product, after these. */
  children?: ReactNode;
}

/** Shows the settings. Each takes effect at once. */
export function SettingsDialog(props: SettingsDialogProps) {
  const { isOpen, onClose, children, ...choices } = props;
  const { t } = usePhrases();
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('ui-settings')}>
      <div className={styles.body}>
        <LanguageChoice {...choices} />
        <ThemeChoice {...choices} />
        <PrivacyChoice />
        {children}
        <div className={styles.buttons}>
          <Button tone="primary" onPress={onClose}>
            {t('ui-close')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** What {@link FirstRunDialog} takes. */
export interface FirstRunDialogProps extends LanguageChoiceProps {
  isOpen: boolean;
  /** Called when the choices are made; remember it, and don't ask again. */
  onDone: () => void;
}

/** Asks a newcomer for the language and for what others get to see. */
export function FirstRunDialog({ isOpen, onDone, language, onLanguageChange }: FirstRunDialogProps) {
  const { t } = usePhrases();
  return (
    <Dialog isOpen={isOpen} onClose={onDone} title={t('ui-welcome')}>
      <div className={styles.body}>
        <p className={styles.words}>{t('ui-welcome-text')}</p>
        <LanguageChoice language={language} onLanguageChange={onLanguageChange} />
        <PrivacyChoice />
        <div className={styles.buttons}>
          <Button tone="primary" onPress={onDone}>
            {t('ui-welcome-done')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
