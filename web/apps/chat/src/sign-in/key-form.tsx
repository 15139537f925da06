/** A field for a token, for those who have one in hand: an operator who tries a server out, a developer. */
import { Button } from '@samtale/react/ui';
import { type FormEvent, useState } from 'react';
import { useTexts } from '../state/use-texts';
import type { SignInProps } from './sign-in';
import styles from './sign-in.module.css';

/** Takes a pasted token. `handed` is what became of one in the address. */
export function KeyForm({ session, handed, onSignedIn }: SignInProps) {
  const { t } = useTexts();
  const [outcome, setOutcome] = useState(handed);
  const [key, setKey] = useState('');
  const refused = outcome === 'invalid' || outcome === 'expired';

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (key.trim() === '') return;
    const next = await session.hand(key);
    setOutcome(next);
    if (next === 'signed_in') onSignedIn();
  }

  return (
    <details className={styles.key} open={refused}>
      <summary className={styles.summary}>{t('app-sign-in-key')}</summary>
      <form className={styles.form} onSubmit={submit}>
        <label htmlFor="key">{t('app-sign-in-key-label')}</label>
        <textarea
          id="key"
          className={styles.field}
          rows={4}
          value={key}
          onChange={(event) => setKey(event.target.value)}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          aria-invalid={refused}
          aria-describedby={refused ? 'key-problem' : undefined}
        />
        {refused ? (
          <p id="key-problem" className={styles.problem} role="alert">
            {outcome === 'expired' ? t('app-sign-in-key-expired') : t('app-sign-in-key-invalid')}
          </p>
        ) : null}
        <Button type="submit" tone="primary">
          {t('app-sign-in')}
        </Button>
      </form>
    </details>
  );
}
