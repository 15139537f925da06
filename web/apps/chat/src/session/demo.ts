/** The demo users that a server with `--dev` offers, and their tokens. */
import { isRecord } from '../state/storage';

/** Someone who can be tried out. */
export interface DemoUser {
  readonly userId: string;
  readonly name: string;
  /** The host product's role of theirs, a name from the wire. */
  readonly role: string;
  readonly locale: string | null;
  /** Who they are, in a sentence. */
  readonly about: string;
}

/** Lists the demo users. Rejects where the server can't be reached. */
export async function fetchDemoUsers(signal?: AbortSignal): Promise<readonly DemoUser[]> {
  const response = await fetch('/dev/users', { cache: 'no-store', signal: signal ?? null });
  if (!response.ok) throw new Error(`dev/users: ${response.status}`);
  const body: unknown = await response.json();
  const users = isRecord(body) && Array.isArray(body.users) ? body.users : [];
  return users.filter(isRecord).flatMap(({ user, name, role, locale, about }) =>
    typeof user === 'string' && typeof name === 'string'
      ? [
          {
            userId: user,
            name,
            role: typeof role === 'string' ? role : 'unknown',
            locale: typeof locale === 'string' ? locale : null,
            about: typeof about === 'string' ? about : '',
          },
        ]
      : [],
  );
}

/** Fetches a demo user's token; null where the server knows no such user. Rejects where it can't be reached. */
export async function fetchDemoToken(userId: string, signal?: AbortSignal): Promise<string | null> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: userId }),
    cache: 'no-store',
    signal: signal ?? null,
  });
  if ([400, 401, 403, 404, 405].includes(response.status)) return null;
  if (!response.ok) throw new Error(`dev/token: ${response.status}`);
  const body: unknown = await response.json();
  if (!isRecord(body) || typeof body.token !== 'string') throw new Error('dev/token: no token in the answer');
  return body.token;
}
