/**
 * Reads what a token says of its owner. It is not verified here: the server does that. The app only
 * needs to know whose cache to open and when to ask for another token.
 */
import { isRecord } from '../state/storage';

/** What the app uses of a token. */
export interface Claims {
  readonly userId: string;
  /** The name the host product gives; null where it gives none. */
  readonly name: string | null;
  readonly locale: string | null;
  /** When it runs out, in Unix milliseconds; null where it does not say. */
  readonly expiresAt: number | null;
}

/** Reads a JWT's claims; null where the text is no JWT with a `sub`. */
export function readClaims(token: string): Claims | null {
  const parts = token.trim().split('.');
  const [, payload] = parts;
  if (parts.length !== 3 || payload === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) =>
      c.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isRecord(claims) || typeof claims.sub !== 'string' || claims.sub === '') return null;
    return {
      userId: claims.sub,
      name: typeof claims.name === 'string' && claims.name !== '' ? claims.name : null,
      locale: typeof claims.locale === 'string' ? claims.locale : null,
      expiresAt: typeof claims.exp === 'number' ? claims.exp * 1000 : null,
    };
  } catch {
    return null;
  }
}
