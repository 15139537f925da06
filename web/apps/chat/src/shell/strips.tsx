/** The strips across the top: a new version, the connection, a device that stores nothing. */
import { ConnectionStatus, StorageWarning, UpdateBanner } from '@samtale/react/ui';
import { useState, useSyncExternalStore } from 'react';
import { applyUpdate, updateReady } from '../state/updates';

/** Shows what there is to say. `onSignIn` is called where the session has ended. */
export function Strips({ onSignIn }: { onSignIn: () => void }) {
  const ready = useSyncExternalStore(updateReady.subscribe, updateReady.getSnapshot);
  const [putOff, setPutOff] = useState(false);
  return (
    <>
      <UpdateBanner isOpen={ready && !putOff} onReload={applyUpdate} onDismiss={() => setPutOff(true)} />
      <ConnectionStatus onReload={applyUpdate} onSignIn={onSignIn} />
      <StorageWarning />
    </>
  );
}
