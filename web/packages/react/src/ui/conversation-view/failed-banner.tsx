/** Says that several messages could not be sent, and sends them all again. */

import type { MessageId } from '@samtale/client';
import { CircleAlert } from 'lucide-react';
import { usePhrases } from '../../hooks';
import type { Message } from '../../types';
import { Button } from '../primitives';
import styles from './conversation-view.module.css';

/** What {@link FailedBanner} takes. */
export interface FailedBannerProps {
  messages: readonly Message[];
  onRetry: (id: MessageId) => Promise<unknown>;
}

/** Nothing while fewer than two failed: each message says so itself. */
export function FailedBanner({ messages, onRetry }: FailedBannerProps) {
  const { t } = usePhrases();
  const failed = findFailed(messages);
  if (failed.length < 2) return null;
  return (
    <div className={styles.banner} role="status">
      <CircleAlert aria-hidden="true" />
      <span>{t('ui-messages-failed', { count: failed.length })}</span>
      <Button
        size="small"
        onPress={() => {
          for (const { id } of failed) void onRetry(id).catch(() => undefined);
        }}
      >
        {t('action-retry-all')}
      </Button>
    </div>
  );
}

/** Returns those that failed, the oldest first. Unsent messages stand at the end, so only the end is looked at. */
export function findFailed(messages: readonly Message[]): readonly Message[] {
  let start = messages.length;
  while (start > 0 && messages[start - 1]?.seq === 0) start -= 1;
  return messages.slice(start).filter((message) => message.status === 'failed' && !message.expired);
}
