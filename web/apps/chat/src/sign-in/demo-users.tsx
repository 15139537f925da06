/** The people of the demo, to be signed in as with one press. */
import { Avatar, Button } from '@samtale/react/ui';
import { useEffect, useState } from 'react';
import { type DemoUser, fetchDemoUsers } from '../session/demo';
import { Sentence } from '../shell/boundary';
import { useTexts } from '../state/use-texts';
import styles from './sign-in.module.css';

/** Lists the demo users. */
export function DemoUsers({ onChoose }: { onChoose: (user: DemoUser) => void }) {
  const { t, role } = useTexts();
  const [users, setUsers] = useState<readonly DemoUser[] | 'unreachable' | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    const gone = new AbortController();
    fetchDemoUsers(gone.signal).then(setUsers, () => {
      if (!gone.signal.aborted) setUsers('unreachable');
    });
    return () => gone.abort();
  }, [attempt]);

  if (users === 'unreachable') {
    return (
      <Sentence text={t('app-sign-in-offline')} urgent>
        <Button tone="primary" onPress={() => setAttempt(attempt + 1)}>
          {t('action-retry')}
        </Button>
      </Sentence>
    );
  }
  return (
    <section className={styles.demo} aria-labelledby="demo-title">
      <h2 id="demo-title" className={styles.question}>
        {t('app-sign-in-demo')}
      </h2>
      <p className={styles.text}>{t('app-sign-in-demo-text')}</p>
      <ul className={styles.users} aria-busy={users === null}>
        {(users ?? []).map((user) => (
          <li key={user.userId}>
            <button type="button" className={styles.user} onClick={() => onChoose(user)}>
              <Avatar id={user.userId} name={user.name} size={44} />
              <span className={styles.who}>
                <span className={styles.line}>
                  <span className={styles.userName}>{user.name}</span>
                  <span className={styles.role}>{role(user.role)}</span>
                </span>
                <span className={styles.about} lang={user.locale ?? undefined}>
                  {user.about}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
