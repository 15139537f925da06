/** What the device says of its network: `online`, `offline`, or slow by the Network Information API. */
import type { NetworkHost, NetworkKind } from '../api';

interface Connection extends EventTarget {
  effectiveType?: string;
  saveData?: boolean;
}

/** Watches `online`, `offline` and `navigator.connection`; where there is no window, all is online. */
export const watchNetwork: NetworkHost = (onChange) => {
  if (typeof window === 'undefined') {
    onChange('online');
    return { stop: () => {} };
  }
  const connection = (navigator as Navigator & { connection?: Connection }).connection;
  let last: NetworkKind | null = null;
  const look = () => {
    const slow = connection?.saveData === true || /2g$/.test(connection?.effectiveType ?? '');
    const next = navigator.onLine === false ? 'offline' : slow ? 'slow' : 'online';
    if (next === last) return;
    last = next;
    onChange(next);
  };
  look();
  window.addEventListener('online', look);
  window.addEventListener('offline', look);
  connection?.addEventListener?.('change', look);
  return {
    stop() {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
      connection?.removeEventListener?.('change', look);
    },
  };
};
