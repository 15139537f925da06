/** Who sees me, followed and kept: the private row, the client's settings and this device in step. */
import { useCallback, useEffect, useMemo } from 'react';
import { useSamtaleClient, useView } from '../../hooks';
import { DEFAULTS, type Privacy, ROW, readPrivacy, remember, settingsOf } from './privacy';

/**
 * Gives what others see, and the function that changes it. While mounted it keeps the client's
 * settings to it, also when it was changed on another device: mount it once near the root.
 */
export function usePrivacy(): readonly [privacy: Privacy, change: (change: Partial<Privacy>) => void] {
  const client = useSamtaleClient();
  const row = useView(client.privateRow(ROW));
  const stored = useMemo(() => readPrivacy(row), [row]);
  const privacy = stored ?? DEFAULTS;
  useEffect(() => {
    if (stored === null) return;
    client.configure(settingsOf(stored));
    remember(client.userId, stored);
  }, [client, stored]);
  const change = useCallback(
    (part: Partial<Privacy>) => {
      const next = { ...(readPrivacy(client.privateRow(ROW).getSnapshot()) ?? DEFAULTS), ...part };
      client.configure(settingsOf(next));
      client.setPrivate(ROW, next);
    },
    [client],
  );
  return [privacy, change];
}
