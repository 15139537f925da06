/** The page for those who are not signed in: the demo's people, or the way to the host product. */
import { Button } from '@samtale/react/ui';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { signInAddress } from '../session/entrances';
import type { Handed, Session } from '../session/session';
import { Sentence } from '../shell/boundary';
import { useTexts } from '../state/use-texts';
import { DemoUsers } from './demo-users';
import { KeyForm } from './key-form';
import { Languages } from './languages';
import styles from './sign-in.module.css';

/** What {@link SignIn} takes. */
export interface SignInProps {
  session: Session;
  /** What became of a token in the address. */
  handed: Handed | null;
  /** Called when somebody has signed in with a key. */
  onSignedIn: () => void;
}

/** Lets somebody sign in. */
export function SignIn({ session, handed, onSignedIn }: SignInProps) {
  const { t } = useTexts();
  const { config } = useSyncExternalStore(session.state.subscribe, session.state.getSnapshot);
  const [unreachable, setUnreachable] = useState(false);

  useEffect(() => {
    document.title = t('app-name');
  }, [t]);
  useEffect(() => {
    session.loadConfig().catch(() => setUnreachable(true));
  }, [session]);

  const again = () => {
    setUnreachable(false);
    session.loadConfig().catch(() => setUnreachable(true));
  };

  return (
    <div className={`st-root ${styles.page}`}>
      <main className={styles.card}>
        <header className={styles.head}>
          <img className={styles.mark} src="/favicon.svg" alt="" width="56" height="56" />
          <h1 className={styles.name}>{t('app-name')}</h1>
          <p className={styles.tagline}>{t('app-tagline')}</p>
        </header>
        {config === null && unreachable ? (
          <Sentence text={t('app-sign-in-offline')} urgent>
            <Button tone="primary" onPress={again}>
              {t('action-retry')}
            </Button>
          </Sentence>
        ) : null}
        {config?.dev ? <DemoUsers onChoose={session.signInDemo} /> : null}
        {config !== null && !config.dev ? (
          <HostSignIn
            session={session}
            handed={handed}
            onSignedIn={onSignedIn}
            signInUrl={config.signInUrl}
          />
        ) : null}
      </main>
      <Languages />
    </div>
  );
}

function HostSignIn({ session, handed, onSignedIn, signInUrl }: SignInProps & { signInUrl: string | null }) {
  const { t } = useTexts();
  return (
    <div className={styles.host}>
      <p className={styles.text}>{signInUrl === null ? t('app-sign-in-open') : t('app-sign-in-host')}</p>
      {signInUrl === null ? null : (
        <a className={styles.button} href={signInAddress(signInUrl)}>
          {t('app-sign-in')}
        </a>
      )}
      <KeyForm session={session} handed={handed} onSignedIn={onSignedIn} />
    </div>
  );
}
