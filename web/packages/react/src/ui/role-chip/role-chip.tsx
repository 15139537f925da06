/** What someone is in a chat, in a word. */
import type { Role } from '@samtale/client';
import { Eye } from 'lucide-react';
import { usePhrases } from '../../hooks';
import { classes } from '../primitives';
import styles from './role-chip.module.css';

/** Shows a role: "lærer", "elev", "foresatt". */
export function RoleChip({ role }: { role: Role }) {
  return <span className={classes('st-root', styles.chip, styles[role])}>{usePhrases().role(role)}</span>;
}

/** Says that a guardian may read along: the same words wherever it matters. */
export function GuardianBadge({ compact = false }: { compact?: boolean }) {
  const words = usePhrases().t('guardian-can-read');
  return (
    <span
      className={classes('st-root', styles.chip, styles.guardianBadge)}
      title={compact ? words : undefined}
    >
      <Eye aria-hidden="true" />
      <span className={compact ? styles.hidden : undefined}>{words}</span>
    </span>
  );
}
