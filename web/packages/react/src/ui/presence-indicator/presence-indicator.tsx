/** How someone is present: a shape and words, the words alone for a screen reader. */
import type { Status, UserId } from '@samtale/client';
import { memo } from 'react';
import { useNow, usePhrases, useSamtaleClient, useView } from '../../hooks';
import { classes, VisuallyHidden } from '../primitives';
import styles from './presence-indicator.module.css';
import { PresenceShape } from './presence-shape';

/** What {@link PresenceIndicator} takes: a person to follow, or a status that is known. */
export type PresenceIndicatorProps = {
  /** Shows the words beside the shape. Default true; otherwise they are hidden, and still read out. */
  showText?: boolean;
  className?: string | undefined;
} & ({ userId: UserId } | { status: Status; lastSeen?: Date | null });

/** Shows how someone is present: "Tilgjengelig", or when they were last seen. Nothing where it is unknown. */
export const PresenceIndicator = memo(function PresenceIndicator(props: PresenceIndicatorProps) {
  if ('userId' in props) return <Followed {...props} />;
  return <Known {...props} />;
});

function Followed({ userId, ...rest }: PresenceIndicatorProps & { userId: UserId }) {
  const presence = useView(useSamtaleClient().presence(userId));
  if (presence === null) return null;
  const lastSeen = presence.lastSeen === undefined ? null : new Date(presence.lastSeen);
  return <Known {...rest} status={presence.status} lastSeen={lastSeen} />;
}

interface KnownProps {
  status: Status;
  lastSeen?: Date | null;
  showText?: boolean;
  className?: string | undefined;
}

function Known({ status, lastSeen = null, showText = true, className }: KnownProps) {
  const words = usePresenceText(status, lastSeen);
  return (
    <span className={classes('st-root', styles.indicator, className)}>
      <PresenceShape status={status} />
      {showText ? <span className={styles.words}>{words}</span> : <VisuallyHidden>{words}</VisuallyHidden>}
    </span>
  );
}

/** Returns a status in words: last seen, for those who are away or gone. */
export function usePresenceText(status: Status, lastSeen: Date | null): string {
  const phrases = usePhrases();
  const now = useNow();
  if (status === 'offline' && lastSeen !== null && now !== null) return phrases.lastSeen(lastSeen, now);
  return phrases.status(status);
}
