/** Tokens as Supabase and a host product sign them: HS256 under a secret that the server shares. */
import { createHmac } from 'node:crypto';
import { DEMO_NAMES } from '../../tests/support/demo';

/** The secret that the suite's servers are started with. */
export const SECRET = 'a secret for tests alone, which nobody else may know';

/** What a token says. */
export type Claims = Readonly<Record<string, unknown>>;

/** How a user's token differs from an ordinary one. */
export interface TokenOptions {
  /** For how many seconds it holds; negative where it has run out. Default an hour. */
  life?: number;
  claims?: Claims;
  /** Another secret than the server's. */
  secret?: string;
}

const HOUR = 3600;

/** Signs claims as they stand. */
export function sign(claims: Claims, secret = SECRET): string {
  const body = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** The claims of a token without a signature, as `alg: none` means it. */
export function unsigned(claims: Claims): string {
  const parts = [{ alg: 'none', typ: 'JWT' }, claims];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
}

/** Returns a moment in the seconds of a token, so many seconds from now. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** A user's token, as Supabase Auth signs it. */
export function userToken(user: string, { life = HOUR, claims = {}, secret }: TokenOptions = {}): string {
  const name = DEMO_NAMES[user];
  const iat = inSeconds(Math.min(0, life) - 1);
  const own = { sub: user, role: 'authenticated', aud: 'authenticated', iat, exp: inSeconds(life) };
  return sign({ ...own, ...(name === undefined ? {} : { name }), ...claims }, secret);
}

/** The key that a project's pages carry: a token without `sub`. */
export function anonKey(): string {
  return projectKey('anon');
}

/** The key that a project's servers carry: it may everything. */
export function serviceKey(): string {
  return projectKey('service_role');
}

function projectKey(role: string): string {
  return sign({ role, iss: 'supabase', iat: inSeconds(-HOUR), exp: inSeconds(24 * HOUR) });
}
