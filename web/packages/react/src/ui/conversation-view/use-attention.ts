/** Whether a person is looking: the page is seen and has the focus. */
import { useSyncExternalStore } from 'react';

function subscribe(onChange: () => void): () => void {
  window.addEventListener('focus', onChange);
  window.addEventListener('blur', onChange);
  document.addEventListener('visibilitychange', onChange);
  return () => {
    window.removeEventListener('focus', onChange);
    window.removeEventListener('blur', onChange);
    document.removeEventListener('visibilitychange', onChange);
  };
}

const isLooking = () => document.visibilityState === 'visible' && document.hasFocus();

/** Returns whether the page is seen and has the focus. */
export function useAttention(): boolean {
  return useSyncExternalStore(subscribe, isLooking, () => false);
}
