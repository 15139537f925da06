/**
 * The developer tools: `samtale.inspect()` in the console always, the panel by Ctrl+Alt+Shift+D or from the
 * settings. Its code comes when it is opened.
 */
import type { Client } from '@samtale/client';
import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { createStore } from '../state/store';
import { Boundary } from './boundary';

const SamtaleDevtools = lazy(async () => ({
  default: (await import('@samtale/react/devtools')).SamtaleDevtools,
}));
const open = createStore(false);

/** Opens the panel. */
export function openDevtools(): void {
  open.set(true);
}

/** Shows the panel while it is open. */
export function Devtools({ client }: { client: Client }) {
  const shown = useSyncExternalStore(open.subscribe, open.getSnapshot);
  useEffect(() => {
    const samtale = { inspect: () => client.inspect(), open: openDevtools };
    Object.assign(window, { samtale });
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.code !== 'KeyD' || !event.ctrlKey || !event.altKey || !event.shiftKey) return;
      event.preventDefault();
      open.set(!open.getSnapshot());
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
      Object.assign(window, { samtale: undefined });
    };
  }, [client]);
  if (!shown) return null;
  return (
    <Boundary>
      <Suspense>
        <SamtaleDevtools isOpen onOpenChange={open.set} button={false} />
      </Suspense>
    </Boundary>
  );
}
