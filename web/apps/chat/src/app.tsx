/** The app over React: who is signed in decides what there is to see. */
import '@samtale/react/styles.css';
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
import { setAccountLocale } from './state/texts';
import { useTexts } from './state/use-texts';

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

function App(props: AppProps) {
  const { session, router, handed } = props;
  const { account, config } = useSyncExternalStore(session.state.subscribe, session.state.getSnapshot);
  const { route } = useSyncExternalStore(router.subscribe, router.getSnapshot);
  // Somebody whose session has ended signs in again without losing what is stored here.
  const again = route.page === 'sign-in' && account?.kind === 'host' && config?.dev === false;
  useEffect(markApp, []);
  useEffect(() => {
    if (account !== null && route.page === 'sign-in' && !again)
      router.go({ page: 'chats' }, { replace: true });
  }, [account, route, again, router]);
  useEffect(() => {
    session.loadConfig().catch(() => undefined);
  }, [session]);
  useEffect(() => {
    void setAccountLocale(account?.locale ?? null);
  }, [account]);
  return (
    <Boundary whole>
      {account === null || again ? (
        <SignIn session={session} handed={handed} onSignedIn={() => signedIn(props)} />
      ) : (
        <SignedIn key={account.userId} session={session} router={router} account={account} />
      )}
    </Boundary>
  );
}

/** Goes on where the session had ended, or begins. */
function signedIn({ session, router }: AppProps): void {
  const { account } = session.state.getSnapshot();
  if (account !== null) clientFor(session, account).reconnect();
  const { route } = router.getSnapshot();
  if (route.page === 'sign-in') router.go({ page: 'chats' }, { replace: true });
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
