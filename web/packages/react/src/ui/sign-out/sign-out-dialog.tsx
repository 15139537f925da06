/** Asks before signing out, and says what would be lost. */
import { useOutbox, usePhrases, useSamtaleClient } from '../../hooks';
import { ConfirmDialog } from '../primitives';
import styles from './sign-out.module.css';

/** What {@link SignOutDialog} takes. */
export interface SignOutDialogProps {
  isOpen: boolean;
  onClose: () => void;
  /** Called once this device has forgotten everything. */
  onSignedOut: () => void;
}

/** Shows the question. The answer "yes" wipes what is stored here and ends the session. */
export function SignOutDialog({ isOpen, onClose, onSignedOut }: SignOutDialogProps) {
  const { t } = usePhrases();
  const client = useSamtaleClient();
  const { items } = useOutbox();
  const unsent = items.filter(({ kind }) => kind === 'send').length;
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={t('ui-sign-out-title')}
      confirmLabel={unsent > 0 ? t('ui-sign-out-anyway') : t('ui-sign-out')}
      cancelLabel={t('action-cancel')}
      tone={unsent > 0 ? 'danger' : 'primary'}
      onConfirm={() => {
        client.signOut({ wipe: true }).then(onSignedOut, onSignedOut);
      }}
      onClose={onClose}
    >
      {unsent > 0 ? <p className={styles.warning}>{t('ui-sign-out-unsent', { count: unsent })}</p> : null}
      <p className={styles.words}>{t('ui-sign-out-text')}</p>
    </ConfirmDialog>
  );
}
