/**
 * Who is signed in on this device. It is remembered without a secret, so that the app opens at once,
 * offline too, with what the engine has stored for this user.
 */
import { isRecord, recall, remember } from '../state/storage';

/** Someone who is signed in. */
export interface Account {
  readonly userId: string;
  readonly name: string;
  /** Where tokens come from: the server's demo, or the host product. */
  readonly kind: 'demo' | 'host';
  /** The language their product speaks with them; null where it is not known. */
  readonly locale: string | null;
}

export const ACCOUNT_KEY = 'samtale:account';

/** Reads who is signed in. */
export function loadAccount(): Account | null {
  return parseAccount(recall(ACCOUNT_KEY));
}

/** Remembers who is signed in; null: nobody. Other tabs hear of it. */
export function saveAccount(account: Account | null): void {
  remember(ACCOUNT_KEY, account);
}

/** Reads an account from what was stored, by this version or an earlier one. */
export function parseAccount(value: unknown): Account | null {
  if (!isRecord(value)) return null;
  const { userId, name, kind, locale } = value;
  if (typeof userId !== 'string' || userId === '') return null;
  if (kind !== 'demo' && kind !== 'host') return null;
  return {
    userId,
    name: typeof name === 'string' && name !== '' ? name : userId,
    kind,
    locale: typeof locale === 'string' ? locale : null,
  };
}
