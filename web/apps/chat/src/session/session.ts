/**
 * Who is signed in, and where their tokens come from.
 *
 * An account is remembered in localStorage, so that the app opens offline; a host product's token is in
 * the {@link Vault} until it runs out; a demo token lives in memory, since another is a request away.
 * Another user's token never replaces an account: the person at the screen is asked first.
 */
import type { TokenRequest } from '@samtale/client';
import { createStore, type Store } from '../state/store';
import { type Account, loadAccount, saveAccount } from './account';
import { readClaims } from './claims';
import { fetchConfig, lastConfig, type ServerConfig } from './config';
import { type DemoUser, fetchDemoToken } from './demo';
import type { Vault } from './vault';

/** What is known of the session. */
export interface SessionState {
  readonly account: Account | null;
  /** Someone else whose token has come in; the present account has to be signed out first. */
  readonly pending: Account | null;
  /** The server's word on itself; null until it, or the memory of it, is there. */
  readonly config: ServerConfig | null;
}

/** What became of a token that was handed in. */
export type Handed = 'signed_in' | 'other_account' | 'expired' | 'invalid';

/** The session of this tab. */
export interface Session {
  readonly state: Store<SessionState>;
  /** Asks the server who it is. Rejects where it can't be reached. */
  loadConfig(): Promise<ServerConfig>;
  signInDemo(user: DemoUser): void;
  /** Takes a host product's token. */
  hand(token: string): Promise<Handed>;
  /** Declines the account that waits. */
  decline(): void;
  /** Gives the client a token, as its `getToken`. */
  getToken(account: Account, request: TokenRequest): Promise<string | null>;
  /** Forgets the account and its token; an account that waits takes its place. */
  signOut(): Promise<void>;
  /** Follows what another tab has done to the account. */
  follow(account: Account | null): void;
}

/** Makes the session. `now` is in Unix milliseconds. */
export function createSession(vault: Vault, now: () => number = Date.now): Session {
  const state = createStore<SessionState>({ account: loadAccount(), pending: null, config: lastConfig() });
  const change = (part: Partial<SessionState>) => state.set({ ...state.getSnapshot(), ...part });
  // The token last given away, so that `fresh` never gives the same one again.
  let given: string | null = null;

  function enter(account: Account): void {
    saveAccount(account);
    change({ account, pending: null });
  }

  async function hostToken(account: Account, { fresh, signal }: TokenRequest): Promise<string | null> {
    const kept = await vault.get(account.userId);
    if (kept !== null && !(fresh && kept === given)) return kept;
    const config = state.getSnapshot().config ?? (await loadConfig());
    if (config.tokenUrl === null) return null;
    const token = await renew(config.tokenUrl, signal);
    if (token !== null && readClaims(token)?.userId === account.userId)
      await vault.put(account.userId, token);
    return token;
  }

  async function loadConfig(): Promise<ServerConfig> {
    const config = await fetchConfig();
    change({ config });
    return config;
  }

  return {
    state,
    loadConfig,
    signInDemo: ({ userId, name, locale }) => enter({ userId, name, locale, kind: 'demo' }),
    async hand(token) {
      const claims = readClaims(token);
      if (claims === null) return 'invalid';
      if (claims.expiresAt !== null && claims.expiresAt <= now()) return 'expired';
      const { userId, name, locale } = claims;
      const account: Account = { userId, name: name ?? userId, locale, kind: 'host' };
      await vault.put(userId, token.trim());
      const present = state.getSnapshot().account;
      if (present !== null && present.userId !== userId) {
        change({ pending: account });
        return 'other_account';
      }
      enter(account);
      return 'signed_in';
    },
    decline: () => change({ pending: null }),
    async getToken(account, request) {
      given =
        account.kind === 'demo'
          ? await fetchDemoToken(account.userId, request.signal)
          : await hostToken(account, request);
      return given;
    },
    async signOut() {
      const { pending } = state.getSnapshot();
      const next = pending === null ? null : await vault.get(pending.userId);
      await vault.clear();
      given = null;
      if (pending !== null && next !== null) {
        await vault.put(pending.userId, next);
        enter(pending);
      } else {
        saveAccount(null);
        change({ account: null, pending: null });
      }
    },
    follow(account) {
      if (account?.userId !== state.getSnapshot().account?.userId) change({ account, pending: null });
    },
  };
}

/** Asks the host product for another token; null where it says that nobody is signed in. */
async function renew(url: string, signal: AbortSignal): Promise<string | null> {
  const response = await fetch(url, {
    credentials: 'same-origin',
    headers: { accept: 'application/json' },
    cache: 'no-store',
    signal,
  });
  if (response.status === 401 || response.status === 403) return null;
  if (!response.ok) throw new Error(`token: ${response.status}`);
  const body: unknown = await response.json();
  const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : null;
  if (typeof token !== 'string') throw new Error('token: no token in the answer');
  return token;
}
