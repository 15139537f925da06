/** What a composer is about to do other than say something new: answer a message, or change one. */
import { CornerUpLeft, Pencil, X } from 'lucide-react';
import { usePhrases } from '../../hooks';
import type { Message } from '../../types';
import { IconButton } from '../primitives';
import styles from './composer-mode.module.css';

/** A reply or an edit. */
export interface ComposerMode {
  readonly kind: 'reply' | 'edit';
  readonly message: Message;
}

/** What {@link ComposerModeBar} takes. */
export interface ComposerModeBarProps {
  mode: ComposerMode;
  onCancel: () => void;
}

/** A bar above the field: what is being done, and the message it is about. */
export function ComposerModeBar({ mode: { kind, message }, onCancel }: ComposerModeBarProps) {
  const { t } = usePhrases();
  const title =
    kind === 'edit'
      ? t('ui-composer-editing')
      : message.isOwn
        ? t('ui-composer-replying-self')
        : t('ui-composer-replying', { name: message.senderName });
  const Icon = kind === 'edit' ? Pencil : CornerUpLeft;
  return (
    <div className={styles.bar} data-mode={kind}>
      <Icon aria-hidden="true" className={styles.icon} />
      <div className={styles.about} role="status">
        <div className={styles.title}>{title}</div>
        <div className={styles.words} dir="auto">
          {message.content}
        </div>
      </div>
      <IconButton
        label={kind === 'edit' ? t('ui-composer-cancel-edit') : t('ui-composer-cancel-reply')}
        keys="Esc"
        onPress={onCancel}
      >
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
