/** Says, before a chat begins or grows, that a guardian will be able to read it. */
import type { Role } from '@samtale/client';
import { Eye } from 'lucide-react';
import { usePhrases } from '../../hooks';
import styles from './new-chat.module.css';

/** Shows a notice where there is a guardian among the people; nothing otherwise. */
export function GuardianNotice({ people }: { people: readonly { name: string; role: Role }[] }) {
  const { t } = usePhrases();
  const guardians = people.filter((person) => person.role === 'guardian');
  const [only] = guardians;
  const count = guardians.length;
  let words = '';
  if (only !== undefined) {
    words =
      count === 1 ? t('ui-guardian-will-read', { name: only.name }) : t('ui-guardians-will-read', { count });
  }
  return (
    <div role="status" className={words === '' ? undefined : styles.notice}>
      {words === '' ? null : <Eye aria-hidden="true" />}
      {words === '' ? null : <span>{words}</span>}
    </div>
  );
}
