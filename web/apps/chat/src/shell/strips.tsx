/** The strips across the top: a new version, the connection, a device that stores nothing, what went wrong. */
import { ConnectionStatus, IconButton, StorageWarning, UpdateBanner } from '@samtale/react/ui';
import { TriangleAlert, X } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import { dismissNotice, notice } from '../state/notice';
import { applyUpdate, updateReady } from '../state/updates';
import { useTexts } from '../state/use-texts';
import styles from './strips.module.css';

/** Shows what there is to say. `onSignIn` is called where the session has ended. */
export function Strips({ onSignIn }: { onSignIn: () => void }) {
  const ready = useSyncExternalStore(updateReady.subscribe, updateReady.getSnapshot);
  const [putOff, setPutOff] = useState(false);
  return (
    <>
      <UpdateBanner isOpen={ready && !putOff} onReload={applyUpdate} onDismiss={() => setPutOff(true)} />
      <ConnectionStatus onReload={applyUpdate} onSignIn={onSignIn} />
      <StorageWarning />
      <Notice />
    </>
  );
}

function Notice() {
  const { t } = useTexts();
  const sentence = useSyncExternalStore(notice.subscribe, notice.getSnapshot);
  return (
    <div role="alert">
      {sentence === null ? null : (
        <div className={styles.notice}>
          <TriangleAlert aria-hidden="true" />
          <span>{sentence}</span>
          <IconButton label={t('ui-close')} tooltip={false} onPress={dismissNotice}>
            <X aria-hidden="true" />
          </IconButton>
        </div>
      )}
    </div>
  );
}
