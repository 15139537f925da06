/** Shows who is signed in, and where their tokens come from. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ACCOUNT_KEY, parseAccount } from './account';
import { readClaims } from './claims';
import { parseConfig } from './config';
import { createSession } from './session';
import { createVault } from './vault';

const NOW = 1_790_000_000_000;
const signal = new AbortController().signal;

function jwt(claims: object): string {
  const part = (value: object) =>
    btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=/g, '');
  return `${part({ alg: 'HS256' })}.${part(claims)}.c2ln`;
}
const tokenOf = (sub: string, more: object = {}) => jwt({ sub, exp: NOW / 1000 + 600, ...more });

const answer = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  localStorage.clear();
  fetched.mockReset();
  vi.stubGlobal('fetch', fetched);
});
afterEach(async () => {
  await createVault(() => NOW).clear();
  vi.unstubAllGlobals();
});

const fresh = () =>
  createSession(
    createVault(() => NOW),
    () => NOW,
  );

describe('claims', () => {
  it('reads a name with letters beyond ASCII', () => {
    expect(readClaims(tokenOf('åse', { name: 'Åse Ødegård', locale: 'nn' }))).toEqual({
      userId: 'åse',
      name: 'Åse Ødegård',
      locale: 'nn',
      expiresAt: NOW + 600_000,
    });
  });
  it.each(['', 'a.b', 'a.b.c', jwt({ name: 'x' }), 'x.bm90IGpzb24.y'])('refuses %s', (text) => {
    expect(readClaims(text)).toBeNull();
  });
});

describe('configuration', () => {
  it('asks for tokens on this origin alone', () => {
    expect(parseConfig({ tokenUrl: 'https://evil.example/token' }).tokenUrl).toBeNull();
    expect(parseConfig({ tokenUrl: '/product/token' }).tokenUrl).toBe(`${location.origin}/product/token`);
  });
  it('goes to web pages alone', () => {
    expect(parseConfig({ signInUrl: 'javascript:alert(1)' }).signInUrl).toBeNull();
    expect(parseConfig({ signInUrl: 'https://product.example/in' }).signInUrl).toBe(
      'https://product.example/in',
    );
  });
});

describe('an account', () => {
  it('is remembered without its token', async () => {
    const session = fresh();
    expect(await session.hand(tokenOf('kari', { name: 'Kari' }))).toBe('signed_in');
    expect(fresh().state.getSnapshot().account).toEqual({
      userId: 'kari',
      name: 'Kari',
      kind: 'host',
      locale: null,
    });
    expect(Object.values({ ...localStorage }).join()).not.toContain('.c2ln');
  });

  it('is forgotten where it was stored oddly', () => {
    expect(parseAccount({ userId: 7 })).toBeNull();
    expect(parseAccount({ userId: 'a', kind: 'other' })).toBeNull();
  });

  it('is not replaced by a token of someone else, until signed out', async () => {
    const session = fresh();
    await session.hand(tokenOf('kari'));
    expect(await session.hand(tokenOf('ola'))).toBe('other_account');
    expect(session.state.getSnapshot()).toMatchObject({
      account: { userId: 'kari' },
      pending: { userId: 'ola' },
    });
    await session.signOut();
    const { account, pending } = session.state.getSnapshot();
    expect(account?.userId).toBe('ola');
    expect(pending).toBeNull();
    if (account) expect(await session.getToken(account, { fresh: false, signal })).toBe(tokenOf('ola'));
  });

  it('refuses what has run out or is no token', async () => {
    const session = fresh();
    expect(await session.hand(jwt({ sub: 'kari', exp: NOW / 1000 - 1 }))).toBe('expired');
    expect(await session.hand('hello')).toBe('invalid');
    expect(session.state.getSnapshot().account).toBeNull();
  });

  it('goes when another tab signs out', () => {
    const session = fresh();
    session.signInDemo({ userId: 'jonas', name: 'Jonas', role: 'student', locale: 'nb', about: '' });
    session.follow(null);
    expect(session.state.getSnapshot().account).toBeNull();
  });

  it('leaves nothing behind on signing out', async () => {
    const session = fresh();
    await session.hand(tokenOf('kari'));
    await session.signOut();
    expect(localStorage.getItem(ACCOUNT_KEY)).toBeNull();
    expect(await createVault(() => NOW).get('kari')).toBeNull();
  });
});

describe('a token', () => {
  it('of a demo user is fetched each time', async () => {
    const session = fresh();
    session.signInDemo({ userId: 'jonas', name: 'Jonas', role: 'student', locale: null, about: '' });
    const { account } = session.state.getSnapshot();
    if (account === null) throw new Error('signed in');
    fetched.mockImplementation(async () => answer({ token: 'a.b.c', expiresAt: 1 }));
    expect(await session.getToken(account, { fresh: false, signal })).toBe('a.b.c');
    fetched.mockImplementation(async () => answer({}, 404));
    expect(await session.getToken(account, { fresh: true, signal })).toBeNull();
    fetched.mockRejectedValue(new TypeError('no network'));
    await expect(session.getToken(account, { fresh: true, signal })).rejects.toThrow();
  });

  it('of a host product is kept, and renewed where it was refused', async () => {
    const session = fresh();
    await session.hand(tokenOf('kari'));
    const { account } = session.state.getSnapshot();
    if (account === null) throw new Error('signed in');
    expect(await session.getToken(account, { fresh: false, signal })).toBe(tokenOf('kari'));
    expect(fetched).not.toHaveBeenCalled();

    const renewed = tokenOf('kari', { jti: '2' });
    fetched.mockImplementation(async (url) =>
      String(url).endsWith('config.json')
        ? answer({ dev: false, tokenUrl: '/token' })
        : answer({ token: renewed }),
    );
    expect(await session.getToken(account, { fresh: true, signal })).toBe(renewed);
    expect(await session.getToken(account, { fresh: false, signal })).toBe(renewed);
  });

  it('ends the session where the product has no other', async () => {
    const session = fresh();
    await session.hand(tokenOf('kari'));
    const { account } = session.state.getSnapshot();
    if (account === null) throw new Error('signed in');
    await session.getToken(account, { fresh: false, signal });
    fetched.mockImplementation(async () => answer({ dev: false }));
    expect(await session.getToken(account, { fresh: true, signal })).toBeNull();
  });
});
