/** The message that another one answers, above its words. */

import type { MessageId } from '@samtale/client';
import { usePhrases } from '../../hooks';
import type { QuotedMessage } from '../../types';
import { VisuallyHidden } from '../primitives';
import styles from './quote.module.css';

/** What {@link Quote} takes. */
export interface QuoteProps {
  /** Null where it is not known here: too old, or not for this reader. */
  quoted: QuotedMessage | null;
  /** Goes to it; without it, the quote is no button. */
  onJump?: ((id: MessageId) => void) | undefined;
  /** Whose name is "Du". */
  ownId?: string | undefined;
}

/** Two lines of what is answered, and whose it was; a press goes to it. */
export function Quote({ quoted, onJump, ownId }: QuoteProps) {
  const { t } = usePhrases();
  if (quoted === null) return <div className={styles.quote}>{t('ui-message-quote-missing')}</div>;
  const name = quoted.senderId === ownId ? t('message-you') : quoted.senderName;
  const text = quoted.deleted ? t('message-deleted') : quoted.content;
  const inner = (
    <>
      <span className={styles.name}>{name}</span>
      <span className={styles.words} data-deleted={quoted.deleted || undefined} dir="auto">
        {text}
      </span>
    </>
  );
  if (onJump === undefined) return <div className={styles.quote}>{inner}</div>;
  return (
    <button type="button" className={styles.quote} tabIndex={-1} onClick={() => onJump(quoted.id)}>
      {inner}
      <VisuallyHidden>{t('ui-message-quote')}</VisuallyHidden>
    </button>
  );
}
