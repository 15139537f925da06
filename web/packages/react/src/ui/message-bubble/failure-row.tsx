/** What went wrong with a message, under it, and what can be done about it. The words stay above. */
import { CircleAlert } from 'lucide-react';
import { useMessageActions, usePhrases } from '../../hooks';
import type { Message } from '../../types';
import { Button } from '../primitives';
import styles from './failure-row.module.css';

/** What {@link FailureRow} takes. */
export interface FailureRowProps {
  message: Message;
  /** Asks before the words are thrown away. */
  onDiscard: () => void;
}

/** Nothing while nothing went wrong. */
export function FailureRow({ message, onDiscard }: FailureRowProps) {
  const { t } = usePhrases();
  const actions = useMessageActions(message.chatId);
  const { change } = message;

  if (message.status === 'failed' && message.deletedAt === null) {
    return (
      <Row
        title={message.expired ? t('message-stale') : t('delivery-failed')}
        reason={message.expired ? null : (message.problem?.message ?? null)}
        retry={message.expired ? t('ui-message-send-now') : t('action-retry')}
        onRetry={() => actions.retry(message.id)}
        giveUp={t('action-delete')}
        onGiveUp={onDiscard}
      />
    );
  }
  if (change?.status === 'failed') {
    return (
      <Row
        title={change.kind === 'edit' ? t('ui-message-edit-failed') : t('ui-message-delete-failed')}
        reason={change.problem?.message ?? null}
        retry={t('action-retry')}
        onRetry={() => actions.retry(change.id)}
        giveUp={t('ui-message-undo')}
        onGiveUp={() => actions.cancel(change.id)}
      />
    );
  }
  return null;
}

interface RowProps {
  title: string;
  reason: string | null;
  retry: string;
  onRetry: () => Promise<unknown>;
  giveUp: string;
  onGiveUp: () => void;
}

function Row({ title, reason, retry, onRetry, giveUp, onGiveUp }: RowProps) {
  return (
    <div className={styles.row}>
      <span className={styles.words}>
        <CircleAlert aria-hidden="true" className={styles.icon} />
        <span className={styles.title}>{title}</span>
        {reason === null ? null : <span className={styles.reason}> {reason}</span>}
      </span>
      <span className={styles.buttons}>
        <Button size="small" onPress={() => void onRetry().catch(() => undefined)}>
          {retry}
        </Button>
        <Button size="small" onPress={onGiveUp}>
          {giveUp}
        </Button>
      </span>
    </div>
  );
}
