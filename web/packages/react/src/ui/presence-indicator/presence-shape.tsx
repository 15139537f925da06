/** How someone is present, as a shape: a disc, a crescent, a disc with a bar, a ring. */
import type { Status } from '@samtale/client';
import { classes } from '../primitives';
import styles from './presence-indicator.module.css';

/** What {@link PresenceShape} takes. */
export interface PresenceShapeProps {
  status: Status;
  className?: string | undefined;
}

// In a box of 12: the shapes tell the statuses apart where the colours can't.
const SHAPES: Record<Status, string> = {
  online: 'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0Z',
  away: 'M4.6.2a6 6 0 1 0 7.2 7.2A5 5 0 0 1 4.6.2Z',
  busy: 'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0ZM3.2 4.8a1.2 1.2 0 0 0 0 2.4h5.6a1.2 1.2 0 0 0 0-2.4Z',
  offline: 'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0Zm0 2.4a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2Z',
};

/** Shows a status as a shape; the words stand beside it, or in a hidden text. */
export function PresenceShape({ status, className }: PresenceShapeProps) {
  return (
    <svg
      className={classes(styles.shape, styles[status], className)}
      viewBox="0 0 12 12"
      data-status={status}
      aria-hidden="true"
      focusable="false"
    >
      <path d={SHAPES[status]} fillRule="evenodd" />
    </svg>
  );
}
