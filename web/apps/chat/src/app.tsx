/** The app over React: who is signed in decides what there is to see. */
import '@samtale/react/ui';
import { SamtaleProvider } from '@samtale/react';
import { StrictMode, useEffect, useMemo, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import type { Router } from './routes';
import type { Account } from './session/account';
import { clientFor } from './session/client';
import type { Handed, Session } from './session/session';
import { Boundary } from './shell/boundary';
import { Shell } from './shell/shell';
import { SignIn } from './sign-in/sign-in';
import { markApp } from './state/marks';
import { setAccountLocale, useTexts } from './state/texts';

/** What the app is started with. */
export interface AppProps {
  session: Session;
  router: Router;
  /** What became of a token in the address. */
  handed: Handed | null;
}

/** Brings the app to the page. */
export function start(props: AppProps): void {
  const place = document.getElementById('app');
  if (place === null) throw new Error('index.html has an element #app');
  createRoot(place).render(
    <StrictMode>
      <App {...props} />
    </StrictMode>,
  );
}

function App({ session, router, handed }: AppProps) {
  const { account } = useSyncExternalStore(session.state.subscribe, session.state.getSnapshot);
  useEffect(markApp, []);
  useEffect(() => {
    session.loadConfig().catch(() => undefined);
  }, [session]);
  useEffect(() => {
    void setAccountLocale(account?.locale ?? null);
  }, [account]);
  return (
    <Boundary whole>
      {account === null ? (
        <SignIn session={session} handed={handed} />
      ) : (
        <SignedIn key={account.userId} session={session} router={router} account={account} />
      )}
    </Boundary>
  );
}

function SignedIn({ session, router, account }: { session: Session; router: Router; account: Account }) {
  const { locale } = useTexts();
  const client = useMemo(() => clientFor(session, account), [session, account]);
  return (
    <SamtaleProvider client={client} locale={locale} emojibaseUrl="/emoji">
      <Shell session={session} router={router} account={account} client={client} />
    </SamtaleProvider>
  );
}
