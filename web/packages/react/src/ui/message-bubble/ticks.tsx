/** How far an own message has come: clock, tick, two ticks, two accented ticks, "!". Each in words, too. */
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import { usePhrases } from '../../hooks';
import type { MessageStatus } from '../../types';
import { classes, VisuallyHidden } from '../primitives';
import styles from './ticks.module.css';

const ICONS = { sending: Clock, sent: Check, delivered: CheckCheck, read: CheckCheck, failed: CircleAlert };

/** What {@link Ticks} takes. */
export interface TicksProps {
  status: MessageStatus;
}

/** A box of constant size: no change of status moves the words beside it. */
export function Ticks({ status }: TicksProps) {
  const { delivery } = usePhrases();
  const Icon = ICONS[status];
  return (
    <span className={classes(styles.box, styles[status])} data-status={status}>
      <Icon aria-hidden="true" className={styles.icon} strokeWidth={2.25} />
      <VisuallyHidden>{delivery(status)}</VisuallyHidden>
    </span>
  );
}
