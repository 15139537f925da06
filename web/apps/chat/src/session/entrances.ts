/** How an account comes in from outside: a token in the address, another tab of the app. */
import { PREFERENCES_KEY, preferences } from '../state/preferences';
import { ACCOUNT_KEY, loadAccount } from './account';
import type { Session } from './session';

const FRAGMENT = /^#token=(.+)$/;

/**
 * Takes a token out of the address, where the host product has put it: `/sign-in#token=…`. A fragment is
 * never sent to a server; here it leaves the address and the history too.
 */
export function takeTokenFromAddress(view: Window): string | null {
  const [, token] = FRAGMENT.exec(view.location.hash) ?? [];
  if (token === undefined) return null;
  const { pathname, search } = view.location;
  view.history.replaceState(null, '', `${pathname === '/sign-in' ? '/' : pathname}${search}`);
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** Returns the host product's page to sign in at, told where to come back to with `#token=…` behind it. */
export function signInAddress(signInUrl: string): string {
  const url = new URL(signInUrl);
  const back = new URL(location.pathname === '/' ? '/sign-in' : location.pathname, location.origin);
  url.searchParams.set('return_to', back.href);
  return url.href;
}

/** Follows what the other tabs do: sign out, sign in, prefer something else. */
export function followOtherTabs(view: Window, session: Session): void {
  view.addEventListener('storage', ({ key }) => {
    if (key === ACCOUNT_KEY || key === null) session.follow(loadAccount());
    if (key === PREFERENCES_KEY || key === null) preferences.reload();
  });
  // The product may send somebody back to an app that is open already.
  view.addEventListener('hashchange', () => {
    const token = takeTokenFromAddress(view);
    if (token !== null) void session.hand(token);
  });
}
