/** Says to a screen reader what arrives: who, and what; how many, where several come at once. */
import { useEffect, useState } from 'react';
import { usePhrases } from '../../hooks';
import type { Message } from '../../types';
import { VisuallyHidden } from '../primitives';

/** What {@link Announcer} takes. */
export interface AnnouncerProps {
  /** What came with the last change. */
  arrivals: readonly Message[];
}

/** A polite live region; it stays in the page so that it is known when something arrives. */
export function Announcer({ arrivals }: AnnouncerProps) {
  const { t } = usePhrases();
  const [said, setSaid] = useState('');
  useEffect(() => {
    const others = arrivals.filter((message) => !message.isOwn && message.deletedAt === null);
    const last = others.at(-1);
    if (last === undefined) return;
    setSaid(
      others.length === 1
        ? t('message-preview-named', { name: last.senderName, text: last.content })
        : t('ui-messages-arrived', { count: others.length }),
    );
  }, [arrivals, t]);
  return (
    <VisuallyHidden role="log" aria-live="polite" aria-atomic="true">
      {said}
    </VisuallyHidden>
  );
}
