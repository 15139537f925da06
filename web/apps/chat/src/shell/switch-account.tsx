/** The question before somebody else signs in here: the host product has sent another person's token. */
import { Button, Dialog } from '@samtale/react/ui';
import type { Account } from '../session/account';
import { useTexts } from '../state/use-texts';
import styles from './switch-account.module.css';

/** What {@link SwitchAccount} takes. */
export interface SwitchAccountProps {
  account: Account;
  /** Who wants in. */
  pending: Account;
  onStay: () => void;
  /** Goes on to signing out, with its warning. */
  onSwitch: () => void;
}

/** Asks whether to change. */
export function SwitchAccount({ account, pending, onStay, onSwitch }: SwitchAccountProps) {
  const { t } = useTexts();
  return (
    <Dialog isOpen onClose={onStay} title={t('app-switch-title')} role="alertdialog">
      <div className={styles.body}>
        <p className={styles.text}>{t('app-switch-text', { name: account.name, other: pending.name })}</p>
        <div className={styles.buttons}>
          <Button onPress={onStay} autoFocus>
            {t('action-cancel')}
          </Button>
          <Button tone="primary" onPress={onSwitch}>
            {t('app-switch')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
