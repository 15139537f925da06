/** How far an own message has come: clock, tick, two ticks, two accented ticks, "!". Each in words, too. */
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import { useState } from 'react';
import { usePhrases } from '../../hooks';
import type { MessageStatus } from '../../types';
import { classes, VisuallyHidden } from '../primitives';
import styles from './ticks.module.css';

const ICONS = { sending: Clock, sent: Check, delivered: CheckCheck, read: CheckCheck, failed: CircleAlert };

/** What {@link Ticks} takes. */
export interface TicksProps {
  status: MessageStatus;
  /** When the waiting began: a row that comes back into sight does not begin anew. Default now. */
  since?: Date | undefined;
}

/** Most sends are answered before there is anything to tell; in milliseconds. */
const CLOCK_MS = 400;

/** A box of constant size: no change of status moves the words beside it. */
export function Ticks({ status, since }: TicksProps) {
  const [wait] = useState(() => clockDelay(since));
  const { delivery } = usePhrases();
  const Icon = ICONS[status];
  return (
    <span className={classes(styles.box, styles[status])} data-status={status}>
      <Icon
        aria-hidden="true"
        className={styles.icon}
        strokeWidth={2.25}
        style={status === 'sending' ? { animationDelay: `${wait}ms` } : undefined}
      />
      <VisuallyHidden>{delivery(status)}</VisuallyHidden>
    </span>
  );
}

/** How long the clock of something that waits since then stays away, in milliseconds. */
function clockDelay(since: Date | undefined): number {
  const age = since === undefined ? 0 : Date.now() - since.getTime();
  return Math.max(0, Math.min(CLOCK_MS, CLOCK_MS - age));
}
