/** The dialogs over everything. Their code comes when one is opened. */
import type { Client } from '@samtale/client';
import { lazy, Suspense, useSyncExternalStore } from 'react';
import type { Dialog } from '../routes';
import type { Session } from '../session/session';
import { preferences } from '../state/preferences';
import { Boundary } from './boundary';
import { SwitchAccount } from './switch-account';
import type { Navigation } from './use-navigation';

const Opened = lazy(() => import('./opened-dialog'));
const FirstRun = lazy(() => import('./first-run'));

/** What {@link Dialogs} takes. */
export interface DialogsProps {
  session: Session;
  client: Client;
  dialog: Dialog | null;
  go: Navigation;
}

/** Shows the dialog that is open, and the questions that come by themselves. */
export function Dialogs(props: DialogsProps) {
  const { session, dialog, go } = props;
  const { account, pending } = useSyncExternalStore(session.state.subscribe, session.state.getSnapshot);
  const { firstRunDone } = useSyncExternalStore(preferences.subscribe, preferences.getSnapshot);
  if (dialog === null && account !== null && pending !== null) {
    return (
      <SwitchAccount
        account={account}
        pending={pending}
        onStay={session.decline}
        onSwitch={() => go.openDialog('sign-out')}
      />
    );
  }
  if (dialog === null && firstRunDone) return null;
  return (
    <Boundary about={dialog ?? ''}>
      <Suspense>{dialog === null ? <FirstRun /> : <Opened {...props} dialog={dialog} />}</Suspense>
    </Boundary>
  );
}
