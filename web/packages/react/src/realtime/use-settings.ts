/** Options of hooks that are settings of the client. */
import type { Client } from '@samtale/client';
import { useEffect } from 'react';

type Settings = Parameters<Client['configure']>[0];

/**
 * Sets what is given when the component is mounted, and again when it changes. There is one client:
 * where hooks disagree, the one mounted last wins. What is left out stays as it is.
 */
export function useSettings(
  client: Client,
  settings: { [K in keyof Settings]: Settings[K] | undefined },
): void {
  const text = JSON.stringify(settings);
  useEffect(() => {
    const given = JSON.parse(text) as Settings;
    if (Object.keys(given).length > 0) client.configure(given);
  }, [client, text]);
}
